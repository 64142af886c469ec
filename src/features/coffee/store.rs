//! The tables `coffee_circle`, `coffee_guest`, `coffee_never`, `coffee_group`, `coffee_seat` and `coffee_wish`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use crate::error::Result;
use crate::partnership::{ChannelId, NOBODY, PartnershipId, UserId};
use crate::schedule::parse_hours;
use crate::storage::{Db, Tx};

use super::model::{Answer, Circle, Coffee, Guest, Seat, Wish, WishState};

fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// An instant, or `None` for 0.
fn maybe(millis: i64) -> Option<DateTime<Utc>> {
    (millis != 0).then(|| instant(millis))
}

fn millis(at: Option<DateTime<Utc>>) -> i64 {
    at.map_or(0, |at| at.timestamp_millis())
}

/// When a partnership has coffee; what is usual where nothing was said.
pub async fn circle(db: &mut Db, partnership: PartnershipId) -> Result<Circle> {
    let row: Option<(i64, i64, String, i64, i64, i64)> = sqlx::query_as(
        "SELECT channel, weeks, day_and_time, colleagues, rounds, next_at FROM coffee_circle WHERE partnership = $1",
    )
    .bind(partnership.0)
    .fetch_optional(db)
    .await?;
    Ok(row.map_or_else(Circle::default, |(channel, weeks, day_and_time, colleagues, rounds, next_at)| Circle {
        channel: (channel != 0).then_some(ChannelId(channel)),
        weeks: u8::try_from(weeks).unwrap_or(2),
        day_and_time,
        colleagues: colleagues != 0,
        rounds,
        next_at: maybe(next_at),
    }))
}

