//! What people read about squads.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::partnership::text::{channel, clipped, counted, escaped, listed, mention, moment};
use crate::partnership::{Button, Field, Form, Message, PartnershipId, Pick, Pointer, Select, Style, UserId};

use super::model::{Present, Squad};
use super::policy::{self, LONGEST_DOES, LONGEST_QUESTION, MOST_QUESTIONS};

/// Most people in one select.
const MOST_PICKS: usize = 25;

fn at(partnership: PartnershipId, action: &str, squad: &Squad) -> Pointer {
    Pointer::new(action, partnership, squad.id)
}

/// The panel that is pinned in a squad's channel.
pub fn board(partnership: PartnershipId, squad: &Squad, people: &[Present]) -> Message {
    if squad.archived {
        let text = format!(
            "**{}** is archived: I ask nothing any more, and everything can still be read.",
            escaped(&squad.name)
        );
        return Message::text(text).buttons([Button::new("Bring it back", &at(partnership, "squad.restore", squad))]);
    }
    let tags: BTreeSet<String> = people.iter().filter_map(|one| one.organisation.as_deref().map(escaped)).collect();
    let tags: Vec<String> = tags.into_iter().collect();
    let who = if tags.is_empty() {
        "a squad that delivers together".to_owned()
    } else {
        format!("people of {} who deliver together", listed(&tags))
    };
    let anywhere = |action: &str| Pointer::new(action, partnership, "");
    Message::text(format!(
        "**{}**: {who}. Lead: {}.\nEach of us is asked {}, in our own time zone, and answers when it suits. Seen by: everyone in {}.\n\
         New here? `/squad join` makes you one of us.",
        escaped(&squad.name),
        lead(squad),
        squad.schedule.describe(),
        channel(squad.channel),
    ))
    .buttons([
        Button::new("Check in", &anywhere("checkin.open")).style(Style::Primary),
        Button::new("Day off", &anywhere("checkin.day_off")),
        Button::new("Who's here", &at(partnership, "squad.who", squad)),
        Button::new("Help", &anywhere("help.show")),
    ])
}

/// A lead who was erased leaves nobody behind.
fn lead(squad: &Squad) -> String {
    if squad.lead.0 == 0 { "nobody yet".to_owned() } else { mention(squad.lead) }
}

/// A squad's settings, and the ways to change them. What has just happened stands first.
pub fn settings(partnership: PartnershipId, squad: &Squad, people: usize, news: &str, now: DateTime<Utc>) -> Message {
    let next = squad.schedule.next_after(now, squad.zone).map(|next| format!("; the next time is {}", moment(next.at)));
    let questions: Vec<String> = squad.questions.iter().map(|question| escaped(question)).collect();
    let news = if news.is_empty() { String::new() } else { format!("{news}\n\n") };
    Message::text(format!(
        "{news}**{}** in {}\n• Lead: {} · {}\n• Asked: {}, each in their own zone; the squad's is {}{}\n\
         • Works: {} · the day closes at {} · {}\n• Questions: {}",
        escaped(&squad.name),
        channel(squad.channel),
        lead(squad),
        counted(people, "person", "people"),
        squad.schedule.describe(),
        squad.zone.name(),
        next.unwrap_or_default(),
        squad.working_days.describe(),
        squad.closes_at.format("%H:%M"),
        match squad.reminders {
            0 => "no reminders".to_owned(),
            count => format!("{} a day", counted(usize::from(count), "reminder", "reminders")),
        },
        questions.join(" · "),
    ))
    .buttons([
        Button::new("Questions…", &at(partnership, "squad.questions", squad)),
        Button::new("Times…", &at(partnership, "squad.times", squad)),
        Button::new("People", &at(partnership, "squad.people", squad)),
        Button::new("A shared rest day…", &at(partnership, "rest.plan", squad)),
        Button::new("Webhooks", &at(partnership, "webhook.show", squad)),
    ])
    .buttons([Button::new("Weekly digest", &Pointer::new("digest.one", partnership, format!("squad-{}", squad.id)))])
}

/// The form for questions.
pub fn questions_form(partnership: PartnershipId, squad: &Squad, kept: &BTreeMap<String, String>) -> Form {
    let field = |index: usize| {
        let name = format!("question{}", index + 1);
        let value = kept.get(&name).or_else(|| squad.questions.get(index).filter(|_| kept.is_empty()));
        let most = u16::try_from(LONGEST_QUESTION).unwrap_or(u16::MAX);
        let field = Field { most, ..Field::short(&name, &format!("Question {}", index + 1)) };
        field.value(value.cloned().unwrap_or_default()).optional()
    };
    Form {
        title: "Questions (at least one)".to_owned(),
        does: at(partnership, "squad.questions_sent", squad).to_string(),
        fields: (0..MOST_QUESTIONS).map(field).collect(),
    }
}

