//! What goes in, and how it is read from JSON: whole, or refused with the path of the field.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Tz;
use serde_json::Value;

use crate::partnership::fields::{self, Fields, Read, YEARS, date, list, refuse, yes_or_no, zone};

pub use crate::partnership::fields::Refused;

/// The longest block that is no mistake.
const LONGEST: TimeDelta = TimeDelta::hours(48);

/// Somebody's log, and when it is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// When it is looked at. What lies after it is left out.
    pub now: DateTime<Utc>,
    /// The zone in which dates are counted.
    pub zone: Tz,
    /// What was agreed.
    pub contract: Contract,
    /// Times of work; they may overlap.
    pub blocks: Vec<Block>,
    /// Dates of work without times.
    pub days: Vec<Day>,
    /// When something was delivered.
    pub deliveries: Vec<DateTime<Utc>>,
    /// Leave.
    pub away: Vec<Away>,
}

/// What was agreed about somebody's hours.
#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    /// Hours a week, above 0 and at most 168.
    pub weekly_hours: f64,
    /// The days on which they work.
    pub working_days: Vec<Weekday>,
    /// Whether they opted out of the 48-hour week.
    pub opted_out_48h: bool,
}

impl Default for Contract {
    fn default() -> Self {
        use Weekday::{Fri, Mon, Thu, Tue, Wed};
        Self { weekly_hours: 37.5, working_days: vec![Mon, Tue, Wed, Thu, Fri], opted_out_48h: false }
    }
}

/// A time of work, half-open, at most 48 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// When it began.
    pub start: DateTime<Utc>,
    /// When it ended.
    pub end: DateTime<Utc>,
    /// Whether the bot had to guess its end.
    pub estimated: bool,
}

/// A date of work without times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The local date.
    pub date: NaiveDate,
    /// Minutes of work, 0 for none; `None`: worked, nobody knows how long.
    pub minutes: Option<u16>,
}

/// Dates of leave, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

impl Input {
    /// A log with nothing in it.
    pub fn empty(now: DateTime<Utc>, zone: Tz) -> Self {
        let (blocks, days, deliveries, away) = Default::default();
        Self { now, zone, contract: Contract::default(), blocks, days, deliveries, away }
    }

    /// Reads a log from JSON text.
    ///
    /// # Errors
    /// Names the first field that won't do. Nothing is guessed.
    pub fn parse(text: &str) -> Read<Self> {
        Self::from_json(&fields::json(text)?)
    }

    /// Reads a log from JSON.
    ///
    /// # Errors
    /// As [`Input::parse`].
    pub fn from_json(value: &Value) -> Read<Self> {
        let all = Fields::of(value, "", &["now", "zone", "contract", "blocks", "days", "deliveries", "away"])?;
        let input = Self {
            now: all.required("now", instant)?,
            zone: all.required("zone", zone)?,
            contract: all.optional("contract", contract)?.unwrap_or_default(),
            blocks: all.list("blocks", block)?,
            days: all.list("days", day)?,
            deliveries: all.list("deliveries", instant)?,
            away: all.list("away", away)?,
        };
        let mut seen = std::collections::BTreeSet::new();
        match input.days.iter().position(|day| !seen.insert(day.date)) {
            Some(second) => refuse(&format!("days[{second}].date"), "is there twice; a date has one entry"),
            None => Ok(input),
        }
    }
}

/// Written exactly as `2026-03-29T21:00:00Z`.
fn instant(value: &Value, path: &str) -> Read<DateTime<Utc>> {
    const FORM: &str = "%Y-%m-%dT%H:%M:%SZ";
    let read = value.as_str().and_then(|text| {
        let read = NaiveDateTime::parse_from_str(text, FORM).ok()?;
        // A leap second is none of the seconds that are counted.
        (read.nanosecond() == 0 && read.format(FORM).to_string() == text).then(|| read.and_utc())
    });
    match read {
        Some(at) if YEARS.contains(&at.year()) => Ok(at),
        Some(_) => refuse(path, "must be within the years 1970 to 2200"),
        None => refuse(path, "must be an instant in UTC, in whole seconds, such as \"2026-03-29T21:00:00Z\""),
    }
}

fn contract(value: &Value, path: &str) -> Read<Contract> {
    let fields = Fields::of(value, path, &["weekly_hours", "working_days", "opted_out_48h"])?;
    let usual = Contract::default();
    Ok(Contract {
        weekly_hours: fields.optional("weekly_hours", weekly_hours)?.unwrap_or(usual.weekly_hours),
        working_days: fields
            .optional("working_days", |value, path| list(value, path, weekday))?
            .unwrap_or(usual.working_days),
        opted_out_48h: fields.optional("opted_out_48h", yes_or_no)?.unwrap_or(usual.opted_out_48h),
    })
}

fn weekly_hours(value: &Value, path: &str) -> Read<f64> {
    match value.as_f64() {
        Some(hours) if hours > 0.0 && hours <= 168.0 => Ok(hours),
        _ => refuse(path, "must be a number above 0 and at most 168"),
    }
}

fn weekday(value: &Value, path: &str) -> Read<Weekday> {
    const DAYS: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let named = DAYS.into_iter().find(|day| value.as_str() == Some(&day.to_string()));
    named.map_or_else(|| refuse(path, "must be one of Mon, Tue, Wed, Thu, Fri, Sat, Sun"), Ok)
}

fn block(value: &Value, path: &str) -> Read<Block> {
    let fields = Fields::of(value, path, &["start", "end", "estimated"])?;
    let block = Block {
        start: fields.required("start", instant)?,
        end: fields.required("end", instant)?,
        estimated: fields.optional("estimated", yes_or_no)?.unwrap_or(false),
    };
    match block.end - block.start {
        length if length < TimeDelta::zero() => refuse(&fields.at("end"), "is before the start"),
        length if length > LONGEST => refuse(&fields.at("end"), "is more than 48 hours after the start"),
        _ => Ok(block),
    }
}

fn day(value: &Value, path: &str) -> Read<Day> {
    let fields = Fields::of(value, path, &["date", "minutes"])?;
    Ok(Day { date: fields.required("date", date)?, minutes: fields.optional("minutes", minutes)? })
}

fn minutes(value: &Value, path: &str) -> Read<u16> {
    match value.as_u64().and_then(|minutes| u16::try_from(minutes).ok()) {
        Some(minutes) if minutes <= 1_440 => Ok(minutes),
        _ => refuse(path, "must be whole minutes from 0 to 1440"),
    }
}

fn away(value: &Value, path: &str) -> Read<Away> {
    let fields = Fields::of(value, path, &["from", "to"])?;
    let away = Away { from: fields.required("from", date)?, to: fields.required("to", date)? };
    if away.to < away.from { refuse(&fields.at("to"), "is before the first date") } else { Ok(away) }
}
