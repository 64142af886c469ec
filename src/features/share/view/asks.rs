//! What is asked and told about the exchange in private.

use std::fmt::Write as _;

use crate::features::share::model::{Introduction, Kind, Share, Stands};
use crate::partnership::text::{day, escaped, mention, quoted};
use crate::partnership::{Button, Message, PartnershipId, Pointer, Style, UserId};

use super::{Shown, alone, named};

/// Answers that a message has room for: five rows, and one is taken.
const ROWS: usize = 4;

fn at(partnership: PartnershipId, action: &str, row: i64) -> Pointer {
    Pointer::new(action, partnership, row)
}

/// Somebody who is to be met.
#[derive(Clone, Debug)]
pub struct Side {
    /// Their name here.
    pub name: String,
    /// How to reach them, and whom they work for: `**Ann** (@Ann, NHS Digital)`.
    pub shown: String,
}

impl Side {
    /// From what is known of them.
    pub fn new(name: &str, user: UserId, organisation: Option<&str>) -> Self {
        let of = organisation.map_or_else(String::new, |name| format!(", {}", escaped(name)));
        Self { name: name.to_owned(), shown: format!("**{}** ({}{of})", escaped(name), mention(user)) }
    }
}

/// It is shared.
pub fn shared(shown: &Shown, posted: bool, matches: &[Share]) -> Message {
    let place = if posted { "It stands here" } else { "I may not write in this channel, so it stands in no channel" };
    let mut words =
        format!("**S-{}** is shared. {place}, and every member finds it with `/share browse`.", shown.one.number);
    for one in matches {
        let _ = write!(words, "\nIt may meet {} {}.", one.kind.shown(), named(one));
    }
    let mut message = alone(shown, &words, true);
    let answers = matches.iter().map(|one| {
        Button::new(format!("Answer S-{}…", one.number), &at(shown.partnership, "share.answer", one.number))
            .style(Style::Primary)
    });
    message = message.buttons(answers);
    message
}

/// For whoever offers or needs what a new share may meet.
pub fn may_meet(new: &Share, own: &Share) -> String {
    format!(
        "A new {} may meet your {} {}: {}. `/share browse words:S-{}` shows it.",
        new.kind.shown(),
        own.kind.shown(),
        named(own),
        named(new),
        new.number
    )
}

/// The answers that wait for whoever looks at their own offer or need, and what came of an introduction, where they
/// can say so.
pub fn waiting(shown: &Shown, answers: &[(Introduction, Side)]) -> Message {
    let mut message = Message::default();
    for (one, side) in answers.iter().take(ROWS) {
        let button = |label: String, action: &str| Button::new(label, &at(shown.partnership, action, one.id));
        match one.stands {
            Stands::Asked => {
                let _ = write!(message.text, "\n{} answered.{}", side.shown, quoted_if_any(&one.words));
                message = message.buttons([
                    button(format!("Introduce {} and me", side.name), "share.introduce").style(Style::Good),
                    button(format!("Not this time, {}", side.name), "share.not_now"),
                ]);
            }
            Stands::Made => {
                message = message.buttons([button(format!("What came of it with {}…", side.name), "share.came")]);
            }
            Stands::Declined | Stands::Over => {}
        }
    }
    if answers.len() > ROWS {
        let _ = write!(message.text, "\n{} more wait; they come up once these are answered.", answers.len() - ROWS);
    }
    message
}

fn quoted_if_any(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!("\n{}", quoted(words)) }
}

/// Somebody answers an offer or a need: its own person is asked.
pub fn somebody_answers(shown: &Shown, who: &Side, one: &Introduction) -> Message {
    let does = match shown.one.kind {
        Kind::Need => "can help with your need",
        _ => "could use your offer",
    };
    let words = quoted_if_any(&one.words);
    let button = |label: &str, action: &str| Button::new(label, &at(shown.partnership, action, one.id));
    Message::text(format!("{} {does} {}.{words}", who.shown, named(&shown.one))).buttons([
        button("Introduce us", "share.introduce").style(Style::Good),
        button("Not this time", "share.not_now"),
    ])
}

/// The same as a line in the next gathered message.
pub fn somebody_answers_notice(one: &Share) -> String {
    let (kind, number) = (one.kind.shown(), one.number);
    format!("Somebody answered your {kind} {}. `/share browse words:S-{number}` shows it.", named(one))
}

/// To whoever answered.
pub fn answer_is_sent(one: &Share) -> Message {
    Message::text(format!(
        "Thank you. I ask whose {} it is, {}, and introduce the two of you once they say yes. Nobody else sees it.",
        one.kind.shown(),
        named(one)
    ))
}

/// They answered before.
pub fn answered_already(one: &Share) -> Message {
    Message::text(format!("You have answered {} already; I tell you what they say.", named(one)))
}

