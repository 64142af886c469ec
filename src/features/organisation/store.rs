//! The `organisation`, `keeper` and `former_member` tables.

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::partnership::{ChannelId, OrganisationId, PartnershipId, RoleId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Holidays, Keeper, Organisation, Settings};

type Row = (
    i64,
    String,
    String,
    Option<i64>,
    String,
    String,
    i64,
    i64,
    i64,
    String,
    Option<i64>,
    Option<i64>,
    String,
    Option<i64>,
    i64,
);

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, tag, role, calendar, own_calendar, minimum_group, retention_days, steward_flags, pending, pending_at, left_at, hours, channel, hears_releases FROM organisation ",
            $rest
        )
    };
}

fn organisation(row: Row) -> Result<Organisation> {
    let (
        id,
        name,
        tag,
        role,
        calendar,
        own,
        minimum_group,
        retention_days,
        flags,
        pending,
        pending_at,
        left_at,
        hours,
        channel,
        hears_releases,
    ) = row;
    let calendar =
        if own.is_empty() { Holidays::BuiltIn(calendar) } else { Holidays::Own(serde_json::from_str(&own)?) };
    let pending = match pending_at.and_then(DateTime::from_timestamp_millis) {
        Some(at) if !pending.is_empty() => Some((serde_json::from_str(&pending)?, at)),
        _ => None,
    };
    let settings = Settings {
        minimum_group: u8::try_from(minimum_group).unwrap_or(u8::MAX),
        retention_days: u16::try_from(retention_days).unwrap_or(u16::MAX),
        steward_flags: flags != 0,
    };
    Ok(Organisation {
        id: OrganisationId(id),
        name,
        tag,
        role: role.map(RoleId),
        calendar,
        settings,
        pending,
        left: left_at.is_some(),
        hours: if hours.is_empty() { None } else { Some(serde_json::from_str(&hours)?) },
        channel: channel.map(ChannelId),
        hears_releases: hears_releases != 0,
    })
}

/// One organisation that has not left.
pub async fn get(db: &mut Db, partnership: PartnershipId, id: OrganisationId) -> Result<Option<Organisation>> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE partnership = $1 AND id = $2 AND left_at IS NULL"))
        .bind(partnership.0)
        .bind(id.0)
        .fetch_optional(db)
        .await?;
    row.map(organisation).transpose()
}

