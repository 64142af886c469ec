//! Rounds in a row among people who don't exist, and what came of them.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use super::input::{Hours, Person, Round};

/// Who they are.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// How many.
    pub people: usize,
    /// Of how many organisations, of the same size as far as that goes.
    pub organisations: usize,
    /// How many rounds.
    pub rounds: usize,
    /// The chance that somebody is absent from a round, 0 to 1.
    pub absent: f64,
    /// Who is absent, and which of equally good plans is taken.
    pub seed: u64,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// The share of pairs who had met before, 0 to 1; a trio is three pairs.
    pub repeat_share: f64,
    /// The share of pairs who had met in one of the five rounds before, 0 to 1.
    pub repeat_share_last5: f64,
    /// The share of pairs of two organisations, 0 to 1.
    pub cross_organisation_share: f64,
    /// How many others somebody has met, on average.
    pub distinct_partners: f64,
    /// How often somebody who was there met nobody.
    pub left_out: usize,
}

/// Plays rounds with a planner, which gives the groups of ids: the project's own, or one that it is compared with.
pub fn simulate(setting: &Setting, planner: impl Fn(&Round) -> Vec<Vec<String>>) -> Figures {
    let mut random = ChaCha8Rng::seed_from_u64(setting.seed);
    let width = setting.people.to_string().len();
    let person = |number: usize| Person {
        id: format!("p{number:0width$}"),
        organisation: format!("o{}", number % setting.organisations.max(1)),
        hours: Hours::usual(chrono_tz::Tz::UTC),
        paused: false,
    };
    let mut round = Round {
        people: (0..setting.people).map(person).collect(),
        history: Vec::new(),
        never: Vec::new(),
        colleagues: false,
        date: NaiveDate::default(),
        seed: 0,
    };
    let organisation: HashMap<String, String> =
        round.people.iter().map(|one| (one.id.clone(), one.organisation.clone())).collect();
    let mut last_met: HashMap<(String, String), usize> = HashMap::new();
    let (mut pairs, mut repeats, mut recent, mut across, mut left_out) = (0, 0, 0, 0, 0);
    for number in 0..setting.rounds {
        for one in &mut round.people {
            one.paused = random.random_bool(setting.absent);
        }
        round.seed = random.next_u64();
        let groups = planner(&round);
        let there = round.people.iter().filter(|one| !one.paused).count();
        left_out += there - groups.iter().map(Vec::len).sum::<usize>();
        for group in &groups {
            for (at, one) in group.iter().enumerate() {
                for other in &group[at + 1..] {
                    pairs += 1;
                    across += usize::from(organisation[one] != organisation[other]);
                    let pair = (one.min(other).clone(), one.max(other).clone());
                    if let Some(before) = last_met.insert(pair, number) {
                        repeats += 1;
                        recent += usize::from(number - before <= 5);
                    }
                }
            }
        }
        round.history.push(groups);
    }
    let met: HashSet<&(String, String)> = last_met.keys().collect();
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { count(part) / count(whole) };
    Figures {
        repeat_share: share(repeats, pairs),
        repeat_share_last5: share(recent, pairs),
        cross_organisation_share: share(across, pairs),
        distinct_partners: share(2 * met.len(), setting.people),
        left_out,
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
