//! When something is due: plain words and cron → wall times → instants.
//!
//! A schedule says what the clock on the wall shows when something is due; a time zone turns
//! that into instants. Nothing here reads a clock: whoever asks says from when on.
//!
//! Three rules hold wherever clocks change:
//!
//! - A wall time that doesn't exist, because clocks went forward over it, is due once, at the
//!   first instant after the gap. This holds for a whole date that a zone left out, too.
//! - A wall time that comes twice is due once, at the earlier one.
//! - Wall times that come to the same instant, because they lie in the same gap or at its end,
//!   are one occurrence, and its wall time is the first of them.
//!
//! Weeks are ISO weeks, from Monday. `every 2 weeks` counts them from Monday 5 January 1970,
//! unless the schedule has a start date of its own (`… from 2026-03-24`): then nothing is due
//! before that date, and the week of that date is the first one.
//!
//! In cron, Sunday is 0 or 7 as in crontab(5). When both the day of the month and the day of
//! the week are restricted (neither starts with `*`), either is enough, as crontab(5) has it.

mod crontab;
mod date;
mod days;
mod deadline;
mod error;
mod listing;
mod pattern;
mod time_of_day;
mod wall;
mod words;
mod zone;

#[cfg(test)]
mod tests;

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use self::crontab::CronRule;
use self::pattern::Words;

pub use self::date::{parse_date, parse_dates};
pub use self::days::DaySet;
pub use self::deadline::parse_deadline;
pub use self::error::ScheduleError;
pub(crate) use self::error::quoted;
pub use self::listing::next_lines;
pub use self::time_of_day::{parse_hours, parse_time};
pub use self::wall::resolve;
pub use self::zone::{parse_zone, zone_choices};

/// The most characters that a schedule may have.
const LONGEST: usize = 200;

/// When something is due, by the clock on the wall.
///
/// Its text form ([`fmt::Display`], and serde) can be parsed again to the same schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Schedule {
    rule: Rule,
}

#[derive(Debug, Clone)]
enum Rule {
    Words(Words),
    Cron(Box<CronRule>),
}

/// One time at which a schedule is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// The wall time that the schedule asks for, even where clocks went over it.
    pub local: NaiveDateTime,
    /// The instant at which it is due.
    pub at: DateTime<Utc>,
}

impl Occurrence {
    /// What identifies the occurrence within its schedule: the date and wall time asked for,
    /// such as `2026-03-29T01:30`, with seconds only where there are any.
    pub fn key(&self) -> String {
        let seconds = if self.local.second() == 0 { "" } else { ":%S" };
        self.local.format(&format!("%Y-%m-%dT%H:%M{seconds}")).to_string()
    }
}

impl Schedule {
    /// Reads plain words (`weekdays 09:30`, `every 2 weeks on Tuesday 14:00`) or a cron rule
    /// with 5 fields, or 6 with the seconds first.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        if text.trim().is_empty() {
            return Err(ScheduleError::new(
                "schedule",
                "nothing is written; for example `weekdays 09:30` or `every 2 weeks on Tuesday 14:00`.",
            ));
        }
        if text.chars().nth(LONGEST).is_some() {
            return Err(ScheduleError::new(
                "schedule",
                format!("at most {LONGEST} characters, for example `weekdays 09:30`."),
            ));
        }
        let rule = if crontab::looks_like_cron(text) {
            Rule::Cron(Box::new(CronRule::parse(text)?))
        } else {
            Rule::Words(words::parse(text)?)
        };
        Ok(Self { rule })
    }

    /// The first occurrence whose instant is after `after`, strictly; `None` when there is none
    /// until the end of the year 2100.
    pub fn next_after(&self, after: DateTime<Utc>, zone: Tz) -> Option<Occurrence> {
        let mut local = wall::wall_clock(after, zone)?;
        loop {
            local = self.next_wall(local)?;
            let at = resolve(local, zone);
            // In the second pass of a repeated hour the wall times still ahead were already
            // due in the first pass.
            if at > after {
                return Some(Occurrence { local, at });
            }
        }
    }

    /// All occurrences after `after`, in order.
    pub fn upcoming(&self, after: DateTime<Utc>, zone: Tz) -> impl Iterator<Item = Occurrence> + use<'_> {
        let first = self.next_after(after, zone);
        std::iter::successors(first, move |last| self.next_after(last.at, zone))
    }

    /// The wall times that the schedule asks for on a local date, in order.
    pub fn wall_times_on(&self, date: NaiveDate) -> impl Iterator<Item = NaiveDateTime> + use<'_> {
        let midnight = date.and_time(NaiveTime::MIN);
        let before = midnight.checked_sub_signed(chrono::Duration::seconds(1));
        let first = before.filter(|before| wall::within_years(*before));
        std::iter::successors(first.and_then(|b| self.next_wall(b)), |last| self.next_wall(*last))
            .take_while(move |local| local.date() == date)
    }

    /// The schedule in plain words, as part of a sentence: `weekdays at 09:30`.
    pub fn describe(&self) -> String {
        match &self.rule {
            Rule::Words(words) => words.describe(),
            Rule::Cron(cron) => cron.describe(),
        }
    }

    fn next_wall(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        match &self.rule {
            Rule::Words(words) => words.next_wall(after),
            Rule::Cron(cron) => cron.next_wall(after),
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            Rule::Words(words) => words.fmt(f),
            Rule::Cron(cron) => f.write_str(cron.text()),
        }
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Words(one), Self::Words(other)) => one == other,
            (Self::Cron(one), Self::Cron(other)) => one.text() == other.text(),
            _ => false,
        }
    }
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> Self {
        schedule.to_string()
    }
}

impl TryFrom<String> for Schedule {
    type Error = ScheduleError;

    fn try_from(text: String) -> Result<Self, ScheduleError> {
        Self::parse(&text)
    }
}

impl std::str::FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        Self::parse(text)
    }
}
