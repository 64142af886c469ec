//! Behind the scenes: all that was asked, answered and told, and what may go wrong.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use simulator::{Entry, Fault, Often, Origin};

use crate::discord::gateway;

use super::Sorry;
use super::house::House;

/// Most entries that are sent at once; whoever wants more asks again.
const MOST: usize = 200;

/// What can go wrong, in plain words, and as the simulator reads it.
const OFFERED: [(&str, &str, &str); 8] = [
    (
        "Discord fails now and then",
        "POST /messages: 503 × 3",
        "The next three messages are answered with 503. Nothing is lost: they are sent again.",
    ),
    (
        "An answer is lost",
        "POST /messages: lost",
        "The next message arrives, but the bot isn't told. It must not write it twice.",
    ),
    ("Too many requests", "POST /messages: 429 user 2 s", "Discord asks the bot to wait for two seconds."),
    ("Discord is slow", "* /: wait 800 ms × 10", "The next ten requests take 0.8 seconds longer."),
    (
        "The connection breaks",
        "gateway: close 4000 now",
        "The gateway closes. The bot comes back and hears what it missed.",
    ),
    (
        "A click arrives twice",
        "gateway INTERACTION_CREATE: repeated",
        "The next click or command is told twice. It counts once.",
    ),
    (
        "A click never arrives",
        "gateway INTERACTION_CREATE: lost",
        "The next click or command gets lost: Discord says that the application did not respond.",
    ),
    (
        "A thread is deleted",
        "POST /messages: thread gone",
        "The thread to which the bot writes next is deleted just before.",
    ),
];

#[derive(Deserialize)]
pub(super) struct After {
    after: Option<u64>,
}

/// `GET api/ledger`.
pub(super) async fn ledger(State(house): State<Arc<House>>, Query(After { after }): Query<After>) -> Json<Value> {
    let sim = &house.stage.sim;
    let entries = after.map_or_else(|| sim.ledger_last(MOST), |seq| sim.ledger_after(seq, MOST));
    let last = entries.last().map_or(after.unwrap_or(0), |entry| entry.seq);
    Json(json!({"entries": entries.iter().map(shown).collect::<Vec<_>>(), "last": last}))
}

fn shown(entry: &Entry) -> Value {
    let (kind, who) = match &entry.origin {
        Origin::Bot => ("request", "Elevenses"),
        Origin::Member(name) => ("act", name.as_str()),
        Origin::Discord => ("event", "Discord"),
        Origin::Test => ("act", "Nobody"),
    };
    let what = match entry.origin {
        Origin::Bot => format!("{} {}", entry.method, entry.route),
        Origin::Member(_) => act(entry),
        Origin::Discord | Origin::Test => entry.route.clone(),
    };
    let contract = match entry.origin {
        Origin::Bot => Some(!entry.is_malformed()),
        Origin::Discord => Some(gateway::reads(&entry.route, &entry.body)),
        Origin::Member(_) | Origin::Test => None,
    };
    let why = match contract {
        None => None,
        Some(true) if entry.accepted => None,
        Some(true) => Some(format!("Well formed, and yet refused: {}", refusal(entry))),
        Some(false) if entry.accepted => Some("It broke the contract: the bot’s library can’t read it.".to_owned()),
        Some(false) => Some(format!("It broke the contract: {}", refusal(entry))),
    };
    json!({
        "seq": entry.seq, "at": entry.at, "kind": kind, "who": who, "what": what, "status": entry.status,
        "accepted": entry.accepted, "contract": contract, "why": why, "body": entry.body,
    })
}

/// What somebody did, in a few words.
fn act(entry: &Entry) -> String {
    let words = entry.body["words"].as_str().and_then(|words| words.lines().next()).unwrap_or_default();
    match entry.route.as_str() {
        "command" => format!("runs {words}"),
        "component" => format!("presses “{words}”"),
        "modal" => "sends a form".to_owned(),
        other => other.to_owned(),
    }
}

/// All that is wrong in Discord's words, and its code, by which the words are found in its documentation.
fn refusal(entry: &Entry) -> String {
    let words = entry.reasons().join(" ");
    match entry.code() {
        None | Some(0) => words,
        Some(code) => format!("{words} (code {code})"),
    }
}

