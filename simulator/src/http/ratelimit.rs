//! Rate limits: a bucket for each route and place, and one for all.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, Response};
use tokio::time::Instant;

use super::routes::Route;
use crate::clock::unix_seconds;
use crate::core::lock;
use crate::options::RateLimits;

const GLOBAL: Budget = Budget { limit: 50, window: Duration::from_secs(1) };
const WIDE: Budget = Budget { limit: 1_000_000, window: Duration::from_secs(1) };

/// How many requests go through in which time.
#[derive(Clone, Copy, Debug)]
struct Budget {
    limit: u32,
    window: Duration,
}

/// A window that has begun.
#[derive(Clone, Copy, Debug)]
struct Window {
    used: u32,
    ends: Instant,
}

/// Counts requests.
pub(crate) struct Limiter {
    kind: RateLimits,
    windows: Mutex<HashMap<String, Window>>,
}

/// What is said about a request's limits.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It goes through.
    Granted { bucket: String, limit: u32, remaining: u32, reset: Duration },
    /// It goes through, and doesn't count.
    Exempt,
    /// It comes too soon.
    Exceeded { bucket: String, limit: u32, reset: Duration, global: bool },
}

impl Limiter {
    pub(crate) fn new(kind: RateLimits) -> Self {
        Self { kind, windows: Mutex::default() }
    }

    /// Counts a request.
    pub(super) fn ask(&self, route: &Route, ids: &[(&'static str, String)]) -> Verdict {
        let bucket = bucket_of(route);
        if self.kind == RateLimits::Wide {
            return Verdict::Granted { bucket, limit: WIDE.limit, remaining: WIDE.limit - 1, reset: WIDE.window };
        }
        if route.open {
            return Verdict::Exempt;
        }
        let mut windows = lock(&self.windows);
        let (all, wait) = count(&mut windows, "global".to_owned(), GLOBAL);
        if all.is_none() {
            return Verdict::Exceeded { bucket, limit: GLOBAL.limit, reset: wait, global: true };
        }
        let budget = budget_of(route);
        // Buckets are kept apart by the first id of the path: the channel, the server or the application.
        let place = ids.first().map_or("", |(_, id)| id.as_str());
        let (left, reset) = count(&mut windows, format!("{bucket}:{place}"), budget);
        match left {
            Some(remaining) => Verdict::Granted { bucket, limit: budget.limit, remaining, reset },
            None => Verdict::Exceeded { bucket, limit: budget.limit, reset, global: false },
        }
    }
}

fn count(windows: &mut HashMap<String, Window>, key: String, budget: Budget) -> (Option<u32>, Duration) {
    let now = Instant::now();
    let fresh = Window { used: 0, ends: now + budget.window };
    let window = windows.entry(key).or_insert(fresh);
    if window.ends <= now {
        *window = fresh;
    }
    let reset = window.ends - now;
    if window.used >= budget.limit {
        return (None, reset);
    }
    window.used += 1;
    (Some(budget.limit - window.used), reset)
}

pub(super) fn bucket_of(route: &Route) -> String {
    let letters = route.method.bytes().chain(route.path.bytes());
    let hash =
        letters.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

/// Budgets as they have been seen on the real Discord.
fn budget_of(route: &Route) -> Budget {
    let seconds = |limit, seconds| Budget { limit, window: Duration::from_secs(seconds) };
    match (route.method, route.path) {
        ("PUT", path) if path.contains("/reactions/") => Budget { limit: 1, window: Duration::from_millis(250) },
        ("POST" | "PATCH", path) if path.starts_with("/channels/{channel}/messages") => seconds(5, 5),
        ("DELETE", path) if path.starts_with("/channels/{channel}/messages") => seconds(5, 1),
        ("PATCH", "/channels/{channel}") => seconds(2, 600),
        ("POST", path) if path.ends_with("/threads") => seconds(50, 300),
        // Nobody says how many conversations may be opened, so nothing but the limit for all holds.
        ("GET", _) | ("POST", "/users/@me/channels") => seconds(50, 1),
        _ => seconds(10, 10),
    }
}

/// What an answer says about its bucket.
pub(super) fn headers_of(bucket: &str, limit: u32, remaining: u32, reset: Duration) -> Vec<(&'static str, String)> {
    let seconds = reset.as_secs_f64();
    vec![
        ("x-ratelimit-limit", limit.to_string()),
        ("x-ratelimit-remaining", remaining.to_string()),
        ("x-ratelimit-reset", format!("{:.3}", unix_seconds() + seconds)),
        ("x-ratelimit-reset-after", format!("{seconds:.3}")),
        ("x-ratelimit-bucket", bucket.to_owned()),
    ]
}

impl Verdict {
    /// Adds the headers, and for a refusal the body, to a response.
    pub(super) fn dress(self, mut response: Response<Body>) -> Response<Body> {
        let (bucket, limit, remaining, reset) = match &self {
            Self::Exempt => return response,
            Self::Granted { bucket, limit, remaining, reset } => (bucket, *limit, *remaining, *reset),
            Self::Exceeded { bucket, limit, reset, .. } => (bucket, *limit, 0, *reset),
        };
        let seconds = reset.as_secs_f64();
        let mut headers = headers_of(bucket, limit, remaining, reset);
        if let Self::Exceeded { global, .. } = self {
            headers.push(("retry-after", format!("{:.0}", seconds.ceil())));
            headers.push(("x-ratelimit-scope", if global { "global" } else { "user" }.to_owned()));
            if global {
                headers.push(("x-ratelimit-global", "true".to_owned()));
            }
            let body = serde_json::json!({
                "message": "You are being rate limited.", "retry_after": seconds, "global": global, "code": 0,
            });
            *response.body_mut() = Body::from(body.to_string());
        }
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}
