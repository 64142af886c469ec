//! Our own [`Message`] and [`Form`](crate::partnership::Form) as the JSON that Discord takes. Pure.
//!
//! What is too long for one message is not cut silently: the message shows its beginning and says
//! that the rest is in a file, and the file holds the whole. Nobody is pinged but those that the
//! message names.

mod cards;
mod form;
mod rows;

use serde_json::{Value, json};

use crate::partnership::{Card, File, Message, UserId};

pub use form::form;

/// Only the caller sees it.
pub const EPHEMERAL: u64 = 1 << 6;
/// Longest text of a message.
const TEXT: usize = 2_000;
/// Most files of a message.
const FILES: usize = 10;
/// Most people that a message pings.
const PINGS: usize = 100;
/// Longest description of a file.
const ALT: usize = 1_024;
/// Stands at the end of what was cut.
const REST: &str = "… (the rest is in the attached file)";

/// A message as Discord takes it, and the files that go with it. It names every part, the empty ones
/// too, so that an edit takes away what is no longer there.
pub fn message(message: &Message) -> (Value, Vec<File>) {
    let overlong = length(&message.text) > TEXT || cards::are_overlong(&message.cards);
    let mut files: Vec<File> = message.files.clone();
    let text = if overlong {
        files.insert(0, whole(message));
        opening(&message.text, TEXT)
    } else {
        message.text.clone()
    };
    if files.len() > FILES {
        tracing::warn!(files = files.len(), "a message has too many files");
        files.truncate(FILES);
    }
    let body = json!({
        "content": text,
        "embeds": cards::embeds(&message.cards),
        "components": rows::components(&message.rows),
        "allowed_mentions": {"parse": [], "users": pinged(&message.pings)},
        "attachments": attachments(&files),
    });
    (body, files)
}

/// The beginning of a text, up to a paragraph, a line or a word, and where the rest is.
fn opening(text: &str, most: usize) -> String {
    let room = most - length(REST) - 1;
    if length(text) <= room {
        let line = if text.is_empty() { "" } else { "\n" };
        return format!("{text}{line}{REST}");
    }
    let start: String = text.chars().take(room).collect();
    let half = start.len() / 2;
    let end = ["\n\n", "\n", " "].iter().find_map(|end| start.rfind(end).filter(|at| *at > half));
    let shown = start[..end.unwrap_or(start.len())].trim_end();
    format!("{shown}\n{REST}")
}

/// Everything that a message says, as a file.
fn whole(message: &Message) -> File {
    let mut text = message.text.clone();
    for card in &message.cards {
        text.push_str(&whole_card(card));
    }
    File { name: "message.md".to_owned(), bytes: text.into_bytes(), alt: "The whole message as text".to_owned() }
}

fn whole_card(card: &Card) -> String {
    let mut parts = vec![format!("\n\n## {}", card.title), card.text.clone()];
    parts.extend(card.fields.iter().map(|(name, value)| format!("### {name}\n\n{value}")));
    parts.push(card.footer.clone());
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn attachments(files: &[File]) -> Vec<Value> {
    let described = files
        .iter()
        .enumerate()
        .map(|(id, file)| json!({"id": id, "filename": file.name, "description": clipped(&file.alt, ALT)}));
    described.collect()
}

fn pinged(users: &[UserId]) -> Vec<String> {
    let mut pinged: Vec<String> = Vec::new();
    for user in users.iter().map(UserId::to_string) {
        if !pinged.contains(&user) && pinged.len() < PINGS {
            pinged.push(user);
        }
    }
    pinged
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn clipped(text: &str, most: usize) -> String {
    crate::partnership::text::clipped(text, most)
}

/// The same, and something to see where there is nothing: Discord refuses empty labels.
fn label(text: &str, most: usize) -> String {
    if text.trim().is_empty() { "…".to_owned() } else { clipped(text, most) }
}

#[cfg(test)]
mod tests;
