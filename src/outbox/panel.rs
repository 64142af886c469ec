//! The table of panels.

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use crate::app::App;
use crate::error::Result;
use crate::partnership::{ChannelId, MessageId, PartnershipId};
use crate::scheduler::{LEASE, LONGEST_LEASE, instant, unlocked};
use crate::storage::{Db, Tx};

use super::policy::Attempt;
use super::retract;
use super::{Panel, Stands};

/// Most panels in one claim.
const BATCH: i64 = 50;

/// A claimed panel.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) partnership: PartnershipId,
    pub(super) key: String,
    pub(super) channel: ChannelId,
    pub(super) thread_title: String,
    pub(super) pinned: bool,
    pub(super) stands: Stands,
    pub(super) folded: bool,
    /// How often it had been touched when it was claimed.
    pub(super) wanted: i64,
    pub(super) standing: Standing,
    pub(super) attempt: Attempt,
    fence: i64,
}

impl Claim {
    /// Which row it shows.
    pub(super) fn row(&self) -> &str {
        self.key.split_once(':').map_or("", |(_, row)| row)
    }
}

/// What of a panel is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) nonce: i64,
    pub(super) message: Option<MessageId>,
    pub(super) thread: Option<ChannelId>,
    pub(super) pinned_message: Option<MessageId>,
    /// What its thread is called; empty where that isn't known.
    pub(super) title: String,
    /// Whether its thread was folded away.
    pub(super) folded: bool,
    /// When it may have been posted for the first time.
    pub(super) first_sent_at: Option<DateTime<Utc>>,
    /// When it is known to have been.
    pub(super) posted_at: Option<DateTime<Utc>>,
}

/// What becomes of a panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It shows what was wanted, and rests until then.
    Shown(DateTime<Utc>),
    /// There is nothing to show.
    Nothing,
    /// It is tried again then.
    Again(DateTime<Utc>),
    /// It doesn't show what was wanted yet, and Discord wants it to rest until then.
    Rests(DateTime<Utc>),
    /// It rests until somebody saves it again, for this reason.
    Failed(String),
}

/// Makes a panel, or has it shown again; one that failed gets another chance. Whether it is new.
pub async fn panel(tx: &mut Tx, app: &App, partnership: PartnershipId, panel: &Panel) -> Result<bool> {
    let sql = "INSERT INTO panel (partnership, panel, channel, nonce, thread_title, pinned, forum, folded, \
               wanted, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, 'live') ON CONFLICT (partnership, panel) DO UPDATE SET \
               thread_title = excluded.thread_title, pinned = excluded.pinned, folded = excluded.folded, \
               wanted = panel.wanted + 1, \
               state = 'live', error = NULL, attempts = 0 RETURNING channel, wanted";
    let (channel, wanted): (i64, i64) = sqlx::query_as(sql)
        .bind(partnership.0)
        .bind(panel.key.as_str())
        .bind(panel.channel.0)
        .bind(app.random.id())
        .bind(panel.thread_title.as_str())
        .bind(i64::from(panel.pinned))
        .bind(panel.stands.code())
        .bind(i64::from(panel.folded))
        .fetch_one(&mut **tx)
        .await?;
    tx.rings_outbox();
    if channel != panel.channel.0 {
        repost(tx, app, partnership, &panel.key, panel.channel, panel.stands).await?;
    }
    Ok(wanted == 1)
}

/// Has a panel shown again, where there is one.
pub async fn touch(tx: &mut Tx, _app: &App, partnership: PartnershipId, key: &str) -> Result<()> {
    let sql = "UPDATE panel SET wanted = wanted + 1 WHERE partnership = $1 AND panel = $2";
    sqlx::query(sql).bind(partnership.0).bind(key).execute(&mut **tx).await?;
    tx.rings_outbox();
    Ok(())
}

/// Moves a panel to another channel, where it is posted anew. Nothing happens if it stands there.
pub async fn repost(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    key: &str,
    channel: ChannelId,
    stands: Stands,
) -> Result<()> {
    retract::panel(tx, app, partnership, key, channel).await?;
    // The fence is raised, so that what is being sent to the old channel isn't taken for the new one.
    let sql = "UPDATE panel SET channel = $1, nonce = $2, forum = $5, message = NULL, thread = NULL, first_sent_at = NULL, \
               title = '', folded_at_discord = 0, posted_at = NULL, lease_until = 0, not_before = 0, fence = fence + 1, wanted = wanted + 1, \
               attempts = 0, state = 'live', error = NULL WHERE partnership = $3 AND panel = $4 AND channel <> $1";
    sqlx::query(sql)
        .bind(channel.0)
        .bind(app.random.id())
        .bind(partnership.0)
        .bind(key)
        .bind(stands.code())
        .execute(&mut **tx)
        .await?;
    tx.rings_outbox();
    Ok(())
}

