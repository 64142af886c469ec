//! The text for somebody's steward: shown to the person first, word for word, and only where their own
//! organisation has turned it on. It says that cover is needed, when and for what; never why, and never
//! hours.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use futures::future::BoxFuture;

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::Result;
use crate::features::member::{self, Subject, telling};
use crate::features::{away, cover, setup};
use crate::outbox;
use crate::pace::{Flag, evaluate};
use crate::partnership::text::{day, listed};
use crate::partnership::{Message, PartnershipId, UserId};
use crate::schedule::resolve;
use crate::scheduler::{self, Due};
use crate::storage::{Db, Tx};

use super::model::{Memory, Step, Steward};
use super::view::steward as view;
use super::{log, policy, store};

/// What becomes of the text next is due.
pub(super) const KIND: &str = "pace.steward";
/// Most skills that the text names.
const MOST_SKILLS: usize = 5;
/// How long the message that shows the text is of use.
const KEPT: TimeDelta = TimeDelta::hours(12);

/// What begins with a message about these flags, if anything does.
pub(super) async fn begin(
    db: &mut Db,
    subject: &Subject,
    memory: &Memory,
    flags: &[Flag],
    now: DateTime<Utc>,
) -> Result<Option<Steward>> {
    let level = flags.first().map_or(0, |flag| flag.level);
    let Some((step, wait)) = policy::steward_begins(memory.steward.as_ref(), level) else { return Ok(None) };
    if !is_on(db, subject).await? {
        return Ok(None);
    }
    let until = subject.welcome(db, now + wait).await?;
    let text = text(db, subject, now).await?;
    Ok(Some(Steward { level, step, until, text }))
}

/// Whether somebody's own organisation has turned it on, and has a steward besides them.
async fn is_on(db: &mut Db, subject: &Subject) -> Result<bool> {
    let on = subject.organisation.as_ref().is_some_and(|one| one.settings.steward_flags);
    Ok(on && !cover::steward::of(db, subject).await?.is_empty())
}

/// The text: cover for the next two days on which the person would work.
async fn text(db: &mut Db, subject: &Subject, now: DateTime<Utc>) -> Result<String> {
    let (partnership, user, today) = (subject.partnership, subject.user, subject.date(now));
    let off = away::store::from(db, partnership, user, today).await?;
    let is_off = |date| subject.is_free(date) || away::away_all_day(&off, date);
    let dates: Vec<String> = super::view::plannable(today, is_off).into_iter().take(2).map(day).collect();
    let skills: Vec<String> =
        cover::store::offers_of(db, partnership, user).await?.into_iter().map(|offer| offer.skill.name).collect();
    let skills = listed(&skills[..skills.len().min(MOST_SKILLS)]);
    let squads: Vec<&str> = subject.squads.iter().map(|squad| squad.name.as_str()).collect();
    let squads = listed(&squads);
    let name = member::store::get(db, partnership, user).await?.map_or_else(String::new, |member| member.name);
    let some = |text: &'_ str| if text.is_empty() { None } else { Some(text.to_owned()) };
    Ok(cover::view::needed((user, &name), some(&squads).as_deref(), &listed(&dates), some(&skills).as_deref()))
}

