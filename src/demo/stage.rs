//! A bot and a simulated Discord on one driven clock.
//!
//! The bot takes its usual path: HTTP and WebSocket over the loopback. The stage only decides when
//! time goes on, and that is when everything has settled: the same acts then lead to the same
//! ledger in every run.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use simulator::{Actor, Seen, Simulator, World};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Random};
use crate::clock::Clock;
use crate::config::{Config, Secret};

/// How long everything may take to settle, in real time, before something is taken to hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// The same where it may well hang.
const LITTLE_PATIENCE: Duration = Duration::from_secs(1);

/// After so long without any change, in real time, what was sent on a connection that ended since counts as
/// never read. A client that connects again reads what waits for it much sooner.
const GIVEN_UP: Duration = Duration::from_secs(3);

/// A bot and a simulated Discord on one driven clock.
pub struct Stage {
    /// The simulated Discord.
    pub sim: Simulator,
    /// The bot.
    pub app: App,
    clock: simulator::Clock,
    stop: CancellationToken,
    serving: JoinHandle<anyhow::Result<()>>,
    config: Config,
    seed: u64,
    /// Dispatches that this bot will never handle: sent to bots before it, or on connections that ended
    /// before they were read.
    unread: AtomicI64,
    /// Whether what doesn't settle is left behind.
    goes_on: AtomicBool,
}

/// What may not change between two looks.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Reading {
    epoch: u64,
    begun: u64,
    sent: u64,
    handled: u64,
}

impl Stage {
    /// What somebody sees in threads below a channel, in order.
    pub(super) fn threads_below(&self, channel: &str, reader: &Actor) -> Vec<Seen> {
        let said = reader.sees_since(DateTime::UNIX_EPOCH);
        self.sim.read(|world| {
            let name = |id| world.channels.get(&id).map(|channel| channel.name.as_str());
            let parent = |seen: &Seen| world.channels.get(&seen.channel).and_then(|thread| thread.parent);
            said.into_iter().filter(|seen| parent(seen).and_then(name) == Some(channel)).collect()
        })
    }

    /// Starts both, with options of the simulator's; its clock must be driven.
    ///
    /// # Errors
    /// When either doesn't start.
    pub async fn open(world: World, options: simulator::Options, config: Config, seed: u64) -> anyhow::Result<Self> {
        let clock = options.clock.clone();
        let sim = Simulator::start(world, options).await.context("The simulated Discord doesn't start")?;
        let mut config = config;
        sim.url().clone_into(&mut config.discord.api);
        // The limit is in real time, and two weeks pass in seconds.
        config.discord.requests_a_second = 100_000;
        let (app, stop, serving) = start_bot(&sim, &config, clock.now(), seed).await?;
        let stage = Self {
            sim,
            app,
            clock,
            stop,
            serving,
            config,
            seed,
            unread: AtomicI64::new(0),
            goes_on: AtomicBool::new(false),
        };
        stage.connected().await?;
        Ok(stage)
    }

    /// The present instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Waits until the bot is connected and nothing is under way.
    ///
    /// # Errors
    /// When it doesn't connect or settle.
    pub async fn connected(&self) -> anyhow::Result<()> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.sim.sessions_connected() == 0 {
            anyhow::ensure!(!self.serving.is_finished(), "the bot ended before it was connected");
            anyhow::ensure!(tokio::time::Instant::now() < deadline, "the bot doesn't connect");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.settled().await
    }

    /// Waits until nothing is under way anywhere.
    ///
    /// # Errors
    /// When it doesn't settle.
    pub async fn settled(&self) -> anyhow::Result<()> {
        if !self.goes_on.load(Ordering::SeqCst) {
            return self.settled_within(PATIENCE).await;
        }
        if self.settled_within(LITTLE_PATIENCE).await.is_err()
            && let Some(reading) = self.reading()
        {
            self.unread.fetch_add(self.missing(reading), Ordering::SeqCst);
        }
        Ok(())
    }

