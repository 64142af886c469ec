//! `/share release`: what went out is recorded, what is coming up is planned; each can be taken back.

mod planned;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::command::{Act, Answer, Entry, Kind, On, Opt, Place, Shows, Who, Whose};
use crate::error::{Result, person, refuse};
use crate::features::member::Subject;
use crate::features::member::model::{Contact, Member};
use crate::features::pace::{self, By, Looked};
use crate::features::setup::store::Texts;
use crate::features::squad::model::Squad;
use crate::features::{away, member, setup, squad};
use crate::handler;
use crate::outbox::{self, Budget, Post, Target};
use crate::partnership::text::escaped;
use crate::partnership::{Message, SquadId};
use crate::storage::Tx;

use super::model::Release;
use super::policy::When;
use super::{policy, store, tally, view};

/// The name under which a release waits while it is asked which day is meant.
const WAITING: &str = "release.which";

/// A button or form about the caller's own planned release, which its row names.
const fn own(on: On, shows: Shows, run: crate::command::Handler) -> Entry {
    Entry { on, who: Who::Anyone, place: Place::Anywhere, whose: Whose::Own, shows, run }
}

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        on: On::Command {
            name: "share release",
            about: "Share that a release went out or is coming up: one quiet line in your squad's channel",
            options: &[
                Opt { name: "what", about: "What it is, in a few words", kind: Kind::Text(200), required: true },
                Opt {
                    name: "squad",
                    about: "Which squad; in its own channel you can leave this out",
                    kind: Kind::Completed(handler!(squad::commands::squads)),
                    required: false,
                },
                Opt {
                    name: "when",
                    about: "When it went out or will: yesterday 22:30, tomorrow 14:00; now when left out",
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
        on: On::Component("release.meant"),
        who: Who::Member,
        place: Place::Server,
        whose: Whose::Squad,
        shows: Shows::Update,
        run: handler!(meant),
    },
    own(On::Component("release.undo"), Shows::Update, handler!(undo)),
    own(On::Component("release.out"), Shows::Update, handler!(planned::out)),
    own(On::Component("release.move"), Shows::Form, handler!(planned::form)),
    own(On::Form("release.moved"), Shows::Update, handler!(planned::moved)),
    own(On::Component("release.off"), Shows::Update, handler!(planned::off)),
];

async fn record(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| Box::pin(async move { recorded(tx, &own, &act).await }));
    done.await.map(Answer::Private)
}

async fn recorded(tx: &mut Tx, app: &App, act: &Act) -> Result<Message> {
    let words: Vec<&str> = act.required("what")?.split_whitespace().collect();
    let what = words.join(" ");
    let squad = own_squad(tx, act, act.the_squad()?).await?;
    let (_, subject) = caller(tx, act).await?;
    match policy::when(act.text("when"), act.at, subject.zone)? {
        When::Out(at) => share(tx, app, act, &squad, what, at).await,
        When::Coming(at) => planned::plan(tx, app, act, &squad, what, at).await,
        When::Either(last, next) => {
            let texts = Texts::from([("what".to_owned(), what)]);
            setup::store::keep_form(tx, act.partnership, act.actor.user, WAITING, &texts).await?;
            let days = [last, next].map(|at| (at, subject.date(at)));
            Ok(view::planned::which(act.partnership, &squad, days))
        }
    }
}

/// Which of two days was meant.
async fn meant(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            let squad = own_squad(tx, &act, act.the_squad()?).await?;
            let texts = setup::store::kept_form(tx, partnership, user, WAITING).await?;
            let at = act.row().nth(1).and_then(|at| DateTime::from_timestamp(at.parse().ok()?, 0));
            let (Some(what), Some(at)) = (texts.get("what").cloned(), at) else {
                return refuse("That is shared already. `/share release` shares another one.");
            };
            setup::store::drop_form(tx, partnership, user, WAITING).await?;
            if at > act.at {
                planned::plan(tx, &own, &act, &squad, what, at).await
            } else {
                share(tx, &own, &act, &squad, what, at).await
            }
        })
    });
    done.await.map(Answer::Update)
}

/// Whoever acts, as a member, with all that decides about their days.
async fn caller(tx: &mut Tx, act: &Act) -> Result<(Member, Subject)> {
    let member = member::store::ensure(tx, act.partnership, act.actor.user, &act.actor.name, act.at).await?;
    let subject = Subject::load(tx, act.partnership, &member).await?;
    Ok((member, subject))
}

/// Records a release that is out, and says so in the squad's channel.
async fn share(tx: &mut Tx, app: &App, act: &Act, squad: &Squad, what: String, at: DateTime<Utc>) -> Result<Message> {
    let release = Release { id: app.random.id(), squad: squad.id, what, at };
    let message = keep(tx, app, act, squad, &release).await?;
    let post = Post {
        target: Target::Channel(squad.channel),
        message: view::posted(&act.actor.name, &release),
        about: policy::about(act.actor.user, release.id),
        budget: Budget::Shared,
        not_before: act.at,
        expires_at: act.at + TimeDelta::days(2),
    };
    outbox::post(tx, app, act.partnership, &post).await?;
    Ok(message)
}

/// Keeps a release that is out, and looks at what it means. Returns what its person reads.
async fn keep(tx: &mut Tx, app: &App, act: &Act, squad: &Squad, release: &Release) -> Result<Message> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let (member, subject) = caller(tx, act).await?;
    store::add(tx, partnership, user, release, act.at).await?;
    tally::touch(tx, app, partnership, squad, release.at).await?;
    let looked = look(tx, app, &member, &subject).await?;
    // A release says that there was work, and not how much: on a day off its person may say so.
    let date = subject.date(release.at);
    let away = away::store::from(tx, partnership, user, date).await?;
    let free = subject.is_free(date) || away.iter().any(|one| one.covers(date));
    let asks = looked.as_ref().is_some_and(|looked| free && !looked.work.knows(date));
    let message = view::recorded(partnership, squad, release, asks.then_some(date));
    Ok(with_line(message, looked))
}

/// A squad, where the caller is in it or leads it.
async fn own_squad(tx: &mut Tx, act: &Act, id: SquadId) -> Result<Squad> {
    let found = squad::store::get(tx, act.partnership, id).await?;
    let squad = found.ok_or_else(|| person("That squad isn't there any more."))?;
    let members = squad::store::members(tx, act.partnership, squad.id).await?;
    if squad.lead != act.actor.user && !members.contains(&act.actor.user) {
        return refuse(format!(
            "You aren't in {}, so its releases are for its own people to share. Name your squad with the `squad` option.",
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
            let (member, subject) = caller(tx, &act).await?;
            let looked = look(tx, &own, &member, &subject).await?;
            let reopened = planned::reopen(tx, &own, &act, id).await?;
            Ok(with_line(reopened.unwrap_or_else(|| view::taken_back(&release)), looked))
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
