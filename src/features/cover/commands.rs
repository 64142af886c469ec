//! `/cover` and its buttons.

mod hand_over;
mod offer;
mod request;

use crate::app::App;
use crate::command::{Act, Answer, Choice, Entry, Handler, Kind, On, Opt, Place, Shows, Who, Whose};
use crate::error::{Result, person};
use crate::features::{member, squad};
use crate::handler;
use crate::storage::Db;

use super::ask::Loaded;
use super::model::Said;
use super::{steward, store, view};

/// Most completions that Discord shows.
const MOST_CHOICES: usize = 25;

const fn own(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Anyone, place: Place::Anywhere, whose: Whose::Own, shows, run }
}

const fn command(on: On, run: Handler) -> Entry {
    Entry { on, who: Who::Member, place: Place::Server, whose: Whose::Own, shows: Shows::Private, run }
}

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    command(
        On::Command {
            name: "cover offer",
            about: "Say what you could take over; nobody learns that it is you until you volunteer",
            options: &[
                Opt {
                    name: "skills",
                    about: "In your own words, commas between: backend, release nights",
                    kind: Kind::Text(300),
                    required: true,
                },
                Opt {
                    name: "from",
                    about: "From when, such as Monday; now when left out",
                    kind: Kind::Text(100),
                    required: false,
                },
                Opt {
                    name: "until",
                    about: "Until when, such as 30 June; open when left out",
                    kind: Kind::Text(100),
                    required: false,
                },
            ],
        },
        handler!(offer::offer),
    ),
    command(
        On::Command {
            name: "cover request",
            about: "Ask for cover, whatever the reason: nobody asks for it",
            options: &[
                Opt {
                    name: "skill",
                    about: "What somebody should take over",
                    kind: Kind::Completed(handler!(skills)),
                    required: true,
                },
                Opt {
                    name: "dates",
                    about: "From when to when: tomorrow, Thursday to Friday, next week",
                    kind: Kind::Text(100),
                    required: true,
                },
                Opt {
                    name: "squad",
                    about: "In which squad; yours when left out",
                    kind: Kind::Completed(handler!(squad::commands::squads)),
                    required: false,
                },
            ],
        },
        handler!(request::request),
    ),
    command(
        On::Command {
            name: "cover list",
            about: "What you offer, what you asked for, what you cover; you alone see it",
            options: &[],
        },
        handler!(list),
    ),
    own(On::Component("cover.list"), Shows::Private, handler!(list)),
    own(On::Component("cover.show"), Shows::Private, handler!(show)),
    own(On::Component("cover.unoffer"), Shows::Update, handler!(offer::unoffer)),
    own(On::Component("cover.ask"), Shows::Form, handler!(request::form)),
    own(On::Form("cover.sent"), Shows::Private, handler!(request::sent)),
    own(On::Component("cover.agree"), Shows::Update, handler!(request::agree)),
    own(On::Component("cover.withdraw"), Shows::Update, handler!(request::withdraw)),
    own(On::Component("cover.again"), Shows::Update, handler!(request::again)),
    own(On::Component("cover.send"), Shows::Update, handler!(request::send)),
    own(On::Component("cover.yes"), Shows::Update, handler!(offer::yes)),
    own(On::Component("cover.no"), Shows::Update, handler!(offer::no)),
    own(On::Component("cover.note"), Shows::Form, handler!(hand_over::form)),
    own(On::Form("cover.note_sent"), Shows::Private, handler!(hand_over::sent)),
    own(On::Component("cover.away"), Shows::Private, handler!(hand_over::away)),
    own(On::Component("cover.share"), Shows::Update, handler!(hand_over::share)),
    Entry {
        on: On::Component("cover.seen_to"),
        who: Who::Steward,
        place: Place::Anywhere,
        whose: Whose::Organisation,
        // The message keeps its dates: whoever looks for cover needs them.
        shows: Shows::Private,
        run: handler!(steward::seen_to),
    },
];

