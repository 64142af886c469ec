//! "Cover needed": what a steward gets of their own organisation's people, once the person has read it.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Result, person};
use crate::features::member::{Subject, telling};
use crate::features::organisation;
use crate::partnership::UserId;
use crate::storage::{Db, Tx};

use super::{ask, view};

/// The stewards of somebody's organisation, themselves aside.
pub async fn of(db: &mut Db, subject: &Subject) -> Result<Vec<UserId>> {
    let Some(organisation) = &subject.organisation else { return Ok(Vec::new()) };
    let mut stewards = organisation::store::stewards(db, subject.partnership, organisation.id).await?;
    stewards.retain(|steward| *steward != subject.user);
    Ok(stewards)
}

/// Tells the stewards of somebody's organisation, in just these words, that cover is needed. Whether
/// there are any.
pub async fn tell(tx: &mut Tx, app: &App, subject: &Subject, text: &str) -> Result<bool> {
    let stewards = of(tx, subject).await?;
    let Some(organisation) = subject.organisation.as_ref().filter(|_| !stewards.is_empty()) else { return Ok(false) };
    for steward in stewards {
        let message = view::to_steward(subject.partnership, organisation.id, subject.user, text);
        let steward = Subject::of(tx, subject.partnership, steward).await?;
        let instead = telling::Notice { feature: "cover", rank: 5, text };
        telling::insist(tx, app, &steward, message, app.clock.now() + telling::KEPT, instead).await?;
    }
    Ok(true)
}

/// **I'll see to it**, by a steward: the person hears who does.
pub(super) async fn seen_to(app: &App, act: &Act) -> Result<Answer> {
    let user: UserId = act
        .row()
        .nth(1)
        .and_then(|user| user.parse().ok())
        .ok_or_else(|| person("That button is no longer of use."))?;
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let organisation = organisation::store::get(tx, act.partnership, act.the_organisation()?).await?;
            let subject = Subject::of(tx, act.partnership, user).await?;
            let theirs = subject.organisation.as_ref().map(|one| one.id);
            let Some(organisation) = organisation.filter(|one| theirs == Some(one.id)) else {
                return Err(person("They aren't of your organisation any more, so nothing was said to them."));
            };
            let message = view::seen_to((act.actor.user, &act.actor.name), &organisation.name);
            telling::inform(tx, &own, act.partnership, user, message).await?;
            Ok(view::thanked(&ask::name(tx, act.partnership, user).await?))
        })
    });
    done.await.map(Answer::Private)
}
