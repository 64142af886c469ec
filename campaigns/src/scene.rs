//! A bot on a simulated Discord and a driven clock, with places in its database.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use elevenses::app::App;
use elevenses::clock::Clock;
use elevenses::config::Config;
use elevenses::demo::Stage;
use elevenses::storage::{Location, Store};
use simulator::{Fault, FaultKind, Options, Simulator, World};

use crate::Order;
use crate::database::Database;
use crate::town::{self, Place};

/// When campaigns begin: on a Monday, after the squads of the day were asked.
pub(crate) const START: &str = "2026-11-23T10:00:00Z";

/// How many servers of how many people each.
pub(crate) type Size = (usize, usize);

/// A bot, its Discord and its database.
pub(crate) struct Scene {
    pub(crate) stage: Stage,
    pub(crate) places: Vec<Place>,
    pub(crate) database: Database,
}

/// A world, which begins then, and a database that know the same places.
pub(crate) async fn prepare(
    order: Order,
    (servers, people): Size,
    squads: bool,
    start: DateTime<Utc>,
) -> anyhow::Result<(World, Vec<Place>, Database)> {
    let mut world = World::starting(start);
    world.name_bot("Elevenses");
    let places = Place::found(&mut world, servers, people);
    let database = Database::new(order.engine).await?;
    let store = Store::open(&Location::new(&database.url), Clock::system().activity()).await?;
    store.migrate().await?;
    town::save(&store, &places, squads).await?;
    store.close().await;
    Ok((world, places, database))
}

impl Scene {
    /// Opens it with so many servers of so many people each, in squads if wished.
    pub(crate) async fn open(order: Order, options: Options, size: Size, squads: bool) -> anyhow::Result<Self> {
        Self::configured(order, options, size, squads, Config::default()).await
    }

    /// Opens it with one squad of two, where webhooks are welcome and have so much time.
    pub(crate) async fn listening(order: Order, patience: Duration) -> anyhow::Result<Self> {
        let mut config = Config::default();
        config.web.patience = patience;
        "127.0.0.1:0".clone_into(&mut config.web.listen);
        Self::configured(order, Options::default(), (1, 2), true, config).await
    }

    async fn configured(
        order: Order,
        options: Options,
        size: Size,
        squads: bool,
        mut config: Config,
    ) -> anyhow::Result<Self> {
        let start: DateTime<Utc> = START.parse()?;
        let (world, places, database) = prepare(order, size, squads, start).await?;
        let options = Options { clock: simulator::Clock::driven(start), seed: order.seed, ..options };
        config.database.url.clone_from(&database.url);
        let stage = Stage::open(world, options, config, order.seed).await?;
        Ok(Self { stage, places, database })
    }

    /// The bot.
    pub(crate) fn app(&self) -> &App {
        &self.stage.app
    }

    /// Its Discord.
    pub(crate) fn sim(&self) -> &Simulator {
        &self.stage.sim
    }

    /// Lets time pass.
    pub(crate) async fn pass(&self, time: TimeDelta) -> anyhow::Result<()> {
        self.stage.until(self.stage.now() + time).await
    }

    /// Ends it.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.stage.close().await?;
        self.database.close().await
    }
}

/// Messages that are sent to a channel or a person.
pub(crate) const MESSAGES: &str = "/channels/{channel}/messages";

/// Switches a fault in requests on.
pub(crate) fn fault(sim: &Simulator, method: &str, route: &str, times: usize, kind: FaultKind) {
    sim.fault(Fault::http(method, route, kind).times(u32::try_from(times).unwrap_or(u32::MAX)));
}