/// Where a panel stands: its channel, its message, and its thread, as far as they are there.
pub async fn place(
    db: &mut Db,
    partnership: PartnershipId,
    key: &str,
) -> Result<Option<(ChannelId, Option<MessageId>, Option<ChannelId>)>> {
    let sql = "SELECT channel, message, thread FROM panel WHERE partnership = $1 AND panel = $2";
    let row: Option<(i64, Option<i64>, Option<i64>)> =
        sqlx::query_as(sql).bind(partnership.0).bind(key).fetch_optional(db).await?;
    Ok(row.map(|(channel, message, thread)| (ChannelId(channel), message.map(MessageId), thread.map(ChannelId))))
}

/// Whether a panel can't be shown where it stands.
pub async fn is_lost(db: &mut Db, partnership: PartnershipId, key: &str) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM panel WHERE partnership = $1 AND panel = $2 AND state = 'failed'";
    let (count,): (i64,) = sqlx::query_as(sql).bind(partnership.0).bind(key).fetch_one(db).await?;
    Ok(count > 0)
}

/// Whether something waits to be said in the thread of a panel.
pub(super) async fn is_spoken_in(db: &mut Db, partnership: PartnershipId, key: &str) -> Result<bool> {
    let sql = "SELECT COUNT(*) FROM post WHERE target = $1 AND target_kind = 'thread' AND target_key = $2 AND state = 'waiting'";
    let (count,): (i64,) = sqlx::query_as(sql).bind(partnership.0).bind(key).fetch_one(db).await?;
    Ok(count > 0)
}

/// The thread of a panel, where it has one.
pub(super) async fn thread(db: &mut Db, partnership: PartnershipId, key: &str) -> Result<Option<ChannelId>> {
    let sql = "SELECT thread FROM panel WHERE partnership = $1 AND panel = $2";
    let row: Option<(Option<i64>,)> = sqlx::query_as(sql).bind(partnership.0).bind(key).fetch_optional(db).await?;
    Ok(row.and_then(|row| row.0).map(ChannelId))
}

/// The thread of a panel isn't there any more: it is opened again.
pub(super) async fn thread_gone(tx: &mut Tx, partnership: PartnershipId, key: &str) -> Result<()> {
    let sql = "UPDATE panel SET thread = NULL, wanted = wanted + 1 WHERE partnership = $1 AND panel = $2";
    sqlx::query(sql).bind(partnership.0).bind(key).execute(&mut **tx).await?;
    Ok(())
}

/// Discord says that a channel or a thread was deleted. Those for whom a panel stood there privately have nothing
/// else of it: it is opened anew if there is still something to show, or its feature hears that it can't be.
pub async fn place_deleted(tx: &mut Tx, partnership: PartnershipId, place: ChannelId) -> Result<()> {
    let sql = "UPDATE panel SET thread = NULL, wanted = wanted + 1, fence = fence + 1, lease_until = 0 \
               WHERE partnership = $1 AND (thread = $2 OR channel = $2) AND forum = $3";
    sqlx::query(sql).bind(partnership.0).bind(place.0).bind(Stands::Privately.code()).execute(&mut **tx).await?;
    tx.rings_outbox();
    Ok(())
}

/// Something was said in the thread of a panel, and Discord opens a folded thread for that: it is folded anew.
pub(super) async fn unfolded(tx: &mut Tx, partnership: PartnershipId, key: &str) -> Result<()> {
    // The fence is raised, or a worker that has just looked at the thread would save that it is folded.
    let sql = "UPDATE panel SET folded_at_discord = 0, wanted = wanted + 1, fence = fence + 1, lease_until = 0 \
               WHERE partnership = $1 AND panel = $2 AND folded = 1";
    sqlx::query(sql).bind(partnership.0).bind(key).execute(&mut **tx).await?;
    Ok(())
}

/// When there is something to show, earliest; not after `now` where there is already.
pub(super) async fn next(db: &mut Db, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
    let sql = "SELECT MIN(CASE WHEN lease_until > not_before AND lease_until <= $1 THEN lease_until ELSE not_before END) \
               FROM panel WHERE state = 'live' AND shown < wanted";
    let (next,): (Option<i64>,) =
        sqlx::query_as(sql).bind((now + LONGEST_LEASE).timestamp_millis()).fetch_one(db).await?;
    next.map(instant).transpose()
}

/// Partnership, key, channel, title of the thread as wanted and as it is, flags (1: pinned, 2: folded,
/// 4: folded at Discord, and from 8 on how it stands), wanted; nonce, message, thread, pinned message, first sent at,
/// posted at; attempts, fence.
type Row = (
    i64,
    String,
    i64,
    String,
    String,
    i64,
    i64,
    i64,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    i64,
    i64,
);