    async fn settled_within(&self, patience: Duration) -> anyhow::Result<()> {
        let deadline = tokio::time::Instant::now() + patience;
        let mut last = None;
        let mut since = tokio::time::Instant::now();
        loop {
            let reading = self.reading();
            if reading != last {
                since = tokio::time::Instant::now();
            } else if let Some(still) = reading {
                if self.missing(still) == 0 {
                    return Ok(());
                }
                // Only a connection that ended takes with it what was sent on it.
                if self.sim.connections_ended() > 0 && since.elapsed() > GIVEN_UP {
                    self.unread.fetch_add(self.missing(still), Ordering::SeqCst);
                }
            }
            last = reading;
            anyhow::ensure!(
                tokio::time::Instant::now() < deadline,
                "it doesn't settle: {} dispatches sent and {} handled, {} interactions open, {} pieces of work under way",
                self.sim.dispatches_sent(),
                self.app.discord.handled(),
                self.sim.pending_interactions(),
                self.app.clock.activity().under_way()
            );
            // The other tasks run on other threads as well: a yield isn't enough.
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
    }

    /// What may not change between two looks; `None` while something is under way.
    fn reading(&self) -> Option<Reading> {
        let activity = self.app.clock.activity();
        let reading = Reading {
            epoch: self.sim.epoch(),
            begun: activity.begun(),
            sent: self.sim.dispatches_sent(),
            handled: self.app.discord.handled(),
        };
        let idle = activity.under_way() == 0 && self.sim.pending_interactions() == 0 && self.sim.http_in_flight() == 0;
        idle.then_some(reading)
    }

    /// How many dispatches are still to be handled.
    fn missing(&self, reading: Reading) -> i64 {
        let sent = i64::try_from(reading.sent).unwrap_or(i64::MAX);
        let handled = i64::try_from(reading.handled).unwrap_or(i64::MAX);
        sent - handled - self.unread.load(Ordering::SeqCst)
    }

    /// Lets time pass until `to`, by the bot's clock, waking on the way whoever sleeps, each when it is due.
    ///
    /// # Errors
    /// When it doesn't settle.
    pub async fn until(&self, to: DateTime<Utc>) -> anyhow::Result<()> {
        self.settled().await?;
        while let Some(next) = self.app.clock.next_wake().filter(|next| *next <= to) {
            self.set(next);
            self.settled().await?;
        }
        self.set(to);
        self.settled().await
    }

    /// From now on somebody may switch faults on, under which some things never settle: they are waited for for a second,
    /// and then time goes on without them.
    pub(super) fn goes_on(&self) {
        self.goes_on.store(true, Ordering::SeqCst);
    }

    fn set(&self, to: DateTime<Utc>) {
        // A sleeper that is overdue wakes now: time doesn't go back by itself. Discord's never does.
        let to = to.max(self.app.clock.now());
        self.clock.set(to);
        self.app.clock.advance_to(to);
    }

    /// Steps the bot's clock, forwards or back, as a system's clock may be stepped. Discord's time goes
    /// on as it was.
    ///
    /// # Errors
    /// When it doesn't settle.
    pub async fn step_clock(&self, by: TimeDelta) -> anyhow::Result<()> {
        self.settled().await?;
        self.app.clock.advance_to(self.app.clock.now() + by);
        self.settled().await
    }

    /// Ends the bot as SIGTERM does, and starts it anew on the same database.
    ///
    /// # Errors
    /// When it doesn't end or start.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.stop().await?;
        self.start().await
    }

    /// Ends the bot as SIGTERM does. Time can pass before it is started again.
    ///
    /// # Errors
    /// What the bot ended with.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        self.stop.cancel();
        (&mut self.serving).await.context("the bot panicked")?
    }

    /// Whether the bot has ended by itself; [`Stage::stop`] then says why.
    pub fn has_ended(&self) -> bool {
        self.serving.is_finished()
    }

    /// Starts the bot anew, after [`Stage::stop`], on the same database.
    ///
    /// # Errors
    /// When it doesn't start.
    pub async fn start(&mut self) -> anyhow::Result<()> {
        self.seed += 1;
        let sent = i64::try_from(self.sim.dispatches_sent()).unwrap_or(i64::MAX);
        self.unread.store(sent, Ordering::SeqCst);
        let (app, stop, serving) = start_bot(&self.sim, &self.config, self.app.clock.now(), self.seed).await?;
        (self.app, self.stop, self.serving) = (app, stop, serving);
        self.connected().await
    }

    /// Ends the bot in order.
    ///
    /// # Errors
    /// What the bot ended with.
    pub async fn close(self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.serving.await.context("the bot panicked")?
    }
}

async fn start_bot(
    sim: &Simulator,
    config: &Config,
    now: DateTime<Utc>,
    seed: u64,
) -> anyhow::Result<(App, CancellationToken, JoinHandle<anyhow::Result<()>>)> {
    let clock = Clock::driven(now);
    let app = App::open(config.clone(), &Secret::new(sim.token()), clock, Random::seeded(seed)).await?;
    let stop = CancellationToken::new();
    let (serving, token) = (app.clone(), stop.clone());
    let serving = tokio::spawn(async move { serving.serve(token).await });
    Ok((app, stop, serving))
}
