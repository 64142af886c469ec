//! The plan of a round, as it is told.

use std::collections::BTreeMap;

use serde::Serialize;

use super::case::{Case, PARTS, Part, Parts};
use super::input::Round;
use super::{ahead, groups};

/// Who meets whom in a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// Groups of two, or of three where somebody would be left out; in the order of their first ids.
    pub groups: Vec<Vec<String>>,
    /// Everybody else, and why.
    pub left_out: Vec<LeftOut>,
    /// How good it is.
    pub score: Score,
}

/// Somebody who meets nobody in a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Who.
    pub id: String,
    /// Why.
    pub reason: Reason,
}

/// Why somebody meets nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// They sit this round out.
    Paused,
    /// Nobody else is there.
    NobodyElse,
    /// Everybody else is of their own organisation.
    OnlyColleagues,
    /// Those whom they could meet have a partner whom nobody else could have.
    NoPartnerLeft,
}

/// How good a plan is: the parts in the order of their weight. Of each, less is better.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Score {
    /// People who are left out and aren't paused.
    pub left_out: i64,
    /// Groups of three.
    pub trios: i64,
    /// Pairs of colleagues, those within a trio included, as in all that follows.
    pub colleague_pairs: i64,
    /// Pairs who have met before.
    pub repeated_pairs: i64,
    /// How recently they met: for each of them 24 divided by the number of rounds since, at least 1.
    pub recency: i64,
    /// Pairs whose hours share less than an hour.
    pub pairs_without_an_hour: i64,
    /// Quarters of an hour that their hours share less than two hours.
    pub quarters_short: i64,
    /// What those bear who bore something in the last round: 2 for whoever was left out, 1 for whoever was
    /// in a trio, if they are in a trio or left out again.
    pub borne_again: i64,
    /// Whether no plan is better in any of these.
    pub optimal: bool,
    /// Where that isn't certain: the first part in which a plan may be better, and by how much at most.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub at_most_better: BTreeMap<&'static str, i64>,
}

/// The names of the parts that are told.
const NAMES: [&str; Part::Ahead as usize] = [
    "left_out",
    "trios",
    "colleague_pairs",
    "repeated_pairs",
    "recency",
    "pairs_without_an_hour",
    "quarters_short",
    "borne_again",
];

/// Plans a round. The same round has the same plan, in whatever order its people come.
pub fn plan(round: &Round) -> Plan {
    let mut case = Case::new(round);
    case.look_ahead(ahead::missed(&case, round));
    let found = groups::find(&case);
    let mut sum: Parts = [0; PARTS];
    for group in &found.groups {
        let parts = case.parts(group).unwrap_or_default();
        sum.iter_mut().zip(parts).for_each(|(sum, one)| *sum += one);
    }
    let id = |one: usize| round.people[case.people[one]].id.clone();
    let mut left_out: Vec<LeftOut> = round
        .people
        .iter()
        .filter(|one| one.paused)
        .map(|one| LeftOut { id: one.id.clone(), reason: Reason::Paused })
        .collect();
    let mut groups = Vec::new();
    for group in &found.groups {
        if let [alone] = group[..] {
            left_out.push(LeftOut { id: id(alone), reason: why(&case, alone) });
        } else {
            let mut ids: Vec<String> = group.iter().map(|one| id(*one)).collect();
            ids.sort();
            groups.push(ids);
        }
    }
    groups.sort();
    left_out.sort_by(|a, b| a.id.cmp(&b.id));
    let short = case.first_part(found.cost - found.bound).filter(|(part, _)| *part < NAMES.len());
    let score = Score {
        left_out: sum[Part::LeftOut as usize],
        trios: sum[Part::Trios as usize],
        colleague_pairs: sum[Part::Colleagues as usize],
        repeated_pairs: sum[Part::MetBefore as usize],
        recency: sum[Part::Recently as usize],
        pairs_without_an_hour: sum[Part::NoHour as usize],
        quarters_short: sum[Part::Quarters as usize],
        borne_again: sum[Part::Again as usize],
        optimal: short.is_none(),
        at_most_better: short.map(|(part, by)| (NAMES[part], by)).into_iter().collect(),
    };
    Plan { groups, left_out, score }
}

fn why(case: &Case, alone: usize) -> Reason {
    let others = || (0..case.len()).filter(|other| *other != alone);
    if others().next().is_none() {
        Reason::NobodyElse
    } else if case.across && others().all(|other| case.organisation[other] == case.organisation[alone]) {
        Reason::OnlyColleagues
    } else {
        Reason::NoPartnerLeft
    }
}
