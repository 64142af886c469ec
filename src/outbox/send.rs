//! Sending a post, and finding out whether it arrived.

use futures::FutureExt;

use crate::app::App;
use crate::discord::Failure;
use crate::error::Result;
use crate::partnership::{ChannelId, Message, MessageId, UserId};
use crate::storage::Tx;

use super::policy::{ARCHIVED, Approach, Next};
use super::post::{self, Claim};
use super::recognise::{Found, READ_BACK, find};
use super::trouble::{self, Trouble, Wrong};
use super::{Target, panel, person};

/// What came of an attempt.
struct Outcome {
    next: Next,
    channel: Option<ChannelId>,
    /// A conversation that was opened for it.
    opened: Option<ChannelId>,
}

/// Where a post goes.
enum Place {
    Known(ChannelId),
    Opened(ChannelId),
    None(Next),
}

/// Sends a claimed post and saves what became of it.
pub(super) async fn send(app: &App, claim: Claim) {
    let (partnership, id) = (claim.partnership, claim.id);
    let done = async {
        let outcome = attempt(app, &claim).await?;
        log(&claim, &outcome.next);
        let inner = app.clone();
        app.store.write(partnership, move |tx| async move { save(tx, &inner, &claim, &outcome).await }.boxed()).await
    };
    if let Err(error) = done.await {
        // The lease ends by itself. A repeat finds what was sent by its nonce.
        tracing::warn!(%partnership, post = id, %error, "what became of a post was not saved");
    }
}

async fn attempt(app: &App, claim: &Claim) -> Result<Outcome> {
    let (channel, opened) = match place(app, claim).await? {
        Place::Known(channel) => (channel, None),
        Place::Opened(channel) => (channel, Some(channel)),
        Place::None(next) => return Ok(Outcome { next, channel: None, opened: None }),
    };
    let Ok(message) = serde_json::from_str::<Message>(&claim.body) else {
        let next = Next::Refused { code: 0, why: "The message was saved in a form that I can't read".to_owned() };
        return Ok(Outcome { next, channel: Some(channel), opened });
    };
    let message = app.explained(claim.partnership, message).await;
    let message = match with_call(app, claim, channel, message).await {
        Ok(message) => message,
        Err(failure) => {
            let next = claim.attempt.after(certainly_not(failure), &claim.target, app.clock.now());
            return Ok(Outcome { next, channel: Some(channel), opened });
        }
    };
    let next = match claim.attempt.approach() {
        Approach::Send => match deliver(app, claim, channel, &message).await {
            Ok(message) => Next::Sent(message),
            Err(failure) => claim.attempt.after(failure, &claim.target, app.clock.now()),
        },
        Approach::LookFor => look_for(app, claim, channel, &message).await?,
    };
    Ok(Outcome { next, channel: Some(channel), opened })
}

async fn place(app: &App, claim: &Claim) -> Result<Place> {
    let mut db = app.store.read().await?;
    match &claim.target {
        Target::Channel(channel) => Ok(Place::Known(*channel)),
        Target::Thread(key) => {
            let thread = panel::thread(&mut db, claim.partnership, key).await?;
            Ok(thread.map_or(Place::None(Next::NoThread), Place::Known))
        }
        Target::Dm(user) => {
            let person = person::find(&mut db, *user).await?;
            drop(db);
            match (person.closed, person.channel) {
                (true, _) => Ok(Place::None(Next::Closed)),
                (false, Some(channel)) => Ok(Place::Known(channel)),
                (false, None) => Ok(open(app, claim, *user).await),
            }
        }
    }
}

async fn open(app: &App, claim: &Claim, user: UserId) -> Place {
    let failure = match app.discord.dm_channel(user).await {
        Ok(channel) => return Place::Opened(channel),
        // Whether the conversation was opened doesn't matter: nothing was said in it.
        Err(Failure::Uncertain) => Failure::NotSent,
        Err(failure) => failure,
    };
    Place::None(claim.attempt.after(failure, &claim.target, app.clock.now()))
}

/// Plans the call that goes with a message, and says where it is. Where the bot may not plan one, the
/// message says so and is sent all the same.
async fn with_call(app: &App, claim: &Claim, channel: ChannelId, mut message: Message) -> Result<Message, Failure> {
    let Some(call) = message.call.take() else { return Ok(message) };
    let line = match app.discord.call(claim.partnership, channel, &call).await {
        Ok(event) => format!("https://discord.com/events/{}/{event}", claim.partnership),
        Err(Failure::Final { .. }) => {
            "I may not plan events here (an admin can allow me **Create Events**), so please put it in your calendars by hand."
                .to_owned()
        }
        Err(passing) => return Err(passing),
    };
    message.text = format!("{}\n{line}", message.text);
    Ok(message)
}

