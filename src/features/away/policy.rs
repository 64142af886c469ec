//! What becomes of dates that somebody gives, and which of their entries they mean.

use chrono::{Days, NaiveDate};

use crate::error::{Result, refuse};
use crate::schedule::parse_dates;

use super::model::{Away, Part, Stretch};

/// How far back dates are taken, in days. Late entries are always welcome; older ones are typing errors.
pub(super) const BACK: u64 = 366;
/// How far ahead dates are taken, in days.
const AHEAD: u64 = 731;
/// Entries on a page: as many as a select holds.
pub(super) const PAGE: usize = 25;

/// What becomes of dates that somebody gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// All of it was on their list already.
    Already(Stretch),
    /// It is kept.
    Keep {
        /// The dates, as they are kept.
        stretch: Stretch,
        /// Whether some of it was on their list already.
        overlaps: bool,
        /// Whether it was a half day, and the other half makes it whole.
        completes: bool,
    },
}

/// One page of somebody's entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// What stands on it.
    pub(super) entries: Vec<Away>,
    /// Which one it is, from 0.
    pub(super) number: usize,
    /// How many there are; 1 at least.
    pub(super) pages: usize,
}

/// Whether these entries together leave nothing of a date: one for all of it, or two halves.
pub fn away_all_day(held: &[Away], date: NaiveDate) -> bool {
    has(held, date, Part::Day)
}

/// Whether these entries cover a part of a date.
fn has(held: &[Away], date: NaiveDate, part: Part) -> bool {
    let noted = |part: Part| held.iter().any(|away| away.touches(date) && away.part == part);
    let halves = noted(Part::Morning) && noted(Part::Afternoon);
    noted(Part::Day) || if part == Part::Day { halves } else { noted(part) }
}

/// Decides what becomes of the dates. Entries are kept as they were given, also where they overlap:
/// each can then be taken back alone.
pub(super) fn decide(held: &[Away], wanted: Stretch, today: NaiveDate) -> Result<Decision> {
    check_range(wanted, today)?;
    if wanted.dates().all(|date| has(held, date, wanted.part)) {
        return Ok(Decision::Already(wanted));
    }
    let overlaps = wanted.dates().any(|date| has(held, date, wanted.part));
    let completes = other_half(wanted.part).is_some_and(|half| wanted.dates().all(|date| has(held, date, half)));
    let part = if completes { Part::Day } else { wanted.part };
    Ok(Decision::Keep { stretch: Stretch { part, ..wanted }, overlaps, completes })
}

fn check_range(wanted: Stretch, today: NaiveDate) -> Result<()> {
    if today.checked_sub_days(Days::new(BACK)).is_some_and(|oldest| wanted.first < oldest) {
        return refuse(
            "That is more than a year ago, so nothing was noted. Check the year, and write it as in `2026-03-22`.",
        );
    }
    if today.checked_add_days(Days::new(AHEAD)).is_some_and(|farthest| wanted.last > farthest) {
        return refuse(
            "That is more than two years ahead, so nothing was noted. Check the year, or tell me nearer the time.",
        );
    }
    Ok(())
}

fn other_half(part: Part) -> Option<Part> {
    match part {
        Part::Day => None,
        Part::Morning => Some(Part::Afternoon),
        Part::Afternoon => Some(Part::Morning),
    }
}

/// Entries as they are listed: what is to come, soonest first, then what is over, latest first.
pub(super) fn ordered(mut entries: Vec<Away>, today: NaiveDate) -> Vec<Away> {
    entries.sort_by_key(|away| (away.first, away.id));
    let (ahead, mut over): (Vec<Away>, Vec<Away>) = entries.into_iter().partition(|away| away.last >= today);
    over.reverse();
    [ahead, over].concat()
}

/// One page of entries; the last one where there are fewer.
pub(super) fn page(entries: &[Away], number: usize) -> Page {
    let pages = entries.len().div_ceil(PAGE).max(1);
    let number = number.min(pages - 1);
    let entries = entries.iter().skip(number * PAGE).take(PAGE).copied().collect();
    Page { entries, number, pages }
}

/// The entry that somebody means: by its id, as picked from the list, or by dates that they typed.
pub(super) fn find(entries: &[Away], typed: &str, today: NaiveDate) -> Result<Away> {
    if let Some(away) = entries.iter().find(|away| away.id.to_string() == typed) {
        return Ok(*away);
    }
    let Ok((first, last)) = parse_dates(typed, today) else {
        return refuse(
            "I can't find that among your days away. Pick one from the list that appears as you type, or run `/away list`.",
        );
    };
    let meant: Vec<&Away> = entries.iter().filter(|away| away.first <= last && first <= away.last).collect();
    match the_one(&meant, first, last) {
        Some(away) => Ok(away),
        None if meant.is_empty() => refuse("You have no days away then. `/away list` shows what is noted."),
        None => refuse("More than one of your entries falls on that. Pick the one you mean with `/away list`."),
    }
}

