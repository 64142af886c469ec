//! What concerns an organisation's people: its stewards' alone, and announced to them first.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Error, Result};
use crate::features::member::telling;
use crate::features::organisation::model::{Organisation, Settings};
use crate::features::organisation::view::settings as view;
use crate::features::organisation::{jobs, notice, policy, store};
use crate::features::setup::store::Texts;
use crate::features::{member, setup};
use crate::partnership::Message;
use crate::scheduler;
use crate::storage::Tx;

use super::load;

/// The settings.
pub(super) async fn show(app: &App, act: &Act) -> Result<Answer> {
    let one = load(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Update(view::settings(act.partnership, &one, "")))
}

/// The name under which what was entered wrongly is kept.
fn kept_as(act: &Act) -> Result<String> {
    Ok(format!("organisation.settings:{}", act.the_organisation()?))
}

/// Opens the form for the numbers.
pub(super) async fn form(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let one = load(&mut db, act).await?;
    let kept = match act.row().nth(1) {
        Some("again") => setup::store::kept_form(&mut db, act.partnership, act.actor.user, &kept_as(act)?).await?,
        _ => Texts::new(),
    };
    Ok(Answer::Form(view::settings_form(act.partnership, &one, &kept)))
}

/// Announces other numbers, or keeps what can't be used.
pub(super) async fn sent(app: &App, act: &Act) -> Result<Answer> {
    let text = |name: &str| act.text(name).unwrap_or_default().to_owned();
    let (group, days) = (text("group"), text("days"));
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    let message = store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let one = load(tx, &act).await?;
            let wanted = one.pending.map_or(one.settings, |(settings, _)| settings);
            match policy::parse_settings(&group, &days, wanted) {
                Ok(wanted) => {
                    setup::store::drop_form(tx, act.partnership, act.actor.user, &kept_as(&act)?).await?;
                    announce(tx, &app, &act, one, wanted).await
                }
                Err(Error::Person(why)) => {
                    let texts = Texts::from([("group".to_owned(), group), ("days".to_owned(), days)]);
                    setup::store::keep_form(tx, act.partnership, act.actor.user, &kept_as(&act)?, &texts).await?;
                    Ok(view::refused(act.partnership, &one, &why))
                }
                Err(unexpected) => Err(unexpected),
            }
        })
    });
    message.await.map(Answer::Update)
}

/// Turns the flags on or off, as the button said when it was shown: two clicks are one.
pub(super) async fn flags(app: &App, act: &Act) -> Result<Answer> {
    let steward_flags = act.row().nth(1) == Some("on");
    change(app, act, move |_, wanted| Settings { steward_flags, ..wanted }).await
}

/// Takes back what was announced.
pub(super) async fn undo(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |current, _| current).await
}

async fn change(
    app: &App,
    act: &Act,
    how: impl FnOnce(Settings, Settings) -> Settings + Send + 'static,
) -> Result<Answer> {
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    let message = store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let one = load(tx, &act).await?;
            let wanted = how(one.settings, one.pending.map_or(one.settings, |(settings, _)| settings));
            announce(tx, &app, &act, one, wanted).await
        })
    });
    message.await.map(Answer::Update)
}

/// Plans a change of settings, and tells the organisation's people about it.
async fn announce(tx: &mut Tx, app: &App, act: &Act, before: Organisation, wanted: Settings) -> Result<Message> {
    let waiting = before.pending.map(|(settings, _)| settings);
    if wanted == waiting.unwrap_or(before.settings) {
        // Asked for twice: what was announced keeps its day.
        return Ok(view::settings(act.partnership, &before, &view::changed(&before)));
    }
    let pending = policy::announced(before.settings, wanted, act.at);
    let after = Organisation { pending, ..before };
    store::save(tx, act.partnership, &after, act.at).await?;
    scheduler::void(tx, act.partnership, jobs::SETTINGS, after.id.0).await?;
    let text = match pending {
        Some((settings, at)) => {
            let slot = at.timestamp_millis().to_string();
            scheduler::plan(tx, app, act.partnership, jobs::SETTINGS, after.id.0, &slot, at).await?;
            view::notice(&after, settings, at)
        }
        None => view::taken_back(&after),
    };
    for member in member::store::all(tx, act.partnership).await? {
        if member.agreed_organisation() == Some(after.id) {
            telling::leave(tx, app, act.partnership, member.user, notice(&text), act.at + telling::KEPT).await?;
        }
    }
    Ok(view::settings(act.partnership, &after, &view::changed(&after)))
}
