//! The command table's columns: what calls a handler, who may, and what comes back.
//!
//! Each feature lists its lines; `features::table` joins them. The table registers the commands
//! with Discord, finds the handler of an interaction, and checks access before the handler runs.
//! Entries are struct literals without defaults, so a handler without a stated policy doesn't compile.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;

use crate::app::App;
use crate::error::{Error, Result, refuse};
use crate::partnership::text::quoted;
use crate::partnership::{
    ChannelId, Form, Message, MessageId, OrganisationId, PartnershipId, Pointer, RoleId, SquadId, UserId,
};

/// A line of the command table.
pub struct Entry {
    /// What calls it.
    pub on: On,
    /// Who may.
    pub who: Who,
    /// From where.
    pub place: Place,
    /// Whose data it acts on.
    pub whose: Whose,
    /// How its answer shows, which has to be known before it is there.
    pub shows: Shows,
    /// The handler.
    pub run: Handler,
}

/// Handles one interaction: load → policy → save and outbox → answer.
pub type Handler = for<'a> fn(&'a App, &'a Act) -> BoxFuture<'a, Result<Answer>>;

/// Offers completions for an option.
pub type Completer = for<'a> fn(&'a App, &'a Act) -> BoxFuture<'a, Result<Vec<Choice>>>;

/// A value and the label that people see, 100 characters each at most.
pub type Choice = (String, String);

/// Boxes an async function as a [`Handler`] or a [`Completer`].
#[macro_export]
macro_rules! handler {
    ($function:path) => {
        |app, act| Box::pin($function(app, act))
    };
}

/// What calls a handler.
pub enum On {
    /// A slash command, by its words: `squad create`.
    Command {
        /// Its words, without the slash.
        name: &'static str,
        /// One line on what it does, 100 characters at most.
        about: &'static str,
        /// Its options, required ones first.
        options: &'static [Opt],
    },
    /// A command in a message's menu (Apps), by its name. The message comes as the value `message`.
    MessageCommand(&'static str),
    /// A button or a select, by the action of its [`Pointer`]: `checkin.open`.
    Component(&'static str),
    /// A form that was sent, by the action of its [`Pointer`].
    Form(&'static str),
}

/// An option of a slash command.
pub struct Opt {
    /// Its name.
    pub name: &'static str,
    /// One line on what to enter, 100 characters at most.
    pub about: &'static str,
    /// What may be entered.
    pub kind: Kind,
    /// Whether it may be left out.
    pub required: bool,
}

/// What may be entered for an option.
pub enum Kind {
    /// Up to so many characters.
    Text(u16),
    /// Text with completions.
    Completed(Completer),
    /// One of a fixed list: value and label.
    Choice(&'static [(&'static str, &'static str)]),
    /// A person of the server.
    User,
    /// A text channel of the server.
    Channel,
    /// A text channel or a forum of the server.
    Place,
    /// A role of the server.
    Role,
    /// A file.
    File,
}

/// Who may call a handler. Checked on our side, whatever Discord's own settings say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody on the server.
    Anyone,
    /// Whoever is known here as a member: in a squad or an organisation.
    Member,
    /// The lead of the squad that it is about, or an admin.
    Lead,
    /// A steward of the organisation that it is about.
    Steward,
    /// A steward or contact of the organisation that it is about, or an admin.
    Keeper,
    /// Whoever has Manage Server.
    Admin,
}

/// From where a handler may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the server that the data belong to.
    Server,
    /// There, or in the person's own conversation with the bot.
    Anywhere,
}

/// Whose data a handler acts on. The dispatcher finds the squad or organisation (from the option of
/// that name, or from the first number of the pointer's row) and checks [`Who`] against that one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The caller's own and nobody else's: every statement is keyed by their id.
    Own,
    /// A squad's: [`Act::squad`] is set.
    Squad,
    /// An organisation's: [`Act::organisation`] is set.
    Organisation,
    /// The partnership's.
    Partnership,
}

/// How an answer shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// To the caller alone.
    Private,
    /// In place of the message that was clicked.
    Update,
    /// As a form, which must be the first answer: so the handler only reads.
    Form,
}

/// What a handler answers.
#[derive(Debug)]
pub enum Answer {
    /// A message that only the caller sees. In a DM, a message.
    Private(Message),
    /// In place of the message that was clicked.
    Update(Message),
    /// A form to fill in.
    Form(Form),
}

