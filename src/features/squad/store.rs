//! The `squad` and `squad_member` tables.

use anyhow::Context;
use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::error::Result;
use crate::partnership::calendar::WorkingDays;
use crate::partnership::{ChannelId, PartnershipId, SquadId, UserId};
use crate::schedule::Schedule;
use crate::storage::{Db, Tx};

use super::model::Squad;

type Row = (i64, String, i64, i64, String, String, String, String, String, i64, Option<i64>);

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.name, s.channel, s.lead, s.zone, s.schedule, s.working_days, s.questions, s.closes_at, s.reminders, s.archived_at FROM squad s ",
            $rest
        )
    };
}

fn squad(row: Row) -> anyhow::Result<Squad> {
    let (id, name, channel, lead, zone, schedule, working_days, questions, closes_at, reminders, archived_at) = row;
    let context = || format!("squad {id} as stored");
    Ok(Squad {
        id: SquadId(id),
        name,
        channel: ChannelId(channel),
        lead: UserId(lead),
        zone: zone.parse::<Tz>().map_err(anyhow::Error::msg).with_context(context)?,
        schedule: Schedule::parse(&schedule).map_err(anyhow::Error::msg).with_context(context)?,
        working_days: WorkingDays::parse(&working_days).map_err(anyhow::Error::msg).with_context(context)?,
        questions: serde_json::from_str(&questions).with_context(context)?,
        closes_at: NaiveTime::parse_from_str(&closes_at, "%H:%M").with_context(context)?,
        reminders: u8::try_from(reminders).with_context(context)?,
        archived: archived_at.is_some(),
    })
}

fn squads(rows: Vec<Row>) -> Result<Vec<Squad>> {
    Ok(rows.into_iter().map(squad).collect::<anyhow::Result<_>>()?)
}

/// One squad, archived or not.
pub async fn get(db: &mut Db, partnership: PartnershipId, id: SquadId) -> Result<Option<Squad>> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE s.partnership = $1 AND s.id = $2"))
        .bind(partnership.0)
        .bind(id.0)
        .fetch_optional(db)
        .await?;
    Ok(row.map(squad).transpose()?)
}

/// The live squads, by name.
pub async fn all(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Squad>> {
    let rows = sqlx::query_as(select!("WHERE s.partnership = $1 AND s.archived_at IS NULL ORDER BY s.name, s.id"))
        .bind(partnership.0)
        .fetch_all(db)
        .await?;
    squads(rows)
}

/// All squads, archived ones too, by name.
pub async fn with_archived(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Squad>> {
    let rows = sqlx::query_as(select!("WHERE s.partnership = $1 ORDER BY s.name, s.id"))
        .bind(partnership.0)
        .fetch_all(db)
        .await?;
    squads(rows)
}

/// The live squads that somebody is in, by id.
pub async fn of_member(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Squad>> {
    let rows = sqlx::query_as(select!(
        "JOIN squad_member m ON m.partnership = s.partnership AND m.squad = s.id \
         WHERE s.partnership = $1 AND m.person = $2 AND s.archived_at IS NULL ORDER BY s.id"
    ))
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    squads(rows)
}

/// The live squads that somebody leads, by id.
pub async fn led_by(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Squad>> {
    let rows =
        sqlx::query_as(select!("WHERE s.partnership = $1 AND s.lead = $2 AND s.archived_at IS NULL ORDER BY s.id"))
            .bind(partnership.0)
            .bind(user.0)
            .fetch_all(db)
            .await?;
    squads(rows)
}

/// Who is in a squad, in the order in which they joined.
pub async fn members(db: &mut Db, partnership: PartnershipId, id: SquadId) -> Result<Vec<UserId>> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT person FROM squad_member WHERE partnership = $1 AND squad = $2 ORDER BY joined_at, person",
    )
    .bind(partnership.0)
    .bind(id.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| UserId(row.0)).collect())
}

/// Who is in which live squad, for a whole partnership.
pub async fn memberships(db: &mut Db, partnership: PartnershipId) -> Result<Vec<(SquadId, UserId)>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT m.squad, m.person FROM squad_member m JOIN squad s ON s.partnership = m.partnership AND s.id = m.squad \
         WHERE m.partnership = $1 AND s.archived_at IS NULL ORDER BY m.squad, m.joined_at, m.person",
    )
    .bind(partnership.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(squad, user)| (SquadId(squad), UserId(user))).collect())
}

