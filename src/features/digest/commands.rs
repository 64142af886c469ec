//! `/digest`, and the buttons of a digest that no other feature has.

use std::collections::BTreeMap;

use futures::FutureExt;

use crate::app::App;
use crate::command::{Act, Answer, Entry, Kind, On, Opt, Place, Shows, Who, Whose};
use crate::error::Result;
use crate::features::decision::model::StandsAs;
use crate::features::{blocker, decision, organisation, squad};
use crate::handler;
use crate::outbox;
use crate::partnership::text::message_link;
use crate::partnership::{File, Message, PartnershipId};
use crate::picture;
use crate::storage::Db;

use super::model::Week;
use super::policy::Facts;
use super::view::{self, Surroundings};
use super::{glance, read};

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        on: On::Command {
            name: "digest preview",
            about: "The week of your squad so far: what needs you, what has changed, what went well",
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
        run: handler!(preview),
    },
    button("digest.claim", handler!(claim)),
    button("digest.nudge", handler!(nudge)),
];

/// Something about a blocker: whoever may see it may press it.
const fn button(action: &'static str, run: crate::command::Handler) -> Entry {
    Entry {
        on: On::Component(action),
        who: Who::Member,
        place: Place::Anywhere,
        whose: Whose::Partnership,
        shows: Shows::Private,
        run,
    }
}

async fn preview(app: &App, act: &Act) -> Result<Answer> {
    let (own, squad) = (act.clone(), act.the_squad()?);
    let (facts, around) = app
        .store
        .write(act.partnership, move |tx| {
            async move {
                let zone =
                    squad::store::get(tx, own.partnership, squad).await?.map_or(chrono_tz::Tz::UTC, |one| one.zone);
                let week = Week::of(own.at.with_timezone(&zone).date_naive());
                let facts = read::squad(tx, own.partnership, squad, week, own.at).await?;
                let around = surroundings(tx, own.partnership, &facts).await?;
                Ok((facts, around))
            }
            .boxed()
        })
        .await?;
    // Drawing takes some milliseconds, so it comes after the transaction.
    message(&facts, &around, act).map(Answer::Private)
}

/// A digest as a message with its picture.
fn message(facts: &Facts, around: &Surroundings, act: &Act) -> Result<Message> {
    let digest = view::squad(facts, around, &[], act.actor.user);
    let mut message = view::message(&digest, &view::window(facts));
    let glance = glance::week(facts, around);
    message.files.push(File {
        name: "week.png".to_owned(),
        bytes: picture::png(&picture::week::week(&glance))?,
        alt: picture::week::described(&glance),
    });
    Ok(message)
}

/// Names and links that a digest needs beside its facts.
async fn surroundings(db: &mut Db, partnership: PartnershipId, facts: &Facts) -> Result<Surroundings> {
    let organisations = organisation::store::all(db, partnership).await?;
    let mut links = BTreeMap::new();
    for key in view::sources(facts) {
        if let Some((channel, Some(message), _)) = outbox::place(db, partnership, &key).await? {
            links.insert(key, message_link(partnership, channel, message));
        }
    }
    let mut standing = BTreeMap::new();
    for (kind, one, _) in decision::all_standing(db, partnership).await? {
        standing.insert(kind.as_str(), one.says.decision);
    }
    Ok(Surroundings {
        partnership,
        problem: standing.remove(StandsAs::ProblemStatement.as_str()),
        vision: standing.remove(StandsAs::Vision.as_str()),
        organisations: organisations.into_iter().map(|one| (one.id, (one.name, one.tag))).collect(),
        links,
    })
}

async fn claim(app: &App, act: &Act) -> Result<Answer> {
    blocker::claimed(app, act).await.map(Answer::Private)
}

async fn nudge(app: &App, act: &Act) -> Result<Answer> {
    blocker::nudged(app, act).await.map(Answer::Private)
}
