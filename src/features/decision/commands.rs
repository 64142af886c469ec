//! `/decision`, **Record as decision** in a message's menu, and the buttons of a record.

mod change;
mod find;
mod record;
mod review;

use futures::future::BoxFuture;

use crate::app::App;
use crate::command::{Act, Answer, Entry, Handler, Kind, On, Opt, Place, Shows, Who, Whose};
use crate::error::{Result, person, refuse};
use crate::features::squad;
use crate::handler;
use crate::partnership::Message;
use crate::storage::{Db, Tx};

use super::model::Decision;
use super::{log, policy, store, view};

const fn member(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Member, place: Place::Server, whose: Whose::Partnership, shows, run }
}

/// What also works in somebody's own conversation with the bot. The handler looks who they are to it.
const fn anywhere(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Member, place: Place::Anywhere, whose: Whose::Partnership, shows, run }
}

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    member(
        On::Command {
            name: "decision record",
            about: "Record what was decided: a title, the decision, and who looks after it",
            options: &[Opt {
                name: "owner",
                about: "Who looks after it and is asked at its review date; you, if you leave this out",
                kind: Kind::User,
                required: false,
            }],
        },
        Shows::Form,
        handler!(record::open),
    ),
    member(
        On::Command {
            name: "decision search",
            about: "Find a decision by its words; `due` shows what waits to be looked at again",
            options: &[Opt {
                name: "words",
                about: "Such as: release board, \"mobile form\", D-7; the latest when left out",
                kind: Kind::Text(300),
                required: false,
            }],
        },
        Shows::Private,
        handler!(find::search),
    ),
    member(
        On::Command {
            name: "decision show",
            about: "A decision with everything that is known of it",
            options: &[Opt {
                name: "id",
                about: "Its number, such as D-7, or words of its title",
                kind: Kind::Completed(handler!(find::offered)),
                required: true,
            }],
        },
        Shows::Private,
        handler!(find::show),
    ),
    member(
        On::Command {
            name: "decision rights",
            about: "Who may decide what here, and at which level",
            options: &[Opt {
                name: "topic",
                about: "What it is about, such as: releases; everything when left out",
                kind: Kind::Text(200),
                required: false,
            }],
        },
        Shows::Private,
        handler!(find::rights),
    ),
    member(
        On::Command { name: "decision export", about: "All decisions as a folder of Markdown (MADR)", options: &[] },
        Shows::Private,
        handler!(find::export),
    ),
    member(On::MessageCommand("Record as decision"), Shows::Form, handler!(record::from_message)),
    anywhere(On::Component("decision.clearing"), Shows::Form, handler!(record::clearing)),
    anywhere(On::Component("decision.again"), Shows::Form, handler!(record::again)),
    anywhere(On::Form("decision.recorded"), Shows::Private, handler!(record::recorded)),
    member(On::Component("decision.page"), Shows::Update, handler!(find::page)),
    member(On::Component("decision.picked"), Shows::Private, handler!(find::picked)),
    member(On::Component("decision.post"), Shows::Update, handler!(find::post)),
    member(On::Component("decision.history"), Shows::Private, handler!(find::history)),
    member(On::Component("decision.change"), Shows::Private, handler!(change::open)),
    member(On::Component("decision.words"), Shows::Form, handler!(change::words)),
    member(On::Form("decision.words_sent"), Shows::Private, handler!(change::words_sent)),
    member(On::Component("decision.detail"), Shows::Form, handler!(change::detail)),
    member(On::Form("decision.detail_sent"), Shows::Private, handler!(change::detail_sent)),
    member(On::Component("decision.parts"), Shows::Private, handler!(change::parts)),
    member(On::Component("decision.part"), Shows::Update, handler!(change::part)),
    member(On::Component("decision.level"), Shows::Update, handler!(change::level)),
    member(On::Component("decision.stands"), Shows::Update, handler!(change::stands)),
    member(On::Component("decision.owner"), Shows::Update, handler!(change::owner)),
    member(On::Component("decision.status"), Shows::Update, handler!(change::status)),
    member(On::Component("decision.date"), Shows::Form, handler!(change::date)),
    member(On::Form("decision.date_sent"), Shows::Private, handler!(change::date_sent)),
    member(On::Component("decision.links"), Shows::Form, handler!(change::links)),
    member(On::Form("decision.links_sent"), Shows::Private, handler!(change::links_sent)),
    member(On::Component("decision.supersede"), Shows::Form, handler!(record::supersede)),
    member(On::Component("decision.concern"), Shows::Form, handler!(change::concern)),
    member(On::Form("decision.concerned"), Shows::Private, handler!(change::concerned)),
    anywhere(On::Component("decision.review"), Shows::Private, handler!(review::open)),
    anywhere(On::Component("decision.held"), Shows::Form, handler!(review::held)),
    anywhere(On::Form("decision.held_sent"), Shows::Private, handler!(review::held_sent)),
    anywhere(On::Component("decision.adjust"), Shows::Form, handler!(review::adjust)),
    anywhere(On::Form("decision.adjusted"), Shows::Private, handler!(review::adjusted)),
    anywhere(On::Component("decision.reverse"), Shows::Form, handler!(review::reverse)),
    anywhere(On::Form("decision.reversed"), Shows::Private, handler!(review::reversed)),
];

