//! Who outside the squad's channel hears of a release that is coming up, and when.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::app::App;
use crate::error::Result;
use crate::features::member::{Subject, telling};
use crate::features::organisation::Keeper;
use crate::features::organisation::model::Organisation;
use crate::features::squad::model::Squad;
use crate::features::{member, organisation, setup, squad};
use crate::outbox::{self, Budget, Post, Target};
use crate::partnership::{ChannelId, Message, OrganisationId, PartnershipId, UserId};
use crate::scheduler;
use crate::storage::{Db, Tx};

use super::model::{Planned, State};
use super::store::planned as store;
use super::view::planned as view;
use super::{jobs, policy};

/// Where a notice stands among others in a gathered message.
const RANK: i64 = 30;

/// Plans to tell the organisations that want to hear of a release, but the one of whoever planned it. Returns
/// which they are and when each hears of it, if there is time. Who was told already isn't told again.
pub(super) async fn plan(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    one: &Planned,
) -> Result<Vec<view::Hears>> {
    let told = store::told(tx, partnership, one.id).await?;
    let mut hear = Vec::new();
    for organisation in organisation::store::all(tx, partnership).await? {
        let hears = organisation.hears_releases && !told.contains(&organisation.id);
        if hears && !is_own(tx, partnership, one, &organisation).await? {
            let at = plan_for(tx, app, partnership, one, &organisation).await?;
            hear.push((organisation.name, at));
        }
    }
    Ok(hear)
}

/// An organisation has turned notices on: it hears of what is planned already, too.
pub async fn heard(tx: &mut Tx, app: &App, partnership: PartnershipId, organisation: &Organisation) -> Result<()> {
    for one in store::coming(tx, partnership, app.clock.now()).await? {
        if !is_own(tx, partnership, &one, organisation).await? {
            plan_for(tx, app, partnership, &one, organisation).await?;
        }
    }
    Ok(())
}

/// Whether it is the organisation of whoever planned it.
async fn is_own(db: &mut Db, partnership: PartnershipId, one: &Planned, organisation: &Organisation) -> Result<bool> {
    let planner = member::store::get(db, partnership, one.person).await?;
    Ok(planner.and_then(|member| member.agreed_organisation()) == Some(organisation.id))
}

/// Plans to tell one organisation. When; `None`: there is no time left for that.
async fn plan_for(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    one: &Planned,
    organisation: &Organisation,
) -> Result<Option<DateTime<Utc>>> {
    let zone = setup::store::get(tx, partnership).await?.map_or(Tz::UTC, |one| one.zone);
    let now = app.clock.now();
    let at = policy::notice_at(one.at, &organisation.hours(zone), organisation.holidays(), now);
    if let Some(at) = at {
        // A slot of its own each time: what was planned before finds another time, or that it was told.
        let slot = format!("{},{},{}", organisation.id, one.at.timestamp_millis(), now.timestamp_millis());
        scheduler::plan(tx, app, partnership, jobs::NOTICE, one.id, &slot, at).await?;
    }
    Ok(at)
}

/// Tells an organisation of what is coming up, where it still is, and it still wants to hear of it.
pub(super) async fn tell(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    id: i64,
    (organisation, planned_for): (OrganisationId, i64),
) -> Result<()> {
    let now = app.clock.now();
    let Some(one) = store::get(tx, partnership, id).await? else { return Ok(()) };
    let as_it_was = one.state == State::Planned && one.at.timestamp_millis() == planned_for && now < one.at;
    let squad = squad::store::get(tx, partnership, one.squad).await?.filter(|squad| !squad.archived);
    let organisation = organisation::store::get(tx, partnership, organisation).await?;
    let (Some(squad), Some(organisation)) = (squad, organisation.filter(|one| one.hears_releases)) else {
        return Ok(());
    };
    let told = store::told(tx, partnership, id).await?;
    if !as_it_was || told.contains(&organisation.id) {
        return Ok(());
    }
    let server = server(tx, partnership).await?;
    let message = view::notice(partnership, &server, &squad, &one, &organisation);
    let mut reached = false;
    if let Some(channel) = organisation.channel {
        post(tx, app, partnership, &one, channel, message).await?;
        reached = true;
    } else {
        let text = view::coming_up(&server, &squad, &one);
        let instead = telling::Notice { feature: "release", rank: RANK, text: &text };
        for user in speakers(tx, partnership, &organisation, one.person).await? {
            let subject = Subject::of(tx, partnership, user).await?;
            // Who is asleep or away until it is out would read of it too late.
            if subject.welcome(tx, now).await? < one.at {
                telling::ask(tx, app, &subject, message.clone(), one.at, instead).await?;
                reached = true;
            }
        }
    }
    if reached {
        store::tell(tx, partnership, id, organisation.id, now).await?;
    }
    Ok(())
}

/// Tells whoever heard of a release that it is moved or called off. Returns how many organisations those are.
pub(super) async fn follow_up(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    squad: &Squad,
    one: &Planned,
    was: DateTime<Utc>,
) -> Result<usize> {
    let told = store::told(tx, partnership, one.id).await?;
    let message = view::news(&server(tx, partnership).await?, squad, one, was);
    for id in &told {
        let Some(organisation) = organisation::store::get(tx, partnership, *id).await? else { continue };
        if let Some(channel) = organisation.channel {
            post(tx, app, partnership, one, channel, message.clone()).await?;
            continue;
        }
        for user in speakers(tx, partnership, &organisation, one.person).await? {
            telling::inform(tx, app, partnership, user, message.clone()).await?;
        }
    }
    Ok(told.len())
}

/// Who speaks for an organisation: its contacts, or its stewards where it has none.
async fn speakers(
    db: &mut Db,
    partnership: PartnershipId,
    organisation: &Organisation,
    planner: UserId,
) -> Result<Vec<UserId>> {
    let keepers = organisation::store::keepers(db, partnership, organisation.id).await?;
    let of = |job: Keeper| {
        let accepted = keepers.iter().filter(move |(_, other, accepted)| *other == job && *accepted);
        accepted.map(|(user, ..)| *user).filter(|user| *user != planner).collect::<Vec<_>>()
    };
    let contacts = of(Keeper::Contact);
    Ok(if contacts.is_empty() { of(Keeper::Steward) } else { contacts })
}

/// Says something in an organisation's own channel.
async fn post(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    one: &Planned,
    channel: ChannelId,
    message: Message,
) -> Result<()> {
    let now = app.clock.now();
    let post = Post {
        target: Target::Channel(channel),
        message,
        about: policy::about(one.person, one.id),
        budget: Budget::Shared,
        not_before: now,
        // A line that is late still says when.
        expires_at: one.at.max(now + telling::KEPT),
    };
    outbox::post(tx, app, partnership, &post).await?;
    Ok(())
}

async fn server(db: &mut Db, partnership: PartnershipId) -> Result<String> {
    Ok(setup::store::get(db, partnership).await?.map_or_else(|| "your server".to_owned(), |one| one.name))
}
