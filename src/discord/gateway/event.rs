//! What comes in over the gateway, handed to whoever handles it.

use std::sync::Arc;

use futures::FutureExt;
use serde_json::{Value, json};
use serenity::all::{Context, Interaction, RawEventHandler};
use serenity::model::event::{Event, GatewayEvent};

use super::super::{Discord, dispatch, respond, snowflake};
use super::watch::Watch;
use crate::app::App;
use crate::features::{self, Heard};
use crate::outbox;
use crate::partnership::{ChannelId, MessageId, PartnershipId, UserId};

/// Takes events from serenity.
pub(super) struct Handler {
    app: App,
    watch: Arc<Watch>,
}

impl Handler {
    pub(super) fn new(app: App, watch: Arc<Watch>) -> Self {
        Self { app, watch }
    }

    fn handle(&self, event: Event) {
        match event {
            Event::InteractionCreate(event) => self.interaction(written(&event.interaction)),
            Event::MessageCreate(event) => self.message(serde_json::to_value(event.message)),
            Event::Ready(event) => {
                self.watch.ready();
                tracing::info!(servers = event.ready.guilds.len(), "connected to Discord");
            }
            Event::Resumed(_) => tracing::info!("the connection to Discord was resumed"),
            Event::ThreadDelete(event) => {
                self.track(place_deleted(self.app.clone(), event.thread.guild_id.get(), event.thread.id.get()));
            }
            Event::ChannelDelete(event) => {
                self.track(place_deleted(self.app.clone(), event.channel.guild_id.get(), event.channel.id.get()));
            }
            Event::GuildDelete(event) if !event.guild.unavailable => {
                tracing::info!(partnership = event.guild.id.get(), "the bot was removed from a server");
            }
            // What serenity can't parse comes as it is. Our own reading needs less than its types do.
            Event::Unknown(event) if event.kind == "INTERACTION_CREATE" => self.interaction(Ok(event.value)),
            Event::Unknown(event) if event.kind == "MESSAGE_CREATE" => self.message(Ok(event.value)),
            Event::Unknown(event) => tracing::debug!(kind = event.kind, "an event that nobody handles"),
            _ => {}
        }
    }

    fn interaction(&self, json: serde_json::Result<Value>) {
        let Ok(json) = json else { return tracing::error!("an interaction can't be written as JSON") };
        self.track(respond::handle_json(self.app.clone(), json));
    }

    fn message(&self, json: serde_json::Result<Value>) {
        if let Some(heard) = json.ok().as_ref().and_then(heard) {
            self.track(hear(self.app.clone(), heard));
        }
    }

    /// Runs what an event brought in a task that the activity gauge counts.
    fn track(&self, work: impl Future<Output = ()> + Send + 'static) {
        let guard = self.app.clock.activity().begin();
        tokio::spawn(async move {
            let _guard = guard;
            work.await;
        });
    }
}

#[serenity::async_trait]
impl RawEventHandler for Handler {
    async fn raw_event(&self, _: Context, event: Event) {
        let _counted = Counted(&self.app.discord);
        self.watch.beat();
        if !self.watch.has_ended() {
            self.handle(event);
        }
    }
}

/// Counts a dispatch as handled when its handling ends, however that is.
struct Counted<'a>(&'a Discord);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.count_handled();
    }
}

/// An interaction as Discord wrote it. serenity has read it into its types by now, and writes them
/// back without the number that says which of them it is. What else it loses is known: permission
/// bits newer than itself, and the values of selects in forms, which aren't used here.
pub(in super::super) fn written(interaction: &Interaction) -> serde_json::Result<Value> {
    let number = match interaction {
        Interaction::Ping(_) => 1,
        Interaction::Command(_) => 2,
        Interaction::Component(_) => 3,
        Interaction::Autocomplete(_) => 4,
        Interaction::Modal(_) => 5,
        _ => 0,
    };
    let mut json = serde_json::to_value(interaction)?;
    if let Some(object) = json.as_object_mut() {
        object.insert("type".to_owned(), Value::from(number));
    }
    Ok(json)
}

/// Whether serenity can read an event of that name: what it can't read reaches us only as it came.
pub fn reads(name: &str, data: &Value) -> bool {
    let payload = json!({"op": 0, "s": 1, "t": name, "d": data});
    let read = serde_json::from_value(payload);
    matches!(read, Ok(GatewayEvent::Dispatch(_, event)) if !matches!(event, Event::Unknown(_)))
}

/// What a person wrote to the bot in their own conversation with it; `None` for every other message.
fn heard(message: &Value) -> Option<Heard> {
    let is_direct =
        message["guild_id"].is_null() && message["author"]["bot"] != true && message["webhook_id"].is_null();
    // 0 is a message, 19 a reply; the others are Discord's own notices.
    let is_said = matches!(message["type"].as_u64(), None | Some(0 | 19));
    if !is_direct || !is_said {
        return None;
    }
    Some(Heard {
        user: UserId(snowflake(&message["author"]["id"])?),
        channel: ChannelId(snowflake(&message["channel_id"])?),
        text: message["content"].as_str()?.to_owned(),
        reply_to: snowflake(&message["message_reference"]["message_id"]).map(MessageId),
        message: MessageId(snowflake(&message["id"])?),
    })
}

async fn place_deleted(app: App, server: u64, place: u64) {
    let (Ok(server), Ok(place)) = (i64::try_from(server), i64::try_from(place)) else { return };
    let (partnership, place) = (PartnershipId(server), ChannelId(place));
    let noted = app.store.write(partnership, move |tx| outbox::place_deleted(tx, partnership, place).boxed()).await;
    if let Err(error) = noted {
        // It is found out when something is to be said there.
        tracing::warn!(%partnership, %error, "that a channel was deleted could not be noted");
    }
}

async fn hear(app: App, heard: Heard) {
    let (channel, message) = (heard.channel, heard.message);
    if !app.discord.is_new(&message.0.to_string()) {
        return tracing::info!(message = message.0, "a direct message came twice");
    }
    let Err(error) = features::heard(&app, heard).await else { return };
    // A DM belongs to no server, so there is no partnership to name.
    let said = dispatch::explained(&app, "heard", PartnershipId(0), &error);
    if let Err(failure) = app.discord.send(channel, &said, Some(message.0), None).await {
        tracing::warn!(code = failure.code(), "a direct message could not be answered");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_heard_in_their_own_conversation_alone() {
        let message = |author: Value, more: Value| {
            let mut message = json!({"id": "5", "channel_id": "6", "type": 19, "content": "done: the form", "author": author,
                "message_reference": {"message_id": "4"}});
            for (key, value) in more.as_object().into_iter().flatten() {
                message[key] = value.clone();
            }
            message
        };
        let ann = json!({"id": "7"});
        let said = heard(&message(ann.clone(), json!({}))).expect("it is heard");
        assert_eq!((said.user, said.channel, said.message), (UserId(7), ChannelId(6), MessageId(5)));
        assert_eq!((said.text.as_str(), said.reply_to), ("done: the form", Some(MessageId(4))));
        let unheard = [
            message(json!({"id": "7", "bot": true}), json!({})),
            message(ann.clone(), json!({"guild_id": "1"})),
            message(ann, json!({"type": 6})),
            json!({}),
        ];
        for message in unheard {
            assert!(heard(&message).is_none(), "{message}");
        }
    }
}
