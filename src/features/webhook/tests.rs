//! Signatures and what requests tell of, without a database. The way through the door is in `tests/people/webhooks.rs`.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::app::Random;
use crate::config::Secret;

use super::event::{Event, Told, delivery, read};
use super::model::{Arrived, Kind, Source};
use super::signature::{genuine, signing_token};

/// From GitHub's documentation of webhooks.
const PUBLISHED_SECRET: &str = "It's a Secret to Everybody";
const PUBLISHED_BODY: &[u8] = b"Hello, World!";
const PUBLISHED: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

const SHA: &str = "5bcda06f8bd92cf0a8b4cbb3c0cbe9a48ccb5e0a";

fn now() -> DateTime<Utc> {
    "2026-03-24T10:00:00Z".parse().expect("an instant")
}

fn published(signature: &str, body: &[u8]) -> bool {
    let request = Arrived::new([("x-hub-signature-256", signature)], body.to_vec());
    genuine(Kind::GitHub, &Secret::new(PUBLISHED_SECRET), &request, now())
}

#[test]
fn the_published_signature_fits_and_nothing_beside_it() {
    assert!(published(PUBLISHED, PUBLISHED_BODY));
    for wrong in ["", "sha256=", "sha1=757107ea", &PUBLISHED[7..], &PUBLISHED[..70], &PUBLISHED.to_uppercase()] {
        assert!(!published(wrong, PUBLISHED_BODY), "{wrong}");
    }
    assert!(!published(PUBLISHED, b"Hello, World"));
    let twice = [("x-hub-signature-256", PUBLISHED), ("x-hub-signature-256", PUBLISHED)];
    let request = Arrived::new(twice, PUBLISHED_BODY.to_vec());
    assert!(!genuine(Kind::GitHub, &Secret::new(PUBLISHED_SECRET), &request, now()), "twice could mean either");
    let request = Arrived::new([("x-hub-signature-256", PUBLISHED)], PUBLISHED_BODY.to_vec());
    for kind in [Kind::GitLab, Kind::Other] {
        assert!(!genuine(kind, &Secret::new(PUBLISHED_SECRET), &request, now()), "{kind:?} has a header of its own");
    }
}

