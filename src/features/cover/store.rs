//! The tables `cover_offer`, `cover` and `cover_answer`.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::error::Result;
use crate::partnership::{PartnershipId, SquadId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Cover, Offer, Said, Skill, State};

type OfferRow = (i64, String, String, String, Option<String>);

fn offer((user, key, name, first, last): OfferRow) -> Option<(UserId, Offer)> {
    let last = match last {
        Some(last) => Some(last.parse().ok()?),
        None => None,
    };
    Some((UserId(user), Offer { skill: Skill { key, name }, first: first.parse().ok()?, last }))
}

/// All offers of a partnership.
pub async fn offers(db: &mut Db, partnership: PartnershipId) -> Result<Vec<(UserId, Offer)>> {
    let rows: Vec<OfferRow> = sqlx::query_as(
        "SELECT person, skill, name, first_date, last_date FROM cover_offer WHERE partnership = $1 ORDER BY skill, person",
    )
    .bind(partnership.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(offer).collect())
}

/// What somebody offers.
pub async fn offers_of(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Offer>> {
    let rows: Vec<OfferRow> = sqlx::query_as(
        "SELECT person, skill, name, first_date, last_date FROM cover_offer \
         WHERE partnership = $1 AND person = $2 ORDER BY skill",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(offer).map(|(_, offer)| offer).collect())
}

/// Keeps an offer; one of the same skill is replaced.
pub async fn save_offer(tx: &mut Tx, partnership: PartnershipId, user: UserId, offer: &Offer) -> Result<()> {
    sqlx::query(
        "INSERT INTO cover_offer (partnership, person, skill, name, first_date, last_date) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (partnership, person, skill) DO UPDATE SET name = excluded.name, \
         first_date = excluded.first_date, last_date = excluded.last_date",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(&offer.skill.key)
    .bind(&offer.skill.name)
    .bind(offer.first.to_string())
    .bind(offer.last.map(|last| last.to_string()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes an offer back.
pub async fn drop_offer(tx: &mut Tx, partnership: PartnershipId, user: UserId, key: &str) -> Result<()> {
    sqlx::query("DELETE FROM cover_offer WHERE partnership = $1 AND person = $2 AND skill = $3")
        .bind(partnership.0)
        .bind(user.0)
        .bind(key)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

type Row = (i64, i64, i64, String, String, String, String, String, Option<i64>, String, i64, i64);

fn cover(row: Row) -> Option<Cover> {
    let (id, person, squad, key, name, first, last, state, volunteer, hand_over, shared, stewards_told) = row;
    Some(Cover {
        id,
        person: UserId(person),
        squad: SquadId(squad),
        skill: Skill { key, name },
        first: first.parse().ok()?,
        last: last.parse().ok()?,
        state: State::parse(&state),
        volunteer: volunteer.map(UserId),
        hand_over: serde_json::from_str(&hand_over).ok(),
        shared: shared != 0,
        stewards_told: stewards_told != 0,
    })
}

/// One request.
pub async fn get(db: &mut Db, partnership: PartnershipId, id: i64) -> Result<Option<Cover>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, person, squad, skill, name, first_date, last_date, state, volunteer, hand_over, shared, stewards_told \
         FROM cover WHERE partnership = $1 AND id = $2",
    )
    .bind(partnership.0)
    .bind(id)
    .fetch_optional(db)
    .await?;
    Ok(row.and_then(cover))
}

/// The requests that end on a date or later, soonest first.
pub async fn current(db: &mut Db, partnership: PartnershipId, today: NaiveDate) -> Result<Vec<Cover>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, person, squad, skill, name, first_date, last_date, state, volunteer, hand_over, shared, stewards_told \
         FROM cover WHERE partnership = $1 AND last_date >= $2 AND state <> 'withdrawn' ORDER BY first_date, id",
    )
    .bind(partnership.0)
    .bind(today.to_string())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(cover).collect())
}

/// Everything that somebody asked for.
pub async fn of_person(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Cover>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, person, squad, skill, name, first_date, last_date, state, volunteer, hand_over, shared, stewards_told \
         FROM cover WHERE partnership = $1 AND person = $2 ORDER BY first_date, id",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(cover).collect())
}

/// Keeps a request as it is now.
pub async fn save(tx: &mut Tx, partnership: PartnershipId, cover: &Cover, now: DateTime<Utc>) -> Result<()> {
    let hand_over = match &cover.hand_over {
        Some(hand_over) => serde_json::to_string(hand_over)?,
        None => String::new(),
    };
    sqlx::query(
        "INSERT INTO cover (partnership, id, person, squad, skill, name, first_date, last_date, state, volunteer, \
         hand_over, shared, stewards_told, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) \
         ON CONFLICT (partnership, id) DO UPDATE SET state = excluded.state, volunteer = excluded.volunteer, \
         hand_over = excluded.hand_over, shared = excluded.shared, stewards_told = excluded.stewards_told",
    )
    .bind(partnership.0)
    .bind(cover.id)
    .bind(cover.person.0)
    .bind(cover.squad.0)
    .bind(&cover.skill.key)
    .bind(&cover.skill.name)
    .bind(cover.first.to_string())
    .bind(cover.last.to_string())
    .bind(cover.state.as_str())
    .bind(cover.volunteer.map(|user| user.0))
    .bind(hand_over)
    .bind(i64::from(cover.shared))
    .bind(i64::from(cover.stewards_told))
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Who was asked, and what they said.
pub async fn answers(db: &mut Db, partnership: PartnershipId, id: i64) -> Result<Vec<(UserId, Said)>> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT person, answer FROM cover_answer WHERE partnership = $1 AND cover = $2 ORDER BY person")
            .bind(partnership.0)
            .bind(id)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|(user, answer)| (UserId(user), Said::parse(&answer))).collect())
}

