//! What words mean.

use crate::app::App;
use crate::command::{Act, Answer, Choice};
use crate::error::{Result, refuse};
use crate::features::share::model::{Body, Kind, Meaning, Share};
use crate::features::share::{keep, store, view};
use crate::features::{member, organisation, setup};
use crate::partnership::text::quoted;
use crate::partnership::words::words;
use crate::partnership::{Message, OrganisationId, PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::{alone, get, number_at, text};

/// Terms that are looked through.
const MOST: i64 = 2_000;
/// Other spellings of one term.
const MOST_ALSO: usize = 8;

/// The term that is spelled so, whatever its case and accents.
async fn spelled(db: &mut Db, partnership: PartnershipId, word: &str) -> Result<Option<Share>> {
    let all = store::of_kind(db, partnership, Kind::Term, MOST).await?;
    let wanted = words(word);
    let is =
        |one: &Share| std::iter::once(&one.says.title).chain(&one.says.also).any(|spelling| words(spelling) == wanted);
    Ok(all.into_iter().find(is))
}

/// Terms by what was typed.
pub(super) async fn offered(app: &App, act: &Act) -> Result<Vec<Choice>> {
    let typed = words(act.text("word").unwrap_or_default()).join(" ");
    let all = store::of_kind(&mut *app.store.read().await?, act.partnership, Kind::Term, MOST).await?;
    let mut titles: Vec<String> = all.into_iter().map(|one| one.says.title).collect();
    titles.retain(|title| words(title).join(" ").contains(&typed));
    titles.sort_by_key(|title| (!words(title).join(" ").starts_with(&typed), title.to_lowercase()));
    Ok(titles.into_iter().map(|title| (title.clone(), title)).collect())
}

/// `/share term`.
pub(super) async fn open(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    setup::commands::ready(&mut db, act.partnership).await?;
    let word = act.required("word")?.to_owned();
    let known = spelled(&mut db, act.partnership, &word).await?;
    form(&mut db, act, known, word).await
}

/// **What it means to us…**, on a term; 0: on one that has no card yet.
pub(super) async fn mean(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let term = match number_at(act, 0)? {
        0 => None,
        number => Some(get(&mut db, act, number).await?),
    };
    form(&mut db, act, term, String::new()).await
}

/// The caller's organisation, and its name.
pub(super) async fn of(
    db: &mut Db,
    partnership: PartnershipId,
    user: UserId,
) -> Result<Option<(OrganisationId, String)>> {
    let member = member::store::get(db, partnership, user).await?;
    let Some(id) = member.and_then(|member| member.agreed_organisation()) else { return Ok(None) };
    Ok(organisation::store::get(db, partnership, id).await?.map(|one| (id, one.name)))
}

async fn form(db: &mut Db, act: &Act, term: Option<Share>, word: String) -> Result<Answer> {
    let of = of(db, act.partnership, act.actor.user).await?;
    let mut means = String::new();
    if let Some(term) = &term {
        let to = of.as_ref().map(|(id, _)| *id);
        let known = store::meanings(db, act.partnership, term.number).await?;
        // Of no organisation: nobody speaks for the others.
        let ours = |one: &Meaning| one.organisation == to && (to.is_some() || one.person == act.actor.user);
        means = known.into_iter().find(ours).map(|one| one.words).unwrap_or_default();
    }
    let also = term.as_ref().map_or_else(String::new, |term| term.says.also.join(", "));
    let word = term.map_or(word, |term| term.says.title);
    let name = of.as_ref().map(|(_, name)| name.as_str());
    Ok(Answer::Form(view::mean_form(act.partnership, "", &word, name, &means, &also)))
}

/// The form was sent.
pub(super) async fn meant(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let done = keep_meant(tx, &own, &act).await;
            act.or_back(done)
        })
    });
    done.await.map(Answer::Private)
}

/// **Take back what it means to us**. A word that means nothing to anybody any more is taken back as a whole.
pub(super) async fn forget(tx: &mut Tx, app: &App, act: &Act, one: &mut Share) -> Result<String> {
    let of = of(tx, act.partnership, act.actor.user).await?.map(|(id, _)| id);
    store::drop_meaning(tx, act.partnership, one.number, of).await?;
    if store::meanings(tx, act.partnership, one.number).await?.is_empty() {
        keep::take_back(tx, app, act.partnership, one).await?;
        return Ok(format!("S-{} is taken back, since nobody else said what it means to them.", one.number));
    }
    keep::keep(tx, app, act.partnership, one).await?;
    Ok("Taken back. What it means to others stands.".to_owned())
}

/// Other spellings, as they were written between commas.
fn spellings(text: &str) -> Result<Vec<String>> {
    let all: Vec<String> = text
        .split([',', ';', '\n'])
        .map(|one| one.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|one| !words(one).is_empty())
        .collect();
    if all.len() > MOST_ALSO {
        return refuse(format!("{MOST_ALSO} other spellings are as many as I look for. Which ones matter?"));
    }
    Ok(all)
}

async fn keep_meant(tx: &mut Tx, app: &App, act: &Act) -> Result<Message> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let says = Body { title: text(act, "title"), also: spellings(&text(act, "also"))?, ..Body::default() }.cleaned()?;
    if words(&says.title).is_empty() {
        return refuse("A word has at least one letter or digit in it.");
    }
    let means = act.required("means")?.to_owned();
    member::store::ensure(tx, partnership, user, &act.actor.name, act.at).await?;
    let of = of(tx, partnership, user).await?;
    let (mut one, posted) = if let Some(mut known) = spelled(tx, partnership, &says.title).await? {
        known.says.also = says.also;
        (known, false)
    } else {
        let channel = (act.bot_writes() && !act.in_dm).then_some(act.channel);
        (keep::add(tx, app, partnership, user, (Kind::Term, says), channel).await?, channel.is_some())
    };
    let known = store::meanings(tx, partnership, one.number).await?;
    let before = known.into_iter().find(|known| known.organisation == of.as_ref().map(|(id, _)| *id));
    let before = before.filter(|known| known.person != user);
    if before.is_some() && of.is_none() {
        return refuse(
            "Somebody else has said what it means outside of any organisation. `/organisation list` is where you find yours; then you can say what it means there.",
        );
    }
    let meaning = Meaning { organisation: of.as_ref().map(|(id, _)| *id), person: user, words: means };
    store::save_meaning(tx, partnership, one.number, &meaning, act.at).await?;
    keep::keep(tx, app, partnership, &mut one).await?;
    let place = if posted { "It stands here" } else { "Its card is up to date" };
    let before = before.map_or_else(String::new, |known| format!("\nBefore, it said:\n{}", quoted(&known.words)));
    let said = format!(
        "**S-{}** is kept. {place}, and I explain it wherever I use the word; the others can add what it means to them.{before}",
        one.number
    );
    alone(tx, act, one, &said).await
}
