//! What a graphical client needs: acts by ids, and messages as Discord's own objects.

use serde_json::{Value, json};

use super::options::{Typed, Typing};
use super::view::visible;
use super::{Actor, Refused, Reply};
use crate::world::{ChannelId, Command, CommandKind, InteractionKind, Message, MessageId, OptionChoice, World};

/// Most suggestions that a client remembers: those of some options, 25 each.
const MOST_SUGGESTED: usize = 250;

/// Some messages of a channel.
#[derive(Clone, Debug)]
pub struct Page {
    /// Discord's message objects, oldest first. In addition to those: `name` (the author's here), `private`, `pings`, and
    /// for the answer to a command `command` (its full name) and `by` (who ran it). Reactions have `me` for whoever reads.
    pub messages: Vec<Value>,
    /// Whether there are older ones.
    pub earlier: bool,
}

impl Actor {
    /// Runs a command with options that were filled in one by one: texts, and names or ids of what is chosen.
    pub async fn runs_with(&self, name: &str, options: &[(String, String)]) -> Result<Reply, Refused> {
        let typed = self.filled_in(name, options, None)?;
        let line: Vec<String> = options.iter().map(|(option, text)| format!(" {option}:{text}")).collect();
        self.send(InteractionKind::Command, typed, None, &format!("/{name}{}", line.concat())).await
    }

    /// Types into one of a command's options, and gets suggestions.
    pub async fn types_into(
        &self,
        name: &str,
        options: &[(String, String)],
        focused: &str,
    ) -> Result<Vec<OptionChoice>, Refused> {
        let typed = self.filled_in(name, options, Some(focused))?;
        let reply = self.send(InteractionKind::Autocomplete, typed, None, &format!("/{name} {focused}:")).await?;
        // Each option has suggestions of its own, and any of them may have been picked when the command is sent. The
        // latest come first, since options may have suggestions of the same name.
        self.remember(|person| {
            person.suggested.splice(0..0, reply.choices.iter().cloned());
            person.suggested.truncate(MOST_SUGGESTED);
        });
        Ok(reply.choices)
    }

    fn filled_in(&self, name: &str, options: &[(String, String)], focused: Option<&str>) -> Result<Typed, Refused> {
        let (channel, suggested) = (self.place()?, self.person().suggested);
        let world = self.core.world();
        self.check_present(&world, channel)?;
        let unfinished = focused.is_some();
        Typing { world: &world, user: self.user, channel, suggested: &suggested, files: Vec::new(), unfinished }
            .fill(name, options, focused)
    }

    /// The form that is open, as the bot sent it, and where it was opened.
    pub fn form(&self) -> Option<(ChannelId, Value)> {
        self.person().modal.map(|modal| (modal.channel, modal.body))
    }

    /// The commands that the open channel offers, of all kinds.
    pub fn commands(&self) -> Vec<Command> {
        let Ok(channel) = self.place() else { return Vec::new() };
        let world = self.core.world();
        if self.check_present(&world, channel).is_err() {
            return Vec::new();
        }
        let typing =
            Typing { world: &world, user: self.user, channel, suggested: &[], files: Vec::new(), unfinished: false };
        let mut names: Vec<(CommandKind, &str)> =
            world.commands.values().map(|one| (one.kind, one.name.as_str())).collect();
        names.sort_by_key(|(kind, name)| (kind.number(), *name));
        names.dedup();
        names.into_iter().filter_map(|(kind, name)| typing.offered(name, kind).ok().cloned()).collect()
    }

    /// The newest messages of the open channel that she can see, or the newest before one.
    pub fn reads(&self, before: Option<MessageId>, most: usize) -> Page {
        let Ok(channel) = self.place() else { return Page { messages: Vec::new(), earlier: false } };
        let world = self.core.world();
        let mut older = visible(&world, self.user, channel).rev().skip_while(|it| before.is_some_and(|id| it.id >= id));
        let mut messages: Vec<Value> = older.by_ref().take(most).map(|it| self.object(&world, it)).collect();
        messages.reverse();
        Page { messages, earlier: older.next().is_some() }
    }

    /// A message as her client has it.
    fn object(&self, world: &World, message: &Message) -> Value {
        let mut object = world.message_json(message);
        let server = world.channels.get(&message.channel).and_then(|channel| channel.server);
        object["name"] = json!(world.name_of(message.author, server));
        object["private"] = json!(message.private_to.is_some());
        object["pings"] = json!(message.pinged.contains(&self.user));
        if let Some(cause) = message.cause.as_ref().filter(|cause| cause.kind == InteractionKind::Command) {
            object["command"] = json!(cause.name);
            object["by"] = json!(world.name_of(cause.user, server));
        }
        let reactions = object.get_mut("reactions").and_then(Value::as_array_mut).into_iter().flatten();
        for (reaction, users) in reactions.zip(message.reactions.values()) {
            reaction["me"] = json!(users.contains(&self.user));
        }
        object
    }
}

#[cfg(test)]
mod tests {
    use crate::{Options, Simulator, World};

    #[tokio::test]
    async fn pages_go_back_to_the_first_message_and_devices_are_apart() {
        let mut world = World::new();
        let server = world.server("Lab");
        world.channel(server, "general");
        let ann = world.person("Ann Lee");
        world.join(server, ann, &[]);
        let sim = Simulator::start(world, Options::default()).await.unwrap();
        let here = sim.person(ann);
        here.goes_to("general").unwrap();
        let mut changes = sim.changes();
        for number in 0..7 {
            here.says(&format!("number {number}")).await.unwrap();
        }
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        assert!(!changes.has_changed().unwrap());
        let newest = here.reads(None, 3);
        let said = |page: &super::Page| {
            page.messages.iter().map(|it| it["content"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            (said(&newest), newest.earlier),
            (vec!["number 4".into(), "number 5".into(), "number 6".into()], true)
        );
        let first = newest.messages[0]["id"].as_str().unwrap().parse().unwrap();
        let before = here.reads(Some(first), 10);
        assert_eq!((said(&before).len(), before.earlier), (4, false));
        let there = here.at_another_device();
        there.goes_to("DM").unwrap();
        assert!(there.reads(None, 10).messages.is_empty());
        assert_eq!(here.reads(None, 10).messages.len(), 7, "what is open there is another matter");
    }

    #[tokio::test]
    async fn events_are_written_down_from_when_it_was_asked_for() {
        let mut world = World::new();
        let server = world.server("Lab");
        world.channel(server, "general");
        let ann = world.person("Ann Lee");
        world.join(server, ann, &[]);
        world.join(server, world.bot.user, &[]);
        let sim = Simulator::start(world, Options::default()).await.unwrap();
        sim.person(ann).says("before").await.unwrap();
        let before = sim.ledger_after(0, 10);
        assert_eq!(before.len(), 1);
        sim.write_all_down();
        sim.person(ann).says("after").await.unwrap();
        let after: Vec<String> = sim.ledger_after(1, 10).into_iter().map(|entry| entry.route).collect();
        assert_eq!(after, ["says", "MESSAGE_CREATE"]);
        assert_eq!((sim.ledger_after(0, 2)[0].seq, sim.ledger_last(2)[0].seq), (1, 2));
    }
}
