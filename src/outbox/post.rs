//! The table of posts.

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use crate::app::App;
use crate::error::Result;
use crate::partnership::{ChannelId, MessageId, PartnershipId, UserId};
use crate::scheduler::{LEASE, LONGEST_LEASE, instant, unlocked};
use crate::storage::{Db, Tx};

use super::budget::{Heard, allows};
use super::policy::{Attempt, Next};
use super::{Budget, Post, Queued, Target};

/// Most posts in one claim: what Discord's limit lets through in a second. Somebody's answer isn't
/// kept waiting by more than that.
const BATCH: i64 = 50;

/// What the table calls a person's own conversation.
pub(super) const DM: &str = "dm";

/// What holds for a post that may be sent at `$1`: none before it in line for the same target, and
/// no thread that is still to be opened.
const ITS_TURN: &str = "NOT EXISTS (SELECT 1 FROM post AS earlier WHERE earlier.state = 'waiting' \
     AND earlier.target = post.target AND earlier.target_kind = post.target_kind \
     AND earlier.target_key = post.target_key AND earlier.not_before <= $1 \
     AND (earlier.turn < post.turn OR (earlier.turn = post.turn AND earlier.id < post.id))) \
     AND NOT EXISTS (SELECT 1 FROM panel WHERE panel.partnership = post.partnership AND panel.panel = post.target_key \
     AND panel.state = 'live' AND panel.thread IS NULL AND panel.thread_title <> '')";

/// A claimed post.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) partnership: PartnershipId,
    pub(super) id: i64,
    pub(super) target: Target,
    pub(super) body: String,
    pub(super) attempt: Attempt,
    fence: i64,
}

impl Target {
    /// What the table calls it: no two targets of any partnerships have the same kind, number and key.
    fn columns(&self, partnership: PartnershipId) -> (&'static str, i64, &str) {
        match self {
            Self::Dm(person) => (DM, person.0, ""),
            Self::Channel(channel) => ("channel", channel.0, ""),
            Self::Thread(panel) => ("thread", partnership.0, panel),
        }
    }

    fn read(kind: &str, target: i64, key: String) -> Self {
        match kind {
            DM => Self::Dm(UserId(target)),
            "thread" => Self::Thread(key),
            _ => Self::Channel(ChannelId(target)),
        }
    }
}

impl Budget {
    fn name(self) -> (&'static str, String) {
        match self {
            Self::Answer => ("answer", String::new()),
            Self::Shared => ("shared", String::new()),
            Self::Gathered(date) => ("gathered", date.to_string()),
            Self::Reminder(date) => ("reminder", date.to_string()),
            Self::Urgent(date) => ("urgent", date.to_string()),
        }
    }
}

/// Puts a message in line, unless the person has heard enough on that day.
pub async fn post(tx: &mut Tx, app: &App, partnership: PartnershipId, post: &Post) -> Result<Queued> {
    let (kind, target, key) = post.target.columns(partnership);
    let (budget, date) = post.budget.name();
    if !allows(heard(tx, partnership, target, &date).await?, post.budget) {
        return Ok(Queued::OverBudget);
    }
    let id = app.random.id();
    let sql = "INSERT INTO post (partnership, id, target_kind, target, target_key, turn, about, budget, budget_date, \
               body, not_before, expires_at, state, created_at) VALUES ($1, $2, $3, $4, $5, \
               (SELECT COALESCE(MAX(turn), 0) + 1 FROM post WHERE target = $4 AND state = 'waiting'), \
               $6, $7, $8, $9, $10, $11, 'waiting', $12)";
    sqlx::query(sql)
        .bind(partnership.0)
        .bind(id)
        .bind(kind)
        .bind(target)
        .bind(key)
        .bind(post.about.as_str())
        .bind(budget)
        .bind(date)
        .bind(serde_json::to_string(&post.message)?)
        .bind(post.not_before.timestamp_millis())
        .bind(post.expires_at.timestamp_millis())
        .bind(app.clock.now().timestamp_millis())
        .execute(&mut **tx)
        .await?;
    tx.rings_outbox();
    Ok(Queued::Yes(id))
}

