//! Below everything that is sent: Discord's rate limits.
//!
//! Each route waits in its own bucket, first come, first served, so a slow bucket holds up nobody
//! else; then all of them pass the [`Gate`] of the global limit. What answers an interaction is
//! under neither: it doesn't count towards the global limit, and its token is a bucket of its own.
//!
//! This is our own rather than twilight-http-ratelimiting, which lets one request of a bucket at a
//! time be under way, counts its global limit in fixed seconds (so that 100 may fall within one
//! second of Discord's), has no notion of a global 429, and panics once its task is gone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::bucket::{Admission, Limits, State};
use super::gate::{Gate, Slot};
use super::route::Route;

/// Buckets that are remembered before the idle ones are forgotten.
const REMEMBERED: usize = 4_096;
/// Discord blocks an address after 10,000 answers of 401, 403 or 429 within 10 minutes. Half of it
/// in a fixed window can't become more than that in a sliding one.
const MOST_INVALID: u32 = 5_000;
const INVALID_WINDOW: Duration = Duration::from_mins(10);

/// Decides when a request may go.
pub(super) struct Limiter {
    gate: Gate,
    /// Longest wait that a header may ask for.
    longest_wait: Duration,
    buckets: Mutex<Buckets>,
    invalid: Mutex<Invalid>,
    token_refused: CancellationToken,
}

#[derive(Default)]
struct Buckets {
    of_route: HashMap<String, Arc<Bucket>>,
    of_name: HashMap<(String, String), Arc<Bucket>>,
}

#[derive(Default)]
struct Bucket {
    /// Held by the next one to go: tokio's mutex is fair.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    answered: Notify,
}

struct Invalid {
    since: Instant,
    count: u32,
}

/// Leave to send one request. Dropped without an answer, it gives back what it took.
pub(super) struct Permit {
    bucket: Option<Arc<Bucket>>,
    #[allow(dead_code, reason = "held, not read")]
    slot: Option<Slot>,
}

/// How far a 429 reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// Every request of the bot.
    Global,
    /// The bot's requests of this bucket.
    Bucket,
    /// A resource that others share, too: no fault of the bot.
    Shared,
}

impl Limiter {
    /// Limits to so many requests in any second, and to what the answers' headers say, as far as
    /// they ask to wait no longer than that.
    pub(super) fn new(a_second: usize, longest_wait: Duration) -> Self {
        Self {
            gate: Gate::new(a_second),
            longest_wait,
            buckets: Mutex::default(),
            invalid: Mutex::new(Invalid { since: Instant::now(), count: 0 }),
            token_refused: CancellationToken::new(),
        }
    }

    /// Waits until a request may go. `None`: nothing may go any more.
    pub(super) async fn permit(&self, route: &Route) -> Option<Permit> {
        if self.is_stopped() {
            return None;
        }
        if route.is_interaction() {
            return Some(Permit { bucket: None, slot: None });
        }
        // The permit exists before the gate, so that whoever gives up there gives the bucket back.
        let mut permit = Permit { bucket: Some(self.turn(&route.key()).await), slot: None };
        permit.slot = Some(self.gate.enter().await);
        if self.is_stopped() { None } else { Some(permit) }
    }

    async fn turn(&self, key: &str) -> Arc<Bucket> {
        loop {
            let bucket = self.buckets().of(key);
            let _turn = bucket.turn.lock().await;
            bucket.admits().await;
            // Meanwhile Discord may have named the bucket that this route really belongs to.
            let current = self.buckets().of(key);
            if Arc::ptr_eq(&bucket, &current) {
                lock(&bucket.state).sent();
                return current;
            }
        }
    }

