//! A release.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::partnership::SquadId;

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
