//! Each morning everybody's pace is looked at; hours that stay open are closed.

use chrono::{DateTime, DurationRound, TimeDelta, Timelike, Utc};
use futures::FutureExt;

use crate::app::App;
use crate::error::Result;
use crate::features::checkin;
use crate::features::member::{self, Subject, model::Contact};
use crate::outbox;
use crate::partnership::{PartnershipId, UserId};
use crate::scheduler::{self, Due, Job};
use crate::storage::Tx;

use super::look::{By, look};
use super::model::Block;
use super::{log, policy, steward, store, view};

/// The round of each hour: whoever's morning begins in it is looked at.
const ROUND: &str = "pace.round";
/// A block is still open.
const CLOSE: &str = "pace.close";
/// When somebody's morning begins, by their own clock: from then on they may be spoken to.
const MORNING: u32 = 7;
/// Rounds that were missed are made up for while that morning still counts.
const GRACE: TimeDelta = TimeDelta::hours(12);
/// People in one transaction: other writers wait meanwhile.
const AT_ONCE: usize = 50;

/// This feature's jobs.
pub(super) const JOBS: &[Job] = &[
    Job { kind: ROUND, grace: GRACE, run: |app, partnership, due| round(app, partnership, due).boxed() },
    Job { kind: CLOSE, grace: TimeDelta::days(30), run: |app, partnership, due| close(app, partnership, due).boxed() },
    Job {
        kind: steward::KIND,
        grace: TimeDelta::days(30),
        run: |app, partnership, due| steward::due(app, partnership, due).boxed(),
    },
];

/// Plans the next round. Doing it twice is harmless.
pub async fn start(tx: &mut Tx, app: &App, partnership: PartnershipId) -> Result<()> {
    plan(tx, app, partnership, app.clock.now()).await
}

async fn plan(tx: &mut Tx, app: &App, partnership: PartnershipId, after: DateTime<Utc>) -> Result<()> {
    let hour = after.duration_trunc(TimeDelta::hours(1)).unwrap_or(after) + TimeDelta::hours(1);
    let slot = hour.format("%Y-%m-%dT%H").to_string();
    scheduler::plan(tx, app, partnership, ROUND, 0, &slot, hour).await?;
    Ok(())
}

async fn round(app: &App, partnership: PartnershipId, due: Vec<Due>) -> Result<()> {
    let mut db = app.store.read().await?;
    let members = member::store::all(&mut db, partnership).await?;
    let zones = member::zones(&mut db, partnership, &members).await?;
    let mut subjects = Vec::new();
    for member in members.iter().filter(|member| member.contact == Contact::Start) {
        let begins = |one: &Due| {
            let local = zones.get(&member.user).map(|zone| one.due_at.with_timezone(zone));
            !one.stale && local.is_some_and(|local| local.hour() == MORNING)
        };
        // Most hours are nobody's morning.
        if due.iter().any(begins) {
            subjects.push(Subject::load(&mut db, partnership, member).await?);
        }
    }
    drop(db);
    for some in subjects.chunks(AT_ONCE) {
        let (own, some) = (app.clone(), some.to_vec());
        let looked = app.store.write(partnership, move |tx| {
            async move {
                for subject in &some {
                    look(tx, &own, subject, By::Time).await?;
                }
                Ok(())
            }
            .boxed()
        });
        looked.await?;
    }
    let own = app.clone();
    let finished = app.store.write(partnership, move |tx| {
        async move {
            // What is missed longer than it counts is left out.
            let last = due.iter().map(|one| one.due_at).max().unwrap_or_default();
            plan(tx, &own, partnership, last.max(own.clock.now() - GRACE)).await?;
            scheduler::finish_all(tx, &own, &due).await
        }
        .boxed()
    });
    finished.await
}

/// Plans the closing of a block that has begun.
pub(super) async fn plan_close(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    user: UserId,
    block: &Block,
) -> Result<()> {
    let slot = block.starts.timestamp_millis().to_string();
    scheduler::plan(tx, app, partnership, CLOSE, user.0, &slot, block.starts + policy::CLOSED_AFTER).await?;
    Ok(())
}

async fn close(app: &App, partnership: PartnershipId, due: Vec<Due>) -> Result<()> {
    let own = app.clone();
    let closed = app.store.write(partnership, move |tx| {
        async move {
            for one in &due {
                close_one(tx, &own, partnership, UserId(one.subject), &one.slot).await?;
            }
            scheduler::finish_all(tx, &own, &due).await
        }
        .boxed()
    });
    closed.await
}

async fn close_one(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId, slot: &str) -> Result<()> {
    let work = store::work(tx, partnership, user).await?;
    let open = work.running().filter(|block| block.starts.timestamp_millis().to_string() == slot);
    let (Some(block), Some(member)) = (open, member::store::get(tx, partnership, user).await?) else { return Ok(()) };
    let subject = Subject::load(tx, partnership, &member).await?;
    let (terms, _) = store::get(tx, partnership, user).await?;
    let acted = checkin::store::last_answered(tx, partnership, user).await?;
    let ends = store::whole(policy::guessed_end(block.starts, acted, log::usual_day(&subject, &terms)));
    store::save_block(tx, partnership, user, &Block { ends: Some(ends), estimated: true, ..block }).await?;
    let text = view::hours::closed(block.date, ends, subject.zone);
    outbox::notice(tx, app, partnership, user, "pace", 10, &text, app.clock.now() + TimeDelta::days(7)).await?;
    if member.contact == Contact::Start {
        look(tx, app, &subject, By::Time).await?;
    }
    Ok(())
}
