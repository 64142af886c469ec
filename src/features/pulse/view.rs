//! A pulse as people read it.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::features::organisation::model::Organisation;
use crate::partnership::text::{channel as link, counted, escaped, moment, relative};
use crate::partnership::{Button, Card, ChannelId, Field, Form, Message, PartnershipId, Pointer, Style};
use crate::picture::pulse::{Chart, Line};

use super::model::{Averages, Before, COUNT, Pulse, QUESTIONS, Said, Sheet};
use super::policy::{DAYS, FEWEST, PAUSE};

fn button(partnership: PartnershipId, label: &str, action: &str, row: impl std::fmt::Display) -> Button {
    Button::new(label, &Pointer::new(action, partnership, row))
}

/// How it is called, such as the title of its post in a forum.
pub fn title(one: &Pulse) -> String {
    format!("Partnership pulse {}", one.number)
}

/// What a pulse is, and all that it asks, before it is opened in a channel.
pub fn about(partnership: PartnershipId, channel: ChannelId) -> Message {
    let mut text = format!(
        "**Partnership pulse**: how we work together, in eleven taps, without names. {DAYS} days are a good length. It ends in a picture \
         of averages; the answers, and who gave them, are deleted.\n\n**What it asks**"
    );
    for (number, asked) in (1..).zip(&QUESTIONS) {
        let _ = write!(text, "\n{number}. {}", asked.text);
    }
    Message::text(text).buttons([button(partnership, "Open it here", "pulse.open", channel).style(Style::Primary)])
}

/// Opens one.
pub fn open_form(partnership: PartnershipId, channel: ChannelId) -> Form {
    Form {
        title: "A pulse: eleven taps, without names".to_owned(),
        does: Pointer::new("pulse.opened", partnership, channel).to_string(),
        fields: vec![
            Field::short("deadline", "Until when can people answer?")
                .hint("Friday 17:00, in 5 days")
                .value(format!("in {DAYS} days")),
        ],
    }
}

/// What was sent can't be used.
pub fn again(partnership: PartnershipId, channel: ChannelId, why: &str) -> Message {
    Message::text(why).buttons([Button::again(Pointer::new("pulse.open", partnership, channel))])
}

/// There is one already.
pub fn open_already(one: &Pulse) -> String {
    format!(
        "A pulse is open already, in {}, until {}. One at a time is enough.",
        link(one.channel),
        moment(one.ends_at)
    )
}

/// The last one has only just closed.
pub fn too_soon(closed_at: DateTime<Utc>) -> String {
    format!(
        "The last pulse closed {}. The next can begin {}: two so close together could show what somebody who joined in between has answered.",
        relative(closed_at),
        moment(closed_at + PAUSE)
    )
}

/// To whoever opened one.
pub fn opened(partnership: PartnershipId, one: &Pulse) -> Message {
    Message::text(format!(
        "The pulse is open in {}, until {}. It closes by itself, and its picture comes into the channel then.",
        link(one.channel),
        moment(one.ends_at)
    ))
    .buttons([button(partnership, "Answer", "pulse.answer", one.number).style(Style::Primary)])
}

/// The panel.
pub fn panel(partnership: PartnershipId, one: &Pulse, heard: usize, asked: usize) -> Message {
    let heading = format!("**{}** · how do we work together?", title(one));
    if one.closed_at.is_some() {
        return Message::text(format!("{heading}\nIt is closed. Thank you to everybody who answered."));
    }
    Message::text(format!(
        "{heading}\n{count} short questions, a tap each: about a minute on a phone. It is about the partnership, never about how you are.\n\
         **Who sees what:** your answers are sealed, and nobody reads them. When it closes, everybody here sees averages; the \
         answers, and who gave them, are deleted. An organisation is shown apart only where {FEWEST} or more of its people answered, \
         and never so that a small one shows as what is left.\n\
         Open until {}, {}. Until then you can change your answers.\n\
         Heard so far: {heard} of {}.",
        moment(one.ends_at),
        relative(one.ends_at),
        counted(asked, "organisation", "organisations"),
        count = COUNT,
    ))
    .buttons([
        button(partnership, "Answer", "pulse.answer", one.number).style(Style::Primary),
        button(partnership, "Close early", "pulse.close", one.number),
    ])
}

/// It takes no answers any more.
pub fn closed_already(one: &Pulse) -> String {
    match one.closed_at {
        Some(at) => format!("This pulse closed {}. Its picture is in {}.", relative(at), link(one.channel)),
        None => "The time for answers has passed. The picture comes in a moment.".to_owned(),
    }
}

