//! How long it takes: a time that both sides agree on, during which it is in hand; and asking higher up.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Result, refuse};
use crate::features::blocker::ladder::Step;
use crate::features::blocker::model::{Hold, NOBODY};
use crate::features::blocker::{ask, keep, policy, view};
use crate::features::member;
use crate::partnership::Message;
use crate::partnership::text::moment;
use crate::schedule::parse_deadline;

use super::{By, act_on, private, theirs};

/// **It takes until …**
pub(super) async fn hold(app: &App, act: &Act) -> Result<Answer> {
    let (scene, _) = theirs(&mut *app.store.read().await?, act, By::Both).await?;
    Ok(Answer::Form(view::hold_form(&scene)))
}

/// Said by those who wait, it counts; said by those who are waited on, those who wait agree first.
pub(super) async fn hold_sent(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Both, |tx, app, act, scene| {
        Box::pin(async move {
            let user = act.actor.user;
            let zone = member::zone_of(tx, act.partnership, user).await?;
            let until = parse_deadline(act.required("until")?, act.at, zone)?;
            if until > act.at + policy::LONGEST_HOLD {
                return refuse("Half a year is the longest that something can be in hand. Name an earlier day.");
            }
            let why = act.required("why")?.to_owned();
            let hold = Hold { from: act.at, until, why: why.clone() };
            let viewer = super::viewer(tx, act).await?;
            if viewer.waits(&scene.one) && !viewer.is_asked(&scene.one) {
                scene.one.says.holds.retain(|hold| hold.until <= act.at);
                scene.one.says.holds.push(hold);
                scene.one.says.proposed = None;
                keep::note(tx, app, scene, user, &format!("says that it is in hand until {}", moment(until)), &why)
                    .await?;
                return Ok(format!("✅ In hand until {}: nobody is reminded before.", moment(until)));
            }
            scene.one.says.answered_at.get_or_insert(act.at);
            scene.one.says.proposed = Some(hold);
            keep::note(tx, app, scene, user, &format!("says that it takes until {}", moment(until)), &why).await?;
            let owner = if scene.one.owner == NOBODY { scene.squad.lead } else { scene.one.owner };
            let message = view::hold_question(scene, user);
            ask::inform(tx, app, scene, &[owner], user, &message).await?;
            Ok("✅ Those who wait are asked whether they agree; from then on it is in hand.".to_owned())
        })
    });
    done.await.map(private)
}

/// **Agreed**
pub(super) async fn hold_yes(app: &App, act: &Act) -> Result<Answer> {
    agree(app, act, true).await
}

/// **That's too long**
pub(super) async fn hold_no(app: &App, act: &Act) -> Result<Answer> {
    agree(app, act, false).await
}

async fn agree(app: &App, act: &Act, yes: bool) -> Result<Answer> {
    let done = act_on(app, act, By::Waiting, move |tx, app, act, scene| {
        Box::pin(async move {
            let Some(hold) = scene.one.says.proposed.take() else {
                return Ok("That has been answered already.".to_owned());
            };
            let what = if yes { "agrees that it takes so long" } else { "says that this is too long" };
            let said = if yes {
                format!("✅ In hand until {}.", moment(hold.until))
            } else {
                "Noted, and they hear so.".to_owned()
            };
            if yes {
                scene.one.says.holds.retain(|hold| hold.until <= act.at);
                // What was waited until it was agreed stays waited.
                scene.one.says.holds.push(Hold { from: act.at, ..hold });
            }
            keep::note(tx, app, scene, act.actor.user, what, "").await?;
            let message =
                view::news(scene, &format!("{} {what}:", crate::partnership::text::mention(act.actor.user)), "");
            ask::inform(tx, app, scene, &[scene.one.their_owner], act.actor.user, &message).await?;
            Ok(said)
        })
    });
    done.await.map(Answer::Update)
}

/// **It goes on now**: the rest of the time isn't needed.
pub(super) async fn hold_end(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Waiting, |tx, app, act, scene| {
        Box::pin(async move {
            for hold in &mut scene.one.says.holds {
                hold.until = hold.until.min(act.at);
            }
            keep::note(tx, app, scene, act.actor.user, "says that it goes on now", "").await?;
            Ok("Noted: it waits again.".to_owned())
        })
    });
    done.await.map(Answer::Update)
}

/// **Ask higher up**: the next step of the ladder, now.
pub(super) async fn escalate(app: &App, act: &Act) -> Result<Answer> {
    escalated(app, act).await.map(Answer::Update)
}

/// The next ones on the ladder are asked.
pub(super) async fn escalated(app: &App, act: &Act) -> Result<Message> {
    let done = act_on(app, act, By::Waiting, |tx, app, act, scene| {
        Box::pin(async move {
            if scene.one.asked.is_none() {
                return refuse("It waits on no organisation, so there is nobody to ask. Say first on whom it waits.");
            }
            let says = &scene.one.says;
            let needless = |step: &Step| match step {
                Step::Acknowledge => says.answered_at.is_some(),
                Step::Owner => scene.one.their_owner != NOBODY,
                Step::Leads | Step::Deputies => false,
            };
            let next = Step::ALL.into_iter().find(|step| !says.steps.contains(step) && !needless(step));
            let Some(next) = next else {
                return refuse(
                    "Everybody who could be asked has been: leads and deputies know. A call between them may help now.",
                );
            };
            ask::step(tx, app, scene, next, act.actor.user).await?;
            Ok("✅ Asked, once and kindly, with what was tried so far.".to_owned())
        })
    });
    done.await
}
