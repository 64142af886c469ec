//! Reactions to messages.

use serde_json::{Value, json};

use super::Change;
use crate::world::{ChannelId, MessageId, UserId, emoji_json};

impl Change<'_> {
    /// Adds or removes a reaction and tells of it.
    pub(crate) fn set_reaction(&mut self, channel: ChannelId, id: MessageId, emoji: &str, user: UserId, there: bool) {
        let Some(message) = self.world.message_mut(channel, id) else {
            return;
        };
        let author = message.author;
        let users = message.reactions.entry(emoji.to_owned()).or_default();
        let changed = if there { users.insert(user) } else { users.remove(&user) };
        message.reactions.retain(|_, users| !users.is_empty());
        if !changed {
            return;
        }
        let mut data: Value = json!({
            "user_id": user, "channel_id": channel, "message_id": id, "emoji": emoji_json(emoji), "burst": false,
            "type": 0,
        });
        if there {
            data["message_author_id"] = json!(author);
            let server = self.server_of(channel);
            if let Some(member) = server.and_then(|server| self.world.member_json(server, user)) {
                data["member"] = member;
            }
        }
        let name = if there { "MESSAGE_REACTION_ADD" } else { "MESSAGE_REACTION_REMOVE" };
        self.tell_of_reaction(name, channel, data);
    }
}
