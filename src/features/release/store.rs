//! The `release` table.

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::partnership::{PartnershipId, SquadId, UserId};
use crate::storage::{Db, Tx};

use super::model::Release;

type Row = (i64, i64, String, i64);

fn release((id, squad, what, at): Row) -> Release {
    Release { id, squad: SquadId(squad), what, at: instant(at) }
}

fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// Records a release.
pub async fn add(
    tx: &mut Tx,
    partnership: PartnershipId,
    user: UserId,
    release: &Release,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO release (partnership, id, squad, person, what, released_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(partnership.0)
    .bind(release.id)
    .bind(release.squad.0)
    .bind(user.0)
    .bind(&release.what)
    .bind(release.at.timestamp_millis())
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One release that somebody recorded.
pub async fn get(db: &mut Db, partnership: PartnershipId, user: UserId, id: i64) -> Result<Option<Release>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, squad, what, released_at FROM release WHERE partnership = $1 AND person = $2 AND id = $3",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(row.map(release))
}

/// The releases that somebody recorded, earliest first.
pub async fn of(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Release>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, squad, what, released_at FROM release WHERE partnership = $1 AND person = $2 ORDER BY released_at, id",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(release).collect())
}

/// When somebody released something, earliest first.
pub async fn instants(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<DateTime<Utc>>> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT released_at FROM release WHERE partnership = $1 AND person = $2 ORDER BY released_at")
            .bind(partnership.0)
            .bind(user.0)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|row| instant(row.0)).collect())
}

/// When a squad released something, on or after an instant.
pub async fn of_squad(
    db: &mut Db,
    partnership: PartnershipId,
    squad: SquadId,
    from: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT released_at FROM release WHERE partnership = $1 AND squad = $2 AND released_at >= $3")
            .bind(partnership.0)
            .bind(squad.0)
            .bind(from.timestamp_millis())
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|row| instant(row.0)).collect())
}

/// Takes a release back.
pub async fn remove(tx: &mut Tx, partnership: PartnershipId, user: UserId, id: i64) -> Result<()> {
    sqlx::query("DELETE FROM release WHERE partnership = $1 AND person = $2 AND id = $3")
        .bind(partnership.0)
        .bind(user.0)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes what somebody recorded of before an instant.
pub async fn expire(tx: &mut Tx, partnership: PartnershipId, user: UserId, before: DateTime<Utc>) -> Result<()> {
    sqlx::query("DELETE FROM release WHERE partnership = $1 AND person = $2 AND released_at < $3")
        .bind(partnership.0)
        .bind(user.0)
        .bind(before.timestamp_millis())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes all that somebody recorded.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM release WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
