//! At its review date, a decision's owner is asked whether it holds; a week later once more. And what
//! a decision supersedes gets the link to it.

use chrono::TimeDelta;
use futures::FutureExt;
use futures::future::BoxFuture;

use crate::app::App;
use crate::error::Result;
use crate::features::member::{self, Subject, telling};
use crate::partnership::PartnershipId;
use crate::scheduler::{self, Due, Job, Run};
use crate::storage::Tx;

use super::model::{Decision, NOBODY};
use super::{log, policy, store, view};

/// The review date of a decision has come.
const REVIEW: &str = "decision.review";
/// A record can be linked to by now.
const LINK: &str = "decision.link";
/// By when a record is posted, as a rule.
const POSTED: TimeDelta = TimeDelta::minutes(1);

/// It is never too late to look back.
pub(super) const JOBS: &[Job] = &[
    job(REVIEW, |app, partnership, dues| {
        each(app, partnership, dues, |tx, app, partnership, due| ask(tx, app, partnership, due).boxed()).boxed()
    }),
    job(LINK, |app, partnership, dues| {
        each(app, partnership, dues, |tx, app, partnership, due| link(tx, app, partnership, due).boxed()).boxed()
    }),
];

const fn job(kind: &'static str, run: Run) -> Job {
    Job { kind, grace: TimeDelta::days(36_500), run }
}

/// Plans to show what a decision supersedes once more: only when its own record is posted is there a
/// link to it.
pub(super) async fn plan_links(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &Decision) -> Result<()> {
    if !one.says.supersedes.is_empty() {
        let at = app.clock.now() + POSTED;
        scheduler::plan(tx, app, partnership, LINK, one.number, &one.version.to_string(), at).await?;
    }
    Ok(())
}

/// Takes one step for each occurrence, in one transaction.
async fn each(app: &App, partnership: PartnershipId, dues: Vec<Due>, step: Step) -> Result<()> {
    let own = app.clone();
    let done = app.store.write(partnership, move |tx| {
        async move {
            for due in &dues {
                step(tx, &own, partnership, due).await?;
            }
            scheduler::finish_all(tx, &own, &dues).await
        }
        .boxed()
    });
    done.await
}

type Step = for<'a> fn(&'a mut Tx, &'a App, PartnershipId, &'a Due) -> BoxFuture<'a, Result<()>>;

async fn link(tx: &mut Tx, app: &App, partnership: PartnershipId, due: &Due) -> Result<()> {
    match store::get(tx, partnership, due.subject).await? {
        Some(one) => log::touch_older(tx, app, partnership, &one).await,
        None => Ok(()),
    }
}

/// Plans to ask at the review date, in the owner's morning; forgets what was planned for another one.
pub(super) async fn plan(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &Decision) -> Result<()> {
    let date = one.says.review_on.filter(|_| policy::is_open(one));
    let planned = scheduler::slots(tx, partnership, REVIEW, one.number).await?;
    let slot = date.map(|date| date.to_string());
    if planned.iter().any(|planned| Some(planned.split(',').next().unwrap_or_default()) == slot.as_deref()) {
        return Ok(());
    }
    scheduler::void(tx, partnership, REVIEW, one.number).await?;
    let (Some(date), Some(slot)) = (date, slot) else { return Ok(()) };
    if one.asked == 0 {
        let zone = member::zone_of(tx, partnership, one.says.owner).await?;
        // A version in the slot: a date that was asked about may be chosen again.
        let slot = format!("{slot},{}", one.version);
        scheduler::plan(tx, app, partnership, REVIEW, one.number, &slot, policy::review_at(date, zone)).await?;
    }
    Ok(())
}

async fn ask(tx: &mut Tx, app: &App, partnership: PartnershipId, due: &Due) -> Result<()> {
    let Some(one) = store::get(tx, partnership, due.subject).await? else { return Ok(()) };
    let date = one.says.review_on.map(|date| date.to_string());
    if date.as_deref() != due.slot.split(',').next() || !policy::is_open(&one) || one.asked >= 2 {
        return Ok(());
    }
    let asked = one.asked + 1;
    store::set_asked(tx, partnership, one.number, asked).await?;
    if asked == 1 {
        let again = format!("{},again", due.slot);
        let at = app.clock.now() + policy::PATIENCE;
        scheduler::plan(tx, app, partnership, REVIEW, one.number, &again, at).await?;
    }
    // Nobody is left to ask: it stays in the list of what is due.
    let owner = one.says.owner;
    if owner == NOBODY || member::store::get(tx, partnership, owner).await?.is_none() {
        return Ok(());
    }
    let subject = Subject::of(tx, partnership, owner).await?;
    let shown = log::shown(tx, partnership, one).await?;
    let text = view::review_notice(&shown);
    let instead = telling::Notice { feature: "decision", rank: 20, text: &text };
    let until = app.clock.now() + telling::KEPT;
    telling::insist(tx, app, &subject, view::review_asked(&shown, asked), until, instead).await.map(drop)
}
