//! A morning on which 10,000 check-ins are due at the same instant, in 500 servers.

use std::time::{Duration, Instant};

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use elevenses::app::{App, Random};
use elevenses::clock::Clock;
use elevenses::config::{Config, Secret};
use elevenses::storage::Scope;
use elevenses::{features, outbox, scheduler};
use simulator::{Options, RateLimits, Simulator, World};
use tokio_util::sync::CancellationToken;

use crate::database::{Database, Engine};
use crate::partnership::{Partnership, save, stored};
use crate::table::{Table, Times, shown};

/// Servers with one squad each.
const SERVERS: usize = 500;
/// People in each.
const PEOPLE: usize = 20;
/// How many check-ins that is.
const DUE: i64 = 10_000;
/// Where the clock stands: on a Monday, when the check-ins are due.
const MORNING: &str = "2026-11-23T09:30:00Z";
/// How often the queueing is measured.
const RUNS: usize = 3;
/// Discord's limit in a second.
const LIMIT: usize = 50;
/// How many messages are delivered unless told otherwise.
const DELIVERED: usize = 500;

/// Measures the queueing and then the delivery.
pub(crate) async fn measure(engine: Engine, table: &mut Table) -> anyhow::Result<()> {
    let mut world = World::new();
    let partnerships: Vec<Partnership> = (0..SERVERS).map(|_| Partnership::found(&mut world, 1, PEOPLE)).collect();
    let options = Options { rate_limits: RateLimits::Real, ..Options::default() };
    let sim = Simulator::start(world, options).await?;
    let channels = conversations(&sim, &partnerships)?;
    let (mut queued, mut inserted) = (Times::default(), Times::default());
    for run in 1..=RUNS {
        let database = Database::new(engine).await?;
        let app = open(&sim, &database).await?;
        save(&app.store, &partnerships).await?;
        plan(&app, &partnerships, &channels).await?;
        let mut bare = database.bare().await?;
        inserted.add(bare.commit(DUE).await?);
        queued.add(queue(&app).await?);
        if run == RUNS {
            let reference = format!("10,000 bare inserts in one commit {}", shown(inserted.median()));
            let seen = format!("median {}, worst {}", shown(queued.median()), shown(queued.percentile(100)));
            table.add(&format!("10,000 due → queued, {}", engine.name()), "≤ 5 s", &seen, &reference);
            deliver(engine, &app, &sim, table).await?;
        }
        app.store.close().await;
        database.close().await?;
    }
    Ok(())
}

async fn open(sim: &Simulator, database: &Database) -> anyhow::Result<App> {
    let mut config = Config::default();
    config.database.url.clone_from(&database.url);
    sim.url().clone_into(&mut config.discord.api);
    let clock = Clock::driven(MORNING.parse()?);
    App::open(config, &Secret::new(sim.token()), clock, Random::from_system()).await
}

/// Everybody's conversation with the bot, as person and channel.
fn conversations(sim: &Simulator, partnerships: &[Partnership]) -> anyhow::Result<Vec<(i64, i64)>> {
    let people = partnerships.iter().flat_map(Partnership::people);
    let conversations = people.map(|id| {
        let person = sim.person(id);
        person.goes_to("DM").context("a conversation")?;
        Ok((stored(id.0), stored(person.place().context("a conversation")?.0)))
    });
    conversations.collect()
}

/// Everybody's check-in is due, and their conversations are known.
async fn plan(app: &App, partnerships: &[Partnership], channels: &[(i64, i64)]) -> anyhow::Result<()> {
    let (inner, partnerships, channels) = (app.clone(), partnerships.to_vec(), channels.to_vec());
    let at: DateTime<Utc> = MORNING.parse()?;
    let planned = app.store.write(Scope::Any, move |tx| {
        Box::pin(async move {
            for (person, channel) in channels {
                let sql = "INSERT INTO person (person, dm_channel) VALUES ($1, $2)";
                sqlx::query(sql).bind(person).bind(channel).execute(&mut **tx).await?;
            }
            let slot = at.date_naive().to_string();
            for one in &partnerships {
                let id = elevenses::partnership::PartnershipId(one.id);
                for person in one.people() {
                    scheduler::plan(tx, &inner, id, "checkin.prompt", stored(person.0), &slot, at).await?;
                }
            }
            Ok(())
        })
    });
    planned.await.map_err(anyhow::Error::msg)?;
    app.clock.advance_to(at + TimeDelta::seconds(1));
    Ok(())
}

/// Claims, renders and queues all that is due.
async fn queue(app: &App) -> anyhow::Result<Duration> {
    let jobs = features::jobs();
    let begun = Instant::now();
    while scheduler::step(app, &jobs).await.map_err(anyhow::Error::msg)?.ran > 0 {}
    let took = begun.elapsed();
    let mut db = app.store.read().await.map_err(anyhow::Error::msg)?;
    let sql = "SELECT COUNT(*) FROM post WHERE state = 'waiting' AND budget = 'gathered'";
    let (waiting,): (i64,) = sqlx::query_as(sql).fetch_one(&mut *db).await?;
    let sql = "SELECT COUNT(*) FROM occurrence WHERE kind = 'checkin.prompt' AND state = 'done'";
    let (done,): (i64,) = sqlx::query_as(sql).fetch_one(&mut *db).await?;
    anyhow::ensure!((waiting, done) == (DUE, DUE), "{done} are done and {waiting} wait to be sent");
    Ok(took)
}

/// Sends what waits, and looks at what arrived when.
async fn deliver(engine: Engine, app: &App, sim: &Simulator, table: &mut Table) -> anyhow::Result<()> {
    let wanted = std::env::var("FIGURES_DELIVER").ok().map(|text| text.parse()).transpose()?.unwrap_or(DELIVERED);
    app.discord.identify().await?;
    let first = sim.ledger().len();
    let (stop, begun) = (CancellationToken::new(), sim.epoch());
    let sending = tokio::spawn(outbox::run(app.clone(), features::showings(), stop.clone()));
    while sim.epoch() < begun + u64::try_from(wanted)? {
        anyhow::ensure!(!sending.is_finished(), "the outbox ended");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    sending.await?;
    let ledger = sim.ledger();
    let sent = ledger[first..].iter().filter(|entry| entry.accepted && entry.method == "POST");
    let mut arrived: Vec<DateTime<Utc>> = sent.map(|entry| entry.at).collect();
    arrived.sort_unstable();
    arrived.truncate(wanted);
    anyhow::ensure!(arrived.len() == wanted, "{} messages arrived of {wanted}", arrived.len());
    anyhow::ensure!(wanted > LIMIT, "a rate needs more than the first {LIMIT} messages, which go at once");
    // The first second's worth goes at once: the rate is that of what comes after it.
    let span = (arrived[wanted - 1] - arrived[LIMIT - 1]).to_std()?;
    let rate = f64::from(u32::try_from(wanted - LIMIT)?) / span.as_secs_f64();
    let limit = f64::from(u32::try_from(LIMIT)?);
    let most = (0..arrived.len()).map(|from| {
        let end = arrived[from] + TimeDelta::seconds(1);
        arrived[from..].partition_point(|at| *at < end)
    });
    table.add(
        &format!("{wanted} of them delivered, {}", engine.name()),
        "≥ 95 % of 50/s, no 429",
        &format!("{rate:.1}/s ({:.1} %), {} × 429", 100.0 * rate / limit, sim.rate_limited()),
        &format!("most in any second {}", most.max().unwrap_or_default()),
    );
    Ok(())
}
