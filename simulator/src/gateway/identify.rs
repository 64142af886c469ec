//! What a client is told when it shows who it is.

use std::time::Duration;

use serde_json::{Value, json};

use super::hub::{Identity, Order, concerns};
use crate::change::{Event, intent};
use crate::core::Core;
use crate::faults::FaultKind;
use crate::options::RateLimits;
use crate::world::{APPLICATION_FLAGS, World};
use tokio::sync::mpsc::UnboundedSender;

/// The intents that an application has to be granted.
const PRIVILEGED: u64 = intent::GUILD_MEMBERS | intent::GUILD_PRESENCES | intent::MESSAGE_CONTENT;

/// Within this time, one shard of each kind may begin a session.
const SPACING: Duration = Duration::from_secs(5);

/// Why no session is started.
pub(super) enum Refusal {
    /// The connection is closed with this code.
    Close(u16),
    /// The client is to try again later.
    TooSoon,
}

/// Starts a session.
pub(super) fn identify(core: &Core, data: &Value, line: (u64, UnboundedSender<Order>)) -> Result<String, Refusal> {
    let mut world = core.world();
    let token = data.get("token").and_then(Value::as_str).unwrap_or_default();
    if token.trim_start_matches("Bot ") != world.bot.token {
        return Err(Refusal::Close(4004));
    }
    let intents = data.get("intents").and_then(Value::as_u64).filter(|intents| intents & !intent::KNOWN == 0);
    let intents = intents.ok_or(Refusal::Close(4013))?;
    if intents & PRIVILEGED & !core.options.privileged_intents != 0 {
        return Err(Refusal::Close(4014));
    }
    let shard = shard(data.get("shard")).ok_or(Refusal::Close(4010))?;
    if core.options.rate_limits == RateLimits::Real {
        count(core, &mut world, shard.0)?;
    }
    let id = format!("{:032x}", core.hub.mint());
    let first = first_events(&world, &id, intents, shard);
    core.hub.start(id.clone(), Identity { intents, shard, line }, &first);
    Ok(id)
}

/// Counts a session that begins. Whoever begins too many in a day loses the token, as on Discord.
fn count(core: &Core, world: &mut World, shard: u64) -> Result<(), Refusal> {
    if !core.hub.may_begin(shard % core.options.max_concurrency.max(1), SPACING) {
        return Err(Refusal::TooSoon);
    }
    if world.sessions_left(core.options.sessions_a_day) == 0 {
        world.bot.token.push_str("-reset");
        core.hub.strike(FaultKind::Invalidate { resumable: false });
        return Err(Refusal::Close(4004));
    }
    let now = world.now;
    world.bot.sessions.push(now);
    Ok(())
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
