//! The `release` table, and those of planned releases.

pub mod planned;

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use crate::error::Result;
use crate::partnership::{PartnershipId, SquadId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Arrival, Release, Tallied};

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
        "SELECT id, squad, what, released_at FROM release WHERE partnership = $1 AND person = $2 AND id = $3 AND source = ''",
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

/// The release that an arrival tells of, where it is known: the same commit, or the same tag where one of the
/// two has no commit. Its number, and whether its commit is known.
pub async fn known(db: &mut Db, partnership: PartnershipId, arrival: &Arrival) -> Result<Option<(i64, bool)>> {
    // Two looks into an index each, rather than one at all releases of the repository.
    let row: Option<(i64, String, i64, i64)> = sqlx::query_as(
        "SELECT id, sha, 0 AS rank, released_at FROM release WHERE partnership = $1 AND squad = $2 AND repository = $3 \
         AND sha = $4 AND sha <> '' AND source <> '' \
         UNION ALL SELECT id, sha, 1 AS rank, released_at FROM release WHERE partnership = $1 AND squad = $2 \
         AND repository = $3 AND tag = $5 AND tag <> '' AND (sha = '' OR $4 = '') AND source <> '' \
         ORDER BY 3, 4 DESC LIMIT 1",
    )
    .bind(partnership.0)
    .bind(arrival.squad.0)
    .bind(&arrival.repository)
    .bind(&arrival.sha)
    .bind(&arrival.tag)
    .fetch_optional(db)
    .await?;
    Ok(row.map(|(id, sha, ..)| (id, !sha.is_empty())))
}

/// Keeps a release that CI told of.
pub async fn keep(
    tx: &mut Tx,
    partnership: PartnershipId,
    id: i64,
    arrival: &Arrival,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO release (partnership, id, squad, person, what, released_at, created_at, source, repository, sha, tag, url) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(partnership.0)
    .bind(id)
    .bind(arrival.squad.0)
    .bind(arrival.person.map_or(0, |person| person.0))
    .bind(&arrival.what)
    .bind(arrival.at.timestamp_millis())
    .bind(now.timestamp_millis())
    .bind(&arrival.source)
    .bind(&arrival.repository)
    .bind(&arrival.sha)
    .bind(&arrival.tag)
    .bind(&arrival.url)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes down the commit of a release that had none.
pub async fn set_sha(tx: &mut Tx, partnership: PartnershipId, id: i64, sha: &str) -> Result<()> {
    sqlx::query("UPDATE release SET sha = $3 WHERE partnership = $1 AND id = $2 AND sha = ''")
        .bind(partnership.0)
        .bind(id)
        .bind(sha)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What a squad released from one instant until before another, earliest first.
pub async fn tallied(
    db: &mut Db,
    partnership: PartnershipId,
    squad: SquadId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Tallied>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT what, repository, url FROM release WHERE partnership = $1 AND squad = $2 \
         AND released_at >= $3 AND released_at < $4 ORDER BY released_at, id",
    )
    .bind(partnership.0)
    .bind(squad.0)
    .bind(from.timestamp_millis())
    .bind(to.timestamp_millis())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(what, repository, url)| Tallied { what, repository, url }).collect())
}

/// Removes what somebody recorded or planned of before an instant. What CI told of is the squad's: only whose delivery
/// it was is forgotten.
pub async fn expire(tx: &mut Tx, partnership: PartnershipId, user: UserId, before: DateTime<Utc>) -> Result<()> {
    planned::expire(tx, partnership, user, before).await?;
    for sql in [
        "UPDATE release SET person = 0 WHERE partnership = $1 AND person = $2 AND source <> '' AND released_at < $3",
        "DELETE FROM release WHERE partnership = $1 AND person = $2 AND source = '' AND released_at < $3",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).bind(before.timestamp_millis()).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Removes all that somebody recorded, and forgets whose deliveries CI told of.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    for sql in [
        "UPDATE release SET person = 0 WHERE partnership = $1 AND person = $2 AND source <> ''",
        "DELETE FROM release WHERE partnership = $1 AND person = $2 AND source = ''",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).execute(&mut **tx).await?;
    }
    Ok(())
}

/// The releases of a squad from an instant on, the oldest first.
pub async fn since(
    db: &mut Db,
    partnership: PartnershipId,
    squad: SquadId,
    from: DateTime<Utc>,
) -> Result<Vec<Release>> {
    let sql = "SELECT id, squad, what, released_at FROM release \
               WHERE partnership = $1 AND squad = $2 AND released_at >= $3 ORDER BY released_at, id";
    let rows: Vec<Row> =
        sqlx::query_as(sql).bind(partnership.0).bind(squad.0).bind(from.timestamp_millis()).fetch_all(db).await?;
    Ok(rows.into_iter().map(release).collect())
}

/// When all squads released, from an instant on, the oldest first.
pub async fn all_since(db: &mut Db, partnership: PartnershipId, from: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>> {
    let sql = "SELECT released_at FROM release WHERE partnership = $1 AND released_at >= $2 ORDER BY released_at";
    let rows: Vec<(i64,)> = sqlx::query_as(sql).bind(partnership.0).bind(from.timestamp_millis()).fetch_all(db).await?;
    Ok(rows.into_iter().filter_map(|row| DateTime::from_timestamp_millis(row.0)).collect())
}

/// The releases of some squads, the latest first.
pub async fn latest(db: &mut Db, partnership: PartnershipId, squads: &[SquadId], most: i64) -> Result<Vec<Release>> {
    let squads = squads.iter().map(SquadId::to_string).collect::<Vec<_>>().join(", ");
    if squads.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT id, squad, what, released_at FROM release WHERE partnership = $1 AND squad IN ({squads}) \
         ORDER BY released_at DESC, id LIMIT $2"
    );
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql)).bind(partnership.0).bind(most).fetch_all(db).await?;
    Ok(rows.into_iter().map(release).collect())
}