async fn heard(db: &mut Db, partnership: PartnershipId, person: i64, date: &str) -> Result<Heard> {
    let mut heard = Heard::default();
    if date.is_empty() {
        return Ok(heard);
    }
    let sql = "SELECT budget, COUNT(*) FROM post WHERE partnership = $1 AND target = $2 AND target_kind = 'dm' \
               AND budget_date = $3 AND state IN ('waiting', 'sent', 'unknown') GROUP BY budget";
    let rows: Vec<(String, i64)> =
        sqlx::query_as(sql).bind(partnership.0).bind(person).bind(date).fetch_all(db).await?;
    for (budget, count) in rows {
        match budget.as_str() {
            "gathered" => heard.gathered = count,
            "reminder" => heard.reminders = count,
            "urgent" => heard.urgent = count,
            _ => (),
        }
    }
    Ok(heard)
}

/// When there is something to send or to give up, earliest; not after `now` where there is already.
pub(super) async fn next(db: &mut Db, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let sendable = format!(
        "SELECT MIN(CASE WHEN lease_until > not_before AND lease_until <= $2 THEN lease_until ELSE not_before END) \
         FROM post WHERE state = 'waiting' AND {ITS_TURN}"
    );
    let (sendable,): (Option<i64>,) = sqlx::query_as(AssertSqlSafe(sendable))
        .bind(now.timestamp_millis())
        .bind((now + LONGEST_LEASE).timestamp_millis())
        .fetch_one(&mut *db)
        .await?;
    let expires = "SELECT MIN(expires_at) FROM post WHERE state = 'waiting' AND first_sent_at IS NULL";
    let (expires,): (Option<i64>,) = sqlx::query_as(expires).fetch_one(db).await?;
    sendable.into_iter().chain(expires).min().map(instant).transpose()
}

/// Partnership, id, target (kind, number, key), body, expires at, first sent at, attempts, fence.
type Row = (i64, i64, String, i64, String, String, i64, i64, i64, i64);

