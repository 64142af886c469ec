//! Ending a squad, and bringing it back.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Result, refuse};
use crate::features::squad::model::Squad;
use crate::features::squad::{policy, store, view};
use crate::partnership::text::escaped;

use super::{edit, live, load};

/// `/squad archive`: asks first.
pub(super) async fn ask(app: &App, act: &Act) -> Result<Answer> {
    let squad = live(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Private(view::archive_question(act.partnership, &squad)))
}

/// Archives it. A second click changes nothing.
pub(super) async fn archive(app: &App, act: &Act) -> Result<Answer> {
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let before = load(tx, &act).await?;
                if !policy::runs(&act.actor, &before) {
                    return refuse(
                        "Only this squad's lead or an admin can do that. `/squad who` shows who the lead is.",
                    );
                }
                let after = Squad { archived: true, ..before.clone() };
                if !before.archived {
                    edit::save(tx, &app, &act, &before, &after).await?;
                }
                Ok(Answer::Update(view::archived(act.partnership, &after)))
            })
        })
        .await
}

/// Brings it back, unless its name or channel has been taken meanwhile.
pub(super) async fn restore(app: &App, act: &Act) -> Result<Answer> {
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let before = load(tx, &act).await?;
                if !policy::runs(&act.actor, &before) {
                    return refuse("Only the squad's lead or an admin can bring it back. Ask one of them.");
                }
                let after = Squad { archived: false, ..before.clone() };
                let mut news = format!("**{}** is there already.", escaped(&after.name));
                if before.archived {
                    policy::no_clash(
                        &store::all(tx, act.partnership).await?,
                        &after.name,
                        after.channel,
                        Some(after.id),
                    )?;
                    edit::save(tx, &app, &act, &before, &after).await?;
                    news = format!("✅ **{}** is back, and its people are asked again.", escaped(&after.name));
                }
                edit::panel(tx, &act, &after, &news).await.map(Answer::Private)
            })
        })
        .await
}
