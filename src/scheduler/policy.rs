//! How late is too late, how often a job is tried, and how long it rests between.

use chrono::{DateTime, TimeDelta, Utc};

/// After so many failures an occurrence is given up.
const MOST_ATTEMPTS: i64 = 8;

/// The longest pause between two attempts, in seconds.
const LONGEST_PAUSE: i64 = 300;

/// How long a claim holds. A worker that hasn't finished by then is taken for dead.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(60);

/// No lease and no pause is longer. One that ends later was made before the clock was set back, and
/// counts for nothing.
pub(crate) const LONGEST_LEASE: TimeDelta = TimeDelta::seconds(LONGEST_PAUSE + 60);

/// Whether what was due at `due_at` is too late to be of use.
pub(super) fn stale(due_at: DateTime<Utc>, grace: TimeDelta, now: DateTime<Utc>) -> bool {
    now.signed_duration_since(due_at) > grace
}

/// Whether so many attempts were enough.
pub(crate) fn given_up(attempts: i64) -> bool {
    attempts >= MOST_ATTEMPTS
}

/// The pause after that many attempts: 2, 4, 8 … seconds, 5 minutes at most.
pub(crate) fn pause(attempts: i64) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(1, 16)).unwrap_or(1);
    TimeDelta::seconds(2_i64.pow(doublings).min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let cases = [(-1, 2), (0, 2), (1, 2), (2, 4), (5, 32), (8, 256), (9, 300), (60, 300), (i64::MAX, 300)];
        for (attempts, seconds) in cases {
            assert_eq!(pause(attempts), TimeDelta::seconds(seconds), "{attempts}");
        }
        assert!(pause(i64::MAX) <= LONGEST_LEASE && LEASE <= LONGEST_LEASE);
    }

    #[test]
    fn it_is_stale_once_the_grace_is_over() {
        let due = DateTime::UNIX_EPOCH;
        let grace = TimeDelta::hours(2);
        for (seconds, expected) in [(-3600, false), (0, false), (7200, false), (7201, true)] {
            assert_eq!(stale(due, grace, due + TimeDelta::seconds(seconds)), expected, "{seconds}");
        }
    }

    #[test]
    fn the_eighth_failure_is_the_last() {
        assert!(!given_up(7));
        assert!(given_up(8));
    }
}
