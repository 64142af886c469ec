//! The tables `squad_streak` and `rest_day`.

use chrono::{DateTime, NaiveDate, Utc};

use crate::error::Result;
use crate::partnership::{PartnershipId, SquadId, UserId};
use crate::storage::{Db, Tx};

/// The level of a squad's streak that its lead knows of.
pub async fn known_level(db: &mut Db, partnership: PartnershipId, squad: SquadId) -> Result<u8> {
    let row: Option<(i64,)> = sqlx::query_as("SELECT level FROM squad_streak WHERE partnership = $1 AND squad = $2")
        .bind(partnership.0)
        .bind(squad.0)
        .fetch_optional(db)
        .await?;
    Ok(row.and_then(|row| u8::try_from(row.0).ok()).unwrap_or(0))
}

/// Remembers the level of a squad's streak.
pub async fn save_level(tx: &mut Tx, partnership: PartnershipId, squad: SquadId, level: u8) -> Result<()> {
    sqlx::query(
        "INSERT INTO squad_streak (partnership, squad, level) VALUES ($1, $2, $3) \
         ON CONFLICT (partnership, squad) DO UPDATE SET level = excluded.level",
    )
    .bind(partnership.0)
    .bind(squad.0)
    .bind(i64::from(level))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Keeps a rest day that is proposed. Proposing it again changes nothing.
pub async fn propose(
    tx: &mut Tx,
    partnership: PartnershipId,
    squad: SquadId,
    date: NaiveDate,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO rest_day (partnership, squad, date, proposed_by, created_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (partnership, squad, date) DO NOTHING",
    )
    .bind(partnership.0)
    .bind(squad.0)
    .bind(date.to_string())
    .bind(by.0)
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes a proposal back.
pub async fn withdraw(tx: &mut Tx, partnership: PartnershipId, squad: SquadId, date: NaiveDate) -> Result<()> {
    sqlx::query("DELETE FROM rest_day WHERE partnership = $1 AND squad = $2 AND date = $3")
        .bind(partnership.0)
        .bind(squad.0)
        .bind(date.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A squad's proposed rest days from one date to another, earliest first.
pub async fn proposed(
    db: &mut Db,
    partnership: PartnershipId,
    squad: SquadId,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<NaiveDate>> {
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT date FROM rest_day WHERE partnership = $1 AND squad = $2 AND date >= $3 AND date <= $4 ORDER BY date",
    )
    .bind(partnership.0)
    .bind(squad.0)
    .bind(first.to_string())
    .bind(last.to_string())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(|row| row.0.parse().ok()).collect())
}

/// The rest days that somebody proposed: squad and date.
pub async fn proposed_by(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<(i64, String)>> {
    let rows =
        sqlx::query_as("SELECT squad, date FROM rest_day WHERE partnership = $1 AND proposed_by = $2 ORDER BY date");
    Ok(rows.bind(partnership.0).bind(user.0).fetch_all(db).await?)
}

/// Forgets who proposed what; the days stay.
pub async fn forget(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("UPDATE rest_day SET proposed_by = 0 WHERE partnership = $1 AND proposed_by = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
