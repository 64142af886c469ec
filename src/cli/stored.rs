//! What the commands share that read a database beside a running bot, and write files.

use std::path::Path;

use anyhow::{Context, bail, ensure};

use crate::clock::Activity;
use crate::config::Config;
use crate::features::setup;
use crate::partnership::PartnershipId;
use crate::storage::migrations::State;
use crate::storage::{Db, Location, Store};

use super::print;

/// Says an error of the features as one of the command line.
pub(super) fn said(error: crate::error::Error) -> anyhow::Error {
    match error {
        crate::error::Error::Person(text) => anyhow::anyhow!(text),
        crate::error::Error::Unexpected(error) => error,
    }
}

/// Reads from the database, and nothing else, so that it can be done while the bot runs.
pub(super) async fn read<T>(
    config: &Config,
    reads: impl AsyncFnOnce(&mut Db) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let store = Store::open_read_only(&Location::new(&config.database.url), &Activity::default()).await?;
    let done = async {
        ensure!(
            store.state().await? == State::Current,
            "The database is from an older version. Run `elevenses migrate` first."
        );
        let mut db = store.read().await.map_err(said)?;
        reads(&mut db).await
    }
    .await;
    store.close().await;
    done
}

/// The partnership of a name or id; where there is only one, it needn't be named.
pub(super) async fn partnership(db: &mut Db, named: Option<&str>) -> anyhow::Result<PartnershipId> {
    let mut all = Vec::new();
    for id in setup::store::all(db).await.map_err(said)? {
        let name = setup::store::get(db, id).await.map_err(said)?.map(|one| one.name).unwrap_or_default();
        all.push((id, name));
    }
    let there = || all.iter().map(|(id, name)| format!("{name} ({id})")).collect::<Vec<_>>().join(", ");
    let fits =
        |(id, name): &&(PartnershipId, String)| named.is_none_or(|named| id.to_string() == named || name == named);
    let fits: Vec<PartnershipId> = all.iter().filter(fits).map(|(id, _)| *id).collect();
    match (&fits[..], named) {
        ([only], _) => Ok(*only),
        ([], None) => bail!("There is no partnership yet: run /setup in a server first."),
        ([], Some(named)) => bail!("There is no partnership “{named}”. There is: {}.", there()),
        (_, Some(named)) => bail!("More than one partnership is called “{named}”. Name it by its id."),
        (_, None) => bail!("Which partnership? Name it with --partnership. There is: {}.", there()),
    }
}

/// Writes a text into a file, or prints it where that is called `-`.
pub(super) fn write_or_print(out: &Path, text: &str) -> anyhow::Result<()> {
    if out == Path::new("-") { print(text.trim_end()) } else { write(out, text.as_bytes()) }
}

/// Writes a file.
pub(super) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("{} can't be written", path.display()))
}
