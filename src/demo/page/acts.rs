//! What a person's client does.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};
use simulator::{Actor, ChannelId, MessageId, Refused, Reply, UserId};

use crate::features::command_in;

use super::Sorry;
use super::director::Until;
use super::house::House;
use super::tour::{self, Did};

/// Something that somebody does.
#[derive(Deserialize)]
pub(super) struct Deed {
    me: UserId,
    #[serde(default)]
    pane: String,
    channel: ChannelId,
    #[serde(flatten)]
    what: What,
}

#[derive(Clone, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
enum What {
    Run { name: String, options: BTreeMap<String, String> },
    Type { name: String, options: BTreeMap<String, String>, focused: String },
    Click { message: MessageId, custom_id: String },
    Select { message: MessageId, custom_id: String, values: Vec<String> },
    Submit { fields: BTreeMap<String, String> },
    Close,
    Say { text: String, reply_to: Option<MessageId> },
    Menu { message: Option<MessageId>, person: Option<UserId>, command: String },
    React { message: MessageId, emoji: String, there: bool },
    Read { message: MessageId },
    Dismiss { message: MessageId },
}

/// `POST api/act`.
pub(super) async fn act(State(house): State<Arc<House>>, Json(deed): Json<Deed>) -> Result<Json<Value>, Sorry> {
    let Deed { me, pane, channel, what } = deed;
    let actor = house.device(&pane, me)?;
    match what {
        What::Read { message } => {
            house.reads(me, channel, message);
            if let Some(awaited) = tour::awaits(&house, me, Did::Read(channel)).await {
                tour::done(&house, me, awaited).await;
            }
            return Ok(Json(done()));
        }
        What::Dismiss { message } => {
            house.dismiss(message);
            return Ok(Json(done()));
        }
        What::Close => {
            actor.closes_modal();
            return Ok(Json(done()));
        }
        _ => {}
    }
    house.becomes(me);
    actor.goes_to(&channel.to_string())?;
    let form = actor.form().and_then(|(_, body)| body["custom_id"].as_str().map(str::to_owned)).unwrap_or_default();
    let did = match &what {
        What::Run { name, .. } => Some(Did::Command(name)),
        What::Click { custom_id, .. } | What::Select { custom_id, .. } => Some(Did::Control(custom_id)),
        What::Submit { .. } => Some(Did::Control(&form)),
        What::Say { text, .. } if command_in(text).is_none() => Some(Did::Said(channel)),
        _ => None,
    };
    let awaited = match did {
        Some(did) => tour::awaits(&house, me, did).await,
        None => None,
    };
    let answer = perform(&actor, what.clone()).await?;
    if let Some(awaited) = awaited {
        tour::done(&house, me, awaited).await;
    }
    house.mark();
    Ok(Json(answer))
}

async fn perform(actor: &Actor, what: What) -> Result<Value, Refused> {
    let pairs = |options: BTreeMap<String, String>| -> Vec<(String, String)> { options.into_iter().collect() };
    let reply = match what {
        What::Run { name, options } => actor.runs_with(&name, &pairs(options)).await?,
        What::Type { name, options, focused } => {
            let choices = actor.types_into(&name, &pairs(options), &focused).await?;
            return Ok(json!({"kind": "choices", "message": null, "modal": null, "choices": choices}));
        }
        What::Click { message, custom_id } => actor.clicks_id(message, &custom_id).await?,
        What::Select { message, custom_id, values } => {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            actor.selects_on(message, &custom_id, &values).await?
        }
        What::Submit { fields } => {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(id, text)| (id.as_str(), text.as_str())).collect();
            actor.fills(&fields).await?
        }
        What::Menu { message: Some(message), command, .. } => actor.right_clicks(message, &command).await?,
        What::Menu { person: Some(person), command, .. } => actor.right_clicks_person(person, &command).await?,
        What::Menu { .. } => return Err(Refused::Invalid("A menu belongs to a message or a person.".to_owned())),
        What::Say { text, reply_to } => {
            let said = match reply_to {
                Some(message) => actor.replies_to(message, &text).await?,
                None => actor.says(&text).await?,
            };
            return Ok(json!({"kind": "done", "message": said, "modal": null, "choices": []}));
        }
        What::React { message, emoji, there } => {
            actor.reacts(message, &emoji, there)?;
            return Ok(done());
        }
        What::Read { .. } | What::Dismiss { .. } | What::Close => return Ok(done()),
    };
    Ok(answer(actor, &reply))
}

fn done() -> Value {
    json!({"kind": "done", "message": null, "modal": null, "choices": []})
}

/// What the bot answered. A form is shown as the bot sent it.
fn answer(actor: &Actor, reply: &Reply) -> Value {
    let modal = reply.modal.as_ref().and_then(|_| actor.form()).map(|(channel, body)| form(channel, &body));
    let message = reply.message.as_ref().map(|seen| seen.id);
    json!({"kind": reply.kind, "message": message, "modal": modal, "choices": reply.choices})
}

/// A form that is open, and where it was opened.
pub(super) fn form(channel: ChannelId, body: &Value) -> Value {
    json!({"channel": channel, "body": body})
}

#[derive(Deserialize)]
pub(super) struct Move {
    #[serde(rename = "do")]
    what: String,
    /// Who is before the page.
    #[serde(default)]
    who: Vec<UserId>,
}

/// `POST api/clock`.
pub(super) async fn clock(
    State(house): State<Arc<House>>,
    Json(Move { what, who }): Json<Move>,
) -> Result<Json<Value>, Sorry> {
    let came = match what.as_str() {
        "next" if who.is_empty() => return Err(Sorry::new("Nobody is before the page yet. Once more, please.")),
        "next" => {
            for one in &who {
                house.person(*one)?;
            }
            house.office.order(Until::Event(who)).await
        }
        "hour" => house.office.order(Until::Passed(TimeDelta::hours(1))).await,
        "day" => house.office.order(Until::Passed(TimeDelta::days(1))).await,
        "play" | "pause" => {
            house.office.play(what == "play");
            true
        }
        _ => return Err(Sorry::new("The clock can go to the next event, on by an hour or a day, play, or pause.")),
    };
    Ok(Json(json!({"now": house.stage.now(), "came": came})))
}
