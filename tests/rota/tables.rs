//! What a squad reads in its rota, case by case.

use std::collections::BTreeMap;

use elevenses::rota::{Uncovered, judge};

use super::*;

#[test]
fn a_squad_on_day_35_rests_at_once_and_stays_covered() {
    let mut six = people(6, |person| Person { streak: 35, ..person });
    for (person, own) in six.iter_mut().zip([["api", "web"], ["api", "ops"], ["web", "ops"]].iter().cycle()) {
        person.skills = skills(own);
    }
    let squad = Squad::new(first(), &WEEK, six);
    let rota = planned(&squad);
    assert!(rota.proven);
    assert_eq!((rota.score.uncovered, rota.score.short), (0, 0));
    assert_eq!((rota.uncovered.len(), rota.short.len()), (0, 0));
    // Half of them on the first two dates, the others on the next two.
    let mut pairs: Vec<Vec<usize>> = (1..=6).map(|id| days_off(&squad, &rota, id)[..2].to_vec()).collect();
    pairs.sort();
    assert_eq!(pairs, [vec![0, 1], vec![0, 1], vec![0, 1], vec![2, 3], vec![2, 3], vec![2, 3]]);
}

#[test]
fn the_longest_streak_goes_first() {
    let mut two = people(2, |person| Person { skills: skills(&["api"]), ..person });
    (two[0].streak, two[1].streak) = (20, 35);
    let squad = Squad::new(first(), &WEEK, two);
    let rota = planned(&squad);
    assert_eq!(days_off(&squad, &rota, 2)[..2], [0, 1]);
    assert_eq!(days_off(&squad, &rota, 1)[..2], [2, 3]);
    assert_eq!(rota.score.uncovered, 0);
}

#[test]
fn a_limit_that_can_still_be_kept_is_kept() {
    for (streak, latest) in [(0, 6), (3, 3), (6, 0), (7, 2), (200, 2)] {
        let squad = Squad::new(first(), &WEEK, people(3, |person| Person { streak, ..person }));
        let rota = planned(&squad);
        for id in 1..=3 {
            assert!(days_off(&squad, &rota, id)[0] <= latest, "after {streak} days");
        }
    }
}

#[test]
fn a_skill_that_one_person_has_is_uncovered_on_their_days_off() {
    let mut four = people(4, |person| Person { skills: skills(&["web"]), ..person });
    four[2].skills.insert("legacy billing".to_owned());
    let squad = Squad::new(first(), &WEEK, four);
    let rota = planned(&squad);
    assert!(rota.proven);
    let expected = off(&rota, 3).into_iter();
    let expected: Vec<Uncovered> =
        expected.map(|date| Uncovered { date, skill: "legacy billing".to_owned(), missing: 1 }).collect();
    assert_eq!(expected.len(), 4);
    assert_eq!(rota.uncovered, expected);
}

#[test]
fn one_person_rests_though_nobody_is_left() {
    let one = people(1, |person| Person { skills: skills(&["api"]), streak: 35, ..person });
    let squad = Squad::new(first(), &WEEK, one);
    let rota = planned(&squad);
    assert!(rota.proven);
    assert_eq!(days_off(&squad, &rota, 1)[..2], [0, 1]);
    assert_eq!((rota.score.uncovered, rota.score.short), (4, 4));
    assert_eq!(rota.short[0].date, first());
    assert_eq!((rota.short[0].present, rota.short[0].wanted), (0, 1));
}

#[test]
fn two_people_are_never_off_together() {
    let squad = Squad::new(first(), &WEEK, people(2, |person| Person { skills: skills(&["api"]), ..person }));
    let rota = planned(&squad);
    assert!(off(&rota, 1).is_disjoint(&off(&rota, 2)));
    assert_eq!((rota.score.uncovered, rota.score.short), (0, 0));
    // One has a weekend, and so has the other.
    assert_eq!((rota.score.changed, rota.score.weekends), (4, 8));
}

#[test]
fn wishes_that_conflict_are_shared_out() {
    let three = people(3, |person| Person { skills: skills(&["api"]), wishes: some([2, 3]), ..person });
    let squad = Squad::new(first(), &WEEK, three);
    let rota = planned(&squad);
    // Two of three have to be present: each of the two dates is free for one of them.
    assert_eq!((rota.score.short, rota.score.moved), (0, 4));
    let kept: usize = rota.people.iter().map(|plan| plan.kept.len()).sum();
    assert_eq!(kept, 2);
    assert!(rota.people.iter().all(|plan| plan.kept.len() + plan.moved.len() == 2));
}

#[test]
fn a_wish_comes_before_the_usual_days() {
    let mut four = people(4, |person| person);
    four[0].wishes = some([1, 2, 8, 99]);
    let rota = planned(&Squad::new(first(), &WEEK, four));
    assert_eq!(rota.people[0].kept, [date(1), date(2), date(8)]);
    assert_eq!(rota.people[0].moved, []);
}

