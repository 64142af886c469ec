//! Threads: starting, archiving, joining and leaving.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Change, intent};
use crate::rules::Rejection;
use crate::world::permission as may;
use crate::world::{Channel, ChannelId, ChannelKind, MessageId, Thread, UserId, flag};

/// A thread that is about to be started.
#[derive(Debug)]
pub(crate) struct NewThread {
    pub(crate) parent: ChannelId,
    pub(crate) name: String,
    pub(crate) kind: ChannelKind,
    pub(crate) auto_archive_minutes: u64,
    pub(crate) invitable: bool,
    /// The message that it is started from.
    pub(crate) from: Option<MessageId>,
}

impl Change<'_> {
    /// Starts a thread.
    pub(crate) fn start_thread(&mut self, owner: UserId, new: &NewThread) -> Result<ChannelId, Rejection> {
        let parent = self.world.channels.get(&new.parent).ok_or_else(Rejection::unknown_channel)?;
        let server = parent.server;
        let id = new.from.map_or_else(|| ChannelId(self.world.mint()), |message| ChannelId(message.0));
        if self.world.channels.contains_key(&id) {
            return Err(Rejection::thread_exists());
        }
        let now = self.world.now;
        let mut channel = Channel::new(id, new.kind, server, &new.name);
        channel.parent = Some(new.parent);
        channel.thread = Some(Thread {
            owner,
            members: BTreeMap::from([(owner, now)]),
            archived: false,
            locked: false,
            invitable: new.invitable,
            auto_archive_minutes: new.auto_archive_minutes,
            archive_changed: now,
            created: now,
            message_count: 0,
            total_messages: 0,
        });
        let mut data = self.world.channel_json(&channel);
        data["newly_created"] = json!(true);
        self.world.channels.insert(id, channel);
        self.tell_of_thread(id, "THREAD_CREATE", data);
        if let Some(message) = new.from {
            self.hang_thread_on(new.parent, message, id);
        }
        Ok(id)
    }

    fn hang_thread_on(&mut self, channel: ChannelId, message: MessageId, thread: ChannelId) {
        if let Some(message) = self.world.message_mut(channel, message) {
            message.thread = Some(thread);
            message.flags |= flag::HAS_THREAD;
        }
        self.tell_of_update(channel, message);
    }

    /// Changes whether a thread is archived and locked.
    pub(crate) fn set_archived(&mut self, id: ChannelId, archived: bool, locked: Option<bool>) {
        let now = self.world.now;
        let Some(thread) = self.world.channels.get_mut(&id).and_then(|channel| channel.thread.as_mut()) else {
            return;
        };
        if thread.archived != archived {
            thread.archived = archived;
            thread.archive_changed = now;
        }
        thread.locked = locked.unwrap_or(thread.locked);
        self.tell_of_thread_update(id);
    }

    /// A message in an archived thread takes it out again.
    pub(crate) fn take_out_of_archive(&mut self, id: ChannelId) {
        if self.world.channels.get(&id).is_some_and(Channel::is_archived) {
            self.set_archived(id, false, None);
        }
    }

    /// Tells of a thread's new state.
    pub(crate) fn tell_of_thread_update(&mut self, id: ChannelId) {
        let Some(data) = self.world.channels.get(&id).map(|channel| self.world.channel_json(channel)) else {
            return;
        };
        self.tell_of_thread(id, "THREAD_UPDATE", data);
    }

    /// Adds a user to a thread.
    pub(crate) fn add_to_thread(&mut self, id: ChannelId, user: UserId) {
        let now = self.world.now;
        let Some(thread) = self.world.channels.get_mut(&id).and_then(|channel| channel.thread.as_mut()) else {
            return;
        };
        if thread.members.contains_key(&user) {
            return;
        }
        thread.members.insert(user, now);
        let data = json!({"added_members": [self.world.thread_member_json(id, user)]});
        self.tell_of_thread_members(id, data);
    }

    /// Takes a user out of a thread.
    pub(crate) fn remove_from_thread(&mut self, id: ChannelId, user: UserId) {
        let thread = self.world.channels.get_mut(&id).and_then(|channel| channel.thread.as_mut());
        let removed = thread.and_then(|thread| thread.members.remove(&user));
        if removed.is_some() {
            self.tell_of_thread_members(id, json!({"removed_member_ids": [user]}));
        }
    }

    fn tell_of_thread_members(&mut self, id: ChannelId, mut data: Value) {
        let Some(channel) = self.world.channels.get(&id) else {
            return;
        };
        data["id"] = json!(id);
        data["guild_id"] = json!(channel.server);
        data["member_count"] = json!(channel.thread.as_ref().map_or(0, |thread| thread.members.len().min(50)));
        self.tell_of_thread(id, "THREAD_MEMBERS_UPDATE", data);
    }

    fn tell_of_thread(&mut self, id: ChannelId, name: &'static str, data: Value) {
        let server = self.server_of(id);
        if self.world.may(self.bot(), id, may::VIEW_CHANNEL) {
            self.tell(name, server, intent::GUILDS, data);
        }
    }
}
