//! Finding blockers: lists, one in full, its history, who waits on whom.

use std::collections::BTreeMap;

use crate::app::App;
use crate::command::{Act, Answer, Choice};
use crate::error::{Result, refuse};
use crate::features::blocker::model::Blocker;
use crate::features::blocker::policy::{self, Standing, Viewer};
use crate::features::blocker::scene::{Ages, GONE, Scene};
use crate::features::blocker::{keep, store, view};
use crate::features::{member, setup};
use crate::partnership::text::{counted, escaped};
use crate::partnership::{File, Message, OrganisationId};
use crate::picture;
use crate::storage::{Db, search};

use super::{load, number_at, private};

/// Blockers on one page.
const PAGE: usize = 8;
/// Most completions that Discord shows.
const MOST_CHOICES: usize = 25;
/// The name under which somebody's last list is kept, for its other pages.
const FORM: &str = "blocker.list:";

/// What is asked for.
struct Wanted {
    by: String,
    words: String,
}

/// What was found, with its standing, and the names of organisations.
struct Found {
    all: Vec<(Blocker, Standing)>,
    names: BTreeMap<OrganisationId, String>,
    tags: BTreeMap<OrganisationId, String>,
    viewer: Viewer,
}

async fn found(app: &App, db: &mut Db, act: &Act, wanted: &Wanted) -> Result<Found> {
    let viewer = super::viewer(db, act).await?;
    let mut all = store::all(db, act.partnership, wanted.by == "resolved").await?;
    all.retain(|one| viewer.sees(one));
    match wanted.by.as_str() {
        "us" => all.retain(|one| viewer.is_asked(one)),
        "mine" => {
            let user = viewer.user;
            all.retain(|one| [one.author, one.owner, one.their_owner, one.their_person].contains(&user));
        }
        "resolved" => all.reverse(),
        _ => {}
    }
    if !wanted.words.is_empty() {
        all = with_words(app, db, act, all, &wanted.words).await?;
    }
    let from = all.iter().map(|one| one.says.asked_at.unwrap_or(one.raised_at)).min().unwrap_or(act.at);
    let mut ages = Ages::load(db, act.partnership, from, act.at).await?;
    let names = ages.organisations().into_iter().map(|one| (one.id, one.name.clone())).collect();
    let tags = ages.organisations().into_iter().map(|one| (one.id, one.tag.clone())).collect();
    let mut all: Vec<(Blocker, Standing)> = all
        .into_iter()
        .map(|one| {
            let standing = ages.standing(&one);
            (one, standing)
        })
        .collect();
    if wanted.words.is_empty() && wanted.by != "resolved" {
        // What waits on the reader first, then what has waited longest.
        let key = |(one, standing): &(Blocker, Standing)| {
            let days = match standing {
                Standing::Waits(passed) => passed.days,
                _ => 0.0,
            };
            (!viewer.is_asked(one), days)
        };
        all.sort_by(|one, other| {
            let ((first, days), (second, more)) = (key(one), key(other));
            first.cmp(&second).then(more.total_cmp(&days))
        });
    }
    Ok(Found { all, names, tags, viewer })
}

