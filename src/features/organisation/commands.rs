//! `/organisation` and what it leads to.

mod edit;
mod keepers;
mod leave;
mod list;
mod membership;
mod releases;
mod settings;

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::command::{Act, Choice, Entry, Kind, On, Opt, Place, Shows, Who, Whose};
use crate::error::{Result, person};
use crate::features::{setup, squad};
use crate::handler;
use crate::partnership::text::clipped;
use crate::partnership::{OrganisationId, PartnershipId, RoleId};
use crate::storage::{Db, Tx};

use super::model::{Caller, Holidays, Keeper, Organisation};
use super::{policy, store, view};

pub use membership::question;

const ORGANISATION: Opt = Opt {
    name: "organisation",
    about: "Which organisation; yours, if you leave this out",
    kind: Kind::Completed(handler!(organisations)),
    required: false,
};
const ROLE: Opt = Opt { name: "role", about: "The role that suggests who is of it", kind: Kind::Role, required: false };
const CALENDAR: Opt = Opt {
    name: "calendar",
    about: "Its public holidays",
    kind: Kind::Choice(&[
        ("england-and-wales", "England and Wales"),
        ("scotland", "Scotland"),
        ("northern-ireland", "Northern Ireland"),
        ("none", "None"),
    ]),
    required: false,
};
const ICS: Opt = Opt { name: "ics", about: "Its holidays as an .ics file", kind: Kind::File, required: false };

/// This feature's lines of the command table.
pub const ENTRIES: &[Entry] = &[
    Entry {
        on: On::Command {
            name: "organisation add",
            about: "Add an organisation that works together with the others here",
            options: &[
                Opt { name: "name", about: "Its name, 50 characters at most", kind: Kind::Text(100), required: true },
                Opt {
                    name: "tag",
                    about: "A short tag, 6 letters at most; made from the name if left out",
                    kind: Kind::Text(20),
                    required: false,
                },
                ROLE,
                CALENDAR,
                ICS,
            ],
        },
        who: Who::Admin,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Private,
        run: handler!(edit::add),
    },
    Entry {
        on: On::Command {
            name: "organisation edit",
            about: "See and change an organisation: name, holidays, hours, stewards, contacts",
            options: &[
                ORGANISATION,
                Opt {
                    name: "name",
                    about: "A new name, 50 characters at most",
                    kind: Kind::Text(100),
                    required: false,
                },
                Opt { name: "tag", about: "A new tag, 6 letters at most", kind: Kind::Text(20), required: false },
                ROLE,
                CALENDAR,
                ICS,
                Opt {
                    name: "steward",
                    about: "Ask somebody to look after its people",
                    kind: Kind::User,
                    required: false,
                },
                Opt {
                    name: "contact",
                    about: "Ask somebody to answer for it towards the others",
                    kind: Kind::User,
                    required: false,
                },
                Opt {
                    name: "deputy",
                    about: "Ask somebody to stand in for its contacts, where something has waited for long",
                    kind: Kind::User,
                    required: false,
                },
                Opt {
                    name: "channel",
                    about: "Its own channel, where the others reach it; else its contacts are written to",
                    kind: Kind::Channel,
                    required: false,
                },
                Opt {
                    name: "zone",
                    about: "The time zone that it works in, such as Kolkata",
                    kind: Kind::Completed(handler!(squad::commands::zones)),
                    required: false,
                },
                Opt {
                    name: "days",
                    about: "The days of the week that it works on: Mon-Fri",
                    kind: Kind::Text(60),
                    required: false,
                },
                Opt { name: "hours", about: "Its working hours: 09:00-17:30", kind: Kind::Text(60), required: false },
            ],
        },
        who: Who::Keeper,
        place: Place::Server,
        whose: Whose::Organisation,
        shows: Shows::Private,
        run: handler!(edit::edit),
    },
    Entry {
        on: On::Command {
            name: "organisation leave",
            about: "An organisation leaves: what happens is said first",
            options: &[ORGANISATION],
        },
        who: Who::Keeper,
        place: Place::Server,
        whose: Whose::Organisation,
        shows: Shows::Private,
        run: handler!(leave::ask),
    },
    Entry {
        on: On::Command {
            name: "organisation list",
            about: "Who works together here, who looks after whom, and what waits for you",
            options: &[],
        },
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Private,
        run: handler!(list::show),
    },
    Entry {
        on: On::Component("organisation.list"),
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Update,
        run: handler!(list::again),
    },
    Entry {
        on: On::Component("organisation.change"),
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Own,
        shows: Shows::Update,
        run: handler!(membership::change),
    },
    Entry {
        on: On::Component("organisation.join"),
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Own,
        shows: Shows::Update,
        run: handler!(membership::join),
    },
    Entry {
        on: On::Component("organisation.accept"),
        // Only who was asked can accept, which the row of the question says.
        who: Who::Anyone,
        place: Place::Anywhere,
        whose: Whose::Organisation,
        shows: Shows::Update,
        run: handler!(keepers::accept),
    },
    Entry {
        on: On::Component("organisation.no_thanks"),
        who: Who::Anyone,
        place: Place::Anywhere,
        whose: Whose::Organisation,
        shows: Shows::Update,
        run: handler!(keepers::no_thanks),
    },
    Entry {
        on: On::Component("organisation.step_down"),
        // It ends a job of the caller's own and nobody else's.
        who: Who::Anyone,
        place: Place::Anywhere,
        whose: Whose::Organisation,
        shows: Shows::Update,
        run: handler!(keepers::step_down),
    },
    Entry {
        on: On::Component("organisation.withdraw"),
        who: Who::Keeper,
        place: Place::Server,
        whose: Whose::Organisation,
        shows: Shows::Update,
        run: handler!(keepers::withdraw),
    },
    Entry {
        on: On::Component("organisation.admit"),
        who: Who::Steward,
        place: Place::Anywhere,
        whose: Whose::Organisation,
        shows: Shows::Update,
        run: handler!(membership::admit),
    },
    Entry {
        on: On::Component("organisation.turn_down"),
        who: Who::Steward,
        place: Place::Anywhere,
        whose: Whose::Organisation,
        shows: Shows::Update,
        run: handler!(membership::turn_down),
    },
    Entry {
        on: On::Component("organisation.settings"),
        who: Who::Steward,
        place: Place::Anywhere,
        whose: Whose::Organisation,
        shows: Shows::Update,
        run: handler!(settings::show),
    },
    Entry {
        on: On::Component("organisation.settings_change"),
        who: Who::Steward,
        place: Place::Anywhere,
        whose: Whose::Organisation,
        shows: Shows::Form,
        run: handler!(settings::form),
    },
    Entry {
        on: On::Form("organisation.settings_sent"),
        who: Who::Steward,
        place: Place::Anywhere,
        whose: Whose::Organisation,
        shows: Shows::Update,
        run: handler!(settings::sent),
    },
    Entry {
        on: On::Component("organisation.flags"),
        who: Who::Steward,
        place: Place::Anywhere,
        whose: Whose::Organisation,
        shows: Shows::Update,
        run: handler!(settings::flags),
    },
    Entry {
        on: On::Component("organisation.settings_undo"),
        who: Who::Steward,
        place: Place::Anywhere,
        whose: Whose::Organisation,
        shows: Shows::Update,
        run: handler!(settings::undo),
    },
    Entry {
        on: On::Component("organisation.hear"),
        who: Who::Keeper,
        place: Place::Anywhere,
        whose: Whose::Organisation,
        // A new message: it is clicked on a notice that others read, too.
        shows: Shows::Private,
        run: handler!(releases::hear),
    },
    Entry {
        on: On::Component("organisation.leave_yes"),
        who: Who::Keeper,
        place: Place::Server,
        whose: Whose::Organisation,
        shows: Shows::Update,
        run: handler!(leave::leave),
    },
];

