//! What Discord sends, and what it never would.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::command::Value;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("in range")
}

/// What every interaction has, with what this one adds.
fn interaction(kind: u8, data: &Json) -> Json {
    let user = json!({
        "id": "7", "username": "ann.7", "global_name": "Ann", "discriminator": "0", "avatar": null,
    });
    json!({
        "id": "100", "application_id": "200", "token": "secret", "version": 1, "type": kind, "data": data,
        "guild_id": "1", "channel_id": "2", "channel": {"id": "2", "type": 0},
        "member": {
            "user": user, "nick": null, "roles": ["3", "4"], "permissions": "32", "joined_at": "2026-01-01T00:00:00Z",
            "deaf": false, "mute": false, "flags": 0, "avatar": null,
        },
        "app_permissions": "3072", "locale": "en-GB", "guild_locale": "en-GB", "entitlements": [],
        "authorizing_integration_owners": {}, "context": 0, "attachment_size_limit": 10_485_760,
    })
}

fn command() -> Json {
    let options = json!([{"type": 1, "name": "create", "options": [
        {"type": 3, "name": "name", "value": "Checkout"},
        {"type": 6, "name": "lead", "value": "8"},
        {"type": 7, "name": "channel", "value": "9"},
        {"type": 8, "name": "role", "value": "3"},
        {"type": 11, "name": "calendar", "value": "11"},
    ]}]);
    let resolved = json!({
        "users": {"8": {"id": "8", "username": "ben.8", "global_name": "Ben", "discriminator": "0", "avatar": null}},
        "members": {"8": {"nick": "Ben (South)", "roles": [], "joined_at": "2026-01-01T00:00:00Z", "permissions": "0", "flags": 0}},
        "channels": {"9": {"id": "9", "name": "checkout", "type": 0, "permissions": "0"}},
        "roles": {"3": {
            "id": "3", "name": "North", "color": 0, "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null}, "hoist": false, "managed": false, "mentionable": false,
            "permissions": "0", "position": 1, "flags": 0,
        }},
        "attachments": {"11": {
            "id": "11", "filename": "a.ics", "size": 12, "url": "https://cdn.discordapp.com/a", "proxy_url": "https://media.discordapp.net/a",
        }},
    });
    interaction(2, &json!({"id": "5", "name": "squad", "type": 1, "options": options, "resolved": resolved}))
}

fn form() -> Json {
    let input = |name, value| json!({"type": 1, "components": [{"type": 4, "custom_id": name, "value": value}]});
    interaction(
        5,
        &json!({"custom_id": "v1:checkin.answer:1:2026-03-29:2", "components": [input("next", "ship"), input("done", "")]}),
    )
}

fn message() -> Json {
    let user = json!({"id": "200", "username": "elevenses", "discriminator": "0", "avatar": null, "bot": true});
    json!({
        "id": "55", "channel_id": "2", "author": user, "content": "", "timestamp": "2026-01-01T00:00:00Z",
        "edited_timestamp": null, "tts": false, "mention_everyone": false, "mentions": [], "mention_roles": [],
        "attachments": [], "embeds": [], "pinned": false, "type": 0, "components": [],
    })
}

fn click(data: &Json) -> Json {
    let mut click = interaction(3, data);
    click["message"] = message();
    click
}

fn samples() -> Vec<Json> {
    let select = json!({"custom_id": "v1:setup.roles:1::0", "component_type": 6, "values": ["3"],
        "resolved": {"roles": command()["data"]["resolved"]["roles"].clone()}});
    vec![
        command(),
        form(),
        click(&json!({"custom_id": "v1:checkin.open:1:2026-03-29,4:3", "component_type": 2})),
        click(&select),
        interaction(
            4,
            &json!({"id": "5", "name": "squad", "type": 1, "options": [
            {"type": 1, "name": "who", "options": [{"type": 3, "name": "squad", "value": "Che", "focused": true}]}]}),
        ),
    ]
}

/// The same interaction after serenity has had it: parsed to its types, and written again.
fn through_serenity(json: &Json) -> Json {
    let typed: serenity::model::application::Interaction = serde_json::from_value(json.clone()).expect("it parses");
    crate::discord::gateway::written(&typed).expect("it can be written")
}

