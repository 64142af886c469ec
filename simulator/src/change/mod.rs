//! Changes of the world and the gateway events that follow from them.
//!
//! All that HTTP, members or tests do goes through a [`Change`]: it holds the world while something
//! is done, and collects what clients are told afterwards, in order.

mod channels;
mod interactions;
mod losses;
mod members;
mod messages;
mod reactions;
mod threads;

use serde_json::{Value, json};

pub(crate) use interactions::Act;
pub(crate) use losses::About;
pub(crate) use threads::NewThread;

use crate::options::Options;
use crate::world::{ChannelId, ServerId, UserId, World};

/// Gateway intents.
pub(crate) mod intent {
    pub(crate) const GUILDS: u64 = 1;
    pub(crate) const GUILD_MEMBERS: u64 = 1 << 1;
    pub(crate) const GUILD_PRESENCES: u64 = 1 << 8;
    pub(crate) const GUILD_MESSAGES: u64 = 1 << 9;
    pub(crate) const GUILD_REACTIONS: u64 = 1 << 10;
    pub(crate) const DIRECT_MESSAGES: u64 = 1 << 12;
    pub(crate) const DIRECT_REACTIONS: u64 = 1 << 13;
    pub(crate) const MESSAGE_CONTENT: u64 = 1 << 15;
    pub(crate) const SCHEDULED_EVENTS: u64 = 1 << 16;
    /// All bits that mean something.
    pub(crate) const KNOWN: u64 = (1 << 26) - 1;
}

/// A gateway event, before it is known who listens.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) name: &'static str,
    pub(crate) data: Value,
    /// Whose shard it goes to; none for direct conversations.
    pub(crate) server: Option<ServerId>,
    /// The intent that it needs; 0 for none.
    pub(crate) intent: u64,
    /// Whether its text is withheld from those without the message content intent.
    pub(crate) withhold_text: bool,
}

/// The world while something is done to it.
pub(crate) struct Change<'w> {
    pub(crate) world: &'w mut World,
    pub(crate) options: &'w Options,
    pub(crate) events: Vec<Event>,
}

impl<'w> Change<'w> {
    pub(crate) fn new(world: &'w mut World, options: &'w Options) -> Self {
        Self { world, options, events: Vec::new() }
    }

    pub(crate) fn bot(&self) -> UserId {
        self.world.bot.user
    }

    /// Tells those who listen; the bot hears nothing of servers that it isn't in.
    pub(crate) fn tell(&mut self, name: &'static str, server: Option<ServerId>, intent: u64, data: Value) {
        if server.is_none_or(|server| self.world.is_member(server, self.bot())) {
            self.events.push(Event { name, data, server, intent, withhold_text: false });
        }
    }

    fn server_of(&self, channel: ChannelId) -> Option<ServerId> {
        self.world.channels.get(&channel)?.server
    }

    /// Adds the server's id where there is one.
    fn with_server(mut data: Value, server: Option<ServerId>) -> Value {
        if let Some(server) = server {
            data["guild_id"] = json!(server);
        }
        data
    }
}
