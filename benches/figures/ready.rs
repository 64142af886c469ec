//! How soon the bot is there.

use std::time::{Duration, Instant};

use anyhow::Context;
use elevenses::app::{App, Random};
use elevenses::clock::Clock;
use elevenses::config::{Config, Secret};
use simulator::{Options, Simulator, UserId, World};
use tokio_util::sync::CancellationToken;

use crate::bot::{Bot, unknown_command};
use crate::database::{Database, Engine};
use crate::partnership::Partnership;
use crate::table::{Table, Times, shown};

/// How often it is started.
const STARTS: usize = 7;

/// Measures it with 1,000 people in 20 squads on one server.
pub(crate) async fn measure(table: &mut Table) -> anyhow::Result<()> {
    let mut world = World::new();
    let partnership = Partnership::found(&mut world, 20, 50);
    let person = partnership.people().next().context("there are people")?;
    let partnerships = [partnership];
    let (mut inside, mut whole, mut bare) = (Times::default(), Times::default(), Times::default());
    for _ in 0..STARTS {
        let database = Database::with(Engine::Sqlite, &partnerships).await?;
        inside.add(served(&world, &database).await?);
        let sim = Simulator::start(world.clone(), Options::default()).await?;
        whole.add(answering(&sim, person, || Bot::start(&sim, &database)).await?);
        let sim = Simulator::start(world.clone(), Options::default()).await?;
        bare.add(answering(&sim, person, || Bot::bare(&sim)).await?);
        database.close().await?;
    }
    let span = |times: &Times| format!("median {}, worst {}", shown(times.median()), shown(times.percentile(100)));
    let reference = format!("bare serenity {}", span(&bare));
    table.add("identified, registered, READY handled", "≤ 300 ms", &span(&inside), "");
    table.add("process started → first answer", "", &span(&whole), &reference);
    Ok(())
}

/// From the start of serving until what the gateway sent was handled.
async fn served(world: &World, database: &Database) -> anyhow::Result<Duration> {
    let sim = Simulator::start(world.clone(), Options::default()).await?;
    let mut config = Config::default();
    config.database.url.clone_from(&database.url);
    sim.url().clone_into(&mut config.discord.api);
    let app = App::open(config, &Secret::new(sim.token()), Clock::system(), Random::from_system()).await?;
    let stop = CancellationToken::new();
    let begun = Instant::now();
    let (serving, token) = (app.clone(), stop.clone());
    let serving = tokio::spawn(async move { serving.serve(token).await });
    // READY and the server.
    while app.discord.handled() < 2 {
        anyhow::ensure!(!serving.is_finished(), "the bot ended before it was ready");
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
    let took = begun.elapsed();
    stop.cancel();
    serving.await??;
    Ok(took)
}

/// From the start of a process until a command was answered.
async fn answering(
    sim: &Simulator,
    person: UserId,
    start: impl FnOnce() -> anyhow::Result<Bot>,
) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    let mut bot = start()?;
    bot.connected(sim).await?;
    unknown_command(sim, person).await?;
    Ok(begun.elapsed())
}
