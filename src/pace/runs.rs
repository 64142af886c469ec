//! The rules about long days, nights and early starts.

use chrono::{Days, NaiveDate, NaiveTime};

use super::dates::{HOUR, next};
use super::log::{Log, Span};
use super::report::{Flag, Rule, Unit, Value};
use super::rest::{Window, work_in};
use super::rules::flag;

/// Work at night that makes it a worked one.
const WORKED_NIGHT: i64 = 3 * HOUR;

/// HSE: more than 12 hours a day, again and again, or 16.
pub(super) fn long_day(log: &Log<'_>, windows: &[Window]) -> Option<Flag> {
    let last = log.last();
    let week = log.dates.trailing(last, 7)..=last;
    let inside = windows.iter().filter(|window| week.contains(&window.date));
    let dated = log.days.range(week.clone()).filter(|(date, _)| log.is_dated(**date));
    let mut days: Vec<(NaiveDate, i64)> = inside.map(|window| (window.date, work_in(log, window))).collect();
    days.extend(dated.map(|(date, minutes)| (*date, i64::from(minutes.unwrap_or(0)) * 60)));
    // Stable: two windows of one date stay in their order.
    days.sort_by_key(|(date, _)| *date);
    let most = days.iter().map(|(_, work)| *work).max().unwrap_or(0);
    let again = days.windows(3).any(|three| three.iter().all(|(_, work)| *work > 12 * HOUR));
    let level = if most > 16 * HOUR || again { 2 } else { u8::from(most > 12 * HOUR) };
    flag(Rule::LongDay, level, Value::hours(most), Unit::Hours)
}

/// HSE on nights in a row; WTR reg 6 on eight hours of night work.
pub(super) fn night_run(log: &Log<'_>) -> Option<Flag> {
    let nights = longest_run(log, |date| log.blocked(night(log, date)) >= WORKED_NIGHT);
    if nights >= 4 {
        return flag(Rule::NightRun, 2, Value::whole(nights), Unit::Nights);
    }
    let last = log.last();
    let week = Span { start: log.dates.start(log.dates.trailing(last, 7)), end: log.dates.start(next(last)) };
    let ends_inside = log.blocks.iter().rev().take_while(|block| block.end > week.start);
    let blocks =
        ends_inside.filter(|block| block.end <= week.end && block.length() > 8 * HOUR && holds_night(log, **block));
    let longest = blocks.map(|block| block.length()).max()?;
    flag(Rule::NightRun, 1, Value::hours(longest), Unit::Hours)
}

fn holds_night(log: &Log<'_>, block: Span) -> bool {
    let first = log.dates.date(block.start) - Days::new(1);
    let dates = first.iter_days().take_while(|date| *date <= log.dates.date(block.end));
    dates.into_iter().any(|date| block.within(night(log, date)).is_some_and(|part| part.length() >= WORKED_NIGHT))
}

/// The night of a date: 23:00 to 06:00.
fn night(log: &Log<'_>, date: NaiveDate) -> Span {
    let at = |date: NaiveDate, hour: u32| {
        log.dates.instant(date.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN)))
    };
    Span { start: at(date, 23), end: at(next(date), 6) }
}

/// HSE: early starts in a row.
pub(super) fn early_run(log: &Log<'_>) -> Option<Flag> {
    let days = longest_run(log, |date| {
        let span = log.span(date);
        let first = log.blocks.partition_point(|block| block.start < span.start);
        let block = log.blocks.get(first).filter(|block| block.start < span.end);
        block.is_some_and(|block| {
            let early = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN);
            (early(4)..early(7)).contains(&log.dates.local(block.start).time())
        })
    });
    flag(Rule::EarlyRun, u8::from(days >= 4), Value::whole(days), Unit::Days)
}

/// The longest run of dates of a kind whose last one is among the trailing seven.
fn longest_run(log: &Log<'_>, is: impl Fn(NaiveDate) -> bool) -> u32 {
    // The night before the first evidence may have been worked: it ends on that date.
    let dates = log.dates.back_from(log.last());
    let (mut longest, mut run) = (0, 0_u32);
    // A run that reaches out of the seven dates is followed to its beginning.
    for (back, date) in (1_u32..).zip(dates) {
        run = if is(date) { run + 1 } else { 0 };
        longest = longest.max(run);
        if back >= 7 && run == 0 {
            break;
        }
    }
    longest
}
