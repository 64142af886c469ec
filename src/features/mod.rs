//! The registry: one line a feature. Everything that walks over features reads it here.

pub mod access;
pub mod away;
pub mod blocker;
pub mod checkin;
pub mod coffee;
pub mod consent;
pub mod conversation;
pub mod cover;
pub mod decision;
pub mod digest;
pub mod help;
pub mod member;
pub mod organisation;
pub mod pace;
pub mod privacy;
pub mod pulse;
pub mod release;
pub mod rest;
pub mod rota;
pub mod setup;
pub mod share;
pub mod squad;
pub mod webhook;

use std::sync::OnceLock;

use futures::future::BoxFuture;
use serde_json::Value;

use crate::app::App;
use crate::command::Entry;
use crate::error::{Result, refuse};
use crate::outbox::Showing;
use crate::partnership::{ChannelId, MessageId, PartnershipId, UserId};
use crate::scheduler::Job;
use crate::storage::{Db, Tx};

/// All features, in the order in which people meet them.
pub static FEATURES: &[Feature] = &[
    setup::FEATURE,
    organisation::FEATURE,
    squad::FEATURE,
    member::FEATURE,
    checkin::FEATURE,
    pace::FEATURE,
    rest::FEATURE,
    cover::FEATURE,
    rota::FEATURE,
    release::FEATURE,
    blocker::FEATURE,
    webhook::FEATURE,
    conversation::FEATURE,
    decision::FEATURE,
    share::FEATURE,
    coffee::FEATURE,
    digest::FEATURE,
    consent::FEATURE,
    pulse::FEATURE,
    away::FEATURE,
    privacy::FEATURE,
    help::FEATURE,
];

/// What a feature brings.
pub struct Feature {
    /// Its name: the folder, and the first part of its actions.
    pub name: &'static str,
    /// Its lines of the command table.
    pub entries: &'static [Entry],
    /// What it does when something is due.
    pub jobs: &'static [Job],
    /// The panels that it shows.
    pub showings: &'static [Showing],
    /// The personal data it keeps. A feature that keeps none says so with an empty list.
    pub keeps: &'static [Kept],
}

/// A kind of personal data: `/privacy` and the first-contact card are made from these.
pub struct Kept {
    /// What it is, as the person would say it: "your check-in answers".
    pub what: &'static str,
    /// Why it is kept.
    pub why: &'static str,
    /// Who sees it.
    pub seen_by: &'static str,
    /// Until when.
    pub until: &'static str,
    /// A copy of one person's, as JSON.
    pub export: for<'a> fn(&'a mut Db, PartnershipId, UserId) -> BoxFuture<'a, Result<Value>>,
    /// Removes one person's.
    pub erase: for<'a> fn(&'a mut Tx, PartnershipId, UserId) -> BoxFuture<'a, Result<()>>,
}

/// What somebody wrote to the bot in their own conversation with it.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Who.
    pub user: UserId,
    /// Their conversation with the bot.
    pub channel: ChannelId,
    /// What they wrote.
    pub text: String,
    /// The message that they replied to.
    pub reply_to: Option<MessageId>,
    /// The message itself.
    pub message: MessageId,
}

/// The command table.
pub fn table() -> &'static [&'static Entry] {
    static TABLE: OnceLock<Vec<&'static Entry>> = OnceLock::new();
    TABLE.get_or_init(|| FEATURES.iter().flat_map(|feature| feature.entries).collect())
}

/// What one feature keeps about a person: whatever they do there with success changes it.
pub(crate) async fn kept_by(
    feature: &str,
    db: &mut Db,
    partnership: PartnershipId,
    user: UserId,
) -> Result<Vec<Value>> {
    let mut kept = Vec::new();
    for one in FEATURES.iter().filter(|one| one.name == feature).flat_map(|one| one.keeps) {
        kept.push((one.export)(db, partnership, user).await?);
    }
    Ok(kept)
}

/// All jobs.
pub fn jobs() -> Vec<Job> {
    FEATURES.iter().flat_map(|feature| feature.jobs).copied().collect()
}

/// All panels.
pub fn showings() -> Vec<Showing> {
    FEATURES.iter().flat_map(|feature| feature.showings).copied().collect()
}

/// What has to be planned whenever the bot starts. Doing it again is harmless.
pub async fn start(app: &App) -> Result<()> {
    let mut db = app.store.read().await?;
    let partnerships = setup::store::all(&mut db).await?;
    drop(db);
    for partnership in partnerships {
        let clone = app.clone();
        app.store.write(partnership, move |tx| Box::pin(async move { rounds(tx, &clone, partnership).await })).await?;
    }
    Ok(())
}

/// The daily rounds of a partnership.
pub(crate) async fn rounds(tx: &mut Tx, app: &App, partnership: PartnershipId) -> Result<()> {
    privacy::start(tx, app, partnership).await?;
    member::start(tx, app, partnership).await?;
    conversation::start(tx, app, partnership).await?;
    pulse::start(tx, app, partnership).await?;
    digest::start(tx, app, partnership).await?;
    pace::start(tx, app, partnership).await
}

/// Answers what somebody wrote in their own conversation with the bot. A check-in is the one thing
/// that can be answered in plain words so far.
pub async fn heard(app: &App, heard: Heard) -> Result<()> {
    if let Some(command) = command_in(&heard.text) {
        // Taken for an answer, it would be shown to the squad.
        return refuse(format!(
            "Nothing was saved: `{command}` is a command, and those work in the server's channels. Type it there, and only you see that you did. If it is an answer, begin it with another word.",
        ));
    }
    checkin::heard(app, heard).await
}

/// The command that somebody typed where there are none, whether there is one of that name or not: a client sends it as
/// text.
pub(crate) fn command_in(text: &str) -> Option<&str> {
    let first = text.split_whitespace().next()?;
    let name = first.strip_prefix('/')?;
    (!name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic() || c == '-')).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_told_from_words() {
        let cases = [
            ("/pace", Some("/pace")),
            ("  /checkin now ", Some("/checkin")),
            ("/Pece\nthe scanner", Some("/Pece")),
            ("/", None),
            ("", None),
            ("/etc/hosts was wrong", None),
            ("/ the printer", None),
            ("the printer /pace", None),
            ("24/7", None),
        ];
        for (text, command) in cases {
            assert_eq!(command_in(text), command, "{text:?}");
        }
    }
}
