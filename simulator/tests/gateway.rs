//! The gateway: identify, resume, intents, and events that real libraries can read.

mod bot;

use std::time::Duration;

use bot::{ALL_INTENTS, Api, event, greeted, identified, identify, next, send};
use serde_json::{Value, json};
use simulator::{ChannelId, InteractionKind, Options, ServerId, Simulator, UserId, World, permission};

struct Lab {
    sim: Simulator,
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
    world.forum(server, "ideas");
    let ann = world.person("Ann Lee");
    world.join(server, ann, &[]);
    let sim = bot::started(world, options).await;
    Lab { sim, server, channel, ann }
}

#[tokio::test]
async fn wrong_tokens_intents_and_shards_are_refused() {
    let lab = lab_with(Options { privileged_intents: 0, ..Options::default() }).await;
    let token = lab.sim.token();
    for (data, code) in [
        (json!({"token": "wrong", "intents": 0}), 4004),
        (json!({"token": token, "intents": 1_u64 << 40}), 4013),
        (json!({"token": token, "intents": 1 << 15}), 4014),
        (json!({"token": token, "intents": 0, "shard": [2, 2]}), 4010),
    ] {
        let mut socket = greeted(&lab.sim).await;
        send(&mut socket, json!({"op": 2, "d": data})).await;
        assert_eq!(next(&mut socket).await["closed"], code);
    }
}

#[tokio::test]
async fn heartbeats_are_acknowledged() {
    let lab = lab().await;
    let mut socket = greeted(&lab.sim).await;
    send(&mut socket, json!({"op": 1, "d": null})).await;
    assert_eq!(next(&mut socket).await["op"], 11);
}

#[tokio::test]
async fn a_resumed_session_gets_what_it_missed_and_counts_it_once() {
    let lab = lab().await;
    let (mut socket, ready) = identified(&lab.sim, ALL_INTENTS).await;
    let seq = event(&mut socket, "GUILD_CREATE").await["s"].clone();
    lab.sim.close_gateways(4000);
    assert_eq!(next(&mut socket).await["closed"], 4000);
    let ann = lab.sim.person(lab.ann);
    ann.says("while you were away").await.unwrap();
    let mut socket = greeted(&lab.sim).await;
    let session = &ready["d"]["session_id"];
    send(&mut socket, json!({"op": 6, "d": {"token": lab.sim.token(), "session_id": session, "seq": seq}})).await;
    let missed = next(&mut socket).await;
    assert_eq!((missed["t"].as_str(), missed["s"].as_u64()), (Some("MESSAGE_CREATE"), Some(3)));
    assert_eq!(next(&mut socket).await["t"], "RESUMED");
    assert_eq!(lab.sim.dispatches_sent(), 4);
}

#[tokio::test]
async fn what_cannot_be_resumed_is_said_so() {
    let lab = lab().await;
    let (mut socket, ready) = identified(&lab.sim, 1).await;
    lab.sim.op7();
    event(&mut socket, "GUILD_CREATE").await;
    assert_eq!(next(&mut socket).await["op"], 7);
    lab.sim.op9(false);
    assert_eq!(next(&mut socket).await, json!({"op": 9, "d": false}));
    let mut socket = greeted(&lab.sim).await;
    let session = &ready["d"]["session_id"];
    send(&mut socket, json!({"op": 6, "d": {"token": lab.sim.token(), "session_id": session, "seq": 1}})).await;
    assert_eq!(next(&mut socket).await, json!({"op": 9, "d": false}));
    send(&mut socket, identify(&lab.sim, 1)).await;
    assert_eq!(next(&mut socket).await["t"], "READY");
}

#[tokio::test]
async fn intents_decide_what_is_heard_and_read() {
    let lab = lab().await;
    let (mut without, _) = identified(&lab.sim, 1 | 1 << 9).await;
    let (mut with, _) = identified(&lab.sim, 1 | 1 << 9 | 1 << 15).await;
    let (mut deaf, _) = identified(&lab.sim, 1).await;
    lab.sim.person(lab.ann).says("secret").await.unwrap();
    lab.sim.add_channel(lab.server, "new");
    assert_eq!(event(&mut without, "MESSAGE_CREATE").await["d"]["content"], "");
    assert_eq!(event(&mut with, "MESSAGE_CREATE").await["d"]["content"], "secret");
    event(&mut deaf, "GUILD_CREATE").await;
    assert_eq!(next(&mut deaf).await["t"], "CHANNEL_CREATE", "no message before");
}

#[tokio::test]
async fn members_are_sent_when_asked_for() {
    let lab = lab().await;
    let (mut socket, _) = identified(&lab.sim, ALL_INTENTS).await;
    let ask = json!({"op": 8, "d": {"guild_id": lab.server, "query": "ann", "limit": 0, "nonce": "n"}});
    send(&mut socket, ask).await;
    let chunk = event(&mut socket, "GUILD_MEMBERS_CHUNK").await;
    assert_eq!(chunk["d"]["members"].as_array().unwrap().len(), 1);
    assert_eq!(chunk["d"]["nonce"], "n");
}

#[tokio::test]
async fn shards_hear_of_their_own_servers() {
    let mut world = World::new();
    let servers: Vec<_> = (0..4).map(|n| world.server(&format!("S{n}"))).collect();
    let sim = bot::started(world, Options::default()).await;
    let mut heard = 0;
    for shard in 0..2 {
        let mut socket = greeted(&sim).await;
        send(&mut socket, json!({"op": 2, "d": {"token": sim.token(), "intents": 1, "shard": [shard, 2]}})).await;
        heard += event(&mut socket, "READY").await["d"]["guilds"].as_array().unwrap().len();
    }
    assert_eq!(heard, servers.len());
}