/// A question, and what was said to it before.
pub fn question(partnership: PartnershipId, one: &Pulse, sheet: &Sheet, index: usize) -> Message {
    let asked = &QUESTIONS[index];
    let words = |value: u8| asked.scale.iter().find(|(known, _)| *known == value).map_or("", |(_, words)| words);
    let said = match sheet.0[index] {
        Said::Nothing => String::new(),
        Said::RatherNot => "\nSo far: rather not.".to_owned(),
        Said::Value(value) => format!("\nSo far: {}.", words(value)),
    };
    let point =
        |label: &str, value: u8| button(partnership, label, "pulse.say", format!("{},{index},{value}", one.number));
    let mut last = vec![point("Rather not", 0)];
    if index > 0 {
        last.push(button(partnership, "Back", "pulse.at", format!("{},{}", one.number, index - 1)));
    }
    Message::text(format!("{} of {COUNT} · nobody sees what you answer\n**{}**{said}", index + 1, asked.text))
        .buttons(asked.scale.iter().map(|(value, words)| point(words, *value)))
        .buttons(last)
}

/// Where to go on: the first question without an answer, or the end.
pub fn next(partnership: PartnershipId, one: &Pulse, sheet: &Sheet) -> Message {
    match sheet.next() {
        Some(index) => question(partnership, one, sheet, index),
        None => done(partnership, one, sheet),
    }
}

/// What follows an answer: the next question in order, or where there is none, the first without an answer.
pub fn after(partnership: PartnershipId, one: &Pulse, sheet: &Sheet, index: usize) -> Message {
    if index + 1 < COUNT { question(partnership, one, sheet, index + 1) } else { next(partnership, one, sheet) }
}

fn done(partnership: PartnershipId, one: &Pulse, sheet: &Sheet) -> Message {
    let mut text = "**Thank you, that was all.**".to_owned();
    for (asked, said) in QUESTIONS.iter().zip(sheet.0) {
        let said = said.value().and_then(|value| asked.scale.iter().find(|(known, _)| *known == value));
        let _ = write!(text, "\n• {}: {}", asked.name, said.map_or("rather not", |(_, words)| words));
    }
    let _ = write!(
        text,
        "\nOnly you see this. Your answers are sealed until {}, and you can change them until then with **Answer**.",
        moment(one.ends_at)
    );
    Message::text(text).buttons([
        button(partnership, "Go through them again", "pulse.at", format!("{},0", one.number)),
        button(partnership, "Take it all back", "pulse.unsay", one.number),
    ])
}

/// All answers were taken back.
pub fn unsaid(partnership: PartnershipId, one: &Pulse) -> Message {
    Message::text("Taken back: nothing of yours is in this pulse.").buttons([button(
        partnership,
        "Answer after all",
        "pulse.at",
        format!("{},0", one.number),
    )])
}

/// Asks before it is closed early.
pub fn close_early(partnership: PartnershipId, one: &Pulse) -> Message {
    Message::text(format!(
        "The pulse takes answers until {}. Close it now? Then nobody can answer any more, and what may be shown is shown.",
        moment(one.ends_at)
    ))
    .buttons([button(partnership, "Close it now", "pulse.close_yes", one.number).style(Style::Danger)])
}

/// The database was restored without its keys.
pub fn restored(partnership: PartnershipId, one: &Pulse) -> Message {
    Message::text(
        "I was restored from a copy, and copies can't open what is sealed. So the pulse has begun again: please answer once more, also if you had.",
    )
    .buttons([button(partnership, "Answer", "pulse.answer", one.number).style(Style::Primary)])
}

fn tenths(value: u8) -> String {
    format!("{}.{}", value / 10, value % 10)
}

/// The average of all averages that are there, in tenths.
fn overall(averages: &Averages) -> Option<u8> {
    let known: Vec<usize> = averages.iter().flatten().map(|value| usize::from(*value)).collect();
    let average = (2 * known.iter().sum::<usize>() + known.len()).checked_div(2 * known.len())?;
    u8::try_from(average).ok()
}

/// The picture of what may be shown, in a zone; `None` where that is nothing.
pub fn chart(one: &Pulse, before: &[Before], zone: Tz) -> Option<Chart> {
    if one.results.is_empty() {
        return None;
    }
    let closed = one.closed_at?;
    let last = before.last().map(|(_, averages)| averages);
    let lines = QUESTIONS.iter().enumerate().map(|(index, asked)| Line {
        name: asked.name.to_owned(),
        now: one.results.all[index],
        before: last.and_then(|averages| averages[index]),
    });
    let course = before.iter().map(|(_, averages)| averages).chain([&one.results.all]);
    Some(Chart {
        title: format!("Pulse of {}", closed.with_timezone(&zone).format("%-d %B %Y")),
        lines: lines.collect(),
        course: course.filter_map(overall).collect(),
    })
}

