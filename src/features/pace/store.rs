//! The tables `work_day`, `work_block` and `pace`.

use chrono::{DateTime, NaiveDate, Utc};

use crate::error::Result;
use crate::partnership::calendar::WorkingDays;
use crate::partnership::{PartnershipId, UserId};
use crate::scheduler::instant;
use crate::storage::{Db, Tx};

use super::model::{Block, Day, Memory, Said, Terms, Work};

/// All that somebody said about their work.
pub async fn work(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Work> {
    let rows: Vec<(String, i64, Option<i64>, i64)> = sqlx::query_as(
        "SELECT date, starts_at, ends_at, estimated FROM work_block WHERE partnership = $1 AND person = $2 ORDER BY starts_at",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(&mut *db)
    .await?;
    let mut blocks = Vec::with_capacity(rows.len());
    for (date, starts, ends, estimated) in rows {
        let Ok(date) = date.parse() else { continue };
        blocks.push(Block {
            date,
            starts: instant(starts)?,
            ends: ends.map(instant).transpose()?,
            estimated: estimated != 0,
        });
    }
    let rows: Vec<(String, Option<i64>)> =
        sqlx::query_as("SELECT date, minutes FROM work_day WHERE partnership = $1 AND person = $2 ORDER BY date")
            .bind(partnership.0)
            .bind(user.0)
            .fetch_all(db)
            .await?;
    let day = |(date, minutes): (String, Option<i64>)| {
        Some(Day { date: date.parse().ok()?, minutes: minutes.map(|minutes| u16::try_from(minutes).unwrap_or(0)) })
    };
    Ok(Work { blocks, days: rows.into_iter().filter_map(day).collect() })
}

/// Keeps what somebody says of a date, in place of what they said of it before.
pub async fn replace(
    tx: &mut Tx,
    partnership: PartnershipId,
    user: UserId,
    date: NaiveDate,
    said: &Said,
) -> Result<()> {
    for sql in [
        "DELETE FROM work_day WHERE partnership = $1 AND person = $2 AND date = $3",
        "DELETE FROM work_block WHERE partnership = $1 AND person = $2 AND date = $3",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).bind(date.to_string()).execute(&mut **tx).await?;
    }
    match said {
        Said::Minutes(minutes) => {
            sqlx::query("INSERT INTO work_day (partnership, person, date, minutes) VALUES ($1, $2, $3, $4)")
                .bind(partnership.0)
                .bind(user.0)
                .bind(date.to_string())
                .bind(minutes.map(i64::from))
                .execute(&mut **tx)
                .await?;
        }
        Said::Times(times) => {
            for (starts, ends) in times {
                let block = Block { date, starts: *starts, ends: Some(*ends), estimated: false };
                save_block(tx, partnership, user, &block).await?;
            }
        }
    }
    Ok(())
}

/// Keeps a block; one that began at the same instant is replaced.
pub async fn save_block(tx: &mut Tx, partnership: PartnershipId, user: UserId, block: &Block) -> Result<()> {
    sqlx::query(
        "INSERT INTO work_block (partnership, person, starts_at, date, ends_at, estimated) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (partnership, person, starts_at) DO UPDATE SET date = excluded.date, ends_at = excluded.ends_at, \
         estimated = excluded.estimated",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(block.starts.timestamp_millis())
    .bind(block.date.to_string())
    .bind(block.ends.map(|ends| ends.timestamp_millis()))
    .bind(i64::from(block.estimated))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What was agreed with somebody, and what they were told.
pub async fn get(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<(Terms, Memory)> {
    let row: Option<(Option<i64>, Option<String>, i64, String)> = sqlx::query_as(
        "SELECT weekly_minutes, working_days, opted_out, memory FROM pace WHERE partnership = $1 AND person = $2",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_optional(db)
    .await?;
    let Some((minutes, days, opted_out, memory)) = row else { return Ok(Default::default()) };
    let usual = Terms::default();
    let minutes = minutes.and_then(|minutes| u32::try_from(minutes).ok());
    let terms = Terms {
        weekly_hours: minutes.map_or(usual.weekly_hours, |minutes| f64::from(minutes) / 60.0),
        working_days: days.and_then(|days| WorkingDays::parse(&days).ok()),
        opted_out: opted_out != 0,
    };
    Ok((terms, serde_json::from_str(&memory)?))
}

/// Keeps what was agreed with somebody.
pub async fn save_terms(tx: &mut Tx, partnership: PartnershipId, user: UserId, terms: &Terms) -> Result<()> {
    #[expect(clippy::cast_possible_truncation, reason = "168 hours at most")]
    let minutes = (terms.weekly_hours * 60.0).round() as i64;
    sqlx::query(
        "INSERT INTO pace (partnership, person, weekly_minutes, working_days, opted_out) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (partnership, person) DO UPDATE SET weekly_minutes = excluded.weekly_minutes, \
         working_days = excluded.working_days, opted_out = excluded.opted_out",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(minutes)
    .bind(terms.working_days.map(|days| days.to_string()))
    .bind(i64::from(terms.opted_out))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Keeps what somebody was told.
pub async fn save_memory(tx: &mut Tx, partnership: PartnershipId, user: UserId, memory: &Memory) -> Result<()> {
    sqlx::query(
        "INSERT INTO pace (partnership, person, memory) VALUES ($1, $2, $3) \
         ON CONFLICT (partnership, person) DO UPDATE SET memory = excluded.memory",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(serde_json::to_string(memory)?)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Removes what somebody said about their work.
pub async fn erase_work(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    for sql in [
        "DELETE FROM work_day WHERE partnership = $1 AND person = $2",
        "DELETE FROM work_block WHERE partnership = $1 AND person = $2",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Removes what was agreed with somebody, and what they were told.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    let sql = "DELETE FROM pace WHERE partnership = $1 AND person = $2";
    sqlx::query(sql).bind(partnership.0).bind(user.0).execute(&mut **tx).await?;
    Ok(())
}

/// Removes what of somebody's work is older than a date.
pub async fn expire(tx: &mut Tx, partnership: PartnershipId, user: UserId, before: NaiveDate) -> Result<()> {
    for sql in [
        "DELETE FROM work_day WHERE partnership = $1 AND person = $2 AND date < $3",
        "DELETE FROM work_block WHERE partnership = $1 AND person = $2 AND date < $3",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).bind(before.to_string()).execute(&mut **tx).await?;
    }
    Ok(())
}

/// The instant of an act, as the rules count time: in whole seconds.
pub fn whole(at: DateTime<Utc>) -> DateTime<Utc> {
    DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at)
}
