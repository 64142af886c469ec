//! What becomes of a blocker elsewhere: a conversation about it, and a decision that cleared it and holds no more.

use crate::app::App;
use crate::error::Result;
use crate::features::squad;
use crate::partnership::{ChannelId, OrganisationId, PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::model::{Body, SeenBy};
use super::scene::Scene;
use super::{ask, keep, store, view};

/// What a conversation about a blocker begins with.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Its number.
    pub number: i64,
    /// What is in the way.
    pub title: String,
    /// What is needed.
    pub needed: String,
    /// Where it stands.
    pub channel: ChannelId,
    /// Who waits, and who is waited on; empty where that isn't known.
    pub between: Vec<OrganisationId>,
    /// Whether everybody sees it.
    pub open: bool,
}

/// A blocker that can be talked about, as long as it is in the way. Whether the caller may see it is theirs to
/// ask of [`visible`](super::visible).
pub async fn topic(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Option<Topic>> {
    let Some(one) = store::numbered(db, partnership, number).await?.filter(|one| !one.resolved) else {
        return Ok(None);
    };
    let Some(squad) = squad::store::get(db, partnership, one.squad).await? else { return Ok(None) };
    let open = one.seen_by == SeenBy::Everybody;
    let known: Vec<OrganisationId> = one.waits.into_iter().chain(one.asked).collect();
    // Whose voice is missing is asked in private, by its title: only those who may read that anyway.
    let between = if open && known.len() < 2 { Vec::new() } else { known };
    let Body { title, needed, .. } = one.says;
    Ok(Some(Topic { number, title, needed, channel: squad.channel, between, open }))
}

/// Notes in a blocker's history, and says in its thread, what became of talking about it.
pub async fn talked(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    number: i64,
    by: UserId,
    what: &str,
) -> Result<()> {
    let Some(one) = store::numbered(tx, partnership, number).await? else { return Ok(()) };
    let scene = Scene::of(tx, partnership, one, app.clock.now()).await?;
    keep::note(tx, app, &scene, by, what, "").await
}

/// A decision holds no more: whoever waited on what it cleared hears so, and may reopen it.
pub async fn unsettled(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    decision: i64,
    numbers: &[i64],
    by: UserId,
) -> Result<()> {
    for number in numbers {
        let found = store::numbered(tx, partnership, *number).await?;
        let Some(one) = found.filter(|one| one.resolved && one.says.cleared_by == Some(decision)) else { continue };
        let mut scene = Scene::of(tx, partnership, one, app.clock.now()).await?;
        keep::note(tx, app, &scene, by, &format!("says that D-{decision}, which cleared it, holds no more"), "")
            .await?;
        let said = format!("D-{decision}, which put this out of the way, holds no more. Is it in the way again?");
        let people = [scene.one.author, scene.one.owner, scene.one.their_owner];
        let message = view::news(&mut scene, &said, "");
        ask::inform(tx, app, &scene, &people, by, &message).await?;
    }
    Ok(())
}
