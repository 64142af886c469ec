//! The command table as Discord's commands, written only where they differ.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::route::Route;
use super::{Discord, Failure};
use crate::command::{Entry, Kind, On, Opt, Who};

/// What the groups of commands are for: the first word, and what Discord shows beside it.
pub const GROUPS: &[(&str, &str)] = &[
    ("setup", "Set the bot up on this server"),
    ("organisation", "The organisations that work together here"),
    ("squad", "Squads, their members and their settings"),
    ("checkin", "Your daily check-in"),
    ("blocker", "What is in the way, and who waits on whom"),
    ("decision", "What was decided here, and why"),
    ("coffee", "Coffee with somebody of another organisation"),
    ("digest", "The week at a glance, for whoever leads"),
    ("share", "Stories, what words mean, offers and needs, releases"),
    ("away", "Days on which you aren't asked"),
    ("privacy", "What is kept about you, a copy of it, and its erasure"),
    ("help", "What you can do here"),
];

/// Manage Server, as Discord writes permissions.
const MANAGE_SERVER: &str = "32";

/// Discord's numbers for what an option takes.
const SUBCOMMAND: u8 = 1;
const TEXT: u8 = 3;

/// The table's slash commands as Discord takes them.
pub fn commands(table: &[&Entry]) -> Value {
    let mut groups: BTreeMap<&str, Vec<Line>> = BTreeMap::new();
    for line in table.iter().filter_map(|entry| Line::of(entry)) {
        groups.entry(line.group).or_default().push(line);
    }
    let slash = groups.into_iter().map(|(name, lines)| command(name, &lines));
    let menu = table.iter().filter_map(|entry| match entry.on {
        On::MessageCommand(name) => Some(of_messages(name)),
        _ => None,
    });
    slash.chain(menu).collect()
}

/// A command in a message's menu, which has no description.
fn of_messages(name: &str) -> Value {
    json!({"type": 3, "name": name, "contexts": [0], "integration_types": [0]})
}

/// Makes Discord's list the table's, and says whether it had to be written.
pub async fn register(discord: &Discord, application: i64, table: &[&Entry]) -> Result<bool, Failure> {
    let template = "/applications/{application}/commands";
    let application = application.to_string();
    let there = discord.0.rest.ask(&Route::new(Method::GET, template, &[&application])).await?;
    let wanted = commands(table);
    if normal(&there) == normal(&wanted) {
        return Ok(false);
    }
    let route = Route::new(Method::PUT, template, &[&application]);
    discord.0.rest.send(&route, Some(&wanted), &[]).await?;
    tracing::info!(commands = wanted.as_array().map_or(0, Vec::len), "the slash commands were written");
    Ok(true)
}

/// A command of the table, taken apart.
struct Line {
    group: &'static str,
    word: Option<&'static str>,
    about: &'static str,
    options: &'static [Opt],
    who: Who,
}

impl Line {
    fn of(entry: &Entry) -> Option<Self> {
        let On::Command { name, about, options } = entry.on else { return None };
        let (group, word) = match name.split_once(' ') {
            Some((group, word)) => (group, Some(word)),
            None => (name, None),
        };
        Some(Self { group, word, about, options, who: entry.who })
    }

    fn options(&self) -> Vec<Value> {
        self.options.iter().map(option).collect()
    }

    fn subcommand(&self) -> Option<Value> {
        Some(json!({"type": SUBCOMMAND, "name": self.word?, "description": self.about, "options": self.options()}))
    }
}

fn command(name: &str, lines: &[Line]) -> Value {
    let alone = lines.iter().find(|line| line.word.is_none());
    let about = GROUPS.iter().find(|(group, _)| *group == name).map(|(_, about)| *about);
    let about = alone.map(|line| line.about).or(about).unwrap_or(name);
    let options = match alone {
        Some(line) => line.options(),
        None => lines.iter().filter_map(Line::subcommand).collect(),
    };
    let mut command = json!({
        "type": 1,
        "name": name,
        "description": about,
        "options": options,
        // In a server that added it: a command in a DM would not know which partnership is meant.
        "contexts": [0],
        "integration_types": [0],
    });
    if lines.iter().all(|line| line.who == Who::Admin) {
        command["default_member_permissions"] = json!(MANAGE_SERVER);
    }
    command
}

fn option(opt: &Opt) -> Value {
    let mut option = json!({"name": opt.name, "description": opt.about, "required": opt.required});
    let (number, key, value) = match &opt.kind {
        Kind::Text(most) => (TEXT, "max_length", json!(most)),
        Kind::Completed(_) => (TEXT, "autocomplete", json!(true)),
        Kind::Choice(choices) => (TEXT, "choices", choices_of(choices)),
        Kind::User => (6, "", Value::Null),
        Kind::Channel => (7, "channel_types", json!([0])),
        Kind::Place => (7, "channel_types", json!([0, 15])),
        Kind::Role => (8, "", Value::Null),
        Kind::File => (11, "", Value::Null),
    };
    option["type"] = json!(number);
    if !key.is_empty() {
        option[key] = value;
    }
    option
}

