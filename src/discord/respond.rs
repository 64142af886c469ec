//! Answers an interaction in time: at once if the handler is quick, else by a deferral that is
//! filled in when the answer is there.
//!
//! Discord drops an interaction that has no answer after three seconds. A deferral fixes whether the
//! answer is private, which is why the command table says so. A form can't come after a deferral, so
//! what opens one only reads, and is waited for.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{sleep, timeout};

use super::dispatch::{self, Reply, Says};
use super::incoming::{self, Incoming, Kind};
use super::{Failure, render};
use crate::app::App;
use crate::command::Shows;
use crate::error::Error;
use crate::partnership::{Message, PartnershipId};

/// How long a handler may take before its answer is deferred.
const PATIENCE: Duration = Duration::from_millis(800);
/// How often a late answer is sent, and the pause in between.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);

/// Handles an interaction in Discord's JSON, up to its answer.
pub async fn handle_json(app: App, json: Value) {
    match incoming::parse(&json, app.clock.now()) {
        Ok(incoming) => handle(&app, incoming).await,
        Err(incoming::Unreadable(what)) => tracing::warn!(what, "an interaction can't be read"),
    }
}

/// Handles an interaction, up to its answer. One that was handled already is passed over.
pub async fn handle(app: &App, incoming: Incoming) {
    if !app.discord.is_new(&incoming.id) {
        tracing::info!(interaction = incoming.id, "an interaction came twice");
        return;
    }
    let answering = Answering::to(app, &incoming);
    let deferral = deferral(&incoming);
    let mut work = start(app, incoming);
    match (timeout(PATIENCE, &mut work).await, deferral) {
        (Ok(done), _) => answering.first(done).await,
        (Err(_), None) => answering.first(work.await).await,
        (Err(_), Some(deferral)) => {
            answering.post(&deferral.body(), &[]).await;
            answering.later(work.await, deferral).await;
        }
    }
}

/// The handler runs in a task of its own, so that a panic of it is answered like any other defect.
fn start(app: &App, incoming: Incoming) -> JoinHandle<Reply> {
    let guard = app.clock.activity().begin();
    let app = app.clone();
    tokio::spawn(async move {
        let _guard = guard;
        dispatch::dispatch(&app, incoming).await
    })
}

/// What is posted while the answer isn't there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deferral {
    /// A message that says that the bot is thinking: to the caller alone, or in their DM.
    Message { private: bool },
    /// Nothing; the clicked message stays until it changes.
    Update,
}

impl Deferral {
    fn body(self) -> Value {
        match self {
            Self::Message { private: true } => json!({"type": 5, "data": {"flags": render::EPHEMERAL}}),
            Self::Message { private: false } => json!({"type": 5}),
            Self::Update => json!({"type": 6}),
        }
    }
}

fn deferral(incoming: &Incoming) -> Option<Deferral> {
    let private = !incoming.act.in_dm;
    match (dispatch::shows(incoming), &incoming.kind) {
        (Shows::Form, _) | (_, Kind::Autocomplete { .. }) => None,
        (Shows::Update, _) if incoming.act.message.is_some() => Some(Deferral::Update),
        _ => Some(Deferral::Message { private }),
    }
}

/// Where an answer goes, and what it is about.
struct Answering<'a> {
    app: &'a App,
    id: String,
    token: String,
    application: i64,
    action: String,
    partnership: PartnershipId,
    in_dm: bool,
    on_message: bool,
}

impl<'a> Answering<'a> {
    fn to(app: &'a App, incoming: &Incoming) -> Self {
        Self {
            app,
            id: incoming.id.clone(),
            token: incoming.token.clone(),
            application: incoming.application,
            action: incoming.act.pointer.action.clone(),
            partnership: incoming.act.partnership,
            in_dm: incoming.act.in_dm,
            on_message: incoming.act.message.is_some(),
        }
    }

    async fn first(&self, done: Result<Reply, JoinError>) {
        let (body, files) = self.reply(done).callback();
        self.post(&body, &files).await;
    }

    /// Posts the first answer. One that may have got lost is posted again: at worst Discord says
    /// that it was answered already.
    async fn post(&self, body: &Value, files: &[crate::partnership::File]) {
        let post = || self.app.discord.call_back(&self.id, &self.token, body, files);
        let posted = match post().await {
            Err(Failure::Uncertain | Failure::NotSent) => post().await,
            other => other,
        };
        if let Err(failure) = posted {
            self.log(&failure);
        }
    }

    async fn later(&self, done: Result<Reply, JoinError>, deferral: Deferral) {
        let (message, update) = match self.reply(done).says {
            Says::Private(message) => (message, false),
            Says::Update(message) => (message, true),
            Says::Form(_) | Says::Choices(_) => {
                tracing::error!(
                    action = self.action,
                    "a form came after a deferral: the table must say that it shows one"
                );
                (Message::text("That took too long to open. Please try again."), false)
            }
        };
        let sent = match deferral {
            Deferral::Update if !update => self.follow_up(&message).await,
            _ => self.edit(&message).await,
        };
        if let Err(failure) = sent {
            self.log(&failure);
        }
    }

    /// Fills in the deferred answer. Doing it twice is harmless, so it is repeated for any doubt.
    async fn edit(&self, message: &Message) -> Result<(), Failure> {
        let mut attempt = 1;
        loop {
            match self.app.discord.edit_answer(self.application, &self.token, message).await {
                Err(failure) if attempt == ATTEMPTS || matches!(failure, Failure::Final { .. }) => return Err(failure),
                Err(_) => sleep(PAUSE).await,
                Ok(()) => return Ok(()),
            }
            attempt += 1;
        }
    }

    /// Sends a further message, and never twice.
    async fn follow_up(&self, message: &Message) -> Result<(), Failure> {
        let mut attempt = 1;
        loop {
            match self.app.discord.follow_up(self.application, &self.token, message, !self.in_dm).await {
                Err(Failure::NotSent | Failure::Passing { .. }) if attempt < ATTEMPTS => sleep(PAUSE).await,
                other => return other,
            }
            attempt += 1;
        }
    }

    fn reply(&self, done: Result<Reply, JoinError>) -> Reply {
        // A panic's own words may hold what somebody wrote, so they are left out.
        done.unwrap_or_else(|_| {
            let error = Error::Unexpected(anyhow::anyhow!("the handler panicked"));
            let message = dispatch::explained(self.app, &self.action, self.partnership, &error);
            Reply { says: Says::Private(message), in_dm: self.in_dm, on_message: self.on_message }
        })
    }

    fn log(&self, failure: &Failure) {
        let (action, partnership, code) = (&self.action, self.partnership.0, failure.code());
        if let Some(10_062 | 40_060) = code {
            tracing::info!(action, partnership, code, "an answer came too late or twice");
        } else {
            tracing::warn!(action, partnership, code, "an answer could not be delivered");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deferral_fixes_who_sees_the_answer() {
        let cases = [
            (Deferral::Message { private: true }, json!({"type": 5, "data": {"flags": 64}})),
            (Deferral::Message { private: false }, json!({"type": 5})),
            (Deferral::Update, json!({"type": 6})),
        ];
        for (deferral, body) in cases {
            assert_eq!(deferral.body(), body);
        }
    }
}
