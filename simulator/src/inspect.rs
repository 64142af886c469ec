//! Inspectors: they look over all that goes between clients and the simulator.

use std::fmt;
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::core::lock;

/// Looks over all that goes between clients and the simulator, and says what is wrong with it.
///
/// What a fault made up isn't shown.
pub trait Inspector: fmt::Debug + Send + Sync {
    /// A request with its answer, before the client has it.
    fn exchange(&self, exchange: &Exchange) -> Vec<Violation> {
        let _ = exchange;
        Vec::new()
    }

    /// A payload of the gateway, before it is sent.
    fn payload(&self, payload: &Value) -> Vec<Violation> {
        let _ = payload;
        Vec::new()
    }
}

/// A request with its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The HTTP method.
    pub method: String,
    /// The path below `/api/v10`.
    pub path: String,
    /// What follows the question mark.
    pub query: Vec<(String, String)>,
    /// The JSON that was sent, of a form with files its `payload_json`.
    pub body: Option<Value>,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The JSON of the answer; a string if it isn't JSON.
    pub answer: Option<Value>,
}

/// Whose mistake it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The client's: what it asked for.
    Client,
    /// The simulator's: what it answered or told.
    Simulator,
}

/// Something that isn't as Discord has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Whose mistake it is.
    pub side: Side,
    /// The operation or the event.
    pub subject: String,
    /// Where in the JSON, as a JSON pointer; empty for all of it.
    pub pointer: String,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.side {
            Side::Client => "client",
            Side::Simulator => "simulator",
        };
        write!(f, "{side}: {} at \"{}\": {}", self.subject, self.pointer, self.reason)
    }
}

/// The inspectors and what they found.
#[derive(Default)]
pub(crate) struct Inspection {
    inspectors: Vec<Arc<dyn Inspector>>,
    found: Mutex<Vec<Violation>>,
}

impl Inspection {
    pub(crate) fn by(inspectors: Vec<Arc<dyn Inspector>>) -> Self {
        Self { inspectors, found: Mutex::default() }
    }

    /// Whether nobody looks.
    pub(crate) fn is_off(&self) -> bool {
        self.inspectors.is_empty()
    }

    pub(crate) fn exchange(&self, exchange: &Exchange) {
        self.note(|inspector| inspector.exchange(exchange));
    }

    /// Shows a payload that is about to be sent.
    pub(crate) fn payload(&self, text: &str) {
        if !self.is_off() {
            let payload = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
            self.note(|inspector| inspector.payload(&payload));
        }
    }

    /// What was found since it was last asked.
    pub(crate) fn take(&self) -> Vec<Violation> {
        std::mem::take(&mut lock(&self.found))
    }

    fn note(&self, look: impl Fn(&dyn Inspector) -> Vec<Violation>) {
        let found: Vec<_> = self.inspectors.iter().flat_map(|inspector| look(inspector.as_ref())).collect();
        lock(&self.found).extend(found);
    }
}
