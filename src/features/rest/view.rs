//! What a lead reads of their squad's streak, and what the squad is asked.

use std::fmt::Write;

use chrono::NaiveDate;

use crate::features::squad::model::Squad;
use crate::pace::Rule;
use crate::pace::explain::words;
use crate::partnership::text::{channel, counted, day, escaped, listed, sentence_case};
use crate::partnership::{Button, Message, PartnershipId, Pick, Pointer, Select, Style};

use super::model::Planned;
use super::policy;

/// To the lead: the squad has worked so many days in a row.
pub fn told(partnership: PartnershipId, squad: &Squad, days: u32, level: u8, planned: Option<&Planned>) -> Message {
    let words = words(Rule::Streak);
    let mut text = format!(
        "**{}: {days} days in a row.** On each of them at least half of those who were there checked in, or something was released; nobody's hours are in this.",
        escaped(&squad.name)
    );
    let _ = match planned {
        None => write!(text, " Nobody has planned a shared rest day."),
        Some(planned) => {
            write!(text, " A shared rest day is proposed for {}{}.", day(planned.date), who_is_off(planned))
        }
    };
    let _ = write!(
        text,
        "\n-# {}, for a squad as for a person. {}. Only you, who lead it, are told.",
        sentence_case(&words.limit(level)),
        sentence_case(words.source)
    );
    let pointer = Pointer::new("rest.plan", partnership, squad.id);
    Message::text(text).buttons([
        Button::new("Plan a shared rest day", &pointer).style(Style::Primary),
        Button::new("Ask for cover", &Pointer::new("cover.ask", partnership, squad.id)),
        Button::new("Rest rota", &Pointer::new("rota.draft", partnership, squad.id)),
    ])
}

fn who_is_off(planned: &Planned) -> String {
    let names: Vec<String> = planned.off.iter().map(|name| escaped(name)).collect();
    if names.is_empty() { String::new() } else { format!("; off so far: {}", listed(&names)) }
}

/// To the lead: which day?
pub fn plan(partnership: PartnershipId, squad: &Squad, days: &[(NaiveDate, usize)]) -> Message {
    let option = |(date, away): &(NaiveDate, usize)| {
        let away =
            if *away > 0 { format!(", {} away anyway", counted(*away, "person", "people")) } else { String::new() };
        (date.to_string(), format!("{}{away}", day(*date)))
    };
    Message::text(format!(
        "Which day shall **{}** rest together? I'll ask in {}; each says for themselves.",
        escaped(&squad.name),
        channel(squad.channel)
    ))
    .select(Select {
        does: Pointer::new("rest.pick", partnership, squad.id).to_string(),
        hint: "A shared rest day".to_owned(),
        from: Pick::Options(days.iter().map(option).collect()),
        count: (1, 1),
    })
}

/// To the lead: it is asked.
pub fn asked(partnership: PartnershipId, squad: &Squad, date: NaiveDate) -> Message {
    Message::text(format!(
        "Asked in {}: a shared rest day on {}. Whoever agrees is away that day, and I ask them nothing.",
        channel(squad.channel),
        day(date)
    ))
    .buttons([Button::new("Take it back", &Pointer::new("rest.withdraw", partnership, policy::row(squad.id, date)))])
}

/// To the squad: a rest day is proposed.
pub fn proposal(partnership: PartnershipId, squad: &Squad, planned: &Planned) -> Message {
    let mut text = format!(
        "**A rest day for all of {}: {}?**\nWhoever agrees is noted as away, and asked nothing that day. Nobody has to, or has to say why.",
        escaped(&squad.name),
        day(planned.date)
    );
    let names: Vec<String> = planned.off.iter().map(|name| escaped(name)).collect();
    let _ = write!(text, "\nOff so far: {}.", if names.is_empty() { "nobody yet".to_owned() } else { listed(&names) });
    let pointer = Pointer::new("rest.off", partnership, policy::row(squad.id, planned.date));
    Message::text(text).buttons([Button::new("I'll be off", &pointer).style(Style::Primary)])
}

/// To the squad: the proposal was taken back.
pub fn withdrawn(squad: &Squad, date: NaiveDate) -> Message {
    Message::text(format!(
        "The shared rest day of {} on {} was taken back. Who is off that day stays so; `/away list` changes it.",
        escaped(&squad.name),
        day(date)
    ))
}
