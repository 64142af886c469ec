//! The rest rota: a lead has a squad's fortnight planned, and each agrees to their own days off.
//!
//! Command: `/cover rota`. Actions: `rota.draft` (row: squad), `rota.ask`, `rota.withdraw` (row: squad
//! and rota; the lead's), `rota.agree`, `rota.undo`, `rota.other`, `rota.wish`, `rota.calendar` (the same
//! row; each person's own part). Panel: `rota.plan`, in the squad's channel. Tables: `rota`,
//! `rota_part`. `crate::rota` does the planning.
//!
//! A rota is read by the whole squad, so it is made from what the squad can see anyway: who checked in,
//! who is away, what people say they do in it, and what they wish for this fortnight. Nothing of
//! anybody's pace is in it. What people offer to cover isn't either: that is theirs until they
//! volunteer, and a line such as "nobody for deploys" on one person's day off would name them.

mod answers;
mod commands;
mod facts;
pub mod model;
pub mod policy;
pub mod store;
pub mod view;

use futures::FutureExt;
use serde_json::json;

use crate::outbox::Showing;

use super::{Feature, Kept};

pub use facts::{left, touch};

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "rota", entries: commands::ENTRIES, jobs: &[], showings: SHOWINGS, keeps: KEEPS };

const SHOWINGS: &[Showing] = &[Showing {
    kind: policy::PANEL,
    render: |app, partnership, row| facts::render(app, partnership, row).boxed(),
    lost: None,
}];

const KEEPS: &[Kept] = &[Kept {
    what: "your part of your squads' rest rotas: days off, which days you asked for, and whether you agreed",
    why: "to share out rest in a squad, with as few changes to anybody's wishes as possible",
    seen_by: "the squad sees your days off and whether you agreed; its lead also sees which days you asked for",
    until: "you leave the squad, or your organisation's retention after the rota's last day",
    export: |db, partnership, user| async move { Ok(json!(store::exported(db, partnership, user).await?)) }.boxed(),
    erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
}];
