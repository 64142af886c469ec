//! What is said in a conversation's thread.

use std::fmt::Write;

use crate::partnership::text::{counted, escaped, mention, moment};
use crate::partnership::{Button, Call, File, Message, OrganisationId, Pointer, Style, UserId};

use crate::features::conversation::library::Ending;
use crate::features::conversation::model::{Conversation, Position, Proposal, Stance, View};
use crate::features::conversation::policy::{FEWEST, ROUNDS};
use crate::features::conversation::scene::Scene;

use super::{button, heading, names, stances, until, who};

/// Longest text that is shown in the message itself.
const INLINE: usize = 1_900;

/// The first post: what it asks.
pub fn opened(scene: &Scene) -> Message {
    let about = scene.one.frame.blocker.map_or_else(String::new, |number| {
        format!("It is about blocker **B-{number}** (`/blocker show` has all of it), and a decision clears it.\n")
    });
    Message::text(format!(
        "{about}{}\n-# Talk here at any time. Answers go through the button, so that nobody reads them first.",
        asks(&scene.one)
    ))
    .buttons([button("Add your view", "conversation.add", scene).style(Style::Primary)])
}

/// The prompts, numbered.
pub fn asks(one: &Conversation) -> String {
    let mut text = "**What it asks**".to_owned();
    for (number, prompt) in (1..).zip(&one.frame.template.prompts) {
        let _ = write!(text, "\n{number}. {}", escaped(&prompt.label));
        if !prompt.hint.is_empty() {
            let _ = write!(text, " *{}*", escaped(&prompt.hint));
        }
    }
    text
}

/// All views are shown a day from now.
pub fn announced(scene: &Scene) -> Message {
    let heard = if scene.quiet().is_empty() { "Every organisation has been heard. " } else { "" };
    Message::text(format!(
        "{heard}All views are shown {}. Until then yours can be added or changed.",
        until(scene.one.ends_at)
    ))
    .buttons([button("Add your view", "conversation.add", scene)])
}

/// The deadline has passed with too few views to show.
pub fn too_few(views: usize) -> Message {
    Message::text(format!(
        "The time has passed with {}. This one is without names, and fewer than {FEWEST} would give their authors away: they stay closed until there are {FEWEST}, and are shown a day after the fifth.",
        counted(views, "view", "views")
    ))
}

/// All views, by prompt: each prompt's answers in the order given.
pub fn revealed(scene: &Scene, views: &Answers) -> Message {
    let count = views.count;
    if count == 0 {
        return Message::text(
            "The time for views has passed, and there are none. Talk here, or stop it with **Facilitate**.",
        );
    }
    let inline = views.inline(scene);
    let from = if views.organisations.is_empty() {
        String::new()
    } else {
        format!(" from {}", names(scene, &views.organisations))
    };
    let intro = format!(
        "**All views are here**: {}{from}, in no order{}.",
        counted(count, "view", "views"),
        if scene.one.anonymous { ", without names" } else { "" }
    );
    if intro.chars().count() + inline.chars().count() <= INLINE {
        return Message::text(format!("{intro}\n{inline}")).buttons(feeds(scene));
    }
    let mut message = Message::text(format!("{intro} They are too long for a message: read them all in the file."));
    message.files.push(File {
        name: format!("{}-views.md", scene.one.id()),
        bytes: views.document(scene).into_bytes(),
        alt: "All views, by question, as text".to_owned(),
    });
    message.buttons(feeds(scene))
}

/// What the views can become beside an outcome, where the template is about that.
fn feeds(scene: &Scene) -> Vec<Button> {
    let to = |action: &str, kind: &str| Pointer::new(action, scene.partnership, format!("{kind},{}", scene.one.number));
    match scene.one.frame.template.outcome {
        Ending::Offers => vec![
            Button::new("Offer something…", &to("share.offering", "offer")),
            Button::new("Ask for something…", &to("share.offering", "need")),
        ],
        Ending::Terms => {
            vec![Button::new("Keep what a word means…", &Pointer::new("share.mean", scene.partnership, 0))]
        }
        Ending::Story => vec![Button::new("Keep mine as a story…", &to("share.telling", "success"))],
        Ending::Lesson => vec![Button::new("Keep a lesson…", &to("share.telling", "lesson"))],
        _ => Vec::new(),
    }
}

/// An answer, and its author and their organisation where they are shown.
type Answer = (Option<UserId>, Option<OrganisationId>, String);

/// The answers of a conversation, by prompt.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// How many people answered.
    pub count: usize,
    /// Of which organisations.
    pub organisations: Vec<OrganisationId>,
    /// For each prompt its answers, and their authors where they are shown.
    prompts: Vec<Vec<Answer>>,
}

impl Answers {
    /// Of an anonymous conversation: as many as the prompt that most have answered.
    pub fn loose(prompts: Vec<Vec<String>>, organisations: Vec<OrganisationId>) -> Self {
        let count = prompts.iter().map(Vec::len).max().unwrap_or_default();
        let prompts =
            prompts.into_iter().map(|texts| texts.into_iter().map(|text| (None, None, text)).collect()).collect();
        Self { count, organisations, prompts }
    }

