//! What a person gets for an act.

use std::fmt;

use serde::Serialize;

use super::view::{ModalView, Seen};
use crate::world::OptionChoice;

/// Why a client wouldn't let a person do something, or what it said afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "refused", content = "why", rename_all = "snake_case")]
pub enum Refused {
    /// There is no such command, channel, button, select, field or person for her.
    NotThere(String),
    /// It is there, but she isn't allowed to use it.
    NotAllowed(String),
    /// What she typed doesn't fit: a required option is missing, a value is out of bounds.
    Invalid(String),
    /// "The application did not respond": no answer came in time.
    NoAnswer,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotThere(why) | Self::NotAllowed(why) | Self::Invalid(why) => f.write_str(why),
            Self::NoAnswer => f.write_str("The application did not respond"),
        }
    }
}

impl std::error::Error for Refused {}

/// How the bot answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyKind {
    /// A message that only she sees.
    Private,
    /// A message for all.
    Public,
    /// The message whose component she used was changed.
    Updated,
    /// A modal was opened.
    Modal,
    /// Suggestions for what she types.
    Choices,
    /// "… is thinking", and the answer hasn't come.
    Thinking,
    /// The click was taken note of without a visible change.
    Acknowledged,
}

/// What a person gets for an act.
#[derive(Clone, Debug, Serialize)]
pub struct Reply {
    /// How the bot answered.
    pub kind: ReplyKind,
    /// The message that came or changed.
    pub message: Option<Seen>,
    /// The modal that was opened.
    pub modal: Option<ModalView>,
    /// The suggestions.
    pub choices: Vec<OptionChoice>,
}

impl Reply {
    /// What she reads, as plain text.
    pub fn text(&self) -> String {
        self.to_string()
    }

    /// Whether only she sees it.
    pub fn is_private(&self) -> bool {
        self.kind == ReplyKind::Private || self.message.as_ref().is_some_and(|message| message.private)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(message) = &self.message {
            return f.write_str(&message.text());
        }
        if let Some(modal) = &self.modal {
            return modal.fmt(f);
        }
        let names: Vec<_> = self.choices.iter().map(|choice| choice.name.as_str()).collect();
        f.write_str(&names.join("\n"))
    }
}
