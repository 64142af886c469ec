//! The tables `webhook`, `webhook_delivery` and `account`.

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::partnership::{PartnershipId, SquadId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Kind, Source};

type Row = (String, i64, String, String, String, i64);

const COLUMNS: &str = "SELECT id, squad, kind, secret, former_secret, former_until FROM webhook";

fn source(partnership: PartnershipId, (id, squad, kind, secret, former, until): Row) -> Source {
    Source {
        partnership,
        id,
        squad: SquadId(squad),
        kind: Kind::parse(&kind).unwrap_or(Kind::Other),
        secret,
        former,
        former_until: DateTime::from_timestamp_millis(until).unwrap_or_default(),
    }
}

/// A source by its id.
pub async fn get(db: &mut Db, partnership: PartnershipId, id: &str) -> Result<Option<Source>> {
    let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE partnership = $1 AND id = $2")))
        .bind(partnership.0)
        .bind(id)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| source(partnership, row)))
}

/// A squad's sources, the oldest first.
pub async fn of_squad(db: &mut Db, partnership: PartnershipId, squad: SquadId) -> Result<Vec<Source>> {
    let sql = format!("{COLUMNS} WHERE partnership = $1 AND squad = $2 ORDER BY created_at, id");
    let rows: Vec<Row> =
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(partnership.0).bind(squad.0).fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| source(partnership, row)).collect())
}

/// Keeps a source; of one that is there already, its secrets.
pub async fn save(tx: &mut Tx, source: &Source, now: DateTime<Utc>) -> Result<()> {
    sqlx::query(
        "INSERT INTO webhook (partnership, id, squad, kind, secret, former_secret, former_until, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (partnership, id) DO UPDATE SET \
         secret = excluded.secret, former_secret = excluded.former_secret, former_until = excluded.former_until",
    )
    .bind(source.partnership.0)
    .bind(&source.id)
    .bind(source.squad.0)
    .bind(source.kind.word())
    .bind(&source.secret)
    .bind(&source.former)
    .bind(source.former_until.timestamp_millis())
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Removes a source and what is known of its deliveries.
pub async fn remove(tx: &mut Tx, source: &Source) -> Result<()> {
    for sql in [
        "DELETE FROM webhook WHERE partnership = $1 AND id = $2",
        "DELETE FROM webhook_delivery WHERE partnership = $1 AND source = $2",
    ] {
        sqlx::query(sql).bind(source.partnership.0).bind(&source.id).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Notes down a delivery and its body. Whether neither had arrived before.
pub async fn arrived(tx: &mut Tx, source: &Source, delivery: &str, body: &str, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO webhook_delivery (partnership, source, delivery, body, received_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
    )
    .bind(source.partnership.0)
    .bind(&source.id)
    .bind(delivery)
    .bind(body)
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// When a source last sent something that was signed.
pub async fn last(db: &mut Db, source: &Source) -> Result<Option<DateTime<Utc>>> {
    let (last,): (Option<i64>,) =
        sqlx::query_as("SELECT MAX(received_at) FROM webhook_delivery WHERE partnership = $1 AND source = $2")
            .bind(source.partnership.0)
            .bind(&source.id)
            .fetch_one(db)
            .await?;
    Ok(last.and_then(DateTime::from_timestamp_millis))
}

/// Forgets deliveries of before an instant.
pub async fn expire(tx: &mut Tx, partnership: PartnershipId, before: DateTime<Utc>) -> Result<()> {
    sqlx::query("DELETE FROM webhook_delivery WHERE partnership = $1 AND received_at < $2")
        .bind(partnership.0)
        .bind(before.timestamp_millis())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whose an account elsewhere is.
pub async fn whose(db: &mut Db, partnership: PartnershipId, kind: Kind, name: &str) -> Result<Option<UserId>> {
    let row: Option<(i64,)> =
        sqlx::query_as("SELECT person FROM account WHERE partnership = $1 AND kind = $2 AND folded = $3")
            .bind(partnership.0)
            .bind(kind.word())
            .bind(name.to_lowercase())
            .fetch_optional(db)
            .await?;
    Ok(row.map(|row| UserId(row.0)))
}

/// Somebody's accounts elsewhere.
pub async fn accounts(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<(Kind, String)>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT kind, name FROM account WHERE partnership = $1 AND person = $2 ORDER BY kind")
            .bind(partnership.0)
            .bind(user.0)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().filter_map(|(kind, name)| Some((Kind::parse(&kind)?, name))).collect())
}

/// Links an account of somebody's. The caller has looked whether it is somebody else's.
pub async fn link(tx: &mut Tx, partnership: PartnershipId, user: UserId, kind: Kind, name: &str) -> Result<()> {
    sqlx::query("INSERT INTO account (partnership, person, kind, name, folded) VALUES ($1, $2, $3, $4, $5)")
        .bind(partnership.0)
        .bind(user.0)
        .bind(kind.word())
        .bind(name)
        .bind(name.to_lowercase())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Unlinks all accounts of somebody.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM account WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
