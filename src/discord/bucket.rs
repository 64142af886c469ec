//! One of Discord's rate-limit buckets: how many requests are left, and until when.
//!
//! Pure: it is told the time. Waiting is the limiter's business.

use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::Instant;

/// Longest wait that a header may ask for. A machine that says more is taken to be mistaken, and
/// asked again after this time. What waits for it and is then sent still takes less than a minute.
pub const LONGEST_WAIT: Duration = Duration::from_secs(45);

/// What the headers of an answer say about limits. Whatever is missing or malformed is left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Limits {
    pub(super) bucket: Option<String>,
    pub(super) limit: Option<u32>,
    pub(super) remaining: Option<u32>,
    pub(super) reset_after: Option<Duration>,
}

impl Limits {
    pub(super) fn read(headers: &HeaderMap, longest: Duration) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        Self {
            bucket: text("x-ratelimit-bucket").filter(|name| !name.is_empty() && name.len() <= 100).map(str::to_owned),
            limit: text("x-ratelimit-limit").and_then(|value| value.parse().ok()),
            remaining: text("x-ratelimit-remaining").and_then(|value| value.parse().ok()),
            reset_after: text("x-ratelimit-reset-after").and_then(|value| wait(value, longest)),
        }
    }
}

/// Seconds as Discord writes them. Negative, endless and absurd ones are tolerated.
pub(super) fn wait(seconds: &str, longest: Duration) -> Option<Duration> {
    capped(seconds.parse().ok()?, longest)
}

/// The same from a number.
pub(super) fn capped(seconds: f64, longest: Duration) -> Option<Duration> {
    if seconds.is_nan() {
        return None;
    }
    Some(Duration::from_secs_f64(seconds.clamp(0.0, longest.as_secs_f64())))
}

/// Whether a request may go now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Admission {
    /// Now.
    Now,
    /// At that instant, unless an answer comes first.
    At(Instant),
    /// After the answer to one that is under way.
    AfterAnswer,
}

/// What is known about a bucket.
#[derive(Debug, Default)]
pub(super) struct State {
    known: bool,
    limit: Option<u32>,
    remaining: Option<u32>,
    reset: Option<Instant>,
    in_flight: u32,
}

impl State {
    /// Whether a request may go. While nothing is known of the bucket, one goes ahead to find out.
    pub(super) fn admission(&mut self, now: Instant) -> Admission {
        if self.reset.is_some_and(|reset| reset <= now) {
            self.reset = None;
            self.remaining = self.limit.map(|limit| limit.saturating_sub(self.in_flight));
        }
        match (self.remaining, self.reset) {
            (Some(0), Some(reset)) => Admission::At(reset),
            (Some(0) | None, None) if self.in_flight > 0 && (!self.known || self.remaining.is_some()) => {
                Admission::AfterAnswer
            }
            _ => Admission::Now,
        }
    }

    /// A request goes.
    pub(super) fn sent(&mut self) {
        self.in_flight += 1;
        self.remaining = self.remaining.map(|remaining| remaining.saturating_sub(1));
    }

    /// Its answer came, or nothing will come any more.
    pub(super) fn answered(&mut self, limits: Option<&Limits>, now: Instant) {
        self.in_flight = self.in_flight.saturating_sub(1);
        let Some(limits) = limits else { return };
        self.known = true;
        self.limit = limits.limit.filter(|limit| *limit > 0);
        // Discord's count can't know of those that are still on their way.
        self.remaining = limits.remaining.map(|remaining| remaining.saturating_sub(self.in_flight));
        let reset_after = limits.reset_after.unwrap_or(Duration::from_secs(1));
        self.reset = self.remaining.map(|_| now + reset_after);
    }

    /// Discord said 429: nothing goes until `until`.
    pub(super) fn exhausted(&mut self, until: Instant) {
        self.known = true;
        self.remaining = Some(0);
        self.reset = Some(until);
    }

    /// Whether forgetting it loses nothing.
    pub(super) fn is_idle(&self, now: Instant) -> bool {
        self.in_flight == 0 && self.reset.is_none_or(|reset| reset <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(limit: u32, remaining: u32, seconds: u64) -> Limits {
        Limits {
            bucket: None,
            limit: Some(limit),
            remaining: Some(remaining),
            reset_after: Some(Duration::from_secs(seconds)),
        }
    }

    #[test]
    fn one_request_finds_out_before_the_others_go() {
        let now = Instant::now();
        let mut state = State::default();
        assert_eq!(state.admission(now), Admission::Now);
        state.sent();
        assert_eq!(state.admission(now), Admission::AfterAnswer);
        state.answered(Some(&limits(5, 4, 3)), now);
        for _ in 0..4 {
            assert_eq!(state.admission(now), Admission::Now);
            state.sent();
        }
        assert_eq!(state.admission(now), Admission::At(now + Duration::from_secs(3)));
    }

    #[test]
    fn a_reset_gives_the_limit_back_less_what_is_under_way() {
        let now = Instant::now();
        let mut state = State::default();
        state.sent();
        state.answered(Some(&limits(2, 1, 1)), now);
        state.sent();
        assert_eq!(state.admission(now + Duration::from_secs(1)), Admission::Now);
        state.sent();
        assert_eq!(state.admission(now + Duration::from_secs(1)), Admission::AfterAnswer);
    }

    #[test]
    fn a_route_without_limits_is_free_once_that_is_known() {
        let now = Instant::now();
        let mut state = State::default();
        state.sent();
        state.answered(Some(&Limits::default()), now);
        state.sent();
        assert_eq!(state.admission(now), Admission::Now);
    }

    #[test]
    fn a_request_that_got_no_answer_stops_nobody() {
        let now = Instant::now();
        let mut state = State::default();
        state.sent();
        state.answered(None, now);
        assert_eq!(state.admission(now), Admission::Now);
    }

    #[test]
    fn refusals_are_obeyed() {
        let now = Instant::now();
        let mut state = State::default();
        state.exhausted(now + Duration::from_secs(9));
        assert_eq!(state.admission(now), Admission::At(now + Duration::from_secs(9)));
        assert_eq!(state.admission(now + Duration::from_secs(9)), Admission::Now);
    }

    #[test]
    fn headers_may_be_anything() {
        let cases = [
            ("1.5", Some(Duration::from_millis(1500))),
            ("-3", Some(Duration::ZERO)),
            ("1e300", Some(LONGEST_WAIT)),
            ("inf", Some(LONGEST_WAIT)),
            ("NaN", None),
            ("soon", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(wait(text, LONGEST_WAIT), expected, "{text}");
        }
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-remaining", "many".parse().expect("a header"));
        headers.insert("x-ratelimit-limit", "99999999999999999999".parse().expect("a header"));
        headers.insert("x-ratelimit-bucket", "x".repeat(5_000).parse().expect("a header"));
        assert_eq!(Limits::read(&headers, LONGEST_WAIT), Limits::default());
    }
}
