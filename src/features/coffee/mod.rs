//! Coffee across organisations.
//!
//! Commands: `/coffee join`, `pause`, `leave`, `me`, `now`. Actions: see `commands`; the row of a coffee's buttons is its
//! number. Panel: `coffee:<number>`, a private thread for each coffee. Jobs: `coffee.round` (people are paired), `coffee.again`
//! (whoever is without a coffee in a round gets another chance), `coffee.ask` (a pair is asked whether they met), `coffee.now` (somebody has waited long enough for a coffee at
//! once). Tables: `coffee_circle`, `coffee_guest`, `coffee_never`, `coffee_group`, `coffee_seat`, `coffee_wish`. Who meets
//! whom is decided by `crate::pairing`.

pub mod model;
pub mod policy;
pub mod prompts;
pub mod store;
pub mod view;

mod commands;
mod jobs;
mod keep;

pub use keep::{forgotten, step_out};

use futures::FutureExt;
use serde_json::{Value, json};

use crate::error::Result;
use crate::outbox::Showing;
use crate::partnership::{NOBODY, PartnershipId, UserId};
use crate::storage::Db;

use super::{Feature, Kept};

/// This feature.
pub const FEATURE: Feature = Feature {
    name: "coffee",
    entries: commands::ENTRIES,
    jobs: jobs::JOBS,
    showings: &[Showing {
        kind: "coffee",
        render: |app, partnership, row| keep::show(app, partnership, row).boxed(),
        lost: Some(|tx, app, partnership, row| keep::lost(tx, app, partnership, row).boxed()),
    }],
    keeps: KEEPS,
};

const KEEPS: &[Kept] = &[Kept {
    what: "that you joined coffee, your hours for it, whom you don't want to meet, and with whom you had one",
    why: "to pair you with somebody whom you haven't met for long, at a time that suits you both",
    seen_by: "with whom you had a coffee: the two of you. Everything else: you alone",
    until: "you leave coffee; with whom you had one: your organisation's retention",
    export: |db, partnership, user| async move { exported(db, partnership, user).await }.boxed(),
    erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
}];

async fn exported(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Value> {
    let mut all: Vec<Value> = Vec::new();
    if let Some(guest) = store::guest_of(db, partnership, user).await? {
        all.push(json!({
            "joined_at": guest.joined_at.to_rfc3339(),
            "paused_until": guest.paused_until.map(|date| date.to_string()),
            "hours": guest.hours.map(|(from, to)| format!("{}-{}", from.format("%H:%M"), to.format("%H:%M"))),
            "may_be_asked_within_the_hour": guest.may_be_asked,
        }));
    }
    for other in store::never_of(db, partnership, user).await? {
        all.push(json!({ "not_with": other.to_string() }));
    }
    for one in store::of_person(db, partnership, user).await? {
        let others = one.seats.iter().map(|seat| seat.person).filter(|person| *person != user && *person != NOBODY);
        let mine = one.seats.iter().find(|seat| seat.person == user);
        all.push(json!({
            "coffee": one.number,
            "at": one.made_at.to_rfc3339(),
            "meets_at": one.meets_at.map(|at| at.to_rfc3339()),
            "with": others.map(|person| person.to_string()).collect::<Vec<_>>(),
            "you_said": mine.map_or("", |seat| seat.answer.as_str()),
            "you_said_so_at": mine.and_then(|seat| seat.said_at).map(|at| at.to_rfc3339()),
        }));
    }
    Ok(Value::Array(all))
}
