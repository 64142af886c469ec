//! The limits of components: rows of buttons and selects, and the newer messages made of components.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::form::Form;

/// The numbers of component types.
pub(crate) mod kind {
    pub(crate) const ROW: u64 = 1;
    pub(crate) const BUTTON: u64 = 2;
    pub(crate) const TEXT_SELECT: u64 = 3;
    pub(crate) const TEXT_INPUT: u64 = 4;
    pub(crate) const USER_SELECT: u64 = 5;
    pub(crate) const ROLE_SELECT: u64 = 6;
    pub(crate) const MENTIONABLE_SELECT: u64 = 7;
    pub(crate) const CHANNEL_SELECT: u64 = 8;
    pub(crate) const SECTION: u64 = 9;
    pub(crate) const TEXT: u64 = 10;
    pub(crate) const CONTAINER: u64 = 17;
    pub(crate) const LABEL: u64 = 18;
}

/// The type of a component.
pub(crate) fn kind_of(component: &Value) -> u64 {
    component.get("type").and_then(Value::as_u64).unwrap_or(0)
}

/// Whether it is one of the selects.
pub(crate) fn is_select(kind: u64) -> bool {
    matches!(kind, kind::TEXT_SELECT | kind::USER_SELECT..=kind::CHANNEL_SELECT)
}

/// All components below the given ones, parents first.
pub(crate) fn flatten(components: &[Value]) -> Vec<&Value> {
    let mut all = Vec::new();
    for component in components {
        all.push(component);
        let below = component.get("components").and_then(Value::as_array);
        all.extend(below.map(|below| flatten(below)).unwrap_or_default());
        for one in ["accessory", "component"] {
            all.extend(component.get(one).map(std::slice::from_ref).map(flatten).unwrap_or_default());
        }
    }
    all
}

/// Checks a message's components and returns them with the ids that Discord gives them.
pub(crate) fn check(form: &mut Form, value: Option<&Value>, v2: bool) -> Option<Vec<Value>> {
    let limit = if v2 { 40 } else { 5 };
    let components = form.list("components", value, 0, limit)?;
    let mut seen = BTreeSet::new();
    for (index, component) in components.iter().enumerate() {
        let path = format!("components.{index}");
        let kind = kind_of(component);
        if kind == kind::ROW {
            check_row(form, &path, component, &mut seen);
        } else if v2 {
            check_new(form, &path, component, &mut seen);
        } else {
            form.not_a_choice(&format!("{path}.type"), "1");
        }
    }
    if v2 {
        check_totals(form, components);
    }
    Some(numbered(components))
}

