//! Whether the gateway still lives.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serenity::gateway::ShardManager;
use tokio::time::{Instant, sleep, timeout};

/// After so long without a sign of life, a connection is given up: one and a half of Discord's
/// heartbeats. serenity doesn't show the interval that it was told.
pub const SILENCE: Duration = Duration::from_mins(1);
/// How often it is looked for a sign of life.
const LOOK: Duration = Duration::from_secs(5);

/// The signs of life of one client.
pub(super) struct Watch {
    last: Mutex<Instant>,
    ready: AtomicBool,
    ended: AtomicBool,
}

impl Watch {
    pub(super) fn new() -> Self {
        Self { last: Mutex::new(Instant::now()), ready: AtomicBool::new(false), ended: AtomicBool::new(false) }
    }

    /// There was a sign of life.
    pub(super) fn beat(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Discord let the bot in.
    pub(super) fn ready(&self) {
        self.ready.store(true, Ordering::SeqCst);
    }

    /// Whether Discord ever let it in.
    pub(super) fn was_ready(&self) -> bool {
        self.ready.load(Ordering::SeqCst)
    }

    /// The client was put away. Should it hang and come back, its events are another client's, too.
    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
    }

    /// Whether the client was put away.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }

    /// Returns once there has been no sign of life for too long.
    pub(super) async fn silence(&self, manager: &ShardManager, silence: Duration) {
        let mut known = Vec::new();
        while self.quiet_for() < silence {
            sleep(LOOK.min(silence / 8)).await;
            let seen = latencies(manager).await;
            // Every acknowledged heartbeat is measured anew, and that is all that serenity shows of it.
            if seen != known && seen.iter().any(Option::is_some) {
                self.beat();
            }
            known = seen;
        }
    }

    fn quiet_for(&self) -> Duration {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }
}

async fn latencies(manager: &ShardManager) -> Vec<Option<Duration>> {
    let Ok(runners) = timeout(LOOK, manager.runners.lock()).await else { return Vec::new() };
    let mut shards: Vec<_> = runners.iter().map(|(id, runner)| (id.0, runner.latency)).collect();
    shards.sort_unstable();
    shards.into_iter().map(|(_, latency)| latency).collect()
}
