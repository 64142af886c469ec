//! News, whom it waits on, who looks after it, who may see it, and its end.

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::{Result, person, refuse};
use crate::features::blocker::ask::Reached;
use crate::features::blocker::model::{Body, Kind, NOBODY, SeenBy};
use crate::features::blocker::scene::Scene;
use crate::features::blocker::{ask, keep, policy, store, view};
use crate::features::member;
use crate::features::member::telling;
use crate::partnership::text::{counted, escaped, mention};
use crate::partnership::{Message, OrganisationId, PartnershipId, UserId};
use crate::storage::Tx;

use super::{By, act_on, allowed, load, owners, private, raise, text, theirs};

/// **Add news**
pub(super) async fn news(app: &App, act: &Act) -> Result<Answer> {
    let (scene, _) = load(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Form(view::update_form(&scene)))
}

/// Whoever sees it can add news.
pub(super) async fn news_sent(app: &App, act: &Act) -> Result<Answer> {
    let asked = act;
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (mut scene, _) = load(tx, &act).await?;
            let words = act.required("news")?.to_owned();
            member::store::ensure(tx, act.partnership, act.actor.user, &act.actor.name, act.at).await?;
            keep::note(tx, &own, &scene, act.actor.user, "has news", &words).await?;
            let message = view::news(&mut scene, &format!("{} has news:", mention(act.actor.user)), &words);
            let own_side = [owners(&scene), scene.named.clone()].concat();
            let reads = if scene.shared() { owners(&scene) } else { own_side };
            ask::inform(tx, &own, &scene, &reads, act.actor.user, &message).await?;
            keep::keep(tx, &own, &mut scene).await?;
            super::shown(tx, &act, "✅ Added.").await
        })
    });
    asked.or_back(done.await).map(private)
}

/// **I look after it**
pub(super) async fn claim(app: &App, act: &Act) -> Result<Answer> {
    claimed(app, act).await.map(Answer::Update)
}

/// Whoever acts looks after it from now on, on their side.
pub(super) async fn claimed(app: &App, act: &Act) -> Result<Message> {
    let done = act_on(app, act, By::Both, |tx, app, act, scene| {
        Box::pin(async move {
            let user = act.actor.user;
            member::store::ensure(tx, act.partnership, user, &act.actor.name, act.at).await?;
            let viewer = super::viewer(tx, act).await?;
            if viewer.is_asked(&scene.one) {
                scene.one.says.answered_at.get_or_insert(act.at);
                scene.one.their_owner = user;
            } else {
                scene.one.owner = user;
            }
            keep::note(tx, app, scene, user, "looks after it now", "").await?;
            let message = view::news(scene, &format!("{} looks after it now:", mention(user)), "");
            ask::inform(tx, app, scene, &owners(scene), user, &message).await?;
            Ok("✅ You look after it now.".to_owned())
        })
    });
    done.await
}

/// Whom it waits on was picked.
pub(super) async fn waiting(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Waiting, |tx, app, act, scene| {
        Box::pin(async move {
            let picked: Option<OrganisationId> = act.pick().and_then(|id| id.parse().ok());
            let known =
                scene.organisations().into_iter().find(|one| Some(one.id) == picked).map(|one| escaped(&one.name));
            if picked.is_some() && known.is_none() {
                return refuse("That organisation isn't here any more.");
            }
            if picked == scene.one.asked {
                return Ok(String::new());
            }
            scene.one.wait_on(picked, act.at);
            let what = known
                .as_ref()
                .map_or_else(|| "it waits on nobody in particular".to_owned(), |name| format!("it waits on {name}"));
            keep::keep(tx, app, scene).await?;
            keep::note(tx, app, scene, act.actor.user, &format!("says that {what}"), "").await?;
            Ok(match (raise::bring(tx, app, scene).await?, known) {
                (None, _) | (_, None) => "Noted.".to_owned(),
                (Some(Reached::Channel), Some(name)) => format!("✅ {name} has it in its own channel now."),
                (Some(Reached::People(count)), Some(name)) => {
                    format!("✅ At {name}, {} asked.", counted(count, "person is", "people are"))
                }
                (Some(Reached::Nobody), Some(name)) => format!(
                    "Noted. Nobody answers for {name} here yet: an admin can ask somebody with `/organisation edit` and `contact`, or you name somebody there under Change."
                ),
            })
        })
    });
    done.await.map(Answer::Update)
}

/// **Name somebody there**
pub(super) async fn there(app: &App, act: &Act) -> Result<Answer> {
    let (scene, _) = theirs(&mut *app.store.read().await?, act, By::Waiting).await?;
    Ok(Answer::Update(view::person_there(&scene)))
}

