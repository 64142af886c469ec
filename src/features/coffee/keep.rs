//! Keeping a coffee, and showing it in its thread.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::app::App;
use crate::error::Result;
use crate::features::member::{self, Subject, telling};
use crate::features::{away, organisation};
use crate::outbox::{self, Budget, Panel, Post, Stands, Target};
use crate::pairing;
use crate::partnership::{ChannelId, Message, NOBODY, PartnershipId, UserId};
use crate::scheduler;
use crate::storage::{Db, Tx};

use super::model::{Answer, Coffee, Face, Guest, Scene};
use super::{jobs, policy, prompts, store, view};

/// For how long what is said in a thread waits for it.
const WAITS: TimeDelta = TimeDelta::days(14);

/// What this coffee begins with: nothing that two of them had with each other.
pub(super) fn prompt(app: &App, partnership: PartnershipId, number: i64, people: &[UserId], before: &[Coffee]) -> u32 {
    let chance = app.random.seed_for(&format!("prompt of coffee {number} of {}", partnership.0));
    prompts::fresh(&policy::had(people, before), chance)
}

/// Keeps a coffee as it is now, has its thread shown anew, and plans when they are asked whether they met.
pub(super) async fn keep(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &Coffee) -> Result<()> {
    store::save(tx, partnership, one).await?;
    let faces = faces(tx, partnership, one).await?;
    let panel = Panel {
        key: one.panel(),
        channel: one.channel,
        thread_title: view::title(one, &faces),
        pinned: false,
        stands: Stands::Privately,
        folded: one.over,
    };
    outbox::panel(tx, app, partnership, &panel).await?;
    if !one.over {
        let circle = store::circle(tx, partnership).await?;
        let at = policy::ask_at(one, &circle);
        scheduler::plan(tx, app, partnership, jobs::ASK, one.number, &at.timestamp_millis().to_string(), at).await?;
    }
    Ok(())
}

/// Says something in the thread of a coffee.
pub(super) async fn say(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    one: &Coffee,
    message: Message,
) -> Result<()> {
    let now = app.clock.now();
    let post = Post {
        target: Target::Thread(one.panel()),
        message,
        about: String::new(),
        budget: Budget::Shared,
        not_before: now,
        expires_at: now + WAITS,
    };
    outbox::post(tx, app, partnership, &post).await.map(drop)
}

/// Somebody can't take part in a coffee: the others read of it, and whoever is left alone gets another chance.
pub(super) async fn left(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &Coffee, user: UserId) -> Result<()> {
    let circle = store::circle(tx, partnership).await?;
    let worthwhile = policy::is_worthwhile(&circle, app.clock.now());
    say(tx, app, partnership, one, view::cant(one, user, worthwhile)).await?;
    look_again(tx, app, partnership).await
}

/// The channel of a coffee is gone, or isn't open to the bot: its people are told by themselves, once.
pub(super) async fn lost(tx: &mut Tx, app: &App, partnership: PartnershipId, row: &str) -> Result<()> {
    let Some(one) = store::get(tx, partnership, row.parse().unwrap_or(0)).await?.filter(|one| !one.over) else {
        return Ok(());
    };
    let scene = scene(tx, partnership, one, app.clock.now()).await?;
    for user in scene.coffee.there().filter(|user| *user != NOBODY) {
        telling::inform(tx, app, partnership, user, view::without_thread(&scene, user)).await?;
    }
    Ok(())
}

/// Moves coffees whose channel is gone to where there is coffee now.
pub(super) async fn rescue(tx: &mut Tx, app: &App, partnership: PartnershipId, channel: ChannelId) -> Result<()> {
    for mut one in store::open(tx, partnership).await? {
        if one.channel != channel && outbox::is_lost(tx, partnership, &one.panel()).await? {
            one.channel = channel;
            keep(tx, app, partnership, &one).await?;
        }
    }
    Ok(())
}

/// Somebody is without a coffee, or has one with nobody: in some minutes it is looked who else is.
pub(super) async fn look_again(tx: &mut Tx, app: &App, partnership: PartnershipId) -> Result<()> {
    let at = app.clock.now() + policy::GATHERS;
    let slot = at.timestamp_millis().to_string();
    scheduler::plan(tx, app, partnership, jobs::AGAIN, 0, &slot, at).await.map(drop)
}