#[test]
fn a_part_timer_has_all_days_off_of_the_contract() {
    let mut three = people(3, |person| person);
    three[1].working_days.truncate(3);
    let squad = Squad::new(first(), &WEEK, three);
    let rota = planned(&squad);
    assert_eq!(rota.people.iter().map(|plan| plan.off.len()).collect::<Vec<_>>(), [4, 8, 4]);
}

#[test]
fn a_squad_that_works_five_days_keeps_its_weekends() {
    let squad = Squad::new(first(), &WEEK[..5], people(5, |person| Person { wishes: some([2]), ..person }));
    let rota = planned(&squad);
    for plan in &rota.people {
        assert_eq!(plan.off.iter().copied().collect::<BTreeSet<_>>(), some([5, 6, 12, 13]));
        // A rota grants no leave: the wish for a Wednesday would be a third day off.
        assert_eq!((plan.chosen.len(), plan.moved.clone()), (0, vec![date(2)]));
    }
    assert_eq!(rota.score, Score { moved: 5, ..Score::default() });
}

#[test]
fn a_squad_that_works_five_days_rests_at_once_when_it_has_to() {
    let squad = Squad::new(first(), &WEEK[..5], people(4, |person| Person { streak: 35, ..person }));
    let rota = planned(&squad);
    assert_eq!(rota.score.short, 0);
    assert!(rota.people.iter().all(|plan| plan.chosen.len() == 2 && plan.off.len() == 6));
}

#[test]
fn who_is_away_all_the_time_is_off_and_not_missed() {
    let mut three = people(3, |person| person);
    three[0].away = some(0..14);
    let squad = Squad::new(first(), &WEEK, three);
    let rota = planned(&squad);
    assert_eq!((rota.people[0].off.len(), rota.people[0].chosen.len()), (14, 0));
    assert_eq!((rota.score.short, rota.short.len()), (0, 0));
}

#[test]
fn days_away_are_days_off() {
    let mut three = people(3, |person| person);
    three[0].away = some([2, 3, 9, 10]);
    let rota = planned(&Squad::new(first(), &WEEK, three));
    assert_eq!(rota.people[0].off.iter().copied().collect::<BTreeSet<_>>(), some([2, 3, 9, 10]));
}

#[test]
fn a_skill_that_nobody_has_is_asked_for_each_day() {
    let mut squad = Squad::new(first(), &WEEK, people(2, |person| person));
    squad.needs.insert("welsh".to_owned(), 1);
    squad.needs.insert("everybody on earth".to_owned(), u32::MAX);
    let rota = plan(&squad, LIMIT);
    rests(&squad, &rota);
    assert!(rota.proven);
    assert_eq!(rota.uncovered.iter().filter(|one| one.skill == "welsh").count(), 14);
    let nobody = planned(&Squad::new(first(), &WEEK, Vec::new()));
    assert_eq!((nobody.score, nobody.proven), (Score::default(), true));
}

#[test]
fn what_was_agreed_stays_when_the_rest_is_planned_anew() {
    let team = || people(7, |person| Person { skills: skills(&["api"]), ..person });
    let before = planned(&Squad::new(first(), &WEEK, team()));
    let mut anew = team();
    for person in anew.iter_mut().skip(1) {
        person.agreed = Some(off(&before, person.id));
    }
    let others = |date: &NaiveDate| before.people[1..].iter().filter(|plan| plan.off.contains(date)).count();
    let quiet = dates(first()).min_by_key(others).expect("a date");
    anew[0].wishes = [quiet].into();
    let after = planned(&Squad::new(first(), &WEEK, anew.clone()));
    assert_eq!(before.people[1..], after.people[1..]);
    assert_eq!(after.people[0].kept, [quiet]);
    // Days off that the rules don't allow are nothing that could be agreed to.
    anew[1].agreed = Some(BTreeSet::new());
    planned(&Squad::new(first(), &WEEK, anew));
}

#[test]
fn with_little_time_there_is_a_rota_that_says_so() {
    let squad = Squad::new(first(), &WEEK, people(12, |person| Person { streak: 35, ..person }));
    let rota = plan(&squad, Duration::ZERO);
    assert!(!rota.proven);
    rests(&squad, &rota);
    let best = plan(&squad, LIMIT);
    assert!(best.proven && best.score < rota.score);
    for milliseconds in [5, 10, 20, 40, 80, 160, 320] {
        let rota = plan(&squad, Duration::from_millis(milliseconds));
        rests(&squad, &rota);
        assert!(rota.score == best.score || !rota.proven, "{milliseconds} ms");
    }
}

#[test]
fn a_rota_of_ones_own_is_judged_alike() {
    let squad = Squad::new(first(), &WEEK, people(4, |person| Person { skills: skills(&["api"]), ..person }));
    let best = planned(&squad);
    let own: BTreeMap<i64, BTreeSet<NaiveDate>> = (1..=4).map(|id| (id, off(&best, id))).collect();
    assert_eq!(judge(&squad, &own), Rota { proven: false, ..best });
    let nobody_rests = judge(&squad, &BTreeMap::new());
    assert_eq!((nobody_rests.score.changed, nobody_rests.score.weekends), (16, 64));
}
