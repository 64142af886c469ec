//! `/coffee`, its settings, and the buttons of a coffee.

mod meet;
mod settings;

use crate::app::App;
use crate::command::{Act, Answer, Entry, Handler, Kind, On, Opt, Place, Shows, Value, Who, Whose};
use crate::error::{Result, refuse};
use crate::features::{member, setup};
use crate::handler;
use crate::partnership::{Message, NOBODY, UserId};
use crate::schedule::{parse_date, parse_hours, parse_zone};
use crate::storage::Db;

use super::model::{Guest, Wish, WishState};
use super::{keep, store, view};

/// One's own place in coffee.
const fn own(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Member, place: Place::Anywhere, whose: Whose::Own, shows, run }
}

const fn command(name: &'static str, about: &'static str, options: &'static [Opt], run: Handler) -> Entry {
    let on = On::Command { name, about, options };
    Entry { on, who: Who::Member, place: Place::Server, whose: Whose::Own, shows: Shows::Private, run }
}

const fn admin(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Admin, place: Place::Server, whose: Whose::Partnership, shows, run }
}

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    command("coffee join", "Meet somebody of another organisation for half an hour, now and then", &[], handler!(join)),
    command(
        "coffee pause",
        "Sit coffee out until a day; it goes on by itself",
        &[Opt {
            name: "until",
            about: "The last day of the pause: Friday, in 3 weeks",
            kind: Kind::Text(60),
            required: true,
        }],
        handler!(pause),
    ),
    command("coffee leave", "Leave coffee; you can join again at any time", &[], handler!(leave)),
    command("coffee me", "Your hours for it, whom you'd rather not meet, and your coffees so far", &[], handler!(me)),
    command("coffee now", "Ask whoever may be asked for a coffee within the hour", &[], handler!(meet::now)),
    own(On::Component("coffee.me"), Shows::Update, handler!(me_again)),
    own(On::Component("coffee.join"), Shows::Update, handler!(join_here)),
    own(On::Component("coffee.leave"), Shows::Update, handler!(leave_here)),
    own(On::Component("coffee.pause"), Shows::Form, handler!(pause_open)),
    own(On::Form("coffee.paused"), Shows::Private, handler!(pause)),
    own(On::Component("coffee.go_on"), Shows::Update, handler!(go_on)),
    own(On::Component("coffee.hours"), Shows::Form, handler!(hours_open)),
    own(On::Form("coffee.hours_sent"), Shows::Private, handler!(hours_sent)),
    own(On::Component("coffee.asked"), Shows::Update, handler!(asked)),
    own(On::Component("coffee.never"), Shows::Update, handler!(never)),
    own(On::Component("coffee.never_with"), Shows::Update, handler!(never_with)),
    own(On::Component("coffee.never_none"), Shows::Update, handler!(never_none)),
    own(On::Component("coffee.time"), Shows::Private, handler!(meet::time)),
    own(On::Component("coffee.met"), Shows::Private, handler!(meet::met)),
    own(On::Component("coffee.not_met"), Shows::Private, handler!(meet::not_met)),
    own(On::Component("coffee.cant"), Shows::Private, handler!(meet::cant)),
    own(On::Component("coffee.now_yes"), Shows::Update, handler!(meet::now_yes)),
    own(On::Component("coffee.now_no"), Shows::Update, handler!(meet::now_no)),
    admin(On::Component("coffee.settings"), Shows::Private, handler!(settings::open)),
    admin(On::Component("coffee.channel"), Shows::Update, handler!(settings::channel)),
    admin(On::Component("coffee.weeks"), Shows::Update, handler!(settings::weeks)),
    admin(On::Component("coffee.colleagues"), Shows::Update, handler!(settings::colleagues)),
    admin(On::Component("coffee.day"), Shows::Form, handler!(settings::day_open)),
    admin(On::Form("coffee.day_sent"), Shows::Private, handler!(settings::day_sent)),
];

/// Somebody's own part in coffee as it is now, below what they have just done.
async fn shown(db: &mut Db, act: &Act, done: &str) -> Result<Message> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let circle = store::circle(db, partnership).await?;
    let guest = store::guest_of(db, partnership, user).await?;
    let face = keep::face(db, partnership, &guest.clone().unwrap_or_else(|| Guest::new(user, act.at))).await?;
    let own = view::Own {
        partnership,
        circle: &circle,
        guest: guest.as_ref(),
        face: &face,
        never: &store::never_of(db, partnership, user).await?,
        coffees: &store::of_person(db, partnership, user).await?,
        admin: act.actor.admin,
    };
    Ok(view::me(&own, done))
}

async fn me(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    setup::commands::ready(&mut db, act.partnership).await?;
    Ok(Answer::Private(shown(&mut db, act, "").await?))
}

async fn me_again(app: &App, act: &Act) -> Result<Answer> {
    Ok(Answer::Update(shown(&mut *app.store.read().await?, act, "").await?))
}

/// Somebody's place, or what to do where they have none.
async fn joined(db: &mut Db, act: &Act) -> Result<Guest> {
    match store::guest_of(db, act.partnership, act.actor.user).await? {
        Some(guest) => Ok(guest),
        None => refuse("You haven't joined coffee yet: `/coffee join` does it."),
    }
}

/// Changes somebody's place, and shows what it is now.
async fn change(app: &App, act: &Act, does: impl FnOnce(&mut Guest) -> String + Send + 'static) -> Result<Message> {
    let own = act.clone();
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut guest = joined(tx, &own).await?;
            let done = does(&mut guest);
            store::save_guest(tx, own.partnership, &guest).await?;
            shown(tx, &own, &done).await
        })
    });
    done.await
}

