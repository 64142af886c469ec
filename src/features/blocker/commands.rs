//! `/blocker`, **Raise as blocker** in a message's menu, and the buttons of a blocker.

mod answer;
mod change;
mod find;
mod ladders;
mod links;
mod raise;
mod time;

use futures::future::BoxFuture;

use crate::app::App;
use crate::command::{Act, Answer, Choice, Entry, Handler, Kind as Takes, On, Opt, Place, Shows, Who, Whose};
use crate::error::{Result, person, refuse};
use crate::features::{organisation, squad};
use crate::handler;
use crate::partnership::text::{clipped, escaped, listed};
use crate::partnership::{Message, OrganisationId, UserId};
use crate::storage::{Db, Tx};

use super::policy::Viewer;
use super::scene::{self, Scene};
use super::{keep, view};

const fn in_squad(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Member, place: Place::Server, whose: Whose::Squad, shows, run }
}

/// Also in somebody's own conversation with the bot. The handler looks whether they may see the blocker, and
/// on which side of it they stand.
const fn anywhere(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Member, place: Place::Anywhere, whose: Whose::Partnership, shows, run }
}

/// For those who answer for an organisation; the handler looks whether they are its contact.
const fn keeper(on: On, shows: Shows, run: Handler) -> Entry {
    Entry { on, who: Who::Keeper, place: Place::Anywhere, whose: Whose::Organisation, shows, run }
}

