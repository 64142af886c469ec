//! A new squad.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::{Result, refuse};
use crate::features::squad::model::Squad;
use crate::features::squad::{policy, showing, store, view};
use crate::features::{checkin, member, setup};
use crate::outbox;
use crate::partnership::{ChannelId, PartnershipId, SquadId};
use crate::schedule::{Schedule, parse_zone};
use crate::storage::Tx;

/// `/squad create`.
pub(super) async fn create(app: &App, act: &Act) -> Result<Answer> {
    let name = policy::parse_name(act.required("name")?)?;
    let zone = policy::understood(parse_zone(act.required("zone")?))?;
    let schedule = match act.text("schedule") {
        Some(text) => policy::understood(Schedule::parse(text))?,
        None => app.config.squad.schedule.clone(),
    };
    let Some(Value::Channel(home)) = act.values.get("channel").cloned() else {
        return refuse("Please name the squad's home channel.");
    };
    let (lead, lead_name) = act.user("lead").unwrap_or((act.actor.user, &act.actor.name));
    usable(app, act.partnership, home).await?;
    let squad = Squad::new(&app.config.squad, name, home, lead, schedule, zone);
    let (lead_name, at, partnership) = (lead_name.to_owned(), act.at, act.partnership);
    let app = app.clone();
    let store = app.store.clone();
    store
        .write(partnership, move |tx| {
            Box::pin(async move {
                setup::commands::ready(tx, partnership).await?;
                let squad = found(tx, &app, partnership, squad, &lead_name, at).await?;
                Ok(Answer::Private(view::created(partnership, &squad, 1, at)))
            })
        })
        .await
}

/// Saves a new squad with its lead as the first in it, plans its days and shows its panel.
///
/// # Errors
/// When another squad has its name or its channel.
pub async fn found(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    squad: Squad,
    lead_name: &str,
    now: DateTime<Utc>,
) -> Result<Squad> {
    policy::no_clash(&store::all(tx, partnership).await?, &squad.name, squad.channel, None)?;
    let id = SquadId(setup::store::next_number(tx, partnership, "squad").await?);
    let squad = Squad { id, ..squad };
    store::save(tx, partnership, &squad, now).await?;
    member::store::ensure(tx, partnership, squad.lead, lead_name, now).await?;
    store::add_member(tx, partnership, id, squad.lead, now).await?;
    outbox::panel(tx, app, partnership, &showing::panel(&squad)).await?;
    checkin::replan(tx, app, partnership, Some(id), None).await?;
    Ok(squad)
}

/// Refuses a channel in which the bot lacks what it needs, and says what.
pub async fn usable(app: &App, partnership: PartnershipId, home: ChannelId) -> Result<()> {
    let checked = setup::commands::check(app, partnership, home).await;
    if checked.will_do() { Ok(()) } else { refuse(setup::view::permissions(&checked)) }
}
