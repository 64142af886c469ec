//! A bot on a simulated Discord in real time: for what is about seconds.
//!
//! The bot's own clock begins on a Monday morning and goes on as real time does, so that a campaign
//! doesn't depend on the day on which it runs.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use elevenses::app::{App, Random};
use elevenses::clock::Clock;
use elevenses::config::{Config, Secret};
use simulator::{Options, Simulator, UserId};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::Order;
use crate::database::Database;
use crate::posts::{Ledger, Note};
use crate::scene::{START, Size, prepare};
use crate::town::Place;

/// How often the bot's clock is set.
const TICK: Duration = Duration::from_millis(20);
/// How long the bot may take to connect or to end.
const PATIENCE: Duration = Duration::from_secs(30);
/// Discord's limit in a second, and the bot's unless told otherwise.
pub(crate) const LIMIT: usize = 50;

/// A bot, its Discord and its database.
pub(crate) struct Live {
    pub(crate) sim: Simulator,
    pub(crate) app: App,
    pub(crate) places: Vec<Place>,
    pub(crate) database: Database,
    stop: CancellationToken,
    serving: JoinHandle<anyhow::Result<()>>,
    ticking: JoinHandle<()>,
}

impl Drop for Live {
    fn drop(&mut self) {
        self.ticking.abort();
        self.serving.abort();
    }
}

impl Live {
    /// Starts it, with so many requests a second at most.
    pub(crate) async fn open(
        order: Order,
        options: Options,
        size: Size,
        squads: bool,
        a_second: usize,
    ) -> anyhow::Result<Self> {
        let now = simulator::Clock::real().now();
        let (world, places, database) = prepare(order, size, squads, now).await?;
        let start: DateTime<Utc> = START.parse()?;
        let sim = Simulator::start(world, Options { seed: order.seed, ..options }).await?;
        let mut config = Config::default();
        config.database.url.clone_from(&database.url);
        config.discord.requests_a_second = a_second;
        sim.url().clone_into(&mut config.discord.api);
        let clock = Clock::driven(start);
        let app = App::open(config, &Secret::new(sim.token()), clock, Random::seeded(order.seed)).await?;
        let (clock, begun) = (app.clock.clone(), Instant::now());
        let ticking = tokio::spawn(async move {
            loop {
                sleep(TICK).await;
                clock.advance_to(start + TimeDelta::from_std(begun.elapsed()).unwrap_or_default());
            }
        });
        let (inner, stop) = (app.clone(), CancellationToken::new());
        let token = stop.clone();
        let serving = tokio::spawn(async move { inner.serve(token).await });
        let live = Self { sim, app, places, database, stop, serving, ticking };
        // READY, and a server each.
        let wanted = 1 + u64::try_from(size.0)?;
        until("the bot is connected", PATIENCE, || live.app.discord.handled() >= wanted).await?;
        Ok(live)
    }

    /// Everybody.
    pub(crate) fn people(&self) -> Vec<UserId> {
        self.places.iter().flat_map(|place| place.people.iter().copied()).collect()
    }

    /// Waits until messages have arrived; false where they don't in that time.
    pub(crate) async fn arrived(&self, notes: &[Note], within: Duration) -> bool {
        let arrived = || Ledger::of(&self.sim).count(notes, |seen| seen.made > 0) == notes.len();
        until("they arrive", within, arrived).await.is_ok()
    }

    /// Waits until the bot has ended by itself, and says with which words.
    pub(crate) async fn end(mut self) -> anyhow::Result<Option<String>> {
        let ended = tokio::time::timeout(PATIENCE, &mut self.serving).await;
        Ok(match ended {
            Ok(ended) => Some(ended?.err().map_or_else(String::new, |error| format!("{error:#}"))),
            Err(_) => None,
        })
    }

    /// Ends the bot.
    pub(crate) async fn close(mut self) -> anyhow::Result<()> {
        self.stop.cancel();
        // What it ended with is no matter here: a campaign may have taken its token away.
        drop(tokio::time::timeout(PATIENCE, &mut self.serving).await);
        Ok(())
    }
}

/// Waits until something is so.
pub(crate) async fn until(what: &str, within: Duration, is: impl Fn() -> bool) -> anyhow::Result<()> {
    let deadline = Instant::now() + within;
    while !is() {
        anyhow::ensure!(Instant::now() < deadline, "it takes too long until {what}");
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