#[test]
fn a_command_brings_its_options() {
    for json in [command(), through_serenity(&command())] {
        let incoming = parse(&json, now()).expect("it parses");
        let act = incoming.act;
        assert_eq!((incoming.kind, act.pointer.action.as_str()), (Kind::Command, "squad create"));
        assert_eq!((act.partnership, act.channel, act.in_dm), (PartnershipId(1), ChannelId(2), false));
        assert_eq!((act.actor.name.as_str(), act.actor.admin, act.actor.roles.len()), ("Ann", true, 2));
        assert_eq!((act.text("name"), act.bot_permissions), (Some("Checkout"), 3072));
        assert_eq!(act.user("lead"), Some((UserId(8), "Ben (South)")));
        assert_eq!(act.values["channel"], Value::Channel(ChannelId(9)));
        assert_eq!(act.values["role"], Value::Role(RoleId(3), "North".to_owned()));
        assert!(matches!(&act.values["calendar"], Value::File { name, size: 12, .. } if name == "a.ics"));
    }
}

#[test]
fn a_click_brings_its_pointer_and_its_picks() {
    for json in [samples()[2].clone(), through_serenity(&samples()[2])] {
        let act = parse(&json, now()).expect("it parses").act;
        assert_eq!((act.pointer.action.as_str(), act.pointer.version), ("checkin.open", 3));
        assert_eq!(act.message, Some(MessageId(55)));
        assert!(act.picked().is_empty());
    }
    for json in [samples()[3].clone(), through_serenity(&samples()[3])] {
        let act = parse(&json, now()).expect("it parses").act;
        assert_eq!(act.picked(), [Value::Role(RoleId(3), "North".to_owned())]);
    }
}

#[test]
fn a_form_brings_its_fields() {
    for json in [form(), through_serenity(&form())] {
        let incoming = parse(&json, now()).expect("it parses");
        assert_eq!(
            (incoming.kind, incoming.act.text("next"), incoming.act.text("done")),
            (Kind::Form, Some("ship"), None)
        );
    }
}

#[test]
fn typing_names_the_option() {
    for json in [samples()[4].clone(), through_serenity(&samples()[4])] {
        let incoming = parse(&json, now()).expect("it parses");
        assert_eq!(incoming.kind, Kind::Autocomplete { focused: "squad".to_owned() });
        assert_eq!(incoming.act.text("squad"), Some("Che"));
    }
}

#[test]
fn in_a_dm_the_pointer_says_which_partnership() {
    let mut json = click(&json!({"custom_id": "v1:checkin.open:42:x:0", "component_type": 2}));
    json["user"] = json["member"]["user"].clone();
    let object = json.as_object_mut().expect("an object");
    object.remove("member");
    object.remove("guild_id");
    for json in [json.clone(), through_serenity(&json)] {
        let incoming = parse(&json, now()).expect("it parses");
        assert_eq!((incoming.server, incoming.act.partnership), (None, PartnershipId(42)));
        assert!(incoming.act.in_dm && !incoming.act.actor.admin);
    }
}

#[test]
fn a_button_of_another_version_still_parses() {
    let json = click(&json!({"custom_id": "v9:whatever", "component_type": 2}));
    assert_eq!(parse(&json, now()).expect("it parses").act.pointer.action, "");
}

#[test]
fn what_is_no_interaction_is_refused() {
    for json in [json!(null), json!([]), json!({"type": 1}), json!({"type": 3, "data": {}}), json!({"type": "3"})] {
        assert!(parse(&json, now()).is_err(), "{json}");
    }
}

/// Replaces the value at one place, counted through the whole tree.
fn mutate(json: &mut Json, place: &mut usize, with: &Json) {
    if *place == 0 {
        *json = with.clone();
    }
    *place = place.wrapping_sub(1);
    match json {
        Json::Array(items) => items.iter_mut().for_each(|item| mutate(item, place, with)),
        Json::Object(object) => object.values_mut().for_each(|item| mutate(item, place, with)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn no_json_makes_it_panic(sample in 0..5_usize, place in 0..70_usize, with in 0..9_usize) {
        let odd = [
            json!(null), json!(-1), json!(1e300), json!(""), json!("x".repeat(3_000)), json!([]), json!({}),
            json!("99999999999999999999"), json!([[[[[[{"components": [{}]}]]]]]]),
        ];
        let mut json = samples()[sample].clone();
        mutate(&mut json, &mut place.clone(), &odd[with]);
        drop(parse(&json, now()));
    }
}
