//! The table `digest_rate`.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::partnership::PartnershipId;
use crate::storage::{Db, Tx};

use super::model::{About, Rate, Week};

/// The row that says that a week is fixed, whatever may be told of it.
const FIXED: &str = "";

/// The rates of a week, once they are fixed.
pub async fn rates(db: &mut Db, partnership: PartnershipId, week: Week) -> Result<Option<BTreeMap<About, Rate>>> {
    let rows: Vec<(String, i64, i64)> =
        sqlx::query_as("SELECT about, answered, asked FROM digest_rate WHERE partnership = $1 AND monday = $2")
            .bind(partnership.0)
            .bind(week.monday().to_string())
            .fetch_all(db)
            .await?;
    let fixed = rows.iter().any(|row| row.0 == FIXED);
    let rates =
        rows.into_iter().filter_map(|(about, answered, asked)| Some((About::parse(&about)?, Rate { answered, asked })));
    Ok(fixed.then(|| rates.collect()))
}

/// Fixes the rates of a week.
pub async fn save_rates(
    tx: &mut Tx,
    partnership: PartnershipId,
    week: Week,
    rates: &BTreeMap<About, Rate>,
) -> Result<()> {
    let rows = rates.iter().map(|(about, rate)| (about.key(), rate.answered, rate.asked));
    for (about, answered, asked) in rows.chain([(FIXED.to_owned(), 0, 0)]) {
        sqlx::query(
            "INSERT INTO digest_rate (partnership, monday, about, answered, asked) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
        )
        .bind(partnership.0)
        .bind(week.monday().to_string())
        .bind(about)
        .bind(answered)
        .bind(asked)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
