//! The rules that add hours up.

use super::dates::HOUR;
use super::log::Log;
use super::report::{Flag, Kind, Rule, Unit, Value};
use super::rules::flag;

/// The reference period: 17 weeks.
const REFERENCE: i64 = 119;
/// Japan's statutory month: what is worked beyond it is overtime. 171.4 h.
const MONTH: i64 = 1_714 * HOUR / 10;

/// WTR reg 4: the mean week over 17, from which dates of leave are left out and replaced by earlier ones.
pub(super) fn average_48(log: &Log<'_>) -> Option<Flag> {
    let yesterday = log.dates.trailing(log.today, 2);
    let (mut dates, mut work) = (0, 0);
    for date in log.back_from(yesterday) {
        if log.kind(date) == Kind::Away {
            continue;
        }
        dates += 1;
        work += log.work(date, date);
        if dates == REFERENCE {
            break;
        }
    }
    if dates < 28 {
        return None;
    }
    // A week's hours are work * 7 / dates, compared without a division.
    let level = match work * 7 {
        week if week > 48 * HOUR * dates => {
            if log.contract.opted_out_48h {
                2
            } else {
                3
            }
        }
        week if week >= 44 * HOUR * dates => 1,
        _ => 0,
    };
    flag(Rule::Average48, level, Value::ratio(work * 7, dates * HOUR), Unit::Hours)
}

/// WHO/ILO 2021: 55 h; Lin 2021: the odds of burnout double, triple and quadruple over 60, 74 and
/// 84 h; NL bars more than 60 h; GB rail 72 h.
pub(super) fn long_week(log: &Log<'_>) -> Option<Flag> {
    let work = trailing(log, 7);
    let level = match work {
        work if work > 84 * HOUR => 4,
        work if work > 72 * HOUR => 3,
        work if work > 60 * HOUR => 2,
        work if work >= 55 * HOUR => 1,
        _ => 0,
    };
    flag(Rule::LongWeek, level, Value::hours(work), Unit::Hours)
}

/// WHO/ILO 2021: 55 h a week, here over four weeks.
pub(super) fn chronic_55(log: &Log<'_>) -> Option<Flag> {
    let work = four_weeks(log)?;
    let level = if work >= 4 * 55 * HOUR { 3 } else { 0 };
    flag(Rule::Chronic55, level, Value::ratio(work, 4 * HOUR), Unit::Hours)
}

/// Japan's overwork line: 80 h of overtime in a month, or 100.
pub(super) fn overtime_30(log: &Log<'_>) -> Option<Flag> {
    let over = trailing(log, 30) - MONTH;
    let level = match over {
        over if over >= 100 * HOUR => 4,
        over if over >= 80 * HOUR => 3,
        _ => 0,
    };
    flag(Rule::Overtime30, level, Value::hours(over), Unit::Hours)
}

/// A quarter more than was agreed, for four weeks: how part-time creeps.
pub(super) fn drift(log: &Log<'_>) -> Option<Flag> {
    let work = four_weeks(log)?;
    // In whole milliseconds, so that a contract of 36.1 hours has an exact limit.
    let limit = 1.25 * 4.0 * 3_600_000.0 * log.contract.weekly_hours;
    #[expect(clippy::cast_possible_truncation, reason = "168 hours are far below 2^63 milliseconds")]
    let level = u8::from(work * 1_000 > limit.round() as i64);
    flag(Rule::Drift, level, Value::ratio(work, 4 * HOUR), Unit::Hours)
}

/// Seconds of work in the trailing dates.
fn trailing(log: &Log<'_>, n: usize) -> i64 {
    let last = log.last();
    log.work(log.dates.trailing(last, n), last)
}

/// Seconds of work in the trailing 28 dates, if all of them are known.
fn four_weeks(log: &Log<'_>) -> Option<i64> {
    let began = log.dates.trailing(log.last(), 28);
    log.first.is_some_and(|first| first <= began).then(|| trailing(log, 28))
}
