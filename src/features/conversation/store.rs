//! The tables `conversation`, `conversation_voice`, `conversation_view`, `conversation_word`, `proposal` and
//! `stance`.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::app::Random;
use crate::error::Result;
use crate::partnership::{ChannelId, OrganisationId, PartnershipId, UserId};
use crate::storage::seal::{self, Key};
use crate::storage::{Db, Tx};

use super::model::{Conversation, Position, Proposal, Speaker, Stage, Stance, View, Voice};

/// Longest answer to one prompt as it is sealed, in bytes: 4,000 characters, each escaped as JSON at worst.
const LONGEST_ANSWER: usize = 4_000 * 6 + 8;

/// Number, frame, facilitator, flags (1: anonymous, 2: forum, 4: grace), channel, stage, turned at, ends
/// at, deadline, nudges, proposal, outcome, opened at, closed at.
type Row = (i64, String, i64, i64, i64, String, i64, Option<i64>, i64, i64, Option<i64>, String, i64, Option<i64>);

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT number, frame, facilitator, anonymous + 2 * forum + 4 * grace, channel, stage, turned_at, ends_at, \
             deadline, nudges, proposal, outcome, opened_at, closed_at FROM conversation ",
            $rest
        )
    };
}

fn instant(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}

fn somebody(id: i64) -> Option<UserId> {
    (id != 0).then_some(UserId(id))
}

fn conversation(row: Row) -> Result<Conversation> {
    let (number, frame, facilitator, flags, channel, stage, turned_at, ends_at, ..) = row;
    let (.., deadline, nudges, proposal, outcome, opened_at, closed_at) = row;
    let stage = Stage::parse(&stage).ok_or_else(|| anyhow::anyhow!("conversation {number} is at {stage}"))?;
    Ok(Conversation {
        number,
        frame: serde_json::from_str(&frame)?,
        facilitator: somebody(facilitator),
        anonymous: flags & 1 != 0,
        forum: flags & 2 != 0,
        grace: flags & 4 != 0,
        channel: ChannelId(channel),
        stage,
        turned_at: instant(turned_at),
        ends_at: ends_at.map(instant),
        deadline: instant(deadline),
        nudges,
        proposal,
        outcome: if outcome.is_empty() { None } else { Some(serde_json::from_str(&outcome)?) },
        opened_at: instant(opened_at),
        closed_at: closed_at.map(instant),
    })
}

/// One conversation.
pub async fn get(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Option<Conversation>> {
    let row: Option<Row> = sqlx::query_as(select!("WHERE partnership = $1 AND number = $2"))
        .bind(partnership.0)
        .bind(number)
        .fetch_optional(db)
        .await?;
    row.map(conversation).transpose()
}

/// The latest conversations, those that go on first.
pub async fn latest(db: &mut Db, partnership: PartnershipId, most: i64) -> Result<Vec<Conversation>> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "WHERE partnership = $1 ORDER BY CASE WHEN closed_at IS NULL THEN 0 ELSE 1 END, number DESC LIMIT $2"
    ))
    .bind(partnership.0)
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.into_iter().map(conversation).collect()
}

