//! The tables `blocker`, `blocker_named`, `blocker_event` and `ladder`.

use chrono::{DateTime, Utc};

use crate::error::Result;
use crate::partnership::text::{mention, who};
use crate::partnership::{NOBODY, OrganisationId, PartnershipId, SquadId, UserId};
use crate::storage::{Db, Tx};

use super::ladder::Ladder;
use super::model::{Blocker, Event, Kind, SeenBy};

type Row = (i64, Option<i64>, i64, i64, i64, i64, i64, String, String, String, i64, i64, String, i64, i64);

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, number, squad, author, owner, their_owner, their_person, kind, seen_by, state, waits, asked, body, \
             raised_at, changed_at FROM blocker ",
            $rest
        )
    };
}

fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

fn organisation(id: i64) -> Option<OrganisationId> {
    (id != 0).then_some(OrganisationId(id))
}

fn blocker(row: Row) -> Result<Blocker> {
    let (
        id,
        number,
        squad,
        author,
        owner,
        their_owner,
        their_person,
        kind,
        seen_by,
        state,
        waits,
        asked,
        body,
        raised,
        changed,
    ) = row;
    Ok(Blocker {
        id,
        number,
        squad: SquadId(squad),
        author: UserId(author),
        owner: UserId(owner),
        their_owner: UserId(their_owner),
        their_person: UserId(their_person),
        kind: Kind::parse(&kind).unwrap_or(Kind::Dependency),
        // What can't be read is shown to the fewest.
        seen_by: SeenBy::parse(&seen_by).unwrap_or(SeenBy::Named),
        resolved: state == "resolved",
        waits: organisation(waits),
        asked: organisation(asked),
        says: serde_json::from_str(&body)?,
        raised_at: instant(raised),
        changed_at: instant(changed),
    })
}

/// One blocker.
pub async fn get(db: &mut Db, partnership: PartnershipId, id: i64) -> Result<Option<Blocker>> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE partnership = $1 AND id = $2"))
        .bind(partnership.0)
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.map(blocker).transpose()
}

/// One by the number that people say.
pub async fn numbered(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Option<Blocker>> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE partnership = $1 AND number = $2"))
        .bind(partnership.0)
        .bind(number)
        .fetch_optional(db)
        .await?;
    row.map(blocker).transpose()
}

/// All that are in the way, or all that were, oldest first.
pub async fn all(db: &mut Db, partnership: PartnershipId, resolved: bool) -> Result<Vec<Blocker>> {
    let rows: Vec<Row> =
        sqlx::query_as(select!("WHERE partnership = $1 AND state = $2 ORDER BY raised_at, COALESCE(number, 0), id"))
            .bind(partnership.0)
            .bind(state(resolved))
            .fetch_all(db)
            .await?;
    rows.into_iter().map(blocker).collect()
}

/// Those that are in the way, and those that were and have changed from an instant on; the ones that are first, and each
/// of both the oldest first.
pub async fn lately(db: &mut Db, partnership: PartnershipId, from: DateTime<Utc>) -> Result<Vec<Blocker>> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE partnership = $1 AND state = 'resolved' AND changed_at >= $2 ORDER BY raised_at, COALESCE(number, 0), id"
    ))
    .bind(partnership.0)
    .bind(from.timestamp_millis())
    .fetch_all(&mut *db)
    .await?;
    let mut lately = all(db, partnership, false).await?;
    lately.extend(rows.into_iter().map(blocker).collect::<Result<Vec<_>>>()?);
    Ok(lately)
}

fn state(resolved: bool) -> &'static str {
    if resolved { "resolved" } else { "open" }
}

/// Keeps a blocker as it is now.
pub async fn save(tx: &mut Tx, partnership: PartnershipId, one: &Blocker) -> Result<()> {
    sqlx::query(
        "INSERT INTO blocker (partnership, id, number, squad, author, owner, their_owner, their_person, kind, seen_by, state, \
         waits, asked, body, raised_at, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
         ON CONFLICT (partnership, id) DO UPDATE SET number = excluded.number, squad = excluded.squad, \
         author = excluded.author, owner = excluded.owner, their_owner = excluded.their_owner, \
         their_person = excluded.their_person, kind = excluded.kind, seen_by = excluded.seen_by, state = excluded.state, \
         waits = excluded.waits, asked = excluded.asked, body = excluded.body, changed_at = excluded.changed_at",
    )
    .bind(partnership.0)
    .bind(one.id)
    .bind(one.number)
    .bind(one.squad.0)
    .bind(one.author.0)
    .bind(one.owner.0)
    .bind(one.their_owner.0)
    .bind(one.their_person.0)
    .bind(one.kind.as_str())
    .bind(one.seen_by.as_str())
    .bind(state(one.resolved))
    .bind(one.waits.map_or(0, |id| id.0))
    .bind(one.asked.map_or(0, |id| id.0))
    .bind(serde_json::to_string(&one.says)?)
    .bind(one.raised_at.timestamp_millis())
    .bind(one.changed_at.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Who may see a blocker that isn't shared.
pub async fn named(db: &mut Db, partnership: PartnershipId, id: i64) -> Result<Vec<UserId>> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT person FROM blocker_named WHERE partnership = $1 AND blocker = $2 ORDER BY person")
            .bind(partnership.0)
            .bind(id)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|row| UserId(row.0)).collect())
}

