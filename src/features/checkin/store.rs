//! The tables `checkin`, `checkin_answer`, `checkin_share` and `checkin_obstacle`.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::AssertSqlSafe;

use crate::error::Result;
use crate::partnership::{PartnershipId, SquadId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Day, Obstacle, Said, State};

/// How a date of somebody stands; `None` where nothing was asked or answered.
pub async fn state(db: &mut Db, partnership: PartnershipId, user: UserId, date: NaiveDate) -> Result<Option<State>> {
    let row: Option<(String,)> =
        sqlx::query_as("SELECT state FROM checkin WHERE partnership = $1 AND person = $2 AND date = $3")
            .bind(partnership.0)
            .bind(user.0)
            .bind(date.to_string())
            .fetch_optional(db)
            .await?;
    Ok(row.map(|row| State::parse(&row.0)))
}

/// How the dates from `first` to `last` stand of some people.
pub async fn states(
    db: &mut Db,
    partnership: PartnershipId,
    people: impl Iterator<Item = UserId>,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<(UserId, NaiveDate, State)>> {
    let mut found = Vec::new();
    let people: Vec<String> = people.map(|user| user.to_string()).collect();
    // Person by person, as the key of the table has it: a few rows of each, however many years there are.
    for some in people.chunks(100) {
        let sql = format!(
            "SELECT person, date, state FROM checkin WHERE partnership = $1 AND person IN ({}) AND date >= $2 AND date <= $3",
            some.join(", ")
        );
        let rows: Vec<(i64, String, String)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(partnership.0)
            .bind(first.to_string())
            .bind(last.to_string())
            .fetch_all(&mut *db)
            .await?;
        let read =
            |(user, date, state): (i64, String, String)| Some((UserId(user), date.parse().ok()?, State::parse(&state)));
        found.extend(rows.into_iter().filter_map(read));
    }
    Ok(found)
}

/// How somebody's dates on or after one stand.
pub async fn states_of(
    db: &mut Db,
    partnership: PartnershipId,
    user: UserId,
    from: NaiveDate,
) -> Result<Vec<(NaiveDate, State)>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT date, state FROM checkin WHERE partnership = $1 AND person = $2 AND date >= $3")
            .bind(partnership.0)
            .bind(user.0)
            .bind(from.to_string())
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().filter_map(|(date, state)| Some((date.parse().ok()?, State::parse(&state)))).collect())
}

