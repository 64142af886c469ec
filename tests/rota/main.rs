//! The rest rota: what it promises to people, against tables, itself and a search of everything.

mod properties;
mod tables;

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use elevenses::rota::{DATES, Person, Rota, Score, Squad, dates, plan};

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
/// Unoptimised on a busy machine, a squad of twenty takes a few seconds.
const LIMIT: Duration = Duration::from_mins(2);

/// The first date of the tables, a Monday.
fn first() -> NaiveDate {
    "2026-03-30".parse().expect("a date")
}

fn date(day: u64) -> NaiveDate {
    first() + Days::new(day)
}

fn some(days: impl IntoIterator<Item = u64>) -> BTreeSet<NaiveDate> {
    days.into_iter().map(date).collect()
}

type Off = BTreeSet<NaiveDate>;

fn skills(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn people(number: i64, each: impl Fn(Person) -> Person) -> Vec<Person> {
    (1..=number).map(|id| each(Person::new(id))).collect()
}

/// Plans, and holds the rota against everything that always has to be true.
fn planned(squad: &Squad) -> Rota {
    let rota = plan(squad, LIMIT);
    rests(squad, &rota);
    let off: Vec<_> = squad.people.iter().map(|person| (person, off(&rota, person.id))).collect();
    assert_eq!(rota.score, score(squad, &off));
    rota
}

fn rests(squad: &Squad, rota: &Rota) {
    assert_eq!(rota.people.len(), squad.people.len());
    for person in &squad.people {
        assert_eq!(broken(squad, person, &off(rota, person.id)), None, "{person:?}");
    }
}

fn off(rota: &Rota, id: i64) -> Off {
    let plan = rota.people.iter().find(|plan| plan.id == id).expect("a plan for everybody");
    plan.off.iter().copied().collect()
}

/// The places in the fortnight of somebody's days off.
fn days_off(squad: &Squad, rota: &Rota, id: i64) -> Vec<usize> {
    let off = off(rota, id);
    dates(squad.first).zip(0..).filter(|(date, _)| off.contains(date)).map(|(_, day)| day).collect()
}

/// Which rule of rest is broken, in words of their own, apart from those of the module.
fn broken(squad: &Squad, person: &Person, off: &Off) -> Option<&'static str> {
    let rest: Vec<bool> = dates(squad.first).map(|date| off.contains(&date)).collect();
    let fixed = |date: &NaiveDate| !squad.works.contains(date) || person.away.contains(date);
    if dates(squad.first).any(|date| fixed(&date) && !off.contains(&date)) {
        return Some("works when away, or when the squad doesn't");
    }
    let owed = WEEK.iter().filter(|day| !person.working_days.contains(day)).count().max(2);
    if rest.chunks(7).any(|week| week.iter().filter(|rest| **rest).count() < owed) {
        return Some("a week has too few days off");
    }
    let within = if person.streak > 6 { 3 } else { DATES };
    if rest.windows(2).take(within).all(|two| !two[0] || !two[1]) {
        return Some("no two in a row, or too late");
    }
    let mut run = if person.streak > 6 { 0 } else { person.streak };
    for rest in rest {
        run = if rest { 0 } else { run + 1 };
        if run > 6 {
            return Some("more than six days in a row");
        }
    }
    None
}

/// The score in the words of its documentation, from nothing but dates.
fn score(squad: &Squad, people: &[(&Person, Off)]) -> Score {
    let mut score = Score::default();
    for date in dates(squad.first).filter(|date| squad.works.contains(date)) {
        let present = || people.iter().filter(|(_, off)| !off.contains(&date));
        for (skill, need) in &squad.needs {
            let have = present().filter(|(person, _)| person.skills.contains(skill)).count();
            score.uncovered += need.saturating_sub(small(have));
        }
        let here = people.iter().filter(|(person, _)| !person.away.contains(&date)).count();
        score.short += small(here.div_ceil(2)).saturating_sub(small(present().count()));
    }
    for (person, off) in people {
        let worked: Vec<NaiveDate> = dates(squad.first).filter(|date| !off.contains(date)).collect();
        let wait = dates(squad.first).take_while(|date| !off.contains(date)).count();
        if person.streak > 6 {
            score.waiting += person.streak.min(100) * small(wait);
        }
        let usual = |date: &&NaiveDate| !person.working_days.contains(&date.weekday());
        score.moved += small(worked.iter().filter(|date| person.wishes.contains(date)).count());
        score.changed += small(worked.iter().filter(usual).count());
        score.weekends += small(worked.iter().filter(|date| WEEK[5..].contains(&date.weekday())).count()).pow(2);
    }
    score
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("few")
}
