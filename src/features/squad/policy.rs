//! The rules of squads: names, questions, times, and who runs one.

use std::collections::BTreeMap;

use crate::command::Actor;
use crate::error::{Result, person, refuse};
use crate::partnership::calendar::WorkingDays;
use crate::partnership::text::{channel, clipped, escaped, mention};
use crate::partnership::{ChannelId, SquadId, UserId};
use crate::schedule::{Schedule, ScheduleError, parse_time, parse_zone};

use super::model::{Present, Squad, Times};

/// The longest name of a squad or an organisation, in characters.
pub const LONGEST_NAME: usize = 50;
/// The longest question, since it is the label of a field.
pub const LONGEST_QUESTION: usize = 45;
/// Most questions.
pub const MOST_QUESTIONS: usize = 4;
/// Most reminders a day.
const MOST_REMINDERS: u8 = 2;
/// The longest text on what somebody does in a squad.
pub const LONGEST_DOES: usize = 100;

/// What could not be read, as something that the person can put right.
pub fn understood<T>(read: std::result::Result<T, ScheduleError>) -> Result<T> {
    read.map_err(|why| person(format!("I can't read the {}: {}", why.field(), why.message())))
}

/// Reads the name of a squad or an organisation.
pub fn parse_name(text: &str) -> Result<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => refuse("A name needs at least one character. What do people call it?"),
        length if length > LONGEST_NAME => {
            refuse(format!("That name has {length} characters, and {LONGEST_NAME} is the most. Try a shorter one."))
        }
        _ => Ok(name),
    }
}

/// Refuses a name or a home channel that another live squad has.
pub fn no_clash(squads: &[Squad], name: &str, home: ChannelId, except: Option<SquadId>) -> Result<()> {
    let mut others = squads.iter().filter(|one| Some(one.id) != except);
    let lower = name.to_lowercase();
    let Some(other) = others.find(|one| one.channel == home || one.name.to_lowercase() == lower) else { return Ok(()) };
    let (name, home) = (escaped(&other.name), channel(other.channel));
    if other.name.to_lowercase() == lower {
        refuse(format!(
            "There is a squad **{name}** already, in {home}. Choose another name, or change that one with `/squad edit`."
        ))
    } else {
        refuse(format!(
            "{home} is the home of **{name}** already. Choose another channel, or change that squad with `/squad edit`."
        ))
    }
}

/// Reads the questions of a form: one to four, each once.
pub fn parse_questions(texts: &[&str]) -> Result<Vec<String>> {
    let mut questions: Vec<String> = Vec::new();
    for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        if text.chars().count() > LONGEST_QUESTION {
            return refuse(format!(
                "“{}” is too long: a question has {LONGEST_QUESTION} characters at most.",
                escaped(&clipped(text, LONGEST_NAME))
            ));
        }
        if questions.iter().any(|other| other.to_lowercase() == text.to_lowercase()) {
            return refuse(format!("“{}” is there twice. Ask each question once.", escaped(text)));
        }
        questions.push(text.to_owned());
    }
    match questions.len() {
        0 => refuse("A squad asks at least one question. Fill in the first one."),
        1..=MOST_QUESTIONS => Ok(questions),
        _ => refuse(format!("{MOST_QUESTIONS} questions are the most.")),
    }
}

/// Reads the form about times.
pub fn parse_times(schedule: &str, zone: &str, days: &str, closes_at: &str, reminders: &str) -> Result<Times> {
    let reminders = reminders.parse().ok().filter(|count| *count <= MOST_REMINDERS);
    Ok(Times {
        schedule: understood(Schedule::parse(schedule))?,
        zone: understood(parse_zone(zone))?,
        working_days: WorkingDays::parse(days).map_err(|why| person(why.to_string()))?,
        closes_at: understood(parse_time(closes_at))?,
        reminders: reminders.ok_or_else(|| person("Reminders a day are 0, 1 or 2."))?,
    })
}

/// Reads what somebody does in a squad; may be empty.
pub fn parse_does(text: &str) -> Result<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.chars().count() {
        length if length > LONGEST_DOES => {
            refuse(format!("That has {length} characters, and {LONGEST_DOES} is the most. A few words will do."))
        }
        _ => Ok(text),
    }
}

/// Whether somebody runs a squad, archived or not: its lead, or an admin.
pub fn runs(actor: &Actor, squad: &Squad) -> bool {
    actor.admin || actor.user == squad.lead
}

/// Refuses to take out whoever leads the squad.
pub fn lead_stays(squad: &Squad, taken_out: &[UserId]) -> Result<()> {
    if taken_out.contains(&squad.lead) {
        return refuse(format!(
            "{} leads this squad. Name another lead first, with `/squad edit` and `lead`.",
            mention(squad.lead)
        ));
    }
    Ok(())
}

