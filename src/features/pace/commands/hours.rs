//! Hours: said, started and finished, and corrected.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Error, Result, person as said_to, refuse};
use crate::features::pace::model::{Block, Said, Work};
use crate::features::pace::{jobs, policy, store, view};
use crate::features::{checkin, setup};
use crate::partnership::text::day;
use crate::partnership::{Button, Message, Pointer};
use crate::schedule::parse_date;

use super::{Caller, change};

/// `/checkin hours`: what is said of a date, or the panel.
pub(super) async fn hours(app: &App, act: &Act) -> Result<Answer> {
    let Some(text) = act.text("hours") else {
        let mut db = app.store.read().await?;
        let caller = Caller::load(&mut db, act).await?;
        let work = store::work(&mut db, act.partnership, act.actor.user).await?;
        return Ok(Answer::Private(view::hours::panel(
            act.partnership,
            &work,
            caller.today,
            caller.subject.zone,
            act.at,
            "",
        )));
    };
    let mut db = app.store.read().await?;
    let today = Caller::load(&mut db, act).await?.today;
    drop(db);
    let date = match act.text("date") {
        None => today - Days::new(1),
        Some(text) => {
            let date = parse_date(text, today)
                .map_err(|why| said_to(format!("I couldn't read that date. {}", why.message())))?;
            checkin::policy::behind(text, date, today)
        }
    };
    note(app, act, date, text).await
}

pub(super) async fn hours_sent(app: &App, act: &Act) -> Result<Answer> {
    note(app, act, date_of(&act.pointer.row)?, act.text("hours").unwrap_or_default()).await
}

pub(super) fn date_of(row: &str) -> Result<NaiveDate> {
    let date = row.split(',').next().and_then(|row| row.parse().ok());
    date.ok_or_else(|| said_to("I don't know that button any more. `/checkin hours` does the same."))
}

/// The name under which hours that can't be read are kept.
fn kept_as(date: NaiveDate) -> String {
    format!("pace.hours:{date}")
}

/// Notes what the caller says of a date, or keeps what can't be read.
async fn note(app: &App, act: &Act, date: NaiveDate, text: &str) -> Result<Answer> {
    let text = text.to_owned();
    change(app, act, move |tx, _, act, caller| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            let read = in_reach(date, caller.today)
                .and_then(|()| policy::parse_said(&text, date, caller.subject.zone))
                .and_then(|said| policy::worked_by(said, act.at));
            let said = match read {
                Ok(said) => said,
                Err(Error::Person(why)) => {
                    let kept = BTreeMap::from([("hours".to_owned(), text)]);
                    setup::store::keep_form(tx, partnership, user, &kept_as(date), &kept).await?;
                    return Ok((view::hours::again(partnership, date, &why), false));
                }
                Err(unexpected) => return Err(unexpected),
            };
            setup::store::drop_form(tx, partnership, user, &kept_as(date)).await?;
            store::replace(tx, act.partnership, act.actor.user, date, &said).await?;
            let work = store::work(tx, partnership, user).await?;
            let noted = view::hours::noted(&work, date, caller.subject.zone, act.at);
            Ok((Message::text(format!("Noted for {}: {noted} ({}).", day(date), caller.subject.zone)), true))
        })
    })
    .await
    .map(Answer::Private)
}

fn in_reach(date: NaiveDate, today: NaiveDate) -> Result<()> {
    if date > today {
        return refuse("That day is still to come. Hours are noted once they are worked.");
    }
    if date < today - Days::new(policy::BACK) {
        return refuse("That is more than a year ago. Check the year, and write it as in `2026-03-22`.");
    }
    Ok(())
}

