//! Schedules in plain words, once they are read: which dates, and at what time of day.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};

use super::days::{DaySet, weekday_name};
use super::wall::YEARS;

/// The Monday from which all weeks are counted, so that `every 2 weeks` means the same two
/// weeks to everybody and after every restart.
const FIRST_MONDAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(1970, 1, 5);

/// The most weeks that can lie between two turns.
pub(super) const MOST_WEEKS: u8 = 52;

/// The dates that a schedule falls on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pattern {
    /// These days of the week, in every week or once in several weeks.
    Weekly {
        /// The days of the week; never empty.
        days: DaySet,
        /// 1 for every week, up to [`MOST_WEEKS`].
        every: u8,
    },
    /// The same day of every month, 1 to 28, so that every month has it.
    MonthDay(u8),
    /// The last day of every month.
    LastDay,
    /// One weekday of every month: the first to fourth, or the last.
    WeekdayOfMonth(Nth, Weekday),
}

/// Which of the weekdays of one name in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nth {
    First,
    Second,
    Third,
    Fourth,
    Last,
}

/// A schedule in plain words: dates, a time of day, and possibly a date to start on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) pattern: Pattern,
    pub(super) time: NaiveTime,
    /// Nothing is due before this date, and weeks are counted from its week.
    pub(super) from: Option<NaiveDate>,
}

impl Words {
    /// The first wall time of the schedule after `after`.
    pub(super) fn next_wall(&self, after: NaiveDateTime) -> Option<NaiveDateTime> {
        let mut date = after.date();
        if self.time <= after.time() {
            date = date.succ_opt()?;
        }
        if let Some(from) = self.from {
            date = date.max(from);
        }
        self.next_date(date.max(NaiveDate::from_ymd_opt(*YEARS.start(), 1, 1)?)).map(|date| date.and_time(self.time))
    }

    /// The first date of the schedule that is not before `date`.
    fn next_date(&self, mut date: NaiveDate) -> Option<NaiveDate> {
        // Two weeks of days in the right week, or two months, hold every pattern.
        for _ in 0..70 {
            if !YEARS.contains(&date.year()) {
                return None;
            }
            let weeks = self.weeks_to_wait(date);
            if weeks > 0 {
                let monday = date.week(Weekday::Mon).checked_first_day()?;
                date = monday.checked_add_days(Days::new(weeks * 7))?;
            }
            if self.falls_on(date) {
                return Some(date);
            }
            date = date.succ_opt()?;
        }
        None
    }

    /// How many weeks after the one of `date` the schedule has its next turn.
    fn weeks_to_wait(&self, date: NaiveDate) -> u64 {
        let Pattern::Weekly { every, .. } = self.pattern else {
            return 0;
        };
        let every = i64::from(every.max(1));
        let anchor = self.from.or(FIRST_MONDAY).map_or(0, week_number);
        let past = (week_number(date) - anchor).rem_euclid(every);
        u64::try_from((every - past) % every).unwrap_or(0)
    }

    fn falls_on(&self, date: NaiveDate) -> bool {
        match self.pattern {
            Pattern::Weekly { days, .. } => days.contains(date.weekday()),
            Pattern::MonthDay(day) => date.day() == u32::from(day),
            Pattern::LastDay => is_in_last_days(date, 1),
            Pattern::WeekdayOfMonth(nth, day) => date.weekday() == day && nth.holds(date),
        }
    }

    /// The schedule as said to a person: `weekdays at 09:30`.
    pub(super) fn describe(&self) -> String {
        let from = self.from.map(|date| format!(", from {}", date.format("%-d %B %Y")));
        let time = self.time.format("%H:%M");
        format!("{} at {time}{}", self.pattern.describe(), from.unwrap_or_default())
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.pattern, self.time.format("%H:%M"))?;
        match self.from {
            Some(date) => write!(f, " from {date}"),
            None => Ok(()),
        }
    }
}

impl Pattern {
    pub(super) fn describe(self) -> String {
        match self {
            Self::Weekly { days: DaySet::ALL, every: 1 } => "every day".to_owned(),
            Self::Weekly { days: DaySet::WEEKDAYS | DaySet::WEEKEND, every: 1 } => self.to_string(),
            Self::Weekly { every: 1, .. } => format!("every {self}"),
            Self::Weekly { .. } => self.to_string(),
            Self::MonthDay(day) => format!("on the {} of every month", ordinal(day)),
            Self::LastDay => "on the last day of every month".to_owned(),
            Self::WeekdayOfMonth(nth, day) => {
                format!("on the {nth} {} of every month", weekday_name(day))
            }
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Weekly { days, every } => {
                let names = match days {
                    DaySet::ALL if every == 1 => "daily".to_owned(),
                    DaySet::WEEKDAYS => "weekdays".to_owned(),
                    DaySet::WEEKEND => "weekends".to_owned(),
                    _ => days.to_string(),
                };
                if every == 1 { f.write_str(&names) } else { write!(f, "every {every} weeks on {names}") }
            }
            Self::MonthDay(day) => write!(f, "monthly on the {}", ordinal(day)),
            Self::LastDay => f.write_str("last day of the month"),
            Self::WeekdayOfMonth(nth, day) => {
                write!(f, "{nth} {} of the month", weekday_name(day))
            }
        }
    }
}

impl Nth {
    /// Whether a date is in the first seven days of its month, the next seven, and so on.
    fn holds(self, date: NaiveDate) -> bool {
        match self {
            Self::First => date.day0() / 7 == 0,
            Self::Second => date.day0() / 7 == 1,
            Self::Third => date.day0() / 7 == 2,
            Self::Fourth => date.day0() / 7 == 3,
            Self::Last => is_in_last_days(date, 7),
        }
    }
}

impl fmt::Display for Nth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Third => "third",
            Self::Fourth => "fourth",
            Self::Last => "last",
        })
    }
}

/// Whole ISO weeks since Monday 5 January 1970.
fn week_number(date: NaiveDate) -> i64 {
    FIRST_MONDAY.map_or(0, |monday| (date - monday).num_days().div_euclid(7))
}

fn is_in_last_days(date: NaiveDate, days: u64) -> bool {
    date.checked_add_days(Days::new(days)).is_none_or(|later| later.month() != date.month())
}

/// `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`.
pub(super) fn ordinal(number: u8) -> String {
    let suffix = match (number % 10, number % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}
