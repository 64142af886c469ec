//! When there is coffee, and where: an admin's.

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::{Result, refuse};
use crate::features::coffee::model::Circle;
use crate::features::coffee::{jobs, keep, policy, store, view};
use crate::features::setup;
use crate::partnership::Message;

/// See a channel, make private threads below it, and write in them, as Discord's permission bits.
const NEEDED: u64 = 1 << 10 | 1 << 36 | 1 << 38;

pub(super) async fn open(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let circle = store::circle(&mut db, act.partnership).await?;
    let guests = store::guests(&mut db, act.partnership).await?.len();
    Ok(Answer::Private(view::settings(act.partnership, &circle, guests, "")))
}

/// Changes the settings, plans the next round, and shows what they are now.
async fn change(app: &App, act: &Act, does: impl FnOnce(&mut Circle) + Send + 'static) -> Result<Message> {
    let (clone, own) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut circle = store::circle(tx, own.partnership).await?;
            let before = (circle.channel.is_some(), circle.day_and_time.clone());
            does(&mut circle);
            if before != (circle.channel.is_some(), circle.day_and_time.clone()) || circle.next_at.is_none() {
                let zone = setup::store::get(tx, own.partnership).await?.map_or(chrono_tz::Tz::UTC, |one| one.zone);
                circle.next_at = policy::first_round(&circle, own.at, zone).filter(|_| circle.channel.is_some());
            }
            jobs::plan(tx, &clone, own.partnership, &circle).await?;
            if let Some(channel) = circle.channel {
                keep::rescue(tx, &clone, own.partnership, channel).await?;
            }
            let guests = store::guests(tx, own.partnership).await?.len();
            Ok(view::settings(own.partnership, &circle, guests, "✅ Kept.\n"))
        })
    });
    done.await
}

pub(super) async fn channel(app: &App, act: &Act) -> Result<Answer> {
    let Some(Value::Channel(channel)) = act.picked().first() else { return refuse("Pick a channel, please.") };
    let channel = *channel;
    // Where the channel can't even be looked at, everything is missing.
    let granted = app.discord.bot_permissions(act.partnership, channel).await.unwrap_or(0);
    let needed = setup::policy::missing(granted).into_iter().filter(|one| one.bit & NEEDED != 0);
    let lacks: Vec<String> = needed.map(|one| format!("**{}**", one.name)).collect();
    if !lacks.is_empty() {
        return refuse(view::lacks(channel, &lacks));
    }
    change(app, act, move |circle| circle.channel = Some(channel)).await.map(Answer::Update)
}

pub(super) async fn weeks(app: &App, act: &Act) -> Result<Answer> {
    let weeks = act.row().next().and_then(|weeks| weeks.parse().ok()).filter(|weeks| policy::CYCLES.contains(weeks));
    let Some(weeks) = weeks else { return refuse("Coffee comes every week, every 2 weeks or every 4.") };
    change(app, act, move |circle| circle.weeks = weeks).await.map(Answer::Update)
}

pub(super) async fn colleagues(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |circle| circle.colleagues = !circle.colleagues).await.map(Answer::Update)
}

pub(super) async fn day_open(app: &App, act: &Act) -> Result<Answer> {
    let circle = store::circle(&mut *app.store.read().await?, act.partnership).await?;
    Ok(Answer::Form(view::day_form(act.partnership, &circle)))
}

pub(super) async fn day_sent(app: &App, act: &Act) -> Result<Answer> {
    let day = match act.required("day").and_then(policy::parse_day_and_time) {
        Ok(day) => day,
        Err(why) => return act.or_back(Err(why)).map(Answer::Private),
    };
    change(app, act, move |circle| circle.day_and_time = day).await.map(Answer::Private)
}
