//! Pinned messages, by the new routes and the old.

use serde_json::json;

use super::call::Call;
use super::messages::{named, need, visible};
use super::{Answer, Outcome};
use crate::change::Change;
use crate::rules::Rejection;
use crate::world::permission as may;
use crate::world::{ChannelId, Message, timestamp};

/// How many messages a channel's pins hold.
const MAX_PINS: usize = 250;

fn pinned<'c>(change: &'c Change<'_>, channel: ChannelId) -> Vec<&'c Message> {
    let mut pinned: Vec<_> = change.world.messages_in(channel).filter(|message| message.pinned.is_some()).collect();
    pinned.sort_by_key(|message| std::cmp::Reverse((message.pinned, message.id)));
    pinned
}

pub(super) fn list(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let channel = call.channel()?;
    visible(change, channel)?;
    let limit = call.query::<usize>("limit").unwrap_or(50).min(50);
    let all = pinned(change, channel);
    let items: Vec<_> = all
        .iter()
        .take(limit)
        .map(|message| json!({"pinned_at": message.pinned.map(timestamp), "message": change.world.message_json(message)}))
        .collect();
    Ok(Answer::ok(json!({"items": items, "has_more": all.len() > limit})))
}

pub(super) fn list_old(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let channel = call.channel()?;
    visible(change, channel)?;
    let all: Vec<_> = pinned(change, channel).into_iter().map(|message| change.world.message_json(message)).collect();
    Ok(Answer::ok(json!(all)))
}

pub(super) fn add(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    set(call, change, true)
}

pub(super) fn remove(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    set(call, change, false)
}

fn set(call: &Call, change: &mut Change<'_>, to: bool) -> Outcome {
    let message = named(call, change)?;
    let (channel, id, was) = (message.channel, message.id, message.pinned.is_some());
    need(change, channel, may::PIN_MESSAGES)?;
    if visible(change, channel)?.is_archived() {
        return Err(Rejection::thread_archived());
    }
    if to && !was && pinned(change, channel).len() >= MAX_PINS {
        return Err(Rejection::too_many_pins());
    }
    if to != was {
        let now = change.world.now;
        if let Some(message) = change.world.message_mut(channel, id) {
            message.pinned = to.then_some(now);
        }
        if let Some(place) = change.world.channels.get_mut(&channel).filter(|_| to) {
            place.last_pin = Some(now);
        }
        change.tell_of_update(channel, id);
        let place = change.world.channels.get(&channel);
        let data = json!({
            "channel_id": channel, "guild_id": place.and_then(|place| place.server),
            "last_pin_timestamp": place.and_then(|place| place.last_pin).map(timestamp),
        });
        change.tell_in(channel, "CHANNEL_PINS_UPDATE", data);
    }
    Ok(Answer::nothing().about(id))
}
