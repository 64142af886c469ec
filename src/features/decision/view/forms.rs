//! The forms of decisions. Their titles say who will read what is written.

use crate::features::decision::model::{Decision, LONGEST_TITLE, Outcome};
use crate::partnership::{Field, Form, PartnershipId, Pointer};

/// Everybody in the partnership can find a decision.
const SEEN_BY: &str = "Seen by: every member here";

fn form(
    title: &str,
    action: &str,
    partnership: PartnershipId,
    row: impl std::fmt::Display,
    fields: Vec<Field>,
) -> Form {
    Form { title: title.to_owned(), does: Pointer::new(action, partnership, row).to_string(), fields }
}

fn long(name: &str, label: &str, hint: &str, value: &str) -> Field {
    Field { most: 4_000, ..Field::long(name, label) }.hint(hint).value(value)
}

fn title(value: &str) -> Field {
    let most = u16::try_from(LONGEST_TITLE).unwrap_or(u16::MAX);
    Field { most, ..Field::short("title", "Title") }.hint("One line that others will find it by").value(value)
}

fn decision(value: &str) -> Field {
    Field { required: true, ..long("decision", "What was decided", "In words that make sense in a year", value) }
}

fn review(value: &str) -> Field {
    Field::short("review", "Look at it again on (optional)").optional().hint("in 3 months, 1 September").value(value)
}

/// A new record.
pub fn record_form(partnership: PartnershipId, row: &str, [named, decided, on]: [&str; 3]) -> Form {
    form(SEEN_BY, "decision.recorded", partnership, row, vec![title(named), decision(decided), review(on)])
}

/// Other words.
pub fn words_form(partnership: PartnershipId, one: &Decision) -> Form {
    let fields = vec![title(&one.says.title), decision(&one.says.decision)];
    form(SEEN_BY, "decision.words_sent", partnership, one.number, fields)
}

/// All that can be told of it whenever there is time.
pub fn detail_form(partnership: PartnershipId, one: &Decision) -> Form {
    let details = &one.says.details;
    let fields = vec![
        long("context", "How it came about", "What was the matter, and why now", &details.context),
        long("options", "Options that were looked at", "One a line", &details.options),
        long("why", "Why this one", "What spoke for it", &details.why),
        long("consequences", "What we accept with it", "What gets harder, and for whom", &details.consequences),
        long("wrong_if", "What would tell us it was wrong", "Something that we would notice", &details.wrong_if),
    ];
    form(SEEN_BY, "decision.detail_sent", partnership, one.number, fields)
}

/// Another review date.
pub fn date_form(partnership: PartnershipId, one: &Decision) -> Form {
    let now = one.says.review_on.map(|date| date.to_string()).unwrap_or_default();
    form("When shall it be looked at again?", "decision.date_sent", partnership, one.number, vec![review(&now)])
}

/// The decisions whose place it takes.
pub fn links_form(partnership: PartnershipId, one: &Decision) -> Form {
    let now: Vec<String> = one.says.supersedes.iter().map(|number| format!("D-{number}")).collect();
    let clears: Vec<String> = one.says.clears.iter().map(|number| format!("B-{number}")).collect();
    let fields = vec![
        Field::short("numbers", "It takes the place of (decisions)").hint("D-3, D-5").value(now.join(", ")).optional(),
        Field::short("clears", "It puts out of the way (blockers)").hint("B-12").value(clears.join(", ")).optional(),
    ];
    form("What follows from it?", "decision.links_sent", partnership, one.number, fields)
}

/// A concern that remains.
pub fn concern_form(partnership: PartnershipId, number: i64) -> Form {
    let field = Field {
        required: true,
        ..long("concern", "Your concern, in your words", "It stays with the record, with your name", "")
    };
    form(SEEN_BY, "decision.concerned", partnership, number, vec![field])
}

/// What was learned.
pub fn review_form(partnership: PartnershipId, one: &Decision, outcome: Outcome) -> Form {
    let learned = |label: &str| long("learned", label, "What would help others, whatever came of it", "");
    match outcome {
        Outcome::Held => {
            let fields = vec![learned("What did we learn? (optional)"), review("")];
            form(SEEN_BY, "decision.held_sent", partnership, one.number, fields)
        }
        Outcome::Adjusted => {
            let fields = vec![decision(&one.says.decision), learned("What did we learn? (optional)"), review("")];
            form(SEEN_BY, "decision.adjusted", partnership, one.number, fields)
        }
        Outcome::Reversed => {
            let learned = Field { required: true, ..learned("What did we learn?") };
            form(SEEN_BY, "decision.reversed", partnership, one.number, vec![learned])
        }
    }
}