/// What somebody was asked, and what they said, by request.
pub async fn answers_of(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<BTreeMap<i64, Said>> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT cover, answer FROM cover_answer WHERE partnership = $1 AND person = $2")
            .bind(partnership.0)
            .bind(user.0)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|(cover, answer)| (cover, Said::parse(&answer))).collect())
}

/// Notes that somebody was asked. Whether they hadn't been before.
pub async fn ask(tx: &mut Tx, partnership: PartnershipId, id: i64, user: UserId) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO cover_answer (partnership, cover, person, answer) VALUES ($1, $2, $3, 'asked') \
         ON CONFLICT (partnership, cover, person) DO NOTHING",
    )
    .bind(partnership.0)
    .bind(id)
    .bind(user.0)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Keeps what somebody said.
pub async fn answer(tx: &mut Tx, partnership: PartnershipId, id: i64, user: UserId, said: Said) -> Result<()> {
    sqlx::query("UPDATE cover_answer SET answer = $4 WHERE partnership = $1 AND cover = $2 AND person = $3")
        .bind(partnership.0)
        .bind(id)
        .bind(user.0)
        .bind(said.as_str())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets who was asked, so that everybody is asked anew.
pub async fn forget_answers(tx: &mut Tx, partnership: PartnershipId, id: i64) -> Result<()> {
    sqlx::query("DELETE FROM cover_answer WHERE partnership = $1 AND cover = $2")
        .bind(partnership.0)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes what somebody offers.
pub async fn erase_offers(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM cover_offer WHERE partnership = $1 AND person = $2")
        .bind(partnership.0)
        .bind(user.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Removes what somebody asked for and answered. What they had agreed to cover is open again.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    for sql in [
        "DELETE FROM cover_answer WHERE partnership = $1 AND cover IN \
         (SELECT id FROM cover WHERE cover.partnership = $1 AND cover.person = $2)",
        "DELETE FROM cover WHERE partnership = $1 AND person = $2",
        "DELETE FROM cover_answer WHERE partnership = $1 AND person = $2",
        "UPDATE cover SET state = 'open', volunteer = NULL WHERE partnership = $1 AND volunteer = $2",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Removes what somebody asked for that ended before a date, and offers that did.
pub async fn expire(tx: &mut Tx, partnership: PartnershipId, user: UserId, before: NaiveDate) -> Result<()> {
    for sql in [
        "DELETE FROM cover_answer WHERE partnership = $1 AND cover IN \
         (SELECT id FROM cover WHERE cover.partnership = $1 AND cover.person = $2 AND cover.last_date < $3)",
        "DELETE FROM cover WHERE partnership = $1 AND person = $2 AND last_date < $3",
        "DELETE FROM cover_offer WHERE partnership = $1 AND person = $2 AND last_date < $3",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).bind(before.to_string()).execute(&mut **tx).await?;
    }
    Ok(())
}
