//! The bot's global limit: never more than 50 requests in any second, as Discord counts them.
//!
//! There are 50 slots. A slot that sent a request is free again a second after its answer came, and
//! no earlier than 1.03 s after it was sent. Discord saw the request between those two instants, so
//! no slot shows up twice in a second, however long requests were on their way. Where answers come
//! within 30 ms, that is 48.5 requests a second.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// Discord's global limit for a bot.
pub const SLOTS: usize = 50;
/// How long after sending a slot stays taken. The margin covers the path to Discord.
const AFTER_SENDING: Duration = Duration::from_millis(1_030);
/// How long after the answer a slot stays taken.
const AFTER_ANSWER: Duration = Duration::from_secs(1);

/// Lets through what may be sent. Cheap to clone.
#[derive(Clone)]
pub(super) struct Gate(Arc<Inner>);

struct Inner {
    slots: Arc<Semaphore>,
    times: Mutex<Times>,
}

struct Times {
    /// When the slots that nobody holds become free.
    free: BinaryHeap<Reverse<Instant>>,
    /// Discord said that nothing may be sent before this.
    stopped_until: Instant,
}

/// A slot in use. Dropping it says that the answer came, or never will.
pub(super) struct Slot {
    gate: Arc<Inner>,
    free_at: Instant,
    sent: Option<Instant>,
    _turn: Option<OwnedSemaphorePermit>,
}

impl Gate {
    pub(super) fn new(slots: usize) -> Self {
        let now = Instant::now();
        let free = std::iter::repeat_n(Reverse(now), slots).collect();
        let times = Mutex::new(Times { free, stopped_until: now });
        Self(Arc::new(Inner { slots: Arc::new(Semaphore::new(slots)), times }))
    }

    /// Waits for a slot, first come, first served.
    pub(super) async fn enter(&self) -> Slot {
        let mut slot = self.0.take().await;
        loop {
            let until = slot.free_at.max(self.0.times().stopped_until);
            let now = Instant::now();
            if until <= now {
                slot.sent = Some(now);
                return slot;
            }
            sleep_until(until).await;
        }
    }

    /// Nothing more is sent until then.
    pub(super) fn stop_until(&self, until: Instant) {
        let mut times = self.0.times();
        times.stopped_until = times.stopped_until.max(until);
    }
}

impl Inner {
    async fn take(self: &Arc<Self>) -> Slot {
        // The semaphore is never closed; if it were, the slots' own times would still hold.
        let turn = self.slots.clone().acquire_owned().await.ok();
        let free_at = self.times().free.pop().map_or_else(Instant::now, |Reverse(at)| at);
        Slot { gate: self.clone(), free_at, sent: None, _turn: turn }
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // Whoever gave up waiting leaves the slot as it was.
        let free_at = self.sent.map_or(self.free_at, |sent| (sent + AFTER_SENDING).max(Instant::now() + AFTER_ANSWER));
        self.gate.times().free.push(Reverse(free_at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn no_second_holds_more_than_fifty() {
        let gate = Gate::new(SLOTS);
        let mut sent = Vec::new();
        let begun = Instant::now();
        for _ in 0..120 {
            let slot = gate.enter().await;
            sent.push(Instant::now());
            drop(slot);
        }
        for pair in sent.windows(SLOTS + 1) {
            assert!(pair[SLOTS] - pair[0] > Duration::from_secs(1));
        }
        // Two pauses: 120 requests take 2.06 s, and not a pause each, however busy the machine is.
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn slow_answers_keep_their_slots() {
        let gate = Gate::new(SLOTS);
        let mut held = Vec::new();
        for _ in 0..SLOTS {
            held.push(gate.enter().await);
        }
        let next = tokio::time::timeout(Duration::from_millis(1_200), gate.enter()).await;
        assert!(next.is_err(), "nobody knows yet when Discord counted the others");
        // Whatever else the machine does meanwhile, no answer came before this.
        let answered = Instant::now();
        held.clear();
        drop(gate.enter().await);
        assert!(answered.elapsed() >= AFTER_ANSWER);
    }

    #[tokio::test]
    async fn a_stop_holds_for_all() {
        let gate = Gate::new(SLOTS);
        let until = Instant::now() + Duration::from_millis(50);
        gate.stop_until(until);
        drop(gate.enter().await);
        assert!(Instant::now() >= until);
    }
}
