//! Rest of a squad: its streak, which its lead is told, and rest days that all of it share.
//!
//! Actions: `rest.plan`, `rest.pick` (row: squad; the lead's), `rest.off`, `rest.withdraw` (row: squad
//! and date). Panel: `rest.day`, the proposal in the squad's channel. Tables: `squad_streak`,
//! `rest_day`. It uses only what the squad can see anyway (who checked in, who is away, what was released), and nothing
//! of anybody's pace.

mod commands;
mod look;
pub mod model;
pub mod policy;
pub mod store;
pub mod view;

use futures::FutureExt;
use serde_json::json;

use crate::outbox::Showing;

use super::{Feature, Kept};

pub use look::{dates, look, touch};

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "rest", entries: commands::ENTRIES, jobs: &[], showings: SHOWINGS, keeps: KEEPS };

const SHOWINGS: &[Showing] = &[Showing {
    kind: policy::PANEL,
    render: |app, partnership, row| commands::render(app, partnership, row).boxed(),
    lost: None,
}];

const KEEPS: &[Kept] = &[Kept {
    what: "rest days that you proposed to a squad you lead",
    why: "to ask the squad, and to show who will be off",
    seen_by: "the squad",
    until: "the day has passed, and your organisation's retention",
    export: |db, partnership, user| async move { Ok(json!(store::proposed_by(db, partnership, user).await?)) }.boxed(),
    erase: |tx, partnership, user| store::forget(tx, partnership, user).boxed(),
}];
