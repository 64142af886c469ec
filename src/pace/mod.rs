//! Pace: what hours worked, rest taken and days in a row say, as rules with sources.
//!
//! It looks at exposure, which can be measured, and never scores anybody's mood or health. All of it
//! is a pure function of its [`Input`]: no clock, no database, no chat.
//!
//! [`input`] reads and checks JSON, `dates` knows where a local date begins, `log` says what
//! happened on which date and when there was rest, `rules` holds the twelve rules, and [`report`]
//! puts together what comes out.

pub mod explain;
pub mod input;
pub mod report;

mod dates;
mod log;
mod rest;
mod rules;
mod runs;
mod sums;

pub use input::{Away, Block, Contract, Day, Input, Refused};
pub use report::{Dated, Flag, Kind, Report, RestDebt, Rule, Streak, Survey, Unit, Value};
pub use rules::streak_level;

use log::Log;

/// Evaluates somebody's log at an instant.
pub fn evaluate(input: &Input) -> Report {
    let sure = Log::new(input, false);
    let mut report = rules::report(&sure);
    // What the bot had to guess may raise a notice, and no more than that.
    if input.blocks.iter().any(|block| block.estimated) {
        for flag in rules::flags(&Log::new(input, true)) {
            if !report.flags.iter().any(|known| known.rule == flag.rule) {
                report.flags.push(Flag { level: 1, estimated: true, ..flag });
            }
        }
        report.sort();
    }
    report
}

/// How many dates a survey shows: five weeks.
const SHOWN: usize = 35;

/// Evaluates somebody's log, with all that stands behind it.
pub fn survey(input: &Input) -> Survey {
    let log = Log::new(input, false);
    let shown = log.dates.back_from(log.today).take(SHOWN).filter(|date| log.first.is_some_and(|first| *date >= first));
    let mut dates: Vec<Dated> = shown
        .map(|date| {
            let kind = log.kind(date);
            let minutes = u32::try_from(log.work(date, date) / 60).unwrap_or(u32::MAX);
            Dated { date, kind, minutes, rested: kind == Kind::Rest && rest::is_long(&log, date) }
        })
        .collect();
    dates.reverse();
    Survey { report: evaluate(input), figures: rules::figures(&log), dates }
}
