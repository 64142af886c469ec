//! Rest rota: two weeks of days off for a squad, with its skills covered.
//!
//! Everybody's rest is certain; what a squad needs and what people wish for is done as well as it
//! can be, by a small mixed-integer program. All of it is a pure function of its [`Squad`].
//!
//! # What is chosen
//!
//! A *pattern* is a set of days off for one person. A fortnight has 2¹⁴ sets of dates, so `rest`
//! looks at each and keeps those that the **hard rules** allow:
//!
//! - the dates on which the person is away, or on which the squad doesn't work, are off;
//! - each week has two days off, or as many as the person's contract has, if those are more;
//! - nobody works more than six days in a row, the streak before the first date included;
//! - two days off in a row come at least once;
//! - for somebody who has worked more than six days in a row already, that pair begins within the
//!   first three dates;
//! - of what is left, only the patterns with the fewest days off. A rota shares out rest, and grants
//!   no leave.
//!
//! A fortnight off keeps all of them, so everybody has a pattern whatever is put in, and nothing
//! about coverage can take it away. Seven days a week and no days away leave about 400 patterns.
//!
//! # The program
//!
//! - **Variables.** For each person and date, 0 or 1: off or not. For each person and pattern, how
//!   much of it is chosen. For each date and skill, and each date and half of the squad, how many
//!   people are missing.
//! - **Constraints.** Each person has one pattern in all, and its dates are the dates off. For each
//!   date and skill: those who are off, and those who are needed, are together at most those who
//!   have the skill and those who are missing.
//! - **Objective.** The parts of [`Score`], where a part comes before all after it: skills covered,
//!   half of the squad present, the longest streak first, wishes kept, the contract's days off
//!   kept, weekends shared. The program is solved three times, for two parts at a time; what was
//!   reached before must stay.
//!
//! Only the dates have to be whole numbers: days off that are whole are no mixture of other patterns.
//! A search that decides about a date halves what is left, where one that decides about a pattern
//! excludes one of 400; it was seen to need a tenth of the steps.
//!
//! The same squad has the same rota, in whatever order its people come, as long as the limit of
//! time isn't reached. If it is, the best rota so far comes out, and isn't [`proven`](Rota::proven).

mod days;
mod ics;
mod input;
mod model;
mod report;
mod rest;
mod score;
mod solve;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::NaiveDate;

pub use ics::{DaysOff, ics};
pub use input::{DATES, Person, Squad, dates};
pub use report::{Plan, Rota, Short, Uncovered};
pub use score::Score;

use days::Days;
use model::Model;

/// Plans a squad's fortnight, within a limit of time that is kept to about a tenth of a second.
pub fn plan(squad: &Squad, limit: Duration) -> Rota {
    let model = Model::new(squad);
    let choice = solve::solve(&model, limit);
    Rota::new(squad, &model, &choice.off, choice.proven)
}

/// What a rota is like that somebody else made, from the days off of each person's id. It isn't
/// held against the rules of rest.
pub fn judge(squad: &Squad, off: &BTreeMap<i64, BTreeSet<NaiveDate>>) -> Rota {
    let model = Model::new(squad);
    let days = |id: &i64| off.get(id).map_or(Days::NONE, |off| Days::among(squad.first, off));
    let off: Vec<Days> = model.people.iter().map(|(person, fortnight)| days(&person.id).or(fortnight.fixed)).collect();
    Rota::new(squad, &model, &off, false)
}
