//! The forms of shares. Their titles say who reads what is written.

use crate::features::share::model::{Body, Category, Kind, LONGEST_TITLE, Share};
use crate::partnership::text::{clipped, sentence_case};
use crate::partnership::{Button, Field, Form, Message, PartnershipId, Pick, Pointer, Select};

/// What is shared is everybody's to find.
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
    Field { most: 2_000, ..Field::long(name, label) }.hint(hint).value(value)
}

fn title(label: &str, hint: &str, value: &str) -> Field {
    let most = u16::try_from(LONGEST_TITLE).unwrap_or(u16::MAX);
    Field { most, ..Field::short("title", label) }.hint(hint).value(value)
}

/// A story, an offer or a need. `until` is how its last day is written.
pub fn tell_form(partnership: PartnershipId, row: &str, kind: Kind, says: &Body, until: &str) -> Form {
    let fields = match kind {
        Kind::Offer | Kind::Need => exchange(kind, says, until),
        kind => story(kind, says),
    };
    form(SEEN_BY, "share.told", partnership, row, fields)
}

fn story(kind: Kind, says: &Body) -> Vec<Field> {
    let (label, hint) = match kind {
        Kind::Generosity => ("What was given, in one line", "Leeds lent us two nurses over Easter"),
        Kind::Lesson => ("The lesson, in one line", "Ask the booking desk before you change a form"),
        _ => ("What worked, in one line", "The first centre opened on day 8"),
    };
    let (take, hint_of_take) = match kind {
        Kind::Lesson => ("What would we do otherwise?", "What we'd tell a team that starts tomorrow"),
        _ => ("What should others copy first?", "The smallest step that made a difference"),
    };
    vec![
        title(label, hint, &says.title),
        long("words", "What happened, and what changed for whom?", "A few lines are enough", &says.words),
        long("thanks", "Who made it possible, on each side?", "Teams and people, if they don't mind", &says.thanks),
        long("take", take, hint_of_take, &says.take),
    ]
}

fn exchange(kind: Kind, says: &Body, until: &str) -> Vec<Field> {
    let offer = kind == Kind::Offer;
    let (label, hint) = if offer {
        ("What can you offer, in one line?", "Two testers, two days a week")
    } else {
        ("What do you need, in one line?", "Somebody who knows NHS login")
    };
    let limits = if offer { "Limits: how much, for whom, on which terms" } else { "How much of it, and how soon?" };
    vec![
        title(label, hint, &says.title),
        long("words", "More about it", "What one would want to know before asking", &says.words),
        long("limits", limits, "Such as: weekdays only, until Easter", &says.limits),
        Field::short("until", "Until when does it stand? (30 days if empty)")
            .hint("in 6 weeks, in 2 months")
            .value(until)
            .optional(),
    ]
}

/// What a term means to the caller's organisation.
pub fn mean_form(partnership: PartnershipId, row: &str, word: &str, to: Option<&str>, means: &str, also: &str) -> Form {
    let label = match to {
        Some(name) => format!("What it means at {name}"),
        None => "What it means to you".to_owned(),
    };
    let label = clipped(&label, 45);
    let fields = vec![
        title("The word", "DPIA, go-live, SRO", word),
        Field { required: true, ..long("means", &label, "As you would say it to somebody on their first day", means) },
        Field::short("also", "Also written (optional, commas between)").hint("go live, golive").value(also).optional(),
    ];
    form(SEEN_BY, "share.meant", partnership, row, fields)
}

/// An answer to an offer or a need.
pub fn answer_form(partnership: PartnershipId, one: &Share) -> Form {
    let words = long("words", "A line to them (may stay empty)", "What for, how much, by when", "");
    form("Only the two of you see this", "share.answered", partnership, one.number, vec![words])
}

/// What came of an introduction.
pub fn came_form(partnership: PartnershipId, introduction: i64) -> Form {
    let words = Field { required: true, ..long("came", "What came of it?", "Two centres opened a week earlier", "") };
    form(SEEN_BY, "share.came_sent", partnership, introduction, vec![words])
}

/// A form couldn't be used: it comes back filled in.
pub fn again(partnership: PartnershipId, row: &str, why: &str) -> Message {
    let again = Button::again(Pointer::new("share.retry", partnership, row));
    Message::text(format!("{why}\nNothing is lost: the form comes back as you wrote it.")).buttons([again])
}

/// What is offered or needed, before the form.
pub fn which_category(partnership: PartnershipId, row: &str) -> Message {
    let option = |one: &Category| (one.as_str().to_owned(), sentence_case(one.as_str()));
    Message::text("What is it?").select(Select {
        does: Pointer::new("share.category", partnership, row).to_string(),
        hint: "People, data, places, skills, networks".to_owned(),
        from: Pick::Options(Category::ALL.iter().map(option).collect()),
        count: (1, 1),
    })
}
