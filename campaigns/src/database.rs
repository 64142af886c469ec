//! Databases for campaigns, each of its own.

use anyhow::Context;
use elevenses::app::Random;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// The server that `TEST_POSTGRES_URL` names.
    Postgres,
}

impl Engine {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

fn server() -> anyhow::Result<String> {
    std::env::var("TEST_POSTGRES_URL").context("TEST_POSTGRES_URL names no PostgreSQL")
}

/// An empty database. It is gone once this is closed.
pub(crate) struct Database {
    /// Where it is.
    pub(crate) url: String,
    name: Option<String>,
    _folder: tempfile::TempDir,
}

impl Database {
    /// Makes one.
    pub(crate) async fn new(engine: Engine) -> anyhow::Result<Self> {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir()?;
        if engine == Engine::Sqlite {
            let url = format!("sqlite:{}", folder.path().join("campaign.db").display());
            return Ok(Self { url, name: None, _folder: folder });
        }
        let server = server()?;
        // Random: process ids come round again, and the server may serve several runs.
        let name = format!("campaign_{}", Random::from_system().id());
        let mut conn = AnyConnection::connect(&server).await?;
        sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut conn).await?;
        let (base, _) = server.rsplit_once('/').context("TEST_POSTGRES_URL names a database")?;
        Ok(Self { url: format!("{base}/{name}"), name: Some(name), _folder: folder })
    }

    /// A connection beside the bot's.
    pub(crate) async fn connect(&self) -> anyhow::Result<AnyConnection> {
        Ok(AnyConnection::connect(&self.url).await?)
    }

    /// One number.
    pub(crate) async fn number(&self, sql: &str) -> anyhow::Result<usize> {
        let mut conn = self.connect().await?;
        let (number,): (i64,) = sqlx::query_as(AssertSqlSafe(sql)).fetch_one(&mut conn).await?;
        conn.close().await?;
        Ok(usize::try_from(number)?)
    }

    /// Removes it.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        if let Some(name) = self.name {
            let mut conn = AnyConnection::connect(&server()?).await?;
            sqlx::query(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).execute(&mut conn).await?;
        }
        Ok(())
    }
}
