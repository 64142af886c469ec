//! How two organisations remind each other, as their contacts read it.

use crate::features::blocker::ladder::{self, Ladder};
use crate::features::organisation::model::Organisation;
use crate::partnership::text::{clipped, escaped, mention};
use crate::partnership::working_time::Span;
use crate::partnership::{
    Button, Field, Form, Message, OrganisationId, PartnershipId, Pick, Pointer, Select, Style, UserId,
};

/// A ladder in lines.
fn steps(ladder: &Ladder) -> String {
    let line = |span: Option<Span>, then: &str| span.map(|span| format!("- after {} {then}", ladder::say(span)));
    let lines: Vec<String> = [
        line(ladder.acknowledge, "without an answer: its contacts are reminded"),
        line(ladder.owner, "with nobody looking after it: its contacts are asked who could"),
        line(ladder.leads, "still in the way: the leads of both hear of it"),
        line(ladder.deputies, "still in the way: deputies and the other contacts hear of it"),
        ladder.governance.map(|span| {
            format!("- governance may take {}: so long it is in hand, once somebody answered", ladder::say(span))
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    if lines.is_empty() { "- nobody is ever reminded".to_owned() } else { lines.join("\n") }
}

/// With whom.
pub fn ladder_with(partnership: PartnershipId, own: &Organisation, others: &[&Organisation]) -> Message {
    let options =
        others.iter().take(25).map(|one| (one.id.to_string(), clipped(&format!("{} ({})", one.name, one.tag), 100)));
    Message::text(format!(
        "What waits between **{}** and another organisation is brought to mind step by step, in working hours that both share. With whom do you want to look at it?",
        escaped(&own.name)
    ))
    .select(Select {
        does: Pointer::new("blocker.ladder", partnership, own.id).to_string(),
        hint: "The other organisation".to_owned(),
        from: Pick::Options(options.collect()),
        count: (1, 1),
    })
}

/// What is agreed with another organisation, and what is proposed.
pub fn ladder(
    partnership: PartnershipId,
    pair: (&Organisation, &Organisation),
    agreed: Option<&Ladder>,
    proposed: Option<&(Ladder, OrganisationId)>,
    said: &str,
) -> Message {
    let (own, other) = pair;
    let row = format!("{},{}", own.id, other.id);
    let how = if agreed.is_some() { "You agreed" } else { "Nothing else is agreed yet, so the usual steps count" };
    let mut text = format!(
        "{said}\n**{}** and **{}**. {how}, in working hours that both share:\n{}",
        escaped(&own.name),
        escaped(&other.name),
        steps(agreed.unwrap_or(&Ladder::default()))
    );
    let mut buttons = Vec::new();
    if let Some((ladder, by)) = proposed {
        let whose = if *by == own.id { &own.name } else { &other.name };
        text = format!("{text}\n**{}** proposes:\n{}", escaped(whose), steps(ladder));
        if *by != own.id {
            let agree = Pointer::new("blocker.ladder_yes", partnership, &row);
            buttons.push(Button::new("Agreed", &agree).style(Style::Good));
        }
    }
    buttons.push(Button::new("Propose other steps", &Pointer::new("blocker.ladder_form", partnership, &row)));
    Message::text(text.trim()).buttons(buttons)
}

/// Asks a contact of the other side.
pub fn ladder_question(
    partnership: PartnershipId,
    pair: (&Organisation, &Organisation),
    ladder: &Ladder,
    by: UserId,
) -> Message {
    let (own, other) = pair;
    let row = format!("{},{}", own.id, other.id);
    Message::text(format!(
        "{} of **{}** proposes how your organisations remind each other of what waits, in working hours that both share:\n{}\nIt counts both ways, once you agree.",
        mention(by),
        escaped(&other.name),
        steps(ladder)
    ))
    .buttons([
        Button::new("Agreed", &Pointer::new("blocker.ladder_yes", partnership, &row)).style(Style::Good),
        Button::new("Propose other steps", &Pointer::new("blocker.ladder_form", partnership, &row)),
    ])
}

/// The same in a line.
pub fn ladder_notice(by: &Organisation) -> String {
    format!(
        "**{}** proposes how you remind each other of what waits: `/organisation edit` has the button.",
        escaped(&by.name)
    )
}

/// To the contacts of the side that proposed it.
pub fn ladder_agreed(pair: (&Organisation, &Organisation), ladder: &Ladder, by: UserId) -> Message {
    let (own, other) = pair;
    Message::text(format!(
        "{} of **{}** agreed: between **{}** and them, this counts now.\n{}",
        mention(by),
        escaped(&other.name),
        escaped(&own.name),
        steps(ladder)
    ))
}

/// The form for other steps.
pub fn ladder_form(partnership: PartnershipId, row: &str, other: &str, texts: [String; 5]) -> Form {
    let labels = [
        ("acknowledge", "Reminder, if nobody answers, after"),
        ("owner", "Who looks after it? is asked after"),
        ("leads", "Leads hear of it after"),
        ("deputies", "Deputies hear of it after"),
        ("governance", "Governance may take, before it is late"),
    ];
    let fields = labels.into_iter().zip(texts).map(|((name, label), value)| {
        Field::short(name, label).hint("4 hours, 2 days; empty: never").value(value).optional()
    });
    Form {
        title: clipped(&format!("With {other}"), 45),
        does: Pointer::new("blocker.ladder_sent", partnership, row).to_string(),
        fields: fields.collect(),
    }
}

/// A form couldn't be used: it comes back filled in.
pub fn ladder_again(partnership: PartnershipId, row: &str, why: &str) -> Message {
    Message::text(format!("{why}\nNothing is lost: the form comes back as you wrote it."))
        .buttons([Button::again(Pointer::new("blocker.ladder_form", partnership, row))])
}
