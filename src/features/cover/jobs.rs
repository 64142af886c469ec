//! A day after a request, whoever asked hears that nobody has said yes, if so.

use chrono::TimeDelta;
use futures::FutureExt;

use crate::app::App;
use crate::error::{Error, Result};
use crate::features::member::{Subject, telling};
use crate::partnership::PartnershipId;
use crate::scheduler::{self, Due, Job};
use crate::storage::Tx;

use super::ask::Loaded;
use super::model::{Said, State};
use super::{policy, steward, store, view};

/// Nobody has said yes in a day.
const CLOSE: &str = "cover.close";

/// This feature's jobs.
pub(super) const JOBS: &[Job] = &[Job {
    kind: CLOSE,
    grace: TimeDelta::days(30),
    run: |app, partnership, dues| close(app, partnership, dues).boxed(),
}];

/// Plans to tell whoever asked, in their daytime.
pub(super) async fn plan(tx: &mut Tx, app: &App, loaded: &Loaded) -> Result<()> {
    let (partnership, cover, now) = (loaded.partnership, &loaded.cover, app.clock.now());
    let asker = Subject::of(tx, partnership, cover.person).await?;
    let at = asker.welcome(tx, now + policy::PATIENCE).await?;
    let slot = now.timestamp_millis().to_string();
    scheduler::plan(tx, app, partnership, CLOSE, cover.id, &slot, at).await?;
    Ok(())
}

async fn close(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let own = app.clone();
    let closed = app.store.write(partnership, move |tx| {
        async move {
            for due in &dues {
                match Loaded::get(tx, partnership, due.subject, own.clock.now()).await {
                    Ok(loaded) => tell(tx, &own, &loaded).await?,
                    // Erased since, or its squad has gone.
                    Err(Error::Person(_)) => {}
                    Err(unexpected) => return Err(unexpected),
                }
            }
            scheduler::finish_all(tx, &own, &dues).await
        }
        .boxed()
    });
    closed.await
}

async fn tell(tx: &mut Tx, app: &App, loaded: &Loaded) -> Result<()> {
    let (partnership, cover, now) = (loaded.partnership, &loaded.cover, app.clock.now());
    let answers = store::answers(tx, partnership, cover.id).await?;
    if cover.state != State::Open || loaded.ends() <= now || answers.iter().any(|(_, said)| *said == Said::Yes) {
        return Ok(());
    }
    let asker = Subject::of(tx, partnership, cover.person).await?;
    let needed = view::needed_for(&loaded.scene());
    let has_stewards = !cover.stewards_told && !steward::of(tx, &asker).await?.is_empty();
    let message = view::nobody_yet(&loaded.scene(), has_stewards.then_some(needed.as_str()));
    let text = view::nobody_yet_notice(&loaded.scene());
    let instead = telling::Notice { feature: "cover", rank: 12, text: &text };
    telling::ask(tx, app, &asker, message, loaded.ends(), instead).await
}
