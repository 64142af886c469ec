//! What happens when a check-in is due.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use futures::FutureExt;

use crate::app::App;
use crate::error::Result;
use crate::features::away::model::Away;
use crate::features::member::model::{Contact, Member};
use crate::features::organisation::model::Organisation;
use crate::features::squad::model::Squad;
use crate::features::{away, member, organisation, rest, setup, squad};
use crate::outbox::{self, Budget, Post, Target};
use crate::partnership::{Message, OrganisationId, PartnershipId, SquadId, UserId};
use crate::scheduler::{self, Due, Job};
use crate::storage::{Db, Tx};

use super::form::show_day;
use super::model::State;
use super::{plan, policy, store, view};

/// A prompt is of use until the working day is over.
const PROMPT_GRACE: TimeDelta = TimeDelta::hours(8);
/// A reminder that is late is no reminder.
const REMINDER_GRACE: TimeDelta = TimeDelta::hours(1);
/// Most notices that go with a prompt; the rest waits for the next morning.
const MOST_NOTICES: usize = 3;

/// This feature's jobs.
pub(super) const JOBS: &[Job] = &[
    Job {
        kind: "checkin.prompt",
        grace: PROMPT_GRACE,
        run: |app, partnership, due| prompt(app, partnership, due).boxed(),
    },
    Job {
        kind: "checkin.remind",
        grace: REMINDER_GRACE,
        run: |app, partnership, due| remind(app, partnership, due).boxed(),
    },
    Job { kind: "checkin.day", grace: PROMPT_GRACE, run: |app, partnership, due| day(app, partnership, due).boxed() },
    Job {
        kind: "checkin.close",
        grace: TimeDelta::days(2),
        run: |app, partnership, due| close(app, partnership, due).boxed(),
    },
];

/// All that decides about the prompts of a partnership, loaded once for a batch.
struct Everyone {
    server: String,
    members: BTreeMap<UserId, Member>,
    squads: BTreeMap<SquadId, Squad>,
    squads_of: BTreeMap<UserId, Vec<SquadId>>,
    organisations: BTreeMap<OrganisationId, Organisation>,
    away: Vec<(UserId, Away)>,
    states: BTreeMap<(UserId, NaiveDate), State>,
}

impl Everyone {
    async fn load(db: &mut Db, partnership: PartnershipId, now: DateTime<Utc>) -> Result<Self> {
        // A day on either side covers every zone.
        let (first, last) = (now.date_naive() - Days::new(2), now.date_naive() + Days::new(2));
        let mut squads_of: BTreeMap<UserId, Vec<SquadId>> = BTreeMap::new();
        for (squad, user) in squad::store::memberships(db, partnership).await? {
            squads_of.entry(user).or_default().push(squad);
        }
        let members: BTreeMap<UserId, _> =
            member::store::all(db, partnership).await?.into_iter().map(|one| (one.user, one)).collect();
        let states = store::states(db, partnership, members.keys().copied(), first, last).await?;
        Ok(Self {
            server: setup::store::get(db, partnership).await?.map_or_else(String::new, |one| one.name),
            members,
            squads: squad::store::all(db, partnership).await?.into_iter().map(|one| (one.id, one)).collect(),
            squads_of,
            organisations: organisation::store::all(db, partnership)
                .await?
                .into_iter()
                .map(|one| (one.id, one))
                .collect(),
            away: away::store::between(db, partnership, first, last).await?,
            states: states.into_iter().map(|(user, date, state)| ((user, date), state)).collect(),
        })
    }

    fn squads(&self, user: UserId) -> Vec<Squad> {
        let ids = self.squads_of.get(&user).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| self.squads.get(id).cloned()).collect()
    }

    /// Whether nothing is asked of somebody on a date.
    fn is_free(&self, member: &Member, squads: &[Squad], date: NaiveDate) -> bool {
        let organisation = member.agreed_organisation().and_then(|id| self.organisations.get(&id));
        let away = self.away.iter().any(|(user, away)| *user == member.user && away.covers(date));
        away || policy::is_free(squads, organisation.map(Organisation::holidays), date)
    }
}

async fn prompt(app: &App, partnership: PartnershipId, due: Vec<Due>) -> Result<()> {
    let clone = app.clone();
    app.store
        .write(partnership, move |tx| {
            Box::pin(async move {
                let app = clone;
                let everyone = Everyone::load(tx, partnership, app.clock.now()).await?;
                for one in &due {
                    prompt_one(tx, &app, partnership, &everyone, one).await?;
                }
                scheduler::finish_all(tx, &app, &due).await
            })
        })
        .await
}

