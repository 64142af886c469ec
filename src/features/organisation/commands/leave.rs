//! An organisation leaves the partnership.

use chrono::TimeDelta;

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::Result;
use crate::features::organisation::model::Organisation;
use crate::features::organisation::{jobs, store, view};
use crate::features::{checkin, member, rota, squad};
use crate::partnership::{Message, UserId};
use crate::scheduler;
use crate::storage::Tx;

use super::load;

/// `/organisation leave`: says what happens, and asks.
pub(super) async fn ask(app: &App, act: &Act) -> Result<Answer> {
    let one = load(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Private(view::leave_question(act.partnership, &one)))
}

/// It leaves. A second click finds it gone.
pub(super) async fn leave(app: &App, act: &Act) -> Result<Answer> {
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    let message = store.write(act.partnership, move |tx| Box::pin(async move { left(tx, &app, &act).await }));
    message.await.map(Answer::Update)
}

async fn left(tx: &mut Tx, app: &App, act: &Act) -> Result<Message> {
    let one = load(tx, act).await?;
    // The copy comes first, while it is still known whose people they are.
    let record = checkin::shared_record(tx, act.partnership, one.id).await?;
    let mut leaderless = Vec::new();
    for member in member::store::all(tx, act.partnership).await? {
        if member.organisation.is_some_and(|(id, _)| id == one.id) {
            let agreed = member.agreed_organisation().is_some();
            leaderless.extend(release(tx, app, act, &one, member.user, agreed).await?);
        }
    }
    leaderless.sort_unstable();
    leaderless.dedup();
    store::end_keepers(tx, act.partnership, one.id).await?;
    let after = Organisation { left: true, pending: None, ..one };
    store::save(tx, act.partnership, &after, act.at).await?;
    scheduler::void(tx, act.partnership, jobs::SETTINGS, after.id.0).await?;
    let forgotten_at = act.at + TimeDelta::days(i64::from(after.settings.retention_days));
    scheduler::plan(tx, app, act.partnership, jobs::FORGET, after.id.0, "", forgotten_at).await?;
    Ok(view::left(&after, record, &leaderless))
}

/// Ends somebody's membership, and their time in squads if they were of it. Which squads they lead.
async fn release(
    tx: &mut Tx,
    app: &App,
    act: &Act,
    one: &Organisation,
    user: UserId,
    agreed: bool,
) -> Result<Vec<String>> {
    squad::commands::touch_of_member(tx, app, act.partnership, user).await?;
    member::store::set_organisation(tx, act.partnership, user, None).await?;
    if !agreed {
        return Ok(Vec::new());
    }
    store::add_former(tx, act.partnership, one.id, user, act.at).await?;
    squad::store::erase(tx, act.partnership, user).await?;
    checkin::replan(tx, app, act.partnership, None, Some(user)).await?;
    rota::left(tx, app, act.partnership, user).await?;
    let leads = squad::store::led_by(tx, act.partnership, user).await?;
    Ok(leads.into_iter().map(|squad| squad.name).collect())
}