/// Somebody, as others in a coffee read of them.
pub(super) async fn face(db: &mut Db, partnership: PartnershipId, guest: &Guest) -> Result<Face> {
    let person = guest.person;
    let member = member::store::get(db, partnership, person).await?;
    let zone = member::zone_of(db, partnership, person).await?;
    let organisation = match member.as_ref().and_then(member::model::Member::agreed_organisation) {
        Some(id) => organisation::store::get(db, partnership, id).await?,
        None => None,
    };
    Ok(Face {
        person,
        name: member.map_or_else(|| "Somebody".to_owned(), |member| member.name),
        tag: organisation.as_ref().map(|one| one.tag.clone()),
        organisation: organisation.map(|one| one.id),
        hours: policy::hours(guest, zone),
    })
}

/// Those of a coffee, in the order of its seats.
async fn faces(db: &mut Db, partnership: PartnershipId, one: &Coffee) -> Result<Vec<Face>> {
    let mut faces = Vec::new();
    for seat in &one.seats {
        let guest = store::guest_of(db, partnership, seat.person).await?;
        let guest = guest.unwrap_or_else(|| Guest::new(seat.person, one.made_at));
        faces.push(face(db, partnership, &guest).await?);
    }
    Ok(faces)
}

/// A coffee with all that its thread shows: times on days on which nobody of it is off, from the morning after
/// it was made on, and not before `now`.
pub(super) async fn scene(
    db: &mut Db,
    partnership: PartnershipId,
    coffee: Coffee,
    now: DateTime<Utc>,
) -> Result<Scene> {
    let faces = faces(db, partnership, &coffee).await?;
    let there: Vec<&Face> = faces.iter().filter(|face| coffee.has(face.person) && face.person != NOBODY).collect();
    let mut off: HashMap<(usize, NaiveDate), bool> = HashMap::new();
    let from = now.max(coffee.made_at + TimeDelta::hours(12));
    for (at, face) in there.iter().enumerate() {
        let subject = Subject::of(db, partnership, face.person).await?;
        let first = subject.date(from).pred_opt().unwrap_or(subject.date(from));
        let away = away::store::from(db, partnership, face.person, first).await?;
        for ahead in 0..pairing::DAYS_AHEAD + 3 {
            let Some(date) = first.checked_add_days(Days::new(ahead)) else { break };
            let free = subject.is_free(date) || away.iter().any(|one| one.touches(date));
            off.insert((at, date), free);
        }
    }
    let hours: Vec<pairing::Hours> = there.iter().map(|face| face.hours).collect();
    let is_off = |at: usize, date: NaiveDate| off.get(&(at, date)).copied().unwrap_or(false);
    let times =
        if hours.len() < 2 || coffee.over { Vec::new() } else { pairing::times(&hours, is_off, from, policy::TIMES) };
    Ok(Scene { partnership, coffee, faces, times })
}

/// Renders a coffee's panel.
pub(super) async fn show(app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Message>> {
    let mut db = app.store.read().await?;
    let Some(coffee) = store::get(&mut db, partnership, row.parse().unwrap_or(0)).await? else { return Ok(None) };
    if coffee.seats.iter().all(|seat| seat.person == NOBODY) {
        return Ok(None);
    }
    let scene = scene(&mut db, partnership, coffee, app.clock.now()).await?;
    Ok(Some(view::coffee(&scene)))
}

/// Whether somebody takes part in a coffee that isn't over.
pub(super) async fn open_coffees(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Vec<Coffee>> {
    let all = store::of_person(db, partnership, user).await?;
    Ok(all.into_iter().filter(|one| !one.over && one.has(user)).collect())
}

/// Somebody isn't there any more, or doesn't want to: they are taken out of the coffees that they haven't had yet.
pub async fn step_out(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId) -> Result<()> {
    for mut coffee in open_coffees(tx, partnership, user).await? {
        if coffee.met() {
            continue;
        }
        for seat in coffee.seats.iter_mut().filter(|seat| seat.person == user) {
            seat.say(Answer::Left, app.clock.now());
        }
        coffee.over |= coffee.size() == 0;
        keep(tx, app, partnership, &coffee).await?;
        left(tx, app, partnership, &coffee, user).await?;
    }
    Ok(())
}

/// Somebody's data were erased: the threads of their coffees don't name them any more.
pub async fn forgotten(tx: &mut Tx, app: &App, partnership: PartnershipId, coffees: &[Coffee]) -> Result<()> {
    for before in coffees {
        if let Some(mut one) = store::get(tx, partnership, before.number).await? {
            one.over |= one.size() < 2;
            keep(tx, app, partnership, &one).await?;
        }
    }
    Ok(())
}
