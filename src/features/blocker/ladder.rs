//! How one organisation reminds another of what waits, in steps that both agreed to. Pure.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{Result, refuse};
use crate::partnership::text::{counted, escaped};
use crate::partnership::working_time::{Span, Timeline};

use super::model::{Blocker, Kind, NOBODY};

/// A step of a ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Nobody has answered: its contacts are reminded.
    Acknowledge,
    /// Nobody looks after it: its contacts are asked who does.
    Owner,
    /// The leads of both sides hear of it.
    Leads,
    /// Deputies of its contacts hear of it, and the contacts of the side that waits.
    Deputies,
}

impl Step {
    /// All of them, lowest first.
    pub const ALL: [Self; 4] = [Self::Acknowledge, Self::Owner, Self::Leads, Self::Deputies];
}

/// When each step is taken, in working time that both sides share, since the organisation was told.
/// `None`: never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// Until somebody answers.
    pub acknowledge: Option<Span>,
    /// Until somebody looks after it.
    pub owner: Option<Span>,
    /// Until leads hear of it.
    pub leads: Option<Span>,
    /// Until deputies hear of it.
    pub deputies: Option<Span>,
    /// What governance is agreed to take, once somebody has answered: it is in hand so long, and leads and
    /// deputies hear of it so much later.
    pub governance: Option<Span>,
}

/// What counts between organisations that agreed on nothing else.
impl Default for Ladder {
    fn default() -> Self {
        Self {
            acknowledge: Some(Span::Hours(4)),
            owner: Some(Span::Days(1)),
            leads: Some(Span::Days(2)),
            deputies: Some(Span::Days(4)),
            governance: None,
        }
    }
}

impl Ladder {
    /// After how long a step is taken.
    pub fn span(&self, step: Step) -> Option<Span> {
        match step {
            Step::Acknowledge => self.acknowledge,
            Step::Owner => self.owner,
            Step::Leads => self.leads,
            Step::Deputies => self.deputies,
        }
    }

    /// Reads a ladder as somebody wrote it; an empty text is a step that is never taken.
    pub fn parse(texts: [&str; 5]) -> Result<Self> {
        let mut spans = [None; 5];
        for (span, text) in spans.iter_mut().zip(texts) {
            *span = parse_span(text)?;
        }
        let [acknowledge, owner, leads, deputies, governance] = spans;
        Ok(Self { acknowledge, owner, leads, deputies, governance })
    }

    /// As somebody would write it.
    pub fn written(&self) -> [String; 5] {
        [self.acknowledge, self.owner, self.leads, self.deputies, self.governance]
            .map(|span| span.map(say).unwrap_or_default())
    }
}

/// A span as people say it: `4 hours`, `1 day`.
pub fn say(span: Span) -> String {
    match span {
        Span::Hours(hours) => counted(usize::from(hours), "hour", "hours"),
        Span::Days(days) => counted(usize::from(days), "day", "days"),
    }
}

/// Reads `4 hours`, `4h`, `1 day`, `2d`, and nothing at all.
fn parse_span(text: &str) -> Result<Option<Span>> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Ok(None);
    }
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let unit = text.get(digits.len()..).unwrap_or_default().trim();
    let number = digits.parse::<u16>().ok().filter(|number| (1..=60).contains(number));
    match (number, unit) {
        (Some(hours), "h" | "hour" | "hours") => Ok(Some(Span::Hours(hours))),
        (Some(days), "d" | "day" | "days") => Ok(Some(Span::Days(days))),
        _ => refuse(format!(
            "“{}” is no time that I can use. Write `4 hours` or `2 days`, up to 60 of them, or leave it empty for never.",
            escaped(&text)
        )),
    }
}

/// When a step is due, if it still has a reason; `timeline` is without what was held.
pub fn due_at(one: &Blocker, ladder: &Ladder, timeline: &Timeline, step: Step) -> Option<DateTime<Utc>> {
    let asked_at = one.says.told_at.or(one.says.asked_at).filter(|_| !one.resolved)?;
    let needless = match step {
        Step::Acknowledge => one.says.answered_at.is_some(),
        Step::Owner => one.their_owner != NOBODY,
        Step::Leads | Step::Deputies => false,
    };
    if needless || one.says.steps.contains(&step) {
        return None;
    }
    let from = match step {
        Step::Leads | Step::Deputies => in_hand_until(one, ladder, timeline).unwrap_or(asked_at),
        Step::Acknowledge | Step::Owner => asked_at,
    };
    timeline.after(from, ladder.span(step)?)
}

/// Until when governance is agreed to have it in hand.
pub fn in_hand_until(one: &Blocker, ladder: &Ladder, timeline: &Timeline) -> Option<DateTime<Utc>> {
    let asked_at = one.says.asked_at.filter(|_| one.kind == Kind::Governance && one.says.answered_at.is_some())?;
    timeline.after(asked_at, ladder.governance?)
}

/// The next step, and when it is taken.
pub fn next(one: &Blocker, ladder: &Ladder, timeline: &Timeline) -> Option<(DateTime<Utc>, Step)> {
    let all = Step::ALL.into_iter().filter_map(|step| Some((due_at(one, ladder, timeline, step)?, step)));
    all.min()
}

/// The highest step that is due: what was due below it is not announced any more. After a time without the
/// bot, several are.
pub fn due(one: &Blocker, ladder: &Ladder, timeline: &Timeline, now: DateTime<Utc>) -> Option<Step> {
    let due = |step: &Step| due_at(one, ladder, timeline, *step).is_some_and(|at| at <= now);
    Step::ALL.into_iter().rfind(due)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ladders_are_read_as_people_write_them() {
        let ladder = Ladder::parse(["4 hours", "1d", " 2 Days", "", "10 days"]).expect("a ladder");
        assert_eq!(
            ladder,
            Ladder {
                acknowledge: Some(Span::Hours(4)),
                owner: Some(Span::Days(1)),
                leads: Some(Span::Days(2)),
                deputies: None,
                governance: Some(Span::Days(10)),
            }
        );
        let written = ladder.written();
        assert_eq!(written, ["4 hours", "1 day", "2 days", "", "10 days"].map(str::to_owned));
        assert_eq!(Ladder::parse(written.each_ref().map(String::as_str)).ok(), Some(ladder));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["soon", "0 days", "61 days", "4", "-1 day", "4 weeks", "1.5 days", "ж", "99999999 hours"] {
            let refused = Ladder::parse([text, "", "", "", ""]).expect_err(text).to_string();
            assert!(refused.contains("4 hours"), "{refused}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            drop(Ladder::parse([&text, "", "", "", ""]));
        }
    }
}
