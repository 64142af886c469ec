//! Whom a conversation asks in private, and for what.

use crate::app::App;
use crate::error::{Error, Result};
use crate::features::member::{Subject, telling};
use crate::features::organisation::Keeper;
use crate::features::{member, organisation, setup};
use crate::partnership::{Message, OrganisationId, PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::model::Stage;
use super::scene::Scene;
use super::view;

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

/// Asks whoever speaks for an organisation: its deputy here; else its contacts; else all its people.
async fn ask(
    tx: &mut Tx,
    app: &App,
    scene: &Scene,
    organisation: OrganisationId,
    message: &Message,
    notice: &str,
) -> Result<()> {
    let expires_at = scene.one.ends_at.unwrap_or(app.clock.now() + telling::KEPT);
    for user in asked(tx, scene, organisation).await? {
        let subject = Subject::of(tx, scene.partnership, user).await?;
        let instead = telling::Notice { feature: "conversation", rank: 30, text: notice };
        telling::ask(tx, app, &subject, message.clone(), expires_at, instead).await?;
    }
    Ok(())
}

async fn asked(db: &mut Db, scene: &Scene, organisation: OrganisationId) -> Result<Vec<UserId>> {
    let deputy = scene.voices.iter().find(|voice| voice.organisation == organisation).and_then(|voice| voice.deputy);
    if let Some(deputy) = deputy {
        return Ok(vec![deputy]);
    }
    let keepers = organisation::store::keepers(db, scene.partnership, organisation).await?;
    let contacts: Vec<UserId> = keepers
        .into_iter()
        .filter(|(_, job, accepted)| *job == Keeper::Contact && *accepted)
        .map(|(user, ..)| user)
        .collect();
    if !contacts.is_empty() {
        return Ok(contacts);
    }
    let all = member::store::all(db, scene.partnership).await?;
    let own = all.into_iter().filter(|one| one.agreed_organisation() == Some(organisation) && one.takes_part());
    Ok(own.map(|one| one.user).collect())
}

/// Its channel is gone: whoever looks after it says where it goes on.
pub async fn lost(tx: &mut Tx, app: &App, partnership: PartnershipId, row: &str) -> Result<()> {
    let Ok(number) = row.parse() else { return Ok(()) };
    let scene = match Scene::get(tx, partnership, number).await {
        Ok(scene) => scene,
        Err(Error::Person(_)) => return Ok(()),
        Err(unexpected) => return Err(unexpected),
    };
    let Some(facilitator) = scene.facilitator().filter(|_| scene.one.stage != Stage::Closed) else { return Ok(()) };
    let server = server(tx, partnership).await?;
    telling::inform(tx, app, partnership, facilitator, view::lost(&scene, &server)).await
}
