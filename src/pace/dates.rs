//! Where a local date begins, in a zone whose clocks may change at midnight.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// Seconds in an hour.
pub(super) const HOUR: i64 = 3_600;

/// The dates of a zone. Instants are seconds since 1970, UTC.
#[derive(Clone, Copy)]
pub(super) struct Dates(pub(super) Tz);

impl Dates {
    /// The local date of an instant.
    pub(super) fn date(self, at: i64) -> NaiveDate {
        self.local(at).date()
    }

    /// What the clock on the wall says at an instant.
    pub(super) fn local(self, at: i64) -> NaiveDateTime {
        let at = DateTime::from_timestamp(at, 0).unwrap_or(DateTime::<Utc>::MIN_UTC);
        at.with_timezone(&self.0).naive_local()
    }

    /// When a local date begins: at its first instant, which is 01:00 where the clock skips midnight.
    pub(super) fn start(self, date: NaiveDate) -> i64 {
        self.instant(date.and_time(NaiveTime::MIN))
    }

    /// The first instant at which the clock on the wall shows a time, or a later one if it skips it.
    pub(super) fn instant(self, mut wall: NaiveDateTime) -> i64 {
        // A clock that is put forward skips hours, and where the date line was moved a whole day.
        for _ in 0..=4 * 24 * 2 {
            if let Some(at) = self.0.from_local_datetime(&wall).earliest() {
                return at.timestamp();
            }
            wall += TimeDelta::minutes(15);
        }
        wall.and_utc().timestamp()
    }

    /// The dates before one, the nearest first. A date that the zone skipped is none.
    pub(super) fn back_from(self, date: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        std::iter::successors(Some(date), NaiveDate::pred_opt).filter(move |date| self.exists(*date))
    }

    /// The nth of the dates that [`Self::back_from`] gives, counted from 1: where n trailing dates begin.
    pub(super) fn trailing(self, last: NaiveDate, n: usize) -> NaiveDate {
        self.back_from(last).nth(n - 1).unwrap_or(NaiveDate::MIN)
    }

    fn exists(self, date: NaiveDate) -> bool {
        self.start(date) < self.start(next(date))
    }
}

/// The date after.
pub(super) fn next(date: NaiveDate) -> NaiveDate {
    date.succ_opt().unwrap_or(NaiveDate::MAX)
}

/// The Monday of a date's week.
pub(super) fn monday(date: NaiveDate) -> NaiveDate {
    date - Days::new(u64::from(date.weekday().num_days_from_monday()))
}
