//! Interactions: a person acts, the bot answers.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::Change;
use crate::rules::draft::{Draft, Upload};
use crate::rules::form::Form;
use crate::rules::{Rejection, commands, modal};
use crate::world::{
    Cause, ChannelId, Interaction, InteractionId, InteractionKind, InteractionState, Message, MessageId, UserId, flag,
    message_kind,
};

/// What a person does, ready to be told to the bot.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    pub(crate) kind: InteractionKind,
    pub(crate) user: UserId,
    pub(crate) channel: ChannelId,
    /// The command's full name, or a `custom_id`.
    pub(crate) name: String,
    /// The message whose component was used.
    pub(crate) source: Option<MessageId>,
    /// `data` of the interaction.
    pub(crate) data: Value,
}

impl Change<'_> {
    /// Starts an interaction and tells the bot.
    pub(crate) fn begin(&mut self, act: &Act) -> InteractionId {
        self.forget_old_interactions();
        let id = InteractionId(self.world.mint());
        let server = self.server_of(act.channel);
        let interaction = Interaction {
            id,
            token: self.token(id),
            kind: act.kind,
            user: act.user,
            server,
            channel: act.channel,
            name: act.name.clone(),
            source: act.source,
            created: self.world.now,
            state: InteractionState::Waiting,
            original: None,
            followed_up: false,
            deadline: Some(Instant::now() + self.options.answer_within),
            wake: std::sync::Arc::default(),
        };
        let data = self.interaction_json(&interaction, &act.data);
        self.world.interactions.insert(id, interaction);
        self.events.push(super::Event { name: "INTERACTION_CREATE", data, server, intent: 0, withhold_text: false });
        id
    }

    /// A message of the bot for a component that was made up to stand on.
    pub(crate) fn stand(&mut self, user: UserId, channel: ChannelId) -> MessageId {
        let id = MessageId(self.world.mint());
        let mut message = Message::new(id, channel, self.bot(), "…".to_owned(), self.world.now);
        if self.server_of(channel).is_some() {
            message.private_to = Some(user);
            message.flags = flag::EPHEMERAL;
        }
        self.world.messages.entry(channel).or_default().insert(id, message);
        id
    }

    fn forget_old_interactions(&mut self) {
        let limit = self.world.now - chrono::TimeDelta::hours(1);
        while let Some(oldest) = self.world.interactions.first_entry().filter(|oldest| oldest.get().created < limit) {
            oldest.remove();
        }
    }

    /// A token that can't be guessed from the id, and is the same in every run.
    fn token(&self, id: InteractionId) -> String {
        let mut generator = ChaCha8Rng::seed_from_u64(self.options.seed ^ id.0);
        let random: Vec<_> = (0..4).map(|_| format!("{:016x}", generator.next_u64())).collect();
        format!("aW50ZXJhY3Rpb246{}", random.concat())
    }

    fn interaction_json(&self, interaction: &Interaction, data: &Value) -> Value {
        let world = &*self.world;
        let user = world.users.get(&interaction.user);
        let locale = user.map_or("en-GB", |user| user.locale.as_str());
        let mut channel = world.channels.get(&interaction.channel).map(|it| world.channel_json(it)).unwrap_or_default();
        let permissions = world.permissions(interaction.user, interaction.channel).to_string();
        channel["permissions"] = json!(permissions);
        let mut value = json!({
            "id": interaction.id, "application_id": world.bot.user, "type": interaction.kind.number(), "data": data,
            "channel_id": interaction.channel, "channel": channel, "token": interaction.token, "version": 1,
            "locale": locale, "entitlements": [], "attachment_size_limit": 10_485_760,
            "app_permissions": world.permissions(world.bot.user, interaction.channel).to_string(),
            "context": u64::from(interaction.server.is_none()),
            "authorizing_integration_owners": {"0": interaction.server.map_or("0".to_owned(), |id| id.to_string())},
        });
        match interaction.server {
            Some(server) => {
                let mut member = world.member_json(server, interaction.user).unwrap_or_default();
                member["permissions"] = json!(permissions);
                value["member"] = member;
                value["guild_id"] = json!(server);
                value["guild_locale"] = json!("en-GB");
                value["guild"] = json!({"id": server, "locale": "en-GB", "features": []});
            }
            None => value["user"] = world.user_json(interaction.user),
        }
        let carries_message = matches!(interaction.kind, InteractionKind::Component | InteractionKind::Modal);
        let source = interaction.source.filter(|_| carries_message);
        if let Some(message) = source.and_then(|id| world.message(interaction.channel, id)) {
            value["message"] = world.message_json(message);
        }
        value
    }

    /// The bot's first answer.
    pub(crate) fn answer(
        &mut self,
        id: InteractionId,
        token: &str,
        body: &Value,
        uploads: Vec<Upload>,
    ) -> Result<Option<MessageId>, Rejection> {
        let known = self.world.interactions.get(&id).filter(|interaction| interaction.token == token);
        let interaction = known.cloned().ok_or_else(Rejection::unknown_interaction)?;
        if interaction.state != InteractionState::Waiting {
            return Err(Rejection::already_answered());
        }
        if !interaction.can_be_answered() {
            return Err(Rejection::unknown_interaction());
        }
        let empty = Value::Object(Map::new());
        let data = body.get("data").filter(|data| !data.is_null()).unwrap_or(&empty);
        let (state, original) = self.apply_answer(&interaction, body, data, uploads)?;
        if let Some(interaction) = self.world.interactions.get_mut(&id) {
            interaction.state = state;
            interaction.original = original;
            interaction.wake.notify_one();
        }
        Ok(original)
    }

    fn apply_answer(
        &mut self,
        interaction: &Interaction,
        body: &Value,
        data: &Value,
        uploads: Vec<Upload>,
    ) -> Result<(InteractionState, Option<MessageId>), Rejection> {
        let on_message = interaction
            .source
            .filter(|_| matches!(interaction.kind, InteractionKind::Component | InteractionKind::Modal));
        let typing = interaction.kind == InteractionKind::Autocomplete;
        match (body.get("type").and_then(Value::as_u64), on_message) {
            (Some(4), _) if !typing => {
                let id = self.answer_with_message(interaction, data, uploads)?;
                Ok((InteractionState::Message, Some(id)))
            }
            (Some(5), _) if !typing => {
                let id = self.answer_with_thinking(interaction, data)?;
                Ok((InteractionState::Deferred, Some(id)))
            }
            (Some(6), Some(message)) => Ok((InteractionState::DeferredUpdate, Some(message))),
            (Some(7), Some(message)) => {
                let draft = wrapped(Draft::parse(data, uploads, self.is_v2(interaction.channel, message)))?;
                self.edit(interaction.channel, message, draft)?;
                Ok((InteractionState::Updated, Some(message)))
            }
            (Some(8), _) if typing => Ok((InteractionState::Choices(choices(data)?), None)),
            (Some(9), _) if !typing && interaction.kind != InteractionKind::Modal => {
                Ok((InteractionState::Modal(modal::check(data)?), None))
            }
            _ => {
                let mut form = Form::default();
                form.not_a_choice("type", if typing { "8" } else { "4, 5, 6, 7, 9" });
                Err(form.finish().err().unwrap_or_else(Rejection::unknown_interaction))
            }
        }
    }

    fn answer_with_message(
        &mut self,
        interaction: &Interaction,
        data: &Value,
        uploads: Vec<Upload>,
    ) -> Result<MessageId, Rejection> {
        let draft = wrapped(Draft::parse(data, uploads, false))?;
        if draft.is_empty() {
            return Err(Rejection::empty_message());
        }
        self.speak(interaction, draft)
    }

    fn answer_with_thinking(&mut self, interaction: &Interaction, data: &Value) -> Result<MessageId, Rejection> {
        let draft = Draft { flags: data.get("flags").and_then(Value::as_u64), ..Draft::default() };
        let draft = Draft { flags: Some(draft.flags.unwrap_or(0) | flag::LOADING), ..draft };
        self.speak(interaction, draft)
    }

    /// Writes a message in answer to an interaction.
    fn speak(&mut self, interaction: &Interaction, draft: Draft) -> Result<MessageId, Rejection> {
        let thinking = draft.asks(flag::LOADING);
        let private = draft.asks(flag::EPHEMERAL);
        let mut message = self.compose(self.bot(), interaction.channel, draft)?;
        message.kind = match interaction.kind {
            InteractionKind::Command if interaction.source.is_some() => message_kind::CONTEXT_COMMAND,
            InteractionKind::Command => message_kind::COMMAND,
            _ => message_kind::REPLY,
        };
        message.reference = interaction.source.filter(|_| interaction.kind == InteractionKind::Component);
        message.flags |= if thinking { flag::LOADING } else { 0 };
        if private {
            message.flags |= flag::EPHEMERAL;
            message.private_to = Some(interaction.user);
        }
        message.cause = Some(Cause {
            interaction: interaction.id,
            kind: interaction.kind,
            user: interaction.user,
            name: interaction.name.clone(),
            message: interaction.source,
        });
        self.ping(&mut message);
        Ok(self.place(message))
    }

    /// A message that follows the first answer; after "thinking" it takes that one's place.
    pub(crate) fn follow_up(&mut self, id: InteractionId, draft: Draft) -> Result<MessageId, Rejection> {
        let interaction = self.world.interactions.get(&id).cloned().ok_or_else(Rejection::unknown_webhook)?;
        if draft.is_empty() {
            return Err(Rejection::empty_message());
        }
        let awaited = interaction.state == InteractionState::Deferred && !interaction.followed_up;
        let message = match interaction.original.filter(|_| awaited) {
            Some(original) => {
                self.edit(interaction.channel, original, draft)?;
                original
            }
            None => self.speak(&interaction, draft)?,
        };
        self.mark_followed_up(id);
        Ok(message)
    }

    /// Notes that a deferred answer came.
    pub(crate) fn mark_followed_up(&mut self, id: InteractionId) {
        if let Some(interaction) = self.world.interactions.get_mut(&id) {
            interaction.followed_up = true;
            interaction.wake.notify_one();
        }
    }

    /// Whether a message is made of components.
    pub(crate) fn is_v2(&self, channel: ChannelId, message: MessageId) -> bool {
        self.world.message(channel, message).is_some_and(|message| message.has(flag::COMPONENTS_V2))
    }
}

/// The errors of an answer stand below `data`.
fn wrapped<T>(result: Result<T, Rejection>) -> Result<T, Rejection> {
    result.map_err(|rejection| {
        let errors = rejection.errors.map(|errors| json!({"data": errors}));
        Rejection { errors, ..rejection }
    })
}

fn choices(data: &Value) -> Result<Vec<crate::world::OptionChoice>, Rejection> {
    let mut form = Form::default();
    if data.get("choices").is_none() {
        form.required("data.choices");
    }
    let list = form.list("data.choices", data.get("choices"), 0, 25).unwrap_or_default();
    commands::check_choice_list(&mut form, "data.choices", list);
    form.finish()?;
    Ok(list.iter().filter_map(|choice| serde_json::from_value(choice.clone()).ok()).collect())
}
