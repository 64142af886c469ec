//! What a week comes to: its figures, what it asks of its reader, and what became of what was asked before. Pure.
//! Here it is a squad's, for whoever leads it; [`people`] has an organisation's and [`whole`] the partnership's.

pub mod people;
pub mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::features::blocker::model::Blocker;
use crate::features::blocker::policy::Standing;
use crate::features::conversation::model::Conversation;
use crate::features::decision::model::{Decision, Status};
use crate::features::release::model::Release;
use crate::features::rest::model::SquadDate;
use crate::features::rest::policy::streak;
use crate::features::share::model::{Kind, Share, State};
use crate::features::squad::model::Squad;
use crate::pace::streak_level;
use crate::partnership::{NOBODY, OrganisationId, UserId};
use crate::schedule::Schedule;

use super::model::{Figures, Measure, Rate, Week};

/// From how many people up figures about how they check in are shown.
pub const FEWEST: usize = crate::features::organisation::model::SMALLEST_GROUP as usize;

/// When a digest comes, unless its reader chose another time: as the week begins.
pub fn usual() -> Schedule {
    static USUAL: LazyLock<Schedule> = LazyLock::new(|| Schedule::parse(USUALLY).expect("a schedule"));
    USUAL.clone()
}

/// The same in plain words.
const USUALLY: &str = "Monday 09:00";

/// What happened in the whole partnership: the digests of all of it share this.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The partnership's decisions that changed since the week before began, and those that are due for review.
    pub decisions: Arc<[Decision]>,
    /// What was shared, the latest first.
    pub shares: Arc<[Share]>,
    /// When people said that they met for coffee.
    pub coffees: Arc<[DateTime<Utc>]>,
    /// How many people have joined coffee.
    pub guests: usize,
}

impl Shared {
    /// A measure of the whole partnership, of when the given function says; `None`: it isn't one, or it would tell
    /// of few people.
    fn figure(&self, measure: Measure, is_in: impl Fn(DateTime<Utc>) -> bool) -> Option<usize> {
        let terms = |one: &&Share| one.kind == Kind::Term && one.state != State::Gone && is_in(one.shared_at);
        Some(match measure {
            Measure::Decisions => self.recorded(&is_in).count(),
            Measure::Coffees if self.guests >= FEWEST => self.coffees.iter().filter(|at| is_in(**at)).count(),
            Measure::Stories => self.stories(&is_in).count(),
            Measure::Terms => self.shares.iter().filter(terms).count(),
            _ => return None,
        })
    }

    /// Decisions that were recorded when the given function says; proposed ones aren't decided.
    pub fn recorded(&self, is_in: impl Fn(DateTime<Utc>) -> bool) -> impl Iterator<Item = &Decision> {
        self.decisions.iter().filter(move |one| one.status != Status::Proposed && is_in(one.recorded_at))
    }

    /// Stories that were shared when the given function says.
    pub fn stories(&self, is_in: impl Fn(DateTime<Utc>) -> bool) -> impl Iterator<Item = &Share> {
        self.shares.iter().filter(move |one| one.kind.is_story() && one.state != State::Gone && is_in(one.shared_at))
    }

    /// A decision by its number.
    pub fn decision(&self, number: i64) -> Option<&Decision> {
        self.decisions.iter().find(|one| one.number == number)
    }
}

/// All that a squad's digest is made from.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The week that it is about.
    pub week: Week,
    /// When it is made.
    pub now: DateTime<Utc>,
    /// The squad.
    pub squad: Squad,
    /// How many are in it.
    pub people: usize,
    /// How many check-ins were answered, by week; weeks of which it isn't told are missing.
    pub rates: BTreeMap<Week, Rate>,
    /// Its dates, the newest first: the first is the week's Sunday, or today.
    pub dates: Vec<(NaiveDate, SquadDate)>,
    /// Its releases of this week and the one before.
    pub releases: Vec<Release>,
    /// Its blockers that aren't private to somebody, and how they stand now.
    pub blockers: Vec<(Blocker, Standing)>,
    /// The rows of those that the reader may not read. They are counted, and nothing else is said of them.
    pub hidden: BTreeSet<i64>,
    /// What happened in the whole partnership.
    pub shared: Shared,
    /// The conversations of its channel, and whose voices are missing.
    pub conversations: Vec<(Conversation, Vec<OrganisationId>)>,
}

