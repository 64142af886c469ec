//! The tables `conversation_view` and `conversation_word`: what people have written, sealed where no names are shown.

use crate::app::Random;
use crate::error::Result;
use crate::features::conversation::model::{Conversation, Speaker, View};
use crate::partnership::{OrganisationId, PartnershipId, UserId};
use crate::storage::seal::{self, Key};
use crate::storage::{Db, Tx};

/// Longest answer to one prompt as it is sealed, in bytes: 4,000 characters, each escaped as JSON at worst.
const LONGEST_ANSWER: usize = 4_000 * 6 + 8;

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

pub(super) fn speaker((person, organisation): (i64, i64)) -> Speaker {
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
