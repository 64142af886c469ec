//! What is planned next, whenever a squad, a schedule, a zone or a membership has changed.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::error::Result;
use crate::features::member::model::Member;
use crate::features::squad::model::Squad;
use crate::features::{member, squad};
use crate::outbox;
use crate::partnership::{PartnershipId, SquadId, UserId};
use crate::scheduler;
use crate::storage::Tx;

use super::policy;

/// Plans anew what is due next for a squad and its people (where one is named), for a person (where
/// one is named), or for the whole partnership. Called in the transaction of the change.
pub async fn replan(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    squad: Option<SquadId>,
    user: Option<UserId>,
) -> Result<()> {
    let squads = squad::store::all(tx, partnership).await?;
    let memberships = squad::store::memberships(tx, partnership).await?;
    if user.is_none() {
        for one in squads.iter().filter(|one| squad.is_none_or(|squad| squad == one.id)) {
            scheduler::void(tx, partnership, "checkin.day", one.id.0).await?;
            plan_day(tx, app, partnership, one, app.clock.now()).await?;
            for slot in scheduler::slots(tx, partnership, "checkin.close", one.id.0).await? {
                let Ok(date) = slot.parse() else { continue };
                let closes = policy::closing(one, date);
                scheduler::plan(tx, app, partnership, "checkin.close", one.id.0, &slot, closes).await?;
                outbox::touch(tx, app, partnership, &policy::day_key(one.id, date)).await?;
            }
        }
        if let Some(gone) = squad.filter(|squad| !squads.iter().any(|one| one.id == *squad)) {
            scheduler::void(tx, partnership, "checkin.day", gone.0).await?;
        }
    }
    let mut people: Vec<UserId> = match (user, squad) {
        (Some(user), _) => vec![user],
        (None, Some(squad)) => squad::store::members(tx, partnership, squad).await?,
        (None, None) => memberships.iter().map(|(_, user)| *user).collect(),
    };
    people.sort_unstable();
    people.dedup();
    let squads: BTreeMap<SquadId, Squad> = squads.into_iter().map(|squad| (squad.id, squad)).collect();
    for person in people {
        let theirs: Vec<Squad> = memberships
            .iter()
            .filter(|(_, user)| *user == person)
            .filter_map(|(id, _)| squads.get(id).cloned())
            .collect();
        scheduler::void(tx, partnership, "checkin.prompt", person.0).await?;
        if let Some(member) = member::store::get(tx, partnership, person).await? {
            plan_prompt(tx, app, partnership, &member, &theirs, app.clock.now(), None).await?;
        }
    }
    Ok(())
}

/// Plans a member's next prompt after an instant, on a date later than `asked`. A date on which they
/// were asked before stays so, whatever zone or schedule has changed since: the next one is planned.
pub(super) async fn plan_prompt(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    member: &Member,
    squads: &[Squad],
    after: DateTime<Utc>,
    mut asked: Option<NaiveDate>,
) -> Result<()> {
    let zone = member.zone.or_else(|| squads.first().map(|squad| squad.zone));
    let Some(zone) = zone else { return Ok(()) };
    while let Some((date, at)) = policy::next_prompt(squads, zone, member.prompt_at, after, asked) {
        if scheduler::plan(tx, app, partnership, "checkin.prompt", member.user.0, &date.to_string(), at).await? {
            break;
        }
        asked = Some(date);
    }
    Ok(())
}

/// Plans the beginning of a squad's next date after an instant. One that has begun before stays so.
pub(super) async fn plan_day(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    squad: &Squad,
    mut after: DateTime<Utc>,
) -> Result<()> {
    while let Some((date, at)) = policy::next_day(squad, after) {
        if scheduler::plan(tx, app, partnership, "checkin.day", squad.id.0, &date.to_string(), at).await? {
            break;
        }
        after = at;
    }
    Ok(())
}
