//! A second bot on the same SQLite file would send everything twice: the first one holds a lock.

use std::fs::{File, TryLockError};
use std::path::Path;

use anyhow::Context;

use super::make_folder_of;

/// Held as long as the database is open. It lies beside the database, since SQLite locks that itself.
pub(super) struct FileLock(#[allow(dead_code, reason = "held, not read")] File);

impl FileLock {
    /// Takes the lock, or says who has it.
    pub(super) fn take(database: &Path) -> anyhow::Result<Self> {
        make_folder_of(database)?;
        let mut path = database.as_os_str().to_owned();
        path.push(".lock");
        let file = File::options().create(true).truncate(false).write(true).open(&path).with_context(|| {
            format!("The lock file {} can't be made. Check the folder's permissions", Path::new(&path).display())
        })?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => anyhow::bail!(
                "Another bot is running on {}. Stop it first, or give this one a database of its own in DATABASE_URL.",
                database.display()
            ),
            Err(TryLockError::Error(error)) => Err(error).context("The database can't be locked"),
        }
    }
}
