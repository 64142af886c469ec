//! A pulse closes at its time, is shown once, and comes through a restored copy of the database.

use chrono::TimeDelta;
use futures::FutureExt;

use crate::app::App;
use crate::error::Result;
use crate::features::{organisation, setup};
use crate::outbox::{self, Budget, Panel, Post, Queued, Target};
use crate::partnership::{File, Message, PartnershipId};
use crate::picture;
use crate::scheduler::{self, Due, Job};
use crate::storage::{Tx, seal};

use super::model::Pulse;
use super::{policy, store, view};

/// Its time has come.
const CLOSE: &str = "pulse.close";
/// It has closed, and is to be shown.
const SHOW: &str = "pulse.show";
/// It is never too late: answers mustn't stay sealed for ever.
const GRACE: TimeDelta = TimeDelta::days(36_500);

/// This feature's jobs.
pub(super) const JOBS: &[Job] = &[
    Job { kind: CLOSE, grace: GRACE, run: |app, partnership, dues| run_close(app, partnership, dues).boxed() },
    Job { kind: SHOW, grace: GRACE, run: |app, partnership, dues| run_show(app, partnership, dues).boxed() },
];

/// Saves a pulse, has its panel shown anew, and plans its end.
pub(super) async fn keep(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &Pulse) -> Result<()> {
    store::save(tx, partnership, one).await?;
    let panel = Panel {
        key: one.panel(),
        channel: one.channel,
        thread_title: if one.forum { view::title(one) } else { String::new() },
        pinned: false,
        stands: outbox::Stands::in_forum(one.forum),
        folded: false,
    };
    outbox::panel(tx, app, partnership, &panel).await?;
    if one.closed_at.is_none() {
        let slot = one.ends_at.timestamp_millis().to_string();
        scheduler::plan(tx, app, partnership, CLOSE, one.number, &slot, one.ends_at).await?;
    }
    Ok(())
}

async fn run_close(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let own = app.clone();
    let done = app.store.write(partnership, move |tx| {
        async move {
            for due in &dues {
                match store::get(tx, partnership, due.subject).await? {
                    Some(one) if one.ends_at <= own.clock.now() => close(tx, &own, partnership, one).await?,
                    _ => {}
                }
            }
            scheduler::finish_all(tx, &own, &dues).await
        }
        .boxed()
    });
    done.await
}

/// Closes a pulse: what may be shown is kept, and everything else of its answers goes for good.
pub(super) async fn close(tx: &mut Tx, app: &App, partnership: PartnershipId, mut one: Pulse) -> Result<()> {
    if one.closed_at.is_some() {
        return Ok(());
    }
    let now = app.clock.now();
    let sheets = store::sheets(tx, partnership, &one).await?;
    let organisations = organisation::store::all(tx, partnership).await?;
    one.results = policy::results(&sheets, |id| {
        let organisation = organisations.iter().find(|organisation| organisation.id == id)?;
        Some(usize::from(organisation.settings.minimum_group))
    });
    one.closed_at = Some(now);
    one.facilitator = None;
    store::forget(tx, partnership, &one).await?;
    keep(tx, app, partnership, &one).await?;
    scheduler::plan(tx, app, partnership, SHOW, one.number, "", now).await?;
    Ok(())
}

async fn run_show(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let mut posts = Vec::new();
    for due in &dues {
        let mut db = app.store.read().await?;
        let Some(one) = store::get(&mut db, partnership, due.subject).await? else { continue };
        let before = store::before(&mut db, partnership, one.number).await?;
        let organisations = organisation::store::all(&mut db, partnership).await?;
        let zone = setup::store::get(&mut db, partnership).await?.map_or(chrono_tz::Tz::UTC, |one| one.zone);
        drop(db);
        let mut message = view::shown(&one, &before, &organisations);
        if let Some(chart) = view::chart(&one, &before, zone) {
            let alt = picture::pulse::described(&chart);
            // Some milliseconds of computing, which others needn't wait for.
            let drawn = tokio::task::spawn_blocking(move || picture::png(&picture::pulse::pulse(&chart)));
            let bytes = drawn.await.map_err(anyhow::Error::from)??;
            message.files.push(File { name: "pulse.png".to_owned(), bytes, alt });
        }
        posts.push((one, message));
    }
    let own = app.clone();
    let done = app.store.write(partnership, move |tx| {
        async move {
            for (one, message) in posts {
                post(tx, &own, partnership, &one, message).await?;
            }
            scheduler::finish_all(tx, &own, &dues).await
        }
        .boxed()
    });
    done.await
}

async fn post(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &Pulse, message: Message) -> Result<()> {
    let now = app.clock.now();
    let post = Post {
        target: if one.forum { Target::Thread(one.panel()) } else { Target::Channel(one.channel) },
        message,
        about: one.panel(),
        budget: Budget::Shared,
        not_before: now,
        expires_at: now + TimeDelta::days(14),
    };
    let queued = outbox::post(tx, app, partnership, &post).await?;
    debug_assert_ne!(queued, Queued::OverBudget, "what is said to a channel is free");
    Ok(())
}

/// Whoever restores a copy of the database has no keys: what was sealed is asked for again.
pub async fn start(tx: &mut Tx, app: &App, partnership: PartnershipId) -> Result<()> {
    let Some(one) = store::latest(tx, partnership).await?.filter(|one| one.closed_at.is_none()) else {
        return Ok(());
    };
    if seal::key(tx, partnership, &one.seal()).await?.is_some() {
        return Ok(());
    }
    store::forget(tx, partnership, &one).await?;
    seal::make(tx, &app.random, partnership, &one.seal()).await?;
    post(tx, app, partnership, &one, view::restored(partnership, &one)).await?;
    keep(tx, app, partnership, &one).await
}

/// What the panel of a pulse shows at present.
pub(super) async fn render(app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Message>> {
    let Ok(number) = row.parse() else { return Ok(None) };
    let mut db = app.store.read().await?;
    let Some(one) = store::get(&mut db, partnership, number).await? else { return Ok(None) };
    let heard = store::heard(&mut db, partnership, number).await?;
    let asked = organisation::store::all(&mut db, partnership).await?.len();
    Ok(Some(view::panel(partnership, &one, heard, asked)))
}