    /// With their authors, shuffled by `shuffle`.
    pub fn named(
        views: &[View],
        prompts: usize,
        organisations: Vec<OrganisationId>,
        shuffle: impl Fn(&mut [usize]),
    ) -> Self {
        let mut order: Vec<usize> = (0..views.len()).collect();
        shuffle(&mut order);
        let of_prompt = |prompt: usize| {
            let texts = order.iter().filter_map(|index| {
                let view = views.get(*index)?;
                let text = view.words.get(prompt).filter(|text| !text.is_empty())?;
                Some((Some(view.speaker.person), Some(view.speaker.organisation), text.clone()))
            });
            texts.collect()
        };
        Self { count: views.len(), organisations, prompts: (0..prompts).map(of_prompt).collect() }
    }

    fn inline(&self, scene: &Scene) -> String {
        let mut text = String::new();
        for (number, (prompt, answers)) in (1..).zip(scene.one.frame.template.prompts.iter().zip(&self.prompts)) {
            if answers.is_empty() {
                continue;
            }
            let _ = write!(text, "\n**{number}. {}**", escaped(&prompt.label));
            for (person, organisation, words) in answers {
                let author = person.map_or_else(String::new, |user| format!("{}: ", who(scene, user, *organisation)));
                let _ = write!(text, "\n• {author}{}", escaped(words).replace('\n', "\n  "));
            }
        }
        text
    }

    /// Everything as Markdown. What people wrote is quoted, so that it can't pass for anything else.
    fn document(&self, scene: &Scene) -> String {
        let title: String = scene.one.frame.title.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut text = format!("# {} · {title}\n", scene.one.id());
        for (number, (prompt, answers)) in (1..).zip(scene.one.frame.template.prompts.iter().zip(&self.prompts)) {
            let _ = write!(text, "\n## {number}. {}\n", prompt.label);
            for (person, organisation, words) in answers {
                let author = person.map_or_else(String::new, |user| {
                    let of = organisation.map_or_else(String::new, |id| format!(" ({})", scene.name_of(id)));
                    format!("**{}**{of}\n\n", scene.person(user))
                });
                let _ = write!(text, "\n{author}> {}\n", words.replace('\n', "\n> "));
            }
        }
        text
    }
}

/// It is time for proposals.
pub fn discuss(scene: &Scene) -> Message {
    Message::text("**What do you propose?** Talk here; anybody can put forward a proposal: what, why, and what would tell us that it is wrong.")
        .buttons([button("Put forward a proposal", "conversation.propose", scene).style(Style::Primary)])
}

/// A proposal, as everybody reads it.
pub fn proposed(scene: &Scene, proposal: &Proposal, organisation: Option<OrganisationId>) -> Message {
    forward(scene, proposal, format!("{} puts forward:", author(scene, proposal, organisation)))
}

/// The same in other words.
pub fn put_otherwise(scene: &Scene, proposal: &Proposal, organisation: Option<OrganisationId>) -> Message {
    forward(scene, proposal, format!("{} puts it otherwise:", author(scene, proposal, organisation)))
}

fn forward(scene: &Scene, proposal: &Proposal, intro: String) -> Message {
    let row = format!("{},{}", scene.one.number, proposal.number);
    let button = |label: &str, action: &str| Button::new(label, &Pointer::new(action, scene.partnership, &row));
    Message::text(intro + "\n" + &words(proposal)).buttons([
        button("Take it to consent", "conversation.to_consent").style(Style::Primary),
        button("Change it", "conversation.change"),
    ])
}

fn author(scene: &Scene, proposal: &Proposal, organisation: Option<OrganisationId>) -> String {
    proposal.author.map_or_else(|| "Somebody who has left".to_owned(), |user| who(scene, user, organisation))
}

/// A proposal's own words.
fn words(proposal: &Proposal) -> String {
    let mut text = format!("> {}", escaped(&proposal.what).replace('\n', "\n> "));
    for (name, words) in [("Why", &proposal.why), ("What would tell us that it is wrong", &proposal.wrong_if)] {
        if !words.is_empty() {
            let _ = write!(text, "\n**{name}**: {}", escaped(words));
        }
    }
    if let Some(date) = proposal.review_on {
        let _ = write!(text, "\n**Looked at again**: {}", crate::partnership::text::day(date));
    }
    text
}

/// A version goes to consent.
pub fn consent(scene: &Scene, proposal: &Proposal) -> Message {
    let asked: Vec<OrganisationId> = scene.voices.iter().map(|voice| voice.organisation).collect();
    let round = if proposal.version == 1 {
        "**A proposal is at consent.**".to_owned()
    } else {
        format!("**Version {} is at consent.** Stances on earlier versions are kept with them.", proposal.version)
    };
    Message::text(format!(
        "{round}\n{}\nEverybody of {} answers once, by {}, and may change it until then. Consent isn't that you like it best: it is that you can work with it. An objection needs a reason.",
        words(proposal),
        names(scene, &asked),
        until(scene.one.ends_at)
    ))
    .buttons(stances(scene))
}

