//! Violations on purpose: each kind is found, at its place, and what is right isn't.

use std::sync::Arc;

use contract::{Contract, Description, Reader, Refusals};
use serde_json::{Value, json};
use simulator::{Exchange, Inspector, Options, Side, Simulator, World};

/// A description of one operation, in the form of Discord's.
fn description() -> Arc<Description> {
    let error = json!({"description": "error", "content": {"application/json": {"schema": {
        "type": "object", "required": ["code", "message"], "properties": {"code": {"type": "integer"}},
    }}}});
    let note = json!({
        "type": "object", "required": ["text"], "properties": {
            "text": {"type": "string"}, "tags": {"$ref": "#/components/schemas/Tags"},
            "author": {"type": "object", "properties": {"name": {"type": "string"}}},
        },
    });
    let document = json!({
        "openapi": "3.1.0",
        "paths": {"/notes/{note_id}": {
            "parameters": [{"name": "note_id", "in": "path", "required": true, "schema": {"type": "string", "pattern": "^[0-9]+$"}}],
            "post": {
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}],
                "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}},
                "responses": {
                    "200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}},
                    "204": {"description": "nothing"},
                    "4XX": error,
                },
            },
        }},
        "components": {"schemas": {"Note": note, "Tags": {"type": "array", "items": {"type": "string"}}}},
    });
    Arc::new(Description::new(document))
}

/// A request that is right, with an answer that is right.
fn right() -> Exchange {
    Exchange {
        method: "POST".to_owned(),
        path: "/notes/7".to_owned(),
        query: vec![("limit".to_owned(), "100".to_owned())],
        body: Some(json!({"text": "a", "tags": ["b"]})),
        status: 200,
        answer: Some(json!({"text": "a", "tags": []})),
    }
}

fn with(spoil: impl FnOnce(&mut Exchange)) -> Exchange {
    let mut exchange = right();
    spoil(&mut exchange);
    exchange
}

#[test]
fn every_kind_of_exchange_is_held_against_the_description() {
    let bots = Contract::new(Some(description()), Refusals::Wrong);
    assert_eq!(bots.exchange(&right()), []);
    let refused = |body: Value| with(|it| (it.status, it.answer) = (400, Some(body)));
    let query = |name: &str, value: &str| with(|it| it.query = vec![(name.to_owned(), value.to_owned())]);
    let table = [
        ("a wrong field", with(|it| it.body = Some(json!({"text": 1}))), Side::Client, "/text"),
        (
            "a wrong field deep inside",
            with(|it| it.body = Some(json!({"text": "", "tags": ["", 1]}))),
            Side::Client,
            "/tags/1",
        ),
        ("an unknown field", with(|it| it.body = Some(json!({"text": "", "txt": ""}))), Side::Client, ""),
        (
            "an unknown field deep inside",
            with(|it| it.body = Some(json!({"text": "", "author": {"nmae": ""}}))),
            Side::Client,
            "/author",
        ),
        ("no body", with(|it| it.body = None), Side::Client, ""),
        ("a wrong id", with(|it| "/notes/x".clone_into(&mut it.path)), Side::Client, "?note_id"),
        ("a query beyond its limit", query("limit", "101"), Side::Client, "?limit"),
        ("a query of another type", query("limit", "all"), Side::Client, "?limit"),
        ("an unknown query", query("sort", "up"), Side::Client, "?sort"),
        ("an unknown operation", with(|it| "/nodes/7".clone_into(&mut it.path)), Side::Client, ""),
        ("an unknown method", with(|it| "PUT".clone_into(&mut it.method)), Side::Client, ""),
        ("a wrong answer", with(|it| it.answer = Some(json!({"txt": ""}))), Side::Simulator, ""),
        ("an answer where none belongs", with(|it| it.status = 204), Side::Simulator, ""),
        ("no answer", with(|it| it.answer = None), Side::Simulator, ""),
        ("an unknown status", with(|it| it.status = 201), Side::Simulator, ""),
        ("a limit that only prose knows", refused(json!({"code": 50035, "message": ""})), Side::Client, ""),
    ];
    for (kind, exchange, side, pointer) in table {
        let found = bots.exchange(&exchange);
        assert!(found.iter().any(|it| it.side == side && it.pointer == pointer), "{kind}: {found:?}");
        assert!(found.iter().all(|it| it.side == side && !it.reason.is_empty()), "{kind}: {found:?}");
    }
    let wrong_error = bots.exchange(&refused(json!({"code": "50035", "message": ""})));
    assert!(wrong_error.iter().any(|it| it.side == Side::Simulator && it.pointer == "/code"), "{wrong_error:?}");
    let raced = bots.exchange(&refused(json!({"code": 40060, "message": ""})));
    assert_eq!(raced, [], "it was nobody's mistake");
}

#[test]
fn where_clients_are_wrong_on_purpose_only_what_is_let_through_counts() {
    let simulator = Contract::new(Some(description()), Refusals::Expected);
    let wrong = with(|it| it.body = Some(json!({"text": 1})));
    assert!(!simulator.exchange(&wrong).is_empty());
    let refused = Exchange { status: 400, answer: Some(json!({"code": 50035, "message": ""})), ..wrong.clone() };
    assert_eq!(simulator.exchange(&refused), []);
    let badly = Exchange { status: 400, answer: Some(json!({"code": "no", "message": ""})), ..wrong };
    assert!(!simulator.exchange(&badly).is_empty());
}

#[test]
fn events_that_serenity_would_drop_are_found() {
    let event = |name: &str, data: Value| json!({"op": 0, "s": 1, "t": name, "d": data});
    assert_eq!(Reader.payload(&event("CHANNEL_PINS_UPDATE", json!({"channel_id": "1"}))), []);
    assert_eq!(Reader.payload(&json!({"op": 11})), []);
    for (payload, subject) in [
        (event("READY", json!({"v": 10})), "READY"),
        (event("MESSAGE_DELETE", json!({"id": "1"})), "MESSAGE_DELETE"),
        (event("MESSAGE_ERASE", json!({})), "MESSAGE_ERASE"),
        (json!({"op": 99, "d": null}), "op 99"),
        (json!("half a payl"), "op null"),
    ] {
        let found = Reader.payload(&payload);
        assert_eq!(found.len(), 1, "{payload}");
        assert!(found[0].side == Side::Simulator && found[0].subject == subject, "{found:?}");
    }
}

/// Where `DISCORD_OPENAPI` isn't set, the refusal alone is seen: the limit stands in Discord's prose.
async fn too_long_a_message() -> Simulator {
    let mut world = World::new();
    let server = world.server("Lab");
    let channel = world.channel(server, "general");
    let options = Options { inspectors: contract::for_bots(), ..Options::default() };
    let sim = Simulator::start(world, options).await.expect("it starts");
    let request = reqwest::Client::new().post(format!("{}/api/v10/channels/{channel}/messages", sim.url()));
    let request = request.header("authorization", format!("Bot {}", sim.token()));
    let answer = request.json(&json!({"content": "x".repeat(2_001)})).send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 400);
    sim
}

#[tokio::test]
#[should_panic(expected = "is refused with 400")]
async fn violations_fail_the_test_that_drops_the_simulator() {
    drop(too_long_a_message().await);
}

#[tokio::test]
async fn whoever_takes_violations_answers_for_them() {
    let sim = too_long_a_message().await;
    assert_eq!(sim.violations().len(), 1);
    assert_eq!(sim.violations(), []);
}
