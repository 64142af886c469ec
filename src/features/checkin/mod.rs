//! Check-ins: a few short questions on each working day, in one's own time, shared with the squad.
//!
//! Commands: `/checkin now`, `edit`, `skip`, `history` (`/checkin hours` is pace's). Actions: see `commands`, `taps`.
//! Jobs: `checkin.prompt` (a member's date), `checkin.remind` (the same, later), `checkin.day`
//! (a squad's date begins), `checkin.close` (it ends). Panel: `checkin.day`, the squad's message of
//! the day with its thread. Tables: `checkin`, `checkin_answer`, `checkin_share`,
//! `checkin_obstacle`.

pub mod commands;
mod form;
mod jobs;
pub mod model;
mod plain_words;
mod plan;
pub mod policy;
pub mod store;
mod taps;
pub mod view;

use chrono::NaiveDate;
use futures::FutureExt;
use serde_json::json;

use crate::app::App;
use crate::error::Result;
use crate::outbox::{self, Showing};
use crate::partnership::{OrganisationId, PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::{Feature, Kept, member};

pub use plain_words::heard;
pub use plan::replan;

use model::State;

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "checkin", entries: commands::ENTRIES, jobs: jobs::JOBS, showings: SHOWINGS, keeps: KEEPS };

const SHOWINGS: &[Showing] = &[Showing {
    kind: "checkin.day",
    render: |app, partnership, row| jobs::render_day(app, partnership, row).boxed(),
    lost: None,
}];

const KEEPS: &[Kept] = &[Kept {
    what: "your check-in answers",
    why: "to share what you finished, what is next and what is in the way",
    seen_by: "everyone in the squads that you answer for",
    until: "your organisation's retention has passed",
    export: |db, partnership, user| {
        async move { Ok(json!(store::history(db, partnership, user, NaiveDate::MIN, 100_000).await?)) }.boxed()
    },
    erase: |tx, partnership, user| store::erase_answers(tx, partnership, user).boxed(),
}];

/// Whether today's check-in of somebody was asked and waits for an answer.
pub async fn open_today(db: &mut Db, app: &App, partnership: PartnershipId, user: UserId) -> Result<bool> {
    let zone = member::zone_of(db, partnership, user).await?;
    let today = app.clock.now().with_timezone(&zone).date_naive();
    Ok(store::state(db, partnership, user, today).await? == Some(State::Open))
}

/// The dates for which somebody checked in, oldest first: they worked on them.
pub async fn worked_dates(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<NaiveDate>> {
    let mut dates: Vec<NaiveDate> = store::states_of(db, partnership, user, NaiveDate::default())
        .await?
        .into_iter()
        .filter(|(_, state)| matches!(state, State::Answered | State::NothingNew))
        .map(|(date, _)| date)
        .collect();
    dates.sort_unstable();
    Ok(dates)
}

/// Notes that somebody takes a day off: an open check-in of that date is closed, and the squad's
/// message shows that they are away.
pub async fn took_day_off(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    user: UserId,
    date: NaiveDate,
) -> Result<()> {
    if store::state(tx, partnership, user, date).await?.is_none_or(|state| state == State::Open) {
        store::set_state(tx, partnership, user, date, State::DayOff, app.clock.now()).await?;
    }
    touch_days(tx, app, partnership, user, date).await
}

/// Shows anew the messages of the day of somebody's squads.
pub(crate) async fn touch_days(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    user: UserId,
    date: NaiveDate,
) -> Result<()> {
    for squad in super::squad::store::of_member(tx, partnership, user).await? {
        outbox::touch(tx, app, partnership, &policy::day_key(squad.id, date)).await?;
    }
    Ok(())
}

/// What an organisation's people shared, as Markdown: the copy that it takes along when it leaves.
pub async fn shared_record(db: &mut Db, partnership: PartnershipId, organisation: OrganisationId) -> Result<String> {
    let mut record = String::from("# Check-ins that our people shared\n");
    for member in member::store::all(db, partnership).await? {
        if member.agreed_organisation() != Some(organisation) {
            continue;
        }
        let days = store::history(db, partnership, member.user, NaiveDate::MIN, 100_000).await?;
        if !days.is_empty() {
            record.push_str(&view::record(&member.name, &days));
        }
    }
    Ok(record)
}
