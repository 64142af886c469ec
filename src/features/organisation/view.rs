//! What people read about organisations: the list, and who is asked what.

use crate::features::member::model::Membership;
use crate::partnership::text::{channel as link, clipped, counted, escaped, listed, mention};
use crate::partnership::{
    Button, File, Message, OrganisationId, PartnershipId, Pick, Pointer, RoleId, Select, Style, UserId,
};

use super::model::{Holidays, Keeper, Listed, Organisation, Waiting};
use super::policy;

pub mod settings;

/// Rows of decisions in the list; the last row is for the rest.
const MOST_DECISIONS: usize = 4;
/// Most options in a select, one of which is "none of these".
const MOST_OFFERED: usize = 24;
/// The longest label of a button that names somebody.
const LONGEST_NAME_SHOWN: usize = 40;

/// All organisations, and what waits for the reader.
pub fn list(partnership: PartnershipId, all: &[Listed], waiting: &Waiting) -> Message {
    let opening = if all.is_empty() {
        "There are no organisations here yet. An admin adds them with `/organisation add`."
    } else {
        "**Who works together here**\n"
    };
    let (decisions, count) = decisions(partnership, all, waiting);
    let more = if count > MOST_DECISIONS {
        format!("\n{} more wait for you: answer these first, then run this again.", count - MOST_DECISIONS)
    } else {
        String::new()
    };
    let entries = all.iter().map(entry).collect::<String>();
    let mut message = Message::text(format!("{opening}{entries}{}{more}", own(all, waiting)));
    for row in decisions {
        message = message.buttons(row);
    }
    let mut rest = Vec::new();
    if !all.is_empty() {
        rest.push(Button::new("Change my organisation", &Pointer::new("organisation.change", partnership, "")));
    }
    for (id, job) in waiting.jobs.iter().take(4) {
        let label = format!("Step down as {} of {}", job.as_str(), tag(all, *id));
        rest.push(Button::new(
            clipped(&label, 80),
            &Pointer::new("organisation.step_down", partnership, format!("{id},{}", job.as_str())),
        ));
    }
    message.buttons(rest)
}

fn entry(one: &Listed) -> String {
    let Organisation { name, tag, calendar, hours, channel, hears_releases, .. } = &one.organisation;
    let people = one.people.map_or_else(String::new, |count| format!(" · {}", counted(count, "person", "people")));
    let mut lines =
        vec![format!("**{}** ({}) · holidays: {}{people}\n", escaped(name), escaped(tag), holidays(calendar))];
    for (job, none) in [(Keeper::Steward, "• no steward yet\n"), (Keeper::Contact, ""), (Keeper::Deputy, "")] {
        let people: Vec<String> = one
            .keepers
            .iter()
            .filter(|(_, other, _)| *other == job)
            .map(|(user, _, accepted)| format!("{}{}", mention(*user), if *accepted { "" } else { " (asked)" }))
            .collect();
        lines.push(match people.as_slice() {
            [] => none.to_owned(),
            people => format!("• {}: {}\n", job.as_str(), listed(people)),
        });
    }
    if let Some(hours) = hours {
        lines.push(format!("• works {}\n", hours.describe()));
    }
    if let Some(channel) = channel {
        lines.push(format!("• is reached in {}\n", link(*channel)));
    }
    if *hears_releases {
        lines.push("• is told before releases\n".to_owned());
    }
    lines.concat()
}

/// An organisation's holidays, in a few words.
pub fn holidays(calendar: &Holidays) -> String {
    match calendar {
        Holidays::Own(own) => format!("its own ({})", escaped(own.name())),
        Holidays::BuiltIn(_) if calendar.is_none() => "none".to_owned(),
        Holidays::BuiltIn(key) => key.replace('-', " "),
    }
}

fn own(all: &[Listed], waiting: &Waiting) -> String {
    let name = |id: OrganisationId| {
        all.iter().find(|one| one.organisation.id == id).map(|one| escaped(&one.organisation.name))
    };
    match waiting.own.and_then(|(id, sure)| Some((name(id)?, sure))) {
        Some((name, Membership::Agreed)) => format!("\nYou are of **{name}**."),
        Some((name, Membership::Asked)) => {
            format!("\nYou asked to be of **{name}**; one of its stewards has to say yes.")
        }
        None if all.is_empty() => String::new(),
        None => "\nYou are of no organisation yet.".to_owned(),
    }
}

