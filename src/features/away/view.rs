//! Time away, as a person reads it.

use chrono::NaiveDate;

use crate::partnership::text::{sentence_case, span};
use crate::partnership::{Button, Message, PartnershipId, Pick, Pointer, Select, text};
use crate::schedule::ScheduleError;

use super::model::{Away, Part, Stretch};
use super::policy::{Decision, Page};

/// Who sees it; every answer about dates says so.
const SEEN: &str = "Your squads see the dates, and never a reason: I don't ask for one.";

/// What became of the dates that somebody gave. `id` is the row that keeps them.
pub(super) fn noted(partnership: PartnershipId, decision: Decision, id: i64, today: NaiveDate) -> Message {
    match decision {
        Decision::Already(stretch) => Message::text(format!(
            "{} was on your list already, so nothing has changed. `/away list` shows what is noted.",
            sentence_case(&words(stretch, today))
        )),
        Decision::Keep { stretch, overlaps, completes } => {
            let mut lines = vec![kept(stretch, today)];
            if completes {
                lines.push("With the half that you had noted, that is the whole day.".to_owned());
            }
            if overlaps {
                lines.push("Part of that was on your list already; nothing counts twice.".to_owned());
            }
            lines.push(SEEN.to_owned());
            let undo = Button::new("Undo", &Pointer::new("away.undo", partnership, id));
            Message::text(lines.join("\n")).buttons([undo, to_list(partnership)])
        }
    }
}

fn kept(stretch: Stretch, today: NaiveDate) -> String {
    let when = words(stretch, today);
    let days = if stretch.first == stretch.last { "that day" } else { "those days" };
    match stretch.part {
        Part::Day if stretch.last < today => format!("Noted: you were away {when}. It counts for {days}."),
        Part::Day if stretch.first <= today && today < stretch.last => {
            format!("You're away {when}. I won't ask you anything more today, nor on the days after.")
        }
        Part::Day if stretch.last == today => format!("You're away {when}. I won't ask you anything more today."),
        Part::Day => format!("You're away {when}. I won't ask you anything on {days}."),
        Part::Morning | Part::Afternoon if stretch.last < today => format!("Noted: you were away on {when}."),
        Part::Morning | Part::Afternoon => format!("You're away on {when}. The rest of {days} goes on as usual."),
    }
}

/// An entry is gone. `still` says that another entry covers some of its dates.
pub(super) fn removed(partnership: PartnershipId, gone: Away, still: bool, today: NaiveDate) -> Message {
    let stretch = gone.stretch();
    let mut said = format!("Taken off your list: {}.", words(stretch, today));
    if still {
        said.push_str(" Another entry still covers some of it.");
    }
    if stretch.first <= today && today <= stretch.last {
        said.push_str(" Today's check-in is open to you with `/checkin now`.");
    }
    let back = Button::new("Put it back", &Pointer::new("away.restore", partnership, stretch.to_row()));
    Message::text(said).buttons([back, to_list(partnership)])
}

/// It was gone before.
pub(super) fn gone(partnership: PartnershipId) -> Message {
    Message::text("That is off your list already.").buttons([to_list(partnership)])
}

/// Somebody's entries, with a select to remove one.
pub(super) fn list(partnership: PartnershipId, page: &Page, today: NaiveDate) -> Message {
    if page.entries.is_empty() {
        return Message::text(
            "You have no days away noted. Add some with `/away add`, in plain words: `tomorrow`, `Friday`, `22 March to 26 March`.",
        );
    }
    let of = if page.pages > 1 { format!(" (page {} of {})", page.number + 1, page.pages) } else { String::new() };
    let mut lines = vec![format!("**Your days away**{of}")];
    lines.extend(page.entries.iter().map(|away| format!("- {}", label(*away, today))));
    lines.push(SEEN.to_owned());
    let select = Select {
        does: Pointer::new("away.remove", partnership, page.number).to_string(),
        hint: "Pick one to take off the list".to_owned(),
        from: Pick::Options(page.entries.iter().map(|away| (away.id.to_string(), label(*away, today))).collect()),
        count: (1, 1),
    };
    Message::text(lines.join("\n")).select(select).buttons(turns(partnership, page))
}

