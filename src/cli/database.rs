//! `migrate` and `backup`.

use std::path::{Path, PathBuf};

use crate::clock::{Activity, Clock};
use crate::config::Config;
use crate::storage::migrations::State;
use crate::storage::{self, Location, Store};

use super::print;

/// Brings the database up to date.
pub(super) async fn migrate(config: &Config) -> anyhow::Result<()> {
    let location = Location::new(&config.database.url);
    let store = Store::open(&location, &Activity::default()).await?;
    let state = store.state().await;
    let done = match state {
        Ok(state) => apply(&store, &location, state).await,
        Err(error) => Err(error),
    };
    store.close().await;
    print(&done?)
}

async fn apply(store: &Store, location: &Location, state: State) -> anyhow::Result<String> {
    match (state, location.file()) {
        (State::Current, _) => Ok("The database is up to date already.".to_owned()),
        (State::Empty, _) => {
            store.migrate().await?;
            Ok("The database is made.".to_owned())
        }
        (State::Behind(steps), Some(file)) => {
            let copy = beside(&file, &Clock::system().now().format("%Y%m%dT%H%M%SZ").to_string());
            storage::backup(store, &copy).await?;
            store.migrate().await?;
            Ok(format!(
                "The database is up to date: {} applied. The state before is in {}.",
                counted(steps),
                copy.display()
            ))
        }
        (State::Behind(steps), None) => {
            store.migrate().await?;
            Ok(format!("The database is up to date: {} applied.", counted(steps)))
        }
    }
}

fn counted(steps: usize) -> String {
    crate::partnership::text::counted(steps, "step was", "steps were")
}

/// A file beside the database: `elevenses-before-20261122T090000Z.db`.
fn beside(file: &Path, stamp: &str) -> PathBuf {
    let part = |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let stem = part(file.file_stem()).unwrap_or_else(|| "elevenses".to_owned());
    let extension = part(file.extension()).unwrap_or_else(|| "db".to_owned());
    file.with_file_name(format!("{stem}-before-{stamp}.{extension}"))
}

/// Copies the database into a new file.
pub(super) async fn backup(config: &Config, to: &Path) -> anyhow::Result<()> {
    let location = Location::new(&config.database.url);
    let store = Store::open_read_only(&location, &Activity::default()).await?;
    let copied = storage::backup(&store, to).await;
    store.close().await;
    copied?;
    print(&format!("The backup is in {}, and it is sound.", to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_before_lies_beside_the_database() {
        let cases = [("./data/elevenses.db", "./data/elevenses-before-T.db"), ("bot", "bot-before-T.db")];
        for (file, expected) in cases {
            assert_eq!(beside(Path::new(file), "T"), Path::new(expected));
        }
    }
}
