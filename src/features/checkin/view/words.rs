//! What is said to plain words that aren't an answer by themselves.

use chrono::NaiveDate;

use crate::partnership::text::{clipped, day, escaped};
use crate::partnership::{Button, Message, MessageId, PartnershipId, Pointer};

use super::super::policy::SmallTalk;

/// Longest part of somebody's words when they are asked what these are.
const QUOTE: usize = 200;

/// Why words aren't saved yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsaved {
    /// Nobody has said yet that they want to take part.
    NotYetHere,
    /// The date has an answer.
    Answered,
    /// The date wasn't asked for, or is skipped, off or "nothing new". An earlier one may still be open.
    Unasked(Option<NaiveDate>),
}

/// Asks what words are, which are read again in the message of theirs once that is said.
pub fn unsaved(partnership: PartnershipId, date: NaiveDate, message: MessageId, text: &str, why: Unsaved) -> Message {
    let quote = escaped(&clipped(&text.split_whitespace().collect::<Vec<_>>().join(" "), QUOTE));
    let name = day(date);
    let at = |date: NaiveDate, how: &str| Pointer::new("checkin.words", partnership, format!("{date},{message},{how}"));
    let save = Button::new("Save it", &at(date, "save"));
    let leave = Button::new("Leave it", &at(date, "leave"));
    match why {
        // Of somebody who hasn't agreed to anything nothing is quoted, since what is sent is kept for some time.
        Unsaved::NotYetHere => Message::text(format!(
            "Nothing is saved yet. Please press **Start** or **Check-ins only** above first, and then **Save it** here: what you just wrote becomes your check-in for {name}."
        ))
        .buttons([save, leave]),
        Unsaved::Answered => {
            Message::text(format!("You have checked in for {name}, and that stands. What is “{quote}”?")).buttons([
                Button::new("Add it", &at(date, "add")),
                Button::new("Replace my answer", &at(date, "replace")),
                leave,
            ])
        }
        Unsaved::Unasked(None) => {
            Message::text(format!("These words aren't saved yet. Is “{quote}” your check-in for {name}?"))
                .buttons([save, leave])
        }
        Unsaved::Unasked(Some(before)) => {
            let on = |date: NaiveDate| Button::new(format!("For {}", day(date)), &at(date, "save"));
            Message::text(format!("These words aren't saved yet. For which day is “{quote}” your check-in?"))
                .buttons([on(before), on(date), leave])
        }
    }
}

/// What is said to words that are no answer.
pub fn small_talk(partnership: PartnershipId, said: SmallTalk) -> Message {
    match said {
        SmallTalk::Help => Message::text(
            "Here you answer check-ins: with the buttons, or in your own words, a line for each question. All else are commands on the server, and **Help** shows those that are for you. (Nothing was saved.)",
        )
        .buttons([Button::new("Help", &Pointer::new("help.show", partnership, ""))]),
        SmallTalk::Kindness => Message::text("🙂 I take that for a word to me, and not for a check-in. Nothing was saved."),
    }
}
