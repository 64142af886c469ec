//! A squad's digest, for whoever leads it.

use crate::features::blocker::model::Blocker;
use crate::features::blocker::policy::{Standing, Wait, waits};
use crate::partnership::text::{counted, listed, sentence_case};
use crate::partnership::{Pointer, UserId};

use super::super::model::{Figures, Measure};
use super::super::policy::{Ask, Became, Facts, Why};
use super::{
    CHANGED, Digest, Line, MOST_BUTTONS, Surroundings, blocker_at, checked, coffees, decided, decision_at, figures,
    latest_rate, named, out_of_the_way, story, waited, week_of,
};

/// Most pairs of organisations of which the digest says that one waits on the other.
const MOST_PAIRS: usize = 5;

/// The digest. `before` is what the last one asked for.
pub fn squad(facts: &Facts, around: &Surroundings, before: &[Ask], reader: UserId) -> Digest {
    let asks = facts.asks(reader);
    let (now, then) = (facts.figures(facts.week), facts.figures(facts.week.before()));
    let archived = if facts.squad.archived { " · archived" } else { "" };
    Digest::new(
        format!("{} · {}{archived}", facts.squad.name, week_of(facts.week)),
        around,
        [
            ("From last time", before.iter().map(|ask| became(facts, ask)).collect()),
            ("Needs you", needs(facts, around, &asks)),
            (CHANGED, changed(facts, around, &now, &then)),
            ("What went well", well(facts, &now)),
        ],
    )
}

fn blocker(facts: &Facts, id: i64) -> Option<&(Blocker, Standing)> {
    facts.readable().find(|(one, _)| one.id == id)
}

/// What needs the reader. What there is no room for a button for is named in one line.
fn needs(facts: &Facts, around: &Surroundings, asks: &[Ask]) -> Vec<Line> {
    let (first, rest) = asks.split_at(asks.len().min(MOST_BUTTONS));
    let mut lines: Vec<Line> = first.iter().map(|ask| asked(facts, around, ask)).collect();
    if !rest.is_empty() {
        let names: Vec<String> = rest.iter().map(|ask| short(facts, ask)).collect();
        let wait = counted(rest.len(), "more waits", "more wait");
        lines.push(Line::new(format!("{wait} for you, less pressing: {}.", listed(&names))));
    }
    lines
}

fn short(facts: &Facts, ask: &Ask) -> String {
    match ask {
        Ask::Rest { .. } | Ask::Cover { .. } => "a day of rest".to_owned(),
        Ask::Blocker { id, .. } => blocker(facts, *id).map_or_else(String::new, |(one, _)| one.said()),
        Ask::Review { number } => format!("D-{number}"),
        Ask::Voices { number } => format!("C-{number}"),
    }
}

/// Something that the reader can do something about.
fn asked(facts: &Facts, around: &Surroundings, ask: &Ask) -> Line {
    let to = |action: &str, row: String| Pointer::new(action, around.partnership, row);
    match ask {
        Ask::Rest { days } => {
            Line::new(format!("{days} days in a row without a day of rest for all of {}.", facts.squad.name))
                .button("Plan a shared rest day".to_owned(), to("rest.plan", facts.squad.id.to_string()))
        }
        Ask::Blocker { id, why } => {
            let Some((one, standing)) = blocker(facts, *id) else { return Line::default() };
            let line = |text: String| Line::new(text).source(blocker_at(*id));
            match why {
                Why::NobodyHere => line(format!("{}: nobody here looks after it.", named(one)))
                    .button(format!("I look after {}", one.said()), to("digest.claim", id.to_string())),
                Why::Waits => {
                    let on = around.organisation(one.asked);
                    let silent = if one.says.answered_at.is_none() { "; nobody there has answered" } else { "" };
                    line(format!("{}: waits on {on} {}{silent}.", named(one), waited(standing)))
                        .button(format!("Nudge about {}", one.said()), to("digest.nudge", id.to_string()))
                }
            }
        }
        Ask::Review { number } => {
            let Some(one) = facts.shared.decision(*number) else { return Line::default() };
            let on = one.says.review_on.map_or_else(String::new, |on| on.format(" on %-d %B").to_string());
            Line::new(format!("D-{number} · {}: was to be looked at again{on}.", one.says.title))
                .source(decision_at(*number))
                .button(format!("Look at D-{number} again"), to("decision.review", number.to_string()))
        }
        Ask::Voices { number } => {
            let Some((one, missing)) = facts.conversations.iter().find(|(one, _)| one.number == *number) else {
                return Line::default();
            };
            let missing: Vec<&str> = missing.iter().map(|id| around.organisation(Some(*id))).collect();
            Line::new(format!(
                "C-{number} · {}: nobody of {} has said anything yet.",
                one.frame.title,
                listed(&missing)
            ))
            .source(one.panel())
        }
        Ask::Cover { .. } => Line::default(),
    }
}

