//! The HTTP face: `/api/v10/…`.

mod call;
mod channels;
mod commands;
mod events;
mod interactions;
mod members;
mod messages;
mod pins;
mod ratelimit;
mod routes;
mod threads;
mod users;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, VIA};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::Value;

use crate::core::Core;
use crate::faults::FaultKind;
use crate::ledger::{Entry, Origin};
use crate::line::Scissors;
use crate::rules::Rejection;
use crate::world::{AttachmentId, ChannelId, MessageId, World};
use call::Call;
pub(crate) use ratelimit::Limiter;
use ratelimit::Verdict;
use routes::{Found, Route};

/// What a route returns.
type Outcome = Result<Answer, Rejection>;

/// A request that was carried out.
#[derive(Debug)]
struct Answer {
    status: u16,
    body: Value,
    message: Option<MessageId>,
    repeat: bool,
}

impl Answer {
    fn ok(body: Value) -> Self {
        Self { status: 200, body, message: None, repeat: false }
    }

    fn created(body: Value) -> Self {
        Self { status: 201, ..Self::ok(body) }
    }

    fn nothing() -> Self {
        Self { status: 204, ..Self::ok(Value::Null) }
    }

    fn about(self, message: MessageId) -> Self {
        Self { message: Some(message), ..self }
    }
}

/// Serves everything below `/api`.
pub(crate) async fn api(
    State(core): State<Arc<Core>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: Request,
) -> Response<Body> {
    let _counted = core.enter();
    let path = request.uri().path().to_owned();
    let method = request.method().as_str().to_owned();
    let (route, ids) = match routes::find(&method, &path) {
        Found::Route(route, ids) => (route, ids),
        Found::OtherMethod => return reject(&Rejection::method_not_allowed()),
        Found::Nothing => return reject(&Rejection::not_found()),
    };
    let fault = core.faults.take(&method, route.path);
    match fault {
        Some(FaultKind::FailBefore(status)) => return reject(&failure(status)),
        Some(FaultKind::Delay(time)) => tokio::time::sleep(time).await,
        Some(FaultKind::DropAfterAccept) | None => {}
    }
    let response = serve(&core, route, ids, request).await;
    if fault == Some(FaultKind::DropAfterAccept) {
        scissors.cut();
    }
    response
}

fn failure(status: u16) -> Rejection {
    let words = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    Rejection::new(status, 0, format!("{status}: {}", words.unwrap_or("Error")))
}

async fn serve(
    core: &Core,
    route: &'static Route,
    ids: Vec<(&'static str, String)>,
    request: Request,
) -> Response<Body> {
    if !route.open && !is_authorized(core, request.headers()) {
        return reject(&Rejection::unauthorized());
    }
    let verdict = core.limiter.ask(route, &ids);
    if let Verdict::Exceeded { .. } = verdict {
        note_limited(core, route, ids);
        return verdict.dress(reject(&Rejection::new(429, 0, "You are being rate limited.")));
    }
    let mut call = match Call::read(route, ids, request).await {
        Ok(call) => call,
        Err(rejection) => return reject(&rejection),
    };
    let outcome = carry_out(core, &mut call);
    verdict.dress(match outcome {
        Ok(answer) => respond(answer.status, &answer.body),
        Err(rejection) => reject(&rejection),
    })
}

/// Carries a request out and notes it, while nothing else can happen.
fn carry_out(core: &Core, call: &mut Call) -> Outcome {
    core.change(|change| {
        let outcome = (call.route.run)(call, change);
        if call.route.method != "GET" || outcome.is_err() {
            core.ledger.add(entry(call, change.world, &outcome));
        }
        outcome
    })
}

fn entry(call: &mut Call, world: &World, outcome: &Outcome) -> Entry {
    let answer = outcome.as_ref().ok();
    Entry {
        seq: 0,
        at: world.now,
        origin: Origin::Bot,
        method: call.route.method.to_owned(),
        route: call.route.path.to_owned(),
        ids: call.named_ids(),
        body: std::mem::take(&mut call.body),
        status: outcome.as_ref().map_or_else(|rejection| rejection.status, |answer| answer.status),
        accepted: answer.is_some(),
        code: outcome.as_ref().err().map(|rejection| rejection.code),
        message_id: answer.and_then(|answer| answer.message),
        repeat: answer.is_some_and(|answer| answer.repeat),
    }
}

fn note_limited(core: &Core, route: &'static Route, ids: Vec<(&'static str, String)>) {
    let mut call = Call::bare(route, ids);
    let outcome = Err(Rejection::new(429, 0, "You are being rate limited."));
    let world = core.world();
    core.ledger.add(entry(&mut call, &world, &outcome));
}

fn is_authorized(core: &Core, headers: &HeaderMap) -> bool {
    let shown = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    shown.strip_prefix("Bot ").is_some_and(|token| token == core.world().bot.token)
}

fn reject(rejection: &Rejection) -> Response<Body> {
    respond(rejection.status, &rejection.json())
}

fn respond(status: u16, body: &Value) -> Response<Body> {
    let content = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let mut response = Response::new(content);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if !body.is_null() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    // By this, clients tell Discord's own 429 from that of the machine in front of it, which bans them.
    response.headers_mut().insert(VIA, HeaderValue::from_static("1.1 google"));
    response
}

/// Serves a file.
pub(crate) async fn attachment(
    State(core): State<Arc<Core>>,
    Path((_, id, _)): Path<(ChannelId, AttachmentId, String)>,
) -> Response<Body> {
    let found = core.world().files.get(&id).cloned();
    match found {
        Some(bytes) => Response::new(Body::from(bytes.to_vec())),
        None => reject(&Rejection::not_found()),
    }
}
