//! Big conversations: everybody writes first, unseen; all views are shown together; a proposal goes to
//! consent; and it ends in an outcome that can be found again.
//!
//! Commands: `/conversation start`, `list`, `templates`. Actions: `conversation.*` (row: the
//! conversation's number; stances add `,<proposal>,<version>`). Jobs: `conversation.next`, `conversation.lost`. Panel:
//! `conversation:<number>`. Tables: `conversation`, `conversation_voice`, `conversation_view`,
//! `conversation_word`, `proposal`, `stance`.

pub mod advance;
pub mod ask;
pub mod library;
pub mod model;
pub mod policy;
pub mod scene;
pub mod store;
pub mod thread;
pub mod view;

mod commands;
mod templates;

use futures::FutureExt;

use crate::outbox::Showing;

use super::{Feature, Kept};

pub use advance::start;
pub use thread::{forgotten, own_words, said_by};

pub(crate) use commands::place;

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "conversation", entries: commands::ENTRIES, jobs: advance::JOBS, showings: SHOWINGS, keeps: KEEPS };

const SHOWINGS: &[Showing] = &[Showing {
    kind: model::PANEL,
    render: |app, partnership, row| advance::render(app, partnership, row).boxed(),
    lost: Some(|tx, app, partnership, row| ask::lost(tx, app, partnership, row).boxed()),
}];

const KEEPS: &[Kept] = &[
    Kept {
        what: "the views that you wrote in conversations",
        why: "to show them together with everybody's; in an anonymous conversation, only that you have answered",
        seen_by: "nobody until all are shown; then everybody who can see the thread. Without your name in an anonymous conversation, where nothing tells afterwards what you wrote",
        until: "you take them back, before they are shown; after that, your organisation's retention, once the conversation is closed",
        export: |db, partnership, user| store::export(db, partnership, user).boxed(),
        erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
    },
    Kept {
        what: "your proposals, and where you stood on others'",
        why: "to come to decisions that everybody can work with, and to keep the concerns that remained",
        seen_by: "everybody who can see the thread",
        until: "your organisation's retention, once the conversation is closed; a decision keeps its own words",
        export: |db, partnership, user| store::export_stances(db, partnership, user).boxed(),
        erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
    },
    Kept {
        what: "which conversations you look after, or may speak in for an organisation",
        why: "to know who may move them on, and whose voice counts",
        seen_by: "everybody who can see the thread",
        until: "somebody else does, or the conversation is erased",
        export: |db, partnership, user| store::export_jobs(db, partnership, user).boxed(),
        erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
    },
];
