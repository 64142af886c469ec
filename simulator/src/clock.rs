//! The simulator's one source of time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};

/// What time it is on this Discord: the real time, or an instant that a test sets.
///
/// The three seconds in which an interaction must be answered are always real: a bot that is slow
/// is slow on any clock.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Real,
    Driven(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// The system's clock.
    pub fn real() -> Self {
        Self(Source::Real)
    }

    /// A clock that stands still until it is set.
    pub fn driven(start: DateTime<Utc>) -> Self {
        Self(Source::Driven(Arc::new(Mutex::new(start))))
    }

    /// The instant.
    #[expect(clippy::disallowed_methods, reason = "this is the one door to the system's clock")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::Real => Utc::now(),
            Source::Driven(now) => *now.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a driven clock forwards; it never goes back, and a real clock isn't moved.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Source::Driven(now) = &self.0 {
            let mut now = now.lock().unwrap_or_else(PoisonError::into_inner);
            *now = to.max(*now);
        }
    }

    /// Whether it is driven.
    pub fn is_driven(&self) -> bool {
        matches!(self.0, Source::Driven(_))
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::real()
    }
}

/// Real seconds since 1970, for headers that clients compare with their own clock.
#[expect(clippy::disallowed_methods, reason = "clients compare it with their own clock, which is real")]
pub(crate) fn unix_seconds() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn a_driven_clock_only_goes_forwards() {
        let start = DateTime::<Utc>::UNIX_EPOCH;
        let clock = Clock::driven(start);
        clock.set(start + TimeDelta::hours(1));
        clock.set(start);
        assert_eq!(clock.now(), start + TimeDelta::hours(1));
    }
}
