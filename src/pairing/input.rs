//! What a round of coffee is made from.

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta, Timelike};
use chrono_tz::Tz;

use crate::schedule::resolve;

/// Most people of a round: above, the parts of a plan's cost wouldn't fit into one number.
pub const MOST: usize = 20_000;
/// Minutes of a day.
pub(super) const DAY: i64 = 24 * 60;

/// A round that is to be planned.
#[derive(Clone, Debug)]
pub struct Round {
    /// Everybody who joined, in any order, each with an id of their own.
    pub people: Vec<Person>,
    /// The rounds so far, the oldest first: each of groups of ids. Ids of people who have left are no mistake.
    pub history: Vec<Vec<Vec<String>>>,
    /// Pairs that are never to meet, of whatever organisations.
    pub never: Vec<(String, String)>,
    /// Whether colleagues may be paired although there is more than one organisation.
    pub colleagues: bool,
    /// The date on which hours are compared: zones change their clocks on different dates.
    pub date: NaiveDate,
    /// Where equally good plans differ, this chooses.
    pub seed: u64,
}

/// Somebody who joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who it is. A plan knows no names.
    pub id: String,
    /// Which organisation they belong to.
    pub organisation: String,
    /// When they work.
    pub hours: Hours,
    /// Whether they sit this round out.
    pub paused: bool,
}

/// When somebody works, by their own clock. Hours that end before they begin go over midnight; those
/// that end when they begin are a whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Where.
    pub zone: Tz,
    /// The first minute.
    pub from: NaiveTime,
    /// The end.
    pub to: NaiveTime,
}

impl Hours {
    /// Nine to five.
    pub fn usual(zone: Tz) -> Self {
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
        Self { zone, from: at(9), to: at(17) }
    }

    /// The same as minutes of a day in UTC, on a date.
    pub(super) fn window(&self, date: NaiveDate) -> Window {
        let begins = resolve(date.and_time(self.from), self.zone);
        let end = if self.to > self.from { date } else { date.checked_add_days(Days::new(1)).unwrap_or(date) };
        let lasts =
            (resolve(end.and_time(self.to), self.zone) - begins).clamp(TimeDelta::zero(), TimeDelta::minutes(DAY));
        let start = i64::from(begins.num_seconds_from_midnight() / 60);
        Window { start, lasts: lasts.num_minutes() }
    }
}

/// Minutes of a day in UTC, which may go over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Window {
    start: i64,
    lasts: i64,
}

impl Window {
    /// How many minutes of each day lie in both.
    pub(super) fn shared(self, other: Self) -> i64 {
        let once = |shift: i64| {
            let begins = self.start.max(other.start + shift);
            let ends = (self.start + self.lasts).min(other.start + other.lasts + shift);
            (ends - begins).max(0)
        };
        (once(-DAY) + once(0) + once(DAY)).min(DAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(zone: Tz, from: (u32, u32), to: (u32, u32)) -> Hours {
        let at = |(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).expect("a time");
        Hours { zone, from: at(from), to: at(to) }
    }

    #[test]
    fn hours_of_two_zones_meet_for_so_long() {
        let (winter, summer) = ("2026-01-14", "2026-07-15");
        let london = Hours::usual(Tz::Europe__London);
        let kolkata = Hours::usual(Tz::Asia__Kolkata);
        let (angeles, auckland) = (Hours::usual(Tz::America__Los_Angeles), Hours::usual(Tz::Pacific__Auckland));
        let nights = hours(Tz::Europe__London, (22, 0), (6, 0));
        let whole = hours(Tz::UTC, (0, 0), (0, 0));
        for (one, other, date, minutes) in [
            (london, london, winter, 480),
            (london, kolkata, winter, 150),
            (london, kolkata, summer, 210),
            (london, angeles, winter, 0),
            (auckland, angeles, winter, 300),
            (auckland, angeles, summer, 180),
            (nights, london, winter, 0),
            (nights, kolkata, winter, 150),
            (nights, nights, summer, 480),
            (whole, kolkata, summer, 480),
            (whole, whole, summer, DAY),
            (nights, hours(Tz::UTC, (5, 30), (23, 0)), winter, 90),
        ] {
            let date = date.parse().expect("a date");
            let (one, other) = (one.window(date), other.window(date));
            assert_eq!((one.shared(other), other.shared(one)), (minutes, minutes), "{one:?} {other:?}");
        }
    }
}
