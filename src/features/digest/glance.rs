//! The picture of a squad's week.

use crate::features::blocker::policy::waits;
use crate::features::rest::model::SquadDate;
use crate::picture::week::{Day, Waits, Week, Worked};

use super::policy::Facts;
use super::view::Surroundings;

/// Weeks of days that are shown.
const WEEKS: usize = 5;

/// The picture of a week, as far as it has come.
pub(super) fn week(facts: &Facts, around: &Surroundings) -> Week {
    let on = |date| facts.dates.iter().find(|(known, _)| *known == date).map(|(_, one)| *one);
    // By day as by week: what isn't told of the week isn't told of its days.
    let by_day = facts.rates.get(&facts.week).map(|rate| rate.by_day);
    let released = |date| {
        let at = |one: &&crate::features::release::model::Release| {
            one.at.with_timezone(&facts.squad.zone).date_naive() == date
        };
        facts.releases.iter().filter(at).count()
    };
    let days = facts.week.dates().enumerate().take_while(|(_, date)| *date <= facts.last()).map(|(at, date)| Day {
        date,
        checkins: by_day.and_then(|days| usize::try_from(days[at]).ok()),
        releases: released(date),
    });
    // Before anything was heard of it, the squad didn't rest: it wasn't there.
    let begins = facts.dates.iter().rev().find(|(_, one)| one.posted > 0 || one.released).map(|(date, _)| *date);
    let mut weeks = Vec::new();
    let mut week = facts.week;
    for _ in 0..WEEKS {
        let known: Vec<Option<Worked>> = week
            .dates()
            .take_while(|date| *date <= facts.last())
            .map(|date| on(date).filter(|_| begins.is_some_and(|begins| date >= begins)).map(worked))
            .collect();
        weeks.push((week.monday(), known));
        week = week.before();
    }
    weeks.reverse();
    let mut all: Vec<Waits> = waits(facts.readable().map(|(one, how)| (one, *how)))
        .into_iter()
        .map(|((from, to), wait)| Waits {
            from: around.tag(from),
            to: around.tag(Some(to)),
            count: wait.count,
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole days, from nought up")]
            days: wait.oldest.map(|(_, passed)| passed.days as u32),
        })
        .collect();
    all.sort_by_key(|wait| (std::cmp::Reverse(wait.days), std::cmp::Reverse(wait.count)));
    let title = format!("{} · week of {}", facts.squad.name, facts.week.monday().format("%-d %B"));
    Week { title, days: days.collect(), weeks, streak: facts.streak(facts.week), waits: all }
}

fn worked(one: SquadDate) -> Worked {
    match one {
        one if one.counts() => Worked::Worked,
        one if one.rests() => Worked::Rest,
        _ => Worked::Some,
    }
}
