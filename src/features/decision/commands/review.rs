//! Looking at a decision again: held, adjusted or reversed, and what was learned.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::Result;
use crate::features::decision::model::{Decision, Lesson, Outcome, Status};
use crate::features::decision::{log, store, view};
use crate::features::setup;
use crate::storage::Tx;

use super::record::review_date;
use super::{change, private, text, theirs};

/// **Review**.
pub(super) async fn open(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let one = theirs(&mut db, act).await?;
    let shown = log::shown(&mut db, act.partnership, one).await?;
    Ok(private(view::review(&shown)))
}

pub(super) async fn held(app: &App, act: &Act) -> Result<Answer> {
    form(app, act, Outcome::Held).await
}

pub(super) async fn adjust(app: &App, act: &Act) -> Result<Answer> {
    form(app, act, Outcome::Adjusted).await
}

pub(super) async fn reverse(app: &App, act: &Act) -> Result<Answer> {
    form(app, act, Outcome::Reversed).await
}

async fn form(app: &App, act: &Act, outcome: Outcome) -> Result<Answer> {
    let one = theirs(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Form(view::review_form(act.partnership, &one, outcome)))
}

/// Files what was learned, where something was written.
async fn learn(tx: &mut Tx, act: &Act, one: &Decision, outcome: Outcome) -> Result<()> {
    let words = text(act, "learned");
    if words.is_empty() {
        return Ok(());
    }
    let number = setup::store::next_number(tx, act.partnership, "lesson").await?;
    let lesson = Lesson { number, decision: one.number, who: act.actor.user, outcome, words, at: act.at };
    store::save_lesson(tx, act.partnership, &lesson).await
}

pub(super) async fn held_sent(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, _, act, one| {
        Box::pin(async move {
            one.says.review_on = review_date(tx, act, one.says.owner).await?;
            one.asked = 0;
            learn(tx, act, one, Outcome::Held).await?;
            Ok(Some("looked at again, and held".to_owned()))
        })
    });
    done.await.map(private)
}

pub(super) async fn adjusted(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, _, act, one| {
        Box::pin(async move {
            act.required("decision")?.clone_into(&mut one.says.decision);
            one.says.review_on = review_date(tx, act, one.says.owner).await?;
            one.asked = 0;
            learn(tx, act, one, Outcome::Adjusted).await?;
            Ok(Some("looked at again, and adjusted".to_owned()))
        })
    });
    done.await.map(private)
}

pub(super) async fn reversed(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, _, act, one| {
        Box::pin(async move {
            act.required("learned")?;
            one.status = Status::Retired;
            learn(tx, act, one, Outcome::Reversed).await?;
            Ok(Some("looked at again, and reversed".to_owned()))
        })
    });
    done.await?;
    Ok(private(view::reversed()))
}