async fn prompt_one(tx: &mut Tx, app: &App, partnership: PartnershipId, everyone: &Everyone, due: &Due) -> Result<()> {
    let Ok(date) = due.slot.parse::<NaiveDate>() else { return Ok(()) };
    let Some(member) = everyone.members.get(&UserId(due.subject)) else { return Ok(()) };
    let squads = everyone.squads(member.user);
    plan::plan_prompt(tx, app, partnership, member, &squads, due.due_at, Some(date)).await?;
    // Only the squads that work on that date are asked for.
    let asking: Vec<Squad> =
        squads.iter().filter(|squad| squad.working_days.contains(date.weekday())).cloned().collect();
    let answered = everyone.states.get(&(member.user, date)).is_some_and(|state| *state != State::Open);
    if due.stale || answered || asking.is_empty() || everyone.is_free(member, &squads, date) {
        return Ok(());
    }
    // Late, after the bot was down: not at night.
    let zone = member.zone.unwrap_or(asking[0].zone);
    if outbox::welcome(app.clock.now(), zone, |_| false) > app.clock.now() {
        return Ok(());
    }
    let message = match member.contact {
        Contact::Declined | Contact::Carded => return Ok(()),
        Contact::New => {
            member::store::set_contact(tx, partnership, member.user, Contact::Carded).await?;
            store::open(tx, partnership, member.user, date, app.clock.now()).await?;
            member::commands::card(app, tx, partnership, member.user).await?
        }
        Contact::Start | Contact::Checkins => {
            store::open(tx, partnership, member.user, date, app.clock.now()).await?;
            let notices = outbox::take_notices(tx, app, partnership, member.user, MOST_NOTICES).await?;
            plan_reminders(tx, app, partnership, member.user, &asking, date, due.due_at).await?;
            let time = app.clock.now().with_timezone(&zone).time();
            let to = view::Asked { server: &everyone.server, name: &member.name, time };
            view::prompt(partnership, &to, &asking, date, &notices)
        }
    };
    tell(tx, app, partnership, member.user, date, message, Budget::Gathered(date), closes(&asking, date)).await
}

/// The latest closing time of some squads.
fn closes(squads: &[Squad], date: NaiveDate) -> DateTime<Utc> {
    squads.iter().map(|squad| policy::closing(squad, date)).max().unwrap_or(DateTime::UNIX_EPOCH)
}

async fn plan_reminders(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    user: UserId,
    squads: &[Squad],
    date: NaiveDate,
    prompted: DateTime<Utc>,
) -> Result<()> {
    let count = squads.iter().map(|squad| squad.reminders).max().unwrap_or(0);
    for (number, at) in policy::reminders(prompted, count, closes(squads, date)).into_iter().enumerate() {
        scheduler::plan(tx, app, partnership, "checkin.remind", user.0, &format!("{date}#{}", number + 1), at).await?;
    }
    Ok(())
}

#[allow(clippy::too_many_arguments, reason = "a message, to whom, and until when")]
async fn tell(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    user: UserId,
    date: NaiveDate,
    message: Message,
    budget: Budget,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    let now = app.clock.now();
    let post = Post {
        target: Target::Dm(user),
        message,
        about: format!("checkin:{date}"),
        budget,
        not_before: now,
        // A prompt for a night shift may be due after its squad's closing time.
        expires_at: expires_at.max(now + TimeDelta::hours(2)),
    };
    // Over budget means that something more urgent was said; the panel's button is there for everybody.
    outbox::post(tx, app, partnership, &post).await?;
    Ok(())
}

async fn remind(app: &App, partnership: PartnershipId, due: Vec<Due>) -> Result<()> {
    let clone = app.clone();
    app.store
        .write(partnership, move |tx| {
            Box::pin(async move {
                let app = clone;
                let everyone = Everyone::load(tx, partnership, app.clock.now()).await?;
                for one in due.iter().filter(|one| !one.stale) {
                    remind_one(tx, &app, partnership, &everyone, one).await?;
                }
                scheduler::finish_all(tx, &app, &due).await
            })
        })
        .await
}

