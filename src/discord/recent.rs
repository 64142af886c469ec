//! Reading back what stands in a channel, to find out whether an uncertain message arrived.

use serde_json::Value;

use super::snowflake;
use crate::partnership::{Message, MessageId, UserId};

/// A message as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its id.
    pub message: MessageId,
    /// Who wrote it.
    pub author: UserId,
    /// What it can be recognised by, a line each: its nonce, its components' ids, its footers, its
    /// small print. Nothing else of what it says.
    pub text: String,
}

/// What small print begins with in Discord's Markdown.
const SMALL: &str = "-# ";

/// The message with a marker in small print, by which it is recognised when it is read back.
pub(super) fn marked(message: &Message, marker: &str) -> Message {
    let mut message = message.clone();
    if marker.is_empty() {
        return message;
    }
    match message.cards.last_mut() {
        Some(card) if card.footer.is_empty() => marker.clone_into(&mut card.footer),
        Some(card) => {
            card.footer.push_str(" · ");
            card.footer.push_str(marker);
        }
        None => {
            if !message.text.is_empty() {
                message.text.push('\n');
            }
            message.text.push_str(SMALL);
            message.text.push_str(marker);
        }
    }
    message
}

/// What a message of Discord's can be recognised by.
pub(super) fn seen(message: &Value) -> Option<Seen> {
    let mut lines = Vec::new();
    if let Some(nonce) = nonce(&message["nonce"]) {
        lines.push(nonce);
    }
    component_ids(&message["components"], &mut lines, 0);
    let embeds = message["embeds"].as_array().map_or(&[][..], Vec::as_slice);
    lines.extend(embeds.iter().filter_map(|embed| embed["footer"]["text"].as_str()).map(str::to_owned));
    let content = message["content"].as_str().unwrap_or_default();
    lines.extend(content.lines().filter_map(|line| line.strip_prefix(SMALL)).map(str::to_owned));
    Some(Seen {
        message: MessageId(snowflake(&message["id"])?),
        author: UserId(snowflake(&message["author"]["id"])?),
        text: lines.join("\n"),
    })
}

fn nonce(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_i64().map(|number| number.to_string()))
}

fn component_ids(components: &Value, lines: &mut Vec<String>, depth: u8) {
    // Discord nests two or three deep; what nests deeper was never ours.
    let Some(components) = components.as_array().filter(|_| depth < 5) else { return };
    for component in components {
        lines.extend(component["custom_id"].as_str().map(str::to_owned));
        component_ids(&component["components"], lines, depth + 1);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::partnership::Card;

    #[test]
    fn a_message_is_recognised_by_its_small_print() {
        let message = json!({
            "id": "5", "author": {"id": "6"}, "nonce": 77, "content": "Private words\n-# B-12",
            "components": [{"type": 1, "components": [{"custom_id": "v1:a.b:1:2:0"}]}],
            "embeds": [{"footer": {"text": "ref 9"}, "description": "more private words"}],
        });
        let seen = seen(&message).expect("a message");
        assert_eq!(seen.text, "77\nv1:a.b:1:2:0\nref 9\nB-12");
        assert_eq!((seen.message, seen.author), (MessageId(5), UserId(6)));
    }

    #[test]
    fn the_marker_goes_where_there_is_small_print() {
        let card = |footer: &str| Message::default().card(Card { footer: footer.to_owned(), ..Card::default() });
        assert_eq!(marked(&card(""), "r9").cards[0].footer, "r9");
        assert_eq!(marked(&card("Seen by: you"), "r9").cards[0].footer, "Seen by: you · r9");
        assert_eq!(marked(&Message::text("Hello"), "r9").text, "Hello\n-# r9");
        assert_eq!(marked(&Message::text("Hello"), ""), Message::text("Hello"));
    }

    #[test]
    fn what_is_no_message_is_passed_over() {
        assert_eq!(seen(&json!({"id": "x"})), None);
        assert_eq!(seen(&json!(null)), None);
    }
}
