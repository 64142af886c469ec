//! Looking ahead: of equally good pairs, those that the rounds after this one miss least.
//!
//! A round that is only as good as it can be by itself leaves a remainder by chance, and near the end, when
//! few have not met, no round of the remainder may be without a repeat. Three things help:
//!
//! - **A round robin.** An even number of people meet each other in one round less than there are people, if
//!   each round takes the pairs of one turn of the circle (T. P. Kirkman, 1847). As long as everybody is there, a
//!   round that keeps to one turn leaves all the others whole.
//! - **Balance.** Across organisations, whoever has many left to meet in one goes there first, or those who are
//!   left at the end would all be of the same.
//! - **Trying.** Where everybody is there and few are left to meet, several rounds are tried, each is played on, and
//!   the one after which most rounds without a repeat follow is taken. (Playing on with people absent by chance
//!   was tried, too, and was no better than balance alone.)

use std::collections::HashSet;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::case::{Case, MISSED};
use super::input::Round;
use super::matching::{Edge, cheapest};

/// Above so many people, nobody comes to any end.
const MANY_PEOPLE: usize = 1_500;
/// Rounds are tried up to so many people.
const FEW_PEOPLE: usize = 64;
/// And once somebody has so few left to meet.
const FEW_LEFT: usize = 9;
/// How many are tried.
const TRIED: u64 = 12;
/// How much the pairs of a try may stray from balance: the weight of a step of it, beside a chance below it.
const STRAY: u8 = 16;
/// What somebody who is left over costs there, so that as few as possible are.
const ALONE: i128 = 1 << 20;

type Pairs = HashSet<(usize, usize)>;

/// How much the rounds after this one would miss each pair of those who are there, below [`MISSED`].
pub(super) fn missed(case: &Case, round: &Round) -> Vec<u8> {
    if case.len() > MANY_PEOPLE || round.people.len() > MANY_PEOPLE {
        return Vec::new();
    }
    let field = Field::new(round);
    let there: Vec<usize> = case.people.iter().map(|at| field.number[*at]).collect();
    let mut missed = field.missed(&there);
    let whole = there.len() == round.people.len() && there.len().is_multiple_of(2);
    if whole && there.len() <= FEW_PEOPLE && field.fewest_left() <= FEW_LEFT {
        // Where nobody is absent, the field has the numbers of the case.
        let best = field.best_tried(&missed, round.seed);
        let n = there.len();
        for (at, missed) in missed.iter_mut().enumerate() {
            let (a, b) = (at / n, at % n);
            *missed = if best.contains(&(a.min(b), a.max(b))) { 0 } else { MISSED - 1 };
        }
    }
    missed
}

/// Everybody who joined, whether they are there this time or not.
struct Field {
    case: Case,
    /// The number in `case` of each place in [`Round::people`].
    number: Vec<usize>,
    /// The place of each on the circle.
    place: Vec<usize>,
    /// Whether two may be a pair and have not met.
    fresh: Vec<bool>,
}

impl Field {
    fn new(round: &Round) -> Self {
        let mut everybody = round.clone();
        for one in &mut everybody.people {
            one.paused = false;
        }
        let case = Case::new(&everybody);
        let n = case.len();
        let mut number = vec![0; n];
        for (one, at) in case.people.iter().enumerate() {
            number[*at] = one;
        }
        let mut by_id: Vec<usize> = (0..n).collect();
        by_id.sort_by_key(|one| &round.people[case.people[*one]].id);
        let mut place = vec![0; n];
        for (at, one) in by_id.into_iter().enumerate() {
            place[one] = at;
        }
        let mut fresh: Vec<bool> = (0..n * n).map(|at| at / n != at % n && case.may_pair(at / n, at % n)).collect();
        for one in 0..n {
            for (other, _) in case.met_by(one) {
                fresh[one * n + other] = false;
            }
        }
        Self { case, number, place, fresh }
    }

    fn fresh(&self, a: usize, b: usize) -> bool {
        self.fresh[a * self.place.len() + b]
    }

    /// How few somebody has left to meet.
    fn fewest_left(&self) -> usize {
        let left = |a: usize| (0..self.place.len()).filter(|b| self.fresh(a, *b)).count();
        (0..self.place.len()).map(left).min().unwrap_or(0)
    }

