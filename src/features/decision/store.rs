//! The tables `decision`, `decision_version`, `decision_concern`, `decision_supersedes` and `lesson`.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

use crate::error::Result;
use crate::partnership::{OrganisationId, PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::model::{
    Concern, Decision, Details, Draft, Lesson, Level, NOBODY, Outcome, Part, StandsAs, Status, Version, Worry,
};

/// All of a decision that says nothing of a person.
#[derive(Serialize, Deserialize)]
pub(super) struct Body {
    pub(super) title: String,
    pub(super) decision: String,
    #[serde(default)]
    pub(super) details: Details,
    #[serde(default)]
    pub(super) parts: Vec<(OrganisationId, Part)>,
    #[serde(default)]
    pub(super) level: Option<Level>,
    #[serde(default)]
    pub(super) conversation: Option<(i64, String)>,
    #[serde(default)]
    pub(super) source: Option<String>,
    #[serde(default)]
    pub(super) clears: Vec<i64>,
}

impl Body {
    fn of(draft: &Draft) -> Self {
        let Draft { title, decision, details, parts, level, conversation, source, clears, .. } = draft.clone();
        Self { title, decision, details, parts, level, conversation, source, clears }
    }
}

type Row = (i64, i64, String, i64, i64, String, String, Option<String>, i64, i64, i64);

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT number, version, status, owner, recorded_by, body, stands_as, review_on, asked, recorded_at, changed_at \
             FROM decision ",
            $rest
        )
    };
}

fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

/// One without its concerns and links.
fn decision(row: Row) -> Result<Decision> {
    let (number, version, status, owner, recorded_by, body, stands_as, review_on, asked, recorded_at, changed_at) = row;
    let Body { title, decision, details, parts, level, conversation, source, clears } = serde_json::from_str(&body)?;
    let says = Draft {
        title,
        decision,
        details,
        parts,
        level,
        conversation,
        source,
        clears,
        review_on: review_on.and_then(|date| date.parse().ok()),
        stands_as: StandsAs::parse(&stands_as),
        ..Draft::of(UserId(owner))
    };
    Ok(Decision {
        number,
        version,
        status: Status::parse(&status).unwrap_or(Status::Agreed),
        says,
        superseded_by: Vec::new(),
        recorded_by: UserId(recorded_by),
        recorded_at: instant(recorded_at),
        changed_at: instant(changed_at),
        asked,
    })
}

/// Adds concerns and links.
async fn whole(db: &mut Db, partnership: PartnershipId, mut one: Decision) -> Result<Decision> {
    let rows: Vec<(i64, String, String)> = sqlx::query_as(
        "SELECT person, kind, words FROM decision_concern WHERE partnership = $1 AND decision = $2 ORDER BY place",
    )
    .bind(partnership.0)
    .bind(one.number)
    .fetch_all(&mut *db)
    .await?;
    let concern = |(person, kind, text): (i64, String, String)| Concern {
        who: (person != 0).then_some(UserId(person)),
        kind: Worry::parse(&kind).unwrap_or(Worry::Concern),
        text,
    };
    one.says.concerns = rows.into_iter().map(concern).collect();
    let links: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT decision, supersedes FROM decision_supersedes WHERE partnership = $1 AND (decision = $2 OR supersedes = $2) \
         ORDER BY decision, supersedes",
    )
    .bind(partnership.0)
    .bind(one.number)
    .fetch_all(db)
    .await?;
    for (newer, older) in links {
        if newer == one.number { one.says.supersedes.push(older) } else { one.superseded_by.push(newer) }
    }
    Ok(one)
}

/// One decision.
pub async fn get(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Option<Decision>> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE partnership = $1 AND number = $2"))
        .bind(partnership.0)
        .bind(number)
        .fetch_optional(&mut *db)
        .await?;
    match row {
        Some(row) => Ok(Some(whole(db, partnership, decision(row)?).await?)),
        None => Ok(None),
    }
}

/// The latest ones, newest first, without their concerns and links.
pub async fn latest(db: &mut Db, partnership: PartnershipId, skip: i64, most: i64) -> Result<Vec<Decision>> {
    let rows: Vec<Row> = sqlx::query_as(select!("WHERE partnership = $1 ORDER BY number DESC LIMIT $2 OFFSET $3"))
        .bind(partnership.0)
        .bind(most)
        .bind(skip)
        .fetch_all(db)
        .await?;
    rows.into_iter().map(decision).collect()
}

/// Those that changed from an instant on, and those whose review is due on a date; by number, without their concerns and
/// links.
pub async fn lately(
    db: &mut Db,
    partnership: PartnershipId,
    from: DateTime<Utc>,
    today: NaiveDate,
) -> Result<Vec<Decision>> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE partnership = $1 AND (changed_at >= $2 OR (status = 'agreed' AND review_on <= $3)) ORDER BY number"
    ))
    .bind(partnership.0)
    .bind(from.timestamp_millis())
    .bind(today.to_string())
    .fetch_all(db)
    .await?;
    rows.into_iter().map(decision).collect()
}

