//! The rules of organisations: who holds which key, who belongs, and when a change takes effect.

use chrono::{DateTime, TimeDelta, Utc};

use crate::error::{Result, person, refuse};
use crate::features::member::model::Membership;
use crate::features::squad::policy::understood;
use crate::partnership::calendar::WorkingDays;
use crate::partnership::text::escaped;
use crate::partnership::working_time::WorkingHours;
use crate::partnership::{OrganisationId, RoleId};
use crate::schedule::{parse_hours, parse_zone};

use super::model::{Caller, NOTICE_DAYS, Organisation, SMALLEST_GROUP, Settings};

/// The longest tag, in characters.
pub const LONGEST_TAG: usize = 6;
/// The shortest and the longest retention, in days.
pub const RETENTION: std::ops::RangeInclusive<u16> = 30..=3650;
/// The largest minimum group that makes sense to ask for.
const LARGEST_GROUP: u8 = 100;

/// What of an organisation is to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Name, tag, and the role that suggests membership.
    Looks,
    /// Its holidays.
    Calendar,
    /// Who is its steward.
    Steward,
    /// Who is its contact, or stands in for one.
    Contact,
    /// When it works, and where it is reached.
    Reach,
}

/// Whether somebody may change a part. Once a steward has accepted, what concerns the people is
/// the stewards' alone: whoever runs the server has no part in it.
pub fn may(caller: Caller, has_steward: bool, part: Part) -> bool {
    let founder = !has_steward && (caller.admin || caller.contact);
    match part {
        Part::Looks => caller.admin || caller.steward || caller.contact,
        Part::Calendar | Part::Steward => caller.steward || founder,
        Part::Contact | Part::Reach => caller.steward || caller.contact || founder,
    }
}

/// The same, as a refusal that says whom to ask.
pub fn check(caller: Caller, has_steward: bool, part: Part, name: &str) -> Result<()> {
    if may(caller, has_steward, part) {
        return Ok(());
    }
    let what = match part {
        Part::Looks => "change its name, tag and role",
        Part::Calendar => "change its calendar",
        Part::Steward => "name its stewards",
        Part::Contact => "name its contacts",
        Part::Reach => "say when it works and where it is reached",
    };
    refuse(format!(
        "**{}** has a steward, so only its own stewards can {what}. `/organisation list` shows who they are.",
        escaped(name)
    ))
}

/// When an organisation works, with what was said now over what was known; nothing where nothing was said.
pub fn parse_working_hours(
    known: &WorkingHours,
    zone: Option<&str>,
    days: Option<&str>,
    hours: Option<&str>,
) -> Result<Option<WorkingHours>> {
    if zone.or(days).or(hours).is_none() {
        return Ok(None);
    }
    let mut now = known.clone();
    if let Some(text) = zone {
        now.zone = understood(parse_zone(text))?;
    }
    if let Some(text) = days {
        now.days = WorkingDays::parse(text).map_err(|why| person(why.to_string()))?;
    }
    if let Some(text) = hours {
        let (opens, closes, next_day) = understood(parse_hours(text))?;
        if next_day {
            return refuse("An organisation's working hours end on the day on which they begin: `09:00-17:30`.");
        }
        (now.opens, now.closes) = (opens, closes);
    }
    Ok(Some(now))
}

/// What comes of asking to be of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joining {
    /// Nothing: they are of it, or have asked already.
    Already(Membership),
    /// They are of it now.
    Agreed,
    /// A steward has to say yes.
    Asked,
}

/// What comes of asking to be of an organisation. A steward of it needs nobody's yes.
pub fn joining(
    current: Option<(OrganisationId, Membership)>,
    wanted: OrganisationId,
    has_steward: bool,
    is_steward: bool,
) -> Joining {
    match current {
        Some((id, Membership::Agreed)) if id == wanted => Joining::Already(Membership::Agreed),
        _ if !has_steward || is_steward => Joining::Agreed,
        Some((id, Membership::Asked)) if id == wanted => Joining::Already(Membership::Asked),
        _ => Joining::Asked,
    }
}

/// Whether a steward's answer still counts: only the first one does, and only while the person asks.
pub fn still_asks(current: Option<(OrganisationId, Membership)>, of: OrganisationId) -> bool {
    current == Some((of, Membership::Asked))
}

