//! `export decisions` and `import decisions`.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::app::{App, Random};
use crate::clock::Clock;
use crate::config::{Config, Secret};
use crate::features::decision::madr::{self, Record};

use super::arguments::Format;
use super::print;
use super::stored::{self, said, write, write_or_print};

/// Writes all decisions of a partnership. It reads alone, so it works beside a running bot.
pub(super) async fn export(config: &Config, named: &str, format: Format, out: &Path) -> anyhow::Result<()> {
    let records = stored::read(config, async |db| {
        let partnership = stored::partnership(db, Some(named)).await?;
        madr::records(db, partnership).await.map_err(said)
    })
    .await?;
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
    let partnership = stored::partnership(&mut *app.store.read().await.map_err(said)?, Some(named)).await?;
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
