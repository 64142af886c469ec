//! The tables `digest_rate` and `digest_reader`.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::DateTime;

use crate::error::Result;
use crate::partnership::{ChannelId, NOBODY, PartnershipId, UserId};
use crate::schedule::Schedule;
use crate::storage::{Db, Tx};

use super::model::{About, Rate, Reader, Week};

/// The row that says that a week is fixed, whatever may be told of it.
const FIXED: &str = "";

/// The rates of a week, once they are fixed.
pub async fn rates(db: &mut Db, partnership: PartnershipId, week: Week) -> Result<Option<BTreeMap<About, Rate>>> {
    let rows: Vec<(String, i64, i64, String, i64)> = sqlx::query_as(
        "SELECT about, answered, asked, by_day, halves_off FROM digest_rate WHERE partnership = $1 AND monday = $2",
    )
    .bind(partnership.0)
    .bind(week.monday().to_string())
    .fetch_all(db)
    .await?;
    let fixed = rows.iter().any(|row| row.0 == FIXED);
    let rates = rows.into_iter().filter_map(|(about, answered, asked, by_day, halves_off)| {
        let by_day = serde_json::from_str(&by_day).ok()?;
        Some((About::parse(&about)?, Rate { answered, asked, by_day, halves_off }))
    });
    Ok(fixed.then(|| rates.collect()))
}

/// Fixes the rates of a week.
pub async fn save_rates(
    tx: &mut Tx,
    partnership: PartnershipId,
    week: Week,
    rates: &BTreeMap<About, Rate>,
) -> Result<()> {
    let rows = rates.iter().map(|(about, rate)| (about.key(), *rate));
    for (about, rate) in rows.chain([(FIXED.to_owned(), Rate::default())]) {
        sqlx::query(
            "INSERT INTO digest_rate (partnership, monday, about, answered, asked, by_day, halves_off) \
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(partnership.0)
        .bind(week.monday().to_string())
        .bind(about)
        .bind(rate.answered)
        .bind(rate.asked)
        .bind(serde_json::to_string(&rate.by_day)?)
        .bind(rate.halves_off)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

type Row = (i64, String, i64, Option<i64>, String, i64, String, i64);

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT number, about, person, channel, schedule, stopped, asked, since FROM digest_reader \
             WHERE partnership = $1 ",
            $rest
        )
    };
}

fn reader(row: Row) -> anyhow::Result<Reader> {
    let (number, about, person, channel, schedule, stopped, asked, since) = row;
    Ok(Reader {
        number,
        about: About::parse(&about).with_context(|| format!("digest reader {number} is about “{about}”"))?,
        person: UserId(person),
        channel: channel.map(ChannelId),
        schedule: Schedule::parse(&schedule)
            .map_err(anyhow::Error::msg)
            .with_context(|| format!("digest reader {number}"))?,
        stopped: stopped != 0,
        asked: serde_json::from_str(&asked)?,
        since: DateTime::from_timestamp_millis(since).unwrap_or_default(),
    })
}

/// All readers, by number.
pub async fn readers(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Reader>> {
    let rows: Vec<Row> = sqlx::query_as(select!("ORDER BY number")).bind(partnership.0).fetch_all(db).await?;
    Ok(rows.into_iter().map(reader).collect::<anyhow::Result<_>>()?)
}

/// Who gets a digest, by its number.
pub async fn numbered(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Option<Reader>> {
    let row: Option<Row> =
        sqlx::query_as(select!("AND number = $2")).bind(partnership.0).bind(number).fetch_optional(db).await?;
    Ok(row.map(reader).transpose()?)
}

/// How somebody gets the digest about something; `NOBODY`: how the channel does.
pub async fn reader_of(
    db: &mut Db,
    partnership: PartnershipId,
    about: About,
    person: UserId,
) -> Result<Option<Reader>> {
    let row: Option<Row> = sqlx::query_as(select!("AND about = $2 AND person = $3"))
        .bind(partnership.0)
        .bind(about.key())
        .bind(person.0)
        .fetch_optional(db)
        .await?;
    Ok(row.map(reader).transpose()?)
}

/// Saves who gets a digest, new or changed.
pub async fn save_reader(tx: &mut Tx, partnership: PartnershipId, one: &Reader) -> Result<()> {
    sqlx::query(
        "INSERT INTO digest_reader (partnership, number, about, person, channel, schedule, stopped, asked, since) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (partnership, number) DO UPDATE SET channel = excluded.channel, schedule = excluded.schedule, \
         stopped = excluded.stopped, asked = excluded.asked, since = excluded.since",
    )
    .bind(partnership.0)
    .bind(one.number)
    .bind(one.about.key())
    .bind(one.person.0)
    .bind(one.channel.map(|channel| channel.0))
    .bind(one.schedule.to_string())
    .bind(i64::from(one.stopped))
    .bind(serde_json::to_string(&one.asked)?)
    .bind(one.since.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What somebody gets: what it is about, when, and whether it is stopped.
pub async fn read_by(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<(String, String, i64)>> {
    let rows = sqlx::query_as(
        "SELECT about, schedule, stopped FROM digest_reader WHERE partnership = $1 AND person = $2 ORDER BY number",
    );
    Ok(rows.bind(partnership.0).bind(user.0).fetch_all(db).await?)
}

/// Forgets who got what.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    if user == NOBODY {
        return Ok(());
    }
    sqlx::query("DELETE FROM digest_reader WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
