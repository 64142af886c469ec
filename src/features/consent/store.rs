//! The `consent` table.

use chrono::DateTime;

use crate::error::Result;
use crate::partnership::{ChannelId, PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Purpose, Waiting};

/// Keeps what waits for an author's word.
pub(super) async fn keep(tx: &mut Tx, partnership: PartnershipId, one: &Waiting) -> Result<()> {
    sqlx::query(
        "INSERT INTO consent (partnership, id, author, asked_by, channel, kind, draft, asked_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(partnership.0)
    .bind(one.id)
    .bind(one.author.0)
    .bind(one.by.0)
    .bind(one.channel.0)
    .bind(one.purpose.as_str())
    .bind(one.draft.to_string())
    .bind(one.asked_at.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// All that waits for an author, or that somebody wants to pass on.
pub(super) async fn of(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Waiting>> {
    let rows: Vec<(i64, i64, i64, i64, String, String, i64)> = sqlx::query_as(
        "SELECT id, author, asked_by, channel, kind, draft, asked_at FROM consent \
         WHERE partnership = $1 AND (author = $2 OR asked_by = $2) ORDER BY asked_at, id",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    let waiting = |(id, author, by, channel, kind, draft, at): (i64, i64, i64, i64, String, String, i64)| {
        Ok(Waiting {
            id,
            author: UserId(author),
            by: UserId(by),
            channel: ChannelId(channel),
            purpose: Purpose::parse(&kind),
            draft: serde_json::from_str(&draft)?,
            asked_at: DateTime::from_timestamp_millis(at).unwrap_or_default(),
        })
    };
    rows.into_iter().map(waiting).collect()
}

/// Nothing waits for this any more.
pub(super) async fn forget(tx: &mut Tx, partnership: PartnershipId, id: i64) -> Result<()> {
    sqlx::query("DELETE FROM consent WHERE partnership = $1 AND id = $2")
        .bind(partnership.0)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets what somebody wrote, or wants to pass on.
pub(super) async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM consent WHERE partnership = $1 AND (author = $2 OR asked_by = $2)")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
