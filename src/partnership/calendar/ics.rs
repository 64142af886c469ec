//! Reads the all-day events of an iCalendar file (RFC 5545).
//!
//! What the parts of the file mean is decided strictly: a holiday that is understood wrongly is
//! worse than a file that is refused.

mod event;
mod lines;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use self::event::Event;
use self::lines::Properties;
use super::{Calendar, CalendarError};

/// The largest file that is read, in bytes.
const MOST_BYTES: usize = 512 * 1024;
/// The most holidays that a calendar may have.
const MOST_DAYS: usize = 5_000;
/// The most characters of a name that are kept.
const LONGEST_NAME: usize = 100;

pub(super) fn read(text: &str) -> Result<Calendar, CalendarError> {
    if text.len() > MOST_BYTES {
        return Err(CalendarError(
            "the file is larger than 512 KiB; export a calendar that has just the holidays.".to_owned(),
        ));
    }
    let unfolded = lines::unfold(text);
    let file = lines::read(&unfolded)?;
    let mut calendar = Calendar { name: name_of(&file.calendar), ..Calendar::default() };
    for properties in &file.events {
        match Event::read(properties)? {
            Some(event) => add(&mut calendar.holidays, &event)?,
            None => calendar.timed_events_ignored += 1,
        }
    }
    refuse_empty(calendar)
}

fn refuse_empty(calendar: Calendar) -> Result<Calendar, CalendarError> {
    if calendar.holidays.is_empty() {
        return Err(CalendarError(format!(
            "the file has no all-day events ({} with a time of day); holidays are all-day events.",
            calendar.timed_events_ignored
        )));
    }
    Ok(calendar)
}

/// The name that the file gives itself, if it does.
fn name_of(calendar: &Properties<'_>) -> String {
    let named = calendar.value("X-WR-CALNAME").or_else(|| calendar.value("NAME"));
    let name = clean(named.unwrap_or_default());
    if name.is_empty() { "Own calendar".to_owned() } else { name }
}

/// Enters an event's days; where two events share a day, the first one names it.
fn add(holidays: &mut BTreeMap<NaiveDate, String>, event: &Event<'_>) -> Result<(), CalendarError> {
    let name = event.name();
    for date in event.dates() {
        holidays.entry(date).or_insert_with(|| name.clone());
        if holidays.len() > MOST_DAYS {
            return Err(CalendarError(
                "the file gives more than 5,000 days; export a calendar that has just the holidays.".to_owned(),
            ));
        }
    }
    Ok(())
}

/// A text without escapes (RFC 5545, 3.3.11) and control characters, cut to a fair length.
fn clean(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    // From left to right: the second backslash of `C:\\new` escapes nothing.
    while let Some(c) = characters.next() {
        match (c, characters.clone().next()) {
            ('\\', Some(escaped @ ('\\' | ',' | ';' | 'n' | 'N'))) => {
                characters.next();
                plain.push(if matches!(escaped, 'n' | 'N') { ' ' } else { escaped });
            }
            _ => plain.push(c),
        }
    }
    let visible = plain.chars().filter(|c| !c.is_control());
    let cut: String = visible.take(LONGEST_NAME).collect();
    cut.trim().to_owned()
}
