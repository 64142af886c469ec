//! How the bot introduces itself, and a member's own settings.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::features::Kept;
use crate::features::squad::model::Squad;
use crate::partnership::text::{channel, escaped, listed};
use crate::partnership::{Button, Card, Field, Form, Message, PartnershipId, Pointer, Style};

use super::model::Member;

/// The first-contact card: what is asked, who sees what, how long it is kept. Made from what the
/// features declare that they keep.
pub fn card(partnership: PartnershipId, server: &str, squads: &[Squad], keeps: &[&Kept]) -> Message {
    let names: Vec<String> =
        squads.iter().map(|squad| format!("**{}** ({})", escaped(&squad.name), channel(squad.channel))).collect();
    let times: Vec<String> = squads.iter().map(|squad| squad.schedule.describe()).collect();
    let asked = match squads {
        [] => "You aren't in a squad yet; once you are, I ask its few short questions.".to_owned(),
        _ => format!(
            "I ask {} a few short questions, {}, in your own time zone. Answer when it suits you, or not.",
            listed(&names),
            times[0]
        ),
    };
    let fields = keeps
        .iter()
        .map(|kept| (capital(kept.what), format!("Seen by: {}. Kept until {}.", kept.seen_by, kept.until)))
        .collect();
    let at = |action: &str| Pointer::new(action, partnership, "");
    // Before `/setup` nobody has told it the server's name.
    let whose = if server.is_empty() {
        "this server's coffee break".to_owned()
    } else {
        format!("the coffee break of **{}**", escaped(server))
    };
    Message::text(format!("Hello! I'm **Elevenses**, {whose}. {asked}"))
        .card(Card {
            title: "Before the first question".to_owned(),
            text: "This is what I keep about you, who sees it, and for how long.".to_owned(),
            fields,
            footer:
                "Check-ins only: no questions about hours. Everything can be changed, copied and erased with /privacy."
                    .to_owned(),
        })
        .buttons([
            Button::new("Start", &at("member.start")).style(Style::Primary),
            Button::new("Check-ins only", &at("member.checkins")),
            Button::new("Not me", &at("member.decline")),
        ])
}

/// After **Start** or **Check-ins only**.
pub fn welcome(partnership: PartnershipId, member: &Member, asks: bool) -> Message {
    let mut text = "Thank you, that's settled.".to_owned();
    if member.zone.is_none() {
        text.push_str(" One more thing: which time zone are you in? Until you say, I go by your squad's.");
    }
    let mut buttons = Vec::new();
    if asks {
        buttons.push(Button::new("Check in", &Pointer::new("checkin.open", partnership, "")).style(Style::Primary));
    }
    buttons.push(Button::new("My zone and times", &Pointer::new("member.zone", partnership, "")));
    Message::text(text).buttons(buttons)
}

/// After **Not me**.
pub fn farewell(partnership: PartnershipId) -> Message {
    Message::text(
        "All right, I won't ask you anything. If you change your mind, press **Start**, or run `/checkin now`.",
    )
    .buttons([Button::new("Start", &Pointer::new("member.start", partnership, ""))])
}

/// The form for zone and own time.
pub fn zone_form(partnership: PartnershipId, member: Option<&Member>, tried: Option<(&str, &str)>) -> Form {
    let zone = member.and_then(|member| member.zone).map(|zone| zone.name().to_owned()).unwrap_or_default();
    let at = member.and_then(|member| member.prompt_at).map(|at| at.format("%H:%M").to_string()).unwrap_or_default();
    let (zone, at) = tried.map_or((zone, at), |(zone, at)| (zone.to_owned(), at.to_owned()));
    Form {
        title: "Seen by: you alone".to_owned(),
        does: Pointer::new("member.zone_sent", partnership, "").to_string(),
        fields: vec![
            Field::short("zone", "Your time zone").hint("Europe/London, or a city such as Kolkata").value(zone),
            Field::short("at", "When to ask you (empty: as your squad does)").hint("09:30").value(at).optional(),
        ],
    }
}

/// What was saved, said back in the person's own time before it counts.
pub fn zone_saved(zone: Tz, now: DateTime<Utc>, at: Option<chrono::NaiveTime>) -> Message {
    let asked = at.map_or("as your squad does".to_owned(), |at| format!("at {}", at.format("%H:%M")));
    Message::text(format!(
        "Saved: **{zone}**, where it is {} now. I ask you {asked}, on your squad's days.",
        now.with_timezone(&zone).format("%H:%M")
    ))
}

/// A form that could not be taken comes back filled in.
pub fn try_again(partnership: PartnershipId, why: &str, zone: &str, at: &str) -> Message {
    // A row holds no colon, comma or blank; what doesn't fit is typed again.
    let safe = |text: &str| {
        text.chars().filter(|c| c.is_ascii_alphanumeric() || "/_+-.".contains(*c)).take(30).collect::<String>()
    };
    let pointer = Pointer::new("member.zone", partnership, format!("{},{}", safe(zone), safe(&at.replace(':', "."))));
    Message::text(format!("{why} Nothing was changed.")).buttons([Button::again(pointer)])
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
