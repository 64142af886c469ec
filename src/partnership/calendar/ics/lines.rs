//! Takes an iCalendar text apart into its events and their properties.
//!
//! The icalendar crate's parser was tried: it takes quadratic time (nine seconds for 400 kB of
//! short lines, which anybody could upload) and calls itself for each nested part. This reader
//! goes over the text once.

use super::CalendarError;

/// A property of an event or of the calendar: `NAME;parameters:value`, without the parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
}

/// The properties of one event.
#[derive(Debug, Default)]
pub(super) struct Properties<'a>(Vec<Property<'a>>);

/// What a file holds, as far as it matters here.
#[derive(Debug, Default)]
pub(super) struct File<'a> {
    pub(super) calendar: Properties<'a>,
    pub(super) events: Vec<Properties<'a>>,
}

impl<'a> Properties<'a> {
    /// The value of the first property of that name.
    pub(super) fn value(&self, name: &str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// The values of all properties of that name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |property| property.name.eq_ignore_ascii_case(name));
        named.map(|property| property.value)
    }
}

/// Joins folded lines (RFC 5545, 3.1).
pub(super) fn unfold(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    text.replace("\n ", "").replace("\n\t", "")
}

/// Reads an unfolded text. Parts of an event, such as its alarms, are left out.
pub(super) fn read(unfolded: &str) -> Result<File<'_>, CalendarError> {
    let mut file = File::default();
    let mut open: Vec<&str> = Vec::new();
    let mut last = 0;
    for (number, line) in unfolded.lines().enumerate() {
        let line = line.trim_end();
        if line.is_empty() {
            continue;
        }
        last = number;
        let property = property(line).ok_or_else(|| unreadable(number))?;
        let word = |word: &str| property.name.eq_ignore_ascii_case(word);
        if word("BEGIN") {
            if open.is_empty() != property.value.eq_ignore_ascii_case("VCALENDAR") {
                return Err(unreadable(number));
            }
            open.push(property.value);
            if in_event(&open) && open.len() == 2 {
                file.events.push(Properties::default());
            }
        } else if word("END") {
            let ends = open.pop().is_some_and(|part| part.eq_ignore_ascii_case(property.value));
            if !ends {
                return Err(unreadable(number));
            }
        } else {
            file.add(&open, property).ok_or_else(|| unreadable(number))?;
        }
    }
    if last == 0 || !open.is_empty() {
        return Err(unreadable(last));
    }
    Ok(file)
}

impl<'a> File<'a> {
    /// Keeps a property where it matters. `None` outside of a calendar, where none can stand.
    fn add(&mut self, open: &[&str], property: Property<'a>) -> Option<()> {
        match open.len() {
            0 => return None,
            1 => self.calendar.0.push(property),
            2 if in_event(open) => self.events.last_mut()?.0.push(property),
            _ => {}
        }
        Some(())
    }
}

fn in_event(open: &[&str]) -> bool {
    open.get(1).is_some_and(|part| part.eq_ignore_ascii_case("VEVENT"))
}

/// Splits a line at the first colon that is not within quotation marks.
fn property(line: &str) -> Option<Property<'_>> {
    let mut quoted = false;
    let colon = line.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    });
    let (head, value) = (line.get(..colon?.0)?, line.get(colon?.0 + 1..)?);
    let name = head.split(';').next().unwrap_or_default().trim();
    (!name.is_empty()).then(|| Property { name, value: value.trim() })
}

fn unreadable(line: usize) -> CalendarError {
    CalendarError(format!(
        "this is not a readable .ics file (line {}, counted without folded lines); export the \
         calendar again, as iCalendar.",
        line + 1
    ))
}