    /// Learns from the headers of an answer.
    pub(super) fn answered(&self, route: &Route, mut permit: Permit, headers: &HeaderMap) {
        let Some(bucket) = permit.bucket.take() else { return };
        let limits = Limits::read(headers, self.longest_wait);
        let now = Instant::now();
        let current = match &limits.bucket {
            Some(name) => self.buckets().named(&route.key(), name, &route.major),
            None => bucket.clone(),
        };
        if !Arc::ptr_eq(&bucket, &current) {
            bucket.finish(None, now);
            lock(&current.state).sent();
        }
        current.finish(Some(&limits), now);
    }

    /// Obeys a 429.
    pub(super) fn refused(&self, route: &Route, scope: Scope, wait: Duration) {
        let until = Instant::now() + wait;
        match scope {
            _ if route.is_interaction() => {}
            Scope::Global => self.gate.stop_until(until),
            Scope::Bucket | Scope::Shared => lock(&self.buckets().of(&route.key()).state).exhausted(until),
        }
    }

    /// Counts an answer that Discord takes for misuse.
    pub(super) fn count_invalid(&self) {
        let mut invalid = lock(&self.invalid);
        if invalid.since.elapsed() >= INVALID_WINDOW {
            *invalid = Invalid { since: Instant::now(), count: 0 };
        }
        invalid.count += 1;
        if invalid.count == MOST_INVALID {
            tracing::error!("too many requests were refused: nothing is sent until Discord has forgotten them");
        }
    }

    /// The token is no good: every further request would only bring the block nearer.
    pub(super) fn token_was_refused(&self) {
        if !self.token_refused.is_cancelled() {
            tracing::error!("Discord refused the token: nothing more is sent");
            self.token_refused.cancel();
        }
    }

    /// Returns once the token was refused.
    pub(super) async fn token_refusal(&self) {
        self.token_refused.cancelled().await;
    }

    fn is_stopped(&self) -> bool {
        let invalid = lock(&self.invalid);
        self.token_refused.is_cancelled() || invalid.count >= MOST_INVALID && invalid.since.elapsed() < INVALID_WINDOW
    }

    fn buckets(&self) -> MutexGuard<'_, Buckets> {
        lock(&self.buckets)
    }
}

impl Buckets {
    /// The bucket that a route waits in.
    fn of(&mut self, key: &str) -> Arc<Bucket> {
        if let Some(bucket) = self.of_route.get(key) {
            return bucket.clone();
        }
        if self.of_route.len() >= REMEMBERED {
            self.forget();
        }
        self.of_route.entry(key.to_owned()).or_default().clone()
    }

    /// The bucket that Discord named for a route, from now on the route's own.
    fn named(&mut self, key: &str, name: &str, major: &str) -> Arc<Bucket> {
        let bucket = self.of_name.entry((name.to_owned(), major.to_owned())).or_default().clone();
        self.of_route.insert(key.to_owned(), bucket.clone());
        bucket
    }

    fn forget(&mut self) {
        let now = Instant::now();
        self.of_route.retain(|_, bucket| !lock(&bucket.state).is_idle(now));
        self.of_name.retain(|_, bucket| !lock(&bucket.state).is_idle(now));
    }
}

impl Bucket {
    async fn admits(&self) {
        loop {
            let admission = lock(&self.state).admission(Instant::now());
            match admission {
                Admission::Now => return,
                Admission::AfterAnswer => self.answered.notified().await,
                Admission::At(until) => {
                    tokio::select! {
                        () = sleep_until(until) => {}
                        () = self.answered.notified() => {}
                    }
                }
            }
        }
    }

