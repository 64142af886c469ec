//! Adding a view, and saying where one stands.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Result, refuse};
use crate::features::conversation::model::{Position, Stage, Stance, View};
use crate::features::conversation::{policy, store, thread, view};
use crate::features::member;

use super::{at, change, number, scene, speaker};

/// **Add your view**, or **Change your view**: the form has what was written before.
pub(super) async fn add(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let scene = scene(&mut db, act).await?;
    at(&scene, &[Stage::Gathering])?;
    speaker(&mut db, act, &scene).await?;
    let own = store::own_view(&mut db, act.partnership, &scene.one, act.actor.user).await?;
    Ok(Answer::Form(view::add_form(act.partnership, &scene.one, &own.unwrap_or_default())))
}

/// The view was sent.
pub(super) async fn added(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, app, act, scene| {
        Box::pin(async move {
            at(scene, &[Stage::Gathering])?;
            let speaker = speaker(tx, act, scene).await?;
            let prompts = 0..scene.one.frame.template.prompts.len();
            let words: Vec<String> =
                prompts.map(|index| act.text(&format!("p{index}")).unwrap_or_default().to_owned()).collect();
            if words.iter().all(String::is_empty) {
                return refuse("There was nothing in it, so nothing changed.");
            }
            member::store::ensure(tx, act.partnership, act.actor.user, &act.actor.name, act.at).await?;
            let again = scene.speakers.iter().any(|one| one.person == act.actor.user);
            store::save_view(tx, &app.random, act.partnership, &scene.one, &View { speaker, words }).await?;
            scene.speakers = store::speakers(tx, act.partnership, scene.one.number).await?;
            // The one that was missing opens what waited for it.
            if scene.one.ends_at.is_none() && scene.speakers.len() >= policy::FEWEST {
                scene.one.ends_at = Some(act.at + policy::NOTICE);
                thread::say(tx, app, scene, view::announced(scene)).await?;
            }
            Ok(view::saved(scene, again))
        })
    });
    act.or_back(done.await).map(Answer::Private)
}

/// **Take it back** asks once: a thumb slips.
pub(super) async fn unsay(app: &App, act: &Act) -> Result<Answer> {
    let scene = scene(&mut *app.store.read().await?, act).await?;
    at(&scene, &[Stage::Gathering])?;
    Ok(Answer::Update(view::unsay(&scene)))
}

/// **Keep it**.
pub(super) async fn kept(app: &App, act: &Act) -> Result<Answer> {
    let scene = scene(&mut *app.store.read().await?, act).await?;
    at(&scene, &[Stage::Gathering])?;
    Ok(Answer::Update(view::saved(&scene, false)))
}

/// **Yes, take it back**.
pub(super) async fn unsaid(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, _, act, scene| {
        Box::pin(async move {
            at(scene, &[Stage::Gathering])?;
            store::drop_view(tx, act.partnership, scene.one.number, act.actor.user).await?;
            scene.speakers = store::speakers(tx, act.partnership, scene.one.number).await?;
            Ok(view::unsaid(scene))
        })
    });
    done.await.map(Answer::Update)
}

/// **Consent**.
pub(super) async fn consent(app: &App, act: &Act) -> Result<Answer> {
    stand(app, act, Position::Consent).await
}

/// **Stand aside**.
pub(super) async fn aside(app: &App, act: &Act) -> Result<Answer> {
    stand(app, act, Position::Aside).await
}

/// **Consent with a concern** opens a form.
pub(super) async fn concern(app: &App, act: &Act) -> Result<Answer> {
    words(app, act, Position::Concern).await
}

/// **Object** opens a form: an objection has a reason.
pub(super) async fn object(app: &App, act: &Act) -> Result<Answer> {
    words(app, act, Position::Objection).await
}

/// The concern was written down.
pub(super) async fn concerned(app: &App, act: &Act) -> Result<Answer> {
    stand(app, act, Position::Concern).await
}

/// The reason was.
pub(super) async fn objected(app: &App, act: &Act) -> Result<Answer> {
    stand(app, act, Position::Objection).await
}

/// The version that a button is about is the one that is at consent.
fn at_consent(act: &Act, scene: &super::Scene) -> Result<()> {
    at(scene, &[Stage::Consent])?;
    let (proposal, version) = (number(act, 1)?, number(act, 2)?);
    match &scene.proposal {
        Some(now) if (now.number, now.version) == (proposal, version) => Ok(()),
        Some(now) => refuse(format!(
            "That was version {version}; version {} is at consent now, and its buttons stand below it in the thread.",
            now.version
        )),
        None => refuse(view::over(scene)),
    }
}

async fn words(app: &App, act: &Act, position: Position) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let scene = scene(&mut db, act).await?;
    at_consent(act, &scene)?;
    speaker(&mut db, act, &scene).await?;
    let own = scene.stances.iter().find(|one| one.speaker.person == act.actor.user && one.position == position);
    let own = own.map_or("", |one| one.words.as_str());
    Ok(Answer::Form(view::stance_form(act.partnership, position, &act.pointer.row, own)))
}

async fn stand(app: &App, act: &Act, position: Position) -> Result<Answer> {
    let done = change(app, act, move |tx, app, act, scene| {
        Box::pin(async move {
            at_consent(act, scene)?;
            let speaker = speaker(tx, act, scene).await?;
            let words = match position {
                Position::Concern | Position::Objection => act.required("words")?.to_owned(),
                Position::Consent | Position::Aside => String::new(),
            };
            member::store::ensure(tx, act.partnership, act.actor.user, &act.actor.name, act.at).await?;
            let stance = Stance { speaker, position, words };
            let before = scene.stances.iter().find(|one| one.speaker.person == speaker.person).cloned();
            let version = (number(act, 1)?, number(act, 2)?);
            store::save_stance(tx, act.partnership, scene.one.number, version, &stance).await?;
            scene.stances = store::stances(tx, act.partnership, scene.one.number, version).await?;
            let objected = |stance: &Stance| stance.position == Position::Objection;
            let who = Some(act.actor.user);
            let is_new = before.as_ref().is_none_or(|before| before != &stance);
            if position == Position::Concern && is_new {
                let concern = view::concern(scene, &stance, version.1);
                thread::quote(tx, app, scene, concern, who).await?;
            } else if objected(&stance) && is_new {
                thread::quote(tx, app, scene, view::objection(scene, &stance, version.1), who).await?;
                if scene.is_stuck() && before.as_ref().is_none_or(|before| !objected(before)) {
                    thread::say(tx, app, scene, view::stuck(scene)).await?;
                }
            } else if before.as_ref().is_some_and(objected) && !objected(&stance) {
                thread::quote(tx, app, scene, view::withdrawn(scene, &stance), who).await?;
            }
            Ok(view::stands(scene, position))
        })
    });
    act.or_back(done.await).map(Answer::Private)
}
