//! Cover: somebody else takes something over for a while, and nobody has to say why.
//!
//! Commands: `/cover offer`, `/cover request`, `/cover list`. Actions: see `commands`; each is about
//! the caller's own offer, request or answer. Job: `cover.close` (nobody has said yes in a day).
//! Tables: `cover_offer`, `cover`, `cover_answer`. Everybody who offers a skill is asked for it, in
//! private; only whoever says yes is named. Nothing here depends on anybody's pace but one line, which
//! somebody with a long week reads alone.

mod ask;
mod commands;
mod jobs;
pub mod model;
pub mod policy;
pub mod steward;
pub mod store;
pub mod view;

pub use ask::left;

use chrono::NaiveDate;
use futures::FutureExt;
use serde_json::json;

use crate::error::Result;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::Db;

use super::{Feature, Kept};

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "cover", entries: commands::ENTRIES, jobs: jobs::JOBS, showings: &[], keeps: KEEPS };

const KEEPS: &[Kept] = &[
    Kept {
        what: "what you could take over for somebody, and from when",
        why: "to ask you in private when somebody needs it",
        seen_by: "that somebody offers it: your squads' people. That it is you: you alone, until you volunteer",
        until: "you take it back",
        export: |db, partnership, user| {
            async move { Ok(json!(store::offers_of(db, partnership, user).await?)) }.boxed()
        },
        erase: |tx, partnership, user| store::erase_offers(tx, partnership, user).boxed(),
    },
    Kept {
        what: "cover that you asked for or were asked for, what you said, and your hand-over",
        why: "to find somebody, and to hand over well",
        seen_by: "a request: whoever offers the skill. A yes: whoever asked. A hand-over: whoever covers. A no: you alone",
        until: "the cover is over, and your organisation's retention",
        export: |db, partnership, user| async move { exported(db, partnership, user).await }.boxed(),
        erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
    },
];

async fn exported(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<serde_json::Value> {
    let mut asked_for = Vec::new();
    for cover in store::of_person(db, partnership, user).await? {
        asked_for.push(json!({
            "skill": cover.skill.name,
            "first": cover.first,
            "last": cover.last,
            "state": cover.state.as_str(),
            "hand_over": cover.hand_over,
        }));
    }
    let mut answers = Vec::new();
    for (id, said) in store::answers_of(db, partnership, user).await? {
        if let Some(cover) = store::get(db, partnership, id).await? {
            answers.push(json!({
                "skill": cover.skill.name,
                "first": cover.first,
                "last": cover.last,
                "you_said": said.as_str(),
                "you_cover": cover.volunteer == Some(user),
            }));
        }
    }
    Ok(json!({ "asked_for": asked_for, "was_asked": answers }))
}

/// Whether somebody has asked for cover that is still to come or under way.
pub async fn is_planned(db: &mut Db, partnership: PartnershipId, user: UserId, today: NaiveDate) -> Result<bool> {
    Ok(store::of_person(db, partnership, user).await?.iter().any(|cover| cover.is_current(today)))
}
