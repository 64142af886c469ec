//! Choosing a kind of conversation, framing it, and opening it.

use std::collections::BTreeMap;

use crate::app::App;
use crate::command::{Act, Answer, Choice, Value};
use crate::discord::Whereabouts;
use crate::error::{Error, Result, person, refuse};
use crate::features::blocker::{self, Topic};
use crate::features::conversation::library::Template;
use crate::features::conversation::model::{Conversation, Frame, Stage, Voice};
use crate::features::conversation::scene::Scene;
use crate::features::conversation::{advance, store, thread, view};
use crate::features::{member, organisation, pulse, setup};
use crate::partnership::text::{channel as link, clipped, escaped};
use crate::partnership::{ChannelId, Message};
use crate::schedule::parse_deadline;
use crate::storage::{Db, Tx, seal};

use super::{choice, private};

/// The name under which a frame that can't be used is kept.
const FORM: &str = "conversation.frame:";
/// Longest title that the form takes, in characters.
const LONGEST_TITLE: usize = 80;
/// What the bot needs to begin a thread: view, send, send in threads, create public threads, embed links, attach files.
const NEEDED: [(u64, &str); 6] = [
    (1 << 10, "View Channel"),
    (1 << 11, "Send Messages"),
    (1 << 38, "Send Messages in Threads"),
    (1 << 35, "Create Public Threads"),
    (1 << 14, "Embed Links"),
    (1 << 15, "Attach Files"),
];

/// Kinds by what was typed; six are offered first.
#[allow(clippy::unused_async, reason = "a completer is async")]
pub(crate) async fn kinds(app: &App, act: &Act) -> Result<Vec<Choice>> {
    let typed = act.text("template").unwrap_or_default().to_lowercase();
    let fits = |name: &str, purpose: &str, key: &str| {
        [name, purpose, key].iter().any(|text| text.to_lowercase().contains(&typed))
    };
    let all = app.library.first_six().chain(app.library.rest());
    let mut offered: Vec<Choice> = all
        .filter(|one| fits(&one.name, &one.purpose, &one.key))
        .map(|one| choice(&one.key, &format!("{}: {}", one.name, one.purpose)))
        .collect();
    if fits(pulse::NAME, pulse::PURPOSE, pulse::KEY) {
        offered.push(choice(pulse::KEY, &format!("{}: {}", pulse::NAME, pulse::PURPOSE)));
    }
    Ok(offered)
}

/// What is known of a conversation before it is framed.
struct Wish {
    anonymous: bool,
    channel: ChannelId,
    /// The number of the blocker that it is about; 0 for none.
    blocker: i64,
}

impl Wish {
    /// From its place in a pointer's row.
    fn read(act: &Act, at: usize) -> Self {
        let blocker = act.row().nth(at + 2).and_then(|number| number.parse().ok()).unwrap_or_default();
        Self { anonymous: act.row().nth(at) == Some("1"), channel: act.channel_in_row(at + 1), blocker }
    }

    fn row(&self) -> String {
        format!("{},{},{}", u8::from(self.anonymous), self.channel, self.blocker)
    }
}

/// `/conversation start`.
pub(super) async fn start(app: &App, act: &Act) -> Result<Answer> {
    setup::commands::ready(&mut *app.store.read().await?, act.partnership).await?;
    let channel = match act.values.get("channel") {
        Some(Value::Channel(channel)) => *channel,
        _ => act.channel,
    };
    let wish = Wish { anonymous: act.text("anonymous") == Some("yes"), channel, blocker: 0 };
    match act.text("template") {
        None => private(view::choose(act.partnership, &app.library, &wish.row(), false)),
        Some(key) => form(app, act, key, &wish).await,
    }
}

/// **Talk it through…**, on a blocker: the row is its number. It is held where the blocker stands, so that nobody
/// reads of it who couldn't before.
pub(super) async fn about(app: &App, act: &Act) -> Result<Answer> {
    let topic = topic(&mut *app.store.read().await?, act, &act.pointer.row).await?;
    let wish = Wish { anonymous: false, channel: topic.channel, blocker: topic.number };
    private(view::choose(act.partnership, &app.library, &wish.row(), false))
}

