//! How long an evaluation takes, on one core. Prints figures, not verdicts.

use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use elevenses::app::{App, Random};
use elevenses::clock::Clock;
use elevenses::config::{Config, Secret};
use elevenses::error::Result;
use elevenses::features::member;
use elevenses::features::member::Subject;
use elevenses::features::member::model::Contact;
use elevenses::features::pace::{self, By, Said};
use elevenses::pace::{Block, Input, evaluate};
use elevenses::partnership::{PartnershipId, UserId};
use elevenses::storage::Tx;

const MEMBERS: i64 = 10_000;
const DAYS: i64 = 365;

/// How often the figures with the database are taken.
const TIMES: i64 = 200;
/// Members whom the hourly round looks at in one transaction.
const AT_ONCE: i64 = 50;
const HERE: PartnershipId = PartnershipId(1);
const BEN: UserId = UserId(2);
/// Ben's morning in London: the hourly round looks at him.
const MORNING: &str = "2026-03-31T06:00:00Z";

fn main() -> anyhow::Result<()> {
    rules();
    tokio::runtime::Runtime::new()?.block_on(with_a_database())
}

/// The rules by themselves.
fn rules() {
    let logs: Vec<Input> = (0..MEMBERS).map(year).collect();
    let entries: usize = logs.iter().map(|log| log.blocks.len()).sum();
    let (mut flags, mut each) = (0, Vec::with_capacity(logs.len()));
    let begun = Instant::now();
    for log in &logs {
        let one = Instant::now();
        flags += evaluate(log).flags.len();
        each.push(one.elapsed());
    }
    let all = begun.elapsed();
    // The reference: what it takes to look at each entry once.
    let begun = Instant::now();
    let worked: i64 =
        logs.iter().flat_map(|log| &log.blocks).map(|block| (block.end - block.start).num_seconds()).sum();
    let looked = begun.elapsed();
    each.sort_unstable();
    println!("{MEMBERS} members with a year of entries each ({entries} blocks, {worked} s of work, {flags} flags)");
    println!("all of them: {all:.2?} (adding the blocks' lengths up: {looked:.2?})");
    println!("one member: p50 {:.1?}, p99 {:.1?}, most {:.1?}", at(&each, 50), at(&each, 99), at(&each, 100));
}

fn at(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

/// A year of one block a working day, of changing length, some at weekends and some over midnight.
fn year(member: i64) -> Input {
    let now: DateTime<Utc> = "2026-03-30T21:00:00Z".parse().unwrap_or_default();
    let zone = [Tz::Europe__London, Tz::Asia__Kolkata, Tz::America__New_York][usize::try_from(member).unwrap_or(0) % 3];
    let blocks = (1..=DAYS).filter_map(|back| {
        let start = now - TimeDelta::days(back) - TimeDelta::hours(12 - (member + back) % 4);
        let weekend = matches!(start.weekday(), Weekday::Sat | Weekday::Sun);
        let worked = !weekend || (member + back) % 5 == 0;
        let end = start + TimeDelta::minutes(420 + (member * 7 + back * 13) % 300);
        worked.then_some(Block { start, end, estimated: (member + back) % 50 == 0 })
    });
    Input { blocks: blocks.collect(), ..Input::empty(now, zone) }
}

/// The same with a database, on SQLite: one member with a year of entries.
async fn with_a_database() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut config = Config::default();
    config.database.url = format!("sqlite:{}", folder.path().join("bench.db").display());
    // Nobody listens there, and nobody is asked.
    "http://127.0.0.1:9".clone_into(&mut config.discord.api);
    let clock = Clock::driven(MORNING.parse()?);
    let app = App::open(config, &Secret::new("t"), clock, Random::seeded(11)).await?;
    written(&app, |tx, app| Box::pin(async move { live_a_year(tx, &app).await })).await?;
    // What is new is told once; the mornings after that are the usual ones.
    nightly(&app).await?;
    let mut nights = Vec::new();
    for _ in 0..TIMES / AT_ONCE {
        nights.extend(nightly(&app).await?);
    }
    nights.sort_unstable();
    println!(
        "one member's nightly evaluation with the database: p50 {:.1?}, p99 {:.1?}, most {:.1?}",
        at(&nights, 50),
        at(&nights, 99),
        at(&nights, 100)
    );
    let (mut times, mut rows) = (Vec::new(), Vec::new());
    for back in 0..TIMES {
        let (took, changed) = correction(&app, back).await?;
        times.push(took);
        rows.push(changed);
    }
    times.sort_unstable();
    rows.sort_unstable();
    println!(
        "correcting one day of the year: p50 {:.1?}, p99 {:.1?}; rows changed: at least {}, at most {}",
        at(&times, 50),
        at(&times, 99),
        rows[0],
        rows[rows.len() - 1]
    );
    app.store.close().await;
    Ok(())
}

/// Something that is done in a transaction.
type Work<T> = for<'a> fn(&'a mut Tx, App) -> futures::future::BoxFuture<'a, Result<T>>;

async fn written<T: Send + 'static>(app: &App, work: Work<T>) -> anyhow::Result<T> {
    let own = app.clone();
    let done = app.store.write(HERE, move |tx| work(tx, own)).await;
    done.map_err(|error| anyhow::anyhow!("{error}"))
}

async fn live_a_year(tx: &mut Tx, app: &App) -> Result<()> {
    member::store::ensure(tx, HERE, BEN, "Ben", app.clock.now()).await?;
    member::store::set_contact(tx, HERE, BEN, Contact::Start).await?;
    for block in year(0).blocks {
        let said = Said::Times(vec![(block.start, block.end)]);
        pace::store::replace(tx, HERE, BEN, block.start.date_naive(), &said).await?;
    }
    Ok(())
}

/// Ben, as the rules see him.
async fn ben(tx: &mut Tx) -> Result<Subject> {
    let member = member::store::get(tx, HERE, BEN).await?.ok_or_else(|| anyhow::anyhow!("Ben is there"))?;
    Subject::load(tx, HERE, &member).await
}

/// What the hourly round does for each of fifty members, whom it looks at in one transaction: load, rules,
/// and what is new.
async fn nightly(app: &App) -> anyhow::Result<Vec<Duration>> {
    written(app, |tx, app| {
        Box::pin(async move {
            let mut each = Vec::new();
            for _ in 0..AT_ONCE {
                let begun = Instant::now();
                let subject = ben(tx).await?;
                pace::look(tx, &app, &subject, By::Time).await?;
                each.push(begun.elapsed());
            }
            Ok(each)
        })
    })
    .await
}

/// A day that was entered wrongly, and all that it changes: how long it took, and how many rows.
async fn correction(app: &App, back: i64) -> anyhow::Result<(Duration, i64)> {
    let own = app.clone();
    let done = app.store.write(HERE, move |tx| {
        Box::pin(async move {
            let (before, begun) = (changes(tx).await?, Instant::now());
            let now = own.clock.now();
            let subject = ben(tx).await?;
            let date: NaiveDate = subject.date(now - TimeDelta::days(1 + back));
            pace::store::replace(tx, HERE, BEN, date, &Said::Minutes(Some(450))).await?;
            pace::look(tx, &own, &subject, By::Act).await?;
            Ok((begun.elapsed(), changes(tx).await? - before))
        })
    });
    done.await.map_err(|error| anyhow::anyhow!("{error}"))
}

/// Rows that were written on this connection, as SQLite counts them.
async fn changes(tx: &mut Tx) -> Result<i64> {
    let (count,): (i64,) = sqlx::query_as("SELECT total_changes()").fetch_one(&mut **tx).await?;
    Ok(count)
}
