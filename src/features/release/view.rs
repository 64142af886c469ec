//! A release, as the squad and its person read it.

pub(super) mod planned;

use std::cmp::Reverse;
use std::fmt::Write as _;

use chrono::NaiveDate;

use crate::features::squad::model::Squad;
use crate::partnership::text::{channel, clipped, day, escaped, moment};
use crate::partnership::{Button, Message, PartnershipId, Pointer};

use super::model::{Release, Tallied};

/// Longest tally, in characters: Discord takes 2,000.
const LONGEST_TALLY: usize = 1_600;

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

/// To the squad: what went out on a day, and nobody's name.
pub(super) fn tally(partnership: PartnershipId, squad: &Squad, date: NaiveDate, releases: &[Tallied]) -> Message {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for one in releases {
        let name = repository(one);
        match counts.iter_mut().find(|count| count.0 == name) {
            Some(count) => count.1 += 1,
            None => counts.push((name, 1)),
        }
    }
    counts.sort_by_key(|(name, count)| (Reverse(*count), *name));
    let some = counts.iter().take(8).map(|(name, count)| format!("{} {count}", escaped(&clipped(name, 40))));
    let mut text =
        format!("**Released on {}: {}** ({})", day(date), releases.len(), some.collect::<Vec<_>>().join(", "));
    for (index, one) in releases.iter().enumerate() {
        let what = escaped(&clipped(&one.what, 80));
        let line = if one.url.is_empty() { what } else { format!("[{what}](<{}>)", one.url) };
        let line = format!("\n• {line} · {}", escaped(&clipped(repository(one), 40)));
        if text.chars().count() + line.chars().count() > LONGEST_TALLY {
            let rest = releases.len() - index;
            let _ = write!(text, "\n… and {rest} more");
            break;
        }
        text.push_str(&line);
    }
    // Where people see it who aren't the lead; what it does is said in the answer, to them alone.
    Message::text(text).buttons([Button::new("Link my account…", &Pointer::new("webhook.link", partnership, squad.id))])
}

/// The short name of a repository; what somebody recorded themselves has none.
fn repository(one: &Tallied) -> &str {
    if one.repository.is_empty() { "shared here" } else { one.repository.rsplit('/').next().unwrap_or_default() }
}
