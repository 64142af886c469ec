//! What happens to shares by itself: an offer or a need is about to end, or ends; and two weeks after an
//! introduction, whoever had use of it is asked what came of it.

use chrono::TimeDelta;
use futures::FutureExt;

use crate::app::App;
use crate::error::Result;
use crate::features::member::{self, Subject, telling};
use crate::partnership::{NOBODY, PartnershipId};
use crate::scheduler::{self, Due, Job};
use crate::storage::Tx;

use super::model::{Share, Stands, State};
use super::{exchange, keep, policy, store, view};

/// An offer or a need changes by itself.
const NEXT: &str = "share.next";
/// Two people were introduced a while ago.
pub(super) const CAME: &str = "share.came";
/// A question that is older than this is of no use any more.
const GRACE: TimeDelta = TimeDelta::days(30);

/// This feature's jobs. It is never too late to end what stands no more.
pub(super) const JOBS: &[Job] = &[
    Job {
        kind: NEXT,
        grace: TimeDelta::days(36_500),
        run: |app, partnership, dues| run(app, partnership, dues).boxed(),
    },
    Job { kind: CAME, grace: GRACE, run: |app, partnership, dues| run(app, partnership, dues).boxed() },
];

/// Plans the next instant of an offer or a need. What was planned for an earlier state finds nothing due.
pub(super) async fn plan(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &Share) -> Result<()> {
    let zone = member::zone_of(tx, partnership, one.person).await?;
    if let Some(at) = policy::next(one, zone) {
        scheduler::plan(tx, app, partnership, NEXT, one.number, &at.timestamp_millis().to_string(), at).await?;
    }
    Ok(())
}

async fn run(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let own = app.clone();
    let done = app.store.write(partnership, move |tx| {
        async move {
            for due in &dues {
                if due.kind == NEXT {
                    next(tx, &own, partnership, due.subject).await?;
                } else {
                    came(tx, &own, partnership, due.subject).await?;
                }
            }
            scheduler::finish_all(tx, &own, &dues).await
        }
        .boxed()
    });
    done.await
}

async fn next(tx: &mut Tx, app: &App, partnership: PartnershipId, number: i64) -> Result<()> {
    let Some(mut one) = store::get(tx, partnership, number).await? else { return Ok(()) };
    let zone = member::zone_of(tx, partnership, one.person).await?;
    let now = app.clock.now();
    let (Some(due), Some(until)) = (policy::next(&one, zone).filter(|due| *due <= now), one.says.until) else {
        return Ok(());
    };
    if due >= policy::ends(until, zone) || policy::ends(until, zone) <= now {
        one.state = State::Closed;
        return keep::keep(tx, app, partnership, &mut one).await;
    }
    one.says.asked = Some(until);
    keep::keep(tx, app, partnership, &mut one).await?;
    let shown = keep::shown(tx, partnership, one).await?;
    let subject = Subject::of(tx, partnership, shown.one.person).await?;
    let text = view::still_stands_notice(&shown.one);
    let instead = telling::Notice { feature: keep::KIND, rank: 55, text: &text };
    telling::ask(tx, app, &subject, view::still_stands(&shown), policy::ends(until, zone), instead).await
}

async fn came(tx: &mut Tx, app: &App, partnership: PartnershipId, id: i64) -> Result<()> {
    let Some(one) = store::introduction(tx, partnership, id).await?.filter(|one| one.stands == Stands::Made) else {
        return Ok(());
    };
    let Some(share) = store::get(tx, partnership, one.share).await? else { return Ok(()) };
    let (receiver, giver) = (exchange::receiver(&share, &one), exchange::giver(&share, &one));
    if receiver == NOBODY || share.state == State::Gone {
        return Ok(());
    }
    let other = exchange::side(tx, partnership, giver).await?;
    let subject = Subject::of(tx, partnership, receiver).await?;
    let text = view::what_came_notice(&share);
    let instead = telling::Notice { feature: keep::KIND, rank: 58, text: &text };
    let message = view::what_came(partnership, &share, &other, id);
    telling::insist(tx, app, &subject, message, app.clock.now() + telling::KEPT, instead).await.map(drop)
}
