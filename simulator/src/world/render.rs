//! The world in the words of the API: users, channels, messages and commands.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::{
    Attachment, Cause, Channel, ChannelId, ChannelKind, Command, Member, Message, ServerId, Target, Thread, User,
    UserId, World, message_kind,
};

/// An instant as Discord writes it.
pub(crate) fn timestamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6f%:z").to_string()
}

impl World {
    /// A user object.
    pub(crate) fn user_json(&self, id: UserId) -> Value {
        let unknown = || json!({"id": id, "username": "deleted_user", "global_name": null});
        self.users.get(&id).map_or_else(unknown, user_json)
    }

    /// A member object, with its user.
    pub(crate) fn member_json(&self, server: ServerId, id: UserId) -> Option<Value> {
        let member = self.servers.get(&server)?.members.get(&id)?;
        let mut value = member_json(member);
        value["user"] = self.user_json(id);
        Some(value)
    }

    /// The member object that goes along with a message: without its user.
    pub(crate) fn bare_member_json(&self, server: ServerId, id: UserId) -> Option<Value> {
        self.servers.get(&server)?.members.get(&id).map(member_json)
    }

    /// A channel object of any kind.
    pub(crate) fn channel_json(&self, channel: &Channel) -> Value {
        let mut value = json!({
            "id": channel.id, "type": channel.kind.number(), "flags": 0,
            "last_message_id": channel.last_message,
        });
        if let Some(pinned) = channel.last_pin {
            value["last_pin_timestamp"] = json!(timestamp(pinned));
        }
        match (channel.server, &channel.thread) {
            (None, _) => {
                let recipients: Vec<_> = channel.recipient.into_iter().map(|id| self.user_json(id)).collect();
                value["recipients"] = json!(recipients);
            }
            (Some(server), thread) => {
                value["guild_id"] = json!(server);
                value["name"] = json!(channel.name);
                value["parent_id"] = json!(channel.parent);
                value["rate_limit_per_user"] = json!(0);
                match thread {
                    Some(thread) => self.add_thread_fields(&mut value, channel, thread),
                    None => add_channel_fields(&mut value, channel),
                }
            }
        }
        value
    }

    fn add_thread_fields(&self, value: &mut Value, channel: &Channel, thread: &Thread) {
        value["owner_id"] = json!(thread.owner);
        value["message_count"] = json!(thread.message_count);
        // The client libraries read a byte here: Discord itself stops counting at 50.
        value["member_count"] = json!(thread.members.len().min(50));
        value["total_message_sent"] = json!(thread.total_messages);
        value["thread_metadata"] = json!({
            "archived": thread.archived, "locked": thread.locked, "invitable": thread.invitable,
            "auto_archive_duration": thread.auto_archive_minutes,
            "archive_timestamp": timestamp(thread.archive_changed),
            "create_timestamp": timestamp(thread.created),
        });
        if let Some(member) = thread_member_json(channel.id, thread, self.bot.user) {
            value["member"] = member;
        }
    }

    /// A message object.
    pub(crate) fn message_json(&self, message: &Message) -> Value {
        let mut value = self.message_without_reference(message);
        if let Some(reference) = message.reference {
            let channel = self.channels.get(&message.channel);
            value["message_reference"] = json!({
                "type": 0, "message_id": reference, "channel_id": message.channel,
                "guild_id": channel.and_then(|channel| channel.server),
            });
            drop_null(&mut value["message_reference"], "guild_id");
            let answered = self.message(message.channel, reference);
            if message.kind == message_kind::REPLY {
                value["referenced_message"] = answered.map_or(Value::Null, |it| self.message_without_reference(it));
            }
        }
        value
    }

    fn message_without_reference(&self, message: &Message) -> Value {
        let mentions: Vec<_> = message.mentions.users.iter().map(|id| self.user_json(*id)).collect();
        let files: Vec<_> =
            message.attachments.iter().map(|file| self.attachment_json(message.channel, file)).collect();
        let mut value = json!({
            "id": message.id, "channel_id": message.channel, "author": self.user_json(message.author),
            "type": message.kind, "content": message.content, "timestamp": timestamp(message.sent),
            "edited_timestamp": message.edited.map(timestamp), "tts": false,
            "mention_everyone": message.mentions.everyone, "mentions": mentions,
            "mention_roles": message.mentions.roles, "attachments": files, "embeds": message.embeds,
            "components": message.components, "pinned": message.pinned.is_some(), "flags": message.flags,
        });
        if let Some(nonce) = &message.nonce {
            value["nonce"] = nonce.clone();
        }
        if !message.reactions.is_empty() {
            value["reactions"] = self.reactions_json(message);
        }
        if message.cause.is_some() || message.author == self.bot.user {
            value["application_id"] = json!(self.bot.user);
        }
        if let Some(cause) = &message.cause {
            value["webhook_id"] = json!(self.bot.user);
            self.add_cause(&mut value, cause);
        }
        if let Some(thread) = message.thread.and_then(|id| self.channels.get(&id)) {
            value["thread"] = self.channel_json(thread);
        }
        value
    }

