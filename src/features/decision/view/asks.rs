//! What is asked and told about decisions in private.

use crate::features::decision::model::{Decision, Level, Part, StandsAs, Status};
use crate::partnership::text::{escaped, sentence_case, who};
use crate::partnership::{Button, Message, PartnershipId, Pick, Pointer, Row, Select, Style};

use super::{Shown, record};

fn at(shown: &Shown, action: &str) -> Pointer {
    Pointer::new(action, shown.partnership, shown.one.number)
}

/// `D-7 (title)`.
pub fn named(one: &Decision) -> String {
    format!("D-{} ({})", one.number, escaped(&one.says.title))
}

/// What couldn't be used comes back with the form.
pub fn record_again(partnership: PartnershipId, row: &str, why: &str) -> Message {
    let again = Button::again(Pointer::new("decision.again", partnership, row));
    Message::text(format!("{why} Nothing was recorded; what you wrote is kept.")).buttons([again])
}

/// It is recorded.
pub fn said_recorded(one: &Decision, posted: bool) -> String {
    let place = if posted {
        "posted here"
    } else {
        "in the log; I may not write in this channel, so `/decision show` is where people read it"
    };
    format!(
        "**D-{}** is recorded, and {place}. Whatever else is known of it can be added whenever there is time.",
        one.number
    )
}

/// What somebody sees who may change a decision.
pub fn panel(shown: &Shown, said: &str) -> Message {
    let one = &shown.one;
    let message = Message::text(said).card(record(shown));
    let open = matches!(one.status, Status::Proposed | Status::Agreed);
    if !open {
        return message;
    }
    let button = |label: &str, action: &str| Button::new(label, &at(shown, action));
    let first = [
        button("Add detail", "decision.detail"),
        button("Who decides", "decision.parts"),
        button("Review date", "decision.date"),
        button("Supersedes, clears…", "decision.links"),
        button("Title and decision", "decision.words"),
    ];
    let status = |label: &str, to: Status| {
        Button::new(
            label,
            &Pointer::new("decision.status", shown.partnership, format!("{},{}", one.number, to.as_str())),
        )
    };
    let turn = if one.status == Status::Agreed {
        status("It isn't agreed yet", Status::Proposed)
    } else {
        status("It is agreed", Status::Agreed)
    };
    let last = [turn, status("Retire it", Status::Retired).style(Style::Danger)];
    let level = one.says.level.map_or_else(String::new, |level| format!(" (now: {})", level.shown()));
    let stands = one.says.stands_as.map_or_else(String::new, |kind| format!(" (now: {})", kind.shown()));
    message
        .buttons(first)
        .select(select(shown, "decision.level", &format!("At which level is it taken?{level}"), levels()))
        .select(select(
            shown,
            "decision.stands",
            &format!("Does it stand as something for all of us?{stands}"),
            kinds(),
        ))
        .select(Select {
            does: at(shown, "decision.owner").to_string(),
            hint: "Who looks after it?".to_owned(),
            from: Pick::Users,
            count: (1, 1),
        })
        .buttons(last)
}

fn select(shown: &Shown, action: &str, hint: &str, options: Vec<(String, String)>) -> Select {
    Select { does: at(shown, action).to_string(), hint: hint.to_owned(), from: Pick::Options(options), count: (1, 1) }
}

fn levels() -> Vec<(String, String)> {
    let level = |level: &Level| (level.as_str().to_owned(), format!("{} level", sentence_case(level.shown())));
    Level::ALL.iter().map(level).chain([("none".to_owned(), "No level".to_owned())]).collect()
}

fn kinds() -> Vec<(String, String)> {
    let kind = |kind: &StandsAs| (kind.as_str().to_owned(), format!("Our {}", kind.shown()));
    StandsAs::ALL.iter().map(kind).chain([("none".to_owned(), "Nothing special".to_owned())]).collect()
}

/// **Who decides**.
pub fn parts(shown: &Shown, said: &str) -> Message {
    let asks = [
        ("Decides", "Who decides?", Part::Decides),
        ("Is asked before", "Who is asked before?", Part::Consulted),
        ("Is told after", "Who is told after?", Part::Informed),
    ];
    let mut lines = vec![format!("{said}Which part do organisations have in D-{}?", shown.one.number)];
    let mut rows = Vec::new();
    for (label, hint, part) in asks {
        let names = shown.names(part);
        lines.push(format!("{label}: {}", if names.is_empty() { "nobody named" } else { &names }));
        let options: Vec<(String, String)> =
            shown.organisations.iter().take(25).map(|(id, name)| (id.to_string(), name.clone())).collect();
        let most = u8::try_from(options.len()).unwrap_or(25).max(1);
        let row = format!("{},{}", shown.one.number, part.as_str());
        rows.push(Row::Select(Select {
            does: Pointer::new("decision.part", shown.partnership, row).to_string(),
            hint: hint.to_owned(),
            from: Pick::Options(options),
            count: (0, most),
        }));
    }
    if shown.organisations.is_empty() {
        return Message::text("There is no organisation here yet. `/organisation add` is where it begins.");
    }
    Message { rows, ..Message::text(lines.join("\n")) }
}

fn review_buttons(shown: &Shown) -> [Button; 3] {
    let button = |label: &str, action: &str| Button::new(label, &at(shown, action));
    [button("Held", "decision.held"), button("Adjust", "decision.adjust"), button("Reverse", "decision.reverse")]
}

const ASK: &str = "**Held**: it goes on. **Adjust**: it goes on in other words. **Reverse**: it holds no more, and what we learned stays.";

/// **Review**.
pub fn review(shown: &Shown) -> Message {
    Message::text(format!("How does it look by now? {ASK}")).card(record(shown)).buttons(review_buttons(shown))
}

/// The owner is asked at the review date; the second time, it is the last.
pub fn review_asked(shown: &Shown, time: i64) -> Message {
    let named = named(&shown.one);
    let text = if time < 2 {
        format!("You look after {named}, and today is the day to look at it again. {ASK}")
    } else {
        format!(
            "{named} is still waiting for a look back. {ASK} I won't ask again; `/decision search due` keeps it in the list."
        )
    };
    Message::text(text).card(record(shown)).buttons(review_buttons(shown))
}

/// The same as a line in the next gathered message.
pub fn review_notice(shown: &Shown) -> String {
    format!("{} is due to be looked at again: `/decision search due` shows it.", named(&shown.one))
}

/// A decision was reversed.
pub fn reversed() -> Message {
    Message::text("It holds no more, and what we learned is filed with it. Thank you for looking back.")
}

/// Somebody may not change a decision.
pub fn not_yours(one: &Decision) -> String {
    format!(
        "That is for its owner ({}), a lead or an admin. A concern of yours can be added by everybody: `/decision show` has the button.",
        who(one.says.owner)
    )
}

/// There is no such decision.
pub fn no_such(words: &str) -> String {
    format!("I found no decision “{}”. `/decision search` finds what there is.", escaped(words))
}

/// A concern was kept.
pub fn concern_kept(one: &Decision) -> Message {
    Message::text(format!("Your concern stays with {}, in your words.", named(one)))
}

/// Somebody looks after a decision from now on.
pub fn is_yours_now(one: &Decision) -> Message {
    let date = one.says.review_on.map_or_else(String::new, |date| {
        format!(" I'll ask you on {} whether it still holds.", date.format("%-d %B %Y"))
    });
    Message::text(format!("You look after {} from now on.{date} `/decision show` has all of it.", named(one)))
}
