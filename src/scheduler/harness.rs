//! What tests of the tables work with: an `App` on each engine, with a driven clock.

use std::future::Future;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Connection};

use crate::app::{App, Random};
use crate::clock::Clock;
use crate::config::Config;
use crate::discord::{Discord, Settings};
use crate::partnership::PartnershipId;
use crate::storage::{Location, Store};

/// The partnership of the tests.
pub(crate) const HERE: PartnershipId = PartnershipId(7);

/// Monday 2 November 2026, 09:00 UTC.
pub(crate) fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_793_610_000, 0).expect("in range")
}

/// Runs a test on SQLite, and on PostgreSQL where the tests have one.
pub(crate) async fn on_each_engine<F: Future<Output = ()>>(test: impl Fn(App) -> F) {
    let folder = tempfile::tempdir().expect("a folder");
    test(app(&format!("sqlite:{}", folder.path().join("test.db").display())).await).await;
    match std::env::var("TEST_POSTGRES_URL") {
        Ok(server) => test(app(&fresh_database(&server).await).await).await,
        Err(_) => println!("PostgreSQL was skipped: TEST_POSTGRES_URL is not set"),
    }
}

async fn app(url: &str) -> App {
    let clock = Clock::driven(start());
    let store = Store::open(&Location::new(url), clock.activity()).await.expect("opens");
    store.migrate().await.expect("migrates");
    // Nobody listens there: whatever is sent fails before it leaves.
    let settings = Settings {
        token: "t".to_owned(),
        api: Some("http://127.0.0.1:9".to_owned()),
        requests_a_second: 50,
        silence: crate::discord::gateway::SILENCE,
        longest_wait: crate::discord::LONGEST_WAIT,
    };
    App {
        config: Config::default().into(),
        discord: Discord::new(settings, clock.clone()).expect("an address"),
        clock,
        store,
        random: Random::seeded(11),
        library: crate::features::conversation::library::Library::load(None).expect("the shipped ones").into(),
        web: None,
    }
}

/// Makes a database of a random name and returns its address.
async fn fresh_database(server: &str) -> String {
    sqlx::any::install_default_drivers();
    let name = format!("t_{}", Random::from_system().id());
    let mut conn = crate::storage::Db::connect(server).await.expect("the server of the tests is up");
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut conn)
        .await
        .expect("may create databases");
    conn.close().await.expect("closes");
    let (head, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{head}/{name}")
}