/// The organisations in the order in which to offer them: those that the person's roles suggest first.
pub fn offered<'a>(all: &'a [Organisation], roles: &[RoleId]) -> Vec<&'a Organisation> {
    let mut offered: Vec<&Organisation> = all.iter().collect();
    offered.sort_by_key(|one| !suggests(one, roles));
    offered
}

/// Whether somebody's roles suggest an organisation.
pub fn suggests(one: &Organisation, roles: &[RoleId]) -> bool {
    one.role.is_some_and(|role| roles.contains(&role))
}

/// A number of people, if there are enough of them for it to say nothing about any one.
pub fn shown_count(count: usize, settings: Settings) -> Option<usize> {
    (count >= usize::from(settings.minimum_group.max(SMALLEST_GROUP))).then_some(count)
}

/// Reads a tag: one to six letters or digits that no other organisation has.
pub fn parse_tag(text: &str, taken: &[&str]) -> Result<String> {
    let tag = text.trim();
    if !(1..=LONGEST_TAG).contains(&tag.chars().count()) || !tag.chars().all(char::is_alphanumeric) {
        return refuse(format!("A tag has 1 to {LONGEST_TAG} letters or digits, such as `NHS`. Try another one."));
    }
    if is_taken(tag, taken) {
        return refuse(format!("Another organisation has the tag “{tag}” already. Try another one."));
    }
    Ok(tag.to_owned())
}

/// A tag for a name: its initials, or the first letters of a single word; with a number where
/// another organisation has it.
pub fn tag_for(name: &str, taken: &[&str]) -> String {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let words: Vec<String> = name.split_whitespace().map(letters).filter(|word| !word.is_empty()).collect();
    let short = match words.as_slice() {
        [] => "ORG".to_owned(),
        [word] => word.clone(),
        words => words.iter().filter_map(|word| word.chars().next()).collect(),
    };
    let first = |most: usize| short.to_uppercase().chars().take(most).collect::<String>();
    let tag = first(LONGEST_TAG);
    let numbered = (2..100).map(|number| format!("{}{number}", first(LONGEST_TAG - 2)));
    std::iter::once(tag.clone()).chain(numbered).find(|tag| !is_taken(tag, taken)).unwrap_or(tag)
}

fn is_taken(tag: &str, taken: &[&str]) -> bool {
    let lower = tag.to_lowercase();
    taken.iter().any(|other| other.to_lowercase() == lower)
}

/// Refuses a name that another organisation has.
pub fn no_clash(all: &[Organisation], name: &str, except: Option<OrganisationId>) -> Result<()> {
    let lower = name.to_lowercase();
    match all.iter().find(|one| Some(one.id) != except && one.name.to_lowercase() == lower) {
        None => Ok(()),
        Some(other) => refuse(format!(
            "There is an organisation **{}** already. Choose another name, or change that one with `/organisation edit`.",
            escaped(&other.name)
        )),
    }
}

/// Reads the form about an organisation's people.
pub fn parse_settings(minimum_group: &str, retention_days: &str, now: Settings) -> Result<Settings> {
    let minimum_group = minimum_group.parse().ok().filter(|size| (SMALLEST_GROUP..=LARGEST_GROUP).contains(size));
    let retention_days = retention_days.parse().ok().filter(|days| RETENTION.contains(days));
    Ok(Settings {
        minimum_group: minimum_group.ok_or_else(|| {
            person(format!("The minimum group is a number from {SMALLEST_GROUP} to {LARGEST_GROUP}, never less."))
        })?,
        retention_days: retention_days.ok_or_else(|| {
            person(format!("Retention is a number of days from {} to {}.", RETENTION.start(), RETENTION.end()))
        })?,
        ..now
    })
}

/// What a change of settings leads to: nothing is left waiting where it comes to what is the case.
pub fn announced(current: Settings, wanted: Settings, now: DateTime<Utc>) -> Option<(Settings, DateTime<Utc>)> {
    (wanted != current).then(|| (wanted, now + TimeDelta::days(NOTICE_DAYS)))
}

/// The settings from an instant on: what was announced counts once its time has come.
pub fn settings_at(one: &Organisation, now: DateTime<Utc>) -> (Settings, Option<(Settings, DateTime<Utc>)>) {
    match one.pending {
        Some((settings, at)) if at <= now => (settings, None),
        pending => (one.settings, pending),
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
