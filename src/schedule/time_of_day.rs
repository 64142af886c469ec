//! Times of day and working hours, as people write them.

use chrono::{NaiveTime, Timelike};

use super::error::{ScheduleError, quoted};

/// Reads a time of day: `09:30`, `9.30`, `0930`, `9am`, `9:30 pm`, `noon`, `midnight`.
///
/// Times are whole minutes on a 24-hour clock unless `am` or `pm` says otherwise.
pub fn parse_time(text: &str) -> Result<NaiveTime, ScheduleError> {
    read_clock(text).and_then(Clock::time).ok_or_else(|| {
        ScheduleError::new(
            "time",
            format!("{} is not a time of day; write for example `09:30`, `9am`, `2:15 pm` or `noon`.", quoted(text)),
        )
    })
}

/// Reads working hours: `09:00-17:30`, `9 to 5:30pm`, `22:00–08:00`.
///
/// Returns the start, the end, and whether the end is on the next day. Two rules spare people
/// from writing `pm`: in `9-5` the end can only be meant as the afternoon, because a day of
/// more than twelve hours back to an earlier morning would follow otherwise; and in `1-5pm`
/// both times are in the afternoon.
pub fn parse_hours(text: &str) -> Result<(NaiveTime, NaiveTime, bool), ScheduleError> {
    split_hours(text).and_then(|(start, end)| start.until(end)).filter(|(start, end, _)| start != end).ok_or_else(
        || {
            ScheduleError::new(
                "hours",
                format!(
                    "{} is not a start and an end; write for example `09:00-17:30`, `9 to 5:30pm` \
                     or `22:00-06:00`.",
                    quoted(text)
                ),
            )
        },
    )
}

/// Which half of the day a time was said to be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

/// A time as it was written, before it is known in which half of the day it is.
#[derive(Debug, Clone, Copy)]
struct Clock {
    hour: u32,
    minute: u32,
    half: Option<Half>,
    /// Whether the hour was written with two digits from 01 to 09, as on a 24-hour clock.
    padded: bool,
}

impl Clock {
    fn time(self) -> Option<NaiveTime> {
        let hour = match self.half {
            None => self.hour,
            Some(_) if !(1..=12).contains(&self.hour) => return None,
            Some(Half::Morning) => self.hour % 12,
            Some(Half::Afternoon) => self.hour % 12 + 12,
        };
        NaiveTime::from_hms_opt(hour, self.minute, 0)
    }

    fn until(self, end: Self) -> Option<(NaiveTime, NaiveTime, bool)> {
        // Only an end can be written as 24:00, the midnight that closes a day.
        let closes_day = end.hour == 24 && end.minute == 0 && end.half.is_none();
        let mut to = if closes_day { NaiveTime::MIN } else { end.time()? };
        let mut from = self.time()?;
        let (noon, half_day) = (12, chrono::Duration::hours(12));
        let later = |time: NaiveTime| time.overflowing_add_signed(half_day).0;
        if end.half.is_none() && !closes_day && to < from && from.hour() < noon && to.hour() > 0 {
            to = later(to);
        }
        let short_start = self.half.is_none() && !self.padded && (1..noon).contains(&self.hour);
        if end.half == Some(Half::Afternoon) && short_start && later(from) < to {
            from = later(from);
        }
        Some((from, to, to < from))
    }
}

/// Reads what may be a time of day, without judging its hour yet.
fn read_clock(text: &str) -> Option<Clock> {
    let lower = text.trim().to_lowercase();
    if lower.len() > 20 {
        return None;
    }
    let at = |hour| Some(Clock { hour, minute: 0, half: None, padded: false });
    match lower.as_str() {
        "noon" | "midday" | "12 noon" => return at(12),
        "midnight" | "12 midnight" => return at(0),
        _ => {}
    }
    let (digits, half) = split_half(&lower);
    let (hour, minute) = split_digits(digits)?;
    let padded = hour.len() == 2 && hour.starts_with('0');
    Some(Clock { hour: hour.parse().ok()?, minute: minute.parse().ok()?, half, padded })
}

