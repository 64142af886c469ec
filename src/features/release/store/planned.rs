//! The tables `planned_release` and `planned_release_told`.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::error::Result;
use crate::features::release::model::{Planned, State};
use crate::partnership::{OrganisationId, PartnershipId, SquadId, UserId};
use crate::storage::{Db, Tx};

use super::instant;

type Row = (i64, i64, i64, String, i64, String, i64);

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT id, squad, person, what, planned_for, state, from_ci FROM planned_release ", $rest)
    };
}

fn planned((id, squad, person, what, at, state, from_ci): Row) -> Planned {
    Planned {
        id,
        squad: SquadId(squad),
        person: UserId(person),
        what,
        at: instant(at),
        state: State::parse(&state).unwrap_or(State::Off),
        from_ci: (from_ci != 0).then_some(from_ci),
    }
}

/// One planned release.
pub async fn get(db: &mut Db, partnership: PartnershipId, id: i64) -> Result<Option<Planned>> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE partnership = $1 AND id = $2"))
        .bind(partnership.0)
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row.map(planned))
}

/// What is planned for after an instant, earliest first.
pub async fn coming(db: &mut Db, partnership: PartnershipId, after: DateTime<Utc>) -> Result<Vec<Planned>> {
    let sql = select!("WHERE partnership = $1 AND state = 'planned' AND planned_for > $2 ORDER BY planned_for, id");
    let rows: Vec<Row> = sqlx::query_as(sql).bind(partnership.0).bind(after.timestamp_millis()).fetch_all(db).await?;
    Ok(rows.into_iter().map(planned).collect())
}

/// Saves a planned release, new or changed.
pub async fn save(tx: &mut Tx, partnership: PartnershipId, one: &Planned, now: DateTime<Utc>) -> Result<()> {
    sqlx::query(
        "INSERT INTO planned_release (partnership, id, squad, person, what, planned_for, state, from_ci, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (partnership, id) DO UPDATE SET \
         planned_for = excluded.planned_for, state = excluded.state, from_ci = excluded.from_ci",
    )
    .bind(partnership.0)
    .bind(one.id)
    .bind(one.squad.0)
    .bind(one.person.0)
    .bind(&one.what)
    .bind(one.at.timestamp_millis())
    .bind(one.state.word())
    .bind(one.from_ci.unwrap_or_default())
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Notes that an organisation is told of one. Whether it wasn't before.
pub async fn tell(
    tx: &mut Tx,
    partnership: PartnershipId,
    id: i64,
    organisation: OrganisationId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO planned_release_told (partnership, planned, organisation, told_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (partnership, planned, organisation) DO NOTHING",
    )
    .bind(partnership.0)
    .bind(id)
    .bind(organisation.0)
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Which organisations were told of one.
pub async fn told(db: &mut Db, partnership: PartnershipId, id: i64) -> Result<Vec<OrganisationId>> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT organisation FROM planned_release_told WHERE partnership = $1 AND planned = $2 ORDER BY organisation",
    )
    .bind(partnership.0)
    .bind(id)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| OrganisationId(row.0)).collect())
}

/// What CI told of from one instant until before another that is no planned release yet, latest first.
pub async fn unclaimed(
    db: &mut Db,
    partnership: PartnershipId,
    squad: SquadId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<(i64, String, DateTime<Utc>)>> {
    let rows: Vec<(i64, String, i64)> = sqlx::query_as(
        "SELECT id, what, released_at FROM release WHERE partnership = $1 AND squad = $2 AND source <> '' \
         AND released_at >= $3 AND released_at < $4 AND NOT EXISTS (SELECT 1 FROM planned_release \
         WHERE planned_release.partnership = release.partnership AND planned_release.from_ci = release.id) \
         ORDER BY released_at DESC, id",
    )
    .bind(partnership.0)
    .bind(squad.0)
    .bind(from.timestamp_millis())
    .bind(to.timestamp_millis())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, what, at)| (id, what, instant(at))).collect())
}

/// Counts a release that CI told of as somebody's, unless it is somebody's already.
pub async fn claim(tx: &mut Tx, partnership: PartnershipId, user: UserId, release: i64) -> Result<()> {
    sqlx::query("UPDATE release SET person = $3 WHERE partnership = $1 AND id = $2 AND person = 0 AND source <> ''")
        .bind(partnership.0)
        .bind(release)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes one, as if it had never been planned.
pub async fn remove(tx: &mut Tx, partnership: PartnershipId, id: i64) -> Result<()> {
    for sql in [
        "DELETE FROM planned_release_told WHERE partnership = $1 AND planned = $2",
        "DELETE FROM planned_release WHERE partnership = $1 AND id = $2",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(id).execute(&mut **tx).await?;
    }
    Ok(())
}

/// What somebody planned, as a copy for them.
pub async fn exported(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Value>> {
    let rows: Vec<Row> = sqlx::query_as(select!("WHERE partnership = $1 AND person = $2 ORDER BY planned_for, id"))
        .bind(partnership.0)
        .bind(user.0)
        .fetch_all(db)
        .await?;
    let copy =
        |one: Planned| json!({ "squad": one.squad, "what": one.what, "planned_for": one.at, "state": one.state });
    Ok(rows.into_iter().map(planned).map(copy).collect())
}

/// Removes all that somebody planned.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    expire(tx, partnership, user, DateTime::<Utc>::MAX_UTC).await
}

/// Removes what somebody planned for before an instant.
pub async fn expire(tx: &mut Tx, partnership: PartnershipId, user: UserId, before: DateTime<Utc>) -> Result<()> {
    for sql in [
        "DELETE FROM planned_release_told WHERE partnership = $1 AND planned IN \
         (SELECT id FROM planned_release WHERE partnership = $1 AND person = $2 AND planned_for < $3)",
        "DELETE FROM planned_release WHERE partnership = $1 AND person = $2 AND planned_for < $3",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).bind(before.timestamp_millis()).execute(&mut **tx).await?;
    }
    Ok(())
}
