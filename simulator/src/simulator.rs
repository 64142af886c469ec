//! Starting and watching a simulator.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::routing::{any, get};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::actor::{Actor, Refused, Reply};
use crate::change::Act;
use crate::clock::Clock;
use crate::core::Core;
use crate::faults::{Fault, FaultKind};
use crate::inspect::Violation;
use crate::ledger::Entry;
use crate::line::{LineListener, Scissors};
use crate::options::Options;
use crate::world::{ChannelId, InteractionKind, MessageId, UserId, World};
use crate::{control, gateway, http};

/// A Discord on the loopback. It ends when this is dropped.
///
/// Dropped with violations that nobody took, it panics with them: so they fail the test that caused
/// them. Only inspectors find violations, and only tests have inspectors.
pub struct Simulator {
    pub(crate) core: Arc<Core>,
    url: String,
    server: JoinHandle<()>,
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.server.abort();
        self.core.hub.strike(FaultKind::Close(1001));
        let violations = self.violations();
        if !violations.is_empty() {
            let lines: Vec<_> = violations.iter().map(ToString::to_string).collect();
            let said = format!("{} times not as Discord has it:\n{}", lines.len(), lines.join("\n"));
            // A second panic would end the process, and hide the first.
            assert!(std::thread::panicking(), "{said}");
            eprintln!("{said}");
        }
    }
}

