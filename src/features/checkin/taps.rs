//! What can be added to a check-in with a tap: hours, work on days off, what is no longer in the way.

use chrono::NaiveDate;

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::{Result, person as said_to, refuse};
use crate::features::pace::{self, Said};
use crate::partnership::text::day;

use super::form::{self, Person};
use super::model::State;
use super::{store, view};

/// "Long" is an 11-hour day.
const LONG_MINUTES: u16 = 11 * 60;
/// "Very long" is a 14-hour day.
const VERY_LONG_MINUTES: u16 = 14 * 60;

/// One tap: usual (the contract's day), long, very long. The row is the check-in's date; the hours are
/// those of the day before.
pub(super) async fn hours(app: &App, act: &Act) -> Result<Answer> {
    let checkin: Option<NaiveDate> = act.row().next().and_then(|row| row.parse().ok());
    let (checkin, date) = checkin.and_then(|date| Some((date, date.pred_opt()?))).ok_or_else(older)?;
    let usual = || async {
        let mut db = app.store.read().await?;
        pace::usual_minutes(&mut db, act.partnership, act.actor.user).await
    };
    let (minutes, words) = match act.row().nth(1) {
        Some("usual") => (usual().await?, "a usual day"),
        Some("long") => (LONG_MINUTES, "a long day"),
        Some("very") => (VERY_LONG_MINUTES, "a very long day"),
        _ => return refuse("I don't know that choice any more. `/checkin hours` takes from–to."),
    };
    let said = format!("Noted for {}: {words}.", day(date));
    note(app, act, checkin, vec![(date, Said::Minutes(Some(minutes)))], said).await
}

/// A button whose row can't be read.
fn older() -> crate::error::Error {
    said_to("I don't know that button any more. `/checkin hours` does the same.")
}

/// "Did you work on Saturday or Sunday?" The row is the check-in's date and the pick; a pick of `pick`
/// comes from a select.
pub(super) async fn days_off(app: &App, act: &Act) -> Result<Answer> {
    let mut parts = act.row();
    let before: Option<NaiveDate> = parts.next().and_then(|row| row.parse().ok());
    let before = before.ok_or_else(older)?;
    let picked: Vec<String> = match parts.next() {
        Some("pick") => act
            .picked()
            .iter()
            .filter_map(|value| if let Value::Text(text) = value { Some(text.clone()) } else { None })
            .collect(),
        Some(pick) => pick.split('+').map(str::to_owned).collect(),
        None => Vec::new(),
    };
    let worked: Vec<NaiveDate> =
        picked.iter().filter_map(|date| date.parse().ok()).filter(|date| *date < before).collect();
    let said = match &worked[..] {
        [] => "Noted: you didn't work on your days off. Good.".to_owned(),
        days => {
            let days: Vec<String> = days.iter().map(|date| day(*date)).collect();
            format!("Noted: you worked on {}.", crate::partnership::text::listed(&days))
        }
    };
    let mut work: Vec<(NaiveDate, Said)> = worked.iter().map(|date| (*date, Said::Minutes(None))).collect();
    // The days that were asked about and not picked were free: that is an answer, too.
    let mut db = app.store.read().await?;
    let person = Person::load(&mut db, act.partnership, act.actor.user, act.at).await?;
    let days_off = super::policy::days_off_before(before, |date| person.is_free(date));
    let asked = form::glance(&mut db, &person).await?.unsure(before, &days_off);
    drop(db);
    work.extend(asked.into_iter().filter(|date| !worked.contains(date)).map(|date| (date, Said::Minutes(Some(0)))));
    note(app, act, before, work, said).await
}

/// Something is no longer in the way. The row is the check-in's date and the obstacle, which may be picked from a list.
pub(super) async fn clear(app: &App, act: &Act) -> Result<Answer> {
    let mut row = act.row();
    let date: Option<NaiveDate> = row.next().and_then(|date| date.parse().ok());
    let Some(id) = act.pick().or(row.next()).and_then(|id| id.parse::<i64>().ok()) else {
        return refuse("I don't know that one any more.");
    };
    let (partnership, user, at) = (act.partnership, act.actor.user, act.at);
    let cleared = app
        .store
        .write(partnership, move |tx| {
            Box::pin(async move { store::clear_obstacle(tx, partnership, user, id, at).await })
        })
        .await?;
    let text = if cleared { "Cleared. Glad that's out of the way." } else { "That was cleared already." };
    added(app, act, date, text).await
}

/// Saves work, looks at what it means, and says so.
async fn note(app: &App, act: &Act, checkin: NaiveDate, work: Vec<(NaiveDate, Said)>, said: String) -> Result<Answer> {
    let (own, partnership, user, at) = (app.clone(), act.partnership, act.actor.user, act.at);
    let line = app
        .store
        .write(partnership, move |tx| {
            Box::pin(async move {
                for (date, said) in &work {
                    pace::store::replace(tx, partnership, user, *date, said).await?;
                }
                let person = Person::load(tx, partnership, user, at).await?;
                Ok(form::look(tx, &own, &person).await?.line)
            })
        })
        .await?;
    let mut said = view::worked(&said);
    if let Some(line) = line {
        said = format!("{said}\n{line}");
    }
    added(app, act, Some(checkin), &said).await
}

/// What was added by a tap shows in the message that was tapped, with what can still be added. What
/// was said by command gets an answer of its own.
async fn added(app: &App, act: &Act, checkin: Option<NaiveDate>, said: &str) -> Result<Answer> {
    let (Some(date), Some(_)) = (checkin, act.message) else { return Ok(Answer::text(said)) };
    let mut db = app.store.read().await?;
    let person = Person::load(&mut db, act.partnership, act.actor.user, act.at).await?;
    let state = store::state(&mut db, act.partnership, act.actor.user, date).await?.unwrap_or(State::Open);
    let obstacles = store::obstacles(&mut db, person.partnership, person.user).await?;
    let looked = form::glance(&mut db, &person).await?;
    let mut message = form::saved(&person, date, state, &[], &obstacles, false, &looked);
    message.text = format!("{said}\n{}", message.text);
    Ok(Answer::Update(message))
}
