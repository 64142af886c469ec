//! What a client shows to a person.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use super::plain::Plain;
use crate::rules::components::{flatten, is_select, kind, kind_of};
use crate::world::{ChannelId, Message, MessageId, UserId, World, flag, permission};

/// A message as a person sees it.
#[expect(clippy::struct_excessive_bools, reason = "a message has that many marks")]
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// Its id.
    pub id: MessageId,
    /// Where it stands.
    pub channel: ChannelId,
    /// The name of who wrote it.
    pub author: String,
    /// Its text, with names in place of ids.
    pub content: String,
    /// Its embeds and texts in components, each as plain text.
    pub embeds: Vec<String>,
    /// Its buttons.
    pub buttons: Vec<Button>,
    /// Its selects.
    pub selects: Vec<Select>,
    /// The names of its files.
    pub attachments: Vec<String>,
    /// Whether only she sees it.
    pub private: bool,
    /// Whether it says "… is thinking".
    pub thinking: bool,
    /// Whether it was edited.
    pub edited: bool,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Whether it notified her.
    pub pings: bool,
    /// When it was written.
    pub sent: DateTime<Utc>,
    /// The message that it answers.
    pub replies_to: Option<MessageId>,
    /// The thread that hangs on it.
    pub thread: Option<ChannelId>,
    /// The emoji that stand below it.
    pub reactions: Vec<String>,
}

/// A button.
#[derive(Clone, Debug, Serialize)]
pub struct Button {
    /// What stands on it, emoji first.
    pub label: String,
    /// What the bot gets; none for links.
    pub custom_id: Option<String>,
    /// Where it leads, for links.
    pub url: Option<String>,
    /// Whether it can't be clicked.
    pub disabled: bool,
}

/// A select.
#[derive(Clone, Debug, Serialize)]
pub struct Select {
    /// What stands in it while nothing is chosen.
    pub placeholder: String,
    /// What the bot gets.
    pub custom_id: String,
    /// The labels of its options; empty where users, roles or channels are chosen.
    pub options: Vec<String>,
    /// Whether it can't be opened.
    pub disabled: bool,
}

/// A modal that is open.
#[derive(Clone, Debug, Serialize)]
pub struct ModalView {
    /// Its title.
    pub title: String,
    /// Its fields, with what stands in them already.
    pub fields: Vec<ModalField>,
}

/// A field of a modal.
#[derive(Clone, Debug, Serialize)]
pub struct ModalField {
    /// What stands over it.
    pub label: String,
    /// What the bot gets it under.
    pub custom_id: String,
    /// What stands in it already.
    pub value: String,
    /// What stands in it in grey.
    pub placeholder: String,
    /// Whether it must be filled.
    pub required: bool,
}

/// All that a person sees in a place.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// The name of the place.
    pub place: String,
    /// Its messages, oldest first, those that only she sees among them.
    pub messages: Vec<Seen>,
}

impl View {
    /// What she reads, as plain text.
    pub fn text(&self) -> String {
        self.to_string()
    }

    /// The newest message.
    pub fn last(&self) -> Option<&Seen> {
        self.messages.last()
    }
}

impl Seen {
    /// How a person sees a message.
    pub(crate) fn new(world: &World, viewer: UserId, message: &Message) -> Self {
        let server = world.channels.get(&message.channel).and_then(|channel| channel.server);
        let plain = Plain { world, server, written: message.edited.unwrap_or(message.sent) };
        let leaves = flatten(&message.components);
        let texts = leaves.iter().filter(|it| kind_of(it) == kind::TEXT).filter_map(|it| it.get("content")?.as_str());
        let embeds = message.embeds.iter().map(|embed| plain.embed(embed));
        let embeds = if message.has(flag::SUPPRESS_EMBEDS) { Vec::new() } else { embeds.collect() };
        Self {
            id: message.id,
            channel: message.channel,
            author: world.name_of(message.author, server),
            content: plain.text(&message.content),
            embeds: embeds.into_iter().chain(texts.map(|text| plain.text(text))).collect(),
            buttons: leaves.iter().filter(|it| kind_of(it) == kind::BUTTON).map(|it| Button::new(it)).collect(),
            selects: leaves.iter().filter(|it| is_select(kind_of(it))).map(|it| Select::new(it)).collect(),
            attachments: message.attachments.iter().map(|file| file.filename.clone()).collect(),
            private: message.private_to.is_some(),
            thinking: message.has(flag::LOADING),
            edited: message.edited.is_some(),
            pinned: message.pinned.is_some(),
            pings: message.pinged.contains(&viewer),
            sent: message.sent,
            replies_to: message.reference,
            thread: message.thread,
            reactions: message.reactions.keys().cloned().collect(),
        }
    }

