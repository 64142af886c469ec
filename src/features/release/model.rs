//! A release.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::partnership::{SquadId, UserId};

/// Something that a squad has brought out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Release {
    /// Its number in the partnership.
    #[serde(skip)]
    pub id: i64,
    /// Whose it is.
    pub squad: SquadId,
    /// What went out, in the words of whoever recorded it.
    pub what: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A release that is coming up, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Its number in the partnership, which its release has, too, once it is out.
    pub id: i64,
    /// Whose it is.
    pub squad: SquadId,
    /// Who planned it.
    pub person: UserId,
    /// What is to go out, in their words.
    pub what: String,
    /// When it is to go out.
    pub at: DateTime<Utc>,
    /// What became of it.
    pub state: State,
    /// The release from CI that it turned out to be.
    pub from_ci: Option<i64>,
}

/// What became of a planned release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Nothing yet.
    Planned,
    /// It is out.
    Out,
    /// It was called off.
    Off,
}

impl State {
    /// As it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Out => "out",
            Self::Off => "off",
        }
    }

    /// Reads what [`State::word`] wrote.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Planned, Self::Out, Self::Off].into_iter().find(|state| state.word() == word)
    }
}

/// A release that CI told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Whose it is.
    pub squad: SquadId,
    /// Which webhook told of it.
    pub source: String,
    /// Which repository, in lower case.
    pub repository: String,
    /// Which commit, in lower case; empty: it wasn't told.
    pub sha: String,
    /// Which tag; empty: it wasn't told.
    pub tag: String,
    /// What it is called.
    pub what: String,
    /// Where to read more; empty: nowhere.
    pub url: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Whose delivery it is, where they linked their account.
    pub person: Option<UserId>,
}

/// A line of a squad's tally.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tallied {
    /// What went out.
    pub what: String,
    /// Which repository; empty: somebody recorded it themselves.
    pub repository: String,
    /// Where to read more; empty: nowhere.
    pub url: String,
}
