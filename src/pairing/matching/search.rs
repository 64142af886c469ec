//! The search for a partner from one vertex, and the prices that it changes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::blossom::{Forest, NONE, Node, Step};
use super::{Edge, Matching};

/// What an outermost node is in the tree of the present search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Not in the tree. Its prices stand still.
    Outside,
    /// Reached from the root by an even path. Its price falls.
    Even,
    /// Reached by an odd path. Its price rises.
    Odd,
}

/// Something that happens once the prices have changed by so much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The price of an odd blossom reaches 0.
    Dissolve(Node),
    /// An edge from an even vertex has no slack any more: the vertex, and the edge's place.
    Tight(usize, usize),
    /// The price of an even vertex reaches 0.
    Worthless(usize),
}

/// An edge, and what it saves.
#[derive(Clone, Copy)]
struct Saving {
    a: usize,
    b: usize,
    saves: i128,
}

impl Saving {
    /// The end that isn't this one.
    fn other(&self, end: usize) -> usize {
        if self.a == end { self.b } else { self.a }
    }
}

/// All vertices, edges and prices, and the tree of the present search.
pub(super) struct Search {
    forest: Forest,
    edges: Vec<Saving>,
    /// For each vertex the places of its edges.
    edges_of: Vec<Vec<usize>>,
    /// Prices, of vertices and of blossoms, as they were at [`Self::since`] of the outermost node.
    price: Vec<i128>,
    role: Vec<Role>,
    /// What `now` was when an outermost node got its role.
    since: Vec<i128>,
    /// The edge by which an odd node was reached: from the even vertex to the vertex in it.
    entry: Vec<(usize, usize)>,
    /// Outermost nodes that have or had a role.
    tree: Vec<Node>,
    /// By how much the prices of this search have changed.
    now: i128,
    events: BinaryHeap<Reverse<(i128, Event)>>,
}

impl Search {
    pub(super) fn new(alone: &[i128], edges: &[Edge]) -> Self {
        let vertices = alone.len();
        let saving = |edge: &Edge| Saving { a: edge.a, b: edge.b, saves: alone[edge.a] + alone[edge.b] - edge.cost };
        let edges: Vec<Saving> = edges.iter().map(saving).filter(|edge| edge.a != edge.b && edge.saves > 0).collect();
        let mut edges_of = vec![Vec::new(); vertices];
        for (at, edge) in edges.iter().enumerate() {
            edges_of[edge.a].push(at);
            edges_of[edge.b].push(at);
        }
        // Being alone twice, less the cheapest pair: so prices hold, are whole, and differ as being alone does.
        let first = |(vertex, all): (usize, &Vec<usize>)| {
            let best = |at: &usize| edges[*at].saves - alone[edges[*at].other(vertex)];
            all.iter().map(best).max().map_or(0, |best| (alone[vertex] + best).max(0))
        };
        Self {
            forest: Forest::new(vertices),
            price: edges_of.iter().enumerate().map(first).collect(),
            edges,
            edges_of,
            role: vec![Role::Outside; vertices],
            since: vec![0; vertices],
            entry: vec![(NONE, NONE); vertices],
            tree: Vec::new(),
            now: 0,
            events: BinaryHeap::new(),
        }
    }

    /// Lowers prices as far as they hold, one after the other, and pairs whom that leaves without slack.
    pub(super) fn start_greedily(&mut self) {
        for vertex in 0..self.edges_of.len() {
            if self.forest.mate[vertex] != NONE {
                continue;
            }
            let all = || self.edges_of[vertex].iter().map(|at| self.edges[*at]);
            let needed = all().map(|edge| 2 * edge.saves - self.price[edge.other(vertex)]).max().unwrap_or(0).max(0);
            let fits = |edge: &Saving| {
                let other = edge.other(vertex);
                self.forest.mate[other] == NONE && needed + self.price[other] == 2 * edge.saves
            };
            let free = all().find(fits).map(|edge| edge.other(vertex));
            self.price[vertex] = needed;
            if let Some(other) = free {
                self.forest.mate[vertex] = other;
                self.forest.mate[other] = vertex;
            }
        }
    }

    /// Finds a partner for a vertex that has none, or a vertex that is better left alone than this one.
    pub(super) fn from(&mut self, root: usize) {
        if self.forest.mate[root] != NONE {
            return;
        }
        self.now = 0;
        self.events.clear();
        self.joins_even(self.forest.top[root]);
        while let Some(Reverse((at, event))) = self.events.pop() {
            self.now = at;
            let done = match event {
                Event::Worthless(vertex) => self.worthless(vertex),
                Event::Tight(from, edge) => self.tight(from, edge),
                Event::Dissolve(node) => self.dissolve(node),
            };
            if done {
                break;
            }
        }
        for node in std::mem::take(&mut self.tree) {
            if self.role[node] != Role::Outside {
                self.settle(node);
                self.role[node] = Role::Outside;
            }
        }
    }

