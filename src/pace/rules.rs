//! The rules together, and the streak, which is the first of them.

use chrono::NaiveDate;

use super::log::Log;
use super::report::{Flag, Kind, Report, Rule, Streak, Unit, Value};
use super::{rest, runs, sums};

/// Most dates that somebody is asked about.
const QUESTIONS: usize = 7;

/// All that a log says.
pub(super) fn report(log: &Log<'_>) -> Report {
    let walked = Walked::back(log);
    let windows = rest::windows(log);
    let mut report = Report {
        today: log.today,
        streak: walked.streak,
        ask: if streak_level(walked.streak.max) > streak_level(walked.streak.min) {
            walked.unknown
        } else {
            Vec::new()
        },
        flags: found(log, walked.streak, &windows),
        rest_debt: rest::debt(log, &windows, walked.began),
    };
    report.ask.truncate(QUESTIONS);
    report.sort();
    report
}

/// What the rules find, in no order.
pub(super) fn flags(log: &Log<'_>) -> Vec<Flag> {
    found(log, Walked::back(log).streak, &rest::windows(log))
}

/// What each rule observes, in the order of the table. Level 0 is within its limits; a rule for
/// which not enough is known isn't there.
pub(super) fn figures(log: &Log<'_>) -> Vec<Flag> {
    observed(log, Walked::back(log).streak, &rest::windows(log))
}

fn found(log: &Log<'_>, streak: Streak, windows: &[rest::Window]) -> Vec<Flag> {
    let mut flags = observed(log, streak, windows);
    flags.retain(|flag| flag.level > 0);
    flags
}

fn observed(log: &Log<'_>, streak: Streak, windows: &[rest::Window]) -> Vec<Flag> {
    if log.first.is_none() {
        return Vec::new();
    }
    let days = flag(Rule::Streak, streak_level(streak.min), Value::whole(streak.min), Unit::Days);
    [
        days,
        rest::daily(log, windows),
        rest::weekly(log),
        rest::recovery(log),
        sums::average_48(log),
        sums::long_week(log),
        sums::chronic_55(log),
        sums::overtime_30(log),
        runs::long_day(log, windows),
        runs::night_run(log),
        runs::early_run(log),
        sums::drift(log),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What a rule observed; level 0 is within its limits.
#[expect(clippy::unnecessary_wraps, reason = "rules end with it, and some know too little")]
pub(super) fn flag(rule: Rule, level: u8, value: Value, unit: Unit) -> Option<Flag> {
    Some(Flag { rule, level, value, unit, estimated: false })
}

/// The level of so many days in a row. HSE advises five to seven days in a row; GB rail allows 13 of 14; Japan's panel would bar 14; no
/// lawful default pattern of rest in GB allows 25.
pub fn streak_level(days: u32) -> u8 {
    match days {
        0..7 => 0,
        7..10 => 1,
        10..13 => 2,
        13..25 => 3,
        25.. => 4,
    }
}

/// What is found on the way back from the last date.
struct Walked {
    streak: Streak,
    /// The earliest worked date of the streak that is sure.
    began: Option<NaiveDate>,
    /// The dates of which nothing is known, newest first.
    unknown: Vec<NaiveDate>,
}

impl Walked {
    fn back(log: &Log<'_>) -> Self {
        let mut walked = Self { streak: Streak::default(), began: None, unknown: Vec::new() };
        if log.first.is_none() {
            return walked;
        }
        for date in log.back_from(log.last()) {
            match log.kind(date) {
                Kind::Worked => {
                    walked.streak.max += 1;
                    if walked.unknown.is_empty() {
                        walked.streak.min += 1;
                        walked.began = Some(date);
                    }
                }
                Kind::Unknown => {
                    walked.streak.max += 1;
                    walked.unknown.push(date);
                }
                Kind::Held => {}
                Kind::Away | Kind::Rest => break,
            }
        }
        walked
    }
}
