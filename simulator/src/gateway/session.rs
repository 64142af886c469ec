//! One connection: hello, identify or resume, heartbeats, events.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::extract::{Query, State, WebSocketUpgrade};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::hub::Order;
use super::identify::identify;
use super::squeeze::Squeeze;
use crate::core::Core;
use crate::world::{ServerId, UserId};

/// Milliseconds between heartbeats, as Discord asks for.
const HEARTBEAT: u64 = 41_250;
/// How many members a chunk holds.
const CHUNK: usize = 1000;

/// Takes a client's connection.
pub(crate) async fn connect(
    State(core): State<Arc<Core>>,
    Query(query): Query<HashMap<String, String>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let squeeze = Squeeze::asked(query.get("compress").map(String::as_str));
    upgrade.on_upgrade(move |socket| serve(core, socket, squeeze))
}

/// What is known of a connection.
struct Connection {
    core: Arc<Core>,
    number: u64,
    session: Option<String>,
    orders: UnboundedSender<Order>,
}

async fn serve(core: Arc<Core>, mut socket: WebSocket, mut squeeze: Squeeze) {
    let (orders, mut waiting) = unbounded_channel();
    let mut connection = Connection { number: core.hub.mint(), core, session: None, orders };
    connection.say(&json!({"op": 10, "s": null, "t": null, "d": {"heartbeat_interval": HEARTBEAT, "_trace": []}}));
    let mut for_good = false;
    loop {
        tokio::select! {
            order = waiting.recv() => match order {
                Some(Order::Say(text)) => {
                    connection.core.inspection.payload(&text);
                    if socket.send(squeeze.frame(&text)).await.is_err() {
                        break;
                    }
                }
                Some(Order::Close(number)) => {
                    let frame = CloseFrame { code: number, reason: "".into() };
                    // The other side may be gone already.
                    let _ = socket.send(Message::Close(Some(frame))).await;
                    break;
                }
                None => break,
            },
            frame = socket.recv() => match frame {
                Some(Ok(Message::Close(frame))) => {
                    for_good = frame.is_some_and(|frame| matches!(frame.code, 1000 | 1001));
                    break;
                }
                Some(Ok(Message::Text(text))) => connection.hear(text.as_bytes()),
                Some(Ok(Message::Binary(bytes))) => connection.hear(&bytes),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
    if let Some(session) = &connection.session {
        connection.core.hub.hang_up(session, connection.number, for_good);
    }
}

impl Connection {
    fn say(&self, value: &Value) {
        self.order(Order::Say(value.to_string()));
    }

    fn order(&self, order: Order) {
        // The receiver lives as long as the connection.
        let _ = self.orders.send(order);
    }

    fn hear(&mut self, bytes: &[u8]) {
        let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
            return self.order(Order::Close(4002));
        };
        let data = value.get("d").unwrap_or(&Value::Null);
        match value.get("op").and_then(Value::as_u64) {
            Some(1) => self.say(&json!({"op": 11})),
            Some(2) if self.session.is_some() => self.order(Order::Close(4005)),
            Some(2) => self.identify(data),
            Some(3 | 4) if self.session.is_some() => {}
            Some(6) => self.resume(data),
            Some(8) if self.session.is_some() => self.send_members(data),
            Some(3 | 4 | 8) => self.order(Order::Close(4003)),
            _ => self.order(Order::Close(4001)),
        }
    }

    fn line(&self) -> (u64, UnboundedSender<Order>) {
        (self.number, self.orders.clone())
    }

    fn identify(&mut self, data: &Value) {
        match identify(&self.core, data, self.line()) {
            Ok(session) => self.session = Some(session),
            Err(code) => self.order(Order::Close(code)),
        }
    }

    fn resume(&mut self, data: &Value) {
        let token = data.get("token").and_then(Value::as_str).unwrap_or_default();
        if token.trim_start_matches("Bot ") != self.core.world().bot.token {
            return self.order(Order::Close(4004));
        }
        let session = data.get("session_id").and_then(Value::as_str).unwrap_or_default();
        let seq = data.get("seq").and_then(Value::as_u64).unwrap_or(0);
        if self.core.hub.resume(session, seq, self.line()) {
            self.session = Some(session.to_owned());
        } else {
            self.say(&json!({"op": 9, "d": false}));
        }
    }

    fn send_members(&self, data: &Value) {
        let (Some(session), Some(server)) = (&self.session, id_of::<ServerId>(data.get("guild_id"))) else {
            return;
        };
        let prefix = data.get("query").and_then(Value::as_str).unwrap_or_default();
        let ids = match data.get("user_ids") {
            Some(Value::Array(ids)) => ids.iter().filter_map(|id| id_of::<UserId>(Some(id))).collect(),
            one => id_of(one).into_iter().collect::<Vec<_>>(),
        };
        let limit = data.get("limit").and_then(Value::as_u64).filter(|limit| *limit > 0);
        let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        let world = self.core.world();
        let members = world.find_members(server, prefix, &ids, limit);
        let missing: Vec<_> = ids.iter().filter(|id| !world.is_member(server, **id)).collect();
        let count = members.len().div_ceil(CHUNK).max(1);
        for index in 0..count {
            let chunk: Vec<_> = members.iter().skip(index * CHUNK).take(CHUNK).collect();
            let mut chunk = json!({
                "guild_id": server, "members": chunk, "chunk_index": index, "chunk_count": count, "not_found": missing,
            });
            if let Some(nonce) = data.get("nonce") {
                chunk["nonce"] = nonce.clone();
            }
            self.core.hub.tell(session, "GUILD_MEMBERS_CHUNK", &chunk);
        }
    }
}

fn id_of<T: serde::de::DeserializeOwned>(value: Option<&Value>) -> Option<T> {
    serde_json::from_value(value?.clone()).ok()
}
