//! How many check-ins were answered in a week: fixed when the week is over, so that nobody who joins, leaves or is
//! forgotten afterwards can be found out by what has changed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use futures::FutureExt;

use crate::app::App;
use crate::error::Result;
use crate::features::away::model::{Away, Part};
use crate::features::checkin::model::State;
use crate::features::organisation::model::Organisation;
use crate::features::{away, checkin, member, organisation, setup, squad};
use crate::partnership::anonymity::publishable;
use crate::partnership::{OrganisationId, PartnershipId, SquadId, UserId};
use crate::storage::{Db, Tx};

use super::model::{About, Rate, Week};
use super::policy::FEWEST;
use super::store;

/// Fixes what may be told of a week and of the two before, where that isn't done yet. While a week isn't over nothing
/// is: two looks on either side of somebody's going would tell of them.
pub async fn fix(app: &App, partnership: PartnershipId, week: Week) -> Result<()> {
    let now = app.clock.now();
    let mut db = app.store.read().await?;
    let zone = setup::store::get(&mut db, partnership).await?.map_or(Tz::UTC, |one| one.zone);
    let mut open = Vec::new();
    for week in [week, week.before(), week.before().before()] {
        if now >= week.instants(zone).1 && store::rates(&mut db, partnership, week).await?.is_none() {
            open.push(week);
        }
    }
    drop(db);
    if open.is_empty() {
        return Ok(());
    }
    app.store.write(partnership, move |tx| fix_all(tx, partnership, open).boxed()).await
}

/// What may be told of a week: as it was fixed, or as it would be.
pub async fn of(
    db: &mut Db,
    partnership: PartnershipId,
    week: Week,
    now: DateTime<Utc>,
) -> Result<BTreeMap<About, Rate>> {
    if let Some(known) = store::rates(db, partnership, week).await? {
        return Ok(known);
    }
    let zone = setup::store::get(db, partnership).await?.map_or(Tz::UTC, |one| one.zone);
    if now < week.instants(zone).1 {
        return Ok(BTreeMap::new());
    }
    let groups = groups(db, partnership).await?;
    Ok(rates(&groups, &asked(db, partnership, week, &groups).await?, &off(db, partnership, week).await?))
}

