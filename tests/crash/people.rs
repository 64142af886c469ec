//! People who answer, each in their own way, and remember what they were told.

use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::{Actor, MessageId, UserId};
use tokio::time::{Instant, sleep};

/// How long somebody waits to be asked: through kills, and the lapse of a dead worker's lease.
const PATIENCE: Duration = Duration::from_secs(150);
/// How long somebody waits for the word "saved" after writing.
const WORD: Duration = Duration::from_secs(2);

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Answered in these words, by form.
    Form(String),
    /// Answered in these words, by writing to the bot.
    Words(String),
    /// Pressed **Nothing new**.
    NothingNew,
    /// Pressed **Day off**.
    DayOff,
}

/// Something that somebody did, and whether they were told that it is saved.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    pub(crate) what: What,
    pub(crate) acknowledged: bool,
}

/// All that somebody did, in order.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) user: UserId,
    pub(crate) name: String,
    /// Which place they belong to.
    pub(crate) place: usize,
    pub(crate) acts: Vec<Act>,
}

/// Somebody at work.
pub(crate) struct Someone {
    pub(crate) actor: Actor,
    pub(crate) name: String,
    pub(crate) place: usize,
    pub(crate) channel: String,
    /// Which of the ways.
    pub(crate) way: usize,
    /// How often they act.
    pub(crate) acts: usize,
    pub(crate) seed: u64,
}

impl Someone {
    /// Waits for the question, and answers and changes the answer a few times.
    pub(crate) async fn live(self) -> Record {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        let mut record = Record { user: self.actor.id(), name: self.name.clone(), place: self.place, acts: Vec::new() };
        let Some(prompt) = self.asked().await else { return record };
        for number in 0..self.acts {
            sleep(Duration::from_millis(random.random_range(0..1_200))).await;
            let text = format!("{} finished piece {number} of seed {:x}.", self.name, self.seed);
            let act = match self.way {
                0 => self.day_off(prompt).await,
                1 | 2 => self.words(prompt, text).await,
                3 | 4 if !record.acts.iter().any(|act| act.acknowledged) => self.nothing_new(prompt).await,
                _ => self.form(text).await,
            };
            let done = self.way == 0 && act.as_ref().is_some_and(|act| act.acknowledged);
            record.acts.extend(act);
            if done {
                break;
            }
        }
        record
    }

    async fn asked(&self) -> Option<MessageId> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let inbox = self.actor.inbox();
            if let Some(prompt) = inbox.messages.iter().find(|seen| seen.buttons.iter().any(|it| it.label == "Day off"))
            {
                return Some(prompt.id);
            }
            sleep(Duration::from_millis(100)).await;
        }
        None
    }

    /// `None`: nothing was sent to the bot.
    async fn form(&self, text: String) -> Option<Act> {
        self.actor.goes_to(&self.channel).ok()?;
        self.actor.runs("/checkin now").await.ok()?.modal?;
        let reply = self.actor.fills(&[("What did I finish?", &text)]).await;
        self.actor.closes_modal();
        let acknowledged = reply.is_ok_and(|reply| reply.text().starts_with("Saved"));
        Some(Act { what: What::Form(text), acknowledged })
    }

    async fn words(&self, prompt: MessageId, text: String) -> Option<Act> {
        self.actor.goes_to("DM").ok()?;
        self.actor.replies_to(prompt, &text).await.ok()?;
        let deadline = Instant::now() + WORD;
        while !told(&self.actor, &text) && Instant::now() < deadline {
            sleep(Duration::from_millis(50)).await;
        }
        // The word may come later: the judge looks again.
        Some(Act { what: What::Words(text), acknowledged: false })
    }

    async fn nothing_new(&self, prompt: MessageId) -> Option<Act> {
        let reply = self.actor.clicks_on(prompt, "Nothing new").await;
        let acknowledged = reply.is_ok_and(|reply| reply.text().starts_with("Saved as “nothing new”"));
        Some(Act { what: What::NothingNew, acknowledged })
    }

    async fn day_off(&self, prompt: MessageId) -> Option<Act> {
        let reply = self.actor.clicks_on(prompt, "Day off").await;
        let acknowledged = reply.is_ok_and(|reply| reply.text().contains("day off"));
        Some(Act { what: What::DayOff, acknowledged })
    }
}

/// Whether somebody was told in private that these words are saved.
pub(crate) fn told(actor: &Actor, text: &str) -> bool {
    actor.inbox().messages.iter().any(|seen| seen.content.starts_with("Saved") && seen.content.contains(text))
}
