//! Finding decisions: search, one in full, who may decide what, all as a folder.

use std::collections::BTreeMap;

use crate::app::App;
use crate::command::{Act, Answer, Choice};
use crate::error::{Result, refuse};
use crate::features::decision::model::{Decision, StandsAs, Status};
use crate::features::decision::{log, madr, policy, store, view};
use crate::features::{member, setup};
use crate::partnership::{File, Message};
use crate::storage::{Db, Engine, search as index};

use super::{get, number_at, private};

/// Decisions on one page.
const PAGE: usize = 8;
/// Most that a search looks through: what comes after is no match that anybody reads.
const MOST_FOUND: i64 = 200;
/// Most completions that Discord shows.
const MOST_CHOICES: i64 = 25;
/// The name under which somebody's last search is kept, for its other pages.
const FORM: &str = "decision.search:";
/// What Discord takes as a file of a bot in every server.
const LARGEST_FILE: usize = 8 * 1024 * 1024;

/// What was found, best first, for a query; without one, the latest.
async fn found(db: &mut Db, engine: Engine, act: &Act, words: &str) -> Result<Vec<Decision>> {
    if let Some(number) = policy::parse_number(words)
        && let Some(one) = store::get(db, act.partnership, number).await?
    {
        return Ok(vec![one]);
    }
    if words.is_empty() {
        return store::latest(db, act.partnership, 0, MOST_FOUND).await;
    }
    if words.eq_ignore_ascii_case("due") {
        let zone = member::zone_of(db, act.partnership, act.actor.user).await?;
        return store::due(db, act.partnership, act.at.with_timezone(&zone).date_naive()).await;
    }
    let hits = index::find(db, engine, act.partnership, log::KIND, words, MOST_FOUND).await?;
    let numbers: Vec<i64> = hits.into_iter().map(|hit| hit.number).collect();
    store::some(db, act.partnership, &numbers).await
}

/// `/decision search`.
pub(super) async fn search(app: &App, act: &Act) -> Result<Answer> {
    let words = act.text("words").unwrap_or_default().to_owned();
    let all = found(&mut *app.store.read().await?, app.store.engine(), act, &words).await?;
    if all.len() > PAGE {
        let (act, words) = (act.clone(), BTreeMap::from([("words".to_owned(), words.clone())]));
        let kept = app.store.write(act.partnership, move |tx| {
            Box::pin(async move { setup::store::keep_form(tx, act.partnership, act.actor.user, FORM, &words).await })
        });
        kept.await?;
    }
    Ok(private(view::found(act.partnership, &words, &all, 0, PAGE)))
}

/// **Earlier** and **More**.
pub(super) async fn page(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let kept = setup::store::kept_form(&mut db, act.partnership, act.actor.user, FORM).await?;
    let words = kept.get("words").cloned().unwrap_or_default();
    let all = found(&mut db, app.store.engine(), act, &words).await?;
    let page = usize::try_from(number_at(act, 0)?).unwrap_or_default().min(all.len() / PAGE);
    Ok(Answer::Update(view::found(act.partnership, &words, &all, page, PAGE)))
}

/// Decisions by what was typed.
pub(super) async fn offered(app: &App, act: &Act) -> Result<Vec<Choice>> {
    let typed = act.text("id").unwrap_or_default();
    let mut all = found(&mut *app.store.read().await?, app.store.engine(), act, typed).await?;
    all.truncate(usize::try_from(MOST_CHOICES).unwrap_or_default());
    Ok(all.iter().map(view::choice).collect())
}

/// `/decision show`.
pub(super) async fn show(app: &App, act: &Act) -> Result<Answer> {
    let words = act.required("id")?;
    let mut db = app.store.read().await?;
    let Some(one) = found(&mut db, app.store.engine(), act, words).await?.into_iter().next() else {
        return refuse(view::no_such(words));
    };
    whole(&mut db, act, one.number).await.map(private)
}

async fn whole(db: &mut Db, act: &Act, number: i64) -> Result<Message> {
    let one = get(db, act, number).await?;
    Ok(view::alone(&log::shown(db, act.partnership, one).await?))
}

/// One of the list was picked.
pub(super) async fn picked(app: &App, act: &Act) -> Result<Answer> {
    let number = act.pick().and_then(|number| number.parse().ok());
    let Some(number) = number else { return refuse("Pick one from the list, please.") };
    whole(&mut *app.store.read().await?, act, number).await.map(private)
}

/// **Show here**: the record is posted in the channel, or comes along if it stood elsewhere.
pub(super) async fn post(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let one = get(tx, &act, number_at(&act, 0)?).await?;
            log::say_here(tx, &own, act.partnership, one, act.channel).await?;
            Ok(Message::text("It is posted here."))
        })
    });
    done.await.map(Answer::Update)
}

/// **History**.
pub(super) async fn history(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let one = get(&mut db, act, number_at(act, 0)?).await?;
    let versions = store::versions(&mut db, act.partnership, one.number).await?;
    Ok(private(view::history(&one, &versions)))
}

/// `/decision rights`.
pub(super) async fn rights(app: &App, act: &Act) -> Result<Answer> {
    let topic = act.text("topic").unwrap_or_default();
    let mut db = app.store.read().await?;
    let standing = match log::standing(&mut db, act.partnership, StandsAs::DecisionRights).await? {
        Some((one, version)) => Some((log::shown(&mut db, act.partnership, one).await?, version)),
        None => None,
    };
    let mut about = found(&mut db, app.store.engine(), act, topic).await?;
    about.retain(|one| {
        one.status == Status::Agreed && one.says.level.is_some() && one.says.stands_as != Some(StandsAs::DecisionRights)
    });
    Ok(private(view::rights(topic, standing.as_ref(), &about)))
}

/// `/decision export`.
pub(super) async fn export(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let records = madr::records(&mut db, act.partnership).await?;
    drop(db);
    if records.is_empty() {
        return refuse("Nothing has been decided here yet, so there is nothing to export.");
    }
    let bytes = madr::zipped(&records)?;
    if bytes.len() > LARGEST_FILE {
        return refuse(
            "There are more decisions than fit into one file on Discord. Whoever runs the bot can write them all with `elevenses export decisions`.",
        );
    }
    let file = File { name: "decisions.zip".to_owned(), bytes, alt: "All decisions as Markdown".to_owned() };
    Ok(private(view::exported(records.len(), file)))
}