/// The blocker of that number, as long as the caller sees it.
async fn topic(db: &mut Db, act: &Act, number: &str) -> Result<Topic> {
    let seen = blocker::visible(db, act, number).await?;
    let found = match seen.first() {
        Some(number) => blocker::topic(db, act.partnership, *number).await?,
        None => None,
    };
    let Some(topic) = found else {
        return refuse("That blocker is out of the way, or isn't there any more. `/blocker list` has the others.");
    };
    if topic.between.is_empty() && !topic.open {
        return refuse(
            "Only its squad sees this blocker, so there is nobody to ask. Say first on whom it waits, or share it with everybody here.",
        );
    }
    Ok(topic)
}

/// **More**.
#[allow(clippy::unused_async, reason = "a handler is async")]
pub(super) async fn more(app: &App, act: &Act) -> Result<Answer> {
    Ok(Answer::Update(view::choose(act.partnership, &app.library, &act.pointer.row, true)))
}

/// A kind was picked.
pub(super) async fn pick(app: &App, act: &Act) -> Result<Answer> {
    form(app, act, act.pick().unwrap_or_default(), &Wish::read(act, 0)).await
}

/// **Try again**.
pub(super) async fn frame(app: &App, act: &Act) -> Result<Answer> {
    form(app, act, act.row().next().unwrap_or_default(), &Wish::read(act, 1)).await
}

async fn form(app: &App, act: &Act, key: &str, wish: &Wish) -> Result<Answer> {
    if pulse::is_meant(key) {
        return pulse::form(app, act, wish.channel).await;
    }
    let template = template(app, key)?;
    let mut db = app.store.read().await?;
    let mut kept = setup::store::kept_form(&mut db, act.partnership, act.actor.user, FORM).await?;
    if wish.blocker > 0 && kept.is_empty() {
        let topic = topic(&mut db, act, &format!("B-{}", wish.blocker)).await?;
        kept.insert("title".to_owned(), clipped(&topic.title, LONGEST_TITLE));
        kept.insert("good".to_owned(), topic.needed);
    }
    let text = |name: &str| kept.get(name).map_or("", String::as_str);
    let row = format!("{},{}", template.key, wish.row());
    let kept = [text("title"), text("why"), text("good"), text("deadline")];
    Ok(Answer::Form(view::frame_form(act.partnership, template, &row, kept)))
}

pub(crate) fn template<'a>(app: &'a App, key: &str) -> Result<&'a Template> {
    let found = app.library.all().find(|one| one.key == key || one.name.eq_ignore_ascii_case(key));
    found.ok_or_else(|| {
        person(format!(
            "I know no kind of conversation “{}”. `/conversation templates` shows all of them.",
            escaped(key)
        ))
    })
}

/// The channel in which it begins, and whether that is a forum; or what the bot lacks there.
pub(crate) async fn place(app: &App, act: &Act, channel: ChannelId) -> Result<(ChannelId, bool)> {
    let whereabouts = app.discord.whereabouts(channel).await;
    let (channel, forum) = match whereabouts.map_err(|_| closed(channel))? {
        Whereabouts::Text => (channel, false),
        Whereabouts::Forum => (channel, true),
        Whereabouts::ThreadOf(parent) => match app.discord.whereabouts(parent).await.map_err(|_| closed(parent))? {
            Whereabouts::Forum => (parent, true),
            _ => (parent, false),
        },
        Whereabouts::Other => {
            return refuse("A conversation needs a text channel or a forum. Name one with the `channel` option.");
        }
    };
    let granted = app.discord.bot_permissions(act.partnership, channel).await.map_err(|_| closed(channel))?;
    let lacking: Vec<&str> = NEEDED.iter().filter(|(bit, _)| granted & bit == 0).map(|(_, name)| *name).collect();
    if lacking.is_empty() {
        return Ok((channel, forum));
    }
    refuse(format!(
        "In {} I also need: {}. An admin can allow it in the channel's settings.",
        link(channel),
        lacking.join(", ")
    ))
}

fn closed(channel: ChannelId) -> Error {
    person(format!("I can't look into {}. An admin can allow me **View Channel** there.", link(channel)))
}

