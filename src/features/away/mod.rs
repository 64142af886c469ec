//! Time away: whoever is away is asked nothing, and their squads see that they are away.
//!
//! Commands: `/away add`, `/away list`, `/away remove`. Jobs: none; check-ins look here before they
//! ask. Table: `away`. A reason is never asked for, so it can't leak.

pub mod model;
pub mod store;

mod commands;
mod policy;
mod view;

use futures::future::BoxFuture;
use serde_json::{Value, json};

use crate::error::Result;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::{Feature, Kept};

pub use commands::{note_day, note_days, note_each, take_back};
pub use model::{Away, Part};
pub use policy::away_all_day;

/// Its line in the registry.
pub const FEATURE: Feature =
    Feature { name: "away", entries: commands::ENTRIES, jobs: &[], showings: &[], keeps: KEEPS };

const KEEPS: &[Kept] = &[Kept {
    what: "your days away (dates and half days, never a reason)",
    why: "so that you aren't asked anything on them, and your squads know who is there",
    seen_by: "the squads you are in",
    until: "you remove them, or your organisation's retention after their last day",
    export,
    erase,
}];

fn export(db: &mut Db, partnership: PartnershipId, user: UserId) -> BoxFuture<'_, Result<Value>> {
    Box::pin(async move {
        let entries = store::all(db, partnership, user).await?;
        let entry = |away: &Away| json!({ "first": away.first, "last": away.last, "part": away.part.as_str() });
        Ok(entries.iter().map(entry).collect())
    })
}

fn erase(tx: &mut Tx, partnership: PartnershipId, user: UserId) -> BoxFuture<'_, Result<()>> {
    Box::pin(store::erase(tx, partnership, user))
}
