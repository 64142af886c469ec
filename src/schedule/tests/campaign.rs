//! Every zone, every change of clocks from 2024 to 2035, every quarter of an hour around it:
//! a daily schedule has exactly one occurrence a local date, at the right instant.
//!
//! The judge knows nothing of schedules, gaps or the conversion of wall times: it walks over
//! UTC in steps of a quarter of an hour, looks at the clock on the wall, and takes the first
//! step at which that clock has reached the time asked for. A naive implementation is judged
//! as well, and must fail.
//!
//! `ELEVENSES_CAMPAIGN=full` takes all zones; otherwise a selection is taken.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

use crate::schedule::{Occurrence, Schedule};

/// The zones of a short run: whole and half hours, midnight, two hours, twice a year over
/// Ramadan, both hemispheres, none at all.
const SELECTION: [Tz; 9] = [
    Tz::Europe__London,
    Tz::America__New_York,
    Tz::America__Santiago,
    Tz::Australia__Lord_Howe,
    Tz::Africa__Casablanca,
    Tz::Antarctica__Troll,
    Tz::Asia__Kolkata,
    Tz::Africa__Cairo,
    Tz::Pacific__Chatham,
];

/// Whether the campaigns were asked for in full.
pub(super) fn is_full() -> bool {
    std::env::var("ELEVENSES_CAMPAIGN").is_ok_and(|extent| extent == "full")
}

fn quarters(count: i32) -> Duration {
    Duration::minutes(15) * count
}

fn wall(zone: Tz, at: DateTime<Utc>) -> NaiveDateTime {
    zone.from_utc_datetime(&at.naive_utc()).naive_local()
}

/// The instants at which a zone changes its clocks, found by walking over quarters of hours.
fn changes(zone: Tz, years: i32) -> Vec<DateTime<Utc>> {
    let start = Utc.with_ymd_and_hms(2024, 1, 1, 0, 0, 0).single().expect("an instant");
    let end = Utc.with_ymd_and_hms(2024 + years, 1, 1, 0, 0, 0).single().expect("an instant");
    let offset = |at| wall(zone, at) - at.naive_utc();
    let mut found = Vec::new();
    let mut day = start;
    while day < end {
        let next = day + Duration::days(1);
        // No zone changes its clocks and back within a day.
        if offset(day) != offset(next) {
            let steps = (1..=96).map(|step| day + quarters(step));
            found.extend(steps.into_iter().find(|at| offset(*at) != offset(day)));
        }
        day = next;
    }
    found
}

/// When the wall times of one time of day are due around a change, by walking.
fn walked(zone: Tz, change: DateTime<Utc>, time: NaiveTime) -> Vec<(NaiveDate, DateTime<Utc>)> {
    let middle = wall(zone, change).date();
    let dates = [-1, 0, 1].map(|days| middle + Duration::days(days));
    let start = change - Duration::days(3);
    let mut at = start;
    let mut due = Vec::new();
    for date in dates {
        while wall(zone, at) < date.and_time(time) {
            at += quarters(1);
        }
        due.push((date, at));
    }
    due
}

/// What an implementation says is due after an instant.
type Next<'a> = &'a dyn Fn(DateTime<Utc>) -> Option<(NaiveDate, DateTime<Utc>)>;

/// Compares an implementation with the walk: one after the other, and from every quarter of an
/// hour close to the change. Returns how many cases there were and how many were wrong.
fn judge(zone: Tz, change: DateTime<Utc>, time: NaiveTime, next: Next<'_>) -> (u32, u32) {
    let expected = walked(zone, change, time);
    let before = expected[0].1 - Duration::seconds(1);
    let mut wrong = 0;
    let mut last = before;
    for due in &expected {
        let found = next(last);
        wrong += u32::from(found != Some(*due));
        last = found.map_or(due.1, |(_, at)| at);
    }
    let mut cases = 3;
    for step in -12..=12 {
        let after = change + quarters(step);
        if let Some(due) = expected.iter().find(|(_, at)| *at > after) {
            cases += 1;
            wrong += u32::from(next(after) != Some(*due));
        }
    }
    (cases, wrong)
}

fn on_date(occurrence: Occurrence) -> (NaiveDate, DateTime<Utc>) {
    (occurrence.local.date(), occurrence.at)
}

/// Runs the campaign over some zones and prints its figures.
fn run(zones: &[Tz], years: i32, next: impl Fn(usize, Tz, DateTime<Utc>) -> Option<(NaiveDate, DateTime<Utc>)>) -> u32 {
    let (mut all_changes, mut all_cases, mut all_wrong) = (0, 0, 0);
    for zone in zones {
        for change in changes(*zone, years) {
            all_changes += 1;
            for quarter in 0..96 {
                let time = NaiveTime::MIN + quarters(quarter);
                let nth = usize::try_from(quarter).expect("not negative");
                let (cases, wrong) = judge(*zone, change, time, &|after| next(nth, *zone, after));
                all_cases += cases;
                all_wrong += wrong;
            }
        }
    }
    println!("{} zones, {all_changes} changes, {all_cases} cases, {all_wrong} wrong", zones.len());
    all_wrong
}

fn schedules(text: impl Fn(i32, i32) -> String) -> Vec<Schedule> {
    (0..96).map(|q| Schedule::parse(&text(q / 4, q % 4 * 15)).expect("a schedule")).collect()
}

#[test]
fn a_daily_schedule_is_due_once_a_local_date() {
    let words = schedules(|hour, minute| format!("daily {hour:02}:{minute:02}"));
    let cron = schedules(|hour, minute| format!("{minute} {hour} * * *"));
    let (zones, years) = if is_full() { (TZ_VARIANTS.to_vec(), 12) } else { (SELECTION.to_vec(), 1) };
    for kind in [words, cron] {
        let next = |nth: usize, zone, after| kind[nth].next_after(after, zone).map(on_date);
        assert_eq!(run(&zones, years, next), 0);
    }
}

#[test]
fn several_wall_times_in_a_gap_are_one_instant() {
    let schedule = Schedule::parse("*/15 * * * *").expect("a schedule");
    for zone in SELECTION {
        for change in changes(zone, 2) {
            let (start, end) = (change - Duration::hours(5), change + Duration::hours(5));
            let due: Vec<_> =
                schedule.upcoming(start, zone).map(|occurrence| occurrence.at).take_while(|at| *at <= end).collect();
            // Of each wall time, the first quarter of an hour in which it is seen.
            let mut seen = BTreeSet::new();
            let steps = (1..=40).map(|step| start + quarters(step));
            for before in (0..=40).map(|step| start - quarters(step)) {
                seen.insert(wall(zone, before));
            }
            let walked: Vec<_> = steps.filter(|at| seen.insert(wall(zone, *at))).collect();
            assert_eq!(due, walked, "{zone} at {change}");
        }
    }
}

#[test]
fn a_naive_implementation_fails_the_campaign() {
    // The cron crate over the zone's own time, as its documentation suggests.
    let rules: Vec<cron::Schedule> =
        (0..96).map(|q| format!("0 {} {} * * *", q % 4 * 15, q / 4).parse().expect("a rule")).collect();
    let next = |nth: usize, zone: Tz, after: DateTime<Utc>| {
        let due = rules[nth].after(&after.with_timezone(&zone)).next()?;
        Some((due.date_naive(), due.to_utc()))
    };
    assert!(run(&[Tz::Europe__London], 1, next) > 0);
}
