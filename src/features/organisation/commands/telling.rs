//! Asking people something that nobody clicked for, within the one budget of messages.

use chrono::{DateTime, Datelike, TimeDelta, Utc};

use crate::app::App;
use crate::error::Result;
use crate::features::organisation::model::Organisation;
use crate::features::{away, member, squad};
use crate::outbox::{self, Budget, Post, Queued, Target};
use crate::partnership::{Message, PartnershipId, UserId};
use crate::storage::Tx;

/// How long a question waits in the outbox, and a notice for the next gathered message.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Where these notices stand among the others: somebody waits for the answer.
const RANK: i64 = 20;

/// Asks somebody in a DM, at a time of day that suits them. Where they have heard enough for that
/// day, their next gathered message says instead where the question is to be found.
pub(super) async fn question(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    one: &Organisation,
    user: UserId,
    message: Message,
    instead: &str,
) -> Result<()> {
    let now = app.clock.now();
    let zone = member::zone_of(tx, partnership, user).await?;
    let at = welcome(tx, app, partnership, one, user).await?;
    let post = Post {
        target: Target::Dm(user),
        message,
        about: String::new(),
        budget: Budget::Urgent(at.with_timezone(&zone).date_naive()),
        not_before: at,
        expires_at: now + KEPT,
    };
    if outbox::post(tx, app, partnership, &post).await? == Queued::OverBudget {
        notice(tx, app, partnership, user, instead).await?;
    }
    Ok(())
}

/// When somebody may be asked: in their daytime, on a day that they work.
async fn welcome(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    one: &Organisation,
    user: UserId,
) -> Result<DateTime<Utc>> {
    let now = app.clock.now();
    let zone = member::zone_of(tx, partnership, user).await?;
    let today = now.with_timezone(&zone).date_naive();
    let away = away::store::from(tx, partnership, user, today).await?;
    let squads = squad::store::of_member(tx, partnership, user).await?;
    let works = |date: chrono::NaiveDate| match squads.as_slice() {
        [] => app.config.squad.working_days.contains(date.weekday()),
        squads => squads.iter().any(|squad| squad.working_days.contains(date.weekday())),
    };
    let free =
        |date| !works(date) || one.holidays().holiday(date).is_some() || away.iter().any(|away| away.covers(date));
    Ok(outbox::welcome(now, zone, free))
}

/// Tells somebody in their next gathered message.
pub(super) async fn notice(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId, text: &str) -> Result<()> {
    let until = app.clock.now() + KEPT;
    outbox::notice(tx, app, partnership, user, "organisation", RANK, text, until).await
}

/// Tells somebody what came of something that they asked for.
pub(super) async fn answer(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    user: UserId,
    message: Message,
) -> Result<()> {
    let now = app.clock.now();
    let post = Post {
        target: Target::Dm(user),
        message,
        about: String::new(),
        budget: Budget::Answer,
        not_before: now,
        expires_at: now + KEPT,
    };
    outbox::post(tx, app, partnership, &post).await?;
    Ok(())
}
