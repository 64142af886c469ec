//! The tables `proposal` and `stance`.

use crate::error::Result;
use crate::features::conversation::model::{Position, Proposal, Stance};
use crate::partnership::PartnershipId;
use crate::storage::{Db, Tx};

use super::somebody;
use super::views::speaker;

type ProposalRow = (i64, i64, i64, String, String, String, Option<String>);

fn proposal((number, version, author, what, why, wrong_if, review_on): ProposalRow) -> Proposal {
    let review_on = review_on.and_then(|date| date.parse().ok());
    Proposal { number, version, author: somebody(author), what, why, wrong_if, review_on }
}

/// All versions of all proposals of a conversation, in order.
pub async fn proposals(db: &mut Db, partnership: PartnershipId, conversation: i64) -> Result<Vec<Proposal>> {
    let rows: Vec<ProposalRow> = sqlx::query_as(
        "SELECT number, version, author, what, why, wrong_if, review_on FROM proposal \
         WHERE partnership = $1 AND conversation = $2 ORDER BY number, version",
    )
    .bind(partnership.0)
    .bind(conversation)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(proposal).collect())
}

/// The latest version of each proposal.
pub async fn latest_proposals(db: &mut Db, partnership: PartnershipId, conversation: i64) -> Result<Vec<Proposal>> {
    let mut all = proposals(db, partnership, conversation).await?;
    all.reverse();
    all.dedup_by_key(|one| one.number);
    all.reverse();
    Ok(all)
}

/// The latest version of a proposal.
pub async fn latest_version(
    db: &mut Db,
    partnership: PartnershipId,
    conversation: i64,
    number: i64,
) -> Result<Option<Proposal>> {
    let all = latest_proposals(db, partnership, conversation).await?;
    Ok(all.into_iter().find(|one| one.number == number))
}

/// Keeps a version of a proposal.
pub async fn add_proposal(tx: &mut Tx, partnership: PartnershipId, conversation: i64, one: &Proposal) -> Result<()> {
    sqlx::query(
        "INSERT INTO proposal (partnership, conversation, number, version, author, what, why, wrong_if, review_on) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(partnership.0)
    .bind(conversation)
    .bind(one.number)
    .bind(one.version)
    .bind(one.author.map_or(0, |user| user.0))
    .bind(&one.what)
    .bind(&one.why)
    .bind(&one.wrong_if)
    .bind(one.review_on.map(|date| date.to_string()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Puts a version of a proposal in other words, before anybody has said where they stand.
pub async fn change_proposal(tx: &mut Tx, partnership: PartnershipId, conversation: i64, one: &Proposal) -> Result<()> {
    sqlx::query(
        "UPDATE proposal SET what = $5, why = $6, wrong_if = $7, review_on = $8 \
         WHERE partnership = $1 AND conversation = $2 AND number = $3 AND version = $4",
    )
    .bind(partnership.0)
    .bind(conversation)
    .bind(one.number)
    .bind(one.version)
    .bind(&one.what)
    .bind(&one.why)
    .bind(&one.wrong_if)
    .bind(one.review_on.map(|date| date.to_string()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Where people stand on a version of a proposal.
pub async fn stances(
    db: &mut Db,
    partnership: PartnershipId,
    conversation: i64,
    (number, version): (i64, i64),
) -> Result<Vec<Stance>> {
    let rows: Vec<(i64, i64, String, String)> = sqlx::query_as(
        "SELECT person, organisation, stance, words FROM stance \
         WHERE partnership = $1 AND conversation = $2 AND proposal = $3 AND version = $4 ORDER BY person",
    )
    .bind(partnership.0)
    .bind(conversation)
    .bind(number)
    .bind(version)
    .fetch_all(db)
    .await?;
    let stance = |(person, organisation, position, words): (i64, i64, String, String)| {
        let position = Position::parse(&position)?;
        Some(Stance { speaker: speaker((person, organisation)), position, words })
    };
    Ok(rows.into_iter().filter_map(stance).collect())
}

/// Keeps where somebody stands, in place of where they stood on this version.
pub async fn save_stance(
    tx: &mut Tx,
    partnership: PartnershipId,
    conversation: i64,
    (number, version): (i64, i64),
    stance: &Stance,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO stance (partnership, conversation, proposal, version, person, organisation, stance, words) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (partnership, conversation, proposal, version, person) \
         DO UPDATE SET organisation = excluded.organisation, stance = excluded.stance, words = excluded.words",
    )
    .bind(partnership.0)
    .bind(conversation)
    .bind(number)
    .bind(version)
    .bind(stance.speaker.person.0)
    .bind(stance.speaker.organisation.0)
    .bind(stance.position.as_str())
    .bind(&stance.words)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
