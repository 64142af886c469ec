//! Whether whoever sent a request knows the secret. Pure; judged on the raw body, in constant time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::config::Secret;

use super::model::{Arrived, Kind};

/// How far a signed timestamp may be off, as the Standard Webhooks advise.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// Whether a request was sent by somebody who knows the secret.
pub(super) fn genuine(kind: Kind, secret: &Secret, request: &Arrived, now: DateTime<Utc>) -> bool {
    match kind {
        Kind::GitHub => signed_body(secret, request, "x-hub-signature-256"),
        Kind::Other => signed_body(secret, request, "x-elevenses-signature-256"),
        // GitLab can sign as the Standard Webhooks do; where it does, the signature is what counts.
        Kind::GitLab if request.has("webhook-signature") => signed_whole(secret, request, now),
        Kind::GitLab => request.header("x-gitlab-token").is_some_and(|token| same(secret, token)),
    }
}

/// `sha256=` and the HMAC of the body in hexadecimal digits, in lower case as they are sent.
fn signed_body(secret: &Secret, request: &Arrived, header: &str) -> bool {
    let digits = request.header(header).and_then(|value| value.strip_prefix("sha256="));
    let Some(digits) = digits.filter(|digits| !digits.contains(|c: char| c.is_ascii_uppercase())) else { return false };
    let Ok(tag) = hex::decode(digits) else { return false };
    mac(secret.reveal().as_bytes(), &[&request.body]).verify_slice(&tag).is_ok()
}

/// The HMAC of `id.timestamp.body`, as `v1,` and base64; one of several fits.
fn signed_whole(secret: &Secret, request: &Arrived, now: DateTime<Utc>) -> bool {
    let read = |name| request.header(name);
    let (Some(id), Some(time), Some(given)) =
        (read("webhook-id"), read("webhook-timestamp"), read("webhook-signature"))
    else {
        return false;
    };
    let at = time.parse().ok().and_then(|seconds| DateTime::<Utc>::from_timestamp(seconds, 0));
    if at.is_none_or(|at| (now - at).abs() > TOLERANCE) {
        return false;
    }
    let key = hex::decode(secret.reveal()).unwrap_or_default();
    let parts: [&[u8]; 5] = [id.as_bytes(), b".", time.as_bytes(), b".", &request.body];
    given.split(' ').filter_map(|one| BASE64.decode(one.strip_prefix("v1,")?).ok()).any(|tag| {
        // A text that is no key of ours fits nothing.
        !key.is_empty() && mac(&key, &parts).verify_slice(&tag).is_ok()
    })
}

/// Whether a text is the secret: their HMACs are compared, which tells nothing of how much of it fits.
fn same(secret: &Secret, given: &str) -> bool {
    let tag = |text: &str| mac(b"token", &[text.as_bytes()]);
    tag(given).verify(&tag(secret.reveal()).finalize().into_bytes()).is_ok()
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac
}

/// How GitLab wants to be given the same secret to sign with.
pub(super) fn signing_token(secret: &Secret) -> String {
    format!("whsec_{}", BASE64.encode(hex::decode(secret.reveal()).unwrap_or_default()))
}

/// What stands for a body in the list of what has arrived.
pub(super) fn digest(body: &[u8]) -> String {
    use sha2::Digest;
    hex::encode(Sha256::digest(body))
}
