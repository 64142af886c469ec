//! What can be added to a check-in with a tap: hours, work on days off, what is no longer in the way.

use chrono::{Days, NaiveDate, TimeDelta};

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::{Result, person as said_to, refuse};
use crate::features::member;
use crate::partnership::text::day;
use crate::partnership::{Button, Message, Pointer, Style};
use crate::schedule::{parse_hours, resolve};

use super::form::{self, Person};
use super::model::{State, Work};
use super::{store, view};

/// A usual day: the contract's. 37.5 hours a week over five days, until a contract can be stated.
const USUAL_MINUTES: i64 = 450;
/// "Long" is an 11-hour day.
const LONG_MINUTES: i64 = 11 * 60;
/// "Very long" is a 14-hour day.
const VERY_LONG_MINUTES: i64 = 14 * 60;

/// One tap: usual, long, very long. The row is the check-in's date; the hours are those of the day before.
pub(super) async fn hours(app: &App, act: &Act) -> Result<Answer> {
    let (minutes, words) = match act.row().nth(1) {
        Some("usual") => (USUAL_MINUTES, "a usual day"),
        Some("long") => (LONG_MINUTES, "a long day"),
        Some("very") => (VERY_LONG_MINUTES, "a very long day"),
        _ => return refuse("I don't know that choice any more. `/checkin hours` takes from–to."),
    };
    let date = yesterday_of(act)?;
    let work = Work { date, minutes: Some(minutes), starts_at: None, ends_at: None };
    note(app, act, date.succ_opt(), vec![work], format!("Noted for {}: {words}.", day(date))).await
}

/// A button whose row can't be read.
fn older() -> crate::error::Error {
    said_to("I don't know that button any more. `/checkin hours` does the same.")
}

fn yesterday_of(act: &Act) -> Result<NaiveDate> {
    let date: Option<NaiveDate> = act.row().next().and_then(|row| row.parse().ok());
    date.and_then(|date| date.pred_opt()).ok_or_else(older)
}

pub(super) async fn hours_form(_app: &App, act: &Act) -> Result<Answer> {
    // The second part of the row is what was typed before, where a form comes back.
    let tried =
        act.row().nth(1).filter(|tried| *tried != "from").map(|tried| tried.replace('.', ":")).unwrap_or_default();
    Ok(Answer::Form(view::hours_form(act.partnership, yesterday_of(act)?, &tried)))
}

pub(super) async fn hours_sent(app: &App, act: &Act) -> Result<Answer> {
    let date: Option<NaiveDate> = act.pointer.row.parse().ok();
    let date = date.ok_or_else(older)?;
    from_to(app, act, date, date.succ_opt(), act.text("hours").unwrap_or_default()).await
}

/// `/checkin hours`.
pub(super) async fn hours_command(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let zone = member::zone_of(&mut db, act.partnership, act.actor.user).await?;
    drop(db);
    let today = act.at.with_timezone(&zone).date_naive();
    let date = match act.text("date") {
        Some(text) => super::policy::behind(text, super::commands::read_date(text, today)?, today),
        None => today - Days::new(1),
    };
    if date > today {
        return refuse("That day is still to come. Hours are noted once they are worked.");
    }
    from_to(app, act, date, None, act.required("hours")?).await
}

/// Notes hours from–to on a date, or gives the form back filled in. `checkin` is the check-in that
/// they were added to.
async fn from_to(app: &App, act: &Act, date: NaiveDate, checkin: Option<NaiveDate>, text: &str) -> Result<Answer> {
    let (start, end, over_midnight) = match parse_hours(text) {
        Ok(hours) => hours,
        Err(why) => return Ok(Answer::Private(try_again(act, date, text, why.message()))),
    };
    let mut db = app.store.read().await?;
    let zone = member::zone_of(&mut db, act.partnership, act.actor.user).await?;
    drop(db);
    let starts = resolve(date.and_time(start), zone);
    let last_date = if over_midnight { date + Days::new(1) } else { date };
    let ends = resolve(last_date.and_time(end), zone);
    let minutes = (ends - starts).num_minutes();
    if minutes <= 0 {
        return Ok(Answer::Private(try_again(act, date, text, "The end has to come after the start.")));
    }
    let work = Work {
        date,
        minutes: Some(minutes),
        starts_at: Some(starts.timestamp_millis()),
        ends_at: Some(ends.timestamp_millis()),
    };
    let long = TimeDelta::minutes(minutes);
    let said = format!(
        "Noted for {}: {} to {}, {} h {:02} ({zone}).",
        day(date),
        start.format("%H:%M"),
        end.format("%H:%M"),
        long.num_hours(),
        minutes % 60
    );
    note(app, act, checkin, vec![work], said).await
}

fn try_again(act: &Act, date: NaiveDate, text: &str, why: &str) -> Message {
    let typed: String = text.replace(':', ".").chars().filter(|c| c.is_ascii_graphic() && *c != ',').take(30).collect();
    let next = date.succ_opt().unwrap_or(date);
    let pointer = Pointer::new("checkin.hours_form", act.partnership, format!("{next},{typed}"));
    Message::text(format!("I couldn't read those hours. {why} Nothing was changed.")).buttons([Button::new(
        "Try again",
        &pointer,
    )
    .style(Style::Primary)])
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
    let mut work: Vec<Work> =
        worked.iter().map(|date| Work { date: *date, minutes: None, starts_at: None, ends_at: None }).collect();
    // The days that were asked about and not picked were free: that is an answer, too.
    let (partnership, user, at) = (act.partnership, act.actor.user, act.at);
    let mut db = app.store.read().await?;
    let person = Person::load(&mut db, partnership, user, at).await?;
    drop(db);
    for date in super::policy::days_off_before(before, |date| person.is_free(date)) {
        if !worked.contains(&date) {
            work.push(Work { date, minutes: Some(0), starts_at: None, ends_at: None });
        }
    }
    note(app, act, Some(before), work, said).await
}

/// Something is no longer in the way. The row is the check-in's date and the obstacle.
pub(super) async fn clear(app: &App, act: &Act) -> Result<Answer> {
    let mut row = act.row();
    let date: Option<NaiveDate> = row.next().and_then(|date| date.parse().ok());
    let Some(id) = row.next().and_then(|id| id.parse::<i64>().ok()) else {
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

/// Saves work and says so.
async fn note(app: &App, act: &Act, checkin: Option<NaiveDate>, work: Vec<Work>, said: String) -> Result<Answer> {
    let (partnership, user) = (act.partnership, act.actor.user);
    app.store
        .write(partnership, move |tx| {
            Box::pin(async move {
                for one in &work {
                    store::save_work(tx, partnership, user, one).await?;
                }
                Ok(())
            })
        })
        .await?;
    added(app, act, checkin, &view::worked(&said)).await
}

/// What was added by a tap shows in the message that was tapped, with what can still be added. What
/// was said by command gets an answer of its own.
async fn added(app: &App, act: &Act, checkin: Option<NaiveDate>, said: &str) -> Result<Answer> {
    let (Some(date), Some(_)) = (checkin, act.message) else { return Ok(Answer::text(said)) };
    let mut db = app.store.read().await?;
    let person = Person::load(&mut db, act.partnership, act.actor.user, act.at).await?;
    let state = store::state(&mut db, act.partnership, act.actor.user, date).await?.unwrap_or(State::Open);
    let obstacles = store::obstacles(&mut db, person.partnership, person.user).await?;
    let mut message = form::saved(&mut db, &person, date, state, &[], &obstacles, false).await?;
    message.text = format!("{said}\n{}", message.text);
    Ok(Answer::Update(message))
}
