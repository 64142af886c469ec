//! Adding and changing an organisation.

use chrono_tz::Tz;

use crate::app::App;
use crate::command::{Act, Answer, Value};
use crate::error::{Result, person, refuse};
use crate::features::organisation::model::{Holidays, Keeper, Listed, Organisation};
use crate::features::organisation::policy::{self, Part};
use crate::features::organisation::{store, view};
use crate::features::{checkin, setup, squad};
use crate::partnership::calendar::Calendar;
use crate::partnership::text::{escaped, mention};
use crate::partnership::{ChannelId, Message, RoleId, UserId};
use crate::storage::Tx;

use super::{caller, found, keepers, list, load, tags};

/// The largest calendar file, in bytes.
const LARGEST_FILE: usize = 512 * 1024;

/// What the options ask for, read.
struct Wanted {
    name: Option<String>,
    tag: Option<String>,
    role: Option<RoleId>,
    calendar: Option<Holidays>,
    keepers: Vec<(UserId, String, Keeper)>,
    channel: Option<ChannelId>,
}

impl Wanted {
    async fn read(app: &App, act: &Act) -> Result<Self> {
        let asked = [("steward", Keeper::Steward), ("contact", Keeper::Contact), ("deputy", Keeper::Deputy)];
        let named = asked.into_iter().filter_map(|(option, job)| {
            let (user, name) = act.user(option)?;
            Some((user, name.to_owned(), job))
        });
        Ok(Self {
            name: act.text("name").map(squad::policy::parse_name).transpose()?,
            tag: act.text("tag").map(str::to_owned),
            role: match act.values.get("role") {
                Some(Value::Role(role, _)) => Some(*role),
                _ => None,
            },
            calendar: calendar(app, act).await?,
            keepers: named.collect(),
            channel: match act.values.get("channel") {
                Some(Value::Channel(channel)) => Some(*channel),
                _ => None,
            },
        })
    }

    /// The parts of the organisation that it changes.
    fn parts(&self, hours: bool) -> Vec<Part> {
        let looks = self.name.is_some() || self.tag.is_some() || self.role.is_some();
        let asks = |job| self.keepers.iter().any(|(_, _, other)| *other == job);
        [
            (looks, Part::Looks),
            (self.calendar.is_some(), Part::Calendar),
            (asks(Keeper::Steward), Part::Steward),
            (asks(Keeper::Contact) || asks(Keeper::Deputy), Part::Contact),
            (hours || self.channel.is_some(), Part::Reach),
        ]
        .into_iter()
        .filter(|(wanted, _)| *wanted)
        .map(|(_, part)| part)
        .collect()
    }
}

/// The calendar that was chosen or sent. A file counts over a choice.
async fn calendar(app: &App, act: &Act) -> Result<Option<Holidays>> {
    let Some(Value::File { size, url, .. }) = act.values.get("ics") else {
        return Ok(act.text("calendar").map(|key| Holidays::BuiltIn(key.to_owned())));
    };
    if usize::try_from(*size).map_or(true, |size| size > LARGEST_FILE) {
        return refuse(
            "That file is too big for a calendar: 512 KiB is the most. Export just the holidays, and try again.",
        );
    }
    let bytes = app.discord.download(url, LARGEST_FILE).await;
    let bytes = bytes.map_err(|_| person("I couldn't fetch that file from Discord. Please try again in a minute."))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| person("That isn't an .ics file. A calendar program exports one as “iCalendar” or “.ics”."))?;
    let calendar = Calendar::from_ics(&text).map_err(|why| person(why.to_string()))?;
    Ok(Some(Holidays::Own(calendar)))
}

/// `/organisation add`.
pub(super) async fn add(app: &App, act: &Act) -> Result<Answer> {
    let wanted = Wanted::read(app, act).await?;
    let name = wanted.name.clone().ok_or_else(|| person("Please fill in “name”."))?;
    let act = act.clone();
    app.store
        .write(act.partnership, move |tx| {
            Box::pin(async move {
                setup::commands::ready(tx, act.partnership).await?;
                let all = store::all(tx, act.partnership).await?;
                policy::no_clash(&all, &name, None)?;
                let tag = match &wanted.tag {
                    Some(tag) => policy::parse_tag(tag, &tags(&all, None))?,
                    None => policy::tag_for(&name, &tags(&all, None)),
                };
                let calendar = wanted.calendar.clone().unwrap_or_else(Holidays::none);
                let one =
                    found(tx, act.partnership, Organisation::new(name, tag, wanted.role, calendar), act.at).await?;
                let news = added(&one, wanted.calendar.as_ref());
                let listed = list::listed(tx, act.partnership, one).await?;
                Ok(Answer::Private(view::changed_looks(act.partnership, &listed, &news, &[], false)))
            })
        })
        .await
}

