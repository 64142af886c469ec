//! Interactions: a person's act that the bot has to answer.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::{ChannelId, InteractionId, MessageId, OptionChoice, ServerId, UserId};

/// How long a token lives after the act.
pub(crate) const TOKEN_LIFE: TimeDelta = TimeDelta::minutes(15);

/// What the person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InteractionKind {
    /// Ran a command.
    Command,
    /// Clicked or selected.
    Component,
    /// Typed into an option that suggests.
    Autocomplete,
    /// Sent a modal.
    Modal,
}

impl InteractionKind {
    /// The number used in the API.
    pub fn number(self) -> u64 {
        match self {
            Self::Command => 2,
            Self::Component => 3,
            Self::Autocomplete => 4,
            Self::Modal => 5,
        }
    }
}

/// How far the bot has got with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum InteractionState {
    /// Not answered yet.
    Waiting,
    /// "… is thinking": the answer comes as an edit.
    Deferred,
    /// Acknowledged; the message may be edited later.
    DeferredUpdate,
    /// Answered with a message.
    Message,
    /// Answered by changing the message that was used.
    Updated,
    /// Answered with a modal.
    Modal(Value),
    /// Answered with suggestions.
    Choices(Vec<OptionChoice>),
}

/// An act of a person that the bot has to answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Interaction {
    /// Its id.
    pub id: InteractionId,
    /// The key to answering it.
    pub token: String,
    /// What was done.
    pub kind: InteractionKind,
    /// By whom.
    pub user: UserId,
    /// In which server; none in a direct conversation.
    pub server: Option<ServerId>,
    /// In which channel.
    pub channel: ChannelId,
    /// The command's full name, or the component's or modal's `custom_id`.
    pub name: String,
    /// The message whose component was used, or which a context menu was opened on.
    pub source: Option<MessageId>,
    /// When, by the world's clock.
    pub created: DateTime<Utc>,
    /// How far the bot has got.
    pub state: InteractionState,
    /// The message that answers it.
    pub original: Option<MessageId>,
    /// Whether a deferred answer was followed by an edit.
    pub followed_up: bool,
    /// The real instant until which the bot can answer.
    #[serde(skip)]
    pub(crate) deadline: Option<Instant>,
    /// Wakes the person who waits.
    #[serde(skip)]
    pub(crate) wake: Arc<Notify>,
}

impl Interaction {
    /// Whether the first answer can still come.
    pub(crate) fn can_be_answered(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() <= deadline)
    }

    /// Whether the token still opens the webhook.
    pub(crate) fn token_lives(&self, now: DateTime<Utc>) -> bool {
        now <= self.created + TOKEN_LIFE
    }

    /// Whether the bot still owes something.
    pub(crate) fn is_pending(&self, now: DateTime<Utc>) -> bool {
        match self.state {
            InteractionState::Waiting => self.can_be_answered(),
            InteractionState::Deferred | InteractionState::DeferredUpdate => !self.followed_up && self.token_lives(now),
            _ => false,
        }
    }
}
