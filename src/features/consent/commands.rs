//! An author's word.

use crate::app::App;
use crate::command::{Act, Answer, Entry, Handler, On, Place, Shows, Who, Whose};
use crate::error::Result;
use crate::features::member::telling;
use crate::handler;

use super::{AUTHOR_HAS, passed_on, store, view};

const fn own(on: On, run: Handler) -> Entry {
    Entry { on, who: Who::Anyone, place: Place::Anywhere, whose: Whose::Own, shows: Shows::Update, run }
}

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] =
    &[own(On::Component("consent.yes"), handler!(yes)), own(On::Component("consent.no"), handler!(no))];

async fn yes(app: &App, act: &Act) -> Result<Answer> {
    answered(app, act, true).await
}

async fn no(app: &App, act: &Act) -> Result<Answer> {
    answered(app, act, false).await
}

async fn answered(app: &App, act: &Act, yes: bool) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            let all = store::of(tx, partnership, user).await?;
            let id: i64 = act.pointer.row.parse().unwrap_or_default();
            let theirs = all.into_iter().find(|one| one.id == id && one.author == user);
            let Some(one) = theirs.filter(|one| act.at - one.asked_at < AUTHOR_HAS) else {
                return Ok(view::nothing_waits());
            };
            store::forget(tx, partnership, one.id).await?;
            if !yes {
                telling::inform(tx, &own, partnership, one.by, view::was_not_let(&one)).await?;
                return Ok(view::not_passed_on());
            }
            let (named, then) = passed_on(tx, &own, partnership, &one).await?;
            telling::inform(tx, &own, partnership, one.by, view::was_let(&named, then)).await?;
            Ok(view::is_passed_on(&named))
        })
    });
    done.await.map(Answer::Update)
}