    fn add_cause(&self, value: &mut Value, cause: &Cause) {
        let user = self.user_json(cause.user);
        let mut metadata = json!({
            "id": cause.interaction, "type": cause.kind.number(), "user": user,
            "authorizing_integration_owners": {},
        });
        if cause.kind == super::InteractionKind::Command {
            metadata["name"] = json!(cause.name);
            value["interaction"] =
                json!({"id": cause.interaction, "type": cause.kind.number(), "name": cause.name, "user": user});
        }
        if cause.kind == super::InteractionKind::Component {
            metadata["interacted_message_id"] = json!(cause.message);
        }
        if cause.kind == super::InteractionKind::Modal {
            metadata["triggering_interaction_metadata"] = json!({
                "id": cause.interaction, "type": 2, "user": user, "authorizing_integration_owners": {}, "name": cause.name,
            });
        }
        value["interaction_metadata"] = metadata;
    }

    fn reactions_json(&self, message: &Message) -> Value {
        let one = |(emoji, users): (&String, &std::collections::BTreeSet<UserId>)| {
            json!({
                "emoji": emoji_json(emoji), "count": users.len(),
                "count_details": {"burst": 0, "normal": users.len()}, "burst_colors": [], "me_burst": false,
                "burst_me": false, "me": users.contains(&self.bot.user),
            })
        };
        message.reactions.iter().map(one).collect()
    }

    /// An attachment object, with the address that it is served at.
    pub(crate) fn attachment_json(&self, channel: ChannelId, file: &Attachment) -> Value {
        let url = format!("{}/attachments/{channel}/{}/{}", self.origin, file.id, file.filename);
        let mut value =
            json!({"id": file.id, "filename": file.filename, "size": file.size, "url": url, "proxy_url": url});
        if let Some(kind) = &file.content_type {
            value["content_type"] = json!(kind);
        }
        if let Some(words) = &file.description {
            value["description"] = json!(words);
        }
        value
    }

    /// A thread member object; null for those who aren't in it.
    pub(crate) fn thread_member_json(&self, id: ChannelId, user: UserId) -> Value {
        let thread = self.channels.get(&id).and_then(|channel| channel.thread.as_ref());
        thread.and_then(|thread| thread_member_json(id, thread, user)).unwrap_or_default()
    }

    /// An application command object.
    pub(crate) fn command_json(&self, command: &Command) -> Value {
        let mut value = command.body.clone();
        value["id"] = json!(command.id);
        value["application_id"] = json!(self.bot.user);
        value["version"] = json!(command.id);
        if let Some(server) = command.server {
            value["guild_id"] = json!(server);
        }
        value
    }
}

fn user_json(user: &User) -> Value {
    let mut value = json!({
        "id": user.id, "username": user.username, "global_name": user.name, "avatar": null, "discriminator": "0",
        "public_flags": 0, "flags": 0, "primary_guild": null,
    });
    if user.bot {
        value["bot"] = json!(true);
        value["global_name"] = Value::Null;
        value["username"] = json!(user.name);
    }
    value
}

fn member_json(member: &Member) -> Value {
    json!({
        "nick": member.nick, "roles": member.roles, "joined_at": timestamp(member.joined), "avatar": null,
        "banner": null, "communication_disabled_until": null, "premium_since": null, "pending": false, "deaf": false,
        "mute": false, "flags": 0,
    })
}

fn thread_member_json(id: ChannelId, thread: &Thread, user: UserId) -> Option<Value> {
    let since = thread.members.get(&user)?;
    Some(json!({"id": id, "user_id": user, "join_timestamp": timestamp(*since), "flags": 0}))
}

fn add_channel_fields(value: &mut Value, channel: &Channel) {
    let overwrites: Vec<_> = channel.overwrites.iter().map(overwrite_json).collect();
    value["position"] = json!(channel.position);
    value["topic"] = json!(channel.topic);
    value["nsfw"] = json!(false);
    value["permission_overwrites"] = json!(overwrites);
    if channel.kind == ChannelKind::Forum {
        value["available_tags"] = json!([]);
        value["default_reaction_emoji"] = Value::Null;
        value["default_sort_order"] = Value::Null;
        value["default_forum_layout"] = json!(0);
    }
}

fn overwrite_json(rule: &super::Overwrite) -> Value {
    let (kind, id) = match rule.target {
        Target::Role(id) => (0, id.0),
        Target::User(id) => (1, id.0),
    };
    json!({"id": id.to_string(), "type": kind, "allow": rule.allow.to_string(), "deny": rule.deny.to_string()})
}

/// An emoji as the API writes it in reactions: `name:id` for those of a server, else the character.
pub(crate) fn emoji_json(emoji: &str) -> Value {
    match emoji.rsplit_once(':') {
        Some((name, id)) => json!({"id": id, "name": name}),
        None => json!({"id": null, "name": emoji}),
    }
}

/// Leaves out a field that the API doesn't send as null.
fn drop_null(value: &mut Value, key: &str) {
    if let Some(map) = value.as_object_mut().filter(|map: &&mut Map<_, _>| map.get(key) == Some(&Value::Null)) {
        map.remove(key);
    }
}
