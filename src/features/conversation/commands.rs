//! `/conversation`, and the buttons of a conversation.

mod begin;
mod facilitate;
mod propose;
mod speak;

use std::collections::BTreeMap;

use futures::future::BoxFuture;

use crate::app::App;
use crate::command::{Act, Answer, Choice, Entry, Handler, Kind, On, Opt, Place, Shows, Who, Whose};
use crate::error::{Result, person, refuse};
use crate::features::member;
use crate::handler;
use crate::outbox;
use crate::partnership::text::clipped;
use crate::partnership::{ChannelId, Message, OrganisationId};
use crate::storage::{Db, Tx};

use super::advance::{go_on, keep};
use super::model::{Speaker, Stage};
use super::scene::Scene;
use super::{policy, store, templates, view};

pub(crate) use begin::place;
pub(super) use begin::{kinds, template};
/// Most conversations in the list.
const MOST_LISTED: i64 = 15;

/// Whose voice is asked, and who looks after it, stands with the conversation: the handlers look.
const fn open(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Anyone, place: Place::Anywhere, whose: Whose::Partnership, shows, run }
}

const fn here(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Member, place: Place::Server, whose: Whose::Partnership, shows, run }
}

const YES_NO: &[(&str, &str)] = &[("no", "With names"), ("yes", "Without names")];

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    here(
        On::Command {
            name: "conversation start",
            about: "Begin a big conversation: everybody writes first, and it ends in a record",
            options: &[
                Opt {
                    name: "template",
                    about: "Which kind; leave it out to choose from a list",
                    kind: Kind::Completed(handler!(begin::kinds)),
                    required: false,
                },
                Opt {
                    name: "anonymous",
                    about: "Whether views are shown without names; it can't be changed later",
                    kind: Kind::Choice(YES_NO),
                    required: false,
                },
                Opt {
                    name: "channel",
                    about: "Where: a channel or a forum; here when left out",
                    kind: Kind::Place,
                    required: false,
                },
            ],
        },
        Shows::Form,
        handler!(begin::start),
    ),
    here(
        On::Command {
            name: "conversation list",
            about: "The conversations that go on, and whose voice is missing",
            options: &[],
        },
        Shows::Private,
        handler!(list),
    ),
    templates::TEMPLATES,
    here(On::Component("conversation.about"), Shows::Private, handler!(begin::about)),
    here(On::Component("conversation.more"), Shows::Update, handler!(begin::more)),
    here(On::Component("conversation.pick"), Shows::Form, handler!(begin::pick)),
    here(On::Component("conversation.frame"), Shows::Form, handler!(begin::frame)),
    here(On::Form("conversation.framed"), Shows::Private, handler!(begin::framed)),
    open(On::Component("conversation.show"), Shows::Private, handler!(show)),
    open(On::Component("conversation.add"), Shows::Form, handler!(speak::add)),
    open(On::Form("conversation.added"), Shows::Private, handler!(speak::added)),
    open(On::Component("conversation.unsay"), Shows::Update, handler!(speak::unsay)),
    open(On::Component("conversation.unsaid"), Shows::Update, handler!(speak::unsaid)),
    open(On::Component("conversation.kept"), Shows::Update, handler!(speak::kept)),
    open(On::Component("conversation.propose"), Shows::Form, handler!(propose::propose)),
    open(On::Form("conversation.proposed"), Shows::Private, handler!(propose::proposed)),
    open(On::Component("conversation.change"), Shows::Form, handler!(propose::change_own)),
    open(On::Form("conversation.changed"), Shows::Private, handler!(propose::changed)),
    open(On::Component("conversation.to_consent"), Shows::Form, handler!(propose::to_consent)),
    open(On::Form("conversation.at_consent"), Shows::Private, handler!(propose::at_consent)),
    open(On::Component("conversation.amend"), Shows::Form, handler!(propose::amend)),
    open(On::Form("conversation.amended"), Shows::Private, handler!(propose::amended)),
    open(On::Component("conversation.consent"), Shows::Private, handler!(speak::consent)),
    open(On::Component("conversation.aside"), Shows::Private, handler!(speak::aside)),
    open(On::Component("conversation.concern"), Shows::Form, handler!(speak::concern)),
    open(On::Component("conversation.object"), Shows::Form, handler!(speak::object)),
    open(On::Form("conversation.concerned"), Shows::Private, handler!(speak::concerned)),
    open(On::Form("conversation.objected"), Shows::Private, handler!(speak::objected)),
    open(On::Component("conversation.facilitate"), Shows::Private, handler!(facilitate::open)),
    open(On::Component("conversation.panel"), Shows::Update, handler!(facilitate::again)),
    open(On::Component("conversation.announce"), Shows::Update, handler!(facilitate::announce)),
    open(On::Component("conversation.discuss"), Shows::Update, handler!(facilitate::discuss)),
    open(On::Component("conversation.decide"), Shows::Update, handler!(facilitate::decide)),
    open(On::Component("conversation.voices"), Shows::Update, handler!(facilitate::voices)),
    open(On::Component("conversation.deputy"), Shows::Update, handler!(facilitate::deputy)),
    open(On::Component("conversation.deputy_named"), Shows::Update, handler!(facilitate::deputy_named)),
    open(On::Component("conversation.again"), Shows::Update, handler!(facilitate::say_again)),
    open(On::Component("conversation.move"), Shows::Update, handler!(facilitate::go_elsewhere)),
    open(On::Component("conversation.deadline"), Shows::Form, handler!(facilitate::deadline)),
    open(On::Form("conversation.deadline_sent"), Shows::Private, handler!(facilitate::deadline_sent)),
    open(On::Component("conversation.call"), Shows::Form, handler!(facilitate::call)),
    open(On::Form("conversation.call_sent"), Shows::Private, handler!(facilitate::call_sent)),
    open(On::Component("conversation.without"), Shows::Form, handler!(facilitate::without)),
    open(On::Form("conversation.closed_without"), Shows::Private, handler!(facilitate::closed_without)),
    open(On::Component("conversation.stop"), Shows::Form, handler!(facilitate::stop)),
    open(On::Form("conversation.stopped"), Shows::Private, handler!(facilitate::stopped)),
    open(On::Component("conversation.outcome"), Shows::Form, handler!(facilitate::outcome)),
    open(On::Form("conversation.decided"), Shows::Private, handler!(facilitate::decided)),
];

