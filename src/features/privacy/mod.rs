//! What is held about a person, a copy of it, and its erasure. Works from the first day, for anyone.
//!
//! Commands: `/privacy show`, `/privacy export`, `/privacy erase`. Job: `privacy.retention`, daily.
//! Table: `access`. What is held is read off the declarations of all features ([`Kept`]), so a
//! feature can't keep something that isn't shown here. Messages and occurrences belong to no
//! feature; what they hold about people is declared and removed here.

pub mod store;

mod commands;
mod jobs;
mod policy;
mod view;

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::Result;
use crate::outbox;
use crate::partnership::{PartnershipId, UserId};
use crate::scheduler;
use crate::storage::{Db, Tx};

use super::{Feature, Kept, member};

pub use commands::erase_everything;
pub use jobs::start;

/// Its line in the registry.
pub const FEATURE: Feature =
    Feature { name: "privacy", entries: commands::ENTRIES, jobs: jobs::JOBS, showings: &[], keeps: KEEPS };

const KEEPS: &[Kept] = &[
    Kept {
        what: "messages that I sent you or am about to send",
        why: "to deliver each of them once, and to know what a reply is about",
        seen_by: "you alone",
        until: "30 days after it was sent",
        export: export_messages,
        erase: erase_messages,
    },
    Kept {
        what: "how I reach you: the id of our conversation, and whether your DMs are closed",
        why: "to send you what concerns you, and nothing where you closed them",
        seen_by: "nobody",
        until: "you are in no partnership any more",
        export: export_reach,
        erase: erase_reach,
    },
    Kept {
        what: "who looked at what is yours",
        why: "so that you can see it here",
        seen_by: "you alone",
        until: "your organisation's retention has passed",
        export: export_looks,
        erase: erase_looks,
    },
];

/// Notes that somebody looked at what another person wrote, for that person's `/privacy`. `what` is
/// said after "looked at": "your check-ins of March". It must hold nothing that anybody wrote.
pub async fn note_access(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    person: UserId,
    who: UserId,
    what: &str,
) -> Result<()> {
    if person == who {
        return Ok(());
    }
    store::note(
        tx,
        partnership,
        app.random.id(),
        person,
        &store::Look { who, what: what.to_owned(), at: app.clock.now() },
    )
    .await
}

fn export_messages(db: &mut Db, partnership: PartnershipId, user: UserId) -> BoxFuture<'_, Result<Value>> {
    Box::pin(async move {
        let messages = outbox::messages(db, partnership, user).await?;
        let notices = outbox::notices(db, partnership, user).await?;
        let said = |(at, text): &(DateTime<Utc>, String)| json!({ "at": at, "text": text });
        Ok(json!({
            "messages": messages.iter().map(said).collect::<Value>(),
            "waiting": notices.iter().map(said).collect::<Value>(),
        }))
    })
}

fn erase_messages(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        outbox::erase_messages(tx, partnership, user).await?;
        scheduler::erase(tx, partnership, user).await
    })
}

fn export_reach(db: &mut Db, partnership: PartnershipId, user: UserId) -> BoxFuture<'_, Result<Value>> {
    Box::pin(async move {
        // Who is no member here is reached for another partnership, if at all.
        let here = member::store::get(db, partnership, user).await?.is_some();
        let reach = if here { outbox::reach(db, user).await? } else { None };
        Ok(reach
            .map_or(Value::Null, |reach| json!({ "conversation": reach.conversation, "closed_at": reach.closed_at })))
    })
}

fn erase_reach(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> BoxFuture<'_, Result<()>> {
    Box::pin(async move {
        if member::store::is_elsewhere(tx, partnership, user).await? {
            return Ok(());
        }
        outbox::erase_reach(tx, user).await
    })
}

fn export_looks(db: &mut Db, partnership: PartnershipId, user: UserId) -> BoxFuture<'_, Result<Value>> {
    Box::pin(async move {
        let looks = store::looks(db, partnership, user).await?;
        Ok(looks.iter().map(|look| json!({ "who": look.who, "what": look.what, "at": look.at })).collect())
    })
}

fn erase_looks(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> BoxFuture<'_, Result<()>> {
    Box::pin(store::erase_looks(tx, partnership, user))
}