/// The form for times.
pub fn times_form(partnership: PartnershipId, squad: &Squad, kept: &BTreeMap<String, String>) -> Form {
    let field = |name: &str, label: &str, hint: &str, now: String| {
        Field::short(name, label).hint(hint).value(kept.get(name).cloned().unwrap_or(now))
    };
    Form {
        title: "When people are asked".to_owned(),
        does: at(partnership, "squad.times_sent", squad).to_string(),
        fields: vec![
            field("schedule", "When? Plain words or cron", "weekdays 09:30", squad.schedule.to_string()),
            field("zone", "The squad's time zone", "London, or Asia/Kolkata", squad.zone.name().to_owned()),
            field("days", "Working days", "Mon-Fri", squad.working_days.to_string()),
            field("closes", "When the squad's day closes", "17:30", squad.closes_at.format("%H:%M").to_string()),
            field("reminders", "Reminders a day (0, 1 or 2)", "1", squad.reminders.to_string()),
        ],
    }
}

/// A form that wasn't right, with the way back into it.
pub fn refused(partnership: PartnershipId, squad: &Squad, action: &str, why: &str) -> Message {
    Message::text(format!("{why}\nWhat you wrote is kept: press **Try again** and change just that.")).buttons([
        Button::again(Pointer::new(action, partnership, format!("{},again", squad.id))),
        Button::new("Leave it as it was", &at(partnership, "squad.settings", squad)),
    ])
}

/// Who is in a squad, for its lead: to add and to take out.
pub fn people(partnership: PartnershipId, squad: &Squad, people: &[Present], news: &str) -> Message {
    let names: Vec<String> = people.iter().map(|one| mention(one.user)).collect();
    let news = if news.is_empty() { String::new() } else { format!("{news}\n\n") };
    let inside = if names.is_empty() { "nobody yet".to_owned() } else { listed(&names) };
    let mut message = Message::text(format!(
        "{news}**{}**: {inside}.\nWhoever you add gets a card first: what is asked, who sees it, and a way to say no.",
        escaped(&squad.name)
    ))
    .select(Select {
        does: at(partnership, "squad.people_add", squad).to_string(),
        hint: "Add people".to_owned(),
        from: Pick::Users,
        count: (1, 25),
    });
    let others = people.iter().filter(|one| one.user != squad.lead).take(MOST_PICKS);
    let others: Vec<(String, String)> = others.map(|one| (one.user.to_string(), clipped(&one.name, 100))).collect();
    if let Ok(most @ 1..) = u8::try_from(others.len()) {
        message = message.select(Select {
            does: at(partnership, "squad.people_remove", squad).to_string(),
            hint: "Take people out".to_owned(),
            from: Pick::Options(others),
            count: (1, most),
        });
    }
    message.buttons([Button::new("Back to the settings", &at(partnership, "squad.settings", squad))])
}

/// A new squad, said back.
pub fn created(partnership: PartnershipId, squad: &Squad, people: usize, now: DateTime<Utc>) -> Message {
    let news = format!(
        "✅ **{}** is there, and its panel is on its way to {}. Next: add people with **People**, or let them run `/squad join`.",
        escaped(&squad.name),
        channel(squad.channel)
    );
    settings(partnership, squad, people, &news, now)
}

/// Asks before a squad is archived.
pub fn archive_question(partnership: PartnershipId, squad: &Squad) -> Message {
    Message::text(format!(
        "Archive **{}**? Nobody is asked for it any more. Everything that was written can still be read, and you can bring it back.",
        escaped(&squad.name)
    ))
    .buttons([
        Button::new("Yes, archive it", &at(partnership, "squad.archive_yes", squad)).style(Style::Danger),
        Button::new("Keep it", &at(partnership, "squad.settings", squad)),
    ])
}

/// After a squad was archived.
pub fn archived(partnership: PartnershipId, squad: &Squad) -> Message {
    Message::text(format!(
        "**{}** is archived. Nothing is asked any more, and everything can still be read.",
        escaped(&squad.name)
    ))
    .buttons([Button::new("Bring it back", &at(partnership, "squad.restore", squad))])
}

