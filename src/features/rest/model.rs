//! What a squad's streak is made of.

use chrono::NaiveDate;

/// A date of a squad, as everybody in it can see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SquadDate {
    /// How many of those who weren't away checked in for it.
    pub posted: usize,
    /// How many weren't away.
    pub present: usize,
    /// Whether somebody recorded a release on it.
    pub released: bool,
}

/// A shared rest day that is to come, and how many have agreed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Which day.
    pub date: NaiveDate,
    /// The names of those who will be off.
    pub off: Vec<String>,
}
