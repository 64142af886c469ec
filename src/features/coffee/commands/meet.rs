//! The buttons of a coffee, and a coffee within the hour.

use chrono::DateTime;

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Result, person, refuse};
use crate::features::coffee::model::{Answer as Said, Coffee, Guest, Seat, Wish, WishState};
use crate::features::coffee::{jobs, keep, policy, store, view};
use crate::features::member::{Subject, telling};
use crate::features::setup;
use crate::partnership::{Message, UserId};
use crate::scheduler;
use crate::storage::{Db, Tx};

/// The coffee of a button, for somebody who takes part in it.
async fn of_button(db: &mut Db, act: &Act) -> Result<Coffee> {
    let number = act.row().next().and_then(|number| number.parse().ok()).unwrap_or(0);
    let found = store::get(db, act.partnership, number).await?;
    let found = found.filter(|one| one.seats.iter().any(|seat| seat.person == act.actor.user));
    let one =
        found.ok_or_else(|| person("That is somebody else's coffee. `/coffee join` gets you one of your own."))?;
    if one.over && !one.met() {
        return refuse("That coffee is over. `/coffee me` says when the next one is.");
    }
    Ok(one)
}

/// Notes what somebody says of a coffee.
async fn say(app: &App, act: &Act, said: Said, text: &'static str) -> Result<Answer> {
    let (clone, own) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut one = of_button(tx, &own).await?;
            for seat in one.seats.iter_mut().filter(|seat| seat.person == own.actor.user) {
                seat.say(said, own.at);
            }
            one.over |= one.size() == 0;
            keep::keep(tx, &clone, own.partnership, &one).await?;
            if said == Said::Left {
                keep::left(tx, &clone, own.partnership, &one, own.actor.user).await?;
            }
            Ok(Message::text(text))
        })
    });
    done.await.map(Answer::Private)
}

pub(super) async fn met(app: &App, act: &Act) -> Result<Answer> {
    say(app, act, Said::Met, "☕ Lovely. Noted.").await
}

pub(super) async fn not_met(app: &App, act: &Act) -> Result<Answer> {
    say(app, act, Said::Not, "Noted, and no harm done. **We've met** still counts, should it come to it.").await
}

pub(super) async fn cant(app: &App, act: &Act) -> Result<Answer> {
    say(app, act, Said::Left, "Noted; I've said so in the thread, without a reason. You're in the next round.").await
}

/// A time was picked.
pub(super) async fn time(app: &App, act: &Act) -> Result<Answer> {
    let picked = act.pick().and_then(|pick| pick.parse().ok()).and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let (clone, own) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut one = of_button(tx, &own).await?;
            let Some(picked) = picked.filter(|at| *at > own.at) else {
                // Shown anew, it offers times that are still to come.
                keep::keep(tx, &clone, own.partnership, &one).await?;
                return Ok(Message::text("That time is over, so I look for new ones: in a moment they stand above."));
            };
            one.meets_at = Some(picked);
            keep::keep(tx, &clone, own.partnership, &one).await?;
            let scene = keep::scene(tx, own.partnership, one.clone(), own.at).await?;
            let by = scene.faces.iter().find(|face| face.person == own.actor.user);
            if let Some(by) = by {
                let message = view::time_picked(&scene, by, picked, own.at);
                keep::say(tx, &clone, own.partnership, &one, message).await?;
            }
            Ok(Message::text("✅ Picked. The others see it in the thread, with a file for calendars."))
        })
    });
    done.await.map(Answer::Private)
}

