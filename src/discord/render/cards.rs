//! Cards as embeds.

use serde_json::{Value, json};

use super::{clipped, label, length};
use crate::partnership::Card;

/// One colour for all: colour is never a sign here.
const COFFEE: u32 = 0x00B5_651D;
const CARDS: usize = 10;
const ALL_TOGETHER: usize = 6_000;
const TITLE: usize = 256;
const TEXT: usize = 4_096;
const FIELDS: usize = 25;
const FIELD_NAME: usize = 256;
const FIELD_TEXT: usize = 1_024;
const FOOTER: usize = 2_048;

/// Whether something of the cards would not be shown.
pub(super) fn are_overlong(cards: &[Card]) -> bool {
    let together: usize = cards.iter().map(size).sum();
    cards.len() > CARDS || together > ALL_TOGETHER || cards.iter().any(is_overlong)
}

fn is_overlong(card: &Card) -> bool {
    let field = |(name, text): &(String, String)| length(name) > FIELD_NAME || length(text) > FIELD_TEXT;
    length(&card.title) > TITLE
        || length(&card.text) > TEXT
        || length(&card.footer) > FOOTER
        || card.fields.len() > FIELDS
        || card.fields.iter().any(field)
}

/// What Discord counts of a card. An empty part of a field shows as one character.
fn size(card: &Card) -> usize {
    let part = |text: &String| length(text).max(1);
    let fields: usize = card.fields.iter().map(|(name, text)| part(name) + part(text)).sum();
    length(&card.title) + length(&card.text) + length(&card.footer) + fields
}

/// As many of the cards as fit.
pub(super) fn embeds(cards: &[Card]) -> Vec<Value> {
    let mut left = ALL_TOGETHER;
    let filled = cards.iter().filter(|card| !is_empty(card));
    filled.take(CARDS).filter_map(|card| embed(card, &mut left)).collect()
}

fn is_empty(card: &Card) -> bool {
    card.fields.is_empty() && [&card.title, &card.text, &card.footer].iter().all(|text| text.trim().is_empty())
}

fn embed(card: &Card, left: &mut usize) -> Option<Value> {
    let mut embed = json!({"color": COFFEE});
    // The footer comes first in line: it may hold what the message is recognised by.
    for (key, text, most) in
        [("footer", &card.footer, FOOTER), ("title", &card.title, TITLE), ("description", &card.text, TEXT)]
    {
        if let Some(text) = taken(text, most, left) {
            embed[key] = if key == "footer" { json!({"text": text}) } else { json!(text) };
        }
    }
    let fields: Vec<Value> = card.fields.iter().take(FIELDS).filter_map(|field| shown(field, left)).collect();
    if !fields.is_empty() {
        embed["fields"] = json!(fields);
    }
    (embed.as_object()?.len() > 1).then_some(embed)
}

fn shown((name, text): &(String, String), left: &mut usize) -> Option<Value> {
    // A name alone says nothing: both fit, or neither is shown.
    if *left < FIELD_NAME + 20 && *left < length(name).max(1) + length(text).max(1) {
        return None;
    }
    let name = taken(&label(name, FIELD_NAME), FIELD_NAME, left)?;
    let text = taken(&label(text, FIELD_TEXT), FIELD_TEXT, left)?;
    Some(json!({"name": name, "value": text, "inline": false}))
}

/// As much of a text as its own limit and what is left of the common one allow.
fn taken(text: &str, most: usize, left: &mut usize) -> Option<String> {
    if text.trim().is_empty() || *left == 0 {
        return None;
    }
    let text = clipped(text, most.min(*left));
    *left = left.saturating_sub(length(&text));
    Some(text)
}
