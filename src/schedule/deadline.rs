//! Instants to come, as people write them: `Friday 17:00`, `in 3 days`, `in 4 hours`.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::error::{ScheduleError, quoted};
use super::{parse_date, parse_time, resolve};

/// The time of a day that is named without one: five in the afternoon, when a working day ends.
const END_OF_DAY: NaiveTime = NaiveTime::from_hms_opt(17, 0, 0).unwrap();
/// Most hours ahead that are counted in hours.
const MOST_HOURS: i64 = 10_000;

/// Reads an instant to come, in a person's zone: a date with or without a time (`Friday`, `Friday
/// 17:00`, `22 March at 9am`, `2026-03-29T12:00`, `in 3 days`), a time alone (its next one), or a
/// number of hours (`in 4 hours`). A weekday whose time has passed today is next week's.
pub fn parse_deadline(text: &str, now: DateTime<Utc>, zone: Tz) -> Result<DateTime<Utc>, ScheduleError> {
    let wrong = || {
        ScheduleError::new(
            "date",
            format!(
                "{} is no time that I can read. Write it such as `Friday 17:00`, `in 3 days` or `2026-03-29 12:00`.",
                quoted(text)
            ),
        )
    };
    let at = read(text.trim(), now, zone).ok_or_else(wrong)?;
    if at <= now {
        return Err(ScheduleError::new("date", format!("{} is over already; name a time to come.", quoted(text))));
    }
    Ok(at)
}

fn read(text: &str, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    if let Some(hours) = hours(text) {
        return now.checked_add_signed(TimeDelta::hours(hours));
    }
    let today = now.with_timezone(&zone).date_naive();
    if let Ok(time) = parse_time(text) {
        let at = resolve(today.and_time(time), zone);
        return if at > now {
            Some(at)
        } else {
            Some(resolve(today.checked_add_days(Days::new(1))?.and_time(time), zone))
        };
    }
    let (date, time) = date_and_time(text, today)?;
    let at = resolve(date.and_time(time), zone);
    // `Friday 17:00`, written on a Friday evening, is the next one.
    let weekday = text.split([' ', ',']).next().is_some_and(|word| word.parse::<chrono::Weekday>().is_ok());
    if at <= now && weekday && date == today {
        return Some(resolve(date.checked_add_days(Days::new(7))?.and_time(time), zone));
    }
    Some(at)
}

fn date_and_time(text: &str, today: chrono::NaiveDate) -> Option<(chrono::NaiveDate, NaiveTime)> {
    if let Ok(date) = parse_date(text, today) {
        return Some((date, END_OF_DAY));
    }
    text.match_indices([' ', 'T']).find_map(|(at, between)| {
        let (date, time) = (&text[..at], text[at + between.len()..].trim());
        let date = parse_date(date.trim_end_matches([',', ' ']).trim_end_matches(" at"), today).ok()?;
        Some((date, parse_time(time.trim_start_matches("at ")).ok()?))
    })
}

/// `in 4 hours`, `4h`, `an hour`.
fn hours(text: &str) -> Option<i64> {
    let lower = text.to_lowercase();
    let plain = lower.strip_prefix("in ").unwrap_or(&lower).trim();
    let number = ["hours", "hour", "hrs", "h"].iter().find_map(|unit| plain.strip_suffix(unit))?.trim();
    let number = if matches!(number, "a" | "an" | "one") { 1 } else { number.parse().ok()? };
    (1..=MOST_HOURS).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Friday 27 March 2026, 16:00 in London, which is at UTC until the 29th.
    fn now() -> DateTime<Utc> {
        "2026-03-27T16:00:00Z".parse().expect("an instant")
    }

    #[test]
    fn times_to_come_are_read() {
        for (text, at) in [
            ("Friday 17:00", "2026-03-27T17:00:00Z"),
            ("friday", "2026-03-27T17:00:00Z"),
            ("Friday 15:00", "2026-04-03T14:00:00Z"),
            ("Monday at 9am", "2026-03-30T08:00:00Z"),
            ("in 3 days", "2026-03-30T16:00:00Z"),
            ("tomorrow, 12:00", "2026-03-28T12:00:00Z"),
            ("2026-03-29T12:00", "2026-03-29T11:00:00Z"),
            ("2 April 10:30", "2026-04-02T09:30:00Z"),
            ("17:30", "2026-03-27T17:30:00Z"),
            ("09:00", "2026-03-28T09:00:00Z"),
            ("in 4 hours", "2026-03-27T20:00:00Z"),
            ("an hour", "2026-03-27T17:00:00Z"),
        ] {
            let read = parse_deadline(text, now(), Tz::Europe__London);
            assert_eq!(read.ok(), at.parse().ok(), "{text}");
        }
        let kolkata = parse_deadline("Monday 09:30", now(), Tz::Asia__Kolkata).expect("read");
        assert_eq!(kolkata.to_rfc3339(), "2026-03-30T04:00:00+00:00");
    }

    #[test]
    fn what_is_over_or_no_time_is_refused() {
        for (text, why) in [
            ("yesterday", "over already"),
            ("today 15:00", "over already"),
            ("2026-03-01", "over already"),
            ("soon", "no time that I can read"),
            ("Friday 25:00", "no time that I can read"),
            ("in 0 hours", "no time that I can read"),
            ("", "an empty text"),
        ] {
            let refused = parse_deadline(text, now(), Tz::Europe__London).expect_err(text).to_string();
            assert!(refused.contains(why), "{text}: {refused}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            drop(parse_deadline(&text, now(), Tz::Asia__Kolkata));
        }

        #[test]
        fn what_it_reads_is_to_come(text in "(in )?[0-9]{1,4} (hours|days|weeks)|(mon|fri|tomorrow|today)( [0-9]{1,2}:[0-9]{2})?") {
            if let Ok(at) = parse_deadline(&text, now(), Tz::Europe__London) {
                proptest::prop_assert!(at > now());
            }
        }
    }
}
