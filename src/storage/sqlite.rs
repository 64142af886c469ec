//! SQLite: how a file is opened, and the one writer that commits in groups.

use std::io::Read;
use std::panic::AssertUnwindSafe;
use std::path::Path;

use anyhow::Context;
use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, Connection};
use tokio::sync::{mpsc, oneshot};

use crate::error::{Error, Result};

use super::{Bells, Engine, Tx, make_folder_of};

/// Most jobs in one commit. An fsync costs about as much as the statements of this many jobs.
const GROUP: usize = 128;
/// Jobs that may wait. Beyond this, whoever writes waits too.
const QUEUE: usize = 4_096;
/// Pages in the write-ahead log after which a commit brings them into the database, and takes ten times as long.
/// SQLite's own 1,000 are 150 commits of a webhook, so that one in a hundred would wait for it; these are 16 MB,
/// a quarter of what the log may grow to.
const CHECKPOINT: u32 = 4_000;
/// The first bytes of every SQLite file.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// How hard SQLite makes sure that a commit survives a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// `synchronous=FULL`: every commit is on the disk before it is answered.
    Full,
    /// `synchronous=OFF`: for experiments that show what `Full` is for.
    Off,
}

/// Says so when a file is something else than an SQLite database, before anything touches it.
pub(super) fn check_file(file: &Path, read_only: bool) -> anyhow::Result<()> {
    if !file.exists() {
        return make_folder_of(file);
    }
    let mut head = Vec::with_capacity(MAGIC.len());
    let opened = std::fs::File::options().read(true).write(!read_only).open(file);
    opened.and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut head)).with_context(|| {
        let what = if read_only { "read" } else { "read and written" };
        format!("The database {} can't be {what}. Check its permissions", file.display())
    })?;
    anyhow::ensure!(
        head.is_empty() || head == MAGIC,
        "{} is not an SQLite database. Check DATABASE_URL; nothing was changed.",
        file.display()
    );
    Ok(())
}

/// A pool on a file.
pub(super) async fn pool(file: &Path, durability: Durability, size: u32, read_only: bool) -> anyhow::Result<AnyPool> {
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Off => "OFF",
    };
    // Keys lie in a file of their own, so that no copy of the database has them: see `seal.rs`. It has no
    // write-ahead log, in which a key that was destroyed could still be read.
    let keys = format!("{}-keys", file.display()).replace('\'', "''");
    // The time to wait for a lock comes first: switching to WAL takes one.
    let last = if read_only { "PRAGMA query_only = ON;" } else { super::seal::TABLE };
    let pragmas = format!(
        "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; \
         PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = ON; \
         PRAGMA wal_autocheckpoint = {CHECKPOINT}; \
         ATTACH DATABASE '{keys}' AS keys; PRAGMA keys.journal_mode = TRUNCATE; PRAGMA keys.synchronous = {synchronous}; \
         PRAGMA keys.secure_delete = ON; {last}"
    );
    let url = format!("sqlite:{}?mode=rwc", file.display());
    probe(file, &url, &pragmas).await?;
    AnyPoolOptions::new()
        .max_connections(size)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        // A connection to a file doesn't go stale, and asking it would cost as much as a statement.
        .test_before_acquire(false)
        .after_connect(move |conn, _| {
            let pragmas = pragmas.clone();
            Box::pin(async move {
                sqlx::raw_sql(sqlx::AssertSqlSafe(pragmas)).execute(conn).await?;
                Ok(())
            })
        })
        .connect(&url)
        .await
        .with_context(|| format!("The database {} can't be opened", file.display()))
}

/// Opens a file once without a pool: a pool would try a damaged one for half a minute, and then only
/// say that it took too long.
async fn probe(file: &Path, url: &str, pragmas: &str) -> anyhow::Result<()> {
    let unusable = || format!("The database {} can't be used. If it is damaged, restore a backup", file.display());
    let mut conn = AnyConnection::connect(url).await.with_context(unusable)?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(pragmas.to_owned())).execute(&mut conn).await.with_context(unusable)?;
    let tables = sqlx::query("SELECT COUNT(*) FROM sqlite_master").execute(&mut conn).await;
    tables.with_context(unusable)?;
    conn.close().await.with_context(unusable)
}

