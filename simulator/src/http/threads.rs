//! Threads and forum posts.

use serde_json::{Value, json};

use super::call::Call;
use super::messages::{named, need, visible};
use super::{Answer, Outcome};
use crate::change::{Change, NewThread};
use crate::rules::Rejection;
use crate::rules::draft::Draft;
use crate::rules::form::Form;
use crate::world::permission as may;
use crate::world::{Channel, ChannelId, ChannelKind, UserId};

/// The name and the minutes to the archive that a body asks for.
fn read(body: &Value) -> Result<(String, u64), Rejection> {
    let mut form = Form::default();
    let name = form.required_text("name", body.get("name"), 1, 100).unwrap_or_default().to_owned();
    let minutes = form.number("auto_archive_duration", body.get("auto_archive_duration"), 0, 10080).unwrap_or(4320);
    if ![60, 1440, 4320, 10080].contains(&minutes) {
        form.not_a_choice("auto_archive_duration", "60, 1440, 4320, 10080");
    }
    form.finish()?;
    Ok((name, minutes))
}

/// The kind of a public thread below a channel.
fn public_kind(parent: &Channel) -> Result<ChannelKind, Rejection> {
    match parent.kind {
        ChannelKind::Text | ChannelKind::Forum => Ok(ChannelKind::PublicThread),
        ChannelKind::Announcement => Ok(ChannelKind::AnnouncementThread),
        _ => Err(Rejection::invalid_channel_type()),
    }
}

pub(super) fn start_from_message(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let message = named(call, change)?;
    let (parent, from) = (message.channel, Some(message.id));
    let kind = public_kind(visible(change, parent)?)?;
    need(change, parent, may::CREATE_PUBLIC_THREADS)?;
    let (name, auto_archive_minutes) = read(&call.body)?;
    let new = NewThread { parent, name, kind, auto_archive_minutes, invitable: true, from };
    let id = change.start_thread(change.bot(), &new)?;
    shown(change, id)
}

pub(super) fn start(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let parent = call.channel()?;
    let public = public_kind(visible(change, parent)?)?;
    if change.world.channels.get(&parent).is_some_and(|channel| channel.kind == ChannelKind::Forum) {
        return start_post(call, change, parent);
    }
    let private = call.body.get("type").and_then(Value::as_u64).unwrap_or(12) == ChannelKind::PrivateThread.number();
    let kind = if private { ChannelKind::PrivateThread } else { public };
    need(change, parent, if private { may::CREATE_PRIVATE_THREADS } else { may::CREATE_PUBLIC_THREADS })?;
    let (name, auto_archive_minutes) = read(&call.body)?;
    let invitable = call.body.get("invitable").and_then(Value::as_bool).unwrap_or(true);
    let new = NewThread { parent, name, kind, auto_archive_minutes, invitable, from: None };
    let id = change.start_thread(change.bot(), &new)?;
    shown(change, id)
}

/// A forum post is a thread with its first message; the two have the same id.
fn start_post(call: &mut Call, change: &mut Change<'_>, parent: ChannelId) -> Outcome {
    need(change, parent, may::SEND_MESSAGES)?;
    let (name, auto_archive_minutes) = read(&call.body)?;
    let body = call.body.get("message").filter(|body| body.is_object());
    let Some(body) = body else {
        let mut form = Form::default();
        form.required("message");
        form.finish()?;
        return Err(Rejection::empty_message());
    };
    let draft = Draft::parse(body, std::mem::take(&mut call.uploads), false)?;
    if draft.is_empty() {
        return Err(Rejection::empty_message());
    }
    let mut message = change.compose(change.bot(), parent, draft)?;
    let new = NewThread {
        parent,
        name,
        kind: ChannelKind::PublicThread,
        auto_archive_minutes,
        invitable: true,
        from: Some(message.id),
    };
    let id = change.start_thread(change.bot(), &new)?;
    message.channel = id;
    change.ping(&mut message);
    let message = change.place(message);
    let mut answer = shown(change, id)?;
    answer.body["message"] =
        change.world.message(id, message).map(|it| change.world.message_json(it)).unwrap_or_default();
    Ok(answer.about(message))
}

