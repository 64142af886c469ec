//! Blockers: what is in the way, and who waits on whom.
//!
//! Commands: `/blocker raise`, `list`, `show`; **Raise as blocker** in a message's menu. Actions: see
//! `commands`; their row begins with the blocker's row. Panels: `blocker:<row>` in the squad's channel, with
//! a thread for what happens; `blocker_ask:<row>` in the channel of the organisation that it waits on. Job:
//! `blocker.next` (a step of the ladder, or the end of a time for which it was in hand). Tables: `blocker`,
//! `blocker_named`, `blocker_event`, `ladder`. What its author shares with nobody but whom they name has no
//! number, no panel and no words in the search: it can't be told from its absence.

pub mod ladder;
pub mod model;
pub mod policy;
pub mod scene;
pub mod store;
pub mod view;

mod ask;
mod commands;
mod jobs;
mod keep;
mod talk;

use futures::FutureExt;

use crate::app::App;
use crate::error::{Error, Result};
use crate::outbox::Showing;
use crate::partnership::{Message, PartnershipId};

use super::{Feature, Kept};

pub use commands::{cleared, let_raise, visible};
pub use keep::abouts;
pub use talk::{Topic, talked, topic};

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "blocker", entries: commands::ENTRIES, jobs: jobs::JOBS, showings: SHOWINGS, keeps: KEEPS };

const SHOWINGS: &[Showing] = &[
    Showing {
        kind: keep::KIND,
        render: |app, partnership, row| render(app, partnership, row, view::card).boxed(),
        lost: None,
    },
    Showing {
        kind: keep::ASK,
        render: |app, partnership, row| render(app, partnership, row, |scene| Some(view::ask(scene, ""))).boxed(),
        lost: None,
    },
];

const KEEPS: &[Kept] = &[
    Kept {
        what: "blockers that you raised or look after, and what you wrote about blockers",
        why: "so that whoever waits and whoever can help find each other",
        seen_by: "whom each blocker says: those whom its author named, its squad and the organisation that it waits on, or everybody here",
        until: "you have it erased: what you shared stays, as that of somebody who has left",
        export: |db, partnership, user| store::export(db, partnership, user).boxed(),
        erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
    },
    Kept {
        what: "worries that you haven't shared, and which ones others let you see",
        why: "so that you can name a fear to people whom you trust",
        seen_by: "you and whom you named; nobody else, whoever they are",
        until: "your organisation's retention, or you have it erased",
        export: |db, partnership, user| store::export_named(db, partnership, user).boxed(),
        erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
    },
];

async fn render(
    app: &App,
    partnership: PartnershipId,
    row: &str,
    view: fn(&mut scene::Scene) -> Option<Message>,
) -> Result<Option<Message>> {
    let Ok(id) = row.parse() else { return Ok(None) };
    let mut db = app.store.read().await?;
    let Some(one) = store::get(&mut db, partnership, id).await?.filter(|one| one.number.is_some()) else {
        return Ok(None);
    };
    match scene::Scene::of(&mut db, partnership, one, app.clock.now()).await {
        Ok(mut scene) => Ok(view(&mut scene)),
        Err(Error::Person(_)) => Ok(None),
        Err(unexpected) => Err(unexpected),
    }
}
