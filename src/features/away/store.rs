//! The `away` table.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;

use crate::error::Result;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Away, Part};

type Row = (i64, String, String, String);

fn away((id, first, last, part): Row) -> Option<Away> {
    Some(Away { id, first: first.parse().ok()?, last: last.parse().ok()?, part: Part::parse(&part) })
}

/// Somebody's time away that ends on or after a date, earliest first.
pub async fn from(db: &mut Db, partnership: PartnershipId, user: UserId, date: NaiveDate) -> Result<Vec<Away>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, first_date, last_date, part FROM away WHERE partnership = $1 AND person = $2 AND last_date >= $3 ORDER BY first_date, id",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(date.to_string())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(away).collect())
}

/// All of somebody's time away, earliest first.
pub async fn all(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Away>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, first_date, last_date, part FROM away WHERE partnership = $1 AND person = $2 ORDER BY first_date, id",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(away).collect())
}

/// Everybody's time away in a partnership that touches the dates from `first` to `last`.
pub async fn between(
    db: &mut Db,
    partnership: PartnershipId,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<(UserId, Away)>> {
    select_between(db, partnership, (first, last), "").await
}

/// The same of some people.
pub async fn of_some(
    db: &mut Db,
    partnership: PartnershipId,
    people: &BTreeSet<UserId>,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<(UserId, Away)>> {
    let mut found = Vec::new();
    let people: Vec<String> = people.iter().map(UserId::to_string).collect();
    // Both engines take numbers written out, and neither takes a list of one statement's values.
    for some in people.chunks(100) {
        let among = format!("AND person IN ({})", some.join(", "));
        found.extend(select_between(db, partnership, (first, last), &among).await?);
    }
    Ok(found)
}

async fn select_between(
    db: &mut Db,
    partnership: PartnershipId,
    (first, last): (NaiveDate, NaiveDate),
    among: &str,
) -> Result<Vec<(UserId, Away)>> {
    let sql = format!(
        "SELECT person, id, first_date, last_date, part FROM away \
         WHERE partnership = $1 AND last_date >= $2 AND first_date <= $3 {among} ORDER BY person, first_date, id"
    );
    let rows: Vec<(i64, i64, String, String, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(partnership.0)
        .bind(first.to_string())
        .bind(last.to_string())
        .fetch_all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(user, id, first, last, part)| Some((UserId(user), away((id, first, last, part))?)))
        .collect())
}

/// Records time away.
pub async fn add(tx: &mut Tx, partnership: PartnershipId, user: UserId, away: &Away, now: DateTime<Utc>) -> Result<()> {
    sqlx::query(
        "INSERT INTO away (partnership, id, person, first_date, last_date, part, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(partnership.0)
    .bind(away.id)
    .bind(user.0)
    .bind(away.first.to_string())
    .bind(away.last.to_string())
    .bind(away.part.as_str())
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Removes one stretch of somebody's time away. Whether it was there.
pub async fn remove(tx: &mut Tx, partnership: PartnershipId, user: UserId, id: i64) -> Result<bool> {
    let done = sqlx::query("DELETE FROM away WHERE partnership = $1 AND person = $2 AND id = $3")
        .bind(partnership.0)
        .bind(user.0)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// One stretch of somebody's time away.
pub async fn get(db: &mut Db, partnership: PartnershipId, user: UserId, id: i64) -> Result<Option<Away>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, first_date, last_date, part FROM away WHERE partnership = $1 AND person = $2 AND id = $3",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(row.and_then(away))
}

/// Removes somebody's time away that ended before a date.
pub async fn expire(tx: &mut Tx, partnership: PartnershipId, user: UserId, before: NaiveDate) -> Result<()> {
    sqlx::query("DELETE FROM away WHERE partnership = $1 AND person = $2 AND last_date < $3")
        .bind(partnership.0)
        .bind(user.0)
        .bind(before.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes all of somebody's time away.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM away WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