/// Completes the name of an organisation.
pub async fn organisations(app: &App, act: &Act) -> Result<Vec<Choice>> {
    let mut db = app.store.read().await?;
    let all = store::all(&mut db, act.partnership).await?;
    Ok(view::choices(&all, act.text("organisation").unwrap_or_default()))
}

/// Makes organisations of the roles that were chosen in the set-up. A role that has one keeps it.
pub async fn found_from_roles(
    tx: &mut Tx,
    partnership: PartnershipId,
    roles: &[(RoleId, String)],
    now: DateTime<Utc>,
) -> Result<()> {
    for (role, name) in roles {
        let all = store::all(tx, partnership).await?;
        let name = clipped(&name.split_whitespace().collect::<Vec<_>>().join(" "), squad::policy::LONGEST_NAME);
        let known = all.iter().any(|one| one.role == Some(*role)) || policy::no_clash(&all, &name, None).is_err();
        if !known {
            let tag = policy::tag_for(&name, &tags(&all, None));
            found(tx, partnership, Organisation::new(name, tag, Some(*role), Holidays::none()), now).await?;
        }
    }
    Ok(())
}

/// Saves a new organisation under the next number.
async fn found(tx: &mut Tx, partnership: PartnershipId, one: Organisation, now: DateTime<Utc>) -> Result<Organisation> {
    let id = OrganisationId(setup::store::next_number(tx, partnership, "organisation").await?);
    let one = Organisation { id, ..one };
    store::save(tx, partnership, &one, now).await?;
    Ok(one)
}

/// The tags that the others have.
fn tags(all: &[Organisation], except: Option<OrganisationId>) -> Vec<&str> {
    all.iter().filter(|one| Some(one.id) != except).map(|one| one.tag.as_str()).collect()
}

/// The organisation that the act is about.
async fn load(db: &mut Db, act: &Act) -> Result<Organisation> {
    let found = store::get(db, act.partnership, act.the_organisation()?).await?;
    found.ok_or_else(|| person("That organisation isn't there any more. `/organisation list` shows which ones are."))
}

/// What the caller is to an organisation.
async fn caller(db: &mut Db, act: &Act, id: OrganisationId) -> Result<Caller> {
    let jobs = store::jobs_of(db, act.partnership, act.actor.user).await?;
    let is = |job| jobs.contains(&(id, job));
    Ok(Caller { admin: act.actor.admin, steward: is(Keeper::Steward), contact: is(Keeper::Contact) })
}

/// The server's name, for what is read in a DM.
async fn server(db: &mut Db, partnership: PartnershipId) -> Result<String> {
    Ok(setup::store::get(db, partnership).await?.map_or_else(|| "your server".to_owned(), |one| one.name))
}
