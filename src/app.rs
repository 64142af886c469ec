//! The one place that wires everything.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rand::seq::SliceRandom;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha12Rng;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{Config, Secret};
use crate::discord::{self, Discord};
use crate::features::conversation::library::Library;
use crate::partnership::{Message, PartnershipId};
use crate::storage::migrations::State;
use crate::storage::{Engine, Location, Scope, Store};
use crate::web::{self, Door};
use crate::{features, outbox, scheduler};

/// How long work under way may take once the bot is told to stop.
const LAST_ORDERS: Duration = Duration::from_secs(8);

/// What handlers and jobs work with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The settings.
    pub config: Arc<Config>,
    /// What time it is.
    pub clock: Clock,
    /// The database.
    pub store: Store,
    /// What can be asked of Discord.
    pub discord: Discord,
    /// Where randomness comes from.
    pub random: Random,
    /// The kinds of conversations.
    pub library: Arc<Library>,
    /// Where webhooks arrive, if anything listens.
    pub web: Option<Arc<Door>>,
}

impl App {
    /// Opens the database and gets ready to speak to Discord. A new database is made; one that an
    /// older version made is left as it is, and the error says what to do.
    ///
    /// # Errors
    /// One sentence for the person who started the bot.
    pub async fn open(config: Config, token: &Secret, clock: Clock, random: Random) -> anyhow::Result<Self> {
        let store = Store::open(&Location::new(&config.database.url), clock.activity()).await?;
        match store.state().await? {
            State::Empty => store.migrate().await?,
            State::Behind(steps) => anyhow::bail!(
                "The database is from an older version ({steps} steps behind). Run `elevenses migrate`: it makes a backup first."
            ),
            State::Current => {}
        }
        let api = Some(config.discord.api.clone()).filter(|api| !api.is_empty());
        let settings = discord::Settings {
            token: token.reveal().to_owned(),
            api,
            requests_a_second: config.discord.requests_a_second,
            silence: config.discord.silence,
            longest_wait: config.discord.longest_wait,
        };
        let discord = Discord::new(settings, clock.clone())?;
        let library = Arc::new(config.conversations.library()?);
        let web = Door::open(&config.web).await?;
        Ok(Self { config: Arc::new(config), clock, store, discord, random, library, web })
    }

    /// A message with what the partnership's terms mean that it uses.
    pub async fn explained(&self, partnership: PartnershipId, message: Message) -> Message {
        features::share::explained(self, partnership, message).await
    }

    /// What a bot that was killed had in hand is free at once on SQLite, whose lock proves that nobody
    /// else works on it. On PostgreSQL it is free when its lease ends.
    async fn take_over(&self) -> anyhow::Result<()> {
        if self.store.engine() == Engine::Postgres {
            return Ok(());
        }
        let ended = self.store.write(Scope::Any, |tx| {
            Box::pin(async move {
                scheduler::take_over(tx).await?;
                outbox::take_over(tx).await
            })
        });
        ended.await.map_err(|error| anyhow::anyhow!("{error}"))
    }

    /// Runs until `stop`: the gateway, what is due, what waits to be sent, and webhooks. What is under way is
    /// finished first.
    ///
    /// # Errors
    /// When Discord refuses the token, or ends the connection for good.
    pub async fn serve(&self, stop: CancellationToken) -> anyhow::Result<()> {
        let me = self.discord.identify().await?;
        discord::register(&self.discord, me.application, features::table()).await?;
        tracing::info!(bot = me.user.0, "ready to connect");
        let loops = stop.child_token();
        self.take_over().await?;
        features::start(self).await.map_err(|error| anyhow::anyhow!("{error}"))?;
        let scheduler = tokio::spawn(scheduler::run(self.clone(), features::jobs(), loops.clone()));
        let outbox = tokio::spawn(outbox::run(self.clone(), features::showings(), loops.clone()));
        let web = tokio::spawn(web::run(self.clone(), loops.clone()));
        let ended = discord::gateway::run(self.clone(), stop).await;
        loops.cancel();
        let rest = async {
            // A loop that panicked has been logged; the others still end in order.
            drop(scheduler.await);
            drop(outbox.await);
            drop(web.await);
            self.clock.activity().drained().await;
        };
        if tokio::time::timeout(LAST_ORDERS, rest).await.is_err() {
            tracing::warn!("stopped with work under way; it goes on at the next start");
        }
        self.store.close().await;
        ended
    }
}

/// Runs the bot on the real clock until it is told to stop.
///
/// # Errors
/// One sentence for the person who started it.
pub async fn run(config: Config, token: Secret) -> anyhow::Result<()> {
    let app = App::open(config, &token, Clock::system(), Random::from_system()).await?;
    let stop = CancellationToken::new();
    let asked = stop.clone();
    tokio::spawn(async move {
        told_to_stop().await;
        tracing::info!("stopping");
        asked.cancel();
    });
    app.serve(stop).await
}

/// Waits for Ctrl-C or SIGTERM.
pub async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    drop(interrupted.await);
}

/// Randomness that is passed in: seeded in the demo and in tests, the operating system's otherwise.
#[derive(Clone)]
pub struct Random {
    root: [u8; 32],
    next: Arc<Mutex<ChaCha12Rng>>,
}

impl Random {
    /// The same numbers for the same seed.
    pub fn seeded(seed: u64) -> Self {
        Self::rooted(ChaCha12Rng::seed_from_u64(seed))
    }

    /// Numbers that nobody can guess.
    pub fn from_system() -> Self {
        Self::rooted(ChaCha12Rng::from_os_rng())
    }

    fn rooted(mut next: ChaCha12Rng) -> Self {
        let mut root = [0; 32];
        next.fill_bytes(&mut root);
        Self { root, next: Arc::new(Mutex::new(next)) }
    }

    /// A seed for what bears this name, whatever else was drawn before it: work goes on side by side, so that the
    /// order of the draws is another one each time. What people see is drawn so, which makes a run repeatable.
    pub fn seed_for(&self, name: &str) -> u64 {
        let digest: [u8; 32] = Sha256::new().chain_update(self.root).chain_update(name).finalize().into();
        ChaCha12Rng::from_seed(digest).next_u64()
    }

    /// So many random bytes, such as a key.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.next.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// Puts things into an order that nobody can guess: the generator is a cryptographic one.
    pub fn shuffle<T>(&self, things: &mut [T]) {
        things.shuffle(&mut *self.next.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// An id for a row: 63 bits, never 0.
    pub fn id(&self) -> i64 {
        let mut random = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let id = i64::try_from(random.next_u64() >> 1).unwrap_or_default();
            if id != 0 {
                return id;
            }
        }
    }
}
