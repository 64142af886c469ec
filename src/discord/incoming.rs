//! An interaction, parsed from Discord's JSON into what a handler works with.
//!
//! It takes plain JSON, from the gateway or from an HTTP endpoint alike, passes over whatever it
//! doesn't know, and never panics: what a program on the other side sends is input.

mod values;

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::{ask, permission, snowflake};
use crate::command::{Act, Actor};
use crate::partnership::{ChannelId, MessageId, PartnershipId, Pointer, RoleId, UserId};

/// An interaction that came in.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Its id.
    pub id: String,
    /// What answers to it are addressed with. Never logged.
    pub token: String,
    /// The bot's application.
    pub application: i64,
    /// What it is.
    pub kind: Kind,
    /// The server that it came from, or `None` from a DM.
    pub server: Option<PartnershipId>,
    /// What was done.
    pub act: Act,
}

/// What an interaction is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A slash command.
    Command,
    /// A button or a select.
    Component,
    /// A form that was sent.
    Form,
    /// An option that is being typed.
    Autocomplete {
        /// The option's name.
        focused: String,
    },
}

/// Why an interaction can't be handled, by the name of what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable(pub &'static str);

/// Parses an interaction that arrived at `at`.
///
/// A component id that is no [`Pointer`] of ours isn't an error: it parses to one with an empty
/// action, so that the person is told that the button is from another version.
pub fn parse(json: &Json, at: DateTime<Utc>) -> Result<Incoming, Unreadable> {
    let data = &json["data"];
    let server = snowflake(&json["guild_id"]).map(PartnershipId);
    let called = called(json, data, server)?;
    let channel = snowflake(&json["channel_id"]).or_else(|| snowflake(&json["channel"]["id"]));
    let act = Act {
        at,
        partnership: called.pointer.partnership,
        actor: actor(json)?,
        channel: ChannelId(channel.unwrap_or_default()),
        in_dm: server.is_none(),
        message: snowflake(&json["message"]["id"]).map(MessageId),
        pointer: called.pointer,
        values: called.values,
        squad: None,
        organisation: None,
        bot_permissions: permission::bits(&json["app_permissions"]),
    };
    Ok(Incoming {
        id: text(&json["id"]).ok_or(Unreadable("id"))?,
        token: text(&json["token"]).ok_or(Unreadable("token"))?,
        application: snowflake(&json["application_id"]).ok_or(Unreadable("application_id"))?,
        kind: called.kind,
        server,
        act,
    })
}

/// What was called, and with what.
struct Called {
    kind: Kind,
    pointer: Pointer,
    values: values::Values,
}

fn called(json: &Json, data: &Json, server: Option<PartnershipId>) -> Result<Called, Unreadable> {
    let here = server.unwrap_or(PartnershipId(0));
    let pointer = || {
        let id = data["custom_id"].as_str().unwrap_or_default();
        id.parse().unwrap_or_else(|()| Pointer::new("", here, ""))
    };
    match json["type"].as_u64() {
        Some(2 | 4) => {
            let command = values::of_command(data);
            let name = command.words.join(" ");
            let kind = match command.focused {
                Some(focused) if json["type"] == 4 => Kind::Autocomplete { focused },
                _ => Kind::Command,
            };
            Ok(Called { kind, pointer: Pointer::new(&name, here, ""), values: command.values })
        }
        Some(3) => Ok(Called { kind: Kind::Component, pointer: pointer(), values: values::of_component(data) }),
        Some(5) => Ok(Called { kind: Kind::Form, pointer: pointer(), values: values::of_form(data) }),
        _ => Err(Unreadable("type")),
    }
}

/// The caller: `member` in a server, `user` in a DM.
fn actor(json: &Json) -> Result<Actor, Unreadable> {
    let member = &json["member"];
    let user = if member["user"].is_object() { &member["user"] } else { &json["user"] };
    let roles = member["roles"].as_array().map_or(&[][..], Vec::as_slice);
    Ok(Actor {
        user: snowflake(&user["id"]).map(UserId).ok_or(Unreadable("user"))?,
        name: ask::shown_name(member, user),
        roles: roles.iter().filter_map(snowflake).map(RoleId).collect(),
        admin: permission::is_admin(permission::bits(&member["permissions"])),
    })
}

fn text(value: &Json) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests;
