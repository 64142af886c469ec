//! Keeping a share: every change ends here. It is saved, found by its words, shown anew, and its next instant is
//! planned. And what others may ask of shares.

use chrono::TimeDelta;

use crate::app::App;
use crate::error::Result;
use crate::features::consent::model::Waiting;
use crate::features::{member, organisation, setup};
use crate::outbox::{self, Budget, Panel, Post, Target};
use crate::partnership::{ChannelId, Message, NOBODY, PartnershipId, UserId};
use crate::storage::{Db, Tx, search};

use super::model::{Body, Kind, Share, State};
use super::view::{self, Shown};
use super::{glossary, jobs, store};

/// The kind of panels that show shares, and of records under which they are found.
pub(super) const KIND: &str = "share";
/// Terms that are known to messages: more than a glossary has that anybody reads.
const MOST_TERMS: i64 = 2_000;

/// The key of the panel that shows a share.
pub(super) fn panel(number: i64) -> String {
    format!("{KIND}:{number}")
}

/// How all that was posted of somebody's shares begins to say what it is about, for `outbox::retract`.
pub fn abouts(user: UserId) -> String {
    format!("{KIND}:{user},")
}

/// The same for one of them.
fn about(user: UserId, number: i64) -> String {
    format!("{}{number};", abouts(user))
}

/// Shares something new: it gets its number, and is posted in `channel`, where one is named.
pub(super) async fn add(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    person: UserId,
    (kind, says): (Kind, Body),
    channel: Option<ChannelId>,
) -> Result<Share> {
    let member = member::store::get(tx, partnership, person).await?;
    let now = app.clock.now();
    let mut one = Share {
        number: setup::store::next_number(tx, partnership, KIND).await?,
        kind,
        state: State::Open,
        person,
        organisation: member.and_then(|member| member.agreed_organisation()),
        says: says.cleaned()?,
        shared_at: now,
        changed_at: now,
    };
    keep(tx, app, partnership, &mut one).await?;
    if let Some(channel) = channel {
        post(tx, app, partnership, one.number, channel).await?;
    }
    Ok(one)
}

async fn post(tx: &mut Tx, app: &App, partnership: PartnershipId, number: i64, channel: ChannelId) -> Result<()> {
    let key = panel(number);
    let panel = Panel {
        key,
        channel,
        thread_title: String::new(),
        pinned: false,
        stands: outbox::Stands::InChannel,
        folded: false,
    };
    outbox::panel(tx, app, partnership, &panel).await?;
    Ok(())
}

/// Keeps a share as it is now.
pub(super) async fn keep(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &mut Share) -> Result<()> {
    one.changed_at = app.clock.now();
    store::save(tx, partnership, one).await?;
    index(tx, partnership, one).await?;
    outbox::touch(tx, app, partnership, &panel(one.number)).await?;
    jobs::plan(tx, app, partnership, one).await
}

/// Has a share found by its words, and by those that others added.
async fn index(tx: &mut Tx, partnership: PartnershipId, one: &Share) -> Result<()> {
    if one.state == State::Gone {
        return search::remove(tx, partnership, KIND, one.number).await;
    }
    let says = &one.says;
    let mut words = vec![says.words.clone(), says.thanks.clone(), says.take.clone(), says.limits.clone()];
    words.extend(says.also.iter().cloned());
    words.push(one.kind.shown().to_owned());
    words.extend(says.category.map(|category| category.as_str().to_owned()));
    words.extend(store::meanings(tx, partnership, one.number).await?.into_iter().map(|one| one.words));
    search::index(tx, partnership, KIND, one.number, &says.title, &words.join("\n")).await
}

/// Takes a share back: its number stays, its words are gone, here and wherever they were posted.
pub(super) async fn take_back(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &mut Share) -> Result<()> {
    outbox::retract(tx, app, partnership, &about(one.person, one.number)).await?;
    empty(tx, partnership, one).await?;
    keep(tx, app, partnership, one).await
}

async fn empty(tx: &mut Tx, partnership: PartnershipId, one: &mut Share) -> Result<()> {
    (one.state, one.says, one.person) = (State::Gone, Body::default(), NOBODY);
    store::drop_answers(tx, partnership, one.number).await?;
    store::drop_meanings(tx, partnership, one.number).await
}

