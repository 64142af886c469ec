//! Who is of which organisation: asking, and a steward's yes or no.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Result, person};
use crate::features::member::model::Membership;
use crate::features::member::{Subject, telling};
use crate::features::organisation::model::Organisation;
use crate::features::organisation::policy::{self, Joining};
use crate::features::organisation::{notice, store, view};
use crate::features::{checkin, member, squad};
use crate::partnership::text::escaped;
use crate::partnership::{Message, OrganisationId, PartnershipId, RoleId, Select, UserId};
use crate::storage::{Db, Tx};

use super::{load, server};

/// Asks somebody of no organisation which one is theirs; `None` where there is nothing to ask.
pub async fn question(
    db: &mut Db,
    partnership: PartnershipId,
    user: UserId,
    roles: &[RoleId],
) -> Result<Option<Select>> {
    let current = member::store::get(db, partnership, user).await?.and_then(|member| member.organisation);
    let all = store::all(db, partnership).await?;
    if current.is_some() || all.is_empty() {
        return Ok(None);
    }
    Ok(Some(view::question(partnership, &policy::offered(&all, roles), true)))
}

/// **Change my organisation**.
pub(super) async fn change(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let all = store::all(&mut db, act.partnership).await?;
    if all.is_empty() {
        return Err(person("There are no organisations here yet. An admin adds them with `/organisation add`."));
    }
    let offered = policy::offered(&all, &act.actor.roles);
    let select = view::question(act.partnership, &offered, true);
    Ok(Answer::Update(Message::text(view::which(&offered, &act.actor.roles)).select(select)))
}

/// Somebody picked their organisation.
pub(super) async fn join(app: &App, act: &Act) -> Result<Answer> {
    let wanted = match act.pick() {
        Some("none") => None,
        Some(id) => Some(id.parse::<OrganisationId>().map_err(|_| person("Please pick one from the list."))?),
        None => return Err(person("Please pick one from the list.")),
    };
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                member::store::ensure(tx, act.partnership, act.actor.user, &act.actor.name, act.at).await?;
                let Some(id) = wanted else {
                    set(tx, &app, act.partnership, act.actor.user, None).await?;
                    return Ok(Answer::Update(view::of_none()));
                };
                let one = store::get(tx, act.partnership, id).await?;
                let one = one.ok_or_else(|| {
                    person("That organisation isn't there any more. `/organisation list` shows which ones are.")
                })?;
                joined(tx, &app, &act, &one).await.map(Answer::Update)
            })
        })
        .await
}

async fn joined(tx: &mut Tx, app: &App, act: &Act, one: &Organisation) -> Result<Message> {
    let user = act.actor.user;
    let member = member::store::get(tx, act.partnership, user).await?;
    let (current, zone) = member.map_or((None, None), |member| (member.organisation, member.zone));
    let stewards = store::stewards(tx, act.partnership, one.id).await?;
    let outcome = policy::joining(current, one.id, !stewards.is_empty(), stewards.contains(&user));
    match outcome {
        Joining::Already(_) => {}
        Joining::Agreed => set(tx, app, act.partnership, user, Some((one.id, Membership::Agreed))).await?,
        Joining::Asked => {
            set(tx, app, act.partnership, user, Some((one.id, Membership::Asked))).await?;
            ask_stewards(tx, app, act, one, &stewards).await?;
        }
    }
    Ok(view::joined(act.partnership, one, outcome, zone.is_some()))
}

async fn ask_stewards(tx: &mut Tx, app: &App, act: &Act, one: &Organisation, stewards: &[UserId]) -> Result<()> {
    let server = server(tx, act.partnership).await?;
    let question = view::membership_question(act.partnership, &server, one, act.actor.user, &act.actor.name);
    let instead = format!("Somebody asks to be of **{}**: `/organisation list` has the buttons.", escaped(&one.name));
    for steward in stewards {
        let subject = Subject::of(tx, act.partnership, *steward).await?;
        telling::ask(tx, app, &subject, question.clone(), act.at + telling::KEPT, notice(&instead)).await?;
    }
    Ok(())
}

/// Records somebody's organisation, and plans and shows anew what depends on it.
async fn set(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    user: UserId,
    organisation: Option<(OrganisationId, Membership)>,
) -> Result<()> {
    member::store::set_organisation(tx, partnership, user, organisation).await?;
    checkin::replan(tx, app, partnership, None, Some(user)).await?;
    squad::commands::touch_of_member(tx, app, partnership, user).await
}

/// A steward's yes.
pub(super) async fn admit(app: &App, act: &Act) -> Result<Answer> {
    decide(app, act, true).await
}

/// A steward's no.
pub(super) async fn turn_down(app: &App, act: &Act) -> Result<Answer> {
    decide(app, act, false).await
}

/// The first answer counts; a later one changes nothing and says so.
async fn decide(app: &App, act: &Act, yes: bool) -> Result<Answer> {
    let asker: UserId = act
        .row()
        .nth(1)
        .and_then(|user| user.parse().ok())
        .ok_or_else(|| person("That button is no longer of use."))?;
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                let one = load(tx, &act).await?;
                let current =
                    member::store::get(tx, act.partnership, asker).await?.and_then(|member| member.organisation);
                let counts = policy::still_asks(current, one.id);
                if counts {
                    let organisation = yes.then_some((one.id, Membership::Agreed));
                    set(tx, &app, act.partnership, asker, organisation).await?;
                    let told = view::told(&one, &server(tx, act.partnership).await?, yes);
                    telling::answer(tx, &app, act.partnership, asker, told).await?;
                }
                Ok(Answer::Update(view::decided(&one, asker, yes, counts)))
            })
        })
        .await
}
