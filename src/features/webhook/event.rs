//! What a request tells of: a release, or nothing that is used here. Pure.
//!
//! Pushes, merges and commits are never looked at. What is read is what its sender wrote, so every text is
//! cut to size here, and what isn't a commit's name or a web address counts as missing.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::partnership::text::clipped;

use super::model::{Arrived, Kind};

/// Longest text of a kind.
const LONGEST: usize = 200;

/// What a request tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Something went out.
    Release(Told),
    /// Anything else.
    Unused,
    /// It can't be read: what to send instead.
    Unreadable(&'static str),
}

/// A release as it was told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// Which repository, in lower case.
    pub(super) repository: String,
    /// Which commit, in lower case; empty where it wasn't told.
    pub(super) sha: String,
    /// Which tag; empty where it wasn't told.
    pub(super) tag: String,
    /// What it is called.
    pub(super) name: String,
    /// When it went out, where that was told.
    pub(super) at: Option<DateTime<Utc>>,
    /// By whose account, where that was told.
    pub(super) by: Option<String>,
    /// Where to read more; empty: nowhere.
    pub(super) url: String,
}

/// Which delivery it is, by the name that its sender gave it.
pub(super) fn delivery(kind: Kind, request: &Arrived) -> Option<&str> {
    let names: &[&str] = match kind {
        Kind::GitHub => &["x-github-delivery"],
        // The signed one first; the last is the same for the webhooks that one event caused.
        Kind::GitLab => &["webhook-id", "idempotency-key", "x-gitlab-event-uuid"],
        Kind::Other => &["x-elevenses-delivery"],
    };
    let id = names.iter().find_map(|name| request.header(name))?;
    (!id.is_empty() && id.len() <= LONGEST).then_some(id)
}

/// What a request tells of.
pub(super) fn read(kind: Kind, request: &Arrived) -> Event {
    // GitHub names the event in a header alone; what isn't used isn't even parsed.
    let named = request.header("x-github-event").unwrap_or_default();
    if kind == Kind::GitHub && !["release", "deployment_status"].contains(&named) {
        return Event::Unused;
    }
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
        return Event::Unreadable("Please send JSON: for GitHub, choose the content type application/json.");
    };
    let told = match (kind, named) {
        (Kind::GitHub, "release") => github_release(&body),
        (Kind::GitHub, _) => github_deployment(&body),
        (Kind::GitLab, _) => gitlab(&body),
        (Kind::Other, _) => Some(other(&body)),
    };
    match told {
        None => Event::Unused,
        Some(told)
            if told.repository.is_empty() || told.name.is_empty() || told.sha.is_empty() && told.tag.is_empty() =>
        {
            Event::Unreadable(match kind {
                Kind::Other => "Please send the texts `repository`, `sha` (a commit's, 7 to 64 digits) and `name`.",
                _ => "This release says neither which commit nor which tag it is, or not of which repository.",
            })
        }
        Some(told) => Event::Release(told),
    }
}

/// Its commit is told where the release was made of one; of a branch, only the tag is.
fn github_release(body: &Value) -> Option<Told> {
    if text(body, "/action") != "published" {
        return None;
    }
    let tag = text(body, "/release/tag_name");
    Some(Told {
        repository: repository(body, "/repository/full_name"),
        sha: sha(&text(body, "/release/target_commitish")),
        name: first([text(body, "/release/name"), tag.clone()]),
        tag,
        at: at(&text(body, "/release/published_at")),
        by: account(body, "/release/author/login"),
        url: url(body, "/release/html_url"),
    })
}

fn github_deployment(body: &Value) -> Option<Told> {
    let production = text(body, "/deployment_status/environment") == "production"
        || text(body, "/deployment/environment") == "production"
        || body.pointer("/deployment/production_environment") == Some(&Value::Bool(true));
    if text(body, "/deployment_status/state") != "success" || !production {
        return None;
    }
    let sha = sha(&text(body, "/deployment/sha"));
    let tag = tag(&text(body, "/deployment/ref"));
    Some(Told {
        repository: repository(body, "/repository/full_name"),
        name: first([tag.clone(), short(&sha)]),
        tag,
        at: at(&text(body, "/deployment_status/created_at")),
        by: account(body, "/deployment/creator/login"),
        url: first([url(body, "/deployment_status/environment_url"), url(body, "/deployment_status/target_url")]),
        sha,
    })
}

