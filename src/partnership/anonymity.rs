//! Which figures about groups of people can be published beside each other without giving anybody away.

use std::collections::BTreeSet;

/// Says of each set of people whether a sum over it may be published, in the order of their importance: those that
/// come first are published first. Each comes with the fewest people about whom it may be said.
///
/// A set is published where so many of its people are in no set that was published before it. Whoever adds and
/// subtracts published sums then never gets at fewer: in any combination, look at the last set that has a part in
/// it; those of its people who are in no earlier one are all in what remains, with the same weight.
pub fn publishable<P: Ord>(sets: &[(BTreeSet<P>, usize)]) -> Vec<bool> {
    let mut known: BTreeSet<&P> = BTreeSet::new();
    let mut shown = Vec::with_capacity(sets.len());
    for (set, fewest) in sets {
        let new = set.iter().filter(|person| !known.contains(person)).count();
        let show = new > 0 && new >= *fewest;
        if show {
            known.extend(set);
        }
        shown.push(show);
    }
    shown
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    const PEOPLE: u32 = 8;
    const FEWEST: usize = 5;

    /// The rank of some sets as vectors, looking only at some people.
    fn rank(sets: &[u32], at: u32) -> usize {
        let column = |person: u32, set: u32| f64::from(u8::from(set >> person & 1 == 1));
        let mut rows: Vec<Vec<f64>> = sets
            .iter()
            .map(|set| (0..PEOPLE).filter(|person| at >> person & 1 == 1).map(|person| column(person, *set)).collect())
            .collect();
        let mut rank = 0;
        for column in 0..rows.first().map_or(0, Vec::len) {
            let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column].abs() > 1e-9) else { continue };
            rows.swap(rank, pivot);
            let base = rows[rank].clone();
            for row in rows.iter_mut().skip(rank + 1) {
                let factor = row[column] / base[column];
                row.iter_mut().zip(&base).for_each(|(value, base)| *value -= factor * base);
            }
            rank += 1;
        }
        rank
    }

    /// Some people, fewer than may be told of, about whom sums over these sets tell something when they are added,
    /// subtracted and weighed in whichever way.
    fn found_out(published: &[u32]) -> Option<u32> {
        let whole = rank(published, (1 << PEOPLE) - 1);
        let few = (1..1_u32 << PEOPLE).filter(|some| usize::try_from(some.count_ones()).is_ok_and(|n| n < FEWEST));
        // Something remains that is about them alone where what is about the others has a lower rank.
        few.into_iter().find(|few| rank(published, !few & ((1 << PEOPLE) - 1)) < whole)
    }

    fn published(sets: &[u32]) -> Vec<u32> {
        let people = |set: u32| (0..PEOPLE).filter(|person| set >> person & 1 == 1).collect::<BTreeSet<u32>>();
        let shown = publishable(&sets.iter().map(|set| (people(*set), FEWEST)).collect::<Vec<_>>());
        sets.iter().zip(shown).filter(|(_, shown)| *shown).map(|(set, _)| *set).collect()
    }

    #[test]
    fn no_combination_of_any_two_groups_of_eight_gives_anybody_away() {
        let mut withheld = 0;
        for one in 0..1 << PEOPLE {
            for other in 0..1 << PEOPLE {
                let shown = published(&[one, other]);
                assert_eq!(found_out(&shown), None, "{one:b} and {other:b}");
                // The attack finds what the rule withholds.
                let large = |set: u32| set.count_ones() >= 5;
                withheld += usize::from(shown.len() < 2 && large(one) && large(other) && one != other);
                if (one ^ other).count_ones() < 5 && large(one) && large(other) && one != other {
                    assert!(found_out(&[one, other]).is_some(), "{one:b} and {other:b}");
                }
            }
        }
        assert!(withheld > 1_000);
    }

    #[test]
    fn nor_does_one_of_many_groups() {
        let mut random = ChaCha8Rng::seed_from_u64(5);
        for _ in 0..5_000 {
            let sets: Vec<u32> = (0..random.random_range(3..8)).map(|_| random.random_range(0..1 << PEOPLE)).collect();
            assert_eq!(found_out(&published(&sets)), None, "{sets:?}");
        }
    }

    #[test]
    fn somebody_in_two_squads_hides_neither() {
        let set = |range: std::ops::Range<u32>| (range.collect::<BTreeSet<u32>>(), FEWEST);
        assert_eq!(publishable(&[set(0..6), set(5..11), set(10..14)]), [true, true, false]);
        assert_eq!(publishable(&[set(0..6), set(0..7)]), [true, false], "one more person would be found out");
        assert_eq!(publishable(&[set(0..0)]), [false]);
        assert_eq!(publishable(&[(set(0..6).0, 8)]), [false], "an organisation may want more");
    }
}
