//! Coffee, as people read it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::pairing::Reason;
use crate::partnership::calendar::write::{Event, When, file};
use crate::partnership::text::{channel, clipped, day, escaped, listed, mention, moment, relative, who};
use crate::partnership::{
    Button, ChannelId, Field, File, Form, Message, NOBODY, PartnershipId, Pick, Pointer, Select, Style, UserId,
};

use super::model::{Answer, Circle, Coffee, Face, Guest, Scene};
use super::policy::{CYCLES, hours};
use super::prompts;

fn at(partnership: PartnershipId, action: &str, row: impl std::fmt::Display) -> Pointer {
    Pointer::new(action, partnership, row)
}

/// `every week`, `every 2 weeks`.
fn cycle(weeks: u8) -> String {
    if weeks == 1 { "every week".to_owned() } else { format!("every {weeks} weeks") }
}

/// When the next round is, in a sentence.
fn next(circle: &Circle) -> String {
    match (circle.channel, circle.next_at) {
        (None, _) => "It begins once an admin has chosen a channel for it.".to_owned(),
        (_, Some(at)) => format!("The next round is {} ({}).", moment(at), relative(at)),
        (_, None) => "No round is planned yet.".to_owned(),
    }
}

/// Somebody's own part in coffee: what `/coffee me` shows.
pub struct Own<'a> {
    /// Where.
    pub partnership: PartnershipId,
    /// When there is coffee.
    pub circle: &'a Circle,
    /// Their place, if they joined.
    pub guest: Option<&'a Guest>,
    /// How they are shown to others.
    pub face: &'a Face,
    /// Whom they don't want to meet.
    pub never: &'a [UserId],
    /// Their coffees so far, the oldest first.
    pub coffees: &'a [Coffee],
    /// Whether they are an admin.
    pub admin: bool,
}

/// How many of one's own coffees are shown.
const SHOWN: usize = 10;

/// Somebody's own part in coffee, below what they have just done.
pub fn me(own: &Own<'_>, done: &str) -> Message {
    let to = |action: &str| at(own.partnership, action, "");
    let settings = own.admin.then(|| Button::new("Coffee settings", &to("coffee.settings")));
    let mut lines: Vec<String> = Vec::new();
    if !done.is_empty() {
        lines.push(done.to_owned());
    }
    let Some(guest) = own.guest else {
        lines.push(format!(
            "☕ **Coffee** brings two people of different organisations together, {}: half an hour, without minutes. {} \
             You haven't joined.",
            cycle(own.circle.weeks),
            next(own.circle)
        ));
        let join = Button::new("Join", &to("coffee.join")).style(Style::Primary);
        return Message::text(lines.join("\n")).buttons([join].into_iter().chain(settings));
    };
    lines.push(format!("☕ **Coffee**, {}. {}", cycle(own.circle.weeks), next(own.circle)));
    if let Some(until) = guest.paused_until {
        lines.push(format!("**Paused** until {}, that day included.", day(until)));
    }
    let hours = hours(guest, own.face.hours.zone);
    lines.push(format!(
        "**Your hours:** {}–{}, {}",
        hours.from.format("%H:%M"),
        hours.to.format("%H:%M"),
        hours.zone.name()
    ));
    let never: Vec<String> = own.never.iter().map(|user| mention(*user)).collect();
    lines.push(if never.is_empty() {
        "**Not with:** nobody. Only you see this line, whoever stands in it.".to_owned()
    } else {
        format!("**Not with:** {}. Only you see this; nobody is told, now or later.", listed(&never))
    });
    let asked = if guest.may_be_asked { "you may be asked for a coffee while you work" } else { "nobody asks you" };
    lines.push(format!("**Within the hour:** {asked} (`/coffee now`)."));
    let before: Vec<String> = own.coffees.iter().rev().take(SHOWN).map(|one| past(one, own.face.person)).collect();
    if !before.is_empty() {
        lines.push(format!("**So far**\n{}", before.join("\n")));
    }
    let asked = if guest.may_be_asked { "Don't ask me within the hour" } else { "I may be asked within the hour" };
    let pause = if guest.paused_until.is_some() { ("Go on", "coffee.go_on") } else { ("Pause…", "coffee.pause") };
    Message::text(lines.join("\n"))
        .buttons([
            Button::new("Hours and zone…", &to("coffee.hours")),
            Button::new("Not with…", &to("coffee.never")),
            Button::new(asked, &to("coffee.asked")),
            Button::new(pause.0, &to(pause.1)),
            Button::new("Leave", &to("coffee.leave")),
        ])
        .buttons(settings)
}

