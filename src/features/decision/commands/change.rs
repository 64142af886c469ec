//! Changing a decision: its words, its detail, who decides, its level, its date, its owner.

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::{Result, refuse};
use crate::features::decision::model::{Concern, Decision, Details, Level, Part, StandsAs, Status, Worry};
use crate::features::decision::{log, policy, store, view};
use crate::features::{blocker, member, organisation};
use crate::partnership::OrganisationId;

use super::record::review_date;
use super::{change, get, number_at, panel, private, text, theirs};

/// Most concerns that a record takes.
const MOST_CONCERNS: usize = 25;

/// **Change**.
pub(super) async fn open(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let one = theirs(&mut db, act).await?;
    panel(&mut db, act, one, "").await.map(private)
}

/// **Title and decision** opens a form.
pub(super) async fn words(app: &App, act: &Act) -> Result<Answer> {
    let one = theirs(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Form(view::words_form(act.partnership, &one)))
}

pub(super) async fn words_sent(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |_, _, act, one| {
        Box::pin(async move {
            act.required("title")?.clone_into(&mut one.says.title);
            act.required("decision")?.clone_into(&mut one.says.decision);
            Ok(Some("reworded".to_owned()))
        })
    });
    done.await.map(private)
}

/// **Add detail** opens a form.
pub(super) async fn detail(app: &App, act: &Act) -> Result<Answer> {
    let one = theirs(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Form(view::detail_form(act.partnership, &one)))
}

pub(super) async fn detail_sent(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |_, _, act, one| {
        Box::pin(async move {
            one.says.details = Details {
                context: text(act, "context"),
                options: text(act, "options"),
                why: text(act, "why"),
                consequences: text(act, "consequences"),
                wrong_if: text(act, "wrong_if"),
            };
            Ok(Some("detail added".to_owned()))
        })
    });
    done.await.map(private)
}

/// **Who decides**.
pub(super) async fn parts(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let one = theirs(&mut db, act).await?;
    let shown = log::shown(&mut db, act.partnership, one).await?;
    Ok(Answer::Private(view::parts(&shown, "")))
}

/// The organisations that have a part were picked.
pub(super) async fn part(app: &App, act: &Act) -> Result<Answer> {
    let Some(part) = act.row().nth(1).and_then(Part::parse) else { return refuse("Pick from the list, please.") };
    let done = change(app, act, move |tx, _, act, one| {
        Box::pin(async move {
            let here = organisation::store::all(tx, act.partnership).await?;
            let picked = act.picked().iter().filter_map(|value| match value {
                Value::Text(text) => text.parse().ok().map(OrganisationId),
                _ => None,
            });
            let picked: Vec<OrganisationId> = picked.filter(|id| here.iter().any(|one| one.id == *id)).collect();
            // One organisation has one part: the last one that was said.
            one.says.parts.retain(|(id, theirs)| *theirs != part && !picked.contains(id));
            one.says.parts.extend(picked.into_iter().map(|id| (id, part)));
            Ok(Some("who decides".to_owned()))
        })
    });
    done.await?;
    let mut db = app.store.read().await?;
    let one = get(&mut db, act, number_at(act, 0)?).await?;
    let shown = log::shown(&mut db, act.partnership, one).await?;
    Ok(Answer::Update(view::parts(&shown, "Saved. ")))
}

/// A level was picked.
pub(super) async fn level(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |_, _, act, one| {
        Box::pin(async move {
            let level = act.pick().and_then(Level::parse);
            let same = one.says.level == level;
            one.says.level = level;
            Ok((!same).then(|| "another level".to_owned()))
        })
    });
    done.await.map(Answer::Update)
}

/// What it stands as was picked.
pub(super) async fn stands(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, _, act, one| {
        Box::pin(async move {
            let kind = act.pick().and_then(StandsAs::parse);
            if one.says.stands_as == kind {
                return Ok(None);
            }
            one.says.stands_as = kind;
            if let Some(kind) = kind
                && let Some((now, _)) = store::standing(tx, act.partnership, kind).await?
                && now.number != one.number
                && !one.says.supersedes.contains(&now.number)
            {
                one.says.supersedes.push(now.number);
            }
            Ok(Some(kind.map_or_else(
                || "stands as nothing special".to_owned(),
                |kind| format!("stands as our {}", kind.shown()),
            )))
        })
    });
    done.await.map(Answer::Update)
}

/// Another owner was picked.
pub(super) async fn owner(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, app, act, one| {
        Box::pin(async move {
            let Some(Value::User(user, _)) = act.picked().first().cloned() else {
                return refuse("Pick the person who looks after it.");
            };
            if one.says.owner == user {
                return Ok(None);
            }
            one.says.owner = user;
            if user != act.actor.user {
                member::telling::inform(tx, app, act.partnership, user, view::is_yours_now(one)).await?;
            }
            Ok(Some("another owner".to_owned()))
        })
    });
    done.await.map(Answer::Update)
}

