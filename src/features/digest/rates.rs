//! How many check-ins were answered in a week: fixed when the week is over, so that nobody who joins, leaves or is
//! forgotten afterwards can be found out by what has changed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::error::Result;
use crate::features::checkin::model::State;
use crate::features::organisation::model::Organisation;
use crate::features::{checkin, member, organisation, setup, squad};
use crate::partnership::anonymity::publishable;
use crate::partnership::{OrganisationId, PartnershipId, SquadId, UserId};
use crate::storage::{Db, Tx};

use super::model::{About, Rate, Week};
use super::policy::FEWEST;
use super::store;

/// The rates of a week that may be told. While it isn't over there are none: two looks on either side of somebody's
/// going would tell of them.
pub async fn of(
    tx: &mut Tx,
    partnership: PartnershipId,
    week: Week,
    now: DateTime<Utc>,
) -> Result<BTreeMap<About, Rate>> {
    let zone = setup::store::get(tx, partnership).await?.map_or(Tz::UTC, |one| one.zone);
    if now < week.instants(zone).1 {
        return Ok(BTreeMap::new());
    }
    if let Some(known) = store::rates(tx, partnership, week).await? {
        return Ok(known);
    }
    let asked = asked(tx, partnership, week).await?;
    let rates = rates(&groups(tx, partnership).await?, &asked);
    store::save_rates(tx, partnership, week, &rates).await?;
    Ok(rates)
}

/// Some people, and the fewest of them about whom something may be said.
struct Group {
    about: About,
    people: BTreeSet<UserId>,
    fewest: usize,
}

/// Squads, and then organisations, each in the order of their numbers.
async fn groups(db: &mut Db, partnership: PartnershipId) -> Result<Vec<Group>> {
    let mut squads: BTreeMap<SquadId, BTreeSet<UserId>> = BTreeMap::new();
    for (squad, user) in squad::store::memberships(db, partnership).await? {
        squads.entry(squad).or_default().insert(user);
    }
    let mut organisations: BTreeMap<OrganisationId, BTreeSet<UserId>> = BTreeMap::new();
    for member in member::store::all(db, partnership).await? {
        if let Some(id) = member.agreed_organisation() {
            organisations.entry(id).or_default().insert(member.user);
        }
    }
    let known: BTreeMap<OrganisationId, Organisation> =
        organisation::store::all(db, partnership).await?.into_iter().map(|one| (one.id, one)).collect();
    let minimum = |id: &OrganisationId| known.get(id).map_or(0, |one| usize::from(one.settings.minimum_group));
    // A squad that is all of one organisation is held to what that one wants.
    let of_squad = |people: &BTreeSet<UserId>| {
        let home = organisations.iter().find(|(_, all)| people.is_subset(all));
        home.map_or(FEWEST, |(id, _)| minimum(id).max(FEWEST))
    };
    let squads =
        squads.into_iter().map(|(id, people)| Group { about: About::Squad(id), fewest: of_squad(&people), people });
    let mut groups: Vec<Group> = squads.collect();
    groups.extend(organisations.iter().map(|(id, people)| Group {
        about: About::Organisation(*id),
        people: people.clone(),
        fewest: minimum(id).max(FEWEST),
    }));
    Ok(groups)
}

/// How many check-ins each was asked for in a week, and how many of them they answered.
async fn asked(db: &mut Db, partnership: PartnershipId, week: Week) -> Result<BTreeMap<UserId, Rate>> {
    let states = checkin::store::states(db, partnership, week.monday(), week.sunday()).await?;
    Ok(count(&states))
}

fn count(states: &[(UserId, NaiveDate, State)]) -> BTreeMap<UserId, Rate> {
    let mut asked: BTreeMap<UserId, Rate> = BTreeMap::new();
    for (user, _, state) in states {
        let answered = match state {
            State::Answered | State::NothingNew => 1,
            State::Open => 0,
            State::Skipped | State::DayOff => continue,
        };
        let rate = asked.entry(*user).or_insert(Rate { answered: 0, asked: 0 });
        rate.answered += answered;
        rate.asked += 1;
    }
    asked
}

/// The rates that may be told beside each other.
fn rates(groups: &[Group], asked: &BTreeMap<UserId, Rate>) -> BTreeMap<About, Rate> {
    let there = |group: &Group| group.people.iter().filter(|user| asked.contains_key(user)).copied().collect();
    let sets: Vec<(BTreeSet<UserId>, usize)> = groups.iter().map(|group| (there(group), group.fewest)).collect();
    let mut rates = BTreeMap::new();
    for ((group, (people, _)), shown) in groups.iter().zip(&sets).zip(publishable(&sets)) {
        if shown {
            let sum = |of: fn(&Rate) -> i64| people.iter().filter_map(|user| asked.get(user)).map(of).sum();
            rates.insert(group.about, Rate { answered: sum(|one| one.answered), asked: sum(|one| one.asked) });
        }
    }
    rates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_off_are_not_asked_for_and_small_groups_not_told_of() {
        let date = NaiveDate::default();
        let mut states = vec![(UserId(9), date, State::DayOff)];
        for user in 1..=6 {
            states.push((UserId(user), date, State::Answered));
            states.push((UserId(user), date, if user < 3 { State::NothingNew } else { State::Open }));
            states.push((UserId(user), date, State::Skipped));
        }
        let asked = count(&states);
        assert!(!asked.contains_key(&UserId(9)), "nothing was asked of them");
        let group = |about, people: std::ops::RangeInclusive<i64>, fewest| Group {
            about,
            people: people.map(UserId).collect(),
            fewest,
        };
        let (one, other) = (About::Squad(SquadId(1)), About::Squad(SquadId(2)));
        let rates = rates(&[group(one, 1..=5, 5), group(other, 2..=6, 5)], &asked);
        assert_eq!(rates.into_iter().collect::<Vec<_>>(), [(one, Rate { answered: 7, asked: 10 })]);
    }
}
