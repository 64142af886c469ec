//! When a rota begins, and what it is planned from. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::features::away::{Away, away_all_day};
use crate::partnership::SquadId;
use crate::rota;

use super::model::{Colleague, Facts, Part};

/// The kind of the panel with a rota.
pub const PANEL: &str = "rota.plan";
/// The longest streak that is looked for, in days.
pub const FARTHEST: u64 = 120;
/// How soon a rota begins, in days. Each is asked, so each gets the rest of today and a whole day to
/// answer: a rota from tomorrow on, asked in the evening, would have begun before most have read it.
/// Whoever needs tomorrow takes it with `/away add`, and everybody together with a shared rest day.
const SOONEST: u64 = 2;
/// The most days in a row that a squad should come to while it waits for its rota to begin.
const MOST_IN_A_ROW: u32 = 6;

/// The first date of a squad's rota: its next Monday, as people think of a fortnight; but sooner if
/// somebody would have worked more than six days in a row until then. On day 14 of a streak nobody
/// wants to hear "from Monday on".
pub fn first(facts: &Facts) -> NaiveDate {
    let soonest = facts.today + Days::new(SOONEST);
    let monday = soonest.iter_days().find(|date| date.weekday() == Weekday::Mon).unwrap_or(soonest);
    let too_long = facts.people.iter().any(|one| streak(facts, one, monday, &[]) > MOST_IN_A_ROW);
    if too_long { soonest } else { monday }
}

/// How many days in a row somebody will have worked when a rota begins: the dates for which they
/// checked in, and from today on those on which the squad works and they aren't away. `but` are days
/// away that don't count.
fn streak(facts: &Facts, one: &Colleague, first: NaiveDate, but: &[i64]) -> u32 {
    let away: Vec<Away> = one.away.iter().filter(|away| !but.contains(&away.id)).copied().collect();
    let worked = |date: &NaiveDate| {
        let will =
            *date >= facts.today && facts.squad.working_days.contains(date.weekday()) && !away_all_day(&away, *date);
        one.posted.contains(date) || will
    };
    let before = first.pred_opt().into_iter().flat_map(|last| std::iter::successors(Some(last), NaiveDate::pred_opt));
    u32::try_from(before.take_while(worked).count()).unwrap_or(u32::MAX)
}

/// What somebody can do for the squad, from what they say they do in it: its parts between commas.
pub fn skills(does: &str) -> BTreeSet<String> {
    let parts = does.split([',', ';', '\n']).map(|part| part.trim().to_lowercase());
    parts.filter(|part| !part.is_empty()).collect()
}

/// What the solver is given. The days away that agreeing to this very rota has noted are left out:
/// they are what is planned. Who has left the squad isn't in it.
pub fn input<'p>(facts: &Facts, parts: impl IntoIterator<Item = &'p Part>, first: NaiveDate) -> rota::Squad {
    let people: BTreeMap<_, _> = facts.people.iter().map(|one| (one.user, one)).collect();
    let person = |part: &Part| {
        let one = people.get(&part.user)?;
        let away: Vec<Away> = one.away.iter().filter(|away| !part.noted.contains(&away.id)).copied().collect();
        Some(rota::Person {
            skills: skills(&one.does),
            wishes: part.wishes.clone(),
            away: rota::dates(first).filter(|date| away_all_day(&away, *date)).collect(),
            streak: streak(facts, one, first, &part.noted),
            agreed: part.agreed.then(|| part.off.clone()),
            ..rota::Person::new(part.user.0)
        })
    };
    let days: Vec<Weekday> = facts.squad.working_days.iter().collect();
    rota::Squad::new(first, &days, parts.into_iter().filter_map(person).collect())
}

/// Takes over what was planned. Whoever agreed keeps what they agreed to, whatever a solver says.
/// Whoever's days off have changed is marked with the version, so that a button that shows the days
/// before doesn't agree to these.
pub fn apply(parts: &mut [Part], planned: &rota::Rota, version: i64) {
    for part in parts.iter_mut().filter(|part| !part.agreed) {
        let Some(plan) = planned.people.iter().find(|plan| plan.id == part.user.0) else { continue };
        let off: BTreeSet<NaiveDate> = plan.chosen.iter().copied().collect();
        if part.off != off || part.changed == 0 {
            part.off = off;
            part.changed = version;
        }
    }
}

/// The dates of a fortnight that somebody can ask to have off: the squad works, and it isn't too late.
pub fn askable(facts: &Facts, first: NaiveDate) -> Vec<NaiveDate> {
    let works = |date: &NaiveDate| facts.squad.working_days.contains(date.weekday());
    rota::dates(first).filter(|date| works(date) && *date > facts.today).collect()
}

/// The key of a rota's panel.
pub fn key(squad: SquadId, id: i64) -> String {
    format!("{PANEL}:{}", row(squad, id))
}

/// The row of a rota's buttons.
pub fn row(squad: SquadId, id: i64) -> String {
    format!("{squad},{id}")
}

/// A squad and a rota from such a row.
pub fn parse_row(row: &str) -> Option<(SquadId, i64)> {
    let (squad, id) = row.split_once(',')?;
    Some((squad.parse().ok()?, id.parse().ok()?))
}