/// All of them, by number, whole.
pub async fn all(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Decision>> {
    let rows: Vec<Row> = sqlx::query_as(select!("WHERE partnership = $1 ORDER BY number"))
        .bind(partnership.0)
        .fetch_all(&mut *db)
        .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.push(whole(db, partnership, decision(row)?).await?);
    }
    Ok(all)
}

/// Those whose review date has come by a date, the longest due first, without their concerns and links.
pub async fn due(db: &mut Db, partnership: PartnershipId, today: NaiveDate) -> Result<Vec<Decision>> {
    let sql = select!(
        "WHERE partnership = $1 AND review_on <= $2 AND status IN ('agreed', 'proposed') ORDER BY review_on, number"
    );
    let rows: Vec<Row> = sqlx::query_as(sql).bind(partnership.0).bind(today.to_string()).fetch_all(db).await?;
    rows.into_iter().map(decision).collect()
}

/// What holds as a kind, and how many there have been of it.
pub async fn standing(db: &mut Db, partnership: PartnershipId, kind: StandsAs) -> Result<Option<(Decision, i64)>> {
    let rows: Vec<Row> = sqlx::query_as(select!("WHERE partnership = $1 AND stands_as = $2 ORDER BY number"))
        .bind(partnership.0)
        .bind(kind.as_str())
        .fetch_all(&mut *db)
        .await?;
    let mut holds = None;
    for (at, row) in (1..).zip(rows) {
        let one = decision(row)?;
        if one.status == Status::Agreed {
            holds = Some((one, at));
        }
    }
    match holds {
        Some((one, at)) => Ok(Some((whole(db, partnership, one).await?, at))),
        None => Ok(None),
    }
}