fn choices_of(choices: &[(&str, &str)]) -> Value {
    choices.iter().map(|(value, label)| json!({"name": label, "value": value})).collect()
}

/// What counts in a comparison: Discord's list comes back with ids, defaults and nulls, in its own order.
fn normal(commands: &Value) -> Value {
    let keys = [
        "type",
        "name",
        "description",
        "default_member_permissions",
        "contexts",
        "integration_types",
        "options",
        "required",
        "autocomplete",
        "choices",
        "channel_types",
        "max_length",
        "value",
    ];
    match commands {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(normal).collect();
            if items.iter().all(|item| item["contexts"].is_array()) {
                items.sort_by(|a, b| a["name"].as_str().cmp(&b["name"].as_str()));
            }
            Value::Array(items)
        }
        Value::Object(object) => {
            let kept = object.iter().filter(|(key, value)| keys.contains(&key.as_str()) && !is_default(value));
            Value::Object(kept.map(|(key, value)| (key.clone(), normal(value))).collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

fn is_default(value: &Value) -> bool {
    value.is_null() || *value == false || *value == "" || value.as_array().is_some_and(Vec::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::App;
    use crate::command::{Act, Answer, Choice, Place, Shows, Whose};
    use crate::error::Result;

    async fn run(_: &App, _: &Act) -> Result<Answer> {
        Ok(Answer::text("done"))
    }

    async fn complete(_: &App, _: &Act) -> Result<Vec<Choice>> {
        Ok(Vec::new())
    }

    const fn entry(name: &'static str, who: Who, options: &'static [Opt]) -> Entry {
        Entry {
            on: On::Command { name, about: "Does it", options },
            who,
            place: Place::Server,
            whose: Whose::Own,
            shows: Shows::Private,
            run: crate::handler!(run),
        }
    }

    static TABLE: &[Entry] = &[
        entry(
            "squad create",
            Who::Admin,
            &[
                Opt { name: "name", about: "Its name", kind: Kind::Text(60), required: true },
                Opt { name: "channel", about: "Its channel", kind: Kind::Channel, required: true },
                Opt {
                    name: "squad",
                    about: "Which",
                    kind: Kind::Completed(crate::handler!(complete)),
                    required: false,
                },
                Opt { name: "part", about: "Which", kind: Kind::Choice(&[("am", "Morning")]), required: false },
            ],
        ),
        entry("squad who", Who::Member, &[]),
        entry("setup", Who::Admin, &[]),
    ];

    fn table() -> Vec<&'static Entry> {
        TABLE.iter().collect()
    }

    #[test]
    fn the_table_becomes_commands_and_subcommands() {
        let commands = commands(&table());
        assert_eq!(commands[0]["name"], "setup");
        assert_eq!(commands[0]["default_member_permissions"], "32");
        assert_eq!(commands[1]["description"], GROUPS[2].1);
        assert!(commands[1].get("default_member_permissions").is_none(), "members may use part of it");
        assert_eq!(commands[1]["contexts"], json!([0]));
        let create = &commands[1]["options"][0];
        assert_eq!((&create["type"], &create["name"]), (&json!(1), &json!("create")));
        let expected = json!([
            {"type": 3, "name": "name", "description": "Its name", "required": true, "max_length": 60},
            {"type": 7, "name": "channel", "description": "Its channel", "required": true, "channel_types": [0]},
            {"type": 3, "name": "squad", "description": "Which", "required": false, "autocomplete": true},
            {"type": 3, "name": "part", "description": "Which", "required": false,
                "choices": [{"name": "Morning", "value": "am"}]},
        ]);
        assert_eq!(create["options"], expected);
    }

    #[test]
    fn what_discord_adds_makes_no_difference() {
        let wanted = commands(&table());
        let mut there = wanted.clone();
        for command in there.as_array_mut().expect("a list") {
            command["id"] = json!("1");
            command["version"] = json!("2");
            command["nsfw"] = json!(false);
            command["name_localizations"] = Value::Null;
            command["default_member_permissions"] =
                command.get("default_member_permissions").cloned().unwrap_or(Value::Null);
        }
        there.as_array_mut().expect("a list").reverse();
        assert_eq!(normal(&there), normal(&wanted));
        there[0]["description"] = json!("Something else");
        assert_ne!(normal(&there), normal(&wanted));
    }
}