async fn joins(app: &App, act: &Act) -> Result<Message> {
    setup::commands::ready(&mut *app.store.read().await?, act.partnership).await?;
    let (clone, own) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (partnership, user) = (own.partnership, own.actor.user);
            let there = store::guest_of(tx, partnership, user).await?;
            let done = if there.is_some() { "You are in already." } else { "✅ You're in." };
            if there.is_none() {
                store::save_guest(tx, partnership, &Guest::new(user, own.at)).await?;
                keep::look_again(tx, &clone, partnership).await?;
            }
            shown(tx, &own, done).await
        })
    });
    done.await
}

async fn join(app: &App, act: &Act) -> Result<Answer> {
    joins(app, act).await.map(Answer::Private)
}

async fn join_here(app: &App, act: &Act) -> Result<Answer> {
    joins(app, act).await.map(Answer::Update)
}

async fn leaves(app: &App, act: &Act) -> Result<Message> {
    let (clone, own) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            joined(tx, &own).await?;
            let (partnership, user) = (own.partnership, own.actor.user);
            keep::step_out(tx, &clone, partnership, user).await?;
            if let Some(wish) = store::open_wish(tx, partnership, user).await? {
                store::save_wish(tx, partnership, &Wish { state: WishState::Over, ..wish }).await?;
            }
            store::remove_guest(tx, partnership, user).await?;
            shown(tx, &own, "✅ You've left. Whom you'd rather not meet stays noted, should you join again.").await
        })
    });
    done.await
}

async fn leave(app: &App, act: &Act) -> Result<Answer> {
    leaves(app, act).await.map(Answer::Private)
}

async fn leave_here(app: &App, act: &Act) -> Result<Answer> {
    leaves(app, act).await.map(Answer::Update)
}

async fn pause_open(app: &App, act: &Act) -> Result<Answer> {
    joined(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Form(view::pause_form(act.partnership)))
}

/// `/coffee pause`, and its form.
async fn pause(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    joined(&mut db, act).await?;
    let zone = member::zone_of(&mut db, act.partnership, act.actor.user).await?;
    drop(db);
    let today = act.at.with_timezone(&zone).date_naive();
    let until = parse_date(act.required("until")?, today)?;
    if until < today {
        return refuse("That day is over. Until which day do you want to sit it out?");
    }
    let done = change(app, act, move |guest| {
        guest.paused_until = Some(until);
        "✅ Noted. It goes on by itself after that day.".to_owned()
    });
    done.await.map(Answer::Private)
}

async fn go_on(app: &App, act: &Act) -> Result<Answer> {
    let (clone, own) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut guest = joined(tx, &own).await?;
            guest.paused_until = None;
            store::save_guest(tx, own.partnership, &guest).await?;
            keep::look_again(tx, &clone, own.partnership).await?;
            shown(tx, &own, "✅ You're in again.").await
        })
    });
    done.await.map(Answer::Update)
}

async fn hours_open(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let guest = joined(&mut db, act).await?;
    let face = keep::face(&mut db, act.partnership, &guest).await?;
    Ok(Answer::Form(view::hours_form(act.partnership, &guest, &face)))
}

async fn hours_sent(app: &App, act: &Act) -> Result<Answer> {
    let read = || -> Result<_> {
        let (from, to, _) = parse_hours(act.required("hours")?)?;
        Ok(((from, to), parse_zone(act.required("zone")?)?))
    };
    let ((from, to), zone) = match read() {
        Ok(read) => read,
        Err(why) => return act.or_back(Err(why)).map(Answer::Private),
    };
    let (own, clone) = (act.clone(), app.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut guest = joined(tx, &own).await?;
            guest.hours = Some((from, to));
            store::save_guest(tx, own.partnership, &guest).await?;
            member::store::set_zone(tx, own.partnership, own.actor.user, zone).await?;
            for coffee in keep::open_coffees(tx, own.partnership, own.actor.user).await? {
                keep::keep(tx, &clone, own.partnership, &coffee).await?;
            }
            shown(tx, &own, "✅ Noted. Your zone counts for everything else that I do, too.").await
        })
    });
    done.await.map(Answer::Private)
}

async fn asked(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |guest| {
        guest.may_be_asked = !guest.may_be_asked;
        String::new()
    });
    done.await.map(Answer::Update)
}

async fn never(app: &App, act: &Act) -> Result<Answer> {
    let never = store::never_of(&mut *app.store.read().await?, act.partnership, act.actor.user).await?;
    Ok(Answer::Update(view::never(act.partnership, &never)))
}

async fn set_never(app: &App, act: &Act, others: Vec<UserId>) -> Result<Answer> {
    let own = act.clone();
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            store::set_never(tx, own.partnership, own.actor.user, &others).await?;
            shown(tx, &own, "✅ Noted.").await
        })
    });
    done.await.map(Answer::Update)
}

async fn never_with(app: &App, act: &Act) -> Result<Answer> {
    let user = |value: &Value| match value {
        Value::User(user, _) if *user != act.actor.user && *user != NOBODY => Some(*user),
        _ => None,
    };
    set_never(app, act, act.picked().iter().filter_map(user).collect()).await
}

async fn never_none(app: &App, act: &Act) -> Result<Answer> {
    set_never(app, act, Vec::new()).await
}
