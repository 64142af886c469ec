//! The limits of embeds.

use serde_json::{Value, json};

use super::form::Form;

/// Checks a message's embeds and returns them as they are stored.
pub(crate) fn check(form: &mut Form, value: Option<&Value>) -> Option<Vec<Value>> {
    let embeds = form.list("embeds", value, 0, 10)?;
    let mut total = 0;
    for (index, embed) in embeds.iter().enumerate() {
        total += check_one(form, &format!("embeds.{index}"), embed);
    }
    if total > 6000 {
        form.wrong("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
    }
    Some(embeds.iter().map(stored).collect())
}

fn check_one(form: &mut Form, path: &str, embed: &Value) -> usize {
    let mut total = 0;
    let mut text = |form: &mut Form, at: &str, value: Option<&Value>, max: usize| {
        let found = form.text(&format!("{path}.{at}"), value, 0, max);
        total += found.map_or(0, |text| text.chars().count());
    };
    text(form, "title", embed.get("title"), 256);
    text(form, "description", embed.get("description"), 4096);
    text(form, "footer.text", embed.pointer("/footer/text"), 2048);
    text(form, "author.name", embed.pointer("/author/name"), 256);
    let fields = form.list(&format!("{path}.fields"), embed.get("fields"), 0, 25).unwrap_or_default();
    for (index, field) in fields.iter().enumerate() {
        for (key, max) in [("name", 256), ("value", 1024)] {
            let found = form.required_text(&format!("{path}.fields.{index}.{key}"), field.get(key), 1, max);
            total += found.map_or(0, |text| text.chars().count());
        }
    }
    form.number(&format!("{path}.color"), embed.get("color"), 0, 0xff_ff_ff);
    check_addresses(form, path, embed);
    check_timestamp(form, path, embed);
    total
}

fn check_addresses(form: &mut Form, path: &str, embed: &Value) {
    for at in ["url", "image.url", "thumbnail.url", "footer.icon_url", "author.url", "author.icon_url"] {
        let pointer = format!("/{}", at.replace('.', "/"));
        let address = embed.pointer(&pointer).and_then(Value::as_str).unwrap_or_default();
        let known = ["http://", "https://", "attachment://"].iter().any(|scheme| address.starts_with(scheme));
        if !address.is_empty() && !known {
            let words = "Scheme must be one of ('http', 'https').";
            form.wrong(&format!("{path}.{at}"), "URL_TYPE_INVALID_SCHEME", words);
        }
    }
}

fn check_timestamp(form: &mut Form, path: &str, embed: &Value) {
    let Some(text) = embed.get("timestamp").and_then(Value::as_str) else {
        return;
    };
    if chrono::DateTime::parse_from_rfc3339(text).is_err() {
        let words = format!("Could not parse {text}. Should be ISO8601.");
        form.wrong(&format!("{path}.timestamp"), "DATE_TIME_TYPE_PARSE", words);
    }
}

fn stored(embed: &Value) -> Value {
    let mut embed = embed.clone();
    if let Some(map) = embed.as_object_mut() {
        map.retain(|_, value| !value.is_null());
        map.insert("type".to_owned(), json!("rich"));
    }
    let fields = embed.get_mut("fields").and_then(Value::as_array_mut);
    for field in fields.into_iter().flatten().filter_map(Value::as_object_mut) {
        field.entry("inline").or_insert(json!(false));
    }
    embed
}
