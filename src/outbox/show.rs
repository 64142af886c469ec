//! Showing a panel: its message, the thread below it, its pin.

use std::panic::AssertUnwindSafe;

use anyhow::anyhow;
use chrono::TimeDelta;
use futures::FutureExt;

use crate::app::App;
use crate::discord::Failure;
use crate::error::Result;
use crate::partnership::{ChannelId, Message, MessageId, UserId, text};
use crate::scheduler::{given_up, pause};
use crate::storage::Tx;

use super::panel::{self, Claim, End, Standing};
use super::policy::{
    ARCHIVED, Approach, CHANNEL_GONE, EDITED_TOO_OFTEN, MESSAGE_GONE, NO_ACCESS, after_too_many_edits, next_edit,
};
use super::recognise::{Found, READ_BACK, find};
use super::send::{certainly_not, unknown_one};
use super::trouble::{self, Trouble, Wrong};
use super::{Showing, Stands};

/// Discord's codes for somebody who isn't there, or isn't on the server.
const UNKNOWN_USER: u64 = 10_013;
const UNKNOWN_MEMBER: u64 = 10_007;
/// Longest title of a thread.
const LONGEST_TITLE: usize = 100;
/// How long a thread that is to be folded away waits for what is still to be said in it.
const WAIT_FOR_WORDS: TimeDelta = TimeDelta::seconds(2);

/// A panel on its way: what of it is there so far, and what an admin has to be told.
struct Run<'a> {
    app: &'a App,
    claim: &'a Claim,
    standing: Standing,
    trouble: Option<Wrong>,
    /// Whether its channel is gone.
    lost: bool,
}

/// Shows a claimed panel and saves what became of it.
pub(super) async fn show(app: &App, showings: &[Showing], claim: Claim) {
    let (partnership, key) = (claim.partnership, claim.key.clone());
    let mut run = Run { app, claim: &claim, standing: claim.standing.clone(), trouble: None, lost: false };
    let end = match run.attempt(showings).await {
        Ok(end) | Err(end) => end,
    };
    if let End::Failed(why) = &end {
        tracing::warn!(%partnership, panel = key, why, "a panel can't be shown");
    }
    let lost = run.showing(showings).and_then(|showing| showing.lost).filter(|_| run.lost);
    let (standing, trouble, inner) = (run.standing, run.trouble, app.clone());
    let saved = app.store.write(partnership, move |tx| {
        async move {
            if !save(tx, &inner, &claim, &standing, &end, trouble).await? {
                return Ok(());
            }
            match lost {
                Some(lost) => lost(tx, &inner, partnership, claim.row()).await,
                None => Ok(()),
            }
        }
        .boxed()
    });
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
) -> Result<bool> {
    if !panel::complete(tx, claim, standing, end).await? {
        tracing::info!(partnership = %claim.partnership, panel = claim.key, "a panel was moved or taken over meanwhile");
        return Ok(false);
    }
    if let Some(wrong) = trouble {
        let trouble = Trouble { place: Some(claim.channel), wrong };
        trouble::tell(tx, app, claim.partnership, &trouble).await?;
    }
    Ok(true)
}

