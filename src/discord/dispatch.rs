//! The one dispatcher: from an interaction to its answer, both as data.
//!
//! It keeps nothing between two interactions, so a button works the same after a restart, and
//! whether it came from the gateway or from an HTTP endpoint. The order is: find the line of the
//! command table, check the place, check who it is and whether they may, run the handler.

use serde_json::{Value, json};

use super::incoming::{Incoming, Kind};
use super::{Failure, render};
use crate::app::App;
use crate::command::{self, Act, Answer, Choice, Entry, On, Place, Shows, Who};
use crate::error::{Error, Result, person, refuse};
use crate::features::{self, access};
use crate::partnership::{File, Form, Message, PartnershipId, Pointer, text};

/// Most completions that Discord shows.
const CHOICES: usize = 25;
/// Longest label or value of a completion.
const CHOICE: usize = 100;

/// The answer to an interaction.
#[derive(Debug)]
pub struct Reply {
    /// What it says.
    pub says: Says,
    /// Whether it is said in the person's own conversation with the bot, where nothing is ephemeral.
    pub in_dm: bool,
    /// Whether there is a message that it can take the place of.
    pub on_message: bool,
}

/// What an answer says.
#[derive(Debug)]
pub enum Says {
    /// A message to the caller alone.
    Private(Message),
    /// A message in place of the one that was clicked.
    Update(Message),
    /// A form.
    Form(Form),
    /// Completions.
    Choices(Vec<Choice>),
}

impl Reply {
    /// The answer as the body that Discord takes, and the files that go with it.
    pub fn callback(&self) -> (Value, Vec<File>) {
        match &self.says {
            Says::Update(message) if self.on_message => answer(7, message, false),
            Says::Private(message) | Says::Update(message) => answer(4, message, !self.in_dm),
            Says::Form(form) => (json!({"type": 9, "data": render::form(form)}), Vec::new()),
            Says::Choices(choices) => (json!({"type": 8, "data": {"choices": shown(choices)}}), Vec::new()),
        }
    }
}

fn answer(kind: u8, message: &Message, private: bool) -> (Value, Vec<File>) {
    let (mut data, files) = render::message(message);
    if private {
        data["flags"] = json!(render::EPHEMERAL);
    }
    (json!({"type": kind, "data": data}), files)
}

fn shown(choices: &[Choice]) -> Vec<Value> {
    // A value that is cut would be another value, so it is not offered.
    let fitting = choices.iter().filter(|(value, _)| (1..=CHOICE).contains(&value.chars().count()));
    fitting.take(CHOICES).map(|(value, label)| json!({"name": text::clipped(label, CHOICE), "value": value})).collect()
}

/// Handles an interaction.
pub async fn dispatch(app: &App, incoming: Incoming) -> Reply {
    let Incoming { kind, server, mut act, .. } = incoming;
    let (in_dm, on_message) = (act.in_dm, act.message.is_some());
    let says = match &kind {
        Kind::Autocomplete { focused } => Says::Choices(completions(app, server, &mut act, focused).await),
        kind => match handle(app, kind, server, &mut act).await {
            Ok(Answer::Private(message)) => Says::Private(app.explained(act.partnership, message).await),
            Ok(Answer::Update(message)) => Says::Update(app.explained(act.partnership, message).await),
            Ok(Answer::Form(form)) if act.pointer.is_again() => Says::Form(again(form)),
            Ok(Answer::Form(form)) => Says::Form(form),
            Err(error) => Says::Private(explained(app, &act.pointer.action, act.partnership, &error)),
        },
    };
    // What said why a form couldn't be used has served: whatever became of it since stands there.
    let says = match says {
        Says::Private(message) if takes_place(&kind, &act.pointer) => Says::Update(message),
        says => says,
    };
    Reply { says, in_dm, on_message }
}

