//! Working days: the days of the week that somebody works, less the holidays of a calendar.
//!
//! Three calendars are built in; any other comes from an .ics file. What a calendar doesn't
//! reach is no holiday: [`Calendar::last_holiday`] says how far it goes.

mod ics;
mod working_days;
pub mod write;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

pub use self::working_days::WorkingDays;

/// The holidays that somebody keeps, by date, with their names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Calendar {
    name: String,
    holidays: BTreeMap<NaiveDate, String>,
    /// Known just after reading a file, when the person is told.
    #[serde(skip)]
    timed_events_ignored: usize,
}

/// The built-in calendars: key and data.
const BUILT_IN: [(&str, &str); 4] = [
    ("england-and-wales", include_str!("../../config/calendars/england-and-wales.toml")),
    ("scotland", include_str!("../../config/calendars/scotland.toml")),
    ("northern-ireland", include_str!("../../config/calendars/northern-ireland.toml")),
    ("none", "name = \"No holidays\"\n[holidays]\n"),
];

// A calendar that can't be read would be empty here; a test keeps that from happening.
static READ: LazyLock<BTreeMap<&str, Calendar>> = LazyLock::new(|| {
    let read = |text| toml::from_str(text).unwrap_or_default();
    BUILT_IN.map(|(key, text)| (key, read(text))).into()
});

impl Calendar {
    /// The keys of the built-in calendars, in the order to offer them.
    pub fn built_in_keys() -> impl Iterator<Item = &'static str> {
        BUILT_IN.into_iter().map(|(key, _)| key)
    }

    /// A built-in calendar: `england-and-wales`, `scotland`, `northern-ireland`, or `none`,
    /// which has no holidays.
    pub fn built_in(key: &str) -> Option<&'static Self> {
        READ.get(key)
    }

    /// Reads the all-day events of an iCalendar file (RFC 5545) as holidays.
    ///
    /// Events of several days, and those that repeat once a year, count on each of their days;
    /// repeats go from 2020 to 2040. Timed events are left out and counted, and what would be
    /// understood wrongly is refused. A file may have 512 KiB and give 5,000 days.
    pub fn from_ics(text: &str) -> Result<Self, CalendarError> {
        ics::read(text)
    }

    /// The name of the calendar, as people know it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the holiday on that date, if it is one.
    pub fn holiday(&self, date: NaiveDate) -> Option<&str> {
        self.holidays.get(&date).map(String::as_str)
    }

    /// All holidays, in order.
    pub fn holidays(&self) -> impl Iterator<Item = (NaiveDate, &str)> {
        self.holidays.iter().map(|(date, name)| (*date, name.as_str()))
    }

    /// The date of the last holiday: after the end of its year, the calendar has nothing to say.
    pub fn last_holiday(&self) -> Option<NaiveDate> {
        self.holidays.keys().next_back().copied()
    }

    /// How many timed events a file had that were left out; 0 for any other calendar, and for
    /// one that was stored.
    pub fn timed_events_ignored(&self) -> usize {
        self.timed_events_ignored
    }
}

/// Whether somebody with these working days and this calendar works on that date.
pub fn is_working(date: NaiveDate, days: &WorkingDays, calendar: &Calendar) -> bool {
    days.contains(date.weekday()) && calendar.holiday(date).is_none()
}

/// Why a calendar or working days could not be read, in one sentence for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarError(String);

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CalendarError {}

#[cfg(test)]
mod tests;