impl Run<'_> {
    /// Goes as far as it can. `Err` is an end on the way; what is there by then is kept.
    async fn attempt(&mut self, showings: &[Showing]) -> Result<End, End> {
        let Some(message) = self.rendered(showings).await? else {
            self.not_by_this();
            return Ok(End::Nothing);
        };
        let message = self.app.explained(self.claim.partnership, message).await;
        if self.claim.stands == Stands::Privately && self.standing.thread.is_none() {
            // Somebody deleted its thread, or it has none yet.
            self.anew();
        }
        match self.standing.message {
            Some(there) => self.edit(there, &message).await?,
            None => self.bring(&message).await?,
        }
        self.open_thread().await?;
        self.pin().await?;
        self.retitle().await?;
        let now = self.app.clock.now();
        Ok(End::Shown(next_edit(self.standing.posted_at.unwrap_or(now), now)))
    }

    fn showing<'s>(&self, showings: &'s [Showing]) -> Option<&'s Showing> {
        let kind = self.claim.key.split_once(':').map_or(self.claim.key.as_str(), |(kind, _)| kind);
        showings.iter().find(|showing| showing.kind == kind)
    }

    async fn rendered(&mut self, showings: &[Showing]) -> Result<Option<Message>, End> {
        // Called inside, since rendering may panic before its first await.
        let render = async {
            let showing = self.showing(showings).ok_or_else(|| anyhow!("nothing renders this kind"))?;
            (showing.render)(self.app, self.claim.partnership, self.claim.row()).await
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
        match self.claim.stands {
            Stands::InForum => return self.post_in_forum(message).await,
            Stands::Privately => self.open_private_thread(&message.pings).await?,
            Stands::InChannel => {}
        }
        let channel = self.place();
        let there = match self.claim.attempt.approach() {
            Approach::Send => {
                let sent = self.app.discord.send(channel, message, Some(self.standing.nonce), None).await;
                sent.map_err(|failure| self.not_posted("post a message", failure))?
            }
            Approach::LookFor => self.look_for(message).await?,
        };
        self.standing.message = Some(there);
        self.standing.posted_at = Some(self.app.clock.now());
        Ok(())
    }

    fn not_posted(&mut self, what: &'static str, failure: Failure) -> End {
        if failure != Failure::Uncertain {
            self.not_by_this();
        }
        self.failed(what, failure)
    }

    /// This attempt certainly didn't post it. An earlier one still may have.
    fn not_by_this(&mut self) {
        let first = self.claim.standing.first_sent_at;
        self.standing.first_sent_at = first.and_then(|_| self.claim.attempt.not_by_this());
    }

    async fn look_for(&mut self, message: &Message) -> Result<MessageId, End> {
        let recent = self.app.discord.recent(self.place(), READ_BACK).await;
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

    /// The channel that its message is in.
    fn place(&self) -> ChannelId {
        let thread = self.standing.thread.filter(|_| self.claim.stands != Stands::InChannel);
        thread.unwrap_or(self.claim.channel)
    }

    /// Opens a private thread, and lets people in before anything is said in it, or they wouldn't be pinged.
    async fn open_private_thread(&mut self, people: &[UserId]) -> Result<(), End> {
        let thread = match self.standing.thread {
            Some(thread) => thread,
            None => self.private_thread().await?,
        };
        for user in people {
            match self.app.discord.add_to_thread(thread, *user).await {
                // Whoever has left the server isn't let in, and the others have their thread all the same.
                Ok(()) | Err(Failure::Final { code: UNKNOWN_USER | UNKNOWN_MEMBER, .. }) => {}
                Err(Failure::Final { code: CHANNEL_GONE, .. }) => {
                    self.standing.thread = None;
                    return Err(End::Again(self.app.clock.now()));
                }
                // Somebody who doesn't see the channel, for instance: an admin hears of it.
                Err(Failure::Final { code, why }) => {
                    self.trouble = Some(Wrong::Refused { what: "let somebody into a private thread", code, why });
                }
                Err(failure) => return Err(self.failed("let people into a thread", failure)),
            }
        }
        Ok(())
    }

    /// A thread has no nonce: one that may have been opened is looked for by its title, which no other panel has.
    async fn private_thread(&mut self) -> Result<ChannelId, End> {
        let (channel, title) = (self.claim.channel, self.claim.thread_title.as_str());
        let mut there = None;
        if self.claim.attempt.may_have_arrived() {
            let found = self.app.discord.own_threads(self.claim.partnership, channel, title).await;
            there =
                found.map_err(|failure| self.failed("look for a thread", failure))?.pop().map(|one| ChannelId(one.0));
        }
        let there = match there {
            Some(there) => there,
            None => match self.app.discord.open_private_thread(channel, title).await {
                Ok(there) => there,
                Err(failure) => return Err(self.not_posted(trouble::PRIVATELY, failure)),
            },
        };
        self.standing.thread = Some(there);
        self.standing.title = text::clipped(title, LONGEST_TITLE);
        self.standing.folded = false;
        Ok(there)
    }

    /// A post in a forum has no nonce: what may have arrived is looked for among the forum's threads.
    async fn post_in_forum(&mut self, message: &Message) -> Result<(), End> {
        let (channel, title) = (self.claim.channel, self.claim.thread_title.as_str());
        let mut there = None;
        if self.claim.attempt.may_have_arrived() {
            let found = self.app.discord.own_threads(self.claim.partnership, channel, title).await;
            let found = found.map_err(|failure| self.failed("read the forum", failure))?;
            let again = |_| End::Again(self.app.clock.now() + pause(self.claim.attempt.number));
            there = unknown_one(self.app, found).await.map_err(again)?;
        }
        let there = match there {
            Some(there) => there,
            None => match self.app.discord.open_post(channel, title, message).await {
                Ok(there) => there,
                Err(failure) => return Err(self.not_posted("post a message", failure)),
            },
        };
        self.standing.message = Some(there);
        // A post's thread and its first message have one id.
        self.standing.thread = Some(ChannelId(there.0));
        self.standing.title = text::clipped(title, LONGEST_TITLE);
        self.standing.posted_at = Some(self.app.clock.now());
        Ok(())
    }

    /// Posts it, and sees to it that it says this. What an earlier attempt may have brought there says what was true
    /// then: Discord answers a nonce that it knows with the message as it is.
    async fn bring(&mut self, message: &Message) -> Result<(), End> {
        self.post(message).await?;
        match self.standing.message {
            Some(there) if self.claim.attempt.may_have_arrived() => self.edit(there, message).await,
            _ => Ok(()),
        }
    }

    async fn edit(&mut self, there: MessageId, message: &Message) -> Result<(), End> {
        let channel = self.place();
        let mut edited = self.app.discord.edit(channel, there, message).await;
        if code(&edited) == Some(ARCHIVED) {
            let opened = self.app.discord.unarchive(channel).await;
            opened.map_err(|failure| self.failed("open an archived thread", failure))?;
            self.standing.folded = false;
            edited = self.app.discord.edit(channel, there, message).await;
        }
        match (code(&edited), edited) {
            (_, Ok(())) => Ok(()),
            (Some(code), _)
                if code == MESSAGE_GONE || code == CHANNEL_GONE && self.claim.stands != Stands::InChannel =>
            {
                if code == CHANNEL_GONE {
                    self.standing.thread = None;
                }
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
        if self.claim.stands == Stands::InForum {
            self.standing.thread = None;
        }
        self.standing.nonce = self.app.random.id();
    }

    async fn open_thread(&mut self) -> Result<(), End> {
        let (Some(there), None) = (self.standing.message, self.standing.thread) else { return Ok(()) };
        if self.claim.thread_title.is_empty() {
            return Ok(());
        }
        let title = &self.claim.thread_title;
        let opened = self.app.discord.open_thread(self.claim.channel, there, title).await;
        self.standing.thread = Some(opened.map_err(|failure| self.failed("open a thread", failure))?);
        self.standing.title = text::clipped(title, LONGEST_TITLE);
        self.standing.folded = false;
        Ok(())
    }

    /// Gives the thread its present title, and folds it away once everything was said in it.
    async fn retitle(&mut self) -> Result<(), End> {
        let Some(thread) = self.standing.thread else { return Ok(()) };
        let title = text::clipped(&self.claim.thread_title, LONGEST_TITLE);
        let (renamed, folds) = (self.standing.title != title, self.claim.folded && !self.standing.folded);
        // A thread from before titles were kept has the one that it was opened with.
        if !folds && (!renamed || self.standing.title.is_empty()) {
            return Ok(());
        }
        if folds && self.is_spoken_in().await? {
            return Err(End::Rests(self.app.clock.now() + WAIT_FOR_WORDS));
        }
        let mut done = self.app.discord.retitle(thread, &title, folds).await;
        if code(&done) == Some(ARCHIVED) {
            let opened = self.app.discord.unarchive(thread).await;
            opened.map_err(|failure| self.failed("open an archived thread", failure))?;
            done = self.app.discord.retitle(thread, &title, folds).await;
        }
        match (code(&done), done) {
            // Somebody deleted it, and there is nothing more to say in it.
            (Some(CHANNEL_GONE), _) => self.standing.thread = None,
            (_, Err(failure)) => {
                let end = self.failed("rename a thread", failure);
                // It can be read under its old name all the same.
                if !matches!(end, End::Failed(_)) {
                    return Err(end);
                }
            }
            (_, Ok(())) => {}
        }
        self.standing.title = title;
        self.standing.folded |= folds;
        Ok(())
    }

    async fn is_spoken_in(&self) -> Result<bool, End> {
        let (partnership, key) = (self.claim.partnership, &self.claim.key);
        let waits = async { panel::is_spoken_in(&mut *self.app.store.read().await?, partnership, key).await };
        let waits: Result<bool> = waits.await;
        waits.map_err(|_| End::Again(self.app.clock.now() + pause(self.claim.attempt.number)))
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
                self.lost |= matches!(code, CHANNEL_GONE | NO_ACCESS);
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
