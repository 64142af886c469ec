//! A round in numbers: who takes part, and what a group of them costs.

use std::collections::{BTreeMap, HashMap};

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::input::{Round, Window};

/// What is better, the most important first. A plan is better than another if it has less of the first
/// of these in which they differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// People who are left out.
    LeftOut,
    /// Groups of three.
    Trios,
    /// Pairs of colleagues, those within a trio included.
    Colleagues,
    /// Pairs who have met before.
    MetBefore,
    /// How recently they did: for each such pair [`LONG_AGO`] divided by the rounds since.
    Recently,
    /// Pairs whose hours don't share [`AN_HOUR`].
    NoHour,
    /// Quarters of an hour, of [`ENOUGH`] a pair, that their hours don't share.
    Quarters,
    /// What those had to bear in the last round who bear something again: 2 for being left out, 1 for a trio.
    Again,
    /// Pairs that the rounds after this one would miss (`ahead`).
    Ahead,
    /// Chance.
    Chance,
}

/// How many parts there are.
pub(super) const PARTS: usize = Part::Chance as usize + 1;
/// A pair that met in the last round counts as this for [`Part::Recently`], and one of so many rounds ago as 1.
const LONG_AGO: usize = 24;
/// Minutes that a coffee takes (the specification's "an hour where that can be had").
const AN_HOUR: i64 = 60;
/// Minutes of shared hours above which more is no better: there is time enough to choose from.
const ENOUGH: i64 = 120;
/// Minutes that [`Part::Quarters`] counts in.
const QUARTER: i64 = 15;
/// [`Part::Ahead`] is below this for each pair.
pub(super) const MISSED: u8 = 16;
/// [`Part::Chance`] is below this for each pair.
const CHANCES: u64 = 16;
/// From so many people on, chance isn't weighed: where everybody has a hundred equally good partners, whom the
/// search comes across first is chance enough.
const LEFT_TO_CHANCE: usize = 1_500;

/// So much of each part.
pub(super) type Parts = [i64; PARTS];

/// Those who take part, as numbers from 0 on, in an order that the seed decides.
pub(super) struct Case {
    /// The place in [`Round::people`] of each.
    pub(super) people: Vec<usize>,
    /// The organisation of each, as a number.
    pub(super) organisation: Vec<usize>,
    /// Whether a group needs more than one organisation.
    pub(super) across: bool,
    window: Vec<Window>,
    /// Whom each has met, and how many rounds ago, by number.
    met: Vec<Vec<(usize, usize)>>,
    /// Whom each is never to meet.
    never: Vec<Vec<usize>>,
    /// What each had to bear in the last round.
    bore: Vec<i64>,
    /// Which kind of person each is: people of one kind have one organisation and the same hours.
    kind: Vec<usize>,
    /// Somebody of each kind.
    kinds: Vec<usize>,
    /// How much the rounds after this one would miss a pair, below [`MISSED`], for each two people; empty where that is
    /// all the same.
    missed: Vec<u8>,
    /// What chance is made from; `None` where it isn't weighed.
    chance: Option<u64>,
    /// What one of each part weighs.
    unit: Parts128,
}

type Parts128 = [i128; PARTS];

/// A pair as a key.
pub(super) fn key(a: usize, b: usize) -> (usize, usize) {
    (a.min(b), a.max(b))
}

impl Case {
    pub(super) fn new(round: &Round) -> Self {
        let mut people: Vec<usize> = (0..round.people.len()).filter(|one| !round.people[*one].paused).collect();
        // The plan must not depend on the order in which people come.
        people.sort_by(|a, b| round.people[*a].id.cmp(&round.people[*b].id));
        let mut random = ChaCha8Rng::seed_from_u64(round.seed);
        rand::seq::SliceRandom::shuffle(&mut people[..], &mut random);
        let number: HashMap<&str, usize> =
            people.iter().enumerate().map(|(number, at)| (round.people[*at].id.as_str(), number)).collect();
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for one in &round.people {
            let next = names.len();
            names.entry(one.organisation.as_str()).or_insert(next);
        }
        let organisation: Vec<usize> = people.iter().map(|at| names[round.people[*at].organisation.as_str()]).collect();
        let mut never = vec![Vec::new(); people.len()];
        for (one, other) in &round.never {
            if let (Some(one), Some(other)) = (number.get(one.as_str()), number.get(other.as_str())) {
                never[*one].push(*other);
                never[*other].push(*one);
            }
        }
        let window: Vec<Window> = people.iter().map(|at| round.people[*at].hours.window(round.date)).collect();
        let (mut kinds, mut known) = (Vec::new(), BTreeMap::new());
        let mut kind_of = |one: usize| {
            *known.entry((organisation[one], window[one])).or_insert_with(|| {
                kinds.push(one);
                kinds.len() - 1
            })
        };
        let kind = (0..people.len()).map(&mut kind_of).collect();
        let mut case = Self {
            kind,
            kinds,
            window,
            across: names.len() > 1 && !round.colleagues,
            bore: bore(round, &people),
            met: met(round, &number),
            chance: (people.len() <= LEFT_TO_CHANCE).then(|| random.next_u64()),
            missed: Vec::new(),
            unit: [0; PARTS],
            people,
            organisation,
            never,
        };
        case.weigh();
        case
    }