/// Makes every kind of event happen.
async fn everything(lab: &Lab) {
    let api = Api::new(&lab.sim);
    let channel = format!("/channels/{}", lab.channel);
    let ann = lab.sim.person(lab.ann);
    let components = json!([{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}]);
    let message = api.ok("POST", &format!("{channel}/messages"), json!({
        "content": "Hi", "embeds": [{"title": "T", "fields": [{"name": "a", "value": "b"}]}], "components": components,
    })).await;
    let at = format!("{channel}/messages/{}", message["id"].as_str().unwrap());
    api.ok("PATCH", &at, json!({"content": "Hi again"})).await;
    api.ok("PUT", &format!("{channel}/messages/pins/{}", message["id"].as_str().unwrap()), Value::Null).await;
    api.ok("PUT", &format!("{at}/reactions/%E2%9C%85/@me"), Value::Null).await;
    api.ok("DELETE", &format!("{at}/reactions/%E2%9C%85/@me"), Value::Null).await;
    let thread = api.ok("POST", &format!("{at}/threads"), json!({"name": "Replies"})).await;
    let thread = format!("/channels/{}", thread["id"].as_str().unwrap());
    api.ok("PUT", &format!("{thread}/thread-members/{}", lab.ann), Value::Null).await;
    api.ok("POST", &format!("{thread}/messages"), json!({"content": "In here"})).await;
    api.ok("PATCH", &thread, json!({"archived": true})).await;
    let aside = api.ok("POST", &format!("{channel}/threads"), json!({"name": "Aside", "type": 12})).await;
    api.ok("DELETE", &format!("/channels/{}", aside["id"].as_str().unwrap()), Value::Null).await;
    api.ok(
        "POST",
        &format!("/guilds/{}/scheduled-events", lab.server),
        json!({
            "name": "Call", "entity_type": 3, "privacy_level": 2, "scheduled_start_time": "2999-01-01T10:00:00Z",
            "scheduled_end_time": "2999-01-01T11:00:00Z", "entity_metadata": {"location": "Here"},
        }),
    )
    .await;
    ann.says("Hello").await.unwrap();
    ann.replies("An answer").await.unwrap();
    let id = message["id"].as_str().unwrap().parse().unwrap();
    let _ = ann.clicks_id(id, "go").await;
    let user = json!({"id": "1", "name": "x", "type": 1});
    let _ = lab.sim.interact_raw(lab.ann, lab.channel, InteractionKind::Command, None, user).await;
    let row = json!({"type": 1, "components": [{"type": 4, "custom_id": "a", "value": "b"}]});
    let data = json!({"custom_id": "m", "components": [row]});
    let _ = lab.sim.interact_raw(lab.ann, lab.channel, InteractionKind::Modal, Some(id), data).await;
    ann.goes_to("DM").unwrap();
    ann.says("In private").await.unwrap();
    let _ = lab
        .sim
        .interact_raw(
            lab.ann,
            ann.place().unwrap(),
            InteractionKind::Command,
            None,
            json!({"id": "1", "name": "x", "type": 1}),
        )
        .await;
    let new = lab.sim.add_channel(lab.server, "new");
    lab.sim.deny(new, lab.ann, permission::VIEW_CHANNEL);
    lab.sim.delete_channel(new);
    let role = lab.sim.add_role(lab.server, "R", 0);
    lab.sim.give_role(lab.server, lab.ann, role);
    lab.sim.remove_role(lab.server, role);
    let ben = lab.sim.add_person("Ben");
    lab.sim.join(lab.server, ben, &[]);
    lab.sim.remove_member(lab.server, ben);
    api.ok("DELETE", &at, Value::Null).await;
    lab.sim.delete_channel(lab.channel);
    let other = lab.sim.add_server("Other");
    lab.sim.join(other, lab.sim.bot_user_id(), &[]);
    lab.sim.remove_member(other, lab.sim.bot_user_id());
    lab.sim.op7();
}

/// The inspectors read every event as serenity does; this makes all of them happen.
#[tokio::test]
async fn every_event_can_be_read_by_serenity() {
    let lab = lab_with(Options { answer_within: Duration::from_millis(10), ..Options::default() }).await;
    let (mut socket, ready) = identified(&lab.sim, ALL_INTENTS).await;
    send(&mut socket, json!({"op": 8, "d": {"guild_id": lab.server, "query": "", "limit": 0}})).await;
    event(&mut socket, "GUILD_CREATE").await;
    everything(&lab).await;
    let mut names = std::collections::BTreeSet::from(["READY".to_owned()]);
    let mut payload = ready;
    while payload["op"] != 7 {
        let name = payload["t"].as_str().unwrap().to_owned();
        names.insert(name);
        payload = next(&mut socket).await;
    }
    for name in [
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_DELETE",
        "MESSAGE_REACTION_ADD",
        "MESSAGE_REACTION_REMOVE",
        "THREAD_CREATE",
        "THREAD_UPDATE",
        "THREAD_DELETE",
        "THREAD_MEMBERS_UPDATE",
        "CHANNEL_CREATE",
        "CHANNEL_UPDATE",
        "CHANNEL_DELETE",
        "CHANNEL_PINS_UPDATE",
        "GUILD_MEMBER_ADD",
        "GUILD_MEMBER_UPDATE",
        "GUILD_MEMBER_REMOVE",
        "GUILD_ROLE_CREATE",
        "GUILD_ROLE_DELETE",
        "GUILD_CREATE",
        "GUILD_DELETE",
        "GUILD_SCHEDULED_EVENT_CREATE",
        "INTERACTION_CREATE",
        "GUILD_MEMBERS_CHUNK",
    ] {
        assert!(names.contains(name), "{name} didn't happen");
    }
}
