//! What people could take over, and who asks for it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::partnership::{SquadId, UserId};

/// Something that somebody can do for a squad, in their own words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Skill {
    /// As it is compared: lower case, single spaces.
    pub key: String,
    /// As it was written.
    pub name: String,
}

/// What somebody could take over, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// What.
    pub skill: Skill,
    /// From which date.
    pub first: NaiveDate,
    /// Until which date; `None`: until they say otherwise.
    pub last: Option<NaiveDate>,
}

/// A request for cover, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Its number.
    pub id: i64,
    /// Who asks, and stays the contact for partners.
    pub person: UserId,
    /// In which squad.
    pub squad: SquadId,
    /// What has to be taken over.
    pub skill: Skill,
    /// The first date of it.
    pub first: NaiveDate,
    /// The last date of it.
    pub last: NaiveDate,
    /// How it stands.
    pub state: State,
    /// Who covers, once it is agreed.
    pub volunteer: Option<UserId>,
    /// What the volunteer has to know, once it is written.
    pub hand_over: Option<HandOver>,
    /// Whether the squad was told in its channel.
    pub shared: bool,
    /// Whether a steward was told that nobody volunteered.
    pub stewards_told: bool,
}

/// How a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody was agreed on yet.
    Open,
    /// Somebody covers.
    Agreed,
    /// Whoever asked needs it no more.
    Withdrawn,
}

/// What only the outgoing person knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    /// What only they know.
    pub only_i: String,
    /// What is open with partners.
    pub open: String,
    /// Whom to call.
    pub call: String,
}

/// What somebody who was asked has said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing yet.
    Asked,
    /// They can.
    Yes,
    /// Not this time.
    No,
}

impl State {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Agreed => "agreed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// From how it is stored.
    pub fn parse(text: &str) -> Self {
        match text {
            "agreed" => Self::Agreed,
            "withdrawn" => Self::Withdrawn,
            _ => Self::Open,
        }
    }
}

impl Said {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Yes => "yes",
            Self::No => "no",
        }
    }

    /// From how it is stored.
    pub fn parse(text: &str) -> Self {
        match text {
            "yes" => Self::Yes,
            "no" => Self::No,
            _ => Self::Asked,
        }
    }
}
