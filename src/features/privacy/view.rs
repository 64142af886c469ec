//! What is held about somebody, as they read it.

use serde_json::{Value, json};

use crate::features::Kept;
use crate::partnership::text::{counted, escaped, listed, mention, moment};
use crate::partnership::{Button, Card, File, Message, PartnershipId, Pointer, Style};

use super::store::Look;

/// Looks that are shown; the rest is in the copy.
const LOOKS: usize = 10;

/// What `/privacy` answers from.
pub(super) struct Holding<'a> {
    /// Whose data they are in.
    pub(super) partnership: PartnershipId,
    /// The server's name.
    pub(super) server: &'a str,
    /// What of the person is held, with a copy of it.
    pub(super) held: &'a [(&'static Kept, Value)],
    /// What would be held, and isn't.
    pub(super) nothing: &'a [&'static Kept],
    /// Who looked, latest first.
    pub(super) looks: &'a [Look],
    /// The person's organisation.
    pub(super) organisation: Option<&'a str>,
    /// For how many days what its people wrote is kept.
    pub(super) retention_days: u16,
    /// Who answers questions; may be empty.
    pub(super) contact: &'a str,
}

/// What is held, why, who sees it, and until when.
pub(super) fn show(holding: &Holding<'_>) -> Message {
    let server = escaped(holding.server);
    if holding.held.is_empty() {
        return Message::text(format!("Nothing about you is held in {server}.\n{}", questions(holding.contact)));
    }
    let mut fields: Vec<(String, String)> =
        holding.held.iter().map(|(kept, _)| (sentence_case(kept.what), purpose(kept))).collect();
    // A long list, which hardly anybody looks for: so it stands last.
    fields.extend(not_held(holding.nothing));
    let card = Card { title: "What is held".to_owned(), fields, ..Card::default() };
    let lines = [
        format!("**What I hold about you in {server}.** Only you see this."),
        retention(holding),
        looked(holding.looks),
        questions(holding.contact),
    ];
    Message::text(joined(&lines))
        .card(card)
        .buttons([copy_button(holding.partnership), ask_button(holding.partnership)])
}

fn purpose(kept: &Kept) -> String {
    format!("Why: {}.\nSeen by: {}.\nUntil: {}.", kept.why, kept.seen_by, kept.until)
}

fn retention(holding: &Holding<'_>) -> String {
    let days = counted(usize::from(holding.retention_days), "day", "days");
    match holding.organisation {
        Some(name) => format!("{} keeps what its people write for {days}; its stewards decide that.", escaped(name)),
        None => format!("You are of no organisation here yet, so what you write is kept for {days}."),
    }
}

fn looked(looks: &[Look]) -> String {
    if looks.is_empty() {
        return "Nobody has looked at anything of yours beyond what your squads see anyway.".to_owned();
    }
    let line = |look: &Look| format!("- {} looked at {}, {}", mention(look.who), escaped(&look.what), moment(look.at));
    let mut lines = vec!["Who looked at what is yours:".to_owned()];
    lines.extend(looks.iter().take(LOOKS).map(line));
    if looks.len() > LOOKS {
        lines.push(format!("- and {} earlier; all of them are in your copy", looks.len() - LOOKS));
    }
    lines.join("\n")
}

fn not_held(nothing: &[&Kept]) -> Option<(String, String)> {
    let whats: Vec<&str> = nothing.iter().map(|kept| kept.what).collect();
    (!whats.is_empty()).then(|| ("Nothing so far".to_owned(), format!("{}.", whats.join("; "))))
}

fn questions(contact: &str) -> String {
    if contact.is_empty() {
        "Questions about your data? Ask an admin of this server.".to_owned()
    } else {
        format!("Questions about your data? {}", escaped(contact))
    }
}

/// A copy, as a file.
pub(super) fn copy(holding: &Holding<'_>, name: String, document: &Value) -> Message {
    if holding.held.is_empty() {
        return show(holding);
    }
    let text = format!(
        "Here is your copy: everything that I hold about you in {}. It is a JSON file, which any text editor or browser opens; \
         each block in it says what it is, why it is held, who sees it and until when.",
        escaped(holding.server)
    );
    let bytes = serde_json::to_vec_pretty(document).unwrap_or_default();
    let alt = "Everything that Elevenses holds about you, as JSON".to_owned();
    Message { files: vec![File { name, bytes, alt }], ..Message::text(text) }
}

