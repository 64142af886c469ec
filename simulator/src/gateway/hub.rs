//! Who listens, and what they were told.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::Instant;

use crate::change::{Event, intent};
use crate::core::lock;
use crate::faults::{FaultKind, Faults};
use crate::world::ServerId;

/// How many events a session remembers for a resumption.
const MEMORY: usize = 10_000;
/// What asks a client to connect again.
const RECONNECT: &str = r#"{"op":7,"d":null}"#;

/// What a connection is told to do.
#[derive(Debug)]
pub(super) enum Order {
    /// Send this.
    Say(String),
    /// Say that the session isn't valid.
    Invalidate(bool),
    /// Close with this code.
    Close(u16),
    /// Send nothing more, and read on or not.
    Mute { reads: bool },
    /// Acknowledge no heartbeat from now on.
    NoAck,
    /// Do nothing for so long.
    Pause(Duration),
    /// Let an event that was held back go in a moment.
    ReleaseSoon,
}

/// An event that was written to a session.
#[derive(Debug)]
struct Written {
    seq: u64,
    text: String,
    /// How often it was sent and counted.
    sent: u64,
}

/// A connection and how it is told what to do.
type Line = (u64, UnboundedSender<Order>);

/// A session: it outlives its connection.
#[derive(Debug)]
struct Session {
    intents: u64,
    shard: (u64, u64),
    seq: u64,
    log: VecDeque<Written>,
    /// The connection that it has at present.
    line: Option<Line>,
    /// An event that comes after the next one.
    held: Option<(String, String)>,
    /// It was declared invalid, and is about to be forgotten.
    gone: bool,
}

/// All sessions.
pub(crate) struct Hub {
    sessions: Mutex<BTreeMap<String, Session>>,
    faults: Arc<Faults>,
    sent: AtomicU64,
    /// How many connections have ended.
    ended: AtomicU64,
    minted: AtomicU64,
    /// When shards of each kind last began a session.
    begun: Mutex<BTreeMap<u64, Instant>>,
}

/// A client that has shown who it is.
pub(super) struct Identity {
    pub(super) intents: u64,
    pub(super) shard: (u64, u64),
    pub(super) line: Line,
}

impl Hub {
    pub(crate) fn new(faults: Arc<Faults>) -> Self {
        Self {
            sessions: Mutex::default(),
            faults,
            sent: AtomicU64::new(0),
            ended: AtomicU64::new(0),
            minted: AtomicU64::new(0),
            begun: Mutex::default(),
        }
    }

    /// Dispatch events that were written to sessions, or are about to be.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }

    /// How many connections of sessions have ended.
    pub(crate) fn ended(&self) -> u64 {
        self.ended.load(Ordering::SeqCst)
    }

    /// The number of sessions with a connection.
    pub(crate) fn connected(&self) -> usize {
        lock(&self.sessions).values().filter(|session| session.line.is_some()).count()
    }

    /// A number that no other session or connection has.
    pub(super) fn mint(&self) -> u64 {
        self.minted.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Whether a shard of this kind may begin a session now, so long after the last; then it does.
    pub(super) fn may_begin(&self, kind: u64, spacing: Duration) -> bool {
        let mut begun = lock(&self.begun);
        let may = begun.get(&kind).is_none_or(|last| last.elapsed() >= spacing);
        if may {
            begun.insert(kind, Instant::now());
        }
        may
    }

    /// Starts a session with its first events.
    pub(super) fn start(&self, id: String, who: Identity, first: &[Event]) {
        let Identity { intents, shard, line } = who;
        let mut session =
            Session { intents, shard, seq: 0, log: VecDeque::new(), line: Some(line), held: None, gone: false };
        for event in first {
            self.dispatch(&mut session, event.name, &event.data.to_string());
        }
        if !session.gone {
            lock(&self.sessions).insert(id, session);
        }
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
            sessions.retain(|_, session| !session.gone);
        }
    }

    /// Tells one session something.
    pub(super) fn tell(&self, id: &str, name: &'static str, data: &Value) {
        let mut sessions = lock(&self.sessions);
        if let Some(session) = sessions.get_mut(id) {
            self.dispatch(session, name, &data.to_string());
        }
        sessions.retain(|_, session| !session.gone);
    }

