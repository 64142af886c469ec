//! The API as the inspectors see it: what came in and what goes out, whatever lies between.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, FromRequest, Multipart, Query, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response};
use serde_json::Value;

use super::routes::without_version;
use crate::core::Core;
use crate::inspect::Exchange;
use crate::line::Scissors;
use crate::rules::Rejection;

/// Marks an answer that a fault made up: nobody is to be blamed for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct MadeUp;

/// Serves everything below `/api`, in front of the inspectors.
pub(crate) async fn inspected(
    State(core): State<Arc<Core>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: Request,
) -> Response<Body> {
    if core.inspection.is_off() {
        return super::api(State(core), ConnectInfo(scissors), request).await;
    }
    let _counted = core.enter();
    let (parts, body) = request.into_parts();
    // A client that dies on the way has asked for nothing.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return super::reject(&Rejection::malformed_json());
    };
    let seen = parts.clone();
    let request = Request::from_parts(parts, Body::from(bytes.clone()));
    let response = super::api(State(Arc::clone(&core)), ConnectInfo(scissors), request).await;
    if response.extensions().get::<MadeUp>().is_some() {
        return response;
    }
    let (head, body) = response.into_parts();
    let answer = to_bytes(body, usize::MAX).await.unwrap_or_default();
    core.inspection.exchange(&Exchange {
        method: seen.method.as_str().to_owned(),
        path: without_version(seen.uri.path()).unwrap_or(seen.uri.path()).to_owned(),
        query: Query::try_from_uri(&seen.uri).map(|Query(query)| query).unwrap_or_default(),
        body: sent(seen, bytes).await,
        status: head.status.as_u16(),
        answer: json(&answer),
    });
    Response::from_parts(head, Body::from(answer))
}

/// The JSON that was sent.
async fn sent(parts: Parts, bytes: Bytes) -> Option<Value> {
    if !is_form(&parts.headers) {
        return json(&bytes);
    }
    let mut form = Multipart::from_request(Request::from_parts(parts, Body::from(bytes)), &()).await.ok()?;
    while let Ok(Some(part)) = form.next_field().await {
        if part.name() == Some("payload_json") {
            return json(&part.bytes().await.ok()?);
        }
    }
    None
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

fn json(bytes: &[u8]) -> Option<Value> {
    let text = || Value::String(String::from_utf8_lossy(bytes).into_owned());
    (!bytes.is_empty()).then(|| serde_json::from_slice(bytes).unwrap_or_else(|_| text()))
}
