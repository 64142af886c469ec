//! What people read about their hours.

use std::fmt::Write;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::features::pace::model::Work;
use crate::features::pace::policy::FORMS;
use crate::partnership::text::{clipped, day, listed};
use crate::partnership::{Button, Field, Form, Message, PartnershipId, Pick, Select, Style};

use super::at;

/// The panel for hours: what is known of today and yesterday, and the ways to say more.
pub fn panel(
    partnership: PartnershipId,
    work: &Work,
    today: NaiveDate,
    zone: Tz,
    now: DateTime<Utc>,
    said: &str,
) -> Message {
    let mut text = if said.is_empty() { String::new() } else { format!("{said}\n") };
    text.push_str("**Your hours.** Only you see them.");
    let yesterday = today.pred_opt().unwrap_or(today);
    for (name, date) in [("Today", today), ("Yesterday", yesterday)] {
        let known = noted(work, date, zone, now);
        let _ = write!(text, "\n{name}: {}.", if known.is_empty() { "nothing noted" } else { &known });
    }
    let first = match work.running() {
        Some(_) => Button::new("Finished now", &at(partnership, "pace.finish", "")).style(Style::Primary),
        None => Button::new("Started now", &at(partnership, "pace.start", "")).style(Style::Primary),
    };
    let ask = |label: &str, date: NaiveDate| Button::new(label, &at(partnership, "pace.hours_form", date));
    Message::text(text).buttons([
        first,
        ask("Today's hours", today),
        ask("Yesterday's hours", yesterday),
        Button::new("Another day", &at(partnership, "pace.correct", "")),
    ])
}

/// What is known of a date, in words; empty for nothing.
pub fn noted(work: &Work, date: NaiveDate, zone: Tz, now: DateTime<Utc>) -> String {
    let clock = |at: DateTime<Utc>| at.with_timezone(&zone).format("%H:%M").to_string();
    let mut total = TimeDelta::zero();
    let times: Vec<String> = work
        .blocks
        .iter()
        .filter(|block| block.date == date)
        .map(|block| {
            total += block.ends.unwrap_or(now) - block.starts;
            match block.ends {
                None => format!("started at {}", clock(block.starts)),
                Some(ends) if block.estimated => format!("{} to about {}", clock(block.starts), clock(ends)),
                Some(ends) => format!("{} to {}", clock(block.starts), clock(ends)),
            }
        })
        .collect();
    if !times.is_empty() {
        let total = u32::try_from(total.num_minutes()).unwrap_or(0);
        return format!("{}, {}", listed(&times), long(total));
    }
    match work.days.iter().find(|day| day.date == date).map(|day| day.minutes) {
        None => String::new(),
        Some(None) => "worked, no hours noted".to_owned(),
        Some(Some(0)) => "no work".to_owned(),
        Some(Some(minutes)) => long(u32::from(minutes)),
    }
}

/// The same as it is typed, for a form that comes back filled in.
pub fn typed(work: &Work, date: NaiveDate, zone: Tz) -> String {
    let clock = |at: DateTime<Utc>| at.with_timezone(&zone).format("%H:%M").to_string();
    let end = |at: DateTime<Utc>| {
        let local = at.with_timezone(&zone);
        if local.time() == NaiveTime::MIN && local.date_naive() > date { "24:00".to_owned() } else { clock(at) }
    };
    let times: Vec<String> = work
        .blocks
        .iter()
        .filter(|block| block.date == date)
        .filter_map(|block| Some(format!("{}-{}", clock(block.starts), end(block.ends?))))
        .collect();
    if !times.is_empty() {
        return times.join(", ");
    }
    match work.days.iter().find(|day| day.date == date).and_then(|day| day.minutes) {
        None => String::new(),
        Some(0) => "none".to_owned(),
        Some(minutes) => long(u32::from(minutes)),
    }
}

/// The form for one date's hours.
pub fn form(partnership: PartnershipId, date: NaiveDate, typed: &str) -> Form {
    Form {
        title: "Seen by: you alone".to_owned(),
        does: at(partnership, "pace.hours_sent", date).to_string(),
        fields: vec![
            Field::short("hours", &clipped(&format!("Your hours on {}", day(date)), 45))
                .hint("09:00-17:30, or 7.5 h, or none")
                .value(typed),
        ],
    }
}

/// Hours that can't be read come back.
pub fn again(partnership: PartnershipId, date: NaiveDate, why: &str) -> Message {
    Message::text(format!("I couldn't read those hours. {why} Nothing was changed.")).buttons([Button::again(at(
        partnership,
        "pace.hours_form",
        date,
    ))])
}

/// Which date to correct.
pub fn correct(partnership: PartnershipId, work: &Work, today: NaiveDate, zone: Tz, now: DateTime<Utc>) -> Message {
    let dates = std::iter::successors(Some(today), NaiveDate::pred_opt).take(25);
    let option = |date: NaiveDate| {
        let known = noted(work, date, zone, now);
        let known = if known.is_empty() { "nothing noted".to_owned() } else { known };
        (date.to_string(), clipped(&format!("{}: {known}", date.format("%a %-d %b")), 100))
    };
    Message::text(format!(
        "Which day shall I correct? What you say replaces what I have: {FORMS}. For an earlier day: `/checkin hours` with `date`."
    ))
    .select(Select {
        does: at(partnership, "pace.correct_pick", "").to_string(),
        hint: "A day".to_owned(),
        from: Pick::Options(dates.map(option).collect()),
        count: (1, 1),
    })
}

/// A block was closed by the bot.
pub fn closed(date: NaiveDate, ends: DateTime<Utc>, zone: Tz) -> String {
    format!(
        "Your hours of {} were still open, so I closed them at {}, which is a guess. `/checkin hours` puts it right.",
        day(date),
        ends.with_timezone(&zone).format("%H:%M")
    )
}

/// Minutes as people say them: `7 h 30`.
pub fn long(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes:02}"),
    }
}
