//! From `/squad create name:Checkout lead:@Ben` to what the bot gets, checked as a client would.

use serde_json::{Value, json};

use super::reply::Refused;
use super::resolve::Resolver;
use crate::rules::draft::Upload;
use crate::world::{
    Attachment, ChannelId, Command, CommandKind, CommandOption, OptionChoice, OptionKind, UserId, World, permission,
};

/// A command that a person is about to send.
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) data: Value,
}

/// A command that a line names.
struct Path<'w> {
    command: &'w Command,
    /// Its name with those of its sub-commands, such as `squad create`.
    name: String,
    /// The names of its sub-commands.
    below: Vec<(String, OptionKind)>,
    /// What it takes.
    options: Vec<CommandOption>,
}

/// Who types, and where.
pub(super) struct Typing<'w> {
    pub(super) world: &'w World,
    pub(super) user: UserId,
    pub(super) channel: ChannelId,
    /// What the bot suggested last; picking one sends its value.
    pub(super) suggested: &'w [OptionChoice],
    /// Files by option.
    pub(super) files: Vec<(String, Attachment)>,
    /// Whether it isn't sent yet: then the last option is the one being typed.
    pub(super) unfinished: bool,
}

impl Typing<'_> {
    /// Reads a whole line.
    pub(super) fn read(&self, line: &str) -> Result<Typed, Refused> {
        let (path, rest) = self.path(line)?;
        let typed = split_options(rest, &path.options)
            .map_err(|stray| Refused::Invalid(format!("/{} has no option for \"{stray}\"", path.name)))?;
        let focused = typed.last().filter(|_| self.unfinished).map(|(option, _)| option.name.clone());
        self.put(&path, &typed, focused.as_deref())
    }

    /// The same from a name and options that were filled in one by one; one of them may be the one that is being typed.
    pub(super) fn fill(&self, name: &str, given: &[(String, String)], focused: Option<&str>) -> Result<Typed, Refused> {
        let (path, _) = self.path(&format!("/{name}"))?;
        let mut typed = Vec::new();
        for (option, text) in given {
            let known = path.options.iter().find(|known| known.name == *option);
            let unknown = || Refused::Invalid(format!("/{name} has no option \"{option}\""));
            typed.push((known.ok_or_else(unknown)?, text.as_str()));
        }
        self.put(&path, &typed, focused)
    }

    /// The command that a line begins with, and the rest of the line.
    fn path<'l>(&self, line: &'l str) -> Result<(Path<'_>, &'l str), Refused> {
        let line = line.strip_prefix('/').ok_or_else(|| Refused::Invalid("A command begins with /".to_owned()))?;
        let (first, mut rest) = split_word(line);
        let command = self.offered(first, CommandKind::Slash)?;
        let mut path = Path { command, name: first.to_owned(), below: vec![], options: command.options() };
        while path.options.iter().any(|option| is_nested(option.kind)) {
            let (word, after) = split_word(rest);
            let next = path.options.into_iter().find(|option| option.name == word);
            let next =
                next.ok_or_else(|| Refused::NotThere(format!("/{} has no sub-command \"{word}\"", path.name)))?;
            path.name = format!("{} {word}", path.name);
            rest = after;
            path.options = next.options;
            path.below.push((next.name, next.kind));
        }
        Ok((path, rest))
    }

    /// What the bot gets.
    fn put(&self, path: &Path<'_>, typed: &[(&CommandOption, &str)], focused: Option<&str>) -> Result<Typed, Refused> {
        let mut resolver = Resolver::new(self);
        let mut values = self.values(path, typed, focused, &mut resolver)?;
        for (name, kind) in path.below.iter().rev() {
            values = vec![json!({"name": name, "type": u64::from(*kind), "options": values})];
        }
        let command = path.command;
        let mut data = json!({"id": command.id, "name": command.name, "type": 1, "options": values});
        resolver.add_to(&mut data);
        if let Some(server) = command.server {
            data["guild_id"] = json!(server);
        }
        Ok(Typed { name: path.name.clone(), data })
    }

    /// A command that this person is offered here.
    pub(super) fn offered(&self, name: &str, kind: CommandKind) -> Result<&Command, Refused> {
        let server = self.world.channels.get(&self.channel).and_then(|channel| channel.server);
        let fits = |command: &&Command| {
            command.name == name && command.kind == kind && command.server.is_none_or(|only| Some(only) == server)
        };
        let here = |command: &&Command| command.offered_in(server.is_none());
        // A server's own command hides the global one of the same name.
        let all: Vec<_> = self.world.commands.values().filter(fits).filter(here).collect();
        let command = all.iter().find(|command| command.server.is_some()).or(all.first()).copied();
        let command = command.ok_or_else(|| Refused::NotThere(format!("There is no command \"{name}\" here")))?;
        let has = self.world.permissions(self.user, self.channel);
        if has & permission::USE_APPLICATION_COMMANDS == 0 {
            return Err(Refused::NotAllowed("Commands aren't allowed here".to_owned()));
        }
        let needed = command.needed_permissions().filter(|_| server.is_some());
        let hidden = needed.is_some_and(|needed| has != permission::ALL && (needed == 0 || has & needed != needed));
        if hidden { Err(Refused::NotAllowed(format!("/{name} isn't shown to this person"))) } else { Ok(command) }
    }

    fn values(
        &self,
        path: &Path<'_>,
        typed: &[(&CommandOption, &str)],
        focused: Option<&str>,
        resolver: &mut Resolver<'_>,
    ) -> Result<Vec<Value>, Refused> {
        let Path { name, options, .. } = path;
        let mut values = Vec::new();
        for (option, text) in typed {
            let focused = focused == Some(option.name.as_str());
            let mut value = json!({"name": option.name, "type": u64::from(option.kind)});
            if focused {
                if !option.autocomplete {
                    return Err(Refused::Invalid(format!("\"{}\" gives no suggestions", option.name)));
                }
                value["value"] = json!(text);
                value["focused"] = json!(true);
            } else {
                value["value"] = resolver.value(option, text)?;
            }
            values.push(value);
        }
        for (option, file) in &self.files {
            let known = options.iter().find(|known| known.name == *option && known.kind == OptionKind::Attachment);
            known.ok_or_else(|| Refused::Invalid(format!("/{name} takes no file as \"{option}\"")))?;
            values.push(json!({"name": option, "type": 11, "value": file.id}));
            resolver.attach(file);
        }
        let given = |option: &&CommandOption| values.iter().any(|value| value["name"] == json!(option.name));
        let missing = options.iter().filter(|option| option.required).find(|option| !given(option));
        match missing.filter(|_| !self.unfinished) {
            Some(option) => Err(Refused::Invalid(format!("/{name} needs the option \"{}\"", option.name))),
            None => Ok(values),
        }
    }
}

