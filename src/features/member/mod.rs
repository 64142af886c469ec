//! People: what the bot knows of each member, how it first speaks to them, and their own settings.
//!
//! Actions: `member.start`, `member.checkins`, `member.decline` (the first-contact card),
//! `member.zone` and `member.zone_sent` (zone and own time). Job: `member.recheck`. Tables: `member`, `person`.

pub mod commands;
mod jobs;
pub mod model;
pub mod store;
mod subject;
pub mod telling;
pub mod view;

use std::collections::BTreeMap;

use chrono_tz::Tz;
use futures::FutureExt;
use serde_json::json;

use crate::error::Result;
use crate::partnership::{PartnershipId, SquadId, UserId};
use crate::storage::Db;

use super::{Feature, Kept, setup, squad};

use model::Member;

pub use jobs::start;
pub use subject::Subject;

/// This feature.
pub const FEATURE: Feature =
    Feature { name: "member", entries: commands::ENTRIES, jobs: jobs::JOBS, showings: &[], keeps: KEEPS };

const KEEPS: &[Kept] = &[Kept {
    what: "your name here, your zone, when you like to be asked, and your organisation",
    why: "to ask you at a good time, and to show who speaks for whom",
    seen_by: "your name, organisation and zone: your squads. When you like to be asked: you alone",
    until: "you leave, and your organisation's retention has passed",
    export: |db, partnership, user| {
        async move {
            Ok(match store::get(db, partnership, user).await? {
                None => json!(null),
                Some(member) => json!({
                    "name": member.name,
                    "zone": member.zone.map(Tz::name),
                    "asked_at": member.prompt_at.map(|at| at.format("%H:%M").to_string()),
                    "organisation": member.organisation.map(|(id, _)| id),
                    "first_contact": member.contact.as_str(),
                }),
            })
        }
        .boxed()
    },
    erase: |tx, partnership, user| store::erase(tx, partnership, user).boxed(),
}];

/// The zone in which somebody's days are counted: their own, else their first squad's, else the
/// partnership's.
pub async fn zone_of(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Tz> {
    if let Some(zone) = store::get(db, partnership, user).await?.and_then(|member| member.zone) {
        return Ok(zone);
    }
    if let Some(squad) = squad::store::of_member(db, partnership, user).await?.first() {
        return Ok(squad.zone);
    }
    Ok(setup::store::get(db, partnership).await?.map_or(Tz::UTC, |one| one.zone))
}

/// What [`zone_of`] says of each of these members, read at once.
pub async fn zones(db: &mut Db, partnership: PartnershipId, members: &[Member]) -> Result<BTreeMap<UserId, Tz>> {
    let squads = squad::store::all(db, partnership).await?;
    let squads: BTreeMap<SquadId, Tz> = squads.into_iter().map(|squad| (squad.id, squad.zone)).collect();
    let mut first: BTreeMap<UserId, Tz> = BTreeMap::new();
    for (squad, user) in squad::store::memberships(db, partnership).await? {
        if let Some(zone) = squads.get(&squad) {
            first.entry(user).or_insert(*zone);
        }
    }
    let else_this = setup::store::get(db, partnership).await?.map_or(Tz::UTC, |one| one.zone);
    let zone = |member: &Member| member.zone.or_else(|| first.get(&member.user).copied()).unwrap_or(else_this);
    Ok(members.iter().map(|member| (member.user, zone(member))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::App;
    use crate::features::setup::model::Partnership;
    use crate::features::squad::model::Squad;
    use crate::partnership::ChannelId;
    use crate::scheduler::harness::{HERE, on_each_engine, start};

    /// A squad by its number, in this zone.
    async fn found(app: &App, number: i64, name: &'static str, zone: Tz, archived: bool) {
        let defaults = app.config.squad.clone();
        let schedule = defaults.schedule.clone();
        let squad = Squad::new(&defaults, name.to_owned(), ChannelId(number), UserId(1), schedule, zone);
        let squad = Squad { id: SquadId(number), archived, ..squad };
        app.store
            .write(HERE, move |tx| async move { squad::store::save(tx, HERE, &squad, start()).await }.boxed())
            .await
            .expect("saved");
    }

    #[tokio::test]
    async fn read_at_once_or_one_by_one_everybodys_zone_is_the_same() {
        on_each_engine(async |app| {
            let here = Partnership { name: "P".to_owned(), zone: Tz::Asia__Kolkata, admin: UserId(1), ready: true };
            app.store
                .write(HERE, move |tx| async move { setup::store::save(tx, HERE, &here, start()).await }.boxed())
                .await
                .expect("saved");
            // By name, the second comes first.
            found(&app, 1, "Zebra", Tz::Europe__London, false).await;
            found(&app, 2, "Ant", Tz::Asia__Tokyo, false).await;
            found(&app, 3, "Gone", Tz::America__Lima, true).await;
            // Who, in which squads, with which zone of their own, and the zone that holds.
            let cases = [
                (10, vec![1], None, Tz::Europe__London),
                (11, vec![2, 1], None, Tz::Europe__London),
                (12, vec![2], Some(Tz::America__New_York), Tz::America__New_York),
                (13, vec![3], None, Tz::Asia__Kolkata),
                (14, vec![3, 2], None, Tz::Asia__Tokyo),
                (15, vec![], None, Tz::Asia__Kolkata),
                (16, vec![], Some(Tz::UTC), Tz::UTC),
            ];
            for (who, squads, zone, _) in cases.clone() {
                app.store
                    .write(HERE, move |tx| {
                        async move {
                            store::ensure(tx, HERE, UserId(who), "N", start()).await?;
                            for squad in squads {
                                squad::store::add_member(tx, HERE, SquadId(squad), UserId(who), start()).await?;
                            }
                            match zone {
                                Some(zone) => store::set_zone(tx, HERE, UserId(who), zone).await,
                                None => Ok(()),
                            }
                        }
                        .boxed()
                    })
                    .await
                    .expect("saved");
            }
            let mut db = app.store.read().await.expect("reads");
            let members = store::all(&mut db, HERE).await.expect("members");
            let zones = super::zones(&mut db, HERE, &members).await.expect("zones");
            assert_eq!(zones.len(), cases.len());
            for (who, _, _, expected) in cases {
                assert_eq!(zones[&UserId(who)], expected, "{who}");
                assert_eq!(zone_of(&mut db, HERE, UserId(who)).await.expect("a zone"), expected, "{who}");
            }
        })
        .await;
    }
}
