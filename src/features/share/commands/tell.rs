//! Sharing a story, an offer or a need, and putting it otherwise.

use std::collections::BTreeMap;

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::{Error, Result, refuse};
use crate::features::consent::{self, model::Purpose};
use crate::features::share::model::{Body, Category, Kind};
use crate::features::share::{exchange, keep, policy, store, view};
use crate::features::{conversation, member, setup};
use crate::partnership::text::message_link;
use crate::partnership::{Message, MessageId, NOBODY, UserId};
use crate::schedule::parse_date;
use crate::storage::{Db, Tx};

use super::{alone, get, number_at, own, text};

/// The name under which what can't be used is kept.
const FORM: &str = "share.tell:";

/// What a form is about: the kind; the share that it changes; the category; the message that it comes from, and its
/// author. 0 for none.
struct About {
    kind: Kind,
    number: i64,
    category: Option<Category>,
    message: i64,
    author: UserId,
}

impl About {
    fn new(kind: Kind) -> Self {
        Self { kind, number: 0, category: None, message: 0, author: NOBODY }
    }

    fn read(act: &Act) -> Self {
        let part = |at: usize| act.row().nth(at).unwrap_or_default();
        let number = |at: usize| part(at).parse().unwrap_or_default();
        Self {
            kind: Kind::parse(part(0)).filter(|kind| *kind != Kind::Term).unwrap_or(Kind::Success),
            number: number(1),
            category: Category::parse(part(2)),
            message: number(3),
            author: UserId(number(4)),
        }
    }

    fn row(&self) -> String {
        let category = self.category.map_or("", Category::as_str);
        format!("{},{},{category},{},{}", self.kind.as_str(), self.number, self.message, self.author)
    }

    fn form(&self, act: &Act, says: &Body, until: &str) -> Answer {
        Answer::Form(view::tell_form(act.partnership, &self.row(), self.kind, says, until))
    }
}

/// `/share story`.
pub(super) async fn story(app: &App, act: &Act) -> Result<Answer> {
    setup::commands::ready(&mut *app.store.read().await?, act.partnership).await?;
    let kind = act.text("kind").and_then(Kind::parse).unwrap_or(Kind::Success);
    Ok(About::new(kind).form(act, &Body::default(), ""))
}

/// **Keep as story** in a message's menu.
pub(super) async fn from_message(app: &App, act: &Act) -> Result<Answer> {
    setup::commands::ready(&mut *app.store.read().await?, act.partnership).await?;
    let Some(Value::Message { id, author, text }) = act.values.get("message") else {
        return refuse("I can't read that message. `/share story` does the same in your own words.");
    };
    let about = About { message: id.0, author: author.unwrap_or(NOBODY), ..About::new(Kind::Success) };
    Ok(about.form(act, &Body { words: text.clone(), ..Body::default() }, ""))
}

/// **Offer something…** and **Ask for something…** below what a conversation brought up.
pub(super) async fn which(_: &App, act: &Act) -> Result<Answer> {
    Ok(Answer::Private(view::which_category(act.partnership, &act.pointer.row)))
}

/// `/share offer` and `/share need`; or a category was picked, with the kind and the conversation in the row.
pub(super) async fn exchange(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    setup::commands::ready(&mut db, act.partnership).await?;
    let offers = act.pointer.action == "share offer" || act.row().next() == Some(Kind::Offer.as_str());
    let kind = if offers { Kind::Offer } else { Kind::Need };
    let Some(category) = act.text("category").or(act.pick()).and_then(Category::parse) else {
        return refuse("Pick one of the five, please: people, data, places, skills or networks.");
    };
    let says = match number_at(act, 1) {
        Ok(number) => said_in_conversation(&mut db, act, kind, number).await?,
        Err(_) => Body::default(),
    };
    Ok(About { category: Some(category), ..About::new(kind) }.form(act, &says, ""))
}

/// What the caller themselves said in a conversation, by the order of its template's prompts.
async fn said_in_conversation(db: &mut Db, act: &Act, kind: Kind, number: i64) -> Result<Body> {
    let said = conversation::own_words(db, act.partnership, number, act.actor.user).await?;
    let at = |place: usize| said.get(place).cloned().unwrap_or_default();
    Ok(match kind {
        Kind::Offer => Body { words: at(0), limits: at(2), ..Body::default() },
        Kind::Need => Body { words: at(1), ..Body::default() },
        Kind::Success => Body { words: at(0), thanks: at(1), take: at(2), ..Body::default() },
        _ => Body::default(),
    })
}

