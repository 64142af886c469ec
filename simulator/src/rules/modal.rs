//! The limits of modals.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Rejection;
use super::components::{check_custom_id, is_select, kind, kind_of, numbered};
use super::form::Form;

/// Checks a modal and returns it as a client would get it.
pub(crate) fn check(data: &Value) -> Result<Value, Rejection> {
    let mut form = Form::default();
    let mut seen = BTreeSet::new();
    check_custom_id(&mut form, "data.custom_id", data, &mut BTreeSet::new());
    form.required_text("data.title", data.get("title"), 1, 45);
    if data.get("components").is_none() {
        form.required("data.components");
    }
    let rows = form.list("data.components", data.get("components"), 1, 5).unwrap_or_default();
    for (index, row) in rows.iter().enumerate() {
        check_row(&mut form, &format!("data.components.{index}"), row, &mut seen);
    }
    form.finish()?;
    let mut modal = data.clone();
    modal["components"] = json!(numbered(rows));
    Ok(modal)
}

fn check_row(form: &mut Form, path: &str, row: &Value, seen: &mut BTreeSet<String>) {
    match kind_of(row) {
        kind::ROW => {
            let at = format!("{path}.components");
            let inputs = form.list(&at, row.get("components"), 1, 1).unwrap_or_default();
            for input in inputs {
                check_input(form, &format!("{at}.0"), input, seen, true);
            }
        }
        kind::LABEL => {
            form.required_text(&format!("{path}.label"), row.get("label"), 1, 45);
            form.text(&format!("{path}.description"), row.get("description"), 0, 100);
            match row.get("component") {
                None => form.required(&format!("{path}.component")),
                Some(input) => check_input(form, &format!("{path}.component"), input, seen, false),
            }
        }
        kind::TEXT => {
            form.required_text(&format!("{path}.content"), row.get("content"), 1, 4000);
        }
        _ => form.not_a_choice(&format!("{path}.type"), "1, 10, 18"),
    }
}

fn check_input(form: &mut Form, path: &str, input: &Value, seen: &mut BTreeSet<String>, labelled: bool) {
    check_custom_id(form, &format!("{path}.custom_id"), input, seen);
    let kind = kind_of(input);
    if !labelled && (is_select(kind) || kind > kind::LABEL) {
        return;
    }
    if kind != kind::TEXT_INPUT {
        form.not_a_choice(&format!("{path}.type"), "4");
        return;
    }
    if labelled {
        form.required_text(&format!("{path}.label"), input.get("label"), 1, 45);
    }
    if form.number(&format!("{path}.style"), input.get("style"), 1, 2).is_none() {
        form.required(&format!("{path}.style"));
    }
    form.number(&format!("{path}.min_length"), input.get("min_length"), 0, 4000);
    let max = form.number(&format!("{path}.max_length"), input.get("max_length"), 1, 4000).unwrap_or(4000);
    form.text(&format!("{path}.placeholder"), input.get("placeholder"), 0, 100);
    form.text(&format!("{path}.value"), input.get("value"), 0, usize::try_from(max).unwrap_or(4000).min(4000));
}