/// What somebody did: an interaction, parsed.
#[derive(Clone, Debug)]
pub struct Act {
    /// When it arrived here.
    pub at: DateTime<Utc>,
    /// In which partnership.
    pub partnership: PartnershipId,
    /// Who.
    pub actor: Actor,
    /// In which channel.
    pub channel: ChannelId,
    /// Whether that is their own conversation with the bot.
    pub in_dm: bool,
    /// The message that was clicked.
    pub message: Option<MessageId>,
    /// What the component or form pointed at; for a command, its name with an empty row.
    pub pointer: Pointer,
    /// Options by name, a form's fields by name, a select's picks under `picked`.
    pub values: BTreeMap<String, Value>,
    /// The squad that it is about, where the entry says so.
    pub squad: Option<SquadId>,
    /// The organisation that it is about, where the entry says so.
    pub organisation: Option<OrganisationId>,
    /// What the bot may do in the channel, as Discord's permission bits.
    pub bot_permissions: u64,
}

/// Who did it, as the server knows them.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// The name that the server shows.
    pub name: String,
    /// Their roles there.
    pub roles: Vec<RoleId>,
    /// Whether they have Manage Server.
    pub admin: bool,
}

/// A value that was entered or picked.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text, or the value of a choice.
    Text(String),
    /// A person and the name that the server shows.
    User(UserId, String),
    /// A bot where a person is meant, by the name that the server shows. The dispatcher refuses it.
    Bot(String),
    /// A channel.
    Channel(ChannelId),
    /// A role and its name.
    Role(RoleId, String),
    /// A file: its name, its size in bytes, and where it can be had.
    File {
        /// Its name.
        name: String,
        /// Its size in bytes.
        size: u64,
        /// Where it can be had.
        url: String,
    },
    /// The message whose menu it was.
    Message {
        /// Which.
        id: MessageId,
        /// Who wrote it; `None` where no person did.
        author: Option<UserId>,
        /// What it says.
        text: String,
    },
    /// What was picked in a select, in order.
    Picked(Vec<Value>),
}

impl Act {
    /// A text that was entered, trimmed; `None` where it is missing or empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.values.get(name) {
            Some(Value::Text(text)) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// A text that has to be there.
    pub fn required(&self, name: &str) -> Result<&str> {
        match self.text(name) {
            Some(text) => Ok(text),
            None => refuse(format!("Please fill in “{name}”.")),
        }
    }

    /// A person that was picked or entered.
    pub fn user(&self, name: &str) -> Option<(UserId, &str)> {
        match self.values.get(name) {
            Some(Value::User(user, shown)) => Some((*user, shown)),
            _ => None,
        }
    }

    /// A bot that was picked or entered where a person is meant.
    pub fn bot(&self) -> Option<&str> {
        self.values.values().chain(self.picked()).find_map(|value| match value {
            Value::Bot(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// What was picked in the select that was used.
    pub fn picked(&self) -> &[Value] {
        match self.values.get("picked") {
            Some(Value::Picked(values)) => values,
            _ => &[],
        }
    }

    /// The first pick as text.
    pub fn pick(&self) -> Option<&str> {
        match self.picked().first() {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The channel that the pointer's row names at a place, or the one where it stands.
    pub fn channel_in_row(&self, at: usize) -> ChannelId {
        let id = self.row().nth(at).and_then(|id| id.parse().ok()).filter(|id: &i64| *id > 0);
        id.map_or(self.channel, ChannelId)
    }

    /// Whether the bot may read and write where it was done, or in a thread there.
    pub fn bot_writes(&self) -> bool {
        const SEES: u64 = 1 << 10;
        const SENDS: u64 = 1 << 11 | 1 << 38;
        self.bot_permissions & SEES != 0 && self.bot_permissions & SENDS != 0
    }

    /// The parts of the pointer's row, which commas separate.
    pub fn row(&self) -> std::str::Split<'_, char> {
        self.pointer.row.split(',')
    }

    /// The squad that it is about. The dispatcher has set it where the entry says [`Whose::Squad`].
    pub fn the_squad(&self) -> Result<SquadId> {
        self.squad.ok_or_else(|| anyhow::anyhow!("{} has no squad", self.pointer.action).into())
    }

    /// The organisation that it is about, as [`Act::the_squad`].
    pub fn the_organisation(&self) -> Result<OrganisationId> {
        self.organisation.ok_or_else(|| anyhow::anyhow!("{} has no organisation", self.pointer.action).into())
    }

    /// Gives back what somebody wrote in a form that can't be used: Discord keeps nothing of it.
    pub fn or_back(&self, done: Result<Message>) -> Result<Message> {
        let words: Vec<String> = self
            .values
            .values()
            .filter_map(|value| match value {
                Value::Text(text) if !text.is_empty() => Some(quoted(text)),
                _ => None,
            })
            .collect();
        match done {
            Err(Error::Person(why)) if !words.is_empty() => Ok(Message::text(format!(
                "{why}\nNothing of what you wrote was kept, so here it is again:\n{}",
                words.join("\n\n")
            ))),
            done => done,
        }
    }
}

impl Answer {
    /// A private text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Private(Message::text(text))
    }
}
