//! Servers, their roles and their members.

use serde_json::json;

use super::call::Call;
use super::{Answer, Outcome};
use crate::change::Change;
use crate::rules::Rejection;
use crate::rules::form::Form;
use crate::world::permission as may;
use crate::world::{RoleId, ServerId, UserId, role_json, server_json};

/// The server that a path names, if the bot is in it.
pub(super) fn joined(call: &Call, change: &Change<'_>) -> Result<ServerId, Rejection> {
    let server = call.server()?;
    let known = change.world.is_member(server, change.bot());
    if known { Ok(server) } else { Err(Rejection::unknown_server()) }
}

pub(super) fn server(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let id = joined(call, change)?;
    let server = change.world.servers.get(&id).ok_or_else(Rejection::unknown_server)?;
    let mut value = server_json(server);
    if call.switched_on("with_counts") {
        value["approximate_member_count"] = json!(server.members.len());
        value["approximate_presence_count"] = json!(server.members.len());
    }
    Ok(Answer::ok(value))
}

pub(super) fn roles(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let id = joined(call, change)?;
    let roles = change.world.servers.get(&id).into_iter().flat_map(|server| server.roles.values());
    Ok(Answer::ok(roles.map(role_json).collect()))
}

pub(super) fn list(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let id = joined(call, change)?;
    let after = call.query::<UserId>("after").unwrap_or(UserId(0));
    let limit = call.query::<usize>("limit").unwrap_or(1).clamp(1, 1000);
    let users = change.world.servers.get(&id).into_iter().flat_map(|server| server.members.keys());
    let page = users.filter(|user| **user > after).take(limit);
    Ok(Answer::ok(page.filter_map(|user| change.world.member_json(id, *user)).collect()))
}

pub(super) fn search(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let id = joined(call, change)?;
    let prefix = call.query::<String>("query").unwrap_or_default();
    let limit = call.query::<usize>("limit").unwrap_or(1).clamp(1, 1000);
    Ok(Answer::ok(json!(change.world.find_members(id, &prefix, &[], limit))))
}

pub(super) fn get(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let id = joined(call, change)?;
    let user = if call.part("user") == "@me" { change.bot() } else { call.id("user")? };
    let member = change.world.member_json(id, user).ok_or_else(Rejection::unknown_member)?;
    Ok(Answer::ok(member))
}

pub(super) fn rename_self(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let id = joined(call, change)?;
    let mut form = Form::default();
    let nick = form.text("nick", call.body.get("nick"), 0, 32).filter(|nick| !nick.is_empty()).map(str::to_owned);
    form.finish()?;
    let bot = change.bot();
    if let Some(member) = change.world.servers.get_mut(&id).and_then(|server| server.members.get_mut(&bot)) {
        member.nick = nick;
    }
    change.tell_of_member(id, bot);
    Ok(Answer::ok(change.world.member_json(id, bot).unwrap_or_default()))
}

pub(super) fn give_role(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    set_role(call, change, true)
}

pub(super) fn take_role(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    set_role(call, change, false)
}

fn set_role(call: &Call, change: &mut Change<'_>, held: bool) -> Outcome {
    let server = joined(call, change)?;
    if change.world.server_permissions(change.bot(), server) & may::MANAGE_ROLES == 0 {
        return Err(Rejection::missing_permissions());
    }
    let role: RoleId = call.id("role")?;
    change.set_role(server, call.id("user")?, role, held)?;
    Ok(Answer::nothing())
}
