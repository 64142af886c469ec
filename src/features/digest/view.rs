//! A digest as people read it: sections of lines, which a message, Markdown and HTML say alike.

pub mod files;
pub mod people;
pub mod settings;
pub mod squad;
pub mod whole;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::features::blocker::model::Blocker;
use crate::features::blocker::policy::Standing;
use crate::features::decision::model::Decision;
use crate::features::share::model::Share;
use crate::partnership::text::{counted, escaped};
use crate::partnership::{Button, Message, OrganisationId, PartnershipId, Pointer, Style};

use super::model::{About, Figures, Measure, Unit, Week};
use super::policy::Became;

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
    /// The same as Discord shows it, where it is marked up already.
    pub marked: Option<String>,
    /// The key of the panel in which that stands.
    pub source: Option<String>,
    /// The link to it, once it is known (see [`Digest::linked`]).
    pub link: Option<String>,
    /// A button that does something about it: its label, and where it leads.
    pub button: Option<(String, Pointer)>,
}

impl Line {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// From text that is marked up for Discord: a file has it without.
    fn marked(text: &str) -> Self {
        let plain: String = text.replace("**", "").replace('\\', "");
        let mut words: Vec<&str> = plain.split(' ').collect();
        // Beside a name stands whom it pings, which says nothing outside of Discord.
        words.retain(|word| !word.contains("<@"));
        Self { marked: Some(text.to_owned()), ..Self::new(words.join(" ")) }
    }

    fn source(mut self, key: String) -> Self {
        self.source = Some(key);
        self
    }

    fn button(mut self, label: String, to: Pointer) -> Self {
        self.button = Some((label, to));
        self
    }
}

impl Digest {
    fn new(
        title: String,
        around: &Surroundings,
        sections: impl IntoIterator<Item = (&'static str, Vec<Line>)>,
    ) -> Self {
        let mut head = Vec::new();
        head.extend(around.problem.as_ref().map(|text| format!("The problem: {text}")));
        head.extend(around.vision.as_ref().map(|text| format!("What success looks like: {text}")));
        let sections = sections.into_iter().filter(|(_, lines)| !lines.is_empty());
        Self { title, head, sections: sections.map(|(heading, lines)| Section { heading, lines }).collect() }
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.sections.iter().flat_map(|section| &section.lines)
    }

    /// The keys of all panels that it leads to.
    pub fn sources(&self) -> BTreeSet<String> {
        self.lines().filter_map(|line| line.source.clone()).collect()
    }

    /// The same with its links, by the keys of panels.
    #[must_use]
    pub fn linked(mut self, links: &BTreeMap<String, String>) -> Self {
        for line in self.sections.iter_mut().flat_map(|section| &mut section.lines) {
            line.link = line.source.as_ref().and_then(|key| links.get(key)).cloned();
        }
        self
    }
}

/// What stands in no fact: names, and what the partnership works on.
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
}

impl Surroundings {
    fn organisation(&self, id: Option<OrganisationId>) -> &str {
        id.and_then(|id| self.organisations.get(&id)).map_or("somebody", |one| one.0.as_str())
    }

    /// An organisation's tag, for a picture.
    pub fn tag(&self, id: Option<OrganisationId>) -> String {
        id.and_then(|id| self.organisations.get(&id)).map_or_else(|| "?".to_owned(), |one| one.1.clone())
    }
}

/// What has changed is always said against the week before.
const CHANGED: &str = "What changed since the week before";

/// `week of 23 March 2026`.
fn week_of(week: Week) -> String {
    format!("week of {}", week.monday().format("%-d %B %Y"))
}

fn named(one: &Blocker) -> String {
    format!("{} · {}", one.said(), one.says.title)
}

/// The panel of a blocker.
fn blocker_at(id: i64) -> String {
    format!("blocker:{id}")
}

/// The panel of a decision.
fn decision_at(number: i64) -> String {
    format!("decision:{number}")
}

/// How long somebody has waited: `for 3 working days`.
fn waited(standing: &Standing) -> String {
    match standing {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole days, from nought up")]
        Standing::Waits(passed) if passed.days >= 1.0 => {
            format!("for {}", counted(passed.days as usize, "working day", "working days"))
        }
        _ => "since today".to_owned(),
    }
}

/// `☑ B-3 · The network: out of the way.`
fn checked(became: Became, what: &str, how: &str) -> Line {
    let mark = if became == Became::Waits { "☐" } else { "☑" };
    Line::new(format!("{mark} {what}: {how}."))
}