fn turns(partnership: PartnershipId, page: &Page) -> Vec<Button> {
    let turn = |label: &str, to: usize| Button::new(label, &Pointer::new("away.page", partnership, to));
    let before = page.number.checked_sub(1).map(|to| turn("Previous page", to));
    let after = (page.number + 1 < page.pages).then(|| turn("Next page", page.number + 1));
    before.into_iter().chain(after).collect()
}

fn to_list(partnership: PartnershipId) -> Button {
    Button::new("Show my days away", &Pointer::new("away.page", partnership, 0))
}

/// An entry in a list: `Thursday 26 to Friday 27 March, mornings`.
pub(super) fn label(away: Away, today: NaiveDate) -> String {
    let half = match (away.part, away.first == away.last) {
        (Part::Day, _) => "",
        (Part::Morning, true) => ", morning",
        (Part::Morning, false) => ", mornings",
        (Part::Afternoon, true) => ", afternoon",
        (Part::Afternoon, false) => ", afternoons",
    };
    format!("{}{half}", span(away.first, away.last, today))
}

/// A stretch as part of a sentence: `the mornings of Thursday 26 to Friday 27 March`.
pub(super) fn words(stretch: Stretch, today: NaiveDate) -> String {
    let dates = span(stretch.first, stretch.last, today);
    let many = if stretch.first == stretch.last { "" } else { "s" };
    match stretch.part {
        Part::Day => dates,
        Part::Morning => format!("the morning{many} of {dates}"),
        Part::Afternoon => format!("the afternoon{many} of {dates}"),
    }
}

/// Why dates can't be read, as a sentence.
pub(super) fn unclear(error: &ScheduleError) -> String {
    // What the person typed stands in it without backticks: those that are there are our own.
    let safe = text::escaped(error.message()).replace("\\`", "`");
    sentence_case(&safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn stretch(first: &str, last: &str, part: Part) -> Stretch {
        Stretch { first: day(first), last: day(last), part }
    }

    #[test]
    fn dates_read_as_people_say_them() {
        let cases = [
            ("2026-03-26", "2026-03-26", Part::Day, "Thursday 26 March"),
            ("2026-03-26", "2026-03-27", Part::Day, "Thursday 26 to Friday 27 March"),
            ("2026-03-30", "2026-04-01", Part::Day, "Monday 30 March to Wednesday 1 April"),
            ("2026-12-31", "2027-01-01", Part::Day, "Thursday 31 December to Friday 1 January 2027"),
            ("2026-03-26", "2026-03-26", Part::Morning, "the morning of Thursday 26 March"),
            ("2026-03-26", "2026-03-27", Part::Afternoon, "the afternoons of Thursday 26 to Friday 27 March"),
        ];
        for (first, last, part, expected) in cases {
            assert_eq!(words(stretch(first, last, part), day("2026-03-20")), expected);
        }
    }

    #[test]
    fn what_is_noted_is_said_back() {
        let cases = [
            (
                "2026-03-26",
                "2026-03-27",
                Part::Day,
                "You're away Thursday 26 to Friday 27 March. I won't ask you anything on those days.",
            ),
            (
                "2026-03-20",
                "2026-03-20",
                Part::Day,
                "You're away Friday 20 March. I won't ask you anything more today.",
            ),
            ("2026-03-02", "2026-03-02", Part::Day, "Noted: you were away Monday 2 March. It counts for that day."),
            (
                "2026-03-26",
                "2026-03-26",
                Part::Morning,
                "You're away on the morning of Thursday 26 March. The rest of that day goes on as usual.",
            ),
        ];
        for (first, last, part, expected) in cases {
            assert_eq!(kept(stretch(first, last, part), day("2026-03-20")), expected);
        }
    }

    #[test]
    fn what_was_typed_is_repeated_safely() {
        let error = crate::schedule::parse_dates("*boom* `x`", day("2026-03-20")).expect_err("no date");
        let said = unclear(&error);
        assert!(said.starts_with("“\\*boom\\* x” is not a date"), "{said}");
        assert!(said.contains("`22 March`"), "{said}");
    }
}
