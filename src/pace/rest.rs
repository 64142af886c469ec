//! The rules about rest: each day's, each week's, and one long one in a fortnight.

use chrono::{Days, NaiveDate};

use super::dates::{HOUR, monday};
use super::log::{Gap, Log, Span, overlapping};
use super::report::{Flag, RestDebt, Rule, Unit, Value};
use super::rules::flag;

const DAY: i64 = 24 * HOUR;
/// Working Time Regulations 1998 reg 10: eleven hours in each 24.
const DAILY_REST: i64 = 11 * HOUR;
/// Ten minutes of tolerance, since people round.
const SHORT: i64 = DAILY_REST - 600;
/// WTR reg 11: 24 hours a week, or 48 a fortnight.
const WEEKLY_REST: i64 = 24 * HOUR;
/// WTR reg 10 and 11 together, as 2003/88/EC art. 5 has them: 11 h and 24 h.
pub(super) const RECOVERY: i64 = 35 * HOUR;

/// 24 elapsed hours that begin with work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) span: Span,
    /// The local date of its start, to which it belongs.
    pub(super) date: NaiveDate,
}

/// The windows of the trailing 28 dates.
pub(super) fn windows(log: &Log<'_>) -> Vec<Window> {
    let mut windows = Vec::new();
    let mut from = log.dates.start(log.dates.trailing(log.last(), 28));
    let mut next = log.blocks.partition_point(|block| block.end <= from);
    // The first one may have begun before these dates did.
    from = log.blocks.get(next).map_or(from, |block| block.start);
    while let Some(block) = log.blocks.get(next) {
        let start = block.start.max(from);
        windows.push(Window { span: Span { start, end: start + DAY }, date: log.dates.date(start) });
        from = start + DAY;
        next = log.blocks.partition_point(|block| block.end <= from);
    }
    windows
}

/// A window whose rest was short, and how long its longest gap was, in seconds.
struct Short {
    date: NaiveDate,
    longest: i64,
}

fn short_windows(log: &Log<'_>, windows: &[Window]) -> Vec<Short> {
    let ended = windows.iter().filter(|window| window.span.end <= log.now);
    let short = ended.filter_map(|window| {
        let from = log.gaps.partition_point(|gap| gap.span.start < window.span.start);
        let to = log.gaps.partition_point(|gap| gap.span.start < window.span.end);
        let gaps = &log.gaps[from..to];
        let longest = gaps.iter().map(|gap| measured(log, gap, gap.span)).max().unwrap_or(0);
        // A gap that may be longer than it looks proves nothing.
        let unsure = gaps.iter().any(|gap| gap.open || gap.loose);
        (longest < SHORT && !unsure).then_some(Short { date: window.date, longest })
    });
    short.collect()
}

/// One notice for a short night, more for more of them.
pub(super) fn daily(log: &Log<'_>, windows: &[Window]) -> Option<Flag> {
    let short = short_windows(log, windows);
    let last = log.last();
    let trailing = |n: usize| {
        let first = log.dates.trailing(last, n);
        let inside = short.iter().filter(|one| (first..=last).contains(&one.date));
        inside.map(|one| one.longest).collect::<Vec<_>>()
    };
    let (week, fortnight) = (trailing(7), trailing(14));
    let (level, behind) = match (week.len(), fortnight.len()) {
        (_, 4..) => (3, fortnight),
        (0, _) => return None,
        (1, _) => (1, week),
        _ => (2, week),
    };
    let worst = behind.into_iter().min().unwrap_or(0);
    flag(Rule::DailyRest, level, Value::hours(worst), Unit::Hours)
}