fn tag(all: &[Listed], id: OrganisationId) -> String {
    all.iter().find(|one| one.organisation.id == id).map(|one| one.organisation.tag.clone()).unwrap_or_default()
}

/// A row of buttons for each thing that waits, as many as fit, and how many there are.
fn decisions(partnership: PartnershipId, all: &[Listed], waiting: &Waiting) -> (Vec<[Button; 2]>, usize) {
    let asks = waiting.asks.iter().map(|(id, job)| {
        let label = format!("Accept: {} of {}", job.as_str(), tag(all, *id));
        keeper_buttons(partnership, *id, *job, &clipped(&label, 80))
    });
    let joins = waiting.joins.iter().map(|(id, user, name)| {
        let name = clipped(name, LONGEST_NAME_SHOWN);
        let labels = (format!("Yes, {name} is of {}", tag(all, *id)), format!("No, {name} isn't"));
        membership_buttons(partnership, *id, *user, labels)
    });
    let rows = asks.chain(joins).take(MOST_DECISIONS).collect();
    (rows, waiting.asks.len() + waiting.joins.len())
}

fn keeper_buttons(partnership: PartnershipId, id: OrganisationId, job: Keeper, accept: &str) -> [Button; 2] {
    let row = format!("{id},{}", job.as_str());
    [
        Button::new(accept, &Pointer::new("organisation.accept", partnership, &row)).style(Style::Good),
        Button::new("No thanks", &Pointer::new("organisation.no_thanks", partnership, &row)),
    ]
}

fn membership_buttons(
    partnership: PartnershipId,
    id: OrganisationId,
    user: UserId,
    labels: (String, String),
) -> [Button; 2] {
    let row = format!("{id},{user}");
    [
        Button::new(labels.0, &Pointer::new("organisation.admit", partnership, &row)).style(Style::Good),
        Button::new(labels.1, &Pointer::new("organisation.turn_down", partnership, &row)),
    ]
}

/// Asks somebody to be steward or contact.
pub fn keeper_question(
    partnership: PartnershipId,
    server: &str,
    one: &Organisation,
    job: Keeper,
    by: UserId,
) -> Message {
    let about = match job {
        Keeper::Steward => {
            "A steward looks after its people: says who belongs to it, and holds the settings about them, which nobody else can change."
        }
        Keeper::Contact => {
            "A contact answers for it towards the other organisations: what is in the way, and what it can offer."
        }
        Keeper::Deputy => {
            "A deputy stands in for its contacts: you hear of what has waited for long, and can answer it."
        }
    };
    Message::text(format!(
        "{} asks you to be **{}** of **{}** in **{}**. {about} You can step down at any time, with `/organisation list`.",
        mention(by),
        job.as_str(),
        escaped(&one.name),
        escaped(server)
    ))
    .buttons(keeper_buttons(partnership, one.id, job, "Accept"))
}

/// Asks a steward whether somebody is of their organisation.
pub fn membership_question(
    partnership: PartnershipId,
    server: &str,
    one: &Organisation,
    user: UserId,
    name: &str,
) -> Message {
    Message::text(format!(
        "{} ({}) asks to be of **{}** in **{}**. Are they one of yours?",
        mention(user),
        escaped(name),
        escaped(&one.name),
        escaped(server)
    ))
    .buttons(membership_buttons(
        partnership,
        one.id,
        user,
        ("Yes, they are".to_owned(), "No, they aren't".to_owned()),
    ))
}

