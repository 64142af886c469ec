//! The table of occurrences.

use std::collections::BTreeMap;

use anyhow::anyhow;
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use crate::app::App;
use crate::error::Result;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::{Db, Engine, Tx};

use super::Due;
use super::policy::{LEASE, LONGEST_LEASE, given_up, pause};

/// Most occurrences in one claim. They have to be done within the lease.
const BATCH: i64 = 500;

/// Most occurrences that one statement finishes.
const FINISHED_AT_ONCE: usize = 100;

/// A claimed occurrence.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) due: Due,
    pub(super) attempts: i64,
    lease_until: i64,
}

/// Plans an occurrence. Planning it again moves it, as long as nobody works at it, and brings back
/// one that was no longer wanted; what is done or missed stays so. Whether it is due now, or going to be.
pub async fn plan(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    kind: &str,
    subject: i64,
    slot: &str,
    due_at: DateTime<Utc>,
) -> Result<bool> {
    let now = app.clock.now();
    // The fence is raised, or a worker that lost its lease could finish what has been moved.
    let sql = "INSERT INTO occurrence (partnership, id, kind, subject, slot, due_at, state) \
               VALUES ($1, $2, $3, $4, $5, $6, 'due') \
               ON CONFLICT (partnership, kind, subject, slot) DO UPDATE SET due_at = excluded.due_at, \
               state = 'due', lease_until = 0, attempts = 0, fence = occurrence.fence + 1 \
               WHERE occurrence.state = 'void' OR (occurrence.state = 'due' AND \
               (occurrence.lease_until <= $7 OR occurrence.lease_until > $8)) RETURNING id";
    let planned: Option<(i64,)> = sqlx::query_as(sql)
        .bind(partnership.0)
        .bind(app.random.id())
        .bind(kind)
        .bind(subject)
        .bind(slot)
        .bind(due_at.timestamp_millis())
        .bind(now.timestamp_millis())
        .bind((now + LONGEST_LEASE).timestamp_millis())
        .fetch_optional(&mut **tx)
        .await?;
    if planned.is_some() {
        tx.rings_schedule();
        return Ok(true);
    }
    let sql = "SELECT state FROM occurrence WHERE partnership = $1 AND kind = $2 AND subject = $3 AND slot = $4";
    let (state,): (String,) =
        sqlx::query_as(sql).bind(partnership.0).bind(kind).bind(subject).bind(slot).fetch_one(&mut **tx).await?;
    Ok(state == "due")
}

