//! Random schedules, instants and texts, from a fixed seed.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::campaign::is_full;
use crate::schedule::{
    Schedule, next_lines, parse_date, parse_dates, parse_hours, parse_time, parse_zone, zone_choices,
};

const SCHEDULES: [&str; 12] = [
    "daily 00:00",
    "daily 01:30",
    "weekdays 02:15",
    "every 2 weeks on Tuesday 14:00",
    "every 52 weeks on Sunday 02:30",
    "last day of the month 23:45",
    "*/15 * * * *",
    "0 0 29 2 *",
    "30 1 * * 0",
    "0 0-3 13 * 5",
    "17 */7 1,15 3,10 *",
    "30 59 1,2 * * *",
];

fn pick<T: Copy>(rng: &mut ChaCha8Rng, from: &[T]) -> T {
    from[rng.random_range(0..from.len())]
}

/// A random moment, half of them close to a change of British clocks.
fn moment(rng: &mut ChaCha8Rng) -> DateTime<Utc> {
    let seconds = if rng.random_bool(0.5) {
        rng.random_range(0..3_786_912_000)
    } else {
        pick(rng, &[1_774_746_000, 1_792_890_000]) + rng.random_range(-90_000..90_000)
    };
    DateTime::from_timestamp(seconds, rng.random_range(0..1_000_000_000)).expect("in range")
}

#[test]
fn the_next_occurrence_is_always_later() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let schedules = SCHEDULES.map(|text| Schedule::parse(text).expect(text));
    let cases = if is_full() { 1_000_000 } else { 100_000 };
    for _ in 0..cases {
        let schedule = &schedules[rng.random_range(0..schedules.len())];
        let (after, zone): (_, Tz) = (moment(&mut rng), pick(&mut rng, &TZ_VARIANTS));
        let next = schedule.next_after(after, zone).expect("due before 2101");
        assert!(next.at > after, "{schedule} in {zone} after {after}");
    }
}

#[test]
fn asking_again_from_just_before_gives_the_same() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    for _ in 0..5_000 {
        let schedule = Schedule::parse(pick(&mut rng, &SCHEDULES)).expect("a schedule");
        let (after, zone) = (moment(&mut rng), pick(&mut rng, &TZ_VARIANTS));
        let next = schedule.next_after(after, zone).expect("due before 2101");
        let between = after + (next.at - after) / 2;
        for earlier in [between, next.at - chrono::Duration::nanoseconds(1)] {
            assert_eq!(schedule.next_after(earlier, zone), Some(next), "{schedule} in {zone}");
        }
    }
}

const WORDS: [&str; 60] = [
    "weekdays",
    "daily",
    "every",
    "2",
    "weeks",
    "on",
    "tuesday",
    "mon",
    "-",
    "fri",
    "to",
    "and",
    "09:30",
    "9",
    "am",
    "pm",
    "at",
    "noon",
    "monthly",
    "the",
    "1st",
    "last",
    "day",
    "of",
    "month",
    "first",
    "from",
    "2026-03-24",
    "*",
    "*/15",
    "1-5",
    "?",
    "L",
    "@",
    "@daily",
    "0",
    "60",
    "7",
    "4294967296",
    "/",
    ",",
    "..",
    "–",
    "22",
    "march",
    "29",
    "february",
    "in",
    "days",
    "next",
    "week",
    "Europe/London",
    "utc",
    "é",
    "\u{202e}",
    "\u{0}",
    "%S",
    "😀",
    "İ",
    "1/0",
];

fn text(rng: &mut ChaCha8Rng) -> String {
    let mut text = String::new();
    for _ in 0..rng.random_range(0..9) {
        if rng.random_bool(0.2) {
            text.extend(char::from_u32(rng.random_range(0..0x11_0000)));
        } else {
            text.push_str(pick(rng, &WORDS));
        }
        if rng.random_bool(0.7) {
            text.push(' ');
        }
    }
    text
}

#[test]
fn no_text_is_a_danger() {
    let mut rng = ChaCha8Rng::seed_from_u64(10);
    let days = [NaiveDate::MIN, NaiveDate::MAX, NaiveDate::default()];
    let mut read = 0;
    for _ in 0..if is_full() { 1_000_000 } else { 20_000 } {
        let text = text(&mut rng);
        if let Ok(schedule) = Schedule::parse(&text) {
            read += 1;
            let again = Schedule::parse(&schedule.to_string());
            assert_eq!(again.as_ref(), Ok(&schedule), "{text:?} {schedule}");
            assert!(!schedule.describe().is_empty());
        }
        let today = pick(&mut rng, &days);
        let _ = (parse_time(&text), parse_hours(&text));
        let _ = (parse_date(&text, today), parse_dates(&text, today));
        if rng.random_bool(0.01) {
            let _ = (parse_zone(&text), zone_choices(&text, 25));
            let _ = next_lines(&text, &text, &text, read);
        }
    }
    assert!(read > 50, "the texts are not only nonsense: {read}");
}
