//! Opening a pulse, answering it tap by tap, and closing it early.

use futures::future::BoxFuture;

use crate::app::App;
use crate::command::{Act, Answer, Entry, Handler, On, Place, Shows, Who, Whose};
use crate::error::{Error, Result, person, refuse};
use crate::features::{conversation, member, setup};
use crate::handler;
use crate::outbox;
use crate::partnership::{ChannelId, Message};
use crate::schedule::parse_deadline;
use crate::storage::{Db, Tx, seal};

use super::model::{Pulse, QUESTIONS, Results, Said};
use super::{jobs, policy, store, view};

const fn own(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Member, place: Place::Server, whose: Whose::Own, shows, run }
}

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    own(On::Component("pulse.open"), Shows::Form, handler!(open)),
    own(On::Form("pulse.opened"), Shows::Private, handler!(opened)),
    own(On::Component("pulse.answer"), Shows::Private, handler!(answer)),
    own(On::Component("pulse.at"), Shows::Update, handler!(at)),
    own(On::Component("pulse.say"), Shows::Update, handler!(say)),
    own(On::Component("pulse.unsay"), Shows::Update, handler!(unsay)),
    own(On::Component("pulse.close"), Shows::Private, handler!(close)),
    own(On::Component("pulse.close_yes"), Shows::Update, handler!(close_yes)),
];

/// The form that opens a pulse in a channel; or why there can't be one now.
pub async fn form(app: &App, act: &Act, channel: ChannelId) -> Result<Answer> {
    let mut db = app.store.read().await?;
    setup::commands::ready(&mut db, act.partnership).await?;
    may_open(&mut db, act).await?;
    Ok(Answer::Form(view::open_form(act.partnership, channel)))
}

/// A button that opens one; its row may name a channel.
async fn open(app: &App, act: &Act) -> Result<Answer> {
    form(app, act, channel(act)).await
}

fn channel(act: &Act) -> ChannelId {
    act.channel_in_row(0)
}

async fn may_open(db: &mut Db, act: &Act) -> Result<()> {
    let Some(last) = store::latest(db, act.partnership).await? else { return Ok(()) };
    match last.closed_at {
        None => refuse(view::open_already(&last)),
        // One that showed nothing gives nothing away.
        Some(at) if !last.results.is_empty() && act.at < at + policy::PAUSE => refuse(view::too_soon(at)),
        Some(_) => Ok(()),
    }
}

/// The form was sent.
async fn opened(app: &App, act: &Act) -> Result<Answer> {
    let (channel, forum) = conversation::place(app, act, channel(act)).await?;
    let partnership = act.partnership;
    let (app_, act) = (app.clone(), act.clone());
    let done = app.store.write(partnership, move |tx| {
        Box::pin(async move {
            may_open(tx, &act).await?;
            let zone = member::zone_of(tx, partnership, act.actor.user).await?;
            let ends_at = parse_deadline(act.required("deadline")?, act.at, zone)?;
            let one = Pulse {
                number: setup::store::next_number(tx, partnership, "pulse").await?,
                facilitator: Some(act.actor.user),
                channel,
                forum,
                ends_at,
                closed_at: None,
                results: Results::default(),
            };
            seal::make(tx, &app_.random, partnership, &one.seal()).await?;
            jobs::keep(tx, &app_, partnership, &one).await?;
            Ok(view::opened(partnership, &one))
        })
    });
    match done.await {
        // What can't be used isn't worth keeping: the form has one field.
        Err(Error::Person(why)) => Ok(Answer::Private(view::again(partnership, channel, &why))),
        done => done.map(Answer::Private),
    }
}

/// A number at a place of the pointer's row.
fn number(act: &Act, at: usize) -> Result<i64> {
    let found = act.row().nth(at).and_then(|number| number.parse().ok());
    found.ok_or_else(|| person("I don't know that button any more."))
}

fn question(act: &Act) -> Result<usize> {
    let question = number(act, 1).map(usize::try_from)?;
    let found = question.ok().filter(|question| *question < QUESTIONS.len());
    found.ok_or_else(|| person("I don't know that question any more."))
}

