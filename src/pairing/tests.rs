//! Plans against every grouping that there is, and what must be true of each.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use proptest::prelude::*;
use rand::seq::{IndexedRandom, SliceRandom};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::case::Case;
use super::groups::{by_matching, find};
use super::*;

const ZONES: [Tz; 4] = [Tz::Europe__London, Tz::Asia__Kolkata, Tz::America__Los_Angeles, Tz::Pacific__Auckland];

fn date() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 16).expect("a date")
}

fn person(id: usize, organisation: usize) -> Person {
    Person {
        id: format!("p{id}"),
        organisation: format!("o{organisation}"),
        hours: Hours::usual(Tz::UTC),
        paused: false,
    }
}

fn round(people: Vec<Person>) -> Round {
    Round { people, history: Vec::new(), never: Vec::new(), colleagues: false, date: date(), seed: 7 }
}

/// A round with a past: organisations, zones, hours, pauses and pairs that are never to meet.
fn random_round(random: &mut ChaCha8Rng, most: usize) -> Round {
    let people = random.random_range(0..=most);
    let organisations = random.random_range(1..=4);
    let zones = random.random_range(1..=ZONES.len());
    let of = |random: &mut ChaCha8Rng, id| {
        let mut one = person(id, random.random_range(0..organisations));
        let from = random.random_range(7..=11);
        let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("a time");
        one.hours = Hours { zone: ZONES[random.random_range(0..zones)], from: at(from), to: at(from + 7) };
        one.paused = random.random_bool(0.1);
        one
    };
    let mut round = round((0..people).map(|id| of(random, id)).collect());
    round.colleagues = random.random_bool(0.2);
    round.seed = random.random();
    let mut ids: Vec<String> = round.people.iter().map(|one| one.id.clone()).collect();
    ids.push("somebody who has left".to_owned());
    for _ in 0..random.random_range(0..8) {
        ids.shuffle(random);
        let there = random.random_range(0..=ids.len());
        let groups = ids[..there].chunks(if random.random_bool(0.2) { 3 } else { 2 });
        round.history.push(groups.map(<[String]>::to_vec).collect());
    }
    for _ in 0..random.random_range(0..=people / 2) {
        let two: Vec<&String> = ids.choose_multiple(random, 2).collect();
        round.never.push((two[0].clone(), two[1].clone()));
    }
    round
}

/// Every way to put people into groups of one, two and three.
fn groupings(people: &[usize]) -> Vec<Vec<Vec<usize>>> {
    let Some((first, rest)) = people.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    let mut with = |group: Vec<usize>| {
        let others: Vec<usize> = rest.iter().copied().filter(|one| !group.contains(one)).collect();
        for mut grouping in groupings(&others) {
            grouping.push(group.clone());
            all.push(grouping);
        }
    };
    with(vec![*first]);
    for (at, second) in rest.iter().enumerate() {
        with(vec![*first, *second]);
        for third in &rest[at + 1..] {
            with(vec![*first, *second, *third]);
        }
    }
    all
}

/// The parts of a grouping's score as the documentation has them, counted from the round itself; `None` where it
/// mustn't be.
fn counted(round: &Round, grouping: &[Vec<usize>]) -> Option<[i64; 8]> {
    let several = round.people.iter().any(|one| one.organisation != round.people[0].organisation);
    let mut parts = [0; 8];
    for group in grouping {
        let organisation = |one: &usize| &round.people[*one].organisation;
        if group.len() > 1
            && several
            && !round.colleagues
            && group.iter().all(|one| organisation(one) == organisation(&group[0]))
        {
            return None;
        }
        parts[0] += i64::from(group.len() == 1);
        parts[1] += i64::from(group.len() == 3);
        for (at, a) in group.iter().enumerate() {
            if let (true, Some(last)) = (group.len() != 2, round.history.last()) {
                let before = last.iter().find(|before| before.contains(&round.people[*a].id)).map_or(1, Vec::len);
                parts[7] += [2, 0, 1][before - 1];
            }
            for b in &group[at + 1..] {
                let (one, other) = (&round.people[*a], &round.people[*b]);
                let is = |x: &str, y: &str| [&one.id, &other.id] == [x, y] || [&other.id, &one.id] == [x, y];
                if round.never.iter().any(|(x, y)| is(x, y)) {
                    return None;
                }
                parts[2] += i64::from(one.organisation == other.organisation);
                let met = |groups: &Vec<Vec<String>>| {
                    groups.iter().any(|group| group.contains(&one.id) && group.contains(&other.id))
                };
                if let Some(ago) = round.history.iter().rev().position(met) {
                    parts[3] += 1;
                    parts[4] += i64::try_from(24 / (ago + 1)).expect("few").max(1);
                }
                let shared = shared(one.hours, other.hours);
                parts[5] += i64::from(shared < 60);
                parts[6] += 8 - shared.min(120) / 15;
            }
        }
    }
    Some(parts)
}

