//! Acting as a person, in a person's words, with what a client would let her do.

mod client;
mod controls;
mod options;
mod plain;
mod reply;
mod resolve;
mod view;
mod wait;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::change::{Act, Change};
use crate::core::{Core, lock};
use crate::ledger::{Entry, Origin};
use crate::rules::draft::{Draft, Reference};
use crate::rules::mentions::Allowed;
use crate::world::{
    Attachment, ChannelId, ChannelKind, CommandKind, InteractionKind, Message, MessageId, OptionChoice, UserId, World,
    permission,
};
pub use client::Page;
use options::{Typed, Typing};
pub use reply::{Refused, Reply, ReplyKind};
use resolve::Found;
pub use view::{Button, ModalField, ModalView, Seen, Select, View};

/// What a person's client remembers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    /// The channel that is open.
    place: Option<ChannelId>,
    modal: Option<OpenModal>,
    suggested: Vec<OptionChoice>,
}

/// A modal that is open.
#[derive(Clone, Debug)]
struct OpenModal {
    body: Value,
    channel: ChannelId,
    source: Option<MessageId>,
}

/// Someone who acts. Handles to the same person share what her client remembers.
#[derive(Clone)]
pub struct Actor {
    core: Arc<Core>,
    user: UserId,
    client: Arc<Mutex<Person>>,
}

impl Actor {
    pub(crate) fn new(core: Arc<Core>, user: UserId) -> Self {
        let client = Arc::clone(lock(&core.people).entry(user).or_default());
        Self { core, user, client }
    }

    /// The same person at another device: what is open there is another matter.
    #[must_use]
    pub fn at_another_device(&self) -> Self {
        Self { client: Arc::default(), ..self.clone() }
    }

    /// Who it is.
    pub fn id(&self) -> UserId {
        self.user
    }

    /// Her name.
    pub fn name(&self) -> String {
        self.core.world().name_of(self.user, None)
    }

    /// Opens a channel or thread by name (`checkout`, `Lab/checkout`), id, or `DM` for that with the bot.
    pub fn goes_to(&self, place: &str) -> Result<(), Refused> {
        let channel = self.find(place)?;
        self.remember(|person| person.place = Some(channel));
        Ok(())
    }

    fn find(&self, place: &str) -> Result<ChannelId, Refused> {
        let mut world = self.core.world();
        if place == "DM" {
            return Ok(world.open_direct(self.user));
        }
        world
            .find_channel(self.user, place)
            .ok_or_else(|| Refused::NotThere(format!("There is no channel \"{place}\" for her")))
    }

    /// The open channel; at first, a text channel of the first server that she is in.
    pub fn place(&self) -> Result<ChannelId, Refused> {
        if let Some(place) = self.person().place {
            return Ok(place);
        }
        let world = self.core.world();
        let home = world.channels.values().find(|channel| {
            channel.kind == ChannelKind::Text && world.may(self.user, channel.id, permission::VIEW_CHANNEL)
        });
        home.map(|channel| channel.id).ok_or_else(|| Refused::NotThere("She is in no channel".to_owned()))
    }

    fn person(&self) -> Person {
        lock(&self.client).clone()
    }

    fn remember(&self, change: impl FnOnce(&mut Person)) {
        change(&mut lock(&self.client));
    }

    /// Runs a command: `/squad create name:Checkout lead:@Ben schedule:weekdays 09:30`.
    pub async fn runs(&self, line: &str) -> Result<Reply, Refused> {
        self.run(line, Vec::new()).await
    }

    /// Runs a command with a file for one of its options.
    pub async fn runs_with_file(
        &self,
        line: &str,
        option: &str,
        filename: &str,
        bytes: &[u8],
    ) -> Result<Reply, Refused> {
        let upload = options::upload(filename, bytes);
        let stored = self.core.change(|change| change.store(vec![upload]));
        let files = stored.into_iter().map(|file| (option.to_owned(), file)).collect();
        self.run(line, files).await
    }

    async fn run(&self, line: &str, files: Vec<(String, Attachment)>) -> Result<Reply, Refused> {
        let typed = self.typed(line, files, false)?;
        self.send(InteractionKind::Command, typed, None, line).await
    }

