//! What comes out: who is off when, what that leaves uncovered, and how good it is.

use chrono::NaiveDate;

use super::days::Days;
use super::input::Squad;
use super::model::Model;
use super::score::Score;

/// A fortnight's days off for a squad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rota {
    /// By id.
    pub people: Vec<Plan>,
    /// Skills for which somebody is missing, by date: what cover from outside can be asked for.
    pub uncovered: Vec<Uncovered>,
    /// Dates on which less than half of those who aren't away are present.
    pub short: Vec<Short>,
    /// How good it is.
    pub score: Score,
    /// Whether it is proven that no rota has a better score.
    pub proven: bool,
}

/// One person's fortnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Who it is.
    pub id: i64,
    /// All dates without work.
    pub off: Vec<NaiveDate>,
    /// Those of them that the rota chose: the person isn't away, and the squad works.
    pub chosen: Vec<NaiveDate>,
    /// Wished dates that are off.
    pub kept: Vec<NaiveDate>,
    /// Wished dates that are worked.
    pub moved: Vec<NaiveDate>,
}

/// A skill that isn't covered on a date.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uncovered {
    /// The date.
    pub date: NaiveDate,
    /// The skill.
    pub skill: String,
    /// How many people are missing.
    pub missing: u32,
}

/// A date on which few are present.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Short {
    /// The date.
    pub date: NaiveDate,
    /// How many people are present.
    pub present: u32,
    /// How many should be: half of those who aren't away, rounded up.
    pub wanted: u32,
}

impl Rota {
    pub(super) fn new(squad: &Squad, model: &Model<'_>, off: &[Days], proven: bool) -> Self {
        let first = squad.first;
        let people = model.people.iter().zip(off).map(|((person, fortnight), off)| Plan {
            id: person.id,
            off: off.dates(first),
            chosen: off.without(fortnight.fixed).dates(first),
            kept: fortnight.wishes.and(*off).dates(first),
            moved: fortnight.wishes.without(*off).dates(first),
        });
        let mut rota = Self {
            people: people.collect(),
            uncovered: Vec::new(),
            short: Vec::new(),
            score: model.score(off),
            proven,
        };
        let dates: Vec<NaiveDate> = super::input::dates(first).collect();
        for demand in &model.demands {
            let (date, missing) = (dates[demand.day], demand.missing(off));
            match demand.skill {
                _ if missing == 0 => {}
                Some(skill) => rota.uncovered.push(Uncovered { date, skill: skill.to_owned(), missing }),
                None => rota.short.push(Short { date, present: demand.present(off), wanted: demand.need }),
            }
        }
        rota
    }
}
