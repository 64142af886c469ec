//! What whoever looks after a conversation can do.

use chrono::TimeDelta;

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::{Error, Result, refuse};
use crate::features::conversation::model::{Outcome, Stage, Voice};
use crate::features::conversation::scene::Scene;
use crate::features::conversation::{advance, ask, policy, store, thread, view};
use crate::features::decision;
use crate::features::member;
use crate::outbox;
use crate::partnership::{Call, Message, OrganisationId};
use crate::storage::{Db, Tx};

use super::propose::instant;
use super::{at, begin, change, number, scene};

/// Longest call, in minutes.
const LONGEST_CALL: i64 = 480;

/// Refuses whoever doesn't look after it.
fn checked(act: &Act, scene: &Scene) -> Result<()> {
    if scene.may_facilitate(act.actor.user, act.actor.admin) { Ok(()) } else { refuse(view::not_yours(scene)) }
}

async fn panel(db: &mut Db, scene: &Scene, said: &str, naming: Option<OrganisationId>) -> Result<Message> {
    let proposals = store::latest_proposals(db, scene.partnership, scene.one.number).await?;
    let lost = outbox::is_lost(db, scene.partnership, &scene.one.panel()).await?;
    Ok(view::facilitator(scene, said, &proposals, naming, lost))
}

/// **Facilitate**. Where nobody looks after it any more, whoever clicks does from then on.
pub(super) async fn open(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let scene = scene(&mut db, act).await?;
    checked(act, &scene)?;
    if scene.facilitator().is_some() || scene.one.stage == Stage::Closed {
        return panel(&mut db, &scene, "", None).await.map(Answer::Private);
    }
    drop(db);
    let done = change(app, act, |tx, _, act, scene| {
        Box::pin(async move {
            checked(act, scene)?;
            member::store::ensure(tx, act.partnership, act.actor.user, &act.actor.name, act.at).await?;
            scene.one.facilitator = Some(act.actor.user);
            panel(tx, scene, "You look after it from now on.", None).await
        })
    });
    done.await.map(Answer::Private)
}

pub(super) async fn again(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let scene = scene(&mut db, act).await?;
    checked(act, &scene)?;
    panel(&mut db, &scene, "", None).await.map(Answer::Update)
}

/// Does something that its facilitator may, and shows how it stands then.
async fn act_on<F>(app: &App, act: &Act, how: F) -> Result<Message>
where
    F: for<'a> FnOnce(&'a mut Tx, &'a App, &'a Act, &'a mut Scene) -> futures::future::BoxFuture<'a, Result<String>>
        + Send
        + 'static,
{
    change(app, act, |tx, app, act, scene| {
        Box::pin(async move {
            checked(act, scene)?;
            let said = how(tx, app, act, scene).await?;
            panel(tx, scene, &said, None).await
        })
    })
    .await
}

/// **Announce the reveal**: once every organisation has been heard.
pub(super) async fn announce(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, |tx, app, act, scene| {
        Box::pin(async move {
            at(scene, &[Stage::Gathering])?;
            if scene.one.is_announced() {
                return Ok(String::new());
            }
            if !scene.quiet().is_empty() {
                return refuse("Not every organisation has been heard yet, so it stays open until its time.");
            }
            if scene.one.anonymous && scene.speakers.len() < policy::FEWEST {
                return refuse("There are too few views to show them without names. They open a day after the fifth.");
            }
            let reveal_at = act.at + policy::NOTICE;
            if reveal_at >= scene.one.deadline {
                return Ok("Its time ends within a day anyway, so it stays as it is.".to_owned());
            }
            scene.one.ends_at = Some(reveal_at);
            thread::say(tx, app, scene, view::announced(scene)).await?;
            Ok("Announced in the thread.".to_owned())
        })
    });
    done.await.map(Answer::Update)
}

/// **Open the discussion**.
pub(super) async fn discuss(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, |tx, app, _, scene| {
        Box::pin(async move {
            at(scene, &[Stage::Revealed])?;
            advance::discuss(tx, app, scene).await?;
            Ok(String::new())
        })
    });
    done.await.map(Answer::Update)
}

/// **Record the decision**.
pub(super) async fn decide(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, |tx, app, _, scene| {
        Box::pin(async move {
            at(scene, &[Stage::Consent])?;
            if !scene.tally().carries() {
                return refuse(
                    "It can't be recorded yet: an organisation hasn't been heard, somebody objects, or nobody has consented.",
                );
            }
            advance::decide(tx, app, scene).await?;
            Ok(String::new())
        })
    });
    done.await.map(Answer::Update)
}