    fn finish(&self, limits: Option<&Limits>, now: Instant) {
        lock(&self.state).answered(limits, now);
        self.answered.notify_one();
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(bucket) = self.bucket.take() {
            bucket.finish(None, Instant::now());
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use reqwest::Method;

    use super::super::bucket::LONGEST_WAIT;
    use super::*;

    fn route(channel: &str) -> Route {
        Route::new(Method::POST, "/channels/{channel}/messages", &[channel])
    }

    fn headers(bucket: &str, remaining: &str, reset_after: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-ratelimit-bucket", bucket),
            ("x-ratelimit-limit", "5"),
            ("x-ratelimit-remaining", remaining),
            ("x-ratelimit-reset-after", reset_after),
        ] {
            headers.insert(name, value.parse().expect("a header"));
        }
        headers
    }

    async fn may_go(limiter: &Limiter, route: &Route) -> bool {
        tokio::time::timeout(Duration::from_millis(20), limiter.permit(route)).await.is_ok()
    }

    #[tokio::test]
    async fn an_empty_bucket_waits_and_holds_up_nobody_else() {
        let limiter = Limiter::new(crate::discord::REQUESTS_A_SECOND, LONGEST_WAIT);
        let permit = limiter.permit(&route("1")).await.expect("leave");
        limiter.answered(&route("1"), permit, &headers("b", "0", "0.2"));
        assert!(!may_go(&limiter, &route("1")).await);
        assert!(may_go(&limiter, &route("2")).await, "the same bucket of another channel");
        drop(limiter.permit(&route("1")).await.expect("leave after the reset"));
    }

    #[tokio::test]
    async fn routes_that_share_a_bucket_share_its_count() {
        let limiter = Limiter::new(crate::discord::REQUESTS_A_SECOND, LONGEST_WAIT);
        let pin = Route::new(Method::PUT, "/channels/{channel}/messages/pins/{message}", &["1", "2"]);
        for route in [&route("1"), &pin] {
            let permit = limiter.permit(route).await.expect("leave");
            limiter.answered(route, permit, &headers("b", "3", "60"));
        }
        let permit = limiter.permit(&route("1")).await.expect("leave");
        limiter.answered(&route("1"), permit, &headers("b", "0", "60"));
        assert!(!may_go(&limiter, &pin).await);
    }

    #[tokio::test]
    async fn whoever_waits_moves_on_to_the_bucket_that_discord_names() {
        let limiter = Arc::new(Limiter::new(crate::discord::REQUESTS_A_SECOND, LONGEST_WAIT));
        let permit = limiter.permit(&route("1")).await.expect("leave");
        let other = limiter.clone();
        let waiting = tokio::spawn(async move { other.permit(&route("1")).await.is_some() });
        tokio::task::yield_now().await;
        limiter.answered(&route("1"), permit, &headers("b", "1", "60"));
        assert!(waiting.await.expect("no panic"));
    }

    #[tokio::test]
    async fn a_global_refusal_stops_all_but_interactions() {
        let limiter = Limiter::new(crate::discord::REQUESTS_A_SECOND, LONGEST_WAIT);
        limiter.refused(&route("1"), Scope::Global, Duration::from_mins(1));
        assert!(!may_go(&limiter, &route("2")).await);
        let callback = Route::new(Method::POST, "/interactions/{id}/{token}/callback", &["1", "t"]);
        assert!(may_go(&limiter, &callback).await);
    }

    #[tokio::test]
    async fn a_shared_refusal_stops_its_route_alone() {
        let limiter = Limiter::new(crate::discord::REQUESTS_A_SECOND, LONGEST_WAIT);
        limiter.refused(&route("1"), Scope::Shared, Duration::from_mins(1));
        assert!(!may_go(&limiter, &route("1")).await);
        assert!(may_go(&limiter, &route("2")).await);
    }

    #[tokio::test]
    async fn a_refused_token_ends_everything() {
        let limiter = Limiter::new(crate::discord::REQUESTS_A_SECOND, LONGEST_WAIT);
        limiter.token_was_refused();
        assert!(limiter.permit(&route("1")).await.is_none());
    }

    #[tokio::test]
    async fn too_many_refusals_stop_sending_before_discord_does() {
        let limiter = Limiter::new(crate::discord::REQUESTS_A_SECOND, LONGEST_WAIT);
        for _ in 0..MOST_INVALID {
            limiter.count_invalid();
        }
        assert!(limiter.permit(&route("1")).await.is_none());
    }
}
