//! The limits of application commands.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Rejection;
use super::form::Form;
use crate::world::{CommandKind, OptionKind};

/// A checked command.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) kind: CommandKind,
    pub(crate) name: String,
    pub(crate) body: Value,
}

/// Checks one command.
pub(crate) fn check(body: &Value) -> Result<Checked, Rejection> {
    let mut form = Form::default();
    let checked = check_at(&mut form, "", body);
    form.finish()?;
    Ok(checked)
}

/// Checks the list of a bulk overwrite.
pub(crate) fn check_all(body: &Value) -> Result<Vec<Checked>, Rejection> {
    let mut form = Form::default();
    let list = form.list("", Some(body), 0, 130).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut checked = Vec::new();
    for (index, command) in list.iter().enumerate() {
        let one = check_at(&mut form, &format!("{index}."), command);
        if !seen.insert((one.kind.number(), one.name.clone())) {
            let words = "Application command names must be unique";
            form.wrong(&format!("{index}.name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", words);
        }
        checked.push(one);
    }
    form.finish()?;
    for kind in [CommandKind::Slash, CommandKind::User, CommandKind::Message] {
        check_count(kind, checked.iter().filter(|command| command.kind == kind).count())?;
    }
    Ok(checked)
}

/// How many commands of a kind there may be.
pub(crate) fn check_count(kind: CommandKind, count: usize) -> Result<(), Rejection> {
    let max = if kind == CommandKind::Slash { 100 } else { 15 };
    if count <= max {
        return Ok(());
    }
    Err(Rejection::new(400, 30032, format!("Maximum number of application commands reached ({max})")))
}

fn check_at(form: &mut Form, path: &str, body: &Value) -> Checked {
    let number = form.number(&format!("{path}type"), body.get("type"), 1, 4).unwrap_or(1);
    let kind = CommandKind::from_number(number).unwrap_or_else(|| {
        form.not_a_choice(&format!("{path}type"), "1, 2, 3");
        CommandKind::Slash
    });
    let name = check_name(form, &format!("{path}name"), body.get("name"), kind == CommandKind::Slash);
    let description = format!("{path}description");
    if kind == CommandKind::Slash {
        form.required_text(&description, body.get("description"), 1, 100);
        check_options(form, &format!("{path}options"), body.get("options"), 0);
        if letters(body) > 8000 {
            let words = "Command exceeds maximum size (8000)";
            form.wrong(path.trim_end_matches('.'), "APPLICATION_COMMAND_TOO_LARGE", words);
        }
    } else if body.get("description").and_then(Value::as_str).is_some_and(|text| !text.is_empty()) {
        form.wrong(
            &description,
            "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_CANNOT_EXIST",
            "Context menu commands cannot have description",
        );
    }
    check_permissions(form, path, body);
    Checked { kind, name: name.to_owned(), body: with_defaults(body, kind) }
}

fn check_permissions(form: &mut Form, path: &str, body: &Value) {
    let needed = body.get("default_member_permissions").filter(|value| !value.is_null());
    let readable = |value: &Value| value.is_u64() || value.as_str().is_some_and(|text| text.parse::<u64>().is_ok());
    if needed.is_some_and(|value| !readable(value)) {
        form.wrong(
            &format!("{path}default_member_permissions"),
            "BITFIELD_TYPE_CONVERT",
            "Could not be read as permissions.",
        );
    }
}

/// Slash commands and options have names in lower case without spaces.
fn check_name<'a>(form: &mut Form, path: &str, value: Option<&'a Value>, strict: bool) -> &'a str {
    let name = form.required_text(path, value, 1, 32).unwrap_or_default();
    let letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '\'');
    let fine = name.chars().all(letter) && name.to_lowercase() == name;
    if strict && !name.is_empty() && !fine {
        let words = "Command name is invalid";
        form.wrong(path, "APPLICATION_COMMAND_INVALID_NAME", words);
    }
    name
}

fn check_options(form: &mut Form, path: &str, value: Option<&Value>, depth: usize) {
    let options = form.list(path, value, 0, 25).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut optional = false;
    for (index, option) in options.iter().enumerate() {
        let at = format!("{path}.{index}");
        let name = check_name(form, &format!("{at}.name"), option.get("name"), true);
        if !seen.insert(name) {
            form.wrong(
                &format!("{at}.name"),
                "APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
                "Option name is already used",
            );
        }
        form.required_text(&format!("{at}.description"), option.get("description"), 1, 100);
        let required = option.get("required").and_then(Value::as_bool).unwrap_or(false);
        if required && optional {
            let words = "Required options must be placed before non-required options";
            form.wrong(&at, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words);
        }
        optional |= !required;
        check_option(form, &at, option, depth);
    }
    check_nesting(form, path, options);
}

