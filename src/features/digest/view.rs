//! A digest as people read it: sections of lines, which a message, Markdown and HTML say alike.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::features::blocker::model::Blocker;
use crate::features::blocker::policy::Standing;
use crate::features::decision::model::Decision;
use crate::partnership::text::{counted, escaped, listed};
use crate::partnership::{Button, Message, OrganisationId, PartnershipId, Pointer, Style, UserId};

use super::model::{Figures, Measure, Unit, Week};
use super::policy::{Ask, Became, Facts, Why};

/// A digest.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    /// What and when.
    pub title: String,
    /// The problem that is worked on and what success looks like, where the partnership has said so.
    pub head: Vec<String>,
    /// What there is to say; a section without lines isn't there.
    pub sections: Vec<Section>,
}

/// Some lines under a heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The heading.
    pub heading: &'static str,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line. Its text is as it was written: whoever shows it escapes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// What it says.
    pub text: String,
    /// Where that stands.
    pub link: Option<String>,
    /// A button that does something about it: its label, and where it leads.
    pub button: Option<(String, Pointer)>,
}

impl Line {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    fn link(mut self, link: Option<&String>) -> Self {
        self.link = link.cloned();
        self
    }

    fn button(mut self, label: String, to: Pointer) -> Self {
        self.button = Some((label, to));
        self
    }
}

/// What stands in no fact: names, and where things stand.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The partnership.
    pub partnership: PartnershipId,
    /// The problem that is worked on.
    pub problem: Option<String>,
    /// What success looks like.
    pub vision: Option<String>,
    /// The names and tags of organisations.
    pub organisations: BTreeMap<OrganisationId, (String, String)>,
    /// Links, by the keys of panels.
    pub links: BTreeMap<String, String>,
}

impl Surroundings {
    fn organisation(&self, id: Option<OrganisationId>) -> &str {
        id.and_then(|id| self.organisations.get(&id)).map_or("somebody", |one| one.0.as_str())
    }

    /// An organisation's tag, for a picture.
    pub fn tag(&self, id: Option<OrganisationId>) -> String {
        id.and_then(|id| self.organisations.get(&id)).map_or_else(|| "?".to_owned(), |one| one.1.clone())
    }

    fn link(&self, key: &str) -> Option<&String> {
        self.links.get(key)
    }
}

/// The keys of all panels that a squad's digest may lead to.
pub fn sources(facts: &Facts) -> Vec<String> {
    let blockers = facts.blockers.iter().map(|(one, _)| format!("blocker:{}", one.id));
    let decisions = facts.decisions.iter().map(|one| format!("decision:{}", one.number));
    let conversations = facts.conversations.iter().map(|(one, _)| one.panel());
    let stories = facts.stories().map(|one| format!("share:{}", one.number));
    blockers.chain(decisions).chain(conversations).chain(stories).collect()
}

/// `week of 23 March 2026`.
fn week(week: Week) -> String {
    format!("week of {}", week.monday().format("%-d %B %Y"))
}

/// A squad's digest, for whoever leads it. `before` is what the last one asked for.
pub fn squad(facts: &Facts, around: &Surroundings, before: &[Ask], reader: UserId) -> Digest {
    let mut head = Vec::new();
    head.extend(around.problem.as_ref().map(|text| format!("The problem: {text}")));
    head.extend(around.vision.as_ref().map(|text| format!("What success looks like: {text}")));
    let asks = facts.asks(reader);
    let (now, then) = (facts.figures(facts.week), facts.figures(facts.week.before()));
    let sections = [
        ("From last week", before.iter().map(|ask| became(facts, around, ask)).collect()),
        ("Needs you", asks.iter().map(|ask| asked(facts, around, ask)).collect()),
        ("What changed", changed(facts, around, &now, &then)),
        ("What went well", well(facts, around, &now)),
    ];
    let sections = sections.into_iter().filter(|(_, lines): &(_, Vec<Line>)| !lines.is_empty());
    Digest {
        title: format!("{} · {}", facts.squad.name, week(facts.week)),
        head,
        sections: sections.map(|(heading, lines)| Section { heading, lines }).collect(),
    }
}