async fn fix_all(tx: &mut Tx, partnership: PartnershipId, open: Vec<Week>) -> Result<()> {
    let groups = groups(tx, partnership).await?;
    for week in open {
        let (asked, off) = (asked(tx, partnership, week, &groups).await?, off(tx, partnership, week).await?);
        store::save_rates(tx, partnership, week, &rates(&groups, &asked, &off)).await?;
    }
    Ok(())
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

/// What each was asked for in a week, and what came of it.
async fn asked(
    db: &mut Db,
    partnership: PartnershipId,
    week: Week,
    groups: &[Group],
) -> Result<BTreeMap<UserId, Rate>> {
    let people: BTreeSet<UserId> = groups.iter().flat_map(|group| &group.people).copied().collect();
    let states = checkin::store::states(db, partnership, people.into_iter(), week.monday(), week.sunday()).await?;
    Ok(count(week, &states))
}

/// Which halves of a week's days each had off.
async fn off(db: &mut Db, partnership: PartnershipId, week: Week) -> Result<BTreeMap<UserId, BTreeSet<Half>>> {
    let mut off: BTreeMap<UserId, BTreeSet<Half>> = BTreeMap::new();
    for (user, one) in away::store::between(db, partnership, week.monday(), week.sunday()).await? {
        off.entry(user).or_default().extend(halves(week, &one));
    }
    Ok(off)
}

/// Half a day: which, and whether it is the second one. Entries may overlap, and a half day off is one.
type Half = (NaiveDate, bool);

/// Half days of a stretch that are in a week.
fn halves(week: Week, off: &Away) -> Vec<Half> {
    let parts: &[bool] = match off.part {
        Part::Day => &[false, true],
        Part::Morning => &[false],
        Part::Afternoon => &[true],
    };
    let dates = week.dates().filter(|date| off.touches(*date));
    dates.flat_map(|date| parts.iter().map(move |part| (date, *part))).collect()
}

fn count(week: Week, states: &[(UserId, NaiveDate, State)]) -> BTreeMap<UserId, Rate> {
    let mut asked: BTreeMap<UserId, Rate> = BTreeMap::new();
    for (user, date, state) in states {
        let answered = match state {
            State::Answered | State::NothingNew => 1,
            State::Open => 0,
            State::Skipped | State::DayOff => continue,
        };
        let rate = asked.entry(*user).or_default();
        rate.answered += answered;
        rate.asked += 1;
        for (sum, _) in rate.by_day.iter_mut().zip(week.dates()).filter(|(_, day)| day == date) {
            *sum += answered;
        }
    }
    asked
}

/// The rates that may be told beside each other. Days off are an organisation's, of all its people: whoever had the whole
/// week off was asked for nothing. No two organisations share anybody, so nothing is found out by taking one from another.
fn rates(
    groups: &[Group],
    asked: &BTreeMap<UserId, Rate>,
    off: &BTreeMap<UserId, BTreeSet<Half>>,
) -> BTreeMap<About, Rate> {
    let there = |group: &Group| group.people.iter().filter(|user| asked.contains_key(user)).copied().collect();
    let sets: Vec<(BTreeSet<UserId>, usize)> = groups.iter().map(|group| (there(group), group.fewest)).collect();
    let mut rates = BTreeMap::new();
    for ((group, (people, _)), shown) in groups.iter().zip(&sets).zip(publishable(&sets)) {
        if shown {
            let mut rate: Rate = people.iter().filter_map(|user| asked.get(user)).copied().sum();
            if matches!(group.about, About::Organisation(_)) {
                let halves: usize = group.people.iter().filter_map(|user| off.get(user)).map(BTreeSet::len).sum();
                rate.halves_off = i64::try_from(halves).unwrap_or(i64::MAX);
            }
            rates.insert(group.about, rate);
        }
    }
    rates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_days_off_count_as_halves() {
        let week = Week::of(NaiveDate::default());
        let off = |first: u64, last: u64, part| Away {
            id: 1,
            first: week.monday() + chrono::Days::new(first),
            last: week.monday() + chrono::Days::new(last),
            part,
        };
        assert_eq!(halves(week, &off(5, 9, Part::Day)).len(), 4, "what is in the week after isn't counted");
        assert_eq!(halves(week, &off(1, 1, Part::Morning)), [(week.monday() + chrono::Days::new(1), false)]);
        assert!(halves(week, &off(7, 8, Part::Day)).is_empty());
        let twice: BTreeSet<Half> =
            [off(1, 2, Part::Day), off(2, 3, Part::Day)].iter().flat_map(|one| halves(week, one)).collect();
        assert_eq!(twice.len(), 6, "a day on two entries is one day");
    }

    #[test]
    fn days_off_are_not_asked_for_and_small_groups_not_told_of() {
        let date = NaiveDate::default();
        let mut states = vec![(UserId(9), date, State::DayOff)];
        for user in 1..=6 {
            states.push((UserId(user), date, State::Answered));
            states.push((UserId(user), date, if user < 3 { State::NothingNew } else { State::Open }));
            states.push((UserId(user), date, State::Skipped));
        }
        let asked = count(Week::of(date), &states);
        assert!(!asked.contains_key(&UserId(9)), "nothing was asked of them");
        let group = |about, people: std::ops::RangeInclusive<i64>, fewest| Group {
            about,
            people: people.map(UserId).collect(),
            fewest,
        };
        let (one, other) = (About::Squad(SquadId(1)), About::Squad(SquadId(2)));
        let all = About::Organisation(OrganisationId(1));
        let off: BTreeMap<UserId, BTreeSet<Half>> =
            [3, 9].map(|user| (UserId(user), BTreeSet::from([(date, false), (date, true)]))).into();
        let groups = [group(one, 1..=5, 5), group(other, 2..=6, 5), group(all, 1..=9, 1)];
        let rates = rates(&groups, &asked, &off);
        // It was a Thursday.
        let told = Rate { answered: 7, asked: 10, by_day: [0, 0, 0, 7, 0, 0, 0], halves_off: 0 };
        let of_all = Rate { answered: 8, asked: 12, by_day: [0, 0, 0, 8, 0, 0, 0], halves_off: 4 };
        assert_eq!(rates.into_iter().collect::<Vec<_>>(), [(one, told), (all, of_all)]);
    }
}
