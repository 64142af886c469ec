//! A partnership as a whole, and how far its set-up has come.

use chrono_tz::Tz;

use crate::partnership::{ChannelId, RoleId, UserId};
use crate::schedule::Schedule;

/// The name of the first squad, until somebody thinks of a better one.
pub const FIRST_SQUAD: &str = "First squad";

/// A partnership: one Discord server.
#[derive(Clone, Debug)]
pub struct Partnership {
    /// Its name.
    pub name: String,
    /// Its zone, for what belongs to no squad and nobody.
    pub zone: Tz,
    /// Who set it up last, and is told about trouble. 0 once that person had their data erased.
    pub admin: UserId,
    /// Whether the set-up was finished.
    pub ready: bool,
}

/// The answers of a set-up that isn't finished; it can be left and picked up again.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Draft {
    /// The roles that are organisations, with their names.
    pub roles: Vec<(RoleId, String)>,
    /// Whether the question about roles was answered, if only with "none yet".
    #[serde(default)]
    pub roles_answered: bool,
    /// The first squad's channel.
    pub channel: Option<ChannelId>,
    /// The first squad's name, as it was entered.
    #[serde(default)]
    pub name: Option<String>,
    /// When its people are asked, as it was entered.
    pub schedule: Option<String>,
    /// Its zone, as it was entered.
    pub zone: Option<String>,
}

/// The answers of a set-up, once all of them can be used.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The roles that become organisations, with their names.
    pub roles: Vec<(RoleId, String)>,
    /// The first squad's channel.
    pub channel: ChannelId,
    /// When its people are asked, and so on.
    pub when: When,
}

/// The answers of the form about the first squad.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    /// Its name.
    pub name: String,
    /// When its people are asked.
    pub schedule: Schedule,
    /// Its zone.
    pub zone: Tz,
}

/// A permission that the bot asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Permission {
    /// Discord's bit.
    pub bit: u64,
    /// Its name in Discord's settings.
    pub name: &'static str,
    /// What the bot does with it.
    pub why: &'static str,
    /// Whether a squad's channel is of no use without it.
    pub must: bool,
}

/// What the bot may do in a channel.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Which channel.
    pub channel: ChannelId,
    /// What is missing there; `None` where the bot can't even find the channel.
    pub missing: Option<Vec<&'static Permission>>,
}

impl Checked {
    /// Whether a squad can live there.
    pub fn will_do(&self) -> bool {
        self.missing.as_ref().is_some_and(|missing| missing.iter().all(|one| !one.must))
    }
}
