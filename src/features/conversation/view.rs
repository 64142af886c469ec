//! A conversation as people read it.

mod asks;
mod facilitate;
mod forms;
mod lists;
mod thread;

use chrono::{DateTime, Utc};

use crate::partnership::text::{channel, escaped, listed, moment, relative};
use crate::partnership::{Button, Card, Message, OrganisationId, PartnershipId, Pointer, Style, UserId};

use super::model::{Conversation, Outcome, Position, Stage};
use super::policy::FEWEST;
use super::scene::Scene;

pub use asks::{last_call, last_call_notice, nudge, nudge_notice, say_it_again, waits, waits_notice};
pub use facilitate::{facilitator, lost, moved};
pub use forms::{
    add_form, amend_form, because_form, call_form, change_form, consent_form, deadline_form, frame_form, outcome_form,
    propose_form, stance_form,
};
pub use lists::{choose, list, template, templates};
pub use thread::{
    Answers, announced, asks, call, closed, concern, consent, decided, deputy, discuss, grace, new_time, objection,
    opened, proposed, put_otherwise, restored, revealed, stuck, too_few, withdrawn,
};

/// A button that points at a conversation.
fn button(label: &str, action: &str, scene: &Scene) -> Button {
    Button::new(label, &Pointer::new(action, scene.partnership, scene.one.number))
}

/// Somebody's name as it is shown, with their organisation.
fn who(scene: &Scene, user: UserId, organisation: Option<OrganisationId>) -> String {
    let name = escaped(&scene.person(user));
    match organisation {
        Some(id) => format!("**{name}** ({})", escaped(&scene.name_of(id))),
        None => format!("**{name}**"),
    }
}

/// Organisations in words, by name: `Fennel and Parcelwing`.
fn names(scene: &Scene, ids: &[OrganisationId]) -> String {
    let mut names: Vec<String> = ids.iter().map(|id| escaped(&scene.name_of(*id))).collect();
    names.sort();
    listed(&names)
}

/// `C-3 · Who tells the labs?`
pub fn heading(one: &Conversation) -> String {
    format!("{} · {}", one.id(), escaped(&one.frame.title))
}

/// The title of its thread.
pub fn thread_title(one: &Conversation) -> String {
    // A thread's title shows as it is: escaping would show.
    let title: String = one.frame.title.chars().filter(|c| !c.is_control()).collect();
    match &one.outcome {
        None => format!("{} · {title}", one.id()),
        Some(Outcome::Decision(number)) => format!("Decided D-{number} · {} · {title}", one.id()),
        Some(Outcome::Without(_) | Outcome::Stopped(_)) => format!("Closed · {} · {title}", one.id()),
    }
}

/// The panel above the thread: how it stands, what happens next, and what everybody can do.
pub fn panel(scene: &Scene) -> Message {
    let one = &scene.one;
    let facilitator = scene.facilitator().map_or_else(
        || "Nobody looks after it at present: **Facilitate** takes it on.".to_owned(),
        |user| format!("Looked after by **{}**.", escaped(&scene.person(user))),
    );
    let text = format!(
        "**{}**\n{} · {}\n{facilitator}\n\n{}",
        heading(one),
        escaped(&one.frame.template.name),
        if one.anonymous { "views without names" } else { "views with names" },
        standing(scene)
    );
    let mut card = Card::default();
    for (name, words) in [("Why now", &one.frame.why), ("A good outcome", &one.frame.good)] {
        if !words.is_empty() {
            card.fields.push((name.to_owned(), escaped(words)));
        }
    }
    let mut message = Message::text(text);
    if !card.fields.is_empty() {
        message = message.card(card);
    }
    match one.stage {
        Stage::Gathering => message.buttons([
            button("Add your view", "conversation.add", scene).style(Style::Primary),
            button("Facilitate", "conversation.facilitate", scene),
        ]),
        Stage::Revealed | Stage::Discussing => message.buttons([
            button("Put forward a proposal", "conversation.propose", scene).style(Style::Primary),
            button("Facilitate", "conversation.facilitate", scene),
        ]),
        Stage::Consent => {
            let mut last = vec![button("Facilitate", "conversation.facilitate", scene)];
            if scene.tally().objections > 0 && !scene.is_stuck() {
                last.insert(0, button("Amend the proposal", "conversation.amend", scene));
            }
            message.buttons(stances(scene)).buttons(last)
        }
        Stage::Closed => message,
    }
}

/// The four answers to the version that is at consent.
fn stances(scene: &Scene) -> Vec<Button> {
    let Some(proposal) = &scene.proposal else { return Vec::new() };
    let row = format!("{},{},{}", scene.one.number, proposal.number, proposal.version);
    let point = |action: &str| Pointer::new(action, scene.partnership, &row);
    vec![
        Button::new("Consent", &point("conversation.consent")).style(Style::Good),
        Button::new("Consent with a concern", &point("conversation.concern")),
        Button::new("Object", &point("conversation.object")),
        Button::new("Stand aside", &point("conversation.aside")),
    ]
}