    /// Types into the last option of a line (`/squad edit squad:`), and gets suggestions.
    pub async fn types_option(&self, line: &str, text: &str) -> Result<Vec<OptionChoice>, Refused> {
        let line = format!("{line}{text}");
        let typed = self.typed(&line, Vec::new(), true)?;
        let reply = self.send(InteractionKind::Autocomplete, typed, None, &line).await?;
        self.remember(|person| person.suggested.clone_from(&reply.choices));
        Ok(reply.choices)
    }

    fn typed(&self, line: &str, files: Vec<(String, Attachment)>, unfinished: bool) -> Result<Typed, Refused> {
        let (channel, suggested) = (self.place()?, self.person().suggested);
        let world = self.core.world();
        self.check_present(&world, channel)?;
        Typing { world: &world, user: self.user, channel, suggested: &suggested, files, unfinished }.read(line)
    }

    /// Chooses a command from the context menu of a message.
    pub async fn right_clicks(&self, message: MessageId, command: &str) -> Result<Reply, Refused> {
        let typed = {
            let world = self.core.world();
            let channel = self.place_of(&world, message)?;
            let mut found = Found::default();
            if let Some(message) = world.message(channel, message) {
                found.add_message(message, &world);
            }
            self.menu(&world, channel, command, (CommandKind::Message, message.0), found)?
        };
        self.remember_place_of(message);
        self.send(InteractionKind::Command, typed, Some(message), command).await
    }

    /// Chooses a command from the context menu of a person.
    pub async fn right_clicks_person(&self, whom: UserId, command: &str) -> Result<Reply, Refused> {
        let place = self.place()?;
        let typed = {
            let world = self.core.world();
            let mut found = Found::default();
            found.add_user(&world, world.channels.get(&place).and_then(|channel| channel.server), whom);
            self.menu(&world, place, command, (CommandKind::User, whom.0), found)?
        };
        self.send(InteractionKind::Command, typed, None, command).await
    }

    fn menu(
        &self,
        world: &World,
        channel: ChannelId,
        name: &str,
        (kind, target): (CommandKind, u64),
        found: Found,
    ) -> Result<Typed, Refused> {
        self.check_present(world, channel)?;
        let typing = Typing { world, user: self.user, channel, suggested: &[], files: Vec::new(), unfinished: false };
        let command = typing.offered(name, kind)?;
        let mut data = json!({
            "id": command.id, "name": command.name, "type": kind.number(), "target_id": target.to_string(),
        });
        found.add_to(&mut data);
        Ok(Typed { name: name.to_owned(), data })
    }

    /// The channel of a message that she can see.
    fn place_of(&self, world: &World, message: MessageId) -> Result<ChannelId, Refused> {
        let holds = |channel: &&ChannelId| view::visible(world, self.user, **channel).any(|it| it.id == message);
        let channel = world.messages.keys().find(holds).copied();
        channel.ok_or_else(|| Refused::NotThere("She can't see that message".to_owned()))
    }

    fn remember_place_of(&self, message: MessageId) {
        let place = self.place_of(&self.core.world(), message).ok();
        self.remember(|person| person.place = place.or(person.place));
    }

    fn check_present(&self, world: &World, channel: ChannelId) -> Result<(), Refused> {
        let here = world.may(self.user, channel, permission::VIEW_CHANNEL);
        if here { Ok(()) } else { Err(Refused::NotAllowed("She can't see this channel".to_owned())) }
    }

    async fn send(
        &self,
        kind: InteractionKind,
        typed: Typed,
        source: Option<MessageId>,
        words: &str,
    ) -> Result<Reply, Refused> {
        let channel = self.place()?;
        let Typed { name, data } = typed;
        let act = Act { kind, user: self.user, channel, name, source, data };
        self.interact(act, words).await
    }

    /// Tells the bot of an act and waits for what comes.
    pub(crate) async fn interact(&self, act: Act, words: &str) -> Result<Reply, Refused> {
        let source = act.source.filter(|_| act.kind != InteractionKind::Command);
        let channel = act.channel;
        let id = self.core.change(|change| {
            self.note(change, &format!("{:?}", act.kind), words, None);
            change.begin(&act)
        });
        let reply = wait::for_answer(&self.core, id).await?;
        if let wait::Answered::Modal(body) = &reply {
            self.remember(|person| {
                person.modal = Some(OpenModal { body: body.clone(), channel, source });
            });
        }
        Ok(reply.shown(&self.core.world(), self.user))
    }

