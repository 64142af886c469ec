//! What people see of check-ins.

mod saved;
mod words;

pub use saved::{Saved, saved};
pub use words::{Unsaved, small_talk, unsaved};

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};

use crate::features::squad::model::Squad;
use crate::partnership::text::{clipped, day, escaped, listed};
use crate::partnership::{Button, Card, Field, Form, Message, PartnershipId, Pointer, Row, Style};

use super::model::{Day, Obstacle, Said, State, Topic};
use super::policy::offered;

/// Longest part of one answer in the message of the day; the thread has all of it.
const GLANCE: usize = 160;

/// Somebody's line in the message of the day.
pub struct Line {
    /// Their name.
    pub name: String,
    /// Their organisation; empty where there is none.
    pub organisation: String,
    /// How their date stands.
    pub state: State,
    /// What they answered to this squad's questions.
    pub answers: Vec<Said>,
}

/// The buttons of a prompt.
fn prompt_buttons(partnership: PartnershipId, date: NaiveDate) -> Row {
    let at = |action: &str| Pointer::new(action, partnership, date);
    Row::Buttons(vec![
        Button::new("Check in", &at("checkin.open")).style(Style::Primary),
        Button::new("Nothing new", &at("checkin.nothing")),
        Button::new("Day off", &at("checkin.day_off")),
    ])
}

/// To whom a prompt goes, and what their clock shows.
pub struct Asked<'a> {
    /// The partnership's name.
    pub server: &'a str,
    /// The person's.
    pub name: &'a str,
    /// What their clock shows.
    pub time: NaiveTime,
}

/// The question of the day, with what else waited to be said.
pub fn prompt(
    partnership: PartnershipId,
    to: &Asked,
    squads: &[Squad],
    date: NaiveDate,
    notices: &[String],
) -> Message {
    let names: Vec<String> = squads.iter().map(|squad| format!("**{}**", escaped(&squad.name))).collect();
    let greeting = match to.time.hour() {
        4..12 => "Morning",
        12..18 => "Afternoon",
        _ => "Evening",
    };
    let mut text =
        format!("{greeting}, {}. {}, for {} ({}):", escaped(to.name), day(date), listed(&names), escaped(to.server));
    for question in super::policy::questions(squads) {
        let _ = write!(text, "\n• {}", escaped(&question));
    }
    text.push_str("\nUse the buttons, or just reply in your own words, a line for each question.");
    for notice in notices {
        let _ = write!(text, "\n\n{notice}");
    }
    Message { rows: vec![prompt_buttons(partnership, date)], ..Message::text(text) }
}

/// A reminder: short, and without a raised finger.
pub fn reminder(partnership: PartnershipId, squads: &[Squad], date: NaiveDate) -> Message {
    let names: Vec<String> = squads.iter().map(|squad| format!("**{}**", escaped(&squad.name))).collect();
    let text = format!(
        "Your check-in for {} is still open, if you have a minute. “Nothing new” is an answer too.",
        listed(&names)
    );
    Message { rows: vec![prompt_buttons(partnership, date)], ..Message::text(text) }
}

/// The form. Its first line says who will see the answers.
pub fn form(
    partnership: PartnershipId,
    squads: &[Squad],
    date: NaiveDate,
    questions: &[String],
    said: &[Said],
    before: &[Said],
    obstacles: &[Obstacle],
) -> Form {
    let names: Vec<&str> = squads.iter().map(|squad| squad.name.as_str()).collect();
    let fields = (0..).zip(questions).map(|(index, question): (usize, &String)| {
        let value = said.iter().find(|said| said.question == *question).map(|said| said.text.clone());
        let value = value.unwrap_or_else(|| if said.is_empty() { offered(question, before) } else { String::new() });
        let hint = match Topic::of(question) {
            Topic::InTheWay if !obstacles.is_empty() => clipped(
                &format!(
                    "Still open: {}",
                    obstacles.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join("; ")
                ),
                100,
            ),
            _ => "Leave it empty if there is nothing to say.".to_owned(),
        };
        Field::long(&format!("q{index}"), question).hint(hint).value(value)
    });
    let title = if names.is_empty() {
        "Seen by: you alone".to_owned()
    } else {
        format!("Seen by: everyone in {}", names.join(", "))
    };
    Form {
        title: clipped(&title, 45),
        does: Pointer::new("checkin.sent", partnership, date).to_string(),
        fields: fields.collect(),
    }
}

/// A squad's date, for its message of the day.
pub struct Shared<'a> {
    /// The squad.
    pub squad: &'a Squad,
    /// The date.
    pub date: NaiveDate,
    /// Who answered what.
    pub lines: &'a [Line],
    /// The names of those who are away.
    pub away: &'a [String],
    /// When the date closes.
    pub until: DateTime<Utc>,
    /// Whether it has closed.
    pub closed: bool,
}