/// Somebody's data are erased. What was posted is taken back, and shown anew, by whoever erases.
pub(super) async fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> Result<()> {
    for mut one in store::of_person(tx, partnership, user).await? {
        // What a word means is others' as well.
        if one.kind != Kind::Term {
            empty(tx, partnership, &mut one).await?;
            store::save(tx, partnership, &one).await?;
            search::remove(tx, partnership, KIND, one.number).await?;
        }
    }
    store::erase(tx, partnership, user).await
}

/// Posts a share once more, elsewhere.
pub(super) async fn say_here(tx: &mut Tx, app: &App, shown: &Shown, channel: ChannelId) -> Result<()> {
    let now = app.clock.now();
    let post = Post {
        target: Target::Channel(channel),
        message: view::card(shown),
        about: about(shown.one.person, shown.one.number),
        budget: Budget::Shared,
        not_before: now,
        expires_at: now + TimeDelta::hours(1),
    };
    outbox::post(tx, app, shown.partnership, &post).await?;
    Ok(())
}

/// A share with what it takes to show it.
pub(super) async fn shown(db: &mut Db, partnership: PartnershipId, one: Share) -> Result<Shown> {
    let meanings =
        if one.kind == Kind::Term { store::meanings(db, partnership, one.number).await? } else { Vec::new() };
    let answers = if one.kind.is_exchange() { store::answers(db, partnership, one.number).await? } else { Vec::new() };
    let names = organisation::store::all(db, partnership).await?.into_iter().map(|one| (one.id, one.name)).collect();
    let came = answers.into_iter().map(|one| one.came).filter(|came| !came.is_empty()).collect();
    Ok(Shown { partnership, one, meanings, came, names })
}

/// The panel of a share: the row is its number.
pub(super) async fn show(app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Message>> {
    let Ok(number) = row.parse() else { return Ok(None) };
    let mut db = app.store.read().await?;
    let Some(one) = store::get(&mut db, partnership, number).await? else { return Ok(None) };
    Ok(Some(view::card(&shown(&mut db, partnership, one).await?)))
}

/// The author of a message has said yes: it is told as it waited. Answers how people name it, and how it goes on.
pub async fn let_tell(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    waiting: &Waiting,
) -> Result<(String, &'static str)> {
    let kind = Kind::parse(waiting.text("kind")).unwrap_or(Kind::Success);
    let says = Body { title: waiting.text("title").to_owned(), ..serde_json::from_value(waiting.draft.clone())? };
    let one = add(tx, app, partnership, waiting.by, (kind, says), Some(waiting.channel)).await?;
    Ok((view::named(&one), "`/share browse` finds it, and has its buttons."))
}

/// The latest terms with what they mean, for whoever is new here; each as its word and its lines.
pub async fn terms(db: &mut Db, partnership: PartnershipId, most: i64) -> Result<Vec<(String, String)>> {
    let mut terms = Vec::new();
    for one in store::of_kind(db, partnership, Kind::Term, most).await? {
        let shown = shown(db, partnership, one).await?;
        if !shown.meanings.is_empty() {
            terms.push((shown.one.says.title.clone(), view::meanings(&shown)));
        }
    }
    Ok(terms)
}

/// A message with what the terms mean that it uses. Where that can't be found out, the message as it is.
pub async fn explained(app: &App, partnership: PartnershipId, message: Message) -> Message {
    match with_terms(app, partnership, &message).await {
        Ok(explained) => explained.unwrap_or(message),
        Err(error) => {
            tracing::warn!(%partnership, %error, "terms were not explained");
            message
        }
    }
}

async fn with_terms(app: &App, partnership: PartnershipId, message: &Message) -> Result<Option<Message>> {
    let mut db = app.store.read().await?;
    let terms = store::of_kind(&mut db, partnership, Kind::Term, MOST_TERMS).await?;
    let used = glossary::used(message, &terms);
    if used.is_empty() {
        return Ok(None);
    }
    let mut known = Vec::new();
    for term in used {
        known.push((term, store::meanings(&mut db, partnership, term.number).await?));
    }
    let names = organisation::store::all(&mut db, partnership).await?;
    let names = names.into_iter().map(|one| (one.id, one.name)).collect();
    Ok(Some(glossary::explained(message.clone(), &known, &names)))
}
