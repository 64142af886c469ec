//! The slow round that notices who has left the server. Discord doesn't tell without a privileged
//! intent, and none is asked for.

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use futures::FutureExt;

use crate::app::App;
use crate::error::Result;
use crate::features::{checkin, coffee, cover, setup};
use crate::partnership::{PartnershipId, UserId};
use crate::schedule::resolve;
use crate::scheduler::{self, Due, Job};
use crate::storage::Tx;

use super::store;

const KIND: &str = "member.recheck";
/// Each day looks at one seventh of the members, so that everybody is looked at once a week.
const SEVENTHS: i64 = 7;
/// At night, when nobody waits for an answer.
const AT: NaiveTime = NaiveTime::from_hms_opt(4, 0, 0).expect("a time");

/// This feature's jobs.
pub(super) const JOBS: &[Job] = &[Job {
    kind: KIND,
    grace: TimeDelta::days(1),
    run: |app, partnership, due| recheck(app, partnership, due).boxed(),
}];

/// Plans the next round. Doing it twice is harmless.
pub async fn start(tx: &mut Tx, app: &App, partnership: PartnershipId) -> Result<()> {
    let zone = setup::store::get(tx, partnership).await?.map_or(Tz::UTC, |one| one.zone);
    let at = next(app.clock.now(), zone);
    let date = at.with_timezone(&zone).date_naive();
    scheduler::plan(tx, app, partnership, KIND, 0, &date.to_string(), at).await?;
    Ok(())
}

fn next(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    let days = today.iter_days().take(3);
    days.map(|date| resolve(date.and_time(AT), zone)).find(|at| *at > now).unwrap_or(now + TimeDelta::days(1))
}

async fn recheck(app: &App, partnership: PartnershipId, due: Vec<Due>) -> Result<()> {
    let mut db = app.store.read().await?;
    let members = store::all(&mut db, partnership).await?;
    drop(db);
    let turn = i64::from(app.clock.now().num_days_from_ce()).rem_euclid(SEVENTHS);
    let mut gone = Vec::new();
    for member in members.iter().filter(|member| (member.user.0 >> 22).rem_euclid(SEVENTHS) == turn) {
        // Whoever can't be asked about today is asked about next week.
        if let Ok(None) = app.discord.member(partnership, member.user).await {
            gone.push(member.user);
        }
    }
    let clone = app.clone();
    let store = app.store.clone();
    store.write(partnership, move |tx| async move { finish(tx, &clone, partnership, &gone, &due).await }.boxed()).await
}

async fn finish(tx: &mut Tx, app: &App, partnership: PartnershipId, gone: &[UserId], due: &[Due]) -> Result<()> {
    for user in gone {
        store::leave(tx, partnership, *user, app.clock.now()).await?;
        checkin::replan(tx, app, partnership, None, Some(*user)).await?;
        cover::left(tx, app, partnership, *user).await?;
        coffee::step_out(tx, app, partnership, *user).await?;
    }
    start(tx, app, partnership).await?;
    scheduler::finish_all(tx, app, due).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_round_is_at_night_where_the_partnership_is() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect(text);
        let zone = Tz::Asia__Kolkata;
        assert_eq!(next(at("2026-03-22T18:00:00Z"), zone), at("2026-03-22T22:30:00Z"));
        assert_eq!(next(at("2026-03-22T22:30:00Z"), zone), at("2026-03-23T22:30:00Z"));
    }
}
