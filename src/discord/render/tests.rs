//! Whatever the bot says, Discord takes it.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{form, message};
use crate::partnership::{Button, Card, Field, File, Form, Message, Pick, Row, Select, Style, UserId};

fn characters(value: &Value) -> usize {
    value.as_str().map_or(0, |text| text.chars().count())
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn fits(value: &Value, most: usize) {
    assert!(characters(value) <= most, "{} characters of {most}", characters(value));
}

fn filled(value: &Value, most: usize) {
    fits(value, most);
    assert!(!value.as_str().unwrap_or_default().trim().is_empty(), "{value} is empty");
}

fn check_embeds(embeds: &[Value]) {
    assert!(embeds.len() <= 10);
    let mut together = 0;
    for embed in embeds {
        fits(&embed["title"], 256);
        fits(&embed["description"], 4_096);
        fits(&embed["footer"]["text"], 2_048);
        together +=
            characters(&embed["title"]) + characters(&embed["description"]) + characters(&embed["footer"]["text"]);
        assert!(items(&embed["fields"]).len() <= 25);
        for field in items(&embed["fields"]) {
            filled(&field["name"], 256);
            filled(&field["value"], 1_024);
            together += characters(&field["name"]) + characters(&field["value"]);
        }
    }
    assert!(together <= 6_000, "{together} characters together");
}

fn check_component(component: &Value, ids: &mut Vec<String>) {
    match component["type"].as_u64() {
        Some(2) => {
            filled(&component["label"], 80);
            if component["style"] == 5 {
                return fits(&component["url"], 512);
            }
        }
        Some(3) => {
            let options = items(&component["options"]);
            assert!((1..=25).contains(&options.len()));
            for option in options {
                filled(&option["value"], 100);
                filled(&option["label"], 100);
            }
            assert!(component["max_values"].as_u64() <= Some(options.len() as u64));
        }
        Some(5 | 6 | 8) => {}
        other => panic!("{other:?} is no component of ours"),
    }
    filled(&component["custom_id"], 100);
    fits(&component["placeholder"], 150);
    assert!(component["min_values"].as_u64() <= component["max_values"].as_u64());
    ids.push(component["custom_id"].to_string());
}

fn check(body: &Value, files: &[File]) {
    fits(&body["content"], 2_000);
    check_embeds(items(&body["embeds"]));
    assert!(items(&body["components"]).len() <= 5);
    let mut ids = Vec::new();
    for row in items(&body["components"]) {
        assert!((1..=5).contains(&items(&row["components"]).len()));
        for component in items(&row["components"]) {
            check_component(component, &mut ids);
        }
    }
    assert_eq!(body["allowed_mentions"]["parse"], json!([]));
    assert!(items(&body["allowed_mentions"]["users"]).len() <= 100);
    assert!(files.len() <= 10);
    assert_eq!(items(&body["attachments"]).len(), files.len());
}

fn long_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("a"),
        Just("ŵ"),
        Just("👩‍👩‍👧"),
        Just("שלום "),
        Just("مرحبا"),
        Just("\n"),
        Just("\n\n"),
        Just(" "),
        Just("word ")
    ];
    prop_oneof![".{0,30}", (vec(piece, 0..40), 0..300_usize).prop_map(|(pieces, times)| pieces.concat().repeat(times))]
}

fn a_card() -> impl Strategy<Value = Card> {
    (long_text(), long_text(), vec((long_text(), long_text()), 0..30), ".{0,20}")
        .prop_map(|(title, text, fields, footer)| Card { title, text, fields, footer })
}

fn a_row() -> impl Strategy<Value = Row> {
    let style = prop_oneof![Just(Style::Primary), Just(Style::Plain), Just(Style::Danger), Just(Style::Link)];
    let button = (".{0,120}", ".{0,60}", style).prop_map(|(label, does, style)| Button { label, does, style });
    let from = prop_oneof![
        vec((".{0,120}", ".{0,120}"), 0..=25).prop_map(Pick::Options),
        Just(Pick::Users),
        Just(Pick::Roles),
        Just(Pick::Channels)
    ];
    let select = (".{0,60}", ".{0,200}", from, any::<(u8, u8)>()).prop_map(|(does, hint, from, count)| Select {
        does,
        hint,
        from,
        count,
    });
    prop_oneof![vec(button, 0..8).prop_map(Row::Buttons), select.prop_map(Row::Select)]
}

