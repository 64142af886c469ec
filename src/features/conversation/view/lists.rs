//! Lists: of conversations, and of their kinds.

use std::fmt::Write;

use crate::features::conversation::library::{Library, Template};
use crate::features::conversation::model::{Outcome, Stage};
use crate::features::conversation::scene::Scene;
use crate::features::pulse;
use crate::partnership::text::{channel, clipped, counted, escaped, sentence_case};
use crate::partnership::{Button, ChannelId, Message, PartnershipId, Pick, Pointer, Select, Style};

use super::{heading, names, until};

/// Which conversation to begin.
/// `wish`: what was said about it already, for the buttons.
pub fn choose(partnership: PartnershipId, library: &Library, wish: &str, all: bool) -> Message {
    let option = |key: &str, name: &str, purpose: &str| (key.to_owned(), clipped(&format!("{name}: {purpose}"), 100));
    let shown: Vec<_> = if all { library.all().collect() } else { library.first_six().collect() };
    let mut options: Vec<(String, String)> =
        shown.iter().map(|one| option(&one.key, &one.name, &one.purpose)).collect();
    options.push(option(pulse::KEY, pulse::NAME, pulse::PURPOSE));
    options.truncate(25);
    let message = Message::text(
        "**Which conversation?** Everybody writes first, unseen; all views are shown together; it ends in something that can be found again.",
    )
    .select(Select {
        does: Pointer::new("conversation.pick", partnership, wish).to_string(),
        hint: "What is it about?".to_owned(),
        from: Pick::Options(options),
        count: (1, 1),
    });
    if all {
        message
    } else {
        message.buttons([Button::new("More", &Pointer::new("conversation.more", partnership, wish))])
    }
}

/// A line of the list.
fn line(scene: &Scene, place: Option<ChannelId>) -> String {
    let one = &scene.one;
    let stage = match one.stage {
        Stage::Gathering => {
            let quiet = scene.quiet();
            let missing =
                if quiet.is_empty() { String::new() } else { format!("; not heard: {}", names(scene, &quiet)) };
            format!("gathers views until {}{missing}", until(one.ends_at))
        }
        Stage::Revealed => "all views are there to read".to_owned(),
        Stage::Discussing => "waits for a proposal".to_owned(),
        Stage::Consent if scene.is_stuck() => "stuck: it needs a call".to_owned(),
        Stage::Consent => {
            let missing = scene.tally().missing;
            let missing =
                if missing.is_empty() { String::new() } else { format!("; not heard: {}", names(scene, &missing)) };
            format!("at consent until {}{missing}", until(one.ends_at))
        }
        Stage::Closed => match &one.outcome {
            Some(Outcome::Decision(number)) => format!("decided: D-{number}"),
            _ => "closed without a decision".to_owned(),
        },
    };
    format!("• **{}** ({}): {stage}", heading(one), channel(place.unwrap_or(one.channel)))
}

/// The conversations there are, with their threads. `elsewhere`: how many more go on where not everybody reads.
pub fn list(partnership: PartnershipId, scenes: &[(Scene, Option<ChannelId>)], elsewhere: usize) -> Message {
    let more = match elsewhere {
        0 => String::new(),
        some => format!(
            "\n\n{} in channels that not everybody sees: the same command shows them there.",
            counted(some, "more conversation is", "more conversations are")
        ),
    };
    if scenes.is_empty() && elsewhere > 0 {
        return Message::text(more.trim_start());
    }
    if scenes.is_empty() {
        return Message::text("No conversation yet. `/conversation start` begins one; six kinds are offered first.");
    }
    let (open, closed): (Vec<_>, Vec<_>) = scenes.iter().partition(|(scene, _)| scene.one.stage != Stage::Closed);
    let mut parts = Vec::new();
    for (title, some) in [("Going on", &open), ("Closed lately", &closed)] {
        if !some.is_empty() {
            let lines: Vec<String> = some.iter().map(|(scene, place)| line(scene, *place)).collect();
            parts.push(format!(
                "**{title}** ({})\n{}",
                counted(some.len(), "conversation", "conversations"),
                lines.join("\n")
            ));
        }
    }
    let options: Vec<(String, String)> = scenes
        .iter()
        .take(25)
        .map(|(scene, _)| {
            let label = format!("{} · {}", scene.one.id(), scene.one.frame.title);
            (scene.one.number.to_string(), clipped(&label, 100))
        })
        .collect();
    Message::text(parts.join("\n\n") + &more).select(Select {
        does: Pointer::new("conversation.show", partnership, "").to_string(),
        hint: "Open one of them".to_owned(),
        from: Pick::Options(options),
        count: (1, 1),
    })
}

/// All kinds of conversations, a line each.
pub fn templates(library: &Library) -> Message {
    let line = |one: &Template| format!("• **{}** (`{}`): {}", escaped(&one.name), one.key, escaped(&one.purpose));
    let first: Vec<String> = library.first_six().map(line).collect();
    let rest: Vec<String> = library.rest().map(line).collect();
    Message::text(format!(
        "**A good start**\n{}\n\n**More**\n{}\n\nA kind of its own is the **{}** (`{}`): {}.\n\n`/conversation templates template:` shows what one asks; `/conversation start` begins it.",
        first.join("\n"),
        rest.join("\n"),
        pulse::NAME,
        pulse::KEY,
        pulse::PURPOSE,
    ))
}

/// One kind in full.
pub fn template(partnership: PartnershipId, one: &Template) -> Message {
    let days = usize::try_from(one.days).unwrap_or_default();
    let mut text = format!(
        "**{}**: {}.\nWho should be there: {}. {} is a good length. It ends in {}.\n\n**What it asks**",
        escaped(&one.name),
        escaped(&one.purpose),
        escaped(one.who.trim_end_matches('.')),
        sentence_case(&counted(days, "day", "days")),
        one.outcome.in_words()
    );
    for (number, prompt) in (1..).zip(&one.prompts) {
        let may = if prompt.required { "" } else { " (may stay empty)" };
        let hint = if prompt.hint.is_empty() { String::new() } else { format!("\n   *{}*", escaped(&prompt.hint)) };
        let _ = write!(text, "\n{number}. {}{may}{hint}", escaped(&prompt.label));
    }
    let point = |anonymous: bool| {
        Pointer::new("conversation.frame", partnership, format!("{},{},", one.key, u8::from(anonymous)))
    };
    Message::text(text).buttons([
        Button::new("Begin it here", &point(false)).style(Style::Primary),
        Button::new("Begin it without names", &point(true)),
    ])
}
