//! The rules of rest, which no rota breaks: the ways in which one person can be off.

use chrono::{Datelike, Weekday};

use super::days::Days;
use super::input::{DATES, Person, Squad};
use super::score::Score;

/// The fewest days off in a week.
const FEWEST_OFF: u32 = 2;
/// The most days in a row that are worked. The Health and Safety Executive advises five to seven.
const MOST_IN_A_ROW: u32 = 6;
/// Within how many dates two days off begin for somebody who has passed [`MOST_IN_A_ROW`].
const AT_ONCE: usize = 3;
/// The longest streak that is told apart: after a hundred days, one more changes nothing.
const LONGEST_STREAK: u32 = 100;

/// A person's fortnight.
#[derive(Debug)]
pub(super) struct Fortnight {
    /// Off in any case: the person is away, or the squad doesn't work.
    pub(super) fixed: Days,
    pub(super) away: Days,
    pub(super) wishes: Days,
    /// The dates that the contract has off, but for the fixed ones.
    usual: Days,
    weekend: Days,
    agreed: Option<Days>,
    streak: u32,
    /// How many days off are owed each week.
    owed: u32,
}

impl Fortnight {
    pub(super) fn new(squad: &Squad, person: &Person) -> Self {
        let away = Days::among(squad.first, &person.away);
        let fixed = away.or(Days::of(squad.first, |date| !squad.works.contains(&date)));
        let usual = Days::of(squad.first, |date| !person.working_days.contains(&date.weekday()));
        Self {
            fixed,
            away,
            wishes: Days::among(squad.first, &person.wishes),
            usual: usual.without(fixed),
            weekend: Days::of(squad.first, |date| matches!(date.weekday(), Weekday::Sat | Weekday::Sun)),
            agreed: person.agreed.as_ref().map(|agreed| Days::among(squad.first, agreed).or(fixed)),
            streak: person.streak,
            // Each week has every day of the week once.
            owed: usual.and(Days::WEEKS[0]).count().max(FEWEST_OFF),
        }
    }

    /// The days off to choose from, in a stable order. There is always one: a fortnight off.
    ///
    /// Of all that keep the rules, they are those with the fewest days off: a rota shares out the
    /// rest that is owed, and doesn't grant leave.
    pub(super) fn patterns(&self) -> Vec<Days> {
        if let Some(agreed) = self.agreed.filter(|agreed| self.allows(*agreed)) {
            return vec![agreed];
        }
        let mut patterns: Vec<Days> = Days::all().filter(|off| self.allows(*off)).collect();
        let fewest = patterns.iter().map(|off| off.count()).min();
        patterns.retain(|off| Some(off.count()) == fewest);
        patterns
    }

    /// Whether days off keep the rules of rest.
    pub(super) fn allows(&self, off: Days) -> bool {
        let owed = Days::WEEKS.iter().all(|week| off.and(*week).count() >= self.owed);
        // A streak that has passed the limit can't be undone: what can be had is rest at once.
        let (before, until) = if self.passed() { (0, AT_ONCE) } else { (self.streak, DATES) };
        let pair = off.pairs().iter().next().is_some_and(|day| day < until);
        off.or(self.fixed) == off && owed && pair && off.longest_gap(before) <= MOST_IN_A_ROW
    }

    /// What days off cost this person.
    pub(super) fn cost(&self, off: Days) -> Score {
        let wait = off.iter().next().unwrap_or(0);
        let weight = if self.passed() { self.streak.min(LONGEST_STREAK) } else { 0 };
        let weekends = self.weekend.without(off).count();
        Score {
            waiting: weight * u32::try_from(wait).unwrap_or(0),
            moved: self.wishes.without(off).count(),
            changed: self.usual.without(off).count(),
            weekends: weekends * weekends,
            ..Score::default()
        }
    }

    fn passed(&self) -> bool {
        self.streak > MOST_IN_A_ROW
    }
}
