//! What waits to be said, and how it gets to Discord.
//!
//! Features write here in the transaction of the change that they tell about; nothing is sent inside
//! a transaction. A [`Post`] is sent once: Discord knows it by its row's id and gives a repeat the
//! message that is there already. A [`Panel`] shows state: it says that it is to be shown again, and
//! its [`Showing`] renders the rows as they are when it is sent, so that twenty changes are one edit.
//! What may have arrived and got no answer is repeated while Discord remembers it, and looked for in
//! the channel after that; where nobody can tell, it isn't sent again and an admin is told.

pub mod budget;
mod notice;
mod panel;
mod person;
mod personal;
mod policy;
mod post;
mod recognise;
mod retract;
mod send;
mod show;
mod trouble;

#[cfg(test)]
mod tests;

use std::future::ready;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use futures::future::BoxFuture;
use futures::stream::{self, Stream};
use futures::{FutureExt, StreamExt};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::error::Result;
use crate::partnership::{ChannelId, Message, PartnershipId, UserId};
use crate::scheduler::rounds;
use crate::storage::{Scope, Tx};

pub use crate::scheduler::Step;
pub use budget::welcome;
pub use notice::{notice, take_notices};
pub use panel::{is_lost, panel, place, place_deleted, repost, touch};
pub use person::{about, dm_closed, dm_closed_since, dm_reopened, latest_about};
pub use personal::{Reach, erase_messages, erase_reach, expire_messages, messages, notices, panels, reach};
pub use post::post;
pub use retract::{retract, retract_mentions};

/// Requests that are under way at the same time. The limiter below keeps to Discord's rate.
const SIDE_BY_SIDE: usize = 64;

/// A step ends after about so many: what it took is kept in memory until then.
const MOST_A_STEP: usize = 1_000;

/// How long what is under way may take once the bot stops. Real time: somebody waits for the exit.
const LAST_ORDERS: Duration = Duration::from_secs(5);

/// Where a post goes. Posts to one target go one after the other, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A person's own conversation with the bot.
    Dm(UserId),
    /// A channel.
    Channel(ChannelId),
    /// The thread of a panel, by the panel's key. Waits until the thread is there.
    Thread(String),
}

/// What a direct message counts as. Dates are the person's local ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// The answer to something that the person did: free.
    Answer,
    /// Said to a channel or a thread: free.
    Shared,
    /// The gathered message of the person's morning.
    Gathered(NaiveDate),
    /// A reminder of a check-in, or what comes every so often, such as a digest.
    Reminder(NaiveDate),
    /// What can't wait until the morning.
    Urgent(NaiveDate),
}

/// A message that is sent once.
#[derive(Clone, Debug)]
pub struct Post {
    /// Where it goes.
    pub target: Target,
    /// What it says.
    pub message: Message,
    /// What a reply to it is about, as `<feature>:<row>`; empty where a reply means nothing.
    pub about: String,
    /// What it counts as.
    pub budget: Budget,
    /// Not sent earlier.
    pub not_before: DateTime<Utc>,
    /// Of no use from then on.
    pub expires_at: DateTime<Utc>,
}

/// Whether a post was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    /// It waits under this id.
    Yes(i64),
    /// The person has heard enough that day; nothing was saved.
    OverBudget,
}

/// A message that shows state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// `<kind>:<row>`: which [`Showing`] renders it, and of what.
    pub key: String,
    /// Where it stands.
    pub channel: ChannelId,
    /// The title of the thread to open below it; empty for none.
    pub thread_title: String,
    /// Whether it is pinned.
    pub pinned: bool,
    /// How it stands there.
    pub stands: Stands,
    /// Whether its thread is folded away (archived), once everything that waits for it was said.
    pub folded: bool,
}

/// How a panel stands in its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// As a message in it.
    InChannel,
    /// As the first message of a post of its own: the channel is a forum.
    InForum,
    /// As the first message of a private thread of its own, which whoever it pings is in.
    Privately,
}

impl Stands {
    /// In a channel that is a forum, or isn't.
    pub fn in_forum(forum: bool) -> Self {
        if forum { Self::InForum } else { Self::InChannel }
    }

    /// As it is stored.
    fn code(self) -> i64 {
        match self {
            Self::InChannel => 0,
            Self::InForum => 1,
            Self::Privately => 2,
        }
    }

    /// From how it is stored.
    fn read(code: i64) -> Self {
        match code {
            1 => Self::InForum,
            2 => Self::Privately,
            _ => Self::InChannel,
        }
    }
}

/// How panels of a kind are rendered.
#[derive(Clone, Copy)]
pub struct Showing {
    /// The part of the key before the colon.
    pub kind: &'static str,
    /// Renders the row named by the rest of the key. `None`: there is nothing to show any more.
    pub render: Render,
    /// Told when its channel isn't there any more, or isn't open to the bot. The admin is told anyway.
    pub lost: Option<Lost>,
}

/// Renders a panel from the rows as they are.
pub type Render = for<'a> fn(&'a App, PartnershipId, &'a str) -> BoxFuture<'a, Result<Option<Message>>>;

/// What a feature does once the channel of one of its panels is gone.
pub type Lost = for<'a> fn(&'a mut Tx, &'a App, PartnershipId, &'a str) -> BoxFuture<'a, Result<()>>;

