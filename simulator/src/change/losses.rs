//! What a request is about is lost just before the request is carried out.

use super::Change;
use crate::faults::Loss;
use crate::world::{ChannelId, InteractionId, MessageId, RoleId, ServerId, UserId, World, permission};

/// The things that a request is about.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About {
    channel: Option<ChannelId>,
    message: Option<MessageId>,
    server: Option<ServerId>,
}

impl About {
    /// Of the ids in a path; an interaction is about the channel in which somebody acted.
    pub(crate) fn of(world: &World, ids: &[(&'static str, String)]) -> Self {
        let id = |name| ids.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        let number = |name| id(name).and_then(|text| text.parse().ok());
        let token = || id("token").and_then(|token| world.interaction_by_token(token));
        let interaction = number("interaction").map(InteractionId).or_else(token);
        let acted = interaction.and_then(|interaction| world.interactions.get(&interaction));
        let channel = number("channel").map(ChannelId).or(acted.map(|acted| acted.channel));
        let place = channel.and_then(|channel| world.channels.get(&channel));
        let server = number("guild").map(ServerId).or(place.and_then(|place| place.server));
        Self { channel, message: number("message").map(MessageId), server }
    }

    /// Whether it is there to be lost.
    pub(crate) fn has(self, world: &World, loss: Loss) -> bool {
        match loss {
            Loss::DirectMessages => self.recipient(world).is_some_and(|user| !world.users[&user].dms_closed),
            Loss::Permissions => self.place(world).is_some_and(|place| world.permissions(world.bot.user, place) != 0),
            Loss::Channel => self.place(world).is_some(),
            Loss::Thread => self.channel.is_some_and(|channel| is_thread(world, channel)),
            Loss::Message => self.channel.zip(self.message).is_some_and(|(at, id)| world.message(at, id).is_some()),
            Loss::Role => !self.roles(world).is_empty(),
            Loss::Server => self.server.is_some_and(|server| world.is_member(server, world.bot.user)),
        }
    }

    /// Whom the conversation is with.
    fn recipient(self, world: &World) -> Option<UserId> {
        let channel = self.channel?;
        world.users.values().find(|user| user.direct == Some(channel)).map(|user| user.id)
    }

    /// The server's channel; that of a thread is the one it hangs from.
    fn place(self, world: &World) -> Option<ChannelId> {
        let channel = world.channels.get(&self.channel?)?;
        channel.server?;
        if channel.thread.is_some() { channel.parent } else { Some(channel.id) }
    }

    /// The roles that somebody made.
    fn roles(self, world: &World) -> Vec<RoleId> {
        let Some(server) = self.server.and_then(|server| world.servers.get(&server)) else { return Vec::new() };
        let made = server.roles.values().filter(|role| !role.managed && role.id.0 != server.id.0);
        made.map(|role| role.id).collect()
    }
}

fn is_thread(world: &World, channel: ChannelId) -> bool {
    world.channels.get(&channel).is_some_and(|channel| channel.thread.is_some())
}

impl Change<'_> {
    /// Loses it, if it is still there; of several roles one at random.
    pub(crate) fn lose(&mut self, loss: Loss, about: About, random: u64) {
        let bot = self.bot();
        match loss {
            Loss::DirectMessages => {
                let user = about.recipient(self.world).and_then(|user| self.world.users.get_mut(&user));
                if let Some(user) = user {
                    user.dms_closed = true;
                }
            }
            Loss::Permissions => {
                if let Some(place) = about.place(self.world) {
                    self.world.deny(place, bot, permission::ALL);
                    self.tell_of_channel(place, "CHANNEL_UPDATE");
                }
            }
            Loss::Channel => drop(about.place(self.world).map(|place| self.delete_channel(place))),
            Loss::Thread => drop(about.channel.map(|thread| self.delete_channel(thread))),
            Loss::Message => drop(about.channel.zip(about.message).map(|(at, id)| self.delete(at, id))),
            Loss::Role => {
                let roles = about.roles(self.world);
                let count = u64::try_from(roles.len()).unwrap_or(u64::MAX).max(1);
                let chosen = usize::try_from(random % count).ok().and_then(|index| roles.get(index));
                drop(about.server.zip(chosen.copied()).map(|(server, role)| self.delete_role(server, role)));
            }
            Loss::Server => drop(about.server.map(|server| self.leave(server, bot))),
        }
    }
}