fn is_nested(kind: OptionKind) -> bool {
    matches!(kind, OptionKind::SubCommand | OptionKind::Group)
}

fn split_word(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

/// Takes `name:value` apart; a value runs until the next option that the command has.
fn split_options<'a, 't>(
    text: &'t str,
    options: &'a [CommandOption],
) -> Result<Vec<(&'a CommandOption, &'t str)>, &'t str> {
    let begins = |at: usize| at == 0 || text[..at].ends_with(char::is_whitespace);
    let mut found: Vec<(usize, &CommandOption)> = Vec::new();
    for option in options {
        let label = format!("{}:", option.name);
        let first = text.match_indices(&label).map(|(at, _)| at).find(|at| begins(*at));
        found.extend(first.map(|at| (at, option)));
    }
    found.sort_by_key(|(at, _)| *at);
    let stray = text[..found.first().map_or(text.len(), |(at, _)| *at)].trim();
    if !stray.is_empty() {
        return Err(stray);
    }
    let ends = found.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let pairs =
        found.iter().zip(ends).map(|((at, option), end)| (*option, text[at + option.name.len() + 1..end].trim()));
    Ok(pairs.collect())
}

/// A file as it came from a person's disk.
pub(super) fn upload(filename: &str, bytes: &[u8]) -> Upload {
    Upload {
        number: "0".to_owned(),
        filename: filename.to_owned(),
        content_type: None,
        bytes: bytes.into(),
        description: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Vec<CommandOption> {
        let one = |name: &str| json!({"type": 3, "name": name});
        serde_json::from_value(json!([one("name"), one("schedule"), one("lead")])).unwrap()
    }

    #[test]
    fn a_value_runs_until_the_next_known_option() {
        let options = options();
        let pairs = split_options("name:The Checkout schedule:weekdays 09:30 lead:@Ben Ode", &options).unwrap();
        let texts: Vec<_> = pairs.iter().map(|(option, text)| (option.name.as_str(), *text)).collect();
        assert_eq!(texts, [("name", "The Checkout"), ("schedule", "weekdays 09:30"), ("lead", "@Ben Ode")]);
    }

    #[test]
    fn what_belongs_to_no_option_cannot_be_typed() {
        assert_eq!(split_options("colour:red", &options()).unwrap_err(), "colour:red");
        assert!(split_options("", &options()).unwrap().is_empty());
    }
}