/// `GET api/faults`.
pub(super) async fn faults(State(house): State<Arc<House>>) -> Json<Value> {
    // One that is used up isn't on any more, and whoever switched it on wants to know that it was hit.
    let over = |fault: &Fault, hits: u64| matches!(fault.often, Often::Times(times) if hits >= u64::from(times));
    let on = house.stage.sim.faults().into_iter();
    let on: Vec<Value> =
        on.map(|(fault, hits)| json!({"fault": fault.to_string(), "hits": hits, "over": over(&fault, hits)})).collect();
    let offered = OFFERED.map(|(name, fault, about)| json!({"name": name, "fault": fault, "about": about}));
    Json(json!({"on": on, "offered": offered}))
}

#[derive(Deserialize)]
pub(super) struct New {
    fault: String,
}

/// `POST api/faults`: switches one on.
pub(super) async fn add_fault(
    State(house): State<Arc<House>>,
    Json(New { fault }): Json<New>,
) -> Result<Json<Value>, Sorry> {
    house.stage.sim.fault(fault.parse::<Fault>().map_err(Sorry::new)?);
    house.mark();
    Ok(faults(State(house)).await)
}

#[derive(Deserialize)]
pub(super) struct Old {
    fault: Option<String>,
}

/// `DELETE api/faults`: switches one off, or all.
pub(super) async fn clear_faults(
    State(house): State<Arc<House>>,
    Query(Old { fault }): Query<Old>,
) -> Result<Json<Value>, Sorry> {
    match fault {
        Some(fault) => house.stage.sim.clear_fault(&fault.parse().map_err(Sorry::new)?),
        None => house.stage.sim.clear_faults(),
    }
    house.mark();
    Ok(faults(State(house)).await)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn entry(origin: Origin, route: &str, status: u16, refusal: Option<Value>, body: Value) -> Entry {
        Entry {
            seq: 7,
            at: DateTime::UNIX_EPOCH,
            origin,
            method: "POST".to_owned(),
            route: route.to_owned(),
            ids: std::collections::BTreeMap::new(),
            body,
            status,
            accepted: refusal.is_none(),
            refusal,
            message_id: None,
            repeat: false,
        }
    }

    #[test]
    fn an_entry_says_whether_the_contract_was_kept_and_why_not() {
        let too_long = json!({"message": "Invalid Form Body", "code": 50035, "errors": {"content": {"_errors": [
            {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}]}}});
        let not_allowed = json!({"message": "Missing Permissions", "code": 50013});
        let unavailable = json!({"message": "503: Service Unavailable", "code": 0});
        let deleted = json!({"id": "1", "channel_id": "2", "guild_id": "3"});
        let message = "/channels/{channel}/messages";
        let cases = [
            (entry(Origin::Bot, message, 200, None, Value::Null), json!(true), Value::Null),
            (
                entry(Origin::Bot, message, 400, Some(too_long), Value::Null),
                json!(false),
                json!("It broke the contract: content: Must be 2000 or fewer in length. (code 50035)"),
            ),
            (
                entry(Origin::Bot, message, 403, Some(not_allowed), Value::Null),
                json!(true),
                json!("Well formed, and yet refused: Missing Permissions (code 50013)"),
            ),
            (
                entry(Origin::Bot, message, 503, Some(unavailable), Value::Null),
                json!(true),
                json!("Well formed, and yet refused: 503: Service Unavailable"),
            ),
            (entry(Origin::Discord, "MESSAGE_DELETE", 0, None, deleted), json!(true), Value::Null),
            (
                entry(Origin::Discord, "MESSAGE_DELETE", 0, None, json!({"id": "1"})),
                json!(false),
                json!("It broke the contract: the bot’s library can’t read it."),
            ),
            (entry(Origin::Member("Gwen Price".to_owned()), "click", 0, None, Value::Null), Value::Null, Value::Null),
        ];
        for (entry, contract, why) in cases {
            let shown = shown(&entry);
            assert_eq!((&shown["contract"], &shown["why"]), (&contract, &why), "{entry:?}");
        }
    }

    #[test]
    fn what_is_offered_can_be_read() {
        for (name, fault, _) in OFFERED {
            assert!(fault.parse::<Fault>().is_ok_and(|read| read.to_string() == fault), "{name}: {fault}");
        }
    }
}
