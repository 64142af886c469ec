//! What a member says about their work, what was agreed with them, and what they were told.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::pace::Rule;
use crate::partnership::calendar::WorkingDays;

/// Hours a week, unless somebody says otherwise: as in the specification of the rules.
pub const USUAL_WEEK: f64 = 37.5;

/// What was agreed with a member about their hours. Only they see and change it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Terms {
    /// Hours a week, above 0 and at most 168.
    pub weekly_hours: f64,
    /// The days on which they work; `None`: those of their squads.
    pub working_days: Option<WorkingDays>,
    /// Whether they opted out of the 48-hour week.
    pub opted_out: bool,
}

impl Default for Terms {
    fn default() -> Self {
        Self { weekly_hours: USUAL_WEEK, working_days: None, opted_out: false }
    }
}

/// What somebody says of one date. It replaces what they said of it before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Times, each from an instant to another, earliest first.
    Times(Vec<(DateTime<Utc>, DateTime<Utc>)>),
    /// Minutes without times: 0 for none, `None` for nobody knows how many.
    Minutes(Option<u16>),
}

/// A time of work, as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Block {
    /// The local date on which it began.
    pub date: NaiveDate,
    /// When it began.
    pub starts: DateTime<Utc>,
    /// When it ended; `None`: still at work.
    pub ends: Option<DateTime<Utc>>,
    /// Whether the bot had to guess the end.
    pub estimated: bool,
}

/// A date without times, as it is kept: minutes 0 for no work, `None` for nobody knows how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Day {
    /// The local date.
    pub date: NaiveDate,
    /// How many minutes.
    pub minutes: Option<u16>,
}

/// All that somebody said about their work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Work {
    /// Times, earliest first.
    pub blocks: Vec<Block>,
    /// Dates without times, earliest first.
    pub days: Vec<Day>,
}

impl Work {
    /// Whether something was said of a date.
    pub fn knows(&self, date: NaiveDate) -> bool {
        self.days.iter().any(|day| day.date == date) || self.blocks.iter().any(|block| block.date == date)
    }

    /// The block that hasn't ended.
    pub fn running(&self) -> Option<Block> {
        self.blocks.iter().rev().find(|block| block.ends.is_none()).copied()
    }
}

/// What a member was told about their pace, so that nothing is said twice.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// By rule, what was told last.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub told: BTreeMap<Rule, Told>,
    /// Slow rules that were found and not told yet, and on which local date first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seen: BTreeMap<Rule, NaiveDate>,
    /// The local date of the last private note about notices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noted: Option<NaiveDate>,
    /// What is to be left alone for now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snooze: Option<Snooze>,
    /// The text for their steward, while a warning stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steward: Option<Steward>,
}

/// A text that somebody's steward may get, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steward {
    /// The level that began it; only a higher one begins it anew.
    pub level: u8,
    /// How it stands.
    pub step: Step,
    /// When the present step ends by itself.
    pub until: DateTime<Utc>,
    /// Word for word what the steward would get.
    pub text: String,
}

/// How a text for a steward stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The person may make a plan first; then it is shown to them.
    Plan,
    /// The person has seen it; then it goes.
    Shown,
    /// The person keeps it back.
    Held,
    /// There is a plan.
    Planned,
    /// It went.
    Sent,
}

/// A flag that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// At which level it stands, as far as the person was told; 0 once it is over.
    pub level: u8,
    /// The level that was told last.
    pub last: u8,
    /// When that was.
    pub at: DateTime<Utc>,
}

/// Flags up to a level are left alone until an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snooze {
    /// Until when.
    pub until: DateTime<Utc>,
    /// Up to which level; a rise above it is told.
    pub level: u8,
}
