//! Databases to measure on, and what each of them can do at best.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use elevenses::clock::Clock;
use elevenses::storage::{Location, Store};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};

use crate::partnership::{self, Partnership};

/// What SQLite is opened with, as the bot does.
const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";

/// Which database.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// A file.
    Sqlite,
    /// The server that `TEST_POSTGRES_URL` names.
    Postgres,
}

impl Engine {
    /// Those that there are.
    pub(crate) fn present() -> Vec<Self> {
        if server().is_some() {
            vec![Self::Sqlite, Self::Postgres]
        } else {
            eprintln!("PostgreSQL is left out: TEST_POSTGRES_URL is not set.");
            vec![Self::Sqlite]
        }
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

fn server() -> Option<String> {
    std::env::var("TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

/// An empty database of its own. It is gone once this is closed.
pub(crate) struct Database {
    /// Where it is.
    pub(crate) url: String,
    name: Option<String>,
    folder: tempfile::TempDir,
}

impl Database {
    /// Makes one.
    pub(crate) async fn new(engine: Engine) -> anyhow::Result<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        sqlx::any::install_default_drivers();
        // Beside what is built, and so on a disk: the usual place may be memory.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        if engine == Engine::Sqlite {
            let url = format!("sqlite:{}", folder.path().join("figures.db").display());
            return Ok(Self { url, name: None, folder });
        }
        let server = server().context("TEST_POSTGRES_URL is set")?;
        let name = format!("figures_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let mut conn = AnyConnection::connect(&server).await?;
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut conn).await?;
        let (before, query) = server.split_once('?').map_or((server.as_str(), None), |(url, query)| (url, Some(query)));
        let (authority, _) = before.rsplit_once('/').context("TEST_POSTGRES_URL names a database")?;
        let url = query.map_or_else(|| format!("{authority}/{name}"), |query| format!("{authority}/{name}?{query}"));
        Ok(Self { url, name: Some(name), folder })
    }

    /// A new one in which the bot finds partnerships.
    pub(crate) async fn with(engine: Engine, partnerships: &[Partnership]) -> anyhow::Result<Self> {
        let database = Self::new(engine).await?;
        let store = Store::open(&Location::new(&database.url), Clock::system().activity()).await?;
        store.migrate().await?;
        partnership::save(&store, partnerships).await?;
        store.close().await;
        Ok(database)
    }

    /// A connection beside the bot's tables, or to another file: what the engine can do at best.
    pub(crate) async fn bare(&self) -> anyhow::Result<Bare> {
        let sqlite = self.name.is_none();
        let url = if sqlite { format!("{}.bare?mode=rwc", self.url) } else { self.url.clone() };
        let mut conn = AnyConnection::connect(&url).await?;
        if sqlite {
            sqlx::raw_sql(PRAGMAS).execute(&mut conn).await?;
        }
        sqlx::raw_sql("CREATE TABLE bare (id BIGINT NOT NULL PRIMARY KEY, text TEXT NOT NULL)")
            .execute(&mut conn)
            .await?;
        Ok(Bare { conn, sqlite, last: 0 })
    }

    /// Removes it.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        if let (Some(name), Some(server)) = (self.name, server()) {
            let mut conn = AnyConnection::connect(&server).await?;
            sqlx::raw_sql(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).execute(&mut conn).await?;
        }
        Ok(())
    }

    /// The folder for whatever goes with it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// How long the disk takes to keep a page, which no durable commit can do without.
pub(crate) fn page_kept(folder: &Path) -> anyhow::Result<Duration> {
    let mut file = File::options().create(true).append(true).open(folder.join("page"))?;
    let begun = Instant::now();
    file.write_all(&[7; 4_096])?;
    file.sync_data()?;
    Ok(begun.elapsed())
}

/// The engine without the bot.
pub(crate) struct Bare {
    conn: AnyConnection,
    sqlite: bool,
    last: i64,
}

impl Bare {
    /// How long a durable commit of so many rows takes, a statement each.
    pub(crate) async fn commit(&mut self, rows: i64) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        let mut tx = self.conn.begin_with(if self.sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" }).await?;
        for _ in 0..rows {
            self.last += 1;
            sqlx::query("INSERT INTO bare (id, text) VALUES ($1, $2)")
                .bind(self.last)
                .bind("A line about as long as what somebody finished yesterday.")
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(begun.elapsed())
    }
}
