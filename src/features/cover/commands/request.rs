//! Asking for cover, agreeing with a volunteer, and second thoughts.

use std::collections::BTreeMap;

use crate::app::App;
use crate::command::{Act, Answer};
use crate::error::{Error, Result, person, refuse};
use crate::features::cover::ask::Loaded;
use crate::features::cover::model::{Cover, Said, Skill, State};
use crate::features::cover::{jobs, policy, steward, store, view};
use crate::features::member::{self, Subject};
use crate::features::squad::model::Squad;
use crate::features::{setup, squad};
use crate::partnership::text::escaped;
use crate::partnership::{Message, UserId};
use crate::schedule::parse_dates;
use crate::storage::{Db, Tx};

use super::{offered, own_request};

/// The name under which a request that can't be used is kept.
const FORM: &str = "cover.ask:";

/// `/cover request`.
pub(super) async fn request(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let made = app.store.write(act.partnership, move |tx| Box::pin(async move { make(tx, &own, &act).await }));
    made.await.map(Answer::Private)
}

/// Opens the same as a form, from a button; its row may name the squad.
pub(super) async fn form(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let kept = setup::store::kept_form(&mut db, act.partnership, act.actor.user, FORM).await?;
    let text = |name: &str| kept.get(name).cloned().unwrap_or_default();
    let mine = squads_of(&mut db, act).await?;
    let named = act.pointer.row.parse().ok();
    let squad = mine.iter().find(|squad| Some(squad.id) == named).or(mine.first());
    let squad = kept.get("squad").cloned().or(squad.map(|squad| squad.name.clone())).unwrap_or_default();
    Ok(Answer::Form(view::ask_form(act.partnership, &squad, [&text("skill"), &text("dates")])))
}

/// The form was sent. What can't be used is kept, and comes back.
pub(super) async fn sent(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            match make(tx, &own, &act).await {
                Err(Error::Person(why)) => {
                    let text = |name: &str| (name.to_owned(), act.text(name).unwrap_or_default().to_owned());
                    let texts = BTreeMap::from(["skill", "dates", "squad"].map(text));
                    setup::store::keep_form(tx, partnership, user, FORM, &texts).await?;
                    Ok(view::ask_again(partnership, &why))
                }
                done => {
                    setup::store::drop_form(tx, partnership, user, FORM).await?;
                    done
                }
            }
        })
    });
    done.await.map(Answer::Private)
}

/// The squads that somebody is in or leads.
async fn squads_of(db: &mut Db, act: &Act) -> Result<Vec<Squad>> {
    let mut mine = squad::store::of_member(db, act.partnership, act.actor.user).await?;
    for led in squad::store::led_by(db, act.partnership, act.actor.user).await? {
        if !mine.iter().any(|squad| squad.id == led.id) {
            mine.push(led);
        }
    }
    Ok(mine)
}

async fn squad_named(db: &mut Db, act: &Act) -> Result<Squad> {
    let mine = squads_of(db, act).await?;
    let Some(text) = act.text("squad") else {
        return match <[Squad; 1]>::try_from(mine) {
            Ok([only]) => Ok(only),
            Err(none) if none.is_empty() => refuse("You are in no squad yet. `/squad join` is where it begins."),
            Err(_) => refuse("In which of your squads? Name it with the `squad` option."),
        };
    };
    let named = mine.into_iter().find(|one| one.id.to_string() == text || one.name.eq_ignore_ascii_case(text));
    named.ok_or_else(|| person(format!("You are in no squad “{}”. `/squad who` shows which there are.", escaped(text))))
}

