//! The forms of a conversation. Each says first who will see what is written.

use crate::features::conversation::library::Template;
use crate::features::conversation::model::{Conversation, Position, Proposal};
use crate::features::conversation::scene::Scene;
use crate::partnership::text::{clipped, counted};
use crate::partnership::{Field, Form, PartnershipId, Pointer};

/// Longest title of a form.
const TITLE: usize = 45;

fn form(title: &str, action: &str, partnership: PartnershipId, row: &str, fields: Vec<Field>) -> Form {
    Form { title: clipped(title, TITLE), does: Pointer::new(action, partnership, row).to_string(), fields }
}

/// Frames a conversation. `kept` has what was sent before: title, why, good, deadline.
pub fn frame_form(partnership: PartnershipId, template: &Template, row: &str, kept: [&str; 4]) -> Form {
    let deadline = if kept[3].is_empty() {
        format!("in {}", counted(usize::try_from(template.days).unwrap_or(1), "day", "days"))
    } else {
        kept[3].to_owned()
    };
    form(
        &template.name,
        "conversation.framed",
        partnership,
        row,
        vec![
            Field { most: 80, ..Field::short("title", "What is it about? (everybody sees it)") }
                .hint("Who tells the labs when a release breaks?")
                .value(kept[0]),
            Field::long("why", "Why now?").hint("What happened, or what waits for it").value(kept[1]),
            Field::long("good", "What would a good outcome look like?")
                .hint("What we'd be able to do afterwards")
                .value(kept[2]),
            Field::short("deadline", "Until when can views be added?").hint("Friday 17:00, in 3 days").value(deadline),
        ],
    )
}

/// Adds a view, or changes it.
pub fn add_form(partnership: PartnershipId, one: &Conversation, own: &[String]) -> Form {
    let title =
        if one.anonymous { "Nobody sees who wrote this" } else { "All read it with your name, once all are shown" };
    let fields = one.frame.template.prompts.iter().enumerate().map(|(index, prompt)| Field {
        name: format!("p{index}"),
        label: prompt.label.clone(),
        hint: prompt.hint.clone(),
        value: own.get(index).cloned().unwrap_or_default(),
        long: prompt.long,
        required: prompt.required,
        most: 4_000,
    });
    form(title, "conversation.added", partnership, &one.number.to_string(), fields.collect())
}

/// Puts a proposal forward.
pub fn propose_form(partnership: PartnershipId, one: &Conversation, kept: [&str; 4]) -> Form {
    form(
        "A proposal: all read it, with your name",
        "conversation.proposed",
        partnership,
        &one.number.to_string(),
        proposal(kept),
    )
}

fn proposal(kept: [&str; 4]) -> Vec<Field> {
    vec![
        Field { required: true, most: 1_500, ..Field::long("what", "What do you propose?") }
            .hint("What we would do, by whom, from when")
            .value(kept[0]),
        Field::long("why", "Why?").value(kept[1]),
        Field::long("wrong_if", "What would tell us that it is wrong?").value(kept[2]),
        Field::short("review", "Look at it again when? (may stay empty)")
            .hint("in 4 weeks, in 3 months")
            .value(kept[3])
            .optional(),
    ]
}

/// Puts a proposal in other words.
pub fn change_form(
    partnership: PartnershipId,
    one: &Conversation,
    proposed: &Proposal,
    kept: Option<[&str; 4]>,
) -> Form {
    let review = proposed.review_on.map_or_else(String::new, |date| date.to_string());
    let kept = kept.unwrap_or([&proposed.what, &proposed.why, &proposed.wrong_if, &review]);
    let row = format!("{},{}", one.number, proposed.number);
    form("Your proposal: all read it, with your name", "conversation.changed", partnership, &row, proposal(kept))
}

/// Writes a new version.
pub fn amend_form(partnership: PartnershipId, one: &Conversation, latest: &Proposal, kept: Option<[&str; 4]>) -> Form {
    let review = latest.review_on.map_or_else(String::new, |date| date.to_string());
    let kept = kept.unwrap_or([&latest.what, &latest.why, &latest.wrong_if, &review]);
    let title = format!("Version {} of the proposal", latest.version + 1);
    let row = format!("{},{},{}", one.number, latest.number, latest.version);
    form(&title, "conversation.amended", partnership, &row, proposal(kept))
}

/// Says until when people can say where they stand.
pub fn consent_form(partnership: PartnershipId, row: &str, kept: &str) -> Form {
    let kept = if kept.is_empty() { "in 3 days" } else { kept };
    let field = Field::short("until", "Until when can people say where they stand?")
        .hint("Friday 17:00, in 3 days")
        .value(kept);
    form("To consent", "conversation.at_consent", partnership, row, vec![field])
}

/// Asks for the words that go with a stance.
pub fn stance_form(partnership: PartnershipId, position: Position, row: &str, own: &str) -> Form {
    let (title, action, label) = match position {
        Position::Objection => (
            "An objection: all read it, with your name",
            "conversation.objected",
            "What harm would it do, and to whom?",
        ),
        _ => ("A concern: all read it, with your name", "conversation.concerned", "What should we keep an eye on?"),
    };
    let field = Field { required: true, ..Field::long("words", label) }.value(own);
    form(title, action, partnership, row, vec![field])
}

/// Changes the time at which a stage ends.
pub fn deadline_form(partnership: PartnershipId, number: i64, kept: &str) -> Form {
    let field = Field::short("until", "Until when?").hint("Friday 17:00, in 3 days").value(kept);
    form("Change the time", "conversation.deadline_sent", partnership, &number.to_string(), vec![field])
}

/// Why it ends without a decision: the record says so.
/// `unread`: how many views nobody has read, which go with it.
pub fn because_form(partnership: PartnershipId, number: i64, stopped: bool, unread: usize) -> Form {
    let (title, action, label) = if stopped {
        ("Stop it", "conversation.stopped", "Why is it stopped? Everybody reads this")
    } else {
        ("Close without a decision", "conversation.closed_without", "No decision, because… Everybody reads this")
    };
    let mut field = Field { required: true, most: 500, ..Field::long("because", label) };
    if unread > 0 {
        field = field.hint("Views that nobody has read yet are deleted with it, and the thread says so");
    }
    form(title, action, partnership, &number.to_string(), vec![field])
}

/// Plans a call.
pub fn call_form(partnership: PartnershipId, number: i64, kept: [&str; 2]) -> Form {
    let minutes = if kept[1].is_empty() { "45" } else { kept[1] };
    form(
        "Plan a call",
        "conversation.call_sent",
        partnership,
        &number.to_string(),
        vec![
            Field::short("when", "When does it begin?").hint("Thursday 10:00").value(kept[0]),
            Field::short("minutes", "How many minutes?").value(minutes),
        ],
    )
}

/// Records what was agreed otherwise, such as in a call.
pub fn outcome_form(partnership: PartnershipId, scene: &Scene) -> Form {
    let one = &scene.one;
    let (what, why) = scene.proposal.as_ref().map_or(("", ""), |one| (one.what.as_str(), one.why.as_str()));
    form(
        "What was decided?",
        "conversation.decided",
        partnership,
        &one.number.to_string(),
        vec![
            Field::short("title", "The decision in a line").value(&one.frame.title),
            Field { required: true, most: 2_000, ..Field::long("decision", "What was decided? Everybody reads this") }
                .value(what),
            Field::long("why", "Why?").value(why),
            Field::long("concerns", "Other concerns, in their own words")
                .hint("Those that were written at consent are in the record already"),
        ],
    )
}