/// How it stands, and what happens next.
pub fn standing(scene: &Scene) -> String {
    let one = &scene.one;
    match one.stage {
        Stage::Gathering => gathering(scene),
        Stage::Revealed => format!(
            "**All views are in the thread.** Time to read.\nNext: proposals, from {}; whoever has one ready need not wait.",
            until(one.ends_at)
        ),
        Stage::Discussing => {
            "**Talk in the thread.** Anybody here can put forward a proposal: what, why, and what would tell us \
                              that it is wrong.\nNext: a proposal goes to consent."
                .to_owned()
        }
        Stage::Consent => consenting(scene),
        Stage::Closed => ended(one),
    }
}

fn gathering(scene: &Scene) -> String {
    let one = &scene.one;
    let quiet = scene.quiet();
    let heard: Vec<OrganisationId> =
        scene.voices.iter().map(|voice| voice.organisation).filter(|id| !quiet.contains(id)).collect();
    let mut lines = vec![match one.ends_at {
        Some(_) if one.is_announced() => {
            format!("**Views are shown {}.** Until then yours can be changed.", until(one.ends_at))
        }
        Some(at) => format!("**Views are gathered until {}**, {}.", moment(at), relative(at)),
        None => format!(
            "**Fewer than {FEWEST} views so far**, so they stay closed: with so few, words give their author away. The \
             fifth one opens them a day later."
        ),
    }];
    let mut heard_from = Vec::new();
    if !heard.is_empty() {
        heard_from.push(format!("Heard from: {}.", names(scene, &heard)));
    }
    if !quiet.is_empty() {
        heard_from.push(format!("Not yet from: {}.", names(scene, &quiet)));
    }
    lines.push(heard_from.join(" "));
    lines.push(if one.anonymous {
        format!(
            "Nobody reads a view before that, leads included. Then all are shown in the thread in a new order, without names \
             or organisations, once there are {FEWEST} of them; who wrote what is kept nowhere."
        )
    } else {
        "Nobody reads a view before that, leads included. Then all are shown together in the thread, with names.".to_owned()
    });
    lines.join("\n")
}

fn consenting(scene: &Scene) -> String {
    let tally = scene.tally();
    let Some(proposal) = &scene.proposal else { return String::new() };
    let mut lines = vec![format!(
        "**Version {} is at consent**{}:\n> {}",
        proposal.version,
        scene.one.ends_at.map_or_else(String::new, |at| format!(" until {}, {}", moment(at), relative(at))),
        escaped(&proposal.what).replace('\n', "\n> ")
    )];
    for position in Position::ALL {
        let people = scene.stances.iter().filter(|stance| stance.position == position);
        let people: Vec<String> = people.map(|stance| escaped(&scene.person(stance.speaker.person))).collect();
        if !people.is_empty() {
            lines.push(format!("{}: {}", said(position), listed(&people)));
        }
    }
    if !tally.missing.is_empty() {
        lines.push(format!("Not heard yet: {}.", names(scene, &tally.missing)));
    }
    lines.push(if scene.is_stuck() {
        "**It is stuck**: an objection stands after three versions. A call settles more than a fourth would: **Facilitate** plans one."
            .to_owned()
    } else if tally.objections > 0 {
        "Next: the objection is met by a new version, or taken back.".to_owned()
    } else if tally.carries() {
        "Everybody needed has been heard, and nobody objects. Next: it is recorded as a decision; stances can change until then.".to_owned()
    } else if tally.missing.is_empty() {
        "Nobody has consented to it so far. Next: somebody does, or it ends without a decision.".to_owned()
    } else {
        "Next: once every organisation has been heard and nobody objects, it is recorded as a decision.".to_owned()
    });
    lines.join("\n")
}

fn said(position: Position) -> &'static str {
    match position {
        Position::Consent => "Consent",
        Position::Concern => "Consent with a concern",
        Position::Objection => "Object",
        Position::Aside => "Stand aside",
    }
}

fn ended(one: &Conversation) -> String {
    let when = one.closed_at.map_or_else(String::new, |at| format!(" {}", moment(at)));
    match &one.outcome {
        Some(Outcome::Decision(number)) => {
            format!("**Decided{when}: D-{number}.** `/decision show id:D-{number}` has the record.")
        }
        Some(Outcome::Without(because)) => format!("**Closed{when} without a decision**, because {}", escaped(because)),
        Some(Outcome::Stopped(because)) => format!("**Stopped{when}**: {}", escaped(because)),
        None => "**Closed.**".to_owned(),
    }
}

fn until(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "when it is asked for".to_owned(), |at| format!("{} ({})", moment(at), relative(at)))
}

