//! Consent: what somebody said in a smaller circle is theirs to pass on.
//!
//! Whatever is made from a message of somebody else, and would be seen by more people than could read the
//! message, waits for its author's word: a decision, a story, a blocker. Actions: `consent.yes`, `consent.no` (row: what waits). Job:
//! `consent.forget` (no answer in 30 days). Table: `consent`.

pub mod model;
mod store;

mod commands;
mod jobs;
mod view;

use chrono::TimeDelta;
use futures::FutureExt;
use serde_json::json;

use crate::app::App;
use crate::command::Act;
use crate::error::Result;
use crate::features::member::{Subject, telling};
use crate::partnership::{Message, NOBODY, PartnershipId, UserId};
use crate::scheduler;
use crate::storage::Tx;

use super::{Feature, Kept};

use model::{Purpose, Waiting};

/// How long an author has to answer. After that nothing is kept.
const AUTHOR_HAS: TimeDelta = TimeDelta::days(30);

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "consent", entries: commands::ENTRIES, jobs: jobs::JOBS, showings: &[], keeps: KEEPS };

const KEEPS: &[Kept] = &[Kept {
    what: "messages of yours that somebody wants to record as a decision, keep as a story or raise as a blocker, or that you want to",
    why: "to ask whoever wrote them first, where not everybody could read them",
    seen_by: "you and whoever wants to pass it on",
    until: "you have answered, or 30 days",
    export: |db, partnership, user| {
        async move {
            let all = store::of(db, partnership, user).await?;
            Ok(all.into_iter().map(|one| json!({ "as": one.purpose.shown(), "words": one.draft })).collect())
        }
        .boxed()
    },
    erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
}];

/// Whether an author has to be asked before others may find their words: where they are somebody else's, and not
/// everybody may read the channel. Where that can't be told, they are asked.
pub async fn is_needed(app: &App, act: &Act, author: UserId) -> bool {
    let others = author != NOBODY && author != act.actor.user;
    others && !app.discord.is_open(act.partnership, act.channel).await.unwrap_or_default()
}

/// Asks an author, and says so to whoever wants to pass it on.
pub async fn ask(
    tx: &mut Tx,
    app: &App,
    act: &Act,
    author: UserId,
    purpose: Purpose,
    draft: serde_json::Value,
) -> Result<Message> {
    let (partnership, by, channel) = (act.partnership, act.actor.user, act.channel);
    let one = Waiting { id: app.random.id(), author, by, channel, purpose, draft, asked_at: act.at };
    store::keep(tx, partnership, &one).await?;
    let until = act.at + AUTHOR_HAS;
    scheduler::plan(tx, app, partnership, jobs::FORGET, one.id, "", until).await?;
    let subject = Subject::of(tx, partnership, author).await?;
    let text = view::notice(&one);
    let instead = telling::Notice { feature: "consent", rank: 21, text: &text };
    telling::insist(tx, app, &subject, view::asked(partnership, &one, &act.actor.name), until, instead).await?;
    Ok(view::waits(&one))
}

/// What is made once its author has said yes: its name, as people say it, and how it goes on.
async fn passed_on(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    one: &Waiting,
) -> Result<(String, &'static str)> {
    match one.purpose {
        Purpose::Decision => super::decision::let_record(tx, app, partnership, one).await,
        Purpose::Blocker => super::blocker::let_raise(tx, app, partnership, one).await,
        Purpose::Story => super::share::let_tell(tx, app, partnership, one).await,
    }
}
