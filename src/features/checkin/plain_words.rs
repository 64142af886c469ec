//! An answer in plain words: somebody replies to the bot's message, or just writes.
//!
//! What was asked and waits is answered by them. Where it isn't plain that they are a check-in, nothing is saved
//! and nobody else reads them until their author has said what they are.

use chrono::{NaiveDate, TimeDelta};

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Result, refuse};
use crate::features::{Heard, member};
use crate::outbox::{self, Budget, Post, Target};
use crate::partnership::{Message, MessageId, PartnershipId, UserId};
use crate::storage::Tx;

use super::form::{self, Person};
use super::model::{Said, State};
use super::view::Unsaved;
use super::{policy, store, view};

/// How long words that are no reply are taken to follow the bot's last message about a check-in.
const OPEN_FOR: TimeDelta = TimeDelta::hours(36);
/// As much as a form would take.
const LONGEST: usize = 4_000;

/// What somebody's words follow.
#[derive(Clone, Copy)]
struct Asked {
    partnership: PartnershipId,
    date: NaiveDate,
    /// Whether they are a reply to it.
    by_name: bool,
}

/// Takes what somebody wrote as an answer to what it replies to, or to the latest question.
pub async fn heard(app: &App, heard: Heard) -> Result<()> {
    let now = app.clock.now();
    let mut db = app.store.read().await?;
    let replied = match heard.reply_to {
        Some(message) => outbox::about(&mut db, message).await?,
        None => None,
    };
    let by_name = replied.is_some();
    let about = match replied {
        Some(about) => Some(about),
        None => outbox::latest_about(&mut db, heard.user, now - OPEN_FOR).await?,
    };
    drop(db);
    let asked = about.and_then(|(partnership, about)| {
        let date = about.strip_prefix("checkin:")?.parse().ok()?;
        Some(Asked { partnership, date, by_name })
    });
    let Some(asked) = asked else {
        return refuse(
            "There is no question open that this could answer. On the server, `/checkin now` takes a check-in at any time, and `/help` shows what else I can do.",
        );
    };
    let clone = app.clone();
    app.store
        .write(asked.partnership, move |tx| {
            Box::pin(async move {
                let (date, message) = answer(tx, &clone, asked, &heard).await?;
                reply(tx, &clone, asked.partnership, heard.user, date, message).await
            })
        })
        .await
}

/// What is said to words, and the date that it is about.
async fn answer(tx: &mut Tx, app: &App, asked: Asked, heard: &Heard) -> Result<(NaiveDate, Message)> {
    let Asked { partnership, date: asked, by_name } = asked;
    if let Some(said) = policy::small_talk(&heard.text) {
        return Ok((asked, view::small_talk(partnership, said)));
    }
    let person = Person::load(tx, partnership, heard.user, app.clock.now()).await?;
    let date = if by_name { asked } else { person.date_of_words(asked) };
    let answers = match read(app, &person, date, &heard.text) {
        Ok(answers) => answers,
        Err(crate::error::Error::Person(why)) => return Ok((date, Message::text(why))),
        Err(error) => return Err(error),
    };
    let unsaved = |why| view::unsaved(partnership, date, heard.message, &heard.text, why);
    let message = match person.state(date) {
        _ if !takes_part(&person) => unsaved(Unsaved::NotYetHere),
        Some(State::Answered) if store::answers(tx, partnership, heard.user, date).await? != answers => {
            unsaved(Unsaved::Answered)
        }
        Some(State::Open | State::Answered) => {
            form::save(tx, app, &person, date, State::Answered, &answers, true).await?
        }
        Some(State::NothingNew | State::Skipped | State::DayOff) | None => {
            let open = asked < date && person.state(asked) == Some(State::Open) && person.takes(asked).is_ok();
            unsaved(Unsaved::Unasked(open.then_some(asked)))
        }
    };
    Ok((date, message))
}

/// Words as the answers that they are, or why they can't be.
fn read(app: &App, person: &Person, date: NaiveDate, text: &str) -> Result<Vec<Said>> {
    person.takes(date)?;
    if text.chars().count() > LONGEST {
        return refuse(
            "That is more than I can take at once (4,000 characters). Nothing was saved; **Check in** takes it question by question.",
        );
    }
    let answers = policy::from_plain_words(text, &form::questions(person, app));
    if answers.is_empty() {
        return refuse("I couldn't read any words in that. Write a line for each question, or use the buttons above.");
    }
    Ok(answers)
}

fn takes_part(person: &Person) -> bool {
    person.member.as_ref().is_some_and(member::model::Member::takes_part)
}

/// Somebody says what their words were. The row is the date, the message with the words, and what becomes of them.
pub(super) async fn settle(app: &App, act: &Act) -> Result<Answer> {
    let mut row = act.row();
    let date: Option<NaiveDate> = row.next().and_then(|date| date.parse().ok());
    let message = row.next().and_then(|id| id.parse().ok()).map(MessageId);
    let how = row.next().unwrap_or_default().to_owned();
    let (Some(date), Some(message)) = (date, message) else {
        return refuse("I don't know that button any more. `/checkin now` takes a check-in at any time.");
    };
    if how == "leave" {
        return Ok(Answer::Update(Message::text("Left as it was: nobody else has read that.")));
    }
    // They are read again where they were written: until now nobody else could.
    let words = app.discord.words(act.channel, message, act.actor.user).await.map_err(anyhow::Error::new)?;
    let Some(words) = words else { return refuse("Those words are gone, so there is nothing to save.") };
    let (clone, act) = (app.clone(), act.clone());
    app.store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let (partnership, user) = (act.partnership, act.actor.user);
                let person = Person::load(tx, partnership, user, act.at).await?;
                if !takes_part(&person) {
                    return refuse(
                        "Please press **Start** or **Check-ins only** above first, and then this once more.",
                    );
                }
                let said = read(&clone, &person, date, &words)?;
                let before = store::answers(tx, partnership, user, date).await?;
                let answered = person.state(date) == Some(State::Answered);
                let answers = match how.as_str() {
                    "add" => policy::added(&before, &said, &form::questions(&person, &clone)),
                    // Meanwhile it was answered otherwise.
                    "save" if answered && before != said => {
                        let asks = view::unsaved(partnership, date, message, &words, Unsaved::Answered);
                        return Ok(Answer::Update(asks));
                    }
                    _ => said,
                };
                form::save(tx, &clone, &person, date, State::Answered, &answers, true).await.map(Answer::Update)
            })
        })
        .await
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
