//! The choice of days off for each person, as a mixed-integer program.
//!
//! The solver is microlp: Rust alone, small, alive, and quick enough (`benches/rota.rs`). HiGHS
//! would need a C++ compiler, CMake and libclang wherever the bot is built.

use std::time::Duration;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

use super::days::Days;
use super::model::Model;
use super::score::Score;

/// The most nodes of a stage's search. It ends a search at the same place on every machine, which a
/// limit of time doesn't. Squads of 20 were seen to need 500 at most.
const MOST_NODES: u64 = 5_000;
/// How many parts of the score are minimised at a time. All six at once would need weights that are
/// too far apart for floating-point numbers.
const AT_A_TIME: usize = 2;

/// Days off for each person of a model.
pub(super) struct Choice {
    pub(super) off: Vec<Days>,
    /// Whether it is proven that nothing better exists.
    pub(super) proven: bool,
}

/// Finds the best days off, or the best that are found within a limit of time.
pub(super) fn solve(model: &Model<'_>, limit: Duration) -> Choice {
    let patterns: Vec<Vec<Days>> = model.people.iter().map(|(_, fortnight)| fortnight.patterns()).collect();
    // Begin with what is best for each person alone, so that there is an answer from the start.
    let own = |((_, fortnight), patterns): (&(_, super::rest::Fortnight), &Vec<Days>)| {
        patterns.iter().copied().min_by_key(|off| fortnight.cost(*off)).unwrap_or(fortnight.fixed)
    };
    let mut best = Choice { off: model.people.iter().zip(&patterns).map(own).collect(), proven: true };
    let stages = Score::PARTS / AT_A_TIME;
    for stage in 0..stages {
        let program = Program::new(model, &patterns, &best.off, stage * AT_A_TIME);
        match program.solve(limit / u32::try_from(stages).unwrap_or(1)) {
            Some((off, proven)) if model.score(&off) <= model.score(&best.off) => {
                best = Choice { off, proven: best.proven && proven };
            }
            _ => best.proven = false,
        }
    }
    best
}

/// One stage: two parts of the score are minimised, and those before them don't get worse.
struct Program<'p> {
    problem: Problem,
    /// Of each person, a variable for each pattern: 1 if it is chosen.
    chosen: Vec<Vec<(Variable, Days)>>,
    /// Values of a choice that is known.
    known: Vec<(Variable, f64)>,
    /// What each variable adds to each part of the score, for a value of 1.
    adds: [Vec<(Variable, f64)>; Score::PARTS],
    /// What the parts are weighed with.
    weights: [f64; Score::PARTS],
    model: &'p Model<'p>,
}

impl<'p> Program<'p> {
    fn new(model: &'p Model<'p>, patterns: &[Vec<Days>], known: &[Days], part: usize) -> Self {
        let mut weights = [0.0; Score::PARTS];
        weights[part] = f64::from(most(model, patterns).parts()[part + 1]) + 1.0;
        weights[part + 1] = 1.0;
        let problem = Problem::new(OptimizationDirection::Minimize);
        let (chosen, adds) = (Vec::new(), Default::default());
        let mut program = Self { problem, chosen, known: Vec::new(), adds, weights, model };
        program.choose_one_each(patterns, known);
        program.count_who_is_missing(known);
        for (sum, reached) in program.adds.iter().zip(model.score(known).parts()).take(part) {
            program.problem.add_constraint(sum.as_slice(), ComparisonOp::Le, f64::from(reached));
        }
        program
    }

    fn choose_one_each(&mut self, patterns: &[Vec<Days>], known: &[Days]) {
        for (((_, fortnight), patterns), known) in self.model.people.iter().zip(patterns).zip(known) {
            let mut chosen = Vec::with_capacity(patterns.len());
            for off in patterns {
                let cost = fortnight.cost(*off);
                let variable = self.problem.add_binary_var(self.weighed(cost));
                self.note(variable, cost, f64::from(u8::from(off == known)));
                chosen.push((variable, *off));
            }
            let sum = chosen.iter().map(|(variable, _)| (*variable, 1.0));
            self.problem.add_constraint(sum, ComparisonOp::Eq, 1.0);
            self.chosen.push(chosen);
        }
    }

    /// Those who are off and those who are needed are at most all, and how many are missing.
    fn count_who_is_missing(&mut self, known: &[Days]) {
        for demand in &self.model.demands {
            let cost = demand.cost(1);
            let missing = self.problem.add_var(self.weighed(cost), (0.0, f64::from(demand.need)));
            self.note(missing, cost, f64::from(demand.missing(known)));
            let patterns = demand.members.iter().flat_map(|person| &self.chosen[*person]);
            let off = patterns.filter(|(_, off)| off.has(demand.day)).map(|(variable, _)| (*variable, 1.0));
            let sum = off.chain([(missing, -1.0)]);
            let all = u32::try_from(demand.members.len()).unwrap_or(u32::MAX);
            self.problem.add_constraint(sum, ComparisonOp::Le, f64::from(all) - f64::from(demand.need));
        }
    }

    fn weighed(&self, cost: Score) -> f64 {
        cost.parts().iter().zip(self.weights).map(|(part, weight)| f64::from(*part) * weight).sum()
    }

    fn note(&mut self, variable: Variable, cost: Score, known: f64) {
        self.known.push((variable, known));
        for (sum, part) in self.adds.iter_mut().zip(cost.parts()) {
            if part > 0 {
                sum.push((variable, f64::from(part)));
            }
        }
    }

    /// The best days off that were found, and whether they are proven to be the best.
    fn solve(&self, limit: Duration) -> Option<(Vec<Days>, bool)> {
        let mut options = SolveOptions::default();
        options.time_limit = Some(limit);
        options.node_limit = Some(MOST_NODES);
        options.warm_start = Some(self.known.clone());
        // A numerical failure is no reason to have no rota: what is known already stands.
        let outcome = self.problem.solve_with(options).ok()?;
        let solution = outcome.solution()?;
        let of = |chosen: &Vec<(Variable, Days)>| {
            chosen.iter().find(|(variable, _)| solution.var_value(*variable) > 0.5).map(|(_, off)| *off)
        };
        let off = self.chosen.iter().map(of).collect::<Option<Vec<_>>>()?;
        Some((off, outcome.is_optimal()))
    }
}

/// The most that each part of the score can be.
fn most(model: &Model<'_>, patterns: &[Vec<Days>]) -> Score {
    let mut most = Score::default();
    for demand in &model.demands {
        most += demand.cost(demand.need);
    }
    for ((_, fortnight), patterns) in model.people.iter().zip(patterns) {
        let parts = patterns.iter().map(|off| fortnight.cost(*off));
        most += parts.reduce(Score::worst).unwrap_or_default();
    }
    most
}