/// Takes `am`, `pm` or `o'clock` off the end.
fn split_half(text: &str) -> (&str, Option<Half>) {
    for (suffix, half) in [
        ("a.m.", Some(Half::Morning)),
        ("am", Some(Half::Morning)),
        ("p.m.", Some(Half::Afternoon)),
        ("pm", Some(Half::Afternoon)),
        ("o'clock", None),
        ("o’clock", None),
    ] {
        if let Some(rest) = text.strip_suffix(suffix) {
            return (rest.trim_end(), half);
        }
    }
    (text, None)
}

/// Splits `9`, `930`, `0930`, `9:30`, `9.30`, `9h30` and `09:30:00` into hour and minute.
fn split_digits(text: &str) -> Option<(&str, &str)> {
    let parts: Vec<&str> = text.split([':', '.', 'h']).collect();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [hour] if digits(hour) && hour.len() <= 2 => Some((hour, "0")),
        [both] if digits(both) && both.len() <= 4 => both.split_at_checked(both.len() - 2),
        [hour, ""] if digits(hour) && hour.len() <= 2 && text.ends_with('h') => Some((hour, "0")),
        [hour, minute] | [hour, minute, "00"]
            if digits(hour) && digits(minute) && hour.len() <= 2 && minute.len() == 2 =>
        {
            Some((hour, minute))
        }
        _ => None,
    }
}

/// Finds the two times, whatever stands between them.
fn split_hours(text: &str) -> Option<(Clock, Clock)> {
    let lower = text.trim().to_lowercase().replace(['–', '—'], "-");
    if lower.len() > 60 {
        return None;
    }
    let plain = lower.strip_prefix("from ").unwrap_or(&lower);
    [" to ", " until ", " till ", "..", "-"].into_iter().find_map(|between| {
        let (start, end) = plain.split_once(between)?;
        Some((read_clock(start)?, read_clock(end)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, expected) in [
            ("09:30", "09:30"),
            ("9:30", "09:30"),
            (" 9.30 ", "09:30"),
            ("0930", "09:30"),
            ("930", "09:30"),
            ("9", "09:00"),
            ("17", "17:00"),
            ("9am", "09:00"),
            ("9 AM", "09:00"),
            ("9:30 pm", "21:30"),
            ("930pm", "21:30"),
            ("12am", "00:00"),
            ("12pm", "12:00"),
            ("2 p.m.", "14:00"),
            ("9h30", "09:30"),
            ("9 o'clock", "09:00"),
            ("09:30:00", "09:30"),
            ("noon", "12:00"),
            ("Midnight", "00:00"),
        ] {
            let time = parse_time(text).expect(text);
            assert_eq!(time.format("%H:%M").to_string(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "25:00", "24:00", "9:60", "9:3", "13pm", "0am", "nine", "9:30:15", "99999"] {
            assert_eq!(parse_time(text).map_err(|e| e.field()), Err("time"), "{text}");
        }
    }

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (text, expected) in [
            ("09:00-17:30", "09:00 17:30 false"),
            ("9 to 5:30pm", "09:00 17:30 false"),
            ("from 9 until 17", "09:00 17:00 false"),
            ("9-5", "09:00 17:00 false"),
            ("9:00 - 5:30", "09:00 17:30 false"),
            ("1-5pm", "13:00 17:00 false"),
            ("9-5pm", "09:00 17:00 false"),
            ("02:00-5pm", "02:00 17:00 false"),
            ("10am-2", "10:00 14:00 false"),
            ("22:00–08:00", "22:00 08:00 true"),
            ("6pm to 2am", "18:00 02:00 true"),
            ("18:00-24:00", "18:00 00:00 true"),
            ("9-midnight", "09:00 00:00 true"),
        ] {
            let (from, to, crosses) = parse_hours(text).expect(text);
            let read = format!("{} {} {crosses}", from.format("%H:%M"), to.format("%H:%M"));
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_hours_is_refused() {
        for text in ["", "9", "9-", "-5", "09:00-09:00", "24:00-08:00", "9 to 25", "a to b"] {
            assert_eq!(parse_hours(text).map_err(|e| e.field()), Err("hours"), "{text}");
        }
    }
}
