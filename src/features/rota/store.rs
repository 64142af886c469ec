//! The tables `rota` and `rota_part`.

use chrono::{DateTime, NaiveDate, Utc};

use crate::error::Result;
use crate::partnership::{PartnershipId, SquadId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Part, Rota, State};

type Row = (i64, i64, String, String, i64, i64, i64);

fn rota((id, squad, first, state, version, proven, by): Row) -> Option<Rota> {
    let (squad, by) = (SquadId(squad), UserId(by));
    Some(Rota { id, squad, first: first.parse().ok()?, state: State::parse(&state), version, proven: proven != 0, by })
}

/// Keeps a draft in place of the squad's earlier one.
pub async fn save_draft(
    tx: &mut Tx,
    partnership: PartnershipId,
    rota: &Rota,
    parts: &[Part],
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "DELETE FROM rota_part WHERE partnership = $1 \
         AND rota IN (SELECT id FROM rota WHERE partnership = $1 AND squad = $2 AND state = 'draft')",
    )
    .bind(partnership.0)
    .bind(rota.squad.0)
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM rota WHERE partnership = $1 AND squad = $2 AND state = 'draft'")
        .bind(partnership.0)
        .bind(rota.squad.0)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "INSERT INTO rota (partnership, id, squad, first_date, last_date, state, version, proven, planned_by, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(partnership.0)
    .bind(rota.id)
    .bind(rota.squad.0)
    .bind(rota.first.to_string())
    .bind(rota.last().to_string())
    .bind(rota.state.as_str())
    .bind(rota.version)
    .bind(i64::from(rota.proven))
    .bind(rota.by.0)
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    for part in parts {
        sqlx::query(
            "INSERT INTO rota_part (partnership, rota, person, wishes, days_off, changed, agreed, noted) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(partnership.0)
        .bind(rota.id)
        .bind(part.user.0)
        .bind(serde_json::to_string(&part.wishes)?)
        .bind(serde_json::to_string(&part.off)?)
        .bind(part.changed)
        .bind(i64::from(part.agreed))
        .bind(serde_json::to_string(&part.noted)?)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// A rota.
pub async fn get(db: &mut Db, partnership: PartnershipId, id: i64) -> Result<Option<Rota>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, squad, first_date, state, version, proven, planned_by FROM rota WHERE partnership = $1 AND id = $2",
    )
    .bind(partnership.0)
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(row.and_then(rota))
}

/// A squad's rotas that touch the dates from `first` to `last`, the newest first; drafts aren't among them.
pub async fn between(
    db: &mut Db,
    partnership: PartnershipId,
    squad: SquadId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<Rota>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, squad, first_date, state, version, proven, planned_by FROM rota WHERE partnership = $1 \
         AND squad = $2 AND state <> 'draft' AND last_date >= $3 AND first_date <= $4 ORDER BY created_at DESC, id",
    )
    .bind(partnership.0)
    .bind(squad.0)
    .bind(first.to_string())
    .bind(last.to_string())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(rota).collect())
}

/// The rotas in which somebody has a part.
pub async fn of_person(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Rota>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT r.id, r.squad, r.first_date, r.state, r.version, r.proven, r.planned_by FROM rota r \
         JOIN rota_part p ON p.partnership = r.partnership AND p.rota = r.id WHERE r.partnership = $1 AND p.person = $2",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(rota).collect())
}

/// The parts of a rota, by person.
pub async fn parts(db: &mut Db, partnership: PartnershipId, id: i64) -> Result<Vec<Part>> {
    let rows: Vec<(i64, String, String, i64, i64, String)> = sqlx::query_as(
        "SELECT person, wishes, days_off, changed, agreed, noted FROM rota_part \
         WHERE partnership = $1 AND rota = $2 ORDER BY person",
    )
    .bind(partnership.0)
    .bind(id)
    .fetch_all(db)
    .await?;
    let part = |(user, wishes, off, changed, agreed, noted): (i64, String, String, i64, i64, String)| {
        Ok(Part {
            user: UserId(user),
            wishes: serde_json::from_str(&wishes)?,
            off: serde_json::from_str(&off)?,
            changed,
            agreed: agreed != 0,
            noted: serde_json::from_str(&noted)?,
        })
    };
    rows.into_iter().map(part).collect()
}