/// Somebody there was named: they are asked, as long as they are of that organisation.
pub(super) async fn whom(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Waiting, |tx, app, act, scene| {
        Box::pin(async move {
            let Some(Value::User(user, name)) = act.picked().first().cloned() else {
                return refuse("Pick somebody, please.");
            };
            let member = member::store::ensure(tx, act.partnership, user, &name, act.at).await?;
            if scene.one.asked.is_none() || member.agreed_organisation() != scene.one.asked {
                return Err(person(format!(
                    "{} isn't of {} here, as far as is known. `/organisation list` shows who answers for it.",
                    mention(user),
                    scene
                        .asked()
                        .map_or_else(|| "an organisation that it waits on".to_owned(), |one| escaped(&one.name))
                )));
            }
            scene.one.their_person = user;
            keep::note(tx, app, scene, act.actor.user, &format!("says that it waits for {}", mention(user)), "")
                .await?;
            keep::keep(tx, app, scene).await?;
            raise::bring(tx, app, scene).await?;
            Ok(format!("✅ {} is asked.", mention(user)))
        })
    });
    done.await.map(Answer::Update)
}

/// **Change**
pub(super) async fn open(app: &App, act: &Act) -> Result<Answer> {
    let (scene, viewer) = theirs(&mut *app.store.read().await?, act, By::Waiting).await?;
    Ok(Answer::Update(view::change(&scene, &viewer, "")))
}

/// What it is about was picked. What others see is no worry of one's own any more.
pub(super) async fn kind(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Waiting, |tx, app, act, scene| {
        Box::pin(async move {
            let kind = act.pick().and_then(Kind::parse).filter(|kind| *kind != Kind::Worry || !scene.shared());
            let Some(kind) = kind else { return refuse("Others see it already, so it can't become a private worry.") };
            scene.one.kind = kind;
            keep::note(tx, app, scene, act.actor.user, &format!("says that it is about {}", kind.as_str()), "").await?;
            Ok("Noted.".to_owned())
        })
    });
    done.await.map(Answer::Update)
}

/// Only its author shares what isn't shared.
fn check_may_share(scene: &Scene, user: UserId) -> Result<()> {
    if scene.shared() || scene.one.author == user {
        return Ok(());
    }
    refuse("Only whoever raised it can share it, or let others see it.")
}

/// It is shared with more people.
pub(super) async fn share(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Reader, |tx, app, act, scene| {
        Box::pin(async move {
            check_may_share(scene, act.actor.user)?;
            if scene.shared() {
                let viewer = super::viewer(tx, act).await?;
                allowed(scene, &viewer, By::Waiting)?;
            }
            let wider = act.pick().and_then(SeenBy::parse).filter(|to| policy::may_widen(scene.one.seen_by, *to));
            let Some(wider) = wider else { return refuse("They see it already.") };
            let was_hidden = !scene.shared();
            scene.one.seen_by = wider;
            if was_hidden {
                // The time for which it was nobody's business doesn't count.
                let asked = scene.one.asked;
                scene.one.wait_on(asked, act.at);
                store::set_named(tx, act.partnership, scene.one.id, &[]).await?;
            }
            keep::keep(tx, app, scene).await?;
            keep::note(tx, app, scene, act.actor.user, "shared it", "").await?;
            if was_hidden {
                raise::bring(tx, app, scene).await?;
            }
            Ok(format!("✅ Shared with {} as {}.", view::seen_by(scene), scene.one.said()))
        })
    });
    done.await.map(Answer::Update)
}

/// People were named who may see it. Each is told, in private.
pub(super) async fn named(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Reader, |tx, app, act, scene| {
        Box::pin(async move {
            check_may_share(scene, act.actor.user)?;
            if scene.shared() {
                return refuse("It is shared already.");
            }
            let mut named = scene.named.clone();
            for value in act.picked() {
                let Value::User(user, name) = value else { continue };
                if *user == scene.one.author || named.contains(user) {
                    continue;
                }
                member::store::ensure(tx, act.partnership, *user, name, act.at).await?;
                named.push(*user);
            }
            let new: Vec<UserId> = named.iter().copied().filter(|user| !scene.named.contains(user)).collect();
            store::set_named(tx, act.partnership, scene.one.id, &named).await?;
            scene.named = named;
            let said = format!(
                "{} lets you see this, in {}. It is between you and whoever else they named; please keep it so.",
                mention(act.actor.user),
                escaped(&scene.server)
            );
            for user in &new {
                let message = view::news(scene, &said, "");
                telling::inform(tx, app, act.partnership, *user, message).await?;
            }
            Ok(match new.len() {
                0 => "They see it already.".to_owned(),
                count => {
                    format!("✅ {} and told so in private.", counted(count, "person is named", "people are named"))
                }
            })
        })
    });
    done.await.map(Answer::Update)
}

/// **Put it otherwise**
pub(super) async fn words(app: &App, act: &Act) -> Result<Answer> {
    let (scene, _) = theirs(&mut *app.store.read().await?, act, By::Waiting).await?;
    Ok(Answer::Form(view::words_form(&scene)))
}

