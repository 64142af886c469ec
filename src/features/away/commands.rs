//! `/away`, and the buttons on its answers.

use chrono::{DateTime, Days, NaiveDate, Utc};

use crate::app::App;
use crate::command::{Act, Answer, Choice, Entry, Kind, On, Opt, Place, Shows, Who, Whose};
use crate::error::{Result, person, refuse};
use crate::features::{checkin, member, rest, rota};
use crate::handler;
use crate::partnership::text::clipped;
use crate::partnership::{Message, PartnershipId, UserId};
use crate::schedule::parse_dates;
use crate::storage::{Db, Tx};

use super::model::{Away, Part, Stretch};
use super::policy::{self, Decision};
use super::{store, view};

/// The longest label of a completion, in characters.
const LONGEST_LABEL: usize = 100;

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        on: On::Command {
            name: "away add",
            about: "Note days on which you're away: you're asked nothing then, and never for a reason",
            options: &[
                Opt {
                    name: "dates",
                    about: "In plain words: tomorrow, Thursday to Friday, next week",
                    kind: Kind::Text(100),
                    required: true,
                },
                Opt {
                    name: "part",
                    about: "Which part of these days; whole days unless you say",
                    kind: Kind::Choice(&[("day", "Whole days"), ("morning", "Mornings"), ("afternoon", "Afternoons")]),
                    required: false,
                },
            ],
        },
        who: Who::Member,
        place: Place::Server,
        whose: Whose::Own,
        shows: Shows::Private,
        run: handler!(add),
    },
    Entry {
        on: On::Command { name: "away list", about: "Show your days away, and take some off the list", options: &[] },
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Own,
        shows: Shows::Private,
        run: handler!(list),
    },
    Entry {
        on: On::Command {
            name: "away remove",
            about: "Take days off the list of your days away",
            options: &[Opt {
                name: "entry",
                about: "Pick one of your entries, or write its date",
                kind: Kind::Completed(handler!(complete)),
                required: true,
            }],
        },
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Own,
        shows: Shows::Private,
        run: handler!(remove),
    },
    button("away.undo", handler!(undo)),
    button("away.remove", handler!(remove_picked)),
    button("away.restore", handler!(restore)),
    button("away.page", handler!(turn)),
];

/// Acts on one's own entries, from wherever the button is.
const fn button(action: &'static str, run: crate::command::Handler) -> Entry {
    Entry {
        on: On::Component(action),
        who: Who::Anyone,
        place: Place::Anywhere,
        whose: Whose::Own,
        shows: Shows::Update,
        run,
    }
}

async fn add(app: &App, act: &Act) -> Result<Answer> {
    let dates = act.required("dates")?;
    let part = Part::parse(act.text("part").unwrap_or_default());
    let today = today_of(app, act).await?;
    let (first, last) = parse_dates(dates, today).map_err(|error| person(view::unclear(&error)))?;
    Ok(Answer::Private(note(app, act, Stretch { first, last, part }, today).await?))
}

async fn restore(app: &App, act: &Act) -> Result<Answer> {
    let Some(stretch) = Stretch::from_row(&act.pointer.row) else {
        return refuse("That button is out of date. Note the days again with `/away add`.");
    };
    let today = today_of(app, act).await?;
    Ok(Answer::Update(note(app, act, stretch, today).await?))
}

async fn today_of(app: &App, act: &Act) -> Result<NaiveDate> {
    let mut db = app.store.read().await?;
    today(&mut db, act.partnership, act.actor.user, act.at).await
}

/// Keeps the dates, unless they are kept already, and says so.
async fn note(app: &App, act: &Act, wanted: Stretch, today: NaiveDate) -> Result<Message> {
    let (own, partnership, user, now) = (app.clone(), act.partnership, act.actor.user, act.at);
    let name = act.actor.name.clone();
    app.store
        .write(partnership, move |tx| {
            Box::pin(async move {
                member::store::ensure(tx, partnership, user, &name, now).await?;
                let held = store::from(tx, partnership, user, wanted.first).await?;
                let decision = policy::decide(&held, wanted, today)?;
                let id = own.random.id();
                if let Decision::Keep { stretch, .. } = decision {
                    keep(tx, &own, (partnership, user), &stretch.kept_as(id), (now, today)).await?;
                }
                Ok(view::noted(partnership, decision, id, today))
            })
        })
        .await
}

/// Keeps a stretch, and shows and plans anew what depends on it.
async fn keep(
    tx: &mut Tx,
    app: &App,
    (partnership, user): (PartnershipId, UserId),
    away: &Away,
    (now, today): (DateTime<Utc>, NaiveDate),
) -> Result<()> {
    store::add(tx, partnership, user, away, now).await?;
    if away.covers(today) {
        checkin::took_day_off(tx, app, partnership, user, today).await?;
    }
    show_anew(tx, app, partnership, user, away).await
}

/// Shows and plans anew what depends on somebody's entry.
async fn show_anew(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId, away: &Away) -> Result<()> {
    checkin::replan(tx, app, partnership, None, Some(user)).await?;
    rest::touch(tx, app, partnership, user, (away.first, away.last)).await?;
    rota::touch(tx, app, partnership, user, (away.first, away.last)).await
}

