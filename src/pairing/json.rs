//! A round, read from JSON.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde_json::Value;

use crate::partnership::fields::{self, Fields, Read, date, list, refuse, yes_or_no, zone};
use crate::schedule::parse_hours;

use super::input::{Hours, MOST, Person, Round};

impl Round {
    /// Reads a round from JSON text. Where it names no date, hours are compared as they are on `today`.
    ///
    /// # Errors
    /// Names the first field that won't do. Nothing is guessed.
    pub fn parse(text: &str, today: NaiveDate) -> Read<Self> {
        let value = fields::json(text)?;
        let all = Fields::of(&value, "", &["people", "history", "never", "seed", "colleagues", "date"])?;
        let on = all.optional("date", date)?.unwrap_or(today);
        let round = Self {
            people: all.required("people", |value, path| list(value, path, |value, path| person(value, path, on)))?,
            history: all.list("history", |value, path| list(value, path, |value, path| list(value, path, id)))?,
            never: all.list("never", pair)?,
            colleagues: all.optional("colleagues", yes_or_no)?.unwrap_or(false),
            date: on,
            seed: all.optional("seed", seed)?.unwrap_or(0),
        };
        let mut seen = BTreeSet::new();
        if let Some(second) = round.people.iter().position(|one| !seen.insert(&one.id)) {
            return refuse(&format!("people[{second}].id"), "is there twice; everybody has an id of their own");
        }
        if round.people.len() > MOST {
            return refuse("people", format!("are {}; a round has at most {MOST}", round.people.len()));
        }
        for (at, groups) in round.history.iter().enumerate() {
            let mut seen = BTreeSet::new();
            if let Some(twice) = groups.iter().flatten().find(|id| !seen.insert(*id)) {
                return refuse(
                    &format!("history[{at}]"),
                    format!("has \"{twice}\" twice; a round meets everybody once"),
                );
            }
        }
        Ok(round)
    }
}

fn person(value: &Value, path: &str, on: NaiveDate) -> Read<Person> {
    let all = Fields::of(value, path, &["id", "organisation", "zone", "hours", "paused"])?;
    let zone = all.optional("zone", zone)?.unwrap_or(Tz::UTC);
    let (from, to) = all.optional("hours", hours)?.unwrap_or_else(|| {
        let usual = Hours::usual(zone);
        (usual.from, usual.to)
    });
    Ok(Person {
        id: all.required("id", id)?,
        organisation: all.required("organisation", id)?,
        hours: Hours { zone, from, to },
        paused: all.optional("paused", |value, path| paused(value, path, on))?.unwrap_or(false),
    })
}

/// Text, or a whole number.
fn id(value: &Value, path: &str) -> Read<String> {
    match value {
        Value::String(text) if !text.is_empty() => Ok(text.clone()),
        Value::Number(number) if number.is_u64() => Ok(number.to_string()),
        _ => refuse(path, "must be a text, such as \"ben\""),
    }
}

/// `"09:00-17:30"` as people write it, or `["09:00", "17:30"]`.
fn hours(value: &Value, path: &str) -> Read<(NaiveTime, NaiveTime)> {
    let text = match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(two) => match &two[..] {
            [Value::String(from), Value::String(to)] => Some(format!("{from}-{to}")),
            _ => None,
        },
        _ => None,
    };
    match text.and_then(|text| parse_hours(&text).ok()) {
        Some((from, to, _)) => Ok((from, to)),
        None => refuse(path, "must be a start and an end, such as \"09:00-17:30\""),
    }
}

/// `true`, or the date until which somebody sits it out, that date included.
fn paused(value: &Value, path: &str, on: NaiveDate) -> Read<bool> {
    match value {
        Value::Bool(paused) => Ok(*paused),
        Value::Null => Ok(false),
        Value::String(_) => Ok(date(value, path)? >= on),
        _ => refuse(path, "must be true, false, or the last date of the pause, such as \"2026-03-27\""),
    }
}

fn pair(value: &Value, path: &str) -> Read<(String, String)> {
    match &list(value, path, id)?[..] {
        [one, other] if one != other => Ok((one.clone(), other.clone())),
        _ => refuse(path, "must be two different ids, such as [\"ben\", \"cyd\"]"),
    }
}

fn seed(value: &Value, path: &str) -> Read<u64> {
    value.as_u64().map_or_else(|| refuse(path, "must be a whole number from 0 on"), Ok)
}