/// Somebody consents, with a concern.
pub fn concern(scene: &Scene, stance: &Stance, version: i64) -> Message {
    Message::text(format!(
        "{} consents to version {version}, with a concern:\n> {}",
        who(scene, stance.speaker.person, Some(stance.speaker.organisation)),
        escaped(&stance.words).replace('\n', "\n> ")
    ))
}

/// Somebody may speak for an organisation from now on.
pub fn deputy(scene: &Scene, organisation: OrganisationId, user: UserId) -> Message {
    let organisation = escaped(&scene.name_of(organisation));
    Message::text(format!(
        "**{}** may speak for {organisation} here, as its deputy. Whoever is of {organisation} can speak for it all the same.",
        escaped(&scene.person(user))
    ))
}

/// Somebody objects. Whoever wrote the proposal is told.
pub fn objection(scene: &Scene, stance: &Stance, version: i64) -> Message {
    let author = scene.proposal.as_ref().and_then(|one| one.author).filter(|author| *author != stance.speaker.person);
    let to = author.map_or_else(String::new, |author| format!("\n-# For {}, who wrote it.", mention(author)));
    let mut message = Message::text(format!(
        "{} objects to version {version}:\n> {}{to}",
        who(scene, stance.speaker.person, Some(stance.speaker.organisation)),
        escaped(&stance.words).replace('\n', "\n> ")
    ));
    if let Some(author) = author {
        message = message.ping(author);
    }
    if version >= ROUNDS {
        return message;
    }
    message.buttons([button("Amend the proposal", "conversation.amend", scene).style(Style::Primary)])
}

/// Somebody objects no more.
pub fn withdrawn(scene: &Scene, stance: &Stance) -> Message {
    let now = match stance.position {
        Position::Concern => "consents with a concern",
        Position::Aside => "stands aside",
        Position::Consent | Position::Objection => "consents",
    };
    Message::text(format!(
        "{} has taken the objection back and {now}.",
        who(scene, stance.speaker.person, Some(stance.speaker.organisation))
    ))
}

/// The time for stances has passed, and something is missing.
pub fn grace(scene: &Scene) -> Message {
    let tally = scene.tally();
    let mut lines = Vec::new();
    if !tally.missing.is_empty() {
        lines.push(format!(
            "The time has passed, and there is no word yet from {}. There are two working days more, until {}; silence is no veto.",
            names(scene, &tally.missing),
            until(scene.one.ends_at)
        ));
    }
    if tally.objections > 0 {
        lines.push(format!(
            "An objection is open: a new version or a change of mind is possible until {}.",
            until(scene.one.ends_at)
        ));
    }
    if lines.is_empty() {
        lines.push(format!(
            "The time has passed, and nobody has consented to it. That is possible until {}.",
            until(scene.one.ends_at)
        ));
    }
    Message::text(lines.join("\n")).buttons(stances(scene))
}

/// Writing doesn't settle it.
pub fn stuck(scene: &Scene) -> Message {
    Message::text("**It is stuck**: an objection stands after three versions. That is no failure; some things need voices. Whoever looks after it can plan a call, and record what came of it.")
        .buttons([button("Plan a call", "conversation.call", scene).style(Style::Primary)])
}

/// A call is planned.
pub fn call(scene: &Scene, call: Call) -> Message {
    let mut message = Message::text(format!(
        "**A call on {}**: {}. Afterwards its outcome is recorded here, whatever it is.",
        heading(&scene.one),
        moment(call.starts_at)
    ));
    message.call = Some(call);
    message
}

/// It is decided; with the record.
pub fn decided(mut record: Message) -> Message {
    record.text = format!("**It is decided.** Thank you for every voice.\n{}", record.text);
    record
}

/// It is over without a decision. `unread`: how many views were deleted before anybody read them.
pub fn closed(scene: &Scene, unread: usize) -> Message {
    let ended = super::ended(&scene.one);
    if unread == 0 {
        return Message::text(format!("{ended}\nThank you for every voice. What was said stays in this thread."));
    }
    Message::text(format!(
        "{ended}\nIt ended before views were shown, so {} that nobody has read {} deleted. Thank you for them all the same.",
        counted(unread, "view", "views"),
        if unread == 1 { "is" } else { "are" }
    ))
}

/// A copy of the database was restored that had no keys.
pub fn restored() -> Message {
    Message::text(
        "I was restored from a copy, and sealed views can't be opened any more: please add yours again. Those who had added one hear so in private.",
    )
}

/// A stage ends at another time.
pub fn new_time(scene: &Scene) -> Message {
    Message::text(format!("The time has changed: until {}.", until(scene.one.ends_at)))
}