/// Minutes of a day that two share, counted one by one.
fn shared(one: Hours, other: Hours) -> i64 {
    let works = |hours: Hours| {
        let lasts = hours.to.signed_duration_since(hours.from).num_minutes();
        let from = crate::schedule::resolve(date().and_time(hours.from), hours.zone).time();
        let from = from.signed_duration_since(NaiveTime::MIN).num_minutes();
        (from..from + lasts).map(|minute| minute % 1_440).collect::<BTreeSet<i64>>()
    };
    i64::try_from(works(one).intersection(&works(other)).count()).expect("few")
}

fn own(round: &Round) -> Vec<Vec<String>> {
    plan(round).groups
}

fn parts(score: &Score) -> [i64; 8] {
    [
        score.left_out,
        score.trios,
        score.colleague_pairs,
        score.repeated_pairs,
        score.recency,
        score.pairs_without_an_hour,
        score.quarters_short,
        score.borne_again,
    ]
}

#[test]
fn no_grouping_of_ten_people_is_better_in_1_000_cases() {
    let mut random = ChaCha8Rng::seed_from_u64(3);
    for case in 0..1_000 {
        // There are 26,000 groupings of ten people; most cases are smaller, so that the test stays quick.
        let round = random_round(&mut random, if case % 100 == 0 { 10 } else { 7 });
        let there: Vec<usize> = (0..round.people.len()).filter(|one| !round.people[*one].paused).collect();
        let best = groupings(&there).iter().filter_map(|grouping| counted(&round, grouping)).min().expect("all alone");
        let plan = plan(&round);
        assert_eq!(parts(&plan.score), best, "case {case}: {round:?}");
        assert!(plan.score.optimal);
    }
}

#[test]
fn the_matching_is_never_better_than_the_best_and_knows_how_far_it_may_be() {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let (mut cases, mut as_good) = (0, 0);
    for case in 0..300 {
        let round = random_round(&mut random, 12);
        let case_of = Case::new(&round);
        let everybody: Vec<usize> = (0..case_of.len()).collect();
        let (best, found) = (find(&case_of), by_matching(&case_of, &everybody));
        assert!(found.cost >= best.cost, "case {case}");
        assert!(found.bound <= best.cost, "case {case}: the bound is none. {round:?}");
        let pairs_alone = best.groups.iter().all(|group| group.len() == 2);
        assert!(!pairs_alone || found.cost == best.cost, "case {case}: pairs are the best there are. {round:?}");
        cases += 1;
        as_good += usize::from(found.cost == best.cost);
    }
    assert!(as_good * 100 >= cases * 97, "{as_good} of {cases} are as good, chance included");
}

#[test]
fn few_pairs_at_first_are_enough_for_the_best() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for people in [66, 101, 180] {
        let mut round = random_round(&mut random, 0);
        round.people = (0..people).map(|id| person(id, id % 3)).collect();
        for one in &mut round.people {
            one.hours = Hours::usual(ZONES[random.random_range(0..ZONES.len())]);
        }
        for _ in 0..12 {
            let plan = plan(&round);
            assert_eq!(plan.score.left_out, 0);
            assert!(people % 2 == 1 || plan.score.optimal, "{people}: {:?}", plan.score);
            round.history.push(plan.groups);
            round.seed += 1;
        }
    }
}

#[test]
fn whoever_is_left_over_is_told_why() {
    let reasons = |round: &Round| plan(round).left_out.iter().map(|one| one.reason).collect::<Vec<_>>();
    assert_eq!(reasons(&round(vec![person(1, 1)])), [Reason::NobodyElse]);
    let mut colleagues = round(vec![person(1, 1), person(2, 1), person(3, 2)]);
    colleagues.people[2].paused = true;
    assert_eq!(reasons(&colleagues), [Reason::OnlyColleagues, Reason::OnlyColleagues, Reason::Paused]);
    colleagues.colleagues = true;
    assert_eq!(reasons(&colleagues), [Reason::Paused]);
    let many = round(vec![person(1, 1), person(2, 1), person(3, 1), person(4, 1), person(5, 2)]);
    assert_eq!(reasons(&many), [Reason::NoPartnerLeft, Reason::NoPartnerLeft]);
    let mut apart = round(vec![person(1, 1), person(2, 2)]);
    apart.never.push(("p1".to_owned(), "p2".to_owned()));
    assert_eq!(reasons(&apart), [Reason::NoPartnerLeft; 2]);
}

#[test]
fn whoever_was_in_a_trio_or_left_out_has_the_better_deal() {
    let mut random = ChaCha8Rng::seed_from_u64(6);
    for _ in 0..50 {
        let mut round = round((0..9).map(|id| person(id, id)).collect());
        round.seed = random.random();
        let first = plan(&round);
        let trio = |plan: &Plan| plan.groups.iter().find(|group| group.len() == 3).cloned().expect("a trio");
        round.history.push(first.groups.clone());
        let second = plan(&round);
        assert_eq!((second.score.trios, second.score.borne_again, second.score.repeated_pairs), (1, 0, 0));
        assert!(trio(&first).iter().all(|one| !trio(&second).contains(one)));
    }
}

