//! A matching of least cost in a graph that needn't be bipartite, with its proof.
//!
//! Edmonds' blossom algorithm in its primal-dual form: J. Edmonds, "Maximum matching and a polyhedron with
//! 0,1-vertices", 1965; the duals and the cases are named as in Z. Galil, "Efficient algorithms for finding maximum
//! matching in graphs", 1986. It searches from one vertex without a partner at a time (as V. Kolmogorov, "Blossom V",
//! 2009, does), since after a greedy start there are few of them, and a search touches only what is near.
//!
//! Being alone costs something, too, so a vertex is left alone where that is cheaper. What a pair saves
//! is `alone(a) + alone(b) - cost(a, b)`, and the matching maximises what is saved.
//!
//! # Proof
//!
//! Each vertex has a price `u ≥ 0`, each blossom `z ≥ 0`. While `u(a) + u(b) + Σ z ≥ 2 · saved(a, b)` holds for each
//! pair (the sum over the blossoms that hold both), no matching saves more than half of
//! `Σ u + Σ z · (size - 1) / 2`. The search ends where its matching saves just that. So whoever gave it few of the
//! pairs can look whether the prices hold for those that it was not given: if they do, it was the best of all.

mod blossom;
mod search;

use search::Search;

/// A pair, and what it costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    /// One end.
    pub(super) a: usize,
    /// The other.
    pub(super) b: usize,
    /// What it costs, at most 2¹²⁰. A pair that costs as much as its ends alone is of no use.
    pub(super) cost: i128,
}

/// A matching of least cost, with its prices.
pub(super) struct Matching {
    /// The partner of each vertex.
    pub(super) mate: Vec<Option<usize>>,
    /// What each vertex costs alone.
    alone: Vec<i128>,
    /// The price of each vertex.
    price: Vec<i128>,
    /// The blossoms: their vertices and prices, which are above 0.
    blossoms: Vec<(Vec<usize>, i128)>,
    /// For each vertex, its blossoms.
    within: Vec<Vec<usize>>,
}

/// The matching of least cost, from what each vertex costs alone, at least 0, and what pairs cost. An edge of a vertex
/// with itself is disregarded.
pub(super) fn cheapest(alone: &[i128], edges: &[Edge]) -> Matching {
    let mut search = Search::new(alone, edges);
    search.start_greedily();
    for vertex in 0..alone.len() {
        search.from(vertex);
    }
    search.result(alone)
}

impl Matching {
    /// How much a pair would have to cost more for the prices to hold for it, doubled; 0 if they hold.
    pub(super) fn lacks(&self, a: usize, b: usize, cost: i128) -> i128 {
        let lacks = 2 * (self.alone[a] + self.alone[b] - cost) - self.price[a] - self.price[b];
        if lacks <= 0 {
            return 0;
        }
        let both = self.within[a].iter().filter(|blossom| self.within[b].contains(blossom));
        (lacks - both.map(|blossom| self.blossoms[*blossom].1).sum::<i128>()).max(0)
    }

    /// What no matching costs less than, as far as the prices hold.
    pub(super) fn bound(&self) -> i128 {
        let pairs = |vertices: &Vec<usize>| i128::try_from(vertices.len() / 2).unwrap_or(i128::MAX);
        let blossoms: i128 = self.blossoms.iter().map(|(vertices, price)| price * pairs(vertices)).sum();
        let saved_twice = self.price.iter().sum::<i128>() + blossoms;
        self.alone.iter().sum::<i128>() - saved_twice / 2
    }
}

#[cfg(test)]
mod tests;
