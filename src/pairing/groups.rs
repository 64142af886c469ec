//! The best groups for a round: pairs by the matching, and trios for those who are left over.

use super::case::{Case, Part};
use super::exact::{self, FEW};
use super::matching::{self, Edge, Matching};

/// Up to so many people, the matching is given all pairs.
const ALL_PAIRS: usize = 64;
/// Above that, it is given so many of the best partners of each, and more where its prices don't hold.
const PARTNERS: usize = 12;
/// How often it is given more.
const TRIES: usize = 12;
/// Up to so many people, those who are left over are put together with each two other groups; above it,
/// with each one, since there are enough.
const TWO_GROUPS: usize = 64;

/// Groups, and what no other groups cost less than.
pub(super) struct Found {
    pub(super) groups: Vec<Vec<usize>>,
    pub(super) cost: i128,
    pub(super) bound: i128,
}

/// The best groups that are found.
pub(super) fn find(case: &Case) -> Found {
    let everybody: Vec<usize> = (0..case.len()).collect();
    if case.len() > FEW {
        return by_matching(case, &everybody);
    }
    let (groups, cost) = exact::best(case, &everybody);
    Found { groups, cost, bound: cost }
}

/// The best pairs, and whoever is left over put to others. Where everybody has a partner, there is nothing better.
pub(super) fn by_matching(case: &Case, everybody: &[usize]) -> Found {
    let (mut groups, mut bound) = pairs(case, everybody);
    // A grouping without the third people of its trios is a matching that leaves them alone. So none costs less
    // than the matching, but that everybody whom it leaves over may be in a trio.
    let left_over = groups.iter().filter(|group| group.len() == 1).count();
    bound -= (case.unit(Part::LeftOut) - case.unit(Part::Trios)) * i128::try_from(left_over).unwrap_or(0);
    improve(case, &mut groups);
    let cost = groups.iter().map(|group| cost(case, group)).sum();
    Found { groups, cost, bound }
}

fn cost(case: &Case, group: &[usize]) -> i128 {
    case.cost(group).unwrap_or(i128::MAX / 4)
}

/// The best pairs, and people alone, with what no pairs cost less than.
fn pairs(case: &Case, people: &[usize]) -> (Vec<Vec<usize>>, i128) {
    let mut alone: Vec<i128> = people.iter().map(|one| cost(case, &[*one])).collect();
    let few = people.len() <= ALL_PAIRS;
    let mut edges = Vec::new();
    for (a, one) in people.iter().enumerate() {
        let costs = case.costs(*one);
        let from = if few { a + 1 } else { 0 };
        let edge = |b: usize| Some(Edge { a, b, cost: costs[people[b]]? });
        let mut with: Vec<Edge> = (from..people.len()).filter_map(edge).collect();
        if !few && with.len() > PARTNERS {
            with.select_nth_unstable_by_key(PARTNERS, |edge| edge.cost);
            with.truncate(PARTNERS);
        }
        edges.append(&mut with);
    }
    // Of an odd number somebody is left alone. A partner for them who doesn't exist keeps the prices of all
    // others what they are; otherwise they would have to fall to nothing before the search ends.
    let dearest = alone.iter().max().copied().unwrap_or(0);
    if people.len() % 2 == 1 {
        edges.extend((0..people.len()).map(|a| Edge { a, b: people.len(), cost: alone[a] }));
        alone.push(dearest);
    }
    let mut matching = matching::cheapest(&alone, &edges);
    let (mut missing, mut lacking) = if few { (Vec::new(), 0) } else { missed(case, people, &matching) };
    for _ in 0..TRIES {
        if missing.is_empty() {
            break;
        }
        edges.append(&mut missing);
        matching = matching::cheapest(&alone, &edges);
        (missing, lacking) = missed(case, people, &matching);
    }
    let mut groups = Vec::new();
    for (one, mate) in matching.mate.iter().enumerate().take(people.len()) {
        match mate.filter(|mate| *mate < people.len()) {
            Some(mate) if mate > one => groups.push(vec![people[one], people[mate]]),
            Some(_) => {}
            None => groups.push(vec![people[one]]),
        }
    }
    (groups, matching.bound() - lacking / 2)
}

/// Pairs for which the prices of a matching don't hold, those that lack most for each person; and by how much the
/// prices would have to rise in all.
fn missed(case: &Case, people: &[usize], matching: &Matching) -> (Vec<Edge>, i128) {
    let (mut edges, mut lacking) = (Vec::new(), 0);
    for (a, one) in people.iter().enumerate() {
        let costs = case.costs(*one);
        let lack = |b: usize| {
            let cost = costs[people[b]]?;
            Some((matching.lacks(a, b, cost), Edge { a, b, cost })).filter(|(lacks, _)| *lacks > 0)
        };
        let mut all: Vec<(i128, Edge)> = (a + 1..people.len()).filter_map(lack).collect();
        all.sort_by_key(|(lacks, _)| -lacks);
        lacking += all.first().map_or(0, |(lacks, _)| *lacks);
        edges.extend(all.into_iter().take(PARTNERS).map(|(_, edge)| edge));
    }
    (edges, lacking)
}

/// Puts those who are left over, and trios, together with other groups, and groups them anew, as long as
/// that makes it better.
fn improve(case: &Case, groups: &mut Vec<Vec<usize>>) {
    loop {
        let before: i128 = groups.iter().map(|group| cost(case, group)).sum();
        let mut at = 0;
        while at < groups.len() {
            // What comes into this place is looked at next.
            if groups[at].len() == 2 || !regroup(case, groups, at) {
                at += 1;
            }
        }
        if groups.iter().all(|group| group.len() == 2) {
            return;
        }
        // Who is in the trios has changed, so the others may have better partners now.
        let (paired, mut rest): (Vec<_>, Vec<_>) = groups.drain(..).partition(|group| group.len() == 2);
        let mut people: Vec<usize> = paired.concat();
        people.sort_unstable();
        rest.extend(pairs(case, &people).0);
        *groups = rest;
        let after: i128 = groups.iter().map(|group| cost(case, group)).sum();
        if after >= before {
            return;
        }
    }
}

/// Groups a group and one or two others anew, in the way that is best of all. Whether that is better.
fn regroup(case: &Case, groups: &mut Vec<Vec<usize>>, at: usize) -> bool {
    let two = case.len() <= TWO_GROUPS;
    let mut best: Option<(i128, Vec<usize>, Vec<Vec<usize>>)> = None;
    let mut consider = |with: Vec<usize>| {
        let people: Vec<usize> = with.iter().flat_map(|group| groups[*group].iter().copied()).collect();
        let before: i128 = with.iter().map(|group| cost(case, &groups[*group])).sum();
        let (anew, after) = exact::best(case, &people);
        if after < before && best.as_ref().is_none_or(|(gain, _, _)| before - after > *gain) {
            best = Some((before - after, with, anew));
        }
    };
    for one in (0..groups.len()).filter(|one| *one != at) {
        consider(vec![at, one]);
        for other in (one + 1..groups.len()).filter(|other| two && *other != at) {
            consider(vec![at, one, other]);
        }
    }
    let Some((_, mut with, anew)) = best else { return false };
    with.sort_unstable();
    for group in with.into_iter().rev() {
        groups.swap_remove(group);
    }
    groups.extend(anew);
    true
}
