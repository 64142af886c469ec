//! `/squad` and its panels.

mod archive;
mod edit;
mod forms;
mod found;
mod people;

use chrono_tz::Tz;

use crate::app::App;
use crate::command::{Act, Choice, Entry, Kind, On, Opt, Place, Shows, Who, Whose};
use crate::error::{Result, person};
use crate::features::{member, organisation};
use crate::handler;
use crate::outbox;
use crate::partnership::{PartnershipId, SquadId, UserId};
use crate::schedule::zone_choices;
use crate::storage::{Db, Tx};

use super::model::{Present, Squad};
use super::{showing, store, view};

pub use found::{found, usable};

/// Most completions that Discord shows.
const MOST_CHOICES: usize = 25;

const SQUAD: Opt = Opt {
    name: "squad",
    about: "Which squad; in its own channel you can leave this out",
    kind: Kind::Completed(handler!(squads)),
    required: false,
};

/// This feature's lines of the command table.
pub const ENTRIES: &[Entry] = &[
    Entry {
        on: On::Command {
            name: "squad create",
            about: "Make a squad: people who deliver together, at home in a channel",
            options: &[
                Opt {
                    name: "name",
                    about: "What people call it, 50 characters at most",
                    kind: Kind::Text(100),
                    required: true,
                },
                Opt { name: "channel", about: "Its home channel", kind: Kind::Channel, required: true },
                Opt {
                    name: "zone",
                    about: "Its time zone, such as London",
                    kind: Kind::Completed(handler!(zones)),
                    required: true,
                },
                Opt {
                    name: "lead",
                    about: "Who leads it; you, if you leave this out",
                    kind: Kind::User,
                    required: false,
                },
                Opt { name: "schedule", about: "When to ask: weekdays 09:30", kind: Kind::Text(200), required: false },
            ],
        },
        who: Who::Lead,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Private,
        run: handler!(found::create),
    },
    Entry {
        on: On::Command {
            name: "squad edit",
            about: "See and change a squad: people, questions, times, lead, channel",
            options: &[
                SQUAD,
                Opt {
                    name: "name",
                    about: "A new name, 50 characters at most",
                    kind: Kind::Text(100),
                    required: false,
                },
                Opt { name: "channel", about: "A new home channel", kind: Kind::Channel, required: false },
                Opt { name: "lead", about: "A new lead", kind: Kind::User, required: false },
                Opt { name: "schedule", about: "When to ask: weekdays 09:30", kind: Kind::Text(200), required: false },
                Opt {
                    name: "zone",
                    about: "Its time zone, such as London",
                    kind: Kind::Completed(handler!(zones)),
                    required: false,
                },
                Opt { name: "add", about: "Somebody to add", kind: Kind::User, required: false },
                Opt { name: "remove", about: "Somebody to take out", kind: Kind::User, required: false },
            ],
        },
        who: Who::Lead,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Private,
        run: handler!(edit::edit),
    },
    Entry {
        on: On::Command {
            name: "squad archive",
            about: "End a squad; everything can still be read",
            options: &[SQUAD],
        },
        who: Who::Lead,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Private,
        run: handler!(archive::ask),
    },
    Entry {
        on: On::Command { name: "squad join", about: "Join a squad", options: &[SQUAD] },
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Private,
        run: handler!(people::join),
    },
    Entry {
        on: On::Command { name: "squad leave", about: "Leave a squad", options: &[SQUAD] },
        who: Who::Member,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Private,
        run: handler!(people::leave),
    },
    Entry {
        on: On::Command { name: "squad who", about: "Who is in a squad, from where, and does what", options: &[SQUAD] },
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Private,
        run: handler!(people::who),
    },
    Entry {
        on: On::Component("squad.settings"),
        who: Who::Lead,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Update,
        run: handler!(edit::settings),
    },
    Entry {
        on: On::Component("squad.questions"),
        who: Who::Lead,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Form,
        run: handler!(forms::questions),
    },
    Entry {
        on: On::Form("squad.questions_sent"),
        who: Who::Lead,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Update,
        run: handler!(forms::questions_sent),
    },
    Entry {
        on: On::Component("squad.times"),
        who: Who::Lead,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Form,
        run: handler!(forms::times),
    },
    Entry {
        on: On::Form("squad.times_sent"),
        who: Who::Lead,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Update,
        run: handler!(forms::times_sent),
    },
    Entry {
        on: On::Component("squad.people"),
        who: Who::Lead,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Update,
        run: handler!(people::people),
    },
    Entry {
        on: On::Component("squad.people_add"),
        who: Who::Lead,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Update,
        run: handler!(people::add),
    },
    Entry {
        on: On::Component("squad.people_remove"),
        who: Who::Lead,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Update,
        run: handler!(people::remove),
    },
    Entry {
        on: On::Component("squad.archive_yes"),
        // Leading counts for live squads alone, and a second click finds an archived one: so the
        // policy looks at it itself, here and when it is brought back.
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Update,
        run: handler!(archive::archive),
    },
    Entry {
        on: On::Component("squad.restore"),
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Private,
        run: handler!(archive::restore),
    },
    Entry {
        on: On::Component("squad.who"),
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Private,
        run: handler!(people::who),
    },
    Entry {
        on: On::Component("squad.does"),
        who: Who::Member,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Form,
        run: handler!(forms::does),
    },
    Entry {
        on: On::Form("squad.does_sent"),
        who: Who::Member,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Private,
        run: handler!(forms::does_sent),
    },
    Entry {
        on: On::Component("squad.rejoin"),
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Update,
        run: handler!(people::rejoin),
    },
];