/// Notes that somebody was asked; what was answered before stays as it is.
pub async fn open(
    tx: &mut Tx,
    partnership: PartnershipId,
    user: UserId,
    date: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO checkin (partnership, person, date, state, prompted_at) VALUES ($1, $2, $3, 'open', $4) \
         ON CONFLICT (partnership, person, date) DO NOTHING",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(date.to_string())
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Sets how a date stands.
pub async fn set_state(
    tx: &mut Tx,
    partnership: PartnershipId,
    user: UserId,
    date: NaiveDate,
    state: State,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO checkin (partnership, person, date, state, answered_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (partnership, person, date) DO UPDATE SET state = excluded.state, answered_at = excluded.answered_at",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(date.to_string())
    .bind(state.as_str())
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Puts a date back to unanswered.
pub async fn reopen(tx: &mut Tx, partnership: PartnershipId, user: UserId, date: NaiveDate) -> Result<()> {
    sqlx::query(
        "UPDATE checkin SET state = 'open', answered_at = NULL WHERE partnership = $1 AND person = $2 AND date = $3",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(date.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// When somebody answered last, whatever date it was for.
pub async fn last_answered(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Option<DateTime<Utc>>> {
    let (at,): (Option<i64>,) =
        sqlx::query_as("SELECT MAX(answered_at) FROM checkin WHERE partnership = $1 AND person = $2")
            .bind(partnership.0)
            .bind(user.0)
            .fetch_one(db)
            .await?;
    Ok(at.and_then(DateTime::from_timestamp_millis))
}

/// What somebody answered on a date, in the order of the questions.
pub async fn answers(db: &mut Db, partnership: PartnershipId, user: UserId, date: NaiveDate) -> Result<Vec<Said>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT question, text FROM checkin_answer WHERE partnership = $1 AND person = $2 AND date = $3 ORDER BY position",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(date.to_string())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(question, text)| Said { question, text }).collect())
}

/// Removes what somebody answered on a date.
pub async fn drop_answers(tx: &mut Tx, partnership: PartnershipId, user: UserId, date: NaiveDate) -> Result<()> {
    sqlx::query("DELETE FROM checkin_answer WHERE partnership = $1 AND person = $2 AND date = $3")
        .bind(partnership.0)
        .bind(user.0)
        .bind(date.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Keeps what somebody answered on a date that has no answers.
pub async fn add_answers(
    tx: &mut Tx,
    partnership: PartnershipId,
    user: UserId,
    date: NaiveDate,
    answers: &[Said],
) -> Result<()> {
    if answers.is_empty() {
        return Ok(());
    }
    // One statement for all of them: somebody is waiting.
    let rows: Vec<String> = (0..answers.len())
        .map(|row| format!("($1, $2, $3, ${}, ${}, ${})", 3 * row + 4, 3 * row + 5, 3 * row + 6))
        .collect();
    let sql = format!(
        "INSERT INTO checkin_answer (partnership, person, date, position, question, text) VALUES {}",
        rows.join(", ")
    );
    let mut query = sqlx::query(AssertSqlSafe(sql)).bind(partnership.0).bind(user.0).bind(date.to_string());
    for (position, said) in (0_i64..).zip(answers) {
        query = query.bind(position).bind(&said.question).bind(&said.text);
    }
    query.execute(&mut **tx).await?;
    Ok(())
}

/// Shares a date with a squad. Doing it twice is harmless.
pub async fn share(
    tx: &mut Tx,
    partnership: PartnershipId,
    squad: SquadId,
    date: NaiveDate,
    user: UserId,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO checkin_share (partnership, squad, date, person) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (partnership, squad, date, person) DO NOTHING",
    )
    .bind(partnership.0)
    .bind(squad.0)
    .bind(date.to_string())
    .bind(user.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What was shared with a squad on a date: who, how the date stands, and the answers.
pub async fn shared(
    db: &mut Db,
    partnership: PartnershipId,
    squad: SquadId,
    date: NaiveDate,
) -> Result<Vec<(UserId, State, Vec<Said>)>> {
    let people: Vec<(i64, String)> = sqlx::query_as(
        "SELECT s.person, c.state FROM checkin_share s \
         JOIN checkin c ON c.partnership = s.partnership AND c.person = s.person AND c.date = s.date \
         WHERE s.partnership = $1 AND s.squad = $2 AND s.date = $3 ORDER BY c.answered_at, s.person",
    )
    .bind(partnership.0)
    .bind(squad.0)
    .bind(date.to_string())
    .fetch_all(&mut *db)
    .await?;
    let mut shared = Vec::with_capacity(people.len());
    for (user, state) in people {
        let user = UserId(user);
        shared.push((user, State::parse(&state), answers(db, partnership, user, date).await?));
    }
    Ok(shared)
}

/// Who answered for which date in a squad, from one date to another.
pub async fn posted(
    db: &mut Db,
    partnership: PartnershipId,
    squad: SquadId,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<(NaiveDate, UserId)>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT s.date, s.person FROM checkin_share s \
         JOIN checkin c ON c.partnership = s.partnership AND c.person = s.person AND c.date = s.date \
         WHERE s.partnership = $1 AND s.squad = $2 AND s.date >= $3 AND s.date <= $4 \
         AND c.state IN ('answered', 'nothing_new')",
    )
    .bind(partnership.0)
    .bind(squad.0)
    .bind(first.to_string())
    .bind(last.to_string())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().filter_map(|(date, user)| Some((date.parse().ok()?, UserId(user)))).collect())
}

/// Somebody's dates on or after one, newest first.
pub async fn history(
    db: &mut Db,
    partnership: PartnershipId,
    user: UserId,
    from: NaiveDate,
    most: i64,
) -> Result<Vec<Day>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT date, state FROM checkin WHERE partnership = $1 AND person = $2 AND date >= $3 ORDER BY date DESC LIMIT $4",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(first_text(from))
    .bind(most)
    .fetch_all(&mut *db)
    .await?;
    let mut days = Vec::with_capacity(rows.len());
    for (date, state) in rows {
        let Ok(date) = date.parse() else { continue };
        days.push(Day { date, state: State::parse(&state), answers: answers(db, partnership, user, date).await? });
    }
    Ok(days)
}

/// The earliest date sorts before all others as text only within four-digit years.
fn first_text(date: NaiveDate) -> String {
    if date < NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NaiveDate::MIN) { String::new() } else { date.to_string() }
}

/// What is in somebody's way, oldest first.
pub async fn obstacles(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Obstacle>> {
    let rows: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT id, since, text FROM checkin_obstacle WHERE partnership = $1 AND person = $2 AND cleared_at IS NULL ORDER BY since, id",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, since, text)| Some(Obstacle { id, since: since.parse().ok()?, text }))
        .collect())
}

/// Notes that something is in somebody's way.
pub async fn add_obstacle(tx: &mut Tx, partnership: PartnershipId, user: UserId, obstacle: &Obstacle) -> Result<()> {
    sqlx::query("INSERT INTO checkin_obstacle (partnership, id, person, since, text) VALUES ($1, $2, $3, $4, $5)")
        .bind(partnership.0)
        .bind(obstacle.id)
        .bind(user.0)
        .bind(obstacle.since.to_string())
        .bind(&obstacle.text)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Notes that something is no longer in the way. Whether it was.
pub async fn clear_obstacle(
    tx: &mut Tx,
    partnership: PartnershipId,
    user: UserId,
    id: i64,
    now: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE checkin_obstacle SET cleared_at = $4 WHERE partnership = $1 AND person = $2 AND id = $3 AND cleared_at IS NULL",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(id)
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Removes what somebody answered.
pub async fn erase_answers(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    for sql in [
        "DELETE FROM checkin_answer WHERE partnership = $1 AND person = $2",
        "DELETE FROM checkin_share WHERE partnership = $1 AND person = $2",
        "DELETE FROM checkin_obstacle WHERE partnership = $1 AND person = $2",
        "DELETE FROM checkin WHERE partnership = $1 AND person = $2",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Removes what of somebody is older than a date.
pub async fn expire(tx: &mut Tx, partnership: PartnershipId, user: UserId, before: NaiveDate) -> Result<()> {
    for sql in [
        "DELETE FROM checkin_answer WHERE partnership = $1 AND person = $2 AND date < $3",
        "DELETE FROM checkin_share WHERE partnership = $1 AND person = $2 AND date < $3",
        "DELETE FROM checkin_obstacle WHERE partnership = $1 AND person = $2 AND since < $3 AND cleared_at IS NOT NULL",
        "DELETE FROM checkin WHERE partnership = $1 AND person = $2 AND date < $3",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).bind(before.to_string()).execute(&mut **tx).await?;
    }
    Ok(())
}