impl Facts {
    /// The week's last date, or today while it isn't over.
    pub fn last(&self) -> NaiveDate {
        self.now.with_timezone(&self.squad.zone).date_naive().min(self.week.sunday())
    }

    fn is_in(&self, week: Week) -> impl Fn(DateTime<Utc>) -> bool + Copy {
        let zone = self.squad.zone;
        move |at| week.has(at, zone)
    }

    /// The blockers that the reader may read, and how they stand.
    pub fn readable(&self) -> impl Iterator<Item = &(Blocker, Standing)> {
        self.blockers.iter().filter(|(one, _)| !self.hidden.contains(&one.id))
    }

    /// The measures of a week: this one, or the one before.
    pub fn figures(&self, week: Week) -> Figures {
        let is_in = self.is_in(week);
        let end = week.instants(self.squad.zone).1.min(self.now);
        let open = |one: &Blocker| one.raised_at < end && cleared_at(one).is_none_or(|at| at >= end);
        let blockers = || self.blockers.iter().map(|(one, _)| one);
        let mut figures = Figures::new();
        for measure in Measure::ALL {
            let count = match measure {
                Measure::CheckIns => {
                    figures.extend(self.rates.get(&week).map(|rate| (*measure, rate.percent())));
                    continue;
                }
                Measure::Releases => self.releases.iter().filter(|one| is_in(one.at)).count(),
                Measure::Streak => {
                    figures.insert(*measure, i64::from(self.streak(week)));
                    continue;
                }
                Measure::BlockersRaised => blockers().filter(|one| is_in(one.raised_at)).count(),
                Measure::BlockersCleared => blockers().filter_map(cleared_at).filter(|at| is_in(*at)).count(),
                Measure::BlockersOpen => blockers().filter(|one| open(one)).count(),
                Measure::BlockersInHand => blockers()
                    .filter(|one| open(one) && one.held(end - chrono::TimeDelta::milliseconds(1)).is_some())
                    .count(),
                Measure::Conversations => self
                    .conversations
                    .iter()
                    .filter(|(one, _)| one.opened_at < end && one.closed_at.is_none_or(|at| at >= end))
                    .count(),
                _ => match self.shared.figure(*measure, is_in) {
                    Some(count) => count,
                    None => continue,
                },
            };
            figures.insert(*measure, i64::try_from(count).unwrap_or(i64::MAX));
        }
        figures
    }

    /// The squad's days in a row at a week's end.
    pub fn streak(&self, week: Week) -> u32 {
        let mut dates = self.dates.iter().skip_while(|(date, _)| *date > week.sunday()).map(|(_, one)| *one);
        dates.next().map_or(0, |last| streak(last, dates))
    }

    /// Decisions that were recorded in the week.
    pub fn recorded(&self) -> impl Iterator<Item = &Decision> {
        self.shared.recorded(self.is_in(self.week))
    }

    /// Blockers that were put out of the way in the week.
    pub fn cleared(&self) -> impl Iterator<Item = &Blocker> {
        let is_in = self.is_in(self.week);
        self.readable().map(|(one, _)| one).filter(move |one| cleared_at(one).is_some_and(is_in))
    }

    /// Stories of the week.
    pub fn stories(&self) -> impl Iterator<Item = &Share> {
        self.shared.stories(self.is_in(self.week))
    }

