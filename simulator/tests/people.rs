//! People act in their words, and a tiny bot answers them over the real protocol.

mod bot;

use std::time::{Duration, Instant};

use bot::{Api, run};
use serde_json::{Value, json};
use simulator::{Options, Refused, ReplyKind, ServerId, Simulator, UserId, World, permission};

struct Lab {
    sim: Simulator,
    server: ServerId,
    ann: UserId,
    ben: UserId,
}

async fn lab() -> Lab {
    lab_with(Options::default()).await
}

async fn lab_with(options: Options) -> Lab {
    let mut world = World::new();
    world.name_bot("Echo");
    let server = world.server("Lab");
    world.channel(server, "general");
    world.channel(server, "checkout");
    world.role(server, "Squad");
    let (ann, ben) = (world.person("Ann Lee"), world.person("Ben Ode"));
    world.join(server, ann, &[]);
    world.join(server, ben, &[]);
    let sim = bot::started(world, options).await;
    Lab { sim, server, ann, ben }
}

fn button(label: &str, custom_id: &str) -> Value {
    json!({"type": 1, "components": [{"type": 2, "style": 1, "label": label, "custom_id": custom_id}]})
}

/// A bot with one command of each taste.
fn commands() -> Value {
    let option = |kind: u64, name: &str| json!({"type": kind, "name": name, "description": "x"});
    let squad = json!({"type": 1, "name": "create", "description": "x", "options": [
        {"type": 3, "name": "name", "description": "x", "required": true},
        {"type": 7, "name": "channel", "description": "x", "channel_types": [0]},
        option(6, "lead"), option(3, "schedule"), {"type": 4, "name": "size", "description": "x", "min_value": 2, "max_value": 9},
    ]});
    let edit = json!({"type": 1, "name": "edit", "description": "x", "options": [
        {"type": 3, "name": "squad", "description": "x", "autocomplete": true, "required": true},
    ]});
    json!([
        {"name": "hello", "description": "x"},
        {"name": "form", "description": "x"},
        {"name": "slow", "description": "x"},
        {"name": "silent", "description": "x"},
        {"name": "squad", "description": "x", "options": [squad, edit]},
        {"name": "admin", "description": "x", "default_member_permissions": "32", "contexts": [0]},
        {"name": "upload", "description": "x", "options": [option(11, "file")]},
        {"name": "Quote", "type": 3},
    ])
}

async fn answer(api: Api, interaction: Value) {
    let data = &interaction["data"];
    let key = data["custom_id"].as_str().or(data["name"].as_str()).unwrap_or_default();
    let body = match (interaction["type"].as_u64(), key) {
        (Some(4), _) => {
            json!({"type": 8, "data": {"choices": [{"name": "Checkout", "value": "s-1"}]}})
        }
        (_, "silent") => return,
        (_, "slow") => {
            api.answer(&interaction, json!({"type": 5, "data": {"flags": 64}})).await;
            let token = interaction["token"].as_str().unwrap();
            let path = format!("/webhooks/{}/{token}/messages/@original", api.application);
            api.ok("PATCH", &path, json!({"content": "Here it is"})).await;
            return;
        }
        (_, "form") => {
            json!({"type": 9, "data": {"custom_id": "the-form", "title": "Check in", "components": [
                {"type": 1, "components": [{"type": 4, "custom_id": "done", "label": "What did I finish?", "style": 2, "max_length": 10}]},
                {"type": 1, "components": [{"type": 4, "custom_id": "next", "label": "And next?", "style": 2, "required": false}]},
            ]}})
        }
        (Some(5), _) => {
            let text = data.pointer("/components/0/components/0/value").cloned().unwrap_or_default();
            json!({"type": 4, "data": {"content": format!("Saved: {}", text.as_str().unwrap()), "flags": 64}})
        }
        (_, "go") => json!({"type": 7, "data": {"content": "Gone", "components": []}}),
        (_, "pick") => {
            json!({"type": 4, "data": {"content": format!("Picked {}", data["values"]), "flags": 64}})
        }
        (_, "hello") => json!({"type": 4, "data": {
            "content": "Hello <@1>", "embeds": [{"title": "T", "fields": [{"name": "a", "value": "b"}]}],
            "components": [button("Go", "go"), {"type": 1, "components": [{"type": 5, "custom_id": "pick", "placeholder": "Pick a lead"}]}],
        }}),
        _ => {
            json!({"type": 4, "data": {"content": data.to_string()[..data.to_string().len().min(1900)].to_owned(), "flags": 64}})
        }
    };
    let (status, body) = api.answer(&interaction, body).await;
    assert_eq!(status, 204, "{body}");
}

