//! What counts as nothing, what is too old, and which panels may show somebody's text.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use crate::schedule::resolve;

/// For how long messages are kept after they were made, in days.
pub(super) const MESSAGE_DAYS: i64 = 30;
/// For how long it is kept that something was due, in days.
pub(super) const OCCURRENCE_DAYS: i64 = 90;
/// When retention runs, by the clock of the partnership: when nobody is likely to be about.
const ROUND_AT: NaiveTime = NaiveTime::from_hms_opt(3, 0, 0).expect("a time of day");

/// What retention removes of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Removal {
    /// Everything: they left, and the time is over.
    Everything,
    /// What is older than this date.
    OlderThan(NaiveDate),
}

/// Whether a copy holds nothing: no rows, no words, no yes.
pub(super) fn is_nothing(copy: &Value) -> bool {
    match copy {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) | Value::Number(_) => false,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_nothing),
    }
}

/// What retention removes of a person.
pub(super) fn removal(retention_days: u16, left_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Removal {
    let before = now - TimeDelta::days(i64::from(retention_days));
    if left_at.is_some_and(|left| left < before) {
        Removal::Everything
    } else {
        Removal::OlderThan(before.date_naive())
    }
}

/// The next time retention runs: its date, which names it, and the instant.
pub(super) fn next_round(now: DateTime<Utc>, zone: Tz) -> (NaiveDate, DateTime<Utc>) {
    let today = now.with_timezone(&zone).date_naive();
    let at = |date: NaiveDate| (date, resolve(date.and_time(ROUND_AT), zone));
    let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
    if at(today).1 > now { at(today) } else { at(tomorrow) }
}

/// Whether a panel may show something of a person who shared something on these dates. A panel whose
/// key ends in a date shows that date; any other one shows how things are now.
pub(super) fn may_show(panel: &str, dates: &[NaiveDate]) -> bool {
    let date = panel.rsplit([',', ':']).next().and_then(|last| last.parse::<NaiveDate>().ok());
    // A day's tally of releases may show what they recorded, whether they checked in or not.
    date.is_none_or(|date| dates.contains(&date)) || panel.starts_with("release.day:")
}

/// The name of the file with a copy: `elevenses-testing-service-2026-03-29.json`.
pub(super) fn file_name(server: &str, date: NaiveDate) -> String {
    let plain: String =
        server.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let words: Vec<&str> = plain.split_whitespace().take(8).collect();
    let server = if words.is_empty() { "server".to_owned() } else { words.join("-") };
    format!("elevenses-{server}-{date}.json")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn nothing_is_recognised_in_every_shape() {
        for nothing in [json!(null), json!([]), json!({}), json!(""), json!({ "messages": [], "admin": false })] {
            assert!(is_nothing(&nothing), "{nothing}");
        }
        for something in [json!(0), json!([null]), json!("x"), json!({ "messages": [1] }), json!({ "admin": true })] {
            assert!(!is_nothing(&something), "{something}");
        }
    }

    #[test]
    fn what_is_too_old_goes_and_who_left_goes_altogether() {
        let now = at("2026-03-29T03:00:00Z");
        assert_eq!(removal(30, None, now), Removal::OlderThan(day("2026-02-27")));
        assert_eq!(removal(30, Some(at("2026-03-01T00:00:00Z")), now), Removal::OlderThan(day("2026-02-27")));
        assert_eq!(removal(30, Some(at("2026-02-01T00:00:00Z")), now), Removal::Everything);
    }

    #[test]
    fn retention_runs_once_a_day_at_three() {
        let cases = [
            ("2026-01-10T01:00:00Z", "2026-01-10", "2026-01-10T03:00:00Z"),
            ("2026-01-10T03:00:00Z", "2026-01-11", "2026-01-11T03:00:00Z"),
            ("2026-03-28T12:00:00Z", "2026-03-29", "2026-03-29T02:00:00Z"),
        ];
        for (now, date, due) in cases {
            assert_eq!(next_round(at(now), Tz::Europe__London), (day(date), at(due)), "{now}");
        }
    }

    #[test]
    fn panels_of_other_dates_stay_as_they_are() {
        let dates = [day("2026-03-26")];
        let cases = [
            ("checkin.day:3,2026-03-26", true),
            ("checkin.day:3,2026-03-27", false),
            ("squad.board:3", true),
            ("other", true),
        ];
        for (panel, expected) in cases {
            assert_eq!(may_show(panel, &dates), expected, "{panel}");
        }
    }

    #[test]
    fn a_file_name_is_plain_whatever_the_server_is_called() {
        let date = day("2026-03-29");
        let cases = [
            ("Testing Service", "elevenses-testing-service-2026-03-29.json"),
            ("../../etc", "elevenses-etc-2026-03-29.json"),
            ("☕", "elevenses-server-2026-03-29.json"),
        ];
        for (server, expected) in cases {
            assert_eq!(file_name(server, date), expected);
        }
    }
}
