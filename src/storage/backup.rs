//! A copy of the database that can be restored: consistent, checked, and never half-written.

use std::path::Path;

use anyhow::Context;
use sqlx::{ConnectOptions, Connection};
use std::str::FromStr;

use super::{Engine, Store};

/// Copies the database into a new file, checks the copy, and then gives it its name.
///
/// # Errors
/// When the file exists, can't be written, or the copy is not sound.
pub async fn backup(store: &Store, to: &Path) -> anyhow::Result<()> {
    anyhow::ensure!(
        store.engine() == Engine::Sqlite,
        "This database is PostgreSQL: use pg_dump, which makes a consistent copy while the bot runs."
    );
    anyhow::ensure!(!to.exists(), "{} exists already. Name a new file; nothing was changed.", to.display());
    let draft = to.with_extension("unfinished");
    // Left by a backup that was ended half-way; it is ours by its name, and of no use.
    if draft.exists() {
        std::fs::remove_file(&draft).with_context(|| format!("{} is in the way", draft.display()))?;
    }
    let mut conn = store.pool.acquire().await?;
    // VACUUM INTO doesn't write to the database that it copies, but counts as a write.
    sqlx::raw_sql("PRAGMA query_only = OFF").execute(&mut *conn).await?;
    let copied = sqlx::query("VACUUM INTO $1").bind(draft.display().to_string()).execute(&mut *conn).await;
    sqlx::raw_sql("PRAGMA query_only = ON").execute(&mut *conn).await?;
    copied.with_context(|| format!("The backup can't be written to {}", draft.display()))?;
    check(&draft).await?;
    let file = std::fs::File::open(&draft)?;
    file.sync_all()?;
    std::fs::rename(&draft, to).with_context(|| format!("The backup can't be named {}", to.display()))
}

async fn check(file: &Path) -> anyhow::Result<()> {
    let options = sqlx::any::AnyConnectOptions::from_str(&format!("sqlite:{}?mode=ro", file.display()))?;
    let mut conn = options.connect().await?;
    let (found,): (String,) = sqlx::query_as("PRAGMA integrity_check").fetch_one(&mut conn).await?;
    conn.close().await?;
    anyhow::ensure!(found == "ok", "The copy is not sound: {found}. The database itself may be damaged.");
    Ok(())
}