fn check_row(form: &mut Form, path: &str, row: &Value, seen: &mut BTreeSet<String>) {
    let inside = format!("{path}.components");
    let Some(children) = form.list(&inside, row.get("components"), 1, 5) else {
        if row.get("components").is_none() {
            form.required(&inside);
        }
        return;
    };
    let selects = children.iter().filter(|child| is_select(kind_of(child))).count();
    if selects > 0 && children.len() > 1 {
        form.wrong(&inside, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width");
    }
    for (index, child) in children.iter().enumerate() {
        check_leaf(form, &format!("{inside}.{index}"), child, seen);
    }
}

fn check_leaf(form: &mut Form, path: &str, leaf: &Value, seen: &mut BTreeSet<String>) {
    match kind_of(leaf) {
        kind::BUTTON => check_button(form, path, leaf, seen),
        kind if is_select(kind) => check_select(form, path, leaf, seen),
        _ => form.not_a_choice(&format!("{path}.type"), "2, 3, 5, 6, 7, 8"),
    }
}

fn check_button(form: &mut Form, path: &str, button: &Value, seen: &mut BTreeSet<String>) {
    form.text(&format!("{path}.label"), button.get("label"), 0, 80);
    let style = form.number(&format!("{path}.style"), button.get("style"), 1, 6);
    let at = format!("{path}.custom_id");
    match style {
        None => form.required(&format!("{path}.style")),
        Some(5) => {
            form.required_text(&format!("{path}.url"), button.get("url"), 1, 512);
            if button.get("custom_id").is_some() {
                form.wrong(
                    &at,
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    "A custom id and url cannot both be specified",
                );
            }
        }
        Some(6) => {}
        Some(_) => check_custom_id(form, &at, button, seen),
    }
    let bare = button.get("label").and_then(Value::as_str).is_none_or(str::is_empty) && button.get("emoji").is_none();
    if bare && style != Some(6) {
        form.required(&format!("{path}.label"));
    }
}

fn check_select(form: &mut Form, path: &str, select: &Value, seen: &mut BTreeSet<String>) {
    check_custom_id(form, &format!("{path}.custom_id"), select, seen);
    form.text(&format!("{path}.placeholder"), select.get("placeholder"), 0, 150);
    let min = form.number(&format!("{path}.min_values"), select.get("min_values"), 0, 25);
    let max = form.number(&format!("{path}.max_values"), select.get("max_values"), 1, 25);
    if min.unwrap_or(1) > max.unwrap_or(1).max(1) {
        form.wrong(
            &format!("{path}.min_values"),
            "SELECT_COMPONENT_MIN_VALUES_TOO_LARGE",
            "Min values must not exceed max values",
        );
    }
    if kind_of(select) != kind::TEXT_SELECT {
        return;
    }
    let at = format!("{path}.options");
    if select.get("options").is_none() {
        form.required(&at);
    }
    let options = form.list(&at, select.get("options"), 1, 25).unwrap_or_default();
    if !options.is_empty() && max.is_some_and(|max| max > options.len() as u64) {
        form.wrong(
            &format!("{path}.max_values"),
            "SELECT_COMPONENT_MAX_VALUES_TOO_LARGE",
            "Max values must not exceed the number of options",
        );
    }
    let mut values = BTreeSet::new();
    for (index, option) in options.iter().enumerate() {
        let at = format!("{at}.{index}");
        form.required_text(&format!("{at}.label"), option.get("label"), 1, 100);
        form.text(&format!("{at}.description"), option.get("description"), 0, 100);
        let value = form.required_text(&format!("{at}.value"), option.get("value"), 1, 100);
        if value.is_some_and(|value| !values.insert(value)) {
            form.wrong(
                &format!("{at}.value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            );
        }
    }
}

/// A `custom_id` is there, short enough, and the only one of its name.
pub(crate) fn check_custom_id(form: &mut Form, path: &str, component: &Value, seen: &mut BTreeSet<String>) {
    let Some(id) = form.required_text(path, component.get("custom_id"), 1, 100) else {
        return;
    };
    if !seen.insert(id.to_owned()) {
        form.wrong(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
    }
}

fn check_new(form: &mut Form, path: &str, component: &Value, seen: &mut BTreeSet<String>) {
    match kind_of(component) {
        kind::TEXT => {
            form.required_text(&format!("{path}.content"), component.get("content"), 1, 4000);
        }
        kind::SECTION => {
            check_children(form, path, component, 3, seen);
            match component.get("accessory") {
                None => form.required(&format!("{path}.accessory")),
                Some(button) if kind_of(button) == kind::BUTTON => {
                    check_button(form, &format!("{path}.accessory"), button, seen);
                }
                Some(_) => {}
            }
        }
        kind::CONTAINER => check_children(form, path, component, 40, seen),
        11..=14 => {}
        _ => form.not_a_choice(&format!("{path}.type"), "1, 9, 10, 12, 13, 14, 17"),
    }
}

fn check_children(form: &mut Form, path: &str, parent: &Value, max: usize, seen: &mut BTreeSet<String>) {
    let at = format!("{path}.components");
    if parent.get("components").is_none() {
        form.required(&at);
    }
    for (index, child) in form.list(&at, parent.get("components"), 1, max).unwrap_or_default().iter().enumerate() {
        let path = format!("{at}.{index}");
        if kind_of(child) == kind::ROW {
            check_row(form, &path, child, seen);
        } else {
            check_new(form, &path, child, seen);
        }
    }
}

fn check_totals(form: &mut Form, components: &[Value]) {
    let all = flatten(components);
    if all.len() > 40 {
        form.wrong("components", "BASE_TYPE_MAX_LENGTH", "The total number of components must be 40 or fewer.");
    }
    let texts = all.iter().filter(|component| kind_of(component) == kind::TEXT);
    let letters = texts.filter_map(|text| text.get("content")?.as_str()).map(|text| text.chars().count());
    if letters.sum::<usize>() > 4000 {
        let words = "The total length of text must be 4000 or fewer.";
        form.wrong("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", words);
    }
}

/// The components with ids, counted through from 1, and the defaults that Discord fills in.
pub(crate) fn numbered(components: &[Value]) -> Vec<Value> {
    let mut components = components.to_vec();
    let mut next = 1;
    for component in &mut components {
        number(component, &mut next);
    }
    components
}

fn number(component: &mut Value, next: &mut u64) {
    let kind = kind_of(component);
    let Some(map) = component.as_object_mut() else {
        return;
    };
    map.retain(|_, value| !value.is_null());
    if map.get("id").and_then(Value::as_u64).unwrap_or(0) == 0 {
        map.insert("id".to_owned(), json!(*next));
    }
    *next += 1;
    if is_select(kind) {
        map.entry("min_values").or_insert(json!(1));
        map.entry("max_values").or_insert(json!(1));
    }
    if let Some(Value::Array(below)) = map.get_mut("components") {
        for child in below {
            number(child, next);
        }
    }
    for one in ["accessory", "component"] {
        if let Some(child) = map.get_mut(one) {
            number(child, next);
        }
    }
}
