//! Who has coffee with whom: how good the plan is beside three simpler ways, and how long it takes.
//!
//! - **Shuffle**: pairs in a random order, an odd one to the last pair.
//! - **Greedy**: one after the other, in a random order, takes the best partner who is left: of another
//!   organisation, then whom they have not met, then whom they met longest ago.
//! - **Halves**: people are split into two halves by chance, and D. Gale and L. Shapley's stable matching (1962) pairs
//!   them by the same wishes.
//!
//! All play the same rounds: the same people are absent.

use std::collections::HashMap;
use std::time::Instant;

use chrono::NaiveDate;
use chrono_tz::Tz;
use elevenses::pairing::{Figures, Hours, Person, Round, Setting, plan, simulate};
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A planner, which gives the groups of ids.
type Planner = fn(&Round) -> Vec<Vec<String>>;

const PLANNERS: [(&str, Planner); 4] =
    [("Elevenses", own), ("greedy", greedy), ("halves (Gale-Shapley)", halves), ("shuffle", shuffle)];

fn own(round: &Round) -> Vec<Vec<String>> {
    plan(round).groups
}

/// Those who are there, in a random order.
fn there(round: &Round) -> (Vec<&Person>, ChaCha8Rng) {
    let mut random = ChaCha8Rng::seed_from_u64(round.seed);
    let mut there: Vec<&Person> = round.people.iter().filter(|one| !one.paused).collect();
    there.shuffle(&mut random);
    (there, random)
}

/// Pairs, and whoever is left over in a group of a pair.
fn with_odd(mut groups: Vec<Vec<String>>, odd: Option<&Person>) -> Vec<Vec<String>> {
    if let (Some(odd), Some(last)) = (odd, groups.last_mut()) {
        last.push(odd.id.clone());
    }
    groups
}

fn shuffle(round: &Round) -> Vec<Vec<String>> {
    let (there, _) = there(round);
    let pairs = there.chunks_exact(2);
    let odd = pairs.remainder().first().copied();
    with_odd(pairs.map(|pair| vec![pair[0].id.clone(), pair[1].id.clone()]).collect(), odd)
}

/// How many rounds ago each two met last.
fn ago(round: &Round) -> HashMap<(&str, &str), usize> {
    let mut ago = HashMap::new();
    for (rounds, groups) in round.history.iter().rev().enumerate() {
        for group in groups {
            for one in group {
                for other in group.iter().filter(|other| *other != one) {
                    ago.entry((one.as_str(), other.as_str())).or_insert(rounds);
                }
            }
        }
    }
    ago
}

/// How much one wishes to meet another: another organisation first, then the longest ago.
fn wish(ago: &HashMap<(&str, &str), usize>, one: &Person, other: &Person) -> (bool, usize) {
    let last = ago.get(&(one.id.as_str(), other.id.as_str())).copied().unwrap_or(usize::MAX);
    (one.organisation != other.organisation, last)
}

fn greedy(round: &Round) -> Vec<Vec<String>> {
    let (mut there, _) = there(round);
    let ago = ago(round);
    let mut groups = Vec::new();
    while let Some(one) = there.pop() {
        let best = (0..there.len()).max_by_key(|at| wish(&ago, one, there[*at]));
        let Some(best) = best else { return with_odd(groups, Some(one)) };
        groups.push(vec![one.id.clone(), there.swap_remove(best).id.clone()]);
    }
    groups
}

fn halves(round: &Round) -> Vec<Vec<String>> {
    let (mut there, mut random) = there(round);
    let ago = ago(round);
    let odd = if there.len() % 2 == 1 { there.pop() } else { None };
    let (ask, answer) = there.split_at(there.len() / 2);
    // Ties are broken by chance, the same for both.
    let luck: Vec<u32> = answer.iter().map(|_| random.random()).collect();
    let mut wishes: Vec<Vec<usize>> = ask
        .iter()
        .map(|one| {
            let mut order: Vec<usize> = (0..answer.len()).collect();
            order.sort_by_key(|at| (wish(&ago, one, answer[*at]), luck[*at]));
            order
        })
        .collect();
    let mut held: Vec<Option<usize>> = vec![None; answer.len()];
    let mut free: Vec<usize> = (0..ask.len()).collect();
    while let Some(one) = free.pop() {
        let Some(at) = wishes[one].pop() else { continue };
        match held[at] {
            Some(other) if wish(&ago, answer[at], ask[other]) >= wish(&ago, answer[at], ask[one]) => free.push(one),
            Some(other) => {
                held[at] = Some(one);
                free.push(other);
            }
            None => held[at] = Some(one),
        }
    }
    let pair = |(at, one): (usize, &Option<usize>)| one.map(|one| vec![ask[one].id.clone(), answer[at].id.clone()]);
    with_odd(held.iter().enumerate().filter_map(pair).collect(), odd)
}

