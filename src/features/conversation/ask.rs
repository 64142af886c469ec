//! Whom a conversation asks in private, and for what.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::error::Result;
use crate::features::member::{Subject, telling};
use crate::features::organisation::Keeper;
use crate::features::{member, organisation, setup};
use crate::partnership::{Message, OrganisationId, PartnershipId, UserId};
use crate::scheduler;
use crate::storage::{Db, Tx};

use super::model::Stage;
use super::scene::Scene;
use super::{store, view};

/// Asks whoever may speak for an organisation once more.
pub async fn last_call(tx: &mut Tx, app: &App, scene: &Scene, organisation: OrganisationId) -> Result<()> {
    let server = server(tx, scene.partnership).await?;
    let message = view::last_call(scene, organisation, &server);
    let notice = view::last_call_notice(scene, organisation);
    ask(tx, app, scene, organisation, &message, &notice).await
}

/// Asks organisations that have not been heard, in private.
pub async fn nudge(tx: &mut Tx, app: &App, scene: &Scene) -> Result<()> {
    let server = server(tx, scene.partnership).await?;
    for organisation in scene.quiet() {
        let message = view::nudge(scene, organisation, &server);
        let notice = view::nudge_notice(scene, organisation);
        ask(tx, app, scene, organisation, &message, &notice).await?;
    }
    Ok(())
}

async fn server(db: &mut Db, partnership: PartnershipId) -> Result<String> {
    Ok(setup::store::get(db, partnership).await?.map_or_else(|| "your server".to_owned(), |one| one.name))
}

/// Asks whoever speaks for an organisation.
async fn ask(
    tx: &mut Tx,
    app: &App,
    scene: &Scene,
    organisation: OrganisationId,
    message: &Message,
    notice: &str,
) -> Result<()> {
    let expires_at = scene.one.ends_at.unwrap_or(app.clock.now() + telling::KEPT);
    for subject in asked(tx, app, scene, organisation, expires_at).await? {
        let instead = telling::Notice { feature: "conversation", rank: 30, text: notice };
        telling::ask(tx, app, &subject, message.clone(), expires_at, instead).await?;
    }
    Ok(())
}

/// An organisation's deputy here; else its contacts; else, or where all of those are away until it is over, all
/// its people.
async fn asked(
    db: &mut Db,
    app: &App,
    scene: &Scene,
    organisation: OrganisationId,
    until: DateTime<Utc>,
) -> Result<Vec<Subject>> {
    let deputy = scene.voices.iter().find(|voice| voice.organisation == organisation).and_then(|voice| voice.deputy);
    let keepers = organisation::store::keepers(db, scene.partnership, organisation).await?;
    let contacts = keepers.into_iter().filter(|(_, job, accepted)| *job == Keeper::Contact && *accepted);
    let contacts: Vec<UserId> = contacts.map(|(user, ..)| user).collect();
    let mut reached = Vec::new();
    for user in deputy.map_or(contacts, |deputy| vec![deputy]) {
        let subject = Subject::of(db, scene.partnership, user).await?;
        if subject.welcome(db, app.clock.now()).await? < until {
            reached.push(subject);
        }
    }
    if !reached.is_empty() {
        return Ok(reached);
    }
    let all = member::store::all(db, scene.partnership).await?;
    for one in all.iter().filter(|one| one.agreed_organisation() == Some(organisation) && one.takes_part()) {
        reached.push(Subject::of(db, scene.partnership, one.user).await?);
    }
    Ok(reached)
}

/// Nobody has put forward a proposal for a while: whoever looks after it is asked what becomes of it.
pub async fn waits(tx: &mut Tx, app: &App, scene: &Scene) -> Result<()> {
    let Some(facilitator) = scene.facilitator() else { return Ok(()) };
    let server = server(tx, scene.partnership).await?;
    let subject = Subject::of(tx, scene.partnership, facilitator).await?;
    let text = view::waits_notice(scene);
    let instead = telling::Notice { feature: "conversation", rank: 40, text: &text };
    let expires_at = app.clock.now() + telling::KEPT;
    telling::ask(tx, app, &subject, view::waits(scene, &server), expires_at, instead).await
}

/// The kind of the occurrence in which somebody hears that a channel is gone.
pub const LOST: &str = "conversation.lost";

/// Its channel is gone: whoever looks after it is told, once for each channel.
pub async fn lost(tx: &mut Tx, app: &App, partnership: PartnershipId, row: &str) -> Result<()> {
    let Ok(number) = row.parse() else { return Ok(()) };
    let Some(one) = store::get(tx, partnership, number).await? else { return Ok(()) };
    let slot = one.channel.to_string();
    scheduler::plan(tx, app, partnership, LOST, number, &slot, app.clock.now()).await.map(drop)
}

/// They say where it goes on.
pub async fn tell_of_loss(tx: &mut Tx, app: &App, scene: &Scene) -> Result<()> {
    let Some(facilitator) = scene.facilitator().filter(|_| scene.one.stage != Stage::Closed) else { return Ok(()) };
    let server = server(tx, scene.partnership).await?;
    telling::inform(tx, app, scene.partnership, facilitator, view::lost(scene, &server)).await
}
