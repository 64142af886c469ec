//! Weeks to tell stories about.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::model::Week;
use super::policy::{Facts, Shared};
use crate::config;
use crate::features::blocker::model::{Blocker, Body, Kind as Of, SeenBy};
use crate::features::blocker::policy::Standing;
use crate::features::decision::model::{Decision, Draft, Status};
use crate::features::rest::model::SquadDate;
use crate::features::squad::model::Squad;
use crate::partnership::working_time::Passed;
use crate::partnership::{ChannelId, NOBODY, OrganisationId, SquadId, UserId};
use crate::schedule::Schedule;

pub(super) const LEAD: UserId = UserId(1);

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// The week of 23 March 2026 in London, on its Friday, in which nothing was.
pub(super) fn nothing() -> Facts {
    let schedule = Schedule::parse("weekdays 09:30").expect("a schedule");
    let squad = Squad::new(
        &config::Config::default().squad,
        "Checkout".to_owned(),
        ChannelId(1),
        LEAD,
        schedule,
        Tz::Europe__London,
    );
    Facts {
        week: Week::of(date("2026-03-27")),
        now: at("2026-03-27T16:00:00Z"),
        squad,
        people: 6,
        rates: BTreeMap::new(),
        dates: Vec::new(),
        releases: Vec::new(),
        blockers: Vec::new(),
        hidden: BTreeSet::new(),
        shared: Shared { decisions: [].into(), shares: [].into(), coffees: [].into(), guests: 6 },
        conversations: Vec::new(),
    }
}

pub(super) fn blocker(id: i64, raised: &str) -> Blocker {
    Blocker {
        id,
        number: Some(id),
        squad: SquadId(1),
        author: UserId(2),
        owner: UserId(2),
        their_owner: NOBODY,
        their_person: NOBODY,
        kind: Of::Governance,
        seen_by: SeenBy::Squad,
        resolved: false,
        waits: None,
        asked: Some(OrganisationId(9)),
        says: Body { title: format!("Blocker {id}"), ..Body::default() },
        raised_at: at(raised),
        changed_at: at(raised),
    }
}

pub(super) fn cleared(mut one: Blocker, when: &str) -> (Blocker, Standing) {
    one.resolved = true;
    one.says.resolved_at = Some(at(when));
    (one, Standing::Resolved)
}

pub(super) fn waits(one: Blocker, days: f64) -> (Blocker, Standing) {
    (one, Standing::Waits(Passed { time: TimeDelta::hours(8), days }))
}

pub(super) fn decision(number: i64, recorded: &str, review_on: Option<&str>, owner: UserId) -> Decision {
    let says = Draft {
        title: format!("Decision {number}"),
        decision: String::new(),
        owner,
        details: crate::features::decision::model::Details::default(),
        parts: Vec::new(),
        level: None,
        concerns: Vec::new(),
        review_on: review_on.map(date),
        stands_as: None,
        conversation: None,
        source: None,
        supersedes: Vec::new(),
        clears: Vec::new(),
    };
    Decision {
        number,
        version: 1,
        status: Status::Agreed,
        says,
        superseded_by: Vec::new(),
        recorded_by: owner,
        recorded_at: at(recorded),
        changed_at: at(recorded),
        asked: 0,
    }
}

pub(super) fn days(worked: &[bool], last: &str) -> Vec<(NaiveDate, SquadDate)> {
    let one = |(back, worked): (u64, &bool)| {
        let posted = if *worked { 5 } else { 0 };
        (date(last) - Days::new(back), SquadDate { posted, present: 6, released: false })
    };
    (0..).zip(worked).map(one).collect()
}