fn blocker(facts: &Facts, id: i64) -> Option<&(Blocker, Standing)> {
    facts.blockers.iter().find(|(one, _)| one.id == id)
}

fn named(one: &Blocker) -> String {
    format!("{} · {}", one.said(), one.says.title)
}

fn decision(facts: &Facts, number: i64) -> Option<&Decision> {
    facts.decisions.iter().find(|one| one.number == number)
}

/// How long somebody has waited: `3 working days`.
fn waited(standing: &Standing) -> String {
    match standing {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole days, from nought up")]
        Standing::Waits(passed) if passed.days >= 1.0 => {
            format!("for {}", counted(passed.days as usize, "working day", "working days"))
        }
        _ => "since today".to_owned(),
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
            let line = |text: String| Line::new(text).link(around.link(&format!("blocker:{id}")));
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
            let Some(one) = decision(facts, *number) else { return Line::default() };
            let on = one.says.review_on.map_or_else(String::new, |on| on.format(" on %-d %B").to_string());
            Line::new(format!("D-{number} · {}: was to be looked at again{on}.", one.says.title))
                .link(around.link(&format!("decision:{number}")))
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
            .link(around.link(&one.panel()))
        }
    }
}

/// What became of something that was asked for.
fn became(facts: &Facts, around: &Surroundings, ask: &Ask) -> Line {
    let became = facts.became(ask);
    let (what, link) = match ask {
        Ask::Rest { .. } => ("A day of rest for all".to_owned(), None),
        Ask::Blocker { id, .. } => (
            blocker(facts, *id).map_or_else(|| "A blocker".to_owned(), |(one, _)| named(one)),
            around.link(&format!("blocker:{id}")),
        ),
        Ask::Review { number } => (
            decision(facts, *number)
                .map_or_else(|| format!("D-{number}"), |one| format!("D-{number} · {}", one.says.title)),
            around.link(&format!("decision:{number}")),
        ),
        Ask::Voices { number } => {
            (format!("Voices that were missing in C-{number}"), around.link(&format!("conversation:{number}")))
        }
    };
    let how = match (became, ask) {
        (Became::Done, Ask::Rest { .. }) => "there was one",
        (Became::Done, Ask::Blocker { id, .. }) if blocker(facts, *id).is_some_and(|(one, _)| !one.resolved) => {
            "somebody looks after it"
        }
        (Became::Done, Ask::Blocker { .. }) => "out of the way",
        (Became::Done, Ask::Review { .. }) => "looked at again",
        (Became::Done, Ask::Voices { .. }) => "heard",
        (Became::InHand, _) => "in hand, for a time that both sides agreed on",
        (Became::Waits, _) => "still waits",
    };
    let mark = if became == Became::Waits { "☐" } else { "☑" };
    Line::new(format!("{mark} {what}: {how}.")).link(link)
}

/// A figure and how it compares: `3 (1 more than the week before)`.
pub fn compared(measure: Measure, now: i64, then: Option<i64>) -> String {
    let unit = match measure.unit() {
        Unit::Percent => " %",
        Unit::Days | Unit::Count => "",
    };
    let by = |by: i64| match measure.unit() {
        Unit::Percent => counted(usize::try_from(by).unwrap_or(0), "point", "points"),
        Unit::Days | Unit::Count => by.to_string(),
    };
    let direction = match then {
        None => return format!("{now}{unit}"),
        Some(then) if then == now => "as the week before".to_owned(),
        Some(then) if then < now => format!("{} more than the week before", by(now - then)),
        Some(then) => format!("{} fewer than the week before", by(then - now)),
    };
    format!("{now}{unit} ({direction})")
}

