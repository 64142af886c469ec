//! SQLite or PostgreSQL behind one set of SQL.
//!
//! Reads go to a pool. Writes are jobs: a job is one transaction's worth of statements, and its
//! answer comes after the commit. SQLite has one writer, so its jobs queue and are committed in
//! groups, each in a savepoint; PostgreSQL runs them side by side, one at a time a partnership.

mod backup;
mod lock;
pub mod migrations;
pub mod seal;
pub mod search;
mod sqlite;

use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use futures::future::BoxFuture;
use sqlx::any::AnyPoolOptions;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Transaction};

use crate::clock::{Activity, Bell};
use crate::error::Result;
use crate::partnership::PartnershipId;

pub use backup::backup;
pub use sqlite::Durability;

/// A connection: what every store function takes.
pub type Db = AnyConnection;

/// Connections that read at the same time. Reads are short; more would only cost memory.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL, reading and writing.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a PostgreSQL that says nothing is waited for at the start.
const POSTGRES_PATIENCE: Duration = Duration::from_secs(10);

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file beside the bot.
    Sqlite,
    /// A server.
    Postgres,
}

/// The lock on an SQLite file, until the database is closed.
type Held = std::sync::Arc<std::sync::Mutex<Option<lock::FileLock>>>;

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    engine: Engine,
    pool: AnyPool,
    writer: Option<sqlite::Writer>,
    bells: Bells,
    lock: Held,
}

/// Who is told after a commit that there is work.
#[derive(Clone)]
pub struct Bells {
    /// Rings when an occurrence was planned.
    pub schedule: Bell,
    /// Rings when a post or a panel waits.
    pub outbox: Bell,
}

/// Whose rows a job writes: jobs of one partnership never run side by side.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    /// Rows of one partnership.
    Of(PartnershipId),
    /// Claims of work, and people across partnerships.
    Any,
}

impl From<PartnershipId> for Scope {
    fn from(partnership: PartnershipId) -> Self {
        Self::Of(partnership)
    }
}

/// A transaction under way.
pub struct Tx {
    inner: Transaction<'static, Any>,
    engine: Engine,
    rings: [bool; 2],
}

impl Tx {
    fn new(inner: Transaction<'static, Any>, engine: Engine) -> Self {
        Self { inner, engine, rings: [false; 2] }
    }

    async fn commit(self, bells: &Bells) -> Result<()> {
        let [schedule, outbox] = self.rings;
        self.inner.commit().await?;
        if schedule {
            bells.schedule.ring();
        }
        if outbox {
            bells.outbox.ring();
        }
        Ok(())
    }

    /// Which database it runs on.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Once this is committed, the scheduler looks again for what is due next.
    pub fn rings_schedule(&mut self) {
        self.rings[0] = true;
    }

    /// Once this is committed, the outbox looks again for what waits.
    pub fn rings_outbox(&mut self) {
        self.rings[1] = true;
    }
}

impl Deref for Tx {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Db {
        &mut self.inner
    }
}

/// Where the database is and how it is opened.
#[derive(Clone, Debug)]
pub struct Location {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// How hard SQLite makes sure that a commit survives a power cut.
    pub durability: Durability,
}

impl Location {
    /// A database by its URL, durable.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), durability: Durability::Full }
    }

    /// The file of an SQLite database.
    pub fn file(&self) -> Option<PathBuf> {
        let rest = self.url.strip_prefix("sqlite:")?;
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        Some(PathBuf::from(rest.split('?').next().unwrap_or(rest)))
    }

    fn engine(&self) -> anyhow::Result<Engine> {
        if self.url.starts_with("sqlite:") {
            Ok(Engine::Sqlite)
        } else if self.url.starts_with("postgres:") || self.url.starts_with("postgresql:") {
            Ok(Engine::Postgres)
        } else {
            anyhow::bail!(
                "The database address must begin with sqlite: or postgres://, as in sqlite:./data/elevenses.db. Set DATABASE_URL or `database.url`."
            )
        }
    }
}

impl Store {
    /// Opens the database. An SQLite file is made where there is none, and locked against a second bot.
    ///
    /// # Errors
    /// One sentence for the person who started the bot.
    pub async fn open(location: &Location, activity: &Activity) -> anyhow::Result<Self> {
        sqlx::any::install_default_drivers();
        let bells = Bells { schedule: Bell::new(activity.clone()), outbox: Bell::new(activity.clone()) };
        match location.engine()? {
            Engine::Sqlite => Self::open_sqlite(location, bells).await,
            Engine::Postgres => Self::open_postgres(location, bells).await,
        }
    }

