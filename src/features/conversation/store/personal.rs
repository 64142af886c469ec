//! What is kept of a person in conversations: their copy, and how it is removed.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::error::Result;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::{get, own_view};

/// A copy of what somebody has said in conversations, where it is known that they said it.
pub async fn export(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Value> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT conversation FROM conversation_view WHERE partnership = $1 AND person = $2 ORDER BY conversation",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(&mut *db)
    .await?;
    let mut views = Vec::new();
    for (number,) in rows {
        let Some(one) = get(db, partnership, number).await? else { continue };
        let view = own_view(db, partnership, &one, user).await?;
        views.push(json!({"conversation": one.id(), "title": one.frame.title, "view": view}));
    }
    Ok(json!(views))
}

/// A copy of what somebody has proposed, and where they stood.
pub async fn export_stances(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Value> {
    let rows: Vec<(i64, i64, i64, String, String, String)> = sqlx::query_as(
        "SELECT conversation, number, version, what, why, wrong_if FROM proposal \
         WHERE partnership = $1 AND author = $2 ORDER BY conversation, number, version",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(&mut *db)
    .await?;
    let proposals = rows.into_iter().map(|(conversation, number, version, what, why, wrong_if)| {
        json!({"conversation": format!("C-{conversation}"), "proposal": number, "version": version,
               "what": what, "why": why, "wrong_if": wrong_if})
    });
    let proposals: Vec<Value> = proposals.collect();
    let rows: Vec<(i64, i64, i64, String, String)> = sqlx::query_as(
        "SELECT conversation, proposal, version, stance, words FROM stance \
         WHERE partnership = $1 AND person = $2 ORDER BY conversation, proposal, version",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    let stances = rows.into_iter().map(|(conversation, proposal, version, stance, words)| {
        json!({"conversation": format!("C-{conversation}"), "proposal": proposal, "version": version,
               "stance": stance, "words": words})
    });
    let stances: Vec<Value> = stances.collect();
    Ok(if proposals.is_empty() && stances.is_empty() {
        json!([])
    } else {
        json!({"proposals": proposals, "stances": stances})
    })
}

/// A list of what somebody looks after or may speak for.
pub async fn export_jobs(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Value> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT number FROM conversation WHERE partnership = $1 AND facilitator = $2 UNION \
         SELECT conversation FROM conversation_voice WHERE partnership = $1 AND deputy = $2 ORDER BY 1",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    Ok(json!(rows.into_iter().map(|(number,)| format!("C-{number}")).collect::<Vec<_>>()))
}

/// The conversations whose views were shown under somebody's name.
pub async fn shown_with(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT v.conversation FROM conversation_view v JOIN conversation c \
         ON c.partnership = v.partnership AND c.number = v.conversation \
         WHERE v.partnership = $1 AND v.person = $2 AND c.anonymous = 0 AND c.stage <> 'gathering' ORDER BY 1",
    )
    .bind(partnership.0)
    .bind(user.0)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Removes what somebody has said under their name.
pub async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    each(
        tx,
        partnership,
        user,
        &[
            "DELETE FROM conversation_view WHERE partnership = $1 AND person = $2",
            "DELETE FROM stance WHERE partnership = $1 AND person = $2",
            // What was proposed is what the others have answered: it stays, and its author doesn't.
            "UPDATE proposal SET author = 0 WHERE partnership = $1 AND author = $2",
            "UPDATE conversation SET facilitator = 0 WHERE partnership = $1 AND facilitator = $2",
            "UPDATE conversation_voice SET deputy = NULL WHERE partnership = $1 AND deputy = $2",
        ],
    )
    .await
}

async fn each(tx: &mut Tx, partnership: PartnershipId, user: UserId, statements: &[&'static str]) -> Result<()> {
    for sql in statements {
        sqlx::query(*sql).bind(partnership.0).bind(user.0).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Removes what somebody has said in conversations that were closed before an instant.
pub async fn expire(tx: &mut Tx, partnership: PartnershipId, user: UserId, before: DateTime<Utc>) -> Result<()> {
    for sql in [
        "DELETE FROM conversation_view WHERE partnership = $1 AND person = $2 AND conversation IN \
         (SELECT number FROM conversation c WHERE c.partnership = $1 AND c.closed_at < $3)",
        "DELETE FROM stance WHERE partnership = $1 AND person = $2 AND conversation IN \
         (SELECT number FROM conversation c WHERE c.partnership = $1 AND c.closed_at < $3)",
        "UPDATE proposal SET author = 0 WHERE partnership = $1 AND author = $2 AND conversation IN \
         (SELECT number FROM conversation c WHERE c.partnership = $1 AND c.closed_at < $3)",
    ] {
        sqlx::query(sql).bind(partnership.0).bind(user.0).bind(before.timestamp_millis()).execute(&mut **tx).await?;
    }
    Ok(())
}
