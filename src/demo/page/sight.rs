//! What one person's client shows.

use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};
use simulator::world::CommandKind;
use simulator::{Actor, Channel, ChannelId, ChannelKind, MessageId, UserId, World, permission};

use crate::demo::cast::Person;

use super::house::House;
use super::{Sorry, acts};

/// How many messages are sent at once.
const PAGE: usize = 50;

#[derive(Deserialize)]
pub(super) struct Who {
    me: Option<UserId>,
    #[serde(default)]
    pane: String,
}

/// `GET api/state`: everything beside messages.
pub(super) async fn state(State(house): State<Arc<House>>, Query(who): Query<Who>) -> Result<Json<Value>, Sorry> {
    let first = if house.fresh { &house.cast.admin } else { &house.cast.last_digest };
    let me = who.me.filter(|id| house.person(*id).is_ok()).or_else(|| house.ids.get(first).copied());
    let me = me.ok_or_else(|| Sorry::new("There is nobody here."))?;
    // Everybody can write to the bot. What is open at the pane's own device stays open.
    let actor = house.person(me)?.at_another_device();
    actor.goes_to("DM")?;
    let menu = menu(&house, &actor);
    let modal = house.device(&who.pane, me)?.form().map(|(channel, body)| acts::form(channel, &body));
    let mut all = house.stage.sim.read(|world| {
        let server = world.servers.values().next();
        let roles = server.into_iter().flat_map(|server| server.roles.values());
        let roles = roles.filter(|role| server.is_none_or(|server| role.id.0 != server.id.0) && !role.managed);
        json!({
            "server": server.map(|server| json!({"id": server.id, "name": server.name})),
            "now": house.stage.now(),
            "bot": {"id": world.bot.user, "name": world.name_of(world.bot.user, None)},
            "roles": roles.map(|role| json!({"id": role.id, "name": role.name})).collect::<Vec<_>>(),
            "channels": channels(&house, world, me),
        })
    });
    all["me"] = json!(me);
    all["people"] = people(&house);
    all["menu"] = menu;
    all["modal"] = json!(modal);
    all["playing"] = json!(house.office.playing());
    all["begins"] = json!(house.begins_with(me).await);
    all["epoch"] = json!(house.epoch());
    Ok(Json(all))
}

/// What somebody finds below Apps in the menu of a message or of a person, wherever they may use commands at all.
fn menu(house: &House, actor: &Actor) -> Value {
    let usable = |world: &World| {
        let channels = world.channels.values().filter(|channel| channel.server.is_some() && !channel.kind.is_thread());
        let mut usable = channels.filter(|channel| takes_commands(world, actor.id(), channel));
        usable.next().map(|channel| channel.id)
    };
    let there = house.stage.sim.read(usable);
    let commands = match there {
        Some(channel) if actor.goes_to(&channel.to_string()).is_ok() => actor.commands(),
        _ => Vec::new(),
    };
    let named = |kind: CommandKind| {
        commands.iter().filter(|one| one.kind == kind).map(|one| one.name.as_str()).collect::<Vec<_>>()
    };
    json!({"message": named(CommandKind::Message), "person": named(CommandKind::User)})
}

/// Whether there are commands for somebody in a channel. The bot may offer none in conversations of two.
fn takes_commands(world: &World, me: UserId, channel: &Channel) -> bool {
    let direct = channel.kind == ChannelKind::Direct;
    world.commands.values().any(|command| command.offered_in(direct))
        && channel.kind.holds_messages()
        && world.may(me, channel.id, permission::USE_APPLICATION_COMMANDS)
}

/// Everybody on the server, organisation by organisation.
fn people(house: &House) -> Value {
    let cast = &house.cast;
    let mut all: Vec<(usize, Value)> = Vec::new();
    for person in &cast.people {
        let organisation = cast.organisations.iter().position(|one| one.tag == person.organisation);
        let name = organisation.and_then(|place| cast.organisations.get(place)).map(|one| one.name.as_str());
        let Some(id) = house.ids.get(&person.name) else { continue };
        let value = json!({
            "id": id, "name": person.name, "organisation": name, "about": about(house, person), "zone": person.zone.name(),
            "squads": if house.fresh { &[] } else { &person.squads[..] },
        });
        all.push((organisation.unwrap_or(usize::MAX), value));
    }
    all.sort_by_key(|(organisation, _)| *organisation);
    all.into_iter().map(|(_, value)| value).collect()
}

/// What somebody is to the partnership, in a few words.
fn about(house: &House, person: &Person) -> String {
    let cast = &house.cast;
    let mut words = Vec::new();
    if person.name == cast.admin {
        words.push("runs the server".to_owned());
    }
    if !house.fresh {
        let leads = cast.squads.iter().filter(|squad| squad.lead == person.name);
        words.extend(leads.map(|squad| format!("leads {}", squad.name)));
        if cast.organisations.iter().any(|one| one.steward == person.name) {
            words.push("steward".to_owned());
        }
        let others = cast.squads_of(person).filter(|squad| squad.lead != person.name);
        words.extend(others.map(|squad| squad.name.clone()));
    }
    words.join(" · ")
}