/// The conversations that go on.
pub async fn open(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Conversation>> {
    let rows: Vec<Row> = sqlx::query_as(select!("WHERE partnership = $1 AND closed_at IS NULL ORDER BY number"))
        .bind(partnership.0)
        .fetch_all(db)
        .await?;
    rows.into_iter().map(conversation).collect()
}

/// Keeps a conversation as it is now.
pub async fn save(tx: &mut Tx, partnership: PartnershipId, one: &Conversation) -> Result<()> {
    let outcome = match &one.outcome {
        Some(outcome) => serde_json::to_string(outcome)?,
        None => String::new(),
    };
    sqlx::query(
        "INSERT INTO conversation (partnership, number, frame, facilitator, anonymous, channel, forum, stage, turned_at, \
         ends_at, deadline, nudges, proposal, grace, outcome, opened_at, closed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
         ON CONFLICT (partnership, number) DO UPDATE SET frame = excluded.frame, facilitator = excluded.facilitator, \
         channel = excluded.channel, forum = excluded.forum, stage = excluded.stage, turned_at = excluded.turned_at, \
         ends_at = excluded.ends_at, deadline = excluded.deadline, nudges = excluded.nudges, \
         proposal = excluded.proposal, grace = excluded.grace, outcome = excluded.outcome, closed_at = excluded.closed_at",
    )
    .bind(partnership.0)
    .bind(one.number)
    .bind(serde_json::to_string(&one.frame)?)
    .bind(one.facilitator.map_or(0, |user| user.0))
    .bind(i64::from(one.anonymous))
    .bind(one.channel.0)
    .bind(i64::from(one.forum))
    .bind(one.stage.as_str())
    .bind(one.turned_at.timestamp_millis())
    .bind(one.ends_at.map(|at| at.timestamp_millis()))
    .bind(one.deadline.timestamp_millis())
    .bind(one.nudges)
    .bind(one.proposal)
    .bind(i64::from(one.grace))
    .bind(outcome)
    .bind(one.opened_at.timestamp_millis())
    .bind(one.closed_at.map(|at| at.timestamp_millis()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The organisations whose voice is needed.
pub async fn voices(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Vec<Voice>> {
    let rows: Vec<(i64, Option<i64>)> = sqlx::query_as(
        "SELECT organisation, deputy FROM conversation_voice WHERE partnership = $1 AND conversation = $2 ORDER BY organisation",
    )
    .bind(partnership.0)
    .bind(number)
    .fetch_all(db)
    .await?;
    let voice =
        |(id, deputy): (i64, Option<i64>)| Voice { organisation: OrganisationId(id), deputy: deputy.map(UserId) };
    Ok(rows.into_iter().map(voice).collect())
}

/// Keeps which organisations' voices are needed, and their deputies.
pub async fn set_voices(tx: &mut Tx, partnership: PartnershipId, number: i64, voices: &[Voice]) -> Result<()> {
    sqlx::query("DELETE FROM conversation_voice WHERE partnership = $1 AND conversation = $2")
        .bind(partnership.0)
        .bind(number)
        .execute(&mut **tx)
        .await?;
    for voice in voices {
        sqlx::query(
            "INSERT INTO conversation_voice (partnership, conversation, organisation, deputy) VALUES ($1, $2, $3, $4)",
        )
        .bind(partnership.0)
        .bind(number)
        .bind(voice.organisation.0)
        .bind(voice.deputy.map(|user| user.0))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Who has added a view, by their ids: the order tells nothing.
pub async fn speakers(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Vec<Speaker>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT person, organisation FROM conversation_view WHERE partnership = $1 AND conversation = $2 ORDER BY person",
    )
    .bind(partnership.0)
    .bind(number)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(speaker).collect())
}

fn speaker((person, organisation): (i64, i64)) -> Speaker {
    Speaker { person: UserId(person), organisation: OrganisationId(organisation) }
}

/// What ties sealed words to their row, so that they can't be passed off as somebody else's.
fn context(number: i64, person: UserId) -> String {
    format!("conversation_view:{number}:{person}")
}

/// The words of a row: open, or sealed under the conversation's key.
fn words(key: Option<&Key>, number: i64, person: UserId, stored: &str) -> Result<Vec<String>> {
    let Some(key) = key else { return Ok(serde_json::from_str(stored)?) };
    let opened = key.open(&context(number, person), stored);
    let opened = opened.ok_or_else(|| anyhow::anyhow!("a sealed view of conversation {number} doesn't open"))?;
    Ok(serde_json::from_str(&opened)?)
}

/// The key of a conversation that is anonymous and gathers views. `None` for any other.
async fn key(db: &mut Db, partnership: PartnershipId, one: &Conversation) -> Result<Option<Key>> {
    if !one.anonymous {
        return Ok(None);
    }
    let key = seal::key(db, partnership, &one.seal()).await?;
    Ok(Some(key.ok_or_else(|| anyhow::anyhow!("the key of conversation {} is gone", one.number))?))
}

/// Keeps somebody's view, in place of an earlier one.
pub async fn save_view(
    tx: &mut Tx,
    random: &Random,
    partnership: PartnershipId,
    one: &Conversation,
    view: &View,
) -> Result<()> {
    let (number, person) = (one.number, view.speaker.person);
    let text = serde_json::to_string(&view.words)?;
    let stored = match key(tx, partnership, one).await? {
        Some(key) => {
            let longest = one.frame.template.prompts.len() * LONGEST_ANSWER;
            key.seal(random, &context(number, person), &text, longest)?
        }
        None => text,
    };
    sqlx::query(
        "INSERT INTO conversation_view (partnership, conversation, person, organisation, words) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (partnership, conversation, person) DO UPDATE SET organisation = excluded.organisation, words = excluded.words",
    )
    .bind(partnership.0)
    .bind(number)
    .bind(person.0)
    .bind(view.speaker.organisation.0)
    .bind(stored)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Somebody's own view, as long as it can be told that it is theirs.
pub async fn own_view(
    db: &mut Db,
    partnership: PartnershipId,
    one: &Conversation,
    person: UserId,
) -> Result<Option<Vec<String>>> {
    let row: Option<(String,)> = sqlx::query_as(
        "SELECT words FROM conversation_view WHERE partnership = $1 AND conversation = $2 AND person = $3",
    )
    .bind(partnership.0)
    .bind(one.number)
    .bind(person.0)
    .fetch_optional(&mut *db)
    .await?;
    let Some((stored,)) = row.filter(|(stored,)| !stored.is_empty()) else { return Ok(None) };
    let key = key(db, partnership, one).await?;
    words(key.as_ref(), one.number, person, &stored).map(Some)
}

/// All views of a conversation whose authors are known, by person.
pub async fn views(db: &mut Db, partnership: PartnershipId, one: &Conversation) -> Result<Vec<View>> {
    let rows: Vec<(i64, i64, String)> = sqlx::query_as(
        "SELECT person, organisation, words FROM conversation_view \
         WHERE partnership = $1 AND conversation = $2 AND words <> '' ORDER BY person",
    )
    .bind(partnership.0)
    .bind(one.number)
    .fetch_all(&mut *db)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = key(db, partnership, one).await?;
    let view = |(person, organisation, stored): (i64, i64, String)| {
        let speaker = speaker((person, organisation));
        Ok(View { speaker, words: words(key.as_ref(), one.number, speaker.person, &stored)? })
    };
    rows.into_iter().map(view).collect()
}

/// Reveals an anonymous conversation for good: the words of each prompt, in the order given, without
/// their authors. Of the authors only that they answered is kept, and the key is destroyed.
pub async fn cut_loose(
    tx: &mut Tx,
    partnership: PartnershipId,
    one: &Conversation,
    prompts: &[Vec<String>],
) -> Result<()> {
    for (prompt, texts) in (0_i64..).zip(prompts) {
        for (place, text) in (0_i64..).zip(texts) {
            sqlx::query(
                "INSERT INTO conversation_word (partnership, conversation, prompt, place, words) VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(partnership.0)
            .bind(one.number)
            .bind(prompt)
            .bind(place)
            .bind(text)
            .execute(&mut **tx)
            .await?;
        }
    }
    sqlx::query("UPDATE conversation_view SET words = '' WHERE partnership = $1 AND conversation = $2")
        .bind(partnership.0)
        .bind(one.number)
        .execute(&mut **tx)
        .await?;
    seal::destroy(tx, partnership, &one.seal()).await
}

/// What an anonymous conversation revealed, prompt by prompt.
pub async fn loose_words(db: &mut Db, partnership: PartnershipId, one: &Conversation) -> Result<Vec<Vec<String>>> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT prompt, words FROM conversation_word WHERE partnership = $1 AND conversation = $2 ORDER BY prompt, place",
    )
    .bind(partnership.0)
    .bind(one.number)
    .fetch_all(db)
    .await?;
    let mut prompts = vec![Vec::new(); one.frame.template.prompts.len()];
    for (prompt, text) in rows {
        if let Some(texts) = usize::try_from(prompt).ok().and_then(|prompt| prompts.get_mut(prompt)) {
            texts.push(text);
        }
    }
    Ok(prompts)
}

/// Takes somebody's view back.
pub async fn drop_view(tx: &mut Tx, partnership: PartnershipId, number: i64, person: UserId) -> Result<()> {
    sqlx::query("DELETE FROM conversation_view WHERE partnership = $1 AND conversation = $2 AND person = $3")
        .bind(partnership.0)
        .bind(number)
        .bind(person.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Forgets all views of a conversation, and its key.
pub async fn forget_views(tx: &mut Tx, partnership: PartnershipId, one: &Conversation) -> Result<()> {
    sqlx::query("DELETE FROM conversation_view WHERE partnership = $1 AND conversation = $2")
        .bind(partnership.0)
        .bind(one.number)
        .execute(&mut **tx)
        .await?;
    seal::destroy(tx, partnership, &one.seal()).await
}

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
