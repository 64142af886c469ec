//! What may be shown of a pulse without giving anybody away. Pure.
//!
//! A group of answers is shown only where it is large enough, and only where what is left when all groups
//! shown are taken from the whole is large enough too, or nobody. Which organisations stand apart is the
//! same for all questions. What is shown are averages, rounded so that one person more or fewer hardly
//! shows between two pulses, and never how many answered.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::features::organisation::model::SMALLEST_GROUP;
use crate::partnership::OrganisationId;

use super::model::{Averages, COUNT, Results, Sheet};

/// The smallest group of several organisations about which a figure is shown.
pub const FEWEST: usize = SMALLEST_GROUP as usize;
/// From one pulse's end to the next one's beginning: two in a row would show who joined in between.
pub const PAUSE: TimeDelta = TimeDelta::days(14);
/// The suggested length, in days.
pub const DAYS: u32 = 5;
/// What is shown goes no further towards the ends of the scale, in tenths: where all gave the lowest answer,
/// a figure that says so tells what each of them gave.
const ENDS: (u8, u8) = (15, 45);
/// From so many answers up, one person moves an average by a tenth at most.
const MANY: usize = 40;

/// How many of a group answered each question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Fewest answers that may be shown of it apart; `None`: it never stands apart.
    pub minimum: Option<usize>,
    /// By question.
    pub answers: Vec<usize>,
}

/// What may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The questions that are shown.
    pub questions: Vec<bool>,
    /// The groups that are shown apart, in all of these questions.
    pub apart: Vec<bool>,
}

/// Whether these groups together have enough answers to a question. One alone is held to its own minimum.
fn is_enough<'a>(groups: impl Iterator<Item = &'a Group>, question: usize) -> bool {
    let some: Vec<&Group> = groups.filter(|group| group.answers[question] > 0).collect();
    let needed = match some[..] {
        [one] => one.minimum.unwrap_or(FEWEST).max(FEWEST),
        _ => FEWEST,
    };
    some.iter().map(|group| group.answers[question]).sum::<usize>() >= needed
}

/// Decides what is shown.
pub fn plan(groups: &[Group]) -> Plan {
    let count = groups.first().map_or(0, |group| group.answers.len());
    let questions: Vec<bool> = (0..count).map(|question| is_enough(groups.iter(), question)).collect();
    let open: Vec<usize> = (0..count).filter(|question| questions[*question]).collect();
    let least = |group: &Group| open.iter().map(|question| group.answers[*question]).min().unwrap_or(0);
    let large = |group: &Group| group.minimum.is_some_and(|minimum| least(group) >= minimum.max(FEWEST));
    let mut apart: Vec<bool> = groups.iter().map(large).collect();
    let leaves_few = |apart: &[bool]| {
        open.iter().any(|question| {
            let rest = || groups.iter().zip(apart).filter(|(_, apart)| !**apart).map(|(group, _)| group);
            rest().any(|group| group.answers[*question] > 0) && !is_enough(rest(), *question)
        })
    };
    // The remainder grows by one group at a time, until it hides whoever is in it.
    while leaves_few(&apart) {
        let smallest = (0..groups.len()).filter(|index| apart[*index]).min_by_key(|index| least(&groups[*index]));
        let Some(smallest) = smallest else { break };
        apart[smallest] = false;
    }
    Plan { questions, apart }
}

/// The average in tenths, rounded to a half where one person would show in anything finer, and kept from
/// the ends of the scale.
fn average(values: &[u8]) -> Option<u8> {
    let (count, sum) = (values.len(), values.iter().map(|value| usize::from(*value)).sum::<usize>());
    let parts = if count < MANY { 2 } else { 10 };
    let rounded = (2 * sum * parts + count).checked_div(2 * count)?;
    Some(u8::try_from(rounded * 10 / parts).ok()?.clamp(ENDS.0, ENDS.1))
}

