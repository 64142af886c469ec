//! The rules of a squad's streak. Pure.

use chrono::NaiveDate;

use crate::partnership::SquadId;

use super::model::SquadDate;

/// The kind of the panel that proposes a rest day.
pub const PANEL: &str = "rest.day";
/// The longest streak that is looked for, in days.
pub const FARTHEST: u64 = 120;
/// Days that are proposed for a rest.
pub const PROPOSED: usize = 10;
/// How far ahead a planned rest answers a streak, in days.
pub const SOON: u64 = 14;

impl SquadDate {
    /// Whether the squad worked, as far as it can be seen: half of those who weren't away checked in,
    /// and at least two, or a release went out.
    pub fn counts(self) -> bool {
        self.released || self.posted >= 2 && self.posted * 2 >= self.present
    }

    /// Whether it was a rest for the squad: nobody posted, nothing was released. A few posts neither add a day nor end a streak.
    pub fn rests(self) -> bool {
        self.posted == 0 && !self.released
    }
}

/// A squad's days in a row, from today back. Today counts once it is worked.
pub fn streak(today: SquadDate, before: impl IntoIterator<Item = SquadDate>) -> u32 {
    let mut days = u32::from(today.counts());
    for date in before {
        if date.rests() {
            break;
        }
        days += u32::from(date.counts());
    }
    days
}

/// The level of a streak, where it has passed one that its lead wasn't told. What is remembered is
/// always the present level: it falls when the streak ends, so that the next one is told.
pub fn passed(days: u32, told: u8) -> Option<u8> {
    Some(crate::pace::streak_level(days)).filter(|level| *level > told)
}

/// The key of a proposal's panel.
pub fn key(squad: SquadId, date: NaiveDate) -> String {
    format!("{PANEL}:{}", row(squad, date))
}

/// The row of a proposal's buttons.
pub fn row(squad: SquadId, date: NaiveDate) -> String {
    format!("{squad},{date}")
}

/// A squad and a date from such a row.
pub fn parse_row(row: &str) -> Option<(SquadId, NaiveDate)> {
    let (squad, date) = row.split_once(',')?;
    Some((squad.parse().ok()?, date.parse().ok()?))
}

/// The days to propose: the squad's working days to come, those first on which most are away anyway.
pub fn proposals(
    today: NaiveDate,
    works: impl Fn(NaiveDate) -> bool,
    away: impl Fn(NaiveDate) -> usize,
) -> Vec<(NaiveDate, usize)> {
    let days = today.iter_days().skip(1).take(28).filter(|date| works(*date)).take(PROPOSED);
    let mut days: Vec<(NaiveDate, usize)> = days.map(|date| (date, away(date))).collect();
    days.sort_by_key(|(date, away)| (std::cmp::Reverse(*away), *date));
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(posted: usize, present: usize) -> SquadDate {
        SquadDate { posted, present, released: false }
    }

    fn release(posted: usize, present: usize) -> SquadDate {
        SquadDate { released: true, ..date(posted, present) }
    }

    #[test]
    fn half_of_those_present_and_two_at_least_make_a_day() {
        for (posted, present, counts) in [
            (0, 0, false),
            (1, 1, false),
            (1, 2, false),
            (2, 2, true),
            (2, 4, true),
            (2, 5, false),
            (3, 5, true),
            (3, 2, true),
        ] {
            assert_eq!(streak(date(posted, present), []), u32::from(counts), "{posted} of {present}");
        }
    }

    #[test]
    fn a_day_without_a_word_ends_a_streak_and_a_thin_one_does_not() {
        let (full, thin, free) = (date(4, 4), date(1, 4), date(0, 4));
        for (today, before, days) in [
            (full, vec![full, full], 3),
            (free, vec![full, full], 2),
            (thin, vec![full, thin, full], 2),
            (full, vec![free, full], 1),
            (full, vec![date(0, 0), full], 1),
            (free, vec![], 0),
            // A release makes a day by itself, on a day without a word and on a thin one.
            (full, vec![release(0, 4), full], 3),
            (full, vec![release(1, 4), release(0, 0), full], 4),
            (release(0, 4), vec![free, full], 1),
        ] {
            assert_eq!(streak(today, before.clone()), days, "{today:?} {before:?}");
        }
    }

    #[test]
    fn a_lead_is_told_at_each_threshold_once_and_anew_in_the_next_streak() {
        let mut told = 0;
        let mut heard = Vec::new();
        // Nobody looks on the day of rest itself: the next one may begin with a day already.
        for days in (1..=26).chain(1..=8) {
            heard.extend(passed(days, told).map(|level| (days, level)));
            told = crate::pace::streak_level(days);
        }
        assert_eq!(heard, [(7, 1), (10, 2), (13, 3), (25, 4), (7, 1)]);
    }

    #[test]
    fn days_on_which_many_are_away_come_first() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 3, day).expect("a date");
        let days = proposals(day(22), |date| date != day(25), |date| usize::from(date == day(26)) * 2);
        assert_eq!(days[..3], [(day(26), 2), (day(23), 0), (day(24), 0)]);
        assert_eq!(days.len(), PROPOSED);
    }
}
