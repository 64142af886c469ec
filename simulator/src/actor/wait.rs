//! Waiting for the bot's answer, as a person in front of a screen does.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::reply::{Refused, Reply, ReplyKind};
use super::view::{ModalView, Seen};
use crate::core::Core;
use crate::world::{ChannelId, InteractionId, InteractionState, MessageId, OptionChoice, UserId, World};

/// What came.
pub(super) enum Answered {
    Message(ReplyKind, ChannelId, Option<MessageId>),
    Modal(Value),
    Choices(Vec<OptionChoice>),
}

/// Waits for the first answer, and after "thinking" for the one that follows.
pub(super) async fn for_answer(core: &Core, id: InteractionId) -> Result<Answered, Refused> {
    let deadline = Instant::now() + core.options.answer_within;
    let (wake, channel) = about(core, id).ok_or(Refused::NoAnswer)?;
    let state = until(core, id, &wake, deadline, |state, _| *state != InteractionState::Waiting).await;
    let patience = Instant::now() + core.options.patience;
    match state.ok_or(Refused::NoAnswer)? {
        InteractionState::Modal(body) => Ok(Answered::Modal(body)),
        InteractionState::Choices(choices) => Ok(Answered::Choices(choices)),
        InteractionState::Deferred => {
            let done = until(core, id, &wake, patience, |_, followed_up| followed_up).await;
            let kind = if done.is_some() { ReplyKind::Public } else { ReplyKind::Thinking };
            Ok(Answered::Message(kind, channel, original(core, id)))
        }
        InteractionState::DeferredUpdate => Ok(Answered::Message(ReplyKind::Acknowledged, channel, original(core, id))),
        InteractionState::Updated => Ok(Answered::Message(ReplyKind::Updated, channel, original(core, id))),
        _ => Ok(Answered::Message(ReplyKind::Public, channel, original(core, id))),
    }
}

fn about(core: &Core, id: InteractionId) -> Option<(Arc<Notify>, ChannelId)> {
    let world = core.world();
    let interaction = world.interactions.get(&id)?;
    Some((Arc::clone(&interaction.wake), interaction.channel))
}

fn original(core: &Core, id: InteractionId) -> Option<MessageId> {
    core.world().interactions.get(&id)?.original
}

/// The state as soon as it is as wanted; none if that takes too long.
async fn until(
    core: &Core,
    id: InteractionId,
    wake: &Notify,
    deadline: Instant,
    wanted: impl Fn(&InteractionState, bool) -> bool,
) -> Option<InteractionState> {
    loop {
        let found = core.world().interactions.get(&id).map(|it| (it.state.clone(), it.followed_up));
        let (state, followed_up) = found?;
        if wanted(&state, followed_up) {
            return Some(state);
        }
        timeout_at(deadline, wake.notified()).await.ok()?;
    }
}

impl Answered {
    /// The answer as the person sees it.
    pub(super) fn shown(self, world: &World, viewer: UserId) -> Reply {
        let none = Reply { kind: ReplyKind::Choices, message: None, modal: None, choices: Vec::new() };
        match self {
            Self::Choices(choices) => Reply { choices, ..none },
            Self::Modal(body) => Reply { kind: ReplyKind::Modal, modal: Some(ModalView::new(&body)), ..none },
            Self::Message(kind, channel, id) => {
                let message = id.and_then(|id| world.message(channel, id)).map(|it| Seen::new(world, viewer, it));
                let private = message.as_ref().is_some_and(|message| message.private);
                let kind = if private && kind == ReplyKind::Public { ReplyKind::Private } else { kind };
                Reply { kind, message, ..none }
            }
        }
    }
}
