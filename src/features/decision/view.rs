//! Decisions, as people read them.

mod asks;
mod forms;
mod lists;

pub use asks::*;
pub use forms::*;
pub use lists::*;

use std::collections::BTreeMap;

use crate::partnership::text::{escaped, listed, mention, moment, sentence_case, who};
use crate::partnership::{Button, Card, Message, OrganisationId, PartnershipId, Pointer};

use super::model::{Concern, Decision, Lesson, Part, Status, Worry};

/// A decision with what it takes to show it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Where.
    pub partnership: PartnershipId,
    /// The decision.
    pub one: Decision,
    /// The names of the organisations that are here.
    pub organisations: BTreeMap<OrganisationId, String>,
    /// Title and link of the decisions that it names.
    pub links: BTreeMap<i64, (String, Option<String>)>,
    /// What was learned from it, newest first.
    pub lessons: Vec<Lesson>,
}

impl Shown {
    fn names(&self, part: Part) -> String {
        let name = |id: OrganisationId| {
            self.organisations.get(&id).map_or_else(|| "an organisation that has left".to_owned(), |name| escaped(name))
        };
        let names: Vec<String> = self.one.says.with_part(part).map(name).collect();
        listed(&names)
    }

    /// A decision that this one names, with its link.
    fn named(&self, number: i64) -> String {
        match self.links.get(&number) {
            Some((title, Some(link))) => format!("[D-{number}]({link}) {}", escaped(title)),
            Some((title, None)) => format!("D-{number} {}", escaped(title)),
            None => format!("D-{number}"),
        }
    }

    fn all_named(&self, numbers: &[i64]) -> String {
        listed(&numbers.iter().map(|number| self.named(*number)).collect::<Vec<_>>())
    }
}

/// How a decision stands, in a line.
fn status(shown: &Shown) -> String {
    let one = &shown.one;
    let mut line = match one.status {
        Status::Proposed => "Proposed, not agreed yet".to_owned(),
        Status::Agreed => "Agreed".to_owned(),
        Status::Superseded if one.superseded_by.is_empty() => "Superseded".to_owned(),
        Status::Superseded => format!("Superseded by {}", shown.all_named(&one.superseded_by)),
        Status::Retired => "Retired: it holds no more".to_owned(),
    };
    if let Some(level) = one.says.level {
        line.extend([" · ", level.shown(), " level"]);
    }
    if let Some(kind) = one.says.stands_as {
        line.extend([" · our ", kind.shown()]);
    }
    line
}

fn concern(one: &Concern) -> String {
    let who = one.who.map_or_else(String::new, |user| format!(" ({})", mention(user)));
    let kind = sentence_case(one.kind.shown());
    format!("{kind}{who}: {}", escaped(&one.text))
}

fn lesson(one: &Lesson) -> String {
    format!("{} · {}: {}", moment(one.at), sentence_case(one.outcome.shown()), escaped(&one.words))
}

fn fields(shown: &Shown) -> Vec<(String, String)> {
    let says = &shown.one.says;
    let mut fields: Vec<(String, String)> =
        says.details.texts().into_iter().map(|(name, text)| (name.to_owned(), escaped(text))).collect();
    let parts = [("Decides", Part::Decides), ("Asked before", Part::Consulted), ("Told after", Part::Informed)];
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(word, part)| (word, shown.names(part)))
        .filter(|(_, names)| !names.is_empty())
        .map(|(word, names)| format!("{word}: {names}"))
        .collect();
    fields.push(("Organisations".to_owned(), parts.join("\n")));
    let remained = |kind: Worry| says.concerns.iter().filter(move |one| one.kind == kind).map(concern);
    let concerns: Vec<String> = remained(Worry::Objection).chain(remained(Worry::Concern)).collect();
    fields.push(("What remained".to_owned(), concerns.join("\n")));
    fields.push(("Takes the place of".to_owned(), shown.all_named(&says.supersedes)));
    let cleared: Vec<String> = says.clears.iter().map(|number| format!("B-{number}")).collect();
    fields.push(("Puts out of the way".to_owned(), cleared.join(", ")));
    let mut from: Vec<String> = Vec::new();
    from.extend(says.conversation.as_ref().map(|(number, link)| format!("[Conversation C-{number}]({link})")));
    from.extend(says.source.as_ref().map(|link| format!("[The message it was recorded from]({link})")));
    fields.push(("From".to_owned(), from.join("\n")));
    fields.push(("What we learned".to_owned(), shown.lessons.iter().map(lesson).collect::<Vec<_>>().join("\n")));
    fields.retain(|(_, text)| !text.is_empty());
    fields
}

/// The record without buttons.
pub fn record(shown: &Shown) -> Card {
    let one = &shown.one;
    let review = match (one.says.review_on, one.status) {
        (Some(date), Status::Agreed | Status::Proposed) => {
            format!(" · looked at again on {}", date.format("%-d %B %Y"))
        }
        _ => String::new(),
    };
    let text = format!(
        "{}\n\n{}\n\nOwner: {}{review}\nRecorded {}",
        status(shown),
        escaped(&one.says.decision),
        who(one.says.owner),
        moment(one.recorded_at),
    );
    let footer = if one.version > 1 {
        format!("D-{} · version {}", one.number, one.version)
    } else {
        format!("D-{}", one.number)
    };
    Card { title: format!("D-{} · {}", one.number, escaped(&one.says.title)), text, fields: fields(shown), footer }
}

/// The record as everybody reads it.
pub fn card(shown: &Shown) -> Message {
    let one = &shown.one;
    let button = |label: &str, action: &str| Button::new(label, &Pointer::new(action, shown.partnership, one.number));
    let mut buttons = Vec::new();
    if matches!(one.status, Status::Proposed | Status::Agreed) {
        buttons.push(button("Change", "decision.change"));
        buttons.push(button("Review", "decision.review"));
        buttons.push(button("Supersede", "decision.supersede"));
        buttons.push(button("Add a concern", "decision.concern"));
    }
    buttons.push(button("History", "decision.history"));
    Message::default().card(record(shown)).buttons(buttons)
}
