//! A form as a modal.

use serde_json::{Value, json};

use super::{clipped, label};
use crate::partnership::{Field, Form};

const TITLE: usize = 45;
const LABEL: usize = 45;
const HINT: usize = 100;
const TEXT: usize = 4_000;
const FIELDS: usize = 5;

/// A form as Discord takes it: the data of an answer of type 9.
pub fn form(form: &Form) -> Value {
    if form.fields.len() > FIELDS {
        tracing::warn!(fields = form.fields.len(), "a form has too many fields");
    }
    json!({
        "custom_id": clipped(&form.does, crate::partnership::pointer::LONGEST),
        "title": label(&form.title, TITLE),
        "components": form.fields.iter().take(FIELDS).map(input).collect::<Vec<_>>(),
    })
}

fn input(field: &Field) -> Value {
    let most = usize::from(field.most).clamp(1, TEXT);
    let mut input = json!({
        "type": 4,
        "custom_id": clipped(&field.name, 100),
        "label": label(&field.label, LABEL),
        "style": if field.long { 2 } else { 1 },
        "required": field.required,
        "max_length": most,
    });
    if !field.hint.is_empty() {
        input["placeholder"] = json!(clipped(&field.hint, HINT));
    }
    if !field.value.is_empty() {
        input["value"] = json!(clipped(&field.value, most));
    }
    json!({"type": 1, "components": [input]})
}
