//! Where webhooks arrive: the one door that is open to strangers.
//!
//! It is shut unless `[web] listen` names an address. All that is there is `POST /hooks/<source>`; a
//! source that nobody set up answers as any wrong path does. A request has ten seconds from its first byte to
//! the end of its answer, and a connection carries one request, so that who sends slowly is cut off and
//! holds one of a few seats at most. What arrives is judged in `features/webhook`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::config;
use crate::features::webhook::{self, Arrived, Outcome};

/// How long one request may take altogether. Real time: somebody else's program waits.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Largest body, in bytes.
pub const LARGEST: usize = 256 * 1024;

/// Connections at the same time. More of them wait to be accepted.
const SEATS: usize = 256;

/// Most of a request's head that is read, in bytes.
const LARGEST_HEAD: usize = 32 * 1024;

/// How long requests under way have once the bot stops.
const LAST_ORDERS: Duration = Duration::from_secs(2);

/// A socket that listens.
pub struct Door {
    listener: TcpListener,
    address: SocketAddr,
}

impl Door {
    /// Listens where the settings say, if they do.
    ///
    /// # Errors
    /// When the address is taken or isn't this machine's.
    pub async fn open(config: &config::Web) -> anyhow::Result<Option<Arc<Self>>> {
        if config.listen.is_empty() {
            return Ok(None);
        }
        let listener = TcpListener::bind(&config.listen).await;
        let listener = listener.with_context(|| format!("`[web] listen`: {} can't be listened on", config.listen))?;
        let address = listener.local_addr()?;
        Ok(Some(Arc::new(Self { listener, address })))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Takes what arrives until it is told to stop. Returns at once where nothing listens.
pub async fn run(app: App, stop: CancellationToken) {
    let Some(door) = app.web.clone() else { return };
    tracing::info!(address = %door.address, "webhooks are welcome");
    let patience = app.config.web.patience;
    let seats = Arc::new(Semaphore::new(SEATS));
    let router: Router = Router::new().fallback(answer).with_state(app);
    let guests = TaskTracker::new();
    loop {
        let arrival = async {
            let seat = seats.clone().acquire_owned().await;
            (seat, door.listener.accept().await)
        };
        let (seat, accepted) = tokio::select! {
            () = stop.cancelled() => break,
            arrival = arrival => arrival,
        };
        match accepted {
            Ok((stream, _)) => {
                let router = router.clone();
                guests.spawn(async move {
                    let _seat = seat;
                    // Who took too long is gone; there is nobody to tell.
                    drop(tokio::time::timeout(patience, one(stream, router)).await);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                // Out of file descriptors, most likely: asking again at once would only spin.
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    guests.close();
    drop(tokio::time::timeout(LAST_ORDERS, guests.wait()).await);
}

/// One connection with one request.
async fn one(stream: TcpStream, router: Router) {
    let mut server = http1::Builder::new();
    server.keep_alive(false).max_buf_size(LARGEST_HEAD);
    // Whatever is wrong with a stranger's connection is theirs to know.
    drop(server.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)).await);
}

async fn answer(State(app): State<App>, request: Request) -> Response {
    // While it is held, a driven clock stands still.
    let _guard = app.clock.activity().begin();
    match answered(&app, request).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "a webhook could not be taken");
            say(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong here; please send it again later.")
        }
    }
}

async fn answered(app: &App, request: Request<Body>) -> crate::error::Result<Response> {
    let address = request.uri().path().strip_prefix("/hooks/").filter(|_| request.method() == Method::POST);
    let source = match address {
        Some(address) => webhook::source(app, address).await?,
        None => None,
    };
    let nothing = || say(StatusCode::NOT_FOUND, "Nothing is here.");
    let Some((source, secrets)) = source else { return Ok(nothing()) };
    let (parts, body) = request.into_parts();
    // Doesn't wait for what is announced to be too large.
    let announced = parts.headers.get("content-length").and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let fits = announced.is_none_or(|length| length <= LARGEST as u64);
    let Some(body) = (if fits { to_bytes(body, LARGEST).await.ok() } else { None }) else {
        return Ok(say(StatusCode::PAYLOAD_TOO_LARGE, "Please send 256 KiB at most."));
    };
    let headers = parts.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    let outcome = webhook::receive(app, &source, &secrets, Arrived::new(headers, body.to_vec())).await?;
    Ok(match outcome {
        Outcome::Gone => nothing(),
        Outcome::Unsigned => say(
            StatusCode::UNAUTHORIZED,
            "The signature doesn't fit: enter the secret that the bot showed, or rotate it with /squad edit.",
        ),
        Outcome::Unreadable(what) => say(StatusCode::BAD_REQUEST, what),
        Outcome::Known => say(StatusCode::OK, "That is known already."),
        Outcome::Unused => say(StatusCode::ACCEPTED, "Thank you; that is not used."),
        Outcome::Stored => say(StatusCode::OK, "Thank you; that is recorded."),
    })
}

fn say(status: StatusCode, text: &'static str) -> Response {
    (status, format!("{text}\n")).into_response()
}
