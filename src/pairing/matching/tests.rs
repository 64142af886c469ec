//! Against every matching that there is, for few vertices; by its own proof, for many.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

/// What the best matching costs, by trying all of them.
fn by_force(alone: &[i128], edges: &[Edge], taken: usize) -> i128 {
    let Some(first) = (0..alone.len()).find(|one| taken >> one & 1 == 0) else { return 0 };
    let taken = taken | 1 << first;
    // The first that is free is the smaller end.
    let pairs = edges.iter().filter(|edge| edge.a == first && taken >> edge.b & 1 == 0);
    let best = pairs.map(|edge| edge.cost + by_force(alone, edges, taken | 1 << edge.b)).min();
    best.unwrap_or(i128::MAX).min(alone[first] + by_force(alone, edges, taken))
}

/// The matching of a graph, held against its proof. Returns what it costs.
fn proven(alone: &[i128], edges: &[Edge]) -> i128 {
    let matching = cheapest(alone, edges);
    let mut cost = 0;
    for (one, mate) in matching.mate.iter().enumerate() {
        let Some(mate) = *mate else {
            cost += alone[one];
            continue;
        };
        assert_eq!(matching.mate[mate], Some(one), "a pair is one from both sides");
        let between = |edge: &&Edge| (edge.a, edge.b) == (one, mate);
        cost += edges.iter().filter(between).map(|edge| edge.cost).min().unwrap_or(0);
    }
    assert!(matching.price.iter().all(|price| *price >= 0));
    assert!(edges.iter().all(|edge| matching.lacks(edge.a, edge.b, edge.cost) == 0), "the prices hold");
    assert_eq!(cost, matching.bound());
    cost
}

fn random_graph(random: &mut ChaCha8Rng, vertices: usize, density: f64, most: i128) -> (Vec<i128>, Vec<Edge>) {
    let mut edges = Vec::new();
    for a in 0..vertices {
        for b in a + 1..vertices {
            if random.random_bool(density) {
                edges.push(Edge { a, b, cost: random.random_range(0..=2 * most) });
            }
        }
    }
    ((0..vertices).map(|_| random.random_range(0..=most)).collect(), edges)
}

#[test]
fn few_vertices_are_matched_as_well_as_any_matching_does() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    for case in 0..4_000 {
        let vertices = random.random_range(1..=9);
        let (density, most) = (random.random_range(0.2..=1.0), [1, 3, 10, 1_000][case % 4]);
        let (alone, edges) = random_graph(&mut random, vertices, density, most);
        assert_eq!(proven(&alone, &edges), by_force(&alone, &edges, 0), "case {case}: {alone:?} {edges:?}");
    }
}

#[test]
fn many_vertices_are_matched_with_a_proof() {
    let mut random = ChaCha8Rng::seed_from_u64(12);
    for (vertices, density, most) in [
        (40, 0.1, 5),
        (41, 0.3, 1_000),
        (60, 1.0, 2),
        (61, 0.05, 1),
        (150, 0.03, 3),
        (201, 0.2, 1 << 100),
        (400, 0.01, 40),
    ] {
        for _ in 0..6 {
            let (alone, edges) = random_graph(&mut random, vertices, density, most);
            assert!(proven(&alone, &edges) < alone.iter().sum());
        }
    }
}

#[test]
fn nobody_is_matched_where_there_is_nothing_to_save() {
    let alone = cheapest(&[1, 2, 3], &[Edge { a: 0, b: 1, cost: 3 }, Edge { a: 2, b: 2, cost: 0 }]);
    assert_eq!((alone.mate.as_slice(), alone.bound()), ([None, None, None].as_slice(), 6));
    assert_eq!(cheapest(&[], &[]).bound(), 0);
}

#[test]
fn a_pair_that_was_not_given_shows_whether_it_would_have_been_taken() {
    let few = cheapest(&[9; 4], &[Edge { a: 0, b: 1, cost: 5 }, Edge { a: 2, b: 3, cost: 5 }]);
    assert_eq!(few.lacks(0, 2, 5), 0);
    assert!(few.lacks(0, 2, 0) > 0 || few.lacks(1, 3, 0) > 0);
}
