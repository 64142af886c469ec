//! Putting a proposal forward, taking it to consent, amending it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Error, Result, person, refuse};
use crate::features::conversation::model::{Proposal, Stage};
use crate::features::conversation::scene::Scene;
use crate::features::conversation::{advance, policy, store, thread, view};
use crate::features::{member, setup};
use crate::partnership::Message;
use crate::schedule::{parse_date, parse_deadline};
use crate::storage::{Db, Tx};

use super::{at, change, number, organisation, private, scene};

/// The names under which forms that can't be used are kept, for each conversation.
const PROPOSE: &str = "conversation.propose";
const CHANGE: &str = "conversation.change";
const AMEND: &str = "conversation.amend";
const FIELDS: [&str; 4] = ["what", "why", "wrong_if", "review"];

/// An instant to come, as somebody wrote it in a field.
pub(super) async fn instant(db: &mut Db, act: &Act, field: &str) -> Result<DateTime<Utc>> {
    let zone = member::zone_of(db, act.partnership, act.actor.user).await?;
    Ok(parse_deadline(act.required(field)?, act.at, zone)?)
}

async fn review_on(db: &mut Db, act: &Act) -> Result<Option<NaiveDate>> {
    let Some(text) = act.text("review") else { return Ok(None) };
    let zone = member::zone_of(db, act.partnership, act.actor.user).await?;
    let today = act.at.with_timezone(&zone).date_naive();
    let date = parse_date(text, today)?;
    if date <= today {
        return refuse("The day on which it is looked at again is over already; name one to come.");
    }
    Ok(Some(date))
}

fn draft(form: &str, scene: &Scene) -> String {
    format!("{form}:{}", scene.one.number)
}

async fn kept(db: &mut Db, act: &Act, form: &str) -> Result<Option<[String; 4]>> {
    let kept = setup::store::kept_form(db, act.partnership, act.actor.user, form).await?;
    let texts = FIELDS.map(|name| kept.get(name).cloned().unwrap_or_default());
    Ok((!kept.is_empty()).then_some(texts))
}

/// Keeps what can't be used, and offers it again.
async fn or_again(tx: &mut Tx, act: &Act, form: &str, action: &str, done: Result<Message>) -> Result<Message> {
    let (partnership, user) = (act.partnership, act.actor.user);
    match done {
        Err(Error::Person(why)) => {
            let text = |name: &str| (name.to_owned(), act.text(name).unwrap_or_default().to_owned());
            setup::store::keep_form(tx, partnership, user, form, &BTreeMap::from(FIELDS.map(text))).await?;
            Ok(view::again(partnership, action, &act.pointer.row, &why))
        }
        done => {
            setup::store::drop_form(tx, partnership, user, form).await?;
            done
        }
    }
}

/// **Put forward a proposal**.
pub(super) async fn propose(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let scene = scene(&mut db, act).await?;
    at(&scene, &[Stage::Revealed, Stage::Discussing])?;
    let kept = kept(&mut db, act, &draft(PROPOSE, &scene)).await?.unwrap_or_default();
    let kept = kept.each_ref().map(String::as_str);
    Ok(Answer::Form(view::propose_form(act.partnership, &scene.one, kept)))
}

/// The proposal was sent.
pub(super) async fn proposed(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, app, act, scene| {
        Box::pin(async move {
            at(scene, &[Stage::Revealed, Stage::Discussing])?;
            let done = put_forward(tx, app, act, scene).await;
            or_again(tx, act, &draft(PROPOSE, scene), "conversation.propose", done).await
        })
    });
    act.or_back(done.await).map(Answer::Private)
}

