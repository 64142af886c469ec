//! What Discord refuses, and in which words.

mod bot;

use bot::{ALL_INTENTS, Api, event, identified};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use simulator::{
    ChannelId, Clock, Fault, FaultKind, InteractionKind, Options, RateLimits, RoleId, ServerId, Simulator, UserId,
    World, permission,
};

struct Lab {
    sim: Simulator,
    api: Api,
    server: ServerId,
    channel: ChannelId,
    ann: UserId,
}

async fn lab() -> Lab {
    lab_with(Options::default()).await
}

async fn lab_with(options: Options) -> Lab {
    let mut world = World::new();
    let server = world.server("Lab");
    let channel = world.channel(server, "general");
    let ann = world.person("Ann Lee");
    world.join(server, ann, &[]);
    let sim = bot::started(world, options).await;
    Lab { api: Api::new(&sim), sim, server, channel, ann }
}

impl Lab {
    fn messages(&self) -> String {
        format!("/channels/{}/messages", self.channel)
    }

    async fn post(&self, body: Value) -> Value {
        self.api.ok("POST", &self.messages(), body).await
    }
}

fn letters(count: usize) -> String {
    "x".repeat(count)
}

fn buttons(count: usize) -> Value {
    let one = |n: usize| json!({"type": 2, "style": 1, "label": "b", "custom_id": format!("b{n}")});
    json!({"type": 1, "components": (0..count).map(one).collect::<Vec<_>>()})
}

fn select(options: usize) -> Value {
    let one = |n: usize| json!({"label": format!("o{n}"), "value": format!("o{n}")});
    let options: Vec<_> = (0..options).map(one).collect();
    json!({"type": 1, "components": [{"type": 3, "custom_id": "s", "options": options}]})
}

#[tokio::test]
async fn every_limit_is_kept_to_the_letter() {
    let lab = lab().await;
    let embed = |embed: Value| json!({"embeds": [embed]});
    let fields = |count: usize| embed(json!({"fields": vec![json!({"name": "n", "value": "v"}); count]}));
    let rows = |rows: Value| json!({"components": rows});
    let v2 = |count: usize| json!({"flags": 1 << 15, "components": vec![json!({"type": 10, "content": "x"}); count]});
    let cases: Vec<(&str, Value, Value)> = vec![
        ("content", json!({"content": letters(2000)}), json!({"content": letters(2001)})),
        (
            "embeds",
            json!({"embeds": vec![json!({"title": "t"}); 10]}),
            json!({"embeds": vec![json!({"title": "t"}); 11]}),
        ),
        ("title", embed(json!({"title": letters(256)})), embed(json!({"title": letters(257)}))),
        ("description", embed(json!({"description": letters(4096)})), embed(json!({"description": letters(4097)}))),
        ("fields", fields(25), fields(26)),
        (
            "value",
            embed(json!({"fields": [{"name": "n", "value": letters(1024)}]})),
            embed(json!({"fields": [{"name": "n", "value": letters(1025)}]})),
        ),
        (
            "footer",
            embed(json!({"footer": {"text": letters(2048)}})),
            embed(json!({"footer": {"text": letters(2049)}})),
        ),
        (
            "MAX_EMBED_SIZE_EXCEEDED",
            json!({"embeds": [{"description": letters(3000)}, {"description": letters(3000)}]}),
            json!({"embeds": [{"description": letters(3000)}, {"description": letters(3001)}]}),
        ),
        ("components", rows(json!([buttons(5)])), rows(json!([buttons(6)]))),
        ("options", rows(json!([select(25)])), rows(json!([select(26)]))),
        ("COMPONENT_CUSTOM_ID_DUPLICATED", rows(json!([buttons(1), select(1)])), rows(json!([buttons(1), buttons(1)]))),
        (
            "custom_id",
            rows(
                json!([{"type": 1, "components": [{"type": 2, "style": 1, "label": "l", "custom_id": letters(100)}]}]),
            ),
            rows(
                json!([{"type": 1, "components": [{"type": 2, "style": 1, "label": "l", "custom_id": letters(101)}]}]),
            ),
        ),
        (
            "label",
            rows(json!([{"type": 1, "components": [{"type": 2, "style": 1, "label": letters(80), "custom_id": "l"}]}])),
            rows(json!([{"type": 1, "components": [{"type": 2, "style": 1, "label": letters(81), "custom_id": "l"}]}])),
        ),
        ("components", v2(40), v2(41)),
        (
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            json!({"flags": 1 << 15, "components": [{"type": 10, "content": letters(4000)}]}),
            json!({"flags": 1 << 15, "components": [{"type": 10, "content": letters(3000)}, {"type": 10, "content": letters(1001)}]}),
        ),
        (
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            v2(1),
            json!({"flags": 1 << 15, "content": "x", "components": [{"type": 10, "content": "x"}]}),
        ),
        ("nonce", json!({"content": "x", "nonce": letters(25)}), json!({"content": "x", "nonce": letters(26)})),
    ];
    for (what, fits, too_much) in cases {
        lab.post(fits).await;
        let (status, body) = lab.api.call("POST", &lab.messages(), too_much).await;
        assert_eq!((status, body["code"].as_u64()), (400, Some(50035)), "{what}: {body}");
        assert!(body["errors"].to_string().contains(what), "{what}: {body}");
    }
    assert_eq!(lab.api.err("POST", &lab.messages(), json!({"content": " "})).await, (400, 50006));
}