/// The mean over some seeds.
fn mean(setting: &Setting, seeds: u64, planner: Planner) -> Figures {
    let all: Vec<Figures> = (1..=seeds).map(|seed| simulate(&Setting { seed, ..*setting }, planner)).collect();
    let seeds = f64::from(u32::try_from(seeds).unwrap_or(u32::MAX));
    let mean = |part: fn(&Figures) -> f64| all.iter().map(part).sum::<f64>() / seeds;
    Figures {
        repeat_share: mean(|one| one.repeat_share),
        repeat_share_last5: mean(|one| one.repeat_share_last5),
        cross_organisation_share: mean(|one| one.cross_organisation_share),
        distinct_partners: mean(|one| one.distinct_partners),
        left_out: all.iter().map(|one| one.left_out).sum(),
    }
}

fn quality() {
    println!(
        "{:<46} {:<22} {:>8} {:>8} {:>8} {:>9} {:>9}",
        "rounds", "planner", "repeats", "last 5", "across", "partners", "left out"
    );
    for (people, organisations, rounds, absent, seeds) in [
        (30, 1, 29, 0.0, 10),
        (200, 1, 199, 0.0, 1),
        (30, 4, 20, 0.0, 50),
        (200, 4, 20, 0.0, 5),
        (30, 1, 20, 0.2, 50),
        (30, 4, 20, 0.2, 50),
        (31, 4, 20, 0.0, 20),
    ] {
        let setting = Setting { people, organisations, rounds, absent, seed: 0 };
        for (name, planner) in PLANNERS {
            let seen = mean(&setting, seeds, planner);
            println!(
                "{:<46} {name:<22} {:>6.2} % {:>6.2} % {:>6.1} % {:>9.1} {:>9}",
                format!(
                    "{people} people, {organisations} org., {rounds} rounds, {:.0} % absent, {seeds} seeds",
                    absent * 100.0
                ),
                seen.repeat_share * 100.0,
                seen.repeat_share_last5 * 100.0,
                seen.cross_organisation_share * 100.0,
                seen.distinct_partners,
                seen.left_out
            );
        }
    }
}

/// A large round with a past, zones and an odd number.
fn large(people: usize) -> Round {
    const ZONES: [Tz; 5] =
        [Tz::Europe__London, Tz::Asia__Kolkata, Tz::America__New_York, Tz::America__Los_Angeles, Tz::Pacific__Auckland];
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let person = |at: usize, zone: usize| Person {
        id: format!("p{at:05}"),
        organisation: format!("o{}", at % 7),
        hours: Hours::usual(ZONES[zone]),
        paused: false,
    };
    let mut round = Round {
        people: (0..people).map(|at| person(at, random.random_range(0..ZONES.len()))).collect(),
        history: Vec::new(),
        never: Vec::new(),
        colleagues: false,
        date: NaiveDate::default(),
        seed: 1,
    };
    for _ in 0..10 {
        round.seed += 1;
        round.history.push(shuffle(&round));
    }
    for _ in 0..people / 20 {
        let two: Vec<&Person> = round.people.choose_multiple(&mut random, 2).collect();
        round.never.push((two[0].id.clone(), two[1].id.clone()));
    }
    round
}

/// The largest resident set so far, in millions of bytes, where the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.map_or_else(|| "unknown".to_owned(), |kb| format!("{} MB", kb * 1_024 / 1_000_000))
}

fn times() {
    println!();
    println!("{:<46} {:<22} {:>10}", "one round, 7 organisations, 5 zones, 10 before", "planner", "median");
    for people in [200, 201, 2_000, 2_001, 10_000, 10_001] {
        let round = large(people);
        for (name, planner) in PLANNERS {
            let times = if people > 5_000 { 1 } else { 5 };
            let mut seen: Vec<f64> = (0..times)
                .map(|_| {
                    let began = Instant::now();
                    std::hint::black_box(planner(&round));
                    began.elapsed().as_secs_f64() * 1_000.0
                })
                .collect();
            seen.sort_by(f64::total_cmp);
            let remark = if name == "Elevenses" {
                let score = plan(&round).score;
                format!(
                    "optimal: {}, at most better: {:?}; memory so far {}",
                    score.optimal,
                    score.at_most_better,
                    peak()
                )
            } else {
                String::new()
            };
            println!("{:<46} {name:<22} {:>7.1} ms  {remark}", format!("{people} people"), seen[seen.len() / 2]);
        }
    }
}

fn main() {
    let only: Vec<String> = std::env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
    let wanted = |name: &str| only.is_empty() || only.iter().any(|one| one == name);
    if wanted("quality") {
        quality();
    }
    if wanted("times") {
        times();
    }
}
