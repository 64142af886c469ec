//! `/setup`, its panel, and what comes out of it.

use crate::app::App;
use crate::command::{Act, Answer, Entry, On, Place, Shows, Value, Who, Whose};
use crate::error::{Result, person, refuse};
use crate::features::squad::model::Squad;
use crate::features::{self, checkin, organisation, squad};
use crate::handler;
use crate::partnership::{ChannelId, Message, PartnershipId};
use crate::storage::{Db, Tx};

use super::model::{Checked, Draft, Partnership, Plan, When};
use super::{policy, store, view};

/// This feature's lines of the command table.
pub const ENTRIES: &[Entry] = &[
    Entry {
        on: On::Command {
            name: "setup",
            about: "Set this server up in three questions, or see how it stands",
            options: &[],
        },
        who: Who::Admin,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Private,
        run: handler!(begin),
    },
    Entry {
        on: On::Component("setup.panel"),
        who: Who::Admin,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Update,
        run: handler!(again),
    },
    Entry {
        on: On::Component("setup.roles"),
        who: Who::Admin,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Update,
        run: handler!(roles),
    },
    Entry {
        on: On::Component("setup.no_roles"),
        who: Who::Admin,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Update,
        run: handler!(no_roles),
    },
    Entry {
        on: On::Component("setup.channel"),
        who: Who::Admin,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Update,
        run: handler!(channel),
    },
    Entry {
        on: On::Component("setup.when"),
        who: Who::Admin,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Form,
        run: handler!(when),
    },
    Entry {
        on: On::Form("setup.when_sent"),
        who: Who::Admin,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Update,
        run: handler!(when_sent),
    },
    Entry {
        on: On::Component("setup.preview"),
        who: Who::Admin,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Private,
        run: handler!(preview),
    },
    Entry {
        on: On::Component("setup.create"),
        who: Who::Admin,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Update,
        run: handler!(create),
    },
];

/// What the bot may do in a channel.
pub async fn check(app: &App, partnership: PartnershipId, channel: ChannelId) -> Checked {
    let granted = app.discord.bot_permissions(partnership, channel).await;
    Checked { channel, missing: granted.ok().map(policy::missing) }
}

/// The partnership, or a word on what to do first.
pub async fn ready(db: &mut Db, partnership: PartnershipId) -> Result<Partnership> {
    let found = store::get(db, partnership).await?.filter(|one| one.ready);
    found.ok_or_else(|| {
        person("This server isn't set up yet. An admin runs `/setup`: three questions, and the first squad is there.")
    })
}

async fn begin(app: &App, act: &Act) -> Result<Answer> {
    take_over(app, act).await?;
    show(app, act).await.map(Answer::Private)
}

/// Where whoever set the server up had their data erased, the next admin who looks is told about trouble.
async fn take_over(app: &App, act: &Act) -> Result<()> {
    let one = store::get(&mut *app.store.read().await?, act.partnership).await?;
    let Some(one) = one.filter(|one| one.ready && one.admin.0 == 0) else { return Ok(()) };
    let (partnership, at) = (act.partnership, act.at);
    let one = Partnership { admin: act.actor.user, ..one };
    app.store.write(partnership, move |tx| Box::pin(async move { store::save(tx, partnership, &one, at).await })).await
}

async fn again(app: &App, act: &Act) -> Result<Answer> {
    show(app, act).await.map(Answer::Update)
}

/// The panel, or how things stand once it is finished.
async fn show(app: &App, act: &Act) -> Result<Message> {
    let mut db = app.store.read().await?;
    // The draft first: it is gone only once the server is ready, and somebody may finish in between.
    let draft = store::draft(&mut db, act.partnership).await?;
    if store::get(&mut db, act.partnership).await?.is_some_and(|one| one.ready) {
        drop(db);
        return overview(app, act.partnership, false).await;
    }
    drop(db);
    Ok(panel(app, act, &draft).await)
}

async fn panel(app: &App, act: &Act, draft: &Draft) -> Message {
    let checked = match draft.channel {
        Some(channel) => Some(check(app, act.partnership, channel).await),
        None => None,
    };
    view::panel(act.partnership, draft, checked.as_ref(), act.at)
}

async fn overview(app: &App, partnership: PartnershipId, just_now: bool) -> Result<Message> {
    let mut db = app.store.read().await?;
    let one = ready(&mut db, partnership).await?;
    let organisations = organisation::store::all(&mut db, partnership).await?;
    let squads = squad::store::all(&mut db, partnership).await?;
    drop(db);
    let checks = squads.iter().map(|squad| check(app, partnership, squad.channel));
    let checks = futures::future::join_all(checks).await;
    Ok(view::overview(&one.name, &organisations, &squads, &checks, just_now))
}

