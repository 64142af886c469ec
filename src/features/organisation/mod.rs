//! Organisations: the employers that work together here. Each one's stewards hold the keys to what
//! concerns its people.
//!
//! Commands: `/organisation add`, `edit`, `leave`, `list`. Actions: `organisation.list`, `change`
//! and `join` (row empty); `accept`, `no_thanks`, `step_down` (`<organisation>,<job>`); `withdraw`
//! (`<organisation>,<job>,<person>`); `admit`, `turn_down` (`<organisation>,<person>`); `settings`
//! and what it opens, `leave_yes`, `hear` (`<organisation>`; told before releases or not). Jobs: `organisation.settings` (a change takes
//! effect), `organisation.forget` (the retention of one that left has passed). Tables:
//! `organisation`, `keeper`, `former_member`.

pub mod commands;
mod jobs;
pub mod model;
pub mod policy;
pub mod store;
pub mod view;

use futures::FutureExt;
use serde_json::json;

use super::member::telling::Notice;
use super::{Feature, Kept, member};

pub use model::Keeper;

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "organisation", entries: commands::ENTRIES, jobs: jobs::JOBS, showings: &[], keeps: KEEPS };

const KEEPS: &[Kept] = &[
    Kept {
        what: "which organisation you are of, or asked to be of",
        why: "to show who speaks for whom, and to keep your organisation's holidays and settings",
        seen_by: "everyone on this server; a wish, your organisation's stewards",
        until: "you change it, or your organisation's retention has passed after it left",
        export: |db, partnership, user| {
            async move {
                let now = member::store::get(db, partnership, user).await?.and_then(|member| member.organisation);
                let agreed = now.is_some_and(|(_, sure)| sure == member::model::Membership::Agreed);
                let name = match now {
                    Some((id, _)) => store::get(db, partnership, id).await?.map(|one| one.name),
                    None => None,
                };
                Ok(json!({ "organisation": name, "agreed": agreed, "was_of": store::former_of(db, partnership, user).await? }))
            }
            .boxed()
        },
        erase: |tx, partnership, user| {
            async move {
                member::store::set_organisation(tx, partnership, user, None).await?;
                store::erase_former(tx, partnership, user).await
            }
            .boxed()
        },
    },
    Kept {
        what: "for which organisations you were asked to be steward or contact, and whether you accepted",
        why: "to know who holds an organisation's keys",
        seen_by: "everyone on this server who asks `/organisation list`",
        until: "you step down, or the organisation leaves",
        export: |db, partnership, user| async move { Ok(json!(store::exported(db, partnership, user).await?)) }.boxed(),
        erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
    },
];

/// What this feature leaves for somebody's next gathered message: somebody waits for the answer.
const fn notice(text: &str) -> Notice<'_> {
    Notice { feature: "organisation", rank: 20, text }
}
