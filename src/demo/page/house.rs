//! What the page needs beside the stage: who is open at which device, what was read, and who was whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use simulator::{Actor, ChannelId, MessageId, UserId};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::demo::cast::Cast;
use crate::demo::people::Company;
use crate::demo::{Stage, Theatre};
use crate::features::setup;
use crate::partnership::PartnershipId;

use super::Sorry;
use super::director::{Director, Guests, Office};
use super::tour::Visit;

/// Most panes that are remembered; a browser makes a new one for each window.
const MOST_DEVICES: usize = 2_000;

/// Everything behind the page.
pub(super) struct House {
    pub(super) stage: Arc<Stage>,
    pub(super) cast: Arc<Cast>,
    pub(super) ids: BTreeMap<String, UserId>,
    pub(super) fresh: bool,
    pub(super) office: Office,
    pub(super) stop: CancellationToken,
    pub(super) visit: Mutex<Visit>,
    guests: Guests,
    devices: Mutex<BTreeMap<(String, UserId), Actor>>,
    noted: Mutex<Noted>,
    marks: watch::Sender<u64>,
    opened_at: DateTime<Utc>,
}

/// What people have read, and put away.
#[derive(Default)]
struct Noted {
    read: BTreeMap<(UserId, ChannelId), MessageId>,
    dismissed: BTreeSet<MessageId>,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl House {
    /// Opens it; the folder with the database is to be kept until the bot has ended.
    pub(super) fn open(
        theatre: Theatre,
        fresh: bool,
        stop: &CancellationToken,
    ) -> (Arc<Self>, JoinHandle<Company>, TempDir) {
        let Theatre { cast, stage, company, ids, folder } = theatre;
        stage.goes_on();
        let guests = Guests::default();
        let (director, office) = Director::new(&stage, company, &guests, fresh, stop.clone());
        let directing = tokio::spawn(director.direct());
        let opened_at = stage.now();
        let house = Self {
            stage,
            cast,
            ids,
            fresh,
            office,
            stop: stop.clone(),
            visit: Mutex::default(),
            guests,
            devices: Mutex::default(),
            noted: Mutex::default(),
            marks: watch::Sender::new(0),
            opened_at,
        };
        (Arc::new(house), directing, folder)
    }

    /// The partnership that the server is, or will be.
    pub(super) fn partnership(&self) -> Option<PartnershipId> {
        let server = self.stage.sim.read(|world| world.servers.keys().next().map(|server| server.0))?;
        i64::try_from(server).ok().map(PartnershipId)
    }

    /// Whether somebody is to begin, with `/setup`.
    pub(super) async fn begins_with(&self, me: UserId) -> bool {
        if !self.fresh || self.ids.get(&self.cast.admin) != Some(&me) {
            return false;
        }
        let Some(partnership) = self.partnership() else { return false };
        let Ok(mut db) = self.stage.app.store.read().await else { return false };
        matches!(setup::store::get(&mut db, partnership).await, Ok(None))
    }

    /// Who somebody is, by the id that the page says.
    pub(super) fn person(&self, id: UserId) -> Result<Actor, Sorry> {
        let there = self.ids.values().any(|known| *known == id);
        let gone = || Sorry::new("There is nobody here by that name any more. Choose who you are again.");
        if there { Ok(self.stage.sim.person(id)) } else { Err(gone()) }
    }

    /// Somebody at one pane: a form that is open there is open nowhere else.
    pub(super) fn device(&self, pane: &str, id: UserId) -> Result<Actor, Sorry> {
        let person = self.person(id)?;
        let mut devices = lock(&self.devices);
        let key = (pane.chars().take(64).collect(), id);
        if devices.len() >= MOST_DEVICES && !devices.contains_key(&key) {
            devices.pop_first();
        }
        Ok(devices.entry(key).or_insert_with(|| person.at_another_device()).clone())
    }

    /// Somebody at the page is this person: the program doesn't act for them any more.
    pub(super) fn becomes(&self, id: UserId) {
        lock(&self.guests).insert(id);
    }

    /// A person has read a channel up to a message.
    pub(super) fn reads(&self, id: UserId, channel: ChannelId, message: MessageId) {
        let mut noted = lock(&self.noted);
        let known = noted.read.entry((id, channel)).or_insert(MessageId(0));
        if *known < message {
            *known = message;
            drop(noted);
            self.mark();
        }
    }

    /// Up to where somebody has read a channel. Before the page was opened they had read what was a day old.
    pub(super) fn read_until(&self, id: UserId, channel: ChannelId) -> MessageId {
        let known = lock(&self.noted).read.get(&(id, channel)).copied();
        known.unwrap_or_else(|| {
            let since = (self.opened_at - TimeDelta::days(1)).timestamp_millis() - simulator::world::EPOCH_MS;
            MessageId(u64::try_from(since).unwrap_or(0) << 22)
        })
    }

    /// A message that only one person sees is put away.
    pub(super) fn dismiss(&self, message: MessageId) {
        lock(&self.noted).dismissed.insert(message);
        self.mark();
    }

    /// Whether a message was put away.
    pub(super) fn is_dismissed(&self, message: MessageId) -> bool {
        lock(&self.noted).dismissed.contains(&message)
    }

    /// Something has changed that isn't the world's.
    pub(super) fn mark(&self) {
        self.marks.send_modify(|marks| *marks += 1);
    }

    /// Tells of such changes.
    pub(super) fn marks(&self) -> watch::Receiver<u64> {
        self.marks.subscribe()
    }

    /// A number that grows with every change of anything.
    pub(super) fn epoch(&self) -> u64 {
        self.stage.sim.epoch() + *self.marks.borrow()
    }
}
