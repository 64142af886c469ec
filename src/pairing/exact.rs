//! The best grouping of a few people, by looking at each.

use super::case::Case;

/// Most people for whom each grouping is looked at: 4,096 sets of people, in each the partners of one.
pub(super) const FEW: usize = 12;

/// The best grouping of some people, and its cost: people alone, pairs and trios. For each set of people, the
/// first of them is alone, or meets one or two of the others, and the rest is a smaller set.
pub(super) fn best(case: &Case, people: &[usize]) -> (Vec<Vec<usize>>, i128) {
    assert!(people.len() <= FEW, "{} are not few", people.len());
    let sets = 1usize << people.len();
    let pair: Vec<Vec<Option<i128>>> =
        people.iter().map(|a| people.iter().map(|b| case.cost(&[*a, *b])).collect()).collect();
    // The cost of each set, and the group of its first.
    let mut cheapest: Vec<(i128, usize)> = vec![(0, 0); sets];
    let rest_of = |set: usize| (0..people.len()).filter(move |at| set >> at & 1 == 1);
    for set in 1..sets {
        let first = set.trailing_zeros() as usize;
        let rest = set & (set - 1);
        let alone = case.cost(&[people[first]]).unwrap_or(0) + cheapest[rest].0;
        let mut best = (alone, 1 << first);
        for second in rest_of(rest) {
            let two = rest & !(1 << second);
            if let Some(cost) = pair[first][second] {
                let cost = cost + cheapest[two].0;
                if cost < best.0 {
                    best = (cost, 1 << first | 1 << second);
                }
            }
            for third in rest_of(two >> (second + 1) << (second + 1)) {
                if let Some(cost) = case.cost(&[people[first], people[second], people[third]]) {
                    let cost = cost + cheapest[two & !(1 << third)].0;
                    if cost < best.0 {
                        best = (cost, 1 << first | 1 << second | 1 << third);
                    }
                }
            }
        }
        cheapest[set] = best;
    }
    let mut groups = Vec::new();
    let mut set = sets - 1;
    while set > 0 {
        let group = cheapest[set].1;
        groups.push(rest_of(group).map(|at| people[at]).collect());
        set &= !group;
    }
    (groups, cheapest[sets - 1].0)
}