fn check_option(form: &mut Form, path: &str, option: &Value, depth: usize) {
    let Some(number) = form.number(&format!("{path}.type"), option.get("type"), 1, 11) else {
        form.required(&format!("{path}.type"));
        return;
    };
    let below = format!("{path}.options");
    match OptionKind::from(number) {
        OptionKind::SubCommand if depth < 2 => {
            check_options(form, &below, option.get("options"), 2);
        }
        OptionKind::Group if depth < 1 => check_options(form, &below, option.get("options"), 1),
        OptionKind::SubCommand | OptionKind::Group => {
            form.wrong(
                path,
                "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                "Sub-command option type cannot be nested here",
            );
        }
        _ => check_choices(form, path, option),
    }
}

fn check_choices(form: &mut Form, path: &str, option: &Value) {
    let at = format!("{path}.choices");
    let choices = form.list(&at, option.get("choices"), 0, 25).unwrap_or_default();
    if option.get("autocomplete") == Some(&json!(true)) && !choices.is_empty() {
        form.wrong(
            path,
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
            "Autocomplete cannot be used with choices",
        );
    }
    check_choice_list(form, &at, choices);
    form.number(&format!("{path}.min_length"), option.get("min_length"), 0, 6000);
    form.number(&format!("{path}.max_length"), option.get("max_length"), 1, 6000);
}

/// Checks choices, of an option or of an autocomplete answer.
pub(crate) fn check_choice_list(form: &mut Form, path: &str, choices: &[Value]) {
    for (index, choice) in choices.iter().enumerate() {
        form.required_text(&format!("{path}.{index}.name"), choice.get("name"), 1, 100);
        let value = format!("{path}.{index}.value");
        match choice.get("value") {
            None | Some(Value::Null) => form.required(&value),
            Some(Value::String(text)) => form.length(&value, text.chars().count(), 0, 100),
            Some(_) => {}
        }
    }
}

/// A command has either sub-commands or values, never both.
fn check_nesting(form: &mut Form, path: &str, options: &[Value]) {
    let nested = |option: &&Value| matches!(option.get("type").and_then(Value::as_u64), Some(1 | 2));
    let count = options.iter().filter(nested).count();
    if count > 0 && count < options.len() {
        let words = "Sub-command and sub-command group option types are mutually exclusive to all other types";
        form.wrong(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", words);
    }
}

/// The letters that count towards a command's size.
fn letters(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(letters).sum(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| match (key.as_str(), value) {
                ("name" | "description" | "value", Value::String(text)) => text.chars().count(),
                ("options" | "choices", below) => letters(below),
                _ => 0,
            })
            .sum(),
        _ => 0,
    }
}

fn with_defaults(body: &Value, kind: CommandKind) -> Value {
    let mut body = body.clone();
    let Some(map) = body.as_object_mut() else {
        return json!({});
    };
    map.retain(|key, _| key != "id");
    if let Some(Value::Number(bits)) = map.get("default_member_permissions").cloned() {
        map.insert("default_member_permissions".to_owned(), json!(bits.to_string()));
    }
    map.insert("type".to_owned(), json!(kind.number()));
    map.entry("description").or_insert(json!(""));
    map.entry("default_member_permissions").or_insert(Value::Null);
    map.entry("integration_types").or_insert(json!([0]));
    map.entry("contexts").or_insert(Value::Null);
    map.entry("nsfw").or_insert(json!(false));
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(body: &Value) -> String {
        check(body).unwrap_err().errors.unwrap_or_default().to_string()
    }

    #[test]
    fn names_are_lower_case_letters_of_any_script() {
        for name in ["blocker", "запись", "don't", "a_b-c"] {
            assert!(check(&json!({"name": name, "description": "x"})).is_ok(), "{name}");
        }
        for name in ["Upper", "two words", "", "ends!"] {
            assert!(errors(&json!({"name": name, "description": "x"})).contains("name"), "{name}");
        }
        assert!(check(&json!({"name": "Record as decision", "type": 3})).is_ok());
    }

    #[test]
    fn required_options_come_first() {
        let option =
            |name: &str, required: bool| json!({"type": 3, "name": name, "description": "x", "required": required});
        let body = json!({"name": "a", "description": "x", "options": [option("b", false), option("c", true)]});
        assert!(errors(&body).contains("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"));
    }

    #[test]
    fn there_are_a_hundred_slash_commands_and_fifteen_in_menus() {
        let many = |count: usize, kind: u64| -> Value {
            (0..count)
                .map(
                    |n| json!({"name": format!("c{n}"), "type": kind, "description": if kind == 1 { "x" } else { "" }}),
                )
                .collect()
        };
        assert!(check_all(&many(100, 1)).is_ok());
        assert_eq!(check_all(&many(101, 1)).unwrap_err().code, 30032);
        assert_eq!(check_all(&many(16, 3)).unwrap_err().code, 30032);
    }
}
