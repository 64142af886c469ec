//! Permissions, computed as Discord does: everyone, roles, then the channel's overwrites.

use super::{Channel, ChannelId, Overwrite, RoleId, ServerId, UserId, World};

macro_rules! bits {
    ($($(#[$doc:meta])* $name:ident = $bit:expr;)+) => {
        $($(#[$doc])* pub const $name: u64 = 1 << $bit;)+

        /// The bits with their names, for messages that say which one is lacking.
        pub const NAMES: &[(&str, u64)] = &[$((stringify!($name), $name)),+];
    };
}

bits! {
    /// Everything, in every channel.
    ADMINISTRATOR = 3;
    /// Edit and delete channels.
    MANAGE_CHANNELS = 4;
    /// "Manage Server".
    MANAGE_GUILD = 5;
    /// React to messages.
    ADD_REACTIONS = 6;
    /// See a channel at all.
    VIEW_CHANNEL = 10;
    /// Write in a channel.
    SEND_MESSAGES = 11;
    /// Edit pins of, and delete, the messages of others.
    MANAGE_MESSAGES = 13;
    /// Send embeds.
    EMBED_LINKS = 14;
    /// Send files.
    ATTACH_FILES = 15;
    /// Read what was written before.
    READ_MESSAGE_HISTORY = 16;
    /// Ping everyone, here, and any role.
    MENTION_EVERYONE = 17;
    /// Give and take roles.
    MANAGE_ROLES = 28;
    /// Use the commands of applications.
    USE_APPLICATION_COMMANDS = 31;
    /// Change and delete any scheduled event.
    MANAGE_EVENTS = 33;
    /// Archive, lock and delete threads, and see the private ones.
    MANAGE_THREADS = 34;
    /// Start public threads.
    CREATE_PUBLIC_THREADS = 35;
    /// Start private threads.
    CREATE_PRIVATE_THREADS = 36;
    /// Write in threads.
    SEND_MESSAGES_IN_THREADS = 38;
    /// Create scheduled events.
    CREATE_EVENTS = 44;
    /// Pin messages (apart from managing them since February 2026).
    PIN_MESSAGES = 51;
}

/// All that there is.
pub const ALL: u64 = (1 << 53) - 1;

/// What everyone may do in a server that was just made.
pub const EVERYONE: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | MENTION_EVERYONE
    | ADD_REACTIONS
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | CREATE_PRIVATE_THREADS
    | SEND_MESSAGES_IN_THREADS;

/// What the bot's own role gives, unless the world says otherwise.
pub const BOT: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | SEND_MESSAGES_IN_THREADS
    | CREATE_PUBLIC_THREADS
    | CREATE_PRIVATE_THREADS
    | MANAGE_THREADS
    | READ_MESSAGE_HISTORY
    | EMBED_LINKS
    | ATTACH_FILES
    | PIN_MESSAGES
    | CREATE_EVENTS;

/// What both sides may do in a direct conversation.
pub const DIRECT: u64 = VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | MENTION_EVERYONE
    | ADD_REACTIONS
    | USE_APPLICATION_COMMANDS
    | PIN_MESSAGES;

/// The names of the given bits.
pub fn names(bits: u64) -> Vec<&'static str> {
    let named = NAMES.iter().filter(|(_, bit)| bits & bit != 0);
    named.map(|(name, _)| *name).collect()
}

impl World {
    /// What a user may do in a server, before any channel's overwrites.
    pub fn server_permissions(&self, user: UserId, server: ServerId) -> u64 {
        let Some(place) = self.servers.get(&server) else {
            return 0;
        };
        let Some(member) = place.members.get(&user) else {
            return 0;
        };
        if place.owner == user {
            return ALL;
        }
        let everyone = RoleId(server.0);
        let held = member.roles.iter().chain([&everyone]);
        let bits = held.filter_map(|id| place.roles.get(id)).fold(0, |bits, role| bits | role.permissions);
        if bits & ADMINISTRATOR == 0 { bits } else { ALL }
    }

    /// What a user may do in a channel, a thread or a direct conversation.
    pub fn permissions(&self, user: UserId, channel: ChannelId) -> u64 {
        let Some(channel) = self.channels.get(&channel) else {
            return 0;
        };
        let Some(server) = channel.server else {
            let inside = channel.recipient == Some(user) || user == self.bot.user;
            return if inside { DIRECT } else { 0 };
        };
        let base = self.server_permissions(user, server);
        if base == ALL || base == 0 {
            return base;
        }
        let bits = self.overwritten(base, user, server, self.rules_of(channel));
        implied(without_foreign_private_threads(bits, user, channel))
    }

    /// A thread has no overwrites of its own: its parent's count.
    fn rules_of<'a>(&'a self, channel: &'a Channel) -> &'a [Overwrite] {
        let parent = channel.thread.as_ref().and(channel.parent);
        let source = parent.and_then(|id| self.channels.get(&id)).unwrap_or(channel);
        &source.overwrites
    }

    fn overwritten(&self, base: u64, user: UserId, server: ServerId, rules: &[Overwrite]) -> u64 {
        let apply = |bits: u64, deny: u64, allow: u64| (bits & !deny) | allow;
        let mut bits = base;
        for rule in rules.iter().filter(|rule| rule.is_for_role(RoleId(server.0))) {
            bits = apply(bits, rule.deny, rule.allow);
        }
        let held = self.servers[&server].members.get(&user).map(|member| &member.roles);
        let of_roles =
            rules.iter().filter(|rule| held.is_some_and(|held| held.iter().any(|role| rule.is_for_role(*role))));
        let (deny, allow) = of_roles.fold((0, 0), |(deny, allow), rule| (deny | rule.deny, allow | rule.allow));
        bits = apply(bits, deny, allow);
        for rule in rules.iter().filter(|rule| rule.is_for_user(user)) {
            bits = apply(bits, rule.deny, rule.allow);
        }
        bits
    }

    /// Whether a user has all of the given permissions in a channel.
    pub fn may(&self, user: UserId, channel: ChannelId, needed: u64) -> bool {
        self.permissions(user, channel) & needed == needed
    }
}

fn without_foreign_private_threads(bits: u64, user: UserId, channel: &Channel) -> u64 {
    let private = channel.kind == super::ChannelKind::PrivateThread;
    let inside = channel.thread.as_ref().is_some_and(|thread| thread.members.contains_key(&user));
    if private && !inside && bits & MANAGE_THREADS == 0 { 0 } else { bits }
}

/// Without seeing there is nothing; without sending there are no attachments to what is sent.
fn implied(bits: u64) -> u64 {
    if bits & VIEW_CHANNEL == 0 {
        return 0;
    }
    if bits & (SEND_MESSAGES | SEND_MESSAGES_IN_THREADS) == 0 {
        return bits & !(MENTION_EVERYONE | EMBED_LINKS | ATTACH_FILES);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world() -> (World, ServerId, ChannelId, UserId, RoleId) {
        let mut world = World::new();
        let server = world.server("Lab");
        let channel = world.channel(server, "general");
        let role = world.role(server, "Reader");
        let ann = world.person("Ann");
        world.join(server, ann, &[role]);
        (world, server, channel, ann, role)
    }

    #[test]
    fn everyone_may_write_in_a_new_server() {
        let (world, _, channel, ann, _) = world();
        assert!(world.may(ann, channel, VIEW_CHANNEL | SEND_MESSAGES));
        assert!(!world.may(ann, channel, MANAGE_GUILD));
    }

    #[test]
    fn a_persons_overwrite_beats_a_roles_which_beats_everyones() {
        let (mut world, server, channel, ann, role) = world();
        world.deny(channel, RoleId(server.0), VIEW_CHANNEL);
        assert!(!world.may(ann, channel, VIEW_CHANNEL));
        world.allow(channel, role, VIEW_CHANNEL);
        assert!(world.may(ann, channel, VIEW_CHANNEL));
        world.deny(channel, ann, VIEW_CHANNEL);
        assert_eq!(world.permissions(ann, channel), 0);
    }

    #[test]
    fn the_owner_and_administrators_may_everything() {
        let (mut world, server, channel, ann, _) = world();
        world.deny(channel, ann, VIEW_CHANNEL);
        let boss = world.role_with(server, "Boss", ADMINISTRATOR);
        world.join(server, ann, &[boss]);
        assert_eq!(world.permissions(ann, channel), ALL);
    }

    #[test]
    fn strangers_may_nothing() {
        let (mut world, _, channel, _, _) = world();
        let stranger = world.person("Stranger");
        assert_eq!(world.permissions(stranger, channel), 0);
    }

    #[test]
    fn the_names_say_which_bit_is_lacking() {
        assert_eq!(names(PIN_MESSAGES | CREATE_EVENTS), ["CREATE_EVENTS", "PIN_MESSAGES"]);
    }
}
