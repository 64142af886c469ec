//! What all faces of the simulator share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::actor::Person;
use crate::change::{About, Change};
use crate::faults::{Fault, Faults, Loss, Often};
use crate::gateway::Hub;
use crate::http::Limiter;
use crate::inspect::Inspection;
use crate::ledger::Ledger;
use crate::options::Options;
use crate::world::{UserId, World};

/// The world and everything around it. The locks are taken in the order of the fields and never
/// held while something is awaited.
pub(crate) struct Core {
    world: Mutex<World>,
    pub(crate) people: Mutex<BTreeMap<UserId, Arc<Mutex<Person>>>>,
    pub(crate) hub: Hub,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Arc<Faults>,
    pub(crate) inspection: Inspection,
    pub(crate) limiter: Limiter,
    pub(crate) options: Options,
    epoch: watch::Sender<u64>,
    in_flight: AtomicUsize,
}

impl Core {
    pub(crate) fn new(world: World, options: Options) -> std::io::Result<Self> {
        let faults = Arc::new(Faults::default());
        Ok(Self {
            world: Mutex::new(world),
            people: Mutex::default(),
            hub: Hub::new(Arc::clone(&faults)),
            ledger: Ledger::open(options.ledger_file.as_deref())?,
            faults,
            inspection: Inspection::by(options.inspectors.clone()),
            limiter: Limiter::new(options.rate_limits),
            options,
            epoch: watch::Sender::new(0),
            in_flight: AtomicUsize::new(0),
        })
    }

    /// The world, at the clock's instant.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        let mut world = lock(&self.world);
        world.now = self.options.clock.now().max(world.now);
        world
    }

    /// Does something to the world and tells those who listen, before anything else can happen.
    pub(crate) fn change<T>(&self, act: impl FnOnce(&mut Change<'_>) -> T) -> T {
        let mut world = self.world();
        let mut change = Change::new(&mut world, &self.options);
        let result = act(&mut change);
        let events = change.events;
        self.hub.publish(&events);
        self.ledger.add_events(world.now, &events);
        self.epoch.send_modify(|epoch| *epoch += 1);
        result
    }

    /// Switches a fault on, or does at once what is to be done now.
    pub(crate) fn fault(&self, fault: Fault) {
        if fault.often == Often::Now {
            self.hub.strike(fault.kind);
        } else {
            self.faults.add(fault);
        }
    }

    /// What these ids are about that a fault would take away, and that is there.
    pub(crate) fn there(&self, ids: &[(&'static str, String)]) -> Vec<Loss> {
        let mut losses = self.faults.losses();
        if !losses.is_empty() {
            let world = self.world();
            let about = About::of(&world, ids);
            losses.retain(|loss| about.has(&world, *loss));
        }
        losses
    }

    pub(crate) fn epoch(&self) -> u64 {
        *self.epoch.borrow()
    }

    /// Tells of each change of the epoch.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.epoch.subscribe()
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::SeqCst)
    }

    /// Counts a request as long as the result lives.
    pub(crate) fn enter(&self) -> InFlight<'_> {
        self.in_flight.fetch_add(1, Ordering::SeqCst);
        InFlight(&self.in_flight)
    }
}

/// A request that is being served.
pub(crate) struct InFlight<'a>(&'a AtomicUsize);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A lock whose data stays usable after a panic elsewhere: it is plain data.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
