//! twilight as a second reader: whatever the simulator sends must fit its types.

use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail, ensure};
use futures::{SinkExt, StreamExt};
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message as Frame;
use twilight_model::application::command::Command;
use twilight_model::application::interaction::callback::InteractionCallbackResponse;
use twilight_model::channel::message::PinsListing;
use twilight_model::channel::thread::{ThreadMember, ThreadsListing};
use twilight_model::channel::{Channel, Message};
use twilight_model::gateway::connection_info::{BotConnectionInfo, ConnectionInfo};
use twilight_model::gateway::event::GatewayEventDeserializer;
use twilight_model::guild::{Guild, Member, Role};
use twilight_model::oauth::Application;
use twilight_model::user::{CurrentUser, CurrentUserGuild, User};

/// All intents.
const INTENTS: u64 = (1 << 17) - 1;

/// Something that the simulator sent.
pub(crate) enum Sent {
    /// A payload of the gateway.
    Event(String),
    /// The answer to a request.
    Body { method: String, path: String, status: u16, body: String },
}

/// What was sent and not read yet.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Vec<Sent>>>);

impl Seen {
    pub(crate) fn add(&self, sent: Sent) {
        self.0.lock().expect("nobody panics with it").push(sent);
    }

    /// Reads all that came; how much that was.
    pub(crate) fn read(&self) -> Result<usize> {
        let sent = std::mem::take(&mut *self.0.lock().expect("nobody panics with it"));
        for one in &sent {
            match one {
                Sent::Event(text) => read_event(text).with_context(|| format!("event: {text}"))?,
                Sent::Body { method, path, status, body } => {
                    read_body(method, path, *status, body)
                        .with_context(|| format!("{method} {path}: {status} {body}"))?;
                }
            }
        }
        Ok(sent.len())
    }
}

fn read_event(text: &str) -> Result<()> {
    let kind = GatewayEventDeserializer::from_json(text).context("it has no op")?;
    kind.deserialize(&mut serde_json::Deserializer::from_str(text))?;
    Ok(())
}

fn read_body(method: &str, path: &str, status: u16, body: &str) -> Result<()> {
    if status == 204 {
        ensure!(body.is_empty(), "204 with a body");
        return Ok(());
    }
    if status >= 400 {
        let error: Value = serde_json::from_str(body)?;
        ensure!(error["message"].is_string() && error["code"].is_u64(), "an error without message and code");
        return Ok(());
    }
    let path = path.trim_start_matches("/api").trim_start_matches("/v10");
    let parts: Vec<_> = path.trim_matches('/').split('/').collect();
    match (method, parts.as_slice()) {
        (_, ["gateway"]) => is::<ConnectionInfo>(body),
        (_, ["gateway", "bot"]) => is::<BotConnectionInfo>(body),
        (_, ["users", "@me"]) => is::<CurrentUser>(body),
        (_, ["users", "@me", "guilds"]) => is::<Vec<CurrentUserGuild>>(body),
        (_, ["users", "@me", "channels"] | ["channels", _] | ["channels", .., "threads"]) => is::<Channel>(body),
        (_, ["users", _]) => is::<User>(body),
        (_, ["applications", "@me"] | ["oauth2", "applications", "@me"]) => is::<Application>(body),
        ("POST", ["applications", .., "commands"]) | (_, ["applications", .., "commands", _]) => is::<Command>(body),
        (_, ["applications", .., "commands"]) => is::<Vec<Command>>(body),
        (_, ["guilds", _]) => is::<Guild>(body),
        (_, ["guilds", _, "channels"]) => is::<Vec<Channel>>(body),
        (_, ["guilds", _, "roles"]) => is::<Vec<Role>>(body),
        (_, ["guilds", _, "members"]) => is::<Vec<Member>>(body),
        (_, ["guilds", _, "members", _]) => is::<Member>(body),
        (_, ["guilds", _, "threads", "active"] | ["channels", _, "threads", "archived", _]) => {
            is::<ThreadsListing>(body)
        }
        ("GET", ["channels", _, "messages"]) | (_, ["channels", _, "pins"]) => is::<Vec<Message>>(body),
        (_, ["channels", _, "messages", "pins"]) => is::<PinsListing>(body),
        (_, ["channels", _, "messages", _, "reactions", _]) => is::<Vec<User>>(body),
        (_, ["channels", _, "thread-members"]) => is::<Vec<ThreadMember>>(body),
        (_, ["channels", _, "thread-members", _]) => is::<ThreadMember>(body),
        (_, ["interactions", .., "callback"]) => is::<InteractionCallbackResponse>(body),
        (_, ["channels" | "webhooks", ..]) => is::<Message>(body),
        _ => bail!("there is no type for this route here"),
    }
}

