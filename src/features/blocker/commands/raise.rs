//! Raising a blocker: by the command, from a message, from a check-in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::{Error, Result, person, refuse};
use crate::features::blocker::ask::{self, Reached};
use crate::features::blocker::model::{Blocker, Body, Kind, NOBODY, SeenBy};
use crate::features::blocker::scene::{self, Scene};
use crate::features::blocker::{keep, policy, store, view};
use crate::features::consent::{
    self,
    model::{Purpose, Waiting},
};
use crate::features::{checkin, member, setup, squad};
use crate::partnership::text::{escaped, message_link};
use crate::partnership::{Message, MessageId, OrganisationId, PartnershipId, SquadId, UserId};
use crate::schedule::parse_date;
use crate::storage::{Db, Tx};

use super::{number_at, organisation_named, private, text};

/// The name under which a blocker that can't be used is kept.
const FORM: &str = "blocker.raise:";

/// What a form is about: the squad, the kind, who may see it; the message that it comes from, its channel and
/// its author; and the obstacle of a check-in. 0 for none.
struct About {
    squad: SquadId,
    kind: Kind,
    seen_by: SeenBy,
    message: i64,
    author: UserId,
    obstacle: i64,
}

impl About {
    fn read(act: &Act) -> Result<Self> {
        let number = |at: usize| number_at(act, at).unwrap_or_default();
        let kind = act.row().nth(1).and_then(Kind::parse).unwrap_or(Kind::Dependency);
        let seen_by = act.row().nth(2).and_then(SeenBy::parse).unwrap_or(SeenBy::Named);
        let seen_by = policy::seen_by(kind, Some(seen_by));
        Ok(Self {
            squad: act.the_squad()?,
            kind,
            seen_by,
            message: number(3),
            author: UserId(number(4)),
            obstacle: number(5),
        })
    }

    fn row(&self) -> String {
        let Self { squad, kind, seen_by, message, author, obstacle } = self;
        format!("{squad},{},{},{message},{author},{obstacle}", kind.as_str(), seen_by.as_str())
    }

    fn form(&self, act: &Act, texts: [&str; 4]) -> Answer {
        Answer::Form(view::raise_form(act.partnership, &self.row(), self.kind, self.seen_by, texts))
    }
}

/// Whether the caller is of the squad, leads it, or stands in its channel. Others' squads raise their own.
async fn is_theirs(db: &mut Db, act: &Act) -> Result<()> {
    setup::commands::ready(db, act.partnership).await?;
    let squad = act.the_squad()?;
    let viewer = super::viewer(db, act).await?;
    let here = squad::store::get(db, act.partnership, squad).await?.is_some_and(|one| one.channel == act.channel);
    if here || viewer.squads.contains(&squad) {
        return Ok(());
    }
    refuse("You aren't in that squad. Run this in its channel, or name one of your own with the `squad` option.")
}

/// `/blocker raise`.
pub(super) async fn open(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    is_theirs(&mut db, act).await?;
    let kind = act.text("kind").and_then(Kind::parse).unwrap_or(Kind::Dependency);
    let seen_by = policy::seen_by(kind, act.text("seen-by").and_then(SeenBy::parse));
    let about = About { squad: act.the_squad()?, kind, seen_by, message: 0, author: NOBODY, obstacle: 0 };
    let waiting = match act.text("organisation") {
        Some(named) => {
            let id = organisation_named(&mut db, act, named).await?;
            crate::features::organisation::store::get(&mut db, act.partnership, id).await?.map(|one| one.name)
        }
        None => None,
    };
    Ok(about.form(act, ["", "", "", waiting.as_deref().unwrap_or_default()]))
}

/// The squad at home in the channel, or the only one of the caller's own: a guess would show it to the wrong people.
async fn squad_here(db: &mut Db, act: &Act) -> Result<SquadId> {
    setup::commands::ready(db, act.partnership).await?;
    let all = squad::store::all(db, act.partnership).await?;
    if let Some(here) = all.iter().find(|one| one.channel == act.channel) {
        return Ok(here.id);
    }
    let mut own = super::viewer(db, act).await?.squads;
    own.sort_unstable();
    own.dedup();
    match own[..] {
        [only] => Ok(only),
        [] => refuse("You are in no squad yet. `/squad join` is where it begins."),
        _ => {
            refuse("You are in several squads, so I can't tell which one waits. `/blocker raise` has a `squad` option.")
        }
    }
}

