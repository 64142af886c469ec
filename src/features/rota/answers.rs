//! What each does about their own part of a rota: agree, think again, ask for other days.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::{Result, person, refuse};
use crate::features::{away, member};
use crate::outbox;
use crate::partnership::{File, Message};
use crate::rota::{self, DaysOff};
use crate::storage::{Db, Tx};

use super::facts::{held_against, plan, whole};
use super::model::{Part, State, Whole};
use super::{policy, store, view};

/// How often a plan is made again because somebody else was quicker.
const TRIES: u32 = 3;

/// A rota that the squad was asked about.
async fn asked(db: &mut Db, act: &Act) -> Result<Whole> {
    let row = policy::parse_row(&act.pointer.row);
    let (_, id) = row.ok_or_else(|| person("I don't know that button any more. `/away add` notes a day off."))?;
    let whole = whole(db, act.partnership, id, act.at).await?;
    match whole.rota.state {
        State::Asked => Ok(whole),
        State::Withdrawn => {
            refuse("This rota was taken back, so there is nothing to answer. `/away add` notes a day off.")
        }
        State::Draft => refuse("Nobody has been asked about that rota yet."),
    }
}

/// The caller's part of a rota that can still be answered.
async fn open(db: &mut Db, act: &Act) -> Result<(Whole, Part)> {
    let whole = asked(db, act).await?;
    if whole.facts.squad.archived {
        return refuse(
            "This squad is archived, so its rota rests as it is. `/away list` shows the days that you noted.",
        );
    }
    if whole.rota.last() < whole.facts.today {
        return refuse("These two weeks are over. `/away add` notes other days off.");
    }
    let part = whole.parts.get(&act.actor.user).cloned();
    let part = part.ok_or_else(|| {
        person("You aren't in this rota, so it has no days off for you. If you belong to the squad, its lead can plan a new one; `/away add` notes a day off any time.")
    });
    Ok((whole, part?))
}

/// The same, where the days can still be planned anew: what has begun stays as it is.
async fn movable(db: &mut Db, act: &Act) -> Result<(Whole, Part)> {
    let (whole, part) = open(db, act).await?;
    if whole.rota.first <= whole.facts.today {
        return refuse(
            "These two weeks have begun, and I don't plan anew what people are in the middle of. `/away add` notes another day off, and `/away list` takes one back.",
        );
    }
    Ok((whole, part))
}

/// "I agree": the caller's days off, as they saw them, are noted as days away.
pub(super) async fn agree(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| Box::pin(async move { agreed(tx, &own, &act).await }));
    done.await.map(Answer::Private)
}

async fn agreed(tx: &mut Tx, app: &App, act: &Act) -> Result<Message> {
    let (whole, mut part) = open(tx, act).await?;
    let today = today(tx, act).await?;
    let dates: Vec<NaiveDate> = part.off.range(today..).copied().collect();
    if !part.agreed {
        if act.pointer.version < part.changed {
            return Ok(view::moved(act.partnership, &whole, &part));
        }
        part.noted = away::note_each(tx, app, act, &dates).await?;
        part.agreed = true;
        saved(tx, app, act, &whole, &part).await?;
    }
    Ok(view::agreed(act.partnership, &whole, &dates))
}

/// The undo of agreeing: just the days that it noted are taken off the list of days away.
pub(super) async fn undo(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| Box::pin(async move { undone(tx, &own, &act).await }));
    done.await.map(Answer::Update)
}

async fn undone(tx: &mut Tx, app: &App, act: &Act) -> Result<Message> {
    let nothing = || person("There is nothing to take back here any more. `/away list` shows your days away.");
    let (_, id) = policy::parse_row(&act.pointer.row).ok_or_else(nothing)?;
    // Also after the rota was taken back or is over: the days are the person's own.
    let whole = whole(tx, act.partnership, id, act.at).await?;
    let mut part = whole.parts.get(&act.actor.user).filter(|part| part.agreed).cloned().ok_or_else(nothing)?;
    let held = days_noted(tx, act, &part).await?;
    take_back(tx, app, act, &mut part).await?;
    saved(tx, app, act, &whole, &part).await?;
    Ok(view::undone(act.partnership, &whole, &held))
}

/// The days to come that agreeing has noted, and are still on the list.
async fn days_noted(db: &mut Db, act: &Act, part: &Part) -> Result<Vec<NaiveDate>> {
    let today = today(db, act).await?;
    let held = away::store::from(db, act.partnership, act.actor.user, today).await?;
    Ok(held.into_iter().filter(|away| part.noted.contains(&away.id)).map(|away| away.first).collect())
}

async fn take_back(tx: &mut Tx, app: &App, act: &Act, part: &mut Part) -> Result<()> {
    part.agreed = false;
    let noted = std::mem::take(&mut part.noted);
    away::take_back(tx, app, act, &noted).await
}

