//! How two organisations remind each other: proposed by a contact of one, agreed by one of the other.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Error, Result, person, refuse};
use crate::features::blocker::ladder::Ladder;
use crate::features::blocker::{ask, store, view};
use crate::features::member::{Subject, telling};
use crate::features::organisation::{self, Keeper, model::Organisation};
use crate::features::setup;
use crate::partnership::{Message, OrganisationId};
use crate::storage::{Db, Tx};

use super::{number_at, private, text};

/// The two organisations that a button is about: the caller's, and the other one.
struct Pair {
    own: Organisation,
    other: Organisation,
}

impl Pair {
    fn ids(&self) -> (OrganisationId, OrganisationId) {
        (self.own.id, self.other.id)
    }

    fn row(&self) -> String {
        format!("{},{}", self.own.id, self.other.id)
    }
}

async fn own(db: &mut Db, act: &Act) -> Result<Organisation> {
    let found = organisation::store::get(db, act.partnership, act.the_organisation()?).await?;
    let own = found.ok_or_else(|| person("That organisation isn't there any more."))?;
    let jobs = organisation::store::jobs_of(db, act.partnership, act.actor.user).await?;
    if jobs.contains(&(own.id, Keeper::Contact)) {
        return Ok(own);
    }
    refuse("A ladder is for the contacts of both organisations to agree on. `/organisation list` shows who they are.")
}

async fn pair(db: &mut Db, act: &Act, other: i64) -> Result<Pair> {
    let own = own(db, act).await?;
    let found = organisation::store::get(db, act.partnership, OrganisationId(other)).await?;
    let other = found.filter(|other| other.id != own.id);
    Ok(Pair { own, other: other.ok_or_else(|| person("That organisation isn't there any more."))? })
}

async fn shown(db: &mut Db, act: &Act, pair: &Pair, said: &str) -> Result<Message> {
    let (agreed, proposed) = store::ladder(db, act.partnership, pair.ids()).await?;
    Ok(view::ladder(act.partnership, (&pair.own, &pair.other), agreed.as_ref(), proposed.as_ref(), said))
}

/// **How we remind each other**, on an organisation's panel.
pub(super) async fn open(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let own = own(&mut db, act).await?;
    let all = organisation::store::all(&mut db, act.partnership).await?;
    let others: Vec<&Organisation> = all.iter().filter(|one| one.id != own.id).collect();
    if others.is_empty() {
        return refuse("There is no other organisation here yet.");
    }
    Ok(private(view::ladder_with(act.partnership, &own, &others)))
}

/// The other organisation was picked.
pub(super) async fn with(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let picked = act.pick().and_then(|id| id.parse().ok()).unwrap_or_default();
    let pair = pair(&mut db, act, picked).await?;
    shown(&mut db, act, &pair, "").await.map(Answer::Update)
}

/// The name under which a ladder that can't be used is kept.
const FORM: &str = "blocker.ladder:";
const FIELDS: [&str; 5] = ["acknowledge", "owner", "leads", "deputies", "governance"];

/// **Propose another one**
pub(super) async fn form(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let pair = pair(&mut db, act, number_at(act, 1)?).await?;
    let kept = setup::store::kept_form(&mut db, act.partnership, act.actor.user, FORM).await?;
    let (agreed, proposed) = store::ladder(&mut db, act.partnership, pair.ids()).await?;
    let now = proposed.map(|(ladder, _)| ladder).or(agreed).unwrap_or_default().written();
    let texts = if kept.is_empty() { now } else { FIELDS.map(|name| kept.get(name).cloned().unwrap_or_default()) };
    Ok(Answer::Form(view::ladder_form(act.partnership, &pair.row(), &pair.other.name, texts)))
}

/// What was proposed goes to the contacts of the other side. What can't be used is kept, and comes back.
pub(super) async fn sent(app: &App, act: &Act) -> Result<Answer> {
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    let done = store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let pair = pair(tx, &act, number_at(&act, 1)?).await?;
            let texts = FIELDS.map(|name| text(&act, name));
            let (partnership, user) = (act.partnership, act.actor.user);
            match Ladder::parse(texts.each_ref().map(String::as_str)) {
                Ok(ladder) => {
                    setup::store::drop_form(tx, partnership, user, FORM).await?;
                    propose(tx, &app, &act, &pair, &ladder).await
                }
                Err(Error::Person(why)) => {
                    let kept = FIELDS.map(str::to_owned).into_iter().zip(texts).collect();
                    setup::store::keep_form(tx, partnership, user, FORM, &kept).await?;
                    Ok(view::ladder_again(partnership, &pair.row(), &why))
                }
                Err(unexpected) => Err(unexpected),
            }
        })
    });
    done.await.map(private)
}

async fn propose(tx: &mut Tx, app: &App, act: &Act, pair: &Pair, ladder: &Ladder) -> Result<Message> {
    let (agreed, _) = store::ladder(tx, act.partnership, pair.ids()).await?;
    if agreed.as_ref() == Some(ladder) {
        store::save_ladder(tx, act.partnership, pair.ids(), agreed.as_ref(), None).await?;
        return shown(tx, act, pair, "That is what is agreed already.").await;
    }
    store::save_ladder(tx, act.partnership, pair.ids(), agreed.as_ref(), Some((ladder, pair.own.id))).await?;
    let contacts = ask::keepers(tx, act.partnership, Some(pair.other.id), Keeper::Contact).await?;
    let question = view::ladder_question(act.partnership, (&pair.other, &pair.own), ladder, act.actor.user);
    let notice = view::ladder_notice(&pair.own);
    for contact in &contacts {
        let subject = Subject::of(tx, act.partnership, *contact).await?;
        let instead = telling::Notice { feature: "blocker", rank: 45, text: &notice };
        telling::insist(tx, app, &subject, question.clone(), act.at + telling::KEPT, instead).await?;
    }
    let said = if contacts.is_empty() {
        "Kept. The other side has no contact yet who could agree: an admin can ask somebody with `/organisation edit` and `contact`."
    } else {
        "✅ Proposed. The contacts of the other side are asked; until one of them agrees, what counts stays as it was."
    };
    shown(tx, act, pair, said).await
}

/// **Agreed**, by a contact of the other side.
pub(super) async fn agree(app: &App, act: &Act) -> Result<Answer> {
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    let done = store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let pair = pair(tx, &act, number_at(&act, 1)?).await?;
            let (_, proposed) = store::ladder(tx, act.partnership, pair.ids()).await?;
            let Some((ladder, _)) = proposed.filter(|(_, by)| *by != pair.own.id) else {
                return shown(tx, &act, &pair, "There is nothing to agree to any more.").await;
            };
            store::save_ladder(tx, act.partnership, pair.ids(), Some(&ladder), None).await?;
            // What waits between the two is reminded of by the new steps from now on.
            ask::plan_between(tx, &app, act.partnership, pair.ids()).await?;
            for contact in ask::keepers(tx, act.partnership, Some(pair.other.id), Keeper::Contact).await? {
                let message = view::ladder_agreed((&pair.other, &pair.own), &ladder, act.actor.user);
                telling::inform(tx, &app, act.partnership, contact, message).await?;
            }
            shown(tx, &act, &pair, "✅ Agreed. It counts from now on, both ways.").await
        })
    });
    done.await.map(Answer::Update)
}
