//! A blocker for one reader: what they can do with it, and what has happened to it.

use std::collections::BTreeMap;

use crate::features::blocker::ask::Reached;
use crate::features::blocker::model::{Blocker, Event, Kind, NOBODY, SeenBy};
use crate::features::blocker::policy::{self, Viewer};
use crate::features::blocker::scene::Scene;
use crate::partnership::text::{clipped, counted, escaped, listed, mention, moment, who};
use crate::partnership::{Button, Card, File, Message, Pick, Pointer, Select, Style, UserId};

use super::{age, asked, button, facts, heading, until};

/// Most options in a select.
const MOST_OPTIONS: usize = 25;
/// What of a history fits into a message; the rest is a file.
const LONGEST_HISTORY: usize = 3_500;

fn select(scene: &Scene, action: &str, hint: &str, from: Pick, count: (u8, u8)) -> Select {
    let does = Pointer::new(&format!("blocker.{action}"), scene.partnership, scene.one.id).to_string();
    Select { does, hint: hint.to_owned(), from, count }
}

/// A blocker with all that its reader can do.
pub fn panel(scene: &mut Scene, viewer: &Viewer, said: &str) -> Message {
    let standing = scene.standing();
    let waited = match standing {
        policy::Standing::Waits(passed) => format!("\nIt has waited for {}.", age(passed)),
        _ => String::new(),
    };
    let seen_by = match scene.one.seen_by {
        SeenBy::Named => {
            let named: Vec<String> = scene.named.iter().map(|user| mention(*user)).collect();
            let with = if named.is_empty() { "nobody else".to_owned() } else { listed(&named) };
            format!("Seen by {} and {with}.", who(scene.one.author))
        }
        _ => format!("Seen by {}.", super::seen_by(scene)),
    };
    let text = format!("{}{waited}\n{seen_by}", facts(scene, standing));
    let card = Card { title: heading(&scene.one), text, ..Card::default() };
    let mut message = Message::text(said).card(card);
    let (waits, is_asked) = (viewer.waits(&scene.one), viewer.is_asked(&scene.one));
    if scene.one.resolved {
        let reopen = (waits || is_asked).then(|| button("Reopen", "reopen", scene));
        return message.buttons(reopen.into_iter().chain([button("History", "history", scene)]));
    }
    if is_asked && scene.one.their_owner == NOBODY {
        message = message.buttons(super::answers(scene));
    }
    if (waits || is_asked) && !scene.one.says.conditions.is_empty() {
        let conditions = scene.one.says.conditions.iter().enumerate().map(|(at, one)| {
            let state = if one.met { "done" } else { "open" };
            (at.to_string(), clipped(&format!("{state}: {}", one.words), 100))
        });
        let from = Pick::Options(conditions.take(MOST_OPTIONS).collect());
        message = message.select(select(scene, "tick", "A condition is met, or isn't after all", from, (1, 1)));
    }
    if waits && scene.shared() {
        message = message.select(select(scene, "waiting", "On whom does it wait?", organisations(scene), (1, 1)));
    }
    let mine = scene.one.owner == viewer.user || scene.one.their_owner == viewer.user;
    let acts = waits || is_asked;
    let takes_on = (acts && !mine && scene.shared()).then(|| button("I look after it", "claim", scene));
    let timed = acts && scene.one.asked.is_some();
    let hold = timed.then(|| match scene.one.held(scene.now) {
        Some(_) if waits => button("It goes on now", "hold_end", scene),
        _ => button("It takes until …", "hold", scene),
    });
    let escalate = (waits && scene.one.asked.is_some()).then(|| button("Ask higher up", "escalate", scene));
    let resolve = acts.then(|| button("It's out of the way", "resolve", scene).style(Style::Good));
    let news = Some(button("Add news", "update", scene));
    message = message.buttons(takes_on.into_iter().chain(hold).chain(escalate).chain(news).chain(resolve));
    let change = waits.then(|| button("Change", "change", scene));
    let links = (waits && scene.shared()).then(|| button("Other blockers", "links", scene));
    let decided = scene.one.number.filter(|_| acts).map(|number| {
        let clearing = Pointer::new("decision.clearing", scene.partnership, format!("B-{number}"));
        Button::new("A decision clears it", &clearing)
    });
    let talk = scene.one.number.filter(|_| acts).map(|number| {
        Button::new("Talk it through…", &Pointer::new("conversation.about", scene.partnership, format!("B-{number}")))
    });
    let history = button("History", "history", scene);
    message.buttons(change.into_iter().chain(links).chain(talk).chain(decided).chain([history]))
}

fn organisations(scene: &Scene) -> Pick {
    let mut options: Vec<(String, String)> = scene
        .organisations()
        .into_iter()
        .filter(|one| Some(one.id) != scene.one.asked)
        .take(MOST_OPTIONS - 1)
        .map(|one| (one.id.to_string(), clipped(&format!("{} ({})", one.name, one.tag), 100)))
        .collect();
    if scene.one.asked.is_some() || options.is_empty() {
        options.push(("none".to_owned(), "On nobody in particular".to_owned()));
    }
    Pick::Options(options)
}

