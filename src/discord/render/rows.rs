//! Rows of buttons and selects as message components.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{clipped, label};
use crate::partnership::{Button, Pick, Row, Select, Style};

const ROWS: usize = 5;
const BUTTONS: usize = 5;
const OPTIONS: usize = 25;
const BUTTON_LABEL: usize = 80;
const HINT: usize = 150;
const OPTION: usize = 100;
const ADDRESS: usize = 512;

/// A row as Discord numbers its components.
const ACTION_ROW: u8 = 1;
const BUTTON: u8 = 2;
const TEXT_CHANNEL: u8 = 0;

/// The rows that Discord takes; what it would refuse is left out, and the log says so.
pub(super) fn components(rows: &[Row]) -> Vec<Value> {
    let mut ids = HashSet::new();
    let mut rows: Vec<Value> = rows.iter().filter_map(|row| row_of(row, &mut ids)).collect();
    if rows.len() > ROWS {
        tracing::warn!(rows = rows.len(), "a message has too many rows");
        rows.truncate(ROWS);
    }
    rows
}

fn row_of<'a>(row: &'a Row, ids: &mut HashSet<&'a str>) -> Option<Value> {
    let components = match row {
        Row::Buttons(buttons) => {
            if buttons.len() > BUTTONS {
                tracing::warn!(buttons = buttons.len(), "a row has too many buttons");
            }
            buttons.iter().take(BUTTONS).filter(|button| is_new(&button.does, ids)).map(button).collect()
        }
        Row::Select(select) if is_new(&select.does, ids) => vec![menu(select)?],
        Row::Select(_) => Vec::new(),
    };
    (!components.is_empty()).then(|| json!({"type": ACTION_ROW, "components": components}))
}

/// Discord refuses a whole message in which two components have one id, or one has none.
fn is_new<'a>(does: &'a str, ids: &mut HashSet<&'a str>) -> bool {
    let fits = !does.trim().is_empty() && does.chars().count() <= ADDRESS;
    let new = fits && ids.insert(does);
    if !new {
        tracing::warn!("a component has no id, too long an id, or that of another");
    }
    new
}

fn button(button: &Button) -> Value {
    let shown = label(&button.label, BUTTON_LABEL);
    match button.style {
        Style::Link => json!({"type": BUTTON, "style": 5, "label": shown, "url": button.does}),
        style => json!({"type": BUTTON, "style": number(style), "label": shown, "custom_id": id(&button.does)}),
    }
}

fn number(style: Style) -> u8 {
    match style {
        Style::Primary => 1,
        Style::Plain => 2,
        Style::Good => 3,
        Style::Danger => 4,
        Style::Link => 5,
    }
}

/// An id that is too long is cut: its click is answered as one of an older version, and the rest of
/// the message is there.
fn id(does: &str) -> String {
    if does.chars().count() > crate::partnership::pointer::LONGEST {
        tracing::warn!("a component's id is too long");
    }
    does.chars().take(crate::partnership::pointer::LONGEST).collect()
}

fn menu(select: &Select) -> Option<Value> {
    let mut menu = json!({"custom_id": id(&select.does)});
    let mut choices = OPTIONS;
    match &select.from {
        Pick::Options(options) => {
            let options = options_of(options);
            choices = options.len();
            menu["type"] = json!(3);
            menu["options"] = json!(options);
        }
        Pick::Users => menu["type"] = json!(5),
        Pick::Roles => menu["type"] = json!(6),
        Pick::Channels => {
            menu["type"] = json!(8);
            menu["channel_types"] = json!([TEXT_CHANNEL]);
        }
    }
    if !select.hint.trim().is_empty() {
        menu["placeholder"] = json!(clipped(&select.hint, HINT));
    }
    let (fewest, most) = (usize::from(select.count.0), usize::from(select.count.1));
    let most = most.clamp(1, choices.max(1));
    menu["min_values"] = json!(fewest.min(most));
    menu["max_values"] = json!(most);
    (choices > 0).then_some(menu)
}

fn options_of(options: &[(String, String)]) -> Vec<Value> {
    debug_assert!(options.len() <= OPTIONS, "a select offers {} options", options.len());
    if options.len() > OPTIONS {
        tracing::warn!(options = options.len(), "a select has too many options");
    }
    let mut values = HashSet::new();
    let distinct = options.iter().filter(|(value, _)| values.insert(clipped(&label(value, OPTION), OPTION)));
    let shown = distinct.map(|(value, text)| json!({"value": label(value, OPTION), "label": label(text, OPTION)}));
    shown.take(OPTIONS).collect()
}
