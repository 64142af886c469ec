//! Events as an iCalendar file (RFC 5545).
//!
//! Seven properties: the icalendar crate would bring four crates for a fold and an escape. What is written is
//! read back by the project's own reader, in the tests of the rota.

use chrono::{DateTime, NaiveDate, Utc};

/// The longest line, in octets.
const LONGEST: usize = 75;

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// What tells it from all others, and stays the same when it is written again: calendars then change
    /// the event that they have.
    pub key: String,
    /// What it is called.
    pub title: String,
    /// When it is.
    pub when: When,
}

/// When an event is.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// Whole days: the first one, and the one after the last.
    Days(NaiveDate, NaiveDate),
    /// From an instant to another.
    Times(DateTime<Utc>, DateTime<Utc>),
}

/// A file with events; `product` is what of the bot wrote it, `name` what a calendar may call it.
pub fn file(product: &str, name: &str, events: &[Event], stamp: DateTime<Utc>) -> String {
    const INSTANT: &str = "%Y%m%dT%H%M%SZ";
    let mut file = File::default();
    file.line("BEGIN", "VCALENDAR");
    file.line("VERSION", "2.0");
    file.line("PRODID", &format!("-//Elevenses//{product}//EN"));
    file.line("CALSCALE", "GREGORIAN");
    file.line("X-WR-CALNAME", &escaped(name));
    for event in events {
        file.line("BEGIN", "VEVENT");
        file.line("UID", &escaped(&format!("{}@elevenses", event.key)));
        file.line("DTSTAMP", &stamp.format(INSTANT).to_string());
        match event.when {
            When::Days(start, end) => {
                file.line("DTSTART;VALUE=DATE", &start.format("%Y%m%d").to_string());
                file.line("DTEND;VALUE=DATE", &end.format("%Y%m%d").to_string());
            }
            When::Times(start, end) => {
                file.line("DTSTART", &start.format(INSTANT).to_string());
                file.line("DTEND", &end.format(INSTANT).to_string());
            }
        }
        file.line("SUMMARY", &escaped(&event.title));
        file.line("END", "VEVENT");
    }
    file.line("END", "VCALENDAR");
    file.0
}

/// A text as RFC 5545, 3.3.11 has it, without control characters.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").replace('\r', "\n").chars() {
        match c {
            '\n' => escaped.push_str("\\n"),
            '\\' | ',' | ';' => escaped.extend(['\\', c]),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[derive(Default)]
struct File(String);

impl File {
    /// A line, folded between characters so that none of its parts is too long (RFC 5545, 3.1).
    fn line(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        for c in name.chars().chain([':']).chain(value.chars()) {
            octets += c.len_utf8();
            if octets > LONGEST {
                self.0.push_str("\r\n ");
                octets = 1 + c.len_utf8();
            }
            self.0.push(c);
        }
        self.0.push_str("\r\n");
    }
}