/// The frame was sent. What can't be used is kept, and comes back.
pub(super) async fn framed(app: &App, act: &Act) -> Result<Answer> {
    let wish = Wish::read(act, 1);
    let template = template(app, act.row().next().unwrap_or_default())?.clone();
    let topic = match wish.blocker {
        0 => None,
        number => Some(topic(&mut *app.store.read().await?, act, &format!("B-{number}")).await?),
    };
    // Where it stands is not the button's to say.
    let channel = topic.as_ref().map_or(wish.channel, |topic| topic.channel);
    let place = match place(app, act, channel).await {
        Ok(place) => Ok(place),
        Err(Error::Person(why)) => Err(why),
        Err(unexpected) => return Err(unexpected),
    };
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            let opened = match place {
                Ok(place) => open(tx, &own, &act, template, (wish.anonymous, topic), place).await,
                Err(why) => Err(Error::Person(why)),
            };
            match opened {
                Err(Error::Person(why)) => {
                    let text = |name: &str| (name.to_owned(), act.text(name).unwrap_or_default().to_owned());
                    let texts = BTreeMap::from(["title", "why", "good", "deadline"].map(text));
                    setup::store::keep_form(tx, partnership, user, FORM, &texts).await?;
                    Ok(view::again(partnership, "conversation.frame", &act.pointer.row, &why))
                }
                done => {
                    setup::store::drop_form(tx, partnership, user, FORM).await?;
                    done
                }
            }
        })
    });
    done.await.map(Answer::Private)
}

async fn open(
    tx: &mut Tx,
    app: &App,
    act: &Act,
    template: Template,
    (anonymous, topic): (bool, Option<Topic>),
    (channel, forum): (ChannelId, bool),
) -> Result<Message> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let zone = member::zone_of(tx, partnership, user).await?;
    let deadline = parse_deadline(act.required("deadline")?, act.at, zone)?;
    let title = act.required("title")?.split_whitespace().collect::<Vec<_>>().join(" ");
    let organisations = organisation::store::all(tx, partnership).await?;
    if organisations.is_empty() {
        return refuse(
            "There is no organisation here yet, so nobody would know whose voice is whose. `/organisation add` comes first; what you wrote is kept.",
        );
    }
    // A blocker is between two: the others may speak, and nobody waits for them.
    let between = topic.as_ref().map(|topic| topic.between.as_slice()).filter(|between| !between.is_empty());
    let voices: Vec<Voice> = organisations
        .iter()
        .filter(|one| between.is_none_or(|between| between.contains(&one.id)))
        .map(|one| Voice { organisation: one.id, deputy: None })
        .collect();
    if voices.is_empty() {
        return refuse(
            "Neither side of this blocker is here any more. Say first on whom it waits; what you wrote is kept.",
        );
    }
    member::store::ensure(tx, partnership, user, &act.actor.name, act.at).await?;
    let text = |name: &str| act.text(name).unwrap_or_default().to_owned();
    let frame = Frame {
        title,
        why: text("why"),
        good: text("good"),
        blocker: topic.as_ref().map(|topic| topic.number),
        template,
    };
    // The same form sent twice is one conversation.
    for one in store::open(tx, partnership).await? {
        let same = one.facilitator == Some(user) && one.channel == channel && one.anonymous == anonymous;
        if same && one.stage == Stage::Gathering && one.frame == frame {
            return Ok(view::begun(&Scene::of(tx, partnership, one).await?));
        }
    }
    let one = Conversation {
        number: setup::store::next_number(tx, partnership, "conversation").await?,
        frame,
        facilitator: Some(user),
        anonymous,
        channel,
        forum,
        stage: Stage::Gathering,
        turned_at: act.at,
        ends_at: Some(deadline),
        deadline,
        nudges: 0,
        proposal: None,
        grace: false,
        outcome: None,
        opened_at: act.at,
        closed_at: None,
    };
    store::set_voices(tx, partnership, one.number, &voices).await?;
    if anonymous {
        seal::make(tx, &app.random, partnership, &one.seal()).await?;
    }
    let scene = Scene::of(tx, partnership, one).await?;
    advance::keep(tx, app, &scene).await?;
    thread::say(tx, app, &scene, view::opened(&scene)).await?;
    if let Some(topic) = topic {
        let what = format!("began conversation C-{} about it", scene.one.number);
        blocker::talked(tx, app, partnership, topic.number, user, &what).await?;
    }
    Ok(view::begun(&scene))
}
