//! Bank holidays against the rules that they follow, and calendars from files.

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn built_in(key: &str) -> &'static Calendar {
    Calendar::built_in(key).expect(key)
}

/// Easter Sunday by the rule of Gauss, for the years 1900 to 2099 but for four of them (1954,
/// 1981, 2049, 2076).
fn easter(year: i32) -> NaiveDate {
    let moon = (19 * (year % 19) + 24) % 30;
    let sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7;
    let equinox = NaiveDate::from_ymd_opt(year, 3, 22).expect("a date");
    equinox + chrono::Duration::days(i64::from(moon + sunday))
}

const YEARS: [i32; 4] = [2025, 2026, 2027, 2028];

#[test]
fn every_calendar_is_read() {
    let counts = |key| {
        let calendar = built_in(key);
        YEARS.map(|year| calendar.holidays().filter(|(date, _)| date.year() == year).count())
    };
    assert_eq!(counts("england-and-wales"), [8, 8, 8, 8]);
    assert_eq!(counts("scotland"), [9, 10, 9, 9]);
    assert_eq!(counts("northern-ireland"), [10, 10, 10, 10]);
    assert_eq!(counts("none"), [0; 4]);
    assert_eq!(built_in("none").last_holiday(), None);
    assert_eq!(built_in("scotland").name(), "Scotland");
    assert_eq!(built_in("scotland").last_holiday(), Some(date("2028-12-26")));
    assert_eq!(Calendar::built_in("narnia"), None);
    assert_eq!(Calendar::built_in_keys().count(), 4);
}

#[test]
fn no_bank_holiday_is_on_a_weekend() {
    for key in Calendar::built_in_keys() {
        for (date, name) in built_in(key).holidays() {
            assert!(date.weekday().num_days_from_monday() < 5, "{key}: {name} on {date}");
        }
    }
}

#[test]
fn easter_is_where_the_moon_puts_it() {
    let expected = ["2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16"];
    assert_eq!(YEARS.map(easter), expected.map(date));
    for year in YEARS {
        let (friday, monday) = (easter(year) - chrono::Days::new(2), easter(year) + chrono::Days::new(1));
        for key in ["england-and-wales", "scotland", "northern-ireland"] {
            assert_eq!(built_in(key).holiday(friday), Some("Good Friday"), "{key} {year}");
            let expected = (key != "scotland").then_some("Easter Monday");
            assert_eq!(built_in(key).holiday(monday), expected, "{key} {year}");
        }
    }
}

/// The holidays of a year by the statute's rules: fixed dates that move off the weekend, and
/// Mondays of a month.
fn by_rule(key: &str, year: i32) -> Vec<NaiveDate> {
    let monday = |month, nth| NaiveDate::from_weekday_of_month_opt(year, month, chrono::Weekday::Mon, nth);
    let last_monday = |month| monday(month, 5).or(monday(month, 4)).expect("a Monday");
    let mut fixed = vec![(1, 1), (12, 25), (12, 26)];
    let summer = if key == "scotland" { monday(8, 1).expect("a Monday") } else { last_monday(8) };
    let mut dates = vec![easter(year) - chrono::Days::new(2), last_monday(5), summer];
    dates.extend(monday(5, 1));
    match key {
        "scotland" => fixed.extend([(1, 2), (11, 30)]),
        "northern-ireland" => fixed.extend([(3, 17), (7, 12)]),
        _ => {}
    }
    if key != "scotland" {
        dates.push(easter(year) + chrono::Days::new(1));
    }
    if (key, year) == ("scotland", 2026) {
        dates.push(date("2026-06-15"));
    }
    fixed.sort_unstable();
    for (month, day) in fixed {
        let mut date = NaiveDate::from_ymd_opt(year, month, day).expect("a date");
        while date.weekday().num_days_from_monday() > 4 || dates.contains(&date) {
            date = date.succ_opt().expect("a date");
        }
        dates.push(date);
    }
    dates.sort_unstable();
    dates
}