    /// A vertex's price as it is now.
    fn price(&self, vertex: usize) -> i128 {
        let top = self.forest.top[vertex];
        match self.role[top] {
            Role::Outside => self.price[vertex],
            Role::Even => self.price[vertex] - (self.now - self.since[top]),
            Role::Odd => self.price[vertex] + (self.now - self.since[top]),
        }
    }

    /// Writes down the prices of an outermost node and its vertices as they are now.
    fn settle(&mut self, node: Node) {
        let passed = self.now - self.since[node];
        let change = match self.role[node] {
            Role::Outside => return,
            Role::Even => -passed,
            Role::Odd => passed,
        };
        self.since[node] = self.now;
        if self.forest.is_blossom(node) {
            self.price[node] -= 2 * change;
        }
        let mut vertices = Vec::new();
        self.forest.vertices_of(node, &mut vertices);
        for vertex in vertices {
            self.price[vertex] += change;
        }
    }

    fn takes(&mut self, node: Node, role: Role) {
        self.role[node] = role;
        self.since[node] = self.now;
        self.tree.push(node);
    }

    fn joins_even(&mut self, node: Node) {
        self.takes(node, Role::Even);
        let mut vertices = Vec::new();
        self.forest.vertices_of(node, &mut vertices);
        for vertex in vertices {
            self.look_around(vertex);
        }
    }

    fn joins_odd(&mut self, node: Node, entry: (usize, usize)) {
        self.takes(node, Role::Odd);
        self.entry[node] = entry;
        if self.forest.is_blossom(node) {
            self.events.push(Reverse((self.now + self.price[node] / 2, Event::Dissolve(node))));
        }
    }

    /// Plans what happens to a vertex that has become even.
    fn look_around(&mut self, vertex: usize) {
        let price = self.price(vertex);
        self.events.push(Reverse((self.now + price, Event::Worthless(vertex))));
        for at in 0..self.edges_of[vertex].len() {
            self.plan(vertex, self.edges_of[vertex][at]);
        }
    }

    /// By how much the prices of an edge's ends are more than they must be.
    fn slack(&self, edge: usize) -> i128 {
        let Saving { a, b, saves } = self.edges[edge];
        self.price(a) + self.price(b) - 2 * saves
    }

    /// Plans when an edge from an even vertex has no slack any more.
    fn plan(&mut self, from: usize, edge: usize) {
        let top = self.forest.top[self.edges[edge].other(from)];
        let after = match self.role[top] {
            _ if top == self.forest.top[from] => return,
            Role::Odd => return,
            Role::Outside => self.slack(edge),
            // Both ends fall.
            Role::Even => self.slack(edge) / 2,
        };
        self.events.push(Reverse((self.now + after, Event::Tight(from, edge))));
    }

    /// An edge may have no slack any more; whether it has is looked at now. Whether the search is over.
    fn tight(&mut self, from: usize, edge: usize) -> bool {
        let to = self.edges[edge].other(from);
        let (here, there) = (self.forest.top[from], self.forest.top[to]);
        if here == there || self.role[there] == Role::Odd {
            return false;
        }
        if self.slack(edge) > 0 {
            self.plan(from, edge);
            return false;
        }
        if self.role[there] == Role::Even {
            self.contract(from, to);
            return false;
        }
        let base = self.forest.base[there];
        let mate = self.forest.mate[base];
        if mate == NONE {
            self.forest.rebase(there, to);
            self.forest.mate[to] = from;
            self.shift(from, to);
            return true;
        }
        self.joins_odd(there, (from, to));
        self.joins_even(self.forest.top[mate]);
        false
    }

    /// The price of a vertex may have reached 0: then it is as well left alone, and the root isn't.
    fn worthless(&mut self, vertex: usize) -> bool {
        if self.price(vertex) > 0 {
            return false;
        }
        self.shift(vertex, NONE);
        true
    }

    /// Gives an even vertex another partner, or none, and everybody on the way to the root theirs.
    fn shift(&mut self, mut vertex: usize, mut partner: usize) {
        loop {
            let node = self.forest.top[vertex];
            let before = self.forest.mate[self.forest.base[node]];
            self.forest.rebase(node, vertex);
            self.forest.mate[vertex] = partner;
            if before == NONE {
                return;
            }
            let odd = self.forest.top[before];
            let (even, entered) = self.entry[odd];
            self.forest.rebase(odd, entered);
            self.forest.base[odd] = entered;
            self.forest.mate[entered] = even;
            (vertex, partner) = (even, entered);
        }
    }