/// To whoever added a view.
pub fn saved(scene: &Scene, again: bool) -> Message {
    let one = &scene.one;
    let seen = if one.anonymous {
        "It is sealed. When all views are shown, nothing says that it is yours, here or in any copy; so you can take it back only until then."
    } else {
        "Nobody reads it before all views are shown, with names."
    };
    let until = match one.ends_at {
        Some(at) => format!(" You can change it until {}.", moment(at)),
        None => " You can change it until they are.".to_owned(),
    };
    let saved = if again { "Changed." } else { "Saved." };
    Message::text(format!("{saved} {seen}{until}")).buttons([
        button("Change your view", "conversation.add", scene),
        button("Take it back", "conversation.unsay", scene),
    ])
}

/// Asks whoever wants to take their view back.
pub fn unsay(scene: &Scene) -> Message {
    Message::text("Take your view back? Nothing of it is kept then.").buttons([
        button("Yes, take it back", "conversation.unsaid", scene).style(Style::Danger),
        button("Keep it", "conversation.kept", scene),
    ])
}

/// To whoever took their view back.
pub fn unsaid(scene: &Scene) -> Message {
    Message::text("Taken back; nothing of it is kept.").buttons([button("Add your view", "conversation.add", scene)])
}

/// To whoever said where they stand.
pub fn stands(scene: &Scene, position: Position) -> Message {
    let version = scene.proposal.as_ref().map_or(1, |one| one.version);
    let where_they_stand = match position {
        Position::Consent => format!("You consent to version {version}."),
        Position::Concern => {
            format!("You consent to version {version}; the thread has your concern, and the record will.")
        }
        Position::Objection => format!("You object to version {version}; the thread has your reason."),
        Position::Aside => format!(
            "You stand aside: your organisation has been heard, and you are not in the way of version {version}."
        ),
    };
    Message::text(format!("{where_they_stand} Another button changes it, as long as it is open."))
}

/// What a form says again once it can be used.
pub fn again(partnership: PartnershipId, action: &str, row: &str, why: &str) -> Message {
    Message::text(why).buttons([Button::again(Pointer::new(action, partnership, row))])
}

/// To whoever began one.
pub fn begun(scene: &Scene) -> Message {
    let one = &scene.one;
    let asked: Vec<OrganisationId> = scene.voices.iter().map(|voice| voice.organisation).collect();
    let mode = if one.anonymous {
        format!("Views are shown without names, once there are {FEWEST} of them.")
    } else {
        "Views are shown with names.".to_owned()
    };
    Message::text(format!(
        "**{}** is open in {}, until {}. Whose voice is needed: {}. {mode}\nYou look after it: **Facilitate** shows at each moment what happens next and what you can do.",
        heading(one),
        channel(one.channel),
        moment(one.deadline),
        names(scene, &asked)
    ))
    .buttons([button("Facilitate", "conversation.facilitate", scene)])
}

/// Why a button of an earlier stage does nothing any more.
pub fn over(scene: &Scene) -> String {
    let one = &scene.one;
    let now = match one.stage {
        Stage::Gathering => "Views are still being gathered, so there is nothing to answer yet.",
        Stage::Revealed | Stage::Discussing => {
            "All views are in the thread, and that is where it goes on: no more are gathered."
        }
        Stage::Consent => "It has moved on: a proposal is at consent, and its buttons are in the thread.",
        Stage::Closed => return format!("{} is closed. {}", one.id(), ended(one)),
    };
    format!("{}: {now}", one.id())
}

/// Why somebody isn't asked here.
pub fn not_asked(scene: &Scene, own: Option<OrganisationId>) -> String {
    let asked: Vec<OrganisationId> = scene.voices.iter().map(|voice| voice.organisation).collect();
    match own {
        None => "You aren't of an organisation here yet, so nobody would know whose voice this is. `/organisation list` has *Join an organisation*.".to_owned(),
        Some(_) => format!(
            "{} asks {}. You can talk in the thread all the same, and its facilitator can add your organisation.",
            scene.one.id(),
            names(scene, &asked)
        ),
    }
}

/// Only its facilitator may.
pub fn not_yours(scene: &Scene) -> String {
    match scene.facilitator() {
        Some(user) => format!(
            "**{}** looks after {}, so this is for them, or for an admin.",
            escaped(&scene.person(user)),
            scene.one.id()
        ),
        None => "That is for its facilitator.".to_owned(),
    }
}

/// Whose voice is needed, in words.
pub fn asked(scene: &Scene) -> String {
    names(scene, &scene.voices.iter().map(|voice| voice.organisation).collect::<Vec<_>>())
}

/// The name of a conversation's call.
pub fn call_name(one: &Conversation) -> String {
    crate::partnership::text::clipped(&format!("{} · {}", one.id(), one.frame.title), 100)
}

/// What a call is about, as the event says.
pub fn call_about(scene: &Scene) -> String {
    let what = scene.proposal.as_ref().map_or_else(String::new, |one| format!("\n\nThe proposal: {}", one.what));
    crate::partnership::text::clipped(
        &format!("What could not be settled in writing. The place of this event leads to the thread.{what}"),
        1_000,
    )
}