fn gitlab(body: &Value) -> Option<Told> {
    let repository = repository(body, "/project/path_with_namespace");
    match text(body, "/object_kind").as_str() {
        "release" if text(body, "/action") == "create" => {
            let tag = text(body, "/tag");
            Some(Told {
                repository,
                sha: sha(&text(body, "/commit/id")),
                name: first([text(body, "/name"), tag.clone()]),
                tag,
                at: first_at(&[text(body, "/released_at"), text(body, "/created_at")]),
                // A release's webhook names no account.
                by: None,
                url: url(body, "/url"),
            })
        }
        "deployment" if text(body, "/status") == "success" => {
            let production =
                text(body, "/environment_tier") == "production" || text(body, "/environment") == "production";
            // The whole name of the commit stands at the end of its address alone.
            let brief = sha(&text(body, "/short_sha"));
            let whole = sha(text(body, "/commit_url").rsplit('/').next().unwrap_or_default());
            let sha = if !brief.is_empty() && whole.starts_with(&brief) { whole } else { brief };
            let tag = tag(&text(body, "/ref"));
            production.then(|| Told {
                repository,
                name: first([tag.clone(), short(&sha)]),
                tag,
                at: at(&text(body, "/status_changed_at")),
                by: account(body, "/user/username"),
                url: first([url(body, "/environment_external_url"), url(body, "/deployable_url")]),
                sha,
            })
        }
        _ => None,
    }
}

fn other(body: &Value) -> Told {
    Told {
        repository: repository(body, "/repository"),
        sha: sha(&text(body, "/sha")),
        tag: String::new(),
        name: text(body, "/name"),
        at: at(&text(body, "/at")),
        by: account(body, "/by"),
        url: url(body, "/url"),
    }
}

/// A text on one line, cut to size; empty where there is none.
fn text(body: &Value, pointer: &str) -> String {
    let text = body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clipped(&plain.split_whitespace().collect::<Vec<_>>().join(" "), LONGEST)
}

fn repository(body: &Value, pointer: &str) -> String {
    text(body, pointer).to_lowercase()
}

fn account(body: &Value, pointer: &str) -> Option<String> {
    Some(text(body, pointer)).filter(|name| !name.is_empty())
}

/// A commit's name, or nothing.
fn sha(text: &str) -> String {
    let whole = (7..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit());
    if whole { text.to_lowercase() } else { String::new() }
}

fn short(sha: &str) -> String {
    sha.chars().take(7).collect()
}

/// A tag or branch by its short name. Where what was brought out is named by its commit, there is none.
fn tag(text: &str) -> String {
    if sha(text).len() >= 40 { String::new() } else { text.trim_start_matches("refs/tags/").to_owned() }
}

/// A web address that can stand in a message as it is.
fn url(body: &Value, pointer: &str) -> String {
    let url = body.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let plain = |c: char| c.is_ascii_graphic() && !"()<>[]\\`*|\"'@".contains(c);
    if url.len() <= LONGEST && url.starts_with("https://") && url.chars().all(plain) {
        url.to_owned()
    } else {
        String::new()
    }
}

fn first<const N: usize>(texts: [String; N]) -> String {
    texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
}

fn first_at(texts: &[String]) -> Option<DateTime<Utc>> {
    texts.iter().find_map(|text| at(text))
}

/// An instant as GitHub, GitLab or ISO 8601 write it.
fn at(text: &str) -> Option<DateTime<Utc>> {
    let gitlab = text.replace(" UTC", " +0000");
    let read =
        DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_str(&gitlab, "%Y-%m-%d %H:%M:%S %z"));
    read.ok().map(|at| at.to_utc())
}