/// The blockers that somebody may see because they are named.
pub async fn naming(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT blocker FROM blocker_named WHERE partnership = $1 AND person = $2 ORDER BY blocker")
            .bind(partnership.0)
            .bind(user.0)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Says who may see it, in place of who might so far.
pub async fn set_named(tx: &mut Tx, partnership: PartnershipId, id: i64, named: &[UserId]) -> Result<()> {
    sqlx::query("DELETE FROM blocker_named WHERE partnership = $1 AND blocker = $2")
        .bind(partnership.0)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    for person in named {
        sqlx::query("INSERT INTO blocker_named (partnership, blocker, person) VALUES ($1, $2, $3)")
            .bind(partnership.0)
            .bind(id)
            .bind(person.0)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Adds to a blocker's history.
pub async fn add_event(tx: &mut Tx, partnership: PartnershipId, id: i64, event: &Event) -> Result<()> {
    sqlx::query(
        "INSERT INTO blocker_event (partnership, blocker, place, person, at, what, words) \
         SELECT $1, $2, COALESCE(MAX(place), 0) + 1, $3, $4, $5, $6 FROM blocker_event WHERE partnership = $1 AND blocker = $2",
    )
    .bind(partnership.0)
    .bind(id)
    .bind(event.who.0)
    .bind(event.at.timestamp_millis())
    .bind(&event.what)
    .bind(&event.words)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A blocker's history, oldest first.
pub async fn events(db: &mut Db, partnership: PartnershipId, id: i64) -> Result<Vec<Event>> {
    let rows: Vec<(i64, i64, String, String)> = sqlx::query_as(
        "SELECT person, at, what, words FROM blocker_event WHERE partnership = $1 AND blocker = $2 ORDER BY place",
    )
    .bind(partnership.0)
    .bind(id)
    .fetch_all(db)
    .await?;
    let event = |(who, at, what, words)| Event { who: UserId(who), at: instant(at), what, words };
    Ok(rows.into_iter().map(event).collect())
}

/// The ladder of two organisations: what is agreed; what is proposed, and by which of them.
pub async fn ladder(
    db: &mut Db,
    partnership: PartnershipId,
    pair: (OrganisationId, OrganisationId),
) -> Result<(Option<Ladder>, Option<(Ladder, OrganisationId)>)> {
    let (one, other) = (pair.0.min(pair.1), pair.0.max(pair.1));
    let row: Option<(String, String, i64)> = sqlx::query_as(
        "SELECT agreed, proposed, proposed_by FROM ladder WHERE partnership = $1 AND one = $2 AND other = $3",
    )
    .bind(partnership.0)
    .bind(one.0)
    .bind(other.0)
    .fetch_optional(db)
    .await?;
    let Some((agreed, proposed, by)) = row else { return Ok((None, None)) };
    let read = |text: &str| (!text.is_empty()).then(|| serde_json::from_str::<Ladder>(text)).transpose();
    Ok((read(&agreed)?, read(&proposed)?.map(|ladder| (ladder, OrganisationId(by)))))
}

/// All that was agreed, by pairs of organisations, the lower number first.
pub async fn ladders(
    db: &mut Db,
    partnership: PartnershipId,
) -> Result<Vec<((OrganisationId, OrganisationId), Ladder)>> {
    let rows: Vec<(i64, i64, String)> = sqlx::query_as(
        "SELECT one, other, agreed FROM ladder WHERE partnership = $1 AND agreed <> '' ORDER BY one, other",
    )
    .bind(partnership.0)
    .fetch_all(db)
    .await?;
    let read = |(one, other, agreed): (i64, i64, String)| {
        Ok(((OrganisationId(one), OrganisationId(other)), serde_json::from_str(&agreed)?))
    };
    rows.into_iter().map(read).collect()
}

/// Keeps the ladder of two organisations.
pub async fn save_ladder(
    tx: &mut Tx,
    partnership: PartnershipId,
    pair: (OrganisationId, OrganisationId),
    agreed: Option<&Ladder>,
    proposed: Option<(&Ladder, OrganisationId)>,
) -> Result<()> {
    let written =
        |ladder: Option<&Ladder>| ladder.map(serde_json::to_string).transpose().map(Option::unwrap_or_default);
    sqlx::query(
        "INSERT INTO ladder (partnership, one, other, agreed, proposed, proposed_by) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (partnership, one, other) DO UPDATE SET agreed = excluded.agreed, proposed = excluded.proposed, \
         proposed_by = excluded.proposed_by",
    )
    .bind(partnership.0)
    .bind(pair.0.min(pair.1).0)
    .bind(pair.0.max(pair.1).0)
    .bind(written(agreed)?)
    .bind(written(proposed.map(|(ladder, _)| ladder))?)
    .bind(proposed.map_or(0, |(_, by)| by.0))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// All that names somebody: the blockers that they raised or look after, and what they wrote about any.
pub async fn export(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<serde_json::Value> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE partnership = $1 AND (author = $2 OR owner = $2 OR their_owner = $2 OR their_person = $2) ORDER BY raised_at, id"
    ))
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(&mut *db)
    .await?;
    let mut blockers = Vec::new();
    for row in rows {
        let one = blocker(row)?;
        blockers.push(serde_json::json!({
            "blocker": one.said(), "title": one.says.title, "raised_by_you": one.author == user,
            "needed": if one.author == user { one.says.needed } else { String::new() },
        }));
    }
    let said: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT at, what, words FROM blocker_event WHERE partnership = $1 AND person = $2 ORDER BY at, blocker, place",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    let said = said
        .into_iter()
        .map(|(at, what, words)| serde_json::json!({ "at": instant(at).to_rfc3339(), "what": what, "words": words }));
    let said: Vec<serde_json::Value> = said.collect();
    if blockers.is_empty() && said.is_empty() {
        return Ok(serde_json::Value::Null);
    }
    Ok(serde_json::json!({ "blockers": blockers, "said": said }))
}

/// What somebody raised and never shared, of before an instant.
pub async fn unshared(
    db: &mut Db,
    partnership: PartnershipId,
    user: UserId,
    before: DateTime<Utc>,
) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT id FROM blocker WHERE partnership = $1 AND author = $2 AND seen_by = 'named' AND changed_at < $3 ORDER BY id",
    )
    .bind(partnership.0)
    .bind(user.0)
    .bind(before.timestamp_millis())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Removes blockers with their history.
pub async fn remove(tx: &mut Tx, partnership: PartnershipId, ids: &[i64]) -> Result<()> {
    for id in ids {
        for sql in [
            "DELETE FROM blocker_named WHERE partnership = $1 AND blocker = $2",
            "DELETE FROM blocker_event WHERE partnership = $1 AND blocker = $2",
            "DELETE FROM blocker WHERE partnership = $1 AND id = $2",
        ] {
            sqlx::query(sql).bind(partnership.0).bind(id).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// What somebody never shared goes; from what others saw, their name does.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    let own = unshared(tx, partnership, user, DateTime::<Utc>::MAX_UTC).await?;
    remove(tx, partnership, &own).await?;
    for sql in [
        "UPDATE blocker SET author = 0 WHERE partnership = $1 AND author = $2",
        "UPDATE blocker SET owner = 0 WHERE partnership = $1 AND owner = $2",
        "UPDATE blocker SET their_owner = 0 WHERE partnership = $1 AND their_owner = $2",
        "UPDATE blocker SET their_person = 0 WHERE partnership = $1 AND their_person = $2",
        "UPDATE blocker_event SET person = 0 WHERE partnership = $1 AND person = $2",
        "DELETE FROM blocker_named WHERE partnership = $1 AND person = $2",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).execute(&mut **tx).await?;
    }
    // Others' steps say whom they reached.
    sqlx::query(
        "UPDATE blocker_event SET what = REPLACE(what, $2, $3) WHERE partnership = $1 AND what LIKE '%' || $2 || '%'",
    )
    .bind(partnership.0)
    .bind(mention(user))
    .bind(who(NOBODY))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The same for what is too old to be kept of what they never shared.
pub async fn expire(tx: &mut Tx, partnership: PartnershipId, user: UserId, before: DateTime<Utc>) -> Result<()> {
    let own = unshared(tx, partnership, user, before).await?;
    remove(tx, partnership, &own).await
}

/// What somebody raised and never shared, and how much others let them see.
pub async fn export_named(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<serde_json::Value> {
    let mut own = Vec::new();
    for id in unshared(db, partnership, user, DateTime::<Utc>::MAX_UTC).await? {
        if let Some(one) = get(db, partnership, id).await? {
            own.push(serde_json::json!({ "title": one.says.title, "needed": one.says.needed }));
        }
    }
    let seen = naming(db, partnership, user).await?.len();
    if own.is_empty() && seen == 0 {
        return Ok(serde_json::Value::Null);
    }
    Ok(serde_json::json!({ "yours": own, "shared_with_you": seen }))
}