/// Sets how a rota stands.
pub async fn set_state(tx: &mut Tx, partnership: PartnershipId, id: i64, state: State) -> Result<()> {
    sqlx::query("UPDATE rota SET state = $1 WHERE partnership = $2 AND id = $3")
        .bind(state.as_str())
        .bind(partnership.0)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Raises a rota's version: what is being planned on the one before is out of date.
pub async fn raise(tx: &mut Tx, partnership: PartnershipId, id: i64) -> Result<()> {
    sqlx::query("UPDATE rota SET version = version + 1 WHERE partnership = $1 AND id = $2")
        .bind(partnership.0)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Notes that a rota was planned anew, as its next version.
pub async fn replanned(tx: &mut Tx, partnership: PartnershipId, rota: &Rota) -> Result<()> {
    sqlx::query("UPDATE rota SET version = $1, proven = $2 WHERE partnership = $3 AND id = $4")
        .bind(rota.version)
        .bind(i64::from(rota.proven))
        .bind(partnership.0)
        .bind(rota.id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Saves somebody's part. Nothing happens if they have none any more.
pub async fn save_part(tx: &mut Tx, partnership: PartnershipId, rota: i64, part: &Part) -> Result<()> {
    sqlx::query(
        "UPDATE rota_part SET wishes = $1, days_off = $2, changed = $3, agreed = $4, noted = $5 \
         WHERE partnership = $6 AND rota = $7 AND person = $8",
    )
    .bind(serde_json::to_string(&part.wishes)?)
    .bind(serde_json::to_string(&part.off)?)
    .bind(part.changed)
    .bind(i64::from(part.agreed))
    .bind(serde_json::to_string(&part.noted)?)
    .bind(partnership.0)
    .bind(rota)
    .bind(part.user.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Removes somebody's part of a rota.
pub async fn remove_part(tx: &mut Tx, partnership: PartnershipId, rota: i64, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM rota_part WHERE partnership = $1 AND rota = $2 AND person = $3")
        .bind(partnership.0)
        .bind(rota)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Somebody's parts, and which rotas they had planned, as a copy for them.
pub async fn exported(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<serde_json::Value> {
    let mut found = Vec::new();
    for rota in of_person(db, partnership, user).await? {
        let parts = parts(db, partnership, rota.id).await?;
        let own = parts.into_iter().filter(|part| part.user == user);
        found.extend(own.map(|part| {
            serde_json::json!({ "squad": rota.squad, "first": rota.first, "state": rota.state.as_str(),
                "wishes": part.wishes, "days_off": part.off, "agreed": part.agreed })
        }));
    }
    let planned: Vec<(i64, String)> = sqlx::query_as(
        "SELECT squad, first_date FROM rota WHERE partnership = $1 AND planned_by = $2 ORDER BY first_date",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    Ok(serde_json::json!({ "parts": found, "planned": planned }))
}

/// Removes somebody from all rotas.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM rota_part WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    sqlx::query("UPDATE rota SET planned_by = 0 WHERE partnership = $1 AND planned_by = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes somebody's parts of rotas that ended before a date, and the rotas that nobody is in.
pub async fn expire(tx: &mut Tx, partnership: PartnershipId, user: UserId, before: NaiveDate) -> Result<()> {
    sqlx::query(
        "DELETE FROM rota_part WHERE partnership = $1 AND person = $2 \
         AND rota IN (SELECT id FROM rota WHERE partnership = $1 AND last_date < $3)",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(before.to_string())
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "DELETE FROM rota WHERE partnership = $1 AND last_date < $2 \
         AND id NOT IN (SELECT rota FROM rota_part WHERE partnership = $1)",
    )
    .bind(partnership.0)
    .bind(before.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
