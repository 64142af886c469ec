//! The partnership pulse: how people see their working together, in eleven taps, without names.
//!
//! It is opened by `/conversation start template:pulse` ([`form`]) or the action `pulse.open`. Actions:
//! `pulse.answer`, `close`, `close_yes`, `unsay` (`<number>`); `pulse.at` (`<number>,<question>`);
//! `pulse.say` (`<number>,<question>,<value>`; value 0: rather not). Jobs: `pulse.close`, `pulse.show`.
//! Panel: `pulse:<number>`. Tables: `pulse`, `pulse_answer`. It is about the partnership and never about
//! how a person is. Answers are sealed while it is open; when it closes, rounded averages remain, where
//! enough people stand behind them, and neither the answers nor who gave them.

mod commands;
mod jobs;
pub mod model;
pub mod policy;
pub mod store;
pub mod view;

use futures::FutureExt;

use crate::outbox::Showing;

use super::{Feature, Kept};

pub use commands::form;
pub use jobs::start;
pub use view::about;

/// How it is called among the kinds of conversations.
pub const NAME: &str = "Partnership pulse";
/// Its key there.
pub const KEY: &str = "pulse";
/// What it is for.
pub const PURPOSE: &str = "how we work together, in eleven taps and a minute, without names";

/// Whether what was typed for a kind of conversation means the pulse.
pub fn is_meant(typed: &str) -> bool {
    [KEY, NAME].iter().any(|name| name.eq_ignore_ascii_case(typed.trim()))
}

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "pulse", entries: commands::ENTRIES, jobs: jobs::JOBS, showings: SHOWINGS, keeps: KEEPS };

const SHOWINGS: &[Showing] = &[Showing {
    kind: model::PANEL,
    render: |app, partnership, row| jobs::render(app, partnership, row).boxed(),
    lost: None,
}];

const KEEPS: &[Kept] = &[Kept {
    what: "your answers in a partnership pulse that is open, and which one you look after",
    why: "to show how the partnership sees itself, without names",
    seen_by: "your answers: you alone, never with your name. Averages of many: everybody who can see the channel",
    until: "it closes: then neither your answers nor that you answered are kept",
    export: |db, partnership, user| store::export(db, partnership, user).boxed(),
    erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
}];