async fn deliver(app: &App, claim: &Claim, channel: ChannelId, message: &Message) -> Result<MessageId, Failure> {
    let sent = app.discord.send(channel, message, Some(claim.id), None).await;
    match sent {
        Err(failure) if failure.code() == Some(ARCHIVED) => {
            app.discord.unarchive(channel).await.map_err(certainly_not)?;
            app.discord.send(channel, message, Some(claim.id), None).await
        }
        sent => sent,
    }
}

/// A request before the one that matters has no answer: the one that matters was certainly not done.
pub(super) fn certainly_not(failure: Failure) -> Failure {
    if failure == Failure::Uncertain { Failure::NotSent } else { failure }
}

async fn look_for(app: &App, claim: &Claim, channel: ChannelId, message: &Message) -> Result<Next> {
    let seen = match app.discord.recent(channel, READ_BACK).await {
        Ok(seen) => seen,
        Err(failure) => return Ok(claim.attempt.unread(&failure, app.clock.now())),
    };
    match find(&seen, message, claim.id, claim.attempt.first_sent_at) {
        Found::Unclear => Ok(Next::Unknown),
        Found::Candidates(candidates) => Ok(match unknown_one(app, candidates).await? {
            Some(message) => Next::Sent(message),
            // It isn't there: from here on it is as if it had never been sent.
            None => Next::Again { at: app.clock.now(), first_sent_at: None },
        }),
    }
}

/// The first of several messages that isn't known as that of another row.
pub(super) async fn unknown_one(app: &App, candidates: Vec<MessageId>) -> Result<Option<MessageId>> {
    let mut db = app.store.read().await?;
    for message in candidates {
        if !post::known(&mut db, message).await? {
            return Ok(Some(message));
        }
    }
    Ok(None)
}

async fn save(tx: &mut Tx, app: &App, claim: &Claim, outcome: &Outcome) -> Result<()> {
    if !post::complete(tx, claim, outcome.channel, &outcome.next).await? {
        tracing::info!(partnership = %claim.partnership, post = claim.id, "another worker has taken a post over");
        return Ok(());
    }
    if let (Target::Dm(user), Some(channel)) = (&claim.target, outcome.opened) {
        person::opened(tx, *user, channel).await?;
    }
    match (&outcome.next, &claim.target) {
        (Next::Closed, Target::Dm(user)) => person::closed(tx, *user, app.clock.now()).await,
        (Next::PlaceGone { .. }, Target::Dm(user)) => person::channel_gone(tx, *user).await,
        (Next::Sent(_), Target::Thread(key)) => panel::unfolded(tx, claim.partnership, key).await,
        (Next::PlaceGone { .. }, Target::Thread(key)) => panel::thread_gone(tx, claim.partnership, key).await,
        (Next::Refused { code, why }, _) => {
            let wrong = Wrong::Refused { what: "send a message", code: *code, why: why.clone() };
            trouble::tell(tx, app, claim.partnership, &Trouble { place: public(claim, outcome), wrong }).await
        }
        (Next::Unknown, _) => {
            let place = public(claim, outcome);
            trouble::tell(tx, app, claim.partnership, &Trouble { place, wrong: Wrong::Unclear }).await
        }
        _ => Ok(()),
    }
}

/// The channel that an admin may be told about. With whom the bot talks in private is none of it.
fn public(claim: &Claim, outcome: &Outcome) -> Option<ChannelId> {
    outcome.channel.filter(|_| !matches!(claim.target, Target::Dm(_)))
}

fn log(claim: &Claim, next: &Next) {
    let (partnership, post) = (claim.partnership, claim.id);
    match next {
        Next::Sent(message) => tracing::debug!(%partnership, post, %message, "sent"),
        Next::Again { at, .. } | Next::PlaceGone { at } => tracing::info!(%partnership, post, %at, "sent again later"),
        Next::Closed | Next::NoThread => tracing::info!(%partnership, post, "nowhere to send a post"),
        Next::Refused { code, why } => tracing::warn!(%partnership, post, code, why, "Discord refused a post"),
        Next::Unknown => tracing::error!(%partnership, post, "nobody can tell whether a post arrived"),
    }
}