pub(super) async fn words_sent(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Waiting, |tx, app, act, scene| {
        Box::pin(async move {
            let by = if text(act, "by") == scene.one.says.needed_by.map_or_else(String::new, |date| date.to_string()) {
                scene.one.says.needed_by
            } else {
                raise::date(tx, act, "by").await?
            };
            let says = Body {
                title: text(act, "title"),
                needed: text(act, "needed"),
                needed_by: by,
                ..scene.one.says.clone()
            };
            let before = scene.one.says.title.clone();
            scene.one.says = says.cleaned()?;
            keep::note(tx, app, scene, act.actor.user, "put it otherwise; it said", &before).await?;
            Ok("✅ Saved.".to_owned())
        })
    });
    done.await.map(private)
}

/// **It's out of the way**
pub(super) async fn resolve(app: &App, act: &Act) -> Result<Answer> {
    let (scene, _) = theirs(&mut *app.store.read().await?, act, By::Both).await?;
    Ok(Answer::Form(view::resolve_form(&scene)))
}

pub(super) async fn resolved(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Both, |tx, app, act, scene| {
        Box::pin(async move {
            let helped = text(act, "helped");
            clear(tx, app, scene, act.actor.user, "says that it is out of the way", &helped).await?;
            Ok("✅ Out of the way. Glad.".to_owned())
        })
    });
    done.await.map(private)
}

/// It is out of the way: those who look after it hear so, and so do those whose blocker depends on it.
pub(super) async fn clear(
    tx: &mut Tx,
    app: &App,
    scene: &mut Scene,
    by: UserId,
    what: &str,
    helped: &str,
) -> Result<()> {
    scene.one.resolved = true;
    scene.one.says.resolved_at = Some(app.clock.now());
    helped.clone_into(&mut scene.one.says.helped);
    scene.one.says.proposed = None;
    keep::note(tx, app, scene, by, what, helped).await?;
    let said =
        if by == NOBODY { format!("This is out of the way: {what}.") } else { format!("{} {what}:", mention(by)) };
    let message = view::news(scene, &said, helped);
    ask::inform(tx, app, scene, &owners(scene), by, &message).await?;
    let open = store::all(tx, scene.partnership, false).await?;
    for other in open.iter().filter(|other| other.number.is_some() && other.says.depends_on.contains(&scene.one.id)) {
        let text = format!("{} is out of the way, on which this depends.", view::heading(&scene.one));
        keep::say(tx, app, scene.partnership, other.id, NOBODY, crate::partnership::Message::text(text)).await?;
    }
    Ok(())
}

/// A decision puts blockers out of the way: those that are still in it hear so.
pub async fn cleared(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    (decision, title): (i64, &str),
    numbers: &[i64],
    by: UserId,
) -> Result<()> {
    for number in numbers {
        let Some(one) = store::numbered(tx, partnership, *number).await?.filter(|one| !one.resolved) else { continue };
        let mut scene = Scene::of(tx, partnership, one, app.clock.now()).await?;
        scene.one.says.cleared_by = Some(decision);
        let what = format!("recorded D-{decision}, “{}”, and it is out of the way", escaped(title));
        clear(tx, app, &mut scene, by, &what, "").await?;
        keep::keep(tx, app, &mut scene).await?;
    }
    Ok(())
}

/// **Reopen**
pub(super) async fn reopen(app: &App, act: &Act) -> Result<Answer> {
    let (scene, viewer) = load(&mut *app.store.read().await?, act).await?;
    allowed(&scene, &viewer, By::Both)?;
    if !scene.one.resolved {
        return refuse("It is open already.");
    }
    Ok(Answer::Form(view::reopen_form(&scene)))
}

pub(super) async fn reopened(app: &App, act: &Act) -> Result<Answer> {
    let asked = act;
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (mut scene, viewer) = load(tx, &act).await?;
            allowed(&scene, &viewer, By::Both)?;
            if !scene.one.resolved {
                return super::shown(tx, &act, "It is open already.").await;
            }
            let why = act.required("why")?.to_owned();
            scene.one.resolved = false;
            (scene.one.says.duplicate_of, scene.one.says.cleared_by) = (None, None);
            let (asked, there) = (scene.one.asked, scene.one.their_owner);
            // It waits anew, and whoever looked after it there does so still.
            scene.one.wait_on(asked, act.at);
            scene.one.their_owner = there;
            scene.one.says.answered_at = (there != NOBODY).then_some(act.at);
            keep::keep(tx, &own, &mut scene).await?;
            keep::note(tx, &own, &scene, act.actor.user, "reopened it", &why).await?;
            let message = view::news(&mut scene, &format!("{} reopened it:", mention(act.actor.user)), &why);
            ask::inform(tx, &own, &scene, &owners(&scene), act.actor.user, &message).await?;
            if there == NOBODY {
                raise::bring(tx, &own, &mut scene).await?;
            }
            super::shown(tx, &act, "It is open again.").await
        })
    });
    asked.or_back(done.await).map(private)
}
