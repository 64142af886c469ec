//! Who is in a squad: joining, leaving, being added, and who does what.

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::{Result, person, refuse};
use crate::features::squad::{policy, store, view};
use crate::features::{checkin, member, organisation, rota};
use crate::partnership::text::{counted, listed, mention};
use crate::partnership::{Message, UserId};
use crate::storage::Tx;

use super::{edit, live, load, present, touch};

/// `/squad join`.
pub(super) async fn join(app: &App, act: &Act) -> Result<Answer> {
    enter(app, act).await.map(Answer::Private)
}

/// The undo of leaving.
pub(super) async fn rejoin(app: &App, act: &Act) -> Result<Answer> {
    enter(app, act).await.map(Answer::Update)
}

async fn enter(app: &App, act: &Act) -> Result<Message> {
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    store.write(act.partnership, move |tx| Box::pin(async move { entered(tx, &app, &act).await })).await
}

async fn entered(tx: &mut Tx, app: &App, act: &Act) -> Result<Message> {
    let squad = live(tx, act).await?;
    let user = act.actor.user;
    let again = store::members(tx, act.partnership, squad.id).await?.contains(&user);
    edit::enter(tx, app, act, squad.id, user, &act.actor.name).await?;
    let member = member::store::get(tx, act.partnership, user).await?;
    let has_zone = member.is_some_and(|member| member.zone.is_some());
    let question = organisation::commands::question(tx, act.partnership, user, &act.actor.roles).await?;
    Ok(view::joined(act.partnership, &squad, again, has_zone, question))
}

/// `/squad leave`.
pub(super) async fn leave(app: &App, act: &Act) -> Result<Answer> {
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let squad = load(tx, &act).await?;
                let user = act.actor.user;
                let was_in = store::members(tx, act.partnership, squad.id).await?.contains(&user);
                if was_in {
                    store::remove_member(tx, act.partnership, squad.id, user).await?;
                    checkin::replan(tx, &app, act.partnership, None, Some(user)).await?;
                    rota::left(tx, &app, act.partnership, user).await?;
                    touch(tx, &app, act.partnership, squad.id).await?;
                }
                Ok(Answer::Private(view::left(act.partnership, &squad, was_in, squad.lead == user)))
            })
        })
        .await
}

/// `/squad who`, and the button on the squad's panel.
pub(super) async fn who(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let squad = load(&mut db, act).await?;
    let people = present(&mut db, act.partnership, squad.id).await?;
    Ok(Answer::Private(view::who(act.partnership, &squad, &people, act.actor.user)))
}

/// The lead's list of people.
pub(super) async fn people(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let squad = live(&mut db, act).await?;
    let people = present(&mut db, act.partnership, squad.id).await?;
    Ok(Answer::Update(view::people(act.partnership, &squad, &people, "")))
}

/// Adds the people who were picked.
pub(super) async fn add(app: &App, act: &Act) -> Result<Answer> {
    let picked = act.picked().iter().filter_map(|value| match value {
        Value::User(user, name) => Some((*user, name.clone())),
        _ => None,
    });
    let picked: Vec<(UserId, String)> = picked.collect();
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let squad = live(tx, &act).await?;
                let before = store::members(tx, act.partnership, squad.id).await?;
                for (user, name) in &picked {
                    edit::enter(tx, &app, &act, squad.id, *user, name).await?;
                }
                let new = picked.iter().filter(|(user, _)| !before.contains(user)).count();
                let people = present(tx, act.partnership, squad.id).await?;
                let news = format!("✅ {} added.", counted(new, "person", "people"));
                Ok(Answer::Update(view::people(act.partnership, &squad, &people, &news)))
            })
        })
        .await
}

/// Takes out the people who were picked.
pub(super) async fn remove(app: &App, act: &Act) -> Result<Answer> {
    let picked = act.picked().iter().map(|value| match value {
        Value::Text(user) => user.parse::<UserId>().map_err(|_| person("Please pick from the list.")),
        _ => refuse("Please pick from the list."),
    });
    let picked = picked.collect::<Result<Vec<UserId>>>()?;
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let squad = live(tx, &act).await?;
                policy::lead_stays(&squad, &picked)?;
                for user in &picked {
                    store::remove_member(tx, act.partnership, squad.id, *user).await?;
                    checkin::replan(tx, &app, act.partnership, None, Some(*user)).await?;
                    rota::left(tx, &app, act.partnership, *user).await?;
                }
                touch(tx, &app, act.partnership, squad.id).await?;
                let people = present(tx, act.partnership, squad.id).await?;
                let names: Vec<String> = picked.iter().map(|user| mention(*user)).collect();
                let news = format!("✅ Taken out: {}. **Add people** brings them back.", listed(&names));
                Ok(Answer::Update(view::people(act.partnership, &squad, &people, &news)))
            })
        })
        .await
}