/// **Raise as blocker** in a message's menu.
pub(super) async fn from_message(app: &App, act: &Act) -> Result<Answer> {
    let squad = squad_here(&mut *app.store.read().await?, act).await?;
    let Some(Value::Message { id, author, text }) = act.values.get("message") else {
        return refuse("I can't read that message. `/blocker raise` does the same in your own words.");
    };
    let about = About {
        squad,
        kind: Kind::Dependency,
        seen_by: SeenBy::Squad,
        message: id.0,
        author: author.unwrap_or(NOBODY),
        obstacle: 0,
    };
    Ok(about.form(act, ["", text, "", ""]))
}

/// **Make it a blocker**, after a check-in: the row is the squad and the obstacle, which may be picked from a list.
pub(super) async fn from_checkin(app: &App, act: &Act) -> Result<Answer> {
    let obstacle = match act.pick().and_then(|id| id.parse().ok()) {
        Some(picked) => picked,
        None => number_at(act, 1)?,
    };
    let mut db = app.store.read().await?;
    let known = checkin::store::obstacles(&mut db, act.partnership, act.actor.user).await?;
    let Some(one) = known.into_iter().find(|one| one.id == obstacle) else {
        return refuse("That isn't in the way any more. `/blocker raise` takes anything else.");
    };
    let (kind, seen_by) = (Kind::Dependency, SeenBy::Squad);
    let about = About { squad: act.the_squad()?, kind, seen_by, message: 0, author: NOBODY, obstacle };
    Ok(about.form(act, [&one.text, "", "", ""]))
}

/// **Try again**: what couldn't be used comes back.
pub(super) async fn again(app: &App, act: &Act) -> Result<Answer> {
    let kept = setup::store::kept_form(&mut *app.store.read().await?, act.partnership, act.actor.user, FORM).await?;
    let text = |name: &str| kept.get(name).map_or("", String::as_str);
    Ok(About::read(act)?.form(act, [text("title"), text("needed"), text("by"), text("waiting")]))
}

/// The form was sent. What can't be used is kept, and comes back.
pub(super) async fn raised(app: &App, act: &Act) -> Result<Answer> {
    let about = About::read(act)?;
    // The squad reads it in its channel. What was said in a smaller circle is its author's to pass on.
    let squad = squad::store::get(&mut *app.store.read().await?, act.partnership, about.squad).await?;
    let home = squad.is_some_and(|squad| squad.channel == act.channel);
    let asks = !home && consent::is_needed(app, act, about.author).await;
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let (partnership, user) = (act.partnership, act.actor.user);
            match make(tx, &own, &act, &about, asks).await {
                Err(Error::Person(why)) => {
                    let text = |name: &str| (name.to_owned(), text(&act, name));
                    let texts = BTreeMap::from(["title", "needed", "by", "waiting"].map(text));
                    setup::store::keep_form(tx, partnership, user, FORM, &texts).await?;
                    Ok(view::form_again(partnership, &about.row(), &why))
                }
                done => {
                    setup::store::drop_form(tx, partnership, user, FORM).await?;
                    done
                }
            }
        })
    });
    done.await.map(private)
}

/// What is to be raised, whoever has to say yes to it first.
#[derive(Serialize, Deserialize)]
struct Draft {
    squad: i64,
    kind: String,
    seen_by: String,
    waiting: Option<i64>,
    #[serde(flatten)]
    says: Body,
}