#[tokio::test]
async fn a_nonce_is_good_for_five_minutes_of_the_clock() {
    let start: DateTime<Utc> = "2026-03-01T10:00:00Z".parse().unwrap();
    let options = Options { clock: Clock::driven(start), ..Options::default() };
    let lab = lab_with(options).await;
    let body = json!({"content": "once", "nonce": "n1", "enforce_nonce": true});
    let first = lab.post(body.clone()).await;
    lab.sim.clock().set(start + TimeDelta::minutes(4));
    assert_eq!(lab.post(body.clone()).await["id"], first["id"]);
    let repeats: Vec<_> = lab.sim.ledger().iter().map(|entry| entry.repeat).collect();
    assert_eq!(repeats, [false, true]);
    lab.sim.clock().set(start + TimeDelta::minutes(6));
    assert_ne!(lab.post(body).await["id"], first["id"]);
}

#[tokio::test]
async fn permissions_are_asked_for_in_discords_order() {
    let lab = lab().await;
    let everyone = RoleId(lab.server.0);
    let embed = json!({"embeds": [{"title": "t"}]});
    assert_eq!(lab.api.err("POST", "/channels/1/messages", json!({"content": "x"})).await, (404, 10003));
    lab.sim.deny_bot(lab.channel, permission::EMBED_LINKS);
    assert_eq!(lab.api.err("POST", &lab.messages(), embed).await, (403, 50013));
    lab.sim.deny(lab.channel, everyone, permission::SEND_MESSAGES);
    lab.sim.deny_bot(lab.channel, permission::SEND_MESSAGES);
    assert_eq!(lab.api.err("POST", &lab.messages(), json!({"content": "x"})).await, (403, 50013));
    lab.sim.deny_bot(lab.channel, permission::VIEW_CHANNEL);
    assert_eq!(lab.api.err("POST", &lab.messages(), json!({"content": "x"})).await, (403, 50001));
    assert!(lab.sim.ledger().iter().all(|entry| !entry.accepted));
}

#[tokio::test]
async fn direct_messages_reach_those_who_take_them() {
    let lab = lab().await;
    let body = json!({"recipient_id": lab.ann});
    let direct = lab.api.ok("POST", "/users/@me/channels", body).await;
    let path = format!("/channels/{}/messages", direct["id"].as_str().unwrap());
    lab.api.ok("POST", &path, json!({"content": "Hello"})).await;
    assert!(lab.sim.person(lab.ann).inbox().last().unwrap().pings);
    lab.sim.close_dms(lab.ann);
    assert_eq!(lab.api.err("POST", &path, json!({"content": "x"})).await, (403, 50007));
    lab.sim.open_dms(lab.ann);
    lab.sim.remove_member(lab.server, lab.ann);
    assert_eq!(lab.api.err("POST", &path, json!({"content": "x"})).await, (403, 50278));
}

#[tokio::test]
async fn only_those_who_are_allowed_to_be_are_pinged() {
    let lab = lab().await;
    let text = format!("<@{}> @everyone", lab.ann);
    let loud = lab.post(json!({"content": text})).await;
    assert_eq!(loud["mentions"][0]["id"], json!(lab.ann));
    assert_eq!(loud["mention_everyone"], true);
    let ann = lab.sim.person(lab.ann);
    assert!(ann.sees().last().unwrap().pings);
    let quiet = lab.post(json!({"content": text, "allowed_mentions": {"parse": []}})).await;
    assert_eq!((&quiet["mentions"], &quiet["mention_everyone"]), (&json!([]), &json!(false)));
    assert!(!ann.sees().last().unwrap().pings);
}

