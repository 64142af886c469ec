//! What an admin reads while setting up, and afterwards.

use chrono::{DateTime, Utc};

use crate::config;
use crate::features::organisation::model::Organisation;
use crate::features::squad::model::Squad;
use crate::partnership::text::{channel, counted, escaped, listed, moment};
use crate::partnership::{Button, Field, Form, Message, PartnershipId, Pick, Pointer, Select, Style};

use super::model::{Checked, Draft, FIRST_SQUAD, Permission};
use super::policy::{Step, next_step, when};

/// The three questions: what is chosen, and what comes next.
pub fn panel(partnership: PartnershipId, draft: &Draft, checked: Option<&Checked>, now: DateTime<Utc>) -> Message {
    let at = |action: &str| Pointer::new(action, partnership, "");
    let step = next_step(draft);
    let permissions = checked.map(|checked| format!("{}\n", permissions(checked))).unwrap_or_default();
    let text = format!(
        "**Setting up Elevenses** in three questions. You can leave at any time and pick it up again with `/setup`.\n\
         1. **Organisations:** {}\n2. **First squad's channel:** {}\n3. **When to ask:** {}\n{permissions}\n**Next:** {}",
        organisations(draft),
        draft.channel.map_or_else(|| "not chosen yet".to_owned(), channel),
        asked(draft, now),
        next(step, checked),
    );
    let mut buttons = Vec::new();
    if step == Step::Roles {
        buttons.push(Button::new("No roles yet", &at("setup.no_roles")));
    }
    buttons.push(Button::new("When to ask…", &at("setup.when")).style(primary(step == Step::When)));
    if step == Step::Create {
        buttons.push(Button::new("Preview tomorrow", &at("setup.preview")));
        if checked.is_some_and(Checked::will_do) {
            buttons.push(Button::new("Create", &at("setup.create")).style(Style::Good));
        }
    }
    if checked.is_some_and(|checked| checked.missing.as_ref().is_none_or(|missing| !missing.is_empty())) {
        buttons.push(Button::new("Check permissions again", &at("setup.panel")));
    }
    Message::text(text)
        .select(select("Which roles are organisations?", &at("setup.roles"), Pick::Roles, 25))
        .select(select("Which channel is the first squad's?", &at("setup.channel"), Pick::Channels, 1))
        .buttons(buttons)
}

fn select(hint: &str, does: &Pointer, from: Pick, most: u8) -> Select {
    Select { does: does.to_string(), hint: hint.to_owned(), from, count: (1, most) }
}

fn primary(likely: bool) -> Style {
    if likely { Style::Primary } else { Style::Plain }
}

fn organisations(draft: &Draft) -> String {
    let names: Vec<String> = draft.roles.iter().map(|(_, name)| escaped(name)).collect();
    match names.as_slice() {
        [] if draft.roles_answered => "none yet; add them later with `/organisation add`".to_owned(),
        [] => "not chosen yet".to_owned(),
        names => listed(names),
    }
}

fn asked(draft: &Draft, now: DateTime<Utc>) -> String {
    match (when(draft), &draft.schedule) {
        (Some(when), _) => {
            let next =
                when.schedule.next_after(now, when.zone).map(|next| format!("; the next time is {}", moment(next.at)));
            format!(
                "**{}**, {}, each in their own zone; the squad's is {}{}",
                escaped(&when.name),
                when.schedule.describe(),
                when.zone.name(),
                next.unwrap_or_default()
            )
        }
        (None, Some(_)) => "entered, but not right yet: press **When to ask…**".to_owned(),
        (None, None) => "not chosen yet".to_owned(),
    }
}

fn next(step: Step, checked: Option<&Checked>) -> &'static str {
    match step {
        Step::Roles => "pick the roles that stand for organisations, or press **No roles yet**.",
        Step::Channel => "pick the channel where the first squad is at home.",
        Step::When => "press **When to ask…**. The zone is asked, never assumed.",
        Step::Create if checked.is_some_and(Checked::will_do) => {
            "look at **Preview tomorrow**, then press **Create**. Everything else has a default and can be changed later."
        }
        Step::Create => "give me the permissions above, then press **Check permissions again**.",
    }
}

/// Whether the bot has the permissions that it needs in a channel, and what to do if not.
pub fn permissions(checked: &Checked) -> String {
    let place = channel(checked.channel);
    let Some(missing) = &checked.missing else {
        return format!(
            "⚠️ I can't find {place}. Give my role **View Channel** there (channel settings → Permissions), and try again."
        );
    };
    if missing.is_empty() {
        return format!("✅ I have all the permissions that I need in {place}.");
    }
    let (musts, nices): (Vec<&Permission>, Vec<&Permission>) = missing.iter().partition(|one| one.must);
    let mut lines = Vec::new();
    if !musts.is_empty() {
        lines.push(format!(
            "⚠️ In {place} I lack {}. Give them to my role there: channel settings → Permissions.",
            listed(&named(&musts))
        ));
    }
    if !nices.is_empty() {
        let can = if musts.is_empty() { "✅ I have what I need in" } else { "Not needed in" };
        lines.push(format!("{can} {place}, though it would be better with {}.", listed(&named(&nices))));
    }
    lines.join("\n")
}