    /// Says how much the rounds after this one would miss each pair.
    pub(super) fn look_ahead(&mut self, missed: Vec<u8>) {
        self.missed = missed;
        self.weigh();
    }

    /// The first part of a difference between two weights, and how many of it there are.
    pub(super) fn first_part(&self, difference: i128) -> Option<(usize, i64)> {
        let found = self.unit.iter().position(|unit| difference >= *unit)?;
        Some((found, i64::try_from(difference / self.unit[found]).unwrap_or(i64::MAX)))
    }

    /// How many take part.
    pub(super) fn len(&self) -> usize {
        self.people.len()
    }

    /// A part weighs more than all that there can be of the parts after it.
    fn weigh(&mut self) {
        let people = i128::try_from(self.len().max(1)).unwrap_or(i128::MAX);
        let zones_differ = self.window.iter().any(|window| window != &self.window[0]);
        let few = i128::from(zones_differ);
        let chances = if self.chance.is_some() { i128::from(CHANCES) - 1 } else { 0 };
        let ahead = if self.missed.is_empty() { 0 } else { i128::from(MISSED) - 1 };
        let most_a_person: Parts128 =
            [1, 1, 1, 1, LONG_AGO as i128, few, few * i128::from(ENOUGH / QUARTER), 2, ahead, chances];
        let mut unit = 1;
        for part in (0..PARTS).rev() {
            self.unit[part] = unit;
            // A group of n has at most n pairs, so a plan has at most as many as there are people.
            unit *= most_a_person[part] * people + 1;
        }
    }

    /// Parts as one number: the smaller, the better.
    pub(super) fn weight(&self, parts: &Parts) -> i128 {
        parts.iter().zip(self.unit).map(|(so_many, unit)| i128::from(*so_many) * unit).sum()
    }

    /// Whether two have met, and how many rounds ago.
    pub(super) fn met(&self, a: usize, b: usize) -> Option<usize> {
        let at = self.met[a].binary_search_by_key(&b, |(other, _)| *other).ok()?;
        Some(self.met[a][at].1)
    }

    /// Whom somebody has met, and how many rounds ago.
    pub(super) fn met_by(&self, one: usize) -> &[(usize, usize)] {
        &self.met[one]
    }

    /// Whether two may be in one group.
    pub(super) fn may_meet(&self, a: usize, b: usize) -> bool {
        !self.never[a].contains(&b)
    }

    /// Whether two may be a pair.
    pub(super) fn may_pair(&self, a: usize, b: usize) -> bool {
        self.may_meet(a, b) && !(self.across && self.organisation[a] == self.organisation[b])
    }

    fn pair(&self, a: usize, b: usize) -> Parts {
        let mut parts = self.strangers(a, b);
        if let Some(ago) = self.met(a, b) {
            parts.iter_mut().zip(again(ago)).for_each(|(sum, one)| *sum += one);
        }
        parts[Part::Ahead as usize] = self.missed.get(a * self.len() + b).map_or(0, |missed| i64::from(*missed));
        parts[Part::Chance as usize] = self.chance.map_or(0, |seed| chance(seed, a, b));
        parts
    }

    /// The parts that organisations and hours decide.
    fn strangers(&self, a: usize, b: usize) -> Parts {
        let mut parts = [0; PARTS];
        let shared = self.window[a].shared(self.window[b]);
        parts[Part::Colleagues as usize] = i64::from(self.organisation[a] == self.organisation[b]);
        parts[Part::NoHour as usize] = i64::from(shared < AN_HOUR);
        parts[Part::Quarters as usize] = (ENOUGH - shared.min(ENOUGH)) / QUARTER;
        parts
    }

