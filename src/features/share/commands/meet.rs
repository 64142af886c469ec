//! Answering an offer or a need, being introduced, and saying what came of it.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Result, refuse};
use crate::features::member::{self, telling};
use crate::features::share::model::{Introduction, Share, Stands, State};
use crate::features::share::{exchange, jobs, keep, policy, store, view};
use crate::partnership::{Message, NOBODY};
use crate::scheduler;
use crate::storage::{Db, Tx};

use super::{get, number_at, text};

/// The offer or need that a button points at, as long as somebody may answer it.
async fn open_one(db: &mut Db, act: &Act) -> Result<Share> {
    let one = get(db, act, number_at(act, 0)?).await?;
    if one.state != State::Open || one.person == NOBODY || !one.kind.is_exchange() {
        return refuse(format!("S-{} stands no more. `/share browse` finds what else there is.", one.number));
    }
    if one.person == act.actor.user {
        return refuse(format!("S-{} is your own. I tell you when somebody answers it.", one.number));
    }
    Ok(one)
}

/// **I could use this…**, **I can help…**
pub(super) async fn open(app: &App, act: &Act) -> Result<Answer> {
    let one = open_one(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Form(view::answer_form(act.partnership, &one)))
}

/// The form was sent: whose it is, is asked.
pub(super) async fn answered(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let done = keep_answer(tx, &own, &act).await;
            act.or_back(done)
        })
    });
    done.await.map(Answer::Private)
}

async fn keep_answer(tx: &mut Tx, app: &App, act: &Act) -> Result<Message> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let share = open_one(tx, act).await?;
    let before = store::answers(tx, partnership, share.number).await?;
    if before.iter().any(|one| one.person == user && one.stands == Stands::Asked) {
        return Ok(view::answered_already(&share));
    }
    member::store::ensure(tx, partnership, user, &act.actor.name, act.at).await?;
    let one = Introduction {
        id: app.random.id(),
        share: share.number,
        person: user,
        words: text(act, "words"),
        stands: Stands::Asked,
        came: String::new(),
    };
    store::save_introduction(tx, partnership, &one, act.at).await?;
    let shown = keep::shown(tx, partnership, share).await?;
    exchange::ask(tx, app, &shown, &one).await?;
    Ok(view::answer_is_sent(&shown.one))
}

/// Does something about an answer to the caller's own offer or need, while it waits for them.
async fn decided(app: &App, act: &Act, yes: bool) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let partnership = act.partnership;
            let found = store::introduction(tx, partnership, number_at(&act, 0)?).await?;
            let Some(mut one) = found.filter(|one| one.stands == Stands::Asked) else {
                return Ok(view::nothing_waits());
            };
            let Ok(share) = get(tx, &act, one.share).await else { return Ok(view::nothing_waits()) };
            if share.person != act.actor.user {
                return Ok(view::nothing_waits());
            }
            let shown = keep::shown(tx, partnership, share).await?;
            if !yes {
                one.stands = Stands::Declined;
                store::save_introduction(tx, partnership, &one, act.at).await?;
                telling::inform(tx, &own, partnership, one.person, view::does_not_suit(&shown.one)).await?;
                return Ok(view::said_not_now());
            }
            exchange::introduce(tx, &own, &shown, &mut one).await?;
            let other = exchange::side(tx, partnership, one.person).await?;
            Ok(view::meet(&shown, &act.actor.name, &other, &one.words))
        })
    });
    done.await.map(Answer::Update)
}

/// **Introduce us**.
pub(super) async fn introduce(app: &App, act: &Act) -> Result<Answer> {
    decided(app, act, true).await
}

/// **Not this time**.
pub(super) async fn not_now(app: &App, act: &Act) -> Result<Answer> {
    decided(app, act, false).await
}

/// An introduction that the caller had use of, or could have, with what it was about.
async fn received(db: &mut Db, act: &Act) -> Result<Option<(Share, Introduction)>> {
    let found = store::introduction(db, act.partnership, number_at(act, 0)?).await?;
    let Some(one) = found.filter(|one| one.stands == Stands::Made) else { return Ok(None) };
    let Ok(share) = get(db, act, one.share).await else { return Ok(None) };
    let theirs = exchange::receiver(&share, &one) == act.actor.user;
    Ok(theirs.then_some((share, one)))
}

/// **Something came of it…**
pub(super) async fn came(app: &App, act: &Act) -> Result<Answer> {
    match received(&mut *app.store.read().await?, act).await? {
        Some((_, one)) => Ok(Answer::Form(view::came_form(act.partnership, one.id))),
        None => refuse("That has been answered already, or isn't there any more."),
    }
}

/// The form was sent: others read it, and the other side hears of it.
pub(super) async fn came_sent(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let partnership = act.partnership;
            let Some((mut share, mut one)) = received(tx, &act).await? else {
                return act.or_back(refuse("That has been answered already, or isn't there any more."));
            };
            act.required("came")?.clone_into(&mut one.came);
            one.stands = Stands::Over;
            store::save_introduction(tx, partnership, &one, act.at).await?;
            keep::keep(tx, &own, partnership, &mut share).await?;
            let giver = exchange::giver(&share, &one);
            if giver != NOBODY {
                let by = exchange::side(tx, partnership, act.actor.user).await?;
                telling::inform(tx, &own, partnership, giver, view::came_of_it(&share, &by, &one.came)).await?;
            }
            Ok(view::came_is_noted(partnership, &share, one.id))
        })
    });
    done.await.map(Answer::Private)
}

/// **Still under way**: it is asked again in two weeks.
pub(super) async fn under_way(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let Some((_, one)) = received(tx, &act).await? else { return Ok(view::nothing_waits()) };
            let at = act.at + policy::CAME_AFTER;
            let slot = at.timestamp_millis().to_string();
            scheduler::plan(tx, &own, act.partnership, jobs::CAME, one.id, &slot, at).await?;
            Ok(view::is_noted(true))
        })
    });
    done.await.map(Answer::Update)
}

/// **Nothing came of it**: nobody is told.
pub(super) async fn nothing(app: &App, act: &Act) -> Result<Answer> {
    let act = act.clone();
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let Some((_, mut one)) = received(tx, &act).await? else { return Ok(view::nothing_waits()) };
            one.stands = Stands::Over;
            store::save_introduction(tx, act.partnership, &one, act.at).await?;
            Ok(view::is_noted(false))
        })
    });
    done.await.map(Answer::Update)
}
