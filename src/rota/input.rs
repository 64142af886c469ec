//! What a rota is made from.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// How many dates a rota plans: two weeks, each of seven dates from the first one on.
pub const DATES: usize = 14;

/// A squad, and the fortnight that is planned for it.
#[derive(Clone, Debug)]
pub struct Squad {
    /// The first date of the fortnight, on any day of the week.
    pub first: NaiveDate,
    /// The dates on which the squad works. On all others everybody is off.
    pub works: BTreeSet<NaiveDate>,
    /// Its people in any order, each with an id of their own.
    pub people: Vec<Person>,
    /// How many people with a skill have to be present on each date on which the squad works.
    pub needs: BTreeMap<String, u32>,
}

/// Somebody of the squad.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who it is. A rota knows no names.
    pub id: i64,
    /// What this person can do for the squad.
    pub skills: BTreeSet<String>,
    /// Dates that this person would like to have off.
    pub wishes: BTreeSet<NaiveDate>,
    /// Dates on which this person is away in any case. They are rest.
    pub away: BTreeSet<NaiveDate>,
    /// The days of the week on which this person usually works.
    pub working_days: Vec<Weekday>,
    /// How many days in a row this person has worked, up to the day before the first date.
    pub streak: u32,
    /// Days off that this person has agreed to, and that stay as they are: so one "no" can be
    /// planned anew without moving anybody else. Disregarded if the rules of rest don't allow them.
    pub agreed: Option<BTreeSet<NaiveDate>>,
}

impl Squad {
    /// A squad that works on these days of the week, and needs one person for each skill that
    /// anybody has.
    pub fn new(first: NaiveDate, working_days: &[Weekday], people: Vec<Person>) -> Self {
        let works = dates(first).filter(|date| working_days.contains(&date.weekday())).collect();
        let skills = people.iter().flat_map(|person| person.skills.iter().cloned());
        let needs = skills.map(|skill| (skill, 1)).collect();
        Self { first, works, people, needs }
    }
}

impl Person {
    /// Somebody who works from Monday to Friday, has rested, and wishes nothing.
    pub fn new(id: i64) -> Self {
        use Weekday::{Fri, Mon, Thu, Tue, Wed};
        let (skills, working_days) = (BTreeSet::new(), vec![Mon, Tue, Wed, Thu, Fri]);
        let (wishes, away) = (BTreeSet::new(), BTreeSet::new());
        Self { id, skills, wishes, away, working_days, streak: 0, agreed: None }
    }
}

/// The dates of the fortnight that begins on a date.
pub fn dates(first: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    (0..DATES as u64).filter_map(move |day| first.checked_add_days(Days::new(day)))
}
