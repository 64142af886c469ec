//! What `elevenses schedule next` prints.

use chrono::{DateTime, SecondsFormat, Utc};

use super::{Schedule, ScheduleError, error::quoted, parse_zone};

/// The most lines that are given at once.
const MOST: usize = 10_000;

/// The next `count` occurrences of a schedule, one RFC 3339 instant a line, with the offset
/// that the zone has at that instant.
///
/// `from` is an RFC 3339 instant; what is due at that very instant is not listed. There are
/// fewer lines when the schedule ends before (nothing is due after the year 2100).
pub fn next_lines(text: &str, zone: &str, from: &str, count: usize) -> Result<Vec<String>, ScheduleError> {
    let schedule = Schedule::parse(text)?;
    let zone = parse_zone(zone)?;
    let from: DateTime<Utc> = parse_instant(from)?;
    if !(1..=MOST).contains(&count) {
        return Err(ScheduleError::new("count", format!("write a number from 1 to {MOST}.")));
    }
    let line = |at: DateTime<Utc>| at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false);
    Ok(schedule.upcoming(from, zone).take(count).map(|occurrence| line(occurrence.at)).collect())
}

fn parse_instant(text: &str) -> Result<DateTime<Utc>, ScheduleError> {
    let instant = DateTime::parse_from_rfc3339(text.trim());
    instant.map(|instant| instant.to_utc()).map_err(|_| {
        ScheduleError::new(
            "from",
            format!(
                "{} is not an instant; write it as in `2026-03-28T12:00:00Z` or \
                 `2026-03-28T12:00:00+01:00`.",
                quoted(text)
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, zone: &str, from: &str, expected: &[&str]) {
        let lines = next_lines(text, zone, from, expected.len());
        assert_eq!(lines, Ok(expected.iter().map(|&line| line.to_owned()).collect()), "{text}");
    }

    #[test]
    fn lines_have_the_offset_of_their_instant() {
        check(
            "daily 01:30",
            "Europe/London",
            "2026-03-27T12:00:00Z",
            &["2026-03-28T01:30:00+00:00", "2026-03-29T02:00:00+01:00", "2026-03-30T01:30:00+01:00"],
        );
        check(
            "30 1 * * *",
            "Europe/London",
            "2026-10-23T12:00:00+01:00",
            &["2026-10-24T01:30:00+01:00", "2026-10-25T01:30:00+01:00", "2026-10-26T01:30:00+00:00"],
        );
        check(
            "0 9 * * 1-5",
            "Europe/London",
            "2026-03-26T12:00:00Z",
            &["2026-03-27T09:00:00+00:00", "2026-03-30T09:00:00+01:00", "2026-03-31T09:00:00+01:00"],
        );
        check(
            "daily 00:15",
            "America/Santiago",
            "2026-09-05T00:00:00-04:00",
            &["2026-09-05T00:15:00-04:00", "2026-09-06T01:00:00-03:00", "2026-09-07T00:15:00-03:00"],
        );
        check(
            "daily 02:15",
            "Australia/Lord_Howe",
            "2026-10-03T00:00:00+10:30",
            &["2026-10-03T02:15:00+10:30", "2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"],
        );
        check(
            "daily 01:45",
            "Australia/Lord_Howe",
            "2026-04-04T00:00:00+11:00",
            &["2026-04-04T01:45:00+11:00", "2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"],
        );
        check(
            "0 0 29 2 *",
            "Asia/Kolkata",
            "2026-01-01T00:00:00Z",
            &["2028-02-29T00:00:00+05:30", "2032-02-29T00:00:00+05:30"],
        );
        check(
            "every 2 weeks on Tuesday 14:00",
            "Europe/London",
            "2026-03-20T00:00:00Z",
            &["2026-03-31T14:00:00+01:00", "2026-04-14T14:00:00+01:00", "2026-04-28T14:00:00+01:00"],
        );
        check(
            "every 2 weeks on Tuesday 14:00 from 2026-03-24",
            "Europe/London",
            "2026-03-01T00:00:00Z",
            &["2026-03-24T14:00:00+00:00", "2026-04-07T14:00:00+01:00"],
        );
    }

    #[test]
    fn errors_name_the_field() {
        let field = |text, zone, from, count| next_lines(text, zone, from, count).map_err(|e| e.field());
        let (ok, zone, from) = ("daily 09:00", "Europe/London", "2026-03-28T12:00:00Z");
        assert_eq!(field("61 * * * *", zone, from, 1), Err("minute"));
        assert_eq!(field(ok, "Europe/Lodnon", from, 1), Err("zone"));
        assert_eq!(field(ok, zone, "tomorrow", 1), Err("from"));
        assert_eq!(field(ok, zone, from, 0), Err("count"));
        assert_eq!(field(ok, zone, from, MOST + 1), Err("count"));
    }
}
