//! What people read of a blocker: its card, what the organisation is asked that it waits on, its steps.

mod forms;
mod ladders;
mod lists;
mod panel;

pub use forms::{
    answer_form, conditions_form, form_again, hold_form, links_form, more_form, not_ours_form, raise_form, reopen_form,
    resolve_form, update_form, words_form,
};
pub use ladders::{ladder, ladder_again, ladder_agreed, ladder_form, ladder_notice, ladder_question, ladder_with};
pub use lists::{choice, found, line, picture, waits};
pub use panel::{change, history, hold_question, panel, person_there, raised, who_may_see};

use chrono::{DateTime, Utc};

use crate::partnership::text::{
    clipped, counted, day, escaped, listed, mention, moment, quoted, relative, sentence_case, who,
};
use crate::partnership::working_time::Passed;
use crate::partnership::{Button, Card, Message, Pointer, Style, UserId};

use super::ladder::{Step, next};
use super::model::{Blocker, Event, NOBODY, SeenBy};
use super::policy::Standing;
use super::scene::Scene;

/// The longest title of a thread, in characters.
const LONGEST_THREAD: usize = 90;
/// Most lines of what was tried.
const MOST_TRIED: usize = 5;

/// `B-12 · The board meets on Thursday`, safe to repeat.
pub fn heading(one: &Blocker) -> String {
    format!("{} · {}", sentence_case(&one.said()), escaped(&one.says.title))
}

/// The title of its thread.
pub fn thread_title(one: &Blocker) -> String {
    clipped(&format!("{} · {}", one.said(), one.says.title), LONGEST_THREAD)
}

/// An organisation's name, safe to repeat.
fn asked(scene: &Scene) -> String {
    scene.asked().map_or_else(|| "an organisation that has left".to_owned(), |one| escaped(&one.name))
}

fn button(label: &str, action: &str, scene: &Scene) -> Button {
    Button::new(label, &Pointer::new(&format!("blocker.{action}"), scene.partnership, scene.one.id))
}

/// How long something has waited, as people say it: in hours within the first day, then in days.
pub fn age(passed: Passed) -> String {
    let minutes = passed.time.num_minutes();
    if passed.days >= 1.0 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "days, and few of them")]
        let days = passed.days as usize;
        counted(days, "working day", "working days")
    } else if minutes >= 60 {
        counted(usize::try_from(minutes / 60).unwrap_or_default(), "working hour", "working hours")
    } else {
        "less than a working hour".to_owned()
    }
}

/// Who sees it, for the head of a form and a card.
pub fn seen_by(scene: &Scene) -> String {
    match scene.one.seen_by {
        SeenBy::Named => "only you and whom you name".to_owned(),
        SeenBy::Squad if scene.one.asked.is_some() => format!("{} and {}", escaped(&scene.squad.name), asked(scene)),
        SeenBy::Squad => escaped(&scene.squad.name),
        SeenBy::Everybody => "everybody here".to_owned(),
    }
}

