//! The partnership's digest, for its channel.

use super::super::model::Measure;
use super::super::policy::whole::Whole;
use super::{CHANGED, Digest, Line, Surroundings, coffees, decided, figures, out_of_the_way, story, week_of};

/// The digest.
pub fn whole(facts: &Whole, around: &Surroundings) -> Digest {
    let (now, then) = (facts.figures(facts.week), facts.figures(facts.week.before()));
    let mut changed: Vec<Line> = facts.recorded().map(decided).collect();
    changed.extend(facts.terms().map(|one| {
        Line::new(format!("A word is explained: {}", one.says.title)).source(format!("share:{}", one.number))
    }));
    changed.extend(figures(&[Measure::Releases], &now, &then, |_| String::new()));
    Digest::new(
        format!("{} · {}", facts.name, week_of(facts.week)),
        around,
        [
            (CHANGED, changed),
            (
                "What went well",
                facts.cleared().map(out_of_the_way).chain(facts.stories().map(story)).chain(coffees(&now)).collect(),
            ),
        ],
    )
}
