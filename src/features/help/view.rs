//! What somebody can do here, as they read it.

use crate::features::decision;
use crate::partnership::text::{channel, clipped, escaped, listed, mention};
use crate::partnership::{Button, Card, Message, PartnershipId, Pointer, Style, UserId};

use super::policy::{Home, Line, Offer, Organisation, Situation, Step};

/// Squads and organisations that a newcomer is shown; lists beyond that are read elsewhere.
const MOST: usize = 12;

/// Who is who, for somebody who is in no squad yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Directory {
    /// The live squads.
    pub(super) squads: Vec<Home>,
    /// The organisations.
    pub(super) organisations: Vec<Organisation>,
    /// What this partnership is for, and how it works: the records that stand as such.
    pub(super) standing: Vec<decision::view::Shown>,
    /// The latest decisions.
    pub(super) decisions: Vec<decision::Decision>,
    /// The latest words with what they mean.
    pub(super) terms: Vec<(String, String)>,
}

/// The answer to `/help`.
pub(super) fn help(
    partnership: PartnershipId,
    situation: &Situation,
    step: Step,
    offer: &Offer,
    directory: Option<&Directory>,
) -> Message {
    let mut text = vec![format!("**Next:** {}", step_words(step))];
    if situation.dms_closed {
        text.push(
            "Your DMs are closed to me, so I can't ask you there. The buttons in your squad's channel work all the same. \
             If you open your DMs for this server, tell me to try again."
                .to_owned(),
        );
    }
    let message =
        Message::text(text.join("\n")).card(commands_card(offer)).buttons(buttons(partnership, situation, step));
    let message =
        if situation.squads.is_empty() { message } else { message.card(squads_card("Your squads", &situation.squads)) };
    match directory {
        Some(directory) => who_is_who(what_for(message, directory), directory),
        None => message,
    }
}

fn step_words(step: Step) -> &'static str {
    match step {
        Step::SetUp => "run `/setup`. It asks three questions, and you can leave it and come back.",
        Step::AskAdmin => "this server isn't set up yet. Ask somebody with Manage Server to run `/setup`.",
        Step::JoinSquad => "run `/squad join` to join a squad. Nothing is asked of you before that.",
        Step::Start => "I ask you nothing so far. Press Start if you want to take part in check-ins.",
        Step::ChooseZone => "choose your time zone, so that I ask you in your own morning.",
        Step::CheckIn => "today's check-in is open.",
        Step::Nothing => "nothing waits for you.",
    }
}

fn buttons(partnership: PartnershipId, situation: &Situation, step: Step) -> Vec<Button> {
    let button = |label: &str, action: &str| Button::new(label, &Pointer::new(action, partnership, ""));
    let next = match step {
        Step::Start => Some(button("Start", "member.start")),
        Step::ChooseZone => Some(button("Choose my time zone", "member.zone")),
        Step::CheckIn => Some(button("Check in", "checkin.open")),
        Step::SetUp | Step::AskAdmin | Step::JoinSquad | Step::Nothing => None,
    };
    let next = next.map(|next| next.style(Style::Primary));
    // A zone that is missing doesn't hide the check-in that waits.
    let open = (step == Step::ChooseZone && situation.open_today).then(|| button("Check in", "checkin.open"));
    let dms = situation.dms_closed.then(|| button("Try my DMs again", "help.dm"));
    next.into_iter().chain(open).chain(dms).collect()
}

fn commands_card(offer: &Offer) -> Card {
    let lines: Vec<String> = offer.first.iter().map(line).collect();
    let named = [("As a lead", &offer.lead), ("For your organisation", &offer.keeper), ("As an admin", &offer.admin)];
    let more = (!offer.more.is_empty()).then(|| ("More".to_owned(), grouped(&offer.more)));
    let roles = named.into_iter().filter(|(_, lines)| !lines.is_empty());
    let roles = roles.map(|(title, lines)| (title.to_owned(), lines.iter().map(line).collect::<Vec<_>>().join("\n")));
    Card {
        title: "What you can do here".to_owned(),
        text: lines.join("\n"),
        fields: more.into_iter().chain(roles).collect(),
        ..Card::default()
    }
}

fn line(line: &Line) -> String {
    format!("`/{}`: {}", line.name, line.about)
}

/// Commands by their first word: `/away` list, remove.
fn grouped(lines: &[Line]) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in lines {
        let (first, rest) = line.name.split_once(' ').unwrap_or((line.name, ""));
        match groups.iter_mut().find(|(name, _)| *name == first) {
            Some((_, rests)) => rests.push(rest),
            None => groups.push((first, vec![rest])),
        }
    }
    let group = |(first, rests): (&str, Vec<&str>)| format!("`/{first}` {}", rests.join(", ")).trim_end().to_owned();
    groups.into_iter().map(group).collect::<Vec<_>>().join("\n")
}

