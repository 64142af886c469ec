//! Setting up a partnership: three questions, a check of the bot's permissions, and the first squad.
//!
//! Command: `/setup`. Actions: `setup.panel`, `setup.roles`, `setup.no_roles`, `setup.channel`,
//! `setup.when`, `setup.when_sent`, `setup.preview`, `setup.create`, all without a row. Tables:
//! `partnership`, `counter`, `setup_draft`, `form_draft`.

pub mod commands;
pub mod model;
pub mod policy;
pub mod store;
pub mod view;

use futures::FutureExt;
use serde_json::json;

use super::{Feature, Kept};

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "setup", entries: commands::ENTRIES, jobs: &[], showings: &[], keeps: KEEPS };

const KEEPS: &[Kept] = &[Kept {
    what: "that you set this server up, if you did, and forms you sent that weren't right yet",
    why: "to tell you when something can't be delivered, and to bring a form back filled in",
    seen_by: "you alone",
    until: "another admin finishes `/setup`; a form, until it is right",
    export: |db, partnership, user| {
        async move {
            let admin = store::get(db, partnership).await?.is_some_and(|one| one.admin == user);
            Ok(json!({ "set_up_this_server": admin, "unfinished_forms": store::forms_of(db, partnership, user).await? }))
        }
        .boxed()
    },
    erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
}];
