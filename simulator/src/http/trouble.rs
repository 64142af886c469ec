//! Faults of the HTTP face: requests that are refused, and rate-limit headers that are wrong.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, VIA};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

use super::ratelimit::{bucket_of, headers_of};
use super::routes::Route;
use super::{reject, respond};
use crate::faults::{Headers, Scope};
use crate::rules::Rejection;

/// What the machine in front of Discord says to an address that asks too often.
const PAGE: &str = "<!DOCTYPE html><html><head><title>Access denied | discord.com used Cloudflare to restrict \
    access</title></head><body><h1>Error 1015</h1><p>You are being rate limited</p></body></html>";
/// What a number may look like that is none, or none of use.
const MALFORMED: [&[u8]; 9] =
    [b"", b"soon", b"-1", b"NaN", b"1e999", b"0x10", b"5, 5", b"\xff\xfe", "\u{661}\u{662}".as_bytes()];
const HUGE: [&str; 4] = ["99999999999", "18446744073709551616", "1e300", "999999999999999999999999999999999999999999"];

/// The answer to a request that fails with a status.
pub(super) fn failure(status: u16) -> Rejection {
    let words = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    Rejection::new(status, 0, format!("{status}: {}", words.unwrap_or("Error")))
}

/// A 429.
pub(super) fn too_many(route: &Route, scope: Scope, wait: Duration, headers: Headers, random: u64) -> Response<Body> {
    let global = scope == Scope::Global;
    let mut response = if scope == Scope::Address {
        let mut page = reject(&failure(429));
        *page.body_mut() = Body::from(PAGE);
        page.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=UTF-8"));
        // It comes from before Discord, and clients tell it by that.
        page.headers_mut().remove(VIA);
        page
    } else {
        let mut body = json!({"message": "You are being rate limited.", "global": global, "code": 0});
        match headers {
            Headers::Right => body["retry_after"] = json!(wait.as_secs_f64()),
            Headers::Malformed => body["retry_after"] = odd(random),
            Headers::Huge => body["retry_after"] = json!(if random & 1 == 0 { 1e18 } else { 1e300 }),
            Headers::Missing => {}
        }
        respond(429, &body)
    };
    if matches!(scope, Scope::User | Scope::Shared) {
        let right = headers_of(&bucket_of(route), 5, 0, wait);
        response.headers_mut().extend(
            right
                .into_iter()
                .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?))),
        );
    }
    if scope != Scope::Address {
        response.headers_mut().insert("x-ratelimit-scope", HeaderValue::from_static(scope.word()));
    }
    if global {
        response.headers_mut().insert("x-ratelimit-global", HeaderValue::from_static("true"));
    }
    if let Ok(seconds) = HeaderValue::from_str(&format!("{:.0}", wait.as_secs_f64().ceil())) {
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    spoil(&mut response, headers, random);
    response
}

fn odd(random: u64) -> Value {
    match random % 5 {
        0 => json!("soon"),
        1 => Value::Null,
        2 => json!(-1),
        3 => json!([]),
        _ => json!({"seconds": 1}),
    }
}

/// Makes the rate-limit headers of an answer wrong. How far a 429 reaches is left as it is, except
/// where all is missing.
pub(super) fn spoil(response: &mut Response<Body>, headers: Headers, random: u64) {
    let all = response.headers_mut();
    let numbers = [
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-ratelimit-reset-after",
        "x-ratelimit-bucket",
        "retry-after",
    ];
    // What each header says is another digit of the number at random.
    for (name, digit) in numbers.into_iter().zip(random.to_le_bytes().map(usize::from)) {
        let name = HeaderName::from_static(name);
        let retry = name == RETRY_AFTER;
        let value = match headers {
            Headers::Right => continue,
            Headers::Missing => {
                all.remove(name);
                continue;
            }
            Headers::Malformed => HeaderValue::from_bytes(MALFORMED[digit % MALFORMED.len()]),
            Headers::Huge if name == "x-ratelimit-bucket" => HeaderValue::from_str(&"b".repeat(4_000)),
            // A bucket that is empty for ages does more harm than one that is full.
            Headers::Huge if name == "x-ratelimit-remaining" && digit & 1 == 0 => HeaderValue::from_str("0"),
            Headers::Huge => HeaderValue::from_str(HUGE[digit % HUGE.len()]),
        };
        if let Ok(value) = value
            && (!retry || all.contains_key(&name))
        {
            all.insert(name, value);
        }
    }
    if headers == Headers::Missing {
        all.remove("x-ratelimit-scope");
        all.remove("x-ratelimit-global");
    }
}
