//! Messages and reactions.

use serde_json::json;

use super::call::Call;
use super::{Answer, Outcome};
use crate::change::Change;
use crate::rules::Rejection;
use crate::rules::draft::Draft;
use crate::rules::form::Form;
use crate::world::permission as may;
use crate::world::{Channel, ChannelId, Message, MessageId, flag};

/// A channel that the bot can see.
pub(super) fn visible<'c>(change: &'c Change<'_>, id: ChannelId) -> Result<&'c Channel, Rejection> {
    let channel = change.world.channels.get(&id).ok_or_else(Rejection::unknown_channel)?;
    let seen = change.world.may(change.bot(), id, may::VIEW_CHANNEL);
    if seen { Ok(channel) } else { Err(Rejection::missing_access()) }
}

/// Refuses unless the bot has these permissions in a channel.
pub(super) fn need(change: &Change<'_>, channel: ChannelId, needed: u64) -> Result<(), Rejection> {
    let has = change.world.may(change.bot(), channel, needed);
    if has { Ok(()) } else { Err(Rejection::missing_permissions()) }
}

/// The message that a path names. What only one person sees isn't found here.
pub(super) fn named<'c>(call: &Call, change: &'c Change<'_>) -> Result<&'c Message, Rejection> {
    let channel = call.channel()?;
    visible(change, channel)?;
    let message = change.world.message(channel, call.message()?);
    message.filter(|message| message.private_to.is_none()).ok_or_else(Rejection::unknown_message)
}

/// The changed message as the answer.
pub(super) fn shown(change: &Change<'_>, channel: ChannelId, id: MessageId) -> Outcome {
    let message = change.world.message(channel, id).ok_or_else(Rejection::unknown_message)?;
    Ok(Answer::ok(change.world.message_json(message)).about(id))
}

pub(super) fn list(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let channel = call.channel()?;
    visible(change, channel)?;
    if !change.world.may(change.bot(), channel, may::READ_MESSAGE_HISTORY) {
        return Ok(Answer::ok(json!([])));
    }
    let limit = limit(call)?;
    let all = || change.world.messages_in(channel).filter(|message| message.private_to.is_none());
    let mut messages: Vec<&Message> = if let Some(after) = call.query::<MessageId>("after") {
        all().filter(|message| message.id > after).take(limit).collect()
    } else if let Some(around) = call.query::<MessageId>("around") {
        let half = limit / 2;
        let older = all().rev().filter(|message| message.id < around).take(half);
        let newer = all().filter(|message| message.id >= around).take(limit - half);
        older.chain(newer).collect()
    } else {
        let before = call.query::<MessageId>("before").unwrap_or(MessageId(u64::MAX));
        all().rev().filter(|message| message.id < before).take(limit).collect()
    };
    messages.sort_by_key(|message| std::cmp::Reverse(message.id));
    let shown: Vec<_> = messages.into_iter().map(|message| change.world.message_json(message)).collect();
    Ok(Answer::ok(json!(shown)))
}

fn limit(call: &Call) -> Result<usize, Rejection> {
    let limit = call.query::<u64>("limit").unwrap_or(50);
    let mut form = Form::default();
    form.number("limit", Some(&json!(limit)), 1, 100);
    form.finish()?;
    Ok(usize::try_from(limit).unwrap_or(50))
}

pub(super) fn create(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let channel = call.channel()?;
    visible(change, channel)?;
    let draft = Draft::parse(&call.body, std::mem::take(&mut call.uploads), false)?;
    let posted = change.post(change.bot(), channel, draft)?;
    let answer = shown(change, channel, posted.id)?;
    Ok(Answer { repeat: posted.repeat, ..answer })
}

pub(super) fn get(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let message = named(call, change)?;
    if !change.world.may(change.bot(), message.channel, may::READ_MESSAGE_HISTORY) {
        return Err(Rejection::missing_permissions());
    }
    Ok(Answer::ok(change.world.message_json(message)))
}

pub(super) fn edit(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let message = named(call, change)?;
    let (channel, id, v2) = (message.channel, message.id, message.has(flag::COMPONENTS_V2));
    if message.author != change.bot() {
        return Err(Rejection::foreign_message());
    }
    if visible(change, channel)?.is_archived() {
        return Err(Rejection::thread_archived());
    }
    let old = change.world.now - message.sent > chrono::TimeDelta::hours(1);
    if old && message.edits >= change.options.old_message_edits {
        return Err(Rejection::edits_too_old());
    }
    let draft = Draft::parse(&call.body, std::mem::take(&mut call.uploads), v2)?;
    let left_empty = draft.is_empty()
        && draft.content.is_some()
        && message.embeds.is_empty()
        && message.components.is_empty()
        && message.attachments.is_empty();
    if left_empty {
        return Err(Rejection::empty_message());
    }
    change.edit(channel, id, draft)?;
    shown(change, channel, id)
}

pub(super) fn delete(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let message = named(call, change)?;
    let (channel, id) = (message.channel, message.id);
    if message.author != change.bot() {
        need(change, channel, may::MANAGE_MESSAGES)?;
    }
    change.delete(channel, id)?;
    Ok(Answer::nothing().about(id))
}

pub(super) fn delete_many(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let channel = call.channel()?;
    visible(change, channel)?;
    need(change, channel, may::MANAGE_MESSAGES)?;
    let mut form = Form::default();
    let listed = form.list("messages", call.body.get("messages"), 2, 100).unwrap_or_default();
    form.finish()?;
    for id in listed.iter().filter_map(|id| serde_json::from_value::<MessageId>(id.clone()).ok()) {
        // Unknown ones are passed over, as Discord does.
        let _ = change.delete(channel, id);
    }
    Ok(Answer::nothing())
}

pub(super) fn typing(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    visible(change, call.channel()?)?;
    Ok(Answer::nothing())
}

pub(super) fn react(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let message = named(call, change)?;
    let (channel, id) = (message.channel, message.id);
    need(change, channel, may::READ_MESSAGE_HISTORY)?;
    if !message.reactions.contains_key(call.part("emoji")) {
        need(change, channel, may::ADD_REACTIONS)?;
    }
    change.set_reaction(channel, id, call.part("emoji"), change.bot(), true);
    Ok(Answer::nothing().about(id))
}

pub(super) fn unreact(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let message = named(call, change)?;
    let (channel, id) = (message.channel, message.id);
    let user = if call.part("user") == "@me" { change.bot() } else { call.id("user")? };
    if user != change.bot() {
        need(change, channel, may::MANAGE_MESSAGES)?;
    }
    change.set_reaction(channel, id, call.part("emoji"), user, false);
    Ok(Answer::nothing().about(id))
}

pub(super) fn reactions(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let message = named(call, change)?;
    let users = message.reactions.get(call.part("emoji")).into_iter().flatten();
    let users: Vec<_> = users.map(|user| change.world.user_json(*user)).collect();
    Ok(Answer::ok(json!(users)))
}
