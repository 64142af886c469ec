//! Taking back what was posted, because what it says was erased.

use chrono::{DateTime, TimeDelta, Utc};
use futures::FutureExt;

use crate::app::App;
use crate::discord::Failure;
use crate::error::Result;
use crate::partnership::text::mention;
use crate::partnership::{ChannelId, MessageId, PartnershipId, UserId};
use crate::scheduler::pause;
use crate::storage::{Db, Tx};

/// Deletions that are claimed together.
const BATCH: i64 = 50;
/// How long a claim keeps others away. Deleting twice is harmless.
const LEASE: TimeDelta = TimeDelta::minutes(1);
/// A message that can't be deleted after so many attempts is left, and logged.
const MOST_ATTEMPTS: i64 = 20;

/// A message to delete.
#[derive(Clone)]
pub(super) struct Claim {
    partnership: PartnershipId,
    channel: ChannelId,
    message: MessageId,
    attempts: i64,
}

/// Takes back all posts whose `about` begins with these words: what was sent is deleted on Discord,
/// what waits isn't sent, and their texts are gone from here at once.
pub async fn retract(tx: &mut Tx, app: &App, partnership: PartnershipId, about: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO retraction (partnership, message, channel, not_before) \
         SELECT partnership, message, channel, CAST($3 AS BIGINT) FROM post \
         WHERE partnership = $1 AND about LIKE $2 AND message IS NOT NULL AND channel IS NOT NULL \
         ON CONFLICT (partnership, message) DO NOTHING",
    )
    .bind(partnership.0)
    .bind(format!("{about}%"))
    .bind(app.clock.now().timestamp_millis())
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM post WHERE partnership = $1 AND about LIKE $2")
        .bind(partnership.0)
        .bind(format!("{about}%"))
        .execute(&mut **tx)
        .await?;
    tx.rings_outbox();
    Ok(())
}

/// Takes back what others were told in private that mentions somebody, such as a question about them.
pub async fn retract_mentions(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId) -> Result<()> {
    let named = format!("%{}%", mention(user));
    sqlx::query(
        "INSERT INTO retraction (partnership, message, channel, not_before) \
         SELECT partnership, message, channel, CAST($4 AS BIGINT) FROM post \
         WHERE partnership = $1 AND target_kind = 'dm' AND target <> $2 AND body LIKE $3 \
         AND message IS NOT NULL AND channel IS NOT NULL ON CONFLICT (partnership, message) DO NOTHING",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(&named)
    .bind(app.clock.now().timestamp_millis())
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM post WHERE partnership = $1 AND target_kind = 'dm' AND target <> $2 AND body LIKE $3")
        .bind(partnership.0)
        .bind(user.0)
        .bind(&named)
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM notice WHERE partnership = $1 AND person <> $2 AND text LIKE $3")
        .bind(partnership.0)
        .bind(user.0)
        .bind(&named)
        .execute(&mut **tx)
        .await?;
    tx.rings_outbox();
    Ok(())
}

/// Takes back a pinned panel that is shown somewhere else from now on. Others stay as a record: what
/// was said in their threads is there.
pub(super) async fn panel(tx: &mut Tx, app: &App, partnership: PartnershipId, key: &str, to: ChannelId) -> Result<()> {
    sqlx::query(
        "INSERT INTO retraction (partnership, message, channel, not_before) \
         SELECT partnership, message, channel, CAST($4 AS BIGINT) FROM panel \
         WHERE partnership = $1 AND panel = $2 AND channel <> $3 AND message IS NOT NULL AND pinned = 1 \
         ON CONFLICT (partnership, message) DO NOTHING",
    )
    .bind(partnership.0)
    .bind(key)
    .bind(to.0)
    .bind(app.clock.now().timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// When the next one is to be deleted.
pub(super) async fn next(db: &mut Db) -> Result<Option<DateTime<Utc>>> {
    let (at,): (Option<i64>,) = sqlx::query_as("SELECT MIN(not_before) FROM retraction").fetch_one(db).await?;
    Ok(at.and_then(DateTime::from_timestamp_millis))
}

pub(super) async fn claim(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Claim>> {
    let rows: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
        "UPDATE retraction SET not_before = $2, attempts = attempts + 1 WHERE (partnership, message) IN \
         (SELECT partnership, message FROM retraction WHERE not_before <= $1 ORDER BY not_before, message LIMIT $3) \
         RETURNING partnership, channel, message, attempts",
    )
    .bind(now.timestamp_millis())
    .bind((now + LEASE).timestamp_millis())
    .bind(BATCH)
    .fetch_all(&mut **tx)
    .await?;
    let claim = |(partnership, channel, message, attempts)| Claim {
        partnership: PartnershipId(partnership),
        channel: ChannelId(channel),
        message: MessageId(message),
        attempts,
    };
    Ok(rows.into_iter().map(claim).collect())
}

/// Deletes a message on Discord and notes it.
pub(super) async fn delete(app: &App, claim: Claim) {
    let deleted = app.discord.delete(claim.channel, claim.message).await;
    let again = match deleted {
        Ok(()) => None,
        Err(Failure::Final { code, why }) => {
            tracing::warn!(partnership = %claim.partnership, code, why, "a message can't be taken back");
            None
        }
        Err(_) if claim.attempts >= MOST_ATTEMPTS => {
            tracing::error!(partnership = %claim.partnership, message = %claim.message, "a message was not taken back");
            None
        }
        Err(_) => Some(app.clock.now() + pause(claim.attempts)),
    };
    let partnership = claim.partnership;
    let saved = app.store.write(partnership, move |tx| async move { save(tx, &claim, again).await }.boxed()).await;
    if let Err(error) = saved {
        tracing::warn!(%partnership, %error, "what became of a deletion was not saved");
    }
}

async fn save(tx: &mut Tx, claim: &Claim, again: Option<DateTime<Utc>>) -> Result<()> {
    let sql = match again {
        None => "DELETE FROM retraction WHERE partnership = $1 AND message = $2 AND not_before <> $3",
        Some(_) => "UPDATE retraction SET not_before = $3 WHERE partnership = $1 AND message = $2",
    };
    sqlx::query(sql)
        .bind(claim.partnership.0)
        .bind(claim.message.0)
        .bind(again.map_or(-1, |at| at.timestamp_millis()))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
