//! What a choice of days off lacks.

use std::ops::AddAssign;

/// What a rota lacks, in parts: less is better, and a part comes before all after it.
///
/// - Coverage is first: a squad that can't work asks people back from their days off.
/// - Who has passed six days in a row has rest in the first three dates by a hard rule. *Who of them
///   goes first* comes after coverage. Before it, a squad that is all on day 35 would leave on the
///   same two dates: that is a shared rest, and no rota.
/// - A wish is what somebody said about this fortnight, the contract is only what is usual, and
///   fairness decides between rotas that are as good for all of them together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    /// People who are missing for a skill, over all dates and skills.
    pub uncovered: u32,
    /// People who are missing for half of the squad to be present, over all dates.
    pub short: u32,
    /// Dates that those who have passed six days in a row work before their first day off, times
    /// their streak: so the longest streak goes first.
    pub waiting: u32,
    /// Wished dates that are worked.
    pub moved: u32,
    /// Worked dates that the person's contract has off.
    pub changed: u32,
    /// The square of each person's worked weekend dates: least where they are spread evenly.
    pub weekends: u32,
}

impl Score {
    pub(super) const PARTS: usize = 6;

    /// Its parts, the first one first.
    pub(super) fn parts(&self) -> [u32; Self::PARTS] {
        [self.uncovered, self.short, self.waiting, self.moved, self.changed, self.weekends]
    }

    /// The worse of two, part by part.
    pub(super) fn worst(self, other: Self) -> Self {
        self.with(other, u32::max)
    }

    fn with(self, other: Self, join: fn(u32, u32) -> u32) -> Self {
        Self {
            uncovered: join(self.uncovered, other.uncovered),
            short: join(self.short, other.short),
            waiting: join(self.waiting, other.waiting),
            moved: join(self.moved, other.moved),
            changed: join(self.changed, other.changed),
            weekends: join(self.weekends, other.weekends),
        }
    }
}

impl AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        *self = self.with(other, u32::saturating_add);
    }
}
