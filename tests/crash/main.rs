//! The bot as a real process, killed with SIGKILL at random moments under load.
//!
//! The simulated Discord runs in the test's process, so it sees everything that a real server would
//! have seen; the judge believes its ledger and the rows of the database, never the bot.
//!
//! Five kills on each engine by default; thirty with `ELEVENSES_CAMPAIGN=full`. `ELEVENSES_SEED`
//! gives other moments. PostgreSQL needs `TEST_POSTGRES_URL`. Each claim has a control that fails.

mod bot;
mod campaign;
mod database;
mod durability;
mod fence;
mod judge;
mod people;
mod town;

use std::fmt::Display;
use std::io::{self, Write};

use campaign::Plan;
use database::Engine;
use judge::Verdict;

/// Says something past the test harness, which swallows what `println!` prints.
fn say(line: impl Display) {
    drop(writeln!(io::stderr(), "{line}"));
}

fn seed() -> u64 {
    std::env::var("ELEVENSES_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(11)
}

fn plan(engine: Engine) -> Plan {
    let full = std::env::var("ELEVENSES_CAMPAIGN").is_ok_and(|value| value == "full");
    Plan { engine, seed: seed(), kills: if full { 30 } else { 5 }, people: 12, acts: 5, full, enforce_nonce: true }
}

fn show(title: &str, verdict: &Verdict) {
    say(format!("\n{title}\n{verdict}"));
}

async fn holds(engine: Engine) {
    let verdict = campaign::run(plan(engine)).await.verdict().await;
    show(&format!("kill -9 on {engine:?}, seed {}", seed()), &verdict);
    assert!(verdict.acknowledged > 0 && verdict.sent > 0 && verdict.occurrences > 0, "there was no load:\n{verdict}");
    assert!(verdict.repeats > 0, "no message was ever repeated, so nothing was tried:\n{verdict}");
    assert!(verdict.is_clean(), "{verdict}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_doubled_or_missing_on_sqlite() {
    holds(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_doubled_or_missing_on_postgres() {
    if std::env::var("TEST_POSTGRES_URL").is_err() {
        return say("kill -9 on PostgreSQL is skipped: TEST_POSTGRES_URL is not set");
    }
    holds(Engine::Postgres).await;
}

/// The control: the same campaign on a Discord that ignores nonces. And the judge's own: it has to
/// notice when an acknowledged answer or an occurrence isn't there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_nonces_messages_come_twice() {
    let plan = Plan { kills: 1, people: 4, acts: 3, enforce_nonce: false, full: false, ..plan(Engine::Sqlite) };
    let ended = campaign::run(plan).await;
    let verdict = ended.verdict().await;
    show("control: the same without nonces", &verdict);
    assert!(!verdict.twice.is_empty(), "the judge must find messages that came twice:\n{verdict}");
    assert!(verdict.lost.is_empty() && verdict.missing.is_empty(), "{verdict}");
    ended.database.execute("DELETE FROM checkin_answer WHERE position = 0").await;
    ended.database.execute("UPDATE occurrence SET state = 'due', due_at = 1 WHERE kind = 'checkin.prompt'").await;
    let verdict = ended.verdict().await;
    assert!(!verdict.lost.is_empty(), "the judge must find the answers that were deleted:\n{verdict}");
    assert!(!verdict.missing.is_empty(), "the judge must find the occurrences that nobody did:\n{verdict}");
}