impl Simulator {
    /// Begins to listen.
    pub async fn start(mut world: World, options: Options) -> std::io::Result<Self> {
        let listener = TcpListener::bind(options.listen).await?;
        let url = format!("http://{}", listener.local_addr()?);
        world.origin.clone_from(&url);
        let core = Arc::new(Core::new(world, options)?);
        let service = router(Arc::clone(&core)).into_make_service_with_connect_info::<Scissors>();
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(LineListener(listener), service).await {
                tracing::error!(%error, "the simulator stopped listening");
            }
        });
        Ok(Self { core, url, server })
    }

    /// The address, `http://127.0.0.1:PORT`; the API is below `/api/v10`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The bot's token.
    pub fn token(&self) -> String {
        self.core.world().bot.token.clone()
    }

    /// The bot's user.
    pub fn bot_user_id(&self) -> UserId {
        self.core.world().bot.user
    }

    /// The bot's application, which has the id of its user.
    pub fn application_id(&self) -> u64 {
        self.bot_user_id().0
    }

    /// The clock.
    pub fn clock(&self) -> &Clock {
        &self.core.options.clock
    }

    /// Someone to act as.
    pub fn person(&self, id: UserId) -> Actor {
        Actor::new(Arc::clone(&self.core), id)
    }

    /// Someone to act as, by name.
    pub fn person_named(&self, name: &str) -> Option<Actor> {
        let found = self.core.world().find_person(name);
        found.map(|id| self.person(id))
    }

    /// Looks at the world as it is; nothing happens meanwhile.
    pub fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.core.world())
    }

    /// A copy of the world.
    pub fn world(&self) -> World {
        self.core.world().clone()
    }

    /// All that was asked for, in order.
    pub fn ledger(&self) -> Vec<Entry> {
        self.core.ledger.entries()
    }

    /// What the inspectors found since this was last asked. Whoever takes a violation answers for it.
    pub fn violations(&self) -> Vec<Violation> {
        self.core.inspection.take()
    }

    /// The next that was asked for after a certain entry, in order.
    pub fn ledger_after(&self, seq: u64, most: usize) -> Vec<Entry> {
        self.core.ledger.after(seq, most)
    }

    /// The last that was asked for, in order.
    pub fn ledger_last(&self, most: usize) -> Vec<Entry> {
        self.core.ledger.last(most)
    }

    /// Writes into the ledger, from now on, also what changes nothing: what is only read, and the gateway's events.
    pub fn write_all_down(&self) {
        self.core.ledger.with_all();
    }

    /// How many requests were answered with 429.
    pub fn rate_limited(&self) -> usize {
        self.core.ledger.count_status(429)
    }

    /// Dispatch events that were sent to the sessions of the gateway.
    ///
    /// An event is counted when it is handed to a connection. When a client resumes, those that it
    /// hadn't read are counted again only as they are sent again.
    pub fn dispatches_sent(&self) -> u64 {
        self.core.hub.sent()
    }

    /// How many connections of sessions have ended. What was sent on one just before may never be read.
    pub fn connections_ended(&self) -> u64 {
        self.core.hub.ended()
    }

    /// Sessions of the gateway that have a connection.
    pub fn sessions_connected(&self) -> usize {
        self.core.hub.connected()
    }

    /// Interactions that the bot still has to answer, or has deferred without a follow-up.
    pub fn pending_interactions(&self) -> usize {
        let world = self.core.world();
        world.interactions.values().filter(|interaction| interaction.is_pending(world.now)).count()
    }

    /// A number that grows with every request and every act.
    pub fn epoch(&self) -> u64 {
        self.core.epoch()
    }

    /// Tells of each change of the [epoch](Self::epoch).
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.core.changes()
    }

    /// Requests that are being served.
    pub fn http_in_flight(&self) -> usize {
        self.core.in_flight()
    }

    /// Switches a fault on; see [`crate::FAULT_GRAMMAR`] for those that are typed.
    pub fn fault(&self, fault: Fault) {
        self.core.fault(fault);
    }

    /// The faults that are switched on, each with the number of times that it has hit.
    pub fn faults(&self) -> Vec<(Fault, u64)> {
        self.core.faults.list()
    }

    /// Switches a fault off.
    pub fn clear_fault(&self, fault: &Fault) {
        self.core.faults.remove(fault);
    }

    /// Switches all faults off. A connection that is half-open, silent or without ACK stays so.
    pub fn clear_faults(&self) {
        self.core.faults.clear();
    }

    /// Sends the bot an interaction that no client would send: for tests of what it checks itself.
    ///
    /// A component stands on a message; where none is named, on one of the bot's that this person
    /// alone sees.
    pub async fn interact_raw(
        &self,
        user: UserId,
        channel: ChannelId,
        kind: InteractionKind,
        source: Option<MessageId>,
        data: Value,
    ) -> Result<Reply, Refused> {
        let text = |key: &str| data.get(key).and_then(Value::as_str).map(str::to_owned);
        let name = text("custom_id").or_else(|| text("name")).unwrap_or_default();
        let words = format!("forged: {name}");
        let source = source.or_else(|| {
            let stands = kind == InteractionKind::Component;
            stands.then(|| self.core.change(|change| change.stand(user, channel)))
        });
        self.person(user).interact(Act { kind, user, channel, name, source, data }, &words).await
    }

    /// What a client needs to connect, and the ids of all that has a name.
    pub fn handshake(&self) -> Value {
        let world = self.core.world();
        let people = world.users.values().filter(|user| !user.bot).map(|user| (user.name.clone(), json!(user.id)));
        let servers = world.servers.values().map(|server| {
            let roles: BTreeMap<_, _> = server.roles.values().map(|role| (&role.name, role.id)).collect();
            let channels = world.channels.values().filter(|channel| channel.server == Some(server.id));
            let channels: BTreeMap<_, _> = channels.map(|channel| (&channel.name, channel.id)).collect();
            (server.name.clone(), json!({"id": server.id, "roles": roles, "channels": channels}))
        });
        json!({
            "url": self.url, "api": format!("{}/api/v10", self.url), "gateway": self.url.replacen("http", "ws", 1),
            "token": world.bot.token, "application_id": world.bot.user, "bot_user_id": world.bot.user,
            "servers": servers.collect::<BTreeMap<_, _>>(), "people": people.collect::<BTreeMap<_, _>>(),
        })
    }
}

fn router(core: Arc<Core>) -> Router {
    Router::new()
        .route("/", any(gateway::connect))
        .route("/gateway", any(gateway::connect))
        .route("/gateway/", any(gateway::connect))
        .route("/attachments/{channel}/{id}/{name}", get(http::attachment))
        .nest("/control", if core.options.control { control::routes() } else { Router::new() })
        .fallback(http::inspected)
        .with_state(core)
}
