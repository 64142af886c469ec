//! The exchange: who is told of what meets theirs, and introductions of both sides.

use crate::app::App;
use crate::error::Result;
use crate::features::member::{self, Subject, telling};
use crate::features::organisation;
use crate::partnership::{NOBODY, PartnershipId, UserId};
use crate::scheduler;
use crate::storage::{Db, Tx};

use super::model::{Introduction, Kind, Share, Stands};
use super::view::{self, Shown, Side};
use super::{jobs, keep, policy, store};

/// Offers and needs that are looked through for what meets: more than a partnership has open.
const LOOKED_AT: i64 = 1_000;

/// What an offer or a need may meet, best first.
pub(super) async fn matches(db: &mut Db, partnership: PartnershipId, one: &Share) -> Result<Vec<Share>> {
    let Some(meets) = one.kind.meets() else { return Ok(Vec::new()) };
    let others = store::of_kind(db, partnership, meets, LOOKED_AT).await?;
    Ok(policy::matches(one, &others).into_iter().filter(|other| other.person != NOBODY).cloned().collect())
}

/// Tells those whose offers or needs a new one may meet, in their next gathered message.
pub(super) async fn tell_matches(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    one: &Share,
    matches: &[Share],
) -> Result<()> {
    for other in matches {
        let text = view::may_meet(one, other);
        let notice = telling::Notice { feature: keep::KIND, rank: 60, text: &text };
        telling::leave(tx, app, partnership, other.person, notice, app.clock.now() + telling::KEPT).await?;
    }
    Ok(())
}

/// Somebody, as the other side reads of them.
pub(super) async fn side(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Side> {
    let member = member::store::get(db, partnership, user).await?;
    let organisation = match member.as_ref().and_then(member::model::Member::agreed_organisation) {
        Some(id) => organisation::store::get(db, partnership, id).await?.map(|one| one.name),
        None => None,
    };
    let name = member.map_or_else(|| "Somebody".to_owned(), |member| member.name);
    Ok(Side::new(&name, user, organisation.as_deref()))
}

/// Who had use of it: whoever answered an offer, or whose need it is.
pub(super) fn receiver(share: &Share, one: &Introduction) -> UserId {
    if share.kind == Kind::Need { share.person } else { one.person }
}

/// The other of the two.
pub(super) fn giver(share: &Share, one: &Introduction) -> UserId {
    if share.kind == Kind::Need { one.person } else { share.person }
}

/// The answers that a reader of an offer or a need can do something about.
pub(super) async fn waiting(db: &mut Db, shown: &Shown, reader: UserId) -> Result<Vec<(Introduction, Side)>> {
    let mut waiting = Vec::new();
    for one in store::answers(db, shown.partnership, shown.one.number).await? {
        let theirs = match one.stands {
            Stands::Asked => reader == shown.one.person,
            Stands::Made => reader == receiver(&shown.one, &one),
            Stands::Declined | Stands::Over => false,
        };
        if theirs {
            let other = if one.person == reader { shown.one.person } else { one.person };
            let side = side(db, shown.partnership, other).await?;
            waiting.push((one, side));
        }
    }
    Ok(waiting)
}

/// Asks whose offer or need it is whether the two of them are to be introduced.
pub(super) async fn ask(tx: &mut Tx, app: &App, shown: &Shown, one: &Introduction) -> Result<()> {
    let (partnership, share) = (shown.partnership, &shown.one);
    let who = side(tx, partnership, one.person).await?;
    let subject = Subject::of(tx, partnership, share.person).await?;
    let text = view::somebody_answers_notice(share);
    let instead = telling::Notice { feature: keep::KIND, rank: 40, text: &text };
    let until = app.clock.now() + telling::KEPT;
    telling::insist(tx, app, &subject, view::somebody_answers(shown, &who, one), until, instead).await.map(drop)
}

/// Introduces both sides to each other. Each gets the same words.
pub(super) async fn introduce(tx: &mut Tx, app: &App, shown: &Shown, one: &mut Introduction) -> Result<()> {
    let (partnership, now) = (shown.partnership, app.clock.now());
    one.stands = Stands::Made;
    store::save_introduction(tx, partnership, one, now).await?;
    let (own, other) = (side(tx, partnership, shown.one.person).await?, side(tx, partnership, one.person).await?);
    let to_other = view::meet(shown, &other.name, &own, "");
    telling::inform(tx, app, partnership, one.person, to_other).await?;
    scheduler::plan(tx, app, partnership, jobs::CAME, one.id, "1", now + policy::CAME_AFTER).await?;
    Ok(())
}
