//! A rota, as it is kept and as it is read.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use crate::features::away::Away;
use crate::features::squad::model::Squad;
use crate::partnership::{SquadId, UserId};
use crate::rota;

/// A squad's fortnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rota {
    /// The row.
    pub id: i64,
    /// Whose it is.
    pub squad: SquadId,
    /// Its first date.
    pub first: NaiveDate,
    /// How it stands.
    pub state: State,
    /// Raised by whatever changes who is off when.
    pub version: i64,
    /// Whether it is proven that no rota is better.
    pub proven: bool,
    /// Who had it planned.
    pub by: UserId,
}

/// How a rota stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its lead was shown it.
    Draft,
    /// The squad was asked.
    Asked,
    /// It was taken back.
    Withdrawn,
}

/// One person's part of a rota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Who.
    pub user: UserId,
    /// Days that they would like to have off.
    pub wishes: BTreeSet<NaiveDate>,
    /// The days off that the rota chose for them.
    pub off: BTreeSet<NaiveDate>,
    /// The rota's version when these were planned.
    pub changed: i64,
    /// Whether they agreed to them.
    pub agreed: bool,
    /// The days away that agreeing has noted.
    pub noted: Vec<i64>,
}

/// What a squad sees of itself, and a rota is made from.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The squad.
    pub squad: Squad,
    /// Which day it is there.
    pub today: NaiveDate,
    /// Its people, in the order of their names.
    pub people: Vec<Colleague>,
}

/// Somebody in the squad.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// What they say they do in the squad.
    pub does: String,
    /// The dates for which they checked in.
    pub posted: BTreeSet<NaiveDate>,
    /// Their days away.
    pub away: Vec<Away>,
    /// The public holidays of their organisation, around today.
    pub holidays: BTreeSet<NaiveDate>,
}

/// A rota as people read it: what was planned, held against how things are now.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The rota.
    pub rota: Rota,
    /// The parts of those who are still in the squad.
    pub parts: BTreeMap<UserId, Part>,
    /// The squad.
    pub facts: Facts,
    /// What these days off leave uncovered, and who is off when.
    pub judged: rota::Rota,
}

impl Rota {
    /// Its last date.
    pub fn last(&self) -> NaiveDate {
        rota::dates(self.first).last().unwrap_or(self.first)
    }
}

impl Whole {
    /// Somebody's days off on which the squad works: those that the rota chose, and their days away.
    pub fn days_off(&self, user: UserId) -> Vec<NaiveDate> {
        let plan = self.judged.people.iter().find(|plan| plan.id == user.0);
        let works = |date: &&NaiveDate| self.facts.squad.working_days.contains(date.weekday());
        plan.into_iter().flat_map(|plan| &plan.off).filter(works).copied().collect()
    }

    /// A name in the squad.
    pub fn name(&self, user: UserId) -> &str {
        self.facts.people.iter().find(|one| one.user == user).map_or("", |one| &one.name)
    }

    /// The parts with the names of their people, in the order of the names.
    pub fn named(&self) -> impl Iterator<Item = (&str, &Part)> {
        self.facts.people.iter().filter_map(|one| Some((one.name.as_str(), self.parts.get(&one.user)?)))
    }
}

impl State {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Asked => "asked",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// From how it is stored.
    pub fn parse(text: &str) -> Self {
        match text {
            "asked" => Self::Asked,
            "withdrawn" => Self::Withdrawn,
            _ => Self::Draft,
        }
    }
}

impl Part {
    /// The part of somebody who wishes nothing yet.
    pub fn new(user: UserId) -> Self {
        let (wishes, off) = (BTreeSet::new(), BTreeSet::new());
        Self { user, wishes, off, changed: 0, agreed: false, noted: Vec::new() }
    }
}
