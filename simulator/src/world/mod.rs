//! The world: plain data that says what exists on this Discord. Nothing here does I/O.

mod build;
mod channel;
mod command;
mod ids;
mod interaction;
mod message;
mod names;
pub mod permission;
mod render;
mod render_server;
mod server;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use channel::{Channel, ChannelKind, Overwrite, Target, Thread};
pub use command::{Command, CommandKind, CommandOption, OptionChoice, OptionKind};
pub use ids::{
    AttachmentId, ChannelId, CommandId, EPOCH_MS, EventId, InteractionId, MessageId, RoleId, ServerId, UserId,
};
pub use interaction::{Interaction, InteractionKind, InteractionState};
pub use message::{Attachment, Cause, Mentions, Message, flag, kind as message_kind};
pub(crate) use render::{emoji_json, timestamp};
pub(crate) use render_server::{APPLICATION_FLAGS, role_json, server_json};
pub use server::{Bot, Member, Role, ScheduledEvent, Server, User};

/// Everything that exists on this Discord.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct World {
    /// The one application under test.
    pub bot: Bot,
    /// People and the bot.
    pub users: BTreeMap<UserId, User>,
    /// The servers, also those without the bot.
    pub servers: BTreeMap<ServerId, Server>,
    /// Channels, threads and direct conversations.
    pub channels: BTreeMap<ChannelId, Channel>,
    /// Messages by channel, oldest first.
    pub messages: BTreeMap<ChannelId, BTreeMap<MessageId, Message>>,
    /// The commands that the bot registered.
    pub commands: BTreeMap<CommandId, Command>,
    /// Interactions of the last hour.
    pub interactions: BTreeMap<InteractionId, Interaction>,
    /// Scheduled events.
    pub events: BTreeMap<EventId, ScheduledEvent>,
    /// The instant of the last change.
    pub now: DateTime<Utc>,
    /// Where this Discord is reached (`http://127.0.0.1:PORT`); attachments are served from there.
    #[serde(skip)]
    pub origin: String,
    /// The content of files.
    #[serde(skip)]
    pub files: BTreeMap<AttachmentId, Arc<[u8]>>,
    minted: Minted,
}

/// The last snowflake that was given out; they only ever grow.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Minted {
    millisecond: u64,
    within: u64,
}

impl World {
    /// The next snowflake: the world's instant, and a counter within the millisecond.
    pub(crate) fn mint(&mut self) -> u64 {
        let now = u64::try_from(self.now.timestamp_millis() - EPOCH_MS).unwrap_or(0);
        if now > self.minted.millisecond {
            self.minted = Minted { millisecond: now, within: 0 };
        } else {
            self.minted.within += 1;
        }
        (self.minted.millisecond << 22) + self.minted.within
    }

    /// The messages of a channel, oldest first.
    pub fn messages_in(&self, channel: ChannelId) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.get(&channel).into_iter().flat_map(BTreeMap::values)
    }

    /// One message.
    pub fn message(&self, channel: ChannelId, message: MessageId) -> Option<&Message> {
        self.messages.get(&channel)?.get(&message)
    }

    pub(crate) fn message_mut(&mut self, channel: ChannelId, message: MessageId) -> Option<&mut Message> {
        self.messages.get_mut(&channel)?.get_mut(&message)
    }

    /// The direct conversation of the bot with a person, if there is one.
    pub fn direct(&self, user: UserId) -> Option<ChannelId> {
        self.users.get(&user)?.direct
    }

    /// The direct conversation of the bot with a person, opened if need be.
    pub(crate) fn open_direct(&mut self, user: UserId) -> ChannelId {
        if let Some(known) = self.direct(user) {
            return known;
        }
        let id = ChannelId(self.mint());
        self.channels.insert(id, Channel::direct(id, user));
        if let Some(person) = self.users.get_mut(&user) {
            person.direct = Some(id);
        }
        id
    }

    /// Whether a user is a member of a server.
    pub fn is_member(&self, server: ServerId, user: UserId) -> bool {
        self.servers.get(&server).is_some_and(|server| server.members.contains_key(&user))
    }

    /// Whether the bot and a user share a server.
    pub fn shares_server(&self, user: UserId) -> bool {
        self.servers.keys().any(|id| self.is_member(*id, user) && self.is_member(*id, self.bot.user))
    }

    /// The interaction that a webhook token belongs to.
    pub(crate) fn interaction_by_token(&self, token: &str) -> Option<InteractionId> {
        let found = self.interactions.values().rev().find(|interaction| interaction.token == token);
        found.map(|interaction| interaction.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snowflakes_grow_and_are_the_same_in_every_run() {
        let ids = || {
            let mut world = World::new();
            (0..5).map(|_| world.mint()).collect::<Vec<_>>()
        };
        assert_eq!(ids(), ids());
        assert!(ids().windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_world_survives_being_written_and_read() {
        let mut world = World::new();
        let server = world.server("Lab");
        world.channel(server, "general");
        let text = serde_json::to_string(&world).unwrap();
        let again: World = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&again).unwrap(), text);
    }
}
