//! What happens by itself: digests are planned a day ahead, and sent.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;
use futures::FutureExt;

use crate::app::App;
use crate::error::Result;
use crate::features::member::{Subject, telling};
use crate::features::setup;
use crate::outbox::{self, Budget, Post, Target};
use crate::partnership::{Message, NOBODY, PartnershipId};
use crate::schedule::resolve;
use crate::scheduler::{self, Due, Job};
use crate::storage::Tx;

use super::edition::Edition;
use super::model::{Reader, Week};
use super::read::Common;
use super::{rates, readers, store, view};

/// Digests of the next two days are planned.
const ROUND: &str = "digest.round";
/// A digest is sent; the subject is its reader's number.
const SEND: &str = "digest.send";
/// At night, when nobody waits for an answer.
const AT: NaiveTime = NaiveTime::from_hms_opt(0, 30, 0).expect("a time");
/// So late one is still of use; what is older isn't sent any more.
const GRACE: TimeDelta = TimeDelta::days(1);
/// So far ahead they are planned: to the round after the next one, wherever its reader lives.
const AHEAD: TimeDelta = TimeDelta::hours(50);
/// So many are made, drawn and kept together: all of a lease would be too long to wait for a second try.
const TOGETHER: usize = 20;

/// This feature's jobs.
pub(super) const JOBS: &[Job] = &[
    Job { kind: ROUND, grace: TimeDelta::days(1), run: |app, partnership, dues| round(app, partnership, dues).boxed() },
    Job { kind: SEND, grace: GRACE, run: |app, partnership, dues| send(app, partnership, dues).boxed() },
];

/// Plans the digests of the next days, and the next round. Doing it twice is harmless.
pub async fn start(tx: &mut Tx, app: &App, partnership: PartnershipId) -> Result<()> {
    let now = app.clock.now();
    let zone = setup::store::get(tx, partnership).await?.map_or(Tz::UTC, |one| one.zone);
    let today = now.with_timezone(&zone).date_naive();
    let next = |date: &NaiveDate| resolve(date.and_time(AT), zone) > now;
    if let Some(date) = today.iter_days().take(3).find(next) {
        let at = resolve(date.and_time(AT), zone);
        scheduler::plan(tx, app, partnership, ROUND, 0, &date.to_string(), at).await?;
    }
    for (about, person) in readers::due(tx, partnership).await? {
        readers::of(tx, partnership, about, person, now).await?;
    }
    for one in store::readers(tx, partnership).await? {
        if readers::is_due(tx, partnership, &one).await? {
            plan(tx, app, partnership, &one).await?;
        }
    }
    Ok(())
}

async fn round(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let own = app.clone();
    let done = app.store.write(partnership, move |tx| {
        async move {
            start(tx, &own, partnership).await?;
            scheduler::finish_all(tx, &own, &dues).await
        }
        .boxed()
    });
    done.await
}

/// Plans somebody's digests of the next days. A date has one of each: who moves to another zone gets it once.
pub(super) async fn plan(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &Reader) -> Result<()> {
    if one.stopped {
        return Ok(());
    }
    let now = app.clock.now();
    let zone = readers::zone(tx, partnership, one).await?;
    // What fell due while nobody was there to send it comes late, but nothing from before it was wanted.
    let from = one.since.max(now - GRACE);
    for next in one.schedule.upcoming(from, zone).take_while(|next| next.at <= now + AHEAD) {
        scheduler::plan(tx, app, partnership, SEND, one.number, &next.key(), next.at).await?;
    }
    Ok(())
}

/// Keeps how somebody gets a digest from now on, and plans it.
pub(super) async fn keep(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &Reader) -> Result<()> {
    store::save_reader(tx, partnership, one).await?;
    scheduler::void(tx, partnership, SEND, one.number).await?;
    plan(tx, app, partnership, one).await
}

/// A digest that is ready to go, and what it belongs to.
struct Ready {
    due: Due,
    made: Option<(Reader, Edition, Message)>,
}

async fn send(app: &App, partnership: PartnershipId, mut dues: Vec<Due>) -> Result<()> {
    // Whoever gets two at the same time gets them in the same order each time.
    dues.sort_by_key(|due| due.subject);
    let mut common = None;
    for some in dues.chunks(TOGETHER) {
        let mut ready = Vec::new();
        for due in some {
            ready.push(make(app, partnership, due, &mut common).await?);
        }
        let own = app.clone();
        let kept = app.store.write(partnership, move |tx| {
            async move {
                for Ready { due, made } in ready {
                    if let Some((reader, edition, message)) = made {
                        tell(tx, &own, partnership, reader, edition, message).await?;
                    }
                    scheduler::finish(tx, &own, &due).await?;
                }
                Ok(())
            }
            .boxed()
        });
        kept.await?;
    }
    Ok(())
}

/// Makes one, outside of any transaction: reading and drawing all of them takes seconds where there are hundreds.
async fn make(app: &App, partnership: PartnershipId, due: &Due, common: &mut Option<Common>) -> Result<Ready> {
    let nothing = Ready { due: due.clone(), made: None };
    let mut db = app.store.read().await?;
    let known = store::numbered(&mut db, partnership, due.subject).await?.filter(|one| !one.stopped && !due.stale);
    let Some(reader) = known else { return Ok(nothing) };
    if !readers::is_due(&mut db, partnership, &reader).await? {
        return Ok(nothing);
    }
    let zone = readers::zone(&mut db, partnership, &reader).await?;
    drop(db);
    let week = Week::told_on(due.due_at.with_timezone(&zone).date_naive());
    rates::fix(app, partnership, week).await?;
    let mut db = app.store.read().await?;
    let common = match common {
        Some(common) if common.reaches(week) => common,
        _ => common.insert(Common::read(&mut db, partnership, app.clock.now(), week).await?),
    };
    let edition = Edition::make(&mut db, common, (reader.about, week), reader.person, &reader.asked).await?;
    drop(db);
    let (edition, message) = tokio::task::spawn_blocking(move || {
        let message = edition.message(partnership)?;
        Ok::<_, crate::error::Error>((edition, message))
    })
    .await
    .map_err(anyhow::Error::from)??;
    Ok(Ready { made: Some((reader, edition, message)), ..nothing })
}

/// Sends one, and keeps what it asks for.
async fn tell(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    reader: Reader,
    edition: Edition,
    message: Message,
) -> Result<()> {
    let now = app.clock.now();
    if let Some(channel) = reader.channel.filter(|_| reader.person == NOBODY) {
        // Its buttons are for those who may read it by themselves.
        let message = Message { rows: Vec::new(), ..message };
        let post = Post {
            target: Target::Channel(channel),
            message,
            about: String::new(),
            budget: Budget::Shared,
            not_before: now,
            expires_at: now + GRACE,
        };
        outbox::post(tx, app, partnership, &post).await?;
    } else {
        let subject = Subject::of(tx, partnership, reader.person).await?;
        let message = view::settings::with_choices(message, partnership, reader.about);
        let text = view::settings::instead(&edition.digest);
        let instead = telling::Notice { feature: "digest", rank: 40, text: &text };
        telling::regular(tx, app, &subject, message, now + telling::KEPT, instead).await?;
    }
    // Its reader may have chosen another time meanwhile.
    if let Some(mut now) = store::numbered(tx, partnership, reader.number).await? {
        now.asked = edition.asks;
        store::save_reader(tx, partnership, &now).await?;
    }
    Ok(())
}