/// Notes whole days away for the caller, but for those that are on their list already. Which entries
/// it made.
pub async fn note_each(tx: &mut Tx, app: &App, act: &Act, dates: &[NaiveDate]) -> Result<Vec<i64>> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let today = today(tx, partnership, user, act.at).await?;
    let mut made = Vec::new();
    for date in dates {
        let held = store::from(tx, partnership, user, *date).await?;
        if !policy::away_all_day(&held, *date) {
            let away = Stretch { first: *date, last: *date, part: Part::Day }.kept_as(app.random.id());
            keep(tx, app, (partnership, user), &away, (act.at, today)).await?;
            made.push(away.id);
        }
    }
    Ok(made)
}

/// Takes some of the caller's entries off their list, as far as they are there and not over.
pub async fn take_back(tx: &mut Tx, app: &App, act: &Act, ids: &[i64]) -> Result<()> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let today = today(tx, partnership, user, act.at).await?;
    for id in ids {
        let away = store::get(tx, partnership, user, *id).await?;
        if let Some(away) = away.filter(|away| away.last >= today) {
            drop_entry(tx, app, (partnership, user), &away, today).await?;
        }
    }
    Ok(())
}

/// Notes a whole day away for the caller, and says so.
pub async fn note_day(app: &App, act: &Act, date: NaiveDate) -> Result<Message> {
    note_days(app, act, date, date).await
}

/// Notes whole days away for the caller, and says so.
pub async fn note_days(app: &App, act: &Act, first: NaiveDate, last: NaiveDate) -> Result<Message> {
    let today = today_of(app, act).await?;
    note(app, act, Stretch { first, last, part: Part::Day }, today).await
}

async fn undo(app: &App, act: &Act) -> Result<Answer> {
    take_off(app, act, act.pointer.row.parse().unwrap_or_default()).await.map(Answer::Update)
}

async fn remove_picked(app: &App, act: &Act) -> Result<Answer> {
    let picked = act.pick().and_then(|picked| picked.parse().ok());
    take_off(app, act, picked.unwrap_or_default()).await.map(Answer::Update)
}

async fn remove(app: &App, act: &Act) -> Result<Answer> {
    let typed = act.required("entry")?;
    let mut db = app.store.read().await?;
    let (entries, today) = listed(&mut db, act).await?;
    drop(db);
    let meant = policy::find(&entries, typed, today)?;
    take_off(app, act, meant.id).await.map(Answer::Private)
}

/// Takes one of the caller's entries off their list, and says so. Doing it twice is harmless.
async fn take_off(app: &App, act: &Act, id: i64) -> Result<Message> {
    let (own, partnership, user, at) = (app.clone(), act.partnership, act.actor.user, act.at);
    app.store
        .write(partnership, move |tx| {
            Box::pin(async move {
                let Some(away) = store::get(tx, partnership, user, id).await? else {
                    return Ok(view::gone(partnership));
                };
                let today = today(tx, partnership, user, at).await?;
                let left = drop_entry(tx, &own, (partnership, user), &away, today).await?;
                let still = left.iter().any(|other| other.first <= away.last);
                Ok(view::removed(partnership, away, still, today))
            })
        })
        .await
}

/// Removes an entry, and shows and plans anew what depends on it. What is left from its first date on.
async fn drop_entry(
    tx: &mut Tx,
    app: &App,
    (partnership, user): (PartnershipId, UserId),
    away: &Away,
    today: NaiveDate,
) -> Result<Vec<Away>> {
    store::remove(tx, partnership, user, away.id).await?;
    let left = store::from(tx, partnership, user, away.first).await?;
    if away.touches(today) && !policy::away_all_day(&left, today) {
        reopen(tx, app, partnership, user, today).await?;
    }
    show_anew(tx, app, partnership, user, away).await?;
    Ok(left)
}

/// Opens a check-in again that was closed for a day off.
async fn reopen(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId, date: NaiveDate) -> Result<()> {
    if checkin::store::state(tx, partnership, user, date).await? == Some(checkin::model::State::DayOff) {
        checkin::store::reopen(tx, partnership, user, date).await?;
    }
    checkin::touch_days(tx, app, partnership, user, date).await
}

async fn list(app: &App, act: &Act) -> Result<Answer> {
    page(app, act, 0).await.map(Answer::Private)
}

async fn turn(app: &App, act: &Act) -> Result<Answer> {
    page(app, act, act.pointer.row.parse().unwrap_or_default()).await.map(Answer::Update)
}

async fn page(app: &App, act: &Act, number: usize) -> Result<Message> {
    let mut db = app.store.read().await?;
    let (entries, today) = listed(&mut db, act).await?;
    Ok(view::list(act.partnership, &policy::page(&entries, number), today))
}

async fn complete(app: &App, act: &Act) -> Result<Vec<Choice>> {
    let mut db = app.store.read().await?;
    let (entries, today) = listed(&mut db, act).await?;
    let typed = act.text("entry").unwrap_or_default().to_lowercase();
    let choice = |away: Away| (away.id.to_string(), clipped(&view::label(away, today), LONGEST_LABEL));
    let fits = |(_, label): &Choice| label.to_lowercase().contains(&typed);
    Ok(entries.into_iter().map(choice).filter(fits).take(policy::PAGE).collect())
}