    /// Writes a message in the open channel.
    pub async fn says(&self, text: &str) -> Result<MessageId, Refused> {
        self.write(text, None).await
    }

    /// Answers the newest message of the bot in the open channel.
    pub async fn replies(&self, text: &str) -> Result<MessageId, Refused> {
        let place = self.place()?;
        let newest = {
            let world = self.core.world();
            let bot = world.bot.user;
            view::visible(&world, self.user, place)
                .rev()
                .find(|it| it.author == bot && it.private_to.is_none())
                .map(|it| it.id)
        };
        let newest = newest.ok_or_else(|| Refused::NotThere("There is no message of the bot to answer".to_owned()))?;
        self.write(text, Some(newest)).await
    }

    /// Answers a certain message.
    pub async fn replies_to(&self, message: MessageId, text: &str) -> Result<MessageId, Refused> {
        self.write(text, Some(message)).await
    }

    #[expect(clippy::unused_async, reason = "all acts are awaited, so that a test reads the same throughout")]
    async fn write(&self, text: &str, answered: Option<MessageId>) -> Result<MessageId, Refused> {
        let channel = self.place()?;
        let result = self.core.change(|change| {
            let server = change.world.channels.get(&channel).and_then(|channel| channel.server);
            let content = server.map_or_else(|| text.to_owned(), |server| change.world.with_mentions(server, text));
            let reference = answered.map(|message| Reference { message, must_exist: true });
            let draft = Draft { content: Some(content), reference, allowed: Allowed::default(), ..Draft::default() };
            let posted = change.post(self.user, channel, draft);
            let id = posted.as_ref().ok().map(|posted| posted.id);
            self.note(change, if answered.is_some() { "replies" } else { "says" }, text, id);
            posted
        });
        result.map(|posted| posted.id).map_err(|rejection| Refused::NotAllowed(rejection.message))
    }

    /// Puts an emoji below a message, or takes it away again.
    pub fn reacts(&self, message: MessageId, emoji: &str, there: bool) -> Result<(), Refused> {
        let channel = self.place_of(&self.core.world(), message)?;
        self.core.change(|change| {
            self.note(change, "reacts", emoji, Some(message));
            change.set_reaction(channel, message, emoji, self.user, there);
        });
        Ok(())
    }

    /// Writes an act into the ledger.
    fn note(&self, change: &Change<'_>, what: &str, words: &str, message_id: Option<MessageId>) {
        self.core.ledger.add(Entry {
            seq: 0,
            at: change.world.now,
            origin: Origin::Member(change.world.name_of(self.user, None)),
            method: "ACT".to_owned(),
            route: what.to_lowercase(),
            ids: BTreeMap::from([("user".to_owned(), self.user.to_string())]),
            body: json!({"words": words}),
            status: 0,
            accepted: true,
            refusal: None,
            message_id,
            repeat: false,
        });
    }

    /// All that she sees in the open channel.
    pub fn sees(&self) -> View {
        let place = self.place();
        let world = self.core.world();
        place.map_or_else(
            |_| View { place: String::new(), messages: Vec::new() },
            |place| view::view(&world, self.user, place),
        )
    }

    /// All that she sees in a channel or thread.
    pub fn sees_in(&self, place: &str) -> Result<View, Refused> {
        let channel = self.find(place)?;
        Ok(view::view(&self.core.world(), self.user, channel))
    }

    /// Her direct conversation with the bot.
    pub fn inbox(&self) -> View {
        let world = self.core.world();
        let direct = world.direct(self.user);
        direct.map_or_else(
            || View { place: "DM".to_owned(), messages: Vec::new() },
            |id| view::view(&world, self.user, id),
        )
    }

    /// Messages that she got since an instant, from all channels that she can see, oldest first.
    pub fn sees_since(&self, since: DateTime<Utc>) -> Vec<Seen> {
        let world = self.core.world();
        let all = world.messages.keys().flat_map(|channel| view::visible(&world, self.user, *channel));
        let mut new: Vec<&Message> = all.filter(|message| message.sent >= since).collect();
        new.sort_by_key(|message| message.id);
        new.into_iter().map(|message| Seen::new(&world, self.user, message)).collect()
    }

    /// The modal that is open.
    pub fn modal(&self) -> Option<ModalView> {
        self.person().modal.map(|modal| ModalView::new(&modal.body))
    }
}
