//! Shares, as people read them.

mod asks;
mod forms;
mod lists;

pub use asks::*;
pub use forms::*;
pub use lists::*;

use std::collections::BTreeMap;

use crate::partnership::text::{day, escaped, moment, sentence_case, who};
use crate::partnership::{Button, Card, Message, NOBODY, OrganisationId, PartnershipId, Pick, Pointer, Select, Style};

use super::model::{Kind, Meaning, Share, State};

/// A share with what it takes to show it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Where.
    pub partnership: PartnershipId,
    /// The share.
    pub one: Share,
    /// Of a term: what it means, by organisation.
    pub meanings: Vec<Meaning>,
    /// Of an offer or a need: what came of it.
    pub came: Vec<String>,
    /// The names of the organisations that are here.
    pub names: BTreeMap<OrganisationId, String>,
}

impl Shown {
    fn button(&self, label: &str, action: &str) -> Button {
        Button::new(label, &Pointer::new(action, self.partnership, self.one.number))
    }

    fn name(&self, id: Option<OrganisationId>) -> Option<String> {
        id.map(|id| {
            self.names.get(&id).map_or_else(|| "an organisation that has left".to_owned(), |name| escaped(name))
        })
    }
}

/// `S-4 (title)`.
pub fn named(one: &Share) -> String {
    format!("S-{} ({})", one.number, escaped(&one.says.title))
}

/// What it is, in a word or two.
fn heading(one: &Share) -> String {
    let kind = sentence_case(one.kind.shown());
    one.says.category.map_or_else(|| kind.clone(), |category| format!("{kind} · {}", category.as_str()))
}

/// What a term means, a line each.
pub fn meanings(shown: &Shown) -> String {
    let line = |one: &Meaning| match shown.name(one.organisation) {
        Some(name) => format!("**{name}**: {}", escaped(&one.words)),
        None => escaped(&one.words),
    };
    shown.meanings.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn fields(shown: &Shown) -> Vec<(String, String)> {
    let says = &shown.one.says;
    let thanks = "Who made it possible";
    let take = if shown.one.kind == Kind::Lesson { "What we'd do otherwise" } else { "What to copy first" };
    let limits = if shown.one.kind == Kind::Need { "How much, and how soon" } else { "Limits" };
    let came = shown.came.iter().map(|came| format!("- {}", escaped(came))).collect::<Vec<_>>().join("\n");
    let source = says.source.as_ref().map(|link| format!("[The message it was kept from]({link})"));
    let mut fields = vec![
        (thanks.to_owned(), escaped(&says.thanks)),
        (take.to_owned(), escaped(&says.take)),
        (limits.to_owned(), escaped(&says.limits)),
        ("What came of it".to_owned(), came),
        ("From".to_owned(), source.unwrap_or_default()),
    ];
    fields.retain(|(_, text)| !text.is_empty());
    fields
}

/// Whose it is, and how it stands.
fn standing(shown: &Shown) -> String {
    let one = &shown.one;
    let by = match shown.name(one.organisation) {
        Some(name) if one.person != NOBODY => format!("{} ({name})", who(one.person)),
        _ => who(one.person),
    };
    match (one.kind, one.state, one.says.until) {
        (kind, State::Open, Some(until)) if kind.is_exchange() => format!("{by} · stands until {}", day(until)),
        (kind, State::Closed, _) if kind.is_exchange() => format!("{by} · stands no more"),
        _ => format!("{by} · {}", moment(one.shared_at)),
    }
}

/// A share without buttons.
pub fn record(shown: &Shown) -> Card {
    let one = &shown.one;
    let footer = format!("S-{}", one.number);
    if one.state == State::Gone {
        return Card { title: footer, text: "This was taken back.".to_owned(), ..Card::default() };
    }
    let title = format!("{}: {}", heading(one), escaped(&one.says.title));
    let text = if one.kind == Kind::Term {
        let also = one.says.also.iter().map(|one| escaped(one)).collect::<Vec<_>>().join(", ");
        let also = if also.is_empty() { String::new() } else { format!("\n\nAlso: {also}") };
        let none = "Nobody has said yet what it means to them.".to_owned();
        format!("{}{also}", Some(meanings(shown)).filter(|text| !text.is_empty()).unwrap_or(none))
    } else {
        [escaped(&one.says.words), standing(shown)]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("\n\n")
    };
    Card { title, text, fields: fields(shown), footer }
}

/// A share as everybody reads it.
pub fn card(shown: &Shown) -> Message {
    let one = &shown.one;
    let button = match (one.kind, one.state) {
        (Kind::Term, State::Open) => Some(shown.button("What it means to us…", "share.mean")),
        (Kind::Offer, State::Open) => Some(shown.button("I could use this…", "share.answer")),
        (Kind::Need, State::Open) => Some(shown.button("I can help…", "share.answer")),
        _ => None,
    };
    Message::default().card(record(shown)).buttons(button)
}

/// A share for whoever asked for it alone: with the way to show it to others, and what its own person may do.
/// `words` stand above it.
pub fn alone(shown: &Shown, words: &str, own: bool) -> Message {
    let one = &shown.one;
    let mut message = Message { text: words.to_owned(), ..card(shown) };
    if one.state == State::Gone {
        return message;
    }
    if own && one.kind.is_exchange() {
        // Nobody answers themselves.
        message.rows.clear();
    }
    let mut buttons = vec![shown.button("Show it here", "share.post")];
    if own {
        if one.kind != Kind::Term {
            buttons.insert(0, shown.button("Put it otherwise…", "share.change"));
        }
        match one.state {
            State::Open if one.kind.is_exchange() => {
                buttons.push(shown.button("It stands 30 days more", "share.stands"));
                buttons.push(shown.button("It stands no more", "share.ends"));
            }
            State::Closed => buttons.push(shown.button("Put it up again", "share.stands").style(Style::Primary)),
            _ => {}
        }
        let back = if one.kind == Kind::Term { "Take back what it means to us" } else { "Take it back" };
        buttons.push(shown.button(back, "share.back").style(Style::Danger));
    }
    message = message.buttons(buttons);
    if own && one.kind.is_story() {
        let option = |kind: &Kind| (kind.as_str().to_owned(), sentence_case(kind.shown()));
        message = message.select(Select {
            does: Pointer::new("share.kind", shown.partnership, one.number).to_string(),
            hint: "Which kind of story is it?".to_owned(),
            from: Pick::Options(Kind::STORIES.iter().map(option).collect()),
            count: (1, 1),
        });
    }
    message
}