async fn put_forward(tx: &mut Tx, app: &App, act: &Act, scene: &mut Scene) -> Result<Message> {
    let text = |name: &str| act.text(name).unwrap_or_default().to_owned();
    let (what, review_on) = (act.required("what")?.to_owned(), review_on(tx, act).await?);
    let earlier = store::proposals(tx, act.partnership, scene.one.number).await?;
    let user = act.actor.user;
    if earlier.iter().any(|one| one.author == Some(user) && one.what == what) {
        return Ok(Message::text("You have put that forward already; it is in the thread."));
    }
    member::store::ensure(tx, act.partnership, user, &act.actor.name, act.at).await?;
    let number = earlier.iter().map(|one| one.number).max().unwrap_or(0) + 1;
    let proposal = Proposal {
        number,
        version: 1,
        author: Some(user),
        what,
        why: text("why"),
        wrong_if: text("wrong_if"),
        review_on,
    };
    store::add_proposal(tx, act.partnership, scene.one.number, &proposal).await?;
    // Whoever has a proposal need not wait for the time to read.
    scene.one.stage = Stage::Discussing;
    scene.one.ends_at = Some(act.at + policy::WAITS);
    let organisation = organisation(tx, act).await?;
    let named = Scene::of(tx, act.partnership, scene.one.clone()).await?;
    thread::quote(tx, app, scene, view::proposed(&named, &proposal, organisation), Some(user)).await?;
    Ok(Message::text("It is in the thread. You or the facilitator can take it to consent from there."))
}

/// A proposal that whoever acts has put forward, as long as it isn't at consent.
async fn own(db: &mut Db, act: &Act, scene: &Scene) -> Result<Proposal> {
    at(scene, &[Stage::Revealed, Stage::Discussing])?;
    let proposal = found(db, act, scene, number(act, 1)?).await?;
    if proposal.author == Some(act.actor.user) {
        return Ok(proposal);
    }
    refuse("Whoever wrote it can change it. You can put forward a proposal of your own.")
}

/// **Change it**: as long as nobody has said where they stand, it is the same version in other words.
pub(super) async fn change_own(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let scene = scene(&mut db, act).await?;
    let proposal = own(&mut db, act, &scene).await?;
    let kept = kept(&mut db, act, &draft(CHANGE, &scene)).await?;
    let kept = kept.as_ref().map(|kept| kept.each_ref().map(String::as_str));
    Ok(Answer::Form(view::change_form(act.partnership, &scene.one, &proposal, kept)))
}

/// The other words were sent.
pub(super) async fn changed(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, app, act, scene| {
        Box::pin(async move {
            let proposal = own(tx, act, scene).await?;
            let done = put_otherwise(tx, app, act, scene, proposal).await;
            or_again(tx, act, &draft(CHANGE, scene), "conversation.change", done).await
        })
    });
    act.or_back(done.await).map(Answer::Private)
}

async fn put_otherwise(tx: &mut Tx, app: &App, act: &Act, scene: &Scene, earlier: Proposal) -> Result<Message> {
    let text = |name: &str| act.text(name).unwrap_or_default().to_owned();
    let (what, review_on) = (act.required("what")?.to_owned(), review_on(tx, act).await?);
    let proposal = Proposal { what, why: text("why"), wrong_if: text("wrong_if"), review_on, ..earlier.clone() };
    if proposal == earlier {
        return Ok(Message::text("Nothing changed."));
    }
    store::change_proposal(tx, act.partnership, scene.one.number, &proposal).await?;
    let organisation = organisation(tx, act).await?;
    thread::quote(tx, app, scene, view::put_otherwise(scene, &proposal, organisation), proposal.author).await?;
    Ok(Message::text("The thread has the new words."))
}

/// The proposal that is meant: the pointer's second number, or what was picked.
fn meant(act: &Act) -> Result<i64> {
    match act.pick().and_then(|number| number.parse().ok()) {
        Some(number) => Ok(number),
        None => number(act, 1),
    }
}

/// **Take it to consent**.
pub(super) async fn to_consent(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let scene = scene(&mut db, act).await?;
    at(&scene, &[Stage::Revealed, Stage::Discussing])?;
    let proposal = found(&mut db, act, &scene, meant(act)?).await?;
    if proposal.author != Some(act.actor.user) && !scene.may_facilitate(act.actor.user, act.actor.admin) {
        return refuse(view::not_yours(&scene));
    }
    let row = format!("{},{}", scene.one.number, proposal.number);
    Ok(Answer::Form(view::consent_form(act.partnership, &row, "")))
}

async fn found(db: &mut Db, act: &Act, scene: &Scene, number: i64) -> Result<Proposal> {
    let found = store::latest_version(db, act.partnership, scene.one.number, number).await?;
    found.ok_or_else(|| person("That proposal isn't there any more."))
}