/// What is known of it, in lines: whom it waits on, what is needed, who looks after it.
fn facts(scene: &Scene, standing: Standing) -> String {
    let one = &scene.one;
    let mut lines = Vec::new();
    let since = one.says.asked_at.map_or_else(String::new, |at| format!(", since {}", moment(at)));
    lines.push(match (one.resolved, one.asked) {
        (true, _) => format!("{} · **out of the way**", one.kind.as_str()),
        (false, None) => format!("{} · waits on nobody in particular yet", one.kind.as_str()),
        (false, Some(_)) => format!("{} · waits on **{}**{since}", one.kind.as_str(), asked(scene)),
    });
    if let Standing::InHand(until) = standing {
        let why =
            one.held(scene.now).map_or_else(|| "the time agreed for governance".to_owned(), |hold| escaped(&hold.why));
        lines.push(format!("**In hand** until {}: {why}", moment(until)));
    }
    if let (Some(hold), false) = (&one.says.proposed, one.resolved) {
        lines.push(format!("{} says that it takes until {}: {}", asked(scene), moment(hold.until), escaped(&hold.why)));
    }
    if !one.says.needed.is_empty() {
        lines.push(format!("Needed: {}", escaped(&clipped(&one.says.needed, 1_500))));
    }
    if let (Some(date), false) = (one.says.needed_by, one.resolved) {
        lines.push(format!("By {}", day(date)));
    }
    lines.push(match (one.their_owner, one.their_person) {
        (NOBODY, _) if one.resolved => format!("{} looked after it", sentence_case(&who(one.owner))),
        _ if one.asked.is_none() => format!("{} looks after it", sentence_case(&who(one.owner))),
        (NOBODY, NOBODY) => format!("{} looks after it here; nobody there yet", sentence_case(&who(one.owner))),
        (NOBODY, there) => {
            format!("{} looks after it here; there it waits for {}", sentence_case(&who(one.owner)), who(there))
        }
        (there, _) => format!("{} looks after it here, {} there", sentence_case(&who(one.owner)), who(there)),
    });
    for condition in &one.says.conditions {
        let (mark, state) = if condition.met { ("☑", "done") } else { ("☐", "open") };
        lines.push(format!("{mark} {state}: {}", escaped(&condition.words)));
    }
    let named = |id: &i64| scene.linked.get(id).map(Blocker::said);
    let depends: Vec<String> = one.says.depends_on.iter().filter_map(named).collect();
    if !depends.is_empty() {
        lines.push(format!("Depends on {}", listed(&depends)));
    }
    if let Some(same) = one.says.duplicate_of.as_ref().and_then(named) {
        lines.push(format!("The same as {same}"));
    }
    if let (true, Some(decision)) = (one.resolved, one.says.cleared_by) {
        lines.push(format!("Cleared by **D-{decision}**: `/decision show id:D-{decision}`"));
    }
    if one.resolved && !one.says.helped.is_empty() {
        lines.push(format!("What helped: {}", escaped(&clipped(&one.says.helped, 800))));
    }
    if let Some(source) = &one.says.source {
        lines.push(format!("From {source}"));
    }
    lines.join("\n")
}

/// What whoever is asked can say.
fn answers(scene: &Scene) -> [Button; 4] {
    [
        button("We've got this", "got", scene).style(Style::Good),
        button("Yes, if …", "if", scene).style(Style::Primary),
        button("Not ours", "not_ours", scene),
        button("Tell me more", "more", scene),
    ]
}

/// A blocker as its squad reads it.
pub fn card(scene: &mut Scene) -> Option<Message> {
    scene.one.number?;
    let standing = scene.standing();
    let ahead = match (scene.one.resolved, scene.timeline()) {
        (false, Some(timeline)) => next(&scene.one, &scene.ladder(), &timeline),
        _ => None,
    };
    let footer = ahead.map_or_else(String::new, |(_, step)| format!("Next: {}", step_ahead(step)));
    let mut text = facts(scene, standing);
    if let Some((at, _)) = ahead {
        text = format!("{text}\n{footer} {}", relative(at));
    }
    let message = Message::default().card(Card { title: heading(&scene.one), text, ..Card::default() });
    Some(if scene.one.resolved {
        message.buttons([button("Reopen", "reopen", scene), button("History", "history", scene)])
    } else {
        let message = if scene.one.asked.is_some() { message.buttons(answers(scene)) } else { message };
        message.buttons([
            button("Add news", "update", scene),
            button("It's out of the way", "resolve", scene).style(Style::Good),
            button("More", "open", scene),
        ])
    })
}

/// What a step will do, for the card: nobody is taken by surprise.
fn step_ahead(step: Step) -> &'static str {
    match step {
        Step::Acknowledge => "its contacts are reminded",
        Step::Owner => "its contacts are asked who looks after it",
        Step::Leads => "leads hear of it",
        Step::Deputies => "deputies of its contacts hear of it",
    }
}

/// A blocker as whoever is waited on reads it, in their channel or in private.
pub fn ask(scene: &Scene, said: &str) -> Message {
    let one = &scene.one;
    let from = scene.waits().map_or_else(String::new, |one| format!(" ({})", escaped(&one.name)));
    if one.asked.is_none() {
        // What it says by now is between others.
        return Message::text(format!("{said}\n**{}**\nIt doesn't wait on you any more.", one.said()).trim());
    }
    if one.resolved {
        let how = "It is out of the way, and nobody waits any more.";
        return Message::text(format!("{said}\n**{}**\n{how}", heading(one)).trim());
    }
    let opening = format!(
        "**{}** in {}{from} waits on **{}**.",
        escaped(&scene.squad.name),
        escaped(&scene.server),
        asked(scene)
    );
    let standing = one.held(scene.now).map_or(Standing::Open, |hold| Standing::InHand(hold.until));
    let card = Card { title: heading(one), text: facts(scene, standing), ..Card::default() };
    let message = Message::text(format!("{said}\n{opening}").trim()).card(card);
    if one.their_owner == NOBODY {
        message.buttons(answers(scene))
    } else {
        message.buttons([
            button("It takes until …", "hold", scene),
            button("Yes, if …", "if", scene),
            button("It's out of the way", "resolve", scene).style(Style::Good),
            button("Add news", "update", scene),
            button("More", "open", scene),
        ])
    }
}

