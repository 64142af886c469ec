//! Brings about what has to be there before a part of the visit: others act, and time passes.

use chrono::TimeDelta;
use simulator::{Actor, Channel, ChannelId, MessageId, Refused, Seen, UserId, permission};

use crate::demo::Stage;
use crate::demo::page::Sorry;
use crate::demo::page::director::Until;
use crate::demo::page::house::House;
use crate::partnership::Pointer;

use super::steps::{CHANNEL, OTHERS, Part, STARTS, Scene, Spot};

/// How far time may pass for a part: over a long weekend.
const LONGEST: TimeDelta = TimeDelta::days(6);
/// What a thread says once its views are shown.
const SHOWN: &str = "All views are here";

/// The channel of a place, for somebody who sees it.
pub(super) fn spot(house: &House, me: UserId, spot: Spot) -> Option<ChannelId> {
    place(&house.stage, me, spot)
}

fn place(stage: &Stage, me: UserId, spot: Spot) -> Option<ChannelId> {
    stage.sim.read(|world| match spot {
        Spot::Direct => world.direct(me),
        Spot::Channel(name) => world.find_channel(me, name),
        Spot::ThreadBelow(name) => {
            let parent = world.find_channel(me, name)?;
            // The day's threads hang on the bot's own messages; those that people began have no such name.
            let fits = |thread: &&Channel| {
                thread.parent == Some(parent)
                    && world.may(me, thread.id, permission::VIEW_CHANNEL)
                    && (name != CHANNEL || thread.name.starts_with("C-"))
            };
            world.channels.values().rev().find(fits).map(|thread| thread.id)
        }
    })
}

/// Prepares a part: afterwards its person finds there what they need, and it is said in which message.
pub(super) async fn prepare(house: &House, part: &'static Part) -> Result<Option<MessageId>, Sorry> {
    let me = *house.ids.get(part.who).ok_or_else(|| Sorry::new("Whoever this is about has left."))?;
    house.becomes(me);
    house.person(me)?.at_another_device().goes_to("DM")?;
    match part.scene {
        Scene::Any => {}
        Scene::Later(minutes) => passes(house, Until::Passed(TimeDelta::minutes(minutes))).await?,
        Scene::Button(actions, hours) => {
            let so = move |stage: &Stage| with_button(stage, me, part.spot, actions, hours).is_some();
            passes(house, Until::So(Box::new(so), LONGEST)).await?;
            return Ok(with_button(&house.stage, me, part.spot, actions, hours));
        }
        Scene::Conversation => {
            let add = || with_button(&house.stage, me, part.spot, &["conversation.add"], 48);
            if add().is_none() {
                converse(house).await?;
            }
            return Ok(add());
        }
        Scene::Reveal => {
            let so = move |stage: &Stage| says(stage, me, part.spot, SHOWN);
            passes(house, Until::So(Box::new(so), LONGEST)).await?;
        }
    }
    Ok(None)
}

/// Lets time pass, and says so if it was in vain.
async fn passes(house: &House, until: Until) -> Result<(), Sorry> {
    let came = house.office.order(until).await;
    came.then_some(()).ok_or_else(|| {
        Sorry::new("That hasn’t come within six days. Somebody here may have done otherwise: go on with the next step.")
    })
}

/// The message of the last hours on which somebody sees a button in a place that does one of these. The last one.
fn with_button(stage: &Stage, me: UserId, spot: Spot, actions: &[&str], hours: i64) -> Option<MessageId> {
    let channel = place(stage, me, spot)?;
    let view = stage.sim.person(me).at_another_device().sees_in(&channel.to_string()).ok()?;
    let recent = stage.now() - TimeDelta::hours(hours);
    let does = |id: &str| id.parse::<Pointer>().is_ok_and(|it| actions.contains(&it.action.as_str()));
    let fits = |seen: &&Seen| {
        let mut ids = seen.buttons.iter().filter(|one| !one.disabled).filter_map(|one| one.custom_id.as_deref());
        seen.sent > recent && ids.any(does)
    };
    view.messages.iter().rev().find(fits).map(|seen| seen.id)
}

/// Whether the views of a conversation are shown in a place.
pub(super) fn is_shown(house: &House, me: UserId, spot: Spot) -> bool {
    says(&house.stage, me, spot, SHOWN)
}

fn says(stage: &Stage, me: UserId, spot: Spot, words: &str) -> bool {
    let Some(channel) = place(stage, me, spot) else { return false };
    let view = stage.sim.person(me).at_another_device().sees_in(&channel.to_string());
    view.is_ok_and(|view| view.text().contains(words))
}

/// Somebody begins a conversation, and others add their views.
async fn converse(house: &House) -> Result<(), Sorry> {
    let named = |name: &str| -> Result<(Actor, UserId), Sorry> {
        let id = *house.ids.get(name).ok_or_else(|| Sorry::new("Somebody who was to take part has left."))?;
        Ok((house.person(id)?.at_another_device(), id))
    };
    let (starts, _) = named(STARTS)?;
    starts.goes_to(CHANNEL)?;
    starts.runs("/conversation start template:quick-question").await?;
    starts
        .fills(&[
            ("What is it about? (everybody sees it)", "May drivers leave kits at the door?"),
            ("Why now?", "One in five kits comes back, since nobody opened."),
            ("What would a good outcome look like?", "A rule that every driver and the help line know by Friday."),
            ("Until when can views be added?", "in 2 days"),
        ])
        .await?;
    passes(house, Until::Passed(TimeDelta::seconds(30))).await?;
    for (name, view) in OTHERS {
        let (actor, id) = named(name)?;
        let Some(thread) = spot(house, id, Spot::ThreadBelow(CHANNEL)) else { continue };
        actor.goes_to(&thread.to_string())?;
        actor.clicks("Add your view").await?;
        let form = actor.modal().ok_or(Refused::NoAnswer)?;
        let first = form.fields.first().map(|field| field.custom_id.clone()).unwrap_or_default();
        actor.fills(&[(first.as_str(), view)]).await?;
    }
    passes(house, Until::Passed(TimeDelta::seconds(30))).await?;
    Ok(())
}
