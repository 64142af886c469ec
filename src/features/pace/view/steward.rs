//! What somebody reads about the text for their steward.

use std::fmt::Write;

use chrono::{DateTime, Utc};

use crate::features::pace::model::{Step, Steward};
use crate::partnership::text::{escaped, moment};
use crate::partnership::{Button, Message, PartnershipId, Pointer, Style};

fn button(partnership: PartnershipId, label: &str, action: &str) -> Button {
    Button::new(label, &Pointer::new(action, partnership, ""))
}

/// The text, when it would go, and what can be done.
pub fn offered(message: Message, partnership: PartnershipId, text: &str, goes: DateTime<Utc>) -> Message {
    let mut message = message.buttons([
        button(partnership, "Send it now", "pace.steward_send"),
        button(partnership, "Hold it", "pace.steward_hold"),
        button(partnership, "I have a plan", "pace.steward_plan").style(Style::Good),
    ]);
    let _ = write!(
        message.text,
        "\nYour organisation lets its stewards look for cover. Unless you hold it or have a plan, they get this on {}, and nothing else:\n> {text}",
        moment(goes)
    );
    message
}

/// A day after a warning, without a plan.
pub fn shown(partnership: PartnershipId, server: &str, text: &str, goes: DateTime<Utc>) -> Message {
    let opening = format!("There is no rest in sight for you yet. Only you see this message ({}).", escaped(server));
    let message = Message::text(opening).buttons([
        button(partnership, "Plan a day off", "pace.plan").style(Style::Primary),
        button(partnership, "Ask for cover", "cover.ask"),
        button(partnership, "Correct this", "pace.correct"),
    ]);
    offered(message, partnership, text, goes)
}

/// How it stands after a click.
pub fn stands(partnership: PartnershipId, steward: &Steward) -> Message {
    let send = button(partnership, "Send it after all", "pace.steward_send");
    match steward.step {
        Step::Sent => Message::text(format!("Your steward has it, word for word:\n> {}", steward.text)),
        Step::Held => Message::text("Held: your steward gets nothing.").buttons([send]),
        Step::Planned => Message::text("Good. Your steward gets nothing; I hope you get your rest.").buttons([
            button(partnership, "Note a day off", "pace.plan"),
            button(partnership, "Ask for cover", "cover.ask"),
            send,
        ]),
        Step::Plan | Step::Shown => {
            Message::text("Nothing was sent: your organisation has no steward besides you any more.")
        }
    }
}
