//! Faults: each does what it says, and is told over HTTP as it is typed.

mod bot;

use std::time::Duration;

use bot::{Api, event, greeted, identified, identify, next, send};
use serde_json::{Value, json};
use simulator::{Options, RateLimits, Simulator, UserId, World};
use tokio::time::timeout;

const ALL: u64 = bot::ALL_INTENTS;

async fn lab(options: Options) -> (Simulator, UserId) {
    let mut world = World::new();
    let server = world.server("Lab");
    world.channel(server, "general");
    let ann = world.person("Ann Lee");
    world.join(server, ann, &[]);
    (Simulator::start(world, options).await.unwrap(), ann)
}

fn fault(sim: &Simulator, text: &str) {
    sim.fault(text.parse().unwrap());
}

/// What is said next, if anything is within a moment.
async fn soon(socket: &mut bot::Socket) -> Option<Value> {
    timeout(Duration::from_millis(700), next(socket)).await.ok()
}

async fn response(sim: &Simulator) -> reqwest::Response {
    let request = reqwest::Client::new().get(format!("{}/api/v10/users/@me", sim.url()));
    request.header("authorization", format!("Bot {}", sim.token())).send().await.unwrap()
}

#[tokio::test]
async fn a_429_says_how_far_it_reaches() {
    let (sim, _) = lab(Options::default()).await;
    for (kind, scope, global) in
        [("user", Some("user"), false), ("shared", Some("shared"), false), ("global", Some("global"), true)]
    {
        fault(&sim, &format!("GET /users/@me: 429 {kind} 1500 ms"));
        let answer = response(&sim).await;
        assert_eq!(answer.status(), 429, "{kind}");
        let header = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
        assert_eq!((header("retry-after"), header("x-ratelimit-scope")), (Some("2"), scope), "{kind}");
        assert_eq!(header("x-ratelimit-global").is_some(), global, "{kind}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!((&body["retry_after"], &body["global"]), (&json!(1.5), &json!(global)), "{kind}");
    }
    fault(&sim, "GET /users/@me: 429 address");
    let answer = response(&sim).await;
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (429, "1"));
    assert!(!answer.headers().keys().any(|name| name.as_str().starts_with("x-ratelimit")));
    assert!(answer.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    assert_eq!(sim.rate_limited(), 4);
    assert_eq!(response(&sim).await.status(), 200, "each came once");
}

#[tokio::test]
async fn rate_limit_headers_are_missing_malformed_or_huge() {
    let (sim, _) = lab(Options::default()).await;
    for before in ["", "429 user 1 s "] {
        fault(&sim, &format!("GET /users/@me: {before}missing headers"));
        let answer = response(&sim).await;
        assert!(!answer.headers().keys().any(|name| name.as_str().contains("ratelimit")), "{:?}", answer.headers());
        fault(&sim, &format!("GET /users/@me: {before}huge headers × 5"));
        for _ in 0..5 {
            let after = response(&sim).await.headers()["x-ratelimit-reset-after"].to_str().unwrap().to_owned();
            assert!(after.parse::<f64>().unwrap() > 1e9, "{after}");
        }
        fault(&sim, &format!("GET /users/@me: {before}malformed headers × 5"));
        for _ in 0..5 {
            let answer = response(&sim).await;
            let text = answer.headers()["x-ratelimit-limit"].to_str().unwrap_or("no text");
            assert!(text.parse::<u32>().is_err(), "{text}");
        }
    }
}

#[tokio::test]
async fn events_get_lost_repeated_and_reordered() {
    let (sim, ann) = lab(Options::default()).await;
    let (mut socket, _) = identified(&sim, ALL).await;
    event(&mut socket, "GUILD_CREATE").await;
    for text in ["gateway MESSAGE_CREATE: lost", "gateway: repeated", "gateway: reordered"] {
        fault(&sim, text);
    }
    let ann = sim.person(ann);
    for text in ["lost", "twice", "late", "early"] {
        ann.says(text).await.unwrap();
    }
    let mut heard = Vec::new();
    for _ in 0..4 {
        let said = next(&mut socket).await;
        heard.push((said["s"].as_u64().unwrap(), said["d"]["content"].as_str().unwrap().to_owned()));
    }
    let heard: Vec<_> = heard.iter().map(|(seq, text)| (*seq, text.as_str())).collect();
    assert_eq!(heard, [(4, "twice"), (4, "twice"), (5, "early"), (6, "late")]);
    fault(&sim, "gateway: reordered");
    ann.says("alone").await.unwrap();
    assert_eq!(next(&mut socket).await["d"]["content"], "alone", "nothing followed it");
}

#[tokio::test]
async fn a_dead_connection_says_nothing_and_its_session_can_be_resumed() {
    for kind in ["half-open", "silent"] {
        let (sim, ann) = lab(Options::default()).await;
        let (mut socket, ready) = identified(&sim, ALL).await;
        let seq = event(&mut socket, "GUILD_CREATE").await["s"].clone();
        fault(&sim, &format!("gateway: {kind} now"));
        send(&mut socket, json!({"op": 1, "d": null})).await;
        sim.person(ann).says("anyone?").await.unwrap();
        assert_eq!(soon(&mut socket).await, None, "{kind}");
        assert_eq!(sim.sessions_connected(), 0, "{kind}");
        let mut again = greeted(&sim).await;
        let session = &ready["d"]["session_id"];
        send(&mut again, json!({"op": 6, "d": {"token": sim.token(), "session_id": session, "seq": seq}})).await;
        assert_eq!(next(&mut again).await["d"]["content"], "anyone?", "{kind}");
        assert_eq!(sim.dispatches_sent(), 4, "{kind}: READY, GUILD_CREATE, the message, RESUMED");
    }
}

#[tokio::test]
async fn heartbeats_go_unacknowledged() {
    let (sim, ann) = lab(Options::default()).await;
    let (mut socket, _) = identified(&sim, ALL).await;
    event(&mut socket, "GUILD_CREATE").await;
    fault(&sim, "gateway: no ack now");
    send(&mut socket, json!({"op": 1, "d": null})).await;
    assert_eq!(soon(&mut socket).await, None);
    sim.person(ann).says("still here").await.unwrap();
    assert_eq!(next(&mut socket).await["d"]["content"], "still here");
}

#[tokio::test]
async fn a_connection_may_never_be_greeted() {
    let (sim, _) = lab(Options::default()).await;
    fault(&sim, "gateway HELLO: close 4000");
    let url = format!("{}/?v=10&encoding=json", sim.url().replacen("http", "ws", 1));
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    assert_eq!(next(&mut socket).await["closed"], 4000);
    greeted(&sim).await;
}

#[tokio::test]
async fn a_client_without_heartbeats_is_closed_and_loses_its_session() {
    let (sim, _) = lab(Options { heartbeat: Duration::from_millis(100), ..Options::default() }).await;
    let (mut socket, ready) = identified(&sim, ALL).await;
    event(&mut socket, "GUILD_CREATE").await;
    for _ in 0..5 {
        send(&mut socket, json!({"op": 1, "d": null})).await;
        assert_eq!(next(&mut socket).await["op"], 11);
    }
    assert_eq!(next(&mut socket).await["closed"], 4009);
    let mut again = greeted(&sim).await;
    let session = &ready["d"]["session_id"];
    send(&mut again, json!({"op": 6, "d": {"token": sim.token(), "session_id": session, "seq": 1}})).await;
    assert_eq!(next(&mut again).await, json!({"op": 9, "d": false}));
}

#[tokio::test]
async fn sessions_begin_five_seconds_apart_and_so_many_a_day() {
    let (sim, _) =
        lab(Options { rate_limits: RateLimits::Real, sessions_a_day: 2, max_concurrency: 4, ..Options::default() })
            .await;
    let identify_as = |shard: u64| {
        let mut data = identify(&sim, 1);
        data["d"]["shard"] = json!([shard, 5]);
        data
    };
    let api = Api::new(&sim);
    let mut socket = greeted(&sim).await;
    send(&mut socket, identify_as(0)).await;
    event(&mut socket, "READY").await;
    let limit = api.ok("GET", "/gateway/bot", Value::Null).await["session_start_limit"].clone();
    assert_eq!((&limit["remaining"], &limit["total"], &limit["max_concurrency"]), (&json!(1), &json!(2), &json!(4)));
    let mut fourth = greeted(&sim).await;
    send(&mut fourth, identify_as(4)).await;
    assert_eq!(next(&mut fourth).await, json!({"op": 9, "d": false}), "it shares a turn with the first");
    send(&mut fourth, identify_as(1)).await;
    event(&mut fourth, "READY").await;
    let mut third = greeted(&sim).await;
    send(&mut third, identify_as(2)).await;
    assert_eq!(next(&mut third).await["closed"], 4004, "all are used up, and the token with them");
    assert_eq!(api.err("GET", "/users/@me", Value::Null).await.0, 401);
}

#[tokio::test]
async fn faults_are_switched_on_over_http_as_they_are_typed() {
    let (sim, _) = lab(Options::default()).await;
    let http = reqwest::Client::new();
    let url = format!("{}/control/faults", sim.url());
    let text = "GET /users/@me: 503 x2\n\ngateway: op 7 5%\n";
    assert_eq!(http.post(&url).body(text).send().await.unwrap().status(), 200);
    assert_eq!(response(&sim).await.status(), 503);
    let wrong = http.post(&url).body("GET /users/@me: 502\nGET /users/@me: 1").send().await.unwrap();
    assert_eq!(wrong.status(), 422);
    let why: Value = wrong.json().await.unwrap();
    assert!(why["text"].as_str().unwrap().contains("a status such as 503"), "{why}");
    let on: Value = http.get(&url).send().await.unwrap().json().await.unwrap();
    let first = json!({"fault": "GET /users/@me: 503 × 2", "hits": 1});
    assert_eq!(on, json!([first, {"fault": "gateway: op 7 5 % seed 0", "hits": 0}]));
    assert_eq!(http.delete(&url).send().await.unwrap().json::<Value>().await.unwrap(), json!([]));
    assert_eq!(response(&sim).await.status(), 200);
}

/// What the bot is told when it asks for something of which it is then taken away.
async fn asks(sim: &Simulator, method: &str, path: &str, body: Value) -> (u16, i64) {
    let request = reqwest::Client::new().request(method.parse().unwrap(), format!("{}/api/v10{path}", sim.url()));
    let answer = request.header("authorization", format!("Bot {}", sim.token())).json(&body).send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json::<Value>().await.ok().and_then(|body| body["code"].as_i64()).unwrap_or_default())
}