fn a_message() -> impl Strategy<Value = Message> {
    let file = (".{1,20}", ".{0,1200}").prop_map(|(name, alt)| File { name, bytes: Vec::new(), alt });
    (
        long_text(),
        vec(a_card(), 0..13),
        vec(a_row(), 0..8),
        vec(file, 0..13),
        vec(any::<i64>().prop_map(UserId), 0..120),
    )
        .prop_map(|(text, cards, rows, files, pings)| Message { text, cards, rows, files, pings, call: None })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_message_is_within_discords_limits(said in a_message()) {
        let (body, files) = message(&said);
        check(&body, &files);
    }

    #[test]
    fn any_form_is_within_discords_limits(
        title in ".{0,80}",
        fields in vec((".{1,20}", long_text(), long_text(), long_text(), any::<(bool, u16)>()), 1..8),
    ) {
        let fields = fields.into_iter().map(|(name, label, hint, value, (long, most))| {
            Field { name, label, hint, value, long, required: long, most }
        });
        let body = form(&Form { title, does: "v1:a.b:1::0".to_owned(), fields: fields.collect() });
        filled(&body["title"], 45);
        prop_assert!(items(&body["components"]).len() <= 5);
        for row in items(&body["components"]) {
            let input = &row["components"][0];
            filled(&input["label"], 45);
            fits(&input["placeholder"], 100);
            fits(&input["value"], usize::try_from(input["max_length"].as_u64().unwrap_or_default()).unwrap_or_default());
            prop_assert!(input["max_length"].as_u64() <= Some(4_000));
        }
    }
}

#[test]
fn a_short_message_goes_as_it_is() {
    let (body, files) = message(&Message::text("Good morning <@7>").ping(UserId(7)));
    assert_eq!(body["content"], "Good morning <@7>");
    assert_eq!(body["allowed_mentions"], json!({"parse": [], "users": ["7"]}));
    assert!(files.is_empty());
}

#[test]
fn a_long_text_goes_on_in_a_file() {
    let text = format!("{}\n\n{}", "first ".repeat(300), "second ".repeat(300));
    let (body, files) = message(&Message::text(text.clone()));
    let shown = body["content"].as_str().expect("text");
    assert!(shown.ends_with("first\n… (the rest is in the attached file)"), "{shown}");
    assert_eq!(files[0].name, "message.md");
    assert_eq!(files[0].bytes, text.into_bytes());
    assert_eq!(body["attachments"][0]["filename"], "message.md");
}

#[test]
fn a_long_card_goes_on_in_a_file_and_says_so() {
    let card = Card {
        title: "Friday".to_owned(),
        text: "x".repeat(5_000),
        fields: vec![("Ann".to_owned(), "y".repeat(2_000))],
        footer: "B-12".to_owned(),
    };
    let (body, files) = message(&Message::text("The day").card(card));
    assert_eq!(body["content"], "The day\n… (the rest is in the attached file)");
    assert_eq!(characters(&body["embeds"][0]["description"]), 4_096);
    assert_eq!(body["embeds"][0]["footer"]["text"], "B-12");
    let whole = String::from_utf8(files[0].bytes.clone()).expect("text");
    assert!(whole.contains(&"x".repeat(5_000)) && whole.contains(&"y".repeat(2_000)));
}

#[test]
fn components_have_discords_numbers() {
    let select = |from| Select { does: "v1:a.pick:1::0".to_owned(), hint: "Who?".to_owned(), from, count: (1, 3) };
    let numbers = [(Pick::Users, 5), (Pick::Roles, 6), (Pick::Channels, 8)];
    for (from, number) in numbers {
        let (body, _) = message(&Message::default().select(select(from)));
        assert_eq!(body["components"][0]["components"][0]["type"], number);
    }
    let options = Pick::Options(vec![("1".to_owned(), "One".to_owned())]);
    let (body, _) = message(&Message::default().select(select(options)));
    let menu = &body["components"][0]["components"][0];
    assert_eq!((&menu["type"], &menu["max_values"]), (&json!(3), &json!(1)));
    let link = Button { label: "Docs".to_owned(), does: "https://x.example".to_owned(), style: Style::Link };
    let (body, _) = message(&Message::default().buttons([link]));
    assert_eq!(
        body["components"][0]["components"][0],
        json!({"type": 2, "style": 5, "label": "Docs", "url": "https://x.example"})
    );
}
