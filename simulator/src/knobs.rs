//! What befalls a bot from outside: things that are deleted, permissions that are taken away,
//! connections that break. Each is told to the bot as Discord would.

use crate::change::Change;
use crate::faults::{Fault, FaultKind};
use crate::simulator::Simulator;
use crate::world::{ChannelId, ChannelKind, MessageId, RoleId, ServerId, Target, UserId, permission};

impl Simulator {
    /// Closes all gateway connections with a code.
    pub fn close_gateways(&self, code: u16) {
        self.fault(Fault::gateway(FaultKind::Close(code)).now());
    }

    /// Asks all clients to connect again (op 7).
    pub fn op7(&self) {
        self.fault(Fault::gateway(FaultKind::Reconnect).now());
    }

    /// Tells all clients that their session isn't valid (op 9).
    pub fn op9(&self, resumable: bool) {
        self.fault(Fault::gateway(FaultKind::Invalidate { resumable }).now());
    }

    /// Deletes a channel with its threads, or a thread; false if it wasn't there.
    pub fn delete_channel(&self, channel: ChannelId) -> bool {
        self.change(|change| change.delete_channel(channel).is_ok())
    }

    /// Adds a text channel.
    pub fn add_channel(&self, server: ServerId, name: &str) -> ChannelId {
        self.change(|change| change.add_channel(server, name, ChannelKind::Text))
    }

    /// Adds a person, in no server yet.
    pub fn add_person(&self, name: &str) -> UserId {
        self.change(|change| change.world.person(name))
    }

    /// Adds a server that the bot isn't in yet.
    pub fn add_server(&self, name: &str) -> ServerId {
        self.change(|change| {
            let owner = change.world.person(&format!("Owner of {name}"));
            change.world.server_without_bot(name, owner)
        })
    }

    /// Lets someone join a server; a member gets more roles. For the bot this is its invitation.
    pub fn join(&self, server: ServerId, user: UserId, roles: &[RoleId]) {
        self.change(|change| change.join(server, user, roles));
    }

    /// Takes a member, or the bot, out of a server; false if it wasn't there.
    pub fn remove_member(&self, server: ServerId, user: UserId) -> bool {
        self.change(|change| change.leave(server, user).is_ok())
    }

    /// Adds a role.
    pub fn add_role(&self, server: ServerId, name: &str, permissions: u64) -> RoleId {
        self.change(|change| {
            let id = change.world.role_with(server, name, permissions);
            let role = change.world.servers.get(&server).and_then(|place| place.roles.get(&id)).cloned();
            if let Some(role) = role {
                change.tell_of_role(server, &role, "GUILD_ROLE_CREATE");
            }
            id
        })
    }

    /// Deletes a role; false if it wasn't there.
    pub fn remove_role(&self, server: ServerId, role: RoleId) -> bool {
        self.change(|change| change.delete_role(server, role).is_ok())
    }

    /// Gives a role to a member; false if one of them isn't there.
    pub fn give_role(&self, server: ServerId, user: UserId, role: RoleId) -> bool {
        self.change(|change| change.set_role(server, user, role, true).is_ok())
    }

    /// Takes a role from a member; false if one of them isn't there.
    pub fn take_role(&self, server: ServerId, user: UserId, role: RoleId) -> bool {
        self.change(|change| change.set_role(server, user, role, false).is_ok())
    }

    /// Takes permissions from a role or a user in a channel.
    pub fn deny(&self, channel: ChannelId, whom: impl Into<Target>, permissions: u64) {
        self.change(|change| {
            change.world.deny(channel, whom, permissions);
            change.tell_of_channel(channel, "CHANNEL_UPDATE");
        });
    }

    /// Gives permissions to a role or a user in a channel.
    pub fn allow(&self, channel: ChannelId, whom: impl Into<Target>, permissions: u64) {
        self.change(|change| {
            change.world.allow(channel, whom, permissions);
            change.tell_of_channel(channel, "CHANNEL_UPDATE");
        });
    }

    /// Takes permissions from the bot in a channel.
    pub fn deny_bot(&self, channel: ChannelId, permissions: u64) {
        self.deny(channel, self.bot_user_id(), permissions);
    }

    /// Someone refuses direct messages from now on.
    pub fn close_dms(&self, user: UserId) {
        self.set_dms(user, true);
    }

    /// Someone takes direct messages again.
    pub fn open_dms(&self, user: UserId) {
        self.set_dms(user, false);
    }

    fn set_dms(&self, user: UserId, closed: bool) {
        self.change(|change| {
            if let Some(user) = change.world.users.get_mut(&user) {
                user.dms_closed = closed;
            }
        });
    }

    /// Puts a thread away; whoever can't manage threads can't take a locked one out again.
    pub fn archive_thread(&self, thread: ChannelId, locked: bool) {
        self.change(|change| change.set_archived(thread, true, Some(locked)));
    }

    /// Deletes a message; false if it wasn't there.
    pub fn delete_message(&self, channel: ChannelId, message: MessageId) -> bool {
        self.change(|change| change.delete(channel, message).is_ok())
    }

    /// Whether the bot may do something in a channel.
    pub fn bot_may(&self, channel: ChannelId, permissions: u64) -> bool {
        self.read(|world| world.may(world.bot.user, channel, permissions))
    }

    /// The names of the permissions that the bot lacks in a channel.
    pub fn bot_lacks(&self, channel: ChannelId, wanted: u64) -> Vec<&'static str> {
        self.read(|world| permission::names(wanted & !world.permissions(world.bot.user, channel)))
    }

    fn change<T>(&self, act: impl FnOnce(&mut Change<'_>) -> T) -> T {
        self.core.change(act)
    }
}
