//! The bot's database, seen from outside.

use std::path::Path;

use elevenses::app::Random;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, AssertSqlSafe};

/// Which database the bot runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A file of its own.
    Sqlite,
    /// A database of its own on the server that `TEST_POSTGRES_URL` names.
    Postgres,
}

/// An address for the bot, and a way to look at what it wrote.
pub(crate) struct Database {
    /// As in `DATABASE_URL`.
    pub(crate) url: String,
    pool: AnyPool,
}

impl Database {
    /// A new one; the bot makes its tables.
    pub(crate) async fn new(engine: Engine, folder: &Path) -> Self {
        sqlx::any::install_default_drivers();
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.join("crash.db").display()),
            Engine::Postgres => new_postgres().await,
        };
        // Opened when it is first used: the file isn't there before the bot has made it.
        let pool = AnyPoolOptions::new().max_connections(1).connect_lazy(&url).expect("an address");
        Self { url, pool }
    }

    /// Runs a statement without parameters.
    pub(crate) async fn execute(&self, sql: &str) -> u64 {
        let done = sqlx::query(AssertSqlSafe(sql)).execute(&self.pool).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}")).rows_affected()
    }

    /// One number.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let row: Result<(i64,), _> = sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&self.pool).await;
        row.unwrap_or_else(|error| panic!("{sql}: {error}")).0
    }

    /// Rows of a number and two texts.
    pub(crate) async fn rows(&self, sql: &str) -> Vec<(i64, String, String)> {
        let rows = sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&self.pool).await;
        rows.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// What the lapse of a minute does: nobody waits any more for a worker that died.
    pub(crate) async fn end_leases(&self) {
        self.execute("UPDATE occurrence SET lease_until = 0 WHERE state = 'due'").await;
        self.execute("UPDATE post SET lease_until = 0 WHERE state = 'waiting'").await;
        self.execute("UPDATE panel SET lease_until = 0").await;
    }

    /// How much is due, waiting to be sent, or to be shown.
    pub(crate) async fn left(&self, now: i64) -> [i64; 3] {
        let due = format!("SELECT COUNT(*) FROM occurrence WHERE state = 'due' AND due_at <= {now}");
        [
            self.number(&due).await,
            self.number("SELECT COUNT(*) FROM post WHERE state = 'waiting'").await,
            self.number("SELECT COUNT(*) FROM panel WHERE state = 'live' AND shown < wanted").await,
        ]
    }
}

/// Makes an empty database on the test server. It goes with the server.
pub(crate) async fn new_postgres() -> String {
    let server = std::env::var("TEST_POSTGRES_URL").expect("checked by the caller");
    // Random: process ids come round again, and the server may serve several runs.
    let name = format!("crash_{}", Random::from_system().id());
    let pool = AnyPool::connect(&server).await.expect("the test server answers");
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.expect("made");
    pool.close().await;
    let (base, _) = server.rsplit_once('/').expect("a database in the address");
    format!("{base}/{name}")
}
