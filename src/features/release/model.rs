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
