//! What happens to organisations by itself: announced settings take effect, and the data of people
//! whose organisation has left are erased once its retention has passed.

use chrono::TimeDelta;
use futures::FutureExt;

use crate::app::App;
use crate::error::Result;
use crate::features::{member, privacy, squad};
use crate::partnership::{OrganisationId, PartnershipId, UserId};
use crate::scheduler::{Due, Job, finish};
use crate::storage::Tx;

use super::model::Organisation;
use super::{policy, store};

/// The kind of a change of settings.
pub(super) const SETTINGS: &str = "organisation.settings";
/// The kind of the end of a retention.
pub(super) const FORGET: &str = "organisation.forget";

/// Neither is ever too late to be of use.
const ALWAYS: TimeDelta = TimeDelta::days(36_500);

/// This feature's jobs.
pub(super) const JOBS: &[Job] = &[
    Job { kind: SETTINGS, grace: ALWAYS, run: |app, partnership, dues| settings(app, partnership, dues).boxed() },
    Job { kind: FORGET, grace: ALWAYS, run: |app, partnership, dues| forget(app, partnership, dues).boxed() },
];

/// Lets announced settings take effect.
async fn settings(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let (clone, now) = (app.clone(), app.clock.now());
    app.store
        .write(partnership, move |tx| {
            Box::pin(async move {
                for due in dues {
                    if let Some(one) = store::get(tx, partnership, OrganisationId(due.subject)).await? {
                        let (settings, pending) = policy::settings_at(&one, now);
                        store::save(tx, partnership, &Organisation { settings, pending, ..one }, now).await?;
                    }
                    finish(tx, &clone, &due).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Erases what is left of people whose organisation has left.
async fn forget(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let clone = app.clone();
    app.store
        .write(partnership, move |tx| {
            Box::pin(async move {
                for due in dues {
                    let id = OrganisationId(due.subject);
                    for user in store::former(tx, partnership, id).await? {
                        erase_unless_back(tx, &clone, partnership, user).await?;
                    }
                    store::drop_former(tx, partnership, id).await?;
                    finish(tx, &clone, &due).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Whoever is of another organisation or in a squad again keeps their data under what holds there.
async fn erase_unless_back(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId) -> Result<()> {
    let member = member::store::get(tx, partnership, user).await?;
    let belongs = member.is_some_and(|member| member.agreed_organisation().is_some());
    if belongs || !squad::store::of_member(tx, partnership, user).await?.is_empty() {
        return Ok(());
    }
    privacy::erase_everything(tx, app, partnership, user).await
}