#[tokio::test]
async fn a_command_is_answered_and_its_button_clicked() {
    let lab = lab().await;
    let _bot = run(&lab.sim, commands(), answer).await;
    let ann = lab.sim.person(lab.ann);
    let reply = ann.runs("/hello").await.unwrap();
    assert_eq!(reply.kind, ReplyKind::Public);
    assert_eq!(reply.text(), "Hello @someone\nT\na: b\n[▾ Pick a lead]\n[Go]");
    let picked = ann.selects("Pick a lead", &["@Ben"]).await.unwrap();
    assert_eq!(picked.text(), format!("Picked [\"{}\"]", lab.ben));
    let ben = lab.sim.person(lab.ben);
    assert_eq!(ben.sees().messages.len(), 1, "a private answer is for one");
    let gone = ben.clicks("Go").await.unwrap();
    assert_eq!((gone.kind, gone.text().as_str()), (ReplyKind::Updated, "Gone\nT\na: b"));
    assert!(matches!(ann.clicks("Go").await, Err(Refused::NotThere(_))));
}

#[tokio::test]
async fn a_modal_is_filled_in_by_its_labels() {
    let lab = lab().await;
    let _bot = run(&lab.sim, commands(), answer).await;
    let ann = lab.sim.person(lab.ann);
    assert_eq!(ann.runs("/form").await.unwrap().kind, ReplyKind::Modal);
    assert_eq!(ann.modal().unwrap().fields.len(), 2);
    assert!(matches!(ann.fills(&[("And next?", "x")]).await, Err(Refused::Invalid(_))), "the first is required");
    assert!(matches!(ann.fills(&[("What did I finish?", "far too long a text")]).await, Err(Refused::Invalid(_))));
    let reply = ann.fills(&[("What did I finish?", "tests")]).await.unwrap();
    assert_eq!((reply.kind, reply.text().as_str()), (ReplyKind::Private, "Saved: tests"));
    assert!(ann.modal().is_none());
}

#[tokio::test]
async fn options_are_read_as_a_client_reads_them() {
    let lab = lab().await;
    let _bot = run(&lab.sim, commands(), answer).await;
    let ann = lab.sim.person(lab.ann);
    let line = "/squad create name:The Checkout channel:#checkout lead:@Ben schedule:weekdays 09:30 size:7";
    let text = ann.runs(line).await.unwrap().text();
    let sent: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}"));
    assert_eq!(sent["options"][0]["name"], "create");
    let values = sent["options"][0]["options"].as_array().unwrap();
    let value = |name: &str| values.iter().find(|value| value["name"] == name).unwrap()["value"].clone();
    assert_eq!(value("name"), "The Checkout");
    assert_eq!(value("lead"), json!(lab.ben));
    assert_eq!(value("schedule"), "weekdays 09:30");
    assert_eq!(value("size"), 7);
    for (line, why) in [
        ("/nothing", "There is no command"),
        ("/squad destroy", "no sub-command"),
        ("/squad create lead:@Ben", "needs the option \"name\""),
        ("/squad create name:x size:1", "out of bounds"),
        ("/squad create name:x lead:@Nobody", "isn't here"),
        ("/squad create colour:red", "no option"),
        ("/admin", "isn't shown"),
    ] {
        let refused = ann.runs(line).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{line}: {refused}");
    }
}