/// What is shown of all sheets.
pub fn results(
    sheets: &[(Option<OrganisationId>, Sheet)],
    minimum: impl Fn(OrganisationId) -> Option<usize>,
) -> Results {
    let mut by: BTreeMap<Option<OrganisationId>, Vec<&Sheet>> = BTreeMap::new();
    for (organisation, sheet) in sheets {
        by.entry(*organisation).or_default().push(sheet);
    }
    let values = |sheets: &[&Sheet], question: usize| -> Vec<u8> {
        sheets.iter().filter_map(|sheet| sheet.0[question].value()).collect()
    };
    let groups: Vec<Group> = by
        .iter()
        .map(|(organisation, sheets)| Group {
            minimum: organisation.and_then(&minimum),
            answers: (0..COUNT).map(|question| values(sheets, question).len()).collect(),
        })
        .collect();
    let plan = plan(&groups);
    let averages = |sheets: &[&Sheet]| -> Averages {
        std::array::from_fn(|question| {
            let shown = plan.questions.get(question).copied().unwrap_or(false);
            if shown { average(&values(sheets, question)) } else { None }
        })
    };
    let all: Vec<&Sheet> = sheets.iter().map(|(_, sheet)| sheet).collect();
    let apart = by.iter().zip(&plan.apart).filter(|(_, apart)| **apart);
    Results {
        all: averages(&all),
        apart: apart.filter_map(|((organisation, sheets), _)| Some(((*organisation)?, averages(sheets)))).collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::model::Said;
    use super::*;

    fn group(minimum: usize, answers: &[usize]) -> Group {
        Group { minimum: Some(minimum), answers: answers.to_vec() }
    }

    #[test]
    fn a_small_one_is_hidden_by_a_larger_one() {
        let cases: &[(&[usize], &[bool])] = &[
            (&[5, 5], &[true, true]),
            (&[6, 4], &[false, false]),
            (&[6, 5, 4], &[true, false, false]),
            (&[6, 7, 2, 3], &[true, true, false, false]),
            (&[6, 7, 2, 0], &[false, true, false, false]),
            (&[5, 0], &[true, false]),
        ];
        for (counts, apart) in cases {
            let groups: Vec<Group> = counts.iter().map(|count| group(5, &[*count])).collect();
            assert_eq!(plan(&groups).apart, *apart, "{counts:?}");
        }
        assert_eq!(plan(&[group(5, &[3]), group(5, &[1])]), Plan { questions: vec![false], apart: vec![false, false] });
        // Its own minimum counts where it would stand alone, as the whole too.
        assert_eq!(plan(&[group(8, &[7])]).questions, [false]);
        assert_eq!(plan(&[group(8, &[7]), group(5, &[6])]).apart, [false, false]);
        // Who is of no organisation never stands apart, nor as what is left.
        let none = Group { minimum: None, answers: vec![2] };
        assert_eq!(plan(&[none, group(5, &[5]), group(5, &[9])]).apart, [false, false, true]);
    }

    #[test]
    fn rather_not_at_one_question_counts_for_all() {
        let groups = [group(5, &[6, 4]), group(5, &[7, 7]), group(5, &[5, 5])];
        assert_eq!(plan(&groups), Plan { questions: vec![true, true], apart: vec![false, true, false] });
    }

    #[test]
    fn averages_are_rounded_to_halves_until_there_are_many() {
        assert_eq!(average(&[]), None);
        assert_eq!(average(&[1, 2, 2, 2, 2]), Some(20));
        assert_eq!(average(&[5, 5, 5, 5, 3]), Some(45));
        assert_eq!((average(&[5; 5]), average(&[1; 40])), (Some(45), Some(15)));
        assert_eq!(average(&[vec![5; 39], vec![2; 7]].concat()), Some(45));
        assert_eq!(average(&[vec![5; 39], vec![1; 7]].concat()), Some(44));
    }

    #[test]
    fn what_may_not_be_shown_is_in_no_result() {
        let sheets = |organisation: i64, count: usize, value: u8| {
            let sheet = Sheet([Said::Value(value); COUNT]);
            vec![(Some(OrganisationId(organisation)), sheet); count]
        };
        let all = [sheets(1, 6, 2), sheets(2, 5, 3), sheets(3, 4, 4)].concat();
        let shown = results(&all, |_| Some(5));
        assert_eq!(shown.apart, [(OrganisationId(1), [Some(20); COUNT])]);
        assert_eq!(shown.all, [Some(30); COUNT]);
        assert!(results(&all, |_| Some(7)).apart.is_empty());
        // An organisation that isn't known any more never stands apart.
        let without = results(&all, |id| (id.0 != 1).then_some(5));
        assert_eq!(without.apart, [(OrganisationId(2), [Some(30); COUNT])]);
        assert_eq!(results(&all[..4], |_| Some(5)), Results::default());
    }

    #[test]
    fn where_all_agree_nobodys_answer_is_certain() {
        // Whatever is shown of so many, each of them may have given any but one of the five answers.
        for count in FEWEST..60 {
            let mut sums: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
            for sum in count..=5 * count {
                let mut values = vec![1_u8; count];
                let mut left = sum - count;
                for value in &mut values {
                    let more = left.min(4);
                    *value += u8::try_from(more).expect("4 at most");
                    left -= more;
                }
                sums.entry(average(&values).expect("some")).or_default().push(sum);
            }
            for (shown, sums) in sums {
                let fits = |answer: &usize| {
                    sums.iter().any(|sum| (answer + count - 1..=answer + 5 * (count - 1)).contains(sum))
                };
                let possible = (1..=5).filter(fits).count();
                assert!(possible >= 4, "{shown} of {count} leaves {possible} answers");
            }
        }
    }

    fn groups() -> impl Strategy<Value = Vec<Group>> {
        let one =
            (prop_oneof![3 => (0_usize..12).prop_map(Some), 1 => Just(None)], prop::collection::vec(0_usize..10, 3));
        prop::collection::vec(one.prop_map(|(minimum, answers)| Group { minimum, answers }), 1..6)
    }

    proptest! {
        /// Whatever is added to and taken from what is shown, no group comes out that is too small.
        #[test]
        fn no_difference_isolates_fewer_than_the_minimum(groups in groups()) {
            let plan = plan(&groups);
            let shown: Vec<usize> = (0..groups.len()).filter(|index| plan.apart[*index]).collect();
            for question in (0..3).filter(|question| plan.questions[*question]) {
                for subset in 0..1_u32 << shown.len() {
                    let taken: Vec<usize> =
                        (0..shown.len()).filter(|bit| subset >> bit & 1 == 1).map(|bit| shown[bit]).collect();
                    let left = (0..groups.len()).filter(|index| !taken.contains(index));
                    for of in [taken.clone(), left.collect()] {
                        let some: Vec<&Group> =
                            of.iter().map(|index| &groups[*index]).filter(|one| one.answers[question] > 0).collect();
                        let size: usize = some.iter().map(|one| one.answers[question]).sum();
                        let own = if let [one] = some[..] { one.minimum.unwrap_or(0) } else { 0 };
                        prop_assert!(size == 0 || size >= FEWEST.max(own), "{groups:?} {plan:?}");
                    }
                }
            }
        }

        /// Where nothing has to be hidden, nothing is.
        #[test]
        fn large_groups_all_stand_apart(counts in prop::collection::vec(5_usize..20, 1..6)) {
            let groups: Vec<Group> = counts.iter().map(|count| group(5, &[*count])).collect();
            prop_assert!(plan(&groups).apart.iter().all(|apart| *apart));
        }

        /// Between two pulses with the same people, whoever joined moves a figure by a step at most.
        #[test]
        fn whoever_joins_hardly_shows(mut values in prop::collection::vec(1_u8..=5, 8..38), joins in 1_u8..=5) {
            let before = average(&values).expect("some");
            values.push(joins);
            prop_assert!(before.abs_diff(average(&values).expect("some")) <= 5);
        }

        /// What is kept is the same in whatever order people answered.
        #[test]
        fn order_leaves_no_trace(mut sheets in prop::collection::vec((0_i64..4, prop::option::of(1_u8..=5)), 0..30)) {
            let of = |sheets: &[(i64, Option<u8>)]| {
                let sheet = |value: &Option<u8>| Sheet([value.map_or(Said::RatherNot, Said::Value); COUNT]);
                let all: Vec<_> = sheets
                    .iter()
                    .map(|(id, value)| (Some(OrganisationId(*id)).filter(|id| id.0 > 0), sheet(value)))
                    .collect();
                results(&all, |_| Some(5))
            };
            let before = of(&sheets);
            sheets.reverse();
            prop_assert_eq!(before, of(&sheets));
        }
    }
}
