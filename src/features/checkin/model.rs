//! What a check-in is.

use chrono::NaiveDate;
use serde::Serialize;

/// How a member's date stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Asked, not answered.
    Open,
    /// Answered.
    Answered,
    /// **Nothing new**.
    NothingNew,
    /// Skipped by the person.
    Skipped,
    /// **Day off**.
    DayOff,
}

impl State {
    const ALL: [(Self, &str); 5] = [
        (Self::Open, "open"),
        (Self::Answered, "answered"),
        (Self::NothingNew, "nothing_new"),
        (Self::Skipped, "skipped"),
        (Self::DayOff, "day_off"),
    ];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("open", |(_, text)| text)
    }

    /// From how it is stored.
    pub fn parse(text: &str) -> Self {
        Self::ALL.iter().find(|(_, stored)| *stored == text).map_or(Self::Open, |(state, _)| *state)
    }
}

/// A question and what was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The question as it was asked.
    pub question: String,
    /// The answer as it was written.
    pub text: String,
}

/// One date of a member.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Day {
    /// The date that it counts for.
    pub date: NaiveDate,
    /// How it stands.
    pub state: State,
    /// What was answered, in the order of the questions; empty answers are left out.
    pub answers: Vec<Said>,
}

/// Something that is in the way, carried over until it is cleared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Obstacle {
    /// The row.
    pub id: i64,
    /// Since which date.
    pub since: NaiveDate,
    /// In the person's own words.
    pub text: String,
}

/// What a question is about, where it can be told from its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// What was finished.
    Finished,
    /// What is next.
    Next,
    /// What is in the way.
    InTheWay,
    /// Anything else.
    Other,
}

impl Topic {
    /// What a question is about.
    pub fn of(question: &str) -> Self {
        let question = question.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| question.contains(word));
        if has(&["in the way", "block", "stuck", "obstacle"]) {
            Self::InTheWay
        } else if has(&["finish", "done", "did i", "yesterday"]) {
            Self::Finished
        } else if has(&["next", "today", "plan"]) {
            Self::Next
        } else {
            Self::Other
        }
    }
}
