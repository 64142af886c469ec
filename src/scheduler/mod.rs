//! What is due at an instant, and who does it.
//!
//! A feature plans an *occurrence* in the same transaction as the change that asks for it. When its
//! instant comes, a worker claims it (a lease and a fence), and the [`Job`] of its kind does it: in
//! one transaction it saves what happened, plans the next one and calls [`finish`]. A worker that
//! lost its claim meanwhile can't finish, so its whole transaction is rolled back and nothing
//! happens twice. Whatever was due while the bot was down comes late, as [`Due::stale`] once it is
//! too late to be of use: its job plans on and finishes without saying anything.

mod policy;
pub(crate) mod rounds;
mod store;

#[cfg(test)]
pub(crate) mod harness;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;

use anyhow::anyhow;
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Result;
use crate::partnership::PartnershipId;
use crate::storage::Scope;

pub(crate) use policy::{LEASE, LONGEST_LEASE, given_up, pause};
pub use store::{erase, expire, finish, finish_all, plan, slots, take_over, void};
pub(crate) use store::{instant, unlocked};

use store::Claim;

/// Groups that run at the same time.
const SIDE_BY_SIDE: usize = 8;

/// What is done when occurrences of a kind are due.
#[derive(Clone, Copy)]
pub struct Job {
    /// Which kind: `<feature>.<what>`.
    pub kind: &'static str,
    /// Later than this after it was due, an occurrence is stale.
    pub grace: TimeDelta,
    /// Does it, for occurrences of one partnership, and finishes every one of them. Called again
    /// with what it left unfinished.
    pub run: Run,
}

/// Does what is due.
pub type Run = for<'a> fn(&'a App, PartnershipId, Vec<Due>) -> BoxFuture<'a, Result<()>>;

/// An occurrence that is due and claimed.
#[derive(Clone, Debug)]
pub struct Due {
    /// In which partnership.
    pub partnership: PartnershipId,
    /// Its row.
    pub id: i64,
    /// Which kind of thing is due.
    pub kind: String,
    /// Whom or what it is about.
    pub subject: i64,
    /// Which one of its schedule it is.
    pub slot: String,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// The claim under which it may be finished.
    pub fence: i64,
    /// Too late to be of use: plan the next one, say nothing.
    pub stale: bool,
}

/// What one step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// How many rows were taken up, whatever came of them.
    pub ran: usize,
    /// When there is something to do again, as far as is known.
    pub next: Option<DateTime<Utc>>,
}

/// Takes up what is due at the present instant, one batch of it, and waits until it is done.
///
/// # Errors
/// When the database fails. A job that fails is tried again later and is no error here.
pub async fn step(app: &App, jobs: &[Job]) -> Result<Step> {
    step_until(app, jobs, &CancellationToken::new()).await
}

/// Takes up what is due, whenever it is due, until it is told to stop. What runs by then is finished.
pub async fn run(app: App, jobs: Vec<Job>, stop: CancellationToken) {
    let bell = app.store.bells().schedule.clone();
    rounds::run(&app, "scheduler", &bell, &stop, || step_until(&app, &jobs, &stop).boxed()).await;
}

async fn step_until(app: &App, jobs: &[Job], stop: &CancellationToken) -> Result<Step> {
    let now = app.clock.now();
    let next = store::next(&mut *app.store.read().await?, now).await?;
    if next.is_none_or(|next| next > now) {
        return Ok(Step { ran: 0, next });
    }
    let claims = app.store.write(Scope::Any, move |tx| store::claim(tx, now).boxed()).await?;
    let ran = claims.len();
    futures::stream::iter(grouped(claims))
        .map(|group| run_group(app, jobs, group, stop))
        .buffer_unordered(SIDE_BY_SIDE)
        .collect::<()>()
        .await;
    let next = store::next(&mut *app.store.read().await?, app.clock.now()).await?;
    Ok(Step { ran, next })
}

/// Occurrences of one kind and partnership run together. One that failed before runs alone, so that
/// it can't take the others down with it again.
fn grouped(claims: Vec<Claim>) -> Vec<Vec<Claim>> {
    let mut groups: BTreeMap<(PartnershipId, String, i64), Vec<Claim>> = BTreeMap::new();
    for claim in claims {
        let alone = if claim.attempts > 1 { claim.due.id } else { 0 };
        groups.entry((claim.due.partnership, claim.due.kind.clone(), alone)).or_default().push(claim);
    }
    let mut groups: Vec<Vec<Claim>> = groups.into_values().collect();
    groups.sort_by_key(|group| group.first().map(|claim| claim.due.due_at));
    groups
}

async fn run_group(app: &App, jobs: &[Job], group: Vec<Claim>, stop: &CancellationToken) {
    let Some(first) = group.first().cloned() else { return };
    let (partnership, kind) = (first.due.partnership, first.due.kind);
    let settled = if stop.is_cancelled() {
        app.store.write(partnership, move |tx| store::release(tx, group).boxed()).await
    } else {
        let result = run_job(app, jobs, partnership, &kind, &group).await;
        settle(app, partnership, group, result).await
    };
    if let Err(error) = settled {
        // The lease ends by itself, and then it is claimed again.
        tracing::warn!(%partnership, kind, %error, "a job's outcome was not saved");
    }
}

async fn run_job(app: &App, jobs: &[Job], partnership: PartnershipId, kind: &str, group: &[Claim]) -> Result<()> {
    let Some(job) = jobs.iter().find(|job| job.kind == kind) else {
        return Err(anyhow!("there is no job of this kind").into());
    };
    let now = app.clock.now();
    let dues =
        group.iter().map(|claim| Due { stale: policy::stale(claim.due.due_at, job.grace, now), ..claim.due.clone() });
    // Called inside, since a job may panic before its first await.
    let run = async { (job.run)(app, partnership, dues.collect()).await };
    AssertUnwindSafe(run).catch_unwind().await.unwrap_or_else(|_| Err(anyhow!("the job panicked").into()))
}

/// Whatever the job said: what it left unfinished is tried again later, or given up.
async fn settle(app: &App, partnership: PartnershipId, group: Vec<Claim>, result: Result<()>) -> Result<()> {
    let left = store::unfinished(&mut *app.store.read().await?, partnership, group).await?;
    let Some(first) = left.first() else {
        if let Err(error) = result {
            tracing::info!(%partnership, %error, "a job lost its claim; nothing is left of it to do");
        }
        return Ok(());
    };
    let error = result.err().map_or_else(|| "the job did not finish them".to_owned(), |error| error.to_string());
    let (kind, ids): (_, Vec<i64>) = (first.due.kind.clone(), left.iter().map(|claim| claim.due.id).collect());
    if left.iter().any(|claim| policy::given_up(claim.attempts)) {
        tracing::error!(%partnership, kind, ?ids, error, "a job failed for good");
    } else {
        tracing::warn!(%partnership, kind, ?ids, error, "a job failed and is tried again later");
    }
    let now = app.clock.now();
    app.store.write(partnership, move |tx| store::fail(tx, left, now).boxed()).await
}