/// Saves a squad, new or changed.
pub async fn save(tx: &mut Tx, partnership: PartnershipId, squad: &Squad, now: DateTime<Utc>) -> Result<()> {
    let questions = serde_json::to_string(&squad.questions)?;
    sqlx::query(
        "INSERT INTO squad (partnership, id, name, channel, lead, zone, schedule, working_days, questions, closes_at, reminders, archived_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         ON CONFLICT (partnership, id) DO UPDATE SET name = excluded.name, channel = excluded.channel, lead = excluded.lead, \
         zone = excluded.zone, schedule = excluded.schedule, working_days = excluded.working_days, questions = excluded.questions, \
         closes_at = excluded.closes_at, reminders = excluded.reminders, archived_at = excluded.archived_at",
    )
    .bind(partnership.0)
    .bind(squad.id.0)
    .bind(&squad.name)
    .bind(squad.channel.0)
    .bind(squad.lead.0)
    .bind(squad.zone.name())
    .bind(squad.schedule.to_string())
    .bind(squad.working_days.to_string())
    .bind(questions)
    .bind(squad.closes_at.format("%H:%M").to_string())
    .bind(i64::from(squad.reminders))
    .bind(squad.archived.then(|| now.timestamp_millis()))
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Puts somebody into a squad. Doing it twice is harmless.
pub async fn add_member(
    tx: &mut Tx,
    partnership: PartnershipId,
    id: SquadId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO squad_member (partnership, squad, person, joined_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (partnership, squad, person) DO NOTHING",
    )
    .bind(partnership.0)
    .bind(id.0)
    .bind(user.0)
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes somebody out of a squad.
pub async fn remove_member(tx: &mut Tx, partnership: PartnershipId, id: SquadId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM squad_member WHERE partnership = $1 AND squad = $2 AND person = $3")
        .bind(partnership.0)
        .bind(id.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes somebody out of all squads.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM squad_member WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Who is in a squad and what they do there, in the order in which they joined.
pub async fn people(db: &mut Db, partnership: PartnershipId, id: SquadId) -> Result<Vec<(UserId, String)>> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT person, does FROM squad_member WHERE partnership = $1 AND squad = $2 ORDER BY joined_at, person",
    )
    .bind(partnership.0)
    .bind(id.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(user, does)| (UserId(user), does)).collect())
}

/// Records what somebody does in a squad. Whether they are in it.
pub async fn set_does(tx: &mut Tx, partnership: PartnershipId, id: SquadId, user: UserId, does: &str) -> Result<bool> {
    let done = sqlx::query("UPDATE squad_member SET does = $4 WHERE partnership = $1 AND squad = $2 AND person = $3")
        .bind(partnership.0)
        .bind(id.0)
        .bind(user.0)
        .bind(does)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Hands all squads of one lead to another, archived ones included.
pub async fn pass_lead(tx: &mut Tx, partnership: PartnershipId, from: UserId, to: UserId) -> Result<()> {
    sqlx::query("UPDATE squad SET lead = $3 WHERE partnership = $1 AND lead = $2")
        .bind(partnership.0)
        .bind(from.0)
        .bind(to.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// One person's squads, archived ones included, as a copy for them.
pub async fn exported(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<serde_json::Value>> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT s.name, m.does, m.joined_at FROM squad_member m JOIN squad s ON s.partnership = m.partnership AND s.id = m.squad \
         WHERE m.partnership = $1 AND m.person = $2 ORDER BY m.joined_at, m.squad",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    let copy = |(squad, does, joined_at): (String, String, i64)| {
        let since = DateTime::<Utc>::from_timestamp_millis(joined_at).map(|at| at.to_rfc3339());
        serde_json::json!({ "squad": squad, "what_i_do_here": does, "since": since })
    };
    Ok(rows.into_iter().map(copy).collect())
}
