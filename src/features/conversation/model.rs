//! Conversations, what is said in them, and where people stand.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::partnership::{ChannelId, OrganisationId, UserId};

use super::library::Template;

/// A conversation.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Its number: `C-3`.
    pub number: i64,
    /// What was framed.
    pub frame: Frame,
    /// Who looks after it, as long as they are here.
    pub facilitator: Option<UserId>,
    /// Whether views are shown without names and organisations.
    pub anonymous: bool,
    /// Where its panel stands.
    pub channel: ChannelId,
    /// Whether that is a forum.
    pub forum: bool,
    /// How far it is.
    pub stage: Stage,
    /// When that stage began.
    pub turned_at: DateTime<Utc>,
    /// When that stage ends by itself.
    pub ends_at: Option<DateTime<Utc>>,
    /// Until when views are gathered.
    pub deadline: DateTime<Utc>,
    /// How often quiet organisations were nudged.
    pub nudges: i64,
    /// The proposal that is at consent.
    pub proposal: Option<i64>,
    /// Whether the time for stances has passed once, and whoever was missing was asked.
    pub grace: bool,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

/// What a conversation is about, in its facilitator's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// Its title.
    pub title: String,
    /// Why now.
    pub why: String,
    /// What a good outcome looks like.
    pub good: String,
    /// The number of the blocker that it is to clear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocker: Option<i64>,
    /// Its template, as it was when it was opened.
    pub template: Template,
}

/// How far a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Views come in, and nobody reads them.
    Gathering,
    /// All views are there to read.
    Revealed,
    /// Proposals can be put forward.
    Discussing,
    /// People say where they stand on a proposal.
    Consent,
    /// It has an outcome.
    Closed,
}

/// How a conversation ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// In this decision.
    Decision(i64),
    /// In none, for this reason.
    Without(String),
    /// It was stopped, for this reason.
    Stopped(String),
}

/// An organisation whose voice is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voice {
    /// Which.
    pub organisation: OrganisationId,
    /// Who may speak for it in its people's place.
    pub deputy: Option<UserId>,
}

/// Somebody who has spoken, and for which organisation they work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// Who.
    pub person: UserId,
    /// Their organisation.
    pub organisation: OrganisationId,
}

/// What somebody has written, one text a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Who.
    pub speaker: Speaker,
    /// In the order of the prompts.
    pub words: Vec<String>,
}

/// A version of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// Its number within the conversation.
    pub number: i64,
    /// Its version, from 1.
    pub version: i64,
    /// Who wrote it, as long as they are here.
    #[serde(skip)]
    pub author: Option<UserId>,
    /// What is proposed.
    pub what: String,
    /// Why.
    pub why: String,
    /// What would tell us that it is wrong.
    pub wrong_if: String,
    /// When it is looked at again.
    pub review_on: Option<NaiveDate>,
}

/// Where somebody stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// For it.
    Consent,
    /// For it, with a concern that is written down.
    Concern,
    /// Against it, with a reason.
    Objection,
    /// Neither, and not in its way.
    Aside,
}

/// Where somebody stands on a version of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stance {
    /// Who.
    pub speaker: Speaker,
    /// Where.
    pub position: Position,
    /// Their concern or reason.
    pub words: String,
}

impl Stage {
    /// All of them, in order.
    const ALL: [Self; 5] = [Self::Gathering, Self::Revealed, Self::Discussing, Self::Consent, Self::Closed];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gathering => "gathering",
            Self::Revealed => "revealed",
            Self::Discussing => "discussing",
            Self::Consent => "consent",
            Self::Closed => "closed",
        }
    }

    /// From how it is stored.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }
}

impl Position {
    /// All of them, in the order of their buttons.
    pub const ALL: [Self; 4] = [Self::Consent, Self::Concern, Self::Objection, Self::Aside];

    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Concern => "concern",
            Self::Objection => "objection",
            Self::Aside => "aside",
        }
    }

    /// From how it is stored.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|position| position.as_str() == text)
    }
}

impl Conversation {
    /// How people call it: `C-3`.
    pub fn id(&self) -> String {
        format!("C-{}", self.number)
    }

    /// Whether it was announced that views are shown before the deadline, or after it has passed.
    pub fn is_announced(&self) -> bool {
        self.stage == Stage::Gathering && self.ends_at.is_some_and(|at| at != self.deadline)
    }

    /// The key of its panel.
    pub fn panel(&self) -> String {
        panel(self.number)
    }

    /// What its key is kept under, while it is anonymous and views are gathered.
    pub fn seal(&self) -> String {
        format!("conversation:{}", self.number)
    }
}

/// The key of a conversation's panel.
pub fn panel(number: i64) -> String {
    format!("{PANEL}:{number}")
}

/// The kind of its panels.
pub const PANEL: &str = "conversation";
