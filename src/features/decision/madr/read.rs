//! From Markdown back to records.

use anyhow::{Context, ensure};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::features::decision::model::{Decision, Draft, NOBODY, Part, Status};

use super::Record;
use super::write::{CONFIRMATION, CONSEQUENCES, CONTEXT, MORE, OPTIONS, OUTCOME, WHY};

/// Reads a file of MADR 4. One that came from another tool has neither owner nor history; its number is
/// the one that its name begins with.
///
/// # Errors
/// What is missing, for whoever imports it.
pub fn read(name: &str, text: &str) -> anyhow::Result<Record> {
    let text = text.replace("\r\n", "\n");
    let (front, body) = match text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")) {
        Some((front, body)) => (front, body),
        None => ("", text.as_str()),
    };
    let value = |key: &str| front.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')).map(str::trim);
    let mut record = match value("elevenses") {
        Some(kept) => serde_json::from_str(kept)
            .with_context(|| format!("{name}: what stands behind `elevenses:` can't be read"))?,
        None => foreign(name, value("date"))?,
    };
    if let Some(status) = value("status") {
        record.decision.status = status_of(status.trim_matches('"'), record.decision.status);
    }
    let list =
        |key: &str| value(key).and_then(|text| serde_json::from_str::<Vec<String>>(text).ok()).unwrap_or_default();
    for (part, key) in
        [(Part::Decides, "decision-makers"), (Part::Consulted, "consulted"), (Part::Informed, "informed")]
    {
        // The owner, who is no organisation, stands behind those that decide.
        record.names.organisations.extend(record.decision.says.with_part(part).zip(list(key)));
    }
    fill(&mut record.decision.says, body);
    record.decision.says = record.decision.says.clone().cleaned().map_err(|why| anyhow::anyhow!("{name}: {why}"))?;
    Ok(record)
}

/// A record with nothing but its number and date.
fn foreign(name: &str, date: Option<&str>) -> anyhow::Result<Record> {
    let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
    let number: i64 = digits.parse().unwrap_or_default();
    ensure!(
        number > 0 && number <= i64::from(u32::MAX),
        "{name}: its name should begin with its number, such as 0007-title.md"
    );
    let date = date.and_then(|date| date.trim_matches('"').parse::<NaiveDate>().ok()).unwrap_or_default();
    let at: DateTime<Utc> = date.and_time(NaiveTime::MIN).and_utc();
    let decision = Decision {
        number,
        version: 1,
        status: Status::Agreed,
        says: Draft::of(NOBODY),
        superseded_by: Vec::new(),
        recorded_by: NOBODY,
        recorded_at: at,
        changed_at: at,
        asked: 0,
    };
    Ok(Record { decision, versions: Vec::new(), lessons: Vec::new(), names: super::Names::default() })
}

fn status_of(text: &str, otherwise: Status) -> Status {
    match text {
        "proposed" => Status::Proposed,
        "accepted" => Status::Agreed,
        "deprecated" | "rejected" => Status::Retired,
        text if text.starts_with("superseded") => Status::Superseded,
        _ => otherwise,
    }
}

/// Fills in what people wrote, by the headings. Nothing that they wrote looks like one.
fn fill(says: &mut Draft, body: &str) {
    let mut parts: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in body.lines() {
        if line.starts_with("# ") || line.starts_with("## ") || line.starts_with("### ") {
            parts.push((line.trim_end(), Vec::new()));
        } else if let Some((_, lines)) = parts.last_mut() {
            lines.push(line);
        }
    }
    for (heading, lines) in parts {
        let text = unescaped(&lines.join("\n"));
        let details = &mut says.details;
        match heading {
            CONTEXT => details.context = text,
            OPTIONS => details.options = text,
            OUTCOME => says.decision = text,
            WHY => details.why = text,
            CONSEQUENCES => details.consequences = text,
            CONFIRMATION => details.wrong_if = text,
            MORE => {}
            title => {
                if let Some(title) = title.strip_prefix("# ").filter(|_| says.title.is_empty()) {
                    says.title = unescaped(title);
                }
            }
        }
    }
}

/// The text that [`super::write::escaped`] made this of.
pub(super) fn unescaped(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut rest = markdown.trim_matches('\n');
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let next = after.chars().next();
        rest = match (c, next) {
            // A break of a line, or a character that would mean something.
            ('\\', Some(next)) if next == '\n' || next.is_ascii_punctuation() => {
                out.push(next);
                &after[1..]
            }
            ('&', Some('#')) => match after[1..].split_once(';') {
                Some((code, later)) if code == "32" || code == "9" => {
                    out.push(if code == "9" { '\t' } else { ' ' });
                    later
                }
                _ => {
                    out.push('&');
                    after
                }
            },
            _ => {
                out.push(c);
                after
            }
        };
    }
    out
}