    /// Opens a database that is there to read it: without a lock or a writer, so also while a bot runs on it.
    ///
    /// # Errors
    /// One sentence for the person who asked.
    pub async fn open_read_only(location: &Location, activity: &Activity) -> anyhow::Result<Self> {
        if location.engine()? == Engine::Postgres {
            return Self::open(location, activity).await;
        }
        sqlx::any::install_default_drivers();
        let file = location.file().context("an SQLite address names a file")?;
        // Opening would make an empty one, and that is a bad surprise later.
        anyhow::ensure!(file.exists(), "There is no database at {}. Check DATABASE_URL.", file.display());
        sqlite::check_file(&file, true)?;
        let pool = sqlite::reading_pool(&file).await?;
        let bells = Bells { schedule: Bell::new(activity.clone()), outbox: Bell::new(activity.clone()) };
        Ok(Self { engine: Engine::Sqlite, pool, writer: None, bells, lock: Held::default() })
    }

    async fn open_sqlite(location: &Location, bells: Bells) -> anyhow::Result<Self> {
        let file = location.file().context("an SQLite address names a file")?;
        let lock = lock::FileLock::take(&file)?;
        sqlite::check_file(&file, false)?;
        let writer_pool = sqlite::pool(&file, location.durability, 1, false).await?;
        // Opening a file that isn't a database succeeds; the first statement doesn't.
        let pool = sqlite::pool(&file, location.durability, SQLITE_READERS, true).await?;
        let writer = sqlite::Writer::start(writer_pool, bells.clone());
        Ok(Self {
            engine: Engine::Sqlite,
            pool,
            writer: Some(writer),
            bells,
            lock: std::sync::Arc::new(std::sync::Mutex::new(Some(lock))),
        })
    }

    async fn open_postgres(location: &Location, bells: Bells) -> anyhow::Result<Self> {
        let unreachable = "The PostgreSQL database can't be reached. Check DATABASE_URL, and that the server is up";
        // A pool would try for half a minute, and then not say why it was refused.
        let first = tokio::time::timeout(POSTGRES_PATIENCE, AnyConnection::connect(&location.url));
        first.await.context(unreachable)?.context(unreachable)?.close().await.context(unreachable)?;
        let pool = AnyPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .connect(&location.url)
            .await
            .context(unreachable)?;
        Ok(Self { engine: Engine::Postgres, pool, writer: None, bells, lock: Held::default() })
    }

    /// Which database it is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// The bells that ring after commits.
    pub fn bells(&self) -> &Bells {
        &self.bells
    }

    /// A connection to read with. Never held across a network call.
    pub async fn read(&self) -> Result<PoolConnection<Any>> {
        Ok(self.pool.acquire().await?)
    }

    /// Runs a job in a transaction of its own or together with others, and answers after the commit.
    /// A job that fails leaves nothing behind. It is never left half-way: dropping the returned
    /// future doesn't stop it.
    pub async fn write<T, F>(&self, scope: impl Into<Scope>, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        if let Some(writer) = &self.writer {
            return writer.write(job).await;
        }
        let store = self.clone();
        let scope = scope.into();
        let guard = self.bells.outbox.begin();
        let task = tokio::spawn(async move {
            let _guard = guard;
            store.write_postgres(scope, job).await
        });
        task.await.map_err(|panic| anyhow::Error::new(panic).context("a database job panicked"))?
    }

    async fn write_postgres<T, F>(&self, scope: Scope, job: F) -> Result<T>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        let mut tx = Tx::new(self.pool.begin().await?, self.engine);
        if let Scope::Of(partnership) = scope {
            // What SQLite's one writer gives for nothing: read, decide and write without another
            // job of the same partnership in between.
            sqlx::query("SELECT CAST(pg_advisory_xact_lock($1) AS TEXT)")
                .bind(partnership.0)
                .execute(&mut *tx.inner)
                .await?;
        }
        // A job that fails drops the transaction, and that rolls it back.
        let answer = job(&mut tx).await?;
        tx.commit(&self.bells).await?;
        Ok(answer)
    }

    /// Applies the migrations that are missing.
    ///
    /// # Errors
    /// When the database is newer than this program, or a migration fails.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        let mut pool = match &self.writer {
            Some(writer) => writer.pool().acquire().await?,
            None => self.pool.acquire().await?,
        };
        migrations::apply(&mut pool, self.engine).await
    }

    /// What of the migrations is missing.
    ///
    /// # Errors
    /// When the database is newer than this program, or isn't a database.
    pub async fn state(&self) -> anyhow::Result<migrations::State> {
        let mut conn = self.pool.acquire().await.context("The database can't be opened")?;
        migrations::state(&mut conn, self.engine).await
    }

    /// Closes the database after the jobs that were handed in. Another bot can take it from then on.
    pub async fn close(&self) {
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
        self.pool.close().await;
        drop(self.lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take());
    }
}

/// Makes the folder of a file.
fn make_folder_of(file: &Path) -> anyhow::Result<()> {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => std::fs::create_dir_all(folder)
            .with_context(|| format!("The folder {} can't be made. Check DATABASE_URL", folder.display())),
        _ => Ok(()),
    }
}