fn past(one: &Coffee, user: UserId) -> String {
    let others: Vec<String> =
        one.seats.iter().map(|seat| seat.person).filter(|person| *person != user).map(who).collect();
    let mine = one.seats.iter().find(|seat| seat.person == user).map_or(Answer::None, |seat| seat.answer);
    let came = match mine {
        _ if one.met() => ": you met",
        _ if !one.over => ": your coffee now",
        Answer::Left => ": you couldn't",
        Answer::Not => ": it didn't come to it",
        _ => "",
    };
    format!("• {} with {}{came}", day(one.made_at.date_naive()), listed(&others))
}

/// The form with hours and zone.
pub fn hours_form(partnership: PartnershipId, guest: &Guest, face: &Face) -> Form {
    let hours = hours(guest, face.hours.zone);
    Form {
        title: "When you could have coffee".to_owned(),
        does: at(partnership, "coffee.hours_sent", "").to_string(),
        fields: vec![
            Field::short("hours", "From when to when?").hint("09:00-17:30, or 9 to 5:30pm").value(format!(
                "{}-{}",
                hours.from.format("%H:%M"),
                hours.to.format("%H:%M")
            )),
            Field::short("zone", "In which time zone?").hint("London, or Asia/Kolkata").value(hours.zone.name()),
        ],
    }
}

/// The form for a pause.
pub fn pause_form(partnership: PartnershipId) -> Form {
    Form {
        title: "Pause coffee".to_owned(),
        does: at(partnership, "coffee.paused", "").to_string(),
        fields: vec![Field::short("until", "Until which day? It ends by itself").hint("Friday, in 3 weeks")],
    }
}

/// Whom somebody doesn't want to meet: to be picked.
pub fn never(partnership: PartnershipId, never: &[UserId]) -> Message {
    let names: Vec<String> = never.iter().map(|user| mention(*user)).collect();
    let now = if names.is_empty() { "nobody".to_owned() } else { listed(&names) };
    let select = Select {
        does: at(partnership, "coffee.never_with", "").to_string(),
        hint: "Whom would you rather not meet? Up to ten".to_owned(),
        from: Pick::Users,
        count: (1, 10),
    };
    let clear = (!never.is_empty()).then(|| Button::new("Nobody", &at(partnership, "coffee.never_none", "")));
    Message::text(format!(
        "**Not with:** {now}. What you pick takes its place. You need no reason, and nobody is told: not the person, not \
         a lead, not an admin. It only ever shows as somebody else being paired with you."
    ))
    .select(select)
    .buttons(clear.into_iter().chain([Button::new("Back", &at(partnership, "coffee.me", ""))]))
}

/// The settings, for an admin.
pub fn settings(partnership: PartnershipId, circle: &Circle, guests: usize, done: &str) -> Message {
    let to = |action: &str, row: &str| at(partnership, action, row);
    let place = circle.channel.map_or_else(|| "not chosen yet".to_owned(), channel);
    let colleagues =
        if circle.colleagues { "yes, if that is the better pair" } else { "only while there is a single organisation" };
    let cycles = CYCLES.into_iter().map(|weeks| {
        let style = if weeks == circle.weeks { Style::Primary } else { Style::Plain };
        let label = if weeks == 1 { "Every week".to_owned() } else { format!("Every {weeks} weeks") };
        Button::new(label, &to("coffee.weeks", &weeks.to_string())).style(style)
    });
    let turn = if circle.colleagues { "No colleagues" } else { "Colleagues, too" };
    Message::text(format!(
        "{done}☕ **Coffee settings**\n**Where:** {place}. Each pair has a private thread below it, so whoever takes part has to \
         see that channel.\n**When:** {}, {}. {}\n**Colleagues:** {colleagues}\n**Joined:** {guests}",
        cycle(circle.weeks),
        circle.day_and_time,
        next(circle),
    ))
    .select(Select {
        does: to("coffee.channel", "").to_string(),
        hint: "Below which channel?".to_owned(),
        from: Pick::Channels,
        count: (1, 1),
    })
    .buttons(cycles)
    .buttons([
        Button::new("Day and time…", &to("coffee.day", "")),
        Button::new(turn, &to("coffee.colleagues", "")),
    ])
}

/// The form for the day and the time.
pub fn day_form(partnership: PartnershipId, circle: &Circle) -> Form {
    Form {
        title: "When coffee is paired".to_owned(),
        does: at(partnership, "coffee.day_sent", "").to_string(),
        fields: vec![
            Field::short("day", "A day of the week and a time")
                .hint("Tuesday 10:00")
                .value(circle.day_and_time.clone()),
        ],
    }
}

/// `Ann and Ben`, `Ann, Ben and Cyd`, as plain text.
pub fn names(faces: &[Face]) -> String {
    let names: Vec<&str> = faces.iter().filter(|face| face.person != NOBODY).map(|face| face.name.as_str()).collect();
    listed(&names)
}

