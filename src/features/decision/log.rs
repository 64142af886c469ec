//! Recording decisions, and what others may ask of the log.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::app::App;
use crate::error::Result;
use crate::features::consent::model::Waiting;
use crate::features::{blocker, organisation, setup};
use crate::outbox::{self, Budget, Panel, Post, Target};
use crate::partnership::text::message_link;
use crate::partnership::{ChannelId, Message, PartnershipId, UserId};
use crate::storage::{Db, Tx, search};

use super::model::{Decision, Draft, StandsAs, Status};
use super::{jobs, store, view};

/// The kind of records under which decisions are found.
pub(super) const KIND: &str = "decision";

/// The key of the panel that shows a decision.
pub(super) fn panel(number: i64) -> String {
    format!("{KIND}:{number}")
}

/// Records a decision. Those whose place it takes are superseded, and so is what stood as the same
/// kind so far. Its record is posted in `channel`, where one is named.
pub async fn record(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    by: UserId,
    draft: &Draft,
    channel: Option<ChannelId>,
) -> Result<Decision> {
    let number = setup::store::next_number(tx, partnership, KIND).await?;
    let mut says = draft.clone().cleaned()?;
    if let Some(kind) = says.stands_as
        && let Some((now, _)) = store::standing(tx, partnership, kind).await?
        && !says.supersedes.contains(&now.number)
    {
        says.supersedes.push(now.number);
    }
    let now = app.clock.now();
    let one = Decision {
        number,
        version: 1,
        status: Status::Agreed,
        says,
        superseded_by: Vec::new(),
        recorded_by: by,
        recorded_at: now,
        changed_at: now,
        asked: 0,
    };
    keep(tx, app, partnership, &one, by, "recorded").await?;
    blocker::cleared(tx, app, partnership, (number, &one.says.title), &one.says.clears, by).await?;
    if let Some(channel) = channel {
        post(tx, app, partnership, number, channel).await?;
        jobs::plan_links(tx, app, partnership, &one).await?;
    }
    Ok(one)
}

/// The author of a message has said yes: it is recorded as it waited. Answers how people name it, and how it goes on.
pub async fn let_record(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    waiting: &Waiting,
) -> Result<(String, &'static str)> {
    let draft = serde_json::from_value(waiting.draft.clone())?;
    let made = record(tx, app, partnership, waiting.by, &draft, Some(waiting.channel)).await?;
    Ok((view::named(&made), "`/decision show` has the buttons to add detail."))
}

/// Posts the record of a decision in a channel, or moves it there.
pub(super) async fn post(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    number: i64,
    channel: ChannelId,
) -> Result<()> {
    let panel = Panel {
        key: panel(number),
        channel,
        thread_title: String::new(),
        pinned: false,
        stands: outbox::Stands::InChannel,
        folded: false,
    };
    outbox::panel(tx, app, partnership, &panel).await?;
    Ok(())
}

/// Keeps a decision with all that follows from it: what it supersedes, its words in the search, its
/// record in the channel.
pub(super) async fn keep(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    one: &Decision,
    by: UserId,
    what: &str,
) -> Result<()> {
    store::save(tx, partnership, one, by, what).await?;
    jobs::plan(tx, app, partnership, one).await?;
    search::index(tx, partnership, KIND, one.number, &one.says.title, &words(&one.says)).await?;
    outbox::touch(tx, app, partnership, &panel(one.number)).await?;
    if one.status == Status::Agreed {
        for older in &one.says.supersedes {
            supersede(tx, app, partnership, *older, one, by).await?;
        }
    }
    Ok(())
}

/// Has the records of what a decision supersedes shown anew.
pub(super) async fn touch_older(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &Decision) -> Result<()> {
    for older in &one.says.supersedes {
        outbox::touch(tx, app, partnership, &panel(*older)).await?;
    }
    Ok(())
}

