//! Releases: what a squad has brought out, or plans to, as somebody in it shared it.
//!
//! Command: `/share release`. A release counts as a delivery of its person (`pace`) and as a worked day of
//! its squad (`rest`). What CI tells of (`webhook`) stands in the same table, and in one tally a day in the
//! squad's channel. One that is coming up is a row of its own until it is out: then whoever planned it says
//! so, and it becomes a release of the same number. Organisations that asked hear of it before (`notice.rs`).
//! Actions: `release.undo` (row: the release), `meant` (the squad, and the instant), `out`, `move`, `moved`,
//! `off` (the planned release). Jobs: `release.notice`, `ask`, `silence`. Panels: `release.day` (row: the
//! squad, and the date), `release.plan` (the planned release). Tables: `release`, `planned_release`,
//! `planned_release_told`.

pub mod model;
pub mod store;

mod commands;
mod jobs;
mod notice;
mod policy;
mod tally;
mod view;

use futures::FutureExt;
use serde_json::json;

use crate::outbox::Showing;

use super::{Feature, Kept};

pub use notice::heard;
pub use policy::abouts;
pub use tally::arrived;

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "release", entries: commands::ENTRIES, jobs: jobs::JOBS, showings: SHOWINGS, keeps: KEEPS };

const SHOWINGS: &[Showing] = &[
    Showing {
        kind: tally::KIND,
        render: |app, partnership, row| tally::render(app, partnership, row).boxed(),
        lost: None,
    },
    Showing {
        kind: jobs::LINE,
        render: |app, partnership, row| jobs::render(app, partnership, row).boxed(),
        lost: None,
    },
];

const KEEPS: &[Kept] = &[
    Kept {
        what: "releases that you recorded, and those from CI that carry an account you linked",
        why: "to show your squad what went out, and to count the days on which you both delivered",
        seen_by: "everyone in the squad's channel",
        until: "you take them back, or your organisation's retention",
        export: |db, partnership, user| async move { Ok(json!(store::of(db, partnership, user).await?)) }.boxed(),
        erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
    },
    Kept {
        what: "releases that you planned",
        why: "to say what is coming up before it happens, and to ask you whether it is out",
        seen_by: "everyone in the squad's channel, and the organisations that asked to hear before releases",
        until: "you take them back, or your organisation's retention",
        export: |db, partnership, user| {
            async move { Ok(json!(store::planned::exported(db, partnership, user).await?)) }.boxed()
        },
        erase: |tx, partnership, user| store::planned::erase(tx, partnership, user).boxed(),
    },
];