async fn remind_one(tx: &mut Tx, app: &App, partnership: PartnershipId, everyone: &Everyone, due: &Due) -> Result<()> {
    let date = due.slot.split('#').next().and_then(|date| date.parse::<NaiveDate>().ok());
    let (Some(date), Some(member)) = (date, everyone.members.get(&UserId(due.subject))) else { return Ok(()) };
    let squads: Vec<Squad> =
        everyone.squads(member.user).into_iter().filter(|squad| squad.working_days.contains(date.weekday())).collect();
    let open = everyone.states.get(&(member.user, date)) == Some(&State::Open);
    if !open || squads.is_empty() || !member.takes_part() || everyone.is_free(member, &squads, date) {
        return Ok(());
    }
    // Outside the hours in which people are spoken to, a reminder is dropped rather than put off.
    let zone = member.zone.unwrap_or(squads[0].zone);
    let now = app.clock.now();
    if outbox::budget::welcome(now, zone, |_| false) > now {
        return Ok(());
    }
    let message = view::reminder(partnership, &squads, date);
    tell(tx, app, partnership, member.user, date, message, Budget::Reminder(date), closes(&squads, date)).await
}

async fn day(app: &App, partnership: PartnershipId, due: Vec<Due>) -> Result<()> {
    let clone = app.clone();
    app.store
        .write(partnership, move |tx| {
            Box::pin(async move {
                let app = clone;
                let everyone = Everyone::load(tx, partnership, app.clock.now()).await?;
                for one in &due {
                    day_one(tx, &app, partnership, &everyone, one).await?;
                }
                scheduler::finish_all(tx, &app, &due).await
            })
        })
        .await
}

/// Begins a squad's date: its message of the day, unless nobody works.
async fn day_one(tx: &mut Tx, app: &App, partnership: PartnershipId, everyone: &Everyone, due: &Due) -> Result<()> {
    let squad = everyone.squads.get(&SquadId(due.subject));
    let (Some(squad), Ok(date)) = (squad, due.slot.parse::<NaiveDate>()) else { return Ok(()) };
    plan::plan_day(tx, app, partnership, squad, due.due_at).await?;
    let mut people = everyone.squads_of.iter().filter(|(_, squads)| squads.contains(&squad.id)).map(|(user, _)| user);
    let works = people.any(|user| {
        everyone.members.get(user).is_some_and(|member| !everyone.is_free(member, std::slice::from_ref(squad), date))
    });
    if due.stale || !works {
        return Ok(());
    }
    show_day(tx, app, partnership, squad, date).await
}

async fn close(app: &App, partnership: PartnershipId, due: Vec<Due>) -> Result<()> {
    let clone = app.clone();
    app.store
        .write(partnership, move |tx| {
            Box::pin(async move {
                for one in &due {
                    outbox::touch(tx, &clone, partnership, &format!("checkin.day:{},{}", one.subject, one.slot))
                        .await?;
                    let squad = squad::store::get(tx, partnership, SquadId(one.subject)).await?;
                    if let (Some(squad), Ok(date)) = (squad.filter(|squad| !squad.archived), one.slot.parse()) {
                        rest::look(tx, &clone, partnership, &squad, date).await?;
                    }
                }
                scheduler::finish_all(tx, &clone, &due).await
            })
        })
        .await
}

/// A squad's message of the day, as the rows are now.
pub(super) async fn render_day(app: &App, partnership: PartnershipId, row: &str) -> Result<Option<Message>> {
    let Some((squad, date)) = policy::parse_day_row(row) else { return Ok(None) };
    let mut db = app.store.read().await?;
    let Some(squad) = squad::store::get(&mut db, partnership, squad).await? else { return Ok(None) };
    let members: BTreeMap<UserId, Member> =
        member::store::all(&mut db, partnership).await?.into_iter().map(|one| (one.user, one)).collect();
    let organisations: BTreeMap<OrganisationId, String> =
        organisation::store::all(&mut db, partnership).await?.into_iter().map(|one| (one.id, one.name)).collect();
    let mut lines = Vec::new();
    for (user, state, answers) in store::shared(&mut db, partnership, squad.id, date).await? {
        let Some(member) = members.get(&user) else { continue };
        let organisation = member.agreed_organisation().and_then(|id| organisations.get(&id)).cloned();
        let answers = answers.into_iter().filter(|said| squad.questions.contains(&said.question)).collect();
        lines.push(view::Line {
            name: member.name.clone(),
            organisation: organisation.unwrap_or_default(),
            state,
            answers,
        });
    }
    let people = squad::store::members(&mut db, partnership, squad.id).await?;
    let mut gone: Vec<String> = away::store::between(&mut db, partnership, date, date)
        .await?
        .into_iter()
        .filter(|(user, away)| people.contains(user) && away.touches(date))
        .filter_map(|(user, _)| members.get(&user).map(|member| member.name.clone()))
        .collect();
    gone.dedup();
    let until = policy::closing(&squad, date);
    let closed = app.clock.now() >= until || squad.archived;
    let shared = view::Shared { squad: &squad, date, lines: &lines, away: &gone, until, closed };
    Ok(Some(view::day_message(partnership, &shared)))
}