/// Keeps when a partnership has coffee.
pub async fn save_circle(tx: &mut Tx, partnership: PartnershipId, circle: &Circle) -> Result<()> {
    sqlx::query(
        "INSERT INTO coffee_circle (partnership, channel, weeks, day_and_time, colleagues, rounds, next_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (partnership) DO UPDATE SET channel = excluded.channel, \
         weeks = excluded.weeks, day_and_time = excluded.day_and_time, colleagues = excluded.colleagues, \
         rounds = excluded.rounds, next_at = excluded.next_at",
    )
    .bind(partnership.0)
    .bind(circle.channel.map_or(0, |channel| channel.0))
    .bind(i64::from(circle.weeks))
    .bind(&circle.day_and_time)
    .bind(i64::from(circle.colleagues))
    .bind(circle.rounds)
    .bind(millis(circle.next_at))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

type GuestRow = (i64, i64, String, String, i64);

const GUEST: &str = "person, joined_at, paused_until, hours, may_be_asked";

fn guest((person, joined_at, paused_until, hours, may_be_asked): GuestRow) -> Guest {
    Guest {
        person: UserId(person),
        joined_at: instant(joined_at),
        paused_until: paused_until.parse().ok(),
        hours: parse_hours(&hours).ok().map(|(from, to, _)| (from, to)),
        may_be_asked: may_be_asked != 0,
    }
}

/// Everybody who joined, by id.
pub async fn guests(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Guest>> {
    let sql = format!("SELECT {GUEST} FROM coffee_guest WHERE partnership = $1 ORDER BY person");
    let rows: Vec<GuestRow> = sqlx::query_as(AssertSqlSafe(sql)).bind(partnership.0).fetch_all(db).await?;
    Ok(rows.into_iter().map(guest).collect())
}

/// Somebody, if they joined.
pub async fn guest_of(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Option<Guest>> {
    let sql = format!("SELECT {GUEST} FROM coffee_guest WHERE partnership = $1 AND person = $2");
    let row: Option<GuestRow> =
        sqlx::query_as(AssertSqlSafe(sql)).bind(partnership.0).bind(user.0).fetch_optional(db).await?;
    Ok(row.map(guest))
}

/// Keeps somebody who joined.
pub async fn save_guest(tx: &mut Tx, partnership: PartnershipId, one: &Guest) -> Result<()> {
    let hours =
        one.hours.map_or_else(String::new, |(from, to)| format!("{}-{}", from.format("%H:%M"), to.format("%H:%M")));
    sqlx::query(
        "INSERT INTO coffee_guest (partnership, person, joined_at, paused_until, hours, may_be_asked) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (partnership, person) DO UPDATE SET \
         paused_until = excluded.paused_until, hours = excluded.hours, may_be_asked = excluded.may_be_asked",
    )
    .bind(partnership.0)
    .bind(one.person.0)
    .bind(one.joined_at.timestamp_millis())
    .bind(one.paused_until.map_or_else(String::new, |date| date.to_string()))
    .bind(hours)
    .bind(i64::from(one.may_be_asked))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes somebody off the list of those who joined.
pub async fn remove_guest(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM coffee_guest WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Whom somebody doesn't want to meet.
pub async fn never_of(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<UserId>> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT other FROM coffee_never WHERE partnership = $1 AND person = $2 ORDER BY other")
            .bind(partnership.0)
            .bind(user.0)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|(other,)| UserId(other)).collect())
}

/// All pairs of whom one doesn't want to meet the other. For pairing alone.
pub async fn never(db: &mut Db, partnership: PartnershipId) -> Result<Vec<(UserId, UserId)>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as("SELECT person, other FROM coffee_never WHERE partnership = $1")
        .bind(partnership.0)
        .fetch_all(db)
        .await?;
    Ok(rows.into_iter().map(|(person, other)| (UserId(person), UserId(other))).collect())
}

/// Notes whom somebody doesn't want to meet, in place of what was noted before.
pub async fn set_never(tx: &mut Tx, partnership: PartnershipId, user: UserId, others: &[UserId]) -> Result<()> {
    sqlx::query("DELETE FROM coffee_never WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    for other in others {
        sqlx::query("INSERT INTO coffee_never (partnership, person, other) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(partnership.0)
            .bind(user.0)
            .bind(other.0)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Keeps a coffee, with everybody's part in it.
pub async fn save(tx: &mut Tx, partnership: PartnershipId, one: &Coffee) -> Result<()> {
    sqlx::query(
        "INSERT INTO coffee_group (partnership, number, round, channel, prompt, made_at, meets_at, over) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (partnership, number) DO UPDATE SET \
         channel = excluded.channel, meets_at = excluded.meets_at, over = excluded.over",
    )
    .bind(partnership.0)
    .bind(one.number)
    .bind(one.round.unwrap_or(0))
    .bind(one.channel.0)
    .bind(i64::from(one.prompt))
    .bind(one.made_at.timestamp_millis())
    .bind(millis(one.meets_at))
    .bind(i64::from(one.over))
    .execute(&mut **tx)
    .await?;
    for (seat, at) in one.seats.iter().zip(0_i64..) {
        sqlx::query(
            "INSERT INTO coffee_seat (partnership, coffee, person, seat, answer, said_at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT (partnership, coffee, seat) DO UPDATE SET answer = excluded.answer, said_at = excluded.said_at",
        )
        .bind(partnership.0)
        .bind(one.number)
        .bind(seat.person.0)
        .bind(at)
        .bind(seat.answer.as_str())
        .bind(millis(seat.said_at))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

type CoffeeRow = (i64, i64, i64, i64, i64, i64, i64, i64, String, i64);

/// Coffees with their seats, by number.
async fn select(db: &mut Db, partnership: PartnershipId, which: &str, value: i64) -> Result<Vec<Coffee>> {
    let sql = format!(
        "SELECT g.number, g.round, g.channel, g.prompt, g.made_at, g.meets_at, g.over, s.person, s.answer, s.said_at \
         FROM coffee_group g JOIN coffee_seat s ON s.partnership = g.partnership AND s.coffee = g.number \
         WHERE g.partnership = $1 AND {which} ORDER BY g.number, s.seat"
    );
    let rows: Vec<CoffeeRow> = sqlx::query_as(AssertSqlSafe(sql)).bind(partnership.0).bind(value).fetch_all(db).await?;
    let mut all: BTreeMap<i64, Coffee> = BTreeMap::new();
    for (number, round, channel, prompt, made_at, meets_at, over, person, answer, said_at) in rows {
        let coffee = all.entry(number).or_insert_with(|| Coffee {
            number,
            round: (round != 0).then_some(round),
            channel: ChannelId(channel),
            prompt: u32::try_from(prompt).unwrap_or(0),
            made_at: instant(made_at),
            meets_at: maybe(meets_at),
            over: over != 0,
            seats: Vec::new(),
        });
        coffee.seats.push(Seat { person: UserId(person), answer: Answer::parse(&answer), said_at: maybe(said_at) });
    }
    Ok(all.into_values().collect())
}

/// One coffee.
pub async fn get(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Option<Coffee>> {
    Ok(select(db, partnership, "g.number = $2", number).await?.pop())
}

/// All coffees from a number on, the oldest first.
pub async fn since(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Vec<Coffee>> {
    select(db, partnership, "g.number >= $2", number).await
}

/// When people first said of a coffee that they met, from an instant on.
pub async fn met_since(db: &mut Db, partnership: PartnershipId, from: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT MIN(said_at) FROM coffee_seat WHERE partnership = $1 AND answer = $2 AND said_at <> 0 GROUP BY coffee \
         HAVING MIN(said_at) >= $3 ORDER BY 1",
    )
    .bind(partnership.0)
    .bind(Answer::Met.as_str())
    .bind(from.timestamp_millis())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| instant(row.0)).collect())
}

/// Those that aren't over.
pub async fn open(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Coffee>> {
    select(db, partnership, "g.over = $2", 0).await
}

/// Those of one person, the oldest first.
pub async fn of_person(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Coffee>> {
    let which = "g.number IN (SELECT coffee FROM coffee_seat WHERE partnership = $1 AND person = $2)";
    select(db, partnership, which, user.0).await
}

/// Keeps a wish for a coffee at once.
pub async fn save_wish(tx: &mut Tx, partnership: PartnershipId, wish: &Wish) -> Result<()> {
    let state = match wish.state {
        WishState::Open => "open",
        WishState::Met => "met",
        WishState::Over => "over",
    };
    sqlx::query(
        "INSERT INTO coffee_wish (partnership, id, person, until, state) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (partnership, id) DO UPDATE SET state = excluded.state",
    )
    .bind(partnership.0)
    .bind(wish.id)
    .bind(wish.person.0)
    .bind(wish.until.timestamp_millis())
    .bind(state)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

type WishRow = (i64, i64, i64, String);

fn wish((id, person, until, state): WishRow) -> Wish {
    let state = match state.as_str() {
        "open" => WishState::Open,
        "met" => WishState::Met,
        _ => WishState::Over,
    };
    Wish { id, person: UserId(person), until: instant(until), state }
}

/// A wish.
pub async fn wish_of(db: &mut Db, partnership: PartnershipId, id: i64) -> Result<Option<Wish>> {
    let row: Option<WishRow> =
        sqlx::query_as("SELECT id, person, until, state FROM coffee_wish WHERE partnership = $1 AND id = $2")
            .bind(partnership.0)
            .bind(id)
            .fetch_optional(db)
            .await?;
    Ok(row.map(wish))
}

/// Somebody's wish that nobody has met yet.
pub async fn open_wish(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Option<Wish>> {
    let sql = "SELECT id, person, until, state FROM coffee_wish \
               WHERE partnership = $1 AND person = $2 AND state = 'open' ORDER BY id DESC LIMIT 1";
    let row: Option<WishRow> = sqlx::query_as(sql).bind(partnership.0).bind(user.0).fetch_optional(db).await?;
    Ok(row.map(wish))
}

/// Puts nobody where somebody stood in coffees from before an instant.
pub async fn expire(tx: &mut Tx, partnership: PartnershipId, user: UserId, before: DateTime<Utc>) -> Result<()> {
    sqlx::query(
        "UPDATE coffee_seat SET person = $4 WHERE partnership = $1 AND person = $2 AND coffee IN \
         (SELECT number FROM coffee_group WHERE partnership = $1 AND made_at < $3 AND over = 1)",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(before.timestamp_millis())
    .bind(NOBODY.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets somebody: their place, whom they didn't want to meet and who didn't want to meet them, their wishes; in
/// coffees, nobody stands where they were.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    remove_guest(tx, partnership, user).await?;
    for sql in [
        "DELETE FROM coffee_never WHERE partnership = $1 AND (person = $2 OR other = $2)",
        "DELETE FROM coffee_wish WHERE partnership = $1 AND person = $2",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).execute(&mut **tx).await?;
    }
    sqlx::query("UPDATE coffee_seat SET person = $3 WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .bind(NOBODY.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
