//! Days off as a file for the calendars that people look at anyway.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use crate::partnership::calendar::write::{Event, When, file};

/// One person's days off.
#[derive(Clone, Debug)]
pub struct DaysOff<'a> {
    /// What tells this person in this rota from all others, and stays the same when the rota is
    /// exported again: calendars then change the events that they have.
    pub key: String,
    /// What each event is called.
    pub title: &'a str,
    /// The days off, in any order.
    pub dates: &'a [NaiveDate],
}

/// A file with an event for each stretch of days off, for one person or for several.
pub fn ics(name: &str, people: &[DaysOff<'_>], stamp: DateTime<Utc>) -> String {
    let event = |person: &DaysOff<'_>, (start, end): (NaiveDate, NaiveDate)| Event {
        key: format!("{}-{}", person.key, start.format("%Y%m%d")),
        title: person.title.to_owned(),
        when: When::Days(start, end),
    };
    let events: Vec<Event> = people
        .iter()
        .flat_map(|person| stretches(person.dates).into_iter().map(move |one| event(person, one)))
        .collect();
    file("Rest rota", name, &events, stamp)
}

/// Dates in a row, as the first one and the one after the last.
fn stretches(dates: &[NaiveDate]) -> Vec<(NaiveDate, NaiveDate)> {
    let sorted: BTreeSet<NaiveDate> = dates.iter().copied().collect();
    let mut stretches: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for date in sorted {
        let Some(next) = date.succ_opt() else { break };
        match stretches.last_mut() {
            Some((_, end)) if *end == date => *end = next,
            _ => stretches.push((date, next)),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partnership::calendar::Calendar;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn stamp() -> DateTime<Utc> {
        "2026-03-29T21:00:05Z".parse().expect("an instant")
    }

    fn of(key: &str, title: &str, dates: &[NaiveDate]) -> String {
        ics("Rest rota", &[DaysOff { key: key.to_owned(), title, dates }], stamp())
    }

    #[test]
    fn each_stretch_is_an_event() {
        let dates = ["2026-03-31", "2026-03-30", "2026-04-05"].map(date);
        let expected = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Elevenses//Rest rota//EN\r\n\
            CALSCALE:GREGORIAN\r\nX-WR-CALNAME:Rest rota\r\n\
            BEGIN:VEVENT\r\nUID:rota-7-1-20260330@elevenses\r\nDTSTAMP:20260329T210005Z\r\n\
            DTSTART;VALUE=DATE:20260330\r\nDTEND;VALUE=DATE:20260401\r\nSUMMARY:Day off\r\nEND:VEVENT\r\n\
            BEGIN:VEVENT\r\nUID:rota-7-1-20260405@elevenses\r\nDTSTAMP:20260329T210005Z\r\n\
            DTSTART;VALUE=DATE:20260405\r\nDTEND;VALUE=DATE:20260406\r\nSUMMARY:Day off\r\nEND:VEVENT\r\n\
            END:VCALENDAR\r\n";
        assert_eq!(of("rota-7-1", "Day off", &dates), expected);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let title = "Sŵn, Llŷr; \\o/ C:\\new\r\nand 🏴󠁧󠁢󠁷󠁬󠁳󠁿 friends".to_owned() + &" ŵŷ 👩🏽‍💻".repeat(6);
        let (ann, bob) = (["2026-12-31", "2027-01-01"].map(date), ["2027-01-04"].map(date));
        let people = [
            DaysOff { key: "rota-1-1".to_owned(), title: &title, dates: &ann },
            DaysOff { key: "rota-1-2".to_owned(), title: "Bob: day off", dates: &bob },
        ];
        let read = Calendar::from_ics(&ics("Sgwad ŵ, day 35", &people, stamp())).expect("readable");
        assert_eq!(read.name(), "Sgwad ŵ, day 35");
        assert_eq!(read.holidays().map(|(date, _)| date).collect::<Vec<_>>(), [&ann[..], &bob].concat());
        // Our reader takes a line break for a space, and cuts a name at a hundred characters.
        let shown: String = title.replace("\r\n", " ").chars().filter(|c| !c.is_control()).take(100).collect();
        assert_eq!(read.holiday(ann[0]), Some(shown.trim()));
        assert_eq!(read.holiday(bob[0]), Some("Bob: day off"));
    }

    #[test]
    fn no_line_is_longer_than_75_octets() {
        for length in 60..90 {
            for letter in ["a", "ŷ", "한", "🏖"] {
                let title = "a".repeat(length) + &letter.repeat(60);
                let file = of("rota-1-1", &title, &[date("2026-03-30")]);
                // Split as bytes: whoever reads a line at a time has to find whole characters.
                for line in file.as_bytes().split(|byte| *byte == b'\n') {
                    assert!(line.len() <= 75 + 1, "{length} {letter}: {}", line.len());
                    assert!(std::str::from_utf8(line).is_ok());
                    assert!(line.is_empty() || line.ends_with(b"\r"));
                }
                assert!(file.replace("\r\n ", "").contains(&format!("SUMMARY:{title}\r\n")));
            }
        }
    }

    #[test]
    fn a_title_cannot_write_lines_of_its_own() {
        for ending in ["\r", "\n", "\r\n", "\u{85}", "\u{b}"] {
            let title = format!("Ann{ending}END:VEVENT");
            let file = of("rota-1-1", &title, &[date("2026-03-30")]);
            assert_eq!(file.matches("\r\nEND:VEVENT").count(), 1, "{ending:?}");
            assert_eq!(file.replace("\r\n", "").matches(['\r', '\n']).count(), 0, "{ending:?}");
        }
    }
}