/// The caller's entries as they are listed, and which day it is for them.
async fn listed(db: &mut Db, act: &Act) -> Result<(Vec<Away>, NaiveDate)> {
    let today = today(db, act.partnership, act.actor.user, act.at).await?;
    let oldest = today.checked_sub_days(Days::new(policy::BACK)).unwrap_or(today);
    let entries = store::from(db, act.partnership, act.actor.user, oldest).await?;
    Ok((policy::ordered(entries, today), today))
}

/// Which day it is for somebody.
async fn today(db: &mut Db, partnership: PartnershipId, user: UserId, at: DateTime<Utc>) -> Result<NaiveDate> {
    let zone = member::zone_of(db, partnership, user).await?;
    Ok(at.with_timezone(&zone).date_naive())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::command::{Actor, Value};
    use crate::partnership::{ChannelId, Pointer};
    use crate::scheduler::harness::{HERE, on_each_engine, start};

    const ANN: UserId = UserId(9_001);

    /// Ann does something on Monday 2 November 2026.
    fn act(action: &str, row: &str, values: &[(&str, &str)]) -> Act {
        let value = |(name, text): &(&str, &str)| ((*name).to_owned(), Value::Text((*text).to_owned()));
        Act {
            at: start(),
            partnership: HERE,
            actor: Actor { user: ANN, name: "Ann".to_owned(), roles: Vec::new(), admin: false },
            channel: ChannelId(1),
            in_dm: false,
            message: None,
            pointer: Pointer::new(action, HERE, row),
            values: values.iter().map(value).collect::<BTreeMap<_, _>>(),
            squad: None,
            organisation: None,
            bot_permissions: 0,
        }
    }

    fn text(answer: Answer) -> String {
        match answer {
            Answer::Private(message) | Answer::Update(message) => message.text,
            Answer::Form(form) => panic!("a form: {}", form.title),
        }
    }

    #[tokio::test]
    async fn days_are_noted_listed_taken_off_and_put_back() {
        on_each_engine(async |app| {
            let noted =
                text(add(&app, &act("away add", "", &[("dates", "5 November to 6 November")])).await.expect("noted"));
            assert!(
                noted.starts_with("You're away Thursday 5 to Friday 6 November. I won't ask you anything"),
                "{noted}"
            );
            let twice = text(add(&app, &act("away add", "", &[("dates", "6 November")])).await.expect("said"));
            assert_eq!(
                twice,
                "Friday 6 November was on your list already, so nothing has changed. `/away list` shows what is noted."
            );

            let choices = complete(&app, &act("away remove", "", &[("entry", "thu")])).await.expect("offered");
            assert_eq!(choices[0].1, "Thursday 5 to Friday 6 November");
            let off = text(remove(&app, &act("away remove", "", &[("entry", &choices[0].0)])).await.expect("removed"));
            assert_eq!(off, "Taken off your list: Thursday 5 to Friday 6 November.");
            let again = text(undo(&app, &act("away.undo", &choices[0].0, &[])).await.expect("said"));
            assert_eq!(again, "That is off your list already.");
            assert!(
                text(list(&app, &act("away list", "", &[])).await.expect("listed"))
                    .starts_with("You have no days away")
            );

            let back =
                text(restore(&app, &act("away.restore", "2026-11-05,2026-11-06,day", &[])).await.expect("noted"));
            assert!(back.starts_with("You're away Thursday 5"), "{back}");
            let listed = text(list(&app, &act("away list", "", &[])).await.expect("listed"));
            assert!(listed.contains("- Thursday 5 to Friday 6 November"), "{listed}");
        })
        .await;
    }

    #[tokio::test]
    async fn a_day_off_closes_the_check_in_until_it_is_taken_back() {
        on_each_engine(async |app| {
            let state = async || {
                let mut db = app.store.read().await.expect("a connection");
                let today = start().date_naive();
                checkin::store::state(&mut db, HERE, ANN, today).await.expect("read")
            };
            let answer = add(&app, &act("away add", "", &[("dates", "today")])).await.expect("noted");
            assert!(text(answer).starts_with("You're away Monday 2 November. I won't ask you anything more today."));
            assert_eq!(state().await, Some(checkin::model::State::DayOff));
            remove(&app, &act("away remove", "", &[("entry", "today")])).await.expect("removed");
            assert_eq!(state().await, Some(checkin::model::State::Open));
        })
        .await;
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_said_and_changes_nothing() {
        on_each_engine(async |app| {
            for dates in ["whenever", "1 January 2020", "Monday 3 November 2026"] {
                let refused = add(&app, &act("away add", "", &[("dates", dates)])).await;
                assert!(matches!(refused, Err(crate::error::Error::Person(_))), "{dates}");
            }
            let mut db = app.store.read().await.expect("a connection");
            assert_eq!(store::all(&mut db, HERE, ANN).await.expect("read"), []);
        })
        .await;
    }
}
