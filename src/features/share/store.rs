//! The tables `share`, `meaning` and `introduction`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;

use crate::error::Result;
use crate::partnership::{OrganisationId, PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Body, Introduction, Kind, Meaning, Share, Stands, State};

const COLUMNS: &str = "number, kind, state, person, organisation, title, body, shared_at, changed_at";

type Row = (i64, String, String, i64, i64, String, String, i64, i64);

fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

fn organisation(id: i64) -> Option<OrganisationId> {
    Some(OrganisationId(id)).filter(|id| id.0 != 0)
}

fn share((number, kind, state, person, of, title, body, shared, changed): Row) -> Result<Share> {
    Ok(Share {
        number,
        kind: Kind::parse(&kind).unwrap_or(Kind::Success),
        state: State::parse(&state).unwrap_or(State::Gone),
        person: UserId(person),
        organisation: organisation(of),
        says: Body { title, ..serde_json::from_str(&body)? },
        shared_at: instant(shared),
        changed_at: instant(changed),
    })
}

async fn select(db: &mut Db, partnership: PartnershipId, rest: &str, value: i64) -> Result<Vec<Share>> {
    let sql = format!("SELECT {COLUMNS} FROM share WHERE partnership = $1 AND {rest}");
    let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql)).bind(partnership.0).bind(value).fetch_all(db).await?;
    rows.into_iter().map(share).collect()
}