/// The text that somebody let go to their steward in the last week, if nothing has changed since.
pub async fn needed(
    db: &mut Db,
    partnership: PartnershipId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Option<String>> {
    let (_, memory) = store::get(db, partnership, user).await?;
    let sent = memory.steward.filter(|one| one.step == Step::Sent && one.until > now - TimeDelta::days(7));
    Ok(sent.map(|one| one.text))
}

/// Plans what is next.
pub(super) async fn plan(tx: &mut Tx, app: &App, subject: &Subject, steward: &Steward) -> Result<()> {
    let slot = steward.until.timestamp_millis().to_string();
    scheduler::plan(tx, app, subject.partnership, KIND, subject.user.0, &slot, steward.until).await?;
    Ok(())
}

/// A step is over: the text is shown, or goes, unless there is a plan or enough rest by now.
pub(super) async fn due(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let own = app.clone();
    let done = app.store.write(partnership, move |tx| {
        Box::pin(async move {
            for one in &dues {
                step(tx, &own, partnership, UserId(one.subject)).await?;
            }
            scheduler::finish_all(tx, &own, &dues).await
        })
    });
    done.await
}

async fn step(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId) -> Result<()> {
    let now = app.clock.now();
    let (terms, mut memory) = store::get(tx, partnership, user).await?;
    let Some(mut steward) = memory.steward.clone() else { return Ok(()) };
    if steward.until > now || !matches!(steward.step, Step::Plan | Step::Shown) {
        return Ok(());
    }
    let subject = Subject::of(tx, partnership, user).await?;
    if let Some(until) = memory.snooze.map(|snooze| snooze.until).filter(|until| *until > now) {
        steward.until = subject.welcome(tx, until).await?;
    } else {
        let work = store::work(tx, partnership, user).await?;
        let report = evaluate(&log::input(tx, &subject, &terms, &work, now).await?);
        let closed = outbox::dm_closed(tx, user).await?;
        if report.flags.first().is_none_or(|flag| flag.level < policy::STEWARD_FROM)
            || closed
            || !is_on(tx, &subject).await?
        {
            memory.steward = None;
            return store::save_memory(tx, partnership, user, &memory).await;
        }
        if has_plan(tx, &subject, now).await? {
            steward.step = Step::Planned;
        } else if steward.step == Step::Shown {
            cover::steward::tell(tx, app, &subject, &steward.text).await?;
            steward.step = Step::Sent;
        } else {
            show(tx, app, &subject, &mut steward).await?;
        }
    }
    if matches!(steward.step, Step::Plan | Step::Shown) {
        plan(tx, app, &subject, &steward).await?;
    }
    memory.steward = Some(steward);
    store::save_memory(tx, partnership, user, &memory).await
}

/// Shows the text to its person. Where they have heard enough today, it waits until tomorrow.
async fn show(tx: &mut Tx, app: &App, subject: &Subject, steward: &mut Steward) -> Result<()> {
    let now = app.clock.now();
    steward.text = text(tx, subject, now).await?;
    let goes = subject.welcome(tx, now + policy::STEWARD_WAIT).await?;
    let server = setup::store::get(tx, subject.partnership).await?.map_or_else(String::new, |one| one.name);
    let message = view::shown(subject.partnership, &server, &steward.text, goes);
    if telling::now(tx, app, subject, message, KEPT).await? {
        steward.step = Step::Shown;
        steward.until = goes;
    } else {
        let tomorrow = subject.date(now) + Days::new(1);
        steward.until = subject.welcome(tx, resolve(tomorrow.and_time(NaiveTime::MIN), subject.zone)).await?;
    }
    Ok(())
}

/// Whether they have made a plan: a whole day off within a week, or cover that they asked for.
async fn has_plan(db: &mut Db, subject: &Subject, now: DateTime<Utc>) -> Result<bool> {
    let (partnership, user, today) = (subject.partnership, subject.user, subject.date(now));
    let soon = today + Days::new(policy::SOON);
    let off = away::store::from(db, partnership, user, today).await?;
    let rests = today.iter_days().take_while(|date| *date <= soon).any(|date| away::away_all_day(&off, date));
    Ok(rests || cover::is_planned(db, partnership, user, today).await?)
}

/// **Send**: the text goes now.
pub(super) async fn send(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |tx, app, subject, mut steward| {
        Box::pin(async move {
            if steward.step != Step::Sent && cover::steward::tell(tx, app, subject, &steward.text).await? {
                steward.step = Step::Sent;
            }
            Ok(steward)
        })
    })
    .await
}

/// **Hold**: it doesn't go.
pub(super) async fn hold(app: &App, act: &Act) -> Result<Answer> {
    stop(app, act, Step::Held).await
}

/// **I have a plan**: it doesn't go either.
pub(super) async fn planned(app: &App, act: &Act) -> Result<Answer> {
    stop(app, act, Step::Planned).await
}

async fn stop(app: &App, act: &Act, step: Step) -> Result<Answer> {
    change(app, act, move |_, _, _, steward| {
        Box::pin(async move { Ok(if steward.step == Step::Sent { steward } else { Steward { step, ..steward } }) })
    })
    .await
}

/// Does something to the caller's own text, and says how it stands.
async fn change<F>(app: &App, act: &Act, how: F) -> Result<Answer>
where
    F: for<'a> FnOnce(&'a mut Tx, &'a App, &'a Subject, Steward) -> BoxFuture<'a, Result<Steward>> + Send + 'static,
{
    let (own, partnership, user) = (app.clone(), act.partnership, act.actor.user);
    let done = app.store.write(partnership, move |tx| {
        Box::pin(async move {
            let (_, mut memory) = store::get(tx, partnership, user).await?;
            let Some(steward) = memory.steward.clone() else {
                return Ok(Message::text("There is nothing to send any more. `/pace` shows how it stands."));
            };
            let subject = Subject::of(tx, partnership, user).await?;
            let steward = how(tx, &own, &subject, steward).await?;
            memory.steward = Some(steward.clone());
            store::save_memory(tx, partnership, user, &memory).await?;
            Ok(view::stands(partnership, &steward))
        })
    });
    done.await.map(Answer::Private)
}