    /// The even node two steps nearer to the root, with the steps between; `None` for the root itself.
    fn up(&self, even: Node) -> Option<(Node, Step, Node, Step)> {
        let base = self.forest.base[even];
        let mate = self.forest.mate[base];
        if mate == NONE {
            return None;
        }
        let odd = self.forest.top[mate];
        let (from, entered) = self.entry[odd];
        Some((odd, (base, mate), self.forest.top[from], (entered, from)))
    }

    /// Makes a blossom of the cycle that an edge between two even vertices closes.
    fn contract(&mut self, from: usize, to: usize) {
        let (here, there) = (self.forest.top[from], self.forest.top[to]);
        let root_first = |mut node: Node| {
            let mut path = vec![node];
            while let Some((_, _, next, _)) = self.up(node) {
                path.push(next);
                node = next;
            }
            path.reverse();
            path
        };
        let (one, other) = (root_first(here), root_first(there));
        let common = one.iter().zip(&other).take_while(|(a, b)| a == b).count() - 1;
        let top = one[common];
        // Down from the common node to this end, over the edge, and up from the other end.
        let (mut children, mut links) = (Vec::new(), Vec::new());
        let mut node = here;
        while node != top {
            let Some((odd, (base, mate), next, (entered, even))) = self.up(node) else { break };
            children.extend([node, odd]);
            links.extend([(mate, base), (even, entered)]);
            node = next;
        }
        children.push(top);
        children.reverse();
        links.reverse();
        links.push((from, to));
        let mut node = there;
        while node != top {
            let Some((odd, (base, mate), next, (entered, even))) = self.up(node) else { break };
            children.extend([node, odd]);
            links.extend([(base, mate), (entered, even)]);
            node = next;
        }
        let mut newly_even = Vec::new();
        for child in children.iter().copied() {
            if self.role[child] == Role::Odd {
                self.forest.vertices_of(child, &mut newly_even);
            }
            self.settle(child);
            self.role[child] = Role::Outside;
        }
        let node = self.forest.contract(children, links);
        while self.role.len() < self.forest.nodes() {
            self.role.push(Role::Outside);
            self.since.push(0);
            self.entry.push((NONE, NONE));
            self.price.push(0);
        }
        self.price[node] = 0;
        self.takes(node, Role::Even);
        for vertex in newly_even {
            self.look_around(vertex);
        }
    }

    /// The price of an odd blossom may have reached 0: then its children take its place in the tree.
    fn dissolve(&mut self, node: Node) -> bool {
        if self.role[node] != Role::Odd || self.price[node] - 2 * (self.now - self.since[node]) > 0 {
            return false;
        }
        self.settle(node);
        self.role[node] = Role::Outside;
        let entry = self.entry[node];
        let (path, steps, aside) = self.forest.dissolve(node, entry.1);
        let mut entered = Some(entry);
        for (at, child) in path.into_iter().enumerate() {
            if at % 2 == 0 {
                if let Some(entry) = entered.take() {
                    self.joins_odd(child, entry);
                }
            } else {
                self.joins_even(child);
                entered = steps.get(at).copied();
            }
        }
        // The others are outside again: even vertices may reach them.
        let mut vertices = Vec::new();
        for child in aside {
            self.forest.vertices_of(child, &mut vertices);
        }
        for vertex in vertices {
            for at in 0..self.edges_of[vertex].len() {
                let edge = self.edges_of[vertex][at];
                let other = self.edges[edge].other(vertex);
                if self.role[self.forest.top[other]] == Role::Even {
                    self.plan(other, edge);
                }
            }
        }
        false
    }

    pub(super) fn result(self, alone: &[i128]) -> Matching {
        let vertices = self.edges_of.len();
        let mut within = vec![Vec::new(); vertices];
        let mut blossoms = Vec::new();
        for node in self.forest.blossoms().filter(|node| self.price[*node] > 0) {
            let mut inside = Vec::new();
            self.forest.vertices_of(node, &mut inside);
            for vertex in &inside {
                within[*vertex].push(blossoms.len());
            }
            blossoms.push((inside, self.price[node]));
        }
        let mate = self.forest.mate.iter().map(|mate| Some(*mate).filter(|mate| *mate != NONE)).collect();
        Matching { mate, alone: alone.to_vec(), price: self.price[..vertices].to_vec(), blossoms, within }
    }
}