/// **It isn't agreed yet**, **It is agreed** or **Retire**.
pub(super) async fn status(app: &App, act: &Act) -> Result<Answer> {
    let Some(wanted) = act.row().nth(1).and_then(Status::parse).filter(|one| *one != Status::Superseded) else {
        return refuse("I don't know that button any more. `/decision search` finds what was decided.");
    };
    let done = change(app, act, move |_, _, _, one| {
        Box::pin(async move {
            let same = one.status == wanted;
            one.status = wanted;
            Ok((!same).then(|| wanted.shown().to_owned()))
        })
    });
    done.await.map(Answer::Update)
}

/// **Review date** opens a form.
pub(super) async fn date(app: &App, act: &Act) -> Result<Answer> {
    let one = theirs(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Form(view::date_form(act.partnership, &one)))
}

pub(super) async fn date_sent(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, _, act, one| {
        Box::pin(async move {
            let date = review_date(tx, act, one.says.owner).await?;
            if date == one.says.review_on {
                return Ok(None);
            }
            one.says.review_on = date;
            one.asked = 0;
            Ok(Some("another review date".to_owned()))
        })
    });
    done.await.map(private)
}

/// **Supersedes…** opens a form.
pub(super) async fn links(app: &App, act: &Act) -> Result<Answer> {
    let one = theirs(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Form(view::links_form(act.partnership, &one)))
}

pub(super) async fn links_sent(app: &App, act: &Act) -> Result<Answer> {
    let done = change(app, act, |tx, app, act, one| {
        Box::pin(async move {
            let mut numbers = Vec::new();
            for word in text(act, "numbers").split([',', ';', ' ', '\n']).filter(|word| !word.is_empty()) {
                let number = policy::parse_number(word);
                let found = match number {
                    Some(number) => store::get(tx, act.partnership, number).await?,
                    None => None,
                };
                match found {
                    Some(other) if other.number != one.number => numbers.push(other.number),
                    _ => return refuse(view::no_such(word)),
                }
            }
            numbers.sort_unstable();
            numbers.dedup();
            // What has taken its place isn't what it takes the place of.
            if let Some(newer) = numbers.iter().find(|number| one.superseded_by.contains(number)) {
                return refuse(format!("D-{newer} has taken the place of D-{} already.", one.number));
            }
            if let Some(kept) = one.says.supersedes.iter().find(|number| !numbers.contains(number)) {
                return refuse(format!(
                    "D-{kept} was superseded by this one, and that stays on record. Leave it in the list."
                ));
            }
            let mut clears = blocker::visible(tx, act, &text(act, "clears")).await?;
            if let Some(kept) = one.says.clears.iter().find(|number| !clears.contains(number)) {
                // Whoever changes it may not see all of them.
                clears.push(*kept);
            }
            let same = numbers == one.says.supersedes && clears == one.says.clears;
            let new: Vec<i64> = clears.iter().copied().filter(|number| !one.says.clears.contains(number)).collect();
            (one.says.supersedes, one.says.clears) = (numbers, clears);
            if one.status == Status::Agreed {
                let by = (one.number, one.says.title.as_str());
                blocker::cleared(tx, app, act.partnership, by, &new, act.actor.user).await?;
            }
            Ok((!same).then(|| "linked with others".to_owned()))
        })
    });
    done.await.map(private)
}

/// **Add a concern** opens a form, for every member.
pub(super) async fn concern(app: &App, act: &Act) -> Result<Answer> {
    let one = get(&mut *app.store.read().await?, act, number_at(act, 0)?).await?;
    policy::check_open(&one)?;
    Ok(Answer::Form(view::concern_form(act.partnership, one.number)))
}

/// A member's concern stays with the record, in their own words.
pub(super) async fn concerned(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut one: Decision = get(tx, &act, number_at(&act, 0)?).await?;
            policy::check_open(&one)?;
            if one.says.concerns.len() >= MOST_CONCERNS {
                return refuse("This record holds as many concerns as it can. Its owner is the one to speak to.");
            }
            let words = act.required("concern")?.to_owned();
            one.says.concerns.push(Concern { who: Some(act.actor.user), kind: Worry::Concern, text: words });
            one.says = one.says.cleaned()?;
            log::change(tx, &own, act.partnership, &mut one, act.actor.user, "a concern added").await?;
            Ok(view::concern_kept(&one))
        })
    });
    done.await.map(private)
}
