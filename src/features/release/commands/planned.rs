//! Planning a release, and what became of it: out, moved, called off.

use chrono::{DateTime, Days, NaiveTime, Utc};

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Error, Result, person, refuse};
use crate::features::release::model::{Planned, Release, State};
use crate::features::release::store::planned as store;
use crate::features::release::view::planned as view;
use crate::features::release::{jobs, notice, policy};
use crate::features::setup::store::Texts;
use crate::features::squad::model::Squad;
use crate::features::{member, setup, squad};
use crate::partnership::Message;
use crate::schedule::resolve;
use crate::storage::{Db, Tx};

use super::{keep, look, own_squad, with_line};

/// How many of CI's releases are offered as the one that was planned.
const MOST_OFFERED: usize = 3;

/// Keeps a release that is coming up, shows it to the squad, and plans who else hears of it.
pub(super) async fn plan(
    tx: &mut Tx,
    app: &App,
    act: &Act,
    squad: &Squad,
    what: String,
    at: DateTime<Utc>,
) -> Result<Message> {
    let partnership = act.partnership;
    let one = Planned {
        id: app.random.id(),
        squad: squad.id,
        person: act.actor.user,
        what,
        at,
        state: State::Planned,
        from_ci: None,
    };
    store::save(tx, partnership, &one, act.at).await?;
    jobs::show(tx, app, partnership, &one).await?;
    jobs::plan(tx, app, partnership, &one).await?;
    let hear = notice::plan(tx, app, partnership, &one).await?;
    Ok(view::planned(partnership, squad, &one, &hear))
}

/// The caller's own planned release that the row names, with its squad.
async fn load(db: &mut Db, act: &Act) -> Result<(Planned, Squad)> {
    let gone = || person("That planned release isn't there any more. `/share release` plans another one.");
    let id = act.row().next().and_then(|id| id.parse().ok()).unwrap_or_default();
    let one = store::get(db, act.partnership, id).await?.filter(|one| one.person == act.actor.user);
    let one = one.ok_or_else(gone)?;
    let squad = squad::store::get(db, act.partnership, one.squad).await?.ok_or_else(gone)?;
    Ok((one, squad))
}

/// **It's out**: it is recorded, unless CI told of something that day. Then that is asked about first.
pub(super) async fn out(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| Box::pin(async move { settle(tx, &own, &act).await }));
    done.await.map(Answer::Update)
}

async fn settle(tx: &mut Tx, app: &App, act: &Act) -> Result<Message> {
    let partnership = act.partnership;
    let (mut one, squad) = load(tx, act).await?;
    if one.state == State::Out {
        return Ok(view::changed(partnership, &one, 0, &[]));
    }
    if squad.archived {
        return refuse("That squad was archived meanwhile, so its releases aren't counted any more.");
    }
    own_squad(tx, act, squad.id).await?;
    let date = one.at.with_timezone(&squad.zone).date_naive();
    let [from, to] = [date, date + Days::new(1)].map(|date| resolve(date.and_time(NaiveTime::MIN), squad.zone));
    let mut told = store::unclaimed(tx, partnership, squad.id, from, to).await?;
    told.truncate(MOST_OFFERED);
    let picked: Option<i64> = act.row().nth(1).and_then(|id| id.parse().ok());
    if picked.is_none() && !told.is_empty() {
        return Ok(view::same(partnership, &one, &told));
    }
    one.state = State::Out;
    if let Some((id, _, at)) = told.into_iter().find(|(id, ..)| Some(*id) == picked) {
        (one.from_ci, one.at) = (Some(id), at);
        store::claim(tx, partnership, one.person, id).await?;
        store::save(tx, partnership, &one, act.at).await?;
        jobs::show(tx, app, partnership, &one).await?;
        let (member, subject) = super::caller(tx, act).await?;
        return Ok(with_line(view::was_from_ci(&one), look(tx, app, &member, &subject).await?));
    }
    // Whoever says so before it was planned says that it went out now.
    one.at = one.at.min(act.at);
    store::save(tx, partnership, &one, act.at).await?;
    jobs::show(tx, app, partnership, &one).await?;
    keep(tx, app, act, &squad, &Release { id: one.id, squad: squad.id, what: one.what.clone(), at: one.at }).await
}

