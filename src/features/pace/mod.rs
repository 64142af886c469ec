//! Pace: what somebody's days and hours say about rest, told to them and to nobody else.
//!
//! Commands: `/pace`, `/checkin hours`. Actions: see `commands`; all are the caller's own. Jobs:
//! `pace.round` (each hour: whoever's morning begins), `pace.close` (hours that stay open), `pace.steward` (the text
//! for a steward is shown, or goes). Tables:
//! `work_day`, `work_block`, `pace`. The rules themselves are in [`crate::pace`].

mod commands;
mod jobs;
mod log;
mod look;
pub mod model;
pub mod policy;
mod steward;
pub mod store;
pub mod view;

use futures::FutureExt;
use serde_json::json;

use super::{Feature, Kept};

pub use jobs::start;
pub use log::usual_minutes;
pub use look::{By, Looked, glance, is_clear, look};
pub use model::{Said, Work};
pub use steward::needed;

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "pace", entries: commands::ENTRIES, jobs: jobs::JOBS, showings: &[], keeps: KEEPS };

const KEEPS: &[Kept] = &[
    Kept {
        what: "hours and days that you worked, where you say so",
        why: "to tell you, and you first, when a stretch of work gets long",
        seen_by: "you alone",
        until: "your organisation's retention has passed",
        export: |db, partnership, user| async move { Ok(json!(store::work(db, partnership, user).await?)) }.boxed(),
        erase: |tx, partnership, user| store::erase_work(tx, partnership, user).boxed(),
    },
    Kept {
        what: "your agreed hours, and what I told you about your pace",
        why: "to hold your hours against what was agreed, and to say nothing twice",
        seen_by: "you alone. That you need cover, your own organisation's stewards: only where they have turned it on, and after you have read the text",
        until: "you erase it",
        export: |db, partnership, user| {
            async move {
                let (terms, memory) = store::get(db, partnership, user).await?;
                let usual = terms == model::Terms::default() && memory == model::Memory::default();
                Ok(if usual { json!(null) } else { json!({ "agreed": terms, "told": memory }) })
            }
            .boxed()
        },
        erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
    },
];
