//! Building a world in few words.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeZone, Utc};

use super::{
    Bot, Channel, ChannelId, ChannelKind, Member, Minted, Overwrite, Role, RoleId, Server, ServerId, Target, User,
    UserId, World, permission,
};

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// A world with nothing but the bot, on a Monday morning.
    pub fn new() -> Self {
        let start = Utc.with_ymd_and_hms(2026, 1, 5, 8, 0, 0).single();
        Self::starting(start.unwrap_or_default())
    }

    /// A world with nothing but the bot, which begins at the given instant.
    pub fn starting(now: DateTime<Utc>) -> Self {
        let mut world = Self {
            bot: Bot { user: UserId(0), token: String::new(), sessions: Vec::new() },
            users: BTreeMap::new(),
            servers: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            commands: BTreeMap::new(),
            interactions: BTreeMap::new(),
            events: BTreeMap::new(),
            now,
            origin: String::new(),
            files: BTreeMap::new(),
            minted: Minted::default(),
        };
        let bot = world.person("Bot");
        if let Some(user) = world.users.get_mut(&bot) {
            user.bot = true;
        }
        world.bot = Bot { user: bot, token: token_for(bot), sessions: Vec::new() };
        world
    }

    /// Gives the bot a name.
    pub fn name_bot(&mut self, name: &str) {
        if let Some(user) = self.users.get_mut(&self.bot.user) {
            name.clone_into(&mut user.name);
            user.username = username(name);
        }
    }

    /// Adds a server which the bot has joined with [`permission::BOT`]. Its owner is a person nobody acts for.
    pub fn server(&mut self, name: &str) -> ServerId {
        let owner = self.person(&format!("Owner of {name}"));
        let server = self.server_without_bot(name, owner);
        self.invite_bot(server, permission::BOT);
        server
    }

    /// Adds a server without the bot.
    pub fn server_without_bot(&mut self, name: &str, owner: UserId) -> ServerId {
        // Servers are spread over shards by the millisecond of their id: each gets its own.
        self.minted.millisecond += 1;
        let id = ServerId(self.mint());
        let mut server = Server { id, name: name.to_owned(), owner, roles: BTreeMap::new(), members: BTreeMap::new() };
        let everyone = RoleId(id.0);
        server.roles.insert(everyone, role(everyone, "@everyone", permission::EVERYONE, 0));
        self.servers.insert(id, server);
        self.join(id, owner, &[]);
        id
    }

    /// Lets the bot join a server with a role of its own; the role of an earlier invitation is replaced.
    pub fn invite_bot(&mut self, server: ServerId, permissions: u64) {
        let name = self.users.get(&self.bot.user).map_or_else(String::new, |user| user.name.clone());
        let known = self.servers.get(&server).and_then(|place| {
            let managed = place.roles.values().find(|role| role.managed)?;
            Some(managed.id)
        });
        let id = known.unwrap_or_else(|| self.role(server, &name));
        if let Some(role) = self.servers.get_mut(&server).and_then(|place| place.roles.get_mut(&id)) {
            role.permissions = permissions;
            role.managed = true;
        }
        self.join(server, self.bot.user, &[id]);
    }

    /// Adds a role without permissions of its own.
    pub fn role(&mut self, server: ServerId, name: &str) -> RoleId {
        self.role_with(server, name, 0)
    }

    /// Adds a role with permissions.
    pub fn role_with(&mut self, server: ServerId, name: &str, permissions: u64) -> RoleId {
        let id = RoleId(self.mint());
        if let Some(place) = self.servers.get_mut(&server) {
            let position = place.roles.len();
            place.roles.insert(id, role(id, name, permissions, position));
        }
        id
    }

    /// Adds a text channel.
    pub fn channel(&mut self, server: ServerId, name: &str) -> ChannelId {
        self.channel_of_kind(server, name, ChannelKind::Text)
    }

    /// Adds a forum.
    pub fn forum(&mut self, server: ServerId, name: &str) -> ChannelId {
        self.channel_of_kind(server, name, ChannelKind::Forum)
    }

    /// Adds a channel of any kind that isn't a thread.
    pub fn channel_of_kind(&mut self, server: ServerId, name: &str, kind: ChannelKind) -> ChannelId {
        let id = ChannelId(self.mint());
        let mut channel = Channel::new(id, kind, Some(server), name);
        channel.position = self.channels.values().filter(|other| other.server == Some(server)).count();
        self.channels.insert(id, channel);
        id
    }

    /// Adds a person.
    pub fn person(&mut self, name: &str) -> UserId {
        let id = UserId(self.mint());
        let user = User {
            id,
            name: name.to_owned(),
            username: username(name),
            bot: false,
            locale: "en-GB".to_owned(),
            dms_closed: false,
            direct: None,
        };
        self.users.insert(id, user);
        id
    }

    /// Lets a user join a server with roles; a member keeps what it had.
    pub fn join(&mut self, server: ServerId, user: UserId, roles: &[RoleId]) {
        let joined = self.now;
        if let Some(place) = self.servers.get_mut(&server) {
            let fresh = || Member { nick: None, roles: BTreeSet::new(), joined };
            place.members.entry(user).or_insert_with(fresh).roles.extend(roles);
        }
    }

    /// Lets a user join a server with a role that may manage it.
    pub fn admin(&mut self, server: ServerId, user: UserId) {
        let known = self.servers.get(&server).and_then(|place| {
            let admins = place.roles.values().find(|role| role.name == "Admin")?;
            Some(admins.id)
        });
        let role = known.unwrap_or_else(|| self.role_with(server, "Admin", permission::MANAGE_GUILD));
        self.join(server, user, &[role]);
    }

    /// Takes permissions from a role or a user in a channel.
    pub fn deny(&mut self, channel: ChannelId, whom: impl Into<Target>, permissions: u64) {
        self.overwrite(channel, whom.into(), 0, permissions);
    }

    /// Gives permissions to a role or a user in a channel.
    pub fn allow(&mut self, channel: ChannelId, whom: impl Into<Target>, permissions: u64) {
        self.overwrite(channel, whom.into(), permissions, 0);
    }

    fn overwrite(&mut self, channel: ChannelId, target: Target, allow: u64, deny: u64) {
        let Some(channel) = self.channels.get_mut(&channel) else {
            return;
        };
        let known = channel.overwrites.iter_mut().find(|rule| rule.target == target);
        match known {
            Some(rule) => {
                rule.allow = (rule.allow & !deny) | allow;
                rule.deny = (rule.deny & !allow) | deny;
            }
            None => channel.overwrites.push(Overwrite { target, allow, deny }),
        }
    }
}

fn role(id: RoleId, name: &str, permissions: u64, position: usize) -> Role {
    Role { id, name: name.to_owned(), permissions, position, mentionable: false, managed: false }
}

fn username(name: &str) -> String {
    name.to_lowercase().replace(' ', ".")
}

/// A token of the shape that clients expect: the id in base 64 without padding, and two more parts.
fn token_for(bot: UserId) -> String {
    format!("{}.SiMuLa.a-token-that-opens-nothing-but-this-loop", base64(bot.to_string().as_bytes()))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_usize, |word, byte| (word << 8) | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..=chunk.len() {
            text.push(char::from(DIGITS[(word >> (18 - 6 * digit)) & 63]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_begins_with_the_id_in_base_64() {
        assert_eq!(base64(b"288760241363877888"), "Mjg4NzYwMjQxMzYzODc3ODg4");
        assert_eq!(base64(b"ab"), "YWI");
    }

    #[test]
    fn a_second_invitation_replaces_the_permissions() {
        let mut world = World::new();
        let server = world.server("Lab");
        world.invite_bot(server, permission::ADMINISTRATOR);
        assert_eq!(world.server_permissions(world.bot.user, server), permission::ALL);
        assert_eq!(world.servers[&server].roles.len(), 2);
    }
}