/// It was said until when.
pub(super) async fn at_consent(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, app, act, scene| {
        Box::pin(async move {
            at(scene, &[Stage::Revealed, Stage::Discussing])?;
            let proposal = found(tx, act, scene, number(act, 1)?).await?;
            if proposal.author != Some(act.actor.user) && !scene.may_facilitate(act.actor.user, act.actor.admin) {
                return refuse(view::not_yours(scene));
            }
            let until = match instant(tx, act, "until").await {
                Err(Error::Person(why)) => {
                    let row = format!("{},{}", scene.one.number, proposal.number);
                    return Ok(view::again(act.partnership, "conversation.to_consent", &row, &why));
                }
                until => until?,
            };
            let author = proposal.author;
            advance::to_consent(tx, app, scene, proposal, until).await?;
            let noted = if author == Some(act.actor.user) { ", and your own consent is noted" } else { "" };
            Ok(Message::text(format!("It is at consent{noted}; the thread has the buttons.")))
        })
    });
    private(done.await?)
}

/// **Amend the proposal**: its author, the facilitator, or whoever objects may.
fn may_amend(act: &Act, scene: &Scene) -> Result<Proposal> {
    at(scene, &[Stage::Consent])?;
    let proposal = scene.proposal.clone().ok_or_else(|| person(view::over(scene)))?;
    let user = act.actor.user;
    let stands = scene.stances.iter().any(|one| one.speaker.person == user && !one.words.is_empty());
    if proposal.author != Some(user) && !stands && !scene.may_facilitate(user, act.actor.admin) {
        return refuse(
            "A new version is for the proposal's author, for whoever has a concern or an objection, and for the facilitator.",
        );
    }
    if proposal.version >= policy::ROUNDS {
        return refuse(
            "Three versions are enough to see that writing won't settle it. The facilitator can plan a call.",
        );
    }
    if scene.tally().objections == 0 {
        return refuse("Nobody objects any more, so it stands as it is.");
    }
    Ok(proposal)
}

pub(super) async fn amend(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let scene = scene(&mut db, act).await?;
    let latest = may_amend(act, &scene)?;
    let kept = kept(&mut db, act, &draft(AMEND, &scene)).await?;
    let kept = kept.as_ref().map(|kept| kept.each_ref().map(String::as_str));
    Ok(Answer::Form(view::amend_form(act.partnership, &scene.one, &latest, kept)))
}

/// The new version was sent: it is at consent as long as the one before was.
pub(super) async fn amended(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, app, act, scene| {
        Box::pin(async move {
            let latest = may_amend(act, scene)?;
            if latest.version != number(act, 2)? {
                return refuse(format!("Somebody was faster: version {} is at consent already.", latest.version));
            }
            let done = new_version(tx, app, act, scene, latest).await;
            or_again(tx, act, &draft(AMEND, scene), "conversation.amend", done).await
        })
    });
    act.or_back(done.await).map(Answer::Private)
}

/// Whoever writes a version is its author: its words are theirs, and so is the decision that comes of it.
async fn new_version(tx: &mut Tx, app: &App, act: &Act, scene: &mut Scene, latest: Proposal) -> Result<Message> {
    member::store::ensure(tx, act.partnership, act.actor.user, &act.actor.name, act.at).await?;
    let text = |name: &str| act.text(name).unwrap_or_default().to_owned();
    let (what, review_on) = (act.required("what")?.to_owned(), review_on(tx, act).await?);
    let proposal = Proposal {
        version: latest.version + 1,
        author: Some(act.actor.user),
        what,
        why: text("why"),
        wrong_if: text("wrong_if"),
        review_on,
        ..latest
    };
    store::add_proposal(tx, act.partnership, scene.one.number, &proposal).await?;
    let length = scene.one.ends_at.map_or(policy::NOTICE, |at| at - scene.one.turned_at).max(policy::NOTICE);
    advance::to_consent(tx, app, scene, proposal, act.at + length).await?;
    Ok(Message::text(
        "The new version is at consent, and your own consent is noted. Everybody else says anew where they stand.",
    ))
}
