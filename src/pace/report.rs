//! What comes out: flags, the streak, questions, and the rest that is owed.

use std::cmp::Reverse;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize, Serializer};

/// What an evaluation says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The local date of `now`.
    pub today: NaiveDate,
    /// Days in a row, up to the last date.
    pub streak: Streak,
    /// Dates of which it would matter whether there was work, newest first, seven at most.
    pub ask: Vec<NaiveDate>,
    /// The highest level of each rule that found something, worst first.
    pub flags: Vec<Flag>,
    /// The rest that is owed.
    pub rest_debt: RestDebt,
}

impl Report {
    /// Puts the flags in order: by level, the highest first, then as the rules stand in their table.
    pub(super) fn sort(&mut self) {
        self.flags.sort_by_key(|flag| (Reverse(flag.level), flag.rule));
    }
}

/// An evaluation with all that stands behind it, for the person themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    /// What [`super::evaluate`] says.
    pub report: Report,
    /// What each rule observes, in the order of their table. One for which not enough is known isn't there.
    pub figures: Vec<Flag>,
    /// The last 35 dates, oldest first, from the first of which anything is known.
    pub dates: Vec<Dated>,
}

/// A local date of somebody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    /// Which one.
    pub date: NaiveDate,
    /// What it is.
    pub kind: Kind,
    /// Minutes of work on it, as far as is known.
    pub minutes: u32,
    /// Whether it is one of rest, in a gap of 35 hours or more.
    pub rested: bool,
}

/// What a local date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Half an hour of work or more.
    Worked,
    /// A short call-out: neither work nor rest.
    Held,
    /// Leave.
    Away,
    /// Nobody knows.
    Unknown,
    /// Rest.
    Rest,
}

/// Days in a row with work. Days of which nothing is known end `min` and count in `max`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Streak {
    /// Days that are known to be worked.
    pub min: u32,
    /// The same, had there been work on every date of which nothing is known.
    pub max: u32,
}

/// The rest that is owed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RestDebt {
    /// Complete weeks of the streak without 24 hours of rest.
    pub missed_weekly_rests: u32,
    /// Hours that the nights of the last 28 dates lack of eleven hours each.
    pub short_rest_hours: Value,
}

/// What a rule found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Flag {
    /// The rule.
    pub rule: Rule,
    /// 1 notice, 2 caution, 3 warning, 4 critical. Among the figures of a [`Survey`] also 0: within limits.
    pub level: u8,
    /// What was observed.
    pub value: Value,
    /// In what `value` is counted.
    pub unit: Unit,
    /// Whether it rests on times that the bot had to guess.
    pub estimated: bool,
}

/// The rules, in the order in which equal levels are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Days in a row.
    Streak,
    /// Rest in each 24 hours.
    DailyRest,
    /// A day of rest a week.
    WeeklyRest,
    /// One long rest in 14 days.
    Recovery,
    /// The statutory average of weekly hours.
    #[serde(rename = "average_48")]
    Average48,
    /// Hours in seven dates.
    LongWeek,
    /// Weekly hours over four weeks.
    #[serde(rename = "chronic_55")]
    Chronic55,
    /// Overtime in thirty dates.
    #[serde(rename = "overtime_30")]
    Overtime30,
    /// Work inside 24 hours.
    LongDay,
    /// Nights in a row, or a long block at night.
    NightRun,
    /// Early starts in a row.
    EarlyRun,
    /// More than was agreed, for four weeks.
    Drift,
}

/// In what a flag's value is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Unit {
    /// Days in a row.
    #[serde(rename = "days")]
    Days,
    /// Nights in a row.
    #[serde(rename = "nights")]
    Nights,
    /// Hours.
    #[serde(rename = "h")]
    Hours,
}

/// A number with at most two decimals, kept as hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(i64);

impl Value {
    /// A whole number.
    pub(super) fn whole(number: u32) -> Self {
        Self(i64::from(number) * 100)
    }

    /// Seconds as hours.
    pub(super) fn hours(seconds: i64) -> Self {
        Self::ratio(seconds, 3_600)
    }

    /// A fraction, rounded to hundredths, half away from zero.
    pub(super) fn ratio(over: i64, under: i64) -> Self {
        let (over, under) = (i128::from(over) * 100, i128::from(under));
        let rounded = (2 * over.abs() + under) / (2 * under);
        let rounded = i64::try_from(rounded).unwrap_or(i64::MAX);
        Self(if over < 0 { -rounded } else { rounded })
    }

    /// The number itself.
    #[expect(clippy::cast_precision_loss, reason = "hundredths of hours are far below 2^53")]
    pub fn number(self) -> f64 {
        self.0 as f64 / 100.0
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.number())
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 { serializer.serialize_i64(self.0 / 100) } else { serializer.serialize_f64(self.number()) }
    }
}