fn squads_card(title: &str, squads: &[Home]) -> Card {
    let line =
        |home: &Home| format!("- {} in {}, led by {}", escaped(&home.name), channel(home.channel), mention(home.lead));
    let mut lines: Vec<String> = squads.iter().take(MOST).map(line).collect();
    if squads.len() > MOST {
        lines.push(format!("- and {} more: `/squad join` lists them", squads.len() - MOST));
    }
    Card { title: title.to_owned(), text: lines.join("\n"), ..Card::default() }
}

/// What somebody new wants to know first: what it is all for, and what was decided lately.
fn what_for(message: Message, directory: &Directory) -> Message {
    let lines: Vec<String> = directory.decisions.iter().map(decision::view::line).collect();
    let standing = directory.standing.iter().map(decision::view::in_short);
    let recent = (!lines.is_empty()).then(|| Card {
        title: "Decided lately".to_owned(),
        text: format!("{}\n`/decision search` finds the others.", lines.join("\n")),
        ..Card::default()
    });
    let words = (!directory.terms.is_empty()).then(|| Card {
        title: "Words we use".to_owned(),
        text: "`/share browse what:Terms` has the others.".to_owned(),
        fields: directory.terms.iter().map(|(word, means)| (escaped(word), clipped(means, 300))).collect(),
        ..Card::default()
    });
    standing.chain(recent).chain(words).fold(message, Message::card)
}

fn who_is_who(message: Message, directory: &Directory) -> Message {
    let message = match &directory.squads[..] {
        [] => message,
        squads => message.card(squads_card("Squads here", squads)),
    };
    if directory.organisations.is_empty() {
        return message;
    }
    let mut lines: Vec<String> = directory.organisations.iter().take(MOST).map(organisation).collect();
    if directory.organisations.len() > MOST {
        lines.push(format!("- and {} more: `/organisation list`", directory.organisations.len() - MOST));
    }
    message.card(Card { title: "Organisations here".to_owned(), text: lines.join("\n"), ..Card::default() })
}

fn organisation(one: &Organisation) -> String {
    let people = |title: &str, users: &[UserId]| {
        let names: Vec<String> = users.iter().copied().map(mention).collect();
        if names.is_empty() { String::new() } else { format!("; {title}: {}", listed(&names)) }
    };
    format!(
        "- {} ({}){}{}",
        escaped(&one.name),
        escaped(&one.tag),
        people("stewards", &one.stewards),
        people("contacts", &one.contacts)
    )
}

/// DMs are tried again.
pub(super) fn dms_reopened() -> Message {
    Message::text(
        "I'll try your DMs again with the next thing that I have for you. If they are still closed, I'll tell you at your next command.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Who;
    use crate::partnership::{ChannelId, Row};

    fn labels(message: &Message) -> Vec<&str> {
        let buttons = message.rows.iter().flat_map(|row| match row {
            Row::Buttons(buttons) => &buttons[..],
            Row::Select(_) => &[],
        });
        buttons.map(|button| button.label.as_str()).collect()
    }

    #[test]
    fn whoever_closed_their_dms_can_have_them_tried_again() {
        let situation = Situation { dms_closed: true, ..Situation::default() };
        let said = help(PartnershipId(1), &situation, Step::CheckIn, &Offer::default(), None);
        assert!(said.text.contains("DMs are closed"));
        assert_eq!(labels(&said), ["Check in", "Try my DMs again"]);
    }

    #[test]
    fn a_newcomer_reads_who_is_who() {
        let directory = Directory {
            squads: vec![Home { name: "Checkout".to_owned(), channel: ChannelId(5), lead: UserId(6) }],
            organisations: vec![Organisation {
                name: "North*wind".to_owned(),
                tag: "NW".to_owned(),
                stewards: vec![UserId(7), UserId(8)],
                contacts: Vec::new(),
            }],
            ..Directory::default()
        };
        let said = help(PartnershipId(1), &Situation::default(), Step::JoinSquad, &Offer::default(), Some(&directory));
        assert_eq!(said.cards[1].text, "- Checkout in <#5>, led by <@6>");
        assert_eq!(said.cards[2].text, "- North\\*wind (NW); stewards: <@7> and <@8>");
    }

    #[test]
    fn commands_are_grouped_by_their_first_word() {
        let line = |name| Line { name, about: "", who: Who::Anyone };
        assert_eq!(grouped(&[line("away list"), line("help"), line("away remove")]), "`/away` list, remove\n`/help`");
    }
}
