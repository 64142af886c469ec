//! Who listens, and what they were told.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use crate::change::{Event, intent};
use crate::core::lock;
use crate::world::ServerId;

/// How many events a session remembers for a resumption.
const MEMORY: usize = 10_000;

/// What a connection is told to do.
#[derive(Debug)]
pub(super) enum Order {
    /// Send this.
    Say(String),
    /// Close with this code.
    Close(u16),
}

/// A session: it outlives its connection.
#[derive(Debug)]
struct Session {
    intents: u64,
    shard: (u64, u64),
    seq: u64,
    /// The highest `seq` that is counted as sent.
    counted: u64,
    log: VecDeque<(u64, String)>,
    /// The connection that it has at present.
    line: Option<(u64, UnboundedSender<Order>)>,
}

/// All sessions.
#[derive(Default)]
pub(crate) struct Hub {
    sessions: Mutex<BTreeMap<String, Session>>,
    sent: AtomicU64,
    minted: AtomicU64,
}

/// A client that has shown who it is.
pub(super) struct Identity {
    pub(super) intents: u64,
    pub(super) shard: (u64, u64),
    pub(super) line: (u64, UnboundedSender<Order>),
}

impl Hub {
    /// Dispatch events that were written to sessions, or are about to be.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }

    /// The number of sessions with a connection.
    pub(crate) fn connected(&self) -> usize {
        lock(&self.sessions).values().filter(|session| session.line.is_some()).count()
    }

    /// A number that no other session or connection has.
    pub(super) fn mint(&self) -> u64 {
        self.minted.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Starts a session with its first events.
    pub(super) fn start(&self, id: String, who: Identity, first: &[Event]) {
        let Identity { intents, shard, line } = who;
        let mut session = Session { intents, shard, seq: 0, counted: 0, log: VecDeque::new(), line: Some(line) };
        for event in first {
            self.dispatch(&mut session, event.name, &event.data.to_string());
        }
        lock(&self.sessions).insert(id, session);
    }

    /// Tells every session what concerns it.
    pub(crate) fn publish(&self, events: &[Event]) {
        if events.is_empty() {
            return;
        }
        let mut sessions = lock(&self.sessions);
        for event in events {
            let mut whole = None;
            let mut blank = None;
            for session in sessions.values_mut().filter(|session| session.listens_to(event)) {
                let text = if event.withhold_text && session.intents & intent::MESSAGE_CONTENT == 0 {
                    blank.get_or_insert_with(|| without_text(&event.data).to_string())
                } else {
                    whole.get_or_insert_with(|| event.data.to_string())
                };
                self.dispatch(session, event.name, text);
            }
        }
    }

    /// Tells one session something.
    pub(super) fn tell(&self, id: &str, name: &'static str, data: &Value) {
        if let Some(session) = lock(&self.sessions).get_mut(id) {
            self.dispatch(session, name, &data.to_string());
        }
    }

    fn dispatch(&self, session: &mut Session, name: &str, data: &str) {
        session.seq += 1;
        let text = format!(r#"{{"op":0,"t":"{name}","s":{},"d":{data}}}"#, session.seq);
        if let Some((_, line)) = &session.line
            && line.send(Order::Say(text.clone())).is_ok()
        {
            session.counted = session.seq;
            self.sent.fetch_add(1, Ordering::SeqCst);
        }
        session.log.push_back((session.seq, text));
        if session.log.len() > MEMORY {
            session.log.pop_front();
        }
    }

    /// Takes a session up again after `seq`; false if it is gone or has forgotten too much.
    pub(super) fn resume(&self, id: &str, seq: u64, line: (u64, UnboundedSender<Order>)) -> bool {
        let mut sessions = lock(&self.sessions);
        let Some(session) = sessions.get_mut(id) else {
            return false;
        };
        let oldest = session.log.front().map_or(session.seq + 1, |(seq, _)| *seq);
        if seq > session.seq || seq + 1 < oldest {
            return false;
        }
        // What was written but never read isn't counted twice.
        self.sent.fetch_sub(session.counted.saturating_sub(seq), Ordering::SeqCst);
        for (_, text) in session.log.iter().filter(|(known, _)| *known > seq) {
            if line.1.send(Order::Say(text.clone())).is_ok() {
                self.sent.fetch_add(1, Ordering::SeqCst);
            }
        }
        session.counted = session.seq;
        session.line = Some(line);
        self.dispatch(session, "RESUMED", "{}");
        true
    }

    /// A connection has ended; its session waits, or is given up.
    pub(super) fn hang_up(&self, id: &str, connection: u64, for_good: bool) {
        let mut sessions = lock(&self.sessions);
        let Some(session) = sessions.get_mut(id) else {
            return;
        };
        if session.line.as_ref().is_none_or(|(known, _)| *known != connection) {
            return;
        }
        session.line = None;
        if for_good {
            sessions.remove(id);
        }
    }

    /// Closes every connection.
    pub(crate) fn close_all(&self, code: u16) {
        self.order_all(|| Order::Close(code));
    }

    /// Asks every client to connect again and resume.
    pub(crate) fn ask_to_reconnect(&self) {
        self.order_all(|| Order::Say(json!({"op": 7, "d": null}).to_string()));
    }

    /// Tells every client that its session isn't valid.
    pub(crate) fn invalidate(&self, resumable: bool) {
        self.order_all(|| Order::Say(json!({"op": 9, "d": resumable}).to_string()));
        if !resumable {
            lock(&self.sessions).clear();
        }
    }

    fn order_all(&self, order: impl Fn() -> Order) {
        for session in lock(&self.sessions).values() {
            if let Some((_, line)) = &session.line {
                // A connection that is gone needs no orders.
                let _ = line.send(order());
            }
        }
    }
}

impl Session {
    fn listens_to(&self, event: &Event) -> bool {
        let wanted = event.intent == 0 || self.intents & event.intent != 0;
        wanted && concerns(self.shard, event.server)
    }
}

/// Whether a shard looks after a server; direct conversations belong to the first one.
pub(super) fn concerns((shard, of): (u64, u64), server: Option<ServerId>) -> bool {
    server.map_or(0, |server| (server.0 >> 22) % of.max(1)) == shard
}

/// A message as it is shown to those who may not read along.
fn without_text(message: &Value) -> Value {
    let mut message = message.clone();
    for (key, empty) in
        [("content", json!("")), ("embeds", json!([])), ("attachments", json!([])), ("components", json!([]))]
    {
        message[key] = empty;
    }
    message
}
