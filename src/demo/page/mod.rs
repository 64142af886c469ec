//! The page on which the demo can be tried in a browser: a chat client of our own before the simulated Discord, served
//! out of the program on this machine alone.
//!
//! `app/` is the page itself, in plain modules without a build step. `door` decides what is let in; `house` keeps
//! what the page needs beside the stage; `director` lets time pass and the simulated people live on; `sight` is what
//! a person's client shows, `acts` what it does, `behind` the ledger and the faults, `tour` the guided visit.

mod acts;
mod behind;
mod director;
mod door;
mod files;
mod house;
mod sight;
mod stream;
mod tour;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app;

use super::people::Company;
use super::{Stage, Theatre, secret};
use door::Door;
use house::House;

/// How long requests under way have once the page is closed. Real time: a browser waits.
const LAST_ORDERS: Duration = Duration::from_secs(2);

/// A page that is being served.
pub struct Page {
    address: String,
    stop: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
    directing: JoinHandle<Company>,
    house: Arc<House>,
    folder: TempDir,
}

/// Serves the page until Ctrl-C.
///
/// # Errors
/// When nothing can listen there, or the bot ended with an error.
pub(super) async fn run(theatre: Theatre, listen: SocketAddr, fresh: bool) -> anyhow::Result<()> {
    let page = Page::open(theatre, listen, fresh).await?;
    let what = if fresh { "An empty server, on which you can try /setup" } else { "Now try it yourself" };
    println!("\n{what}:\n\n  {}\n\nCtrl-C ends it.", page.address());
    app::told_to_stop().await;
    page.close().await
}

impl Page {
    /// Begins to serve; port 0 is a free one.
    ///
    /// # Errors
    /// When nothing can listen there.
    pub async fn open(theatre: Theatre, listen: SocketAddr, fresh: bool) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("Nothing can listen on {listen}. Give --port another one, or 0 for a free one"))?;
        let port = listener.local_addr()?.port();
        let door = Arc::new(Door::new(secret()?, port));
        let address = door.address();
        let stop = CancellationToken::new();
        theatre.stage.sim.write_all_down();
        let (house, directing, folder) = House::open(theatre, fresh, &stop);
        let router = router(&house, door);
        let stopped = stop.clone().cancelled_owned();
        let serving = tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(stopped).await });
        Ok(Self { address, stop, serving, directing, house, folder })
    }

    /// Where it is, with the key of this session.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The bot and the simulated Discord behind it.
    pub fn stage(&self) -> &Stage {
        &self.house.stage
    }

    /// Ends everything in order.
    ///
    /// # Errors
    /// What the bot ended with.
    pub async fn close(self) -> anyhow::Result<()> {
        self.stop.cancel();
        let Self { mut serving, directing, house, folder, .. } = self;
        if tokio::time::timeout(LAST_ORDERS, &mut serving).await.is_err() {
            // A browser that keeps a connection open doesn't keep the program.
            serving.abort();
            drop(serving.await);
        }
        drop(directing.await);
        let stage = Arc::clone(&house.stage);
        drop(house);
        // Whoever still holds on to it ends with the program.
        if let Some(stage) = Arc::into_inner(stage) {
            stage.close().await?;
        }
        folder.close().context("the demo's database can't be removed")
    }
}

fn router(house: &Arc<House>, door: Arc<Door>) -> Router {
    let page = Router::new()
        .route("/", get(files::index))
        .route("/app/{name}", get(files::asset))
        .route("/files/{channel}/{id}/{name}", get(files::attachment))
        .route("/api/state", get(sight::state))
        .route("/api/messages", get(sight::messages))
        .route("/api/commands", get(sight::commands))
        .route("/api/act", post(acts::act))
        .route("/api/clock", post(acts::clock))
        .route("/api/stream", get(stream::stream))
        .route("/api/ledger", get(behind::ledger))
        .route("/api/faults", get(behind::faults).post(behind::add_fault).delete(behind::clear_faults))
        .route("/api/tour", get(tour::get).post(tour::post))
        .with_state(Arc::clone(house));
    Router::new()
        .nest(&format!("/{}/", door.key()), page)
        .fallback(door::stranger)
        .layer(axum::middleware::from_fn_with_state(door, door::guard))
}

/// Why something wasn't done, as a sentence for whoever is before the page.
struct Sorry {
    status: axum::http::StatusCode,
    why: String,
}

impl Sorry {
    fn new(why: impl Into<String>) -> Self {
        Self { status: axum::http::StatusCode::UNPROCESSABLE_ENTITY, why: why.into() }
    }
}

impl From<simulator::Refused> for Sorry {
    fn from(refused: simulator::Refused) -> Self {
        Self::new(refused.to_string())
    }
}

impl IntoResponse for Sorry {
    fn into_response(self) -> Response {
        (self.status, axum::Json(json!({"why": self.why}))).into_response()
    }
}