/// **Keep mine as a story…** and **Keep a lesson…**, below what a conversation brought up.
pub(super) async fn from_conversation(app: &App, act: &Act) -> Result<Answer> {
    let about = About::new(act.row().next().and_then(Kind::parse).unwrap_or(Kind::Success));
    let says = said_in_conversation(&mut *app.store.read().await?, act, about.kind, number_at(act, 1)?).await?;
    Ok(about.form(act, &says, ""))
}

/// **Put it otherwise**.
pub(super) async fn change(app: &App, act: &Act) -> Result<Answer> {
    let one = own(&mut *app.store.read().await?, act).await?;
    let about = About { number: one.number, category: one.says.category, ..About::new(one.kind) };
    let until = one.says.until.map_or_else(String::new, |date| date.to_string());
    Ok(about.form(act, &one.says, &until))
}

/// **Tell it as a story**: what came of an introduction.
pub(super) async fn retell(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let found = store::introduction(&mut db, act.partnership, number_at(act, 0)?).await?;
    let Some(one) = found else { return Ok(About::new(Kind::Generosity).form(act, &Body::default(), "")) };
    let share = get(&mut db, act, one.share).await?;
    let theirs = exchange::receiver(&share, &one) == act.actor.user;
    let says =
        if theirs { Body { title: share.says.title, words: one.came, ..Body::default() } } else { Body::default() };
    Ok(About::new(Kind::Generosity).form(act, &says, ""))
}

/// **Try again**: what couldn't be used comes back.
pub(super) async fn again(app: &App, act: &Act) -> Result<Answer> {
    let kept = setup::store::kept_form(&mut *app.store.read().await?, act.partnership, act.actor.user, FORM).await?;
    let text = |name: &str| kept.get(name).cloned().unwrap_or_default();
    let says = Body {
        title: text("title"),
        words: text("words"),
        thanks: text("thanks"),
        take: text("take"),
        limits: text("limits"),
        ..Body::default()
    };
    Ok(About::read(act).form(act, &says, &text("until")))
}

/// The form was sent. What can't be used is kept, and comes back.
pub(super) async fn told(app: &App, act: &Act) -> Result<Answer> {
    let about = About::read(act);
    let asks = consent::is_needed(app, act, about.author).await;
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            match keep_told(tx, &own, &act, &about, asks).await {
                Err(Error::Person(why)) => {
                    let text = |name: &str| (name.to_owned(), text(&act, name));
                    let texts = BTreeMap::from(["title", "words", "thanks", "take", "limits", "until"].map(text));
                    setup::store::keep_form(tx, partnership, user, FORM, &texts).await?;
                    Ok(view::again(partnership, &about.row(), &why))
                }
                done => {
                    setup::store::drop_form(tx, partnership, user, FORM).await?;
                    done
                }
            }
        })
    });
    done.await.map(Answer::Private)
}

async fn keep_told(tx: &mut Tx, app: &App, act: &Act, about: &About, asks: bool) -> Result<Message> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let mut says = Body {
        title: text(act, "title"),
        words: text(act, "words"),
        thanks: text(act, "thanks"),
        take: text(act, "take"),
        limits: text(act, "limits"),
        category: about.category,
        ..Body::default()
    }
    .cleaned()?;
    if about.kind.is_exchange() {
        let zone = member::zone_of(tx, partnership, user).await?;
        let today = act.at.with_timezone(&zone).date_naive();
        let said = act.text("until").map(|text| parse_date(text, today)).transpose()?;
        says.until = Some(policy::until(said, today)?);
    }
    if about.number > 0 {
        let mut one = get(tx, act, about.number).await?;
        if one.person != user || one.kind != about.kind && !one.kind.is_story() {
            return refuse(format!("S-{} is somebody else's.", one.number));
        }
        says.source = one.says.source.take();
        one.says = says;
        keep::keep(tx, app, partnership, &mut one).await?;
        return alone(tx, act, one, "Saved. It is shown so wherever I posted it.").await;
    }
    if about.message > 0 {
        says.source = Some(message_link(partnership, act.channel, MessageId(about.message)));
    }
    if asks {
        let mut draft = serde_json::to_value(&says)?;
        draft["kind"] = about.kind.as_str().into();
        draft["title"] = says.title.into();
        return consent::ask(tx, app, act, about.author, Purpose::Story, draft).await;
    }
    member::store::ensure(tx, partnership, user, &act.actor.name, act.at).await?;
    // In a conversation with the bot nobody else reads it: it is found by `/share browse`.
    let channel = (act.bot_writes() && !act.in_dm).then_some(act.channel);
    let one = keep::add(tx, app, partnership, user, (about.kind, says), channel).await?;
    let matches = exchange::matches(tx, partnership, &one).await?;
    exchange::tell_matches(tx, app, partnership, &one, &matches).await?;
    let shown = keep::shown(tx, partnership, one).await?;
    Ok(view::shared(&shown, channel.is_some(), &matches))
}