/// The only one, or the only one with just these dates.
fn the_one(meant: &[&Away], first: NaiveDate, last: NaiveDate) -> Option<Away> {
    let exact: Vec<&Away> = meant.iter().copied().filter(|away| away.first == first && away.last == last).collect();
    match (meant, &exact[..]) {
        ([only], _) | (_, [only]) => Some(**only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: &str = "2026-03-20";

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// `26 27 day` in March 2026.
    fn stretch(text: &str) -> Stretch {
        let parts: Vec<&str> = text.split(' ').collect();
        let at = |index: usize| day(&format!("2026-03-{}", parts[index]));
        Stretch { first: at(0), last: at(1), part: Part::parse(parts[2]) }
    }

    fn held(texts: &[&str]) -> Vec<Away> {
        (1..).zip(texts).map(|(id, text)| stretch(text).kept_as(id)).collect()
    }

    #[test]
    fn dates_are_kept_as_given_unless_they_are_there_already() {
        let keep = |text, overlaps, completes| Decision::Keep { stretch: stretch(text), overlaps, completes };
        let already = |text| Decision::Already(stretch(text));
        let cases: &[(&[&str], &str, Decision)] = &[
            (&[], "26 27 day", keep("26 27 day", false, false)),
            (&["26 27 day"], "26 27 day", already("26 27 day")),
            (&["25 28 day"], "26 27 morning", already("26 27 morning")),
            (&["26 26 day", "27 27 day"], "26 27 day", already("26 27 day")),
            (&["26 26 morning", "26 26 afternoon"], "26 26 day", already("26 26 day")),
            (&["27 29 day"], "26 27 day", keep("26 27 day", true, false)),
            (&["26 26 morning"], "26 26 afternoon", keep("26 26 day", false, true)),
            (&["26 26 morning"], "26 27 afternoon", keep("26 27 afternoon", false, false)),
            (&["26 26 morning"], "26 26 day", keep("26 26 day", false, false)),
        ];
        for (before, wanted, expected) in cases {
            let decision = decide(&held(before), stretch(wanted), day(TODAY)).expect("taken");
            assert_eq!(decision, *expected, "{before:?} and {wanted}");
        }
    }

    #[test]
    fn late_entries_are_taken_and_typing_errors_are_not() {
        let cases = [
            ("2026-03-01", true),
            ("2025-03-20", true),
            ("2025-03-01", false),
            ("2028-03-01", true),
            ("2030-03-01", false),
        ];
        for (date, taken) in cases {
            let wanted = Stretch { first: day(date), last: day(date), part: Part::Day };
            assert_eq!(decide(&[], wanted, day(TODAY)).is_ok(), taken, "{date}");
        }
    }

    #[test]
    fn two_halves_are_a_day() {
        let entries = held(&["26 26 morning", "26 26 afternoon", "27 27 morning"]);
        assert!(away_all_day(&entries, day("2026-03-26")));
        assert!(!away_all_day(&entries, day("2026-03-27")));
    }

    #[test]
    fn what_is_to_come_is_listed_first() {
        let entries = ordered(held(&["28 28 day", "02 03 day", "18 20 day", "10 10 day"]), day(TODAY));
        assert_eq!(entries.iter().map(|away| away.id).collect::<Vec<_>>(), [3, 1, 4, 2]);
    }

    #[test]
    fn pages_hold_what_a_select_holds() {
        let entries: Vec<Away> = (0..26).map(|id| stretch("26 26 day").kept_as(id)).collect();
        assert_eq!(page(&entries, 0).entries.len(), 25);
        let last = page(&entries, 7);
        assert_eq!((last.entries.len(), last.number, last.pages), (1, 1, 2));
        assert_eq!(page(&[], 0).pages, 1);
    }

    #[test]
    fn an_entry_is_found_by_pick_or_by_date() {
        let entries = held(&["26 27 day", "27 27 morning", "30 30 day"]);
        let cases = [
            ("2", Some(2)),
            ("2026-03-26", Some(1)),
            ("27 March", Some(2)),
            ("30 March", Some(3)),
            ("26 March to 30 March", None),
            ("1 March", None),
            ("nonsense", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(find(&entries, typed, day(TODAY)).ok().map(|away| away.id), expected, "{typed}");
        }
    }
}