/// Completes the name of a live squad.
pub async fn squads(app: &App, act: &Act) -> Result<Vec<Choice>> {
    let mut db = app.store.read().await?;
    let squads = store::all(&mut db, act.partnership).await?;
    Ok(view::choices(&squads, act.text("squad").unwrap_or_default()))
}

/// Completes a time zone.
pub async fn zones(_: &App, act: &Act) -> Result<Vec<Choice>> {
    let shown = |zone: Tz| (zone.name().to_owned(), zone.name().replace('_', " "));
    Ok(zone_choices(act.text("zone").unwrap_or_default(), MOST_CHOICES).into_iter().map(shown).collect())
}

/// Who is in a squad, as the others see them. Somebody who left the server isn't there.
pub(super) async fn present(db: &mut Db, partnership: PartnershipId, squad: SquadId) -> Result<Vec<Present>> {
    let organisations = organisation::store::all(db, partnership).await?;
    let mut people = Vec::new();
    for (user, does) in store::people(db, partnership, squad).await? {
        let Some(member) = member::store::get(db, partnership, user).await? else { continue };
        let agreed = member.agreed_organisation();
        let tag = organisations.iter().find(|one| Some(one.id) == agreed).map(|one| one.tag.clone());
        people.push(Present { user, name: member.name, does, organisation: tag, zone: member.zone });
    }
    Ok(people)
}

/// The squad that the act is about.
async fn load(db: &mut Db, act: &Act) -> Result<Squad> {
    let squad = store::get(db, act.partnership, act.the_squad()?).await?;
    squad.ok_or_else(|| person("That squad isn't there any more. `/help` shows what there is."))
}

/// The same, where nothing can be done with an archived one.
async fn live(db: &mut Db, act: &Act) -> Result<Squad> {
    let squad = load(db, act).await?;
    if squad.archived {
        return Err(person(
            "This squad is archived. Its lead or an admin can bring it back with the button on its panel.",
        ));
    }
    Ok(squad)
}

/// Shows the squad's panel anew.
async fn touch(tx: &mut Tx, app: &App, partnership: PartnershipId, squad: SquadId) -> Result<()> {
    outbox::touch(tx, app, partnership, &showing::key(squad)).await
}

/// Shows anew the panels of all live squads of somebody: their organisation has changed.
pub async fn touch_of_member(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId) -> Result<()> {
    for squad in store::of_member(tx, partnership, user).await? {
        touch(tx, app, partnership, squad.id).await?;
    }
    Ok(())
}

/// Shows anew the panels of all live squads: an organisation is called something else now.
pub async fn touch_all(tx: &mut Tx, app: &App, partnership: PartnershipId) -> Result<()> {
    for squad in store::all(tx, partnership).await? {
        touch(tx, app, partnership, squad.id).await?;
    }
    Ok(())
}
