//! serenity as a reader of the gateway.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serenity::model::event::{Event, GatewayEvent};
use serenity::model::prelude as model;
use simulator::{Inspector, Side, Violation};

/// Reads every payload of the gateway as serenity does. An event that serenity can't read would be
/// dropped by it without a word.
#[derive(Clone, Copy, Debug)]
pub struct Reader;

impl Inspector for Reader {
    fn payload(&self, payload: &Value) -> Vec<Violation> {
        let reason = match serde_json::from_value(payload.clone()) {
            Ok(GatewayEvent::Dispatch(_, Event::Unknown(event))) => why(&event.kind, &payload["d"]),
            Ok(_) => return Vec::new(),
            Err(error) => error.to_string(),
        };
        let subject = payload["t"].as_str().map_or_else(|| format!("op {}", payload["op"]), str::to_owned);
        vec![Violation { side: Side::Simulator, subject, pointer: "/d".to_owned(), reason }]
    }
}

/// What serenity would say, if it said why it can't read an event.
fn why(name: &str, data: &Value) -> String {
    fn of<T: DeserializeOwned>(data: &Value) -> Option<String> {
        serde_json::from_value::<T>(data.clone()).err().map(|error| error.to_string())
    }
    let reason = match name {
        "READY" => of::<model::Ready>(data),
        "GUILD_CREATE" => of::<model::Guild>(data),
        "MESSAGE_CREATE" => of::<model::Message>(data),
        "MESSAGE_UPDATE" => of::<model::MessageUpdateEvent>(data),
        "INTERACTION_CREATE" => of::<model::Interaction>(data),
        _ => None,
    };
    format!("serenity can't read it: {}", reason.unwrap_or_else(|| data.to_string()))
}
