//! Planning a shared rest day: the lead proposes, and each agrees for themselves.

use chrono::{Datelike, Days, NaiveDate};

use crate::app::App;
use crate::command::{Act, Answer, Entry, On, Place, Shows, Who, Whose};
use crate::error::{Result, person as said_to, refuse};
use crate::features::squad::model::Squad;
use crate::features::{away, member, squad};
use crate::handler;
use crate::outbox::{self, Panel};
use crate::partnership::{Message, PartnershipId};
use crate::storage::Db;

use super::look::off;
use super::model::Planned;
use super::{policy, store, view};

/// This feature's lines of the command table.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        on: On::Component("rest.plan"),
        who: Who::Lead,
        place: Place::Anywhere,
        whose: Whose::Squad,
        shows: Shows::Private,
        run: handler!(plan),
    },
    Entry {
        on: On::Component("rest.pick"),
        who: Who::Lead,
        place: Place::Anywhere,
        whose: Whose::Squad,
        shows: Shows::Update,
        run: handler!(pick),
    },
    Entry {
        on: On::Component("rest.withdraw"),
        who: Who::Lead,
        place: Place::Anywhere,
        whose: Whose::Squad,
        shows: Shows::Update,
        run: handler!(withdraw),
    },
    Entry {
        on: On::Component("rest.off"),
        who: Who::Member,
        place: Place::Server,
        whose: Whose::Own,
        shows: Shows::Private,
        run: handler!(agree),
    },
];

async fn squad_of(db: &mut Db, act: &Act) -> Result<Squad> {
    let squad = squad::store::get(db, act.partnership, act.the_squad()?).await?;
    squad.ok_or_else(|| said_to("That squad isn't there any more."))
}

fn today(act: &Act, squad: &Squad) -> NaiveDate {
    act.at.with_timezone(&squad.zone).date_naive()
}

async fn plan(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let squad = squad_of(&mut db, act).await?;
    let today = today(act, &squad);
    let members = squad::store::members(&mut db, act.partnership, squad.id).await?;
    let away = away::store::between(&mut db, act.partnership, today, today + Days::new(28)).await?;
    let count = |date: NaiveDate| {
        members.iter().filter(|user| away.iter().any(|(who, one)| who == *user && one.covers(date))).count()
    };
    let days = policy::proposals(today, |date| squad.working_days.contains(date.weekday()), count);
    Ok(Answer::Private(view::plan(act.partnership, &squad, &days)))
}

async fn pick(app: &App, act: &Act) -> Result<Answer> {
    let date = act.pick().and_then(|picked| picked.parse::<NaiveDate>().ok());
    let date = date.ok_or_else(|| said_to("Please pick one of the days."))?;
    let (own, act) = (app.clone(), act.clone());
    let asked = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let squad = squad_of(tx, &act).await?;
            if date <= today(&act, &squad) {
                return refuse("That day is over. Press **Plan a shared rest day** again.");
            }
            store::propose(tx, act.partnership, squad.id, date, act.actor.user, act.at).await?;
            let panel = Panel {
                key: policy::key(squad.id, date),
                channel: squad.channel,
                thread_title: String::new(),
                pinned: false,
                stands: outbox::Stands::InChannel,
                folded: false,
            };
            outbox::panel(tx, &own, act.partnership, &panel).await?;
            Ok(view::asked(act.partnership, &squad, date))
        })
    });
    asked.await.map(Answer::Update)
}

async fn withdraw(app: &App, act: &Act) -> Result<Answer> {
    let (own, act) = (app.clone(), act.clone());
    let done = app.store.write(act.partnership, move |tx| {
        Box::pin(async move {
            let squad = squad_of(tx, &act).await?;
            let Some((_, date)) = policy::parse_row(&act.pointer.row) else {
                return refuse("I don't know that button any more.");
            };
            store::withdraw(tx, act.partnership, squad.id, date).await?;
            outbox::touch(tx, &own, act.partnership, &policy::key(squad.id, date)).await?;
            Ok(view::withdrawn(&squad, date))
        })
    });
    done.await.map(Answer::Update)
}

/// "I'll be off": the caller's own day away, which the proposal then shows.
async fn agree(app: &App, act: &Act) -> Result<Answer> {
    let Some((_, date)) = policy::parse_row(&act.pointer.row) else {
        return refuse("I don't know that button any more. `/away add` notes a day off.");
    };
    let zone = member::zone_of(&mut *app.store.read().await?, act.partnership, act.actor.user).await?;
    if date < act.at.with_timezone(&zone).date_naive() {
        return refuse("That day is over. `/away add` notes another one.");
    }
    away::note_day(app, act, date).await.map(Answer::Private)
}

/// The proposal, as the rows are now.
pub(super) async fn render(app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Message>> {
    let Some((squad, date)) = policy::parse_row(row) else { return Ok(None) };
    let mut db = app.store.read().await?;
    let Some(squad) = squad::store::get(&mut db, partnership, squad).await? else { return Ok(None) };
    if store::proposed(&mut db, partnership, squad.id, date, date).await?.is_empty() {
        return Ok(Some(view::withdrawn(&squad, date)));
    }
    let planned = Planned { date, off: off(&mut db, partnership, &squad, date).await? };
    Ok(Some(view::proposal(partnership, &squad, &planned)))
}
