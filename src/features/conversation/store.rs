//! The tables `conversation`, `conversation_voice`, `conversation_view`, `conversation_word`, `proposal` and
//! `stance`.

mod personal;
mod proposals;
mod views;

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::partnership::{ChannelId, OrganisationId, PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Conversation, Stage, Voice};

pub use personal::{erase, expire, export, export_jobs, export_stances, shown_with};
pub use proposals::{add_proposal, change_proposal, latest_proposals, latest_version, proposals, save_stance, stances};
pub use views::{cut_loose, drop_view, forget_views, loose_words, own_view, save_view, speakers, views};

/// Number, frame, facilitator, flags (1: anonymous, 2: forum, 4: grace), channel, stage, turned at, ends
/// at, deadline, nudges, proposal, outcome, opened at, closed at.
type Row = (i64, String, i64, i64, i64, String, i64, Option<i64>, i64, i64, Option<i64>, String, i64, Option<i64>);

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT number, frame, facilitator, anonymous + 2 * forum + 4 * grace, channel, stage, turned_at, ends_at, \
             deadline, nudges, proposal, outcome, opened_at, closed_at FROM conversation ",
            $rest
        )
    };
}

fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

fn somebody(id: i64) -> Option<UserId> {
    (id != 0).then_some(UserId(id))
}

fn conversation(row: Row) -> Result<Conversation> {
    let (number, frame, facilitator, flags, channel, stage, turned_at, ends_at, ..) = row;
    let (.., deadline, nudges, proposal, outcome, opened_at, closed_at) = row;
    let stage = Stage::parse(&stage).ok_or_else(|| anyhow::anyhow!("conversation {number} is at {stage}"))?;
    Ok(Conversation {
        number,
        frame: serde_json::from_str(&frame)?,
        facilitator: somebody(facilitator),
        anonymous: flags & 1 != 0,
        forum: flags & 2 != 0,
        grace: flags & 4 != 0,
        channel: ChannelId(channel),
        stage,
        turned_at: instant(turned_at),
        ends_at: ends_at.map(instant),
        deadline: instant(deadline),
        nudges,
        proposal,
        outcome: if outcome.is_empty() { None } else { Some(serde_json::from_str(&outcome)?) },
        opened_at: instant(opened_at),
        closed_at: closed_at.map(instant),
    })
}

/// One conversation.
pub async fn get(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Option<Conversation>> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE partnership = $1 AND number = $2"))
        .bind(partnership.0)
        .bind(number)
        .fetch_optional(db)
        .await?;
    row.map(conversation).transpose()
}

/// The latest conversations, those that go on first.
pub async fn latest(db: &mut Db, partnership: PartnershipId, most: i64) -> Result<Vec<Conversation>> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE partnership = $1 ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, number DESC LIMIT $2"
    ))
    .bind(partnership.0)
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(conversation).collect()
}

/// The conversations that go on.
pub async fn open(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Conversation>> {
    let rows: Vec<Row> = sqlx::query_as(select!("WHERE partnership = $1 AND closed_at IS NULL ORDER BY number"))
        .bind(partnership.0)
        .fetch_all(db)
        .await?;
    rows.into_iter().map(conversation).collect()
}

/// Keeps a conversation as it is now.
pub async fn save(tx: &mut Tx, partnership: PartnershipId, one: &Conversation) -> Result<()> {
    let outcome = match &one.outcome {
        Some(outcome) => serde_json::to_string(outcome)?,
        None => String::new(),
    };
    sqlx::query(
        "INSERT INTO conversation (partnership, number, frame, facilitator, anonymous, channel, forum, stage, turned_at, \
         ends_at, deadline, nudges, proposal, grace, outcome, opened_at, closed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
         ON CONFLICT (partnership, number) DO UPDATE SET frame = excluded.frame, facilitator = excluded.facilitator, \
         channel = excluded.channel, forum = excluded.forum, stage = excluded.stage, turned_at = excluded.turned_at, \
         ends_at = excluded.ends_at, deadline = excluded.deadline, nudges = excluded.nudges, \
         proposal = excluded.proposal, grace = excluded.grace, outcome = excluded.outcome, closed_at = excluded.closed_at",
    )
    .bind(partnership.0)
    .bind(one.number)
    .bind(serde_json::to_string(&one.frame)?)
    .bind(one.facilitator.map_or(0, |user| user.0))
    .bind(i64::from(one.anonymous))
    .bind(one.channel.0)
    .bind(i64::from(one.forum))
    .bind(one.stage.as_str())
    .bind(one.turned_at.timestamp_millis())
    .bind(one.ends_at.map(|at| at.timestamp_millis()))
    .bind(one.deadline.timestamp_millis())
    .bind(one.nudges)
    .bind(one.proposal)
    .bind(i64::from(one.grace))
    .bind(outcome)
    .bind(one.opened_at.timestamp_millis())
    .bind(one.closed_at.map(|at| at.timestamp_millis()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The organisations whose voice is needed.
pub async fn voices(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Vec<Voice>> {
    let rows: Vec<(i64, Option<i64>)> = sqlx::query_as(
        "SELECT organisation, deputy FROM conversation_voice WHERE partnership = $1 AND conversation = $2 ORDER BY organisation",
    )
    .bind(partnership.0)
    .bind(number)
    .fetch_all(db)
    .await?;
    let voice =
        |(id, deputy): (i64, Option<i64>)| Voice { organisation: OrganisationId(id), deputy: deputy.map(UserId) };
    Ok(rows.into_iter().map(voice).collect())
}

/// Keeps which organisations' voices are needed, and their deputies.
pub async fn set_voices(tx: &mut Tx, partnership: PartnershipId, number: i64, voices: &[Voice]) -> Result<()> {
    sqlx::query("DELETE FROM conversation_voice WHERE partnership = $1 AND conversation = $2")
        .bind(partnership.0)
        .bind(number)
        .execute(&mut **tx)
        .await?;
    for voice in voices {
        sqlx::query(
            "INSERT INTO conversation_voice (partnership, conversation, organisation, deputy) VALUES ($1, $2, $3, $4)",
        )
        .bind(partnership.0)
        .bind(number)
        .bind(voice.organisation.0)
        .bind(voice.deputy.map(|user| user.0))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
