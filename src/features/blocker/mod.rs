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
use crate::storage::Db;

use scene::Scene;

use super::{Feature, Kept};

pub use commands::{claimed, cleared, let_raise, nudged, visible};
pub use keep::abouts;
pub use scene::Ages;
pub use talk::{Topic, talked, topic, unsettled};

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "blocker", entries: commands::ENTRIES, jobs: jobs::JOBS, showings: SHOWINGS, keeps: KEEPS };

const SHOWINGS: &[Showing] = &[
    Showing { kind: keep::KIND, render: |app, partnership, row| card(app, partnership, row).boxed(), lost: None },
    Showing {
        kind: keep::ASK,
        render: |app, partnership, row| asked(app, partnership, row).boxed(),
        lost: Some(|tx, app, partnership, row| ask::lost(tx, app, partnership, row).boxed()),
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

/// A blocker that others may see, where it is there still.
async fn scene(db: &mut Db, app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Scene>> {
    let Ok(id) = row.parse() else { return Ok(None) };
    let Some(one) = store::get(db, partnership, id).await?.filter(|one| one.number.is_some()) else {
        return Ok(None);
    };
    match Scene::of(db, partnership, one, app.clock.now()).await {
        Ok(scene) => Ok(Some(scene)),
        Err(Error::Person(_)) => Ok(None),
        Err(unexpected) => Err(unexpected),
    }
}

async fn card(app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Message>> {
    let found = scene(&mut *app.store.read().await?, app, partnership, row).await?;
    Ok(found.and_then(|mut scene| view::card(&mut scene)))
}

/// What stands in an organisation's own channel. It may wait on another one by now, which is not theirs to read.
async fn asked(app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Message>> {
    let mut db = app.store.read().await?;
    let Some(mut scene) = scene(&mut db, app, partnership, row).await? else { return Ok(None) };
    if !ask::stands_with_asked(&mut db, &scene).await? {
        scene.one.asked = None;
    }
    Ok(Some(view::ask(&scene, "")))
}
