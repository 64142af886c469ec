//! From records to Markdown and CSV.

use crate::features::decision::model::{Decision, Details, Draft, NOBODY, Part, Status};
use crate::partnership::text::{csv_cell, markdown_line};
use crate::storage::search;

use super::Record;

/// Longest part of a file's name that is made of a title, in characters.
const LONGEST_SLUG: usize = 60;

/// The headings under which MADR has what people wrote, in its order. Ours are “Why” and nothing else.
pub(super) const CONTEXT: &str = "## Context and Problem Statement";
pub(super) const OPTIONS: &str = "## Considered Options";
pub(super) const OUTCOME: &str = "## Decision Outcome";
pub(super) const WHY: &str = "### Why";
pub(super) const CONSEQUENCES: &str = "### Consequences";
pub(super) const CONFIRMATION: &str = "### Confirmation";
pub(super) const MORE: &str = "## More Information";

/// `0007-release-on-tuesdays.md`: of letters, digits and hyphens, whatever the title is.
pub fn file_name(one: &Decision) -> String {
    let mut slug = String::new();
    for word in search::words(&one.says.title) {
        let word: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
        if word.is_empty() || slug.len() + word.len() >= LONGEST_SLUG {
            continue;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(&word);
    }
    let slug = if slug.is_empty() { "decision" } else { &slug };
    format!("{:04}-{slug}.md", one.number)
}

/// A text as Markdown that shows it as it was typed, and from which it can be read again.
pub(super) fn escaped(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(markdown_line).collect();
    let mut out = String::new();
    let mut at = 0;
    while at < lines.len() {
        out.push_str(&lines[at]);
        let blank = lines[at + 1..].iter().take_while(|line| line.is_empty()).count();
        match blank {
            _ if at + 1 == lines.len() => {}
            0 => out.push_str("\\\n"),
            // One empty line parts two paragraphs. More of them stay as so many breaks.
            1 => out.push_str("\n\n"),
            more => out.push_str(&"\\\n".repeat(more + 1)),
        }
        at += 1 + blank;
    }
    out
}

/// JSON on one line that YAML reads as well.
fn json(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(value).unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => {
                out.push_str("\\u");
                out.extend((0..4).rev().filter_map(|place| char::from_digit(u32::from(c) >> (4 * place) & 15, 16)));
            }
            _ => out.push(c),
        }
    }
    out
}

/// How MADR calls it.
fn status(one: &Decision) -> String {
    match one.status {
        Status::Proposed => "proposed".to_owned(),
        Status::Agreed => "accepted".to_owned(),
        Status::Retired => "deprecated".to_owned(),
        Status::Superseded => match one.superseded_by.first() {
            Some(number) => format!("superseded by D-{number}"),
            None => "superseded".to_owned(),
        },
    }
}

/// A record as a file of MADR 4.
pub fn markdown(record: &Record) -> String {
    let one = &record.decision;
    let says = &one.says;
    let named = |part: Part| says.with_part(part).map(|id| record.names.organisation(id)).collect::<Vec<_>>();
    let mut makers = named(Part::Decides);
    makers.push(record.names.person(says.owner));
    // What stands below in words isn't said twice.
    let kept = Record {
        decision: Decision {
            says: Draft { title: String::new(), decision: String::new(), details: Details::default(), ..says.clone() },
            ..one.clone()
        },
        ..record.clone()
    };
    let mut text = format!(
        "---\nstatus: {}\ndate: {}\ndecision-makers: {}\nconsulted: {}\ninformed: {}\nelevenses: {}\n---\n\n# {}\n",
        json(&status(one)),
        one.changed_at.format("%Y-%m-%d"),
        json(&makers),
        json(&named(Part::Consulted)),
        json(&named(Part::Informed)),
        json(&kept),
        escaped(&says.title),
    );
    let details = &says.details;
    for (heading, words) in [
        (CONTEXT, &details.context),
        (OPTIONS, &details.options),
        (OUTCOME, &says.decision),
        (WHY, &details.why),
        (CONSEQUENCES, &details.consequences),
        (CONFIRMATION, &details.wrong_if),
    ] {
        if !words.is_empty() {
            text.extend(["\n", heading, "\n\n", &escaped(words), "\n"]);
        }
    }
    text.extend(["\n", MORE, "\n\n", &more(record).join("\n\n"), "\n"]);
    text
}

