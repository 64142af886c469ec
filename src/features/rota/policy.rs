//! When a rota begins, and what it is planned from. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::features::away::{Away, away_all_day};
use crate::partnership::SquadId;
use crate::rota;

use super::model::{Colleague, Facts, Part};

/// The kind of the panel with a rota.
pub const PANEL: &str = "rota.plan";
/// The longest streak that is looked for, in days.
pub const FARTHEST: u64 = 120;
/// How soon a rota begins, in days. Each is asked, so each gets the rest of today and a whole day to
/// answer: a rota from tomorrow on, asked in the evening, would have begun before most have read it.
/// Whoever needs tomorrow takes it with `/away add`, and everybody together with a shared rest day.
const SOONEST: u64 = 2;
/// The most days in a row that a squad should come to while it waits for its rota to begin.
const MOST_IN_A_ROW: u32 = 6;

/// The first date of a squad's rota: its next Monday, as people think of a fortnight; but sooner if
/// somebody would have worked more than six days in a row until then. On day 14 of a streak nobody
/// wants to hear "from Monday on".
pub fn first(facts: &Facts) -> NaiveDate {
    let soonest = facts.today + Days::new(SOONEST);
    let monday = soonest.iter_days().find(|date| date.weekday() == Weekday::Mon).unwrap_or(soonest);
    let too_long = facts.people.iter().any(|one| streak(facts, one, monday, &[]) > MOST_IN_A_ROW);
    if too_long { soonest } else { monday }
}

/// How many days in a row somebody will have worked when a rota begins: the dates for which they
/// checked in, and from today on those on which the squad works and they aren't away. `but` are days
/// away that don't count.
fn streak(facts: &Facts, one: &Colleague, first: NaiveDate, but: &[i64]) -> u32 {
    let off = off_anyway(one, but);
    let worked = |date: &NaiveDate| {
        let will = *date >= facts.today && facts.squad.working_days.contains(date.weekday()) && !off(*date);
        one.posted.contains(date) || will
    };
    let before = first.pred_opt().into_iter().flat_map(|last| std::iter::successors(Some(last), NaiveDate::pred_opt));
    u32::try_from(before.take_while(worked).count()).unwrap_or(u32::MAX)
}

/// On which dates somebody is off without a rota. `but` are days away that don't count.
fn off_anyway<'c>(one: &'c Colleague, but: &[i64]) -> impl Fn(NaiveDate) -> bool + use<'c> {
    let away: Vec<Away> = one.away.iter().filter(|away| !but.contains(&away.id)).copied().collect();
    move |date| away_all_day(&away, date) || one.holidays.contains(&date)
}

/// What somebody can do for the squad, from what they say they do in it: its parts between commas.
pub fn skills(does: &str) -> BTreeSet<String> {
    let parts = does.split([',', ';', '\n']).map(|part| part.trim().to_lowercase());
    parts.filter(|part| !part.is_empty()).collect()
}

/// What the solver is given. The days away that agreeing to this very rota has noted are left out:
/// they are what is planned. Who has left the squad isn't in it.
pub fn input<'p>(facts: &Facts, parts: impl IntoIterator<Item = &'p Part>, first: NaiveDate) -> rota::Squad {
    let people: BTreeMap<_, _> = facts.people.iter().map(|one| (one.user, one)).collect();
    let person = |part: &Part| {
        let one = people.get(&part.user)?;
        let off = off_anyway(one, &part.noted);
        Some(rota::Person {
            skills: skills(&one.does),
            wishes: part.wishes.clone(),
            away: rota::dates(first).filter(|date| off(*date)).collect(),
            streak: streak(facts, one, first, &part.noted),
            agreed: part.agreed.then(|| part.off.clone()),
            ..rota::Person::new(part.user.0)
        })
    };
    let days: Vec<Weekday> = facts.squad.working_days.iter().collect();
    rota::Squad::new(first, &days, parts.into_iter().filter_map(person).collect())
}

