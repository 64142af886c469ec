//! `/share`, **Keep as story** in a message's menu, and the buttons of what is shared.

mod browse;
mod change;
mod meet;
mod tell;
mod term;

use futures::future::BoxFuture;

use crate::app::App;
use crate::command::{Act, Answer, Entry, Handler, Kind as Takes, On, Opt, Place, Shows, Who, Whose};
use crate::error::{Result, person, refuse};
use crate::handler;
use crate::partnership::Message;
use crate::storage::{Db, Tx};

use super::model::{Kind, Share, State};
use super::{exchange, keep, store, view};

const fn member(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Member, place: Place::Server, whose: Whose::Partnership, shows, run }
}

/// What also works in somebody's own conversation with the bot. The handler looks who they are to it.
const fn anywhere(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Member, place: Place::Anywhere, whose: Whose::Partnership, shows, run }
}

const CATEGORIES: Takes = Takes::Choice(&[
    ("people", "People: hands and heads for some time"),
    ("data", "Data, or access to them"),
    ("places", "Places: rooms, sites, equipment"),
    ("skills", "Skills: somebody who knows how"),
    ("networks", "Networks: somebody who knows whom"),
]);

const CATEGORY: &[Opt] = &[Opt { name: "category", about: "What it is", kind: CATEGORIES, required: true }];

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    member(
        On::Command {
            name: "share story",
            about: "Tell what worked, what was given, or what was learned, so that others have use of it",
            options: &[Opt {
                name: "kind",
                about: "What kind of story it is",
                kind: Takes::Choice(&[
                    ("success", "A success"),
                    ("generosity", "An act of generosity"),
                    ("lesson", "A lesson"),
                ]),
                required: true,
            }],
        },
        Shows::Form,
        handler!(tell::story),
    ),
    member(
        On::Command {
            name: "share term",
            about: "Say what a word means in your organisation; I explain it wherever I use it",
            options: &[Opt {
                name: "word",
                about: "The word, such as DPIA or go-live",
                kind: Takes::Completed(handler!(term::offered)),
                required: true,
            }],
        },
        Shows::Form,
        handler!(term::open),
    ),
    member(
        On::Command {
            name: "share offer",
            about: "Offer people, data, places, skills or a network, with its limits",
            options: CATEGORY,
        },
        Shows::Form,
        handler!(tell::exchange),
    ),
    member(
        On::Command { name: "share need", about: "Say what you could use; I look who offers it", options: CATEGORY },
        Shows::Form,
        handler!(tell::exchange),
    ),
    member(
        On::Command {
            name: "share browse",
            about: "Stories, terms, offers, needs and releases: the latest, or by their words",
            options: &[
                Opt {
                    name: "what",
                    about: "Everything when left out",
                    kind: Takes::Choice(&[
                        ("stories", "Stories"),
                        ("terms", "Terms"),
                        ("offers", "Offers"),
                        ("needs", "Needs"),
                        ("releases", "Releases"),
                    ]),
                    required: false,
                },
                Opt {
                    name: "words",
                    about: "Such as: testers, \"mobile form\", S-7; the latest when left out",
                    kind: Takes::Completed(handler!(browse::offered)),
                    required: false,
                },
            ],
        },
        Shows::Private,
        handler!(browse::browse),
    ),
    member(On::MessageCommand("Keep as story"), Shows::Form, handler!(tell::from_message)),
    anywhere(On::Component("share.retry"), Shows::Form, handler!(tell::again)),
    anywhere(On::Form("share.told"), Shows::Private, handler!(tell::told)),
    member(On::Component("share.offering"), Shows::Private, handler!(tell::which)),
    member(On::Component("share.telling"), Shows::Form, handler!(tell::from_conversation)),
    member(On::Component("share.category"), Shows::Form, handler!(tell::exchange)),
    anywhere(On::Form("share.meant"), Shows::Private, handler!(term::meant)),
    member(On::Component("share.mean"), Shows::Form, handler!(term::mean)),
    member(On::Component("share.page"), Shows::Update, handler!(browse::page)),
    member(On::Component("share.picked"), Shows::Private, handler!(browse::picked)),
    member(On::Component("share.post"), Shows::Update, handler!(browse::post)),
    anywhere(On::Component("share.change"), Shows::Form, handler!(tell::change)),
    anywhere(On::Component("share.kind"), Shows::Update, handler!(change::kind)),
    anywhere(On::Component("share.back"), Shows::Update, handler!(change::back)),
    anywhere(On::Component("share.stands"), Shows::Update, handler!(change::stands)),
    anywhere(On::Component("share.ends"), Shows::Update, handler!(change::ends)),
    anywhere(On::Component("share.answer"), Shows::Form, handler!(meet::open)),
    anywhere(On::Form("share.answered"), Shows::Private, handler!(meet::answered)),
    anywhere(On::Component("share.introduce"), Shows::Update, handler!(meet::introduce)),
    anywhere(On::Component("share.not_now"), Shows::Update, handler!(meet::not_now)),
    anywhere(On::Component("share.came"), Shows::Form, handler!(meet::came)),
    anywhere(On::Form("share.came_sent"), Shows::Private, handler!(meet::came_sent)),
    anywhere(On::Component("share.under_way"), Shows::Update, handler!(meet::under_way)),
    anywhere(On::Component("share.nothing"), Shows::Update, handler!(meet::nothing)),
    anywhere(On::Component("share.retell"), Shows::Form, handler!(tell::retell)),
];

