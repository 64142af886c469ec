//! Finding things by the names that people use for them.

use super::{Channel, ChannelId, RoleId, ServerId, User, UserId, World, permission};

impl World {
    /// A person by full name, name in a server, username, id or unique first name.
    pub fn find_person(&self, name: &str) -> Option<UserId> {
        let name = name.trim_start_matches('@');
        let exact = |user: &&User| user.name == name || user.username == name || user.id.to_string() == name;
        if let Some(user) = self.users.values().find(exact) {
            return Some(user.id);
        }
        let nicked = self.servers.values().flat_map(|server| &server.members);
        if let Some((id, _)) = nicked.clone().find(|(_, member)| member.nick.as_deref() == Some(name)) {
            return Some(*id);
        }
        let first = |user: &&User| user.name.split(' ').next() == Some(name);
        let mut fitting = self.users.values().filter(first);
        let only = fitting.next()?;
        fitting.next().is_none().then_some(only.id)
    }

    /// A role of a server by name or id.
    pub fn find_role(&self, server: ServerId, name: &str) -> Option<RoleId> {
        let name = name.trim_start_matches('@');
        let place = self.servers.get(&server)?;
        let fits =
            |name: &str, role: &super::Role| role.name.trim_start_matches('@') == name || role.id.to_string() == name;
        place.roles.values().find(|role| fits(name, role)).map(|role| role.id)
    }

    /// A server by name or id.
    pub fn find_server(&self, name: &str) -> Option<ServerId> {
        let mut all = self.servers.values();
        all.find(|server| server.name == name || server.id.to_string() == name).map(|server| server.id)
    }

    /// A channel or thread that a user can see, by name or id, `Server/name` where names repeat.
    /// Newer ones come first, since thread names repeat from day to day.
    pub fn find_channel(&self, viewer: UserId, name: &str) -> Option<ChannelId> {
        let fits = |channel: &&Channel, wanted: &str| {
            let named = channel.server.is_some() && channel.name == wanted.trim_start_matches('#');
            (named || channel.id.to_string() == wanted) && self.may(viewer, channel.id, permission::VIEW_CHANNEL)
        };
        let plain = self.channels.values().rev().find(|channel| fits(channel, name));
        let qualified = || {
            let (server, rest) = name.split_once('/')?;
            let server = self.find_server(server)?;
            self.channels.values().rev().find(|channel| channel.server == Some(server) && fits(channel, rest))
        };
        plain.or_else(qualified).map(|channel| channel.id)
    }

    /// The name that a user has in a server, or everywhere.
    pub fn name_of(&self, user: UserId, server: Option<ServerId>) -> String {
        let member = server.and_then(|id| self.servers.get(&id)?.members.get(&user));
        let nick = member.and_then(|member| member.nick.clone());
        nick.or_else(|| self.users.get(&user).map(|user| user.name.clone())).unwrap_or_else(|| "someone".to_owned())
    }

    /// Turns the names that a person typed (`@Ann Lee`, `#general`) into mentions, as the client's picker does.
    pub fn with_mentions(&self, server: ServerId, typed: &str) -> String {
        if !typed.contains(['@', '#']) {
            return typed.to_owned();
        }
        let mut names = self.mentionable(server);
        // Longest first, or `@Ann` would take a part of `@Ann Lee`.
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let mut text = typed.to_owned();
        for (name, mention) in names {
            text = replace_whole(&text, &name, &mention);
        }
        text
    }

    fn mentionable(&self, server: ServerId) -> Vec<(String, String)> {
        let Some(place) = self.servers.get(&server) else {
            return Vec::new();
        };
        let people =
            place.members.keys().map(|id| (format!("@{}", self.name_of(*id, Some(server))), format!("<@{id}>")));
        let roles = place.roles.values().filter(|role| role.id.0 != server.0);
        let roles = roles.map(|role| (format!("@{}", role.name), format!("<@&{}>", role.id)));
        let channels = self.channels.values().filter(|channel| channel.server == Some(server));
        let channels = channels.map(|channel| (format!("#{}", channel.name), format!("<#{}>", channel.id)));
        people.chain(roles).chain(channels).collect()
    }
}

/// Replaces a name where it isn't a part of a longer word.
fn replace_whole(text: &str, name: &str, mention: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(name) {
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        let ends = after.chars().next().is_none_or(|next| !next.is_alphanumeric() && next != '-');
        out.push_str(before);
        out.push_str(if ends { mention } else { name });
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_names_become_mentions_and_longer_names_win() {
        let mut world = World::new();
        let server = world.server("Lab");
        let (ann, lee) = (world.person("Ann"), world.person("Ann Lee"));
        let channel = world.channel(server, "check");
        world.join(server, ann, &[]);
        world.join(server, lee, &[]);
        let text = world.with_mentions(server, "@Ann Lee and @Ann in #check, not #checkout");
        assert_eq!(text, format!("<@{lee}> and <@{ann}> in <#{channel}>, not #checkout"));
    }

    #[test]
    fn a_first_name_is_enough_while_it_is_the_only_one() {
        let mut world = World::new();
        let ben = world.person("Ben Ode");
        assert_eq!(world.find_person("@Ben"), Some(ben));
        world.person("Ben Two");
        assert_eq!(world.find_person("@Ben"), None);
        assert_eq!(world.find_person("ben.ode"), Some(ben));
    }
}
