//! `/privacy`, and the buttons on its answers.

use chrono::{NaiveDate, SecondsFormat};
use serde_json::Value;

use crate::app::App;
use crate::command::{Act, Answer, Entry, Handler, On, Place, Shows, Who, Whose};
use crate::error::Result;
use crate::features::{
    FEATURES, Kept, blocker, checkin, coffee, conversation, cover, member, organisation, release, setup, share, squad,
};
use crate::handler;
use crate::outbox;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::{Db, Tx};

use super::view::{self, Holding};
use super::{policy, store};

pub(super) const ENTRIES: &[Entry] = &[
    command("privacy show", "See what is held about you here: what, why, who sees it, until when", handler!(show)),
    command("privacy export", "Get a copy of everything that is held about you here", handler!(export)),
    command("privacy erase", "Erase everything that is held about you here; asks first", handler!(ask)),
    button("privacy.copy", Shows::Private, handler!(export)),
    button("privacy.ask", Shows::Private, handler!(ask)),
    button("privacy.erase", Shows::Update, handler!(erase)),
    button("privacy.keep", Shows::Update, handler!(keep)),
];

/// For anyone: also somebody who has left all squads has a right to what is theirs.
const fn command(name: &'static str, about: &'static str, run: Handler) -> Entry {
    Entry {
        on: On::Command { name, about, options: &[] },
        who: Who::Anyone,
        place: Place::Server,
        whose: Whose::Own,
        shows: Shows::Private,
        run,
    }
}

const fn button(action: &'static str, shows: Shows, run: Handler) -> Entry {
    Entry { on: On::Component(action), who: Who::Anyone, place: Place::Anywhere, whose: Whose::Own, shows, run }
}

/// What was loaded about the caller.
struct Loaded {
    server: String,
    held: Vec<(&'static Kept, Value)>,
    nothing: Vec<&'static Kept>,
    looks: Vec<store::Look>,
    organisation: Option<String>,
    retention_days: u16,
    leads: Vec<String>,
}

impl Loaded {
    fn holding<'a>(&'a self, app: &'a App, partnership: PartnershipId) -> Holding<'a> {
        Holding {
            partnership,
            server: &self.server,
            held: &self.held,
            nothing: &self.nothing,
            looks: &self.looks,
            organisation: self.organisation.as_deref(),
            retention_days: self.retention_days,
            contact: &app.config.privacy.contact,
        }
    }
}

async fn load(db: &mut Db, act: &Act) -> Result<Loaded> {
    let (partnership, user) = (act.partnership, act.actor.user);
    let (mut held, mut nothing) = (Vec::new(), Vec::new());
    for kept in kinds() {
        let copy = (kept.export)(db, partnership, user).await?;
        if policy::is_nothing(&copy) { nothing.push(kept) } else { held.push((kept, copy)) }
    }
    let member = member::store::get(db, partnership, user).await?;
    let organisation = match member.and_then(|member| member.agreed_organisation()) {
        Some(id) => organisation::store::get(db, partnership, id).await?,
        None => None,
    };
    let settings = organisation.as_ref().map_or_else(organisation::model::Settings::default, |one| one.settings);
    let leads = squad::store::led_by(db, partnership, user).await?;
    Ok(Loaded {
        server: setup::store::get(db, partnership).await?.map_or_else(|| "this server".to_owned(), |one| one.name),
        held,
        nothing,
        looks: store::looks(db, partnership, user).await?,
        organisation: organisation.map(|one| one.name),
        retention_days: settings.retention_days,
        leads: leads.into_iter().map(|squad| squad.name).collect(),
    })
}

/// All kinds of personal data, over all features.
fn kinds() -> impl Iterator<Item = &'static Kept> {
    FEATURES.iter().flat_map(|feature| feature.keeps)
}

async fn show(app: &App, act: &Act) -> Result<Answer> {
    let loaded = load(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Private(view::show(&loaded.holding(app, act.partnership))))
}

async fn export(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let loaded = load(&mut db, act).await?;
    let zone = member::zone_of(&mut db, act.partnership, act.actor.user).await?;
    let name = policy::file_name(&loaded.server, act.at.with_timezone(&zone).date_naive());
    let holding = loaded.holding(app, act.partnership);
    let made_at = act.at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let document = view::document(&holding, act.actor.user.0, &made_at);
    Ok(Answer::Private(view::copy(&holding, name, &document)))
}

async fn ask(app: &App, act: &Act) -> Result<Answer> {
    let loaded = load(&mut *app.store.read().await?, act).await?;
    Ok(Answer::Private(view::ask(&loaded.holding(app, act.partnership), &loaded.leads)))
}

async fn erase(app: &App, act: &Act) -> Result<Answer> {
    let (own, partnership, user) = (app.clone(), act.partnership, act.actor.user);
    let erased = app.store.write(partnership, move |tx| {
        Box::pin(async move {
            erase_everything(tx, &own, partnership, user).await?;
            Ok(view::erased())
        })
    });
    erased.await.map(Answer::Update)
}

#[allow(clippy::unused_async, reason = "a handler is async")]
async fn keep(_: &App, _: &Act) -> Result<Answer> {
    Ok(Answer::Update(view::kept()))
}

/// Erases everything about somebody in a partnership, and shows anew whatever showed it.
pub async fn erase_everything(tx: &mut Tx, app: &App, partnership: PartnershipId, user: UserId) -> Result<()> {
    let shared = checkin::store::history(tx, partnership, user, NaiveDate::MIN, i64::MAX).await?;
    let said = conversation::said_by(tx, partnership, user).await?;
    let coffees = coffee::store::of_person(tx, partnership, user).await?;
    let dates: Vec<NaiveDate> = shared.into_iter().map(|day| day.date).collect();
    cover::left(tx, app, partnership, user).await?;
    for kept in kinds() {
        (kept.erase)(tx, partnership, user).await?;
    }
    outbox::retract(tx, app, partnership, &checkin::policy::threads_about(user)).await?;
    outbox::retract(tx, app, partnership, &release::abouts(user)).await?;
    outbox::retract(tx, app, partnership, &blocker::abouts(user)).await?;
    outbox::retract(tx, app, partnership, &share::abouts(user)).await?;
    conversation::forgotten(tx, app, partnership, user, &said).await?;
    coffee::forgotten(tx, app, partnership, &coffees).await?;
    for about in cover::policy::abouts(user) {
        outbox::retract(tx, app, partnership, &about).await?;
    }
    outbox::retract_mentions(tx, app, partnership, user).await?;
    for panel in outbox::panels(tx, partnership).await? {
        if policy::may_show(&panel, &dates) {
            outbox::touch(tx, app, partnership, &panel).await?;
        }
    }
    Ok(())
}