/// The figures, where there is something to tell, and the decisions.
fn changed(facts: &Facts, around: &Surroundings, now: &Figures, then: &Figures) -> Vec<Line> {
    let told = |measure: &&Measure| {
        // What went well has a section of its own; what is in hand stands with what is in the way.
        !matches!(measure, Measure::Stories | Measure::Coffees | Measure::BlockersInHand)
    };
    let mut lines = Vec::new();
    for measure in Measure::ALL.iter().filter(told) {
        let (Some(figure), before) = (now.get(measure).copied(), then.get(measure).copied()) else { continue };
        if figure == 0 && before.is_none_or(|before| before == 0) {
            continue;
        }
        let in_hand = now.get(&Measure::BlockersInHand).copied().unwrap_or(0);
        let rest = if *measure == Measure::BlockersOpen && in_hand > 0 {
            format!(", {in_hand} of them in hand")
        } else {
            String::new()
        };
        lines.push(Line::new(format!("{}: {}{rest}", measure.says(), compared(*measure, figure, before))));
    }
    for ((from, to), wait) in
        crate::features::blocker::policy::waits(facts.blockers.iter().map(|(one, how)| (one, *how)))
    {
        let (from, to) = (around.organisation(from), around.organisation(Some(to)));
        let oldest = wait.oldest.map_or_else(String::new, |(said, passed)| {
            format!(", the oldest, {said}, {}", waited(&Standing::Waits(passed)))
        });
        lines.push(Line::new(format!("{from} waits on {to}: {}{oldest}", counted(wait.count, "blocker", "blockers"))));
    }
    for one in facts.recorded(facts.week) {
        let text = format!("Decided: D-{} · {}", one.number, one.says.title);
        lines.push(Line::new(text).link(around.link(&format!("decision:{}", one.number))));
    }
    lines
}

/// What there is to be glad of.
fn well(facts: &Facts, around: &Surroundings, now: &Figures) -> Vec<Line> {
    let mut lines = Vec::new();
    for one in facts.cleared() {
        let helped =
            if one.says.helped.is_empty() { String::new() } else { format!(" What helped: {}", one.says.helped) };
        lines.push(
            Line::new(format!("{}: out of the way.{helped}", named(one)))
                .link(around.link(&format!("blocker:{}", one.id))),
        );
    }
    for one in facts.stories() {
        let text = format!("A story: {}", one.says.title);
        lines.push(Line::new(text).link(around.link(&format!("share:{}", one.number))));
    }
    if let Some(met) = now.get(&Measure::Coffees).filter(|met| **met > 0) {
        let met = usize::try_from(*met).unwrap_or(0);
        lines.push(Line::new(format!("{} across organisations.", counted(met, "coffee", "coffees"))));
    }
    lines
}

/// A digest as a message, with a button for each thing that it asks for.
pub fn message(digest: &Digest, foot: &str) -> Message {
    let mut text = vec![format!("**{}**", escaped(&digest.title))];
    text.extend(digest.head.iter().map(|line| format!("-# {}", escaped(line))));
    if digest.sections.is_empty() {
        text.push(QUIET.to_owned());
    }
    for section in &digest.sections {
        text.push(format!("**{}**", section.heading));
        text.extend(section.lines.iter().map(|line| {
            let link = line.link.as_ref().map_or_else(String::new, |link| format!(" [↗]({link})"));
            format!("• {}{link}", escaped(&line.text))
        }));
    }
    if !foot.is_empty() {
        text.push(format!("-# {foot}"));
    }
    let buttons = digest.sections.iter().flat_map(|section| &section.lines).filter_map(|line| line.button.as_ref());
    Message::text(text.join("\n")).buttons(buttons.map(|(label, to)| Button::new(label, to).style(Style::Plain)))
}

/// All that there is to say of a week in which nothing was.
pub const QUIET: &str = "A quiet week: nothing needs you, and nothing has changed.";

/// Where figures come from and when they were taken, as small print.
pub fn window(facts: &Facts) -> String {
    let last: NaiveDate = facts.last();
    let until = if last < facts.week.sunday() {
        format!("So far, until {}", last.format("%A"))
    } else {
        "Monday to Sunday".to_owned()
    };
    format!("{until}, by the clock of {}. Nothing here says how anybody is.", facts.squad.zone.name())
}