fn named(permissions: &[&Permission]) -> Vec<String> {
    permissions.iter().map(|one| format!("**{}** (to {})", one.name, one.why)).collect()
}

/// The form about the first squad, with what was entered before.
pub fn when_form(partnership: PartnershipId, draft: &Draft, defaults: &config::Squad) -> Form {
    let schedule = draft.schedule.clone().unwrap_or_else(|| defaults.schedule.to_string());
    let name = draft.name.clone().unwrap_or_else(|| FIRST_SQUAD.to_owned());
    Form {
        title: "When to ask".to_owned(),
        does: Pointer::new("setup.when_sent", partnership, "").to_string(),
        fields: vec![
            Field::short("schedule", "When? Plain words").hint("weekdays 09:30").value(schedule),
            Field::short("zone", "The squad's time zone")
                .hint("London, or Asia/Kolkata")
                .value(draft.zone.clone().unwrap_or_default()),
            Field::short("name", "The squad's name").value(name).optional(),
        ],
    }
}

/// A form that wasn't right, with the way back into it.
pub fn refused(partnership: PartnershipId, why: &str) -> Message {
    Message::text(format!("{why}\nWhat you wrote is kept: press **Try again** and change just that.")).buttons([
        Button::again(Pointer::new("setup.when", partnership, "")),
        Button::new("Back to the questions", &Pointer::new("setup.panel", partnership, "")),
    ])
}

/// What is set up, and what to do next.
pub fn overview(
    server: &str,
    organisations: &[Organisation],
    squads: &[Squad],
    checks: &[Checked],
    just_now: bool,
) -> Message {
    let opening = if just_now { "✅ **Done.** This is how it stands" } else { "Elevenses is set up" };
    let mut lines = vec![format!(
        "{opening} in **{}**: {} and {}.",
        escaped(server),
        counted(organisations.len(), "organisation", "organisations"),
        counted(squads.len(), "squad", "squads"),
    )];
    let tags: Vec<String> =
        organisations.iter().map(|one| format!("{} ({})", escaped(&one.name), escaped(&one.tag))).collect();
    if !tags.is_empty() {
        lines.push(format!("• Organisations: {}", listed(&tags)));
    }
    lines.extend(squads.iter().map(squad_line));
    let incomplete = |one: &&Checked| one.missing.as_ref().is_none_or(|missing| !missing.is_empty());
    let troubles: Vec<String> = checks.iter().filter(incomplete).map(permissions).collect();
    if troubles.is_empty() {
        lines.push("✅ I have the permissions that I need in every squad's channel.".to_owned());
    }
    lines.extend(troubles);
    lines.push(format!("\n**Next**\n{}", next_steps(organisations)));
    Message::text(lines.join("\n"))
}

fn squad_line(one: &Squad) -> String {
    let (name, home) = (escaped(&one.name), channel(one.channel));
    format!("• **{name}** in {home}: asked {}, {}", one.schedule.describe(), one.zone.name())
}

fn next_steps(organisations: &[Organisation]) -> String {
    let mut steps =
        vec!["`/squad edit` adds people (or they run `/squad join`) and changes questions, times and the lead."];
    if organisations.is_empty() {
        steps.push("`/organisation add` records who works together here.");
    }
    steps.push("`/organisation edit` with `steward` names who looks after an organisation's people; from then on its settings are theirs.");
    steps.push("`/squad create` makes the next squad.");
    format!("• {}", steps.join("\n• "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::setup::policy;
    use crate::partnership::ChannelId;

    #[test]
    fn what_is_missing_is_said_with_what_to_do() {
        let checked = |missing| Checked { channel: ChannelId(7), missing };
        assert_eq!(
            permissions(&checked(Some(policy::missing(u64::MAX)))),
            "✅ I have all the permissions that I need in <#7>."
        );
        let text = permissions(&checked(Some(policy::missing(!(1 << 11)))));
        assert_eq!(text, "✅ I have all the permissions that I need in <#7>.", "an administrator has them all");
        let text = permissions(&checked(Some(policy::missing(!(1 << 11 | 1 << 3)))));
        assert!(text.contains("**Send Messages** (to post the day's message)"), "{text}");
        assert!(permissions(&checked(None)).contains("View Channel"));
        assert!(!checked(None).will_do());
        assert!(checked(Some(policy::missing(!(1 << 51 | 1 << 3)))).will_do());
    }

    #[test]
    fn the_panel_says_what_comes_next() {
        let draft = Draft { roles_answered: true, ..Draft::default() };
        let panel = panel(PartnershipId(1), &draft, None, DateTime::UNIX_EPOCH);
        assert!(panel.text.ends_with("**Next:** pick the channel where the first squad is at home."), "{}", panel.text);
    }
}
