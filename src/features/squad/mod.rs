//! Squads: people of several organisations who deliver something together, at home in a channel.
//!
//! Commands: `/squad create`, `edit`, `archive`, `join`, `leave`, `who`. Actions: `squad.settings`,
//! `questions`, `times`, `people`, `archive_yes`, `restore`, `who`, `does`, `rejoin` and what they
//! open; the row of each begins with the squad's number. Panel: `squad.board`, pinned in the
//! squad's channel. Tables: `squad`, `squad_member`.

pub mod commands;
pub mod model;
pub mod policy;
mod showing;
pub mod store;
pub mod view;

use futures::FutureExt;
use serde_json::json;

use crate::error::Result;
use crate::outbox::Showing;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::Tx;

use super::{Feature, Kept, setup};

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "squad", entries: commands::ENTRIES, jobs: &[], showings: SHOWINGS, keeps: KEEPS };

const SHOWINGS: &[Showing] = &[Showing {
    kind: "squad.board",
    render: |app, partnership, row| showing::board(app, partnership, row).boxed(),
    lost: None,
}];

const KEEPS: &[Kept] = &[Kept {
    what: "which squads you are in or lead, and what you said you do there",
    why: "to ask you your squads' questions, and to show who works on what",
    seen_by: "everyone on this server who asks `/squad who`",
    until: "you leave the squad",
    export: |db, partnership, user| {
        async move {
            let leads = store::led_by(db, partnership, user).await?;
            let leads: Vec<String> = leads.into_iter().map(|squad| squad.name).collect();
            Ok(json!({ "in": store::exported(db, partnership, user).await?, "leads": leads }))
        }
        .boxed()
    },
    erase: |tx, partnership, user| erase(tx, partnership, user).boxed(),
}];

/// A squad has to have a lead: the admin takes over from somebody who is erased, or nobody (0).
async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    let admin = setup::store::get(tx, partnership).await?.map(|one| one.admin);
    let next = admin.filter(|admin| *admin != user).unwrap_or(UserId(0));
    store::pass_lead(tx, partnership, user, next).await?;
    store::erase(tx, partnership, user).await
}
