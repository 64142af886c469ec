//! A blocker's next instant: a step of its ladder, or the end of a time for which it was in hand.

use chrono::TimeDelta;
use futures::FutureExt;

use crate::app::App;
use crate::error::{Error, Result};
use crate::partnership::PartnershipId;
use crate::scheduler::{self, Due, Job};
use crate::storage::Tx;

use super::model::NOBODY;
use super::scene::Scene;
use super::{ask, keep, ladder, store};

/// It is never too late: whatever waits still waits after a night without the bot.
pub(super) const JOBS: &[Job] = &[Job {
    kind: keep::NEXT,
    grace: TimeDelta::days(36_500),
    run: |app, partnership, dues| run(app, partnership, dues).boxed(),
}];

async fn run(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let own = app.clone();
    let done = app.store.write(partnership, move |tx| {
        async move {
            for due in &dues {
                go_on(tx, &own, partnership, due.subject).await?;
            }
            scheduler::finish_all(tx, &own, &dues).await
        }
        .boxed()
    });
    done.await
}

/// Does what is due, if anything is.
async fn go_on(tx: &mut Tx, app: &App, partnership: PartnershipId, id: i64) -> Result<()> {
    let Some(one) = store::get(tx, partnership, id).await? else { return Ok(()) };
    let mut scene = match Scene::of(tx, partnership, one, app.clock.now()).await {
        Err(Error::Person(_)) => return Ok(()),
        scene => scene?,
    };
    let ladder = scene.ladder();
    let Some(timeline) = scene.timeline() else { return Ok(()) };
    if let Some(step) = ladder::due(&scene.one, &ladder, &timeline, scene.now) {
        ask::step(tx, app, &mut scene, step, NOBODY).await?;
    }
    keep::keep(tx, app, &mut scene).await
}
