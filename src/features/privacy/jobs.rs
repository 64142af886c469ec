//! Retention: once a day, what is older than its organisation keeps it is removed.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::app::App;
use crate::error::Result;
use crate::features::organisation::model::Settings;
use crate::features::{
    away, blocker, checkin, coffee, conversation, cover, member, organisation, pace, release, rota, setup, webhook,
};
use crate::outbox;
use crate::partnership::{PartnershipId, UserId};
use crate::scheduler::{self, Due, Job};
use crate::storage::{Db, Tx};

use super::commands;
use super::policy::{self, MESSAGE_DAYS, OCCURRENCE_DAYS, Removal};
use super::store;

/// The kind of its one job.
const KIND: &str = "privacy.retention";
/// People in one transaction: other writers wait meanwhile.
const AT_ONCE: usize = 50;

pub(super) const JOBS: &[Job] = &[Job {
    kind: KIND,
    grace: TimeDelta::days(1),
    run: |app, partnership, dues| Box::pin(run(app, partnership, dues)),
}];

/// Plans the next round of retention. Doing it twice is harmless.
pub async fn start(tx: &mut Tx, app: &App, partnership: PartnershipId) -> Result<()> {
    let zone = setup::store::get(tx, partnership).await?.map_or(Tz::UTC, |one| one.zone);
    let (date, due_at) = policy::next_round(app.clock.now(), zone);
    scheduler::plan(tx, app, partnership, KIND, 0, &date.to_string(), due_at).await?;
    Ok(())
}

/// A person of a partnership, as retention sees them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    user: UserId,
    /// For how many days their organisation keeps what they wrote.
    pub(super) retention_days: u16,
    left_at: Option<DateTime<Utc>>,
}

/// Everybody of a partnership, those who left and those whose organisation left included.
pub(super) async fn people(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Person>> {
    let mut people = Vec::new();
    for (user, of, left_at) in member::store::everybody(db, partnership).await? {
        let organisation = match of {
            Some(id) => organisation::store::any(db, partnership, id).await?,
            None => None,
        };
        let settings = organisation.map_or_else(Settings::default, |one| one.settings);
        people.push(Person { user, retention_days: settings.retention_days, left_at });
    }
    Ok(people)
}

/// A round that comes late is as good as one in time: what is too old stays too old.
pub(super) async fn run(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let people = people(&mut *app.store.read().await?, partnership).await?;
    for some in people.chunks(AT_ONCE) {
        let (own, some) = (app.clone(), some.to_vec());
        app.store.write(partnership, move |tx| Box::pin(remove_old(tx, own, partnership, some))).await?;
    }
    let own = app.clone();
    app.store
        .write(partnership, move |tx| {
            Box::pin(async move {
                let now = own.clock.now();
                outbox::expire_messages(tx, partnership, now - TimeDelta::days(MESSAGE_DAYS)).await?;
                scheduler::expire(tx, partnership, now - TimeDelta::days(OCCURRENCE_DAYS)).await?;
                webhook::store::expire(tx, partnership, now - webhook::KEPT).await?;
                start(tx, &own, partnership).await?;
                scheduler::finish_all(tx, &own, &dues).await
            })
        })
        .await
}

async fn remove_old(tx: &mut Tx, app: App, partnership: PartnershipId, people: Vec<Person>) -> Result<()> {
    for person in people {
        match policy::removal(person.retention_days, person.left_at, app.clock.now()) {
            Removal::Everything => commands::erase_everything(tx, &app, partnership, person.user).await?,
            Removal::OlderThan(date) => {
                checkin::store::expire(tx, partnership, person.user, date).await?;
                pace::store::expire(tx, partnership, person.user, date).await?;
                away::store::expire(tx, partnership, person.user, date).await?;
                cover::store::expire(tx, partnership, person.user, date).await?;
                rota::store::expire(tx, partnership, person.user, date).await?;
                let instant = date.and_time(chrono::NaiveTime::MIN).and_utc();
                release::store::expire(tx, partnership, person.user, instant).await?;
                blocker::store::expire(tx, partnership, person.user, instant).await?;
                coffee::store::expire(tx, partnership, person.user, instant).await?;
                conversation::store::expire(tx, partnership, person.user, instant).await?;
                store::expire_looks(tx, partnership, person.user, instant).await?;
            }
        }
    }
    Ok(())
}