/// Reliability, row 24: `WEBHOOK_MUTATIONS=100000` for the whole campaign.
#[test]
fn no_mutation_of_the_published_request_is_accepted() {
    let count = std::env::var("WEBHOOK_MUTATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(5_000);
    let random = Random::seeded(24);
    let pick = |below: usize| usize::from_le_bytes(random.bytes()) % below;
    let mutate = |bytes: &mut Vec<u8>| match pick(4) {
        0 => {
            let at = pick(bytes.len());
            bytes[at] ^= 1 << pick(8);
        }
        1 => drop(bytes.remove(pick(bytes.len()))),
        2 => bytes.insert(pick(bytes.len() + 1), random.bytes::<1>()[0]),
        _ => bytes.truncate(pick(bytes.len())),
    };
    let mut accepted = 0;
    for _ in 0..count {
        let (mut signature, mut body) = (PUBLISHED.as_bytes().to_vec(), PUBLISHED_BODY.to_vec());
        let mut name = b"x-hub-signature-256".to_vec();
        let which: &mut Vec<u8> = match pick(3) {
            0 => &mut signature,
            1 => &mut body,
            _ => &mut name,
        };
        mutate(which);
        let changed = signature != PUBLISHED.as_bytes() || body != PUBLISHED_BODY || name != b"x-hub-signature-256";
        let (signature, name) = (String::from_utf8_lossy(&signature), String::from_utf8_lossy(&name));
        let request = Arrived::new([(&*name, &*signature)], body);
        let fits = genuine(Kind::GitHub, &Secret::new(PUBLISHED_SECRET), &request, now());
        accepted += usize::from(changed && fits);
    }
    println!("{count} mutations, {accepted} accepted");
    assert_eq!(accepted, 0);
    // The control: without a mutation it is accepted.
    assert!(published(PUBLISHED, PUBLISHED_BODY));
}

#[test]
fn gitlab_is_known_by_its_token_or_its_signature() {
    let secret = Secret::new("0b".repeat(32));
    let fits = |headers: &[(&str, &str)]| {
        genuine(Kind::GitLab, &secret, &Arrived::new(headers.iter().copied(), b"{}".to_vec()), now())
    };
    assert!(fits(&[("x-gitlab-token", secret.reveal())]));
    assert!(!fits(&[("x-gitlab-token", &secret.reveal()[1..])]));
    assert!(!fits(&[]));
    assert_eq!(signing_token(&secret), "whsec_CwsLCwsLCwsLCwsLCwsLCwsLCwsLCwsLCwsLCwsLCws=");
    let time = now().timestamp().to_string();
    // Made with `printf 'd-1.1774346400.{}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0b… -binary | base64`.
    let signature = SIGNED;
    let signed =
        |id, time, given| fits(&[("webhook-id", id), ("webhook-timestamp", time), ("webhook-signature", given)]);
    assert!(signed("d-1", &time, signature));
    let several = format!("v1,AAAA {signature}");
    assert!(signed("d-1", &time, &several), "one of several");
    assert!(!signed("d-2", &time, signature), "the delivery is signed, too");
    let late = (now() - TimeDelta::minutes(6)).timestamp().to_string();
    assert!(!signed("d-1", &late, signature));
    let token = ("x-gitlab-token", secret.reveal());
    assert!(!fits(&[token, ("webhook-signature", "v1,AAAA")]), "where it signs, the signature is what counts");
}

const SIGNED: &str = "v1,kH2qE4oOQZYf1WRlJEfycDjF0RWvUkFzklckOV8Gz9E=";

fn github(event: &str, body: &Value) -> Event {
    read(Kind::GitHub, &Arrived::new([("x-github-event", event)], body.to_string().into_bytes()))
}

fn deployed(environment: &str, state: &str) -> Value {
    json!({
        "action": "created",
        "repository": { "full_name": "Fennel/Checkout" },
        "deployment": { "sha": SHA, "ref": "v2.1", "creator": { "login": "ben-f" } },
        "deployment_status": { "state": state, "environment": environment, "created_at": "2026-03-24T09:59:00Z",
            "environment_url": "https://checkout.example.org" },
    })
}

#[test]
fn github_tells_of_releases_and_production_alone() {
    let release = json!({
        "action": "published", "repository": { "full_name": "Fennel/Checkout" },
        "release": { "tag_name": "v2.1", "name": "Label\nprinter", "target_commitish": "main", "author": { "login": "ben-f" },
            "published_at": "2026-03-24T09:00:00Z", "html_url": "https://example.org/r" },
    });
    let told = Told {
        repository: "fennel/checkout".into(),
        sha: String::new(),
        tag: "v2.1".into(),
        name: "Label printer".into(),
        at: "2026-03-24T09:00:00Z".parse().ok(),
        by: Some("ben-f".into()),
        url: "https://example.org/r".into(),
    };
    assert_eq!(github("release", &release), Event::Release(told));
    let Event::Release(told) = github("deployment_status", &deployed("production", "success")) else {
        panic!("a deployment")
    };
    assert_eq!((told.sha.as_str(), told.tag.as_str(), told.name.as_str()), (SHA, "v2.1", "v2.1"));
    let mut edited = release.clone();
    edited["action"] = json!("edited");
    let mut marked = deployed("live", "success");
    assert_eq!(github("deployment_status", &marked), Event::Unused);
    marked["deployment"]["production_environment"] = json!(true);
    assert!(matches!(github("deployment_status", &marked), Event::Release(_)));
    for (event, body) in [
        ("release", &edited),
        ("deployment_status", &deployed("staging", "success")),
        ("deployment_status", &deployed("production", "failure")),
        ("push", &release),
        ("pull_request", &release),
        ("ping", &json!({ "zen": "Keep it logically awesome." })),
        ("", &release),
    ] {
        assert_eq!(github(event, body), Event::Unused, "{event}");
    }
}

#[test]
fn gitlab_and_others_tell_of_theirs() {
    let gitlab = |body: Value| read(Kind::GitLab, &Arrived::new([], body.to_string().into_bytes()));
    let release = gitlab(json!({
        "object_kind": "release", "action": "create", "name": "v1.1", "tag": "v1.1", "url": "https://gitlab.example.org/r",
        "released_at": "2026-03-24 09:00:12 UTC", "project": { "path_with_namespace": "fennel/forms" }, "commit": { "id": SHA },
    }));
    let Event::Release(told) = release else { panic!("{release:?}") };
    assert_eq!((told.repository.as_str(), told.sha.as_str(), told.by), ("fennel/forms", SHA, None));
    assert_eq!(told.at, "2026-03-24T09:00:12Z".parse().ok());
    let deployed = |environment: &str| {
        gitlab(json!({
            "object_kind": "deployment", "status": "success", "status_changed_at": "2026-03-24 11:00:00 +0200",
            "environment": environment, "project": { "path_with_namespace": "fennel/forms" }, "short_sha": &SHA[..8],
            "commit_url": format!("https://gitlab.example.org/fennel/forms/-/commit/{SHA}"), "ref": "main", "user": { "username": "cyd" },
        }))
    };
    let Event::Release(told) = deployed("production") else { panic!("a deployment") };
    assert_eq!((told.sha.as_str(), told.by.as_deref()), (SHA, Some("cyd")));
    assert_eq!(told.at, "2026-03-24T09:00:00Z".parse().ok());
    assert_eq!(deployed("staging"), Event::Unused);
    assert_eq!(gitlab(json!({ "object_kind": "push", "after": SHA })), Event::Unused);

    let other = |body: Value| read(Kind::Other, &Arrived::new([], body.to_string().into_bytes()));
    let Event::Release(told) =
        other(json!({ "repository": "forms", "sha": SHA, "name": "Forms 3", "url": "javascript:x" }))
    else {
        panic!("a release")
    };
    assert_eq!((told.name.as_str(), told.url.as_str(), told.at), ("Forms 3", "", None));
    for wrong in
        [json!([]), json!({ "repository": "forms", "sha": "main", "name": "x" }), json!({ "sha": SHA, "name": "x" })]
    {
        assert!(matches!(other(wrong), Event::Unreadable(_)));
    }
}

#[test]
fn a_source_has_one_address() {
    let id = "ab".repeat(16);
    for (address, there) in [
        (format!("7-{id}"), true),
        (format!("+7-{id}"), false),
        (format!("07-{id}"), false),
        (id.clone(), false),
        (format!("7-{}", &id[1..]), false),
        (format!("7-{id}/"), false),
    ] {
        assert_eq!(Source::parse_address(&address).is_some(), there, "{address}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "action",
        "release",
        "tag_name",
        "repository",
        "full_name",
        "deployment",
        "deployment_status",
        "state",
        "sha",
        "ref",
        "environment",
        "object_kind",
        "status",
        "name",
        "project",
        "path_with_namespace",
        "short_sha",
        "commit_url",
        "at",
        "url",
    ]);
    let words =
        prop::sample::select(vec!["published", "success", "production", "release", "deployment", "create", SHA]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        words.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn reads_whatever_it_is(headers: &[(&str, &str)], body: &[u8]) {
    for kind in Kind::ALL {
        let request = Arrived::new(headers.iter().copied(), body.to_vec());
        assert!(!genuine(kind, &Secret::new("ab".repeat(32)), &request, now()));
        let _ = delivery(kind, &request);
        if let Event::Release(told) = read(kind, &request) {
            assert!(
                !(told.repository.is_empty() || told.name.is_empty() || told.sha.is_empty() && told.tag.is_empty())
            );
            assert!(told.name.chars().count() <= 200 && !told.name.contains('\n'));
        }
    }
}

proptest! {
    #[test]
    fn any_json_is_read_without_a_panic(body in any_json(), event in prop::sample::select(vec!["release", "deployment_status"])) {
        reads_whatever_it_is(&[("x-github-event", event)], body.to_string().as_bytes());
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(body in prop::collection::vec(any::<u8>(), 0..512), value in ".*") {
        for name in ["x-hub-signature-256", "x-gitlab-token", "webhook-signature", "x-elevenses-signature-256"] {
            let all = [(name, value.as_str()), ("webhook-id", &value), ("webhook-timestamp", "1774346400"), ("x-github-event", "release")];
            reads_whatever_it_is(&all, &body);
        }
    }
}