/// `/coffee now`.
pub(super) async fn now(app: &App, act: &Act) -> Result<Answer> {
    setup::commands::ready(&mut *app.store.read().await?, act.partnership).await?;
    let (clone, own) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (partnership, user) = (own.partnership, own.actor.user);
            super::joined(tx, &own).await?;
            let circle = store::circle(tx, partnership).await?;
            if circle.channel.is_none() {
                return refuse(
                    "An admin has to choose a channel for coffee first: **Coffee settings** in their `/coffee me`.",
                );
            }
            if let Some(open) = store::open_wish(tx, partnership, user).await? {
                return Ok(view::asking_now(open.until));
            }
            let wish =
                Wish { id: clone.random.id(), person: user, until: own.at + policy::WAITS, state: WishState::Open };
            store::save_wish(tx, partnership, &wish).await?;
            scheduler::plan(tx, &clone, partnership, jobs::NOW, wish.id, "", wish.until).await?;
            ask_around(tx, &clone, &own, &wish, circle.colleagues).await?;
            Ok(view::asking_now(wish.until))
        })
    });
    done.await.map(Answer::Private)
}

async fn ask_around(tx: &mut Tx, app: &App, act: &Act, wish: &Wish, colleagues: bool) -> Result<()> {
    let partnership = act.partnership;
    let asks = keep::face(tx, partnership, &Guest::new(wish.person, act.at)).await?;
    let mut others = Vec::new();
    for guest in store::guests(tx, partnership).await?.into_iter().filter(|guest| guest.may_be_asked) {
        let face = keep::face(tx, partnership, &guest).await?;
        others.push((guest, face));
    }
    let coffees = store::of_person(tx, partnership, wish.person).await?;
    let never = store::never(tx, partnership).await?;
    let mut asked = 0;
    for face in policy::may_be_asked(&asks, &others, &coffees, &never, colleagues, act.at) {
        if asked == policy::ASKED_AT_ONCE {
            break;
        }
        let subject = Subject::of(tx, partnership, face.person).await?;
        let message = view::asked_now(partnership, &asks, wish.id, wish.until);
        // Not on a day off, and not above what they want to hear in a day: then the next one is asked.
        asked += usize::from(telling::now(tx, app, &subject, message, policy::WAITS).await?);
    }
    Ok(())
}

/// Somebody has half an hour.
pub(super) async fn now_yes(app: &App, act: &Act) -> Result<Answer> {
    let (clone, own) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let partnership = own.partnership;
            let id = own.row().next().and_then(|id| id.parse().ok()).unwrap_or(0);
            let wish = store::wish_of(tx, partnership, id).await?;
            let Some(mut wish) = wish.filter(|wish| wish.state == WishState::Open && wish.until > own.at) else {
                return Ok(Message::text(
                    "That coffee has found somebody, or its hour is over. Thank you all the same.",
                ));
            };
            let circle = store::circle(tx, partnership).await?;
            // A button is only words: whoever wasn't asked can't have it.
            let asked = store::guest_of(tx, partnership, own.actor.user).await?.is_some_and(|guest| guest.may_be_asked);
            let apart = policy::are_apart(wish.person, own.actor.user, &store::never(tx, partnership).await?);
            let (Some(channel), true) = (circle.channel, asked && !apart && wish.person != own.actor.user) else {
                return refuse("That coffee isn't there any more.");
            };
            wish.state = WishState::Met;
            store::save_wish(tx, partnership, &wish).await?;
            let people: [UserId; 2] = [wish.person, own.actor.user];
            let coffees = store::of_person(tx, partnership, wish.person).await?;
            let number = setup::store::next_number(tx, partnership, "coffee").await?;
            let one = Coffee {
                number,
                round: None,
                channel,
                prompt: keep::prompt(&clone, partnership, number, &people, &coffees),
                made_at: own.at,
                meets_at: Some(own.at),
                over: false,
                seats: people.map(Seat::new).to_vec(),
            };
            keep::keep(tx, &clone, partnership, &one).await?;
            Ok(view::found_now(channel))
        })
    });
    done.await.map(Answer::Update)
}

#[allow(clippy::unused_async, reason = "a handler is async")]
pub(super) async fn now_no(_: &App, _: &Act) -> Result<Answer> {
    Ok(Answer::Update(Message::text("Not now, then. Nobody is told.")))
}