/// Takes over what was planned. Whoever agreed keeps what they agreed to, whatever a solver says.
/// Whoever's days off have changed is marked with the version, so that a button that shows the days
/// before doesn't agree to these.
pub fn apply(parts: &mut [Part], planned: &rota::Rota, version: i64) {
    for part in parts.iter_mut().filter(|part| !part.agreed) {
        let Some(plan) = planned.people.iter().find(|plan| plan.id == part.user.0) else { continue };
        let off: BTreeSet<NaiveDate> = plan.chosen.iter().copied().collect();
        if part.off != off || part.changed == 0 {
            part.off = off;
            part.changed = version;
        }
    }
}

/// The dates of a fortnight that somebody can ask to have off: the squad works, and it isn't too late.
pub fn askable(facts: &Facts, first: NaiveDate) -> Vec<NaiveDate> {
    let works = |date: &NaiveDate| facts.squad.working_days.contains(date.weekday());
    rota::dates(first).filter(|date| works(date) && *date > facts.today).collect()
}

/// The key of a rota's panel.
pub fn key(squad: SquadId, id: i64) -> String {
    format!("{PANEL}:{}", row(squad, id))
}

/// The row of a rota's buttons.
pub fn row(squad: SquadId, id: i64) -> String {
    format!("{squad},{id}")
}

