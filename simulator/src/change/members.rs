//! Who is in a server and which roles they hold.

use serde_json::json;

use super::{Change, intent};
use crate::rules::Rejection;
use crate::world::{Role, RoleId, ServerId, UserId};

impl Change<'_> {
    /// Lets a user join; roles are given to a member who is there already.
    pub(crate) fn join(&mut self, server: ServerId, user: UserId, roles: &[RoleId]) {
        if user == self.bot() {
            return self.join_bot(server);
        }
        let known = self.world.is_member(server, user);
        self.world.join(server, user, roles);
        if known {
            return self.tell_of_member(server, user);
        }
        let Some(mut data) = self.world.member_json(server, user) else {
            return;
        };
        data["guild_id"] = json!(server);
        self.tell("GUILD_MEMBER_ADD", Some(server), intent::GUILD_MEMBERS, data);
    }

    fn join_bot(&mut self, server: ServerId) {
        self.world.invite_bot(server, crate::world::permission::BOT);
        let Some(place) = self.world.servers.get(&server) else {
            return;
        };
        let data = self.world.server_created_json(place, false);
        self.tell("GUILD_CREATE", Some(server), intent::GUILDS, data);
    }

    /// Tells of a member's new state. A bot always hears of itself.
    pub(crate) fn tell_of_member(&mut self, server: ServerId, user: UserId) {
        let Some(mut data) = self.world.member_json(server, user) else {
            return;
        };
        data["guild_id"] = json!(server);
        let needed = if user == self.bot() { 0 } else { intent::GUILD_MEMBERS };
        self.tell("GUILD_MEMBER_UPDATE", Some(server), needed, data);
    }

    /// Lets a member, or the bot, leave.
    pub(crate) fn leave(&mut self, server: ServerId, user: UserId) -> Result<(), Rejection> {
        if !self.world.is_member(server, user) {
            return Err(Rejection::unknown_member());
        }
        if user == self.bot() {
            self.tell("GUILD_DELETE", Some(server), intent::GUILDS, json!({"id": server}));
        }
        if let Some(place) = self.world.servers.get_mut(&server) {
            place.members.remove(&user);
        }
        let data = json!({"guild_id": server, "user": self.world.user_json(user)});
        self.tell("GUILD_MEMBER_REMOVE", Some(server), intent::GUILD_MEMBERS, data);
        Ok(())
    }

    /// Gives or takes a role.
    pub(crate) fn set_role(
        &mut self,
        server: ServerId,
        user: UserId,
        role: RoleId,
        held: bool,
    ) -> Result<(), Rejection> {
        let place = self.world.servers.get_mut(&server).ok_or_else(Rejection::unknown_server)?;
        if !place.roles.contains_key(&role) {
            return Err(Rejection::unknown_role());
        }
        let member = place.members.get_mut(&user).ok_or_else(Rejection::unknown_member)?;
        if held {
            member.roles.insert(role);
        } else {
            member.roles.remove(&role);
        }
        self.tell_of_member(server, user);
        Ok(())
    }

    /// Tells of a new role or a role's new state.
    pub(crate) fn tell_of_role(&mut self, server: ServerId, role: &Role, name: &'static str) {
        let data = json!({"guild_id": server, "role": crate::world::role_json(role)});
        self.tell(name, Some(server), intent::GUILDS, data);
    }

    /// Deletes a role; its holders lose it.
    pub(crate) fn delete_role(&mut self, server: ServerId, role: RoleId) -> Result<(), Rejection> {
        let place = self.world.servers.get_mut(&server).ok_or_else(Rejection::unknown_server)?;
        place.roles.remove(&role).ok_or_else(Rejection::unknown_role)?;
        for member in place.members.values_mut() {
            member.roles.remove(&role);
        }
        let data = json!({"guild_id": server, "role_id": role});
        self.tell("GUILD_ROLE_DELETE", Some(server), intent::GUILDS, data);
        Ok(())
    }
}