/// Two people meet.
pub fn meet(shown: &Shown, you: &str, other: &Side, words: &str) -> Message {
    let says = &shown.one.says;
    let label = if shown.one.kind == Kind::Need { "How much, and how soon" } else { "Limits" };
    let limits = if says.limits.is_empty() { String::new() } else { format!("\n{label}: {}", escaped(&says.limits)) };
    let words = quoted_if_any(words);
    Message::text(format!(
        "{}, meet {}: it is about {} {}.{limits}{words}\nThe rest is between the two of you; a first line today is the easiest. In two weeks I ask what came of it.",
        escaped(you),
        other.shown,
        shown.one.kind.shown(),
        named(&shown.one),
    ))
}

/// It doesn't suit, told without a reason.
pub fn does_not_suit(one: &Share) -> Message {
    Message::text(format!(
        "{} doesn't work out this time. `/share browse` shows what else there is, and `/share need` lets others find you.",
        named(one)
    ))
}

/// To whoever said so.
pub fn said_not_now() -> Message {
    Message::text("All right. I say so kindly, and without a reason.")
}

/// What it was about has changed meanwhile.
pub fn nothing_waits() -> Message {
    Message::text("This doesn't wait for you any more.")
}

/// Whether it still stands.
pub fn still_stands(shown: &Shown) -> Message {
    let one = &shown.one;
    let until = one.says.until.map_or_else(String::new, |until| format!(" It would end after {}.", day(until)));
    Message::text(format!("Does your {} {} still stand?{until}", one.kind.shown(), named(one))).buttons([
        shown.button("Yes, 30 days more", "share.stands").style(Style::Good),
        shown.button("It stands no more", "share.ends"),
    ])
}

/// The same as a line in the next gathered message.
pub fn still_stands_notice(one: &Share) -> String {
    let until = one.says.until.map_or_else(String::new, |until| format!(" after {}", day(until)));
    format!(
        "Your {} {} ends{until}. `/share browse words:S-{}` makes it longer.",
        one.kind.shown(),
        named(one),
        one.number
    )
}

/// What came of an introduction.
pub fn what_came(partnership: PartnershipId, share: &Share, other: &Side, introduction: i64) -> Message {
    let button = |label: &str, action: &str| Button::new(label, &at(partnership, action, introduction));
    Message::text(format!("Two weeks ago I introduced you and {} over {}. What came of it?", other.shown, named(share)))
        .buttons([
            button("Something came of it…", "share.came").style(Style::Good),
            button("Still under way", "share.under_way"),
            button("Nothing came of it", "share.nothing"),
        ])
}

/// The same as a line in the next gathered message.
pub fn what_came_notice(share: &Share) -> String {
    format!("What came of {}? `/share browse words:S-{}` takes the answer.", named(share), share.number)
}

/// It is noted, for whoever said so.
pub fn came_is_noted(partnership: PartnershipId, share: &Share, introduction: i64) -> Message {
    let story = Button::new("Tell it as a story…", &at(partnership, "share.retell", introduction));
    Message::text(format!(
        "Thank you. It stands with {}, where others read it, and the other side hears of it.",
        named(share)
    ))
    .buttons([story])
}

/// For the other side.
pub fn came_of_it(share: &Share, other: &Side, words: &str) -> Message {
    Message::text(format!("{} on what came of {}:\n{}", other.shown, named(share), quoted(words)))
}

/// Nothing came of it, or it isn't known yet.
pub fn is_noted(again: bool) -> Message {
    Message::text(if again {
        "Good. I ask once more in two weeks."
    } else {
        "Noted, and told to nobody. Thank you for trying."
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::features::share::model::{Body, State};
    use crate::partnership::NOBODY;

    #[test]
    fn more_answers_than_a_message_has_room_for_are_counted() {
        let one = Share {
            number: 1,
            kind: Kind::Offer,
            state: State::Open,
            person: NOBODY,
            organisation: None,
            says: Body::default(),
            shared_at: DateTime::default(),
            changed_at: DateTime::default(),
        };
        let shown = Shown {
            partnership: PartnershipId(1),
            one,
            meanings: Vec::new(),
            came: Vec::new(),
            names: std::collections::BTreeMap::new(),
        };
        let answer = |id: i64| {
            let words = "When?".to_owned();
            let one =
                Introduction { id, share: 1, person: UserId(id), words, stands: Stands::Asked, came: String::new() };
            (one, Side::new(&format!("Person {id}"), UserId(id), Some("Fennel")))
        };
        let answers: Vec<_> = (1..=6).map(answer).collect();
        for (count, rows, said) in [(4, 4, false), (6, 4, true)] {
            let message = waiting(&shown, &answers[..count]);
            assert_eq!(message.rows.len(), rows);
            assert_eq!(message.text.contains("2 more wait"), said, "{}", message.text);
            assert!(!message.text.contains("Person 5"));
        }
    }
}
