//! Dates and ranges, seen from Wednesday 18 March 2026.

use chrono::NaiveDate;

use crate::schedule::{parse_date, parse_dates};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 18).expect("a date")
}

#[test]
fn dates_are_read_as_people_write_them() {
    for (text, expected) in [
        ("2026-03-22", "2026-03-22"),
        ("2026/3/22", "2026-03-22"),
        ("today", "2026-03-18"),
        (" Tomorrow ", "2026-03-19"),
        ("yesterday", "2026-03-17"),
        ("in 3 days", "2026-03-21"),
        ("in 3 months", "2026-06-18"),
        ("in a month", "2026-04-18"),
        ("in two weeks", "2026-04-01"),
        ("Wednesday", "2026-03-18"),
        ("on Friday", "2026-03-20"),
        ("monday", "2026-03-23"),
        ("this Monday", "2026-03-16"),
        ("next Monday", "2026-03-23"),
        ("next Friday", "2026-03-27"),
        ("22 March", "2026-03-22"),
        ("22nd of March", "2026-03-22"),
        ("March 22", "2026-03-22"),
        ("the 22nd", "2026-03-22"),
        ("the 5th", "2026-04-05"),
        ("Sunday 22 March", "2026-03-22"),
        ("Sun, 22 Mar 2026", "2026-03-22"),
        ("22 Sept", "2026-09-22"),
        // Last month's, because it is less than 31 days ago.
        ("20 February", "2026-02-20"),
        ("10 February", "2027-02-10"),
        ("29 February 2028", "2028-02-29"),
        ("22/3/2026", "2026-03-22"),
        ("22.03.2026", "2026-03-22"),
        ("22/3", "2026-03-22"),
        ("3/22/2026", "2026-03-22"),
        ("4/4/2026", "2026-04-04"),
    ] {
        let date = parse_date(text, today()).map(|date| date.to_string());
        assert_eq!(date, Ok(expected.to_owned()), "{text}");
    }
}

#[test]
fn what_is_no_date_is_refused() {
    for text in [
        "",
        "soon",
        "32 March",
        "30 February",
        "29 February",
        "3/4/2026",
        "2026-13-01",
        "1969-12-31",
        "2101-01-01",
        "Monday 22 March",
        "March",
        "99",
        "in many days",
        "22 March 26",
        "0 March",
    ] {
        assert_eq!(parse_date(text, today()).map_err(|error| error.field()), Err("date"), "{text}");
    }
}

#[test]
fn ranges_are_read_as_people_write_them() {
    for (text, from, to) in [
        ("tomorrow", "2026-03-19", "2026-03-19"),
        ("2026-03-22", "2026-03-22", "2026-03-22"),
        ("22 March to 26 March", "2026-03-22", "2026-03-26"),
        ("from 22 March until 26 March 2027", "2027-03-22", "2027-03-26"),
        ("22 to 26 March", "2026-03-22", "2026-03-26"),
        ("22-26 March", "2026-03-22", "2026-03-26"),
        ("22–26 March 2027", "2027-03-22", "2027-03-26"),
        ("28 to 2 April", "2026-03-28", "2026-04-02"),
        ("22 to 26", "2026-03-22", "2026-03-26"),
        ("2026-03-22..2026-03-26", "2026-03-22", "2026-03-26"),
        ("2026-03-22-2026-03-26", "2026-03-22", "2026-03-26"),
        ("Mon-Wed", "2026-03-23", "2026-03-25"),
        ("Friday to Tuesday", "2026-03-20", "2026-03-24"),
        ("today to tomorrow", "2026-03-18", "2026-03-19"),
        ("yesterday to Friday", "2026-03-17", "2026-03-20"),
        ("22 December to 3 January", "2026-12-22", "2027-01-03"),
        ("22 December to 3 January 2027", "2026-12-22", "2027-01-03"),
        ("Sunday 22 March to Tue 24 March", "2026-03-22", "2026-03-24"),
        ("this week", "2026-03-16", "2026-03-22"),
        ("next week", "2026-03-23", "2026-03-29"),
    ] {
        let dates = parse_dates(text, today()).map(|(from, to)| format!("{from} {to}"));
        assert_eq!(dates, Ok(format!("{from} {to}")), "{text}");
    }
}

#[test]
fn what_is_no_range_is_refused() {
    for text in [
        "",
        "to",
        "22 March to",
        "26 March to 22 March",
        "tomorrow to yesterday",
        "a-b",
        "Monday 22 March to 24 March",
        "2026-03-26..2026-03-22",
    ] {
        assert_eq!(parse_dates(text, today()).map_err(|error| error.field()), Err("date"), "{text}");
    }
}
