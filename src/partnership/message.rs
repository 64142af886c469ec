//! What the bot says, as plain data.
//!
//! A view returns a [`Message`]; `discord/` turns it into what Discord takes, the outbox stores it,
//! the demo prints it and tests read it. Lengths are Discord's business: what is too long for one
//! message goes on in an attached file, and nothing is cut silently.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Pointer, UserId};

/// A message of the bot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The text above everything else, in Discord's Markdown.
    pub text: String,
    /// Cards (embeds) below the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<Card>,
    /// Rows of buttons and selects below the cards; five at most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
    /// Files that go with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    /// Whom it pings. Nobody else is pinged, whatever the text says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pings: Vec<UserId>,
    /// A call that is planned with it, as an event of the server. The message ends with its link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Call>,
}

/// A scheduled event of the server, which leads to the channel that its message stands in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Its name, 100 characters at most.
    pub name: String,
    /// What it is about, 1,000 characters at most.
    pub about: String,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
}

/// A titled block.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Its heading; may be empty.
    pub title: String,
    /// Its text, in Discord's Markdown.
    pub text: String,
    /// Titled paragraphs: name and text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, String)>,
    /// Small print below.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub footer: String,
}

/// A row below a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Row {
    /// Five at most.
    Buttons(Vec<Button>),
    /// One select fills a row.
    Select(Select),
}

/// A button.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Button {
    /// Whole words, 80 characters at most.
    pub label: String,
    /// The [`Pointer`] of what it does, or a web address where the style is [`Style::Link`].
    pub does: String,
    /// How it looks.
    pub style: Style,
}

/// How a button looks. Never the only sign of what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Style {
    /// The likely next step.
    Primary,
    /// Any other step.
    Plain,
    /// A good ending.
    Good,
    /// Something that can't be taken back.
    Danger,
    /// Opens a web page.
    Link,
}

/// A list to pick from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Select {
    /// The [`Pointer`] of what a pick does.
    pub does: String,
    /// What it asks, 150 characters at most.
    pub hint: String,
    /// What there is to pick from.
    pub from: Pick,
    /// Fewest and most that may be picked; 1 to 25.
    pub count: (u8, u8),
}

/// What a [`Select`] offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Pick {
    /// Value and label, 25 at most.
    Options(Vec<(String, String)>),
    /// People of the server.
    Users,
    /// Roles of the server.
    Roles,
    /// Text channels of the server.
    Channels,
}

/// A file that goes with a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Its name, with an extension.
    pub name: String,
    /// Its contents; stored as base64.
    #[serde(with = "base64_text")]
    pub bytes: Vec<u8>,
    /// What it shows, for those who can't see it.
    pub alt: String,
}

/// JSON writes a list of numbers for bytes, four times as long as they are; messages wait with their pictures.
mod base64_text {
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Stored {
        Text(String),
        /// As earlier versions stored them.
        Numbers(Vec<u8>),
    }

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&BASE64_STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        match Stored::deserialize(from)? {
            Stored::Text(text) => BASE64_STANDARD.decode(text).map_err(D::Error::custom),
            Stored::Numbers(bytes) => Ok(bytes),
        }
    }
}

/// A form (a modal): text inputs only, five at most.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// 45 characters at most.
    pub title: String,
    /// The [`Pointer`] of what sending it does.
    pub does: String,
    /// One to five.
    pub fields: Vec<Field>,
}

/// A text input of a [`Form`].
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// How the handler finds it.
    pub name: String,
    /// 45 characters at most.
    pub label: String,
    /// Grey text in the empty field, 100 characters at most.
    pub hint: String,
    /// What stands in it already.
    pub value: String,
    /// Several lines rather than one.
    pub long: bool,
    /// Whether it may stay empty.
    pub required: bool,
    /// Most characters, up to 4,000.
    pub most: u16,
}

impl Message {
    /// A message of text alone.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Adds a row of buttons, unless there are none.
    #[must_use]
    pub fn buttons(mut self, buttons: impl IntoIterator<Item = Button>) -> Self {
        let buttons: Vec<Button> = buttons.into_iter().collect();
        if !buttons.is_empty() {
            self.rows.push(Row::Buttons(buttons));
        }
        self
    }

    /// Adds a select.
    #[must_use]
    pub fn select(mut self, select: Select) -> Self {
        self.rows.push(Row::Select(select));
        self
    }

    /// Adds a card.
    #[must_use]
    pub fn card(mut self, card: Card) -> Self {
        self.cards.push(card);
        self
    }

    /// Pings somebody.
    #[must_use]
    pub fn ping(mut self, user: UserId) -> Self {
        self.pings.push(user);
        self
    }
}

impl Button {
    /// A plain button.
    pub fn new(label: impl Into<String>, does: &Pointer) -> Self {
        Self { label: label.into(), does: does.to_string(), style: Style::Plain }
    }

    /// The way back into a form that couldn't be used.
    pub fn again(does: Pointer) -> Self {
        Self::new("Try again", &does.again()).style(Style::Primary)
    }

    /// The same in another style.
    #[must_use]
    pub fn style(mut self, style: Style) -> Self {
        self.style = style;
        self
    }
}

impl Field {
    /// An optional field of several lines.
    pub fn long(name: &str, label: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            hint: String::new(),
            value: String::new(),
            long: true,
            required: false,
            most: 1_000,
        }
    }

    /// A required field of one line.
    pub fn short(name: &str, label: &str) -> Self {
        Self { long: false, required: true, most: 100, ..Self::long(name, label) }
    }

    /// With grey text for the empty field.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Filled in already.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// May stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.required = false;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_stored_as_text_and_an_older_one_is_read() {
        let file = File { name: "a.png".to_owned(), bytes: vec![1, 2, 250], alt: String::new() };
        let text = serde_json::to_string(&file).expect("JSON");
        assert_eq!(text, r#"{"name":"a.png","bytes":"AQL6","alt":""}"#);
        assert_eq!(serde_json::from_str::<File>(&text).expect("a file"), file);
        let older = r#"{"name":"a.png","bytes":[1,2,250],"alt":""}"#;
        assert_eq!(serde_json::from_str::<File>(older).expect("a file"), file);
    }
}
