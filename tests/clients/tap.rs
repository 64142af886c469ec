//! A door in front of the simulator's HTTP face that keeps what goes through, and where it is asked
//! to, speaks TLS with a certificate made for the run.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::serve::Listener;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::reader::{Seen, Sent};

/// The door. It closes when this is dropped.
pub(crate) struct Tap {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// What is behind the door, and who reads along.
struct Behind {
    http: reqwest::Client,
    simulator: String,
    seen: Seen,
}

impl Tap {
    /// Opens the door in front of a simulator.
    pub(crate) async fn open(simulator: &str, seen: Seen) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        Ok(Self { address, server: serve(listener, simulator, seen) })
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

fn serve<L>(listener: L, simulator: &str, seen: Seen) -> JoinHandle<()>
where
    L: Listener<Addr = SocketAddr>,
{
    let behind = Behind { http: reqwest::Client::new(), simulator: simulator.to_owned(), seen };
    let router = Router::new().fallback(forward).with_state(Arc::new(behind));
    tokio::spawn(async move {
        axum::serve(listener, router).await.expect("it serves until it is dropped");
    })
}

async fn forward(State(behind): State<Arc<Behind>>, request: Request) -> Response<Body> {
    pass(&behind, request).await.unwrap_or_else(|error| {
        let mut response = Response::new(Body::from(error.to_string()));
        *response.status_mut() = StatusCode::BAD_GATEWAY;
        response
    })
}

async fn pass(behind: &Behind, request: Request) -> Result<Response<Body>> {
    let (asked, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await?;
    let address = format!("{}{}", behind.simulator, asked.uri);
    let ahead = behind.http.request(asked.method.clone(), address).headers(own(asked.headers)).body(body);
    let answer = ahead.send().await?;
    let (status, headers) = (answer.status(), own(answer.headers().clone()));
    let body: Bytes = answer.bytes().await?;
    behind.seen.add(Sent::Body {
        method: asked.method.to_string(),
        path: asked.uri.path().to_owned(),
        status: status.as_u16(),
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// Headers without those that belong to one connection.
fn own(mut headers: HeaderMap) -> HeaderMap {
    for name in [HOST, CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING] {
        headers.remove(name);
    }
    headers
}