#[tokio::test]
async fn an_interaction_is_answered_once_and_in_time() {
    let start: DateTime<Utc> = "2026-03-01T10:00:00Z".parse().unwrap();
    let options = Options {
        clock: Clock::driven(start),
        answer_within: std::time::Duration::from_millis(300),
        ..Options::default()
    };
    let lab = lab_with(options).await;
    let (mut socket, _) = identified(&lab.sim, ALL_INTENTS).await;
    let command = json!({"id": "1", "name": "x", "type": 1});
    let act = lab.sim.interact_raw(lab.ann, lab.channel, InteractionKind::Command, None, command.clone());
    let bot = async {
        let interaction = event(&mut socket, "INTERACTION_CREATE").await["d"].clone();
        let webhook = format!("/webhooks/{}/{}", lab.api.application, interaction["token"].as_str().unwrap());
        let original = format!("{webhook}/messages/@original");
        assert_eq!(lab.api.err("GET", &original, Value::Null).await, (404, 10015), "not answered yet");
        let (status, body) = lab.api.answer(&interaction, json!({"type": 4, "data": {"content": letters(2001)}})).await;
        assert_eq!((status, body["code"].as_u64()), (400, Some(50035)));
        let (status, _) = lab.api.answer(&interaction, json!({"type": 5, "data": {"flags": 64}})).await;
        assert_eq!(status, 204);
        let (status, body) = lab.api.answer(&interaction, json!({"type": 4, "data": {"content": "x"}})).await;
        assert_eq!((status, body["code"].as_u64()), (400, Some(40060)));
        assert_eq!(lab.sim.pending_interactions(), 1);
        let shown = lab.api.ok("PATCH", &original, json!({"content": "done"})).await;
        assert_eq!(shown["flags"], 64, "private as it was deferred");
        assert_eq!(
            lab.api.err("GET", &format!("{}/{}", lab.messages(), shown["id"].as_str().unwrap()), Value::Null).await,
            (404, 10008)
        );
        lab.api.ok("POST", &webhook, json!({"content": "more"})).await;
        lab.sim.clock().set(start + TimeDelta::minutes(16));
        assert_eq!(lab.api.err("PATCH", &original, json!({"content": "late"})).await, (401, 50027));
    };
    let (reply, ()) = tokio::join!(act, bot);
    assert!(reply.unwrap().is_private());
    assert!(lab.sim.interact_raw(lab.ann, lab.channel, InteractionKind::Command, None, command).await.is_err());
    let late = event(&mut socket, "INTERACTION_CREATE").await["d"].clone();
    let (status, body) = lab.api.answer(&late, json!({"type": 4, "data": {"content": "x"}})).await;
    assert_eq!((status, body["code"].as_u64()), (404, Some(10062)));
}

#[tokio::test]
async fn archived_threads_take_messages_but_no_edits() {
    let lab = lab().await;
    let message = lab.post(json!({"content": "x"})).await;
    let at = format!("{}/{}", lab.messages(), message["id"].as_str().unwrap());
    let thread = lab.api.ok("POST", &format!("{at}/threads"), json!({"name": "t"})).await;
    let path = format!("/channels/{}/messages", thread["id"].as_str().unwrap());
    let inside = lab.api.ok("POST", &path, json!({"content": "x"})).await;
    let inside = format!("{path}/{}", inside["id"].as_str().unwrap());
    let id = thread["id"].as_str().unwrap().parse().unwrap();
    lab.sim.archive_thread(id, false);
    assert_eq!(lab.api.err("PATCH", &inside, json!({"content": "y"})).await, (400, 50083));
    lab.api.ok("POST", &path, json!({"content": "awake"})).await;
    lab.api.ok("PATCH", &inside, json!({"content": "y"})).await;
}

#[tokio::test]
async fn files_are_sent_with_a_message_and_served() {
    let lab = lab().await;
    let payload = json!({"content": "x", "attachments": [{"id": 0, "description": "A chart"}]});
    let part = reqwest::multipart::Part::bytes(b"PNG".to_vec()).file_name("chart.png");
    let form = reqwest::multipart::Form::new().text("payload_json", payload.to_string()).part("files[0]", part);
    let request = reqwest::Client::new().post(format!("{}/api/v10{}", lab.sim.url(), lab.messages()));
    let request = request.header("authorization", format!("Bot {}", lab.sim.token())).multipart(form);
    let message: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(message["attachments"][0]["description"], "A chart", "{message}");
    let url = message["attachments"][0]["url"].as_str().unwrap();
    assert_eq!(reqwest::get(url).await.unwrap().text().await.unwrap(), "PNG");
}