/// What the copy says. `person` and `made_at` say whose it is and from when.
pub(super) fn document(holding: &Holding<'_>, person: i64, made_at: &str) -> Value {
    let block = |(kept, copy): &(&Kept, Value)| json!({ "what": kept.what, "why": kept.why, "seen_by": kept.seen_by, "until": kept.until, "copy": copy });
    json!({
        "how_to_read": "Each block under `held` says what it is, why it is held, who sees it, until when it is kept, and holds the copy itself. \
                        Dates are year-month-day, instants are in UTC, and long numbers are Discord's ids.",
        "server": { "name": holding.server, "id": holding.partnership.to_string() },
        "person": person.to_string(),
        "made_at": made_at,
        "retention_days": holding.retention_days,
        "held": holding.held.iter().map(block).collect::<Value>(),
        "not_held": holding.nothing.iter().map(|kept| kept.what).collect::<Value>(),
    })
}

/// Asks before everything is erased. `leads` are the squads that the person leads.
pub(super) fn ask(holding: &Holding<'_>, leads: &[String]) -> Message {
    if holding.held.is_empty() {
        return show(holding);
    }
    let mut lines =
        vec![format!("**Erase everything about you in {}?** It can't be taken back.", escaped(holding.server))];
    lines.push("What goes:".to_owned());
    lines.extend(holding.held.iter().map(|(kept, _)| format!("- {}", kept.what)));
    lines.push(
        "You leave your squads and your organisation here, and what you shared disappears from the squads' messages. \
         Nothing is asked of you any more, until you join a squad again."
            .to_owned(),
    );
    lines.push(
        "What stays: what others wrote, and on their own record that you looked at something of theirs.".to_owned(),
    );
    if !leads.is_empty() {
        let names: Vec<String> = leads.iter().map(|name| escaped(name)).collect();
        lines.push(format!(
            "You lead {}. An admin can name another lead with `/squad edit`; better do that first.",
            listed(&names)
        ));
    }
    let erase = Button::new("Erase everything", &Pointer::new("privacy.erase", holding.partnership, ""));
    let keep = Button::new("Keep it", &Pointer::new("privacy.keep", holding.partnership, ""));
    Message::text(lines.join("\n")).buttons([erase.style(Style::Danger), keep, copy_button(holding.partnership)])
}

/// Nothing was erased.
pub(super) fn kept() -> Message {
    Message::text("Nothing was erased. `/privacy show` says what is held.")
}

/// Everything is gone.
pub(super) fn erased() -> Message {
    Message::text(
        "Everything about you here is erased. The squads' messages are shown anew without what you shared, within a few minutes. \
         If you ever want to come back: `/squad join`.",
    )
}

fn copy_button(partnership: PartnershipId) -> Button {
    Button::new("Get a copy", &Pointer::new("privacy.copy", partnership, ""))
}

fn ask_button(partnership: PartnershipId) -> Button {
    Button::new("Erase everything…", &Pointer::new("privacy.ask", partnership, ""))
}

fn joined(lines: &[String]) -> String {
    let lines: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partnership::UserId;

    fn holding<'a>(held: &'a [(&'static Kept, Value)], looks: &'a [Look]) -> Holding<'a> {
        Holding {
            partnership: PartnershipId(7),
            server: "Testing *Service*",
            held,
            nothing: &[],
            looks,
            organisation: Some("Northwind"),
            retention_days: 90,
            contact: "",
        }
    }

    #[test]
    fn nothing_held_is_said_in_one_line() {
        let said = show(&holding(&[], &[]));
        assert!(said.text.starts_with("Nothing about you is held in Testing \\*Service\\*."), "{}", said.text);
        assert!(said.rows.is_empty());
    }

    #[test]
    fn what_is_held_says_why_who_and_until_when() {
        let kept = &crate::features::away::FEATURE.keeps[0];
        let held = [(kept, json!([1]))];
        let looks = [Look { who: UserId(3), what: "your check-ins".to_owned(), at: chrono::DateTime::UNIX_EPOCH }];
        let said = show(&holding(&held, &looks));
        assert!(said.text.contains("Northwind keeps what its people write for 90 days"), "{}", said.text);
        assert!(said.text.contains("<@3> looked at your check-ins"), "{}", said.text);
        assert!(said.cards[0].fields[0].1.contains("Seen by: the squads you are in."));
        assert!(ask(&holding(&held, &looks), &[]).text.contains(kept.what));
    }
}
