//! Writing, changing and deleting messages.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Change, Event, intent};
use crate::rules::Rejection;
use crate::rules::draft::{Draft, Upload};
use crate::world::permission as may;
use crate::world::{
    Attachment, AttachmentId, ChannelId, Mentions, Message, MessageId, ServerId, UserId, flag, message_kind,
};

/// How long a nonce is remembered: "the past few minutes".
const NONCE_MEMORY: TimeDelta = TimeDelta::minutes(5);

/// A message that was written, or was there already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Posted {
    pub(crate) id: MessageId,
    pub(crate) repeat: bool,
}

impl Change<'_> {
    /// The bot or a member writes a message.
    pub(crate) fn post(&mut self, author: UserId, channel: ChannelId, draft: Draft) -> Result<Posted, Rejection> {
        self.check_may_post(author, channel, &draft)?;
        if let Some(id) = self.repeated(author, channel, &draft) {
            return Ok(Posted { id, repeat: true });
        }
        if draft.is_empty() {
            return Err(Rejection::empty_message());
        }
        let mut message = self.compose(author, channel, draft)?;
        self.ping(&mut message);
        Ok(Posted { id: self.place(message), repeat: false })
    }

    fn check_may_post(&self, author: UserId, channel: ChannelId, draft: &Draft) -> Result<(), Rejection> {
        let place = self.world.channels.get(&channel).ok_or_else(Rejection::unknown_channel)?;
        if let Some(recipient) = place.recipient {
            return self.check_may_write_to(author, recipient);
        }
        if !self.world.may(author, channel, may::VIEW_CHANNEL) {
            return Err(Rejection::missing_access());
        }
        if !place.kind.holds_messages() {
            return Err(Rejection::not_a_text_channel());
        }
        let mut needed = if place.kind.is_thread() { may::SEND_MESSAGES_IN_THREADS } else { may::SEND_MESSAGES };
        if draft.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty()) {
            needed |= may::EMBED_LINKS;
        }
        if !draft.uploads.is_empty() {
            needed |= may::ATTACH_FILES;
        }
        if draft.reference.is_some() {
            needed |= may::READ_MESSAGE_HISTORY;
        }
        if !self.world.may(author, channel, needed) {
            return Err(Rejection::missing_permissions());
        }
        let locked = place.thread.as_ref().is_some_and(|thread| thread.archived && thread.locked);
        if locked && !self.world.may(author, channel, may::MANAGE_THREADS) {
            return Err(Rejection::thread_archived());
        }
        Ok(())
    }

    fn check_may_write_to(&self, author: UserId, recipient: UserId) -> Result<(), Rejection> {
        if author != self.bot() {
            return Ok(());
        }
        if !self.world.shares_server(recipient) {
            return Err(Rejection::no_shared_server());
        }
        let closed = self.world.users.get(&recipient).is_none_or(|user| user.dms_closed);
        if closed { Err(Rejection::dms_closed()) } else { Ok(()) }
    }

    /// The message that was sent with the same nonce a moment ago.
    fn repeated(&self, author: UserId, channel: ChannelId, draft: &Draft) -> Option<MessageId> {
        let nonce = draft.nonce.as_ref().filter(|_| draft.enforce_nonce && self.options.enforce_nonce)?;
        let since = self.world.now - NONCE_MEMORY;
        let mut recent = self.world.messages_in(channel).rev().take_while(|message| message.sent >= since);
        recent
            .find(|message| message.author == author && message.nonce.as_ref() == Some(nonce))
            .map(|message| message.id)
    }

    /// Makes a message of a draft; it isn't in the world yet.
    pub(crate) fn compose(&mut self, author: UserId, channel: ChannelId, draft: Draft) -> Result<Message, Rejection> {
        let reference = self.resolve_reference(channel, &draft)?;
        let text = mentionable_text(draft.content.as_deref(), draft.components.as_deref());
        let mut mentions = self.known_mentions(channel, draft.allowed.named_in(&text));
        if let Some(answered) = reference.filter(|_| draft.allowed.replied_user) {
            let whom = self.world.message(channel, answered).map(|message| message.author);
            mentions.users.extend(whom.filter(|whom| !mentions.users.contains(whom)));
        }
        mentions.everyone &= self.world.may(author, channel, may::MENTION_EVERYONE);
        let attachments = self.store(draft.uploads);
        let shown = flag::SUPPRESS_EMBEDS | flag::SUPPRESS_NOTIFICATIONS | flag::COMPONENTS_V2;
        let (id, now) = (MessageId(self.world.mint()), self.world.now);
        Ok(Message {
            kind: if reference.is_some() { message_kind::REPLY } else { message_kind::DEFAULT },
            embeds: draft.embeds.unwrap_or_default(),
            components: draft.components.unwrap_or_default(),
            attachments,
            flags: draft.flags.unwrap_or(0) & shown,
            nonce: draft.nonce,
            reference,
            mentions,
            ..Message::new(id, channel, author, draft.content.unwrap_or_default(), now)
        })
    }

    fn resolve_reference(&self, channel: ChannelId, draft: &Draft) -> Result<Option<MessageId>, Rejection> {
        let Some(reference) = draft.reference else {
            return Ok(None);
        };
        let found = self.world.message(channel, reference.message).is_some_and(|message| message.private_to.is_none());
        if found {
            return Ok(Some(reference.message));
        }
        if !reference.must_exist {
            return Ok(None);
        }
        let error = json!({"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"});
        Err(Rejection::invalid_form(json!({"message_reference": {"_errors": [error]}})))
    }

    /// Only those who exist here are named.
    fn known_mentions(&self, channel: ChannelId, mut mentions: Mentions) -> Mentions {
        let roles =
            self.server_of(channel).and_then(|server| self.world.servers.get(&server)).map(|server| &server.roles);
        mentions.users.retain(|user| self.world.users.contains_key(user));
        mentions.roles.retain(|role| roles.is_some_and(|roles| roles.contains_key(role)));
        mentions
    }

    /// Keeps the content of files.
    pub(crate) fn store(&mut self, uploads: Vec<Upload>) -> Vec<Attachment> {
        let keep = |upload: Upload| {
            let id = AttachmentId(self.world.mint());
            let size = upload.bytes.len();
            self.world.files.insert(id, upload.bytes);
            let Upload { filename, content_type, description, .. } = upload;
            Attachment { id, filename, size, content_type, description }
        };
        uploads.into_iter().map(keep).collect()
    }

    /// Works out who is notified of a message.
    pub(crate) fn ping(&self, message: &mut Message) {
        if message.has(flag::SUPPRESS_NOTIFICATIONS) || message.private_to.is_some() {
            return;
        }
        let Some(server) = self.server_of(message.channel) else {
            let recipient = self.world.channels.get(&message.channel).and_then(|channel| channel.recipient);
            message.pinged.extend(recipient.filter(|whom| *whom != message.author));
            return;
        };
        let Some(place) = self.world.servers.get(&server) else {
            return;
        };
        let any_role = self.world.may(message.author, message.channel, may::MENTION_EVERYONE);
        let called = |id: &&crate::world::RoleId| any_role || place.roles.get(id).is_some_and(|role| role.mentionable);
        let roles: BTreeSet<_> = message.mentions.roles.iter().filter(called).collect();
        if message.mentions.users.is_empty() && roles.is_empty() && !message.mentions.everyone {
            return;
        }
        let hit = |(user, member): (&UserId, &crate::world::Member)| {
            let named = message.mentions.users.contains(user) || message.mentions.everyone;
            let by_role = member.roles.iter().any(|role| roles.contains(role));
            let hears = || *user != message.author && self.world.may(*user, message.channel, may::VIEW_CHANNEL);
            ((named || by_role) && hears()).then_some(*user)
        };
        message.pinged = place.members.iter().filter_map(hit).collect();
    }

    /// Puts a message into the world and tells of it.
    pub(crate) fn place(&mut self, message: Message) -> MessageId {
        let (id, channel) = (message.id, message.channel);
        self.take_out_of_archive(channel);
        if message.private_to.is_none()
            && let Some(place) = self.world.channels.get_mut(&channel)
        {
            place.last_message = Some(id);
            if let Some(thread) = &mut place.thread {
                thread.message_count += 1;
                thread.total_messages += 1;
                thread.members.entry(message.author).or_insert(message.sent);
            }
        }
        self.tell_of("MESSAGE_CREATE", &message);
        self.world.messages.entry(channel).or_default().insert(id, message);
        id
    }

    /// Changes a message. Whether the bot may has been checked.
    pub(crate) fn edit(&mut self, channel: ChannelId, id: MessageId, draft: Draft) -> Result<(), Rejection> {
        let text = mentionable_text(draft.content.as_deref(), draft.components.as_deref());
        let mentions = self.known_mentions(channel, draft.allowed.named_in(&text));
        let now = self.world.now;
        let added = self.store(draft.uploads);
        let message = self.world.message_mut(channel, id).ok_or_else(Rejection::unknown_message)?;
        if draft.content.is_some() {
            message.mentions = mentions;
        }
        message.content = draft.content.unwrap_or_else(|| std::mem::take(&mut message.content));
        message.embeds = draft.embeds.unwrap_or_else(|| std::mem::take(&mut message.embeds));
        message.components = draft.components.unwrap_or_else(|| std::mem::take(&mut message.components));
        if let Some(kept) = draft.kept {
            message.attachments.retain(|file| kept.contains(&file.id.0));
        }
        message.attachments.extend(added);
        if let Some(flags) = draft.flags {
            let settable = flag::SUPPRESS_EMBEDS;
            message.flags = (message.flags & !settable) | (flags & (settable | flag::COMPONENTS_V2));
        }
        message.flags &= !flag::LOADING;
        message.edited = Some(now);
        message.edits += 1;
        if message.has(flag::COMPONENTS_V2) {
            message.content.clear();
            message.embeds.clear();
        }
        self.tell_of_update(channel, id);
        Ok(())
    }

    /// Tells of a message's new state.
    pub(crate) fn tell_of_update(&mut self, channel: ChannelId, id: MessageId) {
        if let Some(message) = self.world.message(channel, id).cloned() {
            self.tell_of("MESSAGE_UPDATE", &message);
        }
    }

    /// Deletes a message.
    pub(crate) fn delete(&mut self, channel: ChannelId, id: MessageId) -> Result<(), Rejection> {
        let known = self.world.messages.get_mut(&channel).and_then(|messages| messages.remove(&id));
        let message = known.ok_or_else(Rejection::unknown_message)?;
        for file in &message.attachments {
            self.world.files.remove(&file.id);
        }
        if message.private_to.is_some() {
            return Ok(());
        }
        let server = self.server_of(channel);
        let data = Self::with_server(json!({"id": id, "channel_id": channel}), server);
        self.tell_in(channel, "MESSAGE_DELETE", data);
        Ok(())
    }

    fn tell_of(&mut self, name: &'static str, message: &Message) {
        if message.private_to.is_some() || !self.bot_hears(message.channel) {
            return;
        }
        let server = self.server_of(message.channel);
        let mut data = Self::with_server(self.world.message_json(message), server);
        if let Some(member) = server.and_then(|server| self.world.bare_member_json(server, message.author)) {
            data["member"] = member;
        }
        let bot = self.bot();
        let concerns_bot = message.author == bot || message.mentions.users.contains(&bot);
        let withhold_text = server.is_some() && !concerns_bot;
        self.events.push(Event { name, data, server, intent: message_intent(server), withhold_text });
    }

    /// Tells of something in a channel, if the bot can see it.
    pub(crate) fn tell_in(&mut self, channel: ChannelId, name: &'static str, data: Value) {
        let server = self.server_of(channel);
        if self.bot_hears(channel) {
            self.tell(name, server, message_intent(server), data);
        }
    }

    /// Tells of a reaction, which has an intent of its own.
    pub(crate) fn tell_of_reaction(&mut self, name: &'static str, channel: ChannelId, data: Value) {
        let server = self.server_of(channel);
        let needed = if server.is_some() { intent::GUILD_REACTIONS } else { intent::DIRECT_REACTIONS };
        if self.bot_hears(channel) {
            self.tell(name, server, needed, Self::with_server(data, server));
        }
    }

    fn bot_hears(&self, channel: ChannelId) -> bool {
        self.world.may(self.bot(), channel, may::VIEW_CHANNEL)
    }
}

fn message_intent(server: Option<ServerId>) -> u64 {
    if server.is_some() { intent::GUILD_MESSAGES } else { intent::DIRECT_MESSAGES }
}

/// The texts in which names count as mentions.
fn mentionable_text(content: Option<&str>, components: Option<&[Value]>) -> String {
    let mut text = content.unwrap_or_default().to_owned();
    for component in crate::rules::components::flatten(components.unwrap_or_default()) {
        if let Some(more) = component.get("content").and_then(Value::as_str) {
            text.push('\n');
            text.push_str(more);
        }
    }
    text
}
