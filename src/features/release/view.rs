//! A release, as the squad and its person read it.

use chrono::NaiveDate;

use crate::features::squad::model::Squad;
use crate::partnership::text::{channel, day, escaped, moment};
use crate::partnership::{Button, Message, PartnershipId, Pointer};

use super::model::Release;

/// To the squad: one quiet line.
pub(super) fn posted(name: &str, release: &Release) -> Message {
    Message::text(format!("Released: **{}**, {} ({})", escaped(&release.what), moment(release.at), escaped(name)))
}

/// To its person: it is recorded. `day_off` is a day off of theirs on which it was, of which nothing
/// is known.
pub(super) fn recorded(
    partnership: PartnershipId,
    squad: &Squad,
    release: &Release,
    day_off: Option<NaiveDate>,
) -> Message {
    let text = format!(
        "Recorded for {}: **{}**, {}. It stands in {} with your name, and nobody is notified.",
        escaped(&squad.name),
        escaped(&release.what),
        moment(release.at),
        channel(squad.channel)
    );
    let back = Button::new("Take it back", &Pointer::new("release.undo", partnership, release.id));
    let Some(date) = day_off else { return Message::text(text).buttons([back]) };
    let worked = Pointer::new("pace.worked", partnership, format!("{date},yes"));
    Message::text(format!(
        "{text}\n{} was a day off for you. If you worked on it, you can say so for your own pace; only you see that.",
        day(date)
    ))
    .buttons([back, Button::new(format!("I worked {}", day(date)), &worked)])
}

/// To its person: it is gone.
pub(super) fn taken_back(release: &Release) -> Message {
    Message::text(format!(
        "Taken back: **{}**. Its line in the channel goes, too. `/share release` records it anew.",
        escaped(&release.what)
    ))
}

/// It was gone before.
pub(super) fn gone() -> Message {
    Message::text("That was taken back already.")
}
