//! From sending the form of a check-in to "saved", which comes after a durable commit.

use std::time::{Duration, Instant};

use anyhow::Context;
use futures::future::try_join_all;
use simulator::{Actor, Options, Simulator, World};

use crate::bot::{Bot, unknown_command};
use crate::database::{Bare, Database, Engine, page_kept};
use crate::partnership::{Partnership, QUESTIONS, quiet};
use crate::table::{Table, Times, over_rounds, shown};

/// Squads of twenty whose people answer one after another, each once.
const ALONE: usize = 15;
/// How many rounds of [`AT_ONCE`] there are.
const ROUNDS: usize = 6;
/// How many people send their forms at the same time.
const AT_ONCE: usize = 50;

/// Measures it on an engine, beside commits of one row in the same moments.
pub(crate) async fn measure(engine: Engine, table: &mut Table) -> anyhow::Result<()> {
    let mut world = World::new();
    let partnership = Partnership::found(&mut world, ALONE + ROUNDS * AT_ONCE / 20, 20);
    let database = Database::with(engine, std::slice::from_ref(&partnership)).await?;
    let mut bare = database.bare().await?;
    let sim = Simulator::start(world, Options::default()).await?;
    let mut bot = Bot::start(&sim, &database)?;
    bot.connected(&sim).await?;
    let people: Vec<Actor> = partnership.people().map(|id| sim.person(id)).collect();
    let (one_by_one, together) = people.split_at(ALONE * 20);

    let (mut ours, mut theirs, mut pages, mut ways) =
        (Times::default(), Times::default(), Times::default(), Times::default());
    for person in one_by_one {
        opens(person).await?;
        // What the one before set off, such as the squad's message, is over.
        quiet(&sim).await;
        theirs.add(bare.commit(1).await?);
        ours.add(sends(person).await?);
        quiet(&sim).await;
        theirs.add(bare.commit(1).await?);
        // The same way there and back, from the same silence, without a database.
        quiet(&sim).await;
        ways.add(unknown_command(&sim, person.id()).await?);
        pages.add(page_kept(database.folder())?);
    }
    let ratio = ours.median().as_secs_f64() / theirs.median().as_secs_f64();
    table.add(
        &format!("form → saved, {}", engine.name()),
        "p50 ≤ 1.5 × reference",
        &format!("{} ({ratio:.2} ×)", ours.spread()),
        &format!(
            "bare commit {}; a page kept by the disk {}; an answer without a database {}",
            theirs.spread(),
            shown(pages.median()),
            shown(ways.median())
        ),
    );
    at_once(engine, table, &sim, &mut bare, together).await?;
    drop(bot);
    database.close().await
}

async fn at_once(
    engine: Engine,
    table: &mut Table,
    sim: &Simulator,
    bare: &mut Bare,
    people: &[Actor],
) -> anyhow::Result<()> {
    let (mut rounds, mut last, mut one_by_one) = (Vec::new(), Times::default(), Times::default());
    for people in people.chunks(AT_ONCE) {
        for person in people {
            opens(person).await?;
        }
        quiet(sim).await;
        let begun = Instant::now();
        rounds.push(try_join_all(people.iter().map(sends)).await?.into_iter().collect::<Times>());
        last.add(begun.elapsed());
        quiet(sim).await;
        let begun = Instant::now();
        for _ in people {
            bare.commit(1).await?;
        }
        one_by_one.add(begun.elapsed());
    }
    table.add(
        &format!("form → saved, 50 at once, {}", engine.name()),
        "",
        &format!("{}, all {}", over_rounds(&rounds), shown(last.median())),
        &format!("50 bare commits in a row {}", shown(one_by_one.median())),
    );
    Ok(())
}

async fn opens(person: &Actor) -> anyhow::Result<()> {
    person.runs("/checkin now").await.context("the form opens")?;
    anyhow::ensure!(person.modal().is_some(), "the answer to /checkin now is a form");
    Ok(())
}

async fn sends(person: &Actor) -> anyhow::Result<Duration> {
    let words = ["The scanner reads both labels now", "Labels in Welsh", "No test phones until Thursday"];
    let fields: Vec<(&str, &str)> = QUESTIONS.into_iter().zip(words).collect();
    let begun = Instant::now();
    let reply = person.fills(&fields).await.context("the form is answered")?;
    let took = begun.elapsed();
    anyhow::ensure!(reply.text().contains("aved"), "it was not saved: {}", reply.text());
    Ok(took)
}