#[test]
fn everybody_meets_everybody_before_anybody_meets_twice() {
    for people in [2, 4, 6, 8, 10, 14, 16, 24, 30] {
        let setting = Setting { people, organisations: 1, rounds: people - 1, absent: 0.0, seed: 9 };
        let figures = simulate(&setting, own);
        assert!(figures.repeat_share <= 0.0 && figures.left_out == 0, "{people}: {figures:?}");
        assert_eq!(format!("{:.3}", figures.distinct_partners), format!("{}.000", people - 1));
    }
}

#[test]
fn organisations_meet_each_other_without_repeats() {
    let setting = Setting { people: 30, organisations: 4, rounds: 20, absent: 0.0, seed: 1 };
    let figures = simulate(&setting, own);
    let whole = |one: &Figures| one.cross_organisation_share >= 1.0 && one.left_out == 0;
    assert!(figures.repeat_share <= 0.0 && whole(&figures), "{figures:?}");
    let setting = Setting { absent: 0.2, ..setting };
    let figures: Vec<Figures> = (1..=5).map(|seed| simulate(&Setting { seed, ..setting }, own)).collect();
    assert!(figures.iter().map(|one| one.repeat_share).sum::<f64>() / 5.0 <= 0.002, "{figures:?}");
    assert!(figures.iter().all(whole), "{figures:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_plan_keeps_what_it_must(seed in any::<u64>(), most in 0_usize..40) {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut round = random_round(&mut random, most);
        let made = plan(&round);
        let mut all: Vec<&String> = made.groups.iter().flatten().chain(made.left_out.iter().map(|one| &one.id)).collect();
        all.sort();
        let mut people: Vec<&String> = round.people.iter().map(|one| &one.id).collect();
        people.sort();
        prop_assert_eq!(all, people, "everybody is there, once");
        let at = |id: &String| round.people.iter().position(|one| &one.id == id).expect("a person");
        let groups: Vec<Vec<usize>> = made.groups.iter().map(|group| group.iter().map(at).collect()).collect();
        prop_assert!(groups.iter().all(|group| (2..=3).contains(&group.len())));
        prop_assert!(groups.iter().flatten().all(|one| !round.people[*one].paused));
        prop_assert!(counted(&round, &groups).is_some(), "no group that mustn't be");
        round.people.shuffle(&mut random);
        prop_assert_eq!(plan(&round), made, "in whatever order people come");
    }

    #[test]
    fn whatever_is_read_is_a_round_or_names_a_field(text in "[\\[\\]{}\":,a-z0-9 .-]{0,60}", id in ".{0,8}") {
        drop(Round::parse(&text, date()));
        let person = serde_json::json!({ "people": [{ "id": id, "organisation": text, "hours": text, "zone": id }] });
        if let Err(refused) = Round::parse(&person.to_string(), date()) {
            prop_assert!(refused.field.starts_with("people[0]."), "{refused}");
        }
    }
}

#[test]
fn a_round_is_read_whole_or_refused_with_the_field() {
    let read = |text: &str| Round::parse(text, date());
    let round = read(
        r#"{"people": [{"id": "ben", "organisation": "Northwind", "zone": "Asia/Kolkata", "hours": "10-6", "paused": "2026-03-16"},
                      {"id": 7, "organisation": "Southgate", "hours": ["22:00", "06:00"]}],
            "history": [[["ben", "7"]]], "never": [["ben", 7]], "seed": 3}"#,
    );
    let round = round.expect("a round");
    assert!(round.people[0].paused, "the last day of a pause is one");
    assert_eq!((round.people[1].id.as_str(), round.people[1].hours.zone), ("7", Tz::UTC));
    assert_eq!((round.never.len(), round.history.len(), round.seed), (1, 1, 3));
    for (text, field) in [
        ("[]", ""),
        ("{}", "people"),
        (r#"{"people": [], "seeds": 1}"#, "seeds"),
        (r#"{"people": [{"id": "ben"}]}"#, "people[0].organisation"),
        (r#"{"people": [{"id": "a", "organisation": "x"}, {"id": "a", "organisation": "x"}]}"#, "people[1].id"),
        (r#"{"people": [{"id": "a", "organisation": "x", "zone": "Mars"}]}"#, "people[0].zone"),
        (r#"{"people": [{"id": "a", "organisation": "x", "hours": "all day"}]}"#, "people[0].hours"),
        (r#"{"people": [{"id": "a", "organisation": "x", "paused": 3}]}"#, "people[0].paused"),
        (r#"{"people": [], "never": [["a", "a"]]}"#, "never[0]"),
        (r#"{"people": [], "history": [[["a", "b"], ["b"]]]}"#, "history[0]"),
        (r#"{"people": [], "seed": -1}"#, "seed"),
        (r#"{"people": [], "date": "16 March"}"#, "date"),
    ] {
        assert_eq!(read(text).expect_err(text).field, field, "{text}");
    }
}