/// What helps a reader, and is kept in the front matter already.
fn more(record: &Record) -> Vec<String> {
    let (one, names) = (&record.decision, &record.names);
    let says = &one.says;
    let mut lines = vec![format!(
        "This is D-{}, version {}. Owner: {}.",
        one.number,
        one.version,
        escaped(&names.person(says.owner))
    )];
    lines.extend(says.level.map(|level| format!("Taken at {} level.", level.shown())));
    lines.extend(says.stands_as.map(|kind| format!("It stands as our {}.", kind.shown())));
    lines.extend(says.review_on.map(|date| format!("To be looked at again on {date}.")));
    let listed = |kind: char, numbers: &[i64]| {
        numbers.iter().map(|number| format!("{kind}-{number}")).collect::<Vec<_>>().join(", ")
    };
    if !says.clears.is_empty() {
        lines.push(format!("It puts {} out of the way.", listed('B', &says.clears)));
    }
    if !says.supersedes.is_empty() {
        lines.push(format!("It takes the place of {}.", listed('D', &says.supersedes)));
    }
    if !one.superseded_by.is_empty() {
        lines.push(format!("{} has taken its place.", listed('D', &one.superseded_by)));
    }
    for concern in &says.concerns {
        let who = concern.who.map_or_else(String::new, |user| format!(" of {}", escaped(&names.person(user))));
        lines.push(format!("A remaining {}{who}: {}", concern.kind.shown(), escaped(&concern.text)));
    }
    lines.extend(
        says.conversation.as_ref().map(|(number, link)| format!("From conversation C-{number}: {}", escaped(link))),
    );
    lines.extend(says.source.as_ref().map(|link| format!("From a message: {}", escaped(link))));
    lines.extend(
        record
            .lessons
            .iter()
            .map(|one| format!("What we learned when it was {}: {}", one.outcome.shown(), escaped(&one.words))),
    );
    lines
}

/// The list of all of them.
pub fn index(records: &[Record]) -> String {
    let line = |record: &Record| {
        let one = &record.decision;
        let title = escaped(&one.says.title);
        format!(
            "- [D-{} {title}]({}): {}, owner {}\n",
            one.number,
            file_name(one),
            status(one),
            escaped(&record.names.person(one.says.owner))
        )
    };
    format!("# Decisions\n\n{}", records.iter().map(line).collect::<String>())
}

/// One line a decision, for spreadsheets.
pub fn csv(records: &[Record]) -> String {
    let mut text = "id,title,status,decision,owner,level,decides,consulted,informed,review on,recorded at,superseded by,context,options,why,consequences,wrong if\r\n".to_owned();
    for record in records {
        let one = &record.decision;
        let says = &one.says;
        let named =
            |part: Part| says.with_part(part).map(|id| record.names.organisation(id)).collect::<Vec<_>>().join("; ");
        let owner = if says.owner == NOBODY { String::new() } else { record.names.person(says.owner) };
        let newer = one.superseded_by.iter().map(|number| format!("D-{number}")).collect::<Vec<_>>().join("; ");
        let details = &says.details;
        let cells = [
            format!("D-{}", one.number),
            says.title.clone(),
            one.status.as_str().to_owned(),
            says.decision.clone(),
            owner,
            says.level.map_or("", |level| level.as_str()).to_owned(),
            named(Part::Decides),
            named(Part::Consulted),
            named(Part::Informed),
            says.review_on.map(|date| date.to_string()).unwrap_or_default(),
            one.recorded_at.to_rfc3339(),
            newer,
            details.context.clone(),
            details.options.clone(),
            details.why.clone(),
            details.consequences.clone(),
            details.wrong_if.clone(),
        ];
        text.push_str(&cells.map(|cell| csv_cell(&cell)).join(","));
        text.push_str("\r\n");
    }
    text
}