/// Claims what is to be sent: one a target, answers first. From here on it may have been sent.
pub(super) async fn claim(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Claim>> {
    expire(tx, now).await?;
    let sql = format!(
        "WITH picked AS (SELECT partnership, id FROM post WHERE state = 'waiting' AND not_before <= $1 \
         AND (lease_until <= $1 OR lease_until > $2) AND {ITS_TURN} \
         ORDER BY CASE WHEN budget = 'answer' THEN 0 ELSE 1 END, not_before, created_at, id LIMIT $3{}) \
         UPDATE post SET lease_until = $4, fence = fence + 1, attempts = attempts + 1, \
         first_sent_at = COALESCE(first_sent_at, $1) \
         WHERE (partnership, id) IN (SELECT partnership, id FROM picked) \
         RETURNING partnership, id, target_kind, target, target_key, body, expires_at, first_sent_at, attempts, fence",
        unlocked(tx.engine())
    );
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(now.timestamp_millis())
        .bind((now + LONGEST_LEASE).timestamp_millis())
        .bind(BATCH)
        .bind((now + LEASE).timestamp_millis())
        .fetch_all(&mut **tx)
        .await?;
    let mut claims = Vec::with_capacity(rows.len());
    for (partnership, id, kind, target, key, body, expires_at, first_sent_at, number, fence) in rows {
        let target = Target::read(&kind, target, key);
        let (first_sent_at, expires_at) = (instant(first_sent_at)?, instant(expires_at)?);
        // As the table keeps it, or an attempt would seem to be older than itself.
        let began_at = instant(now.timestamp_millis())?;
        let attempt = Attempt { number, began_at, first_sent_at, expires_at };
        claims.push(Claim { partnership: PartnershipId(partnership), id, target, body, attempt, fence });
    }
    Ok(claims)
}

/// Gives up what is of no use any more. What may have arrived is looked for first.
async fn expire(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    let sql = "UPDATE post SET state = 'expired', lease_until = 0 \
               WHERE state = 'waiting' AND expires_at <= $1 AND first_sent_at IS NULL";
    let expired = sqlx::query(sql).bind(now.timestamp_millis()).execute(&mut **tx).await?.rows_affected();
    if expired > 0 {
        tracing::info!(posts = expired, "posts expired before they could be sent");
    }
    Ok(())
}

/// Saves what became of a post, in `channel` where it got as far. `false`: the claim was lost.
pub(super) async fn complete(tx: &mut Tx, claim: &Claim, channel: Option<ChannelId>, next: &Next) -> Result<bool> {
    let first_sent_at = Some(claim.attempt.first_sent_at);
    let (state, rests_until, first_sent_at, message, error) = match next {
        Next::Sent(message) => ("sent", None, first_sent_at, Some(message.0), None),
        Next::Again { at, first_sent_at } => ("waiting", Some(*at), *first_sent_at, None, None),
        Next::PlaceGone { at } => ("waiting", Some(*at), claim.attempt.not_by_this(), None, None),
        Next::Closed => ("failed", None, first_sent_at, None, Some("closed".to_owned())),
        Next::NoThread => ("failed", None, first_sent_at, None, Some("no thread".to_owned())),
        Next::Refused { code, why } => ("failed", None, first_sent_at, None, Some(format!("{code}: {why}"))),
        Next::Unknown => ("unknown", None, first_sent_at, None, None),
    };
    // What was said to a channel can be read there; what a person was told in private is theirs to look up.
    let keeps_body = state == "waiting" || matches!(claim.target, Target::Dm(_));
    let sql = "UPDATE post SET state = $1, lease_until = $2, first_sent_at = $3, channel = $4, message = $5, \
               error = $6, body = CASE WHEN $7 = 1 THEN body ELSE '' END \
               WHERE partnership = $8 AND id = $9 AND fence = $10 AND state = 'waiting'";
    let updated = sqlx::query(sql)
        .bind(state)
        .bind(rests_until.map_or(0, |at| at.timestamp_millis()))
        .bind(first_sent_at.map(|at| at.timestamp_millis()))
        .bind(channel.map(|id| id.0))
        .bind(message)
        .bind(error)
        .bind(i64::from(keeps_body))
        .bind(claim.partnership.0)
        .bind(claim.id)
        .bind(claim.fence)
        .execute(&mut **tx)
        .await?;
    Ok(updated.rows_affected() == 1)
}

/// Ends a claim without an outcome. What was `begun` may have arrived.
pub(super) async fn release(tx: &mut Tx, claim: &Claim, begun: bool) -> Result<()> {
    let first = if begun { Some(claim.attempt.first_sent_at) } else { claim.attempt.not_by_this() };
    // An outcome that was saved meanwhile has changed the lease, and stays.
    let sql = "UPDATE post SET lease_until = 0, first_sent_at = $1, attempts = $2 \
               WHERE partnership = $3 AND id = $4 AND fence = $5 AND state = 'waiting' AND lease_until = $6";
    sqlx::query(sql)
        .bind(first.map(|at| at.timestamp_millis()))
        .bind(claim.attempt.number - 1)
        .bind(claim.partnership.0)
        .bind(claim.id)
        .bind(claim.fence)
        .bind((claim.attempt.began_at + LEASE).timestamp_millis())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whether a message is known as that of some post or panel.
pub(super) async fn known(db: &mut Db, message: MessageId) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM (SELECT id FROM post WHERE message = $1 \
               UNION ALL SELECT nonce FROM panel WHERE message = $1) AS known";
    let (count,): (i64,) = sqlx::query_as(sql).bind(message.0).fetch_one(db).await?;
    Ok(count > 0)
}
