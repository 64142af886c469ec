//! The forms of a squad. What was sent wrongly is kept, and comes back filled in.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Error, Result, refuse};
use crate::features::setup;
use crate::features::setup::store::Texts;
use crate::features::squad::model::{Squad, Times};
use crate::features::squad::{policy, store, view};
use crate::partnership::Message;
use crate::storage::{Db, Tx};

use super::{edit, live};

const QUESTIONS: [&str; 4] = ["question1", "question2", "question3", "question4"];
const TIMES: [&str; 5] = ["schedule", "zone", "days", "closes", "reminders"];

/// What was filled in, read.
enum Filled {
    Questions(Vec<String>),
    Times(Times),
}

impl Filled {
    /// Only what the form has is changed: the rest may have changed since it was opened.
    fn applied(self, squad: Squad) -> Squad {
        match self {
            Self::Questions(questions) => Squad { questions, ..squad },
            Self::Times(times) => squad.at_times(times),
        }
    }

    fn news(&self) -> &'static str {
        match self {
            Self::Questions(_) => "✅ From the next prompt on, these are the questions.",
            Self::Times(_) => "✅ The times are saved, and everybody's next prompt is planned anew.",
        }
    }
}

/// Opens the form for questions.
pub(super) async fn questions(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let squad = live(&mut db, act).await?;
    let kept = kept(&mut db, act).await?;
    Ok(Answer::Form(view::questions_form(act.partnership, &squad, &kept)))
}

/// Saves the questions.
pub(super) async fn questions_sent(app: &App, act: &Act) -> Result<Answer> {
    let read = policy::parse_questions(&QUESTIONS.map(|name| act.text(name).unwrap_or_default()));
    sent(app, act, &QUESTIONS, read.map(Filled::Questions)).await
}

/// Opens the form for times.
pub(super) async fn times(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let squad = live(&mut db, act).await?;
    let kept = kept(&mut db, act).await?;
    Ok(Answer::Form(view::times_form(act.partnership, &squad, &kept)))
}

/// Saves the times, and plans anew.
pub(super) async fn times_sent(app: &App, act: &Act) -> Result<Answer> {
    let [schedule, zone, days, closes, reminders] = TIMES.map(|name| act.text(name).unwrap_or_default());
    let read = policy::parse_times(schedule, zone, days, closes, reminders);
    sent(app, act, &TIMES, read.map(Filled::Times)).await
}

/// The action that opens the form that was opened or sent.
fn opener(act: &Act) -> &str {
    act.pointer.action.trim_end_matches("_sent")
}

/// The name under which what was entered wrongly is kept.
fn form(act: &Act) -> Result<String> {
    Ok(format!("{}:{}", opener(act), act.the_squad()?))
}

/// What was entered wrongly, where the person comes back for it.
async fn kept(db: &mut Db, act: &Act) -> Result<Texts> {
    if act.row().nth(1) != Some("again") {
        return Ok(Texts::new());
    }
    setup::store::kept_form(db, act.partnership, act.actor.user, &form(act)?).await
}

/// Saves what a form changes, or keeps what can't be used.
async fn sent(app: &App, act: &Act, fields: &[&str], read: Result<Filled>) -> Result<Answer> {
    let text = |name: &&str| ((*name).to_owned(), act.text(name).unwrap_or_default().to_owned());
    let texts: Texts = fields.iter().map(text).collect();
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    let message = store.write(act.partnership, move |tx| {
        Box::pin(async move {
            match read {
                Ok(filled) => accepted(tx, &app, &act, filled).await,
                Err(Error::Person(why)) => kept_back(tx, &act, &texts, &why).await,
                Err(unexpected) => Err(unexpected),
            }
        })
    });
    message.await.map(Answer::Update)
}

async fn accepted(tx: &mut Tx, app: &App, act: &Act, filled: Filled) -> Result<Message> {
    let before = live(tx, act).await?;
    let news = filled.news();
    let after = filled.applied(before.clone());
    edit::save(tx, app, act, &before, &after).await?;
    setup::store::drop_form(tx, act.partnership, act.actor.user, &form(act)?).await?;
    edit::panel(tx, act, &after, news).await
}

async fn kept_back(tx: &mut Tx, act: &Act, texts: &Texts, why: &str) -> Result<Message> {
    let squad = live(tx, act).await?;
    setup::store::keep_form(tx, act.partnership, act.actor.user, &form(act)?, texts).await?;
    Ok(view::refused(act.partnership, &squad, opener(act), why))
}

/// Opens the form for what somebody does in a squad.
pub(super) async fn does(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let squad = live(&mut db, act).await?;
    let people = store::people(&mut db, act.partnership, squad.id).await?;
    match people.iter().find(|(user, _)| *user == act.actor.user) {
        Some((_, does)) => Ok(Answer::Form(view::does_form(act.partnership, &squad, does))),
        None => refuse("You aren't in this squad. `/squad join` makes you one of them."),
    }
}

/// Saves what somebody does in a squad.
pub(super) async fn does_sent(app: &App, act: &Act) -> Result<Answer> {
    let does = policy::parse_does(act.text("does").unwrap_or_default())?;
    let act = act.clone();
    app.store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let squad = live(tx, &act).await?;
                if !store::set_does(tx, act.partnership, squad.id, act.actor.user, &does).await? {
                    return refuse("You aren't in this squad any more. `/squad join` makes you one of them.");
                }
                let people = super::present(tx, act.partnership, squad.id).await?;
                Ok(Answer::Private(view::who(act.partnership, &squad, &people, act.actor.user)))
            })
        })
        .await
}
