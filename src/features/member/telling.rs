//! Speaking to people about what they didn't click for, within the one budget of messages.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::app::App;
use crate::error::Result;
use crate::outbox::{self, Budget, Post, Queued, Target};
use crate::partnership::{Message, PartnershipId, UserId};
use crate::schedule::resolve;
use crate::storage::Tx;

use super::Subject;

/// How long a question waits in the outbox, and a notice for the next gathered message.
pub const KEPT: TimeDelta = TimeDelta::days(30);

/// A notice for somebody's next gathered message.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// Whose it is.
    pub feature: &'static str,
    /// Where it stands among others: lower is worse and comes first.
    pub rank: i64,
    /// What it says.
    pub text: &'a str,
}

/// Sends a message now, or not at all: not outside waking hours or on days off, and not above the
/// budget. Whether it was put in line.
pub async fn now(tx: &mut Tx, app: &App, subject: &Subject, message: Message, kept: TimeDelta) -> Result<bool> {
    let now = app.clock.now();
    if subject.welcome(tx, now).await? > now {
        return Ok(false);
    }
    send(tx, app, subject, message, (now, now + kept), Budget::Urgent).await
}

/// Asks somebody something, at a time of day that suits them. Where they have heard enough for that
/// day, their next gathered message says instead where the question is to be found.
pub async fn ask(
    tx: &mut Tx,
    app: &App,
    subject: &Subject,
    message: Message,
    expires_at: DateTime<Utc>,
    instead: Notice<'_>,
) -> Result<()> {
    within(1, Budget::Urgent, tx, app, subject, message, expires_at, instead).await.map(drop)
}

/// The same where a click matters: before it becomes a line in the gathered message, it waits for the
/// next day on which there is room for it. Returns when they are told, as far as that is known by now.
pub async fn insist(
    tx: &mut Tx,
    app: &App,
    subject: &Subject,
    message: Message,
    expires_at: DateTime<Utc>,
    instead: Notice<'_>,
) -> Result<DateTime<Utc>> {
    within(2, Budget::Urgent, tx, app, subject, message, expires_at, instead).await
}

/// Sends what somebody gets every so often. It counts as a reminder does, so that there is still room for something
/// urgent on that day; where there is none for it, it comes on the next day.
pub async fn regular(
    tx: &mut Tx,
    app: &App,
    subject: &Subject,
    message: Message,
    expires_at: DateTime<Utc>,
    instead: Notice<'_>,
) -> Result<DateTime<Utc>> {
    within(2, Budget::Reminder, tx, app, subject, message, expires_at, instead).await
}

#[allow(
    clippy::too_many_arguments,
    reason = "what `ask`, `insist` and `regular` were called with, and how they differ"
)]
async fn within(
    days: usize,
    counts_as: fn(NaiveDate) -> Budget,
    tx: &mut Tx,
    app: &App,
    subject: &Subject,
    message: Message,
    expires_at: DateTime<Utc>,
    instead: Notice<'_>,
) -> Result<DateTime<Utc>> {
    let mut from = app.clock.now();
    for _ in 0..days {
        let at = subject.welcome(tx, from).await?;
        if send(tx, app, subject, message.clone(), (at, expires_at), counts_as).await? {
            return Ok(at);
        }
        let tomorrow = subject.date(at) + Days::new(1);
        from = resolve(tomorrow.and_time(NaiveTime::MIN), subject.zone);
    }
    leave(tx, app, subject.partnership, subject.user, instead, expires_at).await?;
    subject.welcome(tx, from).await
}

/// Leaves a notice for somebody's next gathered message.
pub async fn leave(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    user: UserId,
    notice: Notice<'_>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    let Notice { feature, rank, text } = notice;
    outbox::notice(tx, app, partnership, user, feature, rank, text, expires_at).await
}

async fn send(
    tx: &mut Tx,
    app: &App,
    subject: &Subject,
    message: Message,
    (not_before, expires_at): (DateTime<Utc>, DateTime<Utc>),
    counts_as: fn(NaiveDate) -> Budget,
) -> Result<bool> {
    let budget = counts_as(subject.date(not_before));
    let target = Target::Dm(subject.user);
    let post = Post { target, message, about: String::new(), budget, not_before, expires_at };
    Ok(outbox::post(tx, app, subject.partnership, &post).await? != Queued::OverBudget)
}

/// Tells somebody what came of something that they asked for or offered, at a time of day that suits
/// them. It is free: they began it.
pub async fn inform(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId, message: Message) -> Result<()> {
    let subject = Subject::of(tx, partnership, user).await?;
    let at = subject.welcome(tx, app.clock.now()).await?;
    answer_at(tx, app, partnership, user, message, at).await
}

/// Tells somebody at once what came of something that they have just asked for.
pub async fn answer(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId, message: Message) -> Result<()> {
    answer_at(tx, app, partnership, user, message, app.clock.now()).await
}

async fn answer_at(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    user: UserId,
    message: Message,
    not_before: DateTime<Utc>,
) -> Result<()> {
    let post = Post {
        target: Target::Dm(user),
        message,
        about: String::new(),
        budget: Budget::Answer,
        not_before,
        expires_at: not_before + KEPT,
    };
    outbox::post(tx, app, partnership, &post).await?;
    Ok(())
}
