//! An answer in plain words: somebody replies to the bot's message, or just writes.

use chrono::{NaiveDate, TimeDelta};

use crate::app::App;
use crate::error::{Result, refuse};
use crate::features::{Heard, member};
use crate::outbox::{self, Budget, Post, Target};
use crate::partnership::{Message, PartnershipId, UserId};
use crate::storage::Tx;

use super::form::{self, Person};
use super::model::State;
use super::policy;

/// How long a question stays open for an answer that isn't a reply to it.
const OPEN_FOR: TimeDelta = TimeDelta::hours(36);
/// As much as a form would take.
const LONGEST: usize = 4_000;

/// Takes what somebody wrote as an answer to what it replies to, or to the latest question.
pub async fn heard(app: &App, heard: Heard) -> Result<()> {
    let now = app.clock.now();
    let mut db = app.store.read().await?;
    let replied = match heard.reply_to {
        Some(message) => outbox::about(&mut db, message).await?,
        None => None,
    };
    let asked = match replied {
        Some(asked) => Some(asked),
        None => outbox::latest_about(&mut db, heard.user, now - OPEN_FOR).await?,
    };
    drop(db);
    let date = asked.as_ref().and_then(|(_, about)| about.strip_prefix("checkin:")).and_then(|date| date.parse().ok());
    match (asked, date) {
        (Some((partnership, _)), Some(date)) => answer(app, partnership, date, heard).await,
        _ => refuse(
            "There is no question open that this could answer. On the server, `/checkin now` takes a check-in at any time, and `/help` shows what else I can do.",
        ),
    }
}

async fn answer(app: &App, partnership: PartnershipId, date: NaiveDate, heard: Heard) -> Result<()> {
    let clone = app.clone();
    app.store
        .write(partnership, move |tx| {
            Box::pin(async move {
                let message = take(tx, &clone, partnership, date, &heard).await?;
                reply(tx, &clone, partnership, heard.user, date, message).await
            })
        })
        .await
}

async fn take(tx: &mut Tx, app: &App, partnership: PartnershipId, date: NaiveDate, heard: &Heard) -> Result<Message> {
    let person = Person::load(tx, partnership, heard.user, app.clock.now()).await?;
    if !person.member.as_ref().is_some_and(member::model::Member::takes_part) {
        return Ok(Message::text(
            "Please press **Start** or **Check-ins only** above first; then send that again, and I'll take it as your check-in.",
        ));
    }
    if let Err(error) = person.takes(date) {
        return Ok(Message::text(error.to_string()));
    }
    if heard.text.chars().count() > LONGEST {
        return Ok(Message::text(
            "That is more than I can take at once (4,000 characters). Nothing was saved; **Check in** takes it question by question.",
        ));
    }
    let questions = form::questions(&person, app);
    let answers = policy::from_plain_words(&heard.text, &questions);
    if answers.is_empty() {
        return Ok(Message::text(
            "I couldn't read any words in that. Write a line for each question, or use the buttons above.",
        ));
    }
    form::save(tx, app, &person, date, State::Answered, &answers, true).await
}

async fn reply(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    user: UserId,
    date: NaiveDate,
    message: Message,
) -> Result<()> {
    let now = app.clock.now();
    let post = Post {
        target: Target::Dm(user),
        message,
        about: format!("checkin:{date}"),
        budget: Budget::Answer,
        not_before: now,
        expires_at: now + TimeDelta::hours(1),
    };
    outbox::post(tx, app, partnership, &post).await?;
    Ok(())
}
