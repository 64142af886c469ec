//! When a release was, in the words of whoever records it. Pure.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;

use crate::error::{Result, person, refuse};
use crate::partnership::UserId;
use crate::schedule::{parse_date, parse_time, resolve};

/// How far back a release may lie, in days.
const FARTHEST: u64 = 366;

/// How all posts about somebody's releases begin to say what they are about.
pub fn abouts(user: UserId) -> String {
    format!("release:{user},")
}

/// The same for one release.
pub(super) fn about(user: UserId, id: i64) -> String {
    format!("{}{id}", abouts(user))
}

/// The instant that somebody means: now where they say nothing, noon where they name a day that is
/// over and no time.
pub(super) fn moment(text: Option<&str>, now: DateTime<Utc>, zone: Tz) -> Result<DateTime<Utc>> {
    let Some(text) = text else { return Ok(now) };
    let today = now.with_timezone(&zone).date_naive();
    let Some((date, time)) = read(text, today) else {
        return refuse(
            "I can't read when that was. Write it such as `yesterday 22:30`, `Sunday` or `2026-03-22 14:00`.",
        );
    };
    let at = match time {
        Some(time) => resolve(date.and_time(time), zone),
        None if date == today => now,
        None => resolve(date.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()), zone),
    };
    if at > now {
        return refuse("That is still to come. Record a release once it is out; nothing was saved.");
    }
    if date < today - Days::new(FARTHEST) {
        return Err(person("That was more than a year ago, so it counts for nothing any more. Nothing was saved."));
    }
    Ok(at)
}

/// A date, a time of today, or a date and a time.
fn read(text: &str, today: NaiveDate) -> Option<(NaiveDate, Option<NaiveTime>)> {
    if let Ok(time) = parse_time(text) {
        return Some((today, Some(time)));
    }
    if let Some(date) = past_date(text, today) {
        return Some((date, None));
    }
    text.match_indices([' ', 'T']).find_map(|(at, between)| {
        let date = past_date(text[..at].trim_end_matches([',', ' ']).trim_end_matches(" at"), today)?;
        Some((date, Some(parse_time(text[at + between.len()..].trim().trim_start_matches("at ")).ok()?)))
    })
}

/// A weekday by itself is the last one: what is recorded has happened.
fn past_date(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let from = if text.parse::<Weekday>().is_ok() { today - Days::new(6) } else { today };
    parse_date(text, from).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tuesday 24 March 2026, 10:00 in London, which is at UTC until the 29th.
    fn now() -> DateTime<Utc> {
        "2026-03-24T10:00:00Z".parse().expect("an instant")
    }

    #[test]
    fn words_are_read_as_what_has_happened() {
        for (text, at) in [
            (None, "2026-03-24T10:00:00Z"),
            (Some("today"), "2026-03-24T10:00:00Z"),
            (Some("09:15"), "2026-03-24T09:15:00Z"),
            (Some("yesterday"), "2026-03-23T12:00:00Z"),
            (Some("yesterday 22:30"), "2026-03-23T22:30:00Z"),
            (Some("yesterday at 10:30 pm"), "2026-03-23T22:30:00Z"),
            (Some("Sunday"), "2026-03-22T12:00:00Z"),
            (Some("Sunday 14:00"), "2026-03-22T14:00:00Z"),
            (Some("wed, 2pm"), "2026-03-18T14:00:00Z"),
            (Some("22 March 14:00"), "2026-03-22T14:00:00Z"),
            (Some("2026-03-22T14:00"), "2026-03-22T14:00:00Z"),
        ] {
            let read = moment(text, now(), Tz::Europe__London);
            assert_eq!(read.ok(), at.parse().ok(), "{text:?}");
        }
        let kolkata = moment(Some("yesterday 22:30"), now(), Tz::Asia__Kolkata).expect("read");
        assert_eq!(kolkata.to_rfc3339(), "2026-03-23T17:00:00+00:00");
    }

    #[test]
    fn what_is_to_come_or_long_over_is_refused() {
        for (text, why) in [
            ("tomorrow", "still to come"),
            ("10:01", "still to come"),
            ("in 3 days", "still to come"),
            ("2025-03-01", "more than a year"),
            ("soon", "can't read"),
            ("yesterday 25:00", "can't read"),
        ] {
            let refused = moment(Some(text), now(), Tz::Europe__London).expect_err(text).to_string();
            assert!(refused.contains(why), "{text}: {refused}");
        }
    }
}
