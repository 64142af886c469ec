//! Messages of a campaign, each with words of its own, and what Discord saw of them.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use elevenses::app::App;
use elevenses::outbox::{self, Budget, Post, Target};
use elevenses::partnership::{Button, ChannelId, Message, Pointer, UserId};
use elevenses::storage::Scope;
use futures::FutureExt;
use simulator::{Entry, Simulator};

use crate::scene::MESSAGES;
use crate::town::{Place, stored};

/// A message of a campaign.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    /// Which of the places it belongs to.
    pub(crate) place: usize,
    /// Whom of its people it is for; the channel where it is `None`.
    pub(crate) person: Option<usize>,
    /// What it says; no other message says the same.
    pub(crate) text: String,
    /// Whether it has a button, by which it is recognised when it is read back.
    pub(crate) marked: bool,
}

impl Note {
    fn post(&self, app: &App, place: &Place, number: usize) -> Post {
        let now = app.clock.now();
        let message = Message::text(self.text.as_str());
        let button = Button::new("Go on", &Pointer::new("campaign.note", place.id, number));
        let (target, budget) = match self.person {
            Some(person) => (Target::Dm(UserId(stored(place.people[person].0))), Budget::Answer),
            None => (Target::Channel(ChannelId(stored(place.channel.0))), Budget::Shared),
        };
        Post {
            target,
            message: if self.marked { message.buttons([button]) } else { message },
            about: String::new(),
            budget,
            not_before: now,
            expires_at: now + TimeDelta::days(1),
        }
    }
}

/// Puts messages in line, in one transaction.
pub(crate) async fn queue(app: &App, places: &[Place], notes: &[Note]) -> anyhow::Result<()> {
    let posts = notes.iter().enumerate().map(|(number, note)| {
        let place = &places[note.place];
        (place.id, note.post(app, place, number))
    });
    let (posts, inner): (Vec<_>, App) = (posts.collect(), app.clone());
    let queued = app.store.write(Scope::Any, move |tx| {
        async move {
            for (partnership, post) in &posts {
                outbox::post(tx, &inner, *partnership, post).await?;
            }
            Ok(())
        }
        .boxed()
    });
    queued.await.map_err(anyhow::Error::msg)
}

/// What Discord saw of a message.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    /// How often it was made.
    pub(crate) made: usize,
    /// How often a nonce gave the one that was there already.
    pub(crate) repeated: usize,
    /// How often it was refused.
    pub(crate) refused: usize,
}

/// What Discord saw of all messages, by their words.
pub(crate) struct Ledger(BTreeMap<String, Seen>);

impl Ledger {
    /// Reads it.
    pub(crate) fn of(sim: &Simulator) -> Self {
        let mut all: BTreeMap<String, Seen> = BTreeMap::new();
        for entry in sim.ledger().iter().filter(|entry| is_message(entry)) {
            let seen = all.entry(text(entry).to_owned()).or_default();
            match (entry.accepted, entry.repeat) {
                (true, false) => seen.made += 1,
                (true, true) => seen.repeated += 1,
                (false, _) => seen.refused += 1,
            }
        }
        Self(all)
    }

    /// What was seen of one message.
    pub(crate) fn of_note(&self, note: &Note) -> Seen {
        self.0.get(&note.text).copied().unwrap_or_default()
    }

    /// How many of the messages have been seen like this.
    pub(crate) fn count(&self, notes: &[Note], like: impl Fn(Seen) -> bool) -> usize {
        notes.iter().filter(|note| like(self.of_note(note))).count()
    }

    /// What was seen of several messages together.
    pub(crate) fn sum(&self, notes: &[Note]) -> Seen {
        notes.iter().map(|note| self.of_note(note)).fold(Seen::default(), |all, one| Seen {
            made: all.made + one.made,
            repeated: all.repeated + one.repeated,
            refused: all.refused + one.refused,
        })
    }
}

/// Whether somebody asked for a message to be sent.
pub(crate) fn is_message(entry: &Entry) -> bool {
    entry.method == "POST" && entry.route == MESSAGES
}

/// The words of a message that somebody asked for.
pub(crate) fn text(entry: &Entry) -> &str {
    entry.body["content"].as_str().unwrap_or_default()
}

/// What the admin of a place was told that begins with these words.
pub(crate) fn told(sim: &Simulator, place: &Place, words: &str) -> usize {
    let conversation = sim.read(|world| world.direct(place.admin)).map(|channel| channel.to_string());
    let ledger = sim.ledger();
    let to_admin = ledger.iter().filter(|entry| is_message(entry) && entry.accepted && !entry.repeat);
    to_admin.filter(|entry| entry.ids.get("channel") == conversation.as_ref() && text(entry).starts_with(words)).count()
}