    /// Sends an event, unless a fault befalls it.
    fn dispatch(&self, session: &mut Session, name: &str, data: &str) {
        let fault = session.line.as_ref().and_then(|_| self.faults.at_event(name));
        let held = session.held.take();
        match fault {
            Some(FaultKind::Lose) => session.seq += 1,
            Some(FaultKind::Reorder) => {
                session.held = Some((name.to_owned(), data.to_owned()));
                session.order(Order::ReleaseSoon);
            }
            Some(FaultKind::Repeat) => {
                self.write(session, name, data);
                self.send_again(session);
            }
            Some(kind) => {
                session.befall(kind);
                self.write(session, name, data);
            }
            None => self.write(session, name, data),
        }
        if let Some((name, data)) = held {
            self.write(session, &name, &data);
        }
    }

    fn write(&self, session: &mut Session, name: &str, data: &str) {
        session.seq += 1;
        let text = format!(r#"{{"op":0,"t":"{name}","s":{},"d":{data}}}"#, session.seq);
        session.log.push_back(Written { seq: session.seq, text, sent: 0 });
        self.send_again(session);
        if session.log.len() > MEMORY {
            session.log.pop_front();
        }
    }

    /// Sends the event that was written last.
    fn send_again(&self, session: &mut Session) {
        if let Some(last) = session.log.back_mut()
            && let Some((_, line)) = &session.line
            && line.send(Order::Say(last.text.clone())).is_ok()
        {
            last.sent += 1;
            self.sent.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Lets an event go that nothing followed.
    pub(super) fn release(&self, id: &str) {
        if let Some(session) = lock(&self.sessions).get_mut(id)
            && let Some((name, data)) = session.held.take()
        {
            self.write(session, &name, &data);
        }
    }

    /// Takes a session up again after `seq`; false if it is gone or has forgotten too much.
    pub(super) fn resume(&self, id: &str, seq: u64, line: Line) -> bool {
        let mut sessions = lock(&self.sessions);
        let Some(session) = sessions.get_mut(id) else {
            return false;
        };
        let oldest = session.log.front().map_or(session.seq + 1, |first| first.seq);
        if seq > session.seq || seq + 1 < oldest {
            return false;
        }
        for event in session.log.iter_mut().filter(|event| event.seq > seq) {
            // What was written but never read isn't counted twice.
            self.sent.fetch_sub(event.sent, Ordering::SeqCst);
            event.sent = u64::from(line.1.send(Order::Say(event.text.clone())).is_ok());
            self.sent.fetch_add(event.sent, Ordering::SeqCst);
        }
        session.line = Some(line);
        self.dispatch(session, "RESUMED", "{}");
        sessions.retain(|_, session| !session.gone);
        true
    }

    /// A connection has ended; its session waits, or is given up.
    pub(super) fn hang_up(&self, id: &str, connection: u64, for_good: bool) {
        self.ended.fetch_add(1, Ordering::SeqCst);
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

    /// Lets something befall every connection.
    pub(crate) fn strike(&self, kind: FaultKind) {
        let mut sessions = lock(&self.sessions);
        for session in sessions.values_mut() {
            session.befall(kind);
        }
        sessions.retain(|_, session| !session.gone);
    }
}

impl Session {
    /// Gives the connection an order; one that is gone needs none.
    fn order(&self, order: Order) {
        if let Some((_, line)) = &self.line {
            let _ = line.send(order);
        }
    }

    /// Something happens to the connection. Where the session loses it, events wait for a resumption.
    fn befall(&mut self, kind: FaultKind) {
        let last = match kind {
            FaultKind::Close(code) => {
                self.gone = ends_session(code);
                Order::Close(code)
            }
            FaultKind::Invalidate { resumable } => {
                self.gone = !resumable;
                Order::Invalidate(resumable)
            }
            FaultKind::HalfOpen => Order::Mute { reads: false },
            FaultKind::Silent => Order::Mute { reads: true },
            FaultKind::NoAck => return self.order(Order::NoAck),
            FaultKind::Reconnect => return self.order(Order::Say(RECONNECT.to_owned())),
            FaultKind::Delay(time) => return self.order(Order::Pause(time)),
            // The others are about requests, or about one event.
            _ => return,
        };
        self.order(last);
        self.line = None;
    }

    fn listens_to(&self, event: &Event) -> bool {
        let wanted = event.intent == 0 || self.intents & event.intent != 0;
        wanted && concerns(self.shard, event.server)
    }
}

/// Whether a session can't be resumed after the connection was closed with this code.
fn ends_session(code: u16) -> bool {
    matches!(code, 4003 | 4004 | 4007 | 4009..=4014)
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
