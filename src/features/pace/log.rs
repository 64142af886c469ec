//! From what a member said to what the rules read.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc, Weekday};

use crate::error::Result;
use crate::features::member::Subject;
use crate::features::{away, checkin, release};
use crate::pace::{self, Contract, Input};
use crate::partnership::calendar::WorkingDays;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::Db;

use super::model::{Terms, Work};
use super::policy::CLOSED_AFTER;
use super::store;

/// The days on which somebody works: as they say, else as their squads do.
pub(super) fn working_days(subject: &Subject, terms: &Terms) -> Vec<Weekday> {
    if let Some(days) = terms.working_days {
        return days.iter().collect();
    }
    let all = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let works = |day: &Weekday| match subject.squads.as_slice() {
        [] => WorkingDays::default().contains(*day),
        squads => squads.iter().any(|squad| squad.working_days.contains(*day)),
    };
    all.into_iter().filter(works).collect()
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
    let releases = release::store::instants(db, partnership, user).await?;
    let now = store::whole(now);
    let mut input = Input {
        contract: Contract {
            weekly_hours: terms.weekly_hours,
            working_days: working_days(subject, terms),
            opted_out_48h: terms.opted_out,
        },
        deliveries: releases.into_iter().map(store::whole).collect(),
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
    TimeDelta::minutes(i64::from(terms.usual_day(working_days(subject, terms).len())))
}

/// Minutes of a usual day of somebody.
pub async fn usual_minutes(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<u16> {
    let subject = Subject::of(db, partnership, user).await?;
    let (terms, _) = store::get(db, partnership, user).await?;
    Ok(terms.usual_day(working_days(&subject, &terms).len()))
}
