//! How a conversation goes on. Pure.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::features::organisation::model::SMALLEST_GROUP;
use crate::partnership::{OrganisationId, UserId};
use crate::schedule::resolve;

use super::model::{Conversation, Position, Speaker, Stage, Stance, Voice};

/// How long before an early reveal it is announced.
pub const NOTICE: TimeDelta = TimeDelta::hours(24);
/// How long everybody has to read before proposals are asked for.
pub const READING: TimeDelta = TimeDelta::hours(24);
/// How long a discussion waits for a proposal, or for somebody to take one to consent, until whoever looks after
/// it is asked what becomes of it.
pub const WAITS: TimeDelta = TimeDelta::days(7);
/// How long until they are asked again.
pub const WAITS_ON: TimeDelta = TimeDelta::days(28);
/// How often a proposal comes back with an objection until it takes a call.
pub const ROUNDS: i64 = 3;
/// Working days that whoever is missing has after the time for stances has passed.
pub const GRACE_DAYS: u32 = 2;
/// Fewer views than this aren't shown in an anonymous conversation: they would tell who wrote them.
pub const FEWEST: usize = SMALLEST_GROUP as usize;

/// What is due in a conversation by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask quiet organisations, for the first or the second time.
    Nudge(i64),
    /// Show all views.
    Reveal,
    /// The deadline has passed, and there are too few views to show without giving anybody away.
    TooFew,
    /// Ask for proposals.
    Discuss,
    /// Ask what becomes of a discussion that has waited.
    Wait,
    /// Record the proposal as the decision.
    Decide,
    /// Ask whoever is missing, for the last time.
    Grace,
    /// Close it without a decision: its tally says why.
    Close,
}

/// How a proposal stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The organisations of which nobody has spoken, nor their deputy.
    pub missing: Vec<OrganisationId>,
    /// How many objections are open.
    pub objections: usize,
    /// How many consent, with a concern or without.
    pub consents: usize,
}

impl Tally {
    /// How a version stands.
    pub fn of(voices: &[Voice], stances: &[Stance]) -> Self {
        let speakers: Vec<Speaker> = stances.iter().map(|stance| stance.speaker).collect();
        let count = |positions: &[Position]| stances.iter().filter(|one| positions.contains(&one.position)).count();
        Self {
            missing: missing(voices, &speakers),
            objections: count(&[Position::Objection]),
            consents: count(&[Position::Consent, Position::Concern]),
        }
    }

    /// Whether it can be decided: every organisation has been heard, nobody objects, and somebody wants it.
    pub fn carries(&self) -> bool {
        self.missing.is_empty() && self.objections == 0 && self.consents > 0
    }
}

/// The organisations that have not been heard: none of their people has spoken, nor their deputy.
pub fn missing(voices: &[Voice], speakers: &[Speaker]) -> Vec<OrganisationId> {
    let heard = |voice: &Voice| {
        let own = speakers.iter().any(|speaker| speaker.organisation == voice.organisation);
        own || voice.deputy.is_some_and(|deputy| speakers.iter().any(|speaker| speaker.person == deputy))
    };
    voices.iter().filter(|voice| !heard(voice)).map(|voice| voice.organisation).collect()
}

/// For which organisation somebody speaks here: their own where it is asked, or the one whose deputy they are.
pub fn speaks_for(voices: &[Voice], person: UserId, own: Option<OrganisationId>) -> Option<OrganisationId> {
    let asked = voices.iter().find(|voice| Some(voice.organisation) == own);
    let deputy = || voices.iter().find(|voice| voice.deputy == Some(person));
    asked.or_else(deputy).map(|voice| own.unwrap_or(voice.organisation))
}

/// What is due at an instant, if anything.
pub fn due(one: &Conversation, views: usize, tally: &Tally, now: DateTime<Utc>) -> Option<Step> {
    match one.stage {
        Stage::Gathering => {
            if one.ends_at.is_some_and(|at| at <= now) {
                return Some(if one.anonymous && views < FEWEST { Step::TooFew } else { Step::Reveal });
            }
            let late = nudges(one).iter().filter(|at| **at <= now).count();
            let late = i64::try_from(late).unwrap_or(i64::MAX);
            (late > one.nudges).then_some(Step::Nudge(late))
        }
        Stage::Revealed => one.ends_at.is_some_and(|at| at <= now).then_some(Step::Discuss),
        Stage::Consent if one.ends_at.is_some_and(|at| at <= now) => Some(if tally.carries() {
            Step::Decide
        } else if !one.grace {
            Step::Grace
        } else {
            Step::Close
        }),
        Stage::Discussing => one.ends_at.is_some_and(|at| at <= now).then_some(Step::Wait),
        Stage::Consent | Stage::Closed => None,
    }
}

/// When something is due next.
pub fn wakes(one: &Conversation) -> Option<DateTime<Utc>> {
    let nudge = (one.stage == Stage::Gathering).then(|| nudges(one));
    let next = usize::try_from(one.nudges).unwrap_or(usize::MAX);
    let nudge = nudge.and_then(|all| all.get(next).copied());
    one.ends_at.into_iter().chain(nudge).min()
}

/// When quiet organisations are nudged: at half time, and a day before the deadline where that is later.
fn nudges(one: &Conversation) -> Vec<DateTime<Utc>> {
    let half = one.opened_at + (one.deadline - one.opened_at) / 2;
    let last = one.deadline - TimeDelta::days(1);
    [Some(half), Some(last).filter(|last| *last > half)].into_iter().flatten().collect()
}

/// The same time of day so many working days later, in a zone.
pub fn working_days_after(
    from: DateTime<Utc>,
    days: u32,
    zone: Tz,
    is_free: impl Fn(NaiveDate) -> bool,
) -> DateTime<Utc> {
    let local = from.with_timezone(&zone).naive_local();
    let (mut date, mut left) = (local.date(), days);
    // Nobody is off for a year: the bound keeps a calendar of holidays alone from going on for ever.
    for _ in 0..366 {
        if left == 0 {
            break;
        }
        date = date.checked_add_days(Days::new(1)).unwrap_or(date);
        left -= u32::from(!is_free(date));
    }
    resolve(date.and_time(local.time()), zone)
}

/// The numbers of a list of ids in words, such as the needed organisations that a select gave back.
pub fn ids(picked: &[&str]) -> Vec<OrganisationId> {
    picked.iter().filter_map(|text| text.parse().ok().map(OrganisationId)).collect()
}