/// The slots of this kind and subject that are still due.
pub async fn slots(db: &mut Db, partnership: PartnershipId, kind: &str, subject: i64) -> Result<Vec<String>> {
    let sql = "SELECT slot FROM occurrence WHERE partnership = $1 AND kind = $2 AND subject = $3 AND state = 'due' \
               ORDER BY due_at";
    let rows: Vec<(String,)> = sqlx::query_as(sql).bind(partnership.0).bind(kind).bind(subject).fetch_all(db).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Whatever is still due of this kind and subject is no longer wanted, even if somebody works at it.
pub async fn void(tx: &mut Tx, partnership: PartnershipId, kind: &str, subject: i64) -> Result<()> {
    let sql = "UPDATE occurrence SET state = 'void', lease_until = 0, fence = fence + 1 \
               WHERE partnership = $1 AND kind = $2 AND subject = $3 AND state = 'due'";
    sqlx::query(sql).bind(partnership.0).bind(kind).bind(subject).execute(&mut **tx).await?;
    Ok(())
}

/// Finishes an occurrence: done, or missed where it was stale. Belongs into the transaction that
/// saves what the job did.
///
/// # Errors
/// When the claim was lost meanwhile. The transaction must fail with it.
pub async fn finish(tx: &mut Tx, app: &App, due: &Due) -> Result<()> {
    let sql = "UPDATE occurrence SET state = $1, finished_at = $2, lease_until = 0 \
               WHERE partnership = $3 AND id = $4 AND fence = $5 AND state = 'due'";
    let finished = sqlx::query(sql)
        .bind(if due.stale { "missed" } else { "done" })
        .bind(app.clock.now().timestamp_millis())
        .bind(due.partnership.0)
        .bind(due.id)
        .bind(due.fence)
        .execute(&mut **tx)
        .await?;
    match finished.rows_affected() {
        1 => Ok(()),
        _ => Err(anyhow!("lease lost").into()),
    }
}

/// Finishes several occurrences, as [`finish`] does each.
///
/// # Errors
/// When the claim of one was lost meanwhile. The transaction must fail with it.
pub async fn finish_all(tx: &mut Tx, app: &App, dues: &[Due]) -> Result<()> {
    let mut groups: BTreeMap<(PartnershipId, bool), Vec<&Due>> = BTreeMap::new();
    for due in dues {
        groups.entry((due.partnership, due.stale)).or_default().push(due);
    }
    for ((partnership, stale), group) in groups {
        for chunk in group.chunks(FINISHED_AT_ONCE) {
            finish_some(tx, app, partnership, stale, chunk).await?;
        }
    }
    Ok(())
}

async fn finish_some(tx: &mut Tx, app: &App, partnership: PartnershipId, stale: bool, dues: &[&Due]) -> Result<()> {
    let pairs: Vec<String> = (0..dues.len()).map(|pair| format!("(${}, ${})", 2 * pair + 4, 2 * pair + 5)).collect();
    let sql = format!(
        "UPDATE occurrence SET state = $1, finished_at = $2, lease_until = 0 \
         WHERE partnership = $3 AND state = 'due' AND (id, fence) IN (VALUES {})",
        pairs.join(", ")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql))
        .bind(if stale { "missed" } else { "done" })
        .bind(app.clock.now().timestamp_millis())
        .bind(partnership.0);
    for due in dues {
        query = query.bind(due.id).bind(due.fence);
    }
    let finished = query.execute(&mut **tx).await?.rows_affected();
    if usize::try_from(finished) == Ok(dues.len()) { Ok(()) } else { Err(anyhow!("lease lost").into()) }
}

/// When there is something to claim, earliest; not after `now` where there is something already.
pub(super) async fn next(db: &mut Db, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let later = "SELECT MIN(due_at) FROM occurrence WHERE state = 'due' AND due_at > $1";
    let (later,): (Option<i64>,) = sqlx::query_as(later).bind(now.timestamp_millis()).fetch_one(&mut *db).await?;
    let due = "SELECT MIN(CASE WHEN lease_until > $2 THEN 0 ELSE lease_until END) \
               FROM occurrence WHERE state = 'due' AND due_at <= $1";
    let (due,): (Option<i64>,) = sqlx::query_as(due)
        .bind(now.timestamp_millis())
        .bind((now + LONGEST_LEASE).timestamp_millis())
        .fetch_one(db)
        .await?;
    later.into_iter().chain(due).min().map(instant).transpose()
}

/// Partnership, id, kind, subject, slot, due at, fence, attempts.
type Row = (i64, i64, String, i64, String, i64, i64, i64);