    /// What a group of one, two or three costs; `None` where it mustn't be.
    pub(super) fn parts(&self, group: &[usize]) -> Option<Parts> {
        let bore = || group.iter().map(|one| self.bore[*one]).sum();
        match *group {
            [_] => {
                let mut parts = [0; PARTS];
                parts[Part::LeftOut as usize] = 1;
                parts[Part::Again as usize] = bore();
                Some(parts)
            }
            [a, b] => self.may_pair(a, b).then(|| self.pair(a, b)),
            [a, b, c] => {
                let one_organisation =
                    self.organisation[a] == self.organisation[b] && self.organisation[b] == self.organisation[c];
                let may = self.may_meet(a, b) && self.may_meet(b, c) && self.may_meet(a, c);
                if !may || self.across && one_organisation {
                    return None;
                }
                let mut parts = [0; PARTS];
                for pair in [self.pair(a, b), self.pair(b, c), self.pair(a, c)] {
                    parts.iter_mut().zip(pair).for_each(|(sum, one)| *sum += one);
                }
                parts[Part::Trios as usize] = 1;
                parts[Part::Again as usize] = bore();
                Some(parts)
            }
            _ => None,
        }
    }

    /// What one of a part weighs.
    pub(super) fn unit(&self, part: Part) -> i128 {
        self.unit[part as usize]
    }

    /// What pairs of one person with each other one weigh, by number; `None` where they mustn't be. It is what
    /// [`Self::cost`] says of each, for many at once.
    pub(super) fn costs(&self, one: usize) -> Vec<Option<i128>> {
        let base = |other: usize| self.weight(&self.strangers(one, self.kinds[other]));
        let base: Vec<i128> = (0..self.kinds.len()).map(base).collect();
        let cost = |other: usize| {
            let apart = !(self.across && self.organisation[one] == self.organisation[other]);
            apart.then(|| base[self.kind[other]] + self.chance.map_or(0, |seed| i128::from(chance(seed, one, other))))
        };
        let mut costs: Vec<Option<i128>> = (0..self.len()).map(cost).collect();
        let mut add = |other: usize, more: i128| costs[other] = costs[other].map(|cost| cost + more);
        for (other, ago) in &self.met[one] {
            add(*other, self.weight(&again(*ago)));
        }
        let row = one * self.len();
        for (other, missed) in self.missed.get(row..row + self.len()).into_iter().flatten().enumerate() {
            add(other, i128::from(*missed) * self.unit(Part::Ahead));
        }
        for other in self.never[one].iter().chain([&one]) {
            costs[*other] = None;
        }
        costs
    }

    /// What a group weighs; `None` where it mustn't be.
    pub(super) fn cost(&self, group: &[usize]) -> Option<i128> {
        self.parts(group).map(|parts| self.weight(&parts))
    }
}

/// The parts of having met so many rounds ago.
fn again(ago: usize) -> Parts {
    let mut parts = [0; PARTS];
    parts[Part::MetBefore as usize] = 1;
    parts[Part::Recently as usize] = i64::try_from((LONG_AGO / ago).max(1)).unwrap_or(1);
    parts
}

/// A number below [`CHANCES`] that a seed and a pair decide, whatever else there is.
fn chance(seed: u64, a: usize, b: usize) -> i64 {
    let (a, b) = key(a, b);
    // The finishing steps of SplitMix64: neighbouring pairs get unlike numbers.
    let mut x = seed ^ ((a as u64) << 32 | b as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    i64::try_from((x ^ (x >> 31)) % CHANCES).unwrap_or(0)
}

/// Whom each has met, and how many rounds ago they met last.
fn met(round: &Round, number: &HashMap<&str, usize>) -> Vec<Vec<(usize, usize)>> {
    let mut met = vec![Vec::new(); number.len()];
    for (ago, groups) in round.history.iter().rev().enumerate() {
        for group in groups {
            let there: Vec<usize> = group.iter().filter_map(|id| number.get(id.as_str()).copied()).collect();
            for one in &there {
                met[*one].extend(there.iter().filter(|other| *other != one).map(|other| (*other, ago + 1)));
            }
        }
    }
    for all in &mut met {
        // Of several times, the last comes first.
        all.sort_unstable();
        all.dedup_by_key(|(other, _)| *other);
    }
    met
}

/// What each had to bear in the last round. Whoever wasn't in it counts as left out.
fn bore(round: &Round, people: &[usize]) -> Vec<i64> {
    let Some(last) = round.history.last() else { return vec![0; people.len()] };
    let size: HashMap<&str, usize> =
        last.iter().flat_map(|group| group.iter().map(|id| (id.as_str(), group.len()))).collect();
    let bore = people.iter().map(|at| match size.get(round.people[*at].id.as_str()) {
        None | Some(1) => 2,
        Some(2) => 0,
        Some(_) => 1,
    });
    bore.collect()
}
