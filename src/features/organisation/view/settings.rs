//! What stewards and their people read about the settings that concern them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::features::organisation::model::{NOTICE_DAYS, Organisation, Settings};
use crate::partnership::text::{escaped, listed, moment};
use crate::partnership::{Button, Field, Form, Message, PartnershipId, Pointer};

/// The settings about an organisation's people, and what waits to take effect.
pub fn settings(partnership: PartnershipId, one: &Organisation, news: &str) -> Message {
    let at = |action: &str| Pointer::new(action, partnership, one.id);
    let wanted = one.pending.map_or(one.settings, |(settings, _)| settings);
    let news = if news.is_empty() { String::new() } else { format!("{news}\n\n") };
    let later = match one.pending {
        Some((pending, since)) => {
            let changes = differences(one.settings, pending);
            format!("**From {}** (your people are told first): {changes}.", moment(since))
        }
        None => format!("A change takes effect after {NOTICE_DAYS} days; your people are told first."),
    };
    let now = described(one.settings);
    let text = format!("{news}**Settings about the people of {}**\n{now}\n\n{later}", escaped(&one.name));
    let (label, next) =
        if wanted.steward_flags { ("Turn steward flags off", "off") } else { ("Turn steward flags on", "on") };
    let mut buttons = vec![
        Button::new("Change the numbers…", &at("organisation.settings_change")),
        Button::new(label, &Pointer::new("organisation.flags", partnership, format!("{},{next}", one.id))),
    ];
    if one.pending.is_some() {
        buttons.push(Button::new("Take back the change", &at("organisation.settings_undo")));
    }
    Message::text(text).buttons(buttons)
}

fn described(settings: Settings) -> String {
    format!(
        "• Minimum group: figures are shown from {} people up\n• Retention: what people wrote is kept for {} days\n• Steward flags: {}",
        settings.minimum_group,
        settings.retention_days,
        if settings.steward_flags {
            "on: a steward may hear of a long stretch of work, after the person has seen the text"
        } else {
            "off: no steward hears of anybody's stretch of work"
        }
    )
}

/// What differs between two settings, in words.
fn differences(current: Settings, wanted: Settings) -> String {
    let mut changes = Vec::new();
    if current.minimum_group != wanted.minimum_group {
        changes
            .push(format!("figures are shown from {} people up (now {})", wanted.minimum_group, current.minimum_group));
    }
    if current.retention_days != wanted.retention_days {
        changes.push(format!(
            "what people wrote is kept for {} days (now {})",
            wanted.retention_days, current.retention_days
        ));
    }
    match (current.steward_flags, wanted.steward_flags) {
        (false, true) => {
            changes.push("a steward may hear of a long stretch of work, after the person has seen the text".to_owned());
        }
        (true, false) => changes.push("no steward hears of anybody's stretch of work any more".to_owned()),
        _ => {}
    }
    listed(&changes)
}

/// What an organisation's people are told before a change takes effect.
pub fn notice(one: &Organisation, wanted: Settings, at: DateTime<Utc>) -> String {
    format!(
        "The stewards of **{}** have changed a setting about its people. From {}: {}. `/organisation list` shows whom to ask.",
        escaped(&one.name),
        moment(at),
        differences(one.settings, wanted)
    )
}

/// What they are told when the change is taken back.
pub fn taken_back(one: &Organisation) -> String {
    format!(
        "The stewards of **{}** have taken back the change of its settings: everything stays as it was.",
        escaped(&one.name)
    )
}

/// What a steward reads after a change.
pub fn changed(one: &Organisation) -> String {
    match one.pending {
        Some((_, at)) => {
            format!("✅ Saved. It takes effect on {}; your people are told in their next gathered message.", moment(at))
        }
        None => "✅ Nothing changes: these are the settings that you have.".to_owned(),
    }
}

/// The form for the numbers.
pub fn settings_form(partnership: PartnershipId, one: &Organisation, kept: &BTreeMap<String, String>) -> Form {
    let wanted = one.pending.map_or(one.settings, |(settings, _)| settings);
    let field = |name: &str, label: &str, now: String| {
        Field { most: 5, ..Field::short(name, label) }.value(kept.get(name).cloned().unwrap_or(now))
    };
    Form {
        title: "Settings about our people".to_owned(),
        does: Pointer::new("organisation.settings_sent", partnership, one.id).to_string(),
        fields: vec![
            field("group", "Minimum group (5 or more)", wanted.minimum_group.to_string()),
            field("days", "Days to keep what people wrote (30–3650)", wanted.retention_days.to_string()),
        ],
    }
}

/// A form that wasn't right, with the way back into it.
pub fn refused(partnership: PartnershipId, one: &Organisation, why: &str) -> Message {
    let again = Pointer::new("organisation.settings_change", partnership, format!("{},again", one.id));
    Message::text(format!("{why}\nWhat you wrote is kept: press **Try again** and change just that.")).buttons([
        Button::again(again),
        Button::new("Leave it as it was", &Pointer::new("organisation.settings", partnership, one.id)),
    ])
}
