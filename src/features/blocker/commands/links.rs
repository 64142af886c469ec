//! What a blocker depends on, and what it is the same as.

use std::collections::BTreeMap;

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Result, refuse};
use crate::features::blocker::model::Blocker;
use crate::features::blocker::{keep, policy, store, view};
use crate::partnership::text::{escaped, listed};
use crate::storage::Db;

use super::{By, act_on, change, private, text, theirs};

/// **Other blockers**
pub(super) async fn open(app: &App, act: &Act) -> Result<Answer> {
    let (scene, _) = theirs(&mut *app.store.read().await?, act, By::Waiting).await?;
    Ok(Answer::Form(view::links_form(&scene)))
}

/// The blockers of a list of numbers, as long as the caller may see all of them.
async fn named(db: &mut Db, act: &Act, words: &str, own: i64) -> Result<Vec<Blocker>> {
    let (numbers, wrong) = policy::parse_numbers(words);
    if let Some(word) = wrong.first() {
        return refuse(format!("“{}” is no blocker's number. Write them such as `B-12, B-14`.", escaped(word)));
    }
    let viewer = super::viewer(db, act).await?;
    let mut found = Vec::new();
    for number in numbers {
        match store::numbered(db, act.partnership, number).await?.filter(|one| viewer.sees(one)) {
            Some(one) if one.id == own => return refuse("A blocker can't wait for itself. Name another one."),
            Some(one) => found.push(one),
            None => {
                return refuse(format!(
                    "There is no B-{number} here that you can see. `/blocker list` shows what there is."
                ));
            }
        }
    }
    Ok(found)
}

/// The numbers of the blockers in a list, as long as the caller may see all of them.
pub async fn visible(db: &mut Db, act: &Act, words: &str) -> Result<Vec<i64>> {
    Ok(named(db, act, words, 0).await?.into_iter().filter_map(|one| one.number).collect())
}

/// A circle is shown and not refused: it is worth knowing.
pub(super) async fn sent(app: &App, act: &Act) -> Result<Answer> {
    let done = act_on(app, act, By::Waiting, |tx, app, act, scene| {
        Box::pin(async move {
            let depends = named(tx, act, &text(act, "depends"), scene.one.id).await?;
            let same = named(tx, act, &text(act, "same"), scene.one.id).await?;
            if same.len() > 1 {
                return refuse("It can be the same as one other. Name the one that goes on.");
            }
            let said: Vec<String> = depends.iter().map(Blocker::said).collect();
            scene.one.says.depends_on = depends.iter().map(|one| one.id).collect();
            for one in &depends {
                scene.linked.insert(one.id, one.clone());
            }
            let what = if said.is_empty() {
                "depends on nothing else".to_owned()
            } else {
                format!("depends on {}", listed(&said))
            };
            keep::note(tx, app, scene, act.actor.user, &format!("says that it {what}"), "").await?;
            if let Some(other) = same.first() {
                scene.linked.insert(other.id, other.clone());
                scene.one.says.duplicate_of = Some(other.id);
                let what = format!("says that it is the same as {}, which goes on", other.said());
                change::clear(tx, app, scene, act.actor.user, &what, "").await?;
                return Ok(format!("✅ It is the same as {}; that one goes on.", other.said()));
            }
            scene.one.says.duplicate_of = None;
            let all = store::all(tx, act.partnership, false).await?;
            let numbers: BTreeMap<i64, String> = all.iter().map(|one| (one.id, one.said())).collect();
            let mut depends_on: BTreeMap<i64, Vec<i64>> =
                all.into_iter().filter(|one| one.number.is_some()).map(|one| (one.id, one.says.depends_on)).collect();
            depends_on.insert(scene.one.id, scene.one.says.depends_on.clone());
            Ok(match policy::cycle(scene.one.id, &depends_on) {
                None => "✅ Saved.".to_owned(),
                Some(circle) => {
                    let circle: Vec<&str> =
                        circle.iter().filter_map(|id| numbers.get(id).map(String::as_str)).collect();
                    let first = circle.first().copied().unwrap_or_default();
                    format!(
                        "✅ Saved. They wait for each other in a circle: {} → {first}. Somebody has to go first.",
                        circle.join(" → ")
                    )
                }
            })
        })
    });
    done.await.map(private)
}
