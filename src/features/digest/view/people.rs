//! The digest about an organisation's people, for its stewards.

use crate::features::blocker::model::Blocker;
use crate::features::blocker::policy::Standing;
use crate::partnership::Pointer;
use crate::partnership::text::{counted, span};

use super::super::model::Measure;
use super::super::policy::people::People;
use super::super::policy::{Ask, Became, Why};
use super::{
    CHANGED, Digest, Line, Surroundings, blocker_at, checked, decided, figures, latest_rate, named, out_of_the_way,
    story, waited, week_of,
};

/// The digest. `before` is what the last one asked for.
pub fn people(facts: &People, around: &Surroundings, before: &[Ask]) -> Digest {
    let (now, then) = (facts.figures(facts.week), facts.figures(facts.week.before()));
    let told = [Measure::CheckIns, Measure::DaysOff, Measure::WaitsOnIt, Measure::ClearedForOthers];
    let mut changed: Vec<Line> = latest_rate(facts.week, |week| facts.figures(week)).into_iter().collect();
    changed.extend(figures(&told, &now, &then, |_| String::new()));
    changed.extend(facts.recorded().map(decided));
    Digest::new(
        format!("{} · {}", facts.organisation.name, week_of(facts.week)),
        around,
        [
            ("From last time", before.iter().map(|ask| became(facts, ask)).collect()),
            ("Needs you", needs(facts, around)),
            (CHANGED, changed),
            ("What went well", facts.cleared().map(out_of_the_way).chain(facts.stories().map(story)).collect()),
        ],
    )
}

fn needs(facts: &People, around: &Surroundings) -> Vec<Line> {
    let to = |action: &str, row: String| Pointer::new(action, around.partnership, row);
    let organisation = facts.organisation.id;
    let mut lines = Vec::new();
    for (at, (user, text)) in facts.needed.iter().enumerate() {
        let label =
            if facts.needed.len() == 1 { "I'll see to it".to_owned() } else { format!("I'll see to the {}", nth(at)) };
        lines.push(Line::marked(text).button(label, to("cover.seen_to", format!("{organisation},{user}"))));
    }
    for ask in facts.asks() {
        match ask {
            Ask::Cover { id } => {
                let Some(one) = facts.covers.iter().find(|one| one.id == id) else { continue };
                let dates = span(one.first, one.last, facts.now.with_timezone(&facts.zone).date_naive());
                lines.push(
                    Line::new(format!("Nobody has said yes yet to cover “{}”, {dates}.", one.skill.name)).button(
                        format!("I'll see to “{}”", crate::partnership::text::clipped(&one.skill.name, 40)),
                        to("cover.seen_to", format!("{organisation},{}", one.person)),
                    ),
                );
            }
            Ask::Blocker { id, why } => {
                let Some((one, standing)) = blocker(facts, id) else { continue };
                let from = around.organisation(one.waits);
                let silent = if why == Why::NobodyHere { "; nobody here looks after it" } else { "" };
                lines.push(
                    Line::new(format!("{}: {from} waits on you {}{silent}.", named(one), waited(standing)))
                        .source(blocker_at(id))
                        .button(format!("I look after {}", one.said()), to("digest.claim", id.to_string())),
                );
            }
            Ask::Rest { .. } | Ask::Review { .. } | Ask::Voices { .. } => {}
        }
    }
    if facts.joining > 0 {
        let waits = counted(facts.joining, "person waits", "people wait");
        lines.push(Line::new(format!("{waits} for a steward's yes to be of {}.", facts.organisation.name)));
    }
    lines
}

fn nth(at: usize) -> String {
    ["first", "second", "third"].get(at).map_or_else(|| format!("{}th", at + 1), |word| (*word).to_owned())
}

fn blocker(facts: &People, id: i64) -> Option<&(Blocker, Standing)> {
    facts.blockers.iter().find(|(one, _)| one.id == id && !facts.hidden.contains(&one.id))
}

fn became(facts: &People, ask: &Ask) -> Line {
    let became = facts.became(ask);
    let (what, source) = match ask {
        Ask::Blocker { id, .. } => {
            (blocker(facts, *id).map_or_else(|| "A blocker".to_owned(), |(one, _)| named(one)), Some(blocker_at(*id)))
        }
        _ => ("Cover that was asked for".to_owned(), None),
    };
    let how = match (became, ask) {
        (Became::Done, Ask::Blocker { id, .. }) if blocker(facts, *id).is_some_and(|(one, _)| !one.resolved) => {
            "somebody here looks after it"
        }
        (Became::Done, Ask::Blocker { .. }) => "out of the way",
        (Became::Done, _) => "found, or not needed any more",
        (Became::InHand, _) => "in hand, for a time that both sides agreed on",
        (Became::Waits, _) => "still waits",
    };
    Line { source, ..checked(became, &what, how) }
}
