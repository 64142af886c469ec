//! `export decisions` and `import decisions`.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use crate::app::{App, Random};
use crate::clock::{Activity, Clock};
use crate::config::{Config, Secret};
use crate::features::decision::madr::{self, Record};
use crate::features::setup;
use crate::partnership::PartnershipId;
use crate::storage::migrations::State;
use crate::storage::{Db, Location, Store};

use super::arguments::Format;
use super::print;

/// Says an error of the features as one of the command line.
fn said(error: crate::error::Error) -> anyhow::Error {
    match error {
        crate::error::Error::Person(text) => anyhow::anyhow!(text),
        crate::error::Error::Unexpected(error) => error,
    }
}

/// The partnership of a name or id.
async fn partnership(db: &mut Db, named: &str) -> anyhow::Result<PartnershipId> {
    let mut all = Vec::new();
    for id in setup::store::all(db).await.map_err(said)? {
        let name = setup::store::get(db, id).await.map_err(said)?.map(|one| one.name).unwrap_or_default();
        all.push((id, name));
    }
    let fits: Vec<PartnershipId> =
        all.iter().filter(|(id, name)| id.to_string() == named || name == named).map(|(id, _)| *id).collect();
    match fits[..] {
        [only] => Ok(only),
        [] => {
            let there: Vec<String> = all.iter().map(|(id, name)| format!("{name} ({id})")).collect();
            bail!("There is no partnership “{named}”. There is: {}.", there.join(", "))
        }
        _ => bail!("More than one partnership is called “{named}”. Name it by its id."),
    }
}

/// Writes all decisions of a partnership. It reads alone, so it works beside a running bot.
pub(super) async fn export(config: &Config, named: &str, format: Format, out: &Path) -> anyhow::Result<()> {
    let store = Store::open_read_only(&Location::new(&config.database.url), &Activity::default()).await?;
    let read = read(&store, named).await;
    store.close().await;
    let records = read?;
    match format {
        Format::Madr => {
            std::fs::create_dir_all(out).with_context(|| format!("The folder {} can't be made", out.display()))?;
            for (name, text) in madr::files(&records) {
                write(&out.join(name), &text)?;
            }
        }
        Format::Csv => write_or_print(out, &madr::csv(&records))?,
        Format::Json => write_or_print(out, &serde_json::to_string_pretty(&records)?)?,
    }
    if out == Path::new("-") { Ok(()) } else { print(&format!("{} in {}.", counted(records.len()), out.display())) }
}

fn counted(count: usize) -> String {
    crate::partnership::text::counted(count, "decision is", "decisions are")
}

async fn read(store: &Store, named: &str) -> anyhow::Result<Vec<Record>> {
    ensure!(
        store.state().await? == State::Current,
        "The database is from an older version. Run `elevenses migrate` first."
    );
    let mut db = store.read().await.map_err(said)?;
    let partnership = partnership(&mut db, named).await?;
    madr::records(&mut db, partnership).await.map_err(said)
}

fn write_or_print(out: &Path, text: &str) -> anyhow::Result<()> {
    if out == Path::new("-") { print(text.trim_end()) } else { write(out, text) }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| format!("{} can't be written", path.display()))
}

/// Reads decisions from a folder. Either all are read, or none is kept.
pub(super) async fn import(config: Config, named: &str, folder: &Path) -> anyhow::Result<()> {
    let mut records = Vec::new();
    for path in files(folder)? {
        let text = std::fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        records.push(madr::read(&name, &text)?);
    }
    ensure!(!records.is_empty(), "There is no decision in {}: files such as 0001-title.md.", folder.display());
    // Nothing is sent, so no token is needed.
    let app = App::open(config, &Secret::new("none"), Clock::system(), Random::from_system()).await?;
    let done = keep(&app, named, records).await;
    app.store.close().await;
    let (kept, all) = done?;
    print(&format!("{} imported; {} left out, since the number is taken.", counted(kept), all - kept))
}

/// The files of a folder that begin with a number, by name.
fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("The folder {} can't be read", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with(|c: char| c.is_ascii_digit()) && path.extension().is_some_and(|end| end == "md") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

async fn keep(app: &App, named: &str, records: Vec<Record>) -> anyhow::Result<(usize, usize)> {
    let partnership = partnership(&mut *app.store.read().await.map_err(said)?, named).await?;
    let own = app.clone();
    let kept = app.store.write(partnership, move |tx| {
        Box::pin(async move {
            let (mut kept, all) = (0, records.len());
            for record in &records {
                kept += usize::from(madr::import(tx, &own, partnership, record).await?);
            }
            Ok((kept, all))
        })
    });
    kept.await.map_err(said)
}
