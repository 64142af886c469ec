//! Dates and ranges of dates, as people write them.
//!
//! Reading and placing are two steps: `22 March` is read without a year, and gets one from
//! today, or from the other end of its range.

mod reading;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use self::reading::{Reading, Written, read};
use super::error::{ScheduleError, quoted};

/// How far back a date without a year may lie, in days: people correct last week's hours, and
/// book next year's leave.
const LOOK_BACK: u64 = 31;

/// Reads a date: `2026-03-22`, `today`, `tomorrow`, `yesterday`, `Friday`, `next Monday`,
/// `in 3 days`, `in 2 months`, `22 March`, `Sunday 22 March 2026`, `March 22`, `22/3/2026`.
///
/// - `Friday` is the first Friday from today on, today included; `this Friday` is the one of
///   this week, and `next Friday` the one of next week (weeks start on Monday).
/// - A date without a year is the one from 31 days ago to eleven months ahead.
/// - Numbers are day first, unless only the other order makes a date; where both orders do,
///   as in `3/4/2026`, the date is refused.
pub fn parse_date(text: &str, today: NaiveDate) -> Result<NaiveDate, ScheduleError> {
    let reading = read(text).ok_or_else(|| unclear(text))??;
    place(reading, today)
}

/// Reads a date or a range of dates, and returns its first and last day: `22 March to
/// 26 March`, `22-26 March`, `2026-03-22..2026-03-26`, `Mon-Wed`, `tomorrow`, `next week`.
///
/// The end is the first one that fits on or after the start.
pub fn parse_dates(text: &str, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), ScheduleError> {
    let lower = text.trim().to_lowercase().replace(['–', '—'], "-");
    let plain = lower.strip_prefix("from ").unwrap_or(&lower);
    if let Some(week) = named_week(plain, today) {
        return Ok(week);
    }
    if let Some(reading) = read(plain) {
        return place(reading?, today).map(|date| (date, date));
    }
    let (start, end) = split(plain).ok_or_else(|| unclear(text))?;
    let (start, end) = (start?, end?);
    let from = place_start(start, end, today)?;
    let to = place_end(end, from, today)?;
    if to < from {
        return Err(ScheduleError::new(
            "date",
            format!("{} ends before it starts; write the earlier date first.", quoted(text)),
        ));
    }
    Ok((from, to))
}

fn named_week(text: &str, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let ahead = match text {
        "this week" => 0,
        "next week" => 7,
        _ => return None,
    };
    let monday = monday_of(today)?.checked_add_days(Days::new(ahead))?;
    Some((monday, monday.checked_add_days(Days::new(6))?))
}

/// What [`read`] found: not a date at all is the outer `None`.
type Read = Result<Reading, ScheduleError>;

/// Tries all places at which the text could be a range.
fn split(text: &str) -> Option<(Read, Read)> {
    [" to ", " until ", " till ", " through ", "..", "-"].into_iter().find_map(|between| {
        text.match_indices(between).take(8).find_map(|(at, _)| {
            let (start, end) = (text.get(..at)?, text.get(at + between.len()..)?);
            Some((read(start)?, read(end)?))
        })
    })
}

/// Places the start, which may borrow its month and year from the end.
fn place_start(start: Reading, end: Reading, today: NaiveDate) -> Result<NaiveDate, ScheduleError> {
    let end_date = match end.written {
        Written::On(_) | Written::DayMonth(..) => Some(place(end, today)?),
        _ => None,
    };
    let borrowed = match (start.written, end.written, end_date) {
        (Written::Day(day), _, Some(end)) => day_before(end, |date| date.day() == day),
        (Written::DayMonth(day, month), Written::On(_), Some(end)) => {
            day_before(end, |date| date.day() == day && date.month() == month)
        }
        _ => None,
    };
    match borrowed {
        Some(date) => check_weekday(start, date),
        None => place(start, today),
    }
}

/// Places the end after the start, where it doesn't say which day it is by itself.
fn place_end(end: Reading, from: NaiveDate, today: NaiveDate) -> Result<NaiveDate, ScheduleError> {
    let basis = match end.written {
        Written::Weekday(_) | Written::Day(_) | Written::DayMonth(..) => from,
        _ => today,
    };
    place(end, basis)
}

/// The last date that fits, up to `end`, within a year.
fn day_before(end: NaiveDate, fits: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
    (0..366).filter_map(|back| end.checked_sub_days(Days::new(back))).find(|date| fits(*date))
}

/// The first date that fits, from `start` on, within a year.
fn day_after(start: NaiveDate, fits: impl Fn(NaiveDate) -> bool) -> Option<NaiveDate> {
    (0..366).filter_map(|ahead| start.checked_add_days(Days::new(ahead))).find(|date| fits(*date))
}

fn monday_of(date: NaiveDate) -> Option<NaiveDate> {
    date.week(Weekday::Mon).checked_first_day()
}

/// Gives a date that was read its place in the calendar.
fn place(reading: Reading, today: NaiveDate) -> Result<NaiveDate, ScheduleError> {
    let in_week = |day: Weekday, ahead: u64| {
        let days = u64::from(day.num_days_from_monday()) + ahead;
        monday_of(today)?.checked_add_days(Days::new(days))
    };
    let date = match reading.written {
        Written::On(date) => Some(date),
        Written::Ahead(days) => shifted(today, days),
        // The last day of a month that is too short: a month from 31 January is 28 February.
        Written::Months(months) => today.checked_add_months(chrono::Months::new(months)),
        Written::Weekday(day) => day_after(today, |date| date.weekday() == day),
        Written::ThisWeek(day) => in_week(day, 0),
        Written::NextWeek(day) => in_week(day, 7),
        Written::Day(day) => day_after(today, |date| date.day() == day),
        Written::DayMonth(day, month) => {
            let first = today.checked_sub_days(Days::new(LOOK_BACK)).unwrap_or(today);
            day_after(first, |date| date.day() == day && date.month() == month)
        }
    };
    let known = date.filter(|date| super::wall::YEARS.contains(&date.year()));
    let date = known.ok_or_else(|| {
        ScheduleError::new(
            "date",
            "there is no such day in the coming year; write the year as well, as in \
             `29 February 2028`.",
        )
    })?;
    check_weekday(reading, date)
}

fn shifted(today: NaiveDate, days: i32) -> Option<NaiveDate> {
    let distance = Days::new(u64::from(days.unsigned_abs()));
    if days < 0 { today.checked_sub_days(distance) } else { today.checked_add_days(distance) }
}

/// Refuses `Monday 22 March` when the 22nd is a Sunday: one of the two is a mistake.
fn check_weekday(reading: Reading, date: NaiveDate) -> Result<NaiveDate, ScheduleError> {
    match reading.weekday {
        Some(day) if day != date.weekday() => Err(ScheduleError::new(
            "date",
            format!(
                "{} is a {}, not a {}; correct one of them or leave out the weekday.",
                date.format("%-d %B %Y"),
                date.format("%A"),
                super::days::weekday_name(day)
            ),
        )),
        _ => Ok(date),
    }
}

fn unclear(text: &str) -> ScheduleError {
    ScheduleError::new(
        "date",
        format!(
            "{} is not a date; write for example `2026-03-22`, `22 March`, `tomorrow`, `Friday`, \
             or a range such as `22 March to 26 March`.",
            quoted(text)
        ),
    )
}
