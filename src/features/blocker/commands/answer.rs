//! What those say who are waited on: we've got this, yes if, not ours, tell me more.

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Result, person, refuse};
use crate::features::blocker::model::{Condition, MOST_CONDITIONS, NOBODY, SeenBy};
use crate::features::blocker::scene::Scene;
use crate::features::blocker::{ask, keep, view};
use crate::features::member;
use crate::partnership::text::{counted, escaped, mention, who};
use crate::partnership::{Message, UserId};
use crate::storage::Tx;

use super::{By, act_on, number_at, organisation_named, owners, private, raise, text, theirs};

/// Notes that the organisation has answered.
fn answered_now(scene: &mut Scene, act: &Act) {
    scene.one.says.answered_at.get_or_insert(act.at);
}

/// Says what has happened in the thread, and to those who look after it.
async fn tell(tx: &mut Tx, app: &App, act: &Act, scene: &mut Scene, what: &str, words: &str) -> Result<()> {
    keep::note(tx, app, scene, act.actor.user, what, words).await?;
    let said = format!("{} {what}:", mention(act.actor.user));
    let message = view::news(scene, &said, words);
    ask::inform(tx, app, scene, &owners(scene), act.actor.user, &message).await
}

/// **We've got this**
pub(super) async fn got(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Asked, |tx, app, act, scene| {
        Box::pin(async move {
            member::store::ensure(tx, act.partnership, act.actor.user, &act.actor.name, act.at).await?;
            if scene.one.their_owner == act.actor.user {
                return Ok("You look after it already.".to_owned());
            }
            let before = scene.one.their_owner;
            scene.one.their_owner = act.actor.user;
            answered_now(scene, act);
            tell(tx, app, act, scene, "looks after it now", "").await?;
            if before != NOBODY {
                return Ok(format!("You look after it now, in place of {}.", mention(before)));
            }
            Ok("✅ Thank you. You look after it there; those who wait know.".to_owned())
        })
    });
    done.await.map(private)
}

/// **Yes, if …**
pub(super) async fn conditions(app: &App, act: &Act) -> Result<Answer> {
    let (scene, _) = theirs(&mut *app.store.read().await?, act, By::Asked).await?;
    Ok(Answer::Form(view::conditions_form(&scene)))
}

/// The terms were sent, one a line. One that stays as it was stays met.
pub(super) async fn conditions_sent(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Asked, |tx, app, act, scene| {
        Box::pin(async move {
            let lines = act.required("conditions")?.lines().map(|line| line.trim_start_matches(['-', '•', ' ']).trim());
            let mut terms: Vec<Condition> = Vec::new();
            for words in lines.filter(|line| !line.is_empty()) {
                let met = scene.one.says.conditions.iter().any(|one| one.words == words && one.met);
                if !terms.iter().any(|one| one.words == words) {
                    terms.push(Condition { words: words.to_owned(), met });
                }
            }
            if terms.is_empty() || terms.len() > MOST_CONDITIONS {
                return refuse(format!("Name 1 to {MOST_CONDITIONS} conditions, one a line."));
            }
            scene.one.says.conditions = terms;
            answered_now(scene, act);
            if scene.one.their_owner == NOBODY {
                scene.one.their_owner = act.actor.user;
            }
            let words: Vec<&str> = scene.one.says.conditions.iter().map(|one| one.words.as_str()).collect();
            let words = words.join("\n");
            tell(tx, app, act, scene, "says yes, if", &words).await?;
            Ok("✅ Your terms stand on the blocker as a list. You hear when all of them are met.".to_owned())
        })
    });
    done.await.map(private)
}

/// A condition is met, or isn't after all.
pub(super) async fn tick(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Both, |tx, app, act, scene| {
        Box::pin(async move {
            let at: Option<usize> = act.pick().and_then(|at| at.parse().ok());
            let found = at.and_then(|at| scene.one.says.conditions.get_mut(at));
            let Some(condition) = found else { return refuse("That condition isn't there any more.") };
            condition.met = !condition.met;
            let (words, met) = (condition.words.clone(), condition.met);
            let what = if met { "says that a condition is met" } else { "says that a condition isn't met after all" };
            keep::note(tx, app, scene, act.actor.user, what, &words).await?;
            let open = scene.one.says.conditions.iter().filter(|one| !one.met).count();
            if met && open == 0 {
                let message = view::news(scene, "All your conditions are met. Can it go ahead?", "");
                ask::inform(tx, app, scene, &[scene.one.their_owner], act.actor.user, &message).await?;
            }
            Ok(match open {
                0 => "All conditions are met; whoever looks after it there knows.".to_owned(),
                open => format!("Noted. {} open.", counted(open, "condition is", "conditions are")),
            })
        })
    });
    done.await.map(Answer::Update)
}

