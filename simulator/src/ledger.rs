//! The ledger: all that was asked of this Discord, in order.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::change::Event;
use crate::core::lock;
use crate::rules::refusal;
use crate::world::MessageId;

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The bot, over HTTP.
    Bot,
    /// A member, by name.
    Member(String),
    /// The test itself.
    Test,
    /// Discord: an event of the gateway.
    Discord,
}

/// One line of the ledger.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The place in the order, from 1.
    pub seq: u64,
    /// The instant, by the simulator's clock.
    pub at: DateTime<Utc>,
    /// Who did it.
    pub origin: Origin,
    /// The HTTP method; `ACT` for members, `EVENT` for events.
    pub method: String,
    /// The route with names in place of ids; what was done, for members; the name of an event.
    pub route: String,
    /// The ids in the route.
    pub ids: BTreeMap<String, String>,
    /// The JSON that was sent. Of an event it is all of it; a session without the intent gets no texts.
    pub body: Value,
    /// The HTTP status; 0 for members and events.
    pub status: u16,
    /// Whether it was accepted.
    pub accepted: bool,
    /// Discord's answer, when it wasn't: its words, its code, and the tree of what is wrong with a form.
    pub refusal: Option<Value>,
    /// The message that resulted.
    pub message_id: Option<MessageId>,
    /// Whether an enforced nonce returned a message that was there already.
    pub repeat: bool,
}

impl Entry {
    /// Discord's error code, when it wasn't accepted.
    pub fn code(&self) -> Option<u32> {
        self.refusal.as_ref().map(refusal::code)
    }

    /// Whether it was refused for what it says, whatever the circumstances.
    pub fn is_malformed(&self) -> bool {
        self.refusal.as_ref().is_some_and(|refusal| refusal::is_malformed(self.status, refusal))
    }

    /// Why it was refused, each thing with the place of it; empty if it wasn't.
    pub fn reasons(&self) -> Vec<String> {
        self.refusal.as_ref().map(refusal::reasons).unwrap_or_default()
    }
}

#[derive(Default)]
struct Book {
    entries: Vec<Entry>,
    with_all: bool,
    file: Option<File>,
}

/// Keeps the entries, and writes them to a file if there is one.
pub(crate) struct Ledger(Mutex<Book>);

impl Ledger {
    pub(crate) fn open(path: Option<&Path>) -> std::io::Result<Self> {
        let file = path.map(|path| OpenOptions::new().create(true).append(true).open(path)).transpose()?;
        Ok(Self(Mutex::new(Book { file, ..Book::default() })))
    }

    /// Adds an entry; its `seq` is set here.
    pub(crate) fn add(&self, mut entry: Entry) {
        let mut book = lock(&self.0);
        entry.seq = book.entries.len() as u64 + 1;
        if let Some(file) = &mut book.file
            && let Err(error) = write_line(file, &entry)
        {
            tracing::error!(%error, "the ledger can't be written");
        }
        book.entries.push(entry);
    }

    /// Writes down what changes nothing, too, from now on.
    pub(crate) fn with_all(&self) {
        lock(&self.0).with_all = true;
    }

    /// Whether what changes nothing is written down.
    pub(crate) fn has_all(&self) -> bool {
        lock(&self.0).with_all
    }

    /// Adds events, where they are written down.
    pub(crate) fn add_events(&self, at: DateTime<Utc>, events: &[Event]) {
        if !self.has_all() {
            return;
        }
        for event in events {
            self.add(Entry {
                seq: 0,
                at,
                origin: Origin::Discord,
                method: "EVENT".to_owned(),
                route: event.name.to_owned(),
                ids: BTreeMap::new(),
                body: event.data.clone(),
                status: 0,
                accepted: true,
                refusal: None,
                message_id: None,
                repeat: false,
            });
        }
    }

    pub(crate) fn entries(&self) -> Vec<Entry> {
        lock(&self.0).entries.clone()
    }

    /// The next entries after one.
    pub(crate) fn after(&self, seq: u64, most: usize) -> Vec<Entry> {
        let from = usize::try_from(seq).unwrap_or(usize::MAX);
        lock(&self.0).entries.iter().skip(from).take(most).cloned().collect()
    }

    /// The last entries.
    pub(crate) fn last(&self, most: usize) -> Vec<Entry> {
        let book = lock(&self.0);
        book.entries[book.entries.len().saturating_sub(most)..].to_vec()
    }

    pub(crate) fn count_status(&self, status: u16) -> usize {
        lock(&self.0).entries.iter().filter(|entry| entry.status == status).count()
    }
}

/// One write a line, so that a line is never torn by the death of a process.
fn write_line(file: &mut File, entry: &Entry) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    file.write_all(&line)?;
    file.flush()
}
