//! What a check-in needs to know of a person, and how an answer is saved: one way in for the form,
//! the buttons, and plain words.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::app::App;
use crate::error::Result;
use crate::features::member::model::{Contact, Member};
use crate::features::organisation::model::Organisation;
use crate::features::pace::{self, Looked};
use crate::features::squad::model::Squad;
use crate::features::{away, member, organisation, squad};
use crate::outbox::{self, Budget, Panel, Post, Target};
use crate::partnership::{PartnershipId, UserId};
use crate::scheduler;
use crate::storage::{Db, Tx};

use super::model::{Obstacle, Said, State};
use super::{policy, store, view};

/// Somebody about to check in.
pub(super) struct Person {
    pub(super) partnership: PartnershipId,
    pub(super) member: Option<Member>,
    pub(super) user: UserId,
    pub(super) squads: Vec<Squad>,
    pub(super) organisation: Option<Organisation>,
    pub(super) zone: Tz,
    away: Vec<away::model::Away>,
    states: BTreeMap<NaiveDate, State>,
    now: DateTime<Utc>,
}

impl Person {
    /// Loads somebody as they are at an instant.
    pub(super) async fn load(
        db: &mut Db,
        partnership: PartnershipId,
        user: UserId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let member = member::store::get(db, partnership, user).await?;
        Self::with(db, partnership, user, member, now).await
    }

    /// Loads the rest of somebody whose own row is known.
    pub(super) async fn with(
        db: &mut Db,
        partnership: PartnershipId,
        user: UserId,
        member: Option<Member>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let squads = squad::store::of_member(db, partnership, user).await?;
        // What `zone_of` would find, without reading it again.
        let zone = match member.as_ref().and_then(|member| member.zone).or(squads.first().map(|squad| squad.zone)) {
            Some(zone) => zone,
            None => member::zone_of(db, partnership, user).await?,
        };
        let today = now.with_timezone(&zone).date_naive();
        let earliest = today - Days::new(policy::LATEST_DAYS);
        let organisation = match member.as_ref().and_then(Member::agreed_organisation) {
            Some(id) => organisation::store::get(db, partnership, id).await?,
            None => None,
        };
        let states = store::states_of(db, partnership, user, earliest).await?;
        Ok(Self {
            partnership,
            user,
            squads,
            organisation,
            zone,
            away: away::store::from(db, partnership, user, earliest).await?,
            states: states.into_iter().collect(),
            member,
            now,
        })
    }

    /// Today, where they are.
    pub(super) fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }

    /// Whether a date is off for them: not a working day, a holiday, or away.
    pub(super) fn is_free(&self, date: NaiveDate) -> bool {
        let holidays = self.organisation.as_ref().map(Organisation::holidays);
        policy::is_free(&self.squads, holidays, date) || self.away.iter().any(|away| away.covers(date))
    }

    /// The date for which an answer counts that names none.
    pub(super) fn date(&self) -> NaiveDate {
        let local = self.now.with_timezone(&self.zone).naive_local();
        policy::date_for(local, |date| self.state(date), |date| self.is_free(date))
    }

    /// How a date stands, of those that can still be answered.
    pub(super) fn state(&self, date: NaiveDate) -> Option<State> {
        self.states.get(&date).copied()
    }

    /// The date that plain words are for, after a question for `asked`.
    pub(super) fn date_of_words(&self, asked: NaiveDate) -> NaiveDate {
        let local = self.now.with_timezone(&self.zone).naive_local();
        policy::date_of_words(asked, local, |date| self.state(date), |date| self.is_free(date))
    }

    /// Whether a date can still, or already, be answered.
    pub(super) fn takes(&self, date: NaiveDate) -> Result<()> {
        let today = self.today();
        if date < today - Days::new(policy::LATEST_DAYS) {
            return crate::error::refuse(format!(
                "That was more than {} days ago, so its check-in is closed for good. `/checkin now` is for today.",
                policy::LATEST_DAYS
            ));
        }
        if date > today + Days::new(7) {
            return crate::error::refuse(
                "That is more than a week ahead. `/checkin now` is for today; `/away add` is for days off.",
            );
        }
        Ok(())
    }

    /// The same, as pace sees them.
    fn subject(&self) -> member::Subject {
        let (squads, organisation) = (self.squads.clone(), self.organisation.clone());
        member::Subject { partnership: self.partnership, user: self.user, zone: self.zone, squads, organisation }
    }

    /// Whether they want to be asked about hours.
    fn tells_hours(&self) -> bool {
        self.member.as_ref().is_some_and(|member| member.contact == Contact::Start)
    }

    fn line(&self, squad: &Squad, state: State, answers: &[Said]) -> view::Line {
        view::Line {
            name: self.member.as_ref().map_or_else(|| "Somebody".to_owned(), |member| member.name.clone()),
            organisation: self.organisation.as_ref().map_or_else(String::new, |one| one.name.clone()),
            state,
            answers: answers.iter().filter(|said| squad.questions.contains(&said.question)).cloned().collect(),
        }
    }
}

/// The questions that somebody is asked.
pub(super) fn questions(person: &Person, app: &App) -> Vec<String> {
    let questions = policy::questions(&person.squads);
    if questions.is_empty() { app.config.squad.questions.clone() } else { questions }
}