    /// What needs a decision of whoever leads the squad, the most pressing first.
    pub fn asks(&self, reader: UserId) -> Vec<Ask> {
        let today = self.last();
        let mut asks = Vec::new();
        let days = self.streak(self.week);
        if streak_level(days) > 0 {
            asks.push(Ask::Rest { days });
        }
        let mut waiting: Vec<(&Blocker, f64)> = Vec::new();
        for (one, standing) in self.readable() {
            match standing {
                Standing::Waits(passed) if passed.days >= 1.0 => waiting.push((one, passed.days)),
                Standing::Waits(_) | Standing::Open if one.owner == NOBODY => waiting.push((one, 0.0)),
                _ => {}
            }
        }
        waiting.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.id.cmp(&other.0.id)));
        let why = |one: &Blocker| if one.owner == NOBODY { Why::NobodyHere } else { Why::Waits };
        asks.extend(waiting.into_iter().map(|(one, _)| Ask::Blocker { id: one.id, why: why(one) }));
        let due = |one: &&Decision| {
            one.status == Status::Agreed
                && one.says.review_on.is_some_and(|on| on <= today)
                && (one.says.owner == reader || one.says.owner == NOBODY)
        };
        asks.extend(self.shared.decisions.iter().filter(due).map(|one| Ask::Review { number: one.number }));
        let unheard = self.conversations.iter().filter(|(one, missing)| one.closed_at.is_none() && !missing.is_empty());
        asks.extend(unheard.map(|(one, _)| Ask::Voices { number: one.number }));
        asks
    }

    /// What became of something that was asked for.
    pub fn became(&self, ask: &Ask) -> Became {
        let done = |done: bool| if done { Became::Done } else { Became::Waits };
        match ask {
            Ask::Rest { days } => {
                let now = self.streak(self.week);
                if now < *days { Became::Done } else { Became::Waits }
            }
            Ask::Blocker { id, why } => {
                blocker_became(self.blockers.iter().find(|(one, _)| one.id == *id), *why, |one| one.owner)
            }
            // It isn't asked of whoever leads a squad.
            Ask::Cover { .. } => Became::Waits,
            Ask::Review { number } => {
                let today = self.last();
                let due = |one: &Decision| {
                    one.number == *number
                        && one.status == Status::Agreed
                        && one.says.review_on.is_some_and(|on| on <= today)
                };
                done(!self.shared.decisions.iter().any(due))
            }
            Ask::Voices { number } => {
                let unheard = |(one, missing): &(Conversation, Vec<OrganisationId>)| {
                    one.number == *number && one.closed_at.is_none() && !missing.is_empty()
                };
                done(!self.conversations.iter().any(unheard))
            }
        }
    }
}

/// What became of a blocker that somebody was asked about. Who looks after it, on the side that was asked, says the
/// given function.
fn blocker_became(found: Option<&(Blocker, Standing)>, why: Why, owner: impl Fn(&Blocker) -> UserId) -> Became {
    match found {
        None | Some((_, Standing::Resolved)) => Became::Done,
        Some((_, Standing::InHand(_))) => Became::InHand,
        Some((one, _)) if why == Why::NobodyHere && owner(one) != NOBODY => Became::Done,
        Some(_) => Became::Waits,
    }
}

/// When a blocker was put out of the way, if it still is. Of those from before that was noted, when something last
/// happened to them.
pub fn cleared_at(one: &Blocker) -> Option<DateTime<Utc>> {
    one.resolved.then(|| one.says.resolved_at.unwrap_or(one.changed_at))
}

/// Something that a digest asks of its reader. What was asked is kept until the next one, which says what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Ask {
    /// A day of rest for the squad.
    Rest {
        /// Its days in a row.
        days: u32,
    },
    /// Something about a blocker.
    Blocker {
        /// Its row.
        id: i64,
        /// What.
        why: Why,
    },
    /// To look at a decision again.
    Review {
        /// Its number.
        number: i64,
    },
    /// To find somebody who covers.
    Cover {
        /// The request's row.
        id: i64,
    },
    /// To ask those of whom a conversation has heard nothing.
    Voices {
        /// Its number.
        number: i64,
    },
}

/// What a blocker asks of whoever leads the squad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It has waited for a working day and more: somebody should be asked again.
    Waits,
    /// Nobody here looks after it.
    NobodyHere,
}

/// What became of something that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// It is done.
    Done,
    /// Both sides agreed on a time for it.
    InHand,
    /// It still waits.
    Waits,
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