const fn command(on: On, run: Handler) -> Entry {
    Entry { on, who: Who::Member, place: Place::Server, whose: Whose::Partnership, shows: Shows::Private, run }
}

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    in_squad(
        On::Command {
            name: "blocker raise",
            about: "Say what is in the way, and on whom it waits",
            options: &[
                Opt {
                    name: "kind",
                    about: "What it is about; a worry is yours alone until you share it",
                    kind: Takes::Choice(&[
                        ("dependency", "Dependency (others deliver something first)"),
                        ("governance", "Governance (a board, a rule, an approval)"),
                        ("contract", "Contract (what it says, or doesn't)"),
                        ("access", "Access (an account, a place, a person)"),
                        ("capacity", "Capacity (people, time)"),
                        ("technical", "Technical (it doesn't work)"),
                        ("worry", "Worry (only you and whom you name see it)"),
                    ]),
                    required: true,
                },
                Opt {
                    name: "seen-by",
                    about: "Who may see it; your squad when left out",
                    kind: Takes::Choice(&[
                        ("squad", "My squad, and the organisation that it waits on"),
                        ("everybody", "Everybody here"),
                        ("named", "Only people whom I name"),
                    ]),
                    required: false,
                },
                Opt {
                    name: "organisation",
                    about: "On which organisation it waits, if you know",
                    kind: Takes::Completed(handler!(organisations)),
                    required: false,
                },
                Opt {
                    name: "squad",
                    about: "Which squad waits; in its own channel you can leave this out",
                    kind: Takes::Completed(handler!(squad::commands::squads)),
                    required: false,
                },
            ],
        },
        Shows::Form,
        handler!(raise::open),
    ),
    command(
        On::Command {
            name: "blocker list",
            about: "What is in the way, and who waits on whom",
            options: &[
                Opt {
                    name: "by",
                    about: "Which ones: all that you can see when left out",
                    kind: Takes::Choice(&[
                        ("us", "What waits on my organisation"),
                        ("mine", "What I raised or look after"),
                        ("organisation", "Who waits on whom, between organisations"),
                        ("resolved", "What is out of the way"),
                    ]),
                    required: false,
                },
                Opt { name: "words", about: "Such as: release board", kind: Takes::Text(200), required: false },
            ],
        },
        handler!(find::list),
    ),
    command(
        On::Command {
            name: "blocker show",
            about: "A blocker with all that you can do about it",
            options: &[Opt {
                name: "id",
                about: "Its number, such as B-12, or words of it",
                kind: Takes::Completed(handler!(find::offered)),
                required: true,
            }],
        },
        handler!(find::show),
    ),
    Entry {
        place: Place::Server,
        ..anywhere(On::MessageCommand("Raise as blocker"), Shows::Form, handler!(raise::from_message))
    },
    Entry {
        place: Place::Anywhere,
        ..in_squad(On::Component("blocker.make"), Shows::Form, handler!(raise::from_checkin))
    },
    Entry { place: Place::Anywhere, ..in_squad(On::Component("blocker.again"), Shows::Form, handler!(raise::again)) },
    Entry { place: Place::Anywhere, ..in_squad(On::Form("blocker.raised"), Shows::Private, handler!(raise::raised)) },
    anywhere(On::Component("blocker.got"), Shows::Private, handler!(answer::got)),
    anywhere(On::Component("blocker.if"), Shows::Form, handler!(answer::conditions)),
    anywhere(On::Form("blocker.if_sent"), Shows::Private, handler!(answer::conditions_sent)),
    anywhere(On::Component("blocker.not_ours"), Shows::Form, handler!(answer::not_ours)),
    anywhere(On::Form("blocker.not_ours_sent"), Shows::Private, handler!(answer::not_ours_sent)),
    anywhere(On::Component("blocker.more"), Shows::Form, handler!(answer::more)),
    anywhere(On::Form("blocker.more_sent"), Shows::Private, handler!(answer::more_sent)),
    anywhere(On::Component("blocker.answer"), Shows::Form, handler!(answer::answer)),
    anywhere(On::Form("blocker.answered"), Shows::Private, handler!(answer::answered)),
    anywhere(On::Component("blocker.tick"), Shows::Update, handler!(answer::tick)),
    anywhere(On::Component("blocker.update"), Shows::Form, handler!(change::news)),
    anywhere(On::Form("blocker.updated"), Shows::Private, handler!(change::news_sent)),
    anywhere(On::Component("blocker.resolve"), Shows::Form, handler!(change::resolve)),
    anywhere(On::Form("blocker.resolved"), Shows::Private, handler!(change::resolved)),
    anywhere(On::Component("blocker.reopen"), Shows::Form, handler!(change::reopen)),
    anywhere(On::Form("blocker.reopened"), Shows::Private, handler!(change::reopened)),
    anywhere(On::Component("blocker.claim"), Shows::Update, handler!(change::claim)),
    anywhere(On::Component("blocker.waiting"), Shows::Update, handler!(change::waiting)),
    anywhere(On::Component("blocker.there"), Shows::Update, handler!(change::there)),
    anywhere(On::Component("blocker.whom"), Shows::Update, handler!(change::whom)),
    anywhere(On::Component("blocker.change"), Shows::Update, handler!(change::open)),
    anywhere(On::Component("blocker.kind"), Shows::Update, handler!(change::kind)),
    anywhere(On::Component("blocker.share"), Shows::Update, handler!(change::share)),
    anywhere(On::Component("blocker.named"), Shows::Update, handler!(change::named)),
    anywhere(On::Component("blocker.words"), Shows::Form, handler!(change::words)),
    anywhere(On::Form("blocker.words_sent"), Shows::Private, handler!(change::words_sent)),
    anywhere(On::Component("blocker.hold"), Shows::Form, handler!(time::hold)),
    anywhere(On::Form("blocker.hold_sent"), Shows::Private, handler!(time::hold_sent)),
    anywhere(On::Component("blocker.hold_yes"), Shows::Update, handler!(time::hold_yes)),
    anywhere(On::Component("blocker.hold_no"), Shows::Update, handler!(time::hold_no)),
    anywhere(On::Component("blocker.hold_end"), Shows::Update, handler!(time::hold_end)),
    anywhere(On::Component("blocker.escalate"), Shows::Update, handler!(time::escalate)),
    anywhere(On::Component("blocker.links"), Shows::Form, handler!(links::open)),
    anywhere(On::Form("blocker.links_sent"), Shows::Private, handler!(links::sent)),
    anywhere(On::Component("blocker.open"), Shows::Private, handler!(find::open)),
    anywhere(On::Component("blocker.picked"), Shows::Private, handler!(find::picked)),
    anywhere(On::Component("blocker.page"), Shows::Update, handler!(find::page)),
    keeper(On::Component("blocker.ladders"), Shows::Private, handler!(ladders::open)),
    keeper(On::Component("blocker.ladder"), Shows::Update, handler!(ladders::with)),
    keeper(On::Component("blocker.ladder_form"), Shows::Form, handler!(ladders::form)),
    keeper(On::Form("blocker.ladder_sent"), Shows::Private, handler!(ladders::sent)),
    keeper(On::Component("blocker.ladder_yes"), Shows::Update, handler!(ladders::agree)),
    anywhere(On::Component("blocker.history"), Shows::Private, handler!(find::history)),
];

pub use change::cleared;
pub use links::visible;
pub use raise::let_raise;

/// Whoever acts looks after a blocker from now on, on their side. What it looks like then.
pub async fn claimed(app: &App, act: &Act) -> Result<Message> {
    change::claimed(app, act).await
}

/// Whoever a blocker waits on is asked again, the next ones on its ladder. What it looks like then.
pub async fn nudged(app: &App, act: &Act) -> Result<Message> {
    time::escalated(app, act).await
}

/// Completes the name of an organisation.
async fn organisations(app: &App, act: &Act) -> Result<Vec<Choice>> {
    let all = organisation::store::all(&mut *app.store.read().await?, act.partnership).await?;
    Ok(organisation::view::choices(&all, act.text("organisation").unwrap_or_default()))
}

