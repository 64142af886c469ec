//! How much a person hears from the bot, and when they are glad to.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::schedule;

use super::Budget;

/// The waking hours, on the clock of the person's zone: from the first on, before the last.
const WAKING: [NaiveTime; 2] =
    [NaiveTime::from_hms_opt(7, 0, 0).expect("a time"), NaiveTime::from_hms_opt(21, 0, 0).expect("a time")];

/// How many days ahead a welcome one is searched for.
const SEARCHED: u64 = 60;

/// What a person was sent, or is going to be, in one partnership on one of their days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Gathered messages.
    pub gathered: i64,
    /// Reminders of a check-in.
    pub reminders: i64,
    /// Urgent messages.
    pub urgent: i64,
}

/// Whether another one fits: one gathered message, and besides it two in all, of which one may be
/// urgent and the others are reminders. Answers and what is said to a channel are free.
pub fn allows(heard: Heard, another: Budget) -> bool {
    let besides = heard.urgent + heard.reminders;
    match another {
        Budget::Answer | Budget::Shared => true,
        Budget::Gathered(_) => heard.gathered < 1,
        Budget::Reminder(_) => besides < 2,
        Budget::Urgent(_) => heard.urgent < 1 && besides < 2,
    }
}

/// The next instant, from `now` on, that lies in a person's waking hours (07:00 to 21:00 on the
/// clock of `zone`) on a day that isn't `free`. Where none of the next 60 days will do, it is the
/// morning after them.
pub fn welcome(now: DateTime<Utc>, zone: Tz, free: impl Fn(NaiveDate) -> bool) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    let [from, to] = WAKING;
    (0..SEARCHED)
        .map(|days| today + Days::new(days))
        .filter(|date| !free(*date))
        .map(|date| (now.max(schedule::resolve(date.and_time(from), zone)), schedule::resolve(date.and_time(to), zone)))
        .find(|(earliest, end)| earliest < end)
        .map_or_else(|| schedule::resolve((today + Days::new(SEARCHED)).and_time(from), zone), |(earliest, _)| earliest)
}

#[cfg(test)]
mod tests {
    use chrono::Datelike;

    use super::*;

    #[test]
    fn the_budget_of_a_day() {
        let day = NaiveDate::default();
        let (gathered, reminder, urgent) = (Budget::Gathered(day), Budget::Reminder(day), Budget::Urgent(day));
        // (gathered, reminders, urgent) heard; whether each of the three still fits.
        let cases = [
            ((0, 0, 0), [true, true, true]),
            ((1, 0, 0), [false, true, true]),
            ((0, 1, 0), [true, true, true]),
            ((0, 2, 0), [true, false, false]),
            ((0, 0, 1), [true, true, false]),
            ((0, 1, 1), [true, false, false]),
            ((1, 2, 0), [false, false, false]),
            ((1, 1, 1), [false, false, false]),
        ];
        for ((g, r, u), expected) in cases {
            let heard = Heard { gathered: g, reminders: r, urgent: u };
            assert_eq!([gathered, reminder, urgent].map(|another| allows(heard, another)), expected, "{heard:?}");
            assert!(allows(heard, Budget::Answer) && allows(heard, Budget::Shared));
        }
    }

    #[test]
    fn messages_come_at_a_welcome_time() {
        let weekend = |date: NaiveDate| date.weekday().number_from_monday() > 5;
        let cases = [
            ("2026-11-02T09:00:00Z", Tz::UTC, "2026-11-02T09:00:00Z"),
            ("2026-11-02T03:00:00Z", Tz::UTC, "2026-11-02T07:00:00Z"),
            ("2026-11-02T07:00:00Z", Tz::UTC, "2026-11-02T07:00:00Z"),
            ("2026-11-02T20:59:59Z", Tz::UTC, "2026-11-02T20:59:59Z"),
            ("2026-11-02T21:00:00Z", Tz::UTC, "2026-11-03T07:00:00Z"),
            // Friday evening: Monday morning.
            ("2026-11-06T22:00:00Z", Tz::UTC, "2026-11-09T07:00:00Z"),
            ("2026-11-07T12:00:00Z", Tz::UTC, "2026-11-09T07:00:00Z"),
            // Their Tuesday has begun where it is Monday here.
            ("2026-11-02T20:00:00Z", Tz::Pacific__Auckland, "2026-11-02T20:00:00Z"),
            // Clocks went forward in the night.
            ("2026-03-28T22:00:00Z", Tz::Europe__London, "2026-03-30T06:00:00Z"),
        ];
        for (now, zone, expected) in cases {
            let [now, expected] = [now, expected].map(|text| text.parse::<DateTime<Utc>>().expect("an instant"));
            assert_eq!(welcome(now, zone, weekend), expected, "{now} {zone}");
        }
    }

    #[test]
    fn the_search_ends() {
        let now: DateTime<Utc> = "2026-11-02T09:00:00Z".parse().expect("an instant");
        let expected: DateTime<Utc> = "2027-01-01T07:00:00Z".parse().expect("an instant");
        assert_eq!(welcome(now, Tz::UTC, |_| true), expected);
    }
}
