//! `/organisation list`.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::Result;
use crate::features::member;
use crate::features::member::model::{Member, Membership};
use crate::features::organisation::model::{Keeper, Listed, Organisation, Waiting};
use crate::features::organisation::{policy, store, view};
use crate::partnership::{Message, OrganisationId, PartnershipId};
use crate::storage::Db;

/// `/organisation list`.
pub(super) async fn show(app: &App, act: &Act) -> Result<Answer> {
    list(app, act).await.map(Answer::Private)
}

/// The same, back from a question.
pub(super) async fn again(app: &App, act: &Act) -> Result<Answer> {
    list(app, act).await.map(Answer::Update)
}

async fn list(app: &App, act: &Act) -> Result<Message> {
    let mut db = app.store.read().await?;
    let members = member::store::all(&mut db, act.partnership).await?;
    let mut all = Vec::new();
    for one in store::all(&mut db, act.partnership).await? {
        all.push(with_people(&mut db, act.partnership, one, &members).await?);
    }
    let waiting = waiting(&mut db, act, &members).await?;
    Ok(view::list(act.partnership, &all, &waiting))
}

/// An organisation as everybody sees it.
pub(super) async fn listed(db: &mut Db, partnership: PartnershipId, one: Organisation) -> Result<Listed> {
    let members = member::store::all(db, partnership).await?;
    with_people(db, partnership, one, &members).await
}

async fn with_people(db: &mut Db, partnership: PartnershipId, one: Organisation, members: &[Member]) -> Result<Listed> {
    let keepers = store::keepers(db, partnership, one.id).await?;
    let count = members.iter().filter(|member| member.agreed_organisation() == Some(one.id)).count();
    let people = policy::shown_count(count, one.settings);
    Ok(Listed { organisation: one, keepers, people })
}

async fn waiting(db: &mut Db, act: &Act, members: &[Member]) -> Result<Waiting> {
    let user = act.actor.user;
    let jobs = store::jobs_of(db, act.partnership, user).await?;
    let stewards = |id: OrganisationId| jobs.contains(&(id, Keeper::Steward));
    let asking = members.iter().filter_map(|member| match member.organisation {
        Some((id, Membership::Asked)) if stewards(id) => Some((id, member.user, member.name.clone())),
        _ => None,
    });
    let joins = asking.collect();
    let own = members.iter().find(|member| member.user == user).and_then(|member| member.organisation);
    Ok(Waiting { asks: store::asks_of(db, act.partnership, user).await?, joins, jobs, own })
}
