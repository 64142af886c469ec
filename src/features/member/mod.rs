//! People: what the bot knows of each member, how it first speaks to them, and their own settings.
//!
//! Actions: `member.start`, `member.checkins`, `member.decline` (the first-contact card),
//! `member.zone` and `member.zone_sent` (zone and own time). Job: `member.recheck`. Tables: `member`, `person`.

pub mod commands;
mod jobs;
pub mod model;
pub mod store;
mod subject;
pub mod telling;
pub mod view;

use chrono_tz::Tz;
use futures::FutureExt;
use serde_json::json;

use crate::error::Result;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::Db;

use super::{Feature, Kept, setup, squad};

pub use jobs::start;
pub use subject::Subject;

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "member", entries: commands::ENTRIES, jobs: jobs::JOBS, showings: &[], keeps: KEEPS };

const KEEPS: &[Kept] = &[Kept {
    what: "your name here, your zone, when you like to be asked, and your organisation",
    why: "to ask you at a good time, and to show who speaks for whom",
    seen_by: "your name, organisation and zone: your squads. When you like to be asked: you alone",
    until: "you leave, and your organisation's retention has passed",
    export: |db, partnership, user| {
        async move {
            Ok(match store::get(db, partnership, user).await? {
                None => json!(null),
                Some(member) => json!({
                    "name": member.name,
                    "zone": member.zone.map(Tz::name),
                    "asked_at": member.prompt_at.map(|at| at.format("%H:%M").to_string()),
                    "organisation": member.organisation.map(|(id, _)| id),
                    "first_contact": member.contact.as_str(),
                }),
            })
        }
        .boxed()
    },
    erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
}];

/// The zone in which somebody's days are counted: their own, else their first squad's, else the
/// partnership's.
pub async fn zone_of(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Tz> {
    if let Some(zone) = store::get(db, partnership, user).await?.and_then(|member| member.zone) {
        return Ok(zone);
    }
    if let Some(squad) = squad::store::of_member(db, partnership, user).await?.first() {
        return Ok(squad.zone);
    }
    Ok(setup::store::get(db, partnership).await?.map_or(Tz::UTC, |one| one.zone))
}
