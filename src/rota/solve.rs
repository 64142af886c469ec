//! The choice of days off for each person, as a mixed-integer program.
//!
//! The solver is microlp: Rust alone, small, alive, and quick enough (`benches/rota.rs`). HiGHS
//! would need a C++ compiler, CMake and libclang wherever the bot is built.

use std::cmp::Ordering;
use std::time::Duration;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable};

use super::days::Days;
use super::input::DATES;
use super::model::Model;
use super::score::Score;

/// The most nodes of a stage's search. It ends a search at the same place on every machine, which a
/// limit of time doesn't. Squads of 20 were seen to need 42 at most.
const MOST_NODES: u64 = 5_000;
/// How many parts of the score are minimised at a time. All six at once would need weights that are
/// too far apart for floating-point numbers.
const AT_A_TIME: usize = 2;
const STAGES: u32 = 3;

/// Days off for each person of a model.
pub(super) struct Choice {
    pub(super) off: Vec<Days>,
    /// Whether it is proven that nothing better exists.
    pub(super) proven: bool,
}

/// Finds the best days off, or the best that are found within a limit of time.
pub(super) fn solve(model: &Model<'_>, limit: Duration) -> Choice {
    search(model, limit, MOST_NODES)
}

fn search(model: &Model<'_>, limit: Duration, nodes: u64) -> Choice {
    let patterns: Vec<Vec<Days>> = model.people.iter().map(|(_, fortnight)| fortnight.patterns()).collect();
    let mut best = Choice { off: alone(model, &patterns), proven: true };
    for part in (0..Score::PARTS).step_by(AT_A_TIME) {
        let reached = |off: &[Days]| model.score(off).parts()[..part + AT_A_TIME].to_vec();
        let found = Program::new(model, &patterns, &best.off, part).solve(limit / STAGES, nodes);
        let Some((off, proven)) = found else {
            best.proven = false;
            continue;
        };
        match reached(&off).cmp(&reached(&best.off)) {
            Ordering::Less => best = Choice { off, proven: best.proven && proven },
            Ordering::Equal => best.proven &= proven,
            // A solver that found less than it was given has proven nothing.
            Ordering::Greater => best.proven = false,
        }
    }
    best
}

/// What is best for each person alone: an answer to begin with, so that there always is one.
fn alone(model: &Model<'_>, patterns: &[Vec<Days>]) -> Vec<Days> {
    let people = model.people.iter().zip(patterns);
    let best = people.map(|((_, fortnight), patterns)| {
        patterns.iter().copied().min_by_key(|off| fortnight.cost(*off)).unwrap_or(fortnight.fixed)
    });
    best.collect()
}

/// One stage: two parts of the score are minimised, and those before them don't get worse.
struct Program<'p> {
    problem: Problem,
    /// Of each person, a variable for each pattern: how much of it is chosen, which is all or nothing
    /// where the dates are whole.
    chosen: Vec<Vec<(Variable, Days)>>,
    /// Of each person, a variable for each date: 1 if it is off.
    off: Vec<Vec<Variable>>,
    /// The value of each variable, by its index, in a choice that is known.
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
        let (chosen, off, adds) = (Vec::new(), Vec::new(), Default::default());
        let mut program = Self { problem, chosen, off, known: Vec::new(), adds, weights, model };
        program.choose_one_each(patterns, known);
        program.count_who_is_missing(known);
        for sum in &program.adds[..part] {
            let reached = sum.iter().map(|(variable, adds)| adds * program.known[variable.idx()].1).sum();
            program.problem.add_constraint(sum.as_slice(), ComparisonOp::Le, reached);
        }
        program
    }

    fn choose_one_each(&mut self, patterns: &[Vec<Days>], known: &[Days]) {
        for (((_, fortnight), patterns), known) in self.model.people.iter().zip(patterns).zip(known) {
            let mut chosen = Vec::with_capacity(patterns.len());
            for off in patterns {
                let cost = fortnight.cost(*off);
                let variable = self.problem.add_var(self.weighed(cost), (0.0, 1.0));
                self.note(variable, cost, f64::from(u8::from(off == known)));
                chosen.push((variable, *off));
            }
            let sum = chosen.iter().map(|(variable, _)| (*variable, 1.0));
            self.problem.add_constraint(sum, ComparisonOp::Eq, 1.0);
            let mut days = Vec::with_capacity(DATES);
            for day in 0..DATES {
                let off = self.problem.add_binary_var(0.0);
                self.note(off, Score::default(), f64::from(u8::from(known.has(day))));
                let having = chosen.iter().filter(|(_, off)| off.has(day)).map(|(variable, _)| (*variable, 1.0));
                self.problem.add_constraint(having.chain([(off, -1.0)]), ComparisonOp::Eq, 0.0);
                days.push(off);
            }
            self.off.push(days);
            self.chosen.push(chosen);
        }
    }

    /// Those who are off and those who are needed are at most all, and how many are missing.
    fn count_who_is_missing(&mut self, known: &[Days]) {
        for demand in &self.model.demands {
            let cost = demand.cost(1);
            let (all, need) = (demand.all(), demand.can_be_met());
            let missing = self.problem.add_var(self.weighed(cost), (0.0, f64::from(need)));
            self.note(missing, cost, f64::from(need.saturating_sub(demand.present(known))));
            let off = demand.members.iter().map(|person| (self.off[*person][demand.day], 1.0));
            self.problem.add_constraint(off.chain([(missing, -1.0)]), ComparisonOp::Le, f64::from(all - need));
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
    fn solve(&self, limit: Duration, nodes: u64) -> Option<(Vec<Days>, bool)> {
        let mut options = SolveOptions::default();
        options.time_limit = Some(limit);
        options.node_limit = Some(nodes);
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
        most += demand.cost(demand.can_be_met());
    }
    for ((_, fortnight), patterns) in model.people.iter().zip(patterns) {
        let parts = patterns.iter().map(|off| fortnight.cost(*off));
        most += parts.reduce(Score::worst).unwrap_or_default();
    }
    most
}

#[cfg(test)]
mod tests {
    use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};

    use super::super::input::{Person, Squad, dates};
    use super::*;

    #[test]
    fn a_search_that_is_cut_short_claims_nothing() {
        let first = "2026-03-30".parse().expect("a date");
        let all: Vec<_> = dates(first).collect();
        let people = (0..8_usize).map(|place| Person {
            skills: [place % 3, place % 4 + 3, place % 5].map(|skill| skill.to_string()).into(),
            wishes: [all[place], all[(place * 5 + 3) % 14], all[12]].into(),
            streak: u32::try_from(place % 6).expect("small"),
            ..Person::new(i64::try_from(place).expect("small"))
        });
        let mut squad = Squad::new(first, &[Mon, Tue, Wed, Thu, Fri, Sat, Sun], people.collect());
        // So tight that the solver can't round its way to an answer.
        squad.needs.values_mut().for_each(|need| *need = 2);
        let model = Model::new(&squad);
        let best = solve(&model, Duration::from_mins(2));
        assert!(best.proven);
        let mut cut = 0;
        for nodes in 0..4 {
            let choice = search(&model, Duration::from_mins(2), nodes);
            let (score, least) = (model.score(&choice.off), model.score(&best.off));
            assert!(score >= least);
            assert!(score == least || !choice.proven, "after {nodes} nodes");
            cut += u32::from(!choice.proven);
        }
        assert!(cut > 0, "every search was over at once: this shows nothing");
    }
}
