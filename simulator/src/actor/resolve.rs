//! Turns what a person typed for an option into the value that the bot gets.

use serde_json::{Map, Value, json};

use super::options::Typing;
use super::reply::Refused;
use crate::world::{Attachment, ChannelId, CommandOption, OptionKind, RoleId, ServerId, UserId, World, role_json};

/// Collects the objects behind the ids.
pub(super) struct Resolver<'t> {
    typing: &'t Typing<'t>,
    found: Found,
}

/// Objects by kind and id, as an interaction carries them along.
#[derive(Default)]
pub(super) struct Found(Map<String, Value>);

impl Found {
    fn add(&mut self, kind: &str, id: u64, object: Value) {
        let group = self.0.entry(kind).or_insert_with(|| json!({}));
        group[id.to_string()] = object;
    }

    pub(super) fn add_user(&mut self, world: &World, server: Option<ServerId>, id: UserId) {
        self.add("users", id.0, world.user_json(id));
        let Some(server) = server else { return };
        if let Some(mut member) = world.bare_member_json(server, id) {
            member["permissions"] = json!(world.server_permissions(id, server).to_string());
            self.add("members", id.0, member);
        }
    }

    pub(super) fn add_role(&mut self, world: &World, server: Option<ServerId>, id: RoleId) {
        let role = server.and_then(|server| world.servers.get(&server)?.roles.get(&id));
        if let Some(role) = role {
            self.add("roles", id.0, role_json(role));
        }
    }

    pub(super) fn add_channel(&mut self, world: &World, viewer: UserId, id: ChannelId) {
        if let Some(channel) = world.channels.get(&id) {
            let mut object = world.channel_json(channel);
            object["permissions"] = json!(world.permissions(viewer, id).to_string());
            self.add("channels", id.0, object);
        }
    }

    pub(super) fn add_message(&mut self, message: &crate::world::Message, world: &World) {
        self.add("messages", message.id.0, world.message_json(message));
    }

    /// Hangs the objects on an interaction's data, if there are any.
    pub(super) fn add_to(self, data: &mut Value) {
        if !self.0.is_empty() {
            data["resolved"] = Value::Object(self.0);
        }
    }
}

impl<'t> Resolver<'t> {
    pub(super) fn new(typing: &'t Typing<'t>) -> Self {
        Self { typing, found: Found::default() }
    }

    pub(super) fn add_to(self, data: &mut Value) {
        self.found.add_to(data);
    }

    pub(super) fn attach(&mut self, file: &Attachment) {
        let mut object = self.typing.world.attachment_json(self.typing.channel, file);
        object["ephemeral"] = json!(true);
        self.found.add("attachments", file.id.0, object);
    }

    fn server(&self) -> Option<ServerId> {
        self.typing.world.channels.get(&self.typing.channel)?.server
    }

    /// The value of an option, within its bounds.
    pub(super) fn value(&mut self, option: &CommandOption, text: &str) -> Result<Value, Refused> {
        let wrong = |why: String| Refused::Invalid(format!("{}: {why}", option.name));
        if !option.choices.is_empty() {
            let choice = option.choices.iter().find(|choice| choice.name == text);
            let names = || option.choices.iter().map(|choice| choice.name.as_str()).collect::<Vec<_>>().join(", ");
            return choice
                .map(|choice| choice.value.clone())
                .ok_or_else(|| wrong(format!("choose one of {}", names())));
        }
        let suggested = self.typing.suggested.iter().find(|choice| option.autocomplete && choice.name == text);
        if let Some(choice) = suggested {
            return Ok(choice.value.clone());
        }
        match option.kind {
            OptionKind::Text => self.text(option, text).map_err(wrong),
            OptionKind::Integer => {
                let number: i64 = text.parse().map_err(|_| wrong("type a whole number".to_owned()))?;
                #[expect(clippy::cast_precision_loss, reason = "the bounds are numbers of JSON themselves")]
                check_bounds(option, number as f64).map_err(wrong)?;
                Ok(json!(number))
            }
            OptionKind::Number => {
                let number: f64 = text.parse().map_err(|_| wrong("type a number".to_owned()))?;
                check_bounds(option, number).map_err(wrong)?;
                Ok(json!(number))
            }
            OptionKind::Boolean => match text.to_lowercase().as_str() {
                "true" | "yes" => Ok(json!(true)),
                "false" | "no" => Ok(json!(false)),
                _ => Err(wrong("choose True or False".to_owned())),
            },
            OptionKind::User | OptionKind::Role | OptionKind::Mentionable | OptionKind::Channel => {
                self.named(option.kind, &option.channel_types, text).map_err(wrong)
            }
            _ => Err(wrong("this can't be typed".to_owned())),
        }
    }

    fn text(&self, option: &CommandOption, text: &str) -> Result<Value, String> {
        let text =
            self.server().map_or_else(|| text.to_owned(), |server| self.typing.world.with_mentions(server, text));
        let length = text.chars().count();
        if length < option.min_length.unwrap_or(0) || length > option.max_length.unwrap_or(6000) {
            return Err(format!("{length} characters don't fit"));
        }
        Ok(json!(text))
    }

    /// A user, role or channel by name.
    fn named(&mut self, kind: OptionKind, channel_types: &[u64], text: &str) -> Result<Value, String> {
        let who = (self.typing.user, self.server());
        named(&mut self.found, self.typing.world, who, kind, channel_types, text)
    }
}

fn check_bounds(option: &CommandOption, number: f64) -> Result<(), String> {
    let fits = option.min_value.is_none_or(|min| number >= min) && option.max_value.is_none_or(|max| number <= max);
    if fits { Ok(()) } else { Err(format!("{number} is out of bounds")) }
}

/// Finds a user, role or channel by name, for an option or a select.
pub(super) fn named(
    found: &mut Found,
    world: &World,
    (viewer, server): (UserId, Option<ServerId>),
    kind: OptionKind,
    channel_types: &[u64],
    text: &str,
) -> Result<Value, String> {
    let bare = text.trim_start_matches(['<', '@', '&', '!', '#']).trim_end_matches('>');
    let unknown = || format!("\"{text}\" isn't here to choose");
    if kind == OptionKind::Channel {
        let id = world.find_channel(viewer, bare).ok_or_else(unknown)?;
        let channel = &world.channels[&id];
        let fits = channel_types.is_empty() || channel_types.contains(&channel.kind.number());
        if !fits || channel.server != server {
            return Err(unknown());
        }
        found.add_channel(world, viewer, id);
        return Ok(json!(id));
    }
    if kind != OptionKind::Role
        && let Some(id) = world.find_person(bare)
    {
        found.add_user(world, server, id);
        return Ok(json!(id));
    }
    let role = server.filter(|_| kind != OptionKind::User).and_then(|server| world.find_role(server, bare));
    let id = role.ok_or_else(unknown)?;
    found.add_role(world, server, id);
    Ok(json!(id))
}