#[tokio::test]
async fn suggestions_are_shown_and_the_chosen_one_is_sent_as_its_value() {
    let lab = lab().await;
    let _bot = run(&lab.sim, commands(), answer).await;
    let ann = lab.sim.person(lab.ann);
    let choices = ann.types_option("/squad edit squad:", "che").await.unwrap();
    assert_eq!(choices[0].name, "Checkout");
    assert!(ann.runs("/squad edit squad:Checkout").await.unwrap().text().contains("\"s-1\""));
}

#[tokio::test]
async fn thinking_is_followed_by_the_answer() {
    let lab = lab().await;
    let _bot = run(&lab.sim, commands(), answer).await;
    let reply = lab.sim.person(lab.ann).runs("/slow").await.unwrap();
    assert_eq!((reply.kind, reply.text().as_str()), (ReplyKind::Private, "Here it is"));
    assert_eq!(lab.sim.pending_interactions(), 0);
}

#[tokio::test]
async fn a_silent_bot_does_not_respond() {
    let options = Options { answer_within: Duration::from_millis(50), ..Options::default() };
    let lab = lab_with(options).await;
    let _bot = run(&lab.sim, commands(), answer).await;
    assert_eq!(lab.sim.person(lab.ann).runs("/silent").await.unwrap_err(), Refused::NoAnswer);
}

#[tokio::test]
async fn commands_are_hidden_and_shown_by_permission_and_place() {
    let lab = lab().await;
    let _bot = run(&lab.sim, commands(), answer).await;
    let ann = lab.sim.person(lab.ann);
    let boss = lab.sim.add_role(lab.server, "Boss", permission::MANAGE_GUILD);
    assert!(lab.sim.give_role(lab.server, lab.ann, boss));
    assert!(ann.runs("/admin").await.is_ok());
    ann.goes_to("DM").unwrap();
    assert!(matches!(ann.runs("/admin").await, Err(Refused::NotThere(_))));
    assert!(ann.runs("/hello").await.is_ok());
    assert_eq!(ann.inbox().messages.len(), 1);
}

#[tokio::test]
async fn files_and_context_menus_reach_the_bot() {
    let lab = lab().await;
    let _bot = run(&lab.sim, commands(), answer).await;
    let ann = lab.sim.person(lab.ann);
    let reply = ann.runs_with_file("/upload", "file", "days.ics", b"BEGIN:VCALENDAR").await.unwrap();
    let sent: Value = serde_json::from_str(&reply.text()).unwrap();
    let file = sent["resolved"]["attachments"].as_object().unwrap().values().next().unwrap();
    let url = file["url"].as_str().unwrap();
    assert_eq!(reqwest::get(url).await.unwrap().text().await.unwrap(), "BEGIN:VCALENDAR");
    let said = ann.says("We ship on Friday, @Ben Ode").await.unwrap();
    assert!(lab.sim.person(lab.ben).sees().last().unwrap().pings);
    assert!(ann.right_clicks(said, "Quote").await.unwrap().text().contains("We ship on Friday"));
}

#[tokio::test]
async fn two_clicks_at_once_are_two_interactions() {
    let lab = lab().await;
    let _bot = run(&lab.sim, commands(), answer).await;
    let ann = lab.sim.person(lab.ann);
    let message = ann.runs("/hello").await.unwrap().message.unwrap().id;
    let (one, two) = tokio::join!(ann.clicks_id(message, "go"), ann.clicks_id(message, "go"));
    assert!(one.is_ok() && two.is_ok());
}

#[tokio::test]
async fn a_round_trip_is_quick() {
    let lab = lab().await;
    let _bot = run(&lab.sim, commands(), answer).await;
    let ann = lab.sim.person(lab.ann);
    ann.runs("/hello").await.unwrap();
    let mut times = Vec::new();
    for _ in 0..200 {
        let start = Instant::now();
        ann.runs("/hello").await.unwrap();
        times.push(start.elapsed());
    }
    times.sort();
    println!("act to answer: p50 {:?}, p99 {:?}", times[100], times[198]);
    assert!(times[100] < Duration::from_millis(50));
}
