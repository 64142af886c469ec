//! Channels, threads and direct conversations.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{ChannelId, MessageId, RoleId, ServerId, UserId};

/// What kind of channel it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// An ordinary text channel.
    Text,
    /// A direct conversation with the bot.
    Direct,
    /// A heading over channels.
    Category,
    /// A channel whose messages others can follow.
    Announcement,
    /// A thread of an announcement channel.
    AnnouncementThread,
    /// A thread that all who see its parent can see.
    PublicThread,
    /// A thread for those who were added.
    PrivateThread,
    /// A channel of posts, which are threads.
    Forum,
}

impl ChannelKind {
    /// The number used in the API.
    pub fn number(self) -> u64 {
        match self {
            Self::Text => 0,
            Self::Direct => 1,
            Self::Category => 4,
            Self::Announcement => 5,
            Self::AnnouncementThread => 10,
            Self::PublicThread => 11,
            Self::PrivateThread => 12,
            Self::Forum => 15,
        }
    }

    /// The kind with this number, if it is simulated.
    pub fn from_number(number: u64) -> Option<Self> {
        let all = [
            Self::Text,
            Self::Direct,
            Self::Category,
            Self::Announcement,
            Self::AnnouncementThread,
            Self::PublicThread,
            Self::PrivateThread,
            Self::Forum,
        ];
        all.into_iter().find(|kind| kind.number() == number)
    }

    /// Whether messages can be written in it.
    pub fn holds_messages(self) -> bool {
        !matches!(self, Self::Category | Self::Forum)
    }

    /// Whether it is a thread.
    pub fn is_thread(self) -> bool {
        matches!(self, Self::AnnouncementThread | Self::PublicThread | Self::PrivateThread)
    }
}

/// A channel, a thread or a direct conversation.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// What kind it is.
    pub kind: ChannelKind,
    /// The server that it is in; none for a direct conversation.
    pub server: Option<ServerId>,
    /// The category of a channel, or the channel of a thread.
    pub parent: Option<ChannelId>,
    /// Its name; empty for a direct conversation.
    pub name: String,
    /// What it is about.
    pub topic: Option<String>,
    /// Its rank.
    pub position: usize,
    /// Exceptions from the roles' permissions.
    pub overwrites: Vec<Overwrite>,
    /// The other side of a direct conversation.
    pub recipient: Option<UserId>,
    /// What only threads have.
    pub thread: Option<Thread>,
    /// The newest message ever written here.
    pub last_message: Option<MessageId>,
    /// When something was pinned last.
    pub last_pin: Option<DateTime<Utc>>,
}

impl Channel {
    /// A channel without anything special.
    pub fn new(id: ChannelId, kind: ChannelKind, server: Option<ServerId>, name: &str) -> Self {
        Self {
            id,
            kind,
            server,
            parent: None,
            name: name.to_owned(),
            topic: None,
            position: 0,
            overwrites: Vec::new(),
            recipient: None,
            thread: None,
            last_message: None,
            last_pin: None,
        }
    }

    /// The direct conversation with a person.
    pub(crate) fn direct(id: ChannelId, with: UserId) -> Self {
        Self { recipient: Some(with), ..Self::new(id, ChannelKind::Direct, None, "") }
    }

    /// Whether it is an archived thread.
    pub fn is_archived(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| thread.archived)
    }
}

/// What only threads have.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Thread {
    /// Who started it.
    pub owner: UserId,
    /// Who is in it, and since when.
    pub members: BTreeMap<UserId, DateTime<Utc>>,
    /// Whether it is put away.
    pub archived: bool,
    /// Whether only those who manage threads can take it out again.
    pub locked: bool,
    /// Whether members may add others to a private thread.
    pub invitable: bool,
    /// Minutes of silence after which it is put away.
    pub auto_archive_minutes: u64,
    /// When `archived` changed last.
    pub archive_changed: DateTime<Utc>,
    /// When it was started.
    pub created: DateTime<Utc>,
    /// Messages in it, without the first.
    pub message_count: u64,
    /// Messages ever written in it.
    pub total_messages: u64,
}

/// Whom an overwrite is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The holders of a role.
    Role(RoleId),
    /// One user.
    User(UserId),
}

impl From<RoleId> for Target {
    fn from(role: RoleId) -> Self {
        Self::Role(role)
    }
}

impl From<UserId> for Target {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

/// A channel's exception from what the roles allow.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Overwrite {
    /// Whom it is for.
    pub target: Target,
    /// What it adds.
    pub allow: u64,
    /// What it takes away.
    pub deny: u64,
}

impl Overwrite {
    pub(crate) fn is_for_role(&self, role: RoleId) -> bool {
        self.target == Target::Role(role)
    }

    pub(crate) fn is_for_user(&self, user: UserId) -> bool {
        self.target == Target::User(user)
    }
}
