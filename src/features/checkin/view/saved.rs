//! "Saved", with what can be added by a tap.

use std::fmt::Write;

use chrono::NaiveDate;

use crate::features::squad::model::Squad;
use crate::partnership::text::{clipped, day, escaped, listed};
use crate::partnership::{Button, Message, PartnershipId, Pick, Pointer, Select};

use super::{Obstacle, Said, State};

/// What was saved, and what can be added with a tap.
pub struct Saved<'a> {
    /// Where.
    pub partnership: PartnershipId,
    /// For which date.
    pub date: NaiveDate,
    /// How it stands now.
    pub state: State,
    /// With whom it is shared.
    pub squads: &'a [Squad],
    /// What was said, shown back where it came in plain words.
    pub said: &'a [Said],
    /// Whether to ask about hours.
    pub hours: bool,
    /// The days off before, about which to ask.
    pub days_off: Vec<NaiveDate>,
    /// What is still in the way.
    pub obstacles: &'a [Obstacle],
    /// Whether to say that their DMs are closed.
    pub dms_closed: bool,
}

/// The answer to a check-in: "saved", and one step of taps, all optional.
pub fn saved(saved: &Saved) -> Message {
    let names: Vec<String> = saved.squads.iter().map(|squad| format!("**{}**", escaped(&squad.name))).collect();
    let shared = match (saved.state, names.is_empty()) {
        (State::Answered | State::NothingNew, false) => format!(", and shared with {}", listed(&names)),
        (State::Answered | State::NothingNew, true) => {
            " for you alone: your squad is archived or you are in none, so there was nobody to share it with".to_owned()
        }
        _ => String::new(),
    };
    let date = day(saved.date);
    let mut message = Message::text(match saved.state {
        State::Answered | State::Open => format!("Saved for {date}{shared}."),
        State::NothingNew => format!("Saved as “nothing new” for {date}{shared}."),
        State::Skipped => format!("Skipped {date}. Nothing is shown, and nobody is told."),
        State::DayOff => format!("{date} is your day off. Enjoy it; I'll be quiet."),
    });
    for said in saved.said {
        let _ = write!(message.text, "\n**{}** {}", escaped(&said.question), escaped(&said.text));
    }
    let at = |action: &str, row: String| Pointer::new(action, saved.partnership, row);
    if saved.hours {
        message.text.push_str("\nIf you like: how long was yesterday? Only you see that.");
        message = message.buttons(
            [("Usual", "usual"), ("Long (11 h)", "long"), ("Very long (14 h)", "very"), ("From–to", "from")].map(
                |(label, choice)| {
                    if choice == "from" {
                        let yesterday = saved.date.pred_opt().unwrap_or(saved.date);
                        return Button::new(label, &at("pace.hours_form", yesterday.to_string()));
                    }
                    Button::new(label, &at("checkin.hours", format!("{},{choice}", saved.date)))
                },
            ),
        );
    }
    message = days_off_row(message, saved);
    if saved.state == State::Answered {
        message = obstacle_rows(message, saved);
    }
    if saved.dms_closed {
        message.text.push_str(
            "\nYour DMs are closed to me, so I couldn't ask you there. The buttons in your squad's channel work all the same; `/help` lets me try your DMs again.",
        );
    }
    let undo = match saved.state {
        State::DayOff => Button::new("Undo", &at("checkin.undo_day_off", saved.date.to_string())),
        _ => Button::new("Edit", &at("checkin.open", saved.date.to_string())),
    };
    message.buttons([undo])
}

/// What is in the way can be cleared, or become a blocker: by a button each, or out of a list once there are several.
fn obstacle_rows(mut message: Message, saved: &Saved) -> Message {
    let at = |action: &str, row: String| Pointer::new(action, saved.partnership, row);
    let squad = saved.squads.first();
    let flat = |one: &Obstacle| one.text.replace('\n', " ");
    match saved.obstacles {
        [] => message,
        [one] => {
            let (text, id) = (flat(one), one.id);
            let labelled = |what: &str| clipped(&format!("{what}: {text}"), 80);
            message.text.push_str("\nStill in your way? Clear it if it isn't:");
            let cleared = Button::new(labelled("Cleared"), &at("checkin.clear", format!("{},{id}", saved.date)));
            let raised = |squad: &Squad| {
                Button::new(labelled("Make it a blocker"), &at("blocker.make", format!("{},{id}", squad.id)))
            };
            message.buttons([Some(cleared), squad.map(raised)].into_iter().flatten())
        }
        all => {
            // A list holds 25.
            let options =
                || all.iter().rev().take(25).map(|one| (one.id.to_string(), clipped(&flat(one), 100))).collect();
            let select = |hint: &str, does: Pointer| Select {
                does: does.to_string(),
                hint: hint.to_owned(),
                from: Pick::Options(options()),
                count: (1, 1),
            };
            let _ = write!(message.text, "\n{} things are in your way. Clear what isn't any more:", all.len());
            message = message.select(select("Cleared: …", at("checkin.clear", format!("{},pick", saved.date))));
            match squad {
                Some(squad) => {
                    message.select(select("Make it a blocker: …", at("blocker.make", format!("{},pick", squad.id))))
                }
                None => message,
            }
        }
    }
}

fn days_off_row(message: Message, saved: &Saved) -> Message {
    let Some(last) = saved.days_off.last() else { return message };
    let row = |picked: &str| Pointer::new("checkin.days_off", saved.partnership, format!("{},{picked}", saved.date));
    let one = |date: &NaiveDate| (format!("I worked {}", day(*date)), date.to_string());
    let text =
        format!("{}\nDid you work on your days off before {}? Only you see that.", message.text, day(saved.date));
    let message = Message { text, ..message };
    match &saved.days_off[..] {
        [_] | [_, _] => {
            let mut buttons = vec![Button::new("Neither", &row("none"))];
            if saved.days_off.len() == 1 {
                "I didn't work".clone_into(&mut buttons[0].label);
            }
            buttons.extend(saved.days_off.iter().map(one).map(|(label, date)| Button::new(label, &row(&date))));
            if let [first, _] = saved.days_off[..] {
                buttons.push(Button::new("Both", &row(&format!("{first}+{last}"))));
            }
            message.buttons(buttons)
        }
        days => {
            let mut options = vec![("none".to_owned(), "I didn't work".to_owned())];
            options.extend(days.iter().map(one).map(|(label, date)| (date, label)));
            let most = u8::try_from(options.len()).unwrap_or(1);
            message.select(Select {
                does: row("pick").to_string(),
                hint: "On which of them did you work?".to_owned(),
                from: Pick::Options(options),
                count: (1, most),
            })
        }
    }
}