fn added(one: &Organisation, calendar: Option<&Holidays>) -> String {
    let none =
        if one.calendar.is_none() { " It keeps no holidays yet: `calendar` or `ics` there sets them." } else { "" };
    format!(
        "✅ **{}** is here. Next: `/organisation edit` with `steward` names who looks after its people.{none}{}",
        escaped(&one.name),
        left_out(calendar)
    )
}

/// What of a calendar file was left out.
fn left_out(calendar: Option<&Holidays>) -> String {
    match calendar {
        Some(Holidays::Own(own)) if own.timed_events_ignored() > 0 => {
            format!(
                " Of the file, {} with a time of day were left out: only whole days are holidays.",
                own.timed_events_ignored()
            )
        }
        _ => String::new(),
    }
}

/// `/organisation edit`: changes what the options name, and shows how it is now.
pub(super) async fn edit(app: &App, act: &Act) -> Result<Answer> {
    let wanted = Wanted::read(app, act).await?;
    if let Some(channel) = wanted.channel {
        squad::commands::usable(app, act.partnership, channel).await?;
    }
    let (app, act) = (app.clone(), act.clone());
    let store = app.store.clone();
    let message = store.write(act.partnership, move |tx| Box::pin(async move { change(tx, &app, &act, wanted).await }));
    message.await.map(Answer::Private)
}

async fn change(tx: &mut Tx, app: &App, act: &Act, wanted: Wanted) -> Result<Message> {
    let before = load(tx, act).await?;
    let caller = caller(tx, act, before.id).await?;
    let has_steward = !store::stewards(tx, act.partnership, before.id).await?.is_empty();
    let zone = setup::store::get(tx, act.partnership).await?.map_or(Tz::UTC, |one| one.zone);
    let hours =
        policy::parse_working_hours(&before.hours(zone), act.text("zone"), act.text("days"), act.text("hours"))?;
    let parts = wanted.parts(hours.is_some());
    for part in parts.iter().copied() {
        policy::check(caller, has_steward, part, &before.name)?;
    }
    let all = store::all(tx, act.partnership).await?;
    let name = wanted.name.clone().unwrap_or_else(|| before.name.clone());
    policy::no_clash(&all, &name, Some(before.id))?;
    let tag = match &wanted.tag {
        Some(tag) => policy::parse_tag(tag, &tags(&all, Some(before.id)))?,
        None => before.tag.clone(),
    };
    let calendar = wanted.calendar.clone().unwrap_or_else(|| before.calendar.clone());
    let after = Organisation {
        name,
        tag,
        role: wanted.role.or(before.role),
        calendar,
        hours: hours.or(before.hours),
        channel: wanted.channel.or(before.channel),
        ..before
    };
    store::save(tx, act.partnership, &after, act.at).await?;
    if wanted.calendar.is_some() {
        checkin::replan(tx, app, act.partnership, None, None).await?;
    }
    if wanted.tag.is_some() {
        squad::commands::touch_all(tx, app, act.partnership).await?;
    }
    let (asked, mut news) = ask_all(tx, app, act, &after, &wanted.keepers).await?;
    if !parts.is_empty() {
        news = format!("✅ Saved.{news}{}", left_out(wanted.calendar.as_ref()));
    }
    let listed: Listed = list::listed(tx, act.partnership, after).await?;
    Ok(view::changed_looks(act.partnership, &listed, &news, &asked, caller.steward))
}

/// Asks everybody who was named, and says so.
async fn ask_all(
    tx: &mut Tx,
    app: &App,
    act: &Act,
    one: &Organisation,
    named: &[(UserId, String, Keeper)],
) -> Result<(Vec<(UserId, Keeper)>, String)> {
    let mut asked = Vec::new();
    let mut news = Vec::new();
    for (user, name, job) in named {
        let (who, what) = (mention(*user), job.as_str());
        if keepers::ask(tx, app, act, one, *user, name, *job).await? {
            asked.push((*user, *job));
            news.push(format!(" I've asked {who} to be its {what}; it counts once they accept."));
        } else {
            news.push(format!(" {who} is its {what} already."));
        }
    }
    Ok((asked, news.concat()))
}
