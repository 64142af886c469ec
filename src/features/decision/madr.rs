//! Decisions as files: Markdown in MADR 4 form, CSV and JSON; and back from Markdown.
//!
//! What people wrote stands in the Markdown, escaped so that it shows as it was typed. What MADR has no
//! place for stands in the front matter under `elevenses`, as JSON, which is YAML, too; so a folder that
//! was exported gives the same records again.

mod read;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Result;
use crate::features::{member, organisation, setup};
use crate::outbox;
use crate::partnership::{OrganisationId, PartnershipId, UserId};
use crate::storage::{Db, Tx, search};

use super::model::{Decision, Draft, Lesson, NOBODY, Version};
use super::{jobs, log, store};

pub use read::read;
pub use write::{csv, file_name, index, markdown};

/// A decision with all that is kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The decision.
    pub decision: Decision,
    /// What it said before.
    #[serde(default)]
    pub versions: Vec<Version>,
    /// What was learned from it, newest first.
    #[serde(default)]
    pub lessons: Vec<Lesson>,
    /// What people and organisations are called. Of what was read: organisations alone.
    #[serde(skip)]
    pub names: Names,
}

/// What people and organisations are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// People, as the server last showed them.
    pub people: BTreeMap<UserId, String>,
    /// Organisations.
    pub organisations: BTreeMap<OrganisationId, String>,
}

impl Names {
    /// Somebody's name.
    pub fn person(&self, user: UserId) -> String {
        let unknown = if user == NOBODY { "somebody who has left" } else { "somebody" };
        self.people.get(&user).cloned().unwrap_or_else(|| unknown.to_owned())
    }

    /// An organisation's name.
    pub fn organisation(&self, id: OrganisationId) -> String {
        self.organisations.get(&id).cloned().unwrap_or_else(|| "an organisation that has left".to_owned())
    }
}

/// All decisions of a partnership, by number.
pub async fn records(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Record>> {
    let members = member::store::all(db, partnership).await?;
    let organisations = organisation::store::all(db, partnership).await?;
    let names = Names {
        people: members.into_iter().map(|one| (one.user, one.name)).collect(),
        organisations: organisations.into_iter().map(|one| (one.id, one.name)).collect(),
    };
    let lessons = store::lessons(db, partnership).await?;
    let mut records = Vec::new();
    for decision in store::all(db, partnership).await? {
        let of = |lesson: &&Lesson| lesson.decision == decision.number;
        records.push(Record {
            versions: store::versions(db, partnership, decision.number).await?,
            lessons: lessons.iter().filter(of).cloned().collect(),
            names: names.clone(),
            decision,
        });
    }
    Ok(records)
}

/// The folder's files: names and contents.
pub fn files(records: &[Record]) -> Vec<(String, String)> {
    let index = ("index.md".to_owned(), index(records));
    records.iter().map(|one| (file_name(&one.decision), markdown(one))).chain([index]).collect()
}

/// The folder as a zip file, not compressed: text this short gains little.
pub fn zipped(records: &[Record]) -> Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in files(records) {
        zip.start_file(format!("decisions/{name}"), options).context("zipping decisions")?;
        zip.write_all(text.as_bytes()).context("zipping decisions")?;
    }
    Ok(zip.finish().context("zipping decisions")?.into_inner())
}

/// What a record says, with the organisations of where it is read. They are numbered within a partnership, so
/// in another one a number may be somebody else's: there the name counts, and a part that would go to the wrong
/// organisation goes to none.
fn at_home(says: &Draft, names: &Names, here: &BTreeMap<OrganisationId, String>) -> Draft {
    let home = |id: &OrganisationId| {
        let Some(name) = names.organisations.get(id) else { return Some(*id) };
        match here.get(id) {
            None => Some(*id),
            Some(known) if known == name => Some(*id),
            Some(_) => here.iter().find(|(_, known)| *known == name).map(|(id, _)| *id),
        }
    };
    let parts = says.parts.iter().filter_map(|(id, part)| Some((home(id)?, *part))).collect();
    Draft { parts, ..says.clone() }
}

/// Keeps a record that came from elsewhere, unless its number is taken. Whether it was kept.
pub async fn import(tx: &mut Tx, app: &App, partnership: PartnershipId, record: &Record) -> Result<bool> {
    if store::get(tx, partnership, record.decision.number).await?.is_some() {
        return Ok(false);
    }
    let here = organisation::store::all(tx, partnership).await?;
    let here: BTreeMap<OrganisationId, String> = here.into_iter().map(|one| (one.id, one.name)).collect();
    let one = &Decision { says: at_home(&record.decision.says, &record.names, &here), ..record.decision.clone() };
    store::save(tx, partnership, one, one.recorded_by, "recorded").await?;
    for version in &record.versions {
        store::save_version(tx, partnership, one.number, version).await?;
    }
    let taken: Vec<i64> = store::lessons(tx, partnership).await?.into_iter().map(|lesson| lesson.number).collect();
    for lesson in &record.lessons {
        let mut lesson = lesson.clone();
        if taken.contains(&lesson.number) {
            lesson.number = setup::store::next_number(tx, partnership, "lesson").await?;
        }
        store::save_lesson(tx, partnership, &lesson).await?;
        setup::store::number_is_taken(tx, partnership, "lesson", lesson.number).await?;
    }
    setup::store::number_is_taken(tx, partnership, log::KIND, one.number).await?;
    search::index(tx, partnership, log::KIND, one.number, &one.says.title, &log::words(&one.says)).await?;
    jobs::plan(tx, app, partnership, one).await?;
    outbox::touch(tx, app, partnership, &log::panel(one.number)).await?;
    Ok(true)
}
