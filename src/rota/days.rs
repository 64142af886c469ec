//! Sets of dates of a fortnight, in bits: there are 16,384, so all of them can be looked at.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::input::{DATES, dates};

/// Some dates of a fortnight. Bit 0 is the first date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Days(u16);

impl Days {
    pub(super) const NONE: Self = Self(0);
    /// The seven dates of each week.
    pub(super) const WEEKS: [Self; 2] = [Self(0x7f), Self(0x7f << 7)];

    /// All sets of dates, in a stable order.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..1 << DATES).map(Self)
    }

    /// The dates of which something holds.
    pub(super) fn of(first: NaiveDate, holds: impl Fn(NaiveDate) -> bool) -> Self {
        let day = |(date, day)| u16::from(holds(date)) << day;
        Self(dates(first).zip(0..).map(day).sum())
    }

    /// Those of some dates that are in the fortnight.
    pub(super) fn among(first: NaiveDate, some: &BTreeSet<NaiveDate>) -> Self {
        Self::of(first, |date| some.contains(&date))
    }

    pub(super) fn has(self, day: usize) -> bool {
        self.0 >> day & 1 == 1
    }

    /// The set, by its dates' places in the fortnight.
    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        (0..DATES).filter(move |day| self.has(*day))
    }

    /// The set as dates.
    pub(super) fn dates(self, first: NaiveDate) -> Vec<NaiveDate> {
        dates(first).zip(0..).filter(|(_, day)| self.has(*day)).map(|(date, _)| date).collect()
    }

    pub(super) fn count(self) -> u32 {
        self.0.count_ones()
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The dates of the set whose next date is in it too.
    pub(super) fn pairs(self) -> Self {
        Self(self.0 & self.0 >> 1)
    }

    /// The longest run of dates that are not in the set, after a run of some length.
    pub(super) fn longest_gap(self, before: u32) -> u32 {
        let (mut gap, mut longest) = (before, before);
        for day in 0..DATES {
            gap = if self.has(day) { 0 } else { gap + 1 };
            longest = longest.max(gap);
        }
        longest
    }
}
