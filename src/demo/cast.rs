//! Who plays in the demo: read from `config/demo/testing-service.toml`.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use simulator::{UserId, World};

/// The shipped cast.
const SHIPPED: &str = include_str!("../../config/demo/testing-service.toml");

/// A partnership, its people, and what they have to say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cast {
    pub(super) server: String,
    pub(super) start: DateTime<Utc>,
    pub(super) admin: String,
    pub(super) in_private: Vec<String>,
    pub(super) corner: Corner,
    pub(super) last_digest: String,
    pub(super) organisations: Vec<Organisation>,
    pub(super) squads: Vec<Squad>,
    pub(super) people: Vec<Person>,
    pub(super) scenes: Vec<Scene>,
    pub(super) words: BTreeMap<String, Words>,
}

/// A channel below which people have private threads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Corner {
    pub(super) channel: String,
    /// Whose of them are shown.
    pub(super) seen_by: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Organisation {
    pub(super) name: String,
    pub(super) tag: String,
    pub(super) calendar: String,
    pub(super) steward: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Squad {
    pub(super) name: String,
    pub(super) channel: String,
    pub(super) lead: String,
    pub(super) schedule: String,
    pub(super) working_days: Option<String>,
    pub(super) zone: Tz,
    pub(super) running_since: Option<NaiveDate>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) organisation: String,
    pub(super) squads: Vec<String>,
    pub(super) zone: Tz,
    pub(super) habit: Habit,
}

/// How somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Habit {
    /// The evening before.
    Early,
    /// Soon after being asked.
    Prompt,
    /// In the afternoon.
    Late,
    /// After midnight.
    Nights,
    /// In plain words, as a reply.
    Words,
    /// Often "Nothing new".
    Brief,
    /// Rarely.
    Quiet,
    /// By the button in the channel, since their direct messages are closed.
    Closed,
}

/// Something that somebody does besides check-ins.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scene {
    pub(super) person: String,
    pub(super) at: DateTime<Utc>,
    /// A channel, `DM`, or `below <channel>`: their latest thread there.
    pub(super) place: String,
    pub(super) does: Vec<Step>,
}

/// One step of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) enum Step {
    /// A command.
    Run(String),
    /// A button.
    Click(String),
    /// A select's hint, and an option, or `first`.
    Pick(String, String),
    /// A form's field, and what is written in it. Those that follow each other are one form.
    Fill(String, String),
}

impl TryFrom<String> for Step {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (verb, rest) = text.split_once(' ').unwrap_or((&text, ""));
        let pair = || rest.split_once(" = ").map(|(one, other)| (one.to_owned(), other.to_owned()));
        match (verb, pair()) {
            ("run", _) => Ok(Self::Run(rest.to_owned())),
            ("click", _) => Ok(Self::Click(rest.to_owned())),
            ("pick", Some((hint, option))) => Ok(Self::Pick(hint, option)),
            ("fill", Some((label, written))) => Ok(Self::Fill(label, written)),
            _ => Err(format!("“{text}” is no step: it is run, click, pick … = … or fill … = …")),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) finished: Vec<String>,
    pub(super) next: Vec<String>,
    pub(super) in_the_way: Vec<String>,
    pub(super) celebrate: Vec<String>,
}

impl Cast {
    /// The cast that is shipped.
    pub(super) fn shipped() -> anyhow::Result<Self> {
        Ok(toml::from_str(SHIPPED)?)
    }

    /// The server with its channels and roles and everybody in it, before anybody spoke to the bot.
    pub(super) fn world(&self, begins: DateTime<Utc>) -> (World, BTreeMap<String, UserId>) {
        let mut world = World::starting(begins);
        world.name_bot("Elevenses");
        let server = world.server(&self.server);
        let roles: BTreeMap<&str, _> =
            self.organisations.iter().map(|one| (one.tag.as_str(), world.role(server, &one.name))).collect();
        for squad in &self.squads {
            world.channel(server, &squad.channel);
        }
        world.channel(server, &self.corner.channel);
        let mut people = BTreeMap::new();
        for person in &self.people {
            let id = world.person(&person.name);
            let role = roles.get(person.organisation.as_str()).copied();
            world.join(server, id, role.as_slice());
            if person.name == self.admin {
                world.admin(server, id);
            }
            people.insert(person.name.clone(), id);
        }
        (world, people)
    }

    /// When everything begins: the evening before the squad that has been running longest began.
    pub(super) fn begins(&self) -> DateTime<Utc> {
        let eve = |date: NaiveDate| date.pred_opt().unwrap_or(date).and_time(self.start.time()).and_utc();
        let running = self.squads.iter().filter_map(|squad| squad.running_since).map(eve);
        running.min().map_or(self.start, |eve| eve.min(self.start))
    }

    /// The squads of a person, in the order of the cast.
    pub(super) fn squads_of<'a>(&'a self, person: &'a Person) -> impl Iterator<Item = &'a Squad> {
        self.squads.iter().filter(|squad| person.squads.contains(&squad.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_cast_is_whole() {
        let cast = Cast::shipped().expect("TOML");
        assert_eq!(cast.squads.len(), 4);
        for squad in &cast.squads {
            let people = cast.people.iter().filter(|person| person.squads.contains(&squad.name)).count();
            assert!((5..=9).contains(&people), "{} has {people} people", squad.name);
            assert!(cast.words.contains_key(&squad.name), "{} has words", squad.name);
            assert!(cast.people.iter().any(|person| person.name == squad.lead), "{} has a lead", squad.name);
        }
        let zones: std::collections::BTreeSet<_> = cast.people.iter().map(|person| person.zone.name()).collect();
        assert_eq!(zones.len(), 3);
    }
}