/// A release that had been planned was taken back: it is a planned one again. `None`: it never was one.
pub(super) async fn reopen(tx: &mut Tx, app: &App, act: &Act, id: i64) -> Result<Option<Message>> {
    let one = store::get(tx, act.partnership, id).await?.filter(|one| one.state == State::Out);
    let Some(one) = one else { return Ok(None) };
    let one = Planned { state: State::Planned, ..one };
    store::save(tx, act.partnership, &one, act.at).await?;
    jobs::show(tx, app, act.partnership, &one).await?;
    Ok(Some(view::reopened(act.partnership, &one)))
}

/// **Called off**, or **Take it back**, which leaves nothing where nobody outside the channel heard of it.
pub(super) async fn off(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let partnership = act.partnership;
            let (one, squad) = load(tx, &act).await?;
            if one.state != State::Planned {
                return Ok(view::changed(partnership, &one, 0, &[]));
            }
            if act.row().nth(1) == Some("back") && store::told(tx, partnership, one.id).await?.is_empty() {
                store::remove(tx, partnership, one.id).await?;
                jobs::show(tx, &own, partnership, &one).await?;
                return Ok(view::taken_back(&one));
            }
            let one = Planned { state: State::Off, ..one };
            let told = change(tx, &own, &act, &squad, &one, one.at).await?;
            Ok(view::changed(partnership, &one, told, &[]))
        })
    });
    done.await.map(Answer::Update)
}

/// Saves a change, shows it to the squad, and tells whoever had heard of it: how many organisations those are.
async fn change(tx: &mut Tx, app: &App, act: &Act, squad: &Squad, one: &Planned, was: DateTime<Utc>) -> Result<usize> {
    store::save(tx, act.partnership, one, act.at).await?;
    jobs::show(tx, app, act.partnership, one).await?;
    notice::follow_up(tx, app, act.partnership, squad, one, was).await
}

/// The name under which a time that can't be used is kept.
fn kept_as(one: &Planned) -> String {
    format!("release.move:{}", one.id)
}

/// **Moved…**: opens the form for another time.
pub(super) async fn form(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let (one, _) = load(&mut db, act).await?;
    let kept = setup::store::kept_form(&mut db, act.partnership, act.actor.user, &kept_as(&one)).await?;
    let kept = kept.get("when").map(String::as_str).unwrap_or_default();
    Ok(Answer::Form(view::move_form(act.partnership, &one, kept)))
}

/// The form was sent. What can't be used is kept, and comes back.
pub(super) async fn moved(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            let (before, squad) = load(tx, &act).await?;
            if before.state != State::Planned {
                return Ok(view::changed(partnership, &before, 0, &[]));
            }
            let zone = member::zone_of(tx, partnership, user).await?;
            let text = act.text("when").unwrap_or_default();
            let at = match policy::coming(text, act.at, zone) {
                Err(Error::Person(why)) => {
                    let texts = Texts::from([("when".to_owned(), text.to_owned())]);
                    setup::store::keep_form(tx, partnership, user, &kept_as(&before), &texts).await?;
                    return Ok(view::refused(partnership, &before, &why));
                }
                at => at?,
            };
            setup::store::drop_form(tx, partnership, user, &kept_as(&before)).await?;
            let one = Planned { at, ..before.clone() };
            if at == before.at {
                return Ok(view::changed(partnership, &one, 0, &[]));
            }
            let told = change(tx, &own, &act, &squad, &one, before.at).await?;
            jobs::plan(tx, &own, partnership, &one).await?;
            let hear = notice::plan(tx, &own, partnership, &one).await?;
            Ok(view::changed(partnership, &one, told, &hear))
        })
    });
    done.await.map(Answer::Update)
}
