//! An organisation's week, for its stewards: how its people are looked after, and what waits on them. Nothing of it
//! says how anybody is: figures are of all of them, and of five at least.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::features::blocker::model::Blocker;
use crate::features::blocker::policy::Standing;
use crate::features::cover::model::{Cover, State};
use crate::features::decision::model::Decision;
use crate::features::organisation::model::Organisation;
use crate::features::share::model::Share;
use crate::partnership::{NOBODY, UserId};

use super::{Ask, Became, Shared, Why, blocker_became, cleared_at};
use crate::features::digest::model::{Figures, Measure, Rate, Week};

/// All that the digest of an organisation's people is made from.
#[derive(Clone, Debug)]
pub struct People {
    /// The week that it is about.
    pub week: Week,
    /// When it is made.
    pub now: DateTime<Utc>,
    /// The partnership's zone.
    pub zone: Tz,
    /// The organisation.
    pub organisation: Organisation,
    /// What may be told of how its people checked in, by week.
    pub rates: BTreeMap<Week, Rate>,
    /// Texts that its people let go to their steward, word for word, and whose they are. Only where it has turned that on.
    pub needed: Vec<(UserId, String)>,
    /// Requests for cover of which its stewards were told, and whose hand-over isn't over.
    pub covers: Vec<Cover>,
    /// How many people wait for a steward's yes to be of it.
    pub joining: usize,
    /// Blockers that its people wait with, or that wait on it; none that is private to somebody.
    pub blockers: Vec<(Blocker, Standing)>,
    /// The rows of those that the reader may not read.
    pub hidden: BTreeSet<i64>,
    /// What happened in the whole partnership.
    pub shared: Shared,
}

impl People {
    fn is_in(&self, week: Week) -> impl Fn(DateTime<Utc>) -> bool + Copy {
        let zone = self.zone;
        move |at| week.has(at, zone)
    }

    /// The measures of a week: this one, or one before.
    pub fn figures(&self, week: Week) -> Figures {
        let is_in = self.is_in(week);
        let end = week.instants(self.zone).1.min(self.now);
        let mut figures = Figures::new();
        if let Some(rate) = self.rates.get(&week) {
            figures.insert(Measure::CheckIns, rate.percent());
            figures.insert(Measure::DaysOff, (rate.halves_off + 1) / 2);
        }
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let asked = || self.blockers.iter().map(|(one, _)| one).filter(|one| one.asked == Some(self.organisation.id));
        let open = |one: &&Blocker| one.raised_at < end && cleared_at(one).is_none_or(|at| at >= end);
        figures.insert(Measure::WaitsOnIt, count(asked().filter(open).count()));
        figures
            .insert(Measure::ClearedForOthers, count(asked().filter_map(cleared_at).filter(|at| is_in(*at)).count()));
        figures
    }

    /// What needs a steward, the most pressing first.
    pub fn asks(&self) -> Vec<Ask> {
        let mut asks: Vec<Ask> =
            self.covers.iter().filter(|one| one.state == State::Open).map(|one| Ask::Cover { id: one.id }).collect();
        let mut waiting: Vec<(&Blocker, f64)> = Vec::new();
        for (one, standing) in self.blockers.iter().filter(|(one, _)| !self.hidden.contains(&one.id)) {
            match standing {
                Standing::Waits(passed) if one.asked == Some(self.organisation.id) && passed.days >= 1.0 => {
                    waiting.push((one, passed.days));
                }
                _ => {}
            }
        }
        waiting.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.id.cmp(&other.0.id)));
        let why = |one: &Blocker| if one.their_owner == NOBODY { Why::NobodyHere } else { Why::Waits };
        asks.extend(waiting.into_iter().map(|(one, _)| Ask::Blocker { id: one.id, why: why(one) }));
        asks
    }

    /// What became of something that was asked for.
    pub fn became(&self, ask: &Ask) -> Became {
        match ask {
            Ask::Cover { id } => match self.covers.iter().find(|one| one.id == *id) {
                Some(one) if one.state == State::Open => Became::Waits,
                _ => Became::Done,
            },
            Ask::Blocker { id, why } => {
                blocker_became(self.blockers.iter().find(|(one, _)| one.id == *id), *why, |one| one.their_owner)
            }
            // They aren't asked of a steward.
            Ask::Rest { .. } | Ask::Review { .. } | Ask::Voices { .. } => Became::Waits,
        }
    }

    /// Blockers of others that waited on it and were put out of the way in the week.
    pub fn cleared(&self) -> impl Iterator<Item = &Blocker> {
        let is_in = self.is_in(self.week);
        let readable = self.blockers.iter().map(|(one, _)| one).filter(|one| !self.hidden.contains(&one.id));
        readable.filter(move |one| one.asked == Some(self.organisation.id) && cleared_at(one).is_some_and(is_in))
    }

    /// Stories of the week that its people told for it.
    pub fn stories(&self) -> impl Iterator<Item = &Share> {
        self.shared.stories(self.is_in(self.week)).filter(|one| one.organisation == Some(self.organisation.id))
    }

    /// Decisions of the week in which it has a part.
    pub fn recorded(&self) -> impl Iterator<Item = &Decision> {
        let has_part = |one: &&Decision| one.says.parts.iter().any(|(id, _)| *id == self.organisation.id);
        self.shared.recorded(self.is_in(self.week)).filter(has_part)
    }
}
