//! `/share release`, and taking one back.

use chrono::TimeDelta;

use crate::app::App;
use crate::command::{Act, Answer, Entry, Kind, On, Opt, Place, Shows, Who, Whose};
use crate::error::{Result, person, refuse};
use crate::features::member::Subject;
use crate::features::member::model::{Contact, Member};
use crate::features::pace::{self, By, Looked};
use crate::features::squad::model::Squad;
use crate::features::{away, member, squad};
use crate::handler;
use crate::outbox::{self, Budget, Post, Target};
use crate::partnership::Message;
use crate::partnership::text::escaped;
use crate::storage::Tx;

use super::model::Release;
use super::{policy, store, tally, view};

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        on: On::Command {
            name: "share release",
            about: "Record that a release went out: one quiet line in your squad's channel",
            options: &[
                Opt { name: "what", about: "What went out, in a few words", kind: Kind::Text(200), required: true },
                Opt {
                    name: "squad",
                    about: "Which squad; in its own channel you can leave this out",
                    kind: Kind::Completed(handler!(squad::commands::squads)),
                    required: false,
                },
                Opt {
                    name: "when",
                    about: "When it went out: yesterday 22:30, Sunday; now when left out",
                    kind: Kind::Text(60),
                    required: false,
                },
            ],
        },
        who: Who::Member,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Private,
        run: handler!(record),
    },
    Entry {
        on: On::Component("release.undo"),
        who: Who::Anyone,
        place: Place::Anywhere,
        whose: Whose::Own,
        shows: Shows::Update,
        run: handler!(undo),
    },
];

async fn record(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| Box::pin(async move { recorded(tx, &own, &act).await }));
    done.await.map(Answer::Private)
}

async fn recorded(tx: &mut Tx, app: &App, act: &Act) -> Result<Message> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let what: Vec<&str> = act.required("what")?.split_whitespace().collect();
    let squad = own_squad(tx, act).await?;
    let member = member::store::ensure(tx, partnership, user, &act.actor.name, act.at).await?;
    let subject = Subject::load(tx, partnership, &member).await?;
    let at = policy::moment(act.text("when"), act.at, subject.zone)?;
    let release = Release { id: app.random.id(), squad: squad.id, what: what.join(" "), at };
    store::add(tx, partnership, user, &release, act.at).await?;
    tally::touch(tx, app, partnership, &squad, at).await?;
    let post = Post {
        target: Target::Channel(squad.channel),
        message: view::posted(&member.name, &release),
        about: policy::about(user, release.id),
        budget: Budget::Shared,
        not_before: act.at,
        expires_at: act.at + TimeDelta::days(2),
    };
    outbox::post(tx, app, partnership, &post).await?;
    let looked = look(tx, app, &member, &subject).await?;
    // A release says that there was work, and not how much: on a day off its person may say so.
    let date = subject.date(at);
    let away = away::store::from(tx, partnership, user, date).await?;
    let free = subject.is_free(date) || away.iter().any(|one| one.covers(date));
    let asks = looked.as_ref().is_some_and(|looked| free && !looked.work.knows(date));
    let message = view::recorded(partnership, &squad, &release, asks.then_some(date));
    Ok(with_line(message, looked))
}

/// The squad that it is about, where the caller is in it or leads it.
async fn own_squad(tx: &mut Tx, act: &Act) -> Result<Squad> {
    let found = squad::store::get(tx, act.partnership, act.the_squad()?).await?;
    let squad = found.ok_or_else(|| person("That squad isn't there any more."))?;
    let members = squad::store::members(tx, act.partnership, squad.id).await?;
    if squad.lead != act.actor.user && !members.contains(&act.actor.user) {
        return refuse(format!(
            "You aren't in {}, so its releases are for its own people to record. Name your squad with the `squad` option.",
            escaped(&squad.name)
        ));
    }
    Ok(squad)
}

/// Doing it twice is harmless.
async fn undo(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            let id = act.pointer.row.parse().unwrap_or_default();
            let Some(release) = store::get(tx, partnership, user, id).await? else { return Ok(view::gone()) };
            store::remove(tx, partnership, user, id).await?;
            if let Some(squad) = squad::store::get(tx, partnership, release.squad).await? {
                tally::touch(tx, &own, partnership, &squad, release.at).await?;
            }
            outbox::retract(tx, &own, partnership, &policy::about(user, id)).await?;
            let member = member::store::ensure(tx, partnership, user, &act.actor.name, act.at).await?;
            let subject = Subject::load(tx, partnership, &member).await?;
            let looked = look(tx, &own, &member, &subject).await?;
            Ok(with_line(view::taken_back(&release), looked))
        })
    });
    done.await.map(Answer::Update)
}

/// Looks at what it means for its person's pace, if they want that.
async fn look(tx: &mut Tx, app: &App, member: &Member, subject: &Subject) -> Result<Option<Looked>> {
    if member.contact != Contact::Start {
        return Ok(None);
    }
    pace::look(tx, app, subject, By::Act).await.map(Some)
}

fn with_line(mut message: Message, looked: Option<Looked>) -> Message {
    if let Some(line) = looked.and_then(|looked| looked.line) {
        message.text = format!("{}\n{line}", message.text);
    }
    message
}
