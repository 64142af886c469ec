//! `/help`, and the Help button on a squad's board.

use crate::app::App;
use crate::command::{Act, Answer, Entry, On, Place, Shows, Who, Whose};
use crate::error::Result;
use crate::features::access::{self, Standing};
use crate::features::member::model::Contact;
use crate::features::organisation::model::Keeper;
use crate::features::squad::model::Squad;
use crate::features::{checkin, decision, member, organisation, setup, share, squad, table};
use crate::handler;
use crate::outbox;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::{Db, Scope};

use super::policy::{self, Home, Line, Organisation, Situation};
use super::view::{self, Directory};

/// Decisions that a newcomer is shown.
const RECENT: i64 = 3;
/// Terms that a newcomer is shown.
const TERMS: i64 = 5;

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        on: On::Command { name: "help", about: "What you can do here, and the next useful step", options: &[] },
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Own,
        shows: Shows::Private,
        run: handler!(show),
    },
    Entry {
        on: On::Component("help.show"),
        who: Who::Anyone,
        place: Place::Anywhere,
        whose: Whose::Own,
        shows: Shows::Private,
        run: handler!(show),
    },
    Entry {
        on: On::Component("help.dm"),
        who: Who::Anyone,
        place: Place::Anywhere,
        whose: Whose::Own,
        shows: Shows::Private,
        run: handler!(try_dms_again),
    },
];

async fn show(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let situation = situation(&mut db, app, act).await?;
    let newcomer = situation.squads.is_empty();
    let directory = if newcomer { Some(directory(&mut db, act.partnership).await?) } else { None };
    let offer = policy::offer(&lines(), &situation);
    let step = policy::next_step(&situation);
    Ok(Answer::Private(view::help(act.partnership, &situation, step, &offer, directory.as_ref())))
}

async fn try_dms_again(app: &App, act: &Act) -> Result<Answer> {
    let user = act.actor.user;
    app.store.write(Scope::Any, move |tx| Box::pin(outbox::dm_reopened(tx, user))).await?;
    Ok(Answer::Private(view::dms_reopened()))
}

/// The commands of all features.
pub(super) fn lines() -> Vec<Line> {
    let line = |entry: &&'static Entry| match entry.on {
        On::Command { name, about, .. } => Some(Line { name, about, who: entry.who }),
        On::MessageCommand(_) | On::Component(_) | On::Form(_) => None,
    };
    table().iter().filter_map(line).collect()
}

async fn situation(db: &mut Db, app: &App, act: &Act) -> Result<Situation> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let standing = access::standing(db, partnership, user).await?;
    let member = member::store::get(db, partnership, user).await?;
    let silent = |contact: Contact| matches!(contact, Contact::Carded | Contact::Declined);
    Ok(Situation {
        ready: setup::store::get(db, partnership).await?.is_some_and(|one| one.ready),
        admin: act.actor.admin,
        known: standing.known,
        lead: !standing.leads.is_empty(),
        steward: !standing.steward_of.is_empty(),
        keeper: !standing.keeps.is_empty(),
        asked_nothing: member.as_ref().is_some_and(|member| silent(member.contact)),
        zone_chosen: member.is_some_and(|member| member.zone.is_some()),
        dms_closed: outbox::dm_closed(db, user).await?,
        open_today: checkin::open_today(db, app, partnership, user).await?,
        squads: homes(db, partnership, &standing).await?,
    })
}

/// The squads that somebody is in or leads.
async fn homes(db: &mut Db, partnership: PartnershipId, standing: &Standing) -> Result<Vec<Home>> {
    let theirs = |squad: &Squad| standing.squads.contains(&squad.id) || standing.leads.contains(&squad.id);
    Ok(squad::store::all(db, partnership).await?.into_iter().filter(theirs).map(home).collect())
}

fn home(squad: Squad) -> Home {
    Home { name: squad.name, channel: squad.channel, lead: squad.lead }
}

async fn directory(db: &mut Db, partnership: PartnershipId) -> Result<Directory> {
    let squads = squad::store::all(db, partnership).await?.into_iter().map(home).collect();
    let mut organisations = Vec::new();
    for one in organisation::store::all(db, partnership).await? {
        let keepers = organisation::store::keepers(db, partnership, one.id).await?;
        let of = |job: Keeper| -> Vec<UserId> {
            keepers.iter().filter(|(_, held, accepted)| *held == job && *accepted).map(|(user, ..)| *user).collect()
        };
        organisations.push(Organisation {
            stewards: of(Keeper::Steward),
            contacts: of(Keeper::Contact),
            name: one.name,
            tag: one.tag,
        });
    }
    let mut standing = Vec::new();
    for (_, one, _) in decision::all_standing(db, partnership).await? {
        standing.push(decision::shown(db, partnership, one).await?);
    }
    let decisions = decision::store::latest(db, partnership, 0, RECENT).await?;
    let terms = share::terms(db, partnership, TERMS).await?;
    Ok(Directory { squads, organisations, standing, decisions, terms })
}
