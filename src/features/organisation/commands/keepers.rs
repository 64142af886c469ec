//! Stewards and contacts: being asked, accepting, and stepping down.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Result, person, refuse};
use crate::features::member::model::Membership;
use crate::features::member::{Subject, telling};
use crate::features::organisation::model::{Keeper, Organisation};
use crate::features::organisation::policy::{self, Part};
use crate::features::organisation::{notice, store, view};
use crate::features::{checkin, member, squad};
use crate::partnership::text::{escaped, mention};
use crate::partnership::{Message, UserId};
use crate::storage::Tx;

use super::{caller, load, server};

/// Asks somebody to be steward or contact, in a DM. Whether there was anything to ask.
pub(super) async fn ask(
    tx: &mut Tx,
    app: &App,
    act: &Act,
    one: &Organisation,
    user: UserId,
    name: &str,
    job: Keeper,
) -> Result<bool> {
    let known = store::keepers(tx, act.partnership, one.id).await?;
    if known.contains(&(user, job, true)) {
        return Ok(false);
    }
    member::store::ensure(tx, act.partnership, user, name, act.at).await?;
    store::ask_keeper(tx, act.partnership, one.id, user, job, act.at).await?;
    let question =
        view::keeper_question(act.partnership, &server(tx, act.partnership).await?, one, job, act.actor.user);
    let instead = format!(
        "You were asked to be {} of **{}**: `/organisation list` has the buttons.",
        job.as_str(),
        escaped(&one.name)
    );
    let subject = Subject::of(tx, act.partnership, user).await?;
    telling::ask(tx, app, &subject, question, act.at + telling::KEPT, notice(&instead)).await?;
    Ok(true)
}

/// The job that the pointer names.
fn job(act: &Act) -> Result<Keeper> {
    act.row()
        .nth(1)
        .and_then(Keeper::parse)
        .ok_or_else(|| person("That button is no longer of use. `/organisation list` shows how it stands."))
}

/// **Accept**, by whoever was asked.
pub(super) async fn accept(app: &App, act: &Act) -> Result<Answer> {
    let job = job(act)?;
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let one = load(tx, &act).await?;
                if !store::accept_keeper(tx, act.partnership, one.id, act.actor.user, job, act.at).await? {
                    return refuse("You haven't been asked, or the question was taken back. `/organisation list` shows how it stands.");
                }
                belongs(tx, &app, &act, &one).await?;
                Ok(Answer::Update(view::keeper_answered(act.partnership, &one, job, true)))
            })
        })
        .await
}

/// Whoever looks after an organisation is of it, unless they are of another.
async fn belongs(tx: &mut Tx, app: &App, act: &Act, one: &Organisation) -> Result<()> {
    member::store::ensure(tx, act.partnership, act.actor.user, &act.actor.name, act.at).await?;
    let current = member::store::get(tx, act.partnership, act.actor.user).await?.and_then(|member| member.organisation);
    if current.is_none() || policy::still_asks(current, one.id) {
        let agreed = Some((one.id, Membership::Agreed));
        member::store::set_organisation(tx, act.partnership, act.actor.user, agreed).await?;
        checkin::replan(tx, app, act.partnership, None, Some(act.actor.user)).await?;
        squad::commands::touch_of_member(tx, app, act.partnership, act.actor.user).await?;
    }
    Ok(())
}

/// **No thanks**, by whoever was asked.
pub(super) async fn no_thanks(app: &App, act: &Act) -> Result<Answer> {
    let job = job(act)?;
    let act = act.clone();
    app.store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let one = load(tx, &act).await?;
                if !store::withdraw(tx, act.partnership, one.id, act.actor.user, job).await? {
                    return refuse("That has been answered already. `/organisation list` shows how it stands, and lets you step down.");
                }
                Ok(Answer::Update(view::keeper_answered(act.partnership, &one, job, false)))
            })
        })
        .await
}

/// Ends a job of the caller's own.
pub(super) async fn step_down(app: &App, act: &Act) -> Result<Answer> {
    let job = job(act)?;
    let act = act.clone();
    app.store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let one = load(tx, &act).await?;
                if !store::jobs_of(tx, act.partnership, act.actor.user).await?.contains(&(one.id, job)) {
                    return refuse(format!(
                        "You aren't {} of **{}**. `/organisation list` shows how it stands.",
                        job.as_str(),
                        escaped(&one.name)
                    ));
                }
                store::end_keeper(tx, act.partnership, one.id, act.actor.user, job).await?;
                let alone = job == Keeper::Steward && store::stewards(tx, act.partnership, one.id).await?.is_empty();
                Ok(Answer::Update(view::stepped_down(&one, job, alone)))
            })
        })
        .await
}

/// Takes back a question that has not been answered.
pub(super) async fn withdraw(app: &App, act: &Act) -> Result<Answer> {
    let job = job(act)?;
    let asked: UserId = act
        .row()
        .nth(2)
        .and_then(|user| user.parse().ok())
        .ok_or_else(|| person("That button is no longer of use."))?;
    let act = act.clone();
    app.store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let one = load(tx, &act).await?;
                let has_steward = !store::stewards(tx, act.partnership, one.id).await?.is_empty();
                let part = if job == Keeper::Steward { Part::Steward } else { Part::Contact };
                policy::check(caller(tx, &act, one.id).await?, has_steward, part, &one.name)?;
                let done = store::withdraw(tx, act.partnership, one.id, asked, job).await?;
                Ok(Answer::Update(Message::text(if done {
                    format!(
                        "Taken back: {} isn't asked to be {} of **{}** any more.",
                        mention(asked),
                        job.as_str(),
                        escaped(&one.name)
                    )
                } else {
                    format!("{} has answered already. `/organisation list` shows how it stands.", mention(asked))
                })))
            })
        })
        .await
}