#[tokio::test]
async fn what_a_request_is_about_is_lost_just_before() {
    for (loss, code) in [("channel gone", 10_003), ("permissions gone", 50_001), ("server gone", 50_001)] {
        let (sim, _) = lab(Options::default()).await;
        let channel = sim.read(|world| *world.channels.keys().next().unwrap());
        fault(&sim, &format!("POST /messages: {loss}"));
        let path = format!("/channels/{channel}/messages");
        assert_eq!(asks(&sim, "POST", &path, json!({"content": "hello"})).await.1, code, "{loss}");
        assert_eq!(sim.faults()[0].1, 1, "{loss}");
    }
}

#[tokio::test]
async fn only_what_is_there_is_lost() {
    let (sim, ann) = lab(Options::default()).await;
    let channel = sim.read(|world| *world.channels.keys().next().unwrap());
    let path = format!("/channels/{channel}/messages");
    for loss in ["thread gone", "DMs gone", "message gone"] {
        fault(&sim, &format!("* /messages: {loss}"));
    }
    assert_eq!(asks(&sim, "POST", &path, json!({"content": "hello"})).await.0, 200, "this is none of them");
    assert!(sim.faults().iter().all(|(_, hits)| *hits == 0));

    let message = sim.read(|world| world.messages_in(channel).next().unwrap().id);
    let edit = format!("{path}/{message}");
    assert_eq!(asks(&sim, "PATCH", &edit, json!({"content": "good day"})).await, (404, 10_008));

    asks(&sim, "POST", "/users/@me/channels", json!({"recipient_id": ann})).await;
    let direct = sim.read(|world| world.direct(ann).unwrap());
    let path = format!("/channels/{direct}/messages");
    assert_eq!(asks(&sim, "POST", &path, json!({"content": "hello"})).await, (403, 50_007));
}

#[tokio::test]
async fn a_role_that_somebody_made_is_lost() {
    let (sim, _) = lab(Options::default()).await;
    let server = sim.read(|world| *world.servers.keys().next().unwrap());
    let roles = || sim.read(|world| world.servers[&server].roles.len());
    let before = roles();
    fault(&sim, "GET /guilds/{guild}/roles: role gone × 2");
    asks(&sim, "GET", &format!("/guilds/{server}/roles"), json!({})).await;
    assert_eq!(roles(), before, "everyone's and the bot's own stay");
    let made = sim.add_role(server, "Fennel", 0);
    asks(&sim, "GET", &format!("/guilds/{server}/roles"), json!({})).await;
    assert!(sim.read(|world| !world.servers[&server].roles.contains_key(&made)));
    assert_eq!(roles(), before);
}