/// The request that a button points at, or that was picked.
fn id_of(act: &Act) -> Result<i64> {
    let id = act.pick().or_else(|| act.row().next()).and_then(|id| id.parse().ok());
    id.ok_or_else(|| person("I don't know that button any more. `/cover list` shows what is open."))
}

/// The caller's own request.
async fn own_request(db: &mut Db, act: &Act) -> Result<Loaded> {
    let loaded = Loaded::get(db, act.partnership, id_of(act)?, act.at).await?;
    if loaded.cover.person == act.actor.user { Ok(loaded) } else { Err(not_yours()) }
}

/// A request that the caller was asked for, and what they said.
async fn asked_request(db: &mut Db, act: &Act) -> Result<(Loaded, Said)> {
    let loaded = Loaded::get(db, act.partnership, id_of(act)?, act.at).await?;
    let said = store::answers_of(db, act.partnership, act.actor.user).await?.remove(&loaded.cover.id);
    said.map(|said| (loaded, said)).ok_or_else(not_yours)
}

/// Says no more to whoever guesses than to whoever comes late.
fn not_yours() -> crate::error::Error {
    person("That request isn't there any more. `/cover list` shows what is.")
}

async fn skills(app: &App, act: &Act) -> Result<Vec<Choice>> {
    let typed = act.text("skill").unwrap_or_default().to_lowercase();
    let offered = offered(&mut *app.store.read().await?, act).await?;
    let fits = |name: &String| name.to_lowercase().contains(&typed);
    Ok(offered.into_iter().filter(fits).take(MOST_CHOICES).map(|name| (name.clone(), name)).collect())
}

/// What others offer, without who does.
async fn offered(db: &mut Db, act: &Act) -> Result<Vec<String>> {
    let offers = store::offers(db, act.partnership).await?;
    let mut skills: Vec<_> =
        offers.into_iter().filter(|(user, _)| *user != act.actor.user).map(|(_, offer)| offer.skill).collect();
    skills.dedup_by(|one, other| one.key == other.key);
    Ok(skills.into_iter().map(|skill| skill.name).collect())
}

async fn list(app: &App, act: &Act) -> Result<Answer> {
    Ok(Answer::Private(listed(&mut *app.store.read().await?, act).await?))
}

async fn listed(db: &mut Db, act: &Act) -> Result<crate::partnership::Message> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let zone = member::zone_of(db, partnership, user).await?;
    let today = act.at.with_timezone(&zone).date_naive();
    let mut listed = view::Listed { offers: store::offers_of(db, partnership, user).await?, items: Vec::new() };
    let asked = store::answers_of(db, partnership, user).await?;
    for cover in store::current(db, partnership, today).await? {
        let (id, mine, said) = (cover.id, cover.person == user, asked.get(&cover.id).copied());
        // What somebody else covers concerns those no more who were asked for it.
        let concerns = said.is_some() && cover.volunteer.is_none_or(|volunteer| volunteer == user);
        if !mine && !concerns {
            continue;
        }
        let loaded = Loaded::of(db, partnership, cover, act.at).await?;
        let line = if mine {
            let answers = store::answers(db, partnership, id).await?;
            view::asker_line(&loaded.scene(), answers.iter().filter(|(_, said)| *said == Said::Yes).count())
        } else {
            view::asked_line(&loaded.scene(), user, said.unwrap_or(Said::Asked))
        };
        listed.items.push((id, line));
    }
    Ok(view::list(partnership, &listed, today))
}

async fn show(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let loaded = Loaded::get(&mut db, act.partnership, id_of(act)?, act.at).await?;
    if loaded.cover.person == act.actor.user {
        return loaded.for_asker(&mut db, "").await.map(Answer::Private);
    }
    let (loaded, said) = asked_request(&mut db, act).await?;
    loaded.for_asked(&mut db, act.actor.user, said, act.at, "").await.map(Answer::Private)
}