/// After somebody joined: when they are asked, who sees the answers, and what is still open.
pub fn joined(
    partnership: PartnershipId,
    squad: &Squad,
    again: bool,
    has_zone: bool,
    organisation: Option<Select>,
) -> Message {
    let place = channel(squad.channel);
    let opening = if again { "You are in" } else { "Welcome! You are now in" };
    let mut lines = vec![format!(
        "{opening} **{}** ({place}). You are asked {}, in your own time zone. Seen by: everyone in {place}.",
        escaped(&squad.name),
        squad.schedule.describe(),
    )];
    if !has_zone {
        lines.push(format!("Which time zone are you in? Until you say, I go by the squad's, {}.", squad.zone.name()));
    }
    if organisation.is_some() {
        lines.push("Which organisation are you from?".to_owned());
    }
    let message = Message::text(lines.join("\n"));
    let message = match organisation {
        Some(select) => message.select(select),
        None => message,
    };
    let mut buttons = Vec::new();
    if !has_zone {
        buttons.push(
            Button::new("My zone and times", &Pointer::new("member.zone", partnership, "")).style(Style::Primary),
        );
    }
    buttons.push(Button::new("What I do here…", &at(partnership, "squad.does", squad)));
    message.buttons(buttons)
}

/// After somebody left.
pub fn left(partnership: PartnershipId, squad: &Squad, was_in: bool, leads: bool) -> Message {
    let name = escaped(&squad.name);
    if !was_in {
        return Message::text(format!(
            "You aren't in **{name}**. `/squad leave` with the `squad` option names another one."
        ));
    }
    let lead = if leads { " You still lead it: `/squad edit` with `lead` hands that on." } else { "" };
    Message::text(format!(
        "You have left **{name}**, and aren't asked for it any more. What you wrote there stays.{lead}"
    ))
    .buttons([Button::new("Join again", &at(partnership, "squad.rejoin", squad))])
}

/// Who is in a squad and does what, by organisation.
pub fn who(partnership: PartnershipId, squad: &Squad, people: &[Present], reader: UserId) -> Message {
    let archived = if squad.archived { " (archived)" } else { "" };
    let mut lines = vec![format!(
        "**{}**{archived} in {} · {} · lead: {}",
        escaped(&squad.name),
        channel(squad.channel),
        counted(people.len(), "person", "people"),
        lead(squad)
    )];
    for (tag, group) in policy::by_organisation(people) {
        lines.push(format!("**{}**", tag.map_or_else(|| "No organisation yet".to_owned(), escaped)));
        lines.extend(group.into_iter().map(|one| line(squad, one)));
    }
    let zones: BTreeSet<&str> = people.iter().map(|one| one.zone.unwrap_or(squad.zone).name()).collect();
    if zones.len() > 1 {
        lines.push(format!("Zones: {}", listed(&zones.into_iter().collect::<Vec<_>>())));
    }
    let message = Message::text(lines.join("\n"));
    if people.iter().any(|one| one.user == reader) {
        message.buttons([Button::new("What I do here…", &at(partnership, "squad.does", squad))])
    } else {
        message
    }
}

fn line(squad: &Squad, one: &Present) -> String {
    let lead = if one.user == squad.lead { " (lead)" } else { "" };
    let does = if one.does.is_empty() { String::new() } else { format!(": {}", escaped(&one.does)) };
    format!("• {}{lead}{does}", mention(one.user))
}

/// The form for what somebody does in a squad.
pub fn does_form(partnership: PartnershipId, squad: &Squad, does: &str) -> Form {
    let most = u16::try_from(LONGEST_DOES).unwrap_or(u16::MAX);
    Form {
        title: "Seen by: everyone on this server".to_owned(),
        does: at(partnership, "squad.does_sent", squad).to_string(),
        fields: vec![
            Field { most, ..Field::short("does", "What do you do in this squad?") }
                .hint("payments, and the tests around them")
                .value(does)
                .optional(),
        ],
    }
}

/// The choices that a squad's name completes to.
pub fn choices(squads: &[Squad], typed: &str) -> Vec<(String, String)> {
    let typed = typed.to_lowercase();
    let mut found: Vec<&Squad> = squads.iter().filter(|squad| squad.name.to_lowercase().contains(&typed)).collect();
    found.sort_by_key(|squad| !squad.name.to_lowercase().starts_with(&typed));
    found.into_iter().take(MOST_PICKS).map(|squad| (squad.id.to_string(), squad.name.clone())).collect()
}
