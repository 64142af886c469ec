//! Channels: adding, changing and deleting.

use serde_json::json;

use super::{Change, intent};
use crate::rules::Rejection;
use crate::world::{Channel, ChannelId, ChannelKind, ServerId};

impl Change<'_> {
    /// Adds a channel to a server.
    pub(crate) fn add_channel(&mut self, server: ServerId, name: &str, kind: ChannelKind) -> ChannelId {
        let id = self.world.channel_of_kind(server, name, kind);
        self.tell_of_channel(id, "CHANNEL_CREATE");
        id
    }

    /// Tells of a channel's new state.
    pub(crate) fn tell_of_channel(&mut self, id: ChannelId, name: &'static str) {
        let Some(channel) = self.world.channels.get(&id) else {
            return;
        };
        let (server, data) = (channel.server, self.world.channel_json(channel));
        self.tell(name, server, intent::GUILDS, data);
    }

    /// Deletes a channel with its threads, or a thread.
    pub(crate) fn delete_channel(&mut self, id: ChannelId) -> Result<Channel, Rejection> {
        let channel = self.world.channels.get(&id).cloned().ok_or_else(Rejection::unknown_channel)?;
        let below = self.world.channels.values().filter(|other| other.parent == Some(id) && other.thread.is_some());
        for thread in below.map(|thread| thread.id).collect::<Vec<_>>() {
            self.forget_channel(thread);
        }
        if channel.thread.is_some() {
            let data = json!({
                "id": id, "guild_id": channel.server, "parent_id": channel.parent, "type": channel.kind.number(),
            });
            self.tell("THREAD_DELETE", channel.server, intent::GUILDS, data);
        } else {
            self.tell_of_channel(id, "CHANNEL_DELETE");
        }
        self.forget_channel(id);
        Ok(channel)
    }

    fn forget_channel(&mut self, id: ChannelId) {
        self.world.channels.remove(&id);
        self.world.messages.remove(&id);
    }
}
