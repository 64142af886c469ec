//! The one door to the time of day, and the gauge of what is going on.
//!
//! Everything that asks what time it is takes a [`Clock`]. In production it is the system's; in
//! tests and in the demo it is *driven*: it stands still until somebody advances it, and whoever
//! sleeps on it is woken in order. To know when it may be advanced, the [`Activity`] gauge counts
//! what is under way. A guard is handed over together with a wake-up or a ring of a [`Bell`], so
//! there is no moment at which work exists and the gauge reads zero.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, oneshot};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Longest nap on the system's clock: it may be stepped meanwhile, and we notice within this time.
const LONGEST_NAP: Duration = Duration::from_secs(1);

/// Counts the pieces of work that are under way.
#[derive(Clone, Default)]
pub struct Activity {
    tracker: TaskTracker,
    begun: Arc<AtomicU64>,
}

/// A piece of work under way; it ends when this is dropped.
pub struct Guard(#[allow(dead_code, reason = "held, not read")] TaskTrackerToken);

impl Activity {
    /// Begins a piece of work.
    pub fn begin(&self) -> Guard {
        self.begun.fetch_add(1, Ordering::SeqCst);
        Guard(self.tracker.token())
    }

    /// How many pieces of work are under way.
    pub fn under_way(&self) -> usize {
        self.tracker.len()
    }

    /// How many pieces of work were ever begun: two equal readings mean that nothing happened between.
    pub fn begun(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
    }

    /// Waits until nothing is under way.
    pub async fn drained(&self) {
        self.tracker.close();
        self.tracker.wait().await;
        self.tracker.reopen();
    }
}

/// Tells a loop that there is work for it.
#[derive(Clone)]
pub struct Bell {
    activity: Activity,
    pending: Arc<Mutex<Option<Guard>>>,
    notify: Arc<Notify>,
}

impl Bell {
    /// A bell whose rings count as activity until they are heard.
    pub fn new(activity: Activity) -> Self {
        Self { activity, pending: Arc::default(), notify: Arc::default() }
    }

    /// Begins a piece of work on the gauge that the bell's rings count on.
    pub fn begin(&self) -> Guard {
        self.activity.begin()
    }

    /// Rings. Rings that nobody has heard yet are one.
    pub fn ring(&self) {
        let mut pending = lock(&self.pending);
        if pending.is_none() {
            *pending = Some(self.activity.begin());
        }
        drop(pending);
        self.notify.notify_one();
    }

    /// Waits for a ring. The guard is held while the work that it announced is done.
    pub async fn heard(&self) -> Guard {
        loop {
            if let Some(guard) = lock(&self.pending).take() {
                return guard;
            }
            self.notify.notified().await;
        }
    }
}

/// What time it is, and sleeping until a given time. Cheap to clone.
#[derive(Clone)]
pub struct Clock {
    activity: Activity,
    driven: Option<Arc<Mutex<Driven>>>,
}

struct Driven {
    now: DateTime<Utc>,
    order: u64,
    sleepers: BTreeMap<(DateTime<Utc>, u64), oneshot::Sender<Guard>>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self { activity: Activity::default(), driven: None }
    }

    /// A clock that stands at `start` until it is advanced.
    pub fn driven(start: DateTime<Utc>) -> Self {
        let driven = Driven { now: start, order: 0, sleepers: BTreeMap::new() };
        Self { activity: Activity::default(), driven: Some(Arc::new(Mutex::new(driven))) }
    }

    /// The present instant, in UTC.
    #[allow(clippy::disallowed_methods, reason = "this is the door")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.driven {
            Some(driven) => lock(driven).now,
            None => Utc::now(),
        }
    }

    /// The gauge of what is under way.
    pub fn activity(&self) -> &Activity {
        &self.activity
    }

    /// Sleeps until `at`; at once when that has passed. The sleep is registered when this is
    /// called, not when it is first awaited, so a driven clock can't be advanced past it.
    pub fn sleep_until(&self, at: DateTime<Utc>) -> impl Future<Output = Guard> + Send + use<> {
        let waiting = self.driven.as_ref().and_then(|driven| {
            let mut driven = lock(driven);
            if at <= driven.now {
                return None;
            }
            driven.order += 1;
            let (sender, receiver) = oneshot::channel();
            let order = driven.order;
            driven.sleepers.insert((at, order), sender);
            Some(receiver)
        });
        let clock = self.clone();
        async move {
            if let Some(waiting) = waiting
                && let Ok(guard) = waiting.await
            {
                return guard;
            }
            clock.nap_until(at).await;
            clock.activity.begin()
        }
    }

    /// Sleeps in short naps, since the system's clock may be stepped. A driven clock is there already.
    async fn nap_until(&self, at: DateTime<Utc>) {
        while self.driven.is_none() {
            let Ok(left) = (at - self.now()).to_std() else { return };
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(LONGEST_NAP)).await;
        }
    }

    /// When the next sleeper wakes. `None` on the system's clock or when nobody sleeps.
    pub fn next_wake(&self) -> Option<DateTime<Utc>> {
        let mut driven = lock(self.driven.as_ref()?);
        driven.sleepers.retain(|_, sleeper| !sleeper.is_closed());
        driven.sleepers.keys().next().map(|(at, _)| *at)
    }

    /// Moves a driven clock to `to` and wakes whoever slept until then, earliest first. It may be
    /// moved back, as a system's clock may be.
    pub fn advance_to(&self, to: DateTime<Utc>) {
        let Some(driven) = &self.driven else { return };
        let mut driven = lock(driven);
        driven.now = to;
        while let Some(entry) = driven.sleepers.first_entry() {
            if entry.key().0 > to {
                break;
            }
            // A sleeper that gave up is no work: its guard ends here.
            drop(entry.remove().send(self.activity.begin()));
        }
    }
}

/// A lock whose holder panicked is still a lock: the data are plain values.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("in range")
    }

    #[tokio::test]
    async fn sleepers_wake_in_order_and_count_as_activity() {
        let clock = Clock::driven(at(0));
        let late = clock.sleep_until(at(20));
        let soon = clock.sleep_until(at(10));
        assert_eq!(clock.next_wake(), Some(at(10)));
        clock.advance_to(at(10));
        assert_eq!(clock.activity().under_way(), 1, "the wake-up carries a guard");
        drop(soon.await);
        assert_eq!(clock.activity().under_way(), 0);
        clock.advance_to(at(30));
        drop(late.await);
        assert_eq!(clock.next_wake(), None);
    }

    #[tokio::test]
    async fn a_sleep_that_has_passed_ends_at_once() {
        drop(Clock::driven(at(5)).sleep_until(at(5)).await);
    }

    #[tokio::test]
    async fn a_ring_counts_until_it_is_heard() {
        let clock = Clock::driven(at(0));
        let bell = Bell::new(clock.activity().clone());
        bell.ring();
        bell.ring();
        assert_eq!(clock.activity().under_way(), 1);
        let guard = bell.heard().await;
        assert_eq!(clock.activity().under_way(), 1);
        drop(guard);
        assert_eq!(clock.activity().under_way(), 0);
    }
}
