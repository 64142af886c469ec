//! How long a search takes: 50,000 decisions in 50 partnerships. Prints figures, not verdicts.
//!
//! `cargo bench --bench search`; with `TEST_POSTGRES_URL`, on PostgreSQL, too.

use std::time::{Duration, Instant};

use elevenses::app::Random;
use elevenses::clock::Activity;
use elevenses::error::Result;
use elevenses::partnership::PartnershipId;
use elevenses::storage::{Location, Store, search};
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;
use sqlx::AssertSqlSafe;

const PARTNERSHIPS: i64 = 50;
const DECISIONS: i64 = 1_000;
const QUERIES: usize = 2_000;
/// Words that decisions are made of; each is as frequent as its place says (Zipf).
const WORDS: usize = 5_000;
/// These stand in more than half of all records.
const COMMON: [&str; 3] = ["decision", "team", "release"];

fn main() -> anyhow::Result<()> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let folder = tempfile::tempdir()?;
        measure(&format!("sqlite:{}", folder.path().join("bench.db").display())).await?;
        let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
            println!("PostgreSQL was skipped: TEST_POSTGRES_URL is not set");
            return Ok(());
        };
        measure(&fresh(&server).await?).await
    })
}

/// A database of a random name.
async fn fresh(server: &str) -> anyhow::Result<String> {
    sqlx::any::install_default_drivers();
    let name = format!("bench_{}", Random::from_system().id());
    let pool = sqlx::AnyPool::connect(server).await?;
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await?;
    pool.close().await;
    let (base, _) = server.rsplit_once('/').unwrap_or((server, ""));
    Ok(format!("{base}/{name}"))
}

fn partnership(at: i64) -> PartnershipId {
    PartnershipId(1_400_000_000_000_000_000 + at * 7_919)
}

/// A made-up word: its place in base 20, in letters.
fn word(mut at: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "ba", "co", "du", "fé", "gi", "ho", "ju", "ka", "lo", "mi", "nå", "po", "ri", "su", "ta", "vo", "wi", "xe",
        "yu", "zo",
    ];
    let mut word = String::new();
    for _ in 0..3 {
        word.push_str(SYLLABLES[at % 20]);
        at /= 20;
    }
    word
}

fn drawn(random: &mut ChaCha12Rng) -> String {
    let most = f64::from(u32::try_from(WORDS).unwrap_or(u32::MAX));
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to WORDS")]
    let place = most.powf(random.random::<f64>()) as usize;
    word(place.min(WORDS - 1))
}

fn text(random: &mut ChaCha12Rng, words: usize) -> String {
    let mut text: Vec<String> = (0..words).map(|_| drawn(random)).collect();
    text.extend(COMMON.iter().filter(|_| random.random_bool(0.7)).map(|word| (*word).to_owned()));
    text.join(" ")
}

async fn measure(url: &str) -> anyhow::Result<()> {
    let store = Store::open(&Location::new(url), &Activity::default()).await?;
    store.migrate().await?;
    let mut random = ChaCha12Rng::seed_from_u64(11);
    let begun = Instant::now();
    let mut kept: Vec<Vec<String>> = Vec::new();
    for at in 0..PARTNERSHIPS {
        let rows: Vec<(i64, String, String)> =
            (1..=DECISIONS).map(|number| (number, text(&mut random, 5), text(&mut random, 120))).collect();
        let joined = |(_, title, body): &(i64, String, String)| search::words(&format!("{title} {body}")).join(" ");
        kept.push(rows.iter().map(joined).collect());
        let filled = store.write(partnership(at), move |tx| Box::pin(async move { fill(tx, at, rows).await }));
        filled.await.map_err(|why| anyhow::anyhow!("{why}"))?;
    }
    println!(
        "{:?}: {} decisions in {PARTNERSHIPS} partnerships, indexed in {:.1?}",
        store.engine(),
        PARTNERSHIPS * DECISIONS,
        begun.elapsed()
    );
    let mixed: Vec<String> = (0..QUERIES).map(|_| query(&mut random)).collect();
    report(&store, "a mix of queries", &mixed, &mut random).await?;
    let common: Vec<String> =
        (0..QUERIES / 10).map(|_| (*COMMON.choose(&mut random).unwrap_or(&"team")).to_owned()).collect();
    report(&store, "words in more than half of the records", &common, &mut random).await?;
    reference(&kept, &mixed, &mut random);
    store.close().await;
    Ok(())
}

async fn fill(tx: &mut elevenses::storage::Tx, at: i64, rows: Vec<(i64, String, String)>) -> Result<()> {
    for (number, title, body) in rows {
        search::index(tx, partnership(at), "decision", number, &title, &body).await?;
    }
    Ok(())
}

/// One word, two, three, the beginning of one, or a phrase.
fn query(random: &mut ChaCha12Rng) -> String {
    match random.random_range(0..5) {
        0 => drawn(random),
        1 => format!("{} {}", drawn(random), drawn(random)),
        2 => format!("{} {} {}", drawn(random), drawn(random), drawn(random)),
        3 => drawn(random).chars().take(3).collect(),
        _ => format!("\"{} {}\"", drawn(random), drawn(random)),
    }
}

async fn report(store: &Store, what: &str, queries: &[String], random: &mut ChaCha12Rng) -> anyhow::Result<()> {
    let (mut each, mut hits): (Vec<Duration>, usize) = (Vec::with_capacity(queries.len()), 0);
    for query in queries {
        let at = partnership(random.random_range(0..PARTNERSHIPS));
        let begun = Instant::now();
        let mut db = store.read().await.map_err(|why| anyhow::anyhow!("{why}"))?;
        let found = search::find(&mut db, store.engine(), at, "decision", query, 25).await;
        hits += found.map_err(|why| anyhow::anyhow!("{why}"))?.len();
        each.push(begun.elapsed());
    }
    print(what, hits, each);
    Ok(())
}

/// The same without an index or a database: each record of the partnership, folded already and in memory, is
/// looked through for the words, and 25 are taken in no order.
fn reference(kept: &[Vec<String>], queries: &[String], random: &mut ChaCha12Rng) {
    let (mut each, mut hits): (Vec<Duration>, usize) = (Vec::with_capacity(queries.len()), 0);
    for query in queries {
        let Some(records) = kept.choose(random) else { return };
        let begun = Instant::now();
        let words = search::words(query);
        let found = records.iter().filter(|record| words.iter().all(|word| record.contains(word.as_str())));
        hits += std::hint::black_box(found.take(25).count());
        each.push(begun.elapsed());
    }
    print("reference, all records in memory looked through", hits, each);
}

fn print(what: &str, hits: usize, mut each: Vec<Duration>) {
    each.sort_unstable();
    let at = |percent: usize| each[(each.len() * percent / 100).min(each.len() - 1)];
    println!(
        "  {what}: {} queries, {hits} hits, p50 {:.2?}, p95 {:.2?}, p99 {:.2?}",
        each.len(),
        at(50),
        at(95),
        at(99)
    );
}
