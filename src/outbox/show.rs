//! Showing a panel: its message, the thread below it, its pin.

use std::panic::AssertUnwindSafe;

use anyhow::anyhow;
use futures::FutureExt;

use crate::app::App;
use crate::discord::Failure;
use crate::error::Result;
use crate::partnership::{Message, MessageId};
use crate::scheduler::{given_up, pause};
use crate::storage::Tx;

use super::Showing;
use super::panel::{self, Claim, End, Standing};
use super::policy::{ARCHIVED, Approach, EDITED_TOO_OFTEN, MESSAGE_GONE, after_too_many_edits, next_edit};
use super::recognise::{Found, READ_BACK, find};
use super::send::{certainly_not, unknown_one};
use super::trouble::{self, Trouble, Wrong};

/// A panel on its way: what of it is there so far, and what an admin has to be told.
struct Run<'a> {
    app: &'a App,
    claim: &'a Claim,
    standing: Standing,
    trouble: Option<Wrong>,
}

/// Shows a claimed panel and saves what became of it.
pub(super) async fn show(app: &App, showings: &[Showing], claim: Claim) {
    let (partnership, key) = (claim.partnership, claim.key.clone());
    let mut run = Run { app, claim: &claim, standing: claim.standing.clone(), trouble: None };
    let end = match run.attempt(showings).await {
        Ok(end) | Err(end) => end,
    };
    if let End::Failed(why) = &end {
        tracing::warn!(%partnership, panel = key, why, "a panel can't be shown");
    }
    let (standing, trouble, inner) = (run.standing, run.trouble, app.clone());
    let saved = app
        .store
        .write(partnership, move |tx| async move { save(tx, &inner, &claim, &standing, &end, trouble).await }.boxed());
    if let Err(error) = saved.await {
        // The lease ends by itself. A repeat finds what was posted by its nonce.
        tracing::warn!(%partnership, panel = key, %error, "what became of a panel was not saved");
    }
}

async fn save(
    tx: &mut Tx,
    app: &App,
    claim: &Claim,
    standing: &Standing,
    end: &End,
    trouble: Option<Wrong>,
) -> Result<()> {
    if !panel::complete(tx, claim, standing, end).await? {
        tracing::info!(partnership = %claim.partnership, panel = claim.key, "a panel was moved or taken over meanwhile");
        return Ok(());
    }
    match trouble {
        Some(wrong) => {
            let trouble = Trouble { place: Some(claim.channel), wrong };
            trouble::tell(tx, app, claim.partnership, &trouble).await
        }
        None => Ok(()),
    }
}