/// The news that it has closed, with what may be shown.
pub fn shown(one: &Pulse, before: &[Before], organisations: &[Organisation]) -> Message {
    if one.results.is_empty() {
        return Message::text(format!(
            "**{} is closed.** Fewer people answered than it takes to show anything without giving them away ({FEWEST} at least), \
             so all answers were deleted unread. Thank you to everybody who did. Perhaps at a quieter time.",
            title(one)
        ));
    }
    let mut text = format!(
        "**{} is closed.** Thank you to everybody who answered. From 1 (not at all) to 5 (fully), on average:",
        title(one)
    );
    let last = before.last().map(|(_, averages)| averages);
    for (index, asked) in QUESTIONS.iter().enumerate() {
        let Some(now) = one.results.all[index] else {
            let _ = write!(text, "\n• {}: too few answers to show", asked.name);
            continue;
        };
        let before = last.and_then(|averages| averages[index]);
        let before = before.map_or_else(String::new, |value| format!(" ({} last time)", tenths(value)));
        let _ = write!(text, "\n• {}: **{}**{before}", asked.name, tenths(now));
    }
    text.push_str(
        "\n-# In the last line, 1 is trade, 3 is lending what costs little, 5 is the whole before one's own. Averages are rounded, and \
         1.5 and 4.5 stand for what lies beyond them too, so that nobody can be read out of them. All answers, and who gave them, are deleted.",
    );
    let mut message = Message::text(text);
    let mut card = Card { title: "Organisations with enough answers to stand apart".to_owned(), ..Card::default() };
    for (id, averages) in &one.results.apart {
        let Some(organisation) = organisations.iter().find(|organisation| organisation.id == *id) else { continue };
        let values = QUESTIONS.iter().zip(averages).filter_map(|(asked, value)| Some((asked.name, (*value)?)));
        let values: Vec<String> = values.map(|(name, value)| format!("{name} {}", tenths(value))).collect();
        card.fields.push((escaped(&organisation.name), values.join(" · ")));
    }
    if !card.fields.is_empty() {
        message = message.card(card);
    }
    message
}

#[cfg(test)]
mod tests {
    use super::super::model::Results;
    use super::*;

    fn closed(all: Averages) -> Pulse {
        let at = "2026-03-29T17:00:00Z".parse().expect("an instant");
        Pulse {
            number: 2,
            facilitator: None,
            channel: ChannelId(1),
            forum: false,
            ends_at: at,
            closed_at: Some(at),
            results: Results { all, apart: Vec::new() },
        }
    }

    #[test]
    fn the_picture_has_what_the_words_have() {
        let mut all = [Some(35); COUNT];
        all[3] = None;
        let before = [("2026-02-01T17:00:00Z".parse().expect("an instant"), [Some(30); COUNT])];
        let one = closed(all);
        let chart = chart(&one, &before, Tz::Europe__London).expect("a chart");
        assert_eq!(chart.title, "Pulse of 29 March 2026");
        assert_eq!((chart.lines[0].now, chart.lines[0].before, chart.lines[3].now), (Some(35), Some(30), None));
        assert_eq!(chart.course, [30, 35]);
        let text = shown(&one, &before, &[]).text;
        assert!(text.contains("Good will: **3.5** (3.0 last time)"), "{text}");
        assert!(text.contains("Every voice counts: too few answers to show"), "{text}");
        assert!(text.chars().count() <= 2_000, "{}", text.chars().count());
    }

    #[test]
    fn who_stands_apart_is_named_and_nobody_else() {
        use crate::features::organisation::model::Holidays;
        let organisation = |id: i64, name: &str| {
            let holidays = Holidays::BuiltIn("none".to_owned());
            let one = Organisation::new(name.to_owned(), "X".to_owned(), None, holidays);
            Organisation { id: crate::partnership::OrganisationId(id), ..one }
        };
        let organisations = [organisation(1, "Fennel *Labs*"), organisation(2, "Parcelwing")];
        let mut one = closed([Some(30); COUNT]);
        one.results.apart = vec![(organisations[0].id, [Some(40); COUNT])];
        let message = shown(&one, &[], &organisations);
        let fields = &message.cards[0].fields;
        assert_eq!((message.cards.len(), fields.len(), fields[0].0.as_str()), (1, 1, r"Fennel \*Labs\*"));
        assert!(fields[0].1.starts_with("Good will 4.0 · "), "{}", fields[0].1);
        one.results.apart.clear();
        assert!(shown(&one, &[], &organisations).cards.is_empty());
    }

    #[test]
    fn of_nothing_there_is_no_picture() {
        let one = closed([None; COUNT]);
        assert!(chart(&one, &[], Tz::UTC).is_none());
        assert!(shown(&one, &[], &[]).text.contains("deleted unread"));
    }

    #[test]
    fn every_question_fits_on_a_phone() {
        for asked in QUESTIONS {
            assert!(asked.text.chars().count() <= 90 && asked.name.chars().count() <= 26, "{}", asked.text);
            assert!(asked.scale.iter().all(|(value, words)| (1..=5).contains(value) && words.chars().count() <= 30));
        }
    }
}
