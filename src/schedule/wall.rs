//! From the clock on the wall to the instant, and back.

use chrono::offset::LocalResult;
use chrono::{DateTime, Datelike, NaiveDateTime, TimeZone, Timelike, Utc};
use chrono_tz::{GapInfo, Tz};

/// The first and the last year in which anything can be due.
///
/// The cron crate counts years from 1970 to 2100, and plain words follow it.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = 1970..=2100;

/// The instant at which the clock on the wall in `zone` shows `local`.
///
/// Where clocks go back and the time comes twice, it is the earlier one. Where clocks go
/// forward and the time doesn't exist, it is the first instant after the gap, so that nothing
/// asked for in the gap is lost. The result never decreases when `local` increases.
pub fn resolve(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    // Arithmetic with an offset could leave the range of dates at its very ends, where no
    // zone has ever changed its clocks.
    if !(1..=9998).contains(&local.year()) {
        return local.and_utc();
    }
    match zone.from_local_datetime(&local) {
        LocalResult::Single(only) => only.to_utc(),
        LocalResult::Ambiguous(one, other) => one.to_utc().min(other.to_utc()),
        LocalResult::None => {
            GapInfo::new(&local, &zone).and_then(|gap| gap.end).map_or_else(|| local.and_utc(), |end| end.to_utc())
        }
    }
}

/// What the clock on the wall in `zone` shows at `instant`, in whole seconds, from 1970 on.
/// `None` when that is after the last year in which anything can be due.
pub(super) fn wall_clock(instant: DateTime<Utc>, zone: Tz) -> Option<NaiveDateTime> {
    let first = DateTime::<Utc>::UNIX_EPOCH - chrono::Duration::days(2);
    if instant.year() > YEARS.end() + 1 {
        return None;
    }
    instant.max(first).with_timezone(&zone).naive_local().with_nanosecond(0)
}

/// Whether a wall time lies in the years in which anything can be due, or just before them.
pub(super) fn within_years(local: NaiveDateTime) -> bool {
    (YEARS.start() - 1..=*YEARS.end()).contains(&local.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: Tz, local: &str, expected: &str) {
        let local: NaiveDateTime = local.parse().expect("a wall time");
        let expected: DateTime<Utc> = expected.parse().expect("an instant");
        assert_eq!(resolve(local, zone), expected, "{local} in {zone}");
    }

    #[test]
    fn wall_times_become_instants() {
        use chrono_tz::{America, Antarctica, Asia, Australia, Europe, Pacific};
        for (zone, local, expected) in [
            (Europe::London, "2026-01-15T09:30:00", "2026-01-15T09:30:00Z"),
            (Europe::London, "2026-03-29T00:59:59", "2026-03-29T00:59:59Z"),
            (Europe::London, "2026-03-29T01:00:00", "2026-03-29T01:00:00Z"),
            (Europe::London, "2026-03-29T01:59:59", "2026-03-29T01:00:00Z"),
            (Europe::London, "2026-03-29T02:00:00", "2026-03-29T01:00:00Z"),
            (Europe::London, "2026-10-25T01:30:00", "2026-10-25T00:30:00Z"),
            (Europe::London, "2026-10-25T02:00:00", "2026-10-25T02:00:00Z"),
            (America::Santiago, "2026-09-06T00:00:00", "2026-09-06T04:00:00Z"),
            (Australia::Lord_Howe, "2026-10-04T02:15:00", "2026-10-03T15:30:00Z"),
            (Australia::Lord_Howe, "2026-04-05T01:45:00", "2026-04-04T14:45:00Z"),
            (Asia::Kolkata, "2026-03-29T09:30:00", "2026-03-29T04:00:00Z"),
            (Antarctica::Troll, "2026-03-29T02:30:00", "2026-03-29T01:00:00Z"),
            // Samoa left out a whole day, the 30th.
            (Pacific::Apia, "2011-12-30T09:00:00", "2011-12-30T10:00:00Z"),
            (Pacific::Apia, "2011-12-31T00:00:00", "2011-12-30T10:00:00Z"),
        ] {
            check(zone, local, expected);
        }
    }

    #[test]
    fn the_ends_of_time_are_no_danger() {
        for zone in chrono_tz::TZ_VARIANTS {
            for local in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
                let _ = resolve(local, zone);
            }
            for instant in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
                let _ = wall_clock(instant, zone);
            }
        }
    }
}
