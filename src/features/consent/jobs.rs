//! Where no author answers in 30 days, nothing is kept.

use chrono::TimeDelta;
use futures::FutureExt;

use crate::app::App;
use crate::error::Result;
use crate::partnership::PartnershipId;
use crate::scheduler::{self, Due, Job};

use super::store;

/// Nobody has said whether a message may be passed on.
pub(super) const FORGET: &str = "consent.forget";

/// This feature's jobs. It is never too late to forget.
pub(super) const JOBS: &[Job] = &[Job {
    kind: FORGET,
    grace: TimeDelta::days(36_500),
    run: |app, partnership, dues| forget(app, partnership, dues).boxed(),
}];

async fn forget(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let own = app.clone();
    let done = app.store.write(partnership, move |tx| {
        async move {
            for due in &dues {
                store::forget(tx, partnership, due.subject).await?;
            }
            scheduler::finish_all(tx, &own, &dues).await
        }
        .boxed()
    });
    done.await
}
