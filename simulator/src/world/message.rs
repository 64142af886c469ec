//! Messages and what hangs on them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{AttachmentId, ChannelId, InteractionId, InteractionKind, MessageId, RoleId, UserId};

/// Message flags.
pub mod flag {
    /// Embeds aren't shown.
    pub const SUPPRESS_EMBEDS: u64 = 1 << 2;
    /// A thread was started from it.
    pub const HAS_THREAD: u64 = 1 << 5;
    /// Only the person who acted sees it.
    pub const EPHEMERAL: u64 = 1 << 6;
    /// "… is thinking".
    pub const LOADING: u64 = 1 << 7;
    /// It makes no noise.
    pub const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
    /// The whole message is made of components.
    pub const COMPONENTS_V2: u64 = 1 << 15;
}

/// Message types.
pub mod kind {
    /// An ordinary message.
    pub const DEFAULT: u64 = 0;
    /// "… pinned a message".
    pub const PIN_ADDED: u64 = 6;
    /// An answer to another message.
    pub const REPLY: u64 = 19;
    /// The answer to a slash command.
    pub const COMMAND: u64 = 20;
    /// The answer to a command in a context menu.
    pub const CONTEXT_COMMAND: u64 = 23;
}

/// A message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Where it stands.
    pub channel: ChannelId,
    /// Who wrote it.
    pub author: UserId,
    /// Its type, one of [`kind`].
    pub kind: u64,
    /// Its text.
    pub content: String,
    /// Its embeds, as sent.
    pub embeds: Vec<Value>,
    /// Its components, with the ids that Discord adds.
    pub components: Vec<Value>,
    /// Its files.
    pub attachments: Vec<Attachment>,
    /// A sum of [`flag`]s.
    pub flags: u64,
    /// The sender's mark against doubles.
    pub nonce: Option<Value>,
    /// The message that it answers.
    pub reference: Option<MessageId>,
    /// When it was written.
    pub sent: DateTime<Utc>,
    /// When it was changed last.
    pub edited: Option<DateTime<Utc>>,
    /// How often it was changed.
    pub edits: u32,
    /// Whether it is pinned, and since when.
    pub pinned: Option<DateTime<Utc>>,
    /// Whom it names.
    pub mentions: Mentions,
    /// Who was notified by it.
    pub pinged: BTreeSet<UserId>,
    /// Who alone can see it.
    pub private_to: Option<UserId>,
    /// The interaction that it answers.
    pub cause: Option<Cause>,
    /// The thread that was started from it.
    pub thread: Option<ChannelId>,
    /// Emoji and who reacted with it.
    pub reactions: BTreeMap<String, BTreeSet<UserId>>,
}

impl Message {
    /// An ordinary message of nothing but text.
    pub(crate) fn new(id: MessageId, channel: ChannelId, author: UserId, content: String, sent: DateTime<Utc>) -> Self {
        Self {
            id,
            channel,
            author,
            kind: kind::DEFAULT,
            content,
            embeds: Vec::new(),
            components: Vec::new(),
            attachments: Vec::new(),
            flags: 0,
            nonce: None,
            reference: None,
            sent,
            edited: None,
            edits: 0,
            pinned: None,
            mentions: Mentions::default(),
            pinged: BTreeSet::new(),
            private_to: None,
            cause: None,
            thread: None,
            reactions: BTreeMap::new(),
        }
    }

    /// Whether a flag is set.
    pub fn has(&self, flag: u64) -> bool {
        self.flags & flag != 0
    }
}

/// Whom a message names, after `allowed_mentions`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Mentions {
    /// Users.
    pub users: Vec<UserId>,
    /// Roles.
    pub roles: Vec<RoleId>,
    /// Everyone.
    pub everyone: bool,
}

/// The interaction that a message answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Cause {
    /// The interaction.
    pub interaction: InteractionId,
    /// What kind it was.
    pub kind: InteractionKind,
    /// Who acted.
    pub user: UserId,
    /// The command's full name.
    pub name: String,
    /// The message whose component was used.
    pub message: Option<MessageId>,
}

/// A file of a message or of a command's option.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attachment {
    /// Its id.
    pub id: AttachmentId,
    /// Its name.
    pub filename: String,
    /// Bytes.
    pub size: usize,
    /// What it is.
    pub content_type: Option<String>,
    /// Words for those who can't see it.
    pub description: Option<String>,
}
