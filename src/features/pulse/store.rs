//! The `pulse` and `pulse_answer` tables.

use anyhow::anyhow;
use chrono::{DateTime, Utc};

use crate::app::Random;
use crate::error::Result;
use crate::partnership::{ChannelId, OrganisationId, PartnershipId, UserId};
use crate::storage::{Db, Tx, seal};

use super::model::{Before, Pulse, Sheet};

/// Longest sheet as it is sealed, in bytes: eleven short words.
const LONGEST_SHEET: usize = 1_024;
/// Most pulses before one that are shown with it.
const BEFORE: i64 = 5;

type Row = (i64, i64, i64, i64, i64, Option<i64>, String);

fn instant(millis: i64) -> Result<DateTime<Utc>> {
    Ok(DateTime::from_timestamp_millis(millis).ok_or_else(|| anyhow!("{millis} is no instant"))?)
}

fn pulse((number, facilitator, channel, forum, ends_at, closed_at, results): Row) -> Result<Pulse> {
    Ok(Pulse {
        number,
        facilitator: Some(UserId(facilitator)).filter(|user| user.0 != 0),
        channel: ChannelId(channel),
        forum: forum != 0,
        ends_at: instant(ends_at)?,
        closed_at: closed_at.map(instant).transpose()?,
        results: if results.is_empty() { super::model::Results::default() } else { serde_json::from_str(&results)? },
    })
}

/// One pulse.
pub async fn get(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Option<Pulse>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT number, facilitator, channel, forum, ends_at, closed_at, results FROM pulse \
         WHERE partnership = $1 AND number = $2",
    )
    .bind(partnership.0)
    .bind(number)
    .fetch_optional(db)
    .await?;
    row.map(pulse).transpose()
}

/// The newest pulse.
pub async fn latest(db: &mut Db, partnership: PartnershipId) -> Result<Option<Pulse>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT number, facilitator, channel, forum, ends_at, closed_at, results FROM pulse \
         WHERE partnership = $1 ORDER BY number DESC LIMIT 1",
    )
    .bind(partnership.0)
    .fetch_optional(db)
    .await?;
    row.map(pulse).transpose()
}

/// What the pulses before one showed of everybody, oldest first.
pub async fn before(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Vec<Before>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT number, facilitator, channel, forum, ends_at, closed_at, results FROM pulse \
         WHERE partnership = $1 AND number < $2 AND closed_at IS NOT NULL AND results <> '' ORDER BY number DESC LIMIT $3",
    )
    .bind(partnership.0)
    .bind(number)
    .bind(BEFORE)
    .fetch_all(db)
    .await?;
    let all = rows.into_iter().rev().map(pulse).collect::<Result<Vec<_>>>()?;
    Ok(all.into_iter().filter_map(|one| Some((one.closed_at?, one.results.all))).collect())
}

/// Keeps a pulse as it is now.
pub async fn save(tx: &mut Tx, partnership: PartnershipId, one: &Pulse) -> Result<()> {
    let results = if one.results.is_empty() { String::new() } else { serde_json::to_string(&one.results)? };
    sqlx::query(
        "INSERT INTO pulse (partnership, number, facilitator, channel, forum, ends_at, closed_at, results) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (partnership, number) DO UPDATE SET \
         facilitator = excluded.facilitator, ends_at = excluded.ends_at, closed_at = excluded.closed_at, \
         results = excluded.results",
    )
    .bind(partnership.0)
    .bind(one.number)
    .bind(one.facilitator.map_or(0, |user| user.0))
    .bind(one.channel.0)
    .bind(i64::from(one.forum))
    .bind(one.ends_at.timestamp_millis())
    .bind(one.closed_at.map(|at| at.timestamp_millis()))
    .bind(results)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a sheet is sealed with beside its key: it opens in its own row alone.
fn context(user: UserId) -> String {
    format!("sheet:{user}")
}

/// Somebody's sheet in an open pulse; an empty one where they have said nothing yet.
pub async fn sheet(db: &mut Db, partnership: PartnershipId, one: &Pulse, user: UserId) -> Result<Sheet> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT sealed FROM pulse_answer WHERE partnership = $1 AND pulse = $2 AND person = $3")
            .bind(partnership.0)
            .bind(one.number)
            .bind(user.0)
            .fetch_optional(&mut *db)
            .await?;
    let key = seal::key(db, partnership, &one.seal()).await?;
    let text = row.zip(key).and_then(|((sealed,), key)| key.open(&context(user), &sealed));
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
}

