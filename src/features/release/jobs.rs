//! What is due of a planned release: telling an organisation, asking whether it is out, and, where nobody
//! says so, leaving it at that.

use chrono::TimeDelta;
use futures::FutureExt;

use crate::app::App;
use crate::error::Result;
use crate::features::member::{self, Subject, telling};
use crate::features::squad;
use crate::outbox::{self, Panel};
use crate::partnership::{Message, OrganisationId, PartnershipId};
use crate::scheduler::{self, Due, Job};
use crate::storage::Tx;

use super::model::{Planned, State};
use super::store::planned as store;
use super::view::planned as view;
use super::{notice, policy};

/// An organisation hears of it. The slot: the organisation, and the time that was planned.
pub(super) const NOTICE: &str = "release.notice";
/// Whoever planned it is asked whether it is out. The slot: the time that was planned.
const ASK: &str = "release.ask";
/// Nobody said so. The slot: the time that was planned.
const SILENCE: &str = "release.silence";

/// The first part of the key of its line in the squad's channel.
pub(super) const LINE: &str = "release.plan";

/// It is never too late: each of them looks at how it stands then.
const fn job(kind: &'static str) -> Job {
    Job { kind, grace: TimeDelta::days(36_500), run: |app, partnership, dues| run(app, partnership, dues).boxed() }
}

/// This feature's jobs.
pub(super) const JOBS: &[Job] = &[job(NOTICE), job(ASK), job(SILENCE)];

/// Plans when to ask whoever planned it: a little later, in their daytime. What was planned for another time
/// finds that it is another one.
pub(super) async fn plan(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &Planned) -> Result<()> {
    let slot = one.at.timestamp_millis().to_string();
    let person = Subject::of(tx, partnership, one.person).await?;
    let at = person.welcome(tx, one.at + policy::A_LITTLE).await?;
    scheduler::plan(tx, app, partnership, ASK, one.id, &slot, at).await?;
    scheduler::plan(tx, app, partnership, SILENCE, one.id, &slot, one.at + policy::SILENCE).await?;
    Ok(())
}

async fn run(app: &App, partnership: PartnershipId, dues: Vec<Due>) -> Result<()> {
    let own = app.clone();
    let done = app.store.write(partnership, move |tx| {
        async move {
            for due in &dues {
                match due.kind.as_str() {
                    NOTICE => {
                        let mut parts = due.slot.split(',').map(|part| part.parse::<i64>().unwrap_or_default());
                        let mut next = || parts.next().unwrap_or_default();
                        let about = (OrganisationId(next()), next());
                        notice::tell(tx, &own, partnership, due.subject, about).await?;
                    }
                    ASK => ask(tx, &own, partnership, due).await?,
                    _ => outbox::touch(tx, &own, partnership, &key(due.subject)).await?,
                }
            }
            scheduler::finish_all(tx, &own, &dues).await
        }
        .boxed()
    });
    done.await
}

/// Asks once. Who has left the squad isn't asked, and the line in the channel stays as it is.
async fn ask(tx: &mut Tx, app: &App, partnership: PartnershipId, due: &Due) -> Result<()> {
    let Some(one) = store::get(tx, partnership, due.subject).await? else { return Ok(()) };
    if one.state != State::Planned || one.at.timestamp_millis().to_string() != due.slot {
        return Ok(());
    }
    let squad = squad::store::get(tx, partnership, one.squad).await?.filter(|squad| !squad.archived);
    let Some(squad) = squad else { return Ok(()) };
    let members = squad::store::members(tx, partnership, squad.id).await?;
    if squad.lead == one.person || members.contains(&one.person) {
        telling::inform(tx, app, partnership, one.person, view::ask(partnership, &squad, &one)).await?;
    }
    Ok(())
}

fn key(id: i64) -> String {
    format!("{LINE}:{id}")
}

/// Shows its line in the squad's channel, new or changed.
pub(super) async fn show(tx: &mut Tx, app: &App, partnership: PartnershipId, one: &Planned) -> Result<()> {
    let Some(squad) = squad::store::get(tx, partnership, one.squad).await? else { return Ok(()) };
    if outbox::place(tx, partnership, &key(one.id)).await?.is_some() {
        return outbox::touch(tx, app, partnership, &key(one.id)).await;
    }
    let panel = Panel {
        key: key(one.id),
        channel: squad.channel,
        thread_title: String::new(),
        pinned: false,
        stands: outbox::Stands::InChannel,
        folded: false,
    };
    outbox::panel(tx, app, partnership, &panel).await.map(drop)
}

/// Its line as it is at present.
pub(super) async fn render(app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Message>> {
    let mut db = app.store.read().await?;
    let one = store::get(&mut db, partnership, row.parse().unwrap_or_default()).await?;
    let Some(one) = one else { return Ok(Some(view::nothing())) };
    let Some(squad) = squad::store::get(&mut db, partnership, one.squad).await? else { return Ok(None) };
    let name = member::store::get(&mut db, partnership, one.person).await?;
    let name = name.map_or_else(|| "somebody who has left".to_owned(), |member| member.name);
    Ok(Some(view::line(&name, &squad, &one, app.clock.now())))
}