/// A pool that can't change the file, for a look at it while a bot may be running.
pub(super) async fn reading_pool(file: &Path) -> anyhow::Result<AnyPool> {
    const PRAGMAS: &str = "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON;";
    let url = format!("sqlite:{}?mode=ro", file.display());
    probe(file, &url, PRAGMAS).await?;
    AnyPoolOptions::new()
        .max_connections(1)
        .after_connect(|conn, _| {
            Box::pin(async move {
                sqlx::raw_sql(PRAGMAS).execute(conn).await?;
                Ok(())
            })
        })
        .connect(&url)
        .await
        .with_context(|| format!("The database {} can't be opened", file.display()))
}

/// What is left of a job once it ran: whether to keep what it did, and how its answer gets home.
struct Ran {
    keep: bool,
    answer: Answer,
}

/// Sends a job's answer home, once it is known whether it was committed.
type Answer = Box<dyn FnOnce(Result<(), &str>) + Send>;

type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Ran> + Send>;

/// The one writer of an SQLite file. Cheap to clone.
#[derive(Clone)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
    pool: AnyPool,
    bells: Bells,
}

impl Writer {
    /// Starts the writer on a pool of one connection.
    pub(super) fn start(pool: AnyPool, bells: Bells) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        tokio::spawn(run(pool.clone(), queue, bells.clone()));
        Self { jobs, pool, bells }
    }

    /// The pool of the one writing connection.
    pub(super) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Hands in a job and waits for its commit.
    pub(super) async fn write<T, F>(&self, job: F) -> Result<T>
    where
        T: Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T>> + Send + 'static,
    {
        let (home, answer) = oneshot::channel();
        let guard = self.bells.outbox.begin();
        let job: Job = Box::new(move |tx| {
            Box::pin(async move {
                // One panicking job must not take the writer, and everybody else's answers, with it.
                let result = AssertUnwindSafe(async move { job(tx).await })
                    .catch_unwind()
                    .await
                    .unwrap_or_else(|_| Err(anyhow::anyhow!("a database job panicked").into()));
                let keep = result.is_ok();
                let answer = move |committed: Result<(), &str>| {
                    let result = match committed {
                        Ok(()) => result,
                        // What the job itself says is more useful than that it was not committed.
                        Err(_) if result.is_err() => result,
                        Err(why) => Err(Error::Unexpected(anyhow::anyhow!("not committed: {why}"))),
                    };
                    drop(home.send(result));
                    drop(guard);
                };
                Ran { keep, answer: Box::new(answer) }
            })
        });
        let closed = || anyhow::anyhow!("the database is closed");
        self.jobs.send(job).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Waits for the jobs that were handed in, and closes the connection.
    pub(super) async fn close(&self) {
        drop(self.write(|_| Box::pin(async { Ok(()) })).await);
        self.pool.close().await;
    }
}

async fn run(pool: AnyPool, mut queue: mpsc::Receiver<Job>, bells: Bells) {
    while let Some(first) = queue.recv().await {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(job) = queue.try_recv()
        {
            group.push(job);
        }
        let mut answers = Vec::with_capacity(group.len());
        let committed = commit(&pool, group, &mut answers, &bells).await;
        if let Err(error) = &committed {
            tracing::error!(%error, jobs = answers.len(), "a group was not committed");
        }
        let why = committed.err().map(|error| error.to_string());
        for answer in answers {
            answer(why.as_deref().map_or(Ok(()), Err));
        }
    }
}

/// Runs a group in one transaction, each job in a savepoint of its own.
async fn commit(pool: &AnyPool, group: Vec<Job>, answers: &mut Vec<Answer>, bells: &Bells) -> Result<()> {
    let mut tx = Tx::new(pool.begin_with("BEGIN IMMEDIATE").await?, Engine::Sqlite);
    let alone = group.len() == 1;
    for job in group {
        // A job on its own needs no savepoint: the transaction is one.
        if !alone {
            sqlx::query("SAVEPOINT job").execute(&mut *tx.inner).await?;
        }
        let rings = tx.rings;
        let ran = job(&mut tx).await;
        answers.push(ran.answer);
        if !ran.keep {
            tx.rings = rings;
        }
        if alone {
            if !ran.keep {
                return Ok(());
            }
        } else if ran.keep {
            sqlx::query("RELEASE job").execute(&mut *tx.inner).await?;
        } else {
            sqlx::raw_sql("ROLLBACK TO job; RELEASE job").execute(&mut *tx.inner).await?;
        }
    }
    tx.commit(bells).await
}
