//! One all-day event, and the dates that it stands for.

use std::ops::RangeInclusive;

use chrono::{Datelike, Days, NaiveDate};

use super::lines::Properties;
use super::{CalendarError, clean};
use crate::schedule::quoted;

/// The years over which a yearly event is repeated.
const REPEATED: RangeInclusive<i32> = 2020..=2040;
/// The most days that one event may last.
const LONGEST: u64 = 366;

/// An all-day event.
pub(super) struct Event<'a> {
    properties: &'a Properties<'a>,
    start: NaiveDate,
    /// How many days it lasts, at least 1.
    length: u64,
    repeat: Option<Yearly>,
    /// Starts of repeats that don't take place.
    except: Vec<NaiveDate>,
}

/// A repeat once a year, or once in several years.
struct Yearly {
    /// In years, 1 to 100.
    interval: usize,
    count: Option<usize>,
    until: Option<NaiveDate>,
}

impl<'a> Event<'a> {
    /// Reads an event; `None` when it has a time of day, or was cancelled.
    pub(super) fn read(properties: &'a Properties<'a>) -> Result<Option<Self>, CalendarError> {
        let Some(start) = properties.value("DTSTART") else {
            return Err(problem(properties, "has no start date; give it one"));
        };
        let cancelled = properties.value("STATUS").is_some_and(|s| s.eq_ignore_ascii_case("CANCELLED"));
        // A date is eight digits; a time has a `T` after them.
        if start.contains(['T', 't']) || cancelled {
            return Ok(None);
        }
        let Some(start) = date(start) else {
            return Err(problem(properties, "has a start that is not a date such as 20261225"));
        };
        for (name, what) in [("RDATE", "repeats on listed dates"), ("RECURRENCE-ID", "moves a repeat")] {
            if properties.value(name).is_some() {
                let advice = format!("{what} ({name}), which is not understood; write single events");
                return Err(problem(properties, &advice));
            }
        }
        Ok(Some(Self {
            properties,
            start,
            length: length(properties, start)?,
            repeat: repeat(properties, start)?,
            except: exceptions(properties)?,
        }))
    }

    /// The name of the holiday.
    pub(super) fn name(&self) -> String {
        name(self.properties)
    }

    /// All dates on which it is a holiday.
    pub(super) fn dates(&self) -> impl Iterator<Item = NaiveDate> {
        let starts = self.starts().into_iter();
        let taking_place = starts.filter(|start| !self.except.contains(start));
        taking_place.flat_map(|start| (0..self.length).filter_map(move |day| start.checked_add_days(Days::new(day))))
    }

    /// The first day of each repeat.
    fn starts(&self) -> Vec<NaiveDate> {
        let Some(repeat) = &self.repeat else {
            return vec![self.start];
        };
        // The 29th of February repeats in leap years alone, and only those are counted.
        let years = (self.start.year()..=*REPEATED.end()).step_by(repeat.interval);
        let starts = years.filter_map(|year| self.start.with_year(year));
        starts
            .take(repeat.count.unwrap_or(usize::MAX))
            .take_while(|start| repeat.until.is_none_or(|until| *start <= until))
            .filter(|start| REPEATED.contains(&start.year()))
            .collect()
    }
}

fn name(properties: &Properties<'_>) -> String {
    let name = clean(properties.value("SUMMARY").unwrap_or_default());
    if name.is_empty() { "Holiday".to_owned() } else { name }
}

fn problem(properties: &Properties<'_>, what: &str) -> CalendarError {
    CalendarError(format!("the event {} {what}.", quoted(&name(properties))))
}

/// Reads a date such as `20261225`.
fn date(text: &str) -> Option<NaiveDate> {
    let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    if digits { NaiveDate::parse_from_str(text, "%Y%m%d").ok() } else { None }
}

/// How many days an event lasts, from its end, which is the day after, or its duration.
fn length(properties: &Properties<'_>, start: NaiveDate) -> Result<u64, CalendarError> {
    let days = match (properties.value("DTEND"), properties.value("DURATION")) {
        (Some(end), _) => date(end).map(|end| (end - start).num_days()),
        (None, Some(duration)) => days_of(duration),
        (None, None) => Some(1),
    };
    let days = days.and_then(|days| u64::try_from(days).ok());
    // Some programs write the same day as start and end; one day is what they mean.
    days.map(|days| days.max(1))
        .filter(|days| *days <= LONGEST)
        .ok_or_else(|| problem(properties, "has no end that fits its start, within 366 days"))
}

/// Reads a duration of whole days or weeks: `P1D`, `P2W`.
fn days_of(duration: &str) -> Option<i64> {
    let amount = duration.strip_prefix('P')?;
    let number = |digits: &str| digits.parse::<u16>().ok().map(i64::from);
    match (amount.strip_suffix('D'), amount.strip_suffix('W')) {
        (Some(days), _) => number(days),
        (_, Some(weeks)) => number(weeks).map(|weeks| weeks * 7),
        _ => None,
    }
}

/// Reads a rule that repeats an event once a year on its own date, and refuses all others.
fn repeat(properties: &Properties<'_>, start: NaiveDate) -> Result<Option<Yearly>, CalendarError> {
    let Some(rule) = properties.value("RRULE") else {
        return Ok(None);
    };
    yearly(&rule.to_ascii_uppercase(), start).map(Some).ok_or_else(|| {
        problem(properties, "repeats in a way that is not understood; use a yearly date or single events")
    })
}

fn yearly(rule: &str, start: NaiveDate) -> Option<Yearly> {
    let mut repeat = Yearly { interval: 1, count: None, until: None };
    let mut is_yearly = false;
    for part in rule.split(';').filter(|part| !part.is_empty()) {
        match part.split_once('=')? {
            ("FREQ", "YEARLY") => is_yearly = true,
            ("INTERVAL", years) => repeat.interval = interval(years)?,
            ("COUNT", count) => repeat.count = Some(count.parse().ok()?),
            // The end can be written with a time of day, of which the date matters.
            ("UNTIL", until) => repeat.until = Some(date(until.get(..8)?)?),
            ("BYMONTH", month) if month.parse() == Ok(start.month()) => {}
            ("BYMONTHDAY", day) if day.parse() == Ok(start.day()) => {}
            ("WKST", _) => {}
            _ => return None,
        }
    }
    is_yearly.then_some(repeat)
}

fn interval(years: &str) -> Option<usize> {
    years.parse().ok().filter(|years| (1..=100).contains(years))
}

/// The repeats that don't take place.
fn exceptions(properties: &Properties<'_>) -> Result<Vec<NaiveDate>, CalendarError> {
    let listed = properties.all("EXDATE").flat_map(|dates| dates.split(','));
    listed
        .map(|text| {
            date(text.trim()).ok_or_else(|| problem(properties, "has an exception (EXDATE) that is not a date"))
        })
        .collect()
}
