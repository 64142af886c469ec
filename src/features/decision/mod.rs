//! Decisions: what was decided together, by whom, why, and when it is looked at again.
//!
//! Commands: `/decision record`, `search`, `show`, `rights`, `export`; **Record as decision** in a
//! message's menu. Actions: see `commands`; their row begins with the decision's number. Panel:
//! `decision:<number>`, the record where it was made. Job: `decision.review` (the owner is asked whether it
//! still holds), `decision.link` (what it supersedes gets its link). Tables: `decision`, `decision_version`,
//! `decision_concern`, `decision_supersedes`, `lesson`. A decision is the partnership's record and outlives its people: erasing somebody
//! takes their name off it and leaves the words.

mod commands;
mod jobs;
mod log;
pub mod madr;
pub mod model;
mod policy;
pub mod store;
pub mod view;

pub use log::{all_standing, card, let_record, record, shown, standing};
pub use model::{Decision, Draft};

use futures::FutureExt;
use serde_json::json;

use crate::outbox::Showing;

use super::{Feature, Kept};

/// This feature.
pub const FEATURE: Feature = Feature {
    name: "decision",
    entries: commands::ENTRIES,
    jobs: jobs::JOBS,
    showings: &[Showing {
        kind: log::KIND,
        render: |app, partnership, row| log::show(app, partnership, row).boxed(),
        lost: None,
    }],
    keeps: KEEPS,
};

const KEEPS: &[Kept] = &[Kept {
    what: "your name on decisions that you own or recorded, on their versions, and on concerns and lessons that you wrote",
    why: "so that people know whom to ask, and who asked for what",
    seen_by: "every member, and whoever gets an export of the decisions",
    until: "you have it erased: the decision and its words stay, as those of somebody who has left",
    export: |db, partnership, user| async move { Ok(json!(store::naming(db, partnership, user).await?)) }.boxed(),
    erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
}];