/// A day of rest in the last complete week, or two in the last two.
pub(super) fn weekly(log: &Log<'_>) -> Option<Flag> {
    let this = monday(log.today);
    let in_weeks = |weeks: u64| {
        let from = this - Days::new(7 * weeks);
        let known = log.first.is_some_and(|first| from >= first);
        known.then(|| rests(log, Span { start: log.dates.start(from), end: log.dates.start(this) }))
    };
    let longest = |rests: &[i64]| Value::hours(rests.iter().copied().max().unwrap_or(0));
    if let Some(rests) = in_weeks(2) {
        let enough = rests.iter().any(|rest| *rest >= 2 * WEEKLY_REST)
            || rests.iter().filter(|rest| **rest >= WEEKLY_REST).count() >= 2;
        if !enough {
            return flag(Rule::WeeklyRest, 3, longest(&rests), Unit::Hours);
        }
    }
    let rests = in_weeks(1)?;
    let level = u8::from(rests.iter().all(|rest| *rest < WEEKLY_REST));
    flag(Rule::WeeklyRest, level, longest(&rests), Unit::Hours)
}

/// One rest of 35 hours in the last 14 days.
pub(super) fn recovery(log: &Log<'_>) -> Option<Flag> {
    let first = log.first?;
    if log.today - first < chrono::TimeDelta::days(14) {
        return None;
    }
    let part = Span { start: log.now - 14 * DAY, end: log.now };
    let mut longest = 0;
    for gap in gaps(log, part) {
        let Some(inside) = gap.span.within(part) else { continue };
        if inside.length() >= RECOVERY || gap.loose && whole_dates(log, inside) > 0 {
            return None;
        }
        longest = longest.max(measured(log, gap, part));
    }
    flag(Rule::Recovery, 2, Value::hours(longest), Unit::Hours)
}

/// What is owed: weeks of the streak without a day of rest, and what short nights lack.
pub(super) fn debt(log: &Log<'_>, windows: &[Window], streak_began: Option<NaiveDate>) -> RestDebt {
    let first = log.dates.trailing(log.last(), 28);
    let short = short_windows(log, windows).into_iter().filter(|one| (first..=log.last()).contains(&one.date));
    let lacking: i64 = short.map(|one| DAILY_REST - one.longest).sum();
    let mut missed = 0;
    if let Some(began) = streak_began {
        let mut week = monday(log.today) - Days::new(7);
        while week >= began {
            let span = Span { start: log.dates.start(week), end: log.dates.start(week + Days::new(7)) };
            missed += u32::from(rests(log, span).iter().all(|rest| *rest < WEEKLY_REST));
            week = week - Days::new(7);
        }
    }
    RestDebt { missed_weekly_rests: missed, short_rest_hours: Value::hours(lacking) }
}

/// How long each gap inside an interval is.
fn rests(log: &Log<'_>, part: Span) -> Vec<i64> {
    gaps(log, part).map(|gap| measured(log, gap, part)).collect()
}

fn gaps<'l>(log: &'l Log<'_>, part: Span) -> impl Iterator<Item = &'l Gap> {
    let first = log.gaps.partition_point(|gap| gap.span.end <= part.start);
    log.gaps[first..].iter().take_while(move |gap| gap.span.start < part.end)
}

/// Seconds of a gap inside an interval. A loose one counts as at least a day for each whole date.
fn measured(log: &Log<'_>, gap: &Gap, part: Span) -> i64 {
    let Some(inside) = gap.span.within(part) else { return 0 };
    if gap.loose { inside.length().max(DAY * whole_dates(log, inside)) } else { inside.length() }
}

/// How many local dates lie in an interval from their first instant to their last.
fn whole_dates(log: &Log<'_>, span: Span) -> i64 {
    let mut first = log.dates.date(span.start);
    if log.dates.start(first) < span.start {
        first = super::dates::next(first);
    }
    (log.dates.date(span.end) - first).num_days().max(0)
}

/// Whether a date lies in a rest of 35 hours or more.
pub(super) fn is_long(log: &Log<'_>, date: NaiveDate) -> bool {
    gaps(log, log.span(date)).any(|gap| measured(log, gap, gap.span) >= RECOVERY)
}

/// Seconds of work inside a window.
pub(super) fn work_in(log: &Log<'_>, window: &Window) -> i64 {
    overlapping(&log.blocks, window.span).filter_map(|block| block.within(window.span)).map(Span::length).sum()
}
