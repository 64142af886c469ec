//! Releases that CI tells of, and the one tally a day that a squad reads of them.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::app::App;
use crate::error::Result;
use crate::features::member::model::Contact;
use crate::features::member::{self, Subject};
use crate::features::pace::{self, By};
use crate::features::squad::{self, model::Squad};
use crate::outbox::{self, Panel};
use crate::partnership::{Message, PartnershipId, SquadId};
use crate::schedule::resolve;
use crate::storage::Tx;

use super::model::Arrival;
use super::{store, view};

/// The first part of a tally's key.
pub(super) const KIND: &str = "release.day";

/// What is older than this is counted and not announced any more.
const NEWS: TimeDelta = TimeDelta::days(2);

fn key(squad: &Squad, at: DateTime<Utc>) -> String {
    format!("{KIND}:{},{}", squad.id, at.with_timezone(&squad.zone).date_naive())
}

/// Keeps a release that CI told a squad of, once. Whether it is new.
pub async fn arrived(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    squad: &Squad,
    arrival: &Arrival,
) -> Result<bool> {
    if let Some((id, whole)) = store::known(tx, partnership, arrival).await? {
        if !whole && !arrival.sha.is_empty() {
            store::set_sha(tx, partnership, id, &arrival.sha).await?;
        }
        return Ok(false);
    }
    let now = app.clock.now();
    // An account may outlast its person's time here.
    let member = match arrival.person {
        Some(person) => member::store::get(tx, partnership, person).await?,
        None => None,
    };
    let arrival = Arrival { person: member.as_ref().map(|member| member.user), ..arrival.clone() };
    store::keep(tx, partnership, app.random.id(), &arrival, now).await?;
    if now - arrival.at < NEWS {
        let panel = Panel {
            key: key(squad, arrival.at),
            channel: squad.channel,
            thread_title: String::new(),
            pinned: false,
            stands: outbox::Stands::InChannel,
            folded: false,
        };
        outbox::panel(tx, app, partnership, &panel).await?;
    }
    if let Some(member) = member.filter(|member| member.contact == Contact::Start) {
        let subject = Subject::load(tx, partnership, &member).await?;
        pace::look(tx, app, &subject, By::Time).await?;
    }
    Ok(true)
}

/// Shows a day's tally anew, where there is one: somebody recorded a release, or took it back.
pub(super) async fn touch(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    squad: &Squad,
    at: DateTime<Utc>,
) -> Result<()> {
    outbox::touch(tx, app, partnership, &key(squad, at)).await
}

/// A day's tally as it is at present.
pub(super) async fn render(app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Message>> {
    let Some((squad, date)) = row.split_once(',') else { return Ok(None) };
    let (Ok(squad), Ok(date)) = (squad.parse::<SquadId>(), date.parse::<NaiveDate>()) else { return Ok(None) };
    let mut db = app.store.read().await?;
    let Some(squad) = squad::store::get(&mut db, partnership, squad).await? else { return Ok(None) };
    let [from, to] = [date, date + Days::new(1)].map(|date| resolve(date.and_time(NaiveTime::MIN), squad.zone));
    let releases = store::tallied(&mut db, partnership, squad.id, from, to).await?;
    Ok((!releases.is_empty()).then(|| view::tally(partnership, &squad, date, &releases)))
}
