//! What waits for a person's next gathered message, worst first.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::error::Result;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::Tx;

/// Leaves a notice for a person's next gathered message. A lower `rank` is worse and comes first.
#[allow(clippy::too_many_arguments, reason = "they are the columns of its row")]
pub async fn notice(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    person: UserId,
    feature: &str,
    rank: i64,
    text: &str,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    let sql = "INSERT INTO notice (partnership, id, person, feature, rank, text, expires_at, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    sqlx::query(sql)
        .bind(partnership.0)
        .bind(app.random.id())
        .bind(person.0)
        .bind(feature)
        .bind(rank)
        .bind(text)
        .bind(expires_at.timestamp_millis())
        .bind(app.clock.now().timestamp_millis())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes up to `most` of a person's notices, worst first, and marks them as told. Belongs into the
/// transaction that puts the gathered message in line.
pub async fn take_notices(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    person: UserId,
    most: usize,
) -> Result<Vec<String>> {
    let now = app.clock.now().timestamp_millis();
    let sql = "SELECT id, text FROM notice WHERE partnership = $1 AND person = $2 AND told_at IS NULL \
               AND expires_at > $3 ORDER BY rank, created_at, id LIMIT $4";
    let rows: Vec<(i64, String)> = sqlx::query_as(sql)
        .bind(partnership.0)
        .bind(person.0)
        .bind(now)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(&mut **tx)
        .await?;
    for (id, _) in &rows {
        let sql = "UPDATE notice SET told_at = $1 WHERE partnership = $2 AND id = $3";
        sqlx::query(sql).bind(now).bind(partnership.0).bind(*id).execute(&mut **tx).await?;
    }
    Ok(rows.into_iter().map(|(_, text)| text).collect())
}