/// People by organisation; those of none come last.
pub fn by_organisation(people: &[Present]) -> Vec<(Option<&str>, Vec<&Present>)> {
    let mut groups: BTreeMap<(bool, Option<&str>), Vec<&Present>> = BTreeMap::new();
    for one in people {
        let tag = one.organisation.as_deref();
        groups.entry((tag.is_none(), tag)).or_default().push(one);
    }
    groups.into_iter().map(|((_, tag), people)| (tag, people)).collect()
}

/// What of the settings of two states of a squad differs: whether its people have to be planned anew.
pub fn replans(before: &Squad, after: &Squad) -> bool {
    before.schedule != after.schedule
        || before.zone != after.zone
        || before.working_days != after.working_days
        || before.closes_at != after.closes_at
        || before.reminders != after.reminders
        || before.archived != after.archived
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn squad(id: i64, name: &str, channel: i64) -> Squad {
        let defaults = Config::default().squad;
        let schedule = defaults.schedule.clone();
        let new = Squad::new(&defaults, name.to_owned(), ChannelId(channel), UserId(1), schedule, chrono_tz::UTC);
        Squad { id: SquadId(id), ..new }
    }

    #[test]
    fn names_have_one_to_fifty_characters() {
        for (text, expected) in [
            ("Checkout", Some("Checkout")),
            ("  Check \n out ", Some("Check out")),
            ("ü".repeat(50).as_str(), Some("ü".repeat(50).as_str())),
            ("שלום 👋", Some("שלום 👋")),
            ("", None),
            (" \n", None),
            ("ü".repeat(51).as_str(), None),
        ] {
            assert_eq!(parse_name(text).ok().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_name_and_a_channel_belong_to_one_squad() {
        let squads = [squad(1, "Checkout", 10), squad(2, "Search", 20)];
        for (name, home, except, clashes) in [
            ("Payments", 30, None, false),
            ("checkout", 30, None, true),
            ("Payments", 10, None, true),
            ("Checkout", 10, Some(1), false),
            ("Search", 10, Some(1), true),
            ("Checkout", 20, Some(1), true),
        ] {
            let result = no_clash(&squads, name, ChannelId(home), except.map(SquadId));
            assert_eq!(result.is_err(), clashes, "{name} {home} {except:?}");
        }
    }

    #[test]
    fn questions_are_one_to_four() {
        let long = "x".repeat(46);
        for (texts, expected) in [
            (vec!["What?", " ", "", "Why?"], Some(vec!["What?", "Why?"])),
            (vec!["", "", "Only this?"], Some(vec!["Only this?"])),
            (vec!["", " "], None),
            (vec!["What?", "what?"], None),
            (vec![long.as_str()], None),
            (vec!["1", "2", "3", "4", "5"], None),
        ] {
            let expected = expected.map(|list| list.into_iter().map(str::to_owned).collect());
            assert_eq!(parse_questions(&texts).ok(), expected, "{texts:?}");
        }
    }

    #[test]
    fn times_are_read_or_refused_by_name() {
        assert!(parse_times("weekdays 09:30", "London", "Mon-Fri", "17:30", "2").is_ok());
        for (times, hint) in [
            (["weekdays 25:30", "London", "Mon-Fri", "17:30", "1"], "25"),
            (["weekdays 09:30", "Lodnon", "Mon-Fri", "17:30", "1"], "zone"),
            (["weekdays 09:30", "London", "whenever", "17:30", "1"], "Mon-Fri"),
            (["weekdays 09:30", "London", "Mon-Fri", "late", "1"], "time"),
            (["weekdays 09:30", "London", "Mon-Fri", "17:30", "3"], "0, 1 or 2"),
            (["weekdays 09:30", "London", "Mon-Fri", "17:30", "-1"], "0, 1 or 2"),
        ] {
            let [schedule, zone, days, closes_at, reminders] = times;
            let why = parse_times(schedule, zone, days, closes_at, reminders).expect_err("refused").to_string();
            assert!(why.contains(hint), "{why}");
        }
    }

    #[test]
    fn the_lead_or_an_admin_brings_a_squad_back() {
        let squad = squad(1, "Checkout", 10);
        for (user, admin, may) in [(1, false, true), (2, true, true), (2, false, false)] {
            let actor = Actor { user: UserId(user), name: String::new(), roles: Vec::new(), admin };
            assert_eq!(runs(&actor, &squad), may, "{user} {admin}");
        }
    }

    #[test]
    fn people_stand_with_their_organisation() {
        let of = |user, tag: Option<&str>| Present {
            user: UserId(user),
            name: String::new(),
            does: String::new(),
            organisation: tag.map(str::to_owned),
            zone: None,
        };
        let people = [of(1, None), of(2, Some("B")), of(3, Some("A")), of(4, Some("B"))];
        let groups: Vec<(Option<&str>, usize)> =
            by_organisation(&people).into_iter().map(|(tag, group)| (tag, group.len())).collect();
        assert_eq!(groups, [(Some("A"), 1), (Some("B"), 2), (None, 1)]);
    }
}
