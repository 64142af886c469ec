//! Answering interactions, and the webhook of an interaction's token.

use serde_json::{Value, json};

use super::call::Call;
use super::{Answer, Outcome};
use crate::change::Change;
use crate::rules::Rejection;
use crate::rules::draft::Draft;
use crate::world::{ChannelId, Interaction, InteractionId, InteractionState, MessageId, flag};

pub(super) fn answer(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let id: InteractionId = call.id("interaction")?;
    let uploads = std::mem::take(&mut call.uploads);
    let message = change.answer(id, call.part("token"), &call.body, uploads)?;
    let mut answer = Answer::nothing();
    if call.switched_on("with_response") {
        answer = Answer::ok(with_response(call, change, id, message));
    }
    answer.message = message;
    Ok(answer)
}

fn with_response(call: &Call, change: &Change<'_>, id: InteractionId, message: Option<MessageId>) -> Value {
    let Some(interaction) = change.world.interactions.get(&id) else {
        return Value::Null;
    };
    let found = message.and_then(|id| change.world.message(interaction.channel, id));
    let mut about = json!({
        "id": id, "type": interaction.kind.number(), "channel_id": interaction.channel,
    });
    if let Some(server) = interaction.server {
        about["guild_id"] = json!(server);
    }
    let mut value = json!({"interaction": about});
    if let Some(message) = found {
        value["interaction"]["response_message_id"] = json!(message.id);
        value["interaction"]["response_message_loading"] = json!(message.has(flag::LOADING));
        value["interaction"]["response_message_ephemeral"] = json!(message.has(flag::EPHEMERAL));
        value["resource"] = json!({"type": call.body.get("type"), "message": change.world.message_json(message)});
    }
    value
}

/// The interaction of a token that still lives, and that was answered.
fn open(call: &Call, change: &Change<'_>) -> Result<Interaction, Rejection> {
    let found = change
        .world
        .interaction_by_token(call.part("token"))
        .filter(|_| call.part("application") == change.bot().to_string());
    let interaction = found.and_then(|id| change.world.interactions.get(&id)).ok_or_else(Rejection::unknown_webhook)?;
    if !interaction.token_lives(change.world.now) {
        return Err(Rejection::invalid_webhook_token());
    }
    if interaction.state == InteractionState::Waiting {
        return Err(Rejection::unknown_webhook());
    }
    Ok(interaction.clone())
}

/// The message that is meant: the original answer, or one that followed it.
fn target(call: &Call, change: &Change<'_>, interaction: &Interaction) -> Result<(ChannelId, MessageId), Rejection> {
    let id = match call.part("message") {
        "@original" => interaction.original,
        _ => Some(call.message()?).filter(|id| {
            let message = change.world.message(interaction.channel, *id);
            let ours = message
                .and_then(|message| message.cause.as_ref())
                .is_some_and(|cause| cause.interaction == interaction.id);
            ours || interaction.original == Some(*id)
        }),
    };
    let known = id.filter(|id| change.world.message(interaction.channel, *id).is_some());
    known.map(|id| (interaction.channel, id)).ok_or_else(Rejection::unknown_message)
}

fn shown(change: &Change<'_>, channel: ChannelId, id: MessageId) -> Outcome {
    let message = change.world.message(channel, id).ok_or_else(Rejection::unknown_message)?;
    Ok(Answer::ok(change.world.message_json(message)).about(id))
}

pub(super) fn get(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let interaction = open(call, change)?;
    let (channel, id) = target(call, change, &interaction)?;
    shown(change, channel, id)
}

pub(super) fn edit(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let interaction = open(call, change)?;
    let (channel, id) = target(call, change, &interaction)?;
    let uploads = std::mem::take(&mut call.uploads);
    let draft = Draft::parse(&call.body, uploads, change.is_v2(channel, id))?;
    if change.world.channels.get(&channel).is_some_and(crate::world::Channel::is_archived) {
        return Err(Rejection::thread_archived());
    }
    change.edit(channel, id, draft)?;
    change.mark_followed_up(interaction.id);
    shown(change, channel, id)
}

pub(super) fn delete(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let interaction = open(call, change)?;
    let (channel, id) = target(call, change, &interaction)?;
    change.delete(channel, id)?;
    change.mark_followed_up(interaction.id);
    Ok(Answer::nothing().about(id))
}

pub(super) fn follow_up(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let interaction = open(call, change)?;
    let draft = Draft::parse(&call.body, std::mem::take(&mut call.uploads), false)?;
    let id = change.follow_up(interaction.id, draft)?;
    shown(change, interaction.channel, id)
}
