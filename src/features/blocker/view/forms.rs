//! The forms of a blocker. Each says in its first label who will see what is written.

use crate::features::blocker::model::{Kind, SeenBy};
use crate::features::blocker::scene::Scene;
use crate::partnership::{Button, Field, Form, Message, PartnershipId, Pointer};

fn form(
    title: &str,
    action: &str,
    partnership: PartnershipId,
    row: impl std::fmt::Display,
    fields: Vec<Field>,
) -> Form {
    Form {
        title: title.to_owned(),
        does: Pointer::new(&format!("blocker.{action}"), partnership, row).to_string(),
        fields,
    }
}

fn of(title: &str, action: &str, scene: &Scene, fields: Vec<Field>) -> Form {
    form(title, action, scene.partnership, scene.one.id, fields)
}

/// Who sees it, short enough for a label.
fn label(what: &str, seen_by: SeenBy) -> String {
    let who = match seen_by {
        SeenBy::Named => "only whom you name sees it",
        SeenBy::Squad => "your squad sees it",
        SeenBy::Everybody => "everybody sees it",
    };
    format!("{what} ({who})")
}

/// Raising a blocker: title, what is needed, by when, whom it waits on.
pub fn raise_form(partnership: PartnershipId, row: &str, kind: Kind, seen_by: SeenBy, texts: [&str; 4]) -> Form {
    let [title, needed, by, waiting] = texts;
    let mut fields = vec![
        Field { most: 300, ..Field::short("title", &label("In the way", seen_by)) }
            .hint("Such as: the release board meets only on Thursdays")
            .value(title),
        Field::long("needed", "What is needed?").hint("What would help, from whom").value(needed),
        Field::short("by", "By when? (may stay empty)").hint("Friday, next Tuesday, in 3 days").value(by).optional(),
    ];
    if kind != Kind::Worry {
        fields.push(
            Field::short("waiting", "On which organisation does it wait?")
                .hint("Its name or tag; empty if you don't know yet")
                .value(waiting)
                .optional(),
        );
    }
    form(if kind == Kind::Worry { "A worry" } else { "A blocker" }, "raised", partnership, row, fields)
}

/// A form couldn't be used: it comes back filled in.
pub fn form_again(partnership: PartnershipId, row: &str, why: &str) -> Message {
    Message::text(format!("{why}\nNothing is lost: the form comes back as you wrote it."))
        .buttons([Button::again(Pointer::new("blocker.again", partnership, row))])
}

/// **Yes, if …**
pub fn conditions_form(scene: &Scene) -> Form {
    let open: Vec<&str> = scene.one.says.conditions.iter().map(|one| one.words.as_str()).collect();
    of(
        "Yes, if …",
        "if_sent",
        scene,
        vec![
            Field { required: true, ..Field::long("conditions", "On which terms? One a line") }
                .hint("The pen test is signed\nWe can roll back within 10 minutes")
                .value(open.join("\n")),
        ],
    )
}

/// **Not ours**
pub fn not_ours_form(scene: &Scene) -> Form {
    of(
        "Not ours",
        "not_ours_sent",
        scene,
        vec![
            Field::long("why", "Why, and who could it be? (they read it)")
                .hint("Such as: hosting is NHS Digital's since May"),
            Field::short("waiting", "The organisation, if you know it").optional(),
        ],
    )
}

/// **Tell me more**
pub fn more_form(scene: &Scene) -> Form {
    of(
        "Tell me more",
        "more_sent",
        scene,
        vec![Field { required: true, ..Field::long("question", "What do you need to know?") }],
    )
}

/// The answer to such a question.
pub fn answer_form(scene: &Scene, row: &str) -> Form {
    let answer = Field { required: true, ..Field::long("answer", "Your answer") };
    form("Tell them more", "answered", scene.partnership, row, vec![answer])
}

/// **Add news**
pub fn update_form(scene: &Scene) -> Form {
    let news = Field { required: true, ..Field::long("news", &label("What is new?", scene.one.seen_by)) };
    of("Add news", "updated", scene, vec![news])
}

/// **It's out of the way**
pub fn resolve_form(scene: &Scene) -> Form {
    let helped =
        Field::long("helped", "What helped? (others learn from it)").hint("Such as: a call between the two boards");
    of("Out of the way", "resolved", scene, vec![helped])
}

/// **Reopen**
pub fn reopen_form(scene: &Scene) -> Form {
    let why = Field { required: true, ..Field::long("why", "What is in the way again?") };
    of("Reopen", "reopened", scene, vec![why])
}

/// **It takes until …**
pub fn hold_form(scene: &Scene) -> Form {
    of(
        "It takes until …",
        "hold_sent",
        scene,
        vec![
            Field::short("until", "Until when?").hint("Thursday 17:00, in 5 days"),
            Field { required: true, ..Field::long("why", "Why? (both sides read it)") }
                .hint("The board meets on Thursday"),
        ],
    )
}

/// What it says.
pub fn words_form(scene: &Scene) -> Form {
    let one = &scene.one;
    let by = one.says.needed_by.map_or_else(String::new, |date| date.to_string());
    of(
        "Put it otherwise",
        "words_sent",
        scene,
        vec![
            Field { most: 300, ..Field::short("title", &label("In the way", one.seen_by)) }.value(&one.says.title),
            Field::long("needed", "What is needed?").value(&one.says.needed),
            Field::short("by", "By when? (may stay empty)").value(by).optional(),
        ],
    )
}

/// What it depends on, and what it is the same as.
pub fn links_form(scene: &Scene) -> Form {
    let said = |ids: &[i64]| {
        let named: Vec<String> = ids.iter().filter_map(|id| Some(scene.linked.get(id)?.said())).collect();
        named.join(", ")
    };
    let same: Vec<i64> = scene.one.says.duplicate_of.into_iter().collect();
    of(
        "Other blockers",
        "links_sent",
        scene,
        vec![
            Field::short("depends", "It depends on")
                .hint("B-12, B-14")
                .value(said(&scene.one.says.depends_on))
                .optional(),
            Field::short("same", "It is the same as").hint("B-9").value(said(&same)).optional(),
        ],
    )
}
