//! Scheduled events.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::call::Call;
use super::members::joined;
use super::{Answer, Outcome};
use crate::change::{Change, intent};
use crate::rules::Rejection;
use crate::rules::form::Form;
use crate::world::permission as may;
use crate::world::{EventId, ScheduledEvent, ServerId};

pub(super) fn list(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let server = joined(call, change)?;
    let inside = change.world.events.values().filter(|event| event.server == server);
    Ok(Answer::ok(inside.map(|event| change.world.event_json(event)).collect()))
}

fn named<'c>(call: &Call, change: &'c Change<'_>) -> Result<&'c ScheduledEvent, Rejection> {
    let server = joined(call, change)?;
    let id: EventId = call.id("event")?;
    change.world.events.get(&id).filter(|event| event.server == server).ok_or_else(Rejection::unknown_event)
}

pub(super) fn get(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let event = named(call, change)?;
    Ok(Answer::ok(change.world.event_json(event)))
}

pub(super) fn create(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let server = joined(call, change)?;
    if change.world.server_permissions(change.bot(), server) & (may::CREATE_EVENTS | may::MANAGE_EVENTS) == 0 {
        return Err(Rejection::missing_permissions());
    }
    let event = read(&call.body, server, change)?;
    let shown = change.world.event_json(&event);
    change.world.events.insert(event.id, event);
    change.tell("GUILD_SCHEDULED_EVENT_CREATE", Some(server), intent::SCHEDULED_EVENTS, shown.clone());
    Ok(Answer::ok(shown))
}

pub(super) fn delete(call: &mut Call, change: &mut Change<'_>) -> Outcome {
    let event = named(call, change)?;
    let (id, server, shown) = (event.id, event.server, change.world.event_json(event));
    let own = event.creator == change.bot();
    if !own && change.world.server_permissions(change.bot(), server) & may::MANAGE_EVENTS == 0 {
        return Err(Rejection::missing_permissions());
    }
    change.world.events.remove(&id);
    change.tell("GUILD_SCHEDULED_EVENT_DELETE", Some(server), intent::SCHEDULED_EVENTS, shown);
    Ok(Answer::nothing())
}

fn read(body: &Value, server: ServerId, change: &mut Change<'_>) -> Result<ScheduledEvent, Rejection> {
    let mut form = Form::default();
    let name = form.required_text("name", body.get("name"), 1, 100).unwrap_or_default().to_owned();
    let description = form.text("description", body.get("description"), 0, 1000).map(str::to_owned);
    let entity_type = form.number("entity_type", body.get("entity_type"), 1, 3);
    let start = instant(&mut form, "scheduled_start_time", body);
    let end = instant(&mut form, "scheduled_end_time", body);
    let location = body.pointer("/entity_metadata/location").and_then(Value::as_str).map(str::to_owned);
    for (field, missing) in [("entity_type", entity_type.is_none()), ("scheduled_start_time", start.is_none())] {
        if missing && body.get(field).is_none() {
            form.required(field);
        }
    }
    if entity_type == Some(3) {
        if location.is_none() {
            form.required("entity_metadata.location");
        }
        if end.is_none() && body.get("scheduled_end_time").is_none() {
            form.required("scheduled_end_time");
        }
    }
    if start.is_some_and(|start| start <= change.world.now) {
        form.wrong("scheduled_start_time", "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", "Cannot schedule event in the past.");
    }
    if form.number("privacy_level", body.get("privacy_level"), 2, 2).is_none() {
        form.required("privacy_level");
    }
    form.finish()?;
    Ok(ScheduledEvent {
        id: EventId(change.world.mint()),
        server,
        channel: body.get("channel_id").and_then(|id| serde_json::from_value(id.clone()).ok()),
        creator: change.bot(),
        name,
        description,
        start: start.unwrap_or(change.world.now),
        end,
        entity_type: entity_type.unwrap_or(3),
        location,
        status: 1,
    })
}

fn instant(form: &mut Form, field: &str, body: &Value) -> Option<DateTime<Utc>> {
    let text = form.text(field, body.get(field), 0, 100)?;
    let parsed = DateTime::parse_from_rfc3339(text).ok();
    if parsed.is_none() {
        form.wrong(field, "DATE_TIME_TYPE_PARSE", format!("Could not parse {text}. Should be ISO8601."));
    }
    parsed.map(|at| at.to_utc())
}