/// Saves an answer, shares it with the person's squads, and says so. Saving the same twice tells
/// nobody twice.
pub(super) async fn save(
    tx: &mut Tx,
    app: &App,
    person: &Person,
    date: NaiveDate,
    state: State,
    answers: &[Said],
    show: bool,
) -> Result<crate::partnership::Message> {
    let (partnership, user) = (person.partnership, person.user);
    // Whoever saves has loaded the person in the same transaction, and a date that is taken is among theirs.
    let before = person.states.get(&date).copied();
    let old = match before {
        None | Some(State::Open) => Vec::new(),
        Some(_) => store::answers(tx, partnership, user, date).await?,
    };
    let same = before == Some(state) && old == answers;
    // Said once: with the first answer after a message couldn't be delivered.
    let closed_since = outbox::dm_closed_since(tx, user).await?;
    let dms_closed = match closed_since {
        Some(since) => store::last_answered(tx, partnership, user).await?.is_none_or(|last| last < since),
        None => false,
    };
    let mut obstacles = store::obstacles(tx, partnership, user).await?;
    if !same {
        store::set_state(tx, partnership, user, date, state, person.now).await?;
        if !old.is_empty() {
            store::drop_answers(tx, partnership, user, date).await?;
        }
        store::add_answers(tx, partnership, user, date, answers).await?;
        note_obstacles(tx, app, person, date, &policy::new_obstacles(&old, answers), &mut obstacles).await?;
        let changed = matches!(before, Some(State::Answered | State::NothingNew));
        share(tx, app, person, date, state, answers, changed).await?;
    }
    let looked = if same { glance(tx, person).await? } else { look(tx, app, person).await? };
    let said = if show { answers } else { &[] };
    let mut message = saved(person, date, state, said, &obstacles, dms_closed, &looked);
    if let Some(line) = looked.line {
        message.text = format!("{}\n{line}", message.text);
    }
    Ok(message)
}

/// What is said once a date is saved: what can still be added with a tap is what wasn't yet.
pub(super) fn saved(
    person: &Person,
    date: NaiveDate,
    state: State,
    said: &[Said],
    obstacles: &[Obstacle],
    dms_closed: bool,
    looked: &Looked,
) -> crate::partnership::Message {
    let asks = person.tells_hours() && matches!(state, State::Answered | State::NothingNew) && date <= person.today();
    let yesterday = date.pred_opt().unwrap_or(date);
    let days_off = policy::days_off_before(date, |day| person.is_free(day));
    view::saved(&view::Saved {
        partnership: person.partnership,
        date,
        state,
        squads: &person.squads,
        said,
        hours: asks && !person.is_free(yesterday) && !looked.work.knows(yesterday),
        days_off: if asks { looked.unsure(date, &days_off) } else { Vec::new() },
        obstacles,
        dms_closed,
    })
}

/// Looks at what an answer means for somebody's pace, if they want that.
pub(super) async fn look(tx: &mut Tx, app: &App, person: &Person) -> Result<Looked> {
    if !person.tells_hours() {
        return Ok(Looked::default());
    }
    pace::look(tx, app, &person.subject(), pace::By::Act).await
}

/// The same, where nothing has changed and nobody is told anything.
pub(super) async fn glance(db: &mut Db, person: &Person) -> Result<Looked> {
    if !person.tells_hours() {
        return Ok(Looked::default());
    }
    pace::glance(db, &person.subject(), person.now).await
}

/// What is in the way is carried over until it is cleared; the same words are not noted twice.
async fn note_obstacles(
    tx: &mut Tx,
    app: &App,
    person: &Person,
    date: NaiveDate,
    said: &[String],
    known: &mut Vec<Obstacle>,
) -> Result<()> {
    for text in said {
        if !known.iter().any(|one| one.text == *text) {
            let obstacle = Obstacle { id: app.random.id(), since: date, text: text.clone() };
            store::add_obstacle(tx, person.partnership, person.user, &obstacle).await?;
            known.push(obstacle);
        }
    }
    Ok(())
}

async fn share(
    tx: &mut Tx,
    app: &App,
    person: &Person,
    date: NaiveDate,
    state: State,
    answers: &[Said],
    changed: bool,
) -> Result<()> {
    if !matches!(state, State::Answered | State::NothingNew) {
        return super::touch_days(tx, app, person.partnership, person.user, date).await;
    }
    for squad in &person.squads {
        store::share(tx, person.partnership, squad.id, date, person.user).await?;
        show_day(tx, app, person.partnership, squad, date).await?;
        let line = person.line(squad, state, answers);
        let post = Post {
            target: Target::Thread(policy::day_key(squad.id, date)),
            message: view::thread_post(&line, changed),
            about: policy::thread_about(person.user, date),
            budget: Budget::Shared,
            not_before: person.now,
            expires_at: person.now + TimeDelta::days(2),
        };
        outbox::post(tx, app, person.partnership, &post).await?;
    }
    Ok(())
}

/// Has a squad's message of the day shown, and shown again when the day closes.
pub(super) async fn show_day(
    tx: &mut Tx,
    app: &App,
    partnership: PartnershipId,
    squad: &Squad,
    date: NaiveDate,
) -> Result<()> {
    let panel = Panel {
        key: policy::day_key(squad.id, date),
        channel: squad.channel,
        thread_title: format!("Check-ins of {}", crate::partnership::text::day(date)),
        pinned: false,
        stands: outbox::Stands::InChannel,
        folded: false,
    };
    let begins = outbox::panel(tx, app, partnership, &panel).await?;
    let closes = policy::closing(squad, date);
    if begins && closes > app.clock.now() {
        scheduler::plan(tx, app, partnership, "checkin.close", squad.id.0, &date.to_string(), closes).await?;
    }
    Ok(())
}

/// What is said of a date on which nothing is asked or shared.
pub(super) fn save_nothing(person: &Person, date: NaiveDate, state: State) -> crate::partnership::Message {
    view::saved(&view::Saved {
        partnership: person.partnership,
        date,
        state,
        squads: &person.squads,
        said: &[],
        hours: false,
        days_off: Vec::new(),
        obstacles: &[],
        dms_closed: false,
    })
}