#[test]
fn the_dates_follow_from_the_rules() {
    for key in ["england-and-wales", "scotland", "northern-ireland"] {
        for year in YEARS {
            let listed = built_in(key).holidays().map(|(date, _)| date);
            let listed: Vec<NaiveDate> = listed.filter(|date| date.year() == year).collect();
            assert_eq!(listed, by_rule(key, year), "{key} {year}");
        }
    }
}

#[test]
fn working_days_are_kept_in_a_short_text() {
    for (text, stored) in [
        ("Mon-Fri", "Mon-Fri"),
        ("weekdays", "Mon-Fri"),
        ("Mon,Tue,Thu", "Mon, Tue, Thu"),
        ("Sunday to Thursday", "Mon-Thu, Sun"),
    ] {
        let days = WorkingDays::parse(text).expect(text);
        assert_eq!(serde_json::to_string(&days).expect("JSON"), format!("\"{stored}\""));
        assert_eq!(WorkingDays::parse(stored), Ok(days));
    }
    assert_eq!(WorkingDays::default().describe(), "Monday to Friday");
    assert!(WorkingDays::parse("").is_err());
    assert!(serde_json::from_str::<WorkingDays>("\"whenever\"").is_err());
}

#[test]
fn a_working_day_is_a_day_of_the_week_that_is_no_holiday() {
    let days = WorkingDays::default();
    let works = |key, on| is_working(date(on), &days, built_in(key));
    assert!(works("scotland", "2026-04-06"));
    assert!(!works("england-and-wales", "2026-04-06"));
    assert!(works("none", "2026-12-25"));
    assert!(!works("none", "2026-12-26"));
}

/// A file with one event, of these lines.
fn file(lines: &str) -> String {
    let lines = lines.replace('\n', "\r\n");
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
}

/// The dates and names of a file with one event.
fn check(lines: &str, expected: &[(&str, &str)]) {
    let calendar = Calendar::from_ics(&file(lines)).unwrap_or_else(|e| panic!("{lines}: {e}"));
    let found: Vec<(NaiveDate, &str)> = calendar.holidays().collect();
    let expected: Vec<(NaiveDate, &str)> = expected.iter().map(|(on, name)| (date(on), *name)).collect();
    assert_eq!(found, expected, "{lines}");
}

#[test]
fn all_day_events_are_holidays() {
    check("SUMMARY:Diwali\nDTSTART;VALUE=DATE:20261108", &[("2026-11-08", "Diwali")]);
    check("DTSTART:20261108\nDTEND:20261108", &[("2026-11-08", "Holiday")]);
    check(
        "SUMMARY:Shut\\, all of us\nDTSTART;VALUE=DATE:20261230\nDTEND;VALUE=DATE:20270101",
        &[("2026-12-30", "Shut, all of us"), ("2026-12-31", "Shut, all of us")],
    );
    check("SUMMARY:C:\\\\new\\nroof\\;\nDTSTART:20261108", &[("2026-11-08", "C:\\new roof;")]);
    check("SUMMARY:A very\n  long name\nDTSTART:20261108\nDURATION:P1D", &[("2026-11-08", "A very long name")]);
    check(
        "SUMMARY:Leap\nDTSTART:20200229\nRRULE:FREQ=YEARLY;COUNT=3",
        &[("2020-02-29", "Leap"), ("2024-02-29", "Leap"), ("2028-02-29", "Leap")],
    );
    check(
        "SUMMARY:Founding\nDTSTART:19990704\nRRULE:FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4;UNTIL=20230101\nEXDATE:20210704",
        &[("2020-07-04", "Founding"), ("2022-07-04", "Founding")],
    );
}

#[test]
fn yearly_events_are_repeated_until_2040() {
    let calendar = Calendar::from_ics(&file("DTSTART:20261108\nRRULE:FREQ=YEARLY")).expect("a calendar");
    assert_eq!(calendar.holidays().count(), 15);
    assert_eq!(calendar.last_holiday(), Some(date("2040-11-08")));
}