/// Claims what is due and in nobody's hands, earliest first.
pub(super) async fn claim(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Claim>> {
    let lease_until = (now + LEASE).timestamp_millis();
    // As a table expression it is evaluated once, which a subquery with a limit need not be.
    let sql = format!(
        "WITH picked AS (SELECT partnership, id FROM occurrence \
         WHERE state = 'due' AND due_at <= $1 AND (lease_until <= $1 OR lease_until > $2) \
         ORDER BY due_at, partnership, id LIMIT $3{}) \
         UPDATE occurrence SET lease_until = $4, fence = fence + 1, attempts = attempts + 1 \
         WHERE (partnership, id) IN (SELECT partnership, id FROM picked) \
         RETURNING partnership, id, kind, subject, slot, due_at, fence, attempts",
        unlocked(tx.engine())
    );
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(now.timestamp_millis())
        .bind((now + LONGEST_LEASE).timestamp_millis())
        .bind(BATCH)
        .bind(lease_until)
        .fetch_all(&mut **tx)
        .await?;
    let mut claims = Vec::with_capacity(rows.len());
    for (partnership, id, kind, subject, slot, due_at, fence, attempts) in rows {
        let partnership = PartnershipId(partnership);
        let due = Due { partnership, id, kind, subject, slot, due_at: instant(due_at)?, fence, stale: false };
        claims.push(Claim { due, attempts, lease_until });
    }
    claims.sort_by_key(|claim| (claim.due.due_at, claim.due.partnership, claim.due.id));
    Ok(claims)
}

/// Those of a group, claimed together, that are neither finished nor in other hands.
pub(super) async fn unfinished(db: &mut Db, partnership: PartnershipId, group: Vec<Claim>) -> Result<Vec<Claim>> {
    let Some(first) = group.first() else { return Ok(group) };
    let sql = "SELECT id, fence FROM occurrence \
               WHERE partnership = $1 AND kind = $2 AND state = 'due' AND lease_until = $3";
    let left: Vec<(i64, i64)> = sqlx::query_as(sql)
        .bind(partnership.0)
        .bind(first.due.kind.as_str())
        .bind(first.lease_until)
        .fetch_all(db)
        .await?;
    let left: std::collections::BTreeSet<(i64, i64)> = left.into_iter().collect();
    Ok(group.into_iter().filter(|claim| left.contains(&(claim.due.id, claim.due.fence))).collect())
}

/// Puts back what failed: to be tried again after a pause, or given up.
pub(super) async fn fail(tx: &mut Tx, claims: Vec<Claim>, now: DateTime<Utc>) -> Result<()> {
    for claim in claims {
        let state = if given_up(claim.attempts) { "failed" } else { "due" };
        put_back(tx, &claim, state, now + pause(claim.attempts), claim.attempts).await?;
    }
    Ok(())
}

/// Gives back what was claimed and not begun.
pub(super) async fn release(tx: &mut Tx, claims: Vec<Claim>) -> Result<()> {
    for claim in claims {
        put_back(tx, &claim, "due", DateTime::UNIX_EPOCH, claim.attempts - 1).await?;
    }
    Ok(())
}

async fn put_back(tx: &mut Tx, claim: &Claim, state: &str, rests_until: DateTime<Utc>, attempts: i64) -> Result<()> {
    let sql = "UPDATE occurrence SET state = $1, lease_until = $2, attempts = $3 \
               WHERE partnership = $4 AND id = $5 AND fence = $6 AND state = 'due'";
    sqlx::query(sql)
        .bind(state)
        .bind(rests_until.timestamp_millis())
        .bind(attempts)
        .bind(claim.due.partnership.0)
        .bind(claim.due.id)
        .bind(claim.due.fence)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What makes a claim pass over rows that another worker is claiming. SQLite has one writer.
pub(crate) fn unlocked(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => " FOR UPDATE SKIP LOCKED",
    }
}

/// An instant as the tables keep it.
pub(crate) fn instant(milliseconds: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_millis(milliseconds).ok_or_else(|| anyhow!("no instant: {milliseconds}").into())
}
/// Removes what was due before an instant and is over.
pub async fn expire(tx: &mut Tx, partnership: PartnershipId, before: DateTime<Utc>) -> Result<()> {
    sqlx::query("DELETE FROM occurrence WHERE partnership = $1 AND due_at < $2 AND state <> 'due'")
        .bind(partnership.0)
        .bind(before.timestamp_millis())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends all leases: only for somebody who knows that nobody else works on this database.
pub async fn take_over(tx: &mut Tx) -> Result<()> {
    sqlx::query("UPDATE occurrence SET lease_until = 0 WHERE state = 'due' AND lease_until > 0")
        .execute(&mut **tx)
        .await?;
    tx.rings_schedule();
    Ok(())
}

/// Removes whatever was or is due about somebody.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM occurrence WHERE partnership = $1 AND subject = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