/// The channels that somebody may see: the conversation with the bot, then the server's, then threads.
fn channels(house: &House, world: &World, me: UserId) -> Vec<Value> {
    let sees = |channel: &&Channel| world.may(me, channel.id, permission::VIEW_CHANNEL);
    let mine = |channel: &&Channel| channel.server.is_some() || channel.recipient == Some(me);
    let mut all: Vec<&Channel> = world.channels.values().filter(mine).filter(sees).collect();
    all.sort_by_key(|channel| (channel.kind != ChannelKind::Direct, channel.kind.is_thread(), channel.position));
    let shown = all.into_iter().map(|channel| channel_seen(house, world, me, channel));
    shown.collect()
}

fn channel_seen(house: &House, world: &World, me: UserId, channel: &Channel) -> Value {
    let from = house.read_until(me, channel.id);
    let new = world.messages.get(&channel.id).into_iter();
    let new = new.flat_map(|messages| messages.range((Excluded(from), Unbounded))).map(|(_, message)| message);
    let new = new.filter(|it| it.author != me && it.private_to.is_none_or(|whom| whom == me));
    let (mut unread, mut pings) = (0, 0);
    for message in new.filter(|it| !house.is_dismissed(it.id)) {
        unread += 1;
        pings += usize::from(channel.kind == ChannelKind::Direct || message.pinged.contains(&me));
    }
    // A client lists the threads that one is in, until they have been still for some days.
    let lately = |hours: i64| {
        let last = world.messages.get(&channel.id).and_then(|messages| messages.values().next_back());
        last.is_some_and(|last| last.sent > world.now - TimeDelta::hours(hours))
    };
    let quiet = channel.thread.as_ref().is_some_and(|thread| {
        let listed = if thread.members.contains_key(&me) { 72 } else { 24 };
        unread == 0 && (thread.archived || !lately(listed))
    });
    let name =
        if channel.kind == ChannelKind::Direct { world.name_of(world.bot.user, None) } else { channel.name.clone() };
    let writes =
        if channel.kind.is_thread() { permission::SEND_MESSAGES_IN_THREADS } else { permission::SEND_MESSAGES };
    json!({
        "id": channel.id, "name": name, "type": channel.kind.number(), "parent": channel.parent, "topic": channel.topic,
        "unread": unread, "pings": pings, "last": channel.last_message,
        "quiet": quiet, "archived": channel.thread.as_ref().is_some_and(|thread| thread.archived),
        "can_write": channel.kind.holds_messages() && world.may(me, channel.id, writes),
        "commands": takes_commands(world, me, channel),
    })
}

#[derive(Deserialize)]
pub(super) struct Place {
    me: UserId,
    channel: ChannelId,
    before: Option<MessageId>,
}

/// Somebody in a channel.
fn at(house: &House, place: &Place) -> Result<Actor, Sorry> {
    let actor = house.person(place.me)?.at_another_device();
    actor.goes_to(&place.channel.to_string())?;
    Ok(actor)
}

/// `GET api/messages`: a page of a channel.
pub(super) async fn messages(
    State(house): State<Arc<House>>,
    Query(place): Query<Place>,
) -> Result<Json<Value>, Sorry> {
    let page = at(&house, &place)?.reads(place.before, PAGE);
    let served = format!("{}/attachments/", house.stage.sim.url());
    let put_away = |message: &Value| {
        let id = message["id"].as_str().and_then(|id| id.parse().ok());
        id.is_some_and(|id| house.is_dismissed(id))
    };
    let mut messages: Vec<Value> = page.messages.into_iter().filter(|message| !put_away(message)).collect();
    for message in &mut messages {
        let files = message.get_mut("attachments").and_then(Value::as_array_mut).into_iter().flatten();
        for file in files {
            let url =
                file["url"].as_str().and_then(|url| url.strip_prefix(&served)).map(|rest| format!("files/{rest}"));
            file["url"] = json!(url);
            file["proxy_url"] = Value::Null;
        }
    }
    Ok(Json(json!({"messages": messages, "earlier": page.earlier})))
}

/// `GET api/commands`: what a slash offers in a channel.
pub(super) async fn commands(
    State(house): State<Arc<House>>,
    Query(place): Query<Place>,
) -> Result<Json<Value>, Sorry> {
    let mut all = Vec::new();
    for command in at(&house, &place)?.commands() {
        if command.kind == CommandKind::Slash {
            flatten(&command.name, &command.body, &mut all);
        }
    }
    all.sort_by(|one, other| one["name"].as_str().cmp(&other["name"].as_str()));
    Ok(Json(json!(all)))
}

/// A command, or each of its sub-commands.
fn flatten(name: &str, body: &Value, all: &mut Vec<Value>) {
    let options = body.get("options").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let below: Vec<&Value> = options.iter().filter(|option| matches!(option["type"].as_u64(), Some(1 | 2))).collect();
    for one in &below {
        flatten(&format!("{name} {}", one["name"].as_str().unwrap_or_default()), one, all);
    }
    if below.is_empty() {
        all.push(json!({"name": name, "description": body["description"], "options": options}));
    }
}