fn shown(change: &Change<'_>, id: ChannelId) -> Outcome {
    let thread = change.world.channels.get(&id).ok_or_else(Rejection::unknown_channel)?;
    Ok(Answer::created(change.world.channel_json(thread)))
}

/// A thread that the bot can see.
fn thread(call: &Call, change: &Change<'_>) -> Result<ChannelId, Rejection> {
    let channel = visible(change, call.channel()?)?;
    if channel.thread.is_some() { Ok(channel.id) } else { Err(Rejection::invalid_channel_type()) }
}

fn user(call: &Call, change: &Change<'_>) -> Result<UserId, Rejection> {
    if call.part("user") == "@me" { Ok(change.bot()) } else { call.id("user") }
}

pub(super) fn members(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let id = thread(call, change)?;
    let inside = change.world.channels.get(&id).and_then(|channel| channel.thread.as_ref());
    let users = inside.into_iter().flat_map(|thread| thread.members.keys());
    let shown: Vec<_> = users.map(|user| change.world.thread_member_json(id, *user)).collect();
    Ok(Answer::ok(json!(shown)))
}

pub(super) fn member(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let (id, user) = (thread(call, change)?, user(call, change)?);
    let member = change.world.thread_member_json(id, user);
    if member.is_null() { Err(Rejection::unknown_member()) } else { Ok(Answer::ok(member)) }
}

pub(super) fn add_member(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let (id, user) = (thread(call, change)?, user(call, change)?);
    refuse_archived(change, id)?;
    let server = change.world.channels.get(&id).and_then(|channel| channel.server);
    if !server.is_some_and(|server| change.world.is_member(server, user)) {
        return Err(Rejection::unknown_member());
    }
    if user != change.bot() {
        need(change, id, may::SEND_MESSAGES_IN_THREADS)?;
    }
    change.add_to_thread(id, user);
    Ok(Answer::nothing())
}

pub(super) fn remove_member(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let (id, user) = (thread(call, change)?, user(call, change)?);
    refuse_archived(change, id)?;
    if user != change.bot() {
        need(change, id, may::MANAGE_THREADS)?;
    }
    change.remove_from_thread(id, user);
    Ok(Answer::nothing())
}

fn refuse_archived(change: &Change<'_>, id: ChannelId) -> Result<(), Rejection> {
    if visible(change, id)?.is_archived() { Err(Rejection::thread_archived()) } else { Ok(()) }
}

/// Threads with the bot's membership in them.
fn listed(change: &Change<'_>, fits: impl Fn(&Channel) -> bool) -> Value {
    let seen = |channel: &&Channel| {
        channel.thread.is_some() && fits(channel) && change.world.may(change.bot(), channel.id, may::VIEW_CHANNEL)
    };
    let threads: Vec<_> = change.world.channels.values().filter(seen).collect();
    let members: Vec<_> =
        threads.iter().map(|thread| change.world.thread_member_json(thread.id, change.bot())).collect();
    let members: Vec<_> = members.into_iter().filter(|member| !member.is_null()).collect();
    let threads: Vec<_> = threads.into_iter().map(|thread| change.world.channel_json(thread)).collect();
    json!({"threads": threads, "members": members, "has_more": false})
}

pub(super) fn active(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let server = super::members::joined(call, change)?;
    Ok(Answer::ok(listed(change, |thread| thread.server == Some(server) && !thread.is_archived())))
}

pub(super) fn archived_public(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    archived(call, change, false)
}

pub(super) fn archived_private(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    archived(call, change, true)
}

fn archived(call: &Call, change: &Change<'_>, private: bool) -> Outcome {
    let parent = call.channel()?;
    visible(change, parent)?;
    let fits = |thread: &Channel| {
        thread.parent == Some(parent) && thread.is_archived() && (thread.kind == ChannelKind::PrivateThread) == private
    };
    Ok(Answer::ok(listed(change, fits)))
}
