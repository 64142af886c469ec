//! How people are reached, across partnerships, and what they were last told there.

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::partnership::{ChannelId, MessageId, PartnershipId, UserId};
use crate::scheduler::instant;
use crate::storage::{Db, Tx};

use super::post::DM;

/// How a person is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Person {
    /// Their own conversation with the bot, where it is known.
    pub(super) channel: Option<ChannelId>,
    /// Whether they take no messages from the bot.
    pub(super) closed: bool,
}

/// How a person is reached, as far as is known.
pub(super) async fn find(db: &mut Db, person: UserId) -> Result<Person> {
    let sql = "SELECT dm_channel, dm_closed_at FROM person WHERE person = $1";
    let row: Option<(Option<i64>, Option<i64>)> = sqlx::query_as(sql).bind(person.0).fetch_optional(db).await?;
    Ok(row.map_or_else(Person::default, |(channel, closed_at)| Person {
        channel: channel.map(ChannelId),
        closed: closed_at.is_some(),
    }))
}

/// Whether a person takes no direct messages from the bot.
pub async fn dm_closed(db: &mut Db, person: UserId) -> Result<bool> {
    Ok(find(db, person).await?.closed)
}

/// Since when a person takes no direct messages from the bot. Said to them at their next command.
pub async fn dm_closed_since(db: &mut Db, person: UserId) -> Result<Option<DateTime<Utc>>> {
    let sql = "SELECT dm_closed_at FROM person WHERE person = $1";
    let row: Option<(Option<i64>,)> = sqlx::query_as(sql).bind(person.0).fetch_optional(db).await?;
    row.and_then(|row| row.0).map(instant).transpose()
}

/// A person asked for direct messages again: they are tried again.
pub async fn dm_reopened(tx: &mut Tx, person: UserId) -> Result<()> {
    let sql = "UPDATE person SET dm_closed_at = NULL WHERE person = $1";
    sqlx::query(sql).bind(person.0).execute(&mut **tx).await?;
    Ok(())
}

/// A conversation was opened.
pub(super) async fn opened(tx: &mut Tx, person: UserId, channel: ChannelId) -> Result<()> {
    let sql = "INSERT INTO person (person, dm_channel) VALUES ($1, $2) \
               ON CONFLICT (person) DO UPDATE SET dm_channel = excluded.dm_channel";
    sqlx::query(sql).bind(person.0).bind(channel.0).execute(&mut **tx).await?;
    Ok(())
}

/// A person takes no messages, since `now` unless that was known.
pub(super) async fn closed(tx: &mut Tx, person: UserId, now: DateTime<Utc>) -> Result<()> {
    let sql = "INSERT INTO person (person, dm_closed_at) VALUES ($1, $2) \
               ON CONFLICT (person) DO UPDATE SET dm_closed_at = COALESCE(person.dm_closed_at, excluded.dm_closed_at)";
    sqlx::query(sql).bind(person.0).bind(now.timestamp_millis()).execute(&mut **tx).await?;
    Ok(())
}

/// A conversation isn't there any more; the next message opens another one.
pub(super) async fn channel_gone(tx: &mut Tx, person: UserId) -> Result<()> {
    let sql = "UPDATE person SET dm_channel = NULL WHERE person = $1";
    sqlx::query(sql).bind(person.0).execute(&mut **tx).await?;
    Ok(())
}

/// What a reply to a message is about, as `<feature>:<row>`.
pub async fn about(db: &mut Db, message: MessageId) -> Result<Option<(PartnershipId, String)>> {
    let sql = "SELECT partnership, about FROM post WHERE message = $1 AND about <> ''";
    let row: Option<(i64, String)> = sqlx::query_as(sql).bind(message.0).fetch_optional(db).await?;
    Ok(row.map(|(partnership, about)| (PartnershipId(partnership), about)))
}

/// What a person's own conversation was about last, in any partnership, from `since` on. What may
/// have arrived counts too: somebody may answer it before it is known that it did.
pub async fn latest_about(
    db: &mut Db,
    person: UserId,
    since: DateTime<Utc>,
) -> Result<Option<(PartnershipId, String)>> {
    let sql = "SELECT partnership, about FROM post WHERE target = $1 AND target_kind = $2 AND first_sent_at >= $3 \
               AND about <> '' AND state IN ('sent', 'waiting', 'unknown') \
               ORDER BY first_sent_at DESC, message DESC LIMIT 1";
    let row: Option<(i64, String)> =
        sqlx::query_as(sql).bind(person.0).bind(DM).bind(since.timestamp_millis()).fetch_optional(db).await?;
    Ok(row.map(|(partnership, about)| (PartnershipId(partnership), about)))
}
