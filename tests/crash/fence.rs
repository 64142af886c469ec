//! The control for fences, on the functions themselves: a worker freezes, its lease lapses, another
//! one takes over, and then the first one thaws and completes what it had begun.
//!
//! The bot can't be told to leave its fences out, so the control completes rows with the statement
//! that would stand there without them.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use elevenses::app::{App, Random};
use elevenses::clock::Clock;
use elevenses::config::{Config, Secret};
use elevenses::error::Result;
use elevenses::partnership::PartnershipId;
use elevenses::scheduler::{self, Due, Job};
use futures::FutureExt;
use tokio::time::sleep;

use crate::database::{Database, Engine};
use crate::say;

/// Occurrences that a worker of these tests took up. It freezes right after.
static TAKEN: Mutex<Vec<Due>> = Mutex::new(Vec::new());

const FREEZES: Job = Job {
    kind: "test.freezes",
    grace: TimeDelta::days(1),
    run: |_, _, due| {
        async move {
            TAKEN.lock().unwrap_or_else(PoisonError::into_inner).extend(due);
            std::future::pending::<Result<()>>().await
        }
        .boxed()
    },
};

fn start() -> DateTime<Utc> {
    "2026-03-22T18:00:00Z".parse().expect("an instant")
}

async fn app(url: &str) -> App {
    let mut config = Config::default();
    url.clone_into(&mut config.database.url);
    // Nobody listens there, and nothing is sent.
    "http://127.0.0.1:9".clone_into(&mut config.discord.api);
    let random = Random::seeded(5);
    App::open(config, &Secret::new("t"), Clock::driven(start()), random).await.expect("opens")
}

/// A worker takes up what is due, and freezes.
async fn taken(app: &App, here: PartnershipId, before: usize) -> Due {
    let worker = app.clone();
    let frozen = tokio::spawn(async move { scheduler::step(&worker, &[FREEZES]).await });
    loop {
        let of_here = || {
            let taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
            taken.iter().filter(|due| due.partnership == here).nth(before).cloned()
        };
        if let Some(due) = of_here() {
            return due;
        }
        assert!(!frozen.is_finished(), "the worker found nothing to do");
        sleep(Duration::from_millis(5)).await;
    }
}

/// Does what is due, in one transaction with completing it. Whether that was kept.
async fn complete(app: &App, due: &Due, fenced: bool) -> bool {
    let (inner, due) = (app.clone(), due.clone());
    let done = app.store.write(due.partnership, move |tx| {
        async move {
            // What the job does: here, a row that can be counted.
            sqlx::query("INSERT INTO trouble (partnership, what, on_date) VALUES ($1, $2, '2026-03-22')")
                .bind(due.partnership.0)
                .bind(format!("{} under fence {}", due.slot, due.fence))
                .execute(&mut **tx)
                .await?;
            if fenced {
                return scheduler::finish(tx, &inner, &due).await;
            }
            sqlx::query("UPDATE occurrence SET state = 'done' WHERE partnership = $1 AND id = $2")
                .bind(due.partnership.0)
                .bind(due.id)
                .execute(&mut **tx)
                .await?;
            Ok(())
        }
        .boxed()
    });
    done.await.is_ok()
}

/// Two workers complete the same occurrence: how often was it done?
async fn done(app: &App, database: &Database, here: PartnershipId, slot: &'static str, fenced: bool) -> i64 {
    let inner = app.clone();
    let plan = app.store.write(here, move |tx| {
        async move { scheduler::plan(tx, &inner, here, FREEZES.kind, 1, slot, inner.clock.now()).await }.boxed()
    });
    plan.await.expect("planned");
    let before =
        TAKEN.lock().unwrap_or_else(PoisonError::into_inner).iter().filter(|due| due.partnership == here).count();
    let first = taken(app, here, before).await;
    app.clock.advance_to(app.clock.now() + TimeDelta::seconds(61));
    let second = taken(app, here, before + 1).await;
    assert_eq!((first.id, second.id > 0), (second.id, true));
    assert!(second.fence > first.fence);
    // The first one thaws twice: while the second one works, and after it has finished.
    assert_eq!(complete(app, &first, fenced).await, !fenced, "only the holder of the latest fence completes");
    assert!(complete(app, &second, fenced).await);
    database.number(&format!("SELECT COUNT(*) FROM trouble WHERE what LIKE '{slot} under fence%'")).await
}

async fn both(engine: Engine, here: PartnershipId) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::new(engine, folder.path()).await;
    let app = app(&database.url).await;
    let with = done(&app, &database, here, "fenced", true).await;
    let without = done(&app, &database, here, "unfenced", false).await;
    say(format!("fences on {engine:?}: done {with} time with them, {without} times without (control)"));
    assert_eq!((with, without), (1, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_lost_its_lease_completes_nothing_on_sqlite() {
    both(Engine::Sqlite, PartnershipId(7)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_lost_its_lease_completes_nothing_on_postgres() {
    if std::env::var("TEST_POSTGRES_URL").is_err() {
        return say("fences on PostgreSQL are skipped: TEST_POSTGRES_URL is not set");
    }
    both(Engine::Postgres, PartnershipId(8)).await;
}
