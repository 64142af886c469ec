//! Releases: what a squad has brought out, as somebody in it recorded it.
//!
//! Command: `/share release`. Action: `release.undo` (row: the release). Table: `release`. A release
//! counts as a delivery of its person (`pace`) and as a worked day of its squad (`rest`). What CI tells of
//! (`webhook`) stands in the same table, and in one tally a day in the squad's channel. Panel:
//! `release.day` (row: the squad, and the date).

pub mod model;
pub mod store;

mod commands;
mod policy;
mod tally;
mod view;

use futures::FutureExt;
use serde_json::json;

use crate::outbox::Showing;

use super::{Feature, Kept};

pub use policy::abouts;
pub use tally::arrived;

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "release", entries: commands::ENTRIES, jobs: &[], showings: SHOWINGS, keeps: KEEPS };

const SHOWINGS: &[Showing] = &[Showing {
    kind: tally::KIND,
    render: |app, partnership, row| tally::render(app, partnership, row).boxed(),
    lost: None,
}];

const KEEPS: &[Kept] = &[Kept {
    what: "releases that you recorded, and those from CI that carry an account you linked",
    why: "to show your squad what went out, and to count the days on which you both delivered",
    seen_by: "everyone in the squad's channel",
    until: "you take them back, or your organisation's retention",
    export: |db, partnership, user| async move { Ok(json!(store::of(db, partnership, user).await?)) }.boxed(),
    erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
}];