/// An organisation as somebody wrote it: its name, its tag or its number.
async fn organisation_named(db: &mut Db, act: &Act, text: &str) -> Result<OrganisationId> {
    let all = organisation::store::all(db, act.partnership).await?;
    let text = text.trim();
    let same = |other: &str| other.to_lowercase() == text.to_lowercase();
    if let Some(one) = all.iter().find(|one| one.id.to_string() == text || same(&one.name) || same(&one.tag)) {
        return Ok(one.id);
    }
    let known: Vec<String> = all.iter().map(|one| format!("**{}**", escaped(&one.name))).collect();
    if known.is_empty() {
        return refuse(
            "There are no organisations here yet. Leave it empty; an admin adds them with `/organisation add`.",
        );
    }
    refuse(format!(
        "There is no organisation “{}” here. There are {}; or leave it empty.",
        escaped(&clipped(text, 100)),
        listed(&known)
    ))
}

/// The number at a place of the pointer's row.
fn number_at(act: &Act, at: usize) -> Result<i64> {
    let found = act.row().nth(at).and_then(|number| number.parse().ok());
    found.ok_or_else(|| person("I don't know that button any more. `/blocker list` shows what there is."))
}

/// The caller, with all that decides about what they may see.
async fn viewer(db: &mut Db, act: &Act) -> Result<Viewer> {
    scene::viewer(db, act.partnership, act.actor.user).await
}

/// The blocker that a button points at, as long as the caller may see it.
async fn load(db: &mut Db, act: &Act) -> Result<(Scene, Viewer)> {
    let viewer = viewer(db, act).await?;
    let it = Scene::for_viewer(db, act.partnership, number_at(act, 0)?, &viewer, act.at).await?;
    Ok((it, viewer))
}

/// Who of those that see a blocker may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// Whoever waits.
    Waiting,
    /// Whoever is waited on.
    Asked,
    /// Either side.
    Both,
    /// Whoever sees it; the handler looks further.
    Reader,
}

/// The same, where the caller may do something to it and it is still in the way.
async fn theirs(db: &mut Db, act: &Act, by: By) -> Result<(Scene, Viewer)> {
    let (it, viewer) = load(db, act).await?;
    allowed(&it, &viewer, by)?;
    if it.one.resolved {
        return refuse("It is out of the way already. `/blocker show` can reopen it.");
    }
    Ok((it, viewer))
}

fn allowed(scene: &Scene, viewer: &Viewer, by: By) -> Result<()> {
    let (waits, is_asked) = (viewer.waits(&scene.one), viewer.is_asked(&scene.one));
    match by {
        By::Waiting if !waits => refuse("That is for the squad that waits: whoever raised it or looks after it."),
        By::Asked if scene.one.asked.is_none() => {
            refuse("It doesn't wait on an organisation any more. `/blocker show` tells how it stands.")
        }
        By::Asked if !is_asked => {
            refuse("That is for the people of the organisation that it waits on. You can add news, and they read it.")
        }
        By::Both if !waits && !is_asked => refuse("That is for those who wait, and those who are waited on."),
        _ => Ok(()),
    }
}

type How = Box<
    dyn for<'a> FnOnce(&'a mut Tx, &'a App, &'a Act, &'a mut Scene) -> BoxFuture<'a, Result<String>> + Send + 'static,
>;

/// Does something to a blocker in one transaction, and answers with how it stands then for the caller.
async fn act_on<F>(app: &App, act: &Act, by: By, how: F) -> Result<Message>
where
    F: for<'a> FnOnce(&'a mut Tx, &'a App, &'a Act, &'a mut Scene) -> BoxFuture<'a, Result<String>> + Send + 'static,
{
    let asked = act;
    let (own, act, how): (App, Act, How) = (app.clone(), act.clone(), Box::new(how));
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (mut scene, _) = theirs(tx, &act, by).await?;
            let said = how(tx, &own, &act, &mut scene).await?;
            keep::keep(tx, &own, &mut scene).await?;
            shown(tx, &act, &said).await
        })
    });
    asked.or_back(done.await)
}

/// A blocker as it stands now, for the caller.
async fn shown(db: &mut Db, act: &Act, said: &str) -> Result<Message> {
    let (mut scene, viewer) = load(db, act).await?;
    Ok(view::panel(&mut scene, &viewer, said))
}

/// Those on the other side and on the caller's own who look after a blocker.
fn owners(scene: &Scene) -> Vec<UserId> {
    vec![scene.one.author, scene.one.owner, scene.one.their_owner]
}

/// A text of a form as it was sent, empty where it was left so.
fn text(act: &Act, name: &str) -> String {
    act.text(name).unwrap_or_default().to_owned()
}

/// A private answer.
fn private(message: Message) -> Answer {
    Answer::Private(message)
}
