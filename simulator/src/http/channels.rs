//! Channels: reading, adding, changing, deleting.

use serde_json::json;

use super::call::Call;
use super::messages::{need, visible};
use super::{Answer, Outcome};
use crate::change::Change;
use crate::rules::Rejection;
use crate::rules::form::Form;
use crate::world::permission as may;
use crate::world::{ChannelId, ChannelKind};

pub(super) fn get(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let channel = visible(change, call.channel()?)?;
    Ok(Answer::ok(change.world.channel_json(channel)))
}

pub(super) fn list(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let server = super::members::joined(call, change)?;
    let inside = change.world.channels.values();
    let inside = inside.filter(|channel| channel.server == Some(server) && channel.thread.is_none());
    let shown: Vec<_> = inside.map(|channel| change.world.channel_json(channel)).collect();
    Ok(Answer::ok(json!(shown)))
}

pub(super) fn create(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let server = super::members::joined(call, change)?;
    if change.world.server_permissions(change.bot(), server) & may::MANAGE_CHANNELS == 0 {
        return Err(Rejection::missing_permissions());
    }
    let mut form = Form::default();
    let name = form.required_text("name", call.body.get("name"), 1, 100).unwrap_or_default();
    let number = form.number("type", call.body.get("type"), 0, 16).unwrap_or(0);
    let kind = ChannelKind::from_number(number).filter(|kind| !kind.is_thread() && *kind != ChannelKind::Direct);
    if kind.is_none() {
        form.not_a_choice("type", "0, 4, 5, 15");
    }
    form.finish()?;
    let id = change.add_channel(server, name, kind.unwrap_or(ChannelKind::Text));
    shown(change, id, 201)
}

fn shown(change: &Change<'_>, id: ChannelId, status: u16) -> Outcome {
    let channel = change.world.channels.get(&id).ok_or_else(Rejection::unknown_channel)?;
    Ok(Answer { status, ..Answer::ok(change.world.channel_json(channel)) })
}

pub(super) fn edit(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let id = call.channel()?;
    let channel = visible(change, id)?;
    let body = &call.body;
    let mut form = Form::default();
    let name = form.text("name", body.get("name"), 1, 100).map(str::to_owned);
    let topic = form.text("topic", body.get("topic"), 0, 1024).map(str::to_owned);
    form.finish()?;
    let flag = |key: &str| body.get(key).and_then(serde_json::Value::as_bool);
    let (archived, locked) = (flag("archived"), flag("locked"));
    let Some(thread) = &channel.thread else {
        need(change, id, may::MANAGE_CHANNELS)?;
        if let Some(channel) = change.world.channels.get_mut(&id) {
            channel.name = name.unwrap_or_else(|| std::mem::take(&mut channel.name));
            channel.topic = topic.or(channel.topic.take());
        }
        change.tell_of_channel(id, "CHANNEL_UPDATE");
        return shown(change, id, 200);
    };
    if thread.archived && archived != Some(false) {
        return Err(Rejection::thread_archived());
    }
    // Whoever started a thread may rename and archive it; locking is for those who manage threads.
    // Whoever can write in a thread that isn't locked may take it out of the archive.
    let reopening = archived == Some(false) && !thread.locked && name.is_none() && locked.is_none();
    let own = thread.owner == change.bot() && locked.is_none() && !thread.locked;
    if reopening {
        need(change, id, may::SEND_MESSAGES_IN_THREADS)?;
    } else if !own {
        need(change, id, may::MANAGE_THREADS)?;
    }
    let minutes = body.get("auto_archive_duration").and_then(serde_json::Value::as_u64);
    if let Some(channel) = change.world.channels.get_mut(&id) {
        channel.name = name.unwrap_or_else(|| std::mem::take(&mut channel.name));
        if let Some(thread) = &mut channel.thread {
            thread.auto_archive_minutes = minutes.unwrap_or(thread.auto_archive_minutes);
            thread.invitable = flag("invitable").unwrap_or(thread.invitable);
        }
    }
    let archived =
        archived.unwrap_or_else(|| change.world.channels.get(&id).is_some_and(crate::world::Channel::is_archived));
    change.set_archived(id, archived, locked);
    shown(change, id, 200)
}

pub(super) fn delete(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let id = call.channel()?;
    let channel = visible(change, id)?;
    if channel.server.is_none() {
        return shown(change, id, 200);
    }
    let needed = if channel.thread.is_some() { may::MANAGE_THREADS } else { may::MANAGE_CHANNELS };
    need(change, id, needed)?;
    let channel = change.delete_channel(id)?;
    Ok(Answer::ok(change.world.channel_json(&channel)))
}