async fn make(tx: &mut Tx, app: &App, act: &Act, about: &About, asks: bool) -> Result<Message> {
    let (partnership, user) = (act.partnership, act.actor.user);
    is_theirs(tx, act).await?;
    let waiting = match act.text("waiting") {
        Some(named) => Some(organisation_named(tx, act, named).await?),
        None => None,
    };
    let source = (about.message > 0).then(|| message_link(act.partnership, act.channel, MessageId(about.message)));
    let says = Body { title: text(act, "title"), needed: text(act, "needed"), source, ..Body::default() };
    let draft = Draft {
        squad: about.squad.0,
        kind: about.kind.as_str().to_owned(),
        seen_by: about.seen_by.as_str().to_owned(),
        waiting: waiting.map(|id| id.0),
        says: Body { needed_by: date(tx, act, "by").await?, ..says.cleaned()? },
    };
    member::store::ensure(tx, partnership, user, &act.actor.name, act.at).await?;
    if asks {
        let draft = serde_json::to_value(&draft)?;
        return consent::ask(tx, app, act, about.author, Purpose::Blocker, draft).await;
    }
    let (mut scene, reached) = put_up(tx, app, partnership, user, draft).await?;
    if about.obstacle > 0 {
        checkin::store::clear_obstacle(tx, partnership, user, about.obstacle, act.at).await?;
    }
    let viewer = scene::viewer(tx, partnership, user).await?;
    Ok(view::raised(&mut scene, &viewer, reached))
}

/// Keeps a blocker, and brings it before whom it waits on.
async fn put_up(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    user: UserId,
    draft: Draft,
) -> Result<(Scene, Option<Reached>)> {
    let squad = squad::store::get(tx, partnership, SquadId(draft.squad)).await?;
    let squad = squad.ok_or_else(|| person("That squad isn't there any more. `/blocker raise` takes another one."))?;
    let member = member::store::get(tx, partnership, user).await?;
    let now = app.clock.now();
    let mut one = Blocker {
        id: app.random.id(),
        number: None,
        squad: squad.id,
        author: user,
        owner: user,
        their_owner: NOBODY,
        their_person: NOBODY,
        kind: Kind::parse(&draft.kind).unwrap_or(Kind::Dependency),
        seen_by: SeenBy::parse(&draft.seen_by).unwrap_or(SeenBy::Named),
        resolved: false,
        waits: member.and_then(|member| member.agreed_organisation()),
        asked: None,
        says: draft.says,
        raised_at: now,
        changed_at: now,
    };
    one.wait_on(draft.waiting.map(OrganisationId), now);
    store::save(tx, partnership, &one).await?;
    let mut scene = Scene::of(tx, partnership, one, now).await?;
    keep::keep(tx, app, &mut scene).await?;
    keep::note(tx, app, &scene, user, "raised it", "").await?;
    let reached = bring(tx, app, &mut scene).await?;
    Ok((scene, reached))
}

/// The author of a message has said yes: it is raised as it waited. Answers how people name it, and how it goes on.
pub async fn let_raise(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    waiting: &Waiting,
) -> Result<(String, &'static str)> {
    let draft = serde_json::from_value(waiting.draft.clone())?;
    let (scene, _) = put_up(tx, app, partnership, waiting.by, draft).await?;
    let named = format!("{} ({})", scene.one.said(), escaped(&scene.one.says.title));
    Ok((named, "It stands in your squad's channel, and `/blocker show` has its buttons."))
}

/// Brings it before whom it waits on, if it waits on anybody and is shared.
pub(super) async fn bring(tx: &mut Tx, app: &App, scene: &mut Scene) -> Result<Option<Reached>> {
    if scene.one.asked.is_none() || !scene.shared() {
        return Ok(None);
    }
    ask::bring(tx, app, scene).await.map(Some)
}

/// A date that is still to come, as somebody wrote it; none where they left it out.
pub(super) async fn date(db: &mut Db, act: &Act, name: &str) -> Result<Option<chrono::NaiveDate>> {
    let Some(text) = act.text(name) else { return Ok(None) };
    let zone = member::zone_of(db, act.partnership, act.actor.user).await?;
    let today = act.at.with_timezone(&zone).date_naive();
    let date = parse_date(text, today)?;
    if date < today {
        return refuse(format!("{} is over. By when is it needed?", date.format("%-d %B %Y")));
    }
    Ok(Some(date))
}