/// The number at a place of the pointer's row.
fn number_at(act: &Act, at: usize) -> Result<i64> {
    let found = act.row().nth(at).and_then(|number| number.parse().ok());
    found.ok_or_else(|| person("I don't know that button any more. `/share browse` finds what there is."))
}

/// A share by its number, unless it was taken back.
async fn get(db: &mut Db, act: &Act, number: i64) -> Result<Share> {
    let found = store::get(db, act.partnership, number).await?.filter(|one| one.state != State::Gone);
    found.ok_or_else(|| person(format!("S-{number} isn't there any more. `/share browse` finds what there is.")))
}

/// The share that a button points at, if it is the caller's.
async fn own(db: &mut Db, act: &Act) -> Result<Share> {
    let one = get(db, act, number_at(act, 0)?).await?;
    if is_theirs(db, act, &one).await? {
        return Ok(one);
    }
    refuse(format!(
        "S-{} is somebody else's, so it is theirs to change. `/share {}` takes yours.",
        one.number,
        command(one.kind)
    ))
}

/// Whether a share is the caller's to change. What a word means to an organisation is all its people's.
async fn is_theirs(db: &mut Db, act: &Act, one: &Share) -> Result<bool> {
    if one.kind != Kind::Term {
        return Ok(one.person == act.actor.user);
    }
    let of = term::of(db, act.partnership, act.actor.user).await?.map(|(id, _)| id);
    let known = store::meanings(db, act.partnership, one.number).await?;
    Ok(known.iter().any(|meaning| match of {
        None => meaning.organisation.is_none() && meaning.person == act.actor.user,
        of => meaning.organisation == of,
    }))
}

fn command(kind: Kind) -> &'static str {
    match kind {
        Kind::Offer => "offer",
        Kind::Need => "need",
        Kind::Term => "term",
        _ => "story",
    }
}

/// A share for the caller alone, with all that they may do.
async fn alone(db: &mut Db, act: &Act, one: Share, words: &str) -> Result<Message> {
    let own = one.state != State::Gone && is_theirs(db, act, &one).await?;
    let shown = keep::shown(db, act.partnership, one).await?;
    let waits = exchange::waiting(db, &shown, act.actor.user).await?;
    let waits = view::waiting(&shown, &waits);
    let mut message = view::alone(&shown, format!("{words}{}", waits.text).trim_start(), own);
    message.rows.extend(waits.rows);
    Ok(message)
}

/// A text of a form as it was sent, empty where it was left so.
fn text(act: &Act, name: &str) -> String {
    act.text(name).unwrap_or_default().to_owned()
}

/// Saves a change of the caller's own share, and shows it to them.
async fn changed<F>(app: &App, act: &Act, how: F) -> Result<Answer>
where
    F: for<'a> FnOnce(&'a mut Tx, &'a App, &'a Act, &'a mut Share) -> BoxFuture<'a, Result<String>> + Send + 'static,
{
    let (app_of, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut one = own(tx, &act).await?;
            let said = how(tx, &app_of, &act, &mut one).await?;
            alone(tx, &act, one, &said).await
        })
    });
    done.await.map(Answer::Update)
}