/// The title of a coffee's thread.
pub fn title(coffee: &Coffee, faces: &[Face]) -> String {
    clipped(&format!("Coffee {}: {}", coffee.number, names(faces)), 100)
}

fn shown(face: &Face) -> String {
    let tag = face.tag.as_ref().map_or_else(String::new, |tag| format!(" ({})", escaped(tag)));
    format!("{}{tag}", who(face.person))
}

/// A time by the clocks of everybody: `Tue 17 Mar, 10:00 in London · 15:30 in Kolkata`.
fn by_clocks(time: DateTime<Utc>, faces: &[Face]) -> String {
    let mut clocks: Vec<String> = Vec::new();
    for face in faces {
        let zone = face.hours.zone;
        let place = zone.name().rsplit('/').next().unwrap_or(zone.name()).replace('_', " ");
        let format = if clocks.is_empty() { "%a %-d %b, %H:%M" } else { "%a %H:%M" };
        let clock = format!("{} in {place}", time.with_timezone(&zone).format(format));
        if !clocks.iter().any(|one| one.ends_with(&format!(" in {place}"))) {
            clocks.push(clock);
        }
    }
    clocks.join(" · ")
}

/// A coffee, as the first message of its thread shows it.
pub fn coffee(scene: &Scene) -> Message {
    let Scene { partnership, coffee, faces, times } = scene;
    let there: Vec<&Face> = faces.iter().filter(|face| coffee.has(face.person)).collect();
    let pings: Vec<UserId> = there.iter().map(|face| face.person).filter(|user| *user != NOBODY).collect();
    let people: Vec<String> = faces.iter().map(shown).collect();
    let mut lines = vec![format!("☕ {}, this is your coffee: half an hour, no agenda, no minutes.", listed(&people))];
    if coffee.over {
        let thanks = if coffee.met() { " Thank you for it." } else { "" };
        let began =
            prompts::get(coffee.prompt).map_or_else(String::new, |one| format!("\n**It began with:** {}", one.text));
        return Message::text(format!("☕ {}: this coffee is over.{thanks}{began}", listed(&people)));
    }
    if there.len() < 2 {
        lines.push(
            "It doesn't come to it: the other one can't. Whoever is left goes first, now or in the next round."
                .to_owned(),
        );
        return Message { pings, ..Message::text(lines.join("\n")) };
    }
    if let Some(prompt) = prompts::get(coffee.prompt) {
        lines.push(format!("**To begin with:** {}", prompt.text));
    }
    let row = coffee.number.to_string();
    let mut message = Message { pings, ..Message::default() };
    match (coffee.meets_at, times.is_empty()) {
        (Some(meets), _) => {
            let faces: Vec<Face> = there.iter().map(|face| (*face).clone()).collect();
            lines.push(format!("**You meet** {} ({}): {}.", moment(meets), relative(meets), by_clocks(meets, &faces)));
        }
        (None, true) => lines.push(
            "**Your hours never meet, so write instead:** each of you answers here within two days, and asks one thing back."
                .to_owned(),
        ),
        (None, false) => {
            let all = if there.len() == 2 { "you both" } else { "all of you" };
            lines.push(format!("**Times that suit {all}** are below. Whoever picks one first, decides."));
        }
    }
    lines.push("-# Seen by: the people in this thread, and whoever may manage threads here.".to_owned());
    message.text = lines.join("\n");
    if !times.is_empty() {
        let faces: Vec<Face> = there.iter().map(|face| (*face).clone()).collect();
        let options = times.iter().map(|time| (time.timestamp().to_string(), clipped(&by_clocks(*time, &faces), 100)));
        message = message.select(Select {
            does: at(*partnership, "coffee.time", &row).to_string(),
            hint: if coffee.meets_at.is_some() { "Another time" } else { "Pick a time" }.to_owned(),
            from: Pick::Options(options.collect()),
            count: (1, 1),
        });
    }
    message.buttons([
        Button::new("We've met", &at(*partnership, "coffee.met", &row)).style(Style::Good),
        Button::new("I can't this time", &at(*partnership, "coffee.cant", &row)),
    ])
}

/// A coffee whose channel is gone, for one of its people.
pub fn without_thread(scene: &Scene, user: UserId) -> Message {
    let others: Vec<String> = scene.faces.iter().filter(|face| face.person != user).map(shown).collect();
    let prompt = prompts::get(scene.coffee.prompt).map_or("", |prompt| prompt.text.as_str());
    let times: Vec<String> = scene.times.iter().map(|time| format!("• {}", by_clocks(*time, &scene.faces))).collect();
    Message::text(format!(
        "☕ Your coffee is with {}. I can't open a thread for you: its channel is gone, or closed to me. An admin knows; \
         until then, write to each other.\n**To begin with:** {prompt}\n{}",
        listed(&others),
        times.join("\n")
    ))
}

