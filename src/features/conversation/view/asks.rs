//! What people are asked in private.

use crate::features::conversation::scene::Scene;
use crate::partnership::text::escaped;
use crate::partnership::{Message, OrganisationId, Style};

use super::{button, heading, stances, until};

/// What an organisation's people are asked in private, once at half time and once a day before the end.
pub fn nudge(scene: &Scene, organisation: OrganisationId, server: &str) -> Message {
    let one = &scene.one;
    Message::text(format!(
        "**{}** waits for a voice of {} ({}). Views are gathered until {}; nobody reads them before. Two minutes are enough.",
        heading(one),
        escaped(&scene.name_of(organisation)),
        escaped(server),
        until(one.ends_at)
    ))
    .buttons([button("Add your view", "conversation.add", scene).style(Style::Primary)])
}

/// The same in a line, for a gathered message.
pub fn nudge_notice(scene: &Scene, organisation: OrganisationId) -> String {
    format!(
        "{} waits for a voice of {}; `/conversation list` opens it.",
        heading(&scene.one),
        escaped(&scene.name_of(organisation))
    )
}

/// What whoever may speak for a missing organisation is asked once the time for stances has passed.
pub fn last_call(scene: &Scene, organisation: OrganisationId, server: &str) -> Message {
    let one = &scene.one;
    let what = scene
        .proposal
        .as_ref()
        .map_or_else(String::new, |proposal| format!("\n> {}", escaped(&proposal.what).replace('\n', "\n> ")));
    Message::text(format!(
        "**{}** ({}): there is no word yet from {}, and you may speak for it. Without one by {} it is closed without a decision.{what}",
        heading(one),
        escaped(server),
        escaped(&scene.name_of(organisation)),
        until(one.ends_at)
    ))
    .buttons(stances(scene))
}

/// The same in a line.
pub fn last_call_notice(scene: &Scene, organisation: OrganisationId) -> String {
    format!(
        "{} can't be decided without {}; `/conversation list` opens it.",
        heading(&scene.one),
        escaped(&scene.name_of(organisation))
    )
}

/// To whoever had added a view that can't be opened any more.
pub fn say_it_again(scene: &Scene) -> Message {
    Message::text(format!(
        "I was restored from a copy, and copies don't have the keys of sealed views. Yours in **{}** is lost, and I'm sorry. Please add it again.",
        heading(&scene.one)
    ))
    .buttons([button("Add your view", "conversation.add", scene).style(Style::Primary)])
}

/// To whoever looks after a discussion that waits.
pub fn waits(scene: &Scene, server: &str) -> Message {
    Message::text(format!(
        "**{}** ({}) has waited for a while, and you look after it. Take a proposal to consent, record what came of it, or close it: then everybody knows.",
        heading(&scene.one),
        escaped(server)
    ))
    .buttons([button("Facilitate", "conversation.facilitate", scene).style(Style::Primary)])
}

/// The same in a line.
pub fn waits_notice(scene: &Scene) -> String {
    format!("{} has waited for a while; `/conversation list` opens it.", heading(&scene.one))
}
