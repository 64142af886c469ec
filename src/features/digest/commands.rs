//! `/digest`, and the buttons of a digest that no other feature has.

use crate::app::App;
use crate::command::{Act, Answer, Choice, Entry, Kind, On, Opt, Place, Shows, Value, Who, Whose};
use crate::error::{Result, refuse};
use crate::features::{blocker, squad};
use crate::handler;
use crate::partnership::{Message, NOBODY};
use crate::schedule::Schedule;
use crate::storage::Db;

use super::edition::Edition;
use super::model::{About, Reader, Week};
use super::read::Common;
use super::view::settings::{self as view, Own};
use super::{jobs, rates, readers, store};

/// See a channel, write in it and attach files, as Discord's permission bits.
const NEEDED: [(u64, &str); 3] = [(1 << 10, "View Channel"), (1 << 11, "Send Messages"), (1 << 15, "Attach Files")];
/// Most completions that Discord shows.
const MOST_CHOICES: usize = 25;

const OF: Opt = Opt {
    name: "of",
    about: "Which one: a squad's, an organisation's people, or all; left out, the nearest to you",
    kind: Kind::Completed(handler!(readable)),
    required: false,
};

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        on: On::Command {
            name: "digest preview",
            about: "The week so far: what needs you, what has changed, what went well",
            options: &[OF],
        },
        who: Who::Member,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Private,
        run: handler!(preview),
    },
    Entry {
        on: On::Command { name: "digest settings", about: "Which weekly digests you get, and when", options: &[OF] },
        who: Who::Member,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Private,
        run: handler!(settings),
    },
    // Of these, the handler looks whether the digest is theirs to read, and whether it is they who get it.
    on(On::Component("digest.read"), Shows::Private, handler!(read)),
    on(On::Component("digest.files"), Shows::Private, handler!(files)),
    on(On::Component("digest.settings"), Shows::Update, handler!(all)),
    on(On::Component("digest.picked"), Shows::Update, handler!(picked)),
    on(On::Component("digest.one"), Shows::Private, handler!(shown)),
    on(On::Component("digest.when"), Shows::Form, handler!(when)),
    on(On::Form("digest.when_sent"), Shows::Private, handler!(when_sent)),
    on(On::Component("digest.stop"), Shows::Private, handler!(stop)),
    on(On::Component("digest.start"), Shows::Private, handler!(start)),
    Entry {
        on: On::Component("digest.place"),
        who: Who::Admin,
        place: Place::Server,
        whose: Whose::Partnership,
        shows: Shows::Private,
        run: handler!(place),
    },
    // Something about a blocker: whoever may see it may press it.
    on(On::Component("digest.claim"), Shows::Private, handler!(claim)),
    on(On::Component("digest.nudge"), Shows::Private, handler!(nudge)),
];

const fn on(on: On, shows: Shows, run: crate::command::Handler) -> Entry {
    Entry { on, who: Who::Member, place: Place::Anywhere, whose: Whose::Partnership, shows, run }
}

/// The digests that somebody may read, for completion.
pub(super) async fn readable(app: &App, act: &Act) -> Result<Vec<Choice>> {
    let typed = act.text("of").unwrap_or_default().to_lowercase();
    let all = readers::readable(&mut *app.store.read().await?, act).await?;
    let fits = all.into_iter().filter(|(_, name)| name.to_lowercase().contains(&typed));
    Ok(fits.map(|(about, name)| (about.key(), name)).take(MOST_CHOICES).collect())
}

async fn preview(app: &App, act: &Act) -> Result<Answer> {
    made(app, act, act.text("of"), None).await?.message(act.partnership).map(Answer::Private)
}

async fn read(app: &App, act: &Act) -> Result<Answer> {
    made(app, act, Some(&act.pointer.row), None).await?.message(act.partnership).map(Answer::Private)
}