/// The organisations that have not left, by name.
pub async fn all(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Organisation>> {
    let rows: Vec<Row> = sqlx::query_as(select!("WHERE partnership = $1 AND left_at IS NULL ORDER BY name, id"))
        .bind(partnership.0)
        .fetch_all(db)
        .await?;
    rows.into_iter().map(organisation).collect()
}

/// Saves an organisation, new or changed.
pub async fn save(tx: &mut Tx, partnership: PartnershipId, one: &Organisation, now: DateTime<Utc>) -> Result<()> {
    let (calendar, own) = match &one.calendar {
        Holidays::BuiltIn(key) => (key.clone(), String::new()),
        Holidays::Own(calendar) => ("own".to_owned(), serde_json::to_string(calendar)?),
    };
    let pending = one.pending.map(|(settings, _)| serde_json::to_string(&settings)).transpose()?.unwrap_or_default();
    sqlx::query(
        "INSERT INTO organisation (partnership, id, name, tag, role, calendar, own_calendar, minimum_group, retention_days, steward_flags, pending, pending_at, left_at, created_at, hours, channel, hears_releases) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
         ON CONFLICT (partnership, id) DO UPDATE SET name = excluded.name, tag = excluded.tag, role = excluded.role, \
         calendar = excluded.calendar, own_calendar = excluded.own_calendar, minimum_group = excluded.minimum_group, \
         retention_days = excluded.retention_days, steward_flags = excluded.steward_flags, pending = excluded.pending, \
         pending_at = excluded.pending_at, left_at = excluded.left_at, \
         hours = excluded.hours, channel = excluded.channel, hears_releases = excluded.hears_releases",
    )
    .bind(partnership.0)
    .bind(one.id.0)
    .bind(&one.name)
    .bind(&one.tag)
    .bind(one.role.map(|role| role.0))
    .bind(calendar)
    .bind(own)
    .bind(i64::from(one.settings.minimum_group))
    .bind(i64::from(one.settings.retention_days))
    .bind(i64::from(one.settings.steward_flags))
    .bind(pending)
    .bind(one.pending.map(|(_, at)| at.timestamp_millis()))
    .bind(one.left.then(|| now.timestamp_millis()))
    .bind(now.timestamp_millis())
    .bind(one.hours.as_ref().map(serde_json::to_string).transpose()?.unwrap_or_default())
    .bind(one.channel.map(|channel| channel.0))
    .bind(i64::from(one.hears_releases))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What somebody has accepted to be, and for which organisations that have not left.
pub async fn jobs_of(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<(OrganisationId, Keeper)>> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT k.organisation, k.job FROM keeper k JOIN organisation o ON o.partnership = k.partnership AND o.id = k.organisation \
         WHERE k.partnership = $1 AND k.person = $2 AND k.accepted_at IS NOT NULL AND o.left_at IS NULL ORDER BY k.organisation, k.job",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(|(id, job)| Some((OrganisationId(id), Keeper::parse(&job)?))).collect())
}

/// Who was asked to be what for an organisation, and whether they accepted.
pub async fn keepers(
    db: &mut Db,
    partnership: PartnershipId,
    id: OrganisationId,
) -> Result<Vec<(UserId, Keeper, bool)>> {
    let rows: Vec<(i64, String, Option<i64>)> = sqlx::query_as(
        "SELECT person, job, accepted_at FROM keeper WHERE partnership = $1 AND organisation = $2 ORDER BY job, asked_at, person",
    )
    .bind(partnership.0)
    .bind(id.0)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(user, job, at)| Some((UserId(user), Keeper::parse(&job)?, at.is_some())))
        .collect())
}

