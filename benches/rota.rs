//! How long a rota takes and how good it is, beside what somebody does who plans by hand: one
//! person after another, the best days in a row for each. Prints figures, not verdicts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate, Weekday};
use elevenses::rota::{DATES, Person, Rota, Score, Squad, dates, judge, plan};
use rand::{Rng, SeedableRng, rngs::StdRng};

const SQUADS: u64 = 50;
const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

fn main() {
    println!("{SQUADS} squads each, 7 days a week; the mean of each part of the score, less is better");
    for people in [8, 12, 20] {
        for (name, longest) in [("rested", 6), ("on day 35", 35)] {
            let squads: Vec<Squad> = (0..SQUADS).map(|seed| squad(people, longest, seed)).collect();
            println!("\n{people} people, {name}");
            let solved = measure("solved", &squads, |squad| plan(squad, Duration::from_secs(10)));
            measure("in 10 ms", &squads, |squad| plan(squad, Duration::from_millis(10)));
            let greedy = measure("by hand", &squads, by_hand);
            let proven = solved.iter().filter(|rota| rota.proven).count();
            let better = solved.iter().zip(&greedy).filter(|(solved, greedy)| solved.score < greedy.score).count();
            println!("  proven best {proven} of {SQUADS}; better than by hand {better}");
        }
    }
}

fn measure(name: &str, squads: &[Squad], make: impl Fn(&Squad) -> Rota) -> Vec<Rota> {
    let (mut rotas, mut each) = (Vec::new(), Vec::new());
    for squad in squads {
        let begun = Instant::now();
        rotas.push(make(squad));
        each.push(begun.elapsed());
    }
    each.sort_unstable();
    let mean = |part: fn(&Score) -> u32| {
        f64::from(rotas.iter().map(|rota| part(&rota.score)).sum::<u32>())
            / f64::from(u32::try_from(rotas.len()).unwrap_or(1))
    };
    println!(
        "  {name:8} p50 {:>9.1?}, most {:>9.1?} · uncovered {:.1}, short {:.1}, waiting {:.0}, moved {:.1}, changed {:.1}, weekends {:.1}",
        each[each.len() / 2],
        each[each.len() - 1],
        mean(|score| score.uncovered),
        mean(|score| score.short),
        mean(|score| score.waiting),
        mean(|score| score.moved),
        mean(|score| score.changed),
        mean(|score| score.weekends),
    );
    rotas
}

/// One person after another is given days off in a row, on the same days of both weeks, with which
/// the squad is best off so far; as many as are owed, and as soon as the rules of rest say.
fn by_hand(squad: &Squad) -> Rota {
    let all: Vec<NaiveDate> = dates(squad.first).collect();
    let mut off: BTreeMap<i64, BTreeSet<NaiveDate>> = BTreeMap::new();
    for person in &squad.people {
        let owed = 7 - person.working_days.len();
        let latest = if person.streak > 6 { 2 } else { 6 - person.streak as usize };
        let stretches = (0..=latest.min(7 - owed)).map(|start| {
            let days = (start..start + owed).flat_map(|day| [day, day + 7]);
            days.map(|day| all[day]).collect()
        });
        let best = stretches.min_by_key(|stretch: &BTreeSet<NaiveDate>| {
            off.insert(person.id, stretch.clone());
            judge(squad, &off).score
        });
        off.insert(person.id, best.unwrap_or_default());
    }
    judge(squad, &off)
}

/// People with two of a few skills each, up to three wishes, some of them part-time or away.
fn squad(people: i64, longest: u32, seed: u64) -> Squad {
    let mut random = StdRng::seed_from_u64(seed);
    let first: NaiveDate = "2026-03-30".parse().unwrap_or_default();
    let date = |day: usize| first + Days::new(day as u64);
    let people: Vec<Person> = (0..people)
        .map(|id| {
            let skills = (0..2).map(|_| format!("skill {}", random.random_range(0..=people / 2))).collect();
            let wishes = (0..random.random_range(0..4)).map(|_| date(random.random_range(0..DATES))).collect();
            let mut person = Person { skills, wishes, ..Person::new(id) };
            if random.random_bool(0.15) {
                person.working_days.truncate(3);
            }
            if random.random_bool(0.2) {
                let from = random.random_range(0..DATES - 3);
                person.away = (from..from + 3).map(date).collect();
            }
            person.streak = if longest > 6 { longest } else { random.random_range(0..=longest) };
            person
        })
        .collect();
    Squad::new(first, &WEEK, people)
}
