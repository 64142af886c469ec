//! The `partnership`, `counter`, `setup_draft` and `form_draft` tables.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::error::Result;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Draft, Partnership};

/// What stands in the fields of a form, by their names.
pub type Texts = BTreeMap<String, String>;

/// A partnership, once somebody began to set it up.
pub async fn get(db: &mut Db, id: PartnershipId) -> Result<Option<Partnership>> {
    let row: Option<(String, String, i64, Option<i64>)> =
        sqlx::query_as("SELECT name, zone, admin, set_up_at FROM partnership WHERE partnership = $1")
            .bind(id.0)
            .fetch_optional(db)
            .await?;
    Ok(row.map(|(name, zone, admin, ready)| Partnership {
        name,
        zone: zone.parse().unwrap_or(Tz::UTC),
        admin: UserId(admin),
        ready: ready.is_some(),
    }))
}

/// All partnerships that are set up.
pub async fn all(db: &mut Db) -> Result<Vec<PartnershipId>> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT partnership FROM partnership WHERE set_up_at IS NOT NULL ORDER BY partnership")
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|row| PartnershipId(row.0)).collect())
}

/// Saves a partnership, new or changed.
pub async fn save(tx: &mut Tx, id: PartnershipId, one: &Partnership, now: DateTime<Utc>) -> Result<()> {
    sqlx::query(
        "INSERT INTO partnership (partnership, name, zone, admin, set_up_at, created_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (partnership) DO UPDATE SET name = excluded.name, zone = excluded.zone, admin = excluded.admin, \
         set_up_at = COALESCE(partnership.set_up_at, excluded.set_up_at)",
    )
    .bind(id.0)
    .bind(&one.name)
    .bind(one.zone.name())
    .bind(one.admin.0)
    .bind(one.ready.then(|| now.timestamp_millis()))
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The next number of a kind, such as a squad's: 1, 2, 3, never used twice.
pub async fn next_number(tx: &mut Tx, partnership: PartnershipId, kind: &str) -> Result<i64> {
    let (number,): (i64,) = sqlx::query_as(
        "INSERT INTO counter (partnership, kind, last) VALUES ($1, $2, 1) \
         ON CONFLICT (partnership, kind) DO UPDATE SET last = counter.last + 1 RETURNING last",
    )
    .bind(partnership.0)
    .bind(kind)
    .fetch_one(&mut **tx)
    .await?;
    Ok(number)
}

/// Numbers of a kind begin above this one from now on: it came with a record from elsewhere.
pub async fn number_is_taken(tx: &mut Tx, partnership: PartnershipId, kind: &str, number: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO counter (partnership, kind, last) VALUES ($1, $2, $3) ON CONFLICT (partnership, kind) DO UPDATE \
         SET last = CASE WHEN counter.last < excluded.last THEN excluded.last ELSE counter.last END",
    )
    .bind(partnership.0)
    .bind(kind)
    .bind(number)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The answers of a set-up under way.
pub async fn draft(db: &mut Db, partnership: PartnershipId) -> Result<Draft> {
    let row: Option<(String,)> = sqlx::query_as("SELECT answers FROM setup_draft WHERE partnership = $1")
        .bind(partnership.0)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| serde_json::from_str(&row.0)).transpose()?.unwrap_or_default())
}

/// Keeps the answers of a set-up under way.
pub async fn save_draft(tx: &mut Tx, partnership: PartnershipId, draft: &Draft) -> Result<()> {
    sqlx::query("INSERT INTO setup_draft (partnership, answers) VALUES ($1, $2) ON CONFLICT (partnership) DO UPDATE SET answers = excluded.answers")
        .bind(partnership.0)
        .bind(serde_json::to_string(draft)?)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets the answers of a set-up that is finished.
pub async fn drop_draft(tx: &mut Tx, partnership: PartnershipId) -> Result<()> {
    sqlx::query("DELETE FROM setup_draft WHERE partnership = $1").bind(partnership.0).execute(&mut **tx).await?;
    Ok(())
}

/// Keeps what somebody entered wrongly in a form, so that it can come back filled in.
pub async fn keep_form(tx: &mut Tx, partnership: PartnershipId, user: UserId, form: &str, texts: &Texts) -> Result<()> {
    sqlx::query(
        "INSERT INTO form_draft (partnership, person, form, texts) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (partnership, person, form) DO UPDATE SET texts = excluded.texts",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(form)
    .bind(serde_json::to_string(texts)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What somebody entered wrongly in a form; empty where there is nothing.
pub async fn kept_form(db: &mut Db, partnership: PartnershipId, user: UserId, form: &str) -> Result<Texts> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT texts FROM form_draft WHERE partnership = $1 AND person = $2 AND form = $3")
            .bind(partnership.0)
            .bind(user.0)
            .bind(form)
            .fetch_optional(db)
            .await?;
    Ok(row.map(|row| serde_json::from_str(&row.0)).transpose()?.unwrap_or_default())
}

/// Forgets what somebody entered wrongly, since it is right now.
pub async fn drop_form(tx: &mut Tx, partnership: PartnershipId, user: UserId, form: &str) -> Result<()> {
    sqlx::query("DELETE FROM form_draft WHERE partnership = $1 AND person = $2 AND form = $3")
        .bind(partnership.0)
        .bind(user.0)
        .bind(form)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// All that somebody entered wrongly, by form.
pub async fn forms_of(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<BTreeMap<String, Texts>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT form, texts FROM form_draft WHERE partnership = $1 AND person = $2 ORDER BY form")
            .bind(partnership.0)
            .bind(user.0)
            .fetch_all(db)
            .await?;
    rows.into_iter().map(|(form, texts)| Ok((form, serde_json::from_str(&texts)?))).collect()
}

/// Forgets who set the server up, if it was this person, and what they entered wrongly.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("UPDATE partnership SET admin = 0 WHERE partnership = $1 AND admin = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM form_draft WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
