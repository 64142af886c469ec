use proptest::prelude::*;

use super::*;

/// What is typed, and how it is written back.
const TYPED: &[(&str, &str)] = &[
    ("POST /channels/{channel}/messages: 503 × 3", "POST /channels/{channel}/messages: 503 × 3"),
    ("POST /messages: 503", "POST /messages: 503"),
    ("*  /messages:  lost x3", "* /messages: lost × 3"),
    ("GET /users/@me: cut x 2", "GET /users/@me: cut × 2"),
    ("POST /messages: lost ×12", "POST /messages: lost × 12"),
    ("POST /messages: wait 500ms 5% seed 7", "POST /messages: wait 500 ms 5 % seed 7"),
    ("POST /messages: wait 2000 ms 0.5 %", "POST /messages: wait 2 s 0.5 % seed 0"),
    ("POST /messages: 429", "POST /messages: 429"),
    ("POST /messages: 429 user", "POST /messages: 429 user 1 s"),
    ("POST /messages: 429 shared 2s × 4", "POST /messages: 429 shared 2 s × 4"),
    ("* /: 429 global 1500 ms", "* /: 429 global 1500 ms"),
    ("* /: 429 address 60 s", "* /: 429 address 60 s"),
    ("PATCH /messages: 429 user 1 s huge headers × 2", "PATCH /messages: 429 user 1 s huge headers × 2"),
    ("PUT /: malformed headers 100 %", "PUT /: malformed headers 100 % seed 0"),
    ("DELETE /: missing headers", "DELETE /: missing headers"),
    ("POST /messages: DMs gone", "POST /messages: DMs gone"),
    ("POST /messages: permissions gone 5% seed 7", "POST /messages: permissions gone 5 % seed 7"),
    ("PATCH /messages/: message gone x2", "PATCH /messages/: message gone × 2"),
    ("POST /interactions: channel gone", "POST /interactions: channel gone"),
    ("GET /guilds: role gone", "GET /guilds: role gone"),
    ("gateway: close 4000", "gateway: close 4000"),
    ("gateway: close 1001 now", "gateway: close 1001 now"),
    ("gateway: op 7 now", "gateway: op 7 now"),
    ("gateway READY: op 9 × 2", "gateway READY: op 9 × 2"),
    ("gateway: op 9 resumable", "gateway: op 9 resumable"),
    ("gateway HELLO: half-open", "gateway HELLO: half-open"),
    ("gateway: silent now", "gateway: silent now"),
    ("gateway: no ack now", "gateway: no ack now"),
    ("gateway INTERACTION_CREATE: lost", "gateway INTERACTION_CREATE: lost"),
    ("gateway INTERACTION_CREATE: repeated 10 % seed 1", "gateway INTERACTION_CREATE: repeated 10 % seed 1"),
    ("gateway: reordered × 5", "gateway: reordered × 5"),
    ("gateway: wait 1 s", "gateway: wait 1 s"),
];

#[test]
fn what_is_typed_is_written_back_and_read_again() {
    for (typed, written) in TYPED {
        let fault: Fault = typed.parse().unwrap_or_else(|why| panic!("{typed}: {why}"));
        assert_eq!(fault.to_string(), *written, "{typed}");
        assert_eq!(written.parse(), Ok(fault), "{written}");
    }
}

#[test]
fn what_is_wrong_is_met_with_what_is_right() {
    for (typed, hint) in [
        ("", "PLACE: WHAT"),
        ("503", "PLACE: WHAT"),
        ("POST /mesages: 503", "such as /channels/{channel}/messages"),
        ("post /messages: 503", "POST"),
        ("POST: 503", "POST /messages"),
        ("DELETE /typing: 503", "No DELETE route"),
        ("POST /messages: 200", "a status such as 503"),
        ("POST /messages: half-open", "can't happen to a request"),
        ("POST /messages: 503 × 0", "a whole number"),
        ("POST /messages: 503 × many", "a whole number"),
        ("POST /messages: 503 101 %", "0 to 100"),
        ("POST /messages: 503 NaN %", "0 to 100"),
        ("POST /messages: 503 5 % seed x", "a whole number"),
        ("POST /messages: 503 now", "gateway"),
        ("POST /messages: 429 everyone", "user, shared, global, address"),
        ("POST /messages: 429 user 1 s odd headers", "malformed, missing or huge"),
        ("POST /messages: wait 2", "500 ms or 2 s"),
        ("POST /messages: wait 99999999999999999999 s", "a day at most"),
        ("POST /messages: house gone", "channel gone"),
        ("POST /channels/{channel}/messages: message gone", "names no message"),
        ("GET /users/@me: server gone", "names no server"),
        ("gateway: channel gone", "can't happen to the gateway"),
        ("gateway interaction: lost", "INTERACTION_CREATE"),
        ("gateway: close 99", "1000 to 4999"),
        ("gateway: 503", "close 4000, op 7"),
        ("gateway: lost now", "a count or a share"),
        ("gateway READY: op 7 now", "`gateway:` alone"),
    ] {
        let why = typed.parse::<Fault>().expect_err(typed);
        assert!(why.contains(hint), "{typed}: {why}");
    }
}

#[test]
fn every_example_of_the_grammar_can_be_typed() {
    let mut place = "";
    let mut read = 0;
    for line in GRAMMAR.lines() {
        if line.contains("POST /messages:") {
            place = "POST /messages";
        } else if line.contains("INTERACTION_CREATE:") {
            place = "gateway";
        }
        let Some((examples, _)) = line.strip_prefix("  ").and_then(|line| line.split_once("   ")) else { continue };
        for example in examples.split(", ") {
            let fault = format!("{place}: {example}");
            assert!(fault.parse::<Fault>().is_ok(), "{fault}");
            read += 1;
        }
    }
    assert!(read > 21, "{read}");
}

/// Words that faults are made of, in any order: most are wrong, and many nearly right.
fn nearly() -> impl Strategy<Value = String> {
    let words = TYPED.iter().flat_map(|(typed, _)| typed.split_inclusive([' ', ':'])).collect::<Vec<_>>();
    proptest::collection::vec(proptest::sample::select(words), 0..12).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in prop_oneof![any::<String>(), nearly()]) {
        if let Ok(fault) = text.parse::<Fault>() {
            prop_assert_eq!(fault.to_string().parse(), Ok(fault));
        }
    }
}