/// A digest as files, for somebody who isn't on Discord.
async fn files(app: &App, act: &Act) -> Result<Answer> {
    let (about, monday) = (act.row().next(), act.row().nth(1).and_then(|date| date.parse().ok()));
    let edition = made(app, act, about, monday.map(Week::of)).await?;
    let text = "The same for those who aren't on Discord: Markdown and a page for a report or a mail, the picture, and the figures for a spreadsheet. Only you see this.";
    Ok(Answer::Private(Message { files: edition.files()?, ..Message::text(text) }))
}

/// Makes the digest that somebody means, of a week or of the one that they are in.
async fn made(app: &App, act: &Act, entered: Option<&str>, week: Option<Week>) -> Result<Edition> {
    let mut db = app.store.read().await?;
    let (about, _) = readers::meant(&mut db, act, entered).await?;
    let known = store::reader_of(&mut db, act.partnership, about, act.actor.user).await?;
    let zone = readers::zone_of(&mut db, act.partnership, about).await?;
    drop(db);
    let week = week.unwrap_or_else(|| Week::of(act.at.with_timezone(&zone).date_naive()));
    rates::fix(app, act.partnership, week).await?;
    let mut db = app.store.read().await?;
    let mut common = Common::read(&mut db, act.partnership, act.at, week).await?;
    let before = known.map(|one| one.asked).unwrap_or_default();
    Edition::make(&mut db, &mut common, (about, week), act.actor.user, &before).await
}

/// What somebody may read, and how each of it comes.
async fn owned(db: &mut Db, act: &Act) -> Result<Vec<Own>> {
    let mut all = Vec::new();
    for (about, name) in readers::readable(db, act).await? {
        all.push(own(db, act, about, name).await?);
    }
    Ok(all)
}

/// How one comes to whoever looks. An admin sees to the one that is posted for all.
async fn own(db: &mut Db, act: &Act, about: About, name: String) -> Result<Own> {
    let partnership = act.partnership;
    let goes_to = match about {
        About::Squad(id) => squad::store::get(db, partnership, id).await?.map(|squad| squad.lead),
        About::Organisation(_) | About::Partnership => None,
    };
    let person = if about == About::Partnership { NOBODY } else { act.actor.user };
    let gets = match about {
        About::Squad(_) => goes_to == Some(person),
        About::Organisation(_) => true,
        About::Partnership => act.actor.admin,
    };
    let known = store::reader_of(db, partnership, about, person).await?;
    let one = known.unwrap_or_else(|| Reader::new(about, person, act.at));
    let zone = readers::zone(db, partnership, &one).await?;
    let is_said = gets || about == About::Partnership && one.channel.is_some();
    Ok(Own {
        about,
        name,
        reader: Some(one).filter(|_| is_said),
        zone,
        goes_to: goes_to.filter(|lead| *lead != NOBODY),
    })
}

async fn settings(app: &App, act: &Act) -> Result<Answer> {
    if act.text("of").is_some() {
        let mut db = app.store.read().await?;
        let (about, name) = readers::meant(&mut db, act, act.text("of")).await?;
        let own = own(&mut db, act, about, name).await?;
        return Ok(Answer::Private(view::one(act.partnership, &own, "", true, act.at)));
    }
    listed(app, act).await.map(Answer::Private)
}

async fn listed(app: &App, act: &Act) -> Result<Message> {
    let all = owned(&mut *app.store.read().await?, act).await?;
    if all.is_empty() {
        return refuse("There is no digest for you here yet. `/help` shows what you can do.");
    }
    Ok(view::list(act.partnership, &all, act.at))
}

async fn all(app: &App, act: &Act) -> Result<Answer> {
    listed(app, act).await.map(Answer::Update)
}

async fn picked(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let (about, name) = readers::meant(&mut db, act, Some(act.pick().unwrap_or_default())).await?;
    let own = own(&mut db, act, about, name).await?;
    Ok(Answer::Update(view::one(act.partnership, &own, "", true, act.at)))
}