impl Run<'_> {
    /// Goes as far as it can. `Err` is an end on the way; what is there by then is kept.
    async fn attempt(&mut self, showings: &[Showing]) -> Result<End, End> {
        let Some(message) = self.rendered(showings).await? else {
            self.not_by_this();
            return Ok(End::Nothing);
        };
        match self.standing.message {
            Some(there) => self.edit(there, &message).await?,
            None => self.post(&message).await?,
        }
        self.open_thread().await?;
        self.pin().await?;
        let now = self.app.clock.now();
        Ok(End::Shown(next_edit(self.standing.posted_at.unwrap_or(now), now)))
    }

    async fn rendered(&mut self, showings: &[Showing]) -> Result<Option<Message>, End> {
        let (kind, row) = self.claim.key.split_once(':').unwrap_or((&self.claim.key, ""));
        // Called inside, since rendering may panic before its first await.
        let render = async {
            let showing = showings.iter().find(|showing| showing.kind == kind);
            let showing = showing.ok_or_else(|| anyhow!("nothing renders this kind"))?;
            (showing.render)(self.app, self.claim.partnership, row).await
        };
        let rendered = AssertUnwindSafe(render).catch_unwind().await;
        let error = match rendered.unwrap_or_else(|_| Err(anyhow!("rendering panicked").into())) {
            Ok(message) => return Ok(message),
            Err(error) => error,
        };
        self.not_by_this();
        if given_up(self.claim.attempt.number) {
            return Err(End::Failed(error.to_string()));
        }
        tracing::warn!(partnership = %self.claim.partnership, panel = self.claim.key, %error, "a panel was not rendered");
        Err(End::Again(self.app.clock.now() + pause(self.claim.attempt.number)))
    }

    async fn post(&mut self, message: &Message) -> Result<(), End> {
        let there = match self.claim.attempt.approach() {
            Approach::Send => {
                let sent = self.app.discord.send(self.claim.channel, message, Some(self.standing.nonce), None).await;
                sent.map_err(|failure| self.not_posted(failure))?
            }
            Approach::LookFor => self.look_for(message).await?,
        };
        self.standing.message = Some(there);
        self.standing.posted_at = Some(self.app.clock.now());
        Ok(())
    }

    fn not_posted(&mut self, failure: Failure) -> End {
        if failure != Failure::Uncertain {
            self.not_by_this();
        }
        self.failed("post a message", failure)
    }

    /// This attempt certainly didn't post it. An earlier one still may have.
    fn not_by_this(&mut self) {
        let first = self.claim.standing.first_sent_at;
        self.standing.first_sent_at = first.and_then(|_| self.claim.attempt.not_by_this());
    }

    async fn look_for(&mut self, message: &Message) -> Result<MessageId, End> {
        let recent = self.app.discord.recent(self.claim.channel, READ_BACK).await;
        let seen = recent.map_err(|failure| self.failed("read the channel", failure))?;
        match find(&seen, message, self.standing.nonce, self.claim.attempt.first_sent_at) {
            Found::Unclear => {
                self.anew();
                self.trouble = Some(Wrong::Unclear);
                Err(End::Failed("nobody can tell whether it was posted".to_owned()))
            }
            Found::Candidates(candidates) => {
                let now = self.app.clock.now();
                let pause = pause(self.claim.attempt.number);
                let found = unknown_one(self.app, candidates).await.map_err(|_| End::Again(now + pause))?;
                found.ok_or_else(|| {
                    self.anew();
                    End::Again(now)
                })
            }
        }
    }

    async fn edit(&mut self, there: MessageId, message: &Message) -> Result<(), End> {
        let channel = self.claim.channel;
        let mut edited = self.app.discord.edit(channel, there, message).await;
        if code(&edited) == Some(ARCHIVED) {
            let opened = self.app.discord.unarchive(channel).await;
            opened.map_err(|failure| self.failed("open an archived thread", failure))?;
            edited = self.app.discord.edit(channel, there, message).await;
        }
        match (code(&edited), edited) {
            (_, Ok(())) => Ok(()),
            (Some(MESSAGE_GONE), _) => {
                self.anew();
                Err(End::Again(self.app.clock.now()))
            }
            (Some(EDITED_TOO_OFTEN), _) => Err(End::Rests(after_too_many_edits(self.app.clock.now()))),
            (_, Err(failure)) => Err(self.failed("edit my message", failure)),
        }
    }

    /// The next attempt posts another message.
    fn anew(&mut self) {
        self.standing.message = None;
        self.standing.posted_at = None;
        self.standing.first_sent_at = None;
        self.standing.nonce = self.app.random.id();
    }

    async fn open_thread(&mut self) -> Result<(), End> {
        let (Some(there), None) = (self.standing.message, self.standing.thread) else { return Ok(()) };
        if self.claim.thread_title.is_empty() {
            return Ok(());
        }
        let opened = self.app.discord.open_thread(self.claim.channel, there, &self.claim.thread_title).await;
        self.standing.thread = Some(opened.map_err(|failure| self.failed("open a thread", failure))?);
        Ok(())
    }

    async fn pin(&mut self) -> Result<(), End> {
        let Some(there) = self.standing.message else { return Ok(()) };
        if !self.claim.pinned || self.standing.pinned_message == Some(there) {
            return Ok(());
        }
        let pinned = self.app.discord.pin(self.claim.channel, there).await;
        if let Err(failure) = pinned {
            let end = self.failed("pin my message", failure);
            // It shows all the same. The admin is told, and it isn't tried on and on.
            if !matches!(end, End::Failed(_)) {
                return Err(end);
            }
        }
        self.standing.pinned_message = Some(there);
        Ok(())
    }

    fn failed(&mut self, what: &'static str, failure: Failure) -> End {
        let now = self.app.clock.now();
        match certainly_not(failure) {
            Failure::Final { code, why } => {
                let error = format!("{code}: {why}");
                self.trouble = Some(Wrong::Refused { what, code, why });
                End::Failed(error)
            }
            passing => End::Again(self.claim.attempt.again_at(&passing, now)),
        }
    }
}

fn code<T>(result: &Result<T, Failure>) -> Option<u64> {
    result.as_ref().err().and_then(Failure::code)
}