/// Claims what is to be shown. From here on, one that isn't there yet may have been posted.
pub(super) async fn claim(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Claim>> {
    let sql = format!(
        "WITH picked AS (SELECT partnership, panel FROM panel WHERE state = 'live' AND shown < wanted \
         AND not_before <= $1 AND (lease_until <= $1 OR lease_until > $2) \
         ORDER BY not_before, partnership, panel LIMIT $3{}) \
         UPDATE panel SET lease_until = $4, fence = fence + 1, attempts = attempts + 1, \
         first_sent_at = CASE WHEN message IS NULL THEN COALESCE(first_sent_at, $1) ELSE first_sent_at END \
         WHERE (partnership, panel) IN (SELECT partnership, panel FROM picked) \
         RETURNING partnership, panel, channel, thread_title, title, pinned + 2 * folded + 4 * folded_at_discord + 8 * forum, wanted, \
         nonce, message, thread, pinned_message, first_sent_at, posted_at, attempts, fence",
        unlocked(tx.engine())
    );
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(now.timestamp_millis())
        .bind((now + LONGEST_LEASE).timestamp_millis())
        .bind(BATCH)
        .bind((now + LEASE).timestamp_millis())
        .fetch_all(&mut **tx)
        .await?;
    rows.into_iter().map(|row| read(row, now)).collect()
}

fn read(row: Row, now: DateTime<Utc>) -> Result<Claim> {
    let (partnership, key, channel, thread_title, title, flags, wanted, ..) = row;
    let (.., nonce, message, thread, pinned_message, first_sent_at, posted_at, number, fence) = row;
    let first_sent_at = first_sent_at.map(instant).transpose()?;
    let began_at = instant(now.timestamp_millis())?;
    Ok(Claim {
        partnership: PartnershipId(partnership),
        key,
        channel: ChannelId(channel),
        thread_title,
        pinned: flags & 1 != 0,
        stands: Stands::read(flags >> 3),
        folded: flags & 2 != 0,
        wanted,
        standing: Standing {
            nonce,
            message: message.map(MessageId),
            thread: thread.map(ChannelId),
            pinned_message: pinned_message.map(MessageId),
            title,
            folded: flags & 4 != 0,
            first_sent_at,
            posted_at: posted_at.map(instant).transpose()?,
        },
        attempt: Attempt {
            number,
            began_at,
            first_sent_at: first_sent_at.unwrap_or(began_at),
            // What a panel shows is of use as long as it is wanted.
            expires_at: DateTime::<Utc>::MAX_UTC,
        },
        fence,
    })
}

/// Saves what of a panel is there, and what becomes of it. `false`: the claim was lost.
pub(super) async fn complete(tx: &mut Tx, claim: &Claim, standing: &Standing, end: &End) -> Result<bool> {
    let shown = matches!(end, End::Shown(_) | End::Nothing);
    let not_before = if let End::Shown(until) | End::Rests(until) = end { until.timestamp_millis() } else { 0 };
    let rests_until = if let End::Again(at) = end { at.timestamp_millis() } else { 0 };
    let error = if let End::Failed(why) = end { Some(why.as_str()) } else { None };
    let sql = "UPDATE panel SET nonce = $1, message = $2, thread = $3, pinned_message = $4, first_sent_at = $5, \
               posted_at = $6, shown = CASE WHEN $7 = 1 THEN $8 ELSE shown END, \
               attempts = CASE WHEN $7 = 1 THEN 0 ELSE attempts END, not_before = $9, lease_until = $10, \
               state = $11, error = $12, title = $16, folded_at_discord = $17 \
               WHERE partnership = $13 AND panel = $14 AND fence = $15";
    let updated = sqlx::query(sql)
        .bind(standing.nonce)
        .bind(standing.message.map(|id| id.0))
        .bind(standing.thread.map(|id| id.0))
        .bind(standing.pinned_message.map(|id| id.0))
        .bind(standing.first_sent_at.map(|at| at.timestamp_millis()))
        .bind(standing.posted_at.map(|at| at.timestamp_millis()))
        .bind(i64::from(shown))
        .bind(claim.wanted)
        .bind(not_before)
        .bind(rests_until)
        .bind(if error.is_some() { "failed" } else { "live" })
        .bind(error)
        .bind(claim.partnership.0)
        .bind(claim.key.as_str())
        .bind(claim.fence)
        .bind(standing.title.as_str())
        .bind(i64::from(standing.folded))
        .execute(&mut **tx)
        .await?;
    Ok(updated.rows_affected() == 1)
}

/// Ends a claim without an outcome. What was `begun` may have arrived.
pub(super) async fn release(tx: &mut Tx, claim: &Claim, begun: bool) -> Result<()> {
    let first = claim.standing.first_sent_at.and_then(|at| if begun { Some(at) } else { claim.attempt.not_by_this() });
    let sql = "UPDATE panel SET lease_until = 0, first_sent_at = $1, attempts = $2 \
               WHERE partnership = $3 AND panel = $4 AND fence = $5 AND lease_until = $6";
    sqlx::query(sql)
        .bind(first.map(|at| at.timestamp_millis()))
        .bind(claim.attempt.number - 1)
        .bind(claim.partnership.0)
        .bind(claim.key.as_str())
        .bind(claim.fence)
        .bind((claim.attempt.began_at + LEASE).timestamp_millis())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
