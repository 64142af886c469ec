//! `/cover rota`: a lead has a fortnight planned, looks at it, and asks the squad.

use crate::app::App;
use crate::command::{Act, Answer, Entry, Handler, Kind, On, Opt, Place, Shows, Who, Whose};
use crate::error::{Result, person, refuse};
use crate::features::squad;
use crate::handler;
use crate::outbox::{self, Panel};
use crate::partnership::Message;
use crate::storage::Tx;

use super::answers::{agree, calendar, other, undo, wish};
use super::facts::{facts, held_against, plan, whole};
use super::model::{Part, Rota, State, Whole};
use super::{policy, store, view};

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        on: On::Command {
            name: "cover rota",
            about: "Plan days off for everyone in a squad, two weeks ahead; asks nobody yet",
            options: &[Opt {
                name: "squad",
                about: "Which squad; in its own channel you can leave this out",
                kind: Kind::Completed(handler!(squad::commands::squads)),
                required: false,
            }],
        },
        who: Who::Lead,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Private,
        run: handler!(draft),
    },
    leads("rota.draft", Shows::Private, handler!(draft)),
    leads("rota.ask", Shows::Update, handler!(ask)),
    leads("rota.withdraw", Shows::Update, handler!(withdraw)),
    own("rota.agree", Shows::Private, handler!(agree)),
    own("rota.undo", Shows::Update, handler!(undo)),
    own("rota.other", Shows::Private, handler!(other)),
    own("rota.wish", Shows::Update, handler!(wish)),
    own("rota.calendar", Shows::Private, handler!(calendar)),
];

/// A button for whoever leads the squad, from wherever it is.
const fn leads(action: &'static str, shows: Shows, run: Handler) -> Entry {
    Entry { on: On::Component(action), who: Who::Lead, place: Place::Anywhere, whose: Whose::Squad, shows, run }
}

/// A button for one's own part: the handler looks whether the caller has one.
const fn own(action: &'static str, shows: Shows, run: Handler) -> Entry {
    Entry { on: On::Component(action), who: Who::Member, place: Place::Server, whose: Whose::Own, shows, run }
}

/// Plans a fortnight and shows it to the lead alone. What is shown is kept, so that the button below
/// it asks for just this, whenever it is pressed.
async fn draft(app: &App, act: &Act) -> Result<Answer> {
    let (partnership, squad) = (act.partnership, act.the_squad()?);
    let mut db = app.store.read().await?;
    let found = squad::store::get(&mut db, partnership, squad).await?;
    let found = found.ok_or_else(|| person("That squad isn't there any more."))?;
    if found.archived {
        return refuse("This squad is archived, so there is nothing to plan for it.");
    }
    let facts = facts(&mut db, partnership, found, act.at).await?;
    let first = policy::first(&facts);
    let mut rota =
        Rota { id: app.random.id(), squad, first, state: State::Draft, version: 1, proven: true, by: act.actor.user };
    let span = (first, rota.last());
    let mut parts: Vec<Part> = facts.people.iter().map(|one| Part::new(one.user)).collect();
    let mut open = false;
    for earlier in store::between(&mut db, partnership, squad, span).await? {
        let old = store::parts(&mut db, partnership, earlier.id).await?;
        if earlier.state == State::Asked {
            open = true;
            if old.iter().any(|part| part.agreed) {
                let stands = whole(&mut db, partnership, earlier.id, act.at).await?;
                return Ok(Answer::Private(view::stands(partnership, &stands)));
            }
        }
        // What people asked for in the rota before this one, they needn't ask for again.
        for part in &mut parts {
            let wishes = old.iter().find(|one| one.user == part.user).map(|one| &one.wishes);
            let wishes = wishes.filter(|_| part.wishes.is_empty());
            part.wishes.extend(wishes.into_iter().flatten().filter(|date| (span.0..=span.1).contains(date)));
        }
    }
    drop(db);
    let planned = plan(policy::input(&facts, &parts, first)).await?;
    policy::apply(&mut parts, &planned, rota.version);
    rota.proven = planned.proven;
    if parts.iter().all(|part| part.off.is_empty()) {
        return Ok(Answer::Private(view::nothing_to_plan(&facts.squad, &rota)));
    }
    let (kept, own, now) = (rota.clone(), parts.clone(), act.at);
    let saved = app.store.write(partnership, move |tx| {
        Box::pin(async move { store::save_draft(tx, partnership, &kept, &own, now).await })
    });
    saved.await?;
    Ok(Answer::Private(view::draft(partnership, &held_against(rota, parts, facts), open)))
}

async fn ask(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    app.store
        .write(act.partnership, move |tx| Box::pin(async move { asked(tx, &own, &act).await }))
        .await
        .map(Answer::Update)
}

async fn asked(tx: &mut Tx, app: &App, act: &Act) -> Result<Message> {
    let whole = led(tx, act).await?;
    let (squad, rota) = (&whole.facts.squad, &whole.rota);
    if squad.archived {
        return refuse("This squad is archived, so nobody in it is asked anything.");
    }
    if rota.first <= whole.facts.today {
        return refuse("This fortnight has begun meanwhile. Plan a new one with `/cover rota`.");
    }
    for other in store::between(tx, act.partnership, squad.id, (rota.first, rota.last())).await? {
        if other.id == rota.id || other.state != State::Asked {
            continue;
        }
        if store::parts(tx, act.partnership, other.id).await?.iter().any(|part| part.agreed) {
            return refuse(
                "Somebody has agreed to another rota for these days meanwhile, so that one stands. `/cover rota` shows it.",
            );
        }
        store::set_state(tx, act.partnership, other.id, State::Withdrawn).await?;
        outbox::touch(tx, app, act.partnership, &policy::key(squad.id, other.id)).await?;
    }
    store::set_state(tx, act.partnership, rota.id, State::Asked).await?;
    let panel = Panel {
        key: policy::key(squad.id, rota.id),
        channel: squad.channel,
        thread_title: String::new(),
        pinned: false,
        stands: outbox::Stands::InChannel,
        folded: false,
    };
    outbox::panel(tx, app, act.partnership, &panel).await?;
    Ok(view::asked(act.partnership, &whole))
}

async fn withdraw(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let whole = led(tx, &act).await?;
            store::set_state(tx, act.partnership, whole.rota.id, State::Withdrawn).await?;
            outbox::touch(tx, &own, act.partnership, &policy::key(whole.rota.squad, whole.rota.id)).await?;
            Ok(view::taken_back(act.partnership, &whole))
        })
    });
    done.await.map(Answer::Update)
}

/// The rota of a lead's button. It has to be of the squad against which the lead was checked.
async fn led(tx: &mut Tx, act: &Act) -> Result<Whole> {
    let gone = || person("That draft isn't there any more: a newer one took its place. `/cover rota` plans a new one.");
    let (_, id) = policy::parse_row(&act.pointer.row).ok_or_else(gone)?;
    let rota = store::get(tx, act.partnership, id).await?;
    rota.filter(|rota| Some(rota.squad) == act.squad).ok_or_else(gone)?;
    whole(tx, act.partnership, id, act.at).await
}
