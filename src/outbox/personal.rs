//! What of people stands in the outbox: what was said to them, what waits, and how they are reached.

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::partnership::{ChannelId, Message, PartnershipId, UserId};
use crate::storage::{Db, Tx};

/// How a person is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Their conversation with the bot, once there was one.
    pub conversation: Option<ChannelId>,
    /// Since when their DMs are closed.
    pub closed_at: Option<DateTime<Utc>>,
}

fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// The messages to somebody that are kept, earliest first: when each was made, and its text.
pub async fn messages(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<(DateTime<Utc>, String)>> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT created_at, body FROM post WHERE partnership = $1 AND target_kind = 'dm' AND target = $2 ORDER BY created_at, turn, id",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    // A body that this version can't read is handed out as it is rather than kept back.
    let text = |body: String| serde_json::from_str::<Message>(&body).map_or(body, |message| whole_text(&message));
    Ok(rows.into_iter().map(|(at, body)| (instant(at), text(body))).collect())
}

fn whole_text(message: &Message) -> String {
    let cards = message.cards.iter().flat_map(|card| {
        let fields = card.fields.iter().flat_map(|(name, text)| [name, text]);
        [&card.title, &card.text].into_iter().chain(fields).chain([&card.footer])
    });
    let parts: Vec<&str> =
        [&message.text].into_iter().chain(cards).map(String::as_str).filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

/// What waits to be told to somebody, or was told, earliest first.
pub async fn notices(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<(DateTime<Utc>, String)>> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT created_at, text FROM notice WHERE partnership = $1 AND person = $2 ORDER BY created_at, id",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(at, text)| (instant(at), text)).collect())
}

/// How somebody is reached.
pub async fn reach(db: &mut Db, user: UserId) -> Result<Option<Reach>> {
    let row: Option<(Option<i64>, Option<i64>)> =
        sqlx::query_as("SELECT dm_channel, dm_closed_at FROM person WHERE person = $1")
            .bind(user.0)
            .fetch_optional(db)
            .await?;
    Ok(row.map(|(conversation, closed)| Reach {
        conversation: conversation.map(ChannelId),
        closed_at: closed.map(instant),
    }))
}

/// The keys of all panels of a partnership.
pub async fn panels(db: &mut Db, partnership: PartnershipId) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as("SELECT panel FROM panel WHERE partnership = $1 ORDER BY panel")
        .bind(partnership.0)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Removes messages made before an instant that no longer wait, with their bodies, and notices that
/// have been of no use since. Where somebody's own words stand in a thread stays known, or nobody could
/// take them back from there.
pub async fn expire_messages(tx: &mut Tx, partnership: PartnershipId, before: DateTime<Utc>) -> Result<()> {
    for sql in [
        "DELETE FROM post WHERE partnership = $1 AND created_at < $2 AND state <> 'waiting' \
         AND (target_kind = 'dm' OR about = '' OR message IS NULL)",
        "DELETE FROM notice WHERE partnership = $1 AND expires_at < $2",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(before.timestamp_millis()).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Removes messages and notices to somebody.
pub async fn erase_messages(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    for sql in [
        "DELETE FROM post WHERE partnership = $1 AND target_kind = 'dm' AND target = $2",
        "DELETE FROM notice WHERE partnership = $1 AND person = $2",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Forgets how somebody is reached.
pub async fn erase_reach(tx: &mut Tx, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM person WHERE person = $1").bind(user.0).execute(&mut **tx).await?;
    Ok(())
}