#[tokio::test]
async fn rate_limits_are_imposed_when_they_are_real() {
    let lab = lab_with(Options { rate_limits: RateLimits::Real, ..Options::default() }).await;
    for _ in 0..5 {
        lab.post(json!({"content": "x"})).await;
    }
    let (status, body) = lab.api.call("POST", &lab.messages(), json!({"content": "x"})).await;
    assert_eq!((status, &body["global"]), (429, &json!(false)));
    assert!(body["retry_after"].as_f64().unwrap() > 0.0);
    assert_eq!(lab.sim.rate_limited(), 1);
}

#[tokio::test]
async fn faults_fail_before_or_cut_after() {
    let lab = lab().await;
    let fault = |kind| Fault::http("POST", "/messages", kind);
    lab.sim.fault(fault(FaultKind::FailBefore(503)));
    assert_eq!(lab.api.err("POST", &lab.messages(), json!({"content": "x"})).await, (503, 0));
    lab.sim.fault(fault(FaultKind::DropAfterAccept));
    let request = reqwest::Client::new().post(format!("{}/api/v10{}", lab.sim.url(), lab.messages()));
    let request = request.header("authorization", format!("Bot {}", lab.sim.token()));
    assert!(request.json(&json!({"content": "cut"})).send().await.is_err());
    let ledger = lab.sim.ledger();
    assert_eq!((ledger[0].status, ledger[0].accepted), (503, false));
    assert_eq!(ledger[1].body["content"], "cut", "carried out all the same");
    assert_eq!(ledger.len(), 2);
}

#[tokio::test]
async fn paths_methods_and_tokens_are_checked() {
    let lab = lab().await;
    assert_eq!(lab.api.err("GET", "/nowhere", Value::Null).await, (404, 0));
    assert_eq!(lab.api.err("DELETE", "/users/@me", Value::Null).await, (405, 0));
    let request = reqwest::get(format!("{}/api/v10/users/@me", lab.sim.url())).await.unwrap();
    assert_eq!(request.status(), 401);
    assert_eq!(lab.api.err("GET", "/channels/abc", Value::Null).await, (400, 50035));
}

#[tokio::test]
async fn pins_threads_and_forum_posts_can_be_read_back() {
    let lab = lab().await;
    let message = lab.post(json!({"content": "keep"})).await;
    let id = message["id"].as_str().unwrap();
    lab.api.ok("PUT", &format!("{}/pins/{id}", lab.messages()), Value::Null).await;
    let pins = lab.api.ok("GET", &format!("{}/pins", lab.messages()), Value::Null).await;
    assert_eq!(pins["items"][0]["message"]["id"], message["id"]);
    lab.sim.deny_bot(lab.channel, permission::PIN_MESSAGES);
    assert_eq!(lab.api.err("DELETE", &format!("{}/pins/{id}", lab.messages()), Value::Null).await, (403, 50013));
    let active = lab.api.ok("GET", &format!("/guilds/{}/threads/active", lab.server), Value::Null).await;
    assert_eq!(active["threads"], json!([]));
}

#[tokio::test]
async fn the_control_interface_acts_and_tells() {
    let lab = lab().await;
    let http = reqwest::Client::new();
    let acts = format!("{}/control/acts", lab.sim.url());
    let body = json!({"person": "Ann Lee", "act": "says", "text": "Hello"});
    assert!(http.post(&acts).json(&body).send().await.unwrap().status().is_success());
    let body = json!({"person": "Ann Lee", "act": "sees"});
    let seen: Value = http.post(&acts).json(&body).send().await.unwrap().json().await.unwrap();
    assert_eq!(seen["messages"][0]["content"], "Hello");
    let body = json!({"person": "Ann Lee", "act": "runs", "text": "/nothing"});
    assert_eq!(http.post(&acts).json(&body).send().await.unwrap().status(), 422);
    let ledger: Value = reqwest::get(format!("{}/control/ledger", lab.sim.url())).await.unwrap().json().await.unwrap();
    assert_eq!(ledger[0]["origin"], json!({"member": "Ann Lee"}));
}
