//! Webhooks: releases that a squad's CI tells of itself.
//!
//! A squad's lead or an admin sets up where they come from, with a button on the squad's settings. What arrives at the
//! door (`web/`) is judged here: signed or not (`signature.rs`), new or not (`store.rs`), a release or
//! nothing that is used (`event.rs`). Commits, pushes and merges are never used: this is a squad's cadence,
//! not surveillance. Whoever links their own account is counted as the person of a release, for their own
//! pace alone. Actions: `webhook.show`, `add`, `rotate`, `remove`, `removed` (row: the squad, and the
//! source), `webhook.link`, `linked`, `unlink`. Tables: `webhook`, `webhook_delivery`, `account`.

pub mod model;
pub mod store;

mod commands;
mod event;
mod receive;
mod signature;
mod view;

#[cfg(test)]
mod tests;

use chrono::TimeDelta;
use futures::FutureExt;
use serde_json::json;

use super::{Feature, Kept};

pub use model::{Arrived, Outcome};
pub use receive::{receive, source};

/// How long a delivery is remembered.
pub const KEPT: TimeDelta = TimeDelta::days(30);

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "webhook", entries: commands::ENTRIES, jobs: &[], showings: &[], keeps: KEEPS };

const KEEPS: &[Kept] = &[Kept {
    what: "your user names on GitHub, GitLab or in your CI, if you linked them",
    why: "to count releases that carry them as your deliveries, for your own pace",
    seen_by: "you alone",
    until: "you unlink them",
    export: |db, partnership, user| {
        async move {
            let accounts = store::accounts(db, partnership, user).await?;
            Ok(json!(
                accounts.iter().map(|(kind, name)| json!({ "at": kind.name(), "name": name })).collect::<Vec<_>>()
            ))
        }
        .boxed()
    },
    erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
}];
