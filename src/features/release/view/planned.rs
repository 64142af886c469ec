//! A release that is coming up: its line in the channel, what whoever planned it reads, and what
//! organisations that asked are told.

use chrono::{DateTime, NaiveDate, Utc};

use crate::features::organisation::model::Organisation;
use crate::features::organisation::view::hearing;
use crate::features::release::model::{Planned, State};
use crate::features::release::policy;
use crate::features::squad::model::Squad;
use crate::partnership::text::{channel, clipped, day, escaped, listed, mention, moment};
use crate::partnership::{Button, Field, Form, Message, PartnershipId, Pointer, Style};

/// An organisation by name, and when it hears of a release; `None`: there is no time left for that.
pub(in crate::features::release) type Hears = (String, Option<DateTime<Utc>>);

fn what(one: &Planned) -> String {
    format!("**{}**", escaped(&one.what))
}

fn at(action: &str, partnership: PartnershipId, one: &Planned) -> Pointer {
    Pointer::new(action, partnership, one.id)
}

fn moved_button(partnership: PartnershipId, one: &Planned) -> Button {
    Button::new("Moved…", &at("release.move", partnership, one))
}

fn off_button(partnership: PartnershipId, one: &Planned) -> Button {
    Button::new("Called off", &at("release.off", partnership, one))
}

/// The three answers to the question whether it is out.
fn answers(partnership: PartnershipId, one: &Planned) -> [Button; 3] {
    [
        Button::new("It's out", &at("release.out", partnership, one)).style(Style::Good),
        moved_button(partnership, one),
        off_button(partnership, one),
    ]
}

/// To the squad: its line, as it stands at an instant.
pub(in crate::features::release) fn line(name: &str, squad: &Squad, one: &Planned, now: DateTime<Utc>) -> Message {
    let (what, when, name) = (what(one), moment(one.at), escaped(name));
    Message::text(match one.state {
        State::Out => format!("Released: {what}, {when} ({name})"),
        State::Off => format!("Called off: {what}, which was planned for {when} ({name})"),
        State::Planned if now < one.at + policy::SILENCE => {
            format!("Coming up: {what}, {when} ({name}, {})", escaped(&squad.name))
        }
        State::Planned => format!("Planned: {what}, {when} ({name}). Whether it is out wasn't said."),
    })
}

/// Where a line stood whose words were taken back or erased.
pub(in crate::features::release) fn nothing() -> Message {
    Message::text("A planned release stood here. It was taken back.")
}

/// Which of two days a day of the week means.
pub(in crate::features::release) fn which(
    partnership: PartnershipId,
    squad: &Squad,
    days: [(DateTime<Utc>, NaiveDate); 2],
) -> Message {
    let button = |label: String, at: DateTime<Utc>| {
        let row = format!("{},{}", squad.id, at.timestamp());
        Button::new(label, &Pointer::new("release.meant", partnership, row))
    };
    let [(last, past), (next, coming)] = days;
    Message::text("Which one do you mean? Nothing is shared yet.").buttons([
        button(format!("It went out on {}", day(past)), last),
        button(format!("It is coming up on {}", day(coming)), next),
    ])
}

/// To whoever planned it: where it stands, and who else hears of it and when.
pub(in crate::features::release) fn planned(
    partnership: PartnershipId,
    squad: &Squad,
    one: &Planned,
    hear: &[Hears],
) -> Message {
    let mut text = format!(
        "Coming up for {}: {}, {}. It stands in {} with your name, and nobody there is notified.",
        escaped(&squad.name),
        what(one),
        moment(one.at),
        channel(squad.channel)
    );
    text.push_str(&hearing_of_it(hear));
    if hear.iter().any(|(_, at)| at.is_some()) {
        text.push_str("\nUntil then, **Take it back** leaves nothing behind.");
    }
    text.push_str("\nOnce it should be out, I ask you whether it is.");
    let back = Pointer::new("release.off", partnership, format!("{},back", one.id));
    Message::text(text).buttons([Button::new("Take it back", &back), moved_button(partnership, one)])
}

/// Which organisations hear of it, and when.
fn hearing_of_it(hear: &[Hears]) -> String {
    let line = |(name, at): &Hears| match at {
        Some(at) => format!("\n• **{}** hears of it on {}.", escaped(name), moment(*at)),
        None => format!("\n• **{}** wants to, and there is no time left to tell it before.", escaped(name)),
    };
    let lines: String = hear.iter().map(line).collect();
    if lines.is_empty() {
        lines
    } else {
        format!("\nOutside that channel, these asked to hear before releases:{lines}")
    }
}

/// To an organisation that asked: something is coming up.
pub(in crate::features::release) fn notice(
    partnership: PartnershipId,
    server: &str,
    squad: &Squad,
    one: &Planned,
    told: &Organisation,
) -> Message {
    Message::text(format!(
        "{} You hear of it because **{}** asked to be told before releases.",
        coming_up(server, squad, one),
        escaped(&told.name)
    ))
    .buttons([hearing(partnership, told)])
}