/// The number at a place of the pointer's row.
fn number_at(act: &Act, at: usize) -> Result<i64> {
    let found = act.row().nth(at).and_then(|number| number.parse().ok());
    found.ok_or_else(|| person("I don't know that button any more. `/decision search` finds what was decided."))
}

/// A decision by its number.
async fn get(db: &mut Db, act: &Act, number: i64) -> Result<Decision> {
    let found = store::get(db, act.partnership, number).await?;
    found.ok_or_else(|| person(format!("There is no D-{number} here. `/decision search` finds what there is.")))
}

/// The decision that a button points at, as long as the caller may change it and it holds.
async fn theirs(db: &mut Db, act: &Act) -> Result<Decision> {
    let one = get(db, act, number_at(act, 0)?).await?;
    let leads = !squad::store::led_by(db, act.partnership, act.actor.user).await?.is_empty();
    if !policy::may_change(&one, act.actor.user, leads, act.actor.admin) {
        return refuse(view::not_yours(&one));
    }
    policy::check_open(&one)?;
    Ok(one)
}

/// What somebody sees who may change a decision.
async fn panel(db: &mut Db, act: &Act, one: Decision, said: &str) -> Result<Message> {
    let shown = log::shown(db, act.partnership, one).await?;
    Ok(view::panel(&shown, said))
}

/// Changes a decision in one transaction, as a new version; what `how` answers says what was done, or
/// nothing where nothing was.
async fn change<F>(app: &App, act: &Act, how: F) -> Result<Message>
where
    F: for<'a> FnOnce(&'a mut Tx, &'a App, &'a Act, &'a mut Decision) -> BoxFuture<'a, Result<Option<String>>>
        + Send
        + 'static,
{
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut one = theirs(tx, &act).await?;
            let what = how(tx, &own, &act, &mut one).await?;
            let said = match &what {
                Some(what) => {
                    one.says = one.says.cleaned()?;
                    log::change(tx, &own, act.partnership, &mut one, act.actor.user, what).await?;
                    "Saved. The record shows it."
                }
                None => "Nothing has changed.",
            };
            let one = get(tx, &act, one.number).await?;
            panel(tx, &act, one, said).await
        })
    });
    done.await
}

/// A text of a form as it was sent, empty where it was left so.
fn text(act: &Act, name: &str) -> String {
    act.text(name).unwrap_or_default().to_owned()
}

/// A private answer.
fn private(message: Message) -> Answer {
    Answer::Private(message)
}
