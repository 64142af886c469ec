//! A pulse: its questions, the sheet that somebody fills in, and what is shown of all sheets.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::partnership::{ChannelId, OrganisationId, UserId};

/// The kind of its panel.
pub const PANEL: &str = "pulse";
/// How many questions there are.
pub const COUNT: usize = QUESTIONS.len();

/// A question, and what can be answered: each answer's value, 1 to 5, and its words.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// What it is called where there is little room.
    pub name: &'static str,
    /// The statement as it is read.
    pub text: &'static str,
    /// Its answers, lowest first.
    pub scale: &'static [(u8, &'static str)],
}

const AGREE: &[(u8, &str)] = &[(1, "1 Not at all"), (2, "2 Hardly"), (3, "3 Partly"), (4, "4 Mostly"), (5, "5 Fully")];

const fn agree(name: &'static str, text: &'static str) -> Question {
    Question { name, text, scale: AGREE }
}

/// The questions: one for each precondition and step of working together, then how far we have come.
pub const QUESTIONS: [Question; 11] = [
    agree("Good will", "We expect good will of each other, and bad news can be told early."),
    agree("Leaders free to lead", "Those who lead us here are free to lead: they needn't ask upwards for everything."),
    agree("Open about the unknown", "We say what we don't know yet, and plan with it."),
    agree("Every voice counts", "When we talk, every organisation's voice counts the same."),
    agree("Curious about each other", "We ask how the others work before we judge it."),
    agree("One clear problem", "I could say in a sentence which problem we solve together, and for whom."),
    agree("Ours when it goes wrong", "When something goes wrong it is ours, and we look for causes, not for culprits."),
    agree("Free to decide", "We may decide what our own work needs, without waiting for somebody far away."),
    agree("Stories shared", "We tell each other what worked and what didn't."),
    agree("Spreads beyond us", "People beyond our squads take up what we do together."),
    Question {
        name: "From trade to one whole",
        text: "How do our organisations work together at present?",
        scale: &[(1, "We trade: all gain"), (3, "We lend what costs us little"), (5, "The whole comes first")],
    },
];

/// A pulse.
#[derive(Clone, Debug)]
pub struct Pulse {
    /// Its number within the partnership.
    pub number: i64,
    /// Who looks after it while it is open.
    pub facilitator: Option<UserId>,
    /// Where its panel stands.
    pub channel: ChannelId,
    /// Whether that is a forum.
    pub forum: bool,
    /// Until when it can be answered.
    pub ends_at: DateTime<Utc>,
    /// When it closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// What was shown when it closed.
    pub results: Results,
}

impl Pulse {
    /// The key of its panel.
    pub fn panel(&self) -> String {
        format!("{PANEL}:{}", self.number)
    }

    /// The subject of its key.
    pub fn seal(&self) -> String {
        format!("pulse:{}", self.number)
    }

    /// Whether it takes answers at an instant.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.closed_at.is_none() && now < self.ends_at
    }
}

/// What somebody has said to a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    /// Nothing yet.
    #[default]
    Nothing,
    /// **Rather not**.
    RatherNot,
    /// A value of the question's scale.
    Value(u8),
}

impl Said {
    /// The value, where there is one.
    pub fn value(self) -> Option<u8> {
        if let Self::Value(value) = self { Some(value) } else { None }
    }
}

/// What somebody has said to each question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet(pub [Said; COUNT]);

impl Sheet {
    /// The first question without an answer.
    pub fn next(&self) -> Option<usize> {
        self.0.iter().position(|said| *said == Said::Nothing)
    }
}

/// The averages of each question, in tenths; `None` where it may not be shown.
pub type Averages = [Option<u8>; COUNT];

/// What is shown of a pulse. Nothing else of its answers is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// Of everybody.
    pub all: Averages,
    /// Of the organisations that may be shown apart.
    pub apart: Vec<(OrganisationId, Averages)>,
}

impl Results {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.all.iter().all(Option::is_none)
    }
}

/// What a pulse before this one showed of everybody, and when it closed.
pub type Before = (DateTime<Utc>, Averages);
