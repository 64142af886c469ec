//! Keeping a blocker: every change ends here. It is saved and found by its words, its cards are shown anew,
//! what happened stands in its history and its thread, and its next instant is planned.

use chrono::TimeDelta;

use crate::app::App;
use crate::error::Result;
use crate::features::setup;
use crate::outbox::{self, Budget, Panel, Post, Target};
use crate::partnership::{Message, PartnershipId, UserId};
use crate::scheduler;
use crate::storage::{Tx, search};

use super::ladder;
use super::model::{Event, SeenBy};
use super::scene::Scene;
use super::{store, view};

/// The kind of panels that show a blocker to its squad, and of records under which it is found.
pub(super) const KIND: &str = "blocker";
/// The kind of panels that show it to the organisation that it waits on.
pub(super) const ASK: &str = "blocker_ask";
/// The kind of a blocker's next instant.
pub(super) const NEXT: &str = "blocker.next";
/// How long a line for a thread waits in the outbox.
const KEPT: TimeDelta = TimeDelta::days(30);

/// The key of the panel that shows a blocker to its squad.
pub(super) fn panel(id: i64) -> String {
    format!("{KIND}:{id}")
}

/// The key of the panel that shows it to the organisation that it waits on.
pub(super) fn ask(id: i64) -> String {
    format!("{ASK}:{id}")
}

/// How all that was said about somebody's words begins to say what it is about, for `outbox::retract`.
pub fn abouts(user: UserId) -> String {
    format!("{KIND}:{user},")
}

/// The same for one blocker.
pub(super) fn about(user: UserId, id: i64) -> String {
    format!("{}{id}", abouts(user))
}

/// Keeps a blocker as it is now.
pub(super) async fn keep(tx: &mut Tx, app: &App, scene: &mut Scene) -> Result<()> {
    let partnership = scene.partnership;
    scene.one.changed_at = app.clock.now();
    scene.now = scene.one.changed_at;
    if scene.one.number.is_none() && scene.one.seen_by != SeenBy::Named {
        scene.one.number = Some(setup::store::next_number(tx, partnership, KIND).await?);
    }
    let one = &scene.one;
    store::save(tx, partnership, one).await?;
    let Some(number) = one.number else { return Ok(()) };
    let words = [one.says.needed.as_str(), one.says.helped.as_str()];
    search::index(tx, partnership, KIND, number, &one.says.title, &words.join("\n")).await?;
    let shown = Panel {
        key: panel(one.id),
        channel: scene.squad.channel,
        thread_title: view::thread_title(one),
        pinned: false,
        stands: outbox::Stands::InChannel,
        folded: one.resolved,
    };
    outbox::panel(tx, app, partnership, &shown).await?;
    outbox::touch(tx, app, partnership, &ask(one.id)).await?;
    plan(tx, app, scene).await
}

/// Plans the next instant at which it changes by itself. What was planned for an earlier state finds
/// nothing due, and does no harm.
pub(super) async fn plan(tx: &mut Tx, app: &App, scene: &mut Scene) -> Result<()> {
    let Some(timeline) = scene.timeline() else { return Ok(()) };
    let step = ladder::next(&scene.one, &scene.ladder(), &timeline).map(|(at, _)| at);
    let holds = scene.one.says.holds.iter().map(|hold| hold.until).filter(|until| *until > scene.now);
    if let Some(at) = step.into_iter().chain(holds).min() {
        let slot = at.timestamp_millis().to_string();
        scheduler::plan(tx, app, scene.partnership, NEXT, scene.one.id, &slot, at).await?;
    }
    Ok(())
}

/// Notes what happened in a blocker's history, and says it in its thread where others may see it.
pub(super) async fn note(tx: &mut Tx, app: &App, scene: &Scene, who: UserId, what: &str, words: &str) -> Result<()> {
    let event = Event { who, at: app.clock.now(), what: what.to_owned(), words: words.to_owned() };
    store::add_event(tx, scene.partnership, scene.one.id, &event).await?;
    if scene.shared() {
        say(tx, app, scene.partnership, scene.one.id, who, view::happened(&event)).await?;
    }
    Ok(())
}

/// Says something in a blocker's thread.
pub(super) async fn say(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    id: i64,
    whose: UserId,
    message: Message,
) -> Result<()> {
    let now = app.clock.now();
    let post = Post {
        target: Target::Thread(panel(id)),
        message,
        about: about(whose, id),
        budget: Budget::Shared,
        not_before: now,
        expires_at: now + KEPT,
    };
    outbox::post(tx, app, partnership, &post).await?;
    Ok(())
}
