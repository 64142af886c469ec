//! What a conversation's thread says, and how it is taken back.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::app::App;
use crate::error::Result;
use crate::features::decision;
use crate::outbox::{self, Budget, Post, Queued, Target};
use crate::partnership::{Message, PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Outcome, Position, Stage};
use super::scene::Scene;
use super::store;
use super::view::{self, Answers};

/// Says something in the thread.
pub async fn say(tx: &mut Tx, app: &App, scene: &Scene, message: Message) -> Result<()> {
    post(tx, app, scene, message, about(scene.one.number)).await
}

/// Says somebody's own words in the thread, or their name: they may have to be taken back.
pub async fn quote(tx: &mut Tx, app: &App, scene: &Scene, message: Message, user: Option<UserId>) -> Result<()> {
    post(tx, app, scene, message, about_words(user, scene.one.number)).await
}

async fn post(tx: &mut Tx, app: &App, scene: &Scene, message: Message, about: String) -> Result<()> {
    let now = app.clock.now();
    let said = Post {
        target: Target::Thread(scene.one.panel()),
        message,
        about,
        budget: Budget::Shared,
        not_before: now,
        expires_at: now + TimeDelta::days(14),
    };
    let queued = outbox::post(tx, app, scene.partnership, &said).await?;
    debug_assert_ne!(queued, Queued::OverBudget, "what is said to a thread is free");
    Ok(())
}

/// What posts in a thread are about where they hold nobody's words in particular.
fn about(number: i64) -> String {
    format!("conversation:{number}")
}

/// What posts with all views of a conversation are about.
fn about_views(number: i64) -> String {
    format!("conversation.views:{number},")
}

/// What the post with the record of a conversation is about.
fn about_record(number: i64) -> String {
    format!("conversation.record:{number},")
}

/// What posts with somebody's own words in a conversation are about.
fn about_words(user: Option<UserId>, number: i64) -> String {
    format!("{}{number}", abouts(user.unwrap_or(UserId(0))))
}

/// How all posts with somebody's own words begin to say what they are about.
fn abouts(user: UserId) -> String {
    format!("conversation.words:{user},")
}

/// Where threads name somebody or have their words.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The conversations whose views were shown with theirs, under their name.
    views: Vec<i64>,
    /// The decisions whose records name them.
    records: BTreeSet<i64>,
}

/// Where threads name somebody, before that is erased.
pub async fn said_by(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Said> {
    let views = store::shown_with(db, partnership, user).await?;
    let records = decision::store::naming(db, partnership, user).await?.into_keys().collect();
    Ok(Said { views, records })
}

/// Somebody's data were erased: what the threads say in their words is taken back, and views that they were
/// shown among, and records that named them, are shown anew without them.
pub async fn forgotten(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId, said: &Said) -> Result<()> {
    outbox::retract(tx, app, partnership, &abouts(user)).await?;
    for one in store::latest(tx, partnership, i64::MAX).await? {
        outbox::touch(tx, app, partnership, &one.panel()).await?;
        let number = one.number;
        let recorded = match one.outcome {
            Some(Outcome::Decision(decision)) if said.records.contains(&decision) => Some(decision),
            _ => None,
        };
        let shown = said.views.contains(&number);
        if !shown && recorded.is_none() {
            continue;
        }
        let scene = Scene::of(tx, partnership, one).await?;
        if shown {
            outbox::retract(tx, app, partnership, &about_views(number)).await?;
            show_views(tx, app, &scene).await?;
        }
        if let Some(decision) = recorded {
            outbox::retract(tx, app, partnership, &about_record(number)).await?;
            say_decided(tx, app, &scene, decision).await?;
        }
    }
    Ok(())
}

/// Posts all views in the thread.
pub async fn show_views(tx: &mut Tx, app: &App, scene: &Scene) -> Result<()> {
    let answers = answers(tx, app, scene).await?;
    post(tx, app, scene, view::revealed(scene, &answers), about_views(scene.one.number)).await
}

/// What somebody themselves answered in a conversation, by prompt; nothing where that can't be told.
pub async fn own_words(db: &mut Db, partnership: PartnershipId, number: i64, user: UserId) -> Result<Vec<String>> {
    let Some(one) = store::get(db, partnership, number).await? else { return Ok(Vec::new()) };
    Ok(store::own_view(db, partnership, &one, user).await?.unwrap_or_default())
}

/// All views as they may be shown.
async fn answers(db: &mut Db, app: &App, scene: &Scene) -> Result<Answers> {
    let quiet = scene.quiet();
    let heard = scene.voices.iter().map(|voice| voice.organisation).filter(|id| !quiet.contains(id)).collect();
    if scene.one.anonymous {
        let loose = store::loose_words(db, scene.partnership, &scene.one).await?;
        return Ok(Answers::loose(loose, heard));
    }
    let views = store::views(db, scene.partnership, &scene.one).await?;
    let prompts = scene.one.frame.template.prompts.len();
    Ok(Answers::named(&views, prompts, heard, |order| app.random.shuffle(order)))
}

/// The record as the thread's last word. It names people, so it can be taken back.
pub async fn say_decided(tx: &mut Tx, app: &App, scene: &Scene, number: i64) -> Result<()> {
    let Some(record) = decision::card(tx, scene.partnership, number).await? else { return Ok(()) };
    post(tx, app, scene, view::decided(record), about_record(scene.one.number)).await
}

/// Says again what it is about: the views, the proposals, what is at consent and who objects.
pub async fn say_again(tx: &mut Tx, app: &App, scene: &Scene) -> Result<()> {
    match scene.one.stage {
        Stage::Gathering => return say(tx, app, scene, view::opened(scene)).await,
        Stage::Closed => return Ok(()),
        Stage::Revealed | Stage::Discussing | Stage::Consent => show_views(tx, app, scene).await?,
    }
    if let (Stage::Consent, Some(proposal)) = (scene.one.stage, scene.proposal.as_ref()) {
        quote(tx, app, scene, view::consent(scene, proposal), proposal.author).await?;
        for stance in scene.stances.iter().filter(|one| one.position == Position::Objection) {
            let objection = view::objection(scene, stance, proposal.version);
            quote(tx, app, scene, objection, Some(stance.speaker.person)).await?;
        }
        return Ok(());
    }
    for proposal in store::latest_proposals(tx, scene.partnership, scene.one.number).await? {
        let of = proposal.author.and_then(|author| scene.speaker(author)).map(|speaker| speaker.organisation);
        quote(tx, app, scene, view::proposed(scene, &proposal, of), proposal.author).await?;
    }
    Ok(())
}
