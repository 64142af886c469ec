//! Looking at a squad's streak, when its day closes.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

use crate::app::App;
use crate::error::Result;
use crate::features::member::{self, Subject, telling};
use crate::features::squad::model::Squad;
use crate::features::{away, checkin, release, squad};
use crate::outbox;
use crate::pace::streak_level;
use crate::partnership::{PartnershipId, UserId};
use crate::schedule::resolve;
use crate::storage::{Db, Tx};

use super::model::{Planned, SquadDate};
use super::{policy, store, view};

/// How long what a lead is told waits.
const KEPT: TimeDelta = TimeDelta::days(3);

/// Looks at a squad's streak on a date, and tells its lead where it has passed a threshold. What was
/// released on days that nobody asks about is found when the next day closes: the streak is always
/// counted anew from all that is known.
pub async fn look(tx: &mut Tx, app: &App, partnership: PartnershipId, squad: &Squad, date: NaiveDate) -> Result<()> {
    let dates = dates(tx, partnership, squad, date).await?;
    let Some(((_, today), before)) = dates.split_first() else { return Ok(()) };
    let days = policy::streak(*today, before.iter().map(|(_, one)| *one));
    let known = store::known_level(tx, partnership, squad.id).await?;
    if let Some(level) = policy::passed(days, known) {
        let planned = planned(tx, partnership, squad, date).await?;
        let message = view::told(partnership, squad, days, level, planned.as_ref());
        // A notice has no buttons, so it says where they are.
        let text = format!("{} `/squad edit` has **A shared rest day…**.", message.text);
        let lead = Subject::of(tx, partnership, squad.lead).await?;
        let instead = telling::Notice { feature: "rest", rank: 15, text: &text };
        telling::insist(tx, app, &lead, message, app.clock.now() + KEPT, instead).await?;
    }
    let level = streak_level(days);
    if level != known {
        store::save_level(tx, partnership, squad.id, level).await?;
    }
    Ok(())
}

/// A squad's dates, the newest first: as many as a streak is looked for in.
pub async fn dates(
    db: &mut Db,
    partnership: PartnershipId,
    squad: &Squad,
    last: NaiveDate,
) -> Result<Vec<(NaiveDate, SquadDate)>> {
    let first = last - Days::new(policy::FARTHEST);
    let members: BTreeSet<UserId> = squad::store::members(db, partnership, squad.id).await?.into_iter().collect();
    let posted = checkin::store::posted(db, partnership, squad.id, first, last).await?;
    let away = away::store::of_some(db, partnership, &members, first, last).await?;
    let begins = resolve(first.and_time(NaiveTime::MIN), squad.zone);
    let instants = release::store::of_squad(db, partnership, squad.id, begins).await?;
    let released: BTreeSet<NaiveDate> =
        instants.into_iter().map(|at| at.with_timezone(&squad.zone).date_naive()).collect();
    let one = |date: NaiveDate| {
        let gone: BTreeSet<UserId> = away.iter().filter(|(_, one)| one.covers(date)).map(|(user, _)| *user).collect();
        let there = posted.iter().filter(|(on, user)| *on == date && !gone.contains(user)).count();
        (date, SquadDate { posted: there, present: members.len() - gone.len(), released: released.contains(&date) })
    };
    Ok(std::iter::successors(Some(last), NaiveDate::pred_opt).take_while(|date| *date >= first).map(one).collect())
}

/// The next shared rest day of a squad, and who will be off on it.
pub(super) async fn planned(
    db: &mut Db,
    partnership: PartnershipId,
    squad: &Squad,
    today: NaiveDate,
) -> Result<Option<Planned>> {
    let last = today + Days::new(policy::SOON);
    let Some(date) = store::proposed(db, partnership, squad.id, today, last).await?.first().copied() else {
        return Ok(None);
    };
    Ok(Some(Planned { date, off: off(db, partnership, squad, date).await? }))
}

/// The names of a squad's people who are away on a date.
pub(super) async fn off(
    db: &mut Db,
    partnership: PartnershipId,
    squad: &Squad,
    date: NaiveDate,
) -> Result<Vec<String>> {
    let away = away::store::between(db, partnership, date, date).await?;
    let people = squad::store::people(db, partnership, squad.id).await?;
    let is_off = |user: UserId| away.iter().any(|(who, one)| *who == user && one.covers(date));
    let mut names = Vec::new();
    for (user, _) in people.into_iter().filter(|(user, _)| is_off(*user)) {
        if let Some(member) = member::store::get(db, partnership, user).await? {
            names.push(member.name);
        }
    }
    names.sort();
    Ok(names)
}

/// Shows anew the proposals of somebody's squads on which their days away from one date to another show.
pub async fn touch(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    user: UserId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<()> {
    for squad in squad::store::of_member(tx, partnership, user).await? {
        for date in store::proposed(tx, partnership, squad.id, first, last).await? {
            outbox::touch(tx, app, partnership, &policy::key(squad.id, date)).await?;
        }
    }
    Ok(())
}