async fn supersede(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    older: i64,
    by_which: &Decision,
    by: UserId,
) -> Result<()> {
    let Some(mut older) = store::get(tx, partnership, older).await? else { return Ok(()) };
    if !matches!(older.status, Status::Superseded) && older.number != by_which.number {
        older.status = Status::Superseded;
        older.version += 1;
        older.changed_at = app.clock.now();
        let what = format!("superseded by D-{}", by_which.number);
        store::save(tx, partnership, &older, by, &what).await?;
        jobs::plan(tx, app, partnership, &older).await?;
    }
    outbox::touch(tx, app, partnership, &panel(older.number)).await
}

/// Keeps a decision that was changed, as its next version.
pub(super) async fn change(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    one: &mut Decision,
    by: UserId,
    what: &str,
) -> Result<()> {
    one.version += 1;
    one.changed_at = app.clock.now();
    keep(tx, app, partnership, one, by, what).await?;
    if one.status == Status::Retired {
        blocker::unsettled(tx, app, partnership, one.number, &one.says.clears, by).await?;
    }
    Ok(())
}

/// Says in a channel how a decision stands now. Its own record stays where it is.
pub(super) async fn say_here(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    one: Decision,
    channel: ChannelId,
) -> Result<()> {
    let now = app.clock.now();
    let message = view::card(&shown(tx, partnership, one).await?);
    let post = Post {
        target: Target::Channel(channel),
        message,
        about: String::new(),
        budget: Budget::Shared,
        not_before: now,
        expires_at: now + TimeDelta::hours(1),
    };
    outbox::post(tx, app, partnership, &post).await?;
    Ok(())
}

/// Everything of a decision that it is found by, its title apart.
pub(super) fn words(says: &Draft) -> String {
    let mut words = vec![says.decision.as_str()];
    words.extend(says.details.texts().map(|(_, text)| text));
    words.extend(says.concerns.iter().map(|one| one.text.as_str()));
    words.extend(says.stands_as.map(StandsAs::shown));
    words.join("\n")
}

/// What holds as the problem statement, the vision, the ways of working or the decision rights, and
/// which version of it that is.
pub async fn standing(db: &mut Db, partnership: PartnershipId, kind: StandsAs) -> Result<Option<(Decision, i64)>> {
    store::standing(db, partnership, kind).await
}

/// All that holds as such.
pub async fn all_standing(db: &mut Db, partnership: PartnershipId) -> Result<Vec<(StandsAs, Decision, i64)>> {
    let mut all = Vec::new();
    for kind in StandsAs::ALL {
        if let Some((one, version)) = standing(db, partnership, *kind).await? {
            all.push((*kind, one, version));
        }
    }
    Ok(all)
}

/// A decision with what it takes to show it.
pub async fn shown(db: &mut Db, partnership: PartnershipId, one: Decision) -> Result<view::Shown> {
    let mut links = BTreeMap::new();
    for number in one.says.supersedes.iter().chain(&one.superseded_by) {
        if let Some(other) = store::get(db, partnership, *number).await? {
            let place = outbox::place(db, partnership, &panel(*number)).await?;
            let link = place.and_then(|(channel, message, _)| Some(message_link(partnership, channel, message?)));
            links.insert(*number, (other.says.title, link));
        }
    }
    let organisations = organisation::store::all(db, partnership).await?;
    let lessons = store::lessons(db, partnership).await?;
    Ok(view::Shown {
        partnership,
        organisations: organisations.into_iter().map(|one| (one.id, one.name)).collect(),
        lessons: lessons.into_iter().filter(|lesson| lesson.decision == one.number).collect(),
        links,
        one,
    })
}

/// The panel of a decision: the row is its number.
pub(super) async fn show(app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Message>> {
    let Ok(number) = row.parse() else { return Ok(None) };
    card(&mut *app.store.read().await?, partnership, number).await
}

/// The record as everybody reads it.
pub async fn card(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Option<Message>> {
    match store::get(db, partnership, number).await? {
        Some(one) => Ok(Some(view::card(&shown(db, partnership, one).await?))),
        None => Ok(None),
    }
}