/// Sends what waits at the present instant, or a good part of it.
///
/// # Errors
/// When the database fails. What Discord refuses is saved with its row and is no error here.
pub async fn step(app: &App, showings: &[Showing]) -> Result<Step> {
    step_until(app, showings, &CancellationToken::new()).await
}

/// Sends what waits, whenever it is to be sent, until it is told to stop. What is under way by then
/// has five seconds; the rest is given back.
pub async fn run(app: App, showings: Vec<Showing>, stop: CancellationToken) {
    let bell = app.store.bells().outbox.clone();
    rounds::run(&app, "outbox", &bell, &stop, || step_until(&app, &showings, &stop).boxed()).await;
}

/// A row that was claimed.
#[derive(Clone)]
enum Work {
    Post(post::Claim),
    Panel(panel::Claim),
    Retraction(retract::Claim),
}

async fn step_until(app: &App, showings: &[Showing], stop: &CancellationToken) -> Result<Step> {
    let first = next(app, app.clock.now()).await?;
    if first.is_none_or(|first| first > app.clock.now()) {
        return Ok(Step { ran: 0, next: first });
    }
    let taken = Mutex::new(Vec::new());
    // The next batch is claimed while the one before it is under way, so the line never runs dry.
    let all = batches(app, stop, &taken)
        .flat_map(|batch| match batch {
            Ok(batch) => stream::iter(batch.into_iter().map(Ok).collect::<Vec<_>>()),
            Err(error) => stream::iter(vec![Err(error)]),
        })
        .map(async |work| {
            one(app, showings, work?, stop).await;
            Ok(())
        })
        .buffer_unordered(SIDE_BY_SIDE)
        // Not the first error: what is under way beside it is finished.
        .fold(Ok(0), |ran, done: Result<()>| ready(ran.and_then(|ran| done.map(|()| ran + 1))));
    let ran = tokio::select! {
        ran = all => ran?,
        () = last_orders(stop) => {
            let taken = std::mem::take(&mut *lock(&taken));
            let ran = taken.len();
            give_back(app, taken, true).await;
            ran
        }
    };
    Ok(Step { ran, next: next(app, app.clock.now()).await? })
}

/// Claims batch after batch and notes down what it took, until there is no more or it was a lot.
fn batches<'a>(
    app: &'a App,
    stop: &'a CancellationToken,
    taken: &'a Mutex<Vec<Work>>,
) -> impl Stream<Item = Result<Vec<Work>>> {
    stream::try_unfold((), async move |()| {
        if stop.is_cancelled() || lock(taken).len() >= MOST_A_STEP {
            return Ok(None);
        }
        let now = app.clock.now();
        let batch = app.store.write(Scope::Any, move |tx| claim(tx, now).boxed()).await?;
        lock(taken).extend(batch.iter().cloned());
        Ok(Some((batch, ())).filter(|(batch, ())| !batch.is_empty()))
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn last_orders(stop: &CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(LAST_ORDERS).await;
}

async fn next(app: &App, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let mut db = app.store.read().await?;
    let post = post::next(&mut db, now).await?;
    let panel = panel::next(&mut db, now).await?;
    let retraction = retract::next(&mut db).await?;
    Ok(post.into_iter().chain(panel).chain(retraction).min())
}

/// Panels first: posts wait for their threads.
async fn claim(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Work>> {
    let panels = panel::claim(tx, now).await?;
    let posts = post::claim(tx, now).await?;
    let retractions = retract::claim(tx, now).await?.into_iter().map(Work::Retraction);
    Ok(panels.into_iter().map(Work::Panel).chain(posts.into_iter().map(Work::Post)).chain(retractions).collect())
}

async fn one(app: &App, showings: &[Showing], work: Work, stop: &CancellationToken) {
    match work {
        work if stop.is_cancelled() => give_back(app, vec![work], false).await,
        Work::Post(claim) => send::send(app, claim).await,
        Work::Panel(claim) => show::show(app, showings, claim).await,
        Work::Retraction(claim) => retract::delete(app, claim).await,
    }
}

/// Ends the leases of what wasn't done. What was begun may have reached Discord.
async fn give_back(app: &App, claims: Vec<Work>, begun: bool) {
    let released = app.store.write(Scope::Any, move |tx| {
        async move {
            for work in claims {
                match work {
                    Work::Post(claim) => post::release(tx, &claim, begun).await?,
                    Work::Panel(claim) => panel::release(tx, &claim, begun).await?,
                    // Its claim ends by itself, and deleting twice is harmless.
                    Work::Retraction(_) => {}
                }
            }
            Ok(())
        }
        .boxed()
    });
    if let Err(error) = released.await {
        tracing::warn!(%error, "leases of the outbox were not given back and end by themselves");
    }
}

/// Ends all leases: only for somebody who knows that nobody else works on this database.
///
/// # Errors
/// When the database fails.
pub async fn take_over(tx: &mut Tx) -> Result<()> {
    for sql in [
        "UPDATE post SET lease_until = 0 WHERE state = 'waiting' AND lease_until > 0",
        "UPDATE panel SET lease_until = 0 WHERE lease_until > 0",
    ] {
        sqlx::query(sql).execute(&mut **tx).await?;
    }
    tx.rings_outbox();
    Ok(())
}
