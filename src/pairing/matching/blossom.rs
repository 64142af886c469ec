//! Blossoms: odd cycles of vertices and smaller blossoms that count as one vertex for a while.

/// A vertex, or a blossom. The vertices come first.
pub(super) type Node = usize;

/// No node.
pub(super) const NONE: usize = usize::MAX;

/// The vertices and the blossoms that hold them.
pub(super) struct Forest {
    vertices: usize,
    /// The blossom that a node is a child of.
    parent: Vec<Node>,
    /// The children of a blossom in the order of its cycle, the one that holds its base first.
    children: Vec<Vec<Node>>,
    /// The edges of the cycle: from the child of that place to the next, as vertices in them.
    links: Vec<Vec<(usize, usize)>>,
    /// The vertex of a node that isn't matched within it.
    pub(super) base: Vec<usize>,
    /// The partner of each vertex.
    pub(super) mate: Vec<usize>,
    /// The outermost node that holds each vertex.
    pub(super) top: Vec<Node>,
    /// Blossoms that have been dissolved.
    unused: Vec<Node>,
}

/// A step of a path through a blossom: from the vertex in one child to the vertex in the next.
pub(super) type Step = (usize, usize);

impl Forest {
    pub(super) fn new(vertices: usize) -> Self {
        Self {
            vertices,
            parent: vec![NONE; vertices],
            children: vec![Vec::new(); vertices],
            links: vec![Vec::new(); vertices],
            base: (0..vertices).collect(),
            mate: vec![NONE; vertices],
            top: (0..vertices).collect(),
            unused: Vec::new(),
        }
    }

    /// How many nodes there have been at the same time.
    pub(super) fn nodes(&self) -> usize {
        self.parent.len()
    }

    pub(super) fn is_blossom(&self, node: Node) -> bool {
        node >= self.vertices
    }

    /// Blossoms that are there, nested ones included.
    pub(super) fn blossoms(&self) -> impl Iterator<Item = Node> {
        (self.vertices..self.nodes()).filter(|node| !self.children[*node].is_empty())
    }

    /// Adds the vertices of a node to a list.
    pub(super) fn vertices_of(&self, node: Node, to: &mut Vec<usize>) {
        let mut left = vec![node];
        while let Some(node) = left.pop() {
            if self.is_blossom(node) {
                left.extend(&self.children[node]);
            } else {
                to.push(node);
            }
        }
    }

    /// Makes a blossom of a cycle, whose first child's base becomes its own.
    pub(super) fn contract(&mut self, children: Vec<Node>, links: Vec<(usize, usize)>) -> Node {
        let node = self.unused.pop().unwrap_or_else(|| {
            self.parent.push(NONE);
            self.children.push(Vec::new());
            self.links.push(Vec::new());
            self.base.push(NONE);
            self.nodes() - 1
        });
        self.base[node] = self.base[children[0]];
        self.parent[node] = NONE;
        for child in &children {
            self.parent[*child] = node;
        }
        self.children[node] = children;
        self.links[node] = links;
        self.put_on_top(node);
        node
    }

    fn put_on_top(&mut self, node: Node) {
        let mut vertices = Vec::new();
        self.vertices_of(node, &mut vertices);
        for vertex in vertices {
            self.top[vertex] = node;
        }
    }

    /// Dissolves an outermost blossom whose vertex `entry` was reached. Returns its children along the even path from
    /// there to its base, with the steps between them, and the other children.
    pub(super) fn dissolve(&mut self, node: Node, entry: usize) -> (Vec<Node>, Vec<Step>, Vec<Node>) {
        let from = self.place(node, entry);
        let children = std::mem::take(&mut self.children[node]);
        let links = std::mem::take(&mut self.links[node]);
        let (places, steps) = even_path(&links, from);
        for child in &children {
            self.parent[*child] = NONE;
            self.put_on_top(*child);
        }
        self.unused.push(node);
        let path = places.iter().map(|place| children[*place]).collect();
        let aside = (0..children.len()).filter(|place| !places.contains(place)).map(|place| children[place]).collect();
        (path, steps, aside)
    }

    /// The place among the children of a blossom of the one that holds a vertex.
    fn place(&self, node: Node, vertex: usize) -> usize {
        let mut child = vertex;
        while self.parent[child] != node {
            child = self.parent[child];
        }
        self.children[node].iter().position(|one| *one == child).unwrap_or(0)
    }

    /// Matches within a node anew, so that a vertex of it is the one that isn't.
    pub(super) fn rebase(&mut self, node: Node, vertex: usize) {
        if !self.is_blossom(node) || self.base[node] == vertex {
            return;
        }
        let from = self.place(node, vertex);
        let (_, steps) = even_path(&self.links[node], from);
        self.rebase(self.children[node][from], vertex);
        // Of the steps, each second one becomes a pair: the path begins with the child that is left over now.
        for (one, other) in steps.into_iter().skip(1).step_by(2) {
            let child = |vertex| self.children[node][self.place(node, vertex)];
            let (first, second) = (child(one), child(other));
            self.rebase(first, one);
            self.rebase(second, other);
            self.mate[one] = other;
            self.mate[other] = one;
        }
        self.children[node].rotate_left(from);
        self.links[node].rotate_left(from);
        self.base[node] = vertex;
    }
}

/// The places from one to the first along an even number of edges of a cycle of odd length, with the steps.
fn even_path(links: &[(usize, usize)], from: usize) -> (Vec<usize>, Vec<Step>) {
    let (mut places, mut steps) = (vec![from], Vec::new());
    let mut at = from;
    while at != 0 {
        if from % 2 == 1 {
            steps.push(links[at]);
            at = (at + 1) % links.len();
        } else {
            at -= 1;
            let (one, other) = links[at];
            steps.push((other, one));
        }
        places.push(at);
    }
    (places, steps)
}
