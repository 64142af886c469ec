//! JSON that people write, read whole or refused with the path of the field that won't do. Nothing is guessed.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde_json::{Map, Value};

/// The years that dates and instants may be of.
pub const YEARS: RangeInclusive<i32> = 1970..=2200;

/// Why an input is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The field, such as `blocks[0].end`; empty where it is the whole.
    pub field: String,
    /// What is wrong, and what would be right.
    pub why: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.field.is_empty() { f.write_str(&self.why) } else { write!(f, "{}: {}", self.field, self.why) }
    }
}

impl std::error::Error for Refused {}

/// What was read, or why not.
pub type Read<T> = Result<T, Refused>;

/// Reads JSON from text.
///
/// # Errors
/// Says where it is none.
pub fn json(text: &str) -> Read<Value> {
    serde_json::from_str(text)
        .map_err(|error| Refused { field: String::new(), why: format!("This is not JSON: {error}") })
}

/// Refuses a field, by its path.
///
/// # Errors
/// Always.
pub fn refuse<T>(field: &str, why: impl Into<String>) -> Read<T> {
    Err(Refused { field: field.to_owned(), why: why.into() })
}

/// The fields of a JSON object, and where it stands.
pub struct Fields<'v> {
    values: &'v Map<String, Value>,
    path: &'v str,
}

impl<'v> Fields<'v> {
    /// The fields of a value, of which all have to be known.
    pub fn of(value: &'v Value, path: &'v str, known: &[&str]) -> Read<Self> {
        let Some(values) = value.as_object() else {
            return refuse(path, format!("must be an object with {}", known.join(", ")));
        };
        let fields = Self { values, path };
        match values.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => refuse(&fields.at(key), format!("is unknown here; known are {}", known.join(", "))),
            None => Ok(fields),
        }
    }

    /// The path of a field.
    pub fn at(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A field that has to be there.
    pub fn required<T>(&self, name: &str, read: impl Fn(&Value, &str) -> Read<T>) -> Read<T> {
        match self.optional(name, read)? {
            Some(value) => Ok(value),
            None => refuse(&self.at(name), "is missing"),
        }
    }

    /// A field that may be missing.
    pub fn optional<T>(&self, name: &str, read: impl Fn(&Value, &str) -> Read<T>) -> Read<Option<T>> {
        self.values.get(name).map(|value| read(value, &self.at(name))).transpose()
    }

    /// A list, which is empty where it is missing.
    pub fn list<T>(&self, name: &str, read: impl Fn(&Value, &str) -> Read<T>) -> Read<Vec<T>> {
        Ok(self.optional(name, |value, path| list(value, path, &read))?.unwrap_or_default())
    }
}

/// Reads a list, each with its place in the path.
pub fn list<T>(value: &Value, path: &str, read: impl Fn(&Value, &str) -> Read<T>) -> Read<Vec<T>> {
    let Some(values) = value.as_array() else { return refuse(path, "must be a list") };
    values.iter().enumerate().map(|(index, value)| read(value, &format!("{path}[{index}]"))).collect()
}

/// Written exactly as `2026-03-27`.
pub fn date(value: &Value, path: &str) -> Read<NaiveDate> {
    const FORM: &str = "%Y-%m-%d";
    let read = value.as_str().and_then(|text| {
        let read = NaiveDate::parse_from_str(text, FORM).ok()?;
        (read.format(FORM).to_string() == text).then_some(read)
    });
    match read {
        Some(date) if YEARS.contains(&date.year()) => Ok(date),
        Some(_) => refuse(path, "must be within the years 1970 to 2200"),
        None => refuse(path, "must be a date such as \"2026-03-27\""),
    }
}

/// An IANA zone by its name.
pub fn zone(value: &Value, path: &str) -> Read<Tz> {
    match value.as_str().and_then(|name| name.parse().ok()) {
        Some(zone) => Ok(zone),
        None => refuse(path, "must be an IANA time zone such as \"Europe/London\""),
    }
}

/// `true` or `false`.
pub fn yes_or_no(value: &Value, path: &str) -> Read<bool> {
    value.as_bool().map_or_else(|| refuse(path, "must be true or false"), Ok)
}
