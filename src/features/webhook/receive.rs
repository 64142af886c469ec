//! A request on its way from the door to the squad's releases.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::config::Secret;
use crate::error::Result;
use crate::features::release;
use crate::features::squad::{self, model::Squad};
use crate::storage::{Db, Tx, seal};

use super::event::{self, Event, Told};
use super::model::{Arrived, Outcome, Secrets, Source};
use super::{signature, store};

/// Longest secret, in bytes: what all of them are sealed as.
pub(super) const LONGEST_SECRET: usize = 64;

/// How far a sender's clock may be ahead.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// The source that an address names, and its secrets.
pub async fn source(app: &App, address: &str) -> Result<Option<(Source, Secrets)>> {
    let Some((partnership, id)) = Source::parse_address(address) else { return Ok(None) };
    let mut db = app.store.read().await?;
    let Some(source) = store::get(&mut db, partnership, id).await? else { return Ok(None) };
    let secrets = secrets(&mut db, &source, app.clock.now()).await?;
    Ok(Some((source, secrets)))
}

/// Judges a request and keeps what it tells of. Of one that isn't signed nothing is kept at all.
pub async fn receive(app: &App, source: &Source, secrets: &Secrets, request: Arrived) -> Result<Outcome> {
    let now = app.clock.now();
    // All of them are tried, so that the time it takes doesn't say which one it was.
    let fits = secrets.0.iter().filter(|secret| signature::genuine(source.kind, secret, &request, now)).count();
    if fits == 0 {
        return Ok(Outcome::Unsigned);
    }
    let Some(delivery) = event::delivery(source.kind, &request) else {
        return Ok(Outcome::Unreadable(
            "Please name the delivery in a header, X-Elevenses-Delivery: another one each time.",
        ));
    };
    let told = match event::read(source.kind, &request) {
        Event::Unreadable(what) => return Ok(Outcome::Unreadable(what)),
        Event::Release(told) => Some(told),
        Event::Unused => None,
    };
    let (own, source, delivery) = (app.clone(), source.clone(), delivery.to_owned());
    let body = signature::digest(&request.body);
    let kept = app.store.write(source.partnership, move |tx| {
        Box::pin(async move {
            // Here, and not before: each read keeps the sender waiting.
            let squad = squad::store::get(tx, source.partnership, source.squad).await?;
            let Some(squad) = squad.filter(|squad| !squad.archived) else { return Ok(Outcome::Gone) };
            if !store::arrived(tx, &source, &delivery, &body, now).await? {
                return Ok(Outcome::Known);
            }
            match told {
                Some(told) => keep(tx, &own, &source, &squad, told).await,
                None => Ok(Outcome::Unused),
            }
        })
    });
    kept.await
}

async fn keep(tx: &mut Tx, app: &App, source: &Source, squad: &Squad, told: Told) -> Result<Outcome> {
    let now = app.clock.now();
    let at = told.at.unwrap_or(now);
    if at > now + AHEAD {
        return Ok(Outcome::Unused);
    }
    let person = match &told.by {
        Some(name) => store::whose(tx, source.partnership, source.kind, name).await?,
        None => None,
    };
    let arrival = release::model::Arrival {
        squad: source.squad,
        source: source.id.clone(),
        repository: told.repository,
        sha: told.sha,
        tag: told.tag,
        what: told.name,
        url: told.url,
        at: at.min(now),
        person,
    };
    let new = release::arrived(tx, app, source.partnership, squad, &arrival).await?;
    Ok(if new { Outcome::Stored } else { Outcome::Known })
}

/// The secrets of a source that count at present. None: the database was restored without its keys.
async fn secrets(db: &mut Db, source: &Source, now: DateTime<Utc>) -> Result<Secrets> {
    let Some(key) = seal::key(db, source.partnership, &source.seal()).await? else {
        tracing::warn!(partnership = %source.partnership, squad = %source.squad, "a webhook's secret can't be opened: rotate it");
        return Ok(Secrets(Vec::new()));
    };
    let sealed = [Some(&source.secret), Some(&source.former).filter(|_| source.former_until > now)];
    let opened = sealed.into_iter().flatten().filter_map(|sealed| key.open(&source.seal(), sealed));
    Ok(Secrets(opened.map(Secret::new).collect()))
}