/// Keeps a share as it is now.
pub async fn save(tx: &mut Tx, partnership: PartnershipId, one: &Share) -> Result<()> {
    sqlx::query(
        "INSERT INTO share (partnership, number, kind, state, person, organisation, title, body, shared_at, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (partnership, number) DO UPDATE SET \
         kind = excluded.kind, state = excluded.state, person = excluded.person, title = excluded.title, \
         body = excluded.body, changed_at = excluded.changed_at",
    )
    .bind(partnership.0)
    .bind(one.number)
    .bind(one.kind.as_str())
    .bind(one.state.as_str())
    .bind(one.person.0)
    .bind(one.organisation.map_or(0, |id| id.0))
    .bind(&one.says.title)
    .bind(serde_json::to_string(&one.says)?)
    .bind(one.shared_at.timestamp_millis())
    .bind(one.changed_at.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One share.
pub async fn get(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Option<Share>> {
    Ok(select(db, partnership, "number = $2", number).await?.pop())
}

/// What was not taken back, newest first.
pub async fn latest(db: &mut Db, partnership: PartnershipId, most: i64) -> Result<Vec<Share>> {
    select(db, partnership, "state <> 'gone' ORDER BY number DESC LIMIT $2", most).await
}

/// The same of one kind.
pub async fn of_kind(db: &mut Db, partnership: PartnershipId, kind: Kind, most: i64) -> Result<Vec<Share>> {
    let rest = format!("kind = '{}' AND state <> 'gone' ORDER BY number DESC LIMIT $2", kind.as_str());
    select(db, partnership, &rest, most).await
}

/// All that somebody shared and did not take back.
pub async fn of_person(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Share>> {
    select(db, partnership, "person = $2 AND state <> 'gone' ORDER BY number", user.0).await
}

/// Shares by their numbers, in that order.
pub async fn some(db: &mut Db, partnership: PartnershipId, numbers: &[i64]) -> Result<Vec<Share>> {
    let mut found = BTreeMap::new();
    // Both engines take numbers written out, and neither takes a list of one statement's values.
    for chunk in numbers.chunks(100) {
        let list = chunk.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        let sql = format!("state <> 'gone' AND number IN ({list}) LIMIT $2");
        found.extend(select(db, partnership, &sql, 100).await?.into_iter().map(|one| (one.number, one)));
    }
    Ok(numbers.iter().filter_map(|number| found.remove(number)).collect())
}

/// What a term means, by organisation.
pub async fn meanings(db: &mut Db, partnership: PartnershipId, term: i64) -> Result<Vec<Meaning>> {
    let rows: Vec<(i64, i64, String)> = sqlx::query_as(
        "SELECT organisation, person, words FROM meaning WHERE partnership = $1 AND term = $2 ORDER BY organisation",
    )
    .bind(partnership.0)
    .bind(term)
    .fetch_all(db)
    .await?;
    let meaning = |(of, person, words)| Meaning { organisation: organisation(of), person: UserId(person), words };
    Ok(rows.into_iter().map(meaning).collect())
}

/// Keeps what a term means to an organisation.
pub async fn save_meaning(
    tx: &mut Tx,
    partnership: PartnershipId,
    term: i64,
    one: &Meaning,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO meaning (partnership, term, organisation, person, words, said_at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (partnership, term, organisation) DO UPDATE SET \
         person = excluded.person, words = excluded.words, said_at = excluded.said_at",
    )
    .bind(partnership.0)
    .bind(term)
    .bind(one.organisation.map_or(0, |id| id.0))
    .bind(one.person.0)
    .bind(&one.words)
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes back what a term means to an organisation.
pub async fn drop_meaning(
    tx: &mut Tx,
    partnership: PartnershipId,
    term: i64,
    of: Option<OrganisationId>,
) -> Result<()> {
    sqlx::query("DELETE FROM meaning WHERE partnership = $1 AND term = $2 AND organisation = $3")
        .bind(partnership.0)
        .bind(term)
        .bind(of.map_or(0, |id| id.0))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes back all that a term means.
pub async fn drop_meanings(tx: &mut Tx, partnership: PartnershipId, term: i64) -> Result<()> {
    sqlx::query("DELETE FROM meaning WHERE partnership = $1 AND term = $2")
        .bind(partnership.0)
        .bind(term)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What somebody said of terms, by the terms' numbers.
pub async fn meanings_by(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<(i64, String)>> {
    let rows = sqlx::query_as("SELECT term, words FROM meaning WHERE partnership = $1 AND person = $2 ORDER BY term")
        .bind(partnership.0)
        .bind(user.0)
        .fetch_all(db)
        .await?;
    Ok(rows)
}

/// Keeps how an introduction stands.
pub async fn save_introduction(
    tx: &mut Tx,
    partnership: PartnershipId,
    one: &Introduction,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO introduction (partnership, id, share, person, words, state, came, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (partnership, id) DO UPDATE SET state = excluded.state, came = excluded.came",
    )
    .bind(partnership.0)
    .bind(one.id)
    .bind(one.share)
    .bind(one.person.0)
    .bind(&one.words)
    .bind(one.stands.as_str())
    .bind(&one.came)
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn introductions(db: &mut Db, partnership: PartnershipId, rest: &str, value: i64) -> Result<Vec<Introduction>> {
    let sql = format!(
        "SELECT id, share, person, words, state, came FROM introduction WHERE partnership = $1 AND {rest} ORDER BY at, id"
    );
    let rows: Vec<(i64, i64, i64, String, String, String)> =
        sqlx::query_as(AssertSqlSafe(sql)).bind(partnership.0).bind(value).fetch_all(db).await?;
    let introduction =
        |(id, share, person, words, state, came): (i64, i64, i64, String, String, String)| Introduction {
            id,
            share,
            person: UserId(person),
            words,
            stands: Stands::parse(&state).unwrap_or(Stands::Over),
            came,
        };
    Ok(rows.into_iter().map(introduction).collect())
}

/// One introduction.
pub async fn introduction(db: &mut Db, partnership: PartnershipId, id: i64) -> Result<Option<Introduction>> {
    Ok(introductions(db, partnership, "id = $2", id).await?.pop())
}

/// All answers to an offer or a need, oldest first.
pub async fn answers(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Vec<Introduction>> {
    introductions(db, partnership, "share = $2", number).await
}

/// All that somebody answered, oldest first.
pub async fn answered(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Introduction>> {
    introductions(db, partnership, "person = $2", user.0).await
}

/// Forgets the answers to something that was taken back.
pub async fn drop_answers(tx: &mut Tx, partnership: PartnershipId, number: i64) -> Result<()> {
    sqlx::query("DELETE FROM introduction WHERE partnership = $1 AND share = $2")
        .bind(partnership.0)
        .bind(number)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What a partnership means by a word stays, without who wrote it; their answers to others are gone.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    for sql in [
        "UPDATE meaning SET person = 0 WHERE partnership = $1 AND person = $2",
        "UPDATE share SET person = 0 WHERE partnership = $1 AND person = $2 AND kind = 'term'",
        "DELETE FROM introduction WHERE partnership = $1 AND person = $2",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).execute(&mut **tx).await?;
    }
    Ok(())
}
