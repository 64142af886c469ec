//! Control over HTTP: the same acts for those who don't write Rust.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::actor::{Actor, Refused, Reply};
use crate::core::Core;
use crate::faults::Fault;
use crate::world::MessageId;

/// The routes below `/control`.
pub(crate) fn routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/acts", post(act))
        .route("/ledger", get(ledger))
        .route("/world", get(world))
        .route("/clock", get(clock).post(set_clock))
        .route("/counters", get(counters))
        .route("/faults", get(faults).post(add_faults).delete(clear_faults))
}

/// What someone does.
#[derive(Debug, Deserialize)]
struct Deed {
    /// The person's name or id.
    person: String,
    /// The channel to open first.
    place: Option<String>,
    #[serde(flatten)]
    what: What,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
enum What {
    Runs { text: String },
    TypesOption { text: String, typed: String },
    Clicks { label: String },
    ClicksId { message: MessageId, custom_id: String },
    Selects { placeholder: String, choices: Vec<String> },
    Fills { fields: Vec<(String, String)> },
    Says { text: String },
    Replies { text: String },
    RightClicks { message: MessageId, command: String },
    Sees,
    Inbox,
    Modal,
}

async fn act(State(core): State<Arc<Core>>, Json(deed): Json<Deed>) -> Response {
    let found = core.world().find_person(&deed.person);
    let Some(user) = found else {
        return refused(&Refused::NotThere(format!("There is nobody called \"{}\"", deed.person)));
    };
    match perform(&Actor::new(core, user), deed).await {
        Ok(value) => Json(value).into_response(),
        Err(why) => refused(&why),
    }
}

fn refused(why: &Refused) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({"refused": why, "text": why.to_string()}))).into_response()
}

async fn perform(actor: &Actor, deed: Deed) -> Result<Value, Refused> {
    if let Some(place) = &deed.place {
        actor.goes_to(place)?;
    }
    match deed.what {
        What::Runs { text } => actor.runs(&text).await.map(|reply| shown(&reply)),
        What::TypesOption { text, typed } => actor.types_option(&text, &typed).await.map(|choices| json!(choices)),
        What::Clicks { label } => actor.clicks(&label).await.map(|reply| shown(&reply)),
        What::ClicksId { message, custom_id } => actor.clicks_id(message, &custom_id).await.map(|reply| shown(&reply)),
        What::Selects { placeholder, choices } => {
            let choices: Vec<_> = choices.iter().map(String::as_str).collect();
            actor.selects(&placeholder, &choices).await.map(|reply| shown(&reply))
        }
        What::Fills { fields } => {
            let fields: Vec<_> = fields.iter().map(|(label, text)| (label.as_str(), text.as_str())).collect();
            actor.fills(&fields).await.map(|reply| shown(&reply))
        }
        What::Says { text } => actor.says(&text).await.map(|id| json!({"message_id": id})),
        What::Replies { text } => actor.replies(&text).await.map(|id| json!({"message_id": id})),
        What::RightClicks { message, command } => {
            actor.right_clicks(message, &command).await.map(|reply| shown(&reply))
        }
        What::Sees => Ok(json!(actor.sees())),
        What::Inbox => Ok(json!(actor.inbox())),
        What::Modal => Ok(json!(actor.modal())),
    }
}

fn shown(reply: &Reply) -> Value {
    json!({"text": reply.text(), "reply": reply})
}

async fn faults(State(core): State<Arc<Core>>) -> Json<Value> {
    let faults = core.faults.list().into_iter();
    Json(faults.map(|(fault, hits)| json!({"fault": fault.to_string(), "hits": hits})).collect())
}

/// Switches faults on, one a line; all of them or, where one can't be read, none.
async fn add_faults(State(core): State<Arc<Core>>, text: String) -> Response {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let read: Result<Vec<Fault>, String> = lines.map(str::parse).collect();
    match read {
        Ok(new) => {
            for fault in new {
                core.fault(fault);
            }
            faults(State(core)).await.into_response()
        }
        Err(why) => (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({"text": why}))).into_response(),
    }
}

async fn clear_faults(State(core): State<Arc<Core>>) -> Json<Value> {
    core.faults.clear();
    faults(State(core)).await
}

async fn ledger(State(core): State<Arc<Core>>) -> Json<Value> {
    Json(json!(core.ledger.entries()))
}

async fn world(State(core): State<Arc<Core>>) -> Json<Value> {
    let world = core.world().clone();
    Json(json!(world))
}

async fn counters(State(core): State<Arc<Core>>) -> Json<Value> {
    let world = core.world();
    let pending = world.interactions.values().filter(|interaction| interaction.is_pending(world.now)).count();
    Json(json!({
        "dispatches_sent": core.hub.sent(), "pending_interactions": pending, "epoch": core.epoch(),
        "http_in_flight": core.in_flight(),
    }))
}

/// How the clock is moved.
#[derive(Debug, Deserialize)]
struct Move {
    set: Option<DateTime<Utc>>,
    advance_seconds: Option<i64>,
}

async fn clock(State(core): State<Arc<Core>>) -> Json<Value> {
    let clock = &core.options.clock;
    Json(json!({"now": clock.now(), "driven": clock.is_driven()}))
}

async fn set_clock(State(core): State<Arc<Core>>, Json(to): Json<Move>) -> Response {
    let clock = &core.options.clock;
    if !clock.is_driven() {
        return refused(&Refused::NotAllowed("The clock is real".to_owned()));
    }
    let further = to.advance_seconds.and_then(TimeDelta::try_seconds);
    let later = further.and_then(|further| clock.now().checked_add_signed(further));
    if let Some(target) = to.set.or(later) {
        clock.set(target);
    }
    Json(json!({"now": clock.now(), "driven": true})).into_response()
}
