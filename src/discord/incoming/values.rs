//! What was entered or picked: a command's options, a select's picks, a form's fields.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::super::{ask, snowflake};
use crate::command::Value;
use crate::partnership::{ChannelId, MessageId, RoleId, UserId};

/// Values by name.
pub(super) type Values = BTreeMap<String, Value>;

/// Forms and commands nest three deep at most; what is deeper is none of ours.
const DEEPEST: u8 = 4;

/// A slash command: its words, its options, and the option that is being typed.
#[derive(Default)]
pub(super) struct Command {
    pub(super) words: Vec<String>,
    pub(super) values: Values,
    pub(super) focused: Option<String>,
}

/// Reads a slash command; `squad create` comes as an option of `squad`.
pub(super) fn of_command(data: &Json) -> Command {
    let mut command = Command::default();
    command.words.extend(data["name"].as_str().map(str::to_owned));
    options(&data["options"], &data["resolved"], &mut command, 0);
    if data["type"] == 3
        && let Some(message) = message(&data["target_id"], &data["resolved"])
    {
        command.values.insert("message".to_owned(), message);
    }
    command
}

/// The message whose menu was opened.
fn message(target: &Json, resolved: &Json) -> Option<Value> {
    let id = snowflake(target)?;
    let message = &resolved["messages"][id.to_string()];
    let author = &message["author"];
    let is_person = author["bot"] != true && message["webhook_id"].is_null();
    Some(Value::Message {
        id: MessageId(id),
        author: snowflake(&author["id"]).filter(|_| is_person).map(UserId),
        text: message["content"].as_str().unwrap_or_default().to_owned(),
    })
}

fn options(options_: &Json, resolved: &Json, command: &mut Command, depth: u8) {
    let list = options_.as_array().filter(|_| depth < DEEPEST).map_or(&[][..], Vec::as_slice);
    for option in list {
        let Some(name) = option["name"].as_str() else { continue };
        if matches!(option["type"].as_u64(), Some(1 | 2)) {
            command.words.push(name.to_owned());
            options(&option["options"], resolved, command, depth + 1);
            continue;
        }
        if option["focused"] == true {
            command.focused = Some(name.to_owned());
        }
        if let Some(value) = option_value(option, resolved) {
            command.values.insert(name.to_owned(), value);
        }
    }
}

fn option_value(option: &Json, resolved: &Json) -> Option<Value> {
    let value = &option["value"];
    match option["type"].as_u64()? {
        6 => user(value, resolved),
        7 => channel(value),
        8 => role(value, resolved),
        11 => file(value, resolved),
        _ => plain(value).map(Value::Text),
    }
}

/// Reads a click: what a select picked stands under `picked`.
pub(super) fn of_component(data: &Json) -> Values {
    let Some(picks) = data["values"].as_array() else { return Values::new() };
    let resolved = &data["resolved"];
    let kind = data["component_type"].as_u64().unwrap_or_default();
    let values = picks.iter().filter_map(|pick| match kind {
        5 => user(pick, resolved),
        6 => role(pick, resolved),
        7 => mentioned(pick, resolved),
        8 => channel(pick),
        _ => plain(pick).map(Value::Text),
    });
    Values::from([("picked".to_owned(), Value::Picked(values.collect()))])
}

/// Reads a form: its text inputs by their names, in rows or in labels.
pub(super) fn of_form(data: &Json) -> Values {
    let mut values = Values::new();
    inputs(&data["components"], &mut values, 0);
    values
}

fn inputs(components: &Json, values: &mut Values, depth: u8) {
    let list = components.as_array().filter(|_| depth < DEEPEST).map_or(&[][..], Vec::as_slice);
    for component in list {
        input(component, values);
        input(&component["component"], values);
        inputs(&component["components"], values, depth + 1);
    }
}

fn input(component: &Json, values: &mut Values) {
    if let (Some(name), Some(text)) = (component["custom_id"].as_str(), component["value"].as_str()) {
        values.insert(name.to_owned(), Value::Text(text.to_owned()));
    }
}

fn plain(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(_) | Json::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

fn user(value: &Json, resolved: &Json) -> Option<Value> {
    let id = snowflake(value)?;
    let key = id.to_string();
    let name = ask::shown_name(&resolved["members"][&key], &resolved["users"][&key]);
    if resolved["users"][&key]["bot"] == true {
        return Some(Value::Bot(name));
    }
    Some(Value::User(UserId(id), name))
}

fn role(value: &Json, resolved: &Json) -> Option<Value> {
    let id = snowflake(value)?;
    let name = resolved["roles"][id.to_string()]["name"].as_str().unwrap_or("a role");
    Some(Value::Role(RoleId(id), name.to_owned()))
}

fn mentioned(value: &Json, resolved: &Json) -> Option<Value> {
    let is_role = resolved["roles"][snowflake(value)?.to_string()].is_object();
    if is_role { role(value, resolved) } else { user(value, resolved) }
}

fn channel(value: &Json) -> Option<Value> {
    snowflake(value).map(ChannelId).map(Value::Channel)
}

fn file(value: &Json, resolved: &Json) -> Option<Value> {
    let file = &resolved["attachments"][snowflake(value)?.to_string()];
    Some(Value::File {
        name: file["filename"].as_str()?.to_owned(),
        size: file["size"].as_u64().unwrap_or_default(),
        url: file["url"].as_str()?.to_owned(),
    })
}