/// Asks somebody to be steward or contact. Who has accepted stays so.
pub async fn ask_keeper(
    tx: &mut Tx,
    partnership: PartnershipId,
    id: OrganisationId,
    user: UserId,
    job: Keeper,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO keeper (partnership, organisation, person, job, asked_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (partnership, organisation, person, job) DO NOTHING",
    )
    .bind(partnership.0)
    .bind(id.0)
    .bind(user.0)
    .bind(job.as_str())
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Records that somebody accepted. Whether they had been asked.
pub async fn accept_keeper(
    tx: &mut Tx,
    partnership: PartnershipId,
    id: OrganisationId,
    user: UserId,
    job: Keeper,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE keeper SET accepted_at = COALESCE(accepted_at, $5) WHERE partnership = $1 AND organisation = $2 AND person = $3 AND job = $4",
    )
    .bind(partnership.0)
    .bind(id.0)
    .bind(user.0)
    .bind(job.as_str())
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends a job, accepted or not.
pub async fn end_keeper(
    tx: &mut Tx,
    partnership: PartnershipId,
    id: OrganisationId,
    user: UserId,
    job: Keeper,
) -> Result<()> {
    sqlx::query("DELETE FROM keeper WHERE partnership = $1 AND organisation = $2 AND person = $3 AND job = $4")
        .bind(partnership.0)
        .bind(id.0)
        .bind(user.0)
        .bind(job.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends all jobs of somebody.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM keeper WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// One organisation, even if it has left.
pub async fn any(db: &mut Db, partnership: PartnershipId, id: OrganisationId) -> Result<Option<Organisation>> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE partnership = $1 AND id = $2"))
        .bind(partnership.0)
        .bind(id.0)
        .fetch_optional(db)
        .await?;
    row.map(organisation).transpose()
}

/// Who has accepted to be its steward.
pub async fn stewards(db: &mut Db, partnership: PartnershipId, id: OrganisationId) -> Result<Vec<UserId>> {
    let keepers = keepers(db, partnership, id).await?;
    Ok(keepers
        .into_iter()
        .filter(|(_, job, accepted)| *job == Keeper::Steward && *accepted)
        .map(|(user, ..)| user)
        .collect())
}

/// What somebody was asked to be, and has not answered.
pub async fn asks_of(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<(OrganisationId, Keeper)>> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT k.organisation, k.job FROM keeper k JOIN organisation o ON o.partnership = k.partnership AND o.id = k.organisation \
         WHERE k.partnership = $1 AND k.person = $2 AND k.accepted_at IS NULL AND o.left_at IS NULL ORDER BY k.organisation, k.job",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(|(id, job)| Some((OrganisationId(id), Keeper::parse(&job)?))).collect())
}

/// Takes back that somebody was asked, unless they have accepted. Whether there was anything to take back.
pub async fn withdraw(
    tx: &mut Tx,
    partnership: PartnershipId,
    id: OrganisationId,
    user: UserId,
    job: Keeper,
) -> Result<bool> {
    let done = sqlx::query(
        "DELETE FROM keeper WHERE partnership = $1 AND organisation = $2 AND person = $3 AND job = $4 AND accepted_at IS NULL",
    )
    .bind(partnership.0)
    .bind(id.0)
    .bind(user.0)
    .bind(job.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends all jobs of an organisation that leaves.
pub async fn end_keepers(tx: &mut Tx, partnership: PartnershipId, id: OrganisationId) -> Result<()> {
    sqlx::query("DELETE FROM keeper WHERE partnership = $1 AND organisation = $2")
        .bind(partnership.0)
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Notes that somebody was of an organisation that leaves: its retention still counts for them.
pub async fn add_former(
    tx: &mut Tx,
    partnership: PartnershipId,
    id: OrganisationId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO former_member (partnership, organisation, person, left_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (partnership, organisation, person) DO NOTHING",
    )
    .bind(partnership.0)
    .bind(id.0)
    .bind(user.0)
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Who was of an organisation that has left.
pub async fn former(db: &mut Db, partnership: PartnershipId, id: OrganisationId) -> Result<Vec<UserId>> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT person FROM former_member WHERE partnership = $1 AND organisation = $2 ORDER BY person")
            .bind(partnership.0)
            .bind(id.0)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|row| UserId(row.0)).collect())
}

/// Of which organisations that have left somebody was, by name.
pub async fn former_of(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT o.name FROM former_member f JOIN organisation o ON o.partnership = f.partnership AND o.id = f.organisation \
         WHERE f.partnership = $1 AND f.person = $2 ORDER BY f.left_at, o.id",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Forgets who was of an organisation that has left.
pub async fn drop_former(tx: &mut Tx, partnership: PartnershipId, id: OrganisationId) -> Result<()> {
    sqlx::query("DELETE FROM former_member WHERE partnership = $1 AND organisation = $2")
        .bind(partnership.0)
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets of which organisations that have left somebody was.
pub async fn erase_former(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM former_member WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What one person was asked to be, as a copy for them.
pub async fn exported(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<serde_json::Value>> {
    let rows: Vec<(String, String, i64, Option<i64>)> = sqlx::query_as(
        "SELECT o.name, k.job, k.asked_at, k.accepted_at FROM keeper k \
         JOIN organisation o ON o.partnership = k.partnership AND o.id = k.organisation \
         WHERE k.partnership = $1 AND k.person = $2 ORDER BY k.asked_at, o.id",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    let moment = |at: i64| DateTime::<Utc>::from_timestamp_millis(at).map(|at| at.to_rfc3339());
    let copy = |(organisation, job, asked, accepted): (String, String, i64, Option<i64>)| serde_json::json!({ "organisation": organisation, "job": job, "asked": moment(asked), "accepted": accepted.and_then(moment) });
    Ok(rows.into_iter().map(copy).collect())
}