/// The number at a place of the pointer's row.
fn number(act: &Act, at: usize) -> Result<i64> {
    let found = act.row().nth(at).and_then(|number| number.parse().ok());
    found.ok_or_else(|| person("I don't know that button any more. `/conversation list` shows what goes on."))
}

/// The conversation that a button points at, or that was picked.
async fn scene(db: &mut Db, act: &Act) -> Result<Scene> {
    Scene::get(db, act.partnership, number(act, 0)?).await
}

/// Somebody's own organisation, once it is agreed.
async fn organisation(db: &mut Db, act: &Act) -> Result<Option<OrganisationId>> {
    let member = member::store::get(db, act.partnership, act.actor.user).await?;
    Ok(member.and_then(|member| member.agreed_organisation()))
}

/// Whoever speaks, and for whom; or why their voice isn't asked here.
async fn speaker(db: &mut Db, act: &Act, scene: &Scene) -> Result<Speaker> {
    let own = organisation(db, act).await?;
    match policy::speaks_for(&scene.voices, act.actor.user, own) {
        Some(organisation) => Ok(Speaker { person: act.actor.user, organisation }),
        None => refuse(view::not_asked(scene, own)),
    }
}

/// Refuses what belongs to another stage, and says where it stands.
fn at(scene: &Scene, stages: &[Stage]) -> Result<()> {
    if stages.contains(&scene.one.stage) { Ok(()) } else { refuse(view::over(scene)) }
}

/// Changes a conversation in one transaction: what `how` does, then whatever is due, then it is kept.
async fn change<T, F>(app: &App, act: &Act, how: F) -> Result<T>
where
    T: Send + 'static,
    F: for<'a> FnOnce(&'a mut Tx, &'a App, &'a Act, &'a mut Scene) -> BoxFuture<'a, Result<T>> + Send + 'static,
{
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let mut scene = scene(tx, &act).await?;
            // A click may come after a deadline, before the bot has looked.
            if scene.due(act.at).is_some() {
                go_on(tx, &own, &mut scene).await?;
            }
            let done = how(tx, &own, &act, &mut scene).await?;
            keep(tx, &own, &scene).await?;
            Ok(done)
        })
    });
    done.await
}

async fn list(app: &App, act: &Act) -> Result<Answer> {
    let mut scenes = Vec::new();
    let mut db = app.store.read().await?;
    for one in store::latest(&mut db, act.partnership, MOST_LISTED).await? {
        let place = outbox::place(&mut db, act.partnership, &one.panel()).await?;
        let thread = place.and_then(|(_, _, thread)| thread);
        scenes.push((Scene::of(&mut db, act.partnership, one).await?, thread));
    }
    drop(db);
    let (mut shown, mut open) = (Vec::new(), BTreeMap::new());
    let all = scenes.len();
    for (scene, thread) in scenes {
        if is_readable(app, act, &scene, thread, &mut open).await {
            shown.push((scene, thread));
        }
    }
    Ok(Answer::Private(view::list(act.partnership, &shown, all - shown.len())))
}

/// Whether somebody may read of a conversation where they ask: they look after it, ask in its own channel, or
/// everybody on the server sees that channel. `open`: which channels those are, as far as it is known already.
async fn is_readable(
    app: &App,
    act: &Act,
    scene: &Scene,
    thread: Option<ChannelId>,
    open: &mut BTreeMap<ChannelId, bool>,
) -> bool {
    let channel = scene.one.channel;
    if scene.may_facilitate(act.actor.user, act.actor.admin) || act.channel == channel || Some(act.channel) == thread {
        return true;
    }
    if let Some(known) = open.get(&channel) {
        return *known;
    }
    // A channel that the bot can't look into is not open to all, for all it knows.
    let is_open = app.discord.is_open(act.partnership, channel).await.unwrap_or(false);
    open.insert(channel, is_open);
    is_open
}

/// One of the list, with everything that its panel offers.
async fn show(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let picked = act.pick().and_then(|number| number.parse().ok());
    let number = match picked {
        Some(number) => number,
        None => number(act, 0)?,
    };
    let scene = Scene::get(&mut db, act.partnership, number).await?;
    let place = outbox::place(&mut db, act.partnership, &scene.one.panel()).await?;
    drop(db);
    let thread = place.and_then(|(_, _, thread)| thread);
    if !is_readable(app, act, &scene, thread, &mut BTreeMap::new()).await {
        return refuse("That one goes on in a channel that not everybody sees. Its buttons are there.");
    }
    Ok(Answer::Private(view::panel(&scene)))
}

/// Shortens what is offered for an option to what Discord takes.
fn choice(value: &str, label: &str) -> Choice {
    (value.to_owned(), clipped(label, 100))
}

/// A private answer.
#[allow(clippy::unnecessary_wraps, reason = "it ends handlers")]
fn private(message: Message) -> Result<Answer> {
    Ok(Answer::Private(message))
}
