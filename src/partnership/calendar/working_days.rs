//! The days of the week that somebody works.

use std::fmt;

use chrono::Weekday;
use serde::{Deserialize, Serialize};

use super::CalendarError;
use crate::schedule::DaySet;

/// The days of the week on which somebody works; never none of them.
///
/// Its text form ([`fmt::Display`], and serde) is short: `Mon-Fri`, `Mon, Tue, Thu`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WorkingDays(DaySet);

impl WorkingDays {
    /// Reads `Mon-Fri`, `Mon,Tue,Thu`, `weekdays`, `Monday to Thursday and Saturday`.
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        DaySet::parse(text).map(Self).map_err(|_| CalendarError(unclear(text)))
    }

    /// Whether that day of the week is worked.
    pub fn contains(self, day: Weekday) -> bool {
        self.0.contains(day)
    }

    /// The days, Monday first.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        self.0.iter()
    }

    /// The days in whole words, for a sentence: `Monday to Friday`.
    pub fn describe(self) -> String {
        self.0.to_string()
    }
}

impl Default for WorkingDays {
    /// Monday to Friday.
    fn default() -> Self {
        Self(DaySet::WEEKDAYS)
    }
}

impl fmt::Display for WorkingDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.short())
    }
}

impl From<WorkingDays> for String {
    fn from(days: WorkingDays) -> Self {
        days.to_string()
    }
}

impl TryFrom<String> for WorkingDays {
    type Error = CalendarError;

    fn try_from(text: String) -> Result<Self, CalendarError> {
        Self::parse(&text)
    }
}

fn unclear(text: &str) -> String {
    let text = crate::schedule::quoted(text);
    format!("{text} doesn't name working days; write for example `Mon-Fri` or `Mon, Tue, Thu`.")
}
