//! What an author is asked, and what is told of their answer.

use crate::partnership::text::{channel, escaped, mention, sentence_case};
use crate::partnership::{Button, Message, PartnershipId, Pointer, Style};

use super::model::{Purpose, Waiting};

/// What somebody would like to do with it.
fn would(one: &Waiting) -> &'static str {
    match one.purpose {
        Purpose::Decision => "record something that you wrote in",
        Purpose::Story => "keep something that you wrote in",
        Purpose::Blocker => "raise something that you wrote in",
    }
}

/// To whoever wants to pass it on: its author is asked.
pub(super) fn waits(one: &Waiting) -> Message {
    Message::text(format!(
        "Not everybody here can read this channel, and {} can read {}. So I ask {} first, who wrote the message, and tell you what they say.",
        one.purpose.reaches(),
        one.purpose.shown(),
        mention(one.author)
    ))
}

/// The author is asked.
pub(super) fn asked(partnership: PartnershipId, one: &Waiting, name: &str) -> Message {
    let button = |label: &str, action: &str| Button::new(label, &Pointer::new(action, partnership, one.id));
    let text = format!(
        "{} would like to {} {} as {}. {} could read it then, not only those in that channel.\n\n**{}**\n{}",
        escaped(name),
        would(one),
        channel(one.channel),
        one.purpose.shown(),
        sentence_case(one.purpose.reaches()),
        escaped(one.text("title")),
        escaped(one.words()),
    );
    let yes = match one.purpose {
        Purpose::Decision => "Yes, record it",
        Purpose::Story => "Yes, keep it",
        Purpose::Blocker => "Yes, raise it",
    };
    Message::text(text).buttons([button(yes, "consent.yes").style(Style::Good), button("Please don't", "consent.no")])
}

/// The same as a line in the next gathered message.
pub(super) fn notice(one: &Waiting) -> String {
    format!(
        "{} would like to {} {} as {}; say to them whether that is all right.",
        mention(one.by),
        would(one),
        channel(one.channel),
        one.purpose.shown()
    )
}

/// The question is answered already, or too old.
pub(super) fn nothing_waits() -> Message {
    Message::text("This doesn't wait for you any more.")
}

/// The author said no.
pub(super) fn not_passed_on() -> Message {
    Message::text("All right. It stays where you wrote it, and I say so without a reason.")
}

/// The author said yes.
pub(super) fn is_passed_on(named: &str) -> Message {
    Message::text(format!("Thank you. It is kept as {named}."))
}

/// What came of it, for whoever wanted to pass it on.
pub(super) fn was_let(named: &str, then: &str) -> Message {
    Message::text(format!("The author said yes: {named} is kept. {then}"))
}

/// The same where the author said no.
pub(super) fn was_not_let(one: &Waiting) -> Message {
    let own = match one.purpose {
        Purpose::Decision => "`/decision record` takes a record in your own words.",
        Purpose::Story => "`/share story` takes a story in your own words.",
        Purpose::Blocker => "`/blocker raise` takes it in your own words.",
    };
    Message::text(format!(
        "“{}” isn't kept as {}: its author would rather leave it in that channel. {own}",
        escaped(one.text("title")),
        one.purpose.shown()
    ))
}
