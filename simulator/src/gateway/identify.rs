//! What a client is told when it shows who it is.

use serde_json::{Value, json};

use super::hub::{Identity, Order, concerns};
use crate::change::{Event, intent};
use crate::core::Core;
use crate::world::{APPLICATION_FLAGS, World};
use tokio::sync::mpsc::UnboundedSender;

/// The intents that an application has to be granted.
const PRIVILEGED: u64 = intent::GUILD_MEMBERS | intent::GUILD_PRESENCES | intent::MESSAGE_CONTENT;

/// Starts a session; the error is the code that the connection is closed with.
pub(super) fn identify(core: &Core, data: &Value, line: (u64, UnboundedSender<Order>)) -> Result<String, u16> {
    let world = core.world();
    let token = data.get("token").and_then(Value::as_str).unwrap_or_default();
    if token.trim_start_matches("Bot ") != world.bot.token {
        return Err(4004);
    }
    let intents =
        data.get("intents").and_then(Value::as_u64).filter(|intents| intents & !intent::KNOWN == 0).ok_or(4013_u16)?;
    if intents & PRIVILEGED & !core.options.privileged_intents != 0 {
        return Err(4014);
    }
    let shard = shard(data.get("shard")).ok_or(4010_u16)?;
    let id = format!("{:032x}", core.hub.mint());
    let first = first_events(&world, &id, intents, shard);
    core.hub.start(id.clone(), Identity { intents, shard, line }, &first);
    Ok(id)
}

fn shard(value: Option<&Value>) -> Option<(u64, u64)> {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Some((0, 1));
    };
    let (shard, of) = (value.get(0)?.as_u64()?, value.get(1)?.as_u64()?);
    (shard < of).then_some((shard, of))
}

fn first_events(world: &World, session: &str, intents: u64, shard: (u64, u64)) -> Vec<Event> {
    let joined = world.servers.values().filter(|server| world.is_member(server.id, world.bot.user));
    let servers: Vec<_> = joined.filter(|server| concerns(shard, Some(server.id))).collect();
    let mut user = world.user_json(world.bot.user);
    user["verified"] = json!(true);
    user["mfa_enabled"] = json!(true);
    user["email"] = Value::Null;
    let unavailable: Vec<_> = servers.iter().map(|server| json!({"id": server.id, "unavailable": true})).collect();
    let ready = json!({
        "v": 10, "user": user, "guilds": unavailable, "session_id": session,
        "resume_gateway_url": world.origin.replacen("http", "ws", 1), "shard": [shard.0, shard.1],
        "application": {"id": world.bot.user, "flags": APPLICATION_FLAGS}, "session_type": "normal",
        "private_channels": [], "presences": [], "relationships": [], "guild_join_requests": [], "user_settings": {},
        "geo_ordered_rtc_regions": [], "_trace": [],
    });
    let event = |name, data| Event { name, data, server: None, intent: 0, withhold_text: false };
    let mut events = vec![event("READY", ready)];
    if intents & intent::GUILDS != 0 {
        let all = intents & intent::GUILD_MEMBERS != 0;
        events.extend(servers.iter().map(|server| event("GUILD_CREATE", world.server_created_json(server, all))));
    }
    events
}
