//! Finding what was shared.

use std::collections::BTreeMap;

use crate::app::App;
use crate::command::{Act, Answer, Choice};
use crate::error::{Result, refuse};
use crate::features::share::model::{Kind, Share};
use crate::features::share::view::Line;
use crate::features::share::{keep, policy, store, view};
use crate::features::squad::{self, model::Squad};
use crate::features::{release, setup};
use crate::partnership::words::words;
use crate::partnership::{Message, SquadId};
use crate::storage::{Db, Engine, search};

use super::{alone, get, number_at};

/// Most that is looked through: what comes after is no match that anybody reads.
const MOST_FOUND: i64 = 200;
/// The name under which somebody's last search is kept, for its other pages.
const FORM: &str = "share.browse:";

fn is_of(what: &str, kind: Kind) -> bool {
    match what {
        "stories" => kind.is_story(),
        "terms" => kind == Kind::Term,
        "offers" => kind == Kind::Offer,
        "needs" => kind == Kind::Need,
        "releases" => false,
        _ => true,
    }
}

/// The shares that were found, best first; without words, the latest.
async fn found(db: &mut Db, engine: Engine, act: &Act, what: &str, query: &str) -> Result<Vec<Share>> {
    if let Some(number) = policy::parse_number(query)
        && let Ok(one) = get(db, act, number).await
    {
        return Ok(vec![one]);
    }
    let mut all = if query.is_empty() {
        match what {
            "terms" => store::of_kind(db, act.partnership, Kind::Term, MOST_FOUND).await?,
            "offers" => store::of_kind(db, act.partnership, Kind::Offer, MOST_FOUND).await?,
            "needs" => store::of_kind(db, act.partnership, Kind::Need, MOST_FOUND).await?,
            _ => store::latest(db, act.partnership, MOST_FOUND).await?,
        }
    } else {
        let hits = search::find(db, engine, act.partnership, keep::KIND, query, MOST_FOUND).await?;
        let numbers: Vec<i64> = hits.into_iter().map(|hit| hit.number).collect();
        store::some(db, act.partnership, &numbers).await?
    };
    all.retain(|one| is_of(what, one.kind));
    Ok(all)
}

/// All lines of a search. Releases are many: they come along only where they are asked for, or by their words.
async fn lines(db: &mut Db, app: &App, act: &Act, what: &str, query: &str) -> Result<Vec<Line>> {
    let shares = found(db, app.store.engine(), act, what, query).await?;
    let mut lines: Vec<Line> = shares.iter().map(view::line).collect();
    let wanted = words(query);
    if what == "releases" || what.is_empty() && !wanted.is_empty() {
        let squads = squads_seen(db, app, act).await?;
        let ids: Vec<SquadId> = squads.iter().map(|one| one.id).collect();
        let squad = |id: SquadId| squads.iter().find(|squad| squad.id == id).map(|squad| squad.name.as_str());
        let is_wanted = |what: &str| {
            let known = words(what);
            wanted.iter().all(|word| known.iter().any(|known| known.starts_with(word.as_str())))
        };
        for one in release::store::planned::coming(db, act.partnership, act.at).await? {
            let squad = squad(one.squad).filter(|_| is_wanted(&one.what));
            lines.extend(squad.map(|squad| view::coming_up(&one, squad)));
        }
        for one in release::store::latest(db, act.partnership, &ids, MOST_FOUND).await? {
            let squad = squad(one.squad).filter(|_| is_wanted(&one.what));
            lines.extend(squad.map(|squad| view::released(&one, squad)));
        }
    }
    Ok(lines)
}

/// The squads whose channel the caller sees: their own, and those in channels that are open to everybody.
async fn squads_seen(db: &mut Db, app: &App, act: &Act) -> Result<Vec<Squad>> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let mut seen = squad::store::of_member(db, partnership, user).await?;
    seen.extend(squad::store::led_by(db, partnership, user).await?);
    for one in squad::store::all(db, partnership).await? {
        let known = seen.iter().any(|own| own.id == one.id);
        if !known && app.discord.is_open(partnership, one.channel).await.unwrap_or_default() {
            seen.push(one);
        }
    }
    Ok(seen)
}

/// What was asked for, in the plural.
fn plural(what: &str) -> &str {
    if what.is_empty() { "stories, terms, offers and needs" } else { what }
}

/// `/share browse`.
pub(super) async fn browse(app: &App, act: &Act) -> Result<Answer> {
    let text = |name: &str| act.text(name).unwrap_or_default().to_owned();
    let (what, query) = (text("what"), text("words"));
    let mut db = app.store.read().await?;
    if policy::parse_number(&query).is_some()
        && let Some(one) = found(&mut db, app.store.engine(), act, &what, &query).await?.pop()
    {
        return alone(&mut db, act, one, "").await.map(Answer::Private);
    }
    let all = lines(&mut db, app, act, &what, &query).await?;
    drop(db);
    let (kept, own) =
        (BTreeMap::from([("what".to_owned(), what.clone()), ("words".to_owned(), query.clone())]), act.clone());
    let saved = app.store.write(act.partnership, move |tx| {
        Box::pin(async move { setup::store::keep_form(tx, own.partnership, own.actor.user, FORM, &kept).await })
    });
    saved.await?;
    Ok(Answer::Private(view::found(act.partnership, plural(&what), &query, &all, 0)))
}

/// **Back** and **More**.
pub(super) async fn page(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let kept = setup::store::kept_form(&mut db, act.partnership, act.actor.user, FORM).await?;
    let text = |name: &str| kept.get(name).map_or("", String::as_str);
    let all = lines(&mut db, app, act, text("what"), text("words")).await?;
    let page = usize::try_from(number_at(act, 0)?).unwrap_or_default();
    Ok(Answer::Update(view::found(act.partnership, plural(text("what")), text("words"), &all, page)))
}

/// Shares by what was typed.
pub(super) async fn offered(app: &App, act: &Act) -> Result<Vec<Choice>> {
    let text = |name: &str| act.text(name).unwrap_or_default();
    let all = found(&mut *app.store.read().await?, app.store.engine(), act, text("what"), text("words")).await?;
    Ok(all.iter().map(view::choice).collect())
}

/// One of the list was picked.
pub(super) async fn picked(app: &App, act: &Act) -> Result<Answer> {
    let Some(number) = act.pick().and_then(policy::parse_number) else {
        return refuse("Pick one from the list, please.");
    };
    let mut db = app.store.read().await?;
    let one = get(&mut db, act, number).await?;
    alone(&mut db, act, one, "").await.map(Answer::Private)
}

/// **Show it here**.
pub(super) async fn post(app: &App, act: &Act) -> Result<Answer> {
    if !act.bot_writes() {
        return refuse("I may not write in this channel. In another one, `/share browse` can show it.");
    }
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let one = get(tx, &act, number_at(&act, 0)?).await?;
            let shown = keep::shown(tx, act.partnership, one).await?;
            keep::say_here(tx, &own, &shown, act.channel).await?;
            Ok(Message::text("It is posted here."))
        })
    });
    done.await.map(Answer::Update)
}