/// Figures that have something to tell, and how they compare. `asides` are said after a figure.
fn figures(measures: &[Measure], now: &Figures, then: &Figures, aside: impl Fn(Measure) -> String) -> Vec<Line> {
    let mut lines = Vec::new();
    for measure in measures {
        let (Some(figure), before) = (now.get(measure).copied(), then.get(measure).copied()) else { continue };
        if figure != 0 || before.is_some_and(|before| before != 0) {
            lines.push(Line::new(format!(
                "{}: {}{}",
                measure.says(),
                compared(*measure, figure, before),
                aside(*measure)
            )));
        }
    }
    lines
}

/// While a week isn't over nothing is told of how people checked in; then that of the week before is still the latest.
fn latest_rate(week: Week, figures: impl Fn(Week) -> Figures) -> Option<Line> {
    if figures(week).contains_key(&Measure::CheckIns) {
        return None;
    }
    let last = week.before();
    let percent = figures(last).get(&Measure::CheckIns).copied()?;
    let before = figures(last.before()).get(&Measure::CheckIns).copied();
    Some(Line::new(format!(
        "{} in the {}: {}",
        Measure::CheckIns.says(),
        week_of(last),
        compared(Measure::CheckIns, percent, before)
    )))
}

fn decided(one: &Decision) -> Line {
    Line::new(format!("Decided: D-{} · {}", one.number, one.says.title)).source(decision_at(one.number))
}

fn out_of_the_way(one: &Blocker) -> Line {
    let helped = if one.says.helped.is_empty() { String::new() } else { format!(" What helped: {}", one.says.helped) };
    Line::new(format!("{}: out of the way.{helped}", named(one))).source(blocker_at(one.id))
}

fn story(one: &Share) -> Line {
    Line::new(format!("A story: {}", one.says.title)).source(format!("share:{}", one.number))
}

fn coffees(figures: &Figures) -> Option<Line> {
    let met = figures.get(&Measure::Coffees).copied().filter(|met| *met > 0)?;
    let met = usize::try_from(met).unwrap_or(0);
    Some(Line::new(format!("{} across organisations.", counted(met, "coffee", "coffees"))))
}

/// A figure and how it compares with the week before: `3 (1 more)`.
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
        Some(then) if then == now => "as before".to_owned(),
        Some(then) if then < now => format!("{} more", by(now - then)),
        Some(then) => format!("{} fewer", by(then - now)),
    };
    format!("{now}{unit} ({direction})")
}

/// Most things that a digest has a button for; the rest stands there with its link. A message has room for 25.
const MOST_BUTTONS: usize = 20;

/// A digest as a message, with a button for each thing that it asks for, and what else can be done with it.
pub fn message(digest: &Digest, foot: &str, partnership: PartnershipId, about: About, week: Week) -> Message {
    let mut text = vec![format!("**{}**", escaped(&digest.title))];
    text.extend(digest.head.iter().map(|line| format!("-# {}", escaped(line))));
    if digest.sections.is_empty() {
        text.push(QUIET.to_owned());
    }
    for section in &digest.sections {
        text.push(format!("**{}**", section.heading));
        text.extend(section.lines.iter().map(|line| {
            let link = line.link.as_ref().map_or_else(String::new, |link| format!(" [↗]({link})"));
            let text = line.marked.clone().unwrap_or_else(|| escaped(&line.text));
            format!("• {text}{link}")
        }));
    }
    if !foot.is_empty() {
        text.push(format!("-# {foot}"));
    }
    let mut message = Message::text(text.join("\n"));
    let buttons: Vec<Button> = digest
        .lines()
        .filter_map(|line| line.button.as_ref())
        .take(MOST_BUTTONS)
        .map(|(label, to)| Button::new(label, to).style(Style::Plain))
        .collect();
    for row in buttons.chunks(5) {
        message = message.buttons(row.iter().cloned());
    }
    let row = format!("{},{}", about.key(), week.monday());
    message.buttons([Button::new("As files", &Pointer::new("digest.files", partnership, row))])
}

/// All that there is to say of a week in which nothing was.
pub const QUIET: &str = "A quiet week: nothing needs you, and nothing has changed.";

/// Where figures come from and when they were taken, as small print.
pub fn window(week: Week, last: NaiveDate, zone: Tz) -> String {
    let until = if last < week.sunday() {
        format!("So far, until {}", last.format("%A"))
    } else {
        "Monday to Sunday".to_owned()
    };
    format!("{until}, by the clock of {}. Nothing here says how anybody is.", zone.name())
}

#[cfg(test)]
mod tests;
