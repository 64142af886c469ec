//! Blockers as lists: what is in the way, and who waits on whom.

use std::collections::BTreeMap;

use crate::features::blocker::model::Blocker;
use crate::features::blocker::policy::{Standing, Wait};
use crate::partnership::text::{clipped, counted, day, escaped, moment};
use crate::partnership::{Button, Message, OrganisationId, PartnershipId, Pick, Pointer, Select};
use crate::picture::waits::{Arrow, Waits};

use super::{age, heading};

/// A blocker in a line.
pub fn line(one: &Blocker, standing: Standing, names: &BTreeMap<OrganisationId, String>) -> String {
    let on =
        one.asked.and_then(|id| names.get(&id)).map_or_else(String::new, |name| format!(" · on **{}**", escaped(name)));
    let how = match standing {
        Standing::Resolved => " · out of the way".to_owned(),
        Standing::Open => String::new(),
        Standing::Waits(passed) => format!(" for {}", age(passed)),
        Standing::InHand(until) => format!(", in hand until {}", moment(until)),
    };
    let by = match (one.resolved, one.says.needed_by) {
        (false, Some(date)) => format!(" · needed by {}", day(date)),
        _ => String::new(),
    };
    format!("- **{}**{on}{how}{by}", heading(one))
}

/// A blocker, as lists offer it: its row and a label.
pub fn choice(one: &Blocker) -> (String, String) {
    let state = if one.resolved { " (out of the way)" } else { "" };
    (one.id.to_string(), clipped(&format!("{}{state} · {}", one.said(), one.says.title), 100))
}

/// A page of a list. Its heading says what is listed.
pub fn found(
    partnership: PartnershipId,
    heading: &str,
    all: &[(Blocker, Standing)],
    names: &BTreeMap<OrganisationId, String>,
    page: usize,
    size: usize,
) -> Message {
    let shown: Vec<&(Blocker, Standing)> = all.iter().skip(page * size).take(size).collect();
    let lines: Vec<String> = shown.iter().map(|(one, standing)| line(one, *standing, names)).collect();
    let button = |label: &str, page: usize| Button::new(label, &Pointer::new("blocker.page", partnership, page));
    let earlier = (page > 0).then(|| button("Back", page.saturating_sub(1)));
    let more = ((page + 1) * size < all.len()).then(|| button("Next page", page + 1));
    let options: Vec<(String, String)> = shown.iter().map(|(one, _)| choice(one)).collect();
    let message = Message::text(format!("{heading}\n{}", lines.join("\n")));
    let message = if options.is_empty() {
        message
    } else {
        message.select(Select {
            does: Pointer::new("blocker.picked", partnership, "").to_string(),
            hint: "Open one".to_owned(),
            from: Pick::Options(options),
            count: (1, 1),
        })
    };
    message.buttons(earlier.into_iter().chain(more))
}

/// Who waits on whom, in lines: the most first.
pub fn waits(
    waits: &BTreeMap<(Option<OrganisationId>, OrganisationId), Wait>,
    names: &BTreeMap<OrganisationId, String>,
) -> String {
    let name = |id: Option<OrganisationId>| match id {
        Some(id) => names.get(&id).map_or_else(|| "an organisation that has left".to_owned(), |name| escaped(name)),
        None => "people of no organisation".to_owned(),
    };
    let mut all: Vec<_> = waits.iter().collect();
    all.sort_by_key(|(pair, wait)| (std::cmp::Reverse(wait.count), **pair));
    let lines = all.into_iter().map(|((from, to), wait)| {
        let oldest = wait
            .oldest
            .as_ref()
            .map_or_else(String::new, |(said, passed)| format!(", the oldest for {} ({said})", age(*passed)));
        let in_hand = if wait.in_hand > 0 { format!(", {} in hand", wait.in_hand) } else { String::new() };
        let count = counted(wait.count, "blocker", "blockers");
        format!("- {} waits on **{}**: {count}{oldest}{in_hand}", name(*from), name(Some(*to)))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The same as a picture, of the organisations that wait or are waited on.
pub fn picture(
    waits: &BTreeMap<(Option<OrganisationId>, OrganisationId), Wait>,
    tags: &BTreeMap<OrganisationId, String>,
) -> Waits {
    let mut ring: Vec<Option<OrganisationId>> = waits.keys().flat_map(|(from, to)| [*from, Some(*to)]).collect();
    ring.sort_unstable();
    ring.dedup();
    let place = |id: Option<OrganisationId>| ring.iter().position(|one| *one == id).unwrap_or_default();
    let arrow = |((from, to), wait): (&(Option<OrganisationId>, OrganisationId), &Wait)| Arrow {
        from: place(*from),
        to: place(Some(*to)),
        count: wait.count,
        days: wait.oldest.as_ref().map(|(_, passed)| passed.days),
    };
    Waits {
        arrows: waits.iter().map(arrow).collect(),
        organisations: ring
            .iter()
            .map(|id| id.and_then(|id| tags.get(&id)).cloned().unwrap_or_else(|| "–".to_owned()))
            .collect(),
    }
}
