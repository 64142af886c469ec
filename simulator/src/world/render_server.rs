//! The world in the words of the API: servers and what belongs to them.

use serde_json::{Value, json};

use super::render::timestamp;
use super::{Channel, Role, ScheduledEvent, Server, ServerId, UserId, World};

impl World {
    /// A guild object as the gateway sends it: with channels, threads and members.
    pub(crate) fn server_created_json(&self, server: &Server, all_members: bool) -> Value {
        let bot = self.bot.user;
        let sees = |channel: &&Channel| self.may(bot, channel.id, super::permission::VIEW_CHANNEL);
        let channels = || self.channels.values().filter(|channel| channel.server == Some(server.id));
        let plain: Vec<_> =
            channels().filter(|channel| channel.thread.is_none()).map(|channel| self.channel_json(channel)).collect();
        let threads: Vec<_> = channels()
            .filter(|channel| channel.thread.is_some() && !channel.is_archived())
            .filter(sees)
            .map(|channel| self.channel_json(channel))
            .collect();
        let shown = server.members.keys().filter(|id| all_members || **id == bot);
        let members: Vec<_> = shown.filter_map(|id| self.member_json(server.id, *id)).collect();
        let events: Vec<_> = self.events.values().filter(|event| event.server == server.id).collect();
        let events: Vec<_> = events.into_iter().map(|event| self.event_json(event)).collect();
        let mut value = server_json(server);
        value["joined_at"] = json!(server.members.get(&bot).map(|member| timestamp(member.joined)));
        value["large"] = json!(server.members.len() > 250);
        value["unavailable"] = json!(false);
        value["member_count"] = json!(server.members.len());
        value["members"] = json!(members);
        value["channels"] = json!(plain);
        value["threads"] = json!(threads);
        value["guild_scheduled_events"] = json!(events);
        for empty in ["voice_states", "presences", "stage_instances", "soundboard_sounds"] {
            value[empty] = json!([]);
        }
        value
    }

    /// A scheduled event object.
    pub(crate) fn event_json(&self, event: &ScheduledEvent) -> Value {
        json!({
            "id": event.id, "guild_id": event.server, "channel_id": event.channel, "creator_id": event.creator,
            "creator": self.user_json(event.creator), "name": event.name, "description": event.description,
            "image": null, "scheduled_start_time": timestamp(event.start),
            "scheduled_end_time": event.end.map(timestamp), "privacy_level": 2, "status": event.status,
            "entity_type": event.entity_type, "entity_id": null, "recurrence_rule": null, "user_count": 0,
            "guild_scheduled_event_exceptions": [],
            "entity_metadata": event.location.as_ref().map(|location| json!({"location": location})),
        })
    }

    /// The bot's application, as it sees itself.
    pub(crate) fn application_json(&self) -> Value {
        let bot = self.bot.user;
        let name = self.users.get(&bot).map_or("Bot", |user| user.name.as_str());
        json!({
            "id": bot, "name": name, "icon": null, "description": "", "type": null, "bot": self.user_json(bot),
            "summary": "", "bot_public": true, "bot_require_code_grant": false, "verify_key": "0".repeat(64),
            "flags": APPLICATION_FLAGS, "flags_new": APPLICATION_FLAGS.to_string(), "redirect_uris": [],
            "interactions_endpoint_url": null, "role_connections_verification_url": null,
            "owner": self.user_json(bot), "approximate_guild_count": self.servers.len(),
            "approximate_user_install_count": 0, "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0, "team": null, "eligible_oauth2_scopes": [],
        })
    }

    /// Members whose names begin with the given letters, or those with the given ids.
    pub(crate) fn find_members(&self, server: ServerId, prefix: &str, ids: &[UserId], limit: usize) -> Vec<Value> {
        let Some(place) = self.servers.get(&server) else {
            return Vec::new();
        };
        let prefix = prefix.to_lowercase();
        let fits = |id: &UserId| self.users.get(id).is_some_and(|user| user.name.to_lowercase().starts_with(&prefix));
        let found = place.members.keys().filter(|id| if ids.is_empty() { fits(id) } else { ids.contains(id) });
        found.take(limit).filter_map(|id| self.member_json(server, *id)).collect()
    }
}

/// Limited presence, members and message content, as unverified bots have them.
pub(crate) const APPLICATION_FLAGS: u64 = (1 << 13) | (1 << 15) | (1 << 19);

/// A role object.
pub(crate) fn role_json(role: &Role) -> Value {
    let mut value = json!({
        "id": role.id, "name": role.name, "permissions": role.permissions.to_string(), "position": role.position,
        "color": 0, "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null}, "hoist": false,
        "managed": role.managed, "mentionable": role.mentionable, "icon": null, "unicode_emoji": null, "flags": 0,
    });
    if role.managed {
        value["tags"] = json!({});
    }
    value
}

/// A guild object, as HTTP returns it.
pub(crate) fn server_json(server: &Server) -> Value {
    let roles: Vec<_> = server.roles.values().map(role_json).collect();
    json!({
        "id": server.id, "name": server.name, "owner_id": server.owner, "roles": roles, "icon": null,
        "description": null, "home_header": null, "splash": null, "discovery_splash": null, "features": [],
        "banner": null, "application_id": null, "region": "deprecated", "afk_channel_id": null,
        "afk_timeout": 300, "system_channel_id": null, "system_channel_flags": 0, "widget_enabled": false,
        "widget_channel_id": null, "verification_level": 0, "default_message_notifications": 1, "mfa_level": 0,
        "explicit_content_filter": 0, "max_presences": null, "max_members": 500_000,
        "max_stage_video_channel_users": 50, "max_video_channel_users": 25, "vanity_url_code": null,
        "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": "en-GB",
        "rules_channel_id": null, "safety_alerts_channel_id": null, "public_updates_channel_id": null,
        "premium_progress_bar_enabled": false, "nsfw": false, "nsfw_level": 0, "emojis": [], "stickers": [],
        "incidents_data": null, "latest_onboarding_question_id": null, "inventory_settings": null,
    })
}
