//! From what a member said to what the rules read.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use crate::error::Result;
use crate::features::member::model::Member;
use crate::features::organisation::model::Organisation;
use crate::features::squad::model::Squad;
use crate::features::{away, checkin, member, organisation, squad};
use crate::pace::{self, Contract, Input};
use crate::partnership::calendar::WorkingDays;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::Db;

use super::model::{Terms, Work};
use super::policy::CLOSED_AFTER;
use super::store;

/// A member, with all that decides about their working days.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Where.
    pub partnership: PartnershipId,
    /// Who.
    pub user: UserId,
    /// Their home zone.
    pub zone: Tz,
    /// The squads that they are in.
    pub squads: Vec<Squad>,
    /// Their organisation.
    pub organisation: Option<Organisation>,
}

impl Subject {
    /// Loads a member.
    pub async fn load(db: &mut Db, partnership: PartnershipId, member: &Member) -> Result<Self> {
        Self::of(db, partnership, member.user, Some(member)).await
    }

    /// Loads somebody who may not be a member yet.
    pub async fn of(db: &mut Db, partnership: PartnershipId, user: UserId, member: Option<&Member>) -> Result<Self> {
        let squads = squad::store::of_member(db, partnership, user).await?;
        let organisation = match member.and_then(Member::agreed_organisation) {
            Some(id) => organisation::store::get(db, partnership, id).await?,
            None => None,
        };
        let zone = match member.and_then(|member| member.zone).or(squads.first().map(|squad| squad.zone)) {
            Some(zone) => zone,
            None => member::zone_of(db, partnership, user).await?,
        };
        Ok(Self { partnership, user, zone, squads, organisation })
    }

    /// Their local date at an instant.
    pub fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// Whether nobody expects work of them on a date, leave aside.
    pub fn is_free(&self, date: NaiveDate) -> bool {
        checkin::policy::is_free(&self.squads, self.organisation.as_ref().map(Organisation::holidays), date)
    }

    /// The days on which they work: as they say, else as their squads do.
    pub fn working_days(&self, terms: &Terms) -> Vec<Weekday> {
        if let Some(days) = terms.working_days {
            return days.iter().collect();
        }
        let all = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
        let works = |day: &Weekday| match self.squads.as_slice() {
            [] => WorkingDays::default().contains(*day),
            squads => squads.iter().any(|squad| squad.working_days.contains(*day)),
        };
        all.into_iter().filter(works).collect()
    }
}

/// All that is known of somebody's work, as the rules read it at an instant.
pub(super) async fn input(
    db: &mut Db,
    subject: &Subject,
    terms: &Terms,
    work: &Work,
    now: DateTime<Utc>,
) -> Result<Input> {
    let (partnership, user) = (subject.partnership, subject.user);
    let checked_in = checkin::worked_dates(db, partnership, user).await?;
    let away = away::store::all(db, partnership, user).await?;
    let days_off = away.iter().filter(|one| one.part == away::model::Part::Day);
    let now = store::whole(now);
    let mut input = Input {
        contract: Contract {
            weekly_hours: terms.weekly_hours,
            working_days: subject.working_days(terms),
            opted_out_48h: terms.opted_out,
        },
        away: days_off.map(|one| pace::Away { from: one.first, to: one.last }).collect(),
        ..Input::empty(now, subject.zone)
    };
    add_work(&mut input, work, &checked_in, now);
    add_holidays(&mut input, subject);
    Ok(input)
}

/// Hours, and the dates of check-ins: whoever answers for a date worked on it, for nobody knows how long.
fn add_work(input: &mut Input, work: &Work, checked_in: &[NaiveDate], now: DateTime<Utc>) {
    let block = |block: &super::model::Block| {
        // Who is still at work has worked until now, as long as that can be believed.
        let ends = block.ends.unwrap_or(now.min(block.starts + CLOSED_AFTER));
        pace::Block { start: store::whole(block.starts), end: store::whole(ends), estimated: block.estimated }
    };
    input.blocks = work.blocks.iter().map(block).filter(|block| block.start <= block.end).collect();
    input.days = work.days.iter().map(|day| pace::Day { date: day.date, minutes: day.minutes }).collect();
    let said: BTreeSet<NaiveDate> = work.days.iter().map(|day| day.date).collect();
    let others = checked_in.iter().filter(|date| !said.contains(date));
    input.days.extend(others.map(|date| pace::Day { date: *date, minutes: None }));
}

/// A holiday of which nothing is said was free: nobody is asked whether they worked on it.
fn add_holidays(input: &mut Input, subject: &Subject) {
    let Some(organisation) = &subject.organisation else { return };
    let today = subject.date(input.now);
    let known: BTreeSet<NaiveDate> = input
        .days
        .iter()
        .map(|day| day.date)
        .chain(input.blocks.iter().map(|block| subject.date(block.start)))
        .chain(input.deliveries.iter().map(|at| subject.date(*at)))
        .collect();
    let Some(first) = known.first() else { return };
    let holidays = first.iter_days().take_while(|date| *date <= today);
    let free: Vec<NaiveDate> =
        holidays.filter(|date| !known.contains(date) && organisation.holidays().holiday(*date).is_some()).collect();
    input.days.extend(free.into_iter().map(|date| pace::Day { date, minutes: Some(0) }));
}

/// A usual day of somebody.
pub(super) fn usual_day(subject: &Subject, terms: &Terms) -> TimeDelta {
    TimeDelta::minutes(i64::from(terms.usual_day(subject.working_days(terms).len())))
}

/// Minutes of a usual day of somebody.
pub async fn usual_minutes(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<u16> {
    let member = member::store::get(db, partnership, user).await?;
    let subject = Subject::of(db, partnership, user, member.as_ref()).await?;
    let (terms, _) = store::get(db, partnership, user).await?;
    Ok(terms.usual_day(subject.working_days(&terms).len()))
}