/// Those that have all the words, best first. What isn't shared isn't in the search, and is looked through here.
async fn with_words(app: &App, db: &mut Db, act: &Act, all: Vec<Blocker>, words: &str) -> Result<Vec<Blocker>> {
    let number = policy::parse_number(words);
    let most = i64::try_from(all.len()).unwrap_or(i64::MAX).max(1) + 200;
    let hits = search::find(db, app.store.engine(), act.partnership, keep::KIND, words, most).await?;
    let place = |one: &Blocker| hits.iter().position(|hit| Some(hit.number) == one.number);
    let folded = search::words(words);
    let has = |one: &Blocker| {
        let own = search::words(&format!("{} {}", one.says.title, one.says.needed));
        folded.iter().all(|word| own.iter().any(|other| other.starts_with(word)))
    };
    let rank = |one: &Blocker| {
        if number.is_some() && one.number == number {
            return Some(0);
        }
        if one.number.is_none() {
            return has(one).then_some(1);
        }
        place(one).map(|place| place + 2)
    };
    let mut ranked: Vec<(usize, Blocker)> = all.into_iter().filter_map(|one| Some((rank(&one)?, one))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    Ok(ranked.into_iter().map(|(_, one)| one).collect())
}

/// `/blocker list`.
pub(super) async fn list(app: &App, act: &Act) -> Result<Answer> {
    let wanted = Wanted { by: super::text(act, "by"), words: super::text(act, "words") };
    let found = found(app, &mut *app.store.read().await?, act, &wanted).await?;
    if wanted.by == "organisation" {
        return who_waits(found).await.map(private);
    }
    if found.all.len() > PAGE {
        let texts = BTreeMap::from([("by".to_owned(), wanted.by.clone()), ("words".to_owned(), wanted.words.clone())]);
        let act = act.clone();
        let kept = app.store.write(act.partnership, move |tx| {
            Box::pin(async move { setup::store::keep_form(tx, act.partnership, act.actor.user, FORM, &texts).await })
        });
        kept.await?;
    }
    Ok(private(page_of(act, &wanted, &found, 0)))
}

/// The pages of the same list.
pub(super) async fn page(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let kept = setup::store::kept_form(&mut db, act.partnership, act.actor.user, FORM).await?;
    let text = |name: &str| kept.get(name).cloned().unwrap_or_default();
    let wanted = Wanted { by: text("by"), words: text("words") };
    let found = found(app, &mut db, act, &wanted).await?;
    let last = found.all.len().saturating_sub(1) / PAGE;
    let page = usize::try_from(number_at(act, 0)?).unwrap_or_default().min(last);
    Ok(Answer::Update(page_of(act, &wanted, &found, page)))
}

fn page_of(act: &Act, wanted: &Wanted, found: &Found, page: usize) -> Message {
    let count = counted(found.all.len(), "blocker", "blockers");
    let heading = match (wanted.words.as_str(), wanted.by.as_str()) {
        ("", by) if found.all.is_empty() => {
            return Message::text(match by {
                "us" => "Nothing that you can see waits on your organisation.",
                "mine" => "You look after no blocker. `/blocker raise` puts something on the table.",
                "resolved" => "Nothing that you can see has been put out of the way yet.",
                _ => "Nothing that you can see is in the way. `/blocker raise` puts something on the table.",
            });
        }
        (words, _) if found.all.is_empty() => {
            return Message::text(format!(
                "Nothing was found for “{}”. Fewer words, or the beginning of one, may find it.",
                escaped(words)
            ));
        }
        ("", "us") => format!("{count} on your organisation, the longest waiting first"),
        ("", "mine") => format!("{count} that you raised or look after"),
        ("", "resolved") => format!("{count} out of the way, the latest first"),
        ("", _) => format!("{count} in the way, the longest waiting first"),
        (words, _) => format!("{count} for “{}”", escaped(words)),
    };
    view::found(act.partnership, &heading, &found.all, &found.names, page, PAGE)
}

/// Who waits on whom, of what the caller can see.
async fn who_waits(found: Found) -> Result<Message> {
    let waits =
        policy::waits(found.all.iter().filter(|(one, _)| one.number.is_some()).map(|(one, standing)| (one, *standing)));
    if waits.is_empty() {
        return Ok(Message::text("No organisation waits on another, as far as you can see."));
    }
    let picture = view::picture(&waits, &found.tags);
    let alt = picture::waits::described(&picture);
    // Drawing computes for some milliseconds, which would hold up others.
    let drawn = tokio::task::spawn_blocking(move || picture::png(&picture::waits::waits(&picture)));
    let bytes = drawn.await.map_err(anyhow::Error::from)??;
    let mut message = Message::text(format!("**Who waits on whom**\n{}", view::waits(&waits, &found.names)));
    message.files.push(File { name: "who-waits-on-whom.png".to_owned(), bytes, alt });
    Ok(message)
}

/// Blockers by what was typed.
pub(super) async fn offered(app: &App, act: &Act) -> Result<Vec<Choice>> {
    let wanted = Wanted { by: String::new(), words: super::text(act, "id") };
    let mut db = app.store.read().await?;
    let mut choices: Vec<Choice> =
        found(app, &mut db, act, &wanted).await?.all.iter().map(|(one, _)| view::choice(one)).collect();
    if choices.len() < MOST_CHOICES && !wanted.words.is_empty() {
        let wanted = Wanted { by: "resolved".to_owned(), ..wanted };
        choices.extend(found(app, &mut db, act, &wanted).await?.all.iter().map(|(one, _)| view::choice(one)));
    }
    choices.truncate(MOST_CHOICES);
    Ok(choices)
}

/// `/blocker show`.
pub(super) async fn show(app: &App, act: &Act) -> Result<Answer> {
    let words = act.required("id")?.to_owned();
    let mut db = app.store.read().await?;
    let viewer = super::viewer(&mut db, act).await?;
    // People type the number, or words; completions give the row.
    let numbered = match policy::parse_number(&words) {
        Some(number) => store::numbered(&mut db, act.partnership, number).await?,
        None => None,
    };
    let named = match words.parse() {
        Ok(row) if numbered.is_none() => store::get(&mut db, act.partnership, row).await?,
        _ => numbered,
    };
    if let Some(one) = named.filter(|one| viewer.sees(one)) {
        let mut scene = Scene::of(&mut db, act.partnership, one, act.at).await?;
        return Ok(private(view::panel(&mut scene, &viewer, "")));
    }
    for by in ["", "resolved"] {
        let wanted = Wanted { by: by.to_owned(), words: words.clone() };
        let found = found(app, &mut db, act, &wanted).await?;
        if let Some((one, _)) = found.all.into_iter().next() {
            let mut scene = Scene::of(&mut db, act.partnership, one, act.at).await?;
            return Ok(private(view::panel(&mut scene, &found.viewer, "")));
        }
    }
    refuse(format!(
        "I found no blocker for “{}” that you can see. `/blocker list` shows what there is.",
        escaped(&crate::partnership::text::clipped(&words, 100))
    ))
}

/// **More**, **Open**: a blocker with all that its reader can do.
pub(super) async fn open(app: &App, act: &Act) -> Result<Answer> {
    let (mut scene, viewer) = load(&mut *app.store.read().await?, act).await?;
    Ok(private(view::panel(&mut scene, &viewer, "")))
}

/// One of the list was picked.
pub(super) async fn picked(app: &App, act: &Act) -> Result<Answer> {
    let Some(id) = act.pick().and_then(|id| id.parse().ok()) else { return refuse(GONE) };
    let mut db = app.store.read().await?;
    let viewer = super::viewer(&mut db, act).await?;
    let mut scene = Scene::for_viewer(&mut db, act.partnership, id, &viewer, act.at).await?;
    Ok(private(view::panel(&mut scene, &viewer, "")))
}

/// **History**
pub(super) async fn history(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let (scene, _) = load(&mut db, act).await?;
    let events = store::events(&mut db, act.partnership, scene.one.id).await?;
    let members = member::store::all(&mut db, act.partnership).await?;
    let names = members.into_iter().map(|one| (one.user, one.name)).collect();
    Ok(private(view::history(&scene.one, &events, &names)))
}
