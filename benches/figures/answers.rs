//! From a command to its callback, and the memory of a bot that waits.

use std::time::{Duration, Instant};

use anyhow::Context;
use simulator::{Options, Simulator, World};

use crate::bot::{Bot, unknown_command};
use crate::database::{Database, Engine};
use crate::partnership::{Partnership, quiet};
use crate::table::{Table, Times, over_rounds};

/// Rounds, in which the bot and the reference take turns.
const ROUNDS: usize = 7;
/// Commands a round.
const COMMANDS: usize = 500;

/// Measures both, with 1,000 people in 20 squads on one server.
pub(crate) async fn measure(table: &mut Table) -> anyhow::Result<()> {
    let mut world = World::new();
    let partnership = Partnership::found(&mut world, 20, 50);
    let person = partnership.people().next().context("there are people")?;
    let database = Database::with(Engine::Sqlite, &[partnership]).await?;
    let sim = Simulator::start(world.clone(), Options::default()).await?;
    let other = Simulator::start(world, Options::default()).await?;
    let (mut bot, mut bare) = (Bot::start(&sim, &database)?, Bot::bare(&other)?);
    bot.connected(&sim).await?;
    bare.connected(&other).await?;
    quiet(&sim).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let [(all, own), (bare_all, bare_own)] = [bot.memory()?, bare.memory()?];
    table.add(
        "idle memory, 1,000 members, 20 squads",
        "≤ 30 MB",
        &format!("{all:.1} MB ({own:.1} MB its own)"),
        &format!("bare serenity {bare_all:.1} MB ({bare_own:.1} MB)"),
    );

    let (mut ours, mut theirs, mut help, mut form) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (mut this, mut that) = (Times::default(), Times::default());
        for _ in 0..COMMANDS {
            this.add(unknown_command(&sim, person).await?);
        }
        for _ in 0..COMMANDS {
            that.add(unknown_command(&other, person).await?);
        }
        let (helped, opened) = (run(&sim, person, "/help").await?, run(&sim, person, "/checkin now").await?);
        // The first round warms up.
        if round > 0 {
            ours.push(this);
            theirs.push(that);
            help.push(helped);
            form.push(opened);
        }
    }
    let reference = format!("bare serenity {}", over_rounds(&theirs));
    table.add("command → callback, no database", "p50 ≤ 0.3 ms", &over_rounds(&ours), &reference);
    table.add("/help → callback, SQLite read", "", &over_rounds(&help), &reference);
    table.add("/checkin now → form, SQLite read", "", &over_rounds(&form), &reference);
    let (all, own) = bot.memory()?;
    table.add("memory after 12,000 commands", "", &format!("{all:.1} MB ({own:.1} MB its own)"), "");
    drop((bot, bare));
    database.close().await
}

async fn run(sim: &Simulator, person: simulator::UserId, line: &str) -> anyhow::Result<Times> {
    let person = sim.person(person);
    let mut times = Times::default();
    for _ in 0..COMMANDS {
        let begun = Instant::now();
        person.runs(line).await.context("a command is answered")?;
        times.add(begun.elapsed());
    }
    Ok(times)
}
