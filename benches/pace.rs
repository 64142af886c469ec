//! How long an evaluation takes, on one core. Prints figures, not verdicts.

use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use elevenses::pace::{Block, Input, evaluate};

const MEMBERS: i64 = 10_000;
const DAYS: i64 = 365;

fn main() {
    let logs: Vec<Input> = (0..MEMBERS).map(year).collect();
    let entries: usize = logs.iter().map(|log| log.blocks.len()).sum();
    let (mut flags, mut each) = (0, Vec::with_capacity(logs.len()));
    let begun = Instant::now();
    for log in &logs {
        let one = Instant::now();
        flags += evaluate(log).flags.len();
        each.push(one.elapsed());
    }
    let all = begun.elapsed();
    // The reference: what it takes to look at each entry once.
    let begun = Instant::now();
    let worked: i64 =
        logs.iter().flat_map(|log| &log.blocks).map(|block| (block.end - block.start).num_seconds()).sum();
    let looked = begun.elapsed();
    each.sort_unstable();
    println!("{MEMBERS} members with a year of entries each ({entries} blocks, {worked} s of work, {flags} flags)");
    println!("all of them: {all:.2?} (adding the blocks' lengths up: {looked:.2?})");
    println!("one member: p50 {:.1?}, p99 {:.1?}, most {:.1?}", at(&each, 50), at(&each, 99), at(&each, 100));
}

fn at(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

/// A year of one block a working day, of changing length, some at weekends and some over midnight.
fn year(member: i64) -> Input {
    let now: DateTime<Utc> = "2026-03-30T21:00:00Z".parse().unwrap_or_default();
    let zone = [Tz::Europe__London, Tz::Asia__Kolkata, Tz::America__New_York][usize::try_from(member).unwrap_or(0) % 3];
    let blocks = (1..=DAYS).filter_map(|back| {
        let start = now - TimeDelta::days(back) - TimeDelta::hours(12 - (member + back) % 4);
        let weekend = matches!(start.weekday(), Weekday::Sat | Weekday::Sun);
        let worked = !weekend || (member + back) % 5 == 0;
        let end = start + TimeDelta::minutes(420 + (member * 7 + back * 13) % 300);
        worked.then_some(Block { start, end, estimated: (member + back) % 50 == 0 })
    });
    Input { blocks: blocks.collect(), ..Input::empty(now, zone) }
}