/// A squad and a rota from such a row.
pub fn parse_row(row: &str) -> Option<(SquadId, i64)> {
    let (squad, id) = row.split_once(',')?;
    Some((squad.parse().ok()?, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::config::Config;
    use crate::features::away::Part as Half;
    use crate::features::squad::model::Squad;
    use crate::partnership::calendar::WorkingDays;
    use crate::partnership::{ChannelId, UserId};
    use crate::schedule::Schedule;

    fn date(text: &str) -> NaiveDate {
        format!("2026-{text}").parse().expect("a date")
    }

    /// A squad on Wednesday 25 March; the last date for which each checked in, and how many in a row.
    fn facts(days: &str, people: &[(&str, u64)]) -> Facts {
        let schedule = Schedule::parse("weekdays 09:30").expect("a schedule");
        let defaults = Config::default().squad;
        let squad = Squad::new(&defaults, "Checkout".to_owned(), ChannelId(1), UserId(1), schedule, Tz::UTC);
        let squad = Squad { working_days: WorkingDays::parse(days).expect("days"), ..squad };
        let one = |(user, (last, posted)): (i64, &(&str, u64))| Colleague {
            user: UserId(user),
            name: user.to_string(),
            does: String::new(),
            posted: (0..*posted).map(|ago| date(last) - Days::new(ago)).collect(),
            away: Vec::new(),
            holidays: BTreeSet::new(),
        };
        Facts { squad, today: date("03-25"), people: (1..).zip(people).map(one).collect() }
    }

    fn away(id: i64, on: &str) -> Away {
        Away { id, first: date(on), last: date(on), part: Half::Day }
    }

    #[test]
    fn a_rota_begins_on_monday_unless_that_is_too_long_a_wait() {
        for (days, people, begins) in [
            ("Mon-Fri", &[("03-25", 3)][..], "03-30"),
            // Four days until Monday: with two before them it is six in a row, with three it is seven.
            ("Mon-Sun", &[("03-25", 2)], "03-30"),
            ("Mon-Sun", &[("03-25", 3)], "03-27"),
            ("Mon-Sun", &[("03-25", 1), ("03-25", 14)], "03-27"),
            // The day isn't over: whoever hasn't checked in yet will.
            ("Mon-Sun", &[("03-24", 2)], "03-27"),
            // Fourteen days with a weekend to come.
            ("Mon-Fri", &[("03-25", 14)], "03-30"),
            ("Mon-Fri", &[], "03-30"),
        ] {
            assert_eq!(first(&facts(days, people)), date(begins), "{days} {people:?}");
        }
        // Whoever is off anyway before Monday isn't in the middle of a streak.
        let mut rested = facts("Mon-Sun", &[("03-25", 14)]);
        rested.people[0].away = vec![away(7, "03-28")];
        assert_eq!(first(&rested), date("03-30"));
        // Everybody has a whole day to answer.
        for (today, begins) in [("03-28", "03-30"), ("03-29", "04-06"), ("03-30", "04-06")] {
            let facts = Facts { today: date(today), ..facts("Mon-Fri", &[]) };
            assert_eq!(first(&facts), date(begins), "{today}");
        }
    }

    #[test]
    fn what_people_say_they_do_are_their_skills() {
        for (does, expected) in [
            ("", &[][..]),
            ("Deploys", &["deploys"]),
            (" Deploys, label printer ;; ,", &["deploys", "label printer"]),
            ("LABELS, labels", &["labels"]),
        ] {
            assert_eq!(skills(does), expected.iter().map(|skill| (*skill).to_owned()).collect(), "{does}");
        }
    }

    #[test]
    fn the_solver_is_given_what_the_squad_sees() {
        let mut facts = facts("Mon-Sun", &[("03-25", 3), ("03-25", 1)]);
        facts.people[0].away = vec![away(7, "04-01"), away(8, "04-02"), away(9, "05-01")];
        facts.people[0].does = "labels".to_owned();
        facts.people[1].holidays = [date("04-06")].into();
        let off = BTreeSet::from([date("04-01")]);
        let agreed = Part { agreed: true, noted: vec![7], off: off.clone(), ..Part::new(UserId(1)) };
        let open = Part { off, wishes: [date("04-03")].into(), ..Part::new(UserId(2)) };
        let gone = Part::new(UserId(3));
        let input = input(&facts, [&agreed, &open, &gone], date("03-30"));
        let [one, two] = &input.people[..] else { panic!("{:?}", input.people) };
        // What agreeing has noted is the plan itself, and no day away around it.
        assert_eq!((&one.away, &two.away), (&[date("04-02")].into(), &[date("04-06")].into()));
        assert_eq!((one.streak, two.streak), (7, 5));
        assert_eq!((&one.agreed, &two.agreed), (&Some(agreed.off.clone()), &None));
        assert_eq!(two.wishes, open.wishes);
        assert_eq!(input.needs, [("labels".to_owned(), 1)].into());
    }

    #[test]
    fn a_new_plan_moves_nobody_who_agreed_and_marks_who_is_moved() {
        let plan = |id: i64, day: &str| rota::Plan {
            id,
            off: Vec::new(),
            chosen: vec![date(day)],
            kept: Vec::new(),
            moved: Vec::new(),
        };
        let people = vec![plan(1, "04-01"), plan(2, "04-01"), plan(3, "04-01")];
        let planned = rota::Rota {
            people,
            uncovered: Vec::new(),
            short: Vec::new(),
            score: rota::Score::default(),
            proven: true,
        };
        let part =
            |user, day: &str, agreed| Part { off: [date(day)].into(), changed: 1, agreed, ..Part::new(UserId(user)) };
        let mut parts =
            [part(1, "04-02", true), part(2, "04-02", false), part(3, "04-01", false), Part::new(UserId(4))];
        apply(&mut parts, &planned, 5);
        let after: Vec<_> = parts.iter().map(|part| (part.off.first().copied(), part.changed)).collect();
        let (first, second) = (Some(date("04-01")), Some(date("04-02")));
        assert_eq!(after, [(second, 1), (first, 5), (first, 1), (None, 0)]);
    }

    #[test]
    fn only_working_days_to_come_can_be_asked_for() {
        let asked = askable(&facts("Mon-Fri", &[]), date("03-23"));
        assert_eq!(asked.first(), Some(&date("03-26")));
        assert_eq!(asked.len(), 7, "{asked:?}");
    }

    #[test]
    fn a_row_reads_back() {
        assert_eq!(parse_row(&row(SquadId(3), 77)), Some((SquadId(3), 77)));
        for text in ["", "3", "x,1", "1,x"] {
            assert_eq!(parse_row(text), None, "{text}");
        }
    }
}