/// Whose voice is needed was picked. Who was named as deputy stays so.
pub(super) async fn voices(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, |tx, _, act, scene| {
        Box::pin(async move {
            if scene.one.stage == Stage::Closed {
                return refuse(view::over(scene));
            }
            let picked = act.picked().iter().filter_map(|value| match value {
                Value::Text(text) => text.parse().ok().map(OrganisationId),
                _ => None,
            });
            let picked: Vec<OrganisationId> = picked.filter(|id| scene.organisation(*id).is_some()).collect();
            if picked.is_empty() {
                return refuse("Somebody has to be heard: pick one organisation at least.");
            }
            let deputy =
                |id: OrganisationId| scene.voices.iter().find(|one| one.organisation == id).and_then(|one| one.deputy);
            let voices: Vec<Voice> =
                picked.into_iter().map(|organisation| Voice { organisation, deputy: deputy(organisation) }).collect();
            store::set_voices(tx, act.partnership, scene.one.number, &voices).await?;
            scene.voices = store::voices(tx, act.partnership, scene.one.number).await?;
            Ok(format!("Whose voice is needed: {}.", view::asked(scene)))
        })
    });
    done.await.map(Answer::Update)
}

/// For which organisation a deputy is to be named was picked.
pub(super) async fn deputy(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let scene = scene(&mut db, act).await?;
    checked(act, &scene)?;
    let id = act.pick().and_then(|id| id.parse().ok()).map(OrganisationId);
    let naming = id.filter(|id| scene.voices.iter().any(|voice| voice.organisation == *id));
    panel(&mut db, &scene, "", naming).await.map(Answer::Update)
}

/// Who was.
pub(super) async fn deputy_named(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, |tx, app, act, scene| {
        Box::pin(async move {
            if scene.one.stage == Stage::Closed {
                return refuse(view::over(scene));
            }
            let organisation = OrganisationId(number(act, 1)?);
            let Some(Value::User(user, name)) = act.picked().first().cloned() else {
                return refuse("Pick the person who may speak for it.");
            };
            if user == act.actor.user {
                return refuse(
                    "Whoever looks after it can't be a deputy as well: name somebody whom that organisation trusts.",
                );
            }
            member::store::ensure(tx, act.partnership, user, &name, act.at).await?;
            let Some(voice) = scene.voices.iter_mut().find(|voice| voice.organisation == organisation) else {
                return refuse("That organisation's voice isn't needed here any more.");
            };
            voice.deputy = Some(user);
            let voices = scene.voices.clone();
            store::set_voices(tx, act.partnership, scene.one.number, &voices).await?;
            let fresh = Scene::of(tx, act.partnership, scene.one.clone()).await?;
            *scene = fresh;
            // In the open, so that the organisation can say otherwise, by speaking for itself.
            thread::quote(tx, app, scene, view::deputy(scene, organisation, user), Some(user)).await?;
            if scene.one.grace {
                ask::last_call(tx, app, scene, organisation).await?;
            }
            Ok(String::new())
        })
    });
    done.await.map(Answer::Update)
}

/// Where it goes on, once its channel is gone.
pub(super) async fn go_elsewhere(app: &App, act: &Act) -> Result<Answer> {
    let Some(Value::Channel(channel)) = act.picked().first().cloned() else { return refuse("Pick a channel.") };
    let (channel, forum) = begin::place(app, act, channel).await?;
    let done = act_on(app, act, move |tx, app, _, scene| {
        Box::pin(async move {
            let from = scene.one.channel;
            if from == channel {
                return Ok("It is there already.".to_owned());
            }
            (scene.one.channel, scene.one.forum) = (channel, forum);
            advance::keep(tx, app, scene).await?;
            thread::say(tx, app, scene, view::moved(scene, from)).await?;
            thread::say_again(tx, app, scene).await?;
            Ok("It goes on there.".to_owned())
        })
    });
    done.await.map(Answer::Update)
}

/// **Say it all again**, such as after its posts were deleted or refused.
pub(super) async fn say_again(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, |tx, app, _, scene| {
        Box::pin(async move {
            at(scene, &[Stage::Revealed, Stage::Discussing, Stage::Consent])?;
            thread::say_again(tx, app, scene).await?;
            Ok("It is said again at the end of the thread.".to_owned())
        })
    });
    done.await.map(Answer::Update)
}

/// **Change the time** opens a form.
pub(super) async fn deadline(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let scene = scene(&mut db, act).await?;
    checked(act, &scene)?;
    at(&scene, &[Stage::Gathering, Stage::Consent])?;
    Ok(Answer::Form(view::deadline_form(act.partnership, scene.one.number, "")))
}

pub(super) async fn deadline_sent(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, |tx, app, act, scene| {
        Box::pin(async move {
            at(scene, &[Stage::Gathering, Stage::Consent])?;
            let until = match instant(tx, act, "until").await {
                Err(Error::Person(why)) => return refuse(format!("{why} **Change the time** opens the form again.")),
                until => until?,
            };
            // People were told how long they have: whoever relies on that keeps a day at least.
            let earlier = scene.one.ends_at.is_some_and(|at| until < at);
            if earlier && (scene.one.is_announced() || scene.one.grace) {
                return refuse(
                    "Everybody was told until when, and whoever relies on that keeps their time. A later time is possible.",
                );
            }
            if earlier && until < act.at + policy::NOTICE {
                return refuse("An earlier time has to be a day away at least, since everybody was told another one.");
            }
            if scene.one.stage == Stage::Gathering {
                scene.one.deadline = until;
            }
            scene.one.ends_at = Some(until);
            thread::say(tx, app, scene, view::new_time(scene)).await?;
            Ok("Said in the thread.".to_owned())
        })
    });
    done.await.map(Answer::Private)
}

