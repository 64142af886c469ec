//! A request, read and taken apart.

use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Multipart, Query, Request};
use axum::http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use super::routes::Route;
use crate::rules::Rejection;
use crate::rules::draft::Upload;
use crate::rules::form::Form;
use crate::world::{ChannelId, MessageId, ServerId};

/// The most that a request may weigh.
const MAX_BYTES: usize = 25 * 1024 * 1024;

/// A request, read and taken apart.
pub(super) struct Call {
    pub(super) route: &'static Route,
    ids: Vec<(&'static str, String)>,
    query: HashMap<String, String>,
    pub(super) body: Value,
    pub(super) uploads: Vec<Upload>,
}

impl Call {
    /// A request without anything but its path.
    pub(super) fn bare(route: &'static Route, ids: Vec<(&'static str, String)>) -> Self {
        Self { route, ids, query: HashMap::new(), body: json!({}), uploads: Vec::new() }
    }

    pub(super) async fn read(
        route: &'static Route,
        ids: Vec<(&'static str, String)>,
        request: Request,
    ) -> Result<Self, Rejection> {
        let mut call = Self::bare(route, ids);
        call.query = Query::try_from_uri(request.uri()).map(|Query(query)| query).unwrap_or_default();
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content_type.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            call.read_parts(request).await?;
        } else {
            let bytes = to_bytes(request.into_body(), MAX_BYTES).await.map_err(|_| Rejection::payload_too_large())?;
            call.body = parse(&bytes)?;
        }
        Ok(call)
    }

    async fn read_parts(&mut self, request: Request) -> Result<(), Rejection> {
        let unreadable = |_| Rejection::malformed_json();
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Rejection::malformed_json())?;
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "payload_json" {
                self.body = parse(&part.bytes().await.map_err(unreadable)?)?;
                continue;
            }
            let filename = part.file_name().unwrap_or("file").to_owned();
            let content_type = part.content_type().map(str::to_owned);
            let bytes = part.bytes().await.map_err(unreadable)?;
            let number = name.trim_start_matches("files[").trim_end_matches(']').to_owned();
            self.uploads.push(Upload { number, filename, content_type, bytes: Arc::from(&*bytes), description: None });
        }
        Ok(())
    }

    /// The text that stands for a name in the path.
    pub(super) fn part(&self, name: &str) -> &str {
        self.ids.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// The id that stands for a name in the path.
    pub(super) fn id<T: FromStr>(&self, name: &str) -> Result<T, Rejection> {
        let text = self.part(name);
        text.parse().map_err(|_| {
            let mut form = Form::default();
            form.wrong(&format!("{name}_id"), "NUMBER_TYPE_COERCE", format!("Value \"{text}\" is not snowflake."));
            form.finish().err().unwrap_or_else(Rejection::not_found)
        })
    }

    pub(super) fn channel(&self) -> Result<ChannelId, Rejection> {
        self.id("channel")
    }

    pub(super) fn message(&self) -> Result<MessageId, Rejection> {
        self.id("message")
    }

    pub(super) fn server(&self) -> Result<ServerId, Rejection> {
        self.id("guild")
    }

    /// A parameter after the question mark.
    pub(super) fn query<T: FromStr>(&self, name: &str) -> Option<T> {
        self.query.get(name)?.parse().ok()
    }

    /// Whether a switch after the question mark is on: clients write it as a word or as a number.
    pub(super) fn switched_on(&self, name: &str) -> bool {
        self.query::<String>(name).is_some_and(|word| word == "1" || word.eq_ignore_ascii_case("true"))
    }

    /// The ids in the path, for the ledger; tokens are left out.
    pub(super) fn named_ids(&self) -> BTreeMap<String, String> {
        let shown = self.ids.iter().filter(|(name, _)| *name != "token");
        shown.map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }
}

fn parse(bytes: &Bytes) -> Result<Value, Rejection> {
    if bytes.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(bytes).map_err(|_| Rejection::malformed_json())
}
