//! Application commands.

use serde_json::{Value, json};

use super::call::Call;
use super::{Answer, Outcome};
use crate::change::Change;
use crate::rules::Rejection;
use crate::rules::commands::{Checked, check, check_all, check_count};
use crate::world::{Command, CommandId, ServerId};

/// The server whose commands a path means; none for global ones.
fn scope(call: &Call, change: &Change<'_>) -> Result<Option<ServerId>, Rejection> {
    if call.part("application") != change.bot().to_string() {
        return Err(Rejection::not_own_application());
    }
    if call.part("guild").is_empty() {
        return Ok(None);
    }
    let server = call.server()?;
    let known = change.world.is_member(server, change.bot());
    if known { Ok(Some(server)) } else { Err(Rejection::missing_access()) }
}

fn known(change: &Change<'_>, scope: Option<ServerId>, new: &Checked) -> Option<CommandId> {
    let mut all = change.world.commands.values();
    let same = |command: &&Command| command.server == scope && command.kind == new.kind && command.name == new.name;
    all.find(same).map(|command| command.id)
}

/// Registers a command; under a known name it keeps its id.
fn register(change: &mut Change<'_>, scope: Option<ServerId>, new: Checked, id: Option<CommandId>) -> Value {
    let id = id.unwrap_or_else(|| CommandId(change.world.mint()));
    let command = Command { id, server: scope, kind: new.kind, name: new.name, body: new.body };
    let shown = change.world.command_json(&command);
    change.world.commands.insert(id, command);
    shown
}

pub(super) fn list(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let scope = scope(call, change)?;
    let inside = change.world.commands.values().filter(|command| command.server == scope);
    Ok(Answer::ok(inside.map(|command| change.world.command_json(command)).collect()))
}

pub(super) fn create(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let scope = scope(call, change)?;
    let new = check(&call.body)?;
    let id = known(change, scope, &new);
    if id.is_none() {
        let alike = |command: &&Command| command.server == scope && command.kind == new.kind;
        check_count(new.kind, change.world.commands.values().filter(alike).count() + 1)?;
    }
    let shown = register(change, scope, new, id);
    Ok(if id.is_some() { Answer::ok(shown) } else { Answer::created(shown) })
}

pub(super) fn replace(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let scope = scope(call, change)?;
    let new = check_all(&call.body)?;
    let ids: Vec<_> = new.iter().map(|command| known(change, scope, command)).collect();
    change.world.commands.retain(|id, command| command.server != scope || ids.contains(&Some(*id)));
    let shown: Vec<_> = new.into_iter().zip(ids).map(|(command, id)| register(change, scope, command, id)).collect();
    Ok(Answer::ok(json!(shown)))
}

fn named<'c>(call: &Call, change: &'c Change<'_>) -> Result<&'c Command, Rejection> {
    let scope = scope(call, change)?;
    let id: CommandId = call.id("command")?;
    let command = change.world.commands.get(&id).filter(|command| command.server == scope);
    command.ok_or_else(Rejection::unknown_command)
}

pub(super) fn get(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let command = named(call, change)?;
    Ok(Answer::ok(change.world.command_json(command)))
}

pub(super) fn edit(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let command = named(call, change)?;
    let (id, scope) = (command.id, command.server);
    let mut body = command.body.clone();
    for (key, value) in call.body.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    let new = check(&body)?;
    Ok(Answer::ok(register(change, scope, new, Some(id))))
}

pub(super) fn delete(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let id = named(call, change)?.id;
    change.world.commands.remove(&id);
    Ok(Answer::nothing())
}
