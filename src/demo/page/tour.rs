//! The guided first visit: seven steps through what a team is about to adopt, each done by the visitor's own hand.

mod prepare;
mod steps;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use simulator::{ChannelId, UserId};

use crate::partnership::{self, Pointer};

use super::Sorry;
use super::house::{House, lock};
use steps::{Goal, Part, STEPS, Scene};

/// How far a visit is.
#[derive(Clone, Copy, Default)]
pub(super) struct Visit {
    on: bool,
    /// The step that is shown, from 0.
    at: usize,
    /// How many parts of each step are done.
    done: [usize; STEPS.len()],
}

impl Visit {
    /// The part of a step that is to be done, or its last one.
    fn part(&self, step: usize) -> &'static Part {
        let parts = STEPS[step].parts;
        &parts[self.done[step].min(parts.len() - 1)]
    }

    fn is_done(&self, step: usize) -> bool {
        self.done[step] >= STEPS[step].parts.len()
    }
}

/// What somebody has just done.
#[derive(Clone, Copy, Debug)]
pub(super) enum Did<'a> {
    /// Sent a command.
    Command(&'a str),
    /// Used a component, or sent the form, with this id.
    Control(&'a str),
    /// Written something in a channel.
    Said(ChannelId),
    /// Read a channel to its end.
    Read(ChannelId),
}

/// Something that somebody is about to do, and that the visit waits for.
pub(super) struct Awaited {
    step: usize,
    part: &'static Part,
    /// What is kept about them before.
    kept: Option<Vec<Value>>,
}

/// Looks whether what somebody does is what the visit waits for.
pub(super) async fn awaits(house: &House, me: UserId, did: Did<'_>) -> Option<Awaited> {
    let (step, part) = {
        let visit = lock(&house.visit);
        if !visit.on || visit.is_done(visit.at) {
            return None;
        }
        (visit.at, visit.part(visit.at))
    };
    let is_who = house.ids.get(part.who) == Some(&me);
    let there = |channel| is_who && prepare::spot(house, me, part.spot) == Some(channel);
    let met = match (part.goal, did) {
        (Goal::Command(wanted), Did::Command(name)) => is_who && name == wanted,
        (Goal::Control(wanted) | Goal::Answer(wanted), Did::Control(id)) => {
            id.parse::<Pointer>().is_ok_and(|it| wanted.contains(&it.action.as_str()))
        }
        (Goal::Read, Did::Read(channel)) | (Goal::Answer(_), Did::Said(channel)) => there(channel),
        _ => false,
    };
    if !met {
        return None;
    }
    Some(Awaited { step, part, kept: kept(house, me, part.goal).await })
}

/// Goes on, if it was done: not if the bot refused what would have been kept.
pub(super) async fn done(house: &House, me: UserId, awaited: Awaited) {
    let Awaited { step, part, kept: before } = awaited;
    if before.is_some() {
        // What is written is read by the bot when it comes to it.
        if let Err(error) = house.stage.settled().await {
            tracing::debug!(%error, "the stage isn't settled");
        }
        if kept(house, me, part.goal).await == before {
            return;
        }
    }
    // Views that aren't shown yet haven't been read.
    if part.scene == Scene::Reveal && !prepare::is_shown(house, me, part.spot) {
        return;
    }
    let mut visit = lock(&house.visit);
    // Another window may have gone on meanwhile.
    if visit.on && visit.at == step && !visit.is_done(step) && std::ptr::eq(visit.part(step), part) {
        visit.done[step] += 1;
        drop(visit);
        house.mark();
    }
}

/// What the feature that a goal is about keeps of somebody: what they do there changes it, and what they are refused
/// doesn't. `None` where nothing is kept, or it can't be read.
async fn kept(house: &House, me: UserId, goal: Goal) -> Option<Vec<Value>> {
    let (Goal::Control(actions) | Goal::Answer(actions)) = goal else { return None };
    let (feature, _) = actions.first()?.split_once('.')?;
    let partnership = house.partnership()?;
    let user = partnership::UserId(i64::try_from(me.0).ok()?);
    let mut db = house.stage.app.store.read().await.ok()?;
    crate::features::kept_by(feature, &mut db, partnership, user).await.ok()
}

/// `GET api/tour`.
pub(super) async fn get(State(house): State<Arc<House>>) -> Json<Value> {
    Json(shown(&house))
}

fn shown(house: &House) -> Value {
    if house.fresh {
        return Value::Null;
    }
    let visit = *lock(&house.visit);
    let steps = STEPS.iter().enumerate().map(|(number, step)| {
        let part = visit.part(number);
        let me = house.ids.get(part.who).copied();
        let channel = me.and_then(|me| prepare::spot(house, me, part.spot));
        json!({
            "title": step.title, "text": part.text, "try": part.hint, "me": me, "channel": channel,
            "done": visit.is_done(number),
        })
    });
    json!({"on": visit.on, "at": visit.at, "steps": steps.collect::<Vec<_>>()})
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Wish {
    Begin,
    Go { step: usize },
    Leave,
}

/// `POST api/tour`: how far the visit is then, and which message it is about.
pub(super) async fn post(State(house): State<Arc<House>>, Json(wish): Json<Wish>) -> Result<Json<Value>, Sorry> {
    let mut message = None;
    match wish {
        Wish::Begin => *lock(&house.visit) = Visit { on: true, ..Visit::default() },
        Wish::Leave => lock(&house.visit).on = false,
        Wish::Go { step } if step < STEPS.len() && !house.fresh => {
            let part = {
                let mut visit = lock(&house.visit);
                (visit.on, visit.at) = (true, step);
                visit.part(step)
            };
            message = prepare::prepare(&house, part).await?;
        }
        Wish::Go { .. } => return Err(Sorry::new("There is no such step.")),
    }
    house.mark();
    let mut answer = shown(&house);
    answer["message"] = json!(message);
    Ok(Json(answer))
}
