//! Who gets which digest, and who may read one.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::command::Act;
use crate::error::{Result, refuse};
use crate::features::{access, member, organisation, setup, squad};
use crate::partnership::{NOBODY, PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::model::{About, Reader};
use super::store;

/// Everybody who gets a digest unless they say otherwise: leads their squad's, stewards that of their organisation's people.
pub(super) async fn due(db: &mut Db, partnership: PartnershipId) -> Result<Vec<(About, UserId)>> {
    let mut all = Vec::new();
    for squad in squad::store::all(db, partnership).await?.into_iter().filter(|squad| squad.lead != NOBODY) {
        all.push((About::Squad(squad.id), squad.lead));
    }
    for one in organisation::store::all(db, partnership).await? {
        let stewards = organisation::store::stewards(db, partnership, one.id).await?;
        all.extend(stewards.into_iter().map(|user| (About::Organisation(one.id), user)));
    }
    Ok(all)
}

/// Whether a reader still gets what they got: who leads or looks after something else now doesn't.
pub(super) async fn is_due(db: &mut Db, partnership: PartnershipId, one: &Reader) -> Result<bool> {
    Ok(match one.about {
        About::Squad(id) => squad::store::get(db, partnership, id)
            .await?
            .is_some_and(|squad| !squad.archived && squad.lead == one.person),
        About::Organisation(id) => organisation::store::stewards(db, partnership, id).await?.contains(&one.person),
        About::Partnership => one.channel.is_some(),
    })
}

/// How somebody gets a digest: as they chose, or as everybody does who chose nothing.
pub(super) async fn of(
    tx: &mut Tx,
    partnership: PartnershipId,
    about: About,
    person: UserId,
    now: DateTime<Utc>,
) -> Result<Reader> {
    if let Some(known) = store::reader_of(tx, partnership, about, person).await? {
        return Ok(known);
    }
    let number = setup::store::next_number(tx, partnership, "digest").await?;
    let one = Reader { number, ..Reader::new(about, person, now) };
    store::save_reader(tx, partnership, &one).await?;
    Ok(one)
}

/// By whose clock a digest comes: its reader's, or the partnership's where it is for all.
pub(super) async fn zone(db: &mut Db, partnership: PartnershipId, one: &Reader) -> Result<Tz> {
    if one.person == NOBODY {
        return zone_of(db, partnership, About::Partnership).await;
    }
    Ok(member::Subject::of(db, partnership, one.person).await?.zone)
}

/// By whose clock the weeks of a digest begin and end: the squad's, or the partnership's.
pub async fn zone_of(db: &mut Db, partnership: PartnershipId, about: About) -> Result<Tz> {
    let squad = match about {
        About::Squad(id) => squad::store::get(db, partnership, id).await?,
        About::Organisation(_) | About::Partnership => None,
    };
    Ok(match squad {
        Some(squad) => squad.zone,
        None => setup::store::get(db, partnership).await?.map_or(Tz::UTC, |one| one.zone),
    })
}

/// What somebody may read, and what it is called, the nearest to them first.
pub(super) async fn readable(db: &mut Db, act: &Act) -> Result<Vec<(About, String)>> {
    let partnership = act.partnership;
    let standing = access::standing(db, partnership, act.actor.user).await?;
    let mut all = Vec::new();
    let mut squads = squad::store::all(db, partnership).await?;
    squads.sort_by_key(|one| (one.channel != act.channel, !standing.leads.contains(&one.id)));
    let squads = squads.into_iter().filter(|one| act.actor.admin || standing.leads.contains(&one.id));
    all.extend(squads.map(|one| (About::Squad(one.id), one.name)));
    for one in organisation::store::all(db, partnership).await? {
        if standing.steward_of.contains(&one.id) {
            all.push((About::Organisation(one.id), format!("{}’s people", one.name)));
        }
    }
    let leads = act.actor.admin || !standing.leads.is_empty() || !standing.steward_of.is_empty();
    if let Some(setup) = setup::store::get(db, partnership).await?.filter(|_| leads) {
        all.push((About::Partnership, format!("All of {}", setup.name)));
    }
    Ok(all)
}

/// The digest that somebody means: by what they entered, or the nearest to them.
pub(super) async fn meant(db: &mut Db, act: &Act, entered: Option<&str>) -> Result<(About, String)> {
    let mut all = readable(db, act).await?;
    let Some(entered) = entered else {
        if all.is_empty() {
            return refuse("There is no digest for you here yet. `/help` shows what you can do.");
        }
        return Ok(all.remove(0));
    };
    let named = |(about, name): &(About, String)| about.key() == entered || name.eq_ignore_ascii_case(entered);
    match all.into_iter().find(named) {
        Some(found) => Ok(found),
        None => refuse(
            "That digest isn't yours to read: a squad's is its lead's and the admins', and the one about an organisation's people is its stewards'.",
        ),
    }
}