async fn pulse(db: &mut Db, act: &Act) -> Result<Pulse> {
    let found = store::get(db, act.partnership, number(act, 0)?).await?;
    found.ok_or_else(|| person("That pulse isn't there any more."))
}

/// The pulse of a button, while it takes answers.
async fn open_pulse(db: &mut Db, act: &Act) -> Result<Pulse> {
    let one = pulse(db, act).await?;
    if one.is_open(act.at) { Ok(one) } else { refuse(view::closed_already(&one)) }
}

/// **Answer**: the first question without an answer, or all that was said.
async fn answer(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let one = open_pulse(&mut db, act).await?;
    let sheet = store::sheet(&mut db, act.partnership, &one, act.actor.user).await?;
    Ok(Answer::Private(view::next(act.partnership, &one, &sheet)))
}

/// **Back**, or one of the questions again.
async fn at(app: &App, act: &Act) -> Result<Answer> {
    let question = question(act)?;
    let mut db = app.store.read().await?;
    let one = open_pulse(&mut db, act).await?;
    let sheet = store::sheet(&mut db, act.partnership, &one, act.actor.user).await?;
    Ok(Answer::Update(view::question(act.partnership, &one, &sheet, question)))
}

/// An answer was tapped.
async fn say(app: &App, act: &Act) -> Result<Answer> {
    let (question, value) = (question(act)?, number(act, 2)?);
    let known = QUESTIONS[question].scale.iter().map(|(known, _)| *known).find(|known| i64::from(*known) == value);
    let said = match known {
        Some(value) => Said::Value(value),
        None if value == 0 => Said::RatherNot,
        None => return refuse("I don't know that answer any more."),
    };
    let done = change(app, act, move |tx, app, act, one| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            let member = member::store::get(tx, partnership, user).await?;
            let organisation = member.and_then(|member| member.agreed_organisation());
            let mut sheet = store::sheet(tx, partnership, one, user).await?;
            sheet.0[question] = said;
            store::save_sheet(tx, &app.random, partnership, one, (user, organisation), &sheet).await?;
            Ok(view::after(partnership, one, &sheet, question))
        })
    });
    done.await
}

/// **Take it all back**.
async fn unsay(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, _, act, one| {
        Box::pin(async move {
            store::drop_sheet(tx, act.partnership, one.number, act.actor.user).await?;
            Ok(view::unsaid(act.partnership, one))
        })
    });
    done.await
}

/// Changes a sheet of an open pulse. The panel is touched only where the organisations heard change: an
/// edit after each tap would show when people answer.
async fn change<F>(app: &App, act: &Act, how: F) -> Result<Answer>
where
    F: for<'a> FnOnce(&'a mut Tx, &'a App, &'a Act, &'a Pulse) -> BoxFuture<'a, Result<Message>> + Send + 'static,
{
    let (app_, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let one = open_pulse(tx, &act).await?;
            let before = store::heard(tx, act.partnership, one.number).await?;
            let said = how(tx, &app_, &act, &one).await?;
            if store::heard(tx, act.partnership, one.number).await? != before {
                outbox::touch(tx, &app_, act.partnership, &one.panel()).await?;
            }
            Ok(said)
        })
    });
    done.await.map(Answer::Update)
}

fn may_close(act: &Act, one: &Pulse) -> Result<()> {
    if one.closed_at.is_some() {
        return refuse(view::closed_already(one));
    }
    let may = act.actor.admin || one.facilitator == Some(act.actor.user);
    if may { Ok(()) } else { refuse("Only whoever opened the pulse, or an admin, can close it early.") }
}

/// **Close early** asks first.
async fn close(app: &App, act: &Act) -> Result<Answer> {
    let one = pulse(&mut *app.store.read().await?, act).await?;
    may_close(act, &one)?;
    Ok(Answer::Private(view::close_early(act.partnership, &one)))
}

async fn close_yes(app: &App, act: &Act) -> Result<Answer> {
    let (app_, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let one = pulse(tx, &act).await?;
            may_close(&act, &one)?;
            jobs::close(tx, &app_, act.partnership, one).await?;
            Ok(Message::text("It is closed. The picture comes into the channel in a moment."))
        })
    });
    done.await.map(Answer::Update)
}
