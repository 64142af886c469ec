//! Application commands, as the bot registered them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{CommandId, ServerId};

/// Where a command is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CommandKind {
    /// Typed after a slash.
    Slash,
    /// In the context menu of a user.
    User,
    /// In the context menu of a message.
    Message,
}

impl CommandKind {
    /// The number used in the API.
    pub fn number(self) -> u64 {
        match self {
            Self::Slash => 1,
            Self::User => 2,
            Self::Message => 3,
        }
    }

    /// The kind with this number.
    pub fn from_number(number: u64) -> Option<Self> {
        [Self::Slash, Self::User, Self::Message].into_iter().find(|kind| kind.number() == number)
    }
}

/// A registered command.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Command {
    /// Its id, kept when it is registered again under the same name.
    pub id: CommandId,
    /// The only server that it is offered in.
    pub server: Option<ServerId>,
    /// Where it is offered.
    pub kind: CommandKind,
    /// Its name.
    pub name: String,
    /// What the bot sent, with Discord's defaults filled in.
    pub body: Value,
}

impl Command {
    /// Its options, sub-commands among them.
    pub fn options(&self) -> Vec<CommandOption> {
        let list = self.body.get("options").cloned().unwrap_or_default();
        serde_json::from_value(list).unwrap_or_default()
    }

    /// The permissions without which it isn't shown; `Some(0)` hides it from all but administrators.
    pub fn needed_permissions(&self) -> Option<u64> {
        match self.body.get("default_member_permissions")? {
            Value::String(bits) => bits.parse().ok(),
            Value::Number(bits) => bits.as_u64(),
            _ => None,
        }
    }

    /// Whether it is offered in direct conversations (`true`) or in servers (`false`).
    pub fn offered_in(&self, direct: bool) -> bool {
        if direct && self.server.is_some() {
            return false;
        }
        match self.body.get("contexts").and_then(Value::as_array) {
            Some(contexts) => contexts.iter().any(|context| context.as_u64() == Some(u64::from(direct))),
            None => !direct || self.body.get("dm_permission") != Some(&Value::Bool(false)),
        }
    }
}

/// The types of options, as the API numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "u64", into = "u64")]
pub enum OptionKind {
    /// 1: a command below the command.
    SubCommand,
    /// 2: a group of those.
    Group,
    /// 3: text.
    Text,
    /// 4: a whole number.
    Integer,
    /// 5: yes or no.
    Boolean,
    /// 6: a user.
    User,
    /// 7: a channel.
    Channel,
    /// 8: a role.
    Role,
    /// 9: a user or a role.
    Mentionable,
    /// 10: a number.
    Number,
    /// 11: a file.
    Attachment,
    /// Something newer.
    Unknown(u64),
}

impl From<u64> for OptionKind {
    fn from(number: u64) -> Self {
        match number {
            1 => Self::SubCommand,
            2 => Self::Group,
            3 => Self::Text,
            4 => Self::Integer,
            5 => Self::Boolean,
            6 => Self::User,
            7 => Self::Channel,
            8 => Self::Role,
            9 => Self::Mentionable,
            10 => Self::Number,
            11 => Self::Attachment,
            other => Self::Unknown(other),
        }
    }
}

impl From<OptionKind> for u64 {
    fn from(kind: OptionKind) -> Self {
        match kind {
            OptionKind::SubCommand => 1,
            OptionKind::Group => 2,
            OptionKind::Text => 3,
            OptionKind::Integer => 4,
            OptionKind::Boolean => 5,
            OptionKind::User => 6,
            OptionKind::Channel => 7,
            OptionKind::Role => 8,
            OptionKind::Mentionable => 9,
            OptionKind::Number => 10,
            OptionKind::Attachment => 11,
            OptionKind::Unknown(other) => other,
        }
    }
}

/// An option of a command.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CommandOption {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: OptionKind,
    /// Its name.
    pub name: String,
    /// Whether the command can't be sent without.
    #[serde(default)]
    pub required: bool,
    /// The only values allowed, if any.
    #[serde(default)]
    pub choices: Vec<OptionChoice>,
    /// Options below, for sub-commands and groups.
    #[serde(default)]
    pub options: Vec<CommandOption>,
    /// Channel types that may be chosen.
    #[serde(default)]
    pub channel_types: Vec<u64>,
    /// The least number.
    pub min_value: Option<f64>,
    /// The greatest number.
    pub max_value: Option<f64>,
    /// The least length.
    pub min_length: Option<usize>,
    /// The greatest length.
    pub max_length: Option<usize>,
    /// Whether the bot suggests values while one types.
    #[serde(default)]
    pub autocomplete: bool,
}

/// A value that may be chosen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OptionChoice {
    /// What the person reads.
    pub name: String,
    /// What the bot gets.
    pub value: Value,
}
