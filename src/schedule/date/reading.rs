//! What a written date says by itself, before it is known which year or week is meant.

use chrono::{NaiveDate, Weekday};

use super::super::days::weekday_named;
use super::super::error::{ScheduleError, quoted};

/// A date as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    /// A full date.
    On(NaiveDate),
    /// So many days from today.
    Ahead(i32),
    /// So many months from today.
    Months(u32),
    /// A weekday without more.
    Weekday(Weekday),
    /// `this Friday`.
    ThisWeek(Weekday),
    /// `next Friday`.
    NextWeek(Weekday),
    /// `the 22nd`.
    Day(u32),
    /// A day and a month, without a year.
    DayMonth(u32, u32),
}

/// A date as it was written, with the weekday that stood before it, if any.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub(super) written: Written,
    pub(super) weekday: Option<Weekday>,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads one date. `None` when the text isn't one; an error when it is one that can't be
/// understood safely.
pub(super) fn read(text: &str) -> Option<Result<Reading, ScheduleError>> {
    let lower = text.trim().to_lowercase().replace(',', " ");
    if lower.len() > 60 {
        return None;
    }
    let filler = |token: &&str| !matches!(*token, "on" | "the" | "of");
    let tokens: Vec<&str> = lower.split_whitespace().filter(filler).collect();
    let alone = |written| Some(Ok(Reading { written, weekday: None }));
    match tokens.as_slice() {
        ["today"] => alone(Written::Ahead(0)),
        ["tomorrow"] => alone(Written::Ahead(1)),
        ["yesterday"] => alone(Written::Ahead(-1)),
        ["in", count, "month" | "months"] => alone(Written::Months(u32::try_from(counted(count)?).ok()?)),
        ["in", count, unit] => alone(Written::Ahead(distance(count, unit)?)),
        ["this", day] => alone(Written::ThisWeek(weekday_named(day)?)),
        ["next", day] => alone(Written::NextWeek(weekday_named(day)?)),
        [day] if weekday_named(day).is_some() => alone(Written::Weekday(weekday_named(day)?)),
        [day, rest @ ..] if weekday_named(day).is_some() => read_plain(rest, weekday_named(day)),
        rest => read_plain(rest, None),
    }
}

fn read_plain(tokens: &[&str], weekday: Option<Weekday>) -> Option<Result<Reading, ScheduleError>> {
    let written = match tokens {
        [token] => return read_numbers(token, weekday),
        [one, two] => day_month(one, two).map(|(day, month)| Written::DayMonth(day, month)),
        [one, two, year] => {
            let (day, month) = day_month(one, two)?;
            NaiveDate::from_ymd_opt(year_of(year)?, month, day).map(Written::On)
        }
        _ => None,
    };
    written.map(|written| Ok(Reading { written, weekday }))
}

/// Reads `22nd`, `2026-03-22`, `22/3`, `22.3.2026`.
fn read_numbers(token: &str, weekday: Option<Weekday>) -> Option<Result<Reading, ScheduleError>> {
    let done = |written| Some(Ok(Reading { written, weekday }));
    let parts: Vec<&str> = token.split(['/', '.', '-']).collect();
    match parts.as_slice() {
        [day] => done(Written::Day(day_of(day)?)),
        [year, month, day] if year.len() == 4 => {
            let (month, day) = (number(month)?, number(day)?);
            done(Written::On(NaiveDate::from_ymd_opt(year_of(year)?, month, day)?))
        }
        // With a dash and without a year it is a range of days.
        [one, two] if !token.contains('-') => {
            let found = either_order(token, number(one)?, number(two)?)?;
            Some(found.map(|(day, month)| Reading { written: Written::DayMonth(day, month), weekday }))
        }
        [one, two, year] => {
            let year = year_of(year)?;
            match either_order(token, number(one)?, number(two)?)? {
                Ok((day, month)) => done(Written::On(NaiveDate::from_ymd_opt(year, month, day)?)),
                Err(error) => Some(Err(error)),
            }
        }
        _ => None,
    }
}

/// Day and month from two numbers, refused when they could be either way round.
fn either_order(token: &str, one: u32, two: u32) -> Option<Result<(u32, u32), ScheduleError>> {
    // A leap year, so that the 29th of February is a day as well.
    let is_day = |day, month| NaiveDate::from_ymd_opt(2028, month, day).is_some();
    match (is_day(one, two), is_day(two, one)) {
        (true, true) if one != two => Some(Err(ScheduleError::new(
            "date",
            format!("{} can be read in two ways; write the month in letters, as in `3 April 2026`.", quoted(token)),
        ))),
        (true, _) => Some(Ok((one, two))),
        (false, true) => Some(Ok((two, one))),
        (false, false) => None,
    }
}

/// `22 march` or `march 22`.
fn day_month(one: &str, two: &str) -> Option<(u32, u32)> {
    let (day, month) = match (month_of(one), month_of(two)) {
        (None, Some(month)) => (day_of(one)?, month),
        (Some(month), None) => (day_of(two)?, month),
        _ => return None,
    };
    NaiveDate::from_ymd_opt(2028, month, day).map(|_| (day, month))
}

fn month_of(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.');
    let at = MONTHS.iter().position(|name| word.len() >= 3 && name.starts_with(word))?;
    u32::try_from(at + 1).ok()
}

/// `22`, `22nd`; 1 to 31.
fn day_of(word: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].into_iter().find_map(|end| word.strip_suffix(end));
    number(digits.unwrap_or(word)).filter(|day| (1..=31).contains(day))
}

fn number(word: &str) -> Option<u32> {
    let digits = (1..=2).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
    if digits { word.parse().ok() } else { None }
}

fn year_of(word: &str) -> Option<i32> {
    let digits = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
    if digits { word.parse().ok() } else { None }
}

/// `3 days`, `a week`, `two weeks`, in days; at most a hundred of them.
fn counted(count: &str) -> Option<i32> {
    match count {
        "a" | "one" => Some(1),
        "two" => Some(2),
        "three" => Some(3),
        _ => i32::try_from(number(count)?).ok(),
    }
}

fn distance(count: &str, unit: &str) -> Option<i32> {
    let count = counted(count)?;
    match unit {
        "day" | "days" => Some(count),
        "week" | "weeks" => Some(count * 7),
        _ => None,
    }
}