pub(super) async fn started(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |tx, app, act, caller| {
        Box::pin(async move {
            let work = store::work(tx, act.partnership, act.actor.user).await?;
            if let Some(running) = work.running() {
                let since = running.starts.with_timezone(&caller.subject.zone).format("%H:%M");
                return Ok((panel(act, caller, &work, &format!("You started at {since} already.")), false));
            }
            let starts = store::whole(act.at);
            let block = Block { date: caller.today, starts, ends: None, estimated: false };
            store::save_block(tx, act.partnership, act.actor.user, &block).await?;
            jobs::plan_close(tx, app, act.partnership, act.actor.user, &block).await?;
            let work = store::work(tx, act.partnership, act.actor.user).await?;
            Ok((
                panel(
                    act,
                    caller,
                    &work,
                    "Noted. Press **Finished now** when you stop; if you forget, I close it with a guess.",
                ),
                true,
            ))
        })
    })
    .await
    .map(Answer::Update)
}

pub(super) async fn finished(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |tx, _, act, caller| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            let work = store::work(tx, partnership, user).await?;
            let Some(block) = endable(&work, act.at) else {
                return Ok((panel(act, caller, &work, "I know of no start. **Today's hours** takes from–to."), false));
            };
            let ends = store::whole(act.at).max(block.starts);
            store::save_block(tx, partnership, user, &Block { ends: Some(ends), estimated: false, ..block }).await?;
            let work = store::work(tx, partnership, user).await?;
            let noted = view::hours::noted(&work, block.date, caller.subject.zone, act.at);
            Ok((panel(act, caller, &work, &format!("Noted for {}: {noted}.", day(block.date))), true))
        })
    })
    .await
    .map(Answer::Update)
}

/// The block that **Finished** ends: the open one, or the last one, if its end was a guess.
fn endable(work: &Work, now: DateTime<Utc>) -> Option<Block> {
    let guessed = |block: &Block| block.estimated && now - block.starts <= policy::CORRECTABLE;
    work.running().or_else(|| work.blocks.last().copied().filter(guessed))
}

fn panel(act: &Act, caller: &Caller, work: &Work, said: &str) -> Message {
    view::hours::panel(act.partnership, work, caller.today, caller.subject.zone, act.at, said)
}

/// The row, or what was picked, is the date.
pub(super) async fn hours_form(app: &App, act: &Act) -> Result<Answer> {
    let date = date_of(act.pick().unwrap_or(&act.pointer.row))?;
    let (partnership, user) = (act.partnership, act.actor.user);
    let mut db = app.store.read().await?;
    let caller = Caller::load(&mut db, act).await?;
    let kept = setup::store::kept_form(&mut db, partnership, user, &kept_as(date)).await?;
    let typed = match kept.get("hours") {
        Some(typed) => typed.clone(),
        None => view::hours::typed(&store::work(&mut db, partnership, user).await?, date, caller.subject.zone),
    };
    Ok(Answer::Form(view::hours::form(partnership, date, &typed)))
}

pub(super) async fn correct(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let caller = Caller::load(&mut db, act).await?;
    let work = store::work(&mut db, act.partnership, act.actor.user).await?;
    Ok(Answer::Private(view::hours::correct(act.partnership, &work, caller.today, caller.subject.zone, act.at)))
}

/// "Did you work on …?" The row is the date and yes or no.
pub(super) async fn worked(app: &App, act: &Act) -> Result<Answer> {
    let date = date_of(&act.pointer.row)?;
    let said = Said::Minutes(if act.row().nth(1) == Some("yes") { None } else { Some(0) });
    change(app, act, move |tx, _, act, caller| {
        Box::pin(async move {
            in_reach(date, caller.today)?;
            store::replace(tx, act.partnership, act.actor.user, date, &said).await?;
            let what = if said == Said::Minutes(None) { "you worked" } else { "you were off" };
            Ok((
                Message::text(format!("Noted: {what} {}. Thank you. `/checkin hours` changes it.", day(date)))
                    .buttons([Button::new("Show my pace", &Pointer::new("pace.show", act.partnership, ""))]),
                true,
            ))
        })
    })
    .await
    .map(Answer::Private)
}
