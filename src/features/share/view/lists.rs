//! Shares as lists.

use crate::features::release::model::{Planned, Release};
use crate::features::share::model::{Share, State};
use crate::partnership::text::{clipped, counted, escaped, moment, sentence_case};
use crate::partnership::{Button, Message, PartnershipId, Pick, Pointer, Select};

/// Lines on one page.
const PAGE: usize = 8;

/// Something in a list: how it reads there, and how it can be picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// A line.
    pub text: String,
    /// Value and label; none where there is nothing more to show.
    pub pick: Option<(String, String)>,
}

/// A share in a line.
pub fn line(one: &Share) -> Line {
    let kind = match one.says.category {
        Some(category) => format!("{}, {}", one.kind.shown(), category.as_str()),
        None => one.kind.shown().to_owned(),
    };
    let closed = if one.state == State::Closed { " · stands no more" } else { "" };
    let text = format!("- **S-{}** {} · {kind}{closed}", one.number, escaped(&one.says.title));
    Line { text, pick: Some(choice(one)) }
}

/// A release in a line.
pub fn released(one: &Release, squad: &str) -> Line {
    Line {
        text: format!("- {} · {}, {}", escaped(&clipped(&one.what, 100)), escaped(squad), moment(one.at)),
        pick: None,
    }
}

/// A release that is coming up, in a line.
pub fn coming_up(one: &Planned, squad: &str) -> Line {
    let text = format!("- Coming up: {} · {}, {}", escaped(&clipped(&one.what, 100)), escaped(squad), moment(one.at));
    Line { text, pick: None }
}

/// A share, as completions offer it: value and label.
pub fn choice(one: &Share) -> (String, String) {
    let label = format!("S-{} · {} ({})", one.number, one.says.title, one.kind.shown());
    (format!("S-{}", one.number), clipped(&label, 100))
}

/// A page of what was found. `what` is what was asked for, in the plural.
pub fn found(partnership: PartnershipId, what: &str, words: &str, all: &[Line], page: usize) -> Message {
    if all.is_empty() {
        return Message::text(if words.is_empty() {
            format!(
                "No {what} yet. `/share story`, `/share term`, `/share offer`, `/share need` and `/share release` each take a first one."
            )
        } else {
            format!(
                "Nothing was found for “{}” among the {what}. Fewer words, or the beginning of one, may find it.",
                escaped(words)
            )
        });
    }
    let heading = if words.is_empty() {
        format!("{}, the latest first", sentence_case(what))
    } else {
        format!("{} for “{}”", counted(all.len(), "match", "matches"), escaped(words))
    };
    let page = page.min((all.len() - 1) / PAGE);
    let here: Vec<&Line> = all.iter().skip(page * PAGE).take(PAGE).collect();
    let lines: Vec<&str> = here.iter().map(|one| one.text.as_str()).collect();
    let options: Vec<(String, String)> = here.iter().filter_map(|one| one.pick.clone()).collect();
    let mut message = Message::text(format!("{heading}\n{}", lines.join("\n")));
    if !options.is_empty() {
        message = message.select(Select {
            does: Pointer::new("share.picked", partnership, "").to_string(),
            hint: "Show one".to_owned(),
            from: Pick::Options(options),
            count: (1, 1),
        });
    }
    let button = |label: &str, page: usize| Button::new(label, &Pointer::new("share.page", partnership, page));
    let back = (page > 0).then(|| button("Back", page.saturating_sub(1)));
    let more = ((page + 1) * PAGE < all.len()).then(|| button("More", page + 1));
    message.buttons(back.into_iter().chain(more))
}
