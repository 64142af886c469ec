//! `/squad edit` and the settings panel.

use chrono_tz::Tz;

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::Result;
use crate::features::squad::model::Squad;
use crate::features::squad::{policy, showing, store, view};
use crate::features::{checkin, member, rota};
use crate::outbox;
use crate::partnership::text::{channel, escaped, mention};
use crate::partnership::{ChannelId, Message, SquadId, UserId};
use crate::schedule::{Schedule, parse_zone};
use crate::storage::{Db, Tx};

use super::{found, live, touch};

/// What the options of `/squad edit` ask for, read.
struct Wanted {
    name: Option<String>,
    channel: Option<ChannelId>,
    lead: Option<(UserId, String)>,
    schedule: Option<Schedule>,
    zone: Option<Tz>,
    add: Option<(UserId, String)>,
    remove: Option<UserId>,
}

impl Wanted {
    fn read(act: &Act) -> Result<Self> {
        let owned = |(user, name): (UserId, &str)| (user, name.to_owned());
        Ok(Self {
            name: act.text("name").map(policy::parse_name).transpose()?,
            channel: match act.values.get("channel") {
                Some(Value::Channel(channel)) => Some(*channel),
                _ => None,
            },
            lead: act.user("lead").map(owned),
            schedule: act.text("schedule").map(|text| policy::understood(Schedule::parse(text))).transpose()?,
            zone: act.text("zone").map(|text| policy::understood(parse_zone(text))).transpose()?,
            add: act.user("add").map(owned),
            remove: act.user("remove").map(|(user, _)| user),
        })
    }

    /// The squad with everything that is asked for, except its people.
    fn applied(&self, squad: &Squad) -> Squad {
        Squad {
            name: self.name.clone().unwrap_or_else(|| squad.name.clone()),
            channel: self.channel.unwrap_or(squad.channel),
            lead: self.lead.as_ref().map_or(squad.lead, |(user, _)| *user),
            schedule: self.schedule.clone().unwrap_or_else(|| squad.schedule.clone()),
            zone: self.zone.unwrap_or(squad.zone),
            ..squad.clone()
        }
    }

    /// What has changed, in words.
    fn news(&self) -> String {
        let mut news: Vec<String> = Vec::new();
        if let Some(name) = &self.name {
            news.push(format!("It is now called **{}**.", escaped(name)));
        }
        if let Some(home) = self.channel {
            news.push(format!("It is now at home in {}.", channel(home)));
        }
        if let Some((lead, _)) = &self.lead {
            news.push(format!("{} leads it now.", mention(*lead)));
        }
        if self.schedule.is_some() || self.zone.is_some() {
            news.push("Its times have changed.".to_owned());
        }
        if let Some((user, _)) = &self.add {
            news.push(format!("{} is in it now.", mention(*user)));
        }
        if let Some(user) = self.remove {
            news.push(format!("{} isn't in it any more.", mention(user)));
        }
        if news.is_empty() { String::new() } else { format!("✅ {}", news.join(" ")) }
    }
}

/// `/squad edit`: changes what the options name, and shows the settings.
pub(super) async fn edit(app: &App, act: &Act) -> Result<Answer> {
    let wanted = Wanted::read(act)?;
    if let Some(home) = wanted.channel {
        found::usable(app, act.partnership, home).await?;
    }
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    store.write(act.partnership, move |tx| Box::pin(async move { change(tx, &app, &act, &wanted).await })).await
}

async fn change(tx: &mut Tx, app: &App, act: &Act, wanted: &Wanted) -> Result<Answer> {
    let before = live(tx, act).await?;
    let after = wanted.applied(&before);
    policy::lead_stays(&after, wanted.remove.as_slice())?;
    policy::no_clash(&store::all(tx, act.partnership).await?, &after.name, after.channel, Some(after.id))?;
    save(tx, app, act, &before, &after).await?;
    for (user, name) in wanted.lead.iter().chain(&wanted.add) {
        enter(tx, app, act, after.id, *user, name).await?;
    }
    if let Some(user) = wanted.remove {
        store::remove_member(tx, act.partnership, after.id, user).await?;
        checkin::replan(tx, app, act.partnership, None, Some(user)).await?;
        rota::left(tx, app, act.partnership, user).await?;
    }
    panel(tx, act, &after, &wanted.news()).await.map(Answer::Private)
}

/// Saves a changed squad, and shows and plans anew what depends on it.
pub(super) async fn save(tx: &mut Tx, app: &App, act: &Act, before: &Squad, after: &Squad) -> Result<()> {
    store::save(tx, act.partnership, after, act.at).await?;
    if before.channel == after.channel {
        touch(tx, app, act.partnership, after.id).await?;
    } else {
        outbox::repost(tx, app, act.partnership, &showing::key(after.id), after.channel, outbox::Stands::InChannel)
            .await?;
    }
    if policy::replans(before, after) {
        checkin::replan(tx, app, act.partnership, Some(after.id), None).await?;
    }
    Ok(())
}

/// Puts somebody into a squad, known by the name that the server shows.
pub(super) async fn enter(tx: &mut Tx, app: &App, act: &Act, squad: SquadId, user: UserId, name: &str) -> Result<()> {
    member::store::ensure(tx, act.partnership, user, name, act.at).await?;
    store::add_member(tx, act.partnership, squad, user, act.at).await?;
    checkin::replan(tx, app, act.partnership, None, Some(user)).await?;
    touch(tx, app, act.partnership, squad).await
}

/// The settings again, from another panel.
pub(super) async fn settings(app: &App, act: &Act) -> Result<Answer> {
    let mut db = app.store.read().await?;
    let squad = live(&mut db, act).await?;
    panel(&mut db, act, &squad, "").await.map(Answer::Update)
}

/// The settings panel, with what has just happened.
pub(super) async fn panel(db: &mut Db, act: &Act, squad: &Squad, news: &str) -> Result<Message> {
    let people = store::members(db, act.partnership, squad.id).await?.len();
    Ok(view::settings(act.partnership, squad, people, news, act.at))
}
