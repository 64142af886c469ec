//! Checking a body field by field, and Discord's tree of errors.

use serde_json::{Map, Value, json};

use super::Rejection;

/// Collects what is wrong with a body.
#[derive(Debug, Default)]
pub(crate) struct Form {
    errors: Map<String, Value>,
}

impl Form {
    /// Notes an error at a path like `embeds.0.title`.
    pub(crate) fn wrong(&mut self, path: &str, code: &str, message: impl Into<String>) {
        let mut node = &mut self.errors;
        for part in path.split('.').filter(|part| !part.is_empty()) {
            let child = node.entry(part).or_insert_with(|| json!({}));
            let Value::Object(map) = child else { return };
            node = map;
        }
        let error = json!({"code": code, "message": message.into()});
        let list = node.entry("_errors").or_insert_with(|| json!([]));
        if let Value::Array(list) = list {
            list.push(error);
        }
    }

    /// The error of a field that must be there.
    pub(crate) fn required(&mut self, path: &str) {
        self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required");
    }

    /// The error of a field with a value outside of a list.
    pub(crate) fn not_a_choice(&mut self, path: &str, allowed: &str) {
        self.wrong(path, "BASE_TYPE_CHOICES", format!("Value must be one of {{{allowed}}}."));
    }

    /// Checks a length, in characters or items.
    pub(crate) fn length(&mut self, path: &str, length: usize, min: usize, max: usize) {
        if (min..=max).contains(&length) {
            return;
        }
        if min > 0 {
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", format!("Must be between {min} and {max} in length."));
        } else {
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", format!("Must be {max} or fewer in length."));
        }
    }

    /// Reads an optional text of a limited length. Null counts as absent.
    pub(crate) fn text<'a>(&mut self, path: &str, value: Option<&'a Value>, min: usize, max: usize) -> Option<&'a str> {
        match value? {
            Value::Null => None,
            Value::String(text) => {
                self.length(path, text.chars().count(), min, max);
                Some(text)
            }
            other => {
                self.wrong(path, "STRING_TYPE_CONVERT", format!("Could not interpret \"{other}\" as string."));
                None
            }
        }
    }

    /// Reads a text that must be there.
    pub(crate) fn required_text<'a>(
        &mut self,
        path: &str,
        value: Option<&'a Value>,
        min: usize,
        max: usize,
    ) -> Option<&'a str> {
        if value.is_none_or(Value::is_null) {
            self.required(path);
            return None;
        }
        self.text(path, value, min, max)
    }

    /// Reads an optional list of a limited length.
    pub(crate) fn list<'a>(
        &mut self,
        path: &str,
        value: Option<&'a Value>,
        min: usize,
        max: usize,
    ) -> Option<&'a [Value]> {
        match value? {
            Value::Null => None,
            Value::Array(items) => {
                self.length(path, items.len(), min, max);
                Some(items)
            }
            _ => {
                self.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
                None
            }
        }
    }

    /// Reads an optional whole number within bounds.
    pub(crate) fn number(&mut self, path: &str, value: Option<&Value>, min: u64, max: u64) -> Option<u64> {
        let value = value.filter(|value| !value.is_null())?;
        let Some(number) = value.as_u64() else {
            self.wrong(path, "NUMBER_TYPE_COERCE", format!("Value \"{value}\" is not int."));
            return None;
        };
        if number < min {
            self.wrong(path, "NUMBER_TYPE_MIN", format!("int value should be greater than or equal to {min}."));
        } else if number > max {
            self.wrong(path, "NUMBER_TYPE_MAX", format!("int value should be less than or equal to {max}."));
        }
        Some(number)
    }

    /// Accepts the body, or says all that is wrong with it.
    pub(crate) fn finish(self) -> Result<(), Rejection> {
        if self.errors.is_empty() { Ok(()) } else { Err(Rejection::invalid_form(Value::Object(self.errors))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_stand_at_their_path() {
        let mut form = Form::default();
        form.text("embeds.0.title", Some(&json!("x".repeat(257))), 0, 256);
        let rejection = form.finish().unwrap_err();
        assert_eq!(rejection.code, 50035);
        let expected = json!({"embeds": {"0": {"title": {"_errors": [
            {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}
        ]}}}});
        assert_eq!(rejection.errors, Some(expected));
    }

    #[test]
    fn lengths_count_characters_and_not_bytes() {
        let mut form = Form::default();
        form.text("content", Some(&json!("ŵ".repeat(2000))), 0, 2000);
        assert!(form.finish().is_ok());
    }
}