/// The squad's message of the day: it fills up as answers come in, by organisation.
pub fn day_message(partnership: PartnershipId, shared: &Shared) -> Message {
    let Shared { squad, date, lines, away, until, closed } = *shared;
    let mut text = format!("**{}** · check-ins of {}", escaped(&squad.name), day(date));
    if closed {
        text.push_str("\nClosed for the day. A late answer still counts, and is added here.");
    } else {
        let until = crate::partnership::text::moment(until);
        let _ = write!(text, "\nOpen until {until}. Answers appear here, in full in the thread.");
    }
    let mut groups: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in lines.iter().filter(|line| matches!(line.state, State::Answered | State::NothingNew)) {
        groups.entry(line.organisation.as_str()).or_default().push(line);
    }
    let mut message = Message::text(text);
    for (organisation, lines) in groups {
        let title = if organisation.is_empty() { "No organisation yet" } else { organisation };
        let text = lines.iter().map(|line| glance(line)).collect::<Vec<_>>().join("\n");
        message = message.card(Card { title: clipped(title, 250), text, ..Card::default() });
    }
    if closed && !away.is_empty() {
        let names: Vec<String> = away.iter().map(|name| escaped(name)).collect();
        let _ = write!(message.text, "\nAway: {}.", listed(&names));
    }
    let at = |action: &str| Pointer::new(action, partnership, date);
    message.buttons([
        Button::new("Check in", &at("checkin.open")).style(Style::Primary),
        Button::new("Nothing new", &at("checkin.nothing")),
        Button::new("Day off", &at("checkin.day_off")),
    ])
}

fn glance(line: &Line) -> String {
    if line.state == State::NothingNew {
        return format!("**{}**: nothing new", escaped(&line.name));
    }
    let mut text = format!("**{}**", escaped(&line.name));
    for said in &line.answers {
        let label = match Topic::of(&said.question) {
            Topic::Finished => "finished",
            Topic::Next => "next",
            Topic::InTheWay => "in the way",
            Topic::Other => "",
        };
        let words = escaped(&clipped(&said.text.replace('\n', " "), GLANCE));
        let _ = if label.is_empty() { write!(text, " · {words}") } else { write!(text, " · {label}: {words}") };
    }
    text
}

/// One person's answer, in full, as a post in the thread of the day.
pub fn thread_post(line: &Line, changed: bool) -> Message {
    let organisation =
        if line.organisation.is_empty() { String::new() } else { format!(" ({})", escaped(&line.organisation)) };
    let mut text =
        format!("**{}**{organisation}{}", escaped(&line.name), if changed { " changed their check-in:" } else { "" });
    if line.state == State::NothingNew {
        text.push_str(": nothing new.");
    }
    for said in &line.answers {
        let _ = write!(text, "\n**{}**\n{}", escaped(&said.question), escaped(&said.text));
    }
    Message::text(text)
}

/// How the prompt and the day will look, for whoever sets a squad up.
pub fn preview(squad: &Squad) -> Message {
    let questions: Vec<String> = squad.questions.iter().map(|question| format!("· {}", escaped(question))).collect();
    Message::text(format!(
        "**Tomorrow will look like this.** Each person gets, {} in their own zone, one message in private:\n> Morning. Check-in for **{}**:\n> {}\n> [Check in] [Nothing new] [Day off]\nThe squad's channel gets one message a day, which fills up as answers come in and closes at {} ({}).",
        squad.schedule.describe(),
        escaped(&squad.name),
        questions.join("\n> "),
        squad.closes_at.format("%H:%M"),
        squad.zone,
    ))
}

/// Somebody's own last days.
pub fn history(partnership: PartnershipId, days: &[Day]) -> Message {
    let settings = Button::new("My zone and times", &Pointer::new("member.zone", partnership, ""));
    if days.is_empty() {
        return Message::text("There is nothing here yet. `/checkin now` is where it begins.").buttons([settings]);
    }
    let mut text = "Your last check-ins; only you see this list.".to_owned();
    for one in days {
        let _ = write!(text, "\n\n**{}** · {}", day(one.date), stands(one.state));
        for said in &one.answers {
            let _ = write!(text, "\n{} {}", escaped(&said.question), escaped(&said.text));
        }
    }
    let mut buttons: Vec<Button> = days
        .iter()
        .take(4)
        .map(|one| {
            Button::new(
                format!("Edit {}", one.date.format("%A %-d %B")),
                &Pointer::new("checkin.open", partnership, one.date),
            )
        })
        .collect();
    buttons.push(settings);
    Message::text(text).buttons(buttons)
}

fn stands(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Answered => "answered",
        State::NothingNew => "nothing new",
        State::Skipped => "skipped",
        State::DayOff => "day off",
    }
}

/// One person's days as Markdown, for the copy that an organisation takes along.
pub fn record(name: &str, days: &[Day]) -> String {
    let mut text = format!("\n## {}\n", escaped(name));
    for one in days.iter().rev().filter(|one| matches!(one.state, State::Answered | State::NothingNew)) {
        let _ = write!(text, "\n### {}\n\n", one.date);
        if one.answers.is_empty() {
            text.push_str("Nothing new.\n");
        }
        for said in &one.answers {
            let _ = writeln!(text, "- **{}** {}", escaped(&said.question), escaped(&said.text));
        }
    }
    text
}

/// What was noted about hours.
pub fn worked(text: &str) -> String {
    format!("{text} Only you see that; `/checkin hours` corrects it.")
}

/// After a day off was taken back.
pub fn back_from_day_off(partnership: PartnershipId, date: NaiveDate) -> Message {
    let text = format!("Taken back: {} is a day like any other.", day(date));
    Message { rows: vec![prompt_buttons(partnership, date)], ..Message::text(text) }
}