/// What became of something that was asked for.
fn became(facts: &Facts, ask: &Ask) -> Line {
    let became = facts.became(ask);
    let (what, source) = match ask {
        Ask::Rest { .. } | Ask::Cover { .. } => ("A day of rest for all".to_owned(), None),
        Ask::Blocker { id, .. } => {
            (blocker(facts, *id).map_or_else(|| "A blocker".to_owned(), |(one, _)| named(one)), Some(blocker_at(*id)))
        }
        Ask::Review { number } => {
            let titled = facts.shared.decision(*number).map(|one| format!("D-{number} · {}", one.says.title));
            (titled.unwrap_or_else(|| format!("D-{number}")), Some(decision_at(*number)))
        }
        Ask::Voices { number } => {
            let known = facts.conversations.iter().find(|(one, _)| one.number == *number);
            (format!("Voices that were missing in C-{number}"), known.map(|(one, _)| one.panel()))
        }
    };
    let how = match (became, ask) {
        (Became::Done, Ask::Rest { .. }) => "there was one",
        (Became::Done, Ask::Blocker { id, .. }) if blocker(facts, *id).is_some_and(|(one, _)| !one.resolved) => {
            "somebody looks after it"
        }
        (Became::Done, Ask::Blocker { .. }) => "out of the way",
        (Became::Done, Ask::Review { .. }) => "looked at again",
        (Became::Done, _) => "heard",
        (Became::InHand, _) => "in hand, for a time that both sides agreed on",
        (Became::Waits, _) => "still waits",
    };
    Line { source, ..checked(became, &what, how) }
}

/// The figures, where there is something to tell, who waits on whom, and the decisions.
fn changed(facts: &Facts, around: &Surroundings, now: &Figures, then: &Figures) -> Vec<Line> {
    // What went well has a section of its own; what is in hand stands with what is in the way.
    // Decisions are named, each of them.
    let apart = [Measure::Stories, Measure::Coffees, Measure::BlockersInHand, Measure::Decisions];
    let told: Vec<Measure> = Measure::ALL.iter().copied().filter(|measure| !apart.contains(measure)).collect();
    let mut lines: Vec<Line> = latest_rate(facts.week, |week| facts.figures(week)).into_iter().collect();
    lines.extend(figures(&told, now, then, |measure| {
        match now.get(&Measure::BlockersInHand).copied().filter(|count| *count > 0) {
            Some(count) if measure == Measure::BlockersOpen => format!(", {count} of them in hand"),
            _ => String::new(),
        }
    }));
    lines.extend(who_waits(facts, around));
    lines.extend(facts.recorded().map(decided));
    lines
}

/// Who waits on whom, whoever has waited longest first.
fn who_waits(facts: &Facts, around: &Surroundings) -> Vec<Line> {
    let mut all: Vec<_> = waits(facts.readable().map(|(one, how)| (one, *how))).into_iter().collect();
    let days = |wait: &Wait| wait.oldest.as_ref().map_or(-1.0, |(_, passed)| passed.days);
    all.sort_by(|(_, one), (_, other)| days(other).total_cmp(&days(one)));
    let (first, rest) = all.split_at(all.len().min(MOST_PAIRS));
    let mut lines: Vec<Line> = Vec::new();
    for ((from, to), wait) in first {
        let (from, to) = (around.organisation(*from), around.organisation(Some(*to)));
        let oldest = wait.oldest.as_ref().map_or_else(String::new, |(said, passed)| {
            format!(", the oldest, {said}, {}", waited(&Standing::Waits(*passed)))
        });
        let count = counted(wait.count, "blocker", "blockers");
        lines.push(Line::new(format!("{} waits on {to}: {count}{oldest}", sentence_case(from))));
    }
    if !rest.is_empty() {
        let more = counted(rest.len(), "more pair", "more pairs");
        lines.push(Line::new(format!("{more} of organisations: /blocker list shows who waits on whom")));
    }
    lines
}

/// What there is to be glad of.
fn well(facts: &Facts, now: &Figures) -> Vec<Line> {
    facts.cleared().map(out_of_the_way).chain(facts.stories().map(story)).chain(coffees(now)).collect()
}