    fn missed(&self, there: &[usize]) -> Vec<u8> {
        if self.case.across { self.balance(there) } else { self.best_turn(there) }
    }

    /// Nothing for the pairs of that turn of the circle which has most pairs who are there and have not met.
    fn best_turn(&self, there: &[usize]) -> Vec<u8> {
        // One stands still in the middle: the last, or nobody where their number is odd.
        let turns = (self.place.len().max(2) - 1) | 1;
        let turn = |a: usize, b: usize| {
            let (a, b) = (self.place[a].min(self.place[b]), self.place[a].max(self.place[b]));
            if b == turns { 2 * a % turns } else { (a + b) % turns }
        };
        let mut fresh_in = vec![0; turns];
        for (at, a) in there.iter().enumerate() {
            for b in &there[at + 1..] {
                fresh_in[turn(*a, *b)] += u32::from(self.fresh(*a, *b));
            }
        }
        let most = fresh_in.iter().max();
        let best = fresh_in.iter().position(|fresh| Some(fresh) == most).unwrap_or(0);
        let of = |a: usize, b: usize| if a != b && turn(a, b) == best { 0 } else { MISSED - 1 };
        there.iter().flat_map(|a| there.iter().map(move |b| of(*a, *b))).collect()
    }

    /// Less for a pair the more each has left to meet in the other's organisation.
    fn balance(&self, there: &[usize]) -> Vec<u8> {
        let n = self.place.len();
        let organisations = self.case.organisation.iter().max().map_or(0, |most| most + 1);
        let mut left = vec![0_usize; n * organisations];
        for a in 0..n {
            for b in (0..n).filter(|b| self.fresh(a, *b)) {
                left[a * organisations + self.case.organisation[b]] += 1;
            }
        }
        let of = |a: usize, b: usize| {
            let left = |a: usize, b: usize| left[a * organisations + self.case.organisation[b]];
            MISSED - 1 - u8::try_from(left(a, b) + left(b, a)).unwrap_or(u8::MAX).min(MISSED - 1)
        };
        let of = &of;
        there.iter().flat_map(|a| there.iter().map(move |b| of(*a, *b))).collect()
    }

    /// The best of several rounds of everybody.
    fn best_tried(&self, missed: &[u8], seed: u64) -> Pairs {
        let mut best = (0, Pairs::new());
        for tried in 0..TRIED {
            let mut random = ChaCha8Rng::seed_from_u64(seed.wrapping_add(tried));
            let first = self.pairs(missed, &Pairs::new(), &mut random);
            let rounds = self.play_on(&first, missed, &mut random);
            if rounds > best.0 {
                best = (rounds, first);
            }
            if rounds >= self.fewest_left() {
                break;
            }
        }
        best.1
    }

    /// How many rounds without a repeat there are in a row from one on, itself included.
    fn play_on(&self, first: &Pairs, missed: &[u8], random: &mut ChaCha8Rng) -> usize {
        let (mut taken, mut next, mut rounds) = (first.clone(), first.clone(), 0);
        while next.len() == self.place.len() / 2 && rounds < FEW_LEFT {
            rounds += 1;
            next = self.pairs(missed, &taken, random);
            taken.extend(&next);
        }
        rounds
    }

    /// A round of pairs who have not met and aren't taken, as many as there can be, and then those that are
    /// missed least, more or less.
    fn pairs(&self, missed: &[u8], taken: &Pairs, random: &mut ChaCha8Rng) -> Pairs {
        let n = self.place.len();
        let mut edges = Vec::new();
        for a in 0..n {
            for b in (a + 1..n).filter(|b| self.fresh(a, *b) && !taken.contains(&(a, *b))) {
                let stray = i128::from(random.random_range(0..STRAY));
                edges.push(Edge { a, b, cost: i128::from(missed[a * n + b]) * i128::from(STRAY) + stray });
            }
        }
        let mate = cheapest(&vec![ALONE; n], &edges).mate;
        mate.iter().enumerate().filter_map(|(a, mate)| mate.filter(|b| a < *b).map(|b| (a, b))).collect()
    }
}
