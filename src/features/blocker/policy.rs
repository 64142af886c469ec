//! Who may see a blocker, on which side of it somebody stands, and how old it is. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::partnership::working_time::{Passed, Timeline};
use crate::partnership::{OrganisationId, SquadId, UserId};

use super::ladder::{self, Ladder};
use super::model::{Blocker, Kind, SeenBy};

/// How far ahead a ladder is looked for, in days: sixty shared days, with holidays and a good deal more.
pub const AHEAD: TimeDelta = TimeDelta::days(200);
/// A hold goes as far at most.
pub const LONGEST_HOLD: TimeDelta = TimeDelta::days(180);

/// Whoever looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Who.
    pub user: UserId,
    /// Their organisation, where it is agreed.
    pub organisation: Option<OrganisationId>,
    /// The squads that they are in or lead.
    pub squads: Vec<SquadId>,
    /// The blockers that name them.
    pub named: Vec<i64>,
}

impl Viewer {
    /// Whether they may see a blocker. What isn't shared is for its author and whom they named, whatever
    /// else somebody may be.
    pub fn sees(&self, one: &Blocker) -> bool {
        let involved = one.author == self.user || self.named.contains(&one.id);
        match one.seen_by {
            SeenBy::Named => involved,
            SeenBy::Squad => involved || self.in_squad(one) || self.waits(one) || self.is_asked(one),
            SeenBy::Everybody => true,
        }
    }

    /// Whether they are on the side that waits. What isn't shared has but one side: its author.
    pub fn waits(&self, one: &Blocker) -> bool {
        if one.seen_by == SeenBy::Named {
            return one.author == self.user;
        }
        let own = one.author == self.user || one.owner == self.user;
        // A squad may have people of the organisation that it waits on: they are on the other side.
        own || self.in_squad(one) && !self.is_asked(one)
    }

    fn in_squad(&self, one: &Blocker) -> bool {
        self.squads.contains(&one.squad)
    }

    /// Whether they are on the side that is waited on.
    pub fn is_asked(&self, one: &Blocker) -> bool {
        if one.seen_by == SeenBy::Named {
            return false;
        }
        let theirs = one.asked.is_some() && one.asked == self.organisation;
        theirs || one.their_owner == self.user || one.their_person == self.user
    }
}

/// How a blocker stands with time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// It is out of the way.
    Resolved,
    /// It waits on nobody who could be named.
    Open,
    /// It waits, and so much shared working time has passed.
    Waits(Passed),
    /// Both sides agreed that it takes until then.
    InHand(DateTime<Utc>),
}

/// How a blocker stands at an instant.
pub fn standing(one: &Blocker, ladder: &Ladder, timeline: Option<&Timeline>, now: DateTime<Utc>) -> Standing {
    if one.resolved {
        return Standing::Resolved;
    }
    let (Some(timeline), Some(asked_at)) = (timeline, one.says.asked_at) else { return Standing::Open };
    let held = one.held(now).map(|hold| hold.until);
    let governed = ladder::in_hand_until(one, ladder, timeline).filter(|until| *until > now);
    match held.or(governed) {
        Some(until) => Standing::InHand(until),
        None => Standing::Waits(timeline.passed(asked_at, now)),
    }
}

/// What two organisations share of a timeline, without what was held.
pub fn own_timeline(shared: &Timeline, one: &Blocker) -> Timeline {
    let held: Vec<_> = one.says.holds.iter().map(|hold| (hold.from, hold.until)).collect();
    if held.is_empty() { shared.clone() } else { shared.without(&held) }
}

/// Whether a blocker can be shared with a kind of people: never with fewer than see it already.
pub fn may_widen(from: SeenBy, to: SeenBy) -> bool {
    let wide = |seen_by: SeenBy| match seen_by {
        SeenBy::Named => 0,
        SeenBy::Squad => 1,
        SeenBy::Everybody => 2,
    };
    wide(to) > wide(from)
}

/// Who sees what is raised: a worry is its author's until they share it.
pub fn seen_by(kind: Kind, wished: Option<SeenBy>) -> SeenBy {
    match kind {
        Kind::Worry => SeenBy::Named,
        _ => wished.unwrap_or(SeenBy::Squad),
    }
}

/// A blocker's number as people write it: `B-12`, `b12`, `12`.
pub fn parse_number(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix(['B', 'b']).unwrap_or(text).trim_start_matches('-');
    digits.parse().ok().filter(|number| *number > 0 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The numbers in a text, as people list them: `B-12, B-14`; what else stands there is returned as wrong.
pub fn parse_numbers(text: &str) -> (Vec<i64>, Vec<String>) {
    let words = text.split([',', ' ', ';', '\n']).map(str::trim).filter(|word| !word.is_empty() && *word != "and");
    let (mut numbers, mut wrong) = (Vec::new(), Vec::new());
    for word in words {
        match parse_number(word) {
            Some(number) if !numbers.contains(&number) => numbers.push(number),
            Some(_) => {}
            None => wrong.push(word.to_owned()),
        }
    }
    (numbers, wrong)
}

/// The way from a blocker back to itself over what depends on what, if there is one.
pub fn cycle(from: i64, depends_on: &BTreeMap<i64, Vec<i64>>) -> Option<Vec<i64>> {
    let mut paths = vec![vec![from]];
    let mut seen = Vec::new();
    while let Some(path) = paths.pop() {
        let last = *path.last()?;
        for next in depends_on.get(&last).into_iter().flatten() {
            if *next == from {
                return Some(path);
            }
            if !seen.contains(next) {
                seen.push(*next);
                paths.push([path.clone(), vec![*next]].concat());
            }
        }
    }
    None
}

/// Who waits on whom, from one organisation to another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wait {
    /// How many blockers.
    pub count: usize,
    /// How many of them are in hand.
    pub in_hand: usize,
    /// The oldest that isn't in hand: how it is said, and how long it has waited.
    pub oldest: Option<(String, Passed)>,
}

/// Adds up who waits on whom. Organisations are those that wait and those that are waited on.
pub fn waits<'a>(
    all: impl IntoIterator<Item = (&'a Blocker, Standing)>,
) -> BTreeMap<(Option<OrganisationId>, OrganisationId), Wait> {
    let mut waits: BTreeMap<_, Wait> = BTreeMap::new();
    for (one, standing) in all {
        let Some(asked) = one.asked.filter(|_| !one.resolved) else { continue };
        let wait = waits.entry((one.waits, asked)).or_default();
        wait.count += 1;
        match standing {
            Standing::InHand(_) => wait.in_hand += 1,
            Standing::Waits(passed) if wait.oldest.as_ref().is_none_or(|(_, oldest)| passed.days > oldest.days) => {
                wait.oldest = Some((one.said(), passed));
            }
            _ => {}
        }
    }
    waits
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