/// **Not ours**
pub(super) async fn not_ours(app: &App, act: &Act) -> Result<Answer> {
    let (scene, _) = theirs(&mut *app.store.read().await?, act, By::Asked).await?;
    Ok(Answer::Form(view::not_ours_form(&scene)))
}

/// It goes to the organisation that they named, else back to those who raised it.
pub(super) async fn not_ours_sent(app: &App, act: &Act) -> Result<Answer> {
    let asked = act;
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (mut scene, _) = theirs(tx, &act, By::Asked).await?;
            let before = scene.one.asked;
            let next = match act.text("waiting") {
                Some(named) => Some(organisation_named(tx, &act, named).await?).filter(|next| Some(*next) != before),
                None => None,
            };
            let owner = scene.one.owner;
            let name = |scene: &Scene| scene.asked().map_or_else(String::new, |one| escaped(&one.name));
            let (from, now) = (name(&scene), scene.one.seen_by);
            // To show it to another organisation is for those who wait, unless everybody sees it anyway.
            let others = scene.organisations().into_iter().find(|one| Some(one.id) == next);
            let perhaps = others.map_or_else(String::new, |one| format!("; it may be for {}", escaped(&one.name)));
            let next = next.filter(|_| now == SeenBy::Everybody);
            let what = format!("says that it isn't for {from}{perhaps}");
            scene.one.wait_on(next, act.at);
            tell(tx, &own, &act, &mut scene, &what, &text(&act, "why")).await?;
            keep::keep(tx, &own, &mut scene).await?;
            raise::bring(tx, &own, &mut scene).await?;
            Ok(Message::text(match scene.asked() {
                Some(next) => {
                    format!("Thank you. It waits on **{}** now, and {} knows.", escaped(&next.name), who(owner))
                }
                None => format!("Thank you. It is back with {}, who looks after it.", who(owner)),
            }))
        })
    });
    asked.or_back(done.await).map(private)
}

/// **Tell me more**
pub(super) async fn more(app: &App, act: &Act) -> Result<Answer> {
    let (scene, _) = theirs(&mut *app.store.read().await?, act, By::Asked).await?;
    Ok(Answer::Form(view::more_form(&scene)))
}

/// The question goes to whoever looks after it, and counts as an answer: somebody is on it.
pub(super) async fn more_sent(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Asked, |tx, app, act, scene| {
        Box::pin(async move {
            let words = act.required("question")?.to_owned();
            answered_now(scene, act);
            keep::note(tx, app, scene, act.actor.user, "asks", &words).await?;
            let owner = if scene.one.owner == NOBODY { scene.squad.lead } else { scene.one.owner };
            let message = view::question(scene, act.actor.user, &words);
            ask::inform(tx, app, scene, &[owner], act.actor.user, &message).await?;
            Ok(format!("Asked. {} reads it, and you hear what they say.", mention(owner)))
        })
    });
    done.await.map(private)
}

/// **Answer**, by whoever was asked to tell more. The row is the blocker and who asks.
pub(super) async fn answer(app: &App, act: &Act) -> Result<Answer> {
    let (scene, _) = theirs(&mut *app.store.read().await?, act, By::Waiting).await?;
    Ok(Answer::Form(view::answer_form(&scene, &act.pointer.row)))
}

pub(super) async fn answered(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Waiting, |tx, app, act, scene| {
        Box::pin(async move {
            let words = act.required("answer")?.to_owned();
            let asker = UserId(number_at(act, 1)?);
            // Whoever asked has to be able to see it still.
            let viewer = crate::features::blocker::scene::viewer(tx, act.partnership, asker).await?;
            if !viewer.sees(&scene.one) {
                return Err(person(
                    "Whoever asked can't see this blocker any more. **Add news** tells everybody who can.",
                ));
            }
            keep::note(tx, app, scene, act.actor.user, "answers", &words).await?;
            let said = format!("{} answers:", mention(act.actor.user));
            let message = view::ask(scene, "");
            let quote = escaped(&words).replace('\n', "\n> ");
            let message = Message { text: format!("{said}\n> {quote}\n{}", message.text), ..message };
            ask::inform(tx, app, scene, &[asker], act.actor.user, &message).await?;
            Ok("Sent. It stands in the blocker's thread, too.".to_owned())
        })
    });
    done.await.map(private)
}
