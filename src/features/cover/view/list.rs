//! What somebody reads about what they offer, and about all that concerns them.

use std::fmt::Write;

use chrono::NaiveDate;

use crate::features::cover::model::{Offer, Said, State};
use crate::partnership::text::{clipped, day, escaped, listed, span};
use crate::partnership::{Button, Message, PartnershipId, Pick, Select, Style, UserId};

use super::{Scene, at};

/// Most things that one can pick from.
const MOST_OPTIONS: usize = 25;

/// After an offer.
pub fn offered(partnership: PartnershipId, offers: &[Offer], today: NaiveDate) -> Message {
    let names: Vec<String> = offers.iter().map(|offer| format!("**{}**", escaped(&offer.skill.name))).collect();
    let when = offers.first().map_or(String::new(), |offer| when(offer, today));
    Message::text(format!(
        "Noted: you could take over {}{when}. Others see that somebody offers it, and not who. When it is needed I ask you in private; nobody learns that you were asked, or that you said no.",
        listed(&names)
    ))
    .buttons([Button::new("Show all", &at(partnership, "cover.list", ""))])
}

/// `, from Monday 6 April until Friday 10 April`; nothing where it is from now on.
fn when(offer: &Offer, today: NaiveDate) -> String {
    match (offer.first > today, offer.last) {
        (false, None) => String::new(),
        (true, None) => format!(", from {}", day(offer.first)),
        (false, Some(last)) => format!(", until {}", day(last)),
        (true, Some(last)) => format!(", {}", span(offer.first, last, today)),
    }
}

/// What of cover concerns somebody.
#[derive(Debug, Default)]
pub struct Listed {
    /// What they offer.
    pub offers: Vec<Offer>,
    /// What they asked for, what they cover, and what they are asked: the request and a line on it.
    pub items: Vec<(i64, String)>,
}

/// A line on a request, as its asker reads it in a list.
pub fn asker_line(scene: &Scene, volunteers: usize) -> String {
    let stands = match scene.cover.state {
        State::Agreed => "agreed",
        State::Open if volunteers > 0 => "somebody can",
        _ => "open",
    };
    format!("You asked: {}, {} ({stands})", scene.cover.skill.name, scene.dates())
}

/// A line on a request, as somebody reads it who was asked, in a list.
pub fn asked_line(scene: &Scene, user: UserId, said: Said) -> String {
    let stands = match (scene.cover.volunteer, said) {
        (Some(volunteer), _) if volunteer == user => "you cover",
        (_, Said::Asked) => "you are asked",
        (_, Said::Yes) => "you said you can",
        (_, Said::No) => "you left this one",
    };
    format!("{}: {}, {} ({stands})", scene.asker.unwrap_or("Somebody"), scene.cover.skill.name, scene.dates())
}

/// `/cover list`.
pub fn list(partnership: PartnershipId, listed: &Listed, today: NaiveDate) -> Message {
    let Listed { offers, items } = listed;
    let mut text = "**Cover**, for you alone.".to_owned();
    if offers.is_empty() {
        text.push_str(
            "\nYou offer nothing yet: `/cover offer` says what you could take over, and I ask you in private when somebody needs it.",
        );
    } else {
        let lines: Vec<String> =
            offers.iter().map(|offer| format!("{}{}", escaped(&offer.skill.name), when(offer, today))).collect();
        let _ = write!(text, "\nYou offer: {}.", lines.join("; "));
    }
    if items.is_empty() {
        text.push_str(
            "\nNothing is open with you. `/cover request` asks for cover, whatever the reason; nobody asks for it.",
        );
    }
    for (_, line) in items.iter().take(MOST_OPTIONS) {
        let _ = write!(text, "\n• {}", escaped(line));
    }
    if items.len() > MOST_OPTIONS {
        let _ = write!(text, "\nAnd {} later ones, which come up here as these are over.", items.len() - MOST_OPTIONS);
    }
    let options = |options: Vec<(String, String)>, action: &str, hint: &str| Select {
        does: at(partnership, action, "").to_string(),
        hint: hint.to_owned(),
        from: Pick::Options(options),
        count: (1, 1),
    };
    let mut message = Message::text(text);
    if !items.is_empty() {
        let all = items.iter().take(MOST_OPTIONS).map(|(id, line)| (id.to_string(), clipped(line, 100)));
        message = message.select(options(all.collect(), "cover.show", "Open one of them"));
    }
    if !offers.is_empty() {
        let all = offers.iter().take(MOST_OPTIONS).map(|offer| (offer.skill.key.clone(), offer.skill.name.clone()));
        message = message.select(options(all.collect(), "cover.unoffer", "Take an offer back"));
    }
    message.buttons([Button::new("Ask for cover", &at(partnership, "cover.ask", "")).style(Style::Primary)])
}
