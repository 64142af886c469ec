//! The squad as the solver sees it: people with days off to choose from, and who has to be there.

use super::days::Days;
use super::input::{Person, Squad};
use super::rest::Fortnight;
use super::score::Score;

/// So many of these people have to be present on a date.
#[derive(Debug)]
pub(super) struct Demand<'s> {
    pub(super) day: usize,
    /// The skill; none where it is half of the squad.
    pub(super) skill: Option<&'s str>,
    /// Their places among the people.
    pub(super) members: Vec<usize>,
    pub(super) need: u32,
}

impl Demand<'_> {
    pub(super) fn present(&self, off: &[Days]) -> u32 {
        count(self.members.iter().filter(|person| !off[**person].has(self.day)).count())
    }

    pub(super) fn all(&self) -> u32 {
        count(self.members.len())
    }

    /// What is needed, but for those who are missing whoever is off.
    pub(super) fn can_be_met(&self) -> u32 {
        self.need.min(self.all())
    }

    /// What it adds to the score when so many people are missing.
    pub(super) fn cost(&self, missing: u32) -> Score {
        match self.skill {
            Some(_) => Score { uncovered: missing, ..Score::default() },
            None => Score { short: missing, ..Score::default() },
        }
    }

    pub(super) fn missing(&self, off: &[Days]) -> u32 {
        self.need.saturating_sub(self.present(off))
    }
}

/// A squad's fortnight.
#[derive(Debug)]
pub(super) struct Model<'s> {
    /// By id, so that the same squad has the same rota in whatever order it was given.
    pub(super) people: Vec<(&'s Person, Fortnight)>,
    /// By date; the skills by name, then half of the squad.
    pub(super) demands: Vec<Demand<'s>>,
}

impl<'s> Model<'s> {
    pub(super) fn new(squad: &'s Squad) -> Self {
        let mut people: Vec<_> = squad.people.iter().map(|person| (person, Fortnight::new(squad, person))).collect();
        people.sort_by_key(|(person, _)| person.id);
        let mut demands = Vec::new();
        for day in Days::among(squad.first, &squad.works).iter() {
            for (skill, need) in &squad.needs {
                let members = places(&people, |(person, _)| person.skills.contains(skill));
                demands.push(Demand { day, skill: Some(skill), members, need: *need });
            }
            // Half of those who can be: nobody is missed on a day of leave.
            let members = places(&people, |(_, fortnight)| !fortnight.away.has(day));
            demands.push(Demand { day, skill: None, need: count(members.len().div_ceil(2)), members });
        }
        Self { people, demands }
    }

    pub(super) fn score(&self, off: &[Days]) -> Score {
        let mut score = Score::default();
        for demand in &self.demands {
            score += demand.cost(demand.missing(off));
        }
        for ((_, fortnight), off) in self.people.iter().zip(off) {
            score += fortnight.cost(*off);
        }
        score
    }
}

fn places<T>(all: &[T], belongs: impl Fn(&T) -> bool) -> Vec<usize> {
    all.iter().enumerate().filter(|(_, one)| belongs(one)).map(|(place, _)| place).collect()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
