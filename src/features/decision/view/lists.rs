//! Decisions as lists: what was found, who may decide what, what came before.

use crate::features::decision::model::{Decision, Level, Status, Version};
use crate::partnership::text::{clipped, counted, escaped, moment, sentence_case, who};
use crate::partnership::{Button, Card, File, Message, PartnershipId, Pick, Pointer, Select};

use super::{Shown, card, record};

/// A decision in a line.
pub fn line(one: &Decision) -> String {
    let stands = one.says.stands_as.map_or_else(String::new, |kind| format!(" · our {}", kind.shown()));
    let due = match (one.status, one.says.review_on) {
        (Status::Agreed | Status::Proposed, Some(date)) => format!(" · look again on {}", date.format("%-d %B %Y")),
        _ => String::new(),
    };
    format!("- **D-{}** {} · {}{stands}{due}", one.number, escaped(&one.says.title), one.status.shown())
}

/// What stands as something for all of us, short enough for a greeting.
pub fn in_short(shown: &Shown) -> Card {
    let one = &shown.one;
    let title = one.says.stands_as.map_or_else(|| one.says.title.clone(), |kind| format!("Our {}", kind.shown()));
    Card {
        title,
        text: escaped(&clipped(&one.says.decision, 500)),
        footer: format!("D-{}", one.number),
        ..Card::default()
    }
}

/// A decision, as completions offer it: value and label.
pub fn choice(one: &Decision) -> (String, String) {
    let status = if one.status == Status::Agreed { String::new() } else { format!(" ({})", one.status.shown()) };
    (one.number.to_string(), clipped(&format!("D-{} · {}{status}", one.number, one.says.title), 100))
}

/// A page of what was found.
pub fn found(partnership: PartnershipId, words: &str, all: &[Decision], page: usize, size: usize) -> Message {
    if all.is_empty() {
        return Message::text(match words {
            "" => "Nothing has been decided here yet. `/decision record` takes the first one.".to_owned(),
            due if due.eq_ignore_ascii_case("due") => "Nothing is due to be looked at again.".to_owned(),
            words => format!(
                "Nothing was found for “{}”. Fewer words, or the beginning of one, may find it.",
                escaped(words)
            ),
        });
    }
    let shown: Vec<&Decision> = all.iter().skip(page * size).take(size).collect();
    let heading = match words {
        "" => "The latest decisions".to_owned(),
        due if due.eq_ignore_ascii_case("due") => "Due to be looked at again".to_owned(),
        words => format!("{} for “{}”", counted(all.len(), "decision", "decisions"), escaped(words)),
    };
    let lines: Vec<String> = shown.iter().map(|one| line(one)).collect();
    let button = |label: &str, page: usize| Button::new(label, &Pointer::new("decision.page", partnership, page));
    let earlier = (page > 0).then(|| button("Back", page.saturating_sub(1)));
    let more = ((page + 1) * size < all.len()).then(|| button("More", page + 1));
    let options: Vec<(String, String)> = shown.iter().map(|one| choice(one)).collect();
    let message = Message::text(format!("{heading}\n{}", lines.join("\n")));
    let message = if options.is_empty() {
        message
    } else {
        message.select(Select {
            does: Pointer::new("decision.picked", partnership, "").to_string(),
            hint: "Show one".to_owned(),
            from: Pick::Options(options),
            count: (1, 1),
        })
    };
    message.buttons(earlier.into_iter().chain(more))
}

/// One decision for whoever asked, with the way to show it to the others.
pub fn alone(shown: &Shown) -> Message {
    let here = Button::new("Show here", &Pointer::new("decision.post", shown.partnership, shown.one.number));
    card(shown).buttons([here])
}

/// What a decision said before.
pub fn history(one: &Decision, versions: &[Version]) -> Message {
    let line = |version: &Version| {
        format!(
            "{}. {} · {}, {} by {}",
            version.version,
            moment(version.at),
            version.what,
            version.status.shown(),
            who(version.by)
        )
    };
    let lines: Vec<String> = versions.iter().map(line).collect();
    let before = |version: &Version| {
        let text = version.body["decision"].as_str().unwrap_or_default();
        (format!("What version {} said", version.version), escaped(text))
    };
    // A version that changed something else says the same again.
    let mut texts: Vec<&Version> = versions.iter().collect();
    texts.dedup_by_key(|version| version.body["decision"].clone());
    let fields = texts.iter().rev().skip(1).take(5).map(|version| before(version)).collect();
    let title = format!("D-{} · {}", one.number, escaped(&one.says.title));
    Message::default().card(Card { title, text: lines.join("\n"), fields, ..Card::default() })
}

/// Who may decide what.
pub fn rights(topic: &str, standing: Option<&(Shown, i64)>, about: &[Decision]) -> Message {
    let mut message = Message::default();
    if let Some((shown, version)) = standing {
        message.text = format!("Our decision rights, version {version}:");
        message = message.card(record(shown));
    } else {
        let missing = "We have not written down yet who may decide what. A record that stands as our decision rights appears here.";
        missing.clone_into(&mut message.text);
    }
    let of = |level: Level| {
        let lines: Vec<String> = about.iter().filter(|one| one.says.level == Some(level)).take(10).map(line).collect();
        (format!("{} level", sentence_case(level.shown())), lines.join("\n"))
    };
    let fields: Vec<(String, String)> =
        Level::ALL.iter().map(|level| of(*level)).filter(|(_, lines)| !lines.is_empty()).collect();
    let title = if topic.is_empty() {
        "What was decided, by level".to_owned()
    } else {
        format!("What was decided about “{}”, by level", escaped(topic))
    };
    let text = if fields.is_empty() { "Nothing with a level yet.".to_owned() } else { String::new() };
    message.card(Card { title, text, fields, ..Card::default() })
}

/// The folder with all of them.
pub fn exported(count: usize, file: File) -> Message {
    let text = format!(
        "{} as Markdown, with an index. Any ADR tool reads them (MADR 4).",
        counted(count, "decision", "decisions")
    );
    Message { files: vec![file], ..Message::text(text) }
}