/// Where the channel that an admin picked won't do.
pub fn lacks(place: ChannelId, permissions: &[String]) -> String {
    format!(
        "In {} I lack {}. Give them to my role there (channel settings → Permissions), or pick another channel.",
        channel(place),
        listed(permissions)
    )
}

/// Said in the thread when somebody can't take part; whether there is still time for another coffee.
pub fn cant(coffee: &Coffee, user: UserId, worthwhile: bool) -> Message {
    let left: Vec<String> = coffee.there().map(who).collect();
    let rest = match left.len() {
        0 => "So this coffee is off.".to_owned(),
        1 if worthwhile => {
            format!("{}, I look whether somebody else is free. If not, you go first in the next round.", listed(&left))
        }
        1 => format!("{}, you go first in the next round.", listed(&left)),
        _ => format!("{}, it stays a coffee for two.", listed(&left)),
    };
    Message::text(format!("{} can't this time. {rest}", who(user)))
}

/// The coffee as a file for calendars.
fn ics(scene: &Scene, time: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let event = Event {
        key: format!("coffee-{}-{}", scene.partnership, scene.coffee.number),
        title: format!("Coffee: {}", names(&scene.faces)),
        when: When::Times(time, time + TimeDelta::minutes(30)),
    };
    file("Coffee", "Coffee", &[event], now)
}

/// Said in the thread once a time was picked.
pub fn time_picked(scene: &Scene, by: &Face, time: DateTime<Utc>, now: DateTime<Utc>) -> Message {
    let mut message = Message::text(format!(
        "{} picked a time: {} ({}). {}. The file puts it into your calendar.",
        shown(by),
        moment(time),
        relative(time),
        by_clocks(time, &scene.faces)
    ));
    message.files.push(File {
        name: "coffee.ics".to_owned(),
        bytes: ics(scene, time, now).into_bytes(),
        alt: "The coffee as an event for a calendar".to_owned(),
    });
    message
}

/// Asked in the thread after some days.
pub fn did_you_meet(scene: &Scene) -> Message {
    let people: Vec<String> = scene.coffee.there().map(who).collect();
    let text =
        format!("{}: did you meet? One tap is enough; it helps me to pair you with somebody new.", listed(&people));
    let to = |action: &str| at(scene.partnership, action, scene.coffee.number);
    let pings = scene.coffee.there().filter(|user| *user != NOBODY).collect();
    Message { pings, ..Message::text(text) }.buttons([
        Button::new("We've met", &to("coffee.met")).style(Style::Good),
        Button::new("It didn't come to it", &to("coffee.not_met")),
    ])
}

/// Why somebody has no coffee in a round.
pub fn left_out(reason: Reason, circle: &Circle) -> String {
    let why = match reason {
        Reason::Paused => "you paused",
        Reason::NobodyElse => "nobody else has joined",
        Reason::OnlyColleagues => "everybody else who joined is of your own organisation",
        Reason::NoPartnerLeft => "there was nobody left of another organisation",
    };
    format!(
        "☕ No coffee for you in this round: {why}. It isn't about you, and you go first in the next one. {} \
         `/coffee now` looks for somebody within the hour.",
        next(circle)
    )
}

/// For whoever may be asked for a coffee at once.
pub fn asked_now(partnership: PartnershipId, asks: &Face, wish: i64, until: DateTime<Utc>) -> Message {
    Message::text(format!(
        "☕ {} has half an hour for a coffee now. You said that you may be asked; whoever says yes first has it. Until {}.",
        shown(asks),
        moment(until)
    ))
    .buttons([
        Button::new("Yes, now", &at(partnership, "coffee.now_yes", wish)).style(Style::Good),
        Button::new("Not now", &at(partnership, "coffee.now_no", wish)),
    ])
}

/// For whoever asked for a coffee at once. It gives away nothing about who is there.
pub fn asking_now(until: DateTime<Utc>) -> Message {
    Message::text(format!(
        "☕ I ask whoever may be asked. Somebody says yes, and you both get a thread; nobody does by {}, and I say so.",
        moment(until)
    ))
}

/// Nobody had time.
pub fn nobody_now() -> Message {
    Message::text("☕ Nobody had half an hour just now. Take yours anyway: it is a break, whoever is there.")
}

/// The coffee was found.
pub fn found_now(place: ChannelId) -> Message {
    Message::text(format!("☕ There is your coffee: {}.", channel(place)))
}
