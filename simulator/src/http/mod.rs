//! The HTTP face: `/api/v10/…`.

mod call;
mod channels;
mod commands;
mod events;
mod inspected;
mod interactions;
mod members;
mod messages;
mod pins;
mod ratelimit;
mod routes;
mod threads;
mod trouble;
mod users;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, VIA};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::Value;

use crate::change::About;
use crate::core::Core;
use crate::faults::FaultKind;
use crate::ledger::{Entry, Origin};
use crate::line::Scissors;
use crate::rules::Rejection;
use crate::world::{AttachmentId, ChannelId, MessageId, World};
use call::Call;
use inspected::MadeUp;
pub(crate) use inspected::inspected;
pub(crate) use ratelimit::Limiter;
use ratelimit::Verdict;
use routes::{Found, Route};
pub(crate) use routes::{is_named_in_route, is_part_of_route, is_route};

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
async fn api(
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
    let there = core.there(&ids);
    let Some((fault, random)) = core.faults.at_request(&method, route.path, &there) else {
        return serve(&core, route, ids, request).await;
    };
    if let FaultKind::FailBefore(status) = fault {
        let failure = trouble::failure(status);
        note(&core, route, ids, failure.clone());
        return made_up(reject(&failure));
    }
    if let FaultKind::TooMany { scope, wait, headers } = fault {
        note(&core, route, ids, trouble::failure(429));
        return made_up(trouble::too_many(route, scope, wait, headers, random));
    }
    if fault == FaultKind::Cut {
        scissors.cut();
        return made_up(reject(&trouble::failure(503)));
    }
    if let FaultKind::Gone(loss) = fault {
        core.change(|change| change.lose(loss, About::of(change.world, &ids), random));
    }
    if let FaultKind::Delay(time) = fault {
        tokio::time::sleep(time).await;
    }
    let mut response = serve(&core, route, ids, request).await;
    match fault {
        FaultKind::DropAfterAccept => scissors.cut(),
        FaultKind::Headers(headers) => trouble::spoil(&mut response, headers, random),
        _ => {}
    }
    response
}

/// An answer that isn't Discord's, for whoever looks.
fn made_up(mut response: Response<Body>) -> Response<Body> {
    response.extensions_mut().insert(MadeUp);
    response
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
        let refusal = Rejection::new(429, 0, "You are being rate limited.");
        note(core, route, ids, refusal.clone());
        return verdict.dress(reject(&refusal));
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
        if call.route.method != "GET" || outcome.is_err() || core.ledger.has_all() {
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
        refusal: outcome.as_ref().err().map(Rejection::json),
        message_id: answer.and_then(|answer| answer.message),
        repeat: answer.is_some_and(|answer| answer.repeat),
    }
}

/// Notes a request that was refused before anybody read it.
fn note(core: &Core, route: &'static Route, ids: Vec<(&'static str, String)>, refusal: Rejection) {
    let mut call = Call::bare(route, ids);
    let world = core.world();
    core.ledger.add(entry(&mut call, &world, &Err(refusal)));
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