async fn shown(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let (about, name) = readers::meant(&mut db, act, Some(&act.pointer.row)).await?;
    let own = own(&mut db, act, about, name).await?;
    Ok(Answer::Private(view::one(act.partnership, &own, "", true, act.at)))
}

/// How the digest that a button is about comes to whoever pressed it, if they are the one to change that.
async fn changeable(db: &mut Db, act: &Act) -> Result<(Own, Reader)> {
    let (about, name) = readers::meant(db, act, act.row().next()).await?;
    let own = own(db, act, about, name).await?;
    let is_theirs = about != About::Partnership || act.actor.admin;
    match own.reader.clone().filter(|_| is_theirs) {
        Some(reader) => Ok((own, reader)),
        None => {
            refuse("It comes to somebody else, so it is theirs to change. `/digest settings` shows which ones you get.")
        }
    }
}

async fn when(app: &App, act: &Act) -> Result<Answer> {
    let (own, reader) = changeable(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Form(view::when_form(act.partnership, &reader, own.zone)))
}

async fn when_sent(app: &App, act: &Act) -> Result<Answer> {
    let read = || -> Result<Schedule> { Ok(Schedule::parse(act.required("schedule")?)?) };
    match read() {
        Ok(schedule) => change(app, act, "✅ Kept.", move |one| {
            one.schedule = schedule;
            one.stopped = false;
        })
        .await
        .map(Answer::Private),
        Err(why) => act.or_back(Err(why)).map(Answer::Private),
    }
}

async fn stop(app: &App, act: &Act) -> Result<Answer> {
    let news = "✅ Stopped: nothing more is sent. You can still read it with `/digest preview`.";
    change(app, act, news, |one| one.stopped = true).await.map(Answer::Private)
}

async fn start(app: &App, act: &Act) -> Result<Answer> {
    change(app, act, "✅ It is sent again.", |one| one.stopped = false).await.map(Answer::Private)
}

async fn place(app: &App, act: &Act) -> Result<Answer> {
    let Some(Value::Channel(channel)) = act.picked().first() else { return refuse("Pick a channel, please.") };
    let channel = *channel;
    // Where the channel can't even be looked at, everything is missing.
    let granted = app.discord.bot_permissions(act.partnership, channel).await.unwrap_or(0);
    let lacks: Vec<String> =
        NEEDED.iter().filter(|(bit, _)| granted & bit == 0).map(|(_, name)| format!("**{name}**")).collect();
    if !lacks.is_empty() {
        return refuse(format!(
            "I can't post in {}: I'm missing {} there. Give me that in the channel's settings, or pick another one.",
            crate::partnership::text::channel(channel),
            crate::partnership::text::listed(&lacks)
        ));
    }
    change(app, act, "✅ Kept. Everybody who sees that channel reads it there.", move |one| {
        one.channel = Some(channel);
        one.stopped = false;
    })
    .await
    .map(Answer::Private)
}

/// Changes how a digest comes, plans it anew, and shows how it comes now.
async fn change(
    app: &App,
    act: &Act,
    news: &'static str,
    does: impl FnOnce(&mut Reader) + Send + 'static,
) -> Result<Message> {
    let (clone, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (mut own, one) = changeable(tx, &act).await?;
            let mut one = readers::of(tx, act.partnership, one.about, one.person, act.at).await?;
            does(&mut one);
            one.since = act.at;
            jobs::keep(tx, &clone, act.partnership, &one).await?;
            own.reader = Some(one);
            Ok(view::one(act.partnership, &own, news, true, act.at))
        })
    });
    done.await
}

async fn claim(app: &App, act: &Act) -> Result<Answer> {
    blocker::claimed(app, act).await.map(Answer::Private)
}

async fn nudge(app: &App, act: &Act) -> Result<Answer> {
    blocker::nudged(app, act).await.map(Answer::Private)
}
