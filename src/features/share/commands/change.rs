//! What somebody does with their own share.

use chrono::Days;

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Result, refuse};
use crate::features::member;
use crate::features::share::model::{Kind, State};
use crate::features::share::{keep, policy};
use crate::partnership::text::day;

use super::{changed, term};

/// Another kind of story.
pub(super) async fn kind(app: &App, act: &Act) -> Result<Answer> {
    changed(app, act, |tx, app, act, one| {
        Box::pin(async move {
            match act.pick().and_then(Kind::parse).filter(|kind| kind.is_story() && one.kind.is_story()) {
                Some(kind) => one.kind = kind,
                None => return refuse("Pick one of the three kinds, please."),
            }
            keep::keep(tx, app, act.partnership, one).await?;
            Ok("Saved.".to_owned())
        })
    })
    .await
}

/// **Take it back**.
pub(super) async fn back(app: &App, act: &Act) -> Result<Answer> {
    changed(app, act, |tx, app, act, one| {
        Box::pin(async move {
            if one.kind == Kind::Term {
                return term::forget(tx, app, act, one).await;
            }
            keep::take_back(tx, app, act.partnership, one).await?;
            Ok(format!("S-{} is taken back. Its words are gone here, and in the channel.", one.number))
        })
    })
    .await
}

/// **It stands 30 days more**, **Put it up again**.
pub(super) async fn stands(app: &App, act: &Act) -> Result<Answer> {
    changed(app, act, |tx, app, act, one| {
        Box::pin(async move {
            if !one.kind.is_exchange() {
                return refuse("Only offers and needs end by themselves.");
            }
            let zone = member::zone_of(tx, act.partnership, one.person).await?;
            let today = act.at.with_timezone(&zone).date_naive();
            let until = one.says.until.unwrap_or(today).max(today) + Days::new(policy::STANDS);
            let until = until.min(today + Days::new(policy::LONGEST));
            (one.state, one.says.until, one.says.asked) = (State::Open, Some(until), None);
            keep::keep(tx, app, act.partnership, one).await?;
            Ok(format!("Good: S-{} stands until {}.", one.number, day(until)))
        })
    })
    .await
}

/// **It stands no more**.
pub(super) async fn ends(app: &App, act: &Act) -> Result<Answer> {
    changed(app, act, |tx, app, act, one| {
        Box::pin(async move {
            if one.kind.is_exchange() {
                one.state = State::Closed;
                keep::keep(tx, app, act.partnership, one).await?;
            }
            Ok(format!("S-{} stands no more. Thank you for having put it up.", one.number))
        })
    })
    .await
}