/// Keeps a request, asks everybody who offers it, and says so. The same request twice is one.
async fn make(tx: &mut Tx, app: &App, act: &Act) -> Result<Message> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let skill = Skill::parse(act.text("skill").unwrap_or_default())?;
    let zone = member::zone_of(tx, partnership, user).await?;
    let today = act.at.with_timezone(&zone).date_naive();
    let (first, last) = parse_dates(act.required("dates")?, today)?;
    policy::check(first, last, today)?;
    let squad = squad_named(tx, act).await?;
    member::store::ensure(tx, partnership, user, &act.actor.name, act.at).await?;
    let same = |one: &Cover| (one.squad, &one.skill.key, one.first, one.last) == (squad.id, &skill.key, first, last);
    let open = store::of_person(tx, partnership, user).await?;
    if let Some(cover) = open.into_iter().find(|one| same(one) && one.state != State::Withdrawn) {
        return Loaded::of(tx, partnership, cover, act.at)
            .await?
            .for_asker(tx, "You have asked for that already.")
            .await;
    }
    let cover = Cover {
        id: app.random.id(),
        person: user,
        squad: squad.id,
        skill,
        first,
        last,
        state: State::Open,
        volunteer: None,
        hand_over: None,
        shared: false,
        stewards_told: false,
    };
    store::save(tx, partnership, &cover, act.at).await?;
    let loaded = Loaded::of(tx, partnership, cover, act.at).await?;
    loaded.ask_all(tx, app).await?;
    jobs::plan(tx, app, &loaded).await?;
    let known = offered(tx, act).await?;
    let said = if known.iter().any(|name| name.to_lowercase() == loaded.cover.skill.key) {
        String::new()
    } else {
        view::nobody_offers(&loaded.cover.skill, &known)
    };
    loaded.for_asker(tx, &said).await
}

/// Does something to the caller's own request, and answers with how it stands then.
async fn change<F>(app: &App, act: &Act, how: F) -> Result<Answer>
where
    F: for<'a> FnOnce(&'a mut Tx, &'a App, &'a Act, &'a mut Loaded) -> futures::future::BoxFuture<'a, Result<String>>
        + Send
        + 'static,
{
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut loaded = own_request(tx, &act).await?;
            let said = how(tx, &own, &act, &mut loaded).await?;
            store::save(tx, act.partnership, &loaded.cover, act.at).await?;
            loaded.for_asker(tx, &said).await
        })
    });
    done.await.map(Answer::Update)
}

/// **Agree with** a volunteer. The others who could are thanked.
pub(super) async fn agree(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |tx, app, act, loaded| {
        Box::pin(async move {
            let volunteer: Option<UserId> = act.row().nth(1).and_then(|user| user.parse().ok());
            let answers = store::answers(tx, act.partnership, loaded.cover.id).await?;
            let can = |user: UserId| answers.contains(&(user, Said::Yes));
            match (loaded.cover.state, volunteer) {
                (State::Open, Some(volunteer)) if can(volunteer) => {
                    loaded.cover.state = State::Agreed;
                    loaded.cover.volunteer = Some(volunteer);
                    loaded.tell_volunteers(tx, app).await?;
                    Ok(String::new())
                }
                (State::Open, _) => Ok("They can't any more.".to_owned()),
                _ => Ok(String::new()),
            }
        })
    })
    .await
}

/// **I don't need it any more**, or **Call it off**.
pub(super) async fn withdraw(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |tx, app, _, loaded| {
        Box::pin(async move {
            if loaded.cover.state != State::Withdrawn {
                loaded.end(tx, app, State::Withdrawn).await?;
                loaded.tell_volunteers(tx, app).await?;
            }
            Ok(String::new())
        })
    })
    .await
}

/// **Ask again**, after a second thought: everybody is asked anew.
pub(super) async fn again(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |tx, app, act, loaded| {
        Box::pin(async move {
            if loaded.ends() <= act.at {
                return refuse("Those days are over. `/cover request` asks for others.");
            }
            if loaded.cover.state == State::Withdrawn {
                loaded.cover.state = State::Open;
                store::forget_answers(tx, act.partnership, loaded.cover.id).await?;
                loaded.ask_all(tx, app).await?;
                jobs::plan(tx, app, loaded).await?;
            }
            Ok(String::new())
        })
    })
    .await
}

/// **Send it to my steward**.
pub(super) async fn send(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |tx, app, act, loaded| {
        Box::pin(async move {
            if loaded.cover.state != State::Open || loaded.cover.stewards_told {
                return Ok(String::new());
            }
            let subject = Subject::of(tx, act.partnership, act.actor.user).await?;
            let text = view::needed_for(&loaded.scene());
            loaded.cover.stewards_told = steward::tell(tx, app, &subject, &text).await?;
            Ok(if loaded.cover.stewards_told {
                "Sent to your steward, word for word. I tell you who sees to it.".to_owned()
            } else {
                "Your organisation has no steward, so nothing was sent. `/organisation list` shows who there is."
                    .to_owned()
            })
        })
    })
    .await
}