fn is<T: DeserializeOwned>(body: &str) -> Result<()> {
    serde_json::from_str::<T>(body)?;
    Ok(())
}

/// Listens to the gateway with all intents, and resumes when it is cut off.
pub(crate) fn listen(gateway: String, token: String, seen: Seen) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut first = json!({"op": 2, "d": {"token": token, "intents": INTENTS, "properties": {}}});
        loop {
            let (session, seq) = converse(&gateway, &first, &seen).await.expect("the gateway can be read");
            first = json!({"op": 6, "d": {"token": token, "session_id": session, "seq": seq}});
        }
    })
}

/// Keeps one connection until it ends; the session and the last number.
async fn converse(gateway: &str, first: &Value, seen: &Seen) -> Result<(Value, Value)> {
    let (mut socket, _) = connect_async(format!("{gateway}/?v=10&encoding=json")).await?;
    socket.send(Frame::text(first.to_string())).await?;
    let mut session = first["d"]["session_id"].clone();
    let mut seq = first["d"]["seq"].clone();
    while let Some(Ok(Frame::Text(text))) = socket.next().await {
        let payload: Value = serde_json::from_str(&text)?;
        if payload["t"] == "READY" {
            session = payload["d"]["session_id"].clone();
        }
        if payload["s"].is_u64() {
            seq = payload["s"].clone();
        }
        seen.add(Sent::Event(text.to_string()));
    }
    Ok((session, seq))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(sent: Sent) -> bool {
        let seen = Seen::default();
        seen.add(sent);
        seen.read().is_ok()
    }

    fn event(name: &str, data: &Value) -> Sent {
        Sent::Event(json!({"op": 0, "t": name, "s": 1, "d": data}).to_string())
    }

    fn body(path: &str, status: u16, body: &str) -> Sent {
        Sent::Body { method: "GET".to_owned(), path: path.to_owned(), status, body: body.to_owned() }
    }

    #[test]
    fn what_no_client_could_read_is_noticed() {
        assert!(reads(event("GUILD_ROLE_DELETE", &json!({"guild_id": "1", "role_id": "2"}))));
        for (name, data) in [
            ("GUILD_ROLE_DELETE", json!({"guild_id": "1", "role_id": "the second"})),
            ("GUILD_ROLE_DELETE", json!({"guild_id": "1"})),
            ("GUILD_ROLE_LOST", json!({"guild_id": "1", "role_id": "2"})),
        ] {
            assert!(!reads(event(name, &data)), "{name} {data}");
        }
        assert!(reads(body("/api/v10/gateway", 200, r#"{"url": "ws://127.0.0.1:1"}"#)));
        for (path, status, text) in [
            ("/api/v10/gateway", 200, r#"{"url": 1}"#),
            ("/api/v10/gateway", 204, r#"{"url": "ws://127.0.0.1:1"}"#),
            ("/api/v10/gateway", 404, r#"{"message": "Not here"}"#),
            ("/api/v10/houses", 200, "{}"),
        ] {
            assert!(!reads(body(path, status, text)), "{path} {status} {text}");
        }
    }
}