/// After an organisation was added or changed: how it is now, and the ways on.
pub fn changed_looks(
    partnership: PartnershipId,
    one: &Listed,
    news: &str,
    asked: &[(UserId, Keeper)],
    is_steward: bool,
) -> Message {
    let mut buttons = Vec::new();
    if is_steward {
        let settings = Pointer::new("organisation.settings", partnership, one.organisation.id);
        buttons.push(Button::new("Settings about our people", &settings));
    }
    buttons.push(Button::new(
        "How we remind each other",
        &Pointer::new("blocker.ladders", partnership, one.organisation.id),
    ));
    buttons.push(hearing(partnership, &one.organisation));
    let mut withdraw = Vec::new();
    for (user, job) in asked {
        let row = format!("{},{},{user}", one.organisation.id, job.as_str());
        let label = format!("Take back the question ({})", job.as_str());
        withdraw.push(Button::new(label, &Pointer::new("organisation.withdraw", partnership, row)));
    }
    Message::text(format!("{news}\n\n{}", entry(one)).trim()).buttons(buttons).buttons(withdraw)
}

/// Turns notices before releases on, or off where they are on.
pub fn hearing(partnership: PartnershipId, one: &Organisation) -> Button {
    let (label, next) =
        if one.hears_releases { ("Stop telling us before releases", "off") } else { ("Tell us before releases", "on") };
    Button::new(label, &Pointer::new("organisation.hear", partnership, format!("{},{next}", one.id)))
}

/// After somebody turned them on or off.
pub fn heard(partnership: PartnershipId, one: &Organisation) -> Message {
    let name = escaped(&one.name);
    let text = if one.hears_releases {
        let place =
            one.channel.map_or_else(|| "in private, through its contacts".to_owned(), |at| format!("in {}", link(at)));
        format!(
            "✅ From now on I tell **{name}** when people of other organisations plan a release: {place}, on its working day before."
        )
    } else {
        format!("**{name}** isn't told before releases. What was told already stays where it is.")
    };
    Message::text(text).buttons([hearing(partnership, one)])
}

/// Which organisation somebody is of; those that their roles suggest come first.
pub fn question(partnership: PartnershipId, offered: &[&Organisation], may_be_none: bool) -> Select {
    let mut options: Vec<(String, String)> = offered
        .iter()
        .take(MOST_OFFERED)
        .map(|one| (one.id.to_string(), clipped(&format!("{} ({})", one.name, one.tag), 100)))
        .collect();
    if may_be_none {
        options.push(("none".to_owned(), "None of these".to_owned()));
    }
    Select {
        does: Pointer::new("organisation.join", partnership, "").to_string(),
        hint: "Your organisation".to_owned(),
        from: Pick::Options(options),
        count: (1, 1),
    }
}

/// What is said above that choice.
pub fn which(offered: &[&Organisation], roles: &[RoleId]) -> String {
    match offered.first().filter(|one| policy::suggests(one, roles)) {
        Some(one) => format!("Which organisation are you from? Your roles here suggest **{}**.", escaped(&one.name)),
        None => "Which organisation are you from?".to_owned(),
    }
}

/// What came of asking to be of an organisation.
pub fn joined(partnership: PartnershipId, one: &Organisation, outcome: policy::Joining, has_zone: bool) -> Message {
    let name = escaped(&one.name);
    let text = match outcome {
        policy::Joining::Already(Membership::Agreed) => format!("You are of **{name}** already."),
        policy::Joining::Already(Membership::Asked) => {
            format!("You asked to be of **{name}** already. One of its stewards has to say yes; I'll tell you.")
        }
        policy::Joining::Agreed => format!("✅ You are of **{name}** now, and its holidays count for you."),
        policy::Joining::Asked => {
            format!(
                "I've asked the stewards of **{name}**. I'll tell you what they say; meanwhile everything else works."
            )
        }
    };
    let zone = (!has_zone).then(|| Button::new("My zone and times", &Pointer::new("member.zone", partnership, "")));
    Message::text(text).buttons(zone)
}

/// After somebody said that they are of none.
pub fn of_none() -> Message {
    Message::text("All right: you are of no organisation here. `/organisation list` has a button to change that.")
}