/// The same in a line, for a gathered message.
pub fn ask_notice(scene: &Scene) -> String {
    format!("{} waits on {}: `/blocker show id:{}` opens it.", heading(&scene.one), asked(scene), scene.one.said())
}

/// What a step of the ladder says to those whom it reaches: kindly, with what was tried.
pub fn step(scene: &Scene, step: Step, standing: Standing, events: &[Event]) -> Message {
    let passed = match standing {
        Standing::Waits(passed) => age(passed),
        _ => "a while".to_owned(),
    };
    let why = match step {
        Step::Acknowledge => {
            format!("This has waited for {passed}, and nobody has answered yet. A word is enough, also “not ours”.")
        }
        Step::Owner => {
            format!("This has waited for {passed}, and nobody at {} looks after it yet. Who could?", asked(scene))
        }
        Step::Leads => format!(
            "This has waited for {passed}. You lead here: a short talk between you may be all it needs. Nobody is blamed for it."
        ),
        Step::Deputies => format!(
            "This has waited for {passed}, and whoever was asked may be away or over their head. Could you find out who can help?"
        ),
    };
    let tried: Vec<String> = events
        .iter()
        .rev()
        .take(MOST_TRIED)
        .rev()
        .map(|event| format!("- {}: {}", event.at.format("%-d %B"), clipped(&happened_text(event), 200)))
        .collect();
    let message = ask(scene, &why);
    let tried = if tried.is_empty() { String::new() } else { format!("\nSo far:\n{}", tried.join("\n")) };
    Message { text: format!("{}{tried}", message.text), ..message }
}

/// The same for its thread.
pub fn step_taken(scene: &Scene, step: Step, people: &[UserId]) -> String {
    let people: Vec<String> = people.iter().map(|user| mention(*user)).collect();
    let told = if people.is_empty() {
        "nobody answers for them here yet, so nobody was told".to_owned()
    } else {
        format!("told: {}", listed(&people))
    };
    match step {
        Step::Acknowledge => format!("No answer yet from {}; a reminder is due ({told})", asked(scene)),
        Step::Owner => format!("Nobody at {} looks after it yet; they were asked who could ({told})", asked(scene)),
        Step::Leads => format!("It has waited for a while; leads hear of it now ({told})"),
        Step::Deputies => format!("It has waited for long; those who stand in hear of it now ({told})"),
    }
}

fn happened_text(event: &Event) -> String {
    let by = if event.who == NOBODY { String::new() } else { format!("{}: ", mention(event.who)) };
    let words = if event.words.is_empty() { String::new() } else { format!(" “{}”", escaped(&event.words)) };
    format!("{by}{}{words}", event.what)
}

/// Something that happened, for the blocker's thread.
pub fn happened(event: &Event) -> Message {
    let by = if event.who == NOBODY { String::new() } else { format!("{}: ", mention(event.who)) };
    let words = if event.words.is_empty() { String::new() } else { format!("\n{}", quoted(&event.words)) };
    Message::text(format!("{by}{}.{words}", event.what))
}

/// Tells somebody what has happened to a blocker that they raised or look after.
pub fn news(scene: &mut Scene, said: &str, words: &str) -> Message {
    let quote = if words.is_empty() { String::new() } else { format!("\n{}", quoted(words)) };
    let standing = scene.standing();
    let card = Card { title: heading(&scene.one), text: facts(scene, standing), ..Card::default() };
    Message::text(format!("{said}{quote}")).card(card).buttons([button("Open", "open", scene)])
}

/// Asks whoever waits to tell more.
pub fn question(scene: &mut Scene, by: UserId, words: &str) -> Message {
    let said = format!("{} of {} asks about a blocker of yours:", mention(by), asked(scene));
    let mut message = news(scene, &said, words);
    message.rows.clear();
    let pointer = Pointer::new("blocker.answer", scene.partnership, format!("{},{by}", scene.one.id));
    message.buttons([Button::new("Answer", &pointer).style(Style::Primary), button("Open", "open", scene)])
}

/// Until when, as each reader's Discord shows it.
pub(super) fn until(at: DateTime<Utc>) -> String {
    format!("{} ({})", moment(at), relative(at))
}
