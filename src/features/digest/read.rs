//! Reads what a squad's digest is made from, out of the features whose it is.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::error::{Result, person};
use crate::features::blocker::{self, Ages};
use crate::features::conversation::{self, scene::Scene};
use crate::features::{coffee, decision, release, rest, share, squad};
use crate::partnership::{PartnershipId, SquadId};
use crate::storage::Tx;

use super::model::{About, Week};
use super::policy::Facts;
use super::rates;

/// Most stories, terms, offers and needs that are looked through, the latest ones.
const SHARES: i64 = 1_000;
/// Most conversations that are looked through, the latest ones.
const CONVERSATIONS: i64 = 500;

/// All about a squad's week, and the one before.
///
/// It takes a transaction, since figures about how people check in are fixed when they are first read.
pub async fn squad(
    tx: &mut Tx,
    partnership: PartnershipId,
    id: SquadId,
    week: Week,
    now: DateTime<Utc>,
) -> Result<Facts> {
    let squad = squad::store::get(tx, partnership, id).await?;
    let squad = squad.ok_or_else(|| person("That squad isn't there any more."))?;
    let mut known = BTreeMap::new();
    for week in [week, week.before()] {
        if let Some(rate) = rates::of(tx, partnership, week, now).await?.get(&About::Squad(id)) {
            known.insert(week, *rate);
        }
    }
    let mut facts = Facts {
        week,
        now,
        people: squad::store::members(tx, partnership, id).await?.len(),
        rates: known,
        dates: Vec::new(),
        releases: Vec::new(),
        blockers: Vec::new(),
        decisions: decision::store::all(tx, partnership).await?,
        conversations: Vec::new(),
        coffees: coffee::store::since(tx, partnership, 0)
            .await?
            .iter()
            .filter_map(coffee::model::Coffee::met_at)
            .collect(),
        shares: share::store::latest(tx, partnership, SHARES).await?,
        squad,
    };
    facts.dates = rest::dates(tx, partnership, &facts.squad, facts.last()).await?;
    let (from, to) = (week.before().instants(facts.squad.zone).0, week.instants(facts.squad.zone).1);
    let releases = release::store::since(tx, partnership, id, from).await?;
    facts.releases = releases.into_iter().filter(|one| one.at < to).collect();
    let mut blockers = Vec::new();
    for resolved in [false, true] {
        let all = blocker::store::all(tx, partnership, resolved).await?;
        blockers.extend(all.into_iter().filter(|one| one.squad == id && one.number.is_some()));
    }
    let oldest = blockers.iter().map(|one| one.says.asked_at.unwrap_or(one.raised_at)).min().unwrap_or(now);
    let mut ages = Ages::load(tx, partnership, oldest, now).await?;
    facts.blockers = blockers.into_iter().map(|one| (one.clone(), ages.standing(&one))).collect();
    for one in conversation::store::latest(tx, partnership, CONVERSATIONS).await? {
        if one.channel == facts.squad.channel {
            let missing = if one.closed_at.is_none() {
                let scene = Scene::of(tx, partnership, one.clone()).await?;
                conversation::policy::missing(&scene.voices, &scene.speakers)
            } else {
                Vec::new()
            };
            facts.conversations.push((one, missing));
        }
    }
    Ok(facts)
}
