//! What holds for every squad.

use proptest::prelude::*;

use super::*;

/// Any fortnight of somebody, beginning on the tables' first date.
fn anybody() -> impl Strategy<Value = Person> {
    let days = |most| prop::collection::btree_set(0..14_u64, 0..=most).prop_map(some);
    let skills = prop::collection::btree_set("[abc]", 0..3);
    let streak = prop_oneof![3 => 0..7_u32, 1 => 7..50_u32];
    let away = prop_oneof![3 => days(0), 1 => days(6), 1 => Just(some(0..14))];
    (skills, days(4), away, prop::sample::subsequence(WEEK.to_vec(), 0..=7), streak).prop_map(
        |(skills, wishes, away, working_days, streak)| Person {
            skills,
            wishes,
            away,
            working_days,
            streak,
            ..Person::new(0)
        },
    )
}

/// Any small squad, beginning on any day of the week.
fn squads(people: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = Squad> {
    let works = prop_oneof![2 => Just(WEEK.to_vec()), 1 => prop::sample::subsequence(WEEK.to_vec(), 0..=7)];
    (0..7_u64, works, prop::collection::vec(anybody(), people)).prop_map(|(begin, works, mut people)| {
        for (person, id) in people.iter_mut().zip(1..) {
            person.id = id;
        }
        Squad::new(date(begin), &works, people)
    })
}

/// All days off that keep the rules, of those the fewest.
fn admissible(squad: &Squad, person: &Person) -> Vec<Off> {
    let all: Vec<NaiveDate> = dates(squad.first).collect();
    let of = |mask: u32| -> Off { (0..DATES).filter(|day| mask >> day & 1 == 1).map(|day| all[day]).collect() };
    let mut kept: Vec<Off> = (0..1 << DATES).map(of).filter(|off| broken(squad, person, off).is_none()).collect();
    let fewest = kept.iter().map(BTreeSet::len).min().unwrap_or(0);
    kept.retain(|off| off.len() == fewest);
    kept
}

/// The best score of all choices that there are.
fn best(squad: &Squad) -> Score {
    let mut choices: Vec<Vec<(&Person, Off)>> = vec![Vec::new()];
    for person in &squad.people {
        let mut longer = Vec::new();
        for off in admissible(squad, person) {
            longer.extend(choices.iter().map(|choice| [choice.as_slice(), &[(person, off.clone())]].concat()));
        }
        choices = longer;
    }
    choices.iter().map(|choice| score(squad, choice)).min().expect("there is always a choice")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everybody_rests_whatever_is_put_in(squad in squads(0..=6)) {
        let rota = planned(&squad);
        prop_assert!(rota.proven);
        prop_assert_eq!(rota.uncovered.iter().map(|one| one.missing).sum::<u32>(), rota.score.uncovered);
        prop_assert_eq!(rota.short.iter().map(|one| one.wanted - one.present).sum::<u32>(), rota.score.short);
        prop_assert_eq!(rota.people.iter().map(|one| small(one.moved.len())).sum::<u32>(), rota.score.moved);
    }

    #[test]
    fn the_order_of_people_changes_nothing(squad in squads(2..=5), turn in 0..5_usize) {
        let mut other = squad.clone();
        other.people.reverse();
        let turn = turn % other.people.len();
        other.people.rotate_left(turn);
        prop_assert_eq!(plan(&squad, LIMIT), plan(&other, LIMIT));
    }

    #[test]
    fn a_wish_that_costs_nothing_is_kept(number in 2..=6_i64, begin in 0..7_u64, day in 0..14_u64) {
        // One of them can be off on any date: half of the squad is still there.
        let mut squad = Squad::new(date(begin), &WEEK, people(number, |person| person));
        let wished = squad.first + Days::new(day);
        squad.people[0].wishes = [wished].into();
        let rota = planned(&squad);
        prop_assert_eq!(rota.score.short, 0);
        prop_assert_eq!(&rota.people[0].kept, &[wished]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_better_exists(squad in squads(1..=3), away in prop::collection::vec((0..7_u64, 7..14_u64), 3)) {
        // A day away in each week leaves few enough choices to look at all of them.
        let mut squad = squad;
        for (person, (one, other)) in squad.people.iter_mut().zip(away) {
            person.away.extend([squad.first + Days::new(one), squad.first + Days::new(other)]);
        }
        let choices: usize = squad.people.iter().map(|person| admissible(&squad, person).len()).product();
        prop_assume!(choices <= 5_000);
        prop_assert_eq!(planned(&squad).score, best(&squad));
    }
}