/// What a steward's answer did, for the steward.
pub fn decided(one: &Organisation, user: UserId, yes: bool, counts: bool) -> Message {
    let (name, who) = (escaped(&one.name), mention(user));
    Message::text(match (counts, yes) {
        (false, _) => format!(
            "That has been answered already, or {who} doesn't ask any more. `/organisation list` shows how it stands."
        ),
        (true, true) => format!("✅ {who} is of **{name}** now. I'll tell them."),
        (true, false) => format!("{who} isn't of **{name}**. I'll tell them."),
    })
}

/// What the stewards said, for the person who asked.
pub fn told(one: &Organisation, server: &str, yes: bool) -> Message {
    let (name, server) = (escaped(&one.name), escaped(server));
    Message::text(if yes {
        format!("✅ You are of **{name}** in **{server}** now: its stewards said yes.")
    } else {
        format!(
            "The stewards of **{name}** in **{server}** say that you aren't one of theirs. If that is a mistake, talk to them; `/organisation list` shows who they are, and lets you choose again."
        )
    })
}

/// After somebody answered whether they want a job.
pub fn keeper_answered(partnership: PartnershipId, one: &Organisation, job: Keeper, accepted: bool) -> Message {
    let (name, job_name) = (escaped(&one.name), job.as_str());
    if !accepted {
        return Message::text(format!("All right, you aren't {job_name} of **{name}**. Thank you for answering."));
    }
    let message = Message::text(format!(
        "✅ You are {job_name} of **{name}** now. Thank you! `/organisation edit` and `/organisation list` are where you look after it."
    ));
    match job {
        Keeper::Contact | Keeper::Deputy => message,
        Keeper::Steward => message.buttons([Button::new(
            "Settings about our people",
            &Pointer::new("organisation.settings", partnership, one.id),
        )]),
    }
}

/// After somebody stepped down.
pub fn stepped_down(one: &Organisation, job: Keeper, alone: bool) -> Message {
    let next = if alone {
        " It has no steward now; an admin or a contact can name one with `/organisation edit`."
    } else {
        ""
    };
    Message::text(format!(
        "You aren't {} of **{}** any more. Thank you for having been.{next}",
        job.as_str(),
        escaped(&one.name)
    ))
}

/// Asks before an organisation leaves.
pub fn leave_question(partnership: PartnershipId, one: &Organisation) -> Message {
    let name = escaped(&one.name);
    Message::text(format!(
        "**{name}** leaves the partnership? This can't be taken back:\n\
         • Its people leave their squads, and are asked nothing any more.\n\
         • What they wrote is kept for {} days more, by its own retention, and then erased.\n\
         • You get a copy of what its people shared, as a file.",
        one.settings.retention_days
    ))
    .buttons([
        Button::new("Yes, leave", &Pointer::new("organisation.leave_yes", partnership, one.id)).style(Style::Danger),
        Button::new("Stay", &Pointer::new("organisation.list", partnership, "")),
    ])
}

/// After an organisation has left: the copy, and which squads need another lead.
pub fn left(one: &Organisation, record: String, leaderless: &[String]) -> Message {
    let squads: Vec<String> = leaderless.iter().map(|name| format!("**{}**", escaped(name))).collect();
    let leads = match squads.as_slice() {
        [] => String::new(),
        squads => {
            format!("\nThe lead of {} was one of them: an admin names another with `/squad edit`.", listed(squads))
        }
    };
    let mut message = Message::text(format!(
        "**{}** has left. The file holds what its people shared; keep it where your organisation keeps such things.{leads}",
        escaped(&one.name)
    ));
    message.files.push(File {
        name: "shared-record.md".to_owned(),
        bytes: record.into_bytes(),
        alt: "What the organisation's people shared, as text".to_owned(),
    });
    message
}

/// The choices that an organisation's name completes to.
pub fn choices(all: &[Organisation], typed: &str) -> Vec<(String, String)> {
    let typed = typed.to_lowercase();
    let name = |one: &Organisation| format!("{} ({})", one.name, one.tag);
    let mut found: Vec<&Organisation> = all.iter().filter(|one| name(one).to_lowercase().contains(&typed)).collect();
    found.sort_by_key(|one| !one.name.to_lowercase().starts_with(&typed));
    found.into_iter().take(25).map(|one| (one.id.to_string(), clipped(&name(one), 100))).collect()
}
