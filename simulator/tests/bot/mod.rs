//! The smallest bot: a gateway connection, and a handler that says what to answer.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::sync::Arc;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use simulator::{Options, Simulator, World};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// All intents, the privileged ones among them.
pub(crate) const ALL_INTENTS: u64 = (1 << 17) - 1;

/// A simulator that is held against what Discord itself says.
pub(crate) async fn started(world: World, options: Options) -> Simulator {
    let options = Options { inspectors: contract::for_the_simulator(), ..options };
    Simulator::start(world, options).await.unwrap()
}

/// A connection to the gateway that is greeted.
pub(crate) async fn greeted(sim: &Simulator) -> Socket {
    let url = format!("{}/?v=10&encoding=json", sim.url().replacen("http", "ws", 1));
    let (mut socket, _) = connect_async(url).await.unwrap();
    assert_eq!(next(&mut socket).await["op"], 10);
    socket
}

/// The next payload.
pub(crate) async fn next(socket: &mut Socket) -> Value {
    match socket.next().await.unwrap().unwrap() {
        Message::Text(text) => serde_json::from_str(&text).unwrap(),
        Message::Close(frame) => json!({"closed": frame.map(|frame| u16::from(frame.code))}),
        other => panic!("unexpected frame {other:?}"),
    }
}

/// The next event with this name.
pub(crate) async fn event(socket: &mut Socket, name: &str) -> Value {
    loop {
        let payload = next(socket).await;
        assert!(payload.get("closed").is_none(), "closed while waiting for {name}: {payload}");
        if payload["t"] == name {
            return payload;
        }
    }
}

pub(crate) async fn send(socket: &mut Socket, payload: Value) {
    socket.send(Message::text(payload.to_string())).await.unwrap();
}

/// A connection that is identified.
pub(crate) async fn identified(sim: &Simulator, intents: u64) -> (Socket, Value) {
    let mut socket = greeted(sim).await;
    send(&mut socket, identify(sim, intents)).await;
    let ready = event(&mut socket, "READY").await;
    (socket, ready)
}

pub(crate) fn identify(sim: &Simulator, intents: u64) -> Value {
    json!({"op": 2, "d": {"token": sim.token(), "intents": intents, "properties": {}}})
}

/// The bot's HTTP side.
#[derive(Clone)]
pub(crate) struct Api {
    http: reqwest::Client,
    base: String,
    token: String,
    pub(crate) application: String,
}

impl Api {
    pub(crate) fn new(sim: &Simulator) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: format!("{}/api/v10", sim.url()),
            token: sim.token(),
            application: sim.application_id().to_string(),
        }
    }

    /// Status and body of a request.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let method = method.parse().unwrap();
        let request = self.http.request(method, format!("{}{path}", self.base));
        let request = request.header("authorization", format!("Bot {}", self.token));
        let request = if body.is_null() { request } else { request.json(&body) };
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }

    /// The body of a request that must be accepted.
    pub(crate) async fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, body) = self.call(method, path, body).await;
        assert!(status < 300, "{method} {path}: {status} {body}");
        body
    }

    /// Status and Discord's code of a request that must be refused.
    pub(crate) async fn err(&self, method: &str, path: &str, body: Value) -> (u16, u64) {
        let (status, body) = self.call(method, path, body).await;
        assert!(status >= 400, "{method} {path}: {status} {body}");
        (status, body["code"].as_u64().unwrap())
    }

    pub(crate) async fn answer(&self, interaction: &Value, body: Value) -> (u16, Value) {
        let (id, token) = (interaction["id"].as_str().unwrap(), interaction["token"].as_str().unwrap());
        self.call("POST", &format!("/interactions/{id}/{token}/callback"), body).await
    }
}

/// Runs a bot that answers each interaction with the callbacks that the handler makes of it.
pub(crate) async fn run<H, F>(sim: &Simulator, commands: Value, handler: H) -> JoinHandle<()>
where
    H: Fn(Api, Value) -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let api = Api::new(sim);
    api.ok("PUT", &format!("/applications/{}/commands", api.application), commands).await;
    let (mut socket, _) = identified(sim, 1).await;
    let handler = Arc::new(handler);
    tokio::spawn(async move {
        while let Some(Ok(Message::Text(text))) = socket.next().await {
            let payload: Value = serde_json::from_str(&text).unwrap();
            if payload["t"] == "INTERACTION_CREATE" {
                tokio::spawn(handler(api.clone(), payload["d"].clone()));
            }
        }
    })
}