#[test]
fn timed_events_are_left_out_and_counted() {
    let text = "\u{feff}BEGIN:VCALENDAR\nX-WR-CALNAME:Our days\nBEGIN:VEVENT\nDTSTART:20261108\nEND:VEVENT\n\
                BEGIN:VEVENT\nDTSTART;TZID=Europe/London:20261109T090000\nBEGIN:VALARM\nACTION:DISPLAY\n\
                END:VALARM\nEND:VEVENT\nEND:VCALENDAR";
    let calendar = Calendar::from_ics(text).expect("a calendar");
    assert_eq!((calendar.timed_events_ignored(), calendar.holidays().count()), (1, 1));
    assert_eq!(calendar.name(), "Our days");
    let json = serde_json::to_string(&calendar).expect("JSON");
    assert_eq!(json, r#"{"name":"Our days","holidays":{"2026-11-08":"Holiday"}}"#);
    let stored: Calendar = serde_json::from_str(&json).expect("a calendar");
    assert_eq!(stored.holiday(date("2026-11-08")), Some("Holiday"));
}

#[test]
fn what_is_not_understood_is_refused_and_said() {
    let refused = |text: &str, says: &str| {
        let error = Calendar::from_ics(text).expect_err(says).to_string();
        assert!(error.contains(says), "{error}");
        assert!(error.len() < 250 && error.ends_with('.'), "{error}");
    };
    refused("", "not a readable .ics file");
    refused("<html>", "not a readable .ics file");
    refused(&" ".repeat(600 * 1024), "larger than 512 KiB");
    refused("BEGIN:VCALENDAR\nEND:VCALENDAR", "no all-day events (0");
    refused(&file("DTSTART:20261108T090000Z"), "no all-day events (1");
    refused(&file("SUMMARY:Odd"), "“Odd” has no start date");
    refused(&file("DTSTART;VALUE=DATE:20261332"), "not a date");
    refused(&file("DTSTART:20261108\nDTEND:20261101"), "no end that fits");
    refused(&file("DTSTART:20261108\nDTEND:20281108"), "no end that fits");
    refused(&file("DTSTART:20261108\nRRULE:FREQ=WEEKLY"), "repeats in a way");
    refused(&file("DTSTART:20261108\nRRULE:FREQ=YEARLY;BYDAY=1MO"), "repeats in a way");
    refused(&file("DTSTART:20261108\nRDATE:20261109"), "RDATE");
    refused(&"BEGIN:A\n".repeat(60_000), "(line 1,");
    refused(&file("DTSTART:20261108\nodd line"), "(line 5,");
    refused("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", "(line 3,");
    let year = |year| format!("BEGIN:VEVENT\nDTSTART:{year}0101\nDTEND:{year}1231\nEND:VEVENT\n");
    let many = (2000..2020).map(year).collect::<Vec<_>>().concat();
    refused(&format!("BEGIN:VCALENDAR\n{many}END:VCALENDAR"), "more than 5,000 days");
}

#[test]
fn no_file_is_a_danger() {
    use rand::{Rng, SeedableRng};
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
    let lines =
        "SUMMARY:Name\\\nDTSTART:20261108\nDTEND:20261109\nRRULE:FREQ=YEARLY;INTERVAL=2;COUNT=1\nEXDATE:20261108";
    let whole = file(lines);
    for _ in 0..5_000 {
        let mut text: Vec<char> = whole.chars().collect();
        for _ in 0..rng.random_range(1..6) {
            let at = rng.random_range(0..text.len());
            match rng.random_range(0..3) {
                0 => text[at] = char::from_u32(rng.random_range(0..0x3000)).unwrap_or('é'),
                1 => drop(text.drain(at..)),
                _ => text.insert(at, ['9', '\n', ';', ':', '=', '"', 'é'][at % 7]),
            }
            if text.is_empty() {
                break;
            }
        }
        let _ = Calendar::from_ics(&text.into_iter().collect::<String>());
    }
    for line in ["\n", "BEGIN:VEVENT\n", "X;=\"\n", ":\n", "a:b\n", "BEGIN:A\n", "BEGIN:A\nEND:A\n"] {
        let _ = Calendar::from_ics(&format!("BEGIN:VCALENDAR\n{}", line.repeat(400_000 / line.len())));
    }
}
