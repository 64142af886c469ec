//! One connection: hello, identify or resume, heartbeats, events.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::extract::{Query, State, WebSocketUpgrade};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep, sleep_until};

use super::hub::Order;
use super::identify::{Refusal, identify};
use super::squeeze::Squeeze;
use crate::core::Core;
use crate::faults::{FaultKind, HELLO};
use crate::world::{ServerId, UserId};

/// How long a connection that nobody reads from stays open: until whatever stands between forgets it.
const FORGOTTEN: Duration = Duration::from_mins(2);
/// How long an event is held back that another should overtake, where none comes.
const HELD_BACK: Duration = Duration::from_millis(300);
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
    /// What faults have left of it.
    reads: bool,
    sends: bool,
    acknowledges: bool,
    /// When it ends for want of a heartbeat.
    ends: Instant,
}

/// How a connection ends.
enum End {
    /// The session waits.
    Open,
    /// The session is given up.
    ForGood,
}

async fn serve(core: Arc<Core>, mut socket: WebSocket, mut squeeze: Squeeze) {
    let (orders, mut waiting) = unbounded_channel();
    let mut connection = Connection::new(core, orders);
    connection.greet();
    let end = loop {
        tokio::select! {
            order = waiting.recv() => {
                let Some(order) = order else { break End::Open };
                if let Some(end) = connection.obey(order, &mut socket, &mut squeeze).await {
                    break end;
                }
            }
            frame = socket.recv(), if connection.reads => match frame {
                Some(Ok(Message::Close(frame))) => {
                    break if frame.is_some_and(|frame| matches!(frame.code, 1000 | 1001)) { End::ForGood } else { End::Open };
                }
                Some(Ok(Message::Text(text))) => connection.hear(text.as_bytes()),
                Some(Ok(Message::Binary(bytes))) => connection.hear(&bytes),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break End::Open,
            },
            () = sleep_until(connection.ends) => {
                if connection.sends {
                    close(&mut socket, TIMED_OUT).await;
                }
                break End::ForGood;
            }
        }
    };
    connection.hang_up(&end);
}

/// The session ended since the client sent no heartbeat.
const TIMED_OUT: u16 = 4009;

async fn close(socket: &mut WebSocket, code: u16) {
    // The other side may be gone already.
    let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: "".into() }))).await;
}

impl Connection {
    fn new(core: Arc<Core>, orders: UnboundedSender<Order>) -> Self {
        let ends = Instant::now() + core.options.heartbeat * 2;
        let number = core.hub.mint();
        Self { core, number, session: None, orders, reads: true, sends: true, acknowledges: true, ends }
    }

    /// Says hello, unless a fault befalls that.
    fn greet(&self) {
        let interval = u64::try_from(self.core.options.heartbeat.as_millis()).unwrap_or(u64::MAX);
        let hello = json!({"op": 10, "s": null, "t": null, "d": {"heartbeat_interval": interval, "_trace": []}});
        match self.core.faults.at_event(HELLO) {
            Some(FaultKind::Close(code)) => return self.order(Order::Close(code)),
            Some(FaultKind::HalfOpen) => return self.order(Order::Mute { reads: false }),
            Some(FaultKind::Silent) => return self.order(Order::Mute { reads: true }),
            Some(FaultKind::Lose) => return,
            Some(FaultKind::Invalidate { resumable }) => return self.order(Order::Invalidate(resumable)),
            Some(FaultKind::NoAck) => self.order(Order::NoAck),
            Some(FaultKind::Delay(time)) => self.order(Order::Pause(time)),
            _ => {}
        }
        self.say(&hello);
    }

    async fn obey(&mut self, order: Order, socket: &mut WebSocket, squeeze: &mut Squeeze) -> Option<End> {
        let text = match order {
            Order::Say(text) => text,
            Order::Invalidate(resumable) => {
                self.session = None;
                json!({"op": 9, "d": resumable}).to_string()
            }
            Order::Close(code) => {
                if self.sends {
                    close(socket, code).await;
                }
                return Some(End::Open);
            }
            Order::Mute { reads } => {
                (self.reads, self.sends) = (reads, false);
                self.ends = Instant::now() + FORGOTTEN;
                return None;
            }
            Order::NoAck => {
                self.acknowledges = false;
                return None;
            }
            Order::Pause(time) => {
                sleep(time).await;
                self.ends += time;
                return None;
            }
            Order::ReleaseSoon => {
                self.release_soon();
                return None;
            }
        };
        if !self.sends {
            return None;
        }
        self.core.inspection.payload(&text);
        socket.send(squeeze.frame(&text)).await.is_err().then_some(End::Open)
    }

    fn release_soon(&self) {
        let Some(session) = self.session.clone() else { return };
        let core = Arc::clone(&self.core);
        tokio::spawn(async move {
            sleep(HELD_BACK).await;
            core.hub.release(&session);
        });
    }

    fn hang_up(&self, end: &End) {
        let Some(session) = &self.session else { return };
        self.core.hub.hang_up(session, self.number, matches!(end, End::ForGood));
    }

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
            Some(1) => self.beat(),
            Some(2) if self.session.is_some() => self.order(Order::Close(4005)),
            Some(2) => self.identify(data),
            Some(3 | 4) if self.session.is_some() => {}
            Some(6) => self.resume(data),
            Some(8) if self.session.is_some() => self.send_members(data),
            Some(3 | 4 | 8) => self.order(Order::Close(4003)),
            _ => self.order(Order::Close(4001)),
        }
    }

    fn beat(&mut self) {
        if !self.sends {
            return;
        }
        self.ends = Instant::now() + self.core.options.heartbeat * 2;
        if self.acknowledges {
            self.say(&json!({"op": 11}));
        }
    }

    fn line(&self) -> (u64, UnboundedSender<Order>) {
        (self.number, self.orders.clone())
    }

    fn identify(&mut self, data: &Value) {
        match identify(&self.core, data, self.line()) {
            Ok(session) => self.session = Some(session),
            Err(Refusal::Close(code)) => self.order(Order::Close(code)),
            Err(Refusal::TooSoon) => self.order(Order::Invalidate(false)),
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