/// **Plan a call** opens a form.
pub(super) async fn call(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let scene = scene(&mut db, act).await?;
    checked(act, &scene)?;
    at(&scene, &[Stage::Discussing, Stage::Consent])?;
    Ok(Answer::Form(view::call_form(act.partnership, scene.one.number, ["", ""])))
}

/// The call was described: it becomes an event of the server that leads to the thread.
pub(super) async fn call_sent(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, |tx, app, act, scene| {
        Box::pin(async move {
            at(scene, &[Stage::Discussing, Stage::Consent])?;
            let starts_at = instant(tx, act, "when").await?;
            let minutes = act.required("minutes")?.split(' ').next().and_then(|text| text.parse::<i64>().ok());
            let Some(minutes) = minutes.filter(|minutes| (5..=LONGEST_CALL).contains(minutes)) else {
                return refuse(format!("How many minutes? A number from 5 to {LONGEST_CALL}, please."));
            };
            let ends_at = starts_at + TimeDelta::minutes(minutes);
            let call = Call { name: view::call_name(&scene.one), about: view::call_about(scene), starts_at, ends_at };
            if scene.one.stage == Stage::Consent {
                // The call has to be had before anything ends by itself, and two days are left to write it down.
                let least = ends_at + TimeDelta::days(2);
                scene.one.ends_at = scene.one.ends_at.map(|at| at.max(least));
            }
            thread::say(tx, app, scene, view::call(scene, call)).await?;
            Ok("The thread has it, with the event.".to_owned())
        })
    });
    done.await.map(Answer::Private)
}

/// **Close without a decision** opens a form.
pub(super) async fn without(app: &App, act: &Act) -> Result<Answer> {
    because(app, act, false).await
}

/// **Stop** opens a form.
pub(super) async fn stop(app: &App, act: &Act) -> Result<Answer> {
    because(app, act, true).await
}

async fn because(app: &App, act: &Act, stopped: bool) -> Result<Answer> {
    let scene = scene(&mut *app.store.read().await?, act).await?;
    checked(act, &scene)?;
    if scene.one.stage == Stage::Closed {
        return refuse(view::over(&scene));
    }
    let unread = if scene.one.stage == Stage::Gathering { scene.speakers.len() } else { 0 };
    Ok(Answer::Form(view::because_form(act.partnership, scene.one.number, stopped, unread)))
}

pub(super) async fn closed_without(app: &App, act: &Act) -> Result<Answer> {
    end(app, act, Outcome::Without).await
}

pub(super) async fn stopped(app: &App, act: &Act) -> Result<Answer> {
    end(app, act, Outcome::Stopped).await
}

async fn end(app: &App, act: &Act, outcome: fn(String) -> Outcome) -> Result<Answer> {
    let done = act_on(app, act, move |tx, app, act, scene| {
        Box::pin(async move {
            if scene.one.stage == Stage::Closed {
                return refuse(view::over(scene));
            }
            let because = act.required("because")?.to_owned();
            advance::close(tx, app, scene, outcome(because)).await?;
            Ok(String::new())
        })
    });
    act.or_back(done.await).map(Answer::Private)
}

/// **Record another outcome** opens a form.
pub(super) async fn outcome(app: &App, act: &Act) -> Result<Answer> {
    let scene = scene(&mut *app.store.read().await?, act).await?;
    checked(act, &scene)?;
    at(&scene, &[Stage::Revealed, Stage::Discussing, Stage::Consent])?;
    Ok(Answer::Form(view::outcome_form(act.partnership, &scene)))
}

/// What was agreed, such as in a call, is recorded.
pub(super) async fn decided(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, |tx, app, act, scene| {
        Box::pin(async move {
            at(scene, &[Stage::Revealed, Stage::Discussing, Stage::Consent])?;
            let mut draft = advance::draft(tx, scene, act.actor.user).await?;
            act.required("title")?.clone_into(&mut draft.title);
            act.required("decision")?.clone_into(&mut draft.decision);
            act.text("why").unwrap_or_default().clone_into(&mut draft.details.why);
            let concern = |text: &str| decision::model::Concern {
                who: None,
                kind: decision::model::Worry::Concern,
                text: text.to_owned(),
            };
            draft.concerns.extend(act.text("concerns").map(concern));
            advance::record(tx, app, scene, draft).await?;
            Ok(String::new())
        })
    });
    act.or_back(done.await).map(Answer::Private)
}