/// What is rarely changed: kind, who may see it, the words, whom there it waits for.
pub fn change(scene: &Scene, viewer: &Viewer, said: &str) -> Message {
    let one = &scene.one;
    let card = Card { title: heading(one), text: format!("Seen by {}.", super::seen_by(scene)), ..Card::default() };
    let kinds = Kind::ALL.into_iter().filter(|kind| *kind != one.kind && (*kind != Kind::Worry || !scene.shared()));
    let kinds: Vec<(String, String)> =
        kinds.map(|kind| (kind.as_str().to_owned(), format!("It is about {}", kind.as_str()))).collect();
    let message =
        Message::text(said).card(card).select(select(scene, "kind", "What is it about?", Pick::Options(kinds), (1, 1)));
    let message = who_may_see(scene, viewer, message);
    let there = one.asked.is_some().then(|| button("Name somebody there", "there", scene));
    message.buttons([button("Put it otherwise", "words", scene)].into_iter().chain(there))
}

/// Adds who may see it: wider circles, and for what isn't shared, people by name.
pub fn who_may_see(scene: &Scene, viewer: &Viewer, message: Message) -> Message {
    let one = &scene.one;
    if one.author != viewer.user && !scene.shared() {
        return message;
    }
    let wider = [
        (SeenBy::Squad, format!("Share it with {}", scene.squad.name)),
        (SeenBy::Everybody, "Share it with everybody here".to_owned()),
    ];
    let wider: Vec<(String, String)> = wider
        .into_iter()
        .filter(|(seen_by, _)| policy::may_widen(one.seen_by, *seen_by))
        .map(|(seen_by, label)| (seen_by.as_str().to_owned(), clipped(&label, 100)))
        .collect();
    let message = if wider.is_empty() {
        message
    } else {
        message.select(select(scene, "share", "Share it with more people", Pick::Options(wider), (1, 1)))
    };
    if scene.shared() || one.author != viewer.user {
        return message;
    }
    message.select(select(scene, "named", "Let people see it whom you trust", Pick::Users, (1, 10)))
}

/// Whom there it waits for.
pub fn person_there(scene: &Scene) -> Message {
    Message::text(format!("Who at {} is it waiting for? They are asked in private.", asked(scene))).select(select(
        scene,
        "whom",
        "Somebody there",
        Pick::Users,
        (1, 1),
    ))
}

/// After it was raised: who has it now, and the ways on.
pub fn raised(scene: &mut Scene, viewer: &Viewer, reached: Option<Reached>) -> Message {
    let at = asked(scene);
    let said = match (scene.one.seen_by, reached) {
        (SeenBy::Named, _) => {
            "✅ Kept. Nobody else sees it, not even that it is there. Name people whom you trust, or share it when you want to."
                .to_owned()
        }
        (_, None) => "✅ It's on the table. If you know on whom it waits, say so: then they hear of it.".to_owned(),
        (_, Some(Reached::Channel)) => format!("✅ It's on the table, and {at} has it in its own channel."),
        (_, Some(Reached::People(count))) => {
            format!("✅ It's on the table. At {at}, {} asked.", counted(count, "person is", "people are"))
        }
        (_, Some(Reached::Nobody)) => format!(
            "✅ It's on the table. Nobody answers for {at} here yet: an admin can ask somebody with `/organisation edit` and `contact`. Until then, name somebody there under Change."
        ),
    };
    let message = panel(scene, viewer, &said);
    if scene.one.seen_by == SeenBy::Named { who_may_see(scene, viewer, message) } else { message }
}

/// Asks whoever waits whether a time is agreed.
pub fn hold_question(scene: &Scene, by: UserId) -> Message {
    let Some(hold) = &scene.one.says.proposed else { return Message::text("That has been answered already.") };
    Message::text(format!(
        "**{}**: {} of {} says that it takes until {}.\n> {}\nIf you agree, it is in hand until then: nobody is reminded, and it doesn't count as late.",
        heading(&scene.one),
        mention(by),
        asked(scene),
        until(hold.until),
        escaped(&hold.why).replace('\n', "\n> ")
    ))
    .buttons([
        button("Agreed", "hold_yes", scene).style(Style::Good),
        button("That's too long", "hold_no", scene),
        button("Open", "open", scene),
    ])
}

/// All that has happened, oldest first; what is long goes into a file, which says people by name.
pub fn history(one: &Blocker, events: &[Event], names: &BTreeMap<UserId, String>) -> Message {
    let lines: Vec<String> =
        events.iter().map(|event| format!("{} · {}", moment(event.at), super::happened_text(event))).collect();
    let text = format!("**{}**\n{}", heading(one), lines.join("\n"));
    if text.chars().count() <= LONGEST_HISTORY {
        return Message::text(text);
    }
    let plain = |event: &Event| {
        let by = names.get(&event.who).map_or_else(String::new, |name| format!("{name}: "));
        let what = names.iter().fold(event.what.clone(), |what, (user, name)| what.replace(&mention(*user), name));
        format!("{} · {by}{what}\n{}", event.at.format("%Y-%m-%d %H:%M UTC"), event.words)
    };
    let plain: Vec<String> = events.iter().map(plain).collect();
    let mut message = Message::text(format!(
        "**{}**\n{} have happened to it; the file has them all. The latest:\n{}",
        heading(one),
        counted(events.len(), "thing", "things"),
        lines.iter().rev().take(5).rev().cloned().collect::<Vec<_>>().join("\n")
    ));
    message.files.push(File {
        name: format!("{}.txt", one.said().to_lowercase()),
        bytes: plain.join("\n\n").into_bytes(),
        alt: "All that has happened to the blocker".to_owned(),
    });
    message
}