async fn roles(app: &App, act: &Act) -> Result<Answer> {
    let picked = act.picked().iter().filter_map(|value| match value {
        Value::Role(id, name) => Some((*id, name.clone())),
        _ => None,
    });
    let roles = policy::usable(picked.collect(), act.partnership);
    if roles.is_empty() {
        return refuse(
            "That role is everyone's. Pick roles that stand for one organisation each, or press **No roles yet**.",
        );
    }
    change(app, act, |draft| (draft.roles, draft.roles_answered) = (roles, true)).await
}

async fn no_roles(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, |draft| (draft.roles, draft.roles_answered) = (Vec::new(), true)).await
}

async fn channel(app: &App, act: &Act) -> Result<Answer> {
    let Some(Value::Channel(channel)) = act.picked().first().cloned() else {
        return refuse("Please pick a text channel.");
    };
    change(app, act, move |draft| draft.channel = Some(channel)).await
}

/// Changes the draft and shows the panel again.
async fn change(app: &App, act: &Act, how: impl FnOnce(&mut Draft) + Send + 'static) -> Result<Answer> {
    let draft = redraft(app, act.partnership, how).await?;
    Ok(Answer::Update(panel(app, act, &draft).await))
}

async fn redraft(
    app: &App,
    partnership: PartnershipId,
    how: impl FnOnce(&mut Draft) + Send + 'static,
) -> Result<Draft> {
    app.store
        .write(partnership, move |tx| {
            Box::pin(async move {
                if store::get(tx, partnership).await?.is_some_and(|one| one.ready) {
                    return refuse("This server is set up already. `/setup` shows how it stands; `/squad edit` and `/organisation edit` change it.");
                }
                let mut draft = store::draft(tx, partnership).await?;
                how(&mut draft);
                store::save_draft(tx, partnership, &draft).await?;
                Ok(draft)
            })
        })
        .await
}

async fn when(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let draft = store::draft(&mut db, act.partnership).await?;
    Ok(Answer::Form(view::when_form(act.partnership, &draft, &app.config.squad)))
}

async fn when_sent(app: &App, act: &Act) -> Result<Answer> {
    let text = |name: &str| act.text(name).unwrap_or_default().to_owned();
    let (schedule, zone, name) = (text("schedule"), text("zone"), act.text("name").map(str::to_owned));
    let read = policy::parse_when(name.as_deref(), &schedule, &zone);
    // What can't be used is kept as well, so that the form comes back filled in.
    let keep = move |draft: &mut Draft| (draft.schedule, draft.zone, draft.name) = (Some(schedule), Some(zone), name);
    let draft = redraft(app, act.partnership, keep).await?;
    Ok(Answer::Update(match read {
        Ok(_) => panel(app, act, &draft).await,
        Err(why) => view::refused(act.partnership, &why.to_string()),
    }))
}

async fn preview(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let plan = planned(&mut db, act.partnership).await?;
    let squad = first_squad(app, act, &plan);
    Ok(Answer::Private(checkin::view::preview(&squad)))
}

fn first_squad(app: &App, act: &Act, plan: &Plan) -> Squad {
    let When { name, schedule, zone } = plan.when.clone();
    Squad::new(&app.config.squad, name, plan.channel, act.actor.user, schedule, zone)
}

async fn planned(db: &mut Db, partnership: PartnershipId) -> Result<Plan> {
    let plan = policy::plan(&store::draft(db, partnership).await?);
    plan.ok_or_else(|| person("One of the three questions is still open. `/setup` shows which one."))
}

async fn create(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    // The draft first, as in `show`: whoever finds it gone finds the server ready.
    let plan = planned(&mut db, act.partnership).await;
    let made = store::get(&mut db, act.partnership).await?.is_some_and(|one| one.ready);
    drop(db);
    let plan = if made { None } else { Some(plan?) };
    if let Some(plan) = plan {
        let checked = check(app, act.partnership, plan.channel).await;
        if !checked.will_do() {
            return refuse(view::permissions(&checked));
        }
        let server = app.discord.guild_name(act.partnership).await.unwrap_or_else(|_| "this server".to_owned());
        let (app, act) = (app.clone(), act.clone());
        let store = app.store.clone();
        store.write(act.partnership, move |tx| Box::pin(async move { found(tx, &app, &act, server).await })).await?;
    }
    Ok(Answer::Update(overview(app, act.partnership, true).await?))
}

/// Makes everything that was chosen. A second click finds it done.
async fn found(tx: &mut Tx, app: &App, act: &Act, server: String) -> Result<()> {
    if store::get(tx, act.partnership).await?.is_some_and(|one| one.ready) {
        return Ok(());
    }
    let plan = planned(tx, act.partnership).await?;
    let one = Partnership { name: server, zone: plan.when.zone, admin: act.actor.user, ready: true };
    store::save(tx, act.partnership, &one, act.at).await?;
    features::rounds(tx, app, act.partnership).await?;
    organisation::commands::found_from_roles(tx, act.partnership, &plan.roles, act.at).await?;
    let squad = first_squad(app, act, &plan);
    squad::commands::found(tx, app, act.partnership, squad, &act.actor.name, act.at).await?;
    store::drop_draft(tx, act.partnership).await
}