/// Keeps somebody's sheet, sealed.
pub async fn save_sheet(
    tx: &mut Tx,
    random: &Random,
    partnership: PartnershipId,
    one: &Pulse,
    (user, organisation): (UserId, Option<OrganisationId>),
    sheet: &Sheet,
) -> Result<()> {
    let key = seal::make(tx, random, partnership, &one.seal()).await?;
    let sealed = key.seal(random, &context(user), &serde_json::to_string(sheet)?, LONGEST_SHEET)?;
    sqlx::query(
        "INSERT INTO pulse_answer (partnership, pulse, person, organisation, sealed) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (partnership, pulse, person) DO UPDATE SET organisation = excluded.organisation, sealed = excluded.sealed",
    )
    .bind(partnership.0)
    .bind(one.number)
    .bind(user.0)
    .bind(organisation.map_or(0, |id| id.0))
    .bind(sealed)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// All sheets of an open pulse, with the organisations of those who filled them in and nothing else of them.
pub async fn sheets(
    db: &mut Db,
    partnership: PartnershipId,
    one: &Pulse,
) -> Result<Vec<(Option<OrganisationId>, Sheet)>> {
    let Some(key) = seal::key(db, partnership, &one.seal()).await? else { return Ok(Vec::new()) };
    let rows: Vec<(i64, i64, String)> =
        sqlx::query_as("SELECT person, organisation, sealed FROM pulse_answer WHERE partnership = $1 AND pulse = $2")
            .bind(partnership.0)
            .bind(one.number)
            .fetch_all(db)
            .await?;
    let mut sheets = Vec::new();
    for (person, organisation, sealed) in rows {
        let sheet = key.open(&context(UserId(person)), &sealed).and_then(|text| serde_json::from_str(&text).ok());
        // One that can't be read must not keep all others from being deleted.
        let Some(sheet) = sheet else {
            tracing::warn!(pulse = one.number, "a sheet doesn't open, and is left out");
            continue;
        };
        sheets.push((Some(OrganisationId(organisation)).filter(|id| id.0 != 0), sheet));
    }
    Ok(sheets)
}

/// How many organisations have been heard.
pub async fn heard(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<usize> {
    let (count,): (i64,) = sqlx::query_as(
        "SELECT COUNT(DISTINCT organisation) FROM pulse_answer WHERE partnership = $1 AND pulse = $2 AND organisation <> 0",
    )
    .bind(partnership.0)
    .bind(number)
    .fetch_one(db)
    .await?;
    Ok(usize::try_from(count).unwrap_or_default())
}

/// Forgets one sheet.
pub async fn drop_sheet(tx: &mut Tx, partnership: PartnershipId, number: i64, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM pulse_answer WHERE partnership = $1 AND pulse = $2 AND person = $3")
        .bind(partnership.0)
        .bind(number)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets all sheets of a pulse, and who had answered; what is left of them anywhere can't be opened.
pub async fn forget(tx: &mut Tx, partnership: PartnershipId, one: &Pulse) -> Result<()> {
    sqlx::query("DELETE FROM pulse_answer WHERE partnership = $1 AND pulse = $2")
        .bind(partnership.0)
        .bind(one.number)
        .execute(&mut **tx)
        .await?;
    seal::destroy(tx, partnership, &one.seal()).await
}

/// A copy for somebody: that they have answered, and what they look after. What they answered isn't in
/// it, since the copy would outlive the seal; **Answer** shows it to them.
pub async fn export(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<serde_json::Value> {
    let answered: Vec<(i64,)> =
        sqlx::query_as("SELECT pulse FROM pulse_answer WHERE partnership = $1 AND person = $2 ORDER BY pulse")
            .bind(partnership.0)
            .bind(user.0)
            .fetch_all(&mut *db)
            .await?;
    let looked_after: Vec<(i64,)> =
        sqlx::query_as("SELECT number FROM pulse WHERE partnership = $1 AND facilitator = $2 ORDER BY number")
            .bind(partnership.0)
            .bind(user.0)
            .fetch_all(db)
            .await?;
    let numbers = |rows: Vec<(i64,)>| rows.into_iter().map(|row| row.0).collect::<Vec<_>>();
    Ok(serde_json::json!({ "answered_in_open_pulses": numbers(answered), "looks_after": numbers(looked_after) }))
}

/// Removes somebody's answers, and their name from what they look after.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    for sql in [
        "DELETE FROM pulse_answer WHERE partnership = $1 AND person = $2",
        "UPDATE pulse SET facilitator = 0 WHERE partnership = $1 AND facilitator = $2",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).execute(&mut **tx).await?;
    }
    Ok(())
}
