//! A door in front of the simulator's HTTP face that keeps what goes through, once plain and once
//! with TLS and a certificate made for the run.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::serve::Listener;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::server::TlsStream;

use crate::reader::{Seen, Sent};

/// The door, once plain and once with TLS. It closes when this is dropped.
pub(crate) struct Tap {
    plain: SocketAddr,
    secure: SocketAddr,
    certificate: Vec<u8>,
    servers: [JoinHandle<()>; 2],
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.servers.iter().for_each(JoinHandle::abort);
    }
}

impl Tap {
    /// Opens the door in front of a simulator.
    pub(crate) async fn open(simulator: &str, seen: Seen) -> Result<Self> {
        let (plain, secure) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
        let addresses = (plain.local_addr()?, secure.local_addr()?);
        let (certificate, acceptor) = identity()?;
        let secure = Secure { tcp: secure, acceptor };
        let servers = [serve(plain, simulator, seen.clone()), serve(secure, simulator, seen)];
        Ok(Self { plain: addresses.0, secure: addresses.1, certificate, servers })
    }

    /// Its plain address.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.plain)
    }

    /// Where it speaks TLS.
    pub(crate) fn secure(&self) -> SocketAddr {
        self.secure
    }

    /// By which it shows that it is Discord.
    pub(crate) fn certificate(&self) -> &[u8] {
        &self.certificate
    }
}

/// A certificate for Discord's name that is made for this run, and who speaks with it.
fn identity() -> Result<(Vec<u8>, TlsAcceptor)> {
    let made = rcgen::generate_simple_self_signed(vec!["discord.com".to_owned()])?;
    let certificate = made.cert.der().clone();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key.into())?;
    Ok((certificate.to_vec(), TlsAcceptor::from(Arc::new(config))))
}

/// Accepts connections that are greeted with TLS.
struct Secure {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Secure {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let (stream, from) = Listener::accept(&mut self.tcp).await;
            match self.acceptor.accept(stream).await {
                Ok(stream) => return (stream, from),
                Err(error) => eprintln!("a connection without TLS: {error}"),
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

/// What is behind the door, and who reads along.
struct Behind {
    http: reqwest::Client,
    simulator: String,
    seen: Seen,
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