/// Keeps a decision as it is now, and this version of it with what was done.
pub async fn save(tx: &mut Tx, partnership: PartnershipId, one: &Decision, by: UserId, what: &str) -> Result<()> {
    let body = serde_json::to_string(&Body::of(&one.says))?;
    sqlx::query(
        "INSERT INTO decision (partnership, number, version, status, owner, recorded_by, body, stands_as, review_on, asked, \
         recorded_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         ON CONFLICT (partnership, number) DO UPDATE SET version = excluded.version, status = excluded.status, \
         owner = excluded.owner, body = excluded.body, stands_as = excluded.stands_as, review_on = excluded.review_on, \
         asked = excluded.asked, changed_at = excluded.changed_at",
    )
    .bind(partnership.0)
    .bind(one.number)
    .bind(one.version)
    .bind(one.status.as_str())
    .bind(one.says.owner.0)
    .bind(one.recorded_by.0)
    .bind(&body)
    .bind(one.says.stands_as.map_or("", StandsAs::as_str))
    .bind(one.says.review_on.map(|date| date.to_string()))
    .bind(one.asked)
    .bind(one.recorded_at.timestamp_millis())
    .bind(one.changed_at.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    let version = Version {
        version: one.version,
        by,
        at: one.changed_at,
        what: what.to_owned(),
        status: one.status,
        owner: one.says.owner,
        body: serde_json::from_str(&body)?,
    };
    save_version(tx, partnership, one.number, &version).await?;
    save_links(tx, partnership, one).await
}

/// Keeps a version of a decision.
pub async fn save_version(tx: &mut Tx, partnership: PartnershipId, number: i64, version: &Version) -> Result<()> {
    sqlx::query(
        "INSERT INTO decision_version (partnership, decision, version, changed_by, changed_at, what, status, owner, body) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (partnership, decision, version) DO UPDATE SET \
         changed_by = excluded.changed_by, changed_at = excluded.changed_at, what = excluded.what, \
         status = excluded.status, owner = excluded.owner, body = excluded.body",
    )
    .bind(partnership.0)
    .bind(number)
    .bind(version.version)
    .bind(version.by.0)
    .bind(version.at.timestamp_millis())
    .bind(&version.what)
    .bind(version.status.as_str())
    .bind(version.owner.0)
    .bind(version.body.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn save_links(tx: &mut Tx, partnership: PartnershipId, one: &Decision) -> Result<()> {
    for sql in [
        "DELETE FROM decision_concern WHERE partnership = $1 AND decision = $2",
        "DELETE FROM decision_supersedes WHERE partnership = $1 AND decision = $2",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(one.number).execute(&mut **tx).await?;
    }
    for (place, concern) in (0_i64..).zip(&one.says.concerns) {
        sqlx::query(
            "INSERT INTO decision_concern (partnership, decision, place, person, kind, words) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(partnership.0)
        .bind(one.number)
        .bind(place)
        .bind(concern.who.unwrap_or(NOBODY).0)
        .bind(concern.kind.as_str())
        .bind(&concern.text)
        .execute(&mut **tx)
        .await?;
    }
    for older in &one.says.supersedes {
        sqlx::query(
            "INSERT INTO decision_supersedes (partnership, decision, supersedes) VALUES ($1, $2, $3) \
             ON CONFLICT (partnership, decision, supersedes) DO NOTHING",
        )
        .bind(partnership.0)
        .bind(one.number)
        .bind(older)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// What a decision said before and says now, oldest first.
pub async fn versions(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Vec<Version>> {
    let rows: Vec<(i64, i64, i64, String, String, i64, String)> = sqlx::query_as(
        "SELECT version, changed_by, changed_at, what, status, owner, body FROM decision_version \
         WHERE partnership = $1 AND decision = $2 ORDER BY version",
    )
    .bind(partnership.0)
    .bind(number)
    .fetch_all(db)
    .await?;
    let version = |(version, by, at, what, status, owner, body): (i64, i64, i64, String, String, i64, String)| {
        Ok(Version {
            version,
            by: UserId(by),
            at: instant(at),
            what,
            status: Status::parse(&status).unwrap_or(Status::Agreed),
            owner: UserId(owner),
            body: serde_json::from_str(&body)?,
        })
    };
    rows.into_iter().map(version).collect()
}

/// Notes how often the owner was asked at the review date.
pub async fn set_asked(tx: &mut Tx, partnership: PartnershipId, number: i64, asked: i64) -> Result<()> {
    sqlx::query("UPDATE decision SET asked = $3 WHERE partnership = $1 AND number = $2")
        .bind(partnership.0)
        .bind(number)
        .bind(asked)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Files what was learned.
pub async fn save_lesson(tx: &mut Tx, partnership: PartnershipId, lesson: &Lesson) -> Result<()> {
    sqlx::query(
        "INSERT INTO lesson (partnership, number, decision, person, outcome, words, learned_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (partnership, number) DO NOTHING",
    )
    .bind(partnership.0)
    .bind(lesson.number)
    .bind(lesson.decision)
    .bind(lesson.who.0)
    .bind(lesson.outcome.as_str())
    .bind(&lesson.words)
    .bind(lesson.at.timestamp_millis())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Everything that was learned from decisions, newest first.
pub async fn lessons(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Lesson>> {
    let rows: Vec<(i64, i64, i64, String, String, i64)> = sqlx::query_as(
        "SELECT number, decision, person, outcome, words, learned_at FROM lesson WHERE partnership = $1 ORDER BY number DESC",
    )
    .bind(partnership.0)
    .fetch_all(db)
    .await?;
    let lesson = |(number, decision, who, outcome, words, at): (i64, i64, i64, String, String, i64)| Lesson {
        number,
        decision,
        who: UserId(who),
        outcome: Outcome::parse(&outcome).unwrap_or(Outcome::Held),
        words,
        at: instant(at),
    };
    Ok(rows.into_iter().map(lesson).collect())
}

/// The decisions that name somebody, by number.
pub async fn naming(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<BTreeMap<i64, String>> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT number, body FROM decision WHERE partnership = $1 AND (owner = $2 OR recorded_by = $2 OR number IN \
         (SELECT c.decision FROM decision_concern c WHERE c.partnership = $1 AND c.person = $2) OR number IN \
         (SELECT l.decision FROM lesson l WHERE l.partnership = $1 AND l.person = $2))",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|(number, body)| Ok((number, serde_json::from_str::<Body>(&body)?.title))).collect()
}

/// Puts somebody who has left where a person's id stood. The record and its words stay.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    for sql in [
        "UPDATE decision SET owner = 0 WHERE partnership = $1 AND owner = $2",
        "UPDATE decision SET recorded_by = 0 WHERE partnership = $1 AND recorded_by = $2",
        "UPDATE decision_version SET owner = 0 WHERE partnership = $1 AND owner = $2",
        "UPDATE decision_version SET changed_by = 0 WHERE partnership = $1 AND changed_by = $2",
        "UPDATE decision_concern SET person = 0 WHERE partnership = $1 AND person = $2",
        "UPDATE lesson SET person = 0 WHERE partnership = $1 AND person = $2",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Some of them, in the order of their numbers' list, without their concerns and links.
pub async fn some(db: &mut Db, partnership: PartnershipId, numbers: &[i64]) -> Result<Vec<Decision>> {
    let mut found = BTreeMap::new();
    // Both engines take numbers written out, and neither takes a list of one statement's values.
    for chunk in numbers.chunks(100) {
        let list = chunk.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        let sql = format!("{}({list})", select!("WHERE partnership = $1 AND number IN "));
        let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql)).bind(partnership.0).fetch_all(&mut *db).await?;
        for row in rows {
            let one = decision(row)?;
            found.insert(one.number, one);
        }
    }
    Ok(numbers.iter().filter_map(|number| found.remove(number)).collect())
}
