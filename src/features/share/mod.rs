//! Sharing: stories, what words mean, offers and needs.
//!
//! Commands: `/share story`, `term`, `offer`, `need`, `browse`; **Keep as story** in a message's menu (releases are
//! `features/release`). Actions: see `commands`; their row begins with the share's number, or with that of
//! an introduction. Panel: `share:<number>`, where it was shared. Jobs: `share.next` (an offer or a need is about to
//! end), `share.came` (two people were introduced a fortnight ago). Tables: `share`, `meaning`, `introduction`. A term
//! that a message of the bot uses is explained there (`explained`).

pub mod model;
pub mod store;

mod commands;
mod exchange;
mod glossary;
mod jobs;
mod keep;
mod policy;
pub mod view;

pub use keep::{abouts, explained, let_tell, terms};

use futures::FutureExt;
use serde_json::{Value, json};

use crate::error::Result;
use crate::outbox::Showing;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::Db;

use super::{Feature, Kept};

/// This feature.
pub const FEATURE: Feature = Feature {
    name: "share",
    entries: commands::ENTRIES,
    jobs: jobs::JOBS,
    showings: &[Showing {
        kind: keep::KIND,
        render: |app, partnership, row| keep::show(app, partnership, row).boxed(),
        lost: None,
    }],
    keeps: KEEPS,
};

const KEEPS: &[Kept] = &[Kept {
    what: "stories, offers and needs that you shared, what words mean to your organisation in your words, and your answers to others' offers and needs",
    why: "so that others learn from them, and to introduce people who can help each other",
    seen_by: "every member; your answer to somebody's offer or need: the two of you",
    until: "you take them back, or your organisation's retention; what a word means stays, without your name",
    export: |db, partnership, user| async move { exported(db, partnership, user).await }.boxed(),
    erase: |tx, partnership, user| keep::erase(tx, partnership, user).boxed(),
}];

async fn exported(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Value> {
    let shared = store::of_person(db, partnership, user).await?;
    let shared = shared.iter().map(|one| {
        json!({ "number": format!("S-{}", one.number), "kind": one.kind.shown(), "title": one.says.title,
                "says": one.says, "shared_at": one.shared_at.to_rfc3339() })
    });
    let mut all: Vec<Value> = shared.collect();
    for one in store::meanings_by(db, partnership, user).await? {
        all.push(json!({ "term": format!("S-{}", one.0), "means": one.1 }));
    }
    for one in store::answered(db, partnership, user).await? {
        all.push(json!({ "answers": format!("S-{}", one.share), "words": one.words, "came_of_it": one.came }));
    }
    Ok(Value::Array(all))
}