/// A form that is opened again.
fn again(form: Form) -> Form {
    let does = form.does.parse().map(|does: Pointer| does.again().to_string());
    Form { does: does.unwrap_or(form.does), ..form }
}

/// Whether the answer takes the place of the message from which a form was opened again.
fn takes_place(kind: &Kind, pointer: &Pointer) -> bool {
    *kind == Kind::Form && pointer.is_again()
}

/// How the answer to an interaction will show, which is known before it is there.
pub fn shows(incoming: &Incoming) -> Shows {
    if takes_place(&incoming.kind, &incoming.act.pointer) {
        return Shows::Update;
    }
    entry(&incoming.kind, &incoming.act.pointer.action).map_or(Shows::Private, |entry| entry.shows)
}

/// What the person is told of an error. What they can't do anything about is logged under a short
/// reference, once, here.
pub fn explained(app: &App, action: &str, partnership: PartnershipId, error: &Error) -> Message {
    match error {
        Error::Person(text) => Message::text(text),
        Error::Unexpected(error) => {
            let reference = reference(app.random.id());
            tracing::error!(action, partnership = partnership.0, reference, error = %format!("{error:#}"), "a handler failed");
            Message::text(format!(
                "Something went wrong on our side, and it is noted. If it happens again, tell an admin this reference: {reference}"
            ))
        }
    }
}

async fn handle(app: &App, kind: &Kind, server: Option<PartnershipId>, act: &mut Act) -> Result<Answer> {
    let Some(entry) = entry(kind, &act.pointer.action) else { return refuse(unknown(kind)) };
    placed(app, entry, server, act).await?;
    checked(app, entry, act).await?;
    if let Some(name) = act.bot() {
        return refuse(format!("{} is a bot. Pick a person.", text::escaped(name)));
    }
    (entry.run)(app, act).await
}

fn entry(kind: &Kind, action: &str) -> Option<&'static Entry> {
    features::table().iter().copied().find(|entry| match (&entry.on, kind) {
        (On::Command { name, .. }, Kind::Command | Kind::Autocomplete { .. })
        | (On::MessageCommand(name), Kind::Command)
        | (On::Component(name), Kind::Component)
        | (On::Form(name), Kind::Form) => *name == action,
        _ => false,
    })
}

fn unknown(kind: &Kind) -> &'static str {
    match kind {
        Kind::Command | Kind::Autocomplete { .. } => {
            "This command is from an older version of the bot. Type `/` again to see what there is now."
        }
        Kind::Component | Kind::Form => {
            "This button is from an older version of the bot and does nothing any more. `/help` shows what there is now."
        }
    }
}

/// Checks that the handler may be called from there. In a DM it is the pointer that says whose data
/// are meant, so the caller's membership is looked up.
async fn placed(app: &App, entry: &Entry, server: Option<PartnershipId>, act: &mut Act) -> Result<()> {
    match server {
        Some(server) if server == act.partnership => Ok(()),
        Some(_) => refuse("This button belongs to another server. It works there."),
        None if act.partnership.0 == 0 => refuse("Commands work on a server. Run this one there."),
        None => {
            act.actor = match app.discord.member(act.partnership, act.actor.user).await {
                Ok(member) => member.ok_or_else(|| person(GONE))?,
                Err(Failure::Final { code: 10_004 | 50_001, .. }) => return refuse(GONE),
                Err(failure) => return Err(anyhow::Error::new(failure).context("looking up a member").into()),
            };
            if entry.place == Place::Server { elsewhere(app, act.partnership).await } else { Ok(()) }
        }
    }
}

const GONE: &str = "This belongs to a server that you or the bot have left, so it can't be used any more.";

async fn elsewhere(app: &App, partnership: PartnershipId) -> Result<()> {
    match app.discord.guild_name(partnership).await {
        Ok(name) => refuse(format!("That works on the server {} and not here. Open it there.", text::escaped(&name))),
        Err(_) => refuse("That works on the server and not here. Open it there."),
    }
}