async fn saved(tx: &mut Tx, app: &App, act: &Act, whole: &Whole, part: &Part) -> Result<()> {
    let rota = &whole.rota;
    store::save_part(tx, act.partnership, rota.id, part).await?;
    store::raise(tx, act.partnership, rota.id).await?;
    outbox::touch(tx, app, act.partnership, &policy::key(rota.squad, rota.id)).await
}

/// "Other days": which ones?
pub(super) async fn other(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let (whole, part) = movable(&mut db, act).await?;
    let dates = policy::askable(&whole.facts, whole.rota.first);
    Ok(Answer::Private(view::other(act.partnership, &whole, &part, &dates)))
}

/// The days that somebody asks for: the rota is planned anew around those who have agreed.
pub(super) async fn wish(app: &App, act: &Act) -> Result<Answer> {
    for _ in 0..TRIES {
        let mut db = app.store.read().await?;
        let (before, part) = movable(&mut db, act).await?;
        drop(db);
        let wishes = picked(act, &policy::askable(&before.facts, before.rota.first))?;
        let mut parts: Vec<Part> = before.parts.values().cloned().collect();
        for own in parts.iter_mut().filter(|one| one.user == part.user) {
            (own.wishes, own.agreed) = (wishes.clone(), false);
        }
        let planned = plan(policy::input(&before.facts, &parts, before.rota.first)).await?;
        let mut rota = before.rota.clone();
        (rota.version, rota.proven) = (rota.version + 1, planned.proven);
        policy::apply(&mut parts, &planned, rota.version);
        let (own, act) = (app.clone(), act.clone());
        let saved = app.store.write(act.partnership, move |tx| {
            Box::pin(async move {
                let (now, mut part) = movable(tx, &act).await?;
                if now.rota.version != before.rota.version {
                    return Ok(None);
                }
                // Held against the days away as they were read: what agreeing had noted is known as such.
                let whole = held_against(rota.clone(), parts.clone(), now.facts);
                let had_agreed = part.agreed;
                if had_agreed {
                    take_back(tx, &own, &act, &mut part).await?;
                }
                for part in &mut parts {
                    if part.user == act.actor.user {
                        part.noted.clear();
                    }
                    store::save_part(tx, act.partnership, rota.id, part).await?;
                }
                store::replanned(tx, act.partnership, &rota).await?;
                outbox::touch(tx, &own, act.partnership, &policy::key(rota.squad, rota.id)).await?;
                Ok(Some(view::wished(act.partnership, &whole, act.actor.user, had_agreed)))
            })
        });
        if let Some(message) = saved.await? {
            return Ok(Answer::Update(message));
        }
    }
    refuse("Others are changing the rota at this very moment. Please press **Other days** again.")
}

fn picked(act: &Act, askable: &[NaiveDate]) -> Result<BTreeSet<NaiveDate>> {
    let date = |value: &Value| match value {
        Value::Text(text) => text.parse::<NaiveDate>().ok().filter(|date| askable.contains(date)),
        _ => None,
    };
    let dates: BTreeSet<NaiveDate> = act.picked().iter().filter_map(date).collect();
    if dates.is_empty() { refuse("Please pick from the days of the rota that are to come.") } else { Ok(dates) }
}

/// The days off as files for calendars: the caller's own, and the squad's, which its channel shows anyway.
pub(super) async fn calendar(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let whole = asked(&mut db, act).await?;
    let own = whole.parts.get(&act.actor.user).map(|part| ics(&whole, &[part], true, act.at));
    let parts: Vec<&Part> = whole.named().map(|(_, part)| part).collect();
    let mut message = view::calendar(&whole, own.is_some());
    let alt = "Days off for a calendar".to_owned();
    message.files.extend(own.map(|bytes| File { name: "my-days-off.ics".to_owned(), bytes, alt: alt.clone() }));
    message.files.push(File { name: "squad-days-off.ics".to_owned(), bytes: ics(&whole, &parts, false, act.at), alt });
    Ok(Answer::Private(message))
}

fn ics(whole: &Whole, parts: &[&Part], own: bool, stamp: DateTime<Utc>) -> Vec<u8> {
    let off = |part: &&Part| {
        let name = if own { "Day off".to_owned() } else { format!("{}: day off", whole.name(part.user)) };
        (format!("rota-{}-{}", whole.rota.id, part.user), name, whole.days_off(part.user))
    };
    let off: Vec<_> = parts.iter().map(off).collect();
    let people: Vec<DaysOff<'_>> =
        off.iter().map(|(key, title, dates)| DaysOff { key: key.clone(), title, dates }).collect();
    rota::ics(&format!("Rest rota: {}", whole.facts.squad.name), &people, stamp).into_bytes()
}

/// Which day it is for the caller.
async fn today(db: &mut Db, act: &Act) -> Result<NaiveDate> {
    let zone = member::zone_of(db, act.partnership, act.actor.user).await?;
    Ok(act.at.with_timezone(&zone).date_naive())
}