    /// What she reads, as plain text: content, embeds, then buttons and selects in brackets.
    pub fn text(&self) -> String {
        if self.thinking {
            return format!("{} is thinking…", self.author);
        }
        let mut lines = Vec::new();
        lines.extend(Some(self.content.clone()).filter(|text| !text.is_empty()));
        lines.extend(self.embeds.iter().filter(|text| !text.is_empty()).cloned());
        lines.extend(self.attachments.iter().map(|name| format!("📎 {name}")));
        lines.extend(self.selects.iter().map(|select| format!("[▾ {}]", select.placeholder)));
        let buttons: Vec<_> = self.buttons.iter().map(|button| format!("[{}]", button.label)).collect();
        lines.extend(Some(buttons.join(" ")).filter(|text| !text.is_empty()));
        lines.join("\n")
    }
}

impl Button {
    pub(super) fn new(component: &Value) -> Self {
        let text = |key: &str| component.get(key).and_then(Value::as_str).map(str::to_owned);
        let emoji = component.pointer("/emoji/name").and_then(Value::as_str).unwrap_or_default();
        let label = text("label").unwrap_or_default();
        Self {
            label: format!("{emoji} {label}").trim().to_owned(),
            custom_id: text("custom_id"),
            url: text("url"),
            disabled: component.get("disabled") == Some(&Value::Bool(true)),
        }
    }
}

impl Select {
    fn new(component: &Value) -> Self {
        let text = |key: &str| component.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let options = component.get("options").and_then(Value::as_array).into_iter().flatten();
        Self {
            placeholder: text("placeholder"),
            custom_id: text("custom_id"),
            options: options.filter_map(|option| option.get("label")?.as_str()).map(str::to_owned).collect(),
            disabled: component.get("disabled") == Some(&Value::Bool(true)),
        }
    }
}

impl ModalView {
    pub(crate) fn new(modal: &Value) -> Self {
        let rows = modal.get("components").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Self {
            title: modal.get("title").and_then(Value::as_str).unwrap_or_default().to_owned(),
            fields: rows.iter().filter_map(ModalField::new).collect(),
        }
    }
}

impl ModalField {
    fn new(row: &Value) -> Option<Self> {
        let input = row.get("component").or_else(|| row.pointer("/components/0"))?;
        let text = |key: &str| input.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let label = row.get("label").or_else(|| input.get("label")).and_then(Value::as_str).unwrap_or_default();
        Some(Self {
            label: label.to_owned(),
            custom_id: text("custom_id"),
            value: text("value"),
            placeholder: text("placeholder"),
            required: input.get("required").and_then(Value::as_bool).unwrap_or(true),
        })
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.private { " (only you can see this)" } else { "" };
        write!(f, "{}{mark}: {}", self.author, self.text())
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.messages.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl fmt::Display for ModalView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)?;
        for field in &self.fields {
            let shown = if field.value.is_empty() { &field.placeholder } else { &field.value };
            write!(f, "\n{}{}: {shown}", field.label, if field.required { " *" } else { "" })?;
        }
        Ok(())
    }
}

/// What a person sees in a channel.
pub(crate) fn view(world: &World, viewer: UserId, channel: ChannelId) -> View {
    let place = world.channels.get(&channel);
    let name = place.map_or_else(String::new, |place| match place.recipient {
        Some(_) => "DM".to_owned(),
        None => place.name.clone(),
    });
    View {
        place: name,
        messages: visible(world, viewer, channel).map(|message| Seen::new(world, viewer, message)).collect(),
    }
}

/// The messages of a channel that a person can see, oldest first.
pub(crate) fn visible(world: &World, viewer: UserId, channel: ChannelId) -> impl DoubleEndedIterator<Item = &Message> {
    let sees = world.may(viewer, channel, permission::VIEW_CHANNEL | permission::READ_MESSAGE_HISTORY);
    let hers = move |message: &&Message| sees && message.private_to.is_none_or(|whom| whom == viewer);
    world.messages_in(channel).filter(hers)
}
