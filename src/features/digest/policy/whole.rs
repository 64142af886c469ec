//! The partnership's week, for its channel: what everybody may read.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::features::blocker::model::{Blocker, SeenBy};
use crate::features::decision::model::Decision;
use crate::features::share::model::{Kind, Share, State};

use super::{Shared, cleared_at};
use crate::features::digest::model::{Figures, Measure, Week};

/// All that the partnership's digest is made from.
#[derive(Clone, Debug)]
pub struct Whole {
    /// The week that it is about.
    pub week: Week,
    /// When it is made.
    pub now: DateTime<Utc>,
    /// The partnership's zone.
    pub zone: Tz,
    /// Its name.
    pub name: String,
    /// When its squads released, from the week before on.
    pub releases: Vec<DateTime<Utc>>,
    /// Blockers that everybody may read.
    pub blockers: Vec<Blocker>,
    /// What happened in it.
    pub shared: Shared,
}

impl Whole {
    /// Of those given, the blockers that everybody may read.
    pub fn for_everybody<'a>(all: impl Iterator<Item = &'a Blocker>) -> Vec<Blocker> {
        all.filter(|one| one.seen_by == SeenBy::Everybody).cloned().collect()
    }

    fn is_in(&self, week: Week) -> impl Fn(DateTime<Utc>) -> bool + Copy {
        let zone = self.zone;
        move |at| week.has(at, zone)
    }

    /// The measures of a week: this one, or the one before.
    pub fn figures(&self, week: Week) -> Figures {
        let is_in = self.is_in(week);
        let count = |measure: &Measure| {
            let count = match measure {
                Measure::Releases => self.releases.iter().filter(|at| is_in(**at)).count(),
                other => self.shared.figure(*other, is_in)?,
            };
            Some((*measure, i64::try_from(count).unwrap_or(i64::MAX)))
        };
        Measure::ALL.iter().filter_map(count).collect()
    }

    /// Decisions of the week.
    pub fn recorded(&self) -> impl Iterator<Item = &Decision> {
        self.shared.recorded(self.is_in(self.week))
    }

    /// Stories of the week.
    pub fn stories(&self) -> impl Iterator<Item = &Share> {
        self.shared.stories(self.is_in(self.week))
    }

    /// Words that were explained in the week.
    pub fn terms(&self) -> impl Iterator<Item = &Share> {
        let is_in = self.is_in(self.week);
        let all = self.shared.shares.iter();
        all.filter(move |one| one.kind == Kind::Term && one.state != State::Gone && is_in(one.shared_at))
    }

    /// Blockers that were put out of the way in the week.
    pub fn cleared(&self) -> impl Iterator<Item = &Blocker> {
        let is_in = self.is_in(self.week);
        self.blockers.iter().filter(move |one| cleared_at(one).is_some_and(is_in))
    }
}