async fn checked(app: &App, entry: &Entry, act: &mut Act) -> Result<()> {
    if access::is_open(entry) {
        return Ok(());
    }
    let mut db = app.store.read().await?;
    let standing = access::standing(&mut db, act.partnership, act.actor.user).await?;
    access::check(entry, act, &standing, &mut db).await
}

/// Completions for the option that is being typed. The whole access check needs the finished option,
/// so a completer offers only what the caller may see; what is sent in the end is checked in full.
async fn completions(app: &App, server: Option<PartnershipId>, act: &mut Act, focused: &str) -> Vec<Choice> {
    let kind = Kind::Autocomplete { focused: focused.to_owned() };
    let Some(entry) = entry(&kind, &act.pointer.action) else { return Vec::new() };
    let On::Command { options, .. } = entry.on else { return Vec::new() };
    let completer = options.iter().find(|option| option.name == focused).and_then(|option| match option.kind {
        command::Kind::Completed(completer) => Some(completer),
        _ => None,
    });
    let barred = server.is_none() || entry.who == Who::Admin && !act.actor.admin;
    let Some(completer) = completer.filter(|_| !barred) else { return Vec::new() };
    match completer(app, act).await {
        Ok(choices) => choices,
        Err(Error::Person(_)) => Vec::new(),
        Err(error) => {
            let action = &act.pointer.action;
            tracing::warn!(action, partnership = act.partnership.0, %error, "completions failed");
            Vec::new()
        }
    }
}

/// Six letters and digits that can't be mistaken for each other when they are read out.
fn reference(random: i64) -> String {
    const LETTERS: &[u8; 30] = b"ABCDEFGHJKMNPQRSTVWXYZ23456789";
    let mut left = random.unsigned_abs();
    let mut reference = String::from("E-");
    for _ in 0..6 {
        reference.push(char::from(LETTERS[usize::try_from(left % 30).unwrap_or_default()]));
        left /= 30;
    }
    reference
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(says: Says, in_dm: bool, on_message: bool) -> Value {
        Reply { says, in_dm, on_message }.callback().0
    }

    #[test]
    fn an_answer_takes_the_form_that_its_place_needs() {
        let message = || Message::text("Saved");
        let cases = [
            (Says::Private(message()), false, true, 4, json!(64)),
            (Says::Private(message()), true, true, 4, Value::Null),
            (Says::Update(message()), false, true, 7, Value::Null),
            (Says::Update(message()), false, false, 4, json!(64)),
        ];
        for (says, in_dm, on_message, kind, flags) in cases {
            let shown = format!("{says:?} {in_dm} {on_message}");
            let body = reply(says, in_dm, on_message);
            assert_eq!((&body["type"], &body["data"]["flags"]), (&json!(kind), &flags), "{shown}");
        }
        let form = Form { title: "Check in".to_owned(), does: "v1:a.b:1::0".to_owned(), fields: Vec::new() };
        assert_eq!(reply(Says::Form(form), false, true)["type"], 9);
    }

    #[test]
    fn completions_are_few_and_short() {
        let mut choices: Vec<Choice> = (0..40).map(|n| (n.to_string(), "x".repeat(200))).collect();
        choices.insert(0, ("y".repeat(101), "too long a value".to_owned()));
        let body = reply(Says::Choices(choices), false, false);
        let shown = body["data"]["choices"].as_array().expect("choices");
        assert_eq!((&body["type"], shown.len(), &shown[0]["value"]), (&json!(8), 25, &json!("0")));
        assert_eq!(shown[0]["name"].as_str().expect("a name").chars().count(), 100);
    }

    #[test]
    fn references_can_be_read_out() {
        assert_eq!(reference(0), "E-AAAAAA");
        assert_eq!(reference(i64::MAX).len(), 8);
        assert_ne!(reference(1), reference(2));
    }
}
