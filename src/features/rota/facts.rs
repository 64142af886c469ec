//! Loading what a rota is made from and read with, and keeping it true when people come and go.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::app::App;
use crate::error::{Result, person};
use crate::features::organisation::model::Organisation;
use crate::features::squad::model::Squad;
use crate::features::{away, checkin, member, organisation, squad};
use crate::outbox;
use crate::partnership::{Message, PartnershipId, UserId};
use crate::rota;
use crate::storage::{Db, Tx};

use super::model::{Colleague, Facts, Part, Rota, State, Whole};
use super::{policy, store, view};

/// How long the solver may take. Discord shows that the bot is thinking meanwhile.
const LIMIT: Duration = Duration::from_secs(5);

/// What a squad sees of itself now.
pub(super) async fn facts(db: &mut Db, partnership: PartnershipId, squad: Squad, now: DateTime<Utc>) -> Result<Facts> {
    let today = now.with_timezone(&squad.zone).date_naive();
    let first = today - Days::new(policy::FARTHEST);
    let posted = checkin::store::posted(db, partnership, squad.id, first, today).await?;
    // A rota that was planned weeks ago is still read with the days away around it.
    let last = today + Days::new(policy::FARTHEST);
    let away = away::store::between(db, partnership, first, last).await?;
    let organisations = organisation::store::all(db, partnership).await?;
    let mut people = Vec::new();
    for (user, does) in squad::store::people(db, partnership, squad.id).await? {
        // Somebody who left the server isn't there.
        let Some(member) = member::store::get(db, partnership, user).await? else { continue };
        let posted = posted.iter().filter(|(_, who)| *who == user).map(|(date, _)| *date).collect();
        let away = away.iter().filter(|(who, _)| *who == user).map(|(_, away)| *away).collect();
        let of = member.agreed_organisation();
        let calendar = organisations.iter().find(|one| Some(one.id) == of).map(Organisation::holidays);
        let is_holiday = |date: &NaiveDate| calendar.is_some_and(|calendar| calendar.holiday(*date).is_some());
        let holidays = first.iter_days().take_while(|date| *date <= last).filter(is_holiday).collect();
        people.push(Colleague { user, name: member.name, does, posted, away, holidays });
    }
    people.sort_by(|one, other| (&one.name, one.user).cmp(&(&other.name, other.user)));
    Ok(Facts { squad, today, people })
}

/// A rota, held against how things are now.
pub(super) async fn whole(db: &mut Db, partnership: PartnershipId, id: i64, now: DateTime<Utc>) -> Result<Whole> {
    let gone = || person("That rota isn't there any more. The squad's lead can plan a new one with `/cover rota`.");
    let rota = store::get(db, partnership, id).await?.ok_or_else(gone)?;
    let squad = squad::store::get(db, partnership, rota.squad).await?.ok_or_else(gone)?;
    let facts = facts(db, partnership, squad, now).await?;
    Ok(held_against(rota, store::parts(db, partnership, id).await?, facts))
}

/// A rota and its parts, held against how things are.
pub(super) fn held_against(rota: Rota, parts: Vec<Part>, facts: Facts) -> Whole {
    let here: BTreeSet<UserId> = facts.people.iter().map(|one| one.user).collect();
    let parts: BTreeMap<UserId, Part> =
        parts.into_iter().filter(|part| here.contains(&part.user)).map(|part| (part.user, part)).collect();
    let off = parts.values().map(|part| (part.user.0, part.off.clone())).collect();
    let judged = rota::judge(&policy::input(&facts, parts.values(), rota.first), &off);
    Whole { rota, parts, facts, judged }
}

/// Plans a fortnight. It may take seconds of computing, which others needn't wait for.
pub(super) async fn plan(input: rota::Squad) -> Result<rota::Rota> {
    let planned = tokio::task::spawn_blocking(move || rota::plan(&input, LIMIT));
    Ok(planned.await.map_err(anyhow::Error::from)?)
}

/// The panel of a rota, as the rows are now.
pub(super) async fn render(app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Message>> {
    let Some((_, id)) = policy::parse_row(row) else { return Ok(None) };
    let mut db = app.store.read().await?;
    if store::get(&mut db, partnership, id).await?.is_none() {
        return Ok(None);
    }
    let whole = whole(&mut db, partnership, id, app.clock.now()).await?;
    Ok(Some(match whole.rota.state {
        State::Withdrawn => view::withdrawn(&whole),
        State::Draft | State::Asked => view::panel(partnership, &whole),
    }))
}

/// Shows anew the rotas on which somebody's days away from one date to another show. Whoever has taken
/// a day off their list to which they had agreed agrees no longer: their other days stay noted.
pub async fn touch(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    user: UserId,
    dates: (NaiveDate, NaiveDate),
) -> Result<()> {
    for squad in squad::store::of_member(tx, partnership, user).await? {
        for rota in store::between(tx, partnership, squad.id, dates).await? {
            let parts = store::parts(tx, partnership, rota.id).await?;
            let Some(mut part) = parts.into_iter().find(|part| part.user == user) else { continue };
            let held = away::store::from(tx, partnership, user, rota.first).await?;
            let mut off = part.off.range(dates.0..=dates.1);
            if part.agreed && !off.all(|date| away::away_all_day(&held, *date)) {
                (part.agreed, part.noted) = (false, Vec::new());
                store::save_part(tx, partnership, rota.id, &part).await?;
            }
            store::raise(tx, partnership, rota.id).await?;
            outbox::touch(tx, app, partnership, &policy::key(squad.id, rota.id)).await?;
        }
    }
    Ok(())
}

/// Takes somebody out of the rotas of squads that they aren't in any more.
pub async fn left(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId) -> Result<()> {
    for rota in store::of_person(tx, partnership, user).await? {
        if !squad::store::members(tx, partnership, rota.squad).await?.contains(&user) {
            store::remove_part(tx, partnership, rota.id, user).await?;
            store::raise(tx, partnership, rota.id).await?;
            outbox::touch(tx, app, partnership, &policy::key(rota.squad, rota.id)).await?;
        }
    }
    Ok(())
}
