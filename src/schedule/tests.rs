//! Schedules as a whole: when they are due, and how they are stored.

mod campaign;
mod dates;
mod random;
mod reading;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::Schedule;

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// The keys of the occurrences that follow.
fn check_next(text: &str, zone: Tz, after: &str, expected: &[(&str, &str)]) {
    let schedule = Schedule::parse(text).expect(text);
    let found: Vec<(String, DateTime<Utc>)> = schedule
        .upcoming(instant(after), zone)
        .take(expected.len())
        .map(|occurrence| (occurrence.key(), occurrence.at))
        .collect();
    let expected: Vec<(String, DateTime<Utc>)> =
        expected.iter().map(|(key, at)| ((*key).to_owned(), instant(at))).collect();
    assert_eq!(found, expected, "{text} in {zone}");
}

#[test]
fn an_occurrence_keeps_the_wall_time_that_was_asked_for() {
    check_next(
        "daily 01:30",
        Tz::Europe__London,
        "2026-03-28T12:00:00Z",
        &[("2026-03-29T01:30", "2026-03-29T01:00:00Z"), ("2026-03-30T01:30", "2026-03-30T00:30:00Z")],
    );
    // Between the two passes of 01:30, and in the second one, it is already over.
    for after in ["2026-10-25T00:30:00Z", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"] {
        check_next("daily 01:30", Tz::Europe__London, after, &[("2026-10-26T01:30", "2026-10-26T01:30:00Z")]);
    }
    check_next(
        "daily 01:00",
        Tz::Antarctica__Troll,
        "2026-03-28T12:00:00Z",
        &[("2026-03-29T01:00", "2026-03-29T01:00:00Z"), ("2026-03-30T01:00", "2026-03-29T23:00:00Z")],
    );
    check_next("30 0 9 * * *", Tz::UTC, "2026-03-28T12:00:00Z", &[("2026-03-29T09:00:30", "2026-03-29T09:00:30Z")]);
}

#[test]
fn wall_times_in_one_gap_are_one_occurrence() {
    check_next(
        "*/15 * * * *",
        Tz::Europe__London,
        "2026-03-29T00:40:00Z",
        &[
            ("2026-03-29T00:45", "2026-03-29T00:45:00Z"),
            ("2026-03-29T01:00", "2026-03-29T01:00:00Z"),
            ("2026-03-29T02:15", "2026-03-29T01:15:00Z"),
        ],
    );
    // A date that a zone left out is a gap like any other.
    check_next(
        "daily 09:00",
        Tz::Pacific__Apia,
        "2011-12-29T12:00:00Z",
        &[
            ("2011-12-29T09:00", "2011-12-29T19:00:00Z"),
            ("2011-12-30T09:00", "2011-12-30T10:00:00Z"),
            ("2011-12-31T09:00", "2011-12-30T19:00:00Z"),
        ],
    );
}

#[test]
fn either_day_field_is_enough_when_both_are_restricted() {
    check_next(
        "0 9 13 * 5",
        Tz::UTC,
        "2026-04-08T00:00:00Z",
        &[
            ("2026-04-10T09:00", "2026-04-10T09:00:00Z"),
            ("2026-04-13T09:00", "2026-04-13T09:00:00Z"),
            ("2026-04-17T09:00", "2026-04-17T09:00:00Z"),
        ],
    );
    // A field that starts with a star doesn't count as restricted, so both have to match.
    check_next("0 9 */13 * 2", Tz::UTC, "2026-04-02T00:00:00Z", &[("2026-04-14T09:00", "2026-04-14T09:00:00Z")]);
}

#[test]
fn months_and_leap_years_are_kept() {
    let check = |text, keys: &[&str]| {
        let schedule = Schedule::parse(text).expect(text);
        let found: Vec<String> = schedule
            .upcoming(instant("2028-01-15T00:00:00Z"), Tz::UTC)
            .take(keys.len())
            .map(|occurrence| occurrence.local.format("%m-%d").to_string())
            .collect();
        assert_eq!(found, keys, "{text}");
    };
    check("last day of the month 16:00", &["01-31", "02-29", "03-31", "04-30"]);
    check("monthly on the 28th 09:00", &["01-28", "02-28"]);
    check("first Monday of the month 10:00", &["02-07", "03-06", "04-03"]);
    check("last Friday of the month 10:00", &["01-28", "02-25", "03-31"]);
    check("0 0 29 2 *", &["02-29", "02-29"]);
    check("every 52 weeks on Monday 09:00 from 2028-01-12", &["01-08"]);
}

#[test]
fn nothing_is_due_after_the_last_year() {
    for text in ["daily 09:00", "0 9 * * *"] {
        let schedule = Schedule::parse(text).expect(text);
        let next = |after| schedule.next_after(after, Tz::Europe__London);
        assert_eq!(next(instant("2100-12-31T09:00:00Z")), None);
        assert_eq!(next(DateTime::<Utc>::MAX_UTC), None);
        let first = next(DateTime::<Utc>::MIN_UTC).map(|occurrence| occurrence.key());
        assert_eq!(first.as_deref(), Some("1970-01-01T09:00"));
        for date in [NaiveDate::MIN, NaiveDate::MAX] {
            assert_eq!(schedule.wall_times_on(date).count(), 0);
        }
    }
}

#[test]
fn the_wall_times_of_a_date_are_listed() {
    let check = |text, date: &str, expected: &[&str]| {
        let schedule = Schedule::parse(text).expect(text);
        let date: NaiveDate = date.parse().expect("a date");
        let found: Vec<String> = schedule.wall_times_on(date).map(|wall| wall.format("%H:%M").to_string()).collect();
        assert_eq!(found, expected, "{text} on {date}");
    };
    check("weekdays 00:00", "2026-03-23", &["00:00"]);
    check("weekdays 09:30", "2026-03-22", &[]);
    check("0 9,17 * * *", "2026-03-22", &["09:00", "17:00"]);
}

#[test]
fn a_schedule_is_stored_as_its_text() {
    let schedule = Schedule::parse("mon-fri 9:30").expect("a schedule");
    let json = serde_json::to_string(&schedule).expect("JSON");
    assert_eq!(json, "\"weekdays 09:30\"");
    assert_eq!(serde_json::from_str::<Schedule>(&json).ok(), Some(schedule));
    assert!(serde_json::from_str::<Schedule>("\"blursday 9\"").is_err());
}