/// The same in a line, for somebody's gathered message.
pub(in crate::features::release) fn coming_up(server: &str, squad: &Squad, one: &Planned) -> String {
    format!(
        "Coming up: **{}** in **{}** plans to release {}, {} ({}).",
        escaped(&squad.name),
        escaped(server),
        what(one),
        moment(one.at),
        mention(one.person)
    )
}

/// To an organisation that was told: there is another time, or none. `was`: the time that it was told.
pub(in crate::features::release) fn news(server: &str, squad: &Squad, one: &Planned, was: DateTime<Utc>) -> Message {
    let what = format!("{} of **{}** in **{}**", what(one), escaped(&squad.name), escaped(server));
    let (was, by) = (moment(was), mention(one.person));
    Message::text(if one.state == State::Off {
        format!("Called off: {what}, which was planned for {was} ({by}). There is nothing that you need to do.")
    } else {
        format!("Moved: {what} is now planned for {}, and not for {was} ({by}).", moment(one.at))
    })
}

/// Asks whoever planned it whether it is out.
pub(in crate::features::release) fn ask(partnership: PartnershipId, squad: &Squad, one: &Planned) -> Message {
    Message::text(format!("{} of {} was planned for {}. Is it out?", what(one), escaped(&squad.name), moment(one.at)))
        .buttons(answers(partnership, one))
}

/// Asks whether it is what CI told of on that day.
pub(in crate::features::release) fn same(
    partnership: PartnershipId,
    one: &Planned,
    told: &[(i64, String, DateTime<Utc>)],
) -> Message {
    let names: Vec<String> =
        told.iter().map(|(_, name, at)| format!("**{}** ({})", escaped(&clipped(name, 80)), moment(*at))).collect();
    let row = |release: i64| Pointer::new("release.out", partnership, format!("{},{release}", one.id));
    let yes = told.iter().map(|(id, name, _)| Button::new(format!("It is {}", clipped(name, 60)), &row(*id)));
    Message::text(format!(
        "Your CI told me of {} that day. Is that {}? It counts once then.",
        listed(&names),
        what(one)
    ))
    .buttons(yes.chain([Button::new("Another one", &row(0))]))
}

/// To whoever planned it: it is what CI told of.
pub(in crate::features::release) fn was_from_ci(one: &Planned) -> Message {
    Message::text(format!("Thank you. {} is out, as your CI said, and counts once.", what(one)))
}

/// To whoever planned it, after something changed: how it stands, how many organisations were told, and which
/// hear of it yet.
pub(in crate::features::release) fn changed(
    partnership: PartnershipId,
    one: &Planned,
    told: usize,
    hear: &[Hears],
) -> Message {
    let told = match told {
        0 => "",
        _ => " Whoever had heard of it outside the channel hears of that, too.",
    };
    match one.state {
        State::Off => Message::text(format!("Called off: {}. Its line in the channel says so.{told}", what(one))),
        State::Out => Message::text(format!("{} is out already.", what(one))),
        State::Planned => Message::text(format!(
            "{} is planned for {} now. Its line in the channel says so.{told}{}",
            what(one),
            moment(one.at),
            hearing_of_it(hear)
        ))
        .buttons([moved_button(partnership, one), off_button(partnership, one)]),
    }
}

/// To whoever planned it: it is taken back, and nobody outside the channel had heard of it.
pub(in crate::features::release) fn taken_back(one: &Planned) -> Message {
    Message::text(format!(
        "Taken back: {}. Its line in the channel says no more than that, and nobody else is told.",
        what(one)
    ))
}

/// A release that was recorded was taken back: it is a planned one again.
pub(in crate::features::release) fn reopened(partnership: PartnershipId, one: &Planned) -> Message {
    Message::text(format!("Taken back: {} is a planned release again. How does it stand?", what(one)))
        .buttons(answers(partnership, one))
}

/// The form for another time.
pub(in crate::features::release) fn move_form(partnership: PartnershipId, one: &Planned, kept: &str) -> Form {
    let field = Field { most: 60, ..Field::short("when", "The new time, on your clock") };
    Form {
        title: "Moved to another time".to_owned(),
        does: at("release.moved", partnership, one).to_string(),
        fields: vec![field.hint("tomorrow 14:00, next Tuesday 10:00").value(kept)],
    }
}

/// A time that can't be used, with the way back into the form.
pub(in crate::features::release) fn refused(partnership: PartnershipId, one: &Planned, why: &str) -> Message {
    Message::text(format!("{why}\nWhat you wrote is kept: press **Try again**. Until then nothing changes."))
        .buttons([Button::again(at("release.move", partnership, one)), off_button(partnership, one)])
}
