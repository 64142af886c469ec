//! The weekly digest: what needs its reader, what has changed, and what to be glad of. A lead gets their squad's, a
//! steward the one about their organisation's people, and a channel may have the partnership's.
//!
//! Commands: `/digest preview`, `settings`. Actions: see `commands`; the row of most of them says what the digest is about
//! (`squad-3`), that of `digest.claim` and `digest.nudge` is a blocker's. Jobs: `digest.round` (plans a day ahead),
//! `digest.send` (one is sent; its subject is the reader's number). Tables: `digest_rate`, `digest_reader`.
//! `read` gathers facts out of the features whose they are, `policy` makes figures and asks of them, `view` says them, and
//! `edition` is what comes of it: a message, a picture, files.

pub mod edition;
pub mod model;
pub mod policy;
pub mod rates;
pub mod read;
pub mod store;
pub mod view;

mod commands;
#[cfg(test)]
mod examples;
mod glance;
mod jobs;
mod readers;

use futures::FutureExt;
use serde_json::json;

use super::{Feature, Kept};

pub use jobs::start;
pub use readers::zone_of;

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "digest", entries: commands::ENTRIES, jobs: jobs::JOBS, showings: &[], keeps: KEEPS };

const KEEPS: &[Kept] = &[Kept {
    what: "which weekly digests you get, and when",
    why: "to send them when it suits you",
    seen_by: "you alone",
    until: "you erase it",
    export: |db, partnership, user| async move { Ok(json!(store::read_by(db, partnership, user).await?)) }.boxed(),
    erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
}];
