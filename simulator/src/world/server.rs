//! Servers and who is in them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{ChannelId, EventId, RoleId, ServerId, UserId, World};

/// The application under test.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bot {
    /// Its user; the application has the same id.
    pub user: UserId,
    /// The token that it must show.
    pub token: String,
    /// When it began sessions of the gateway within the last 24 hours, where that is limited.
    #[serde(default)]
    pub sessions: Vec<DateTime<Utc>>,
}

/// A person, or the bot.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// What others read.
    pub name: String,
    /// The unique name in lower case.
    pub username: String,
    /// Whether it is an application.
    pub bot: bool,
    /// The language of the client.
    pub locale: String,
    /// Whether direct messages are refused.
    pub dms_closed: bool,
    /// The direct conversation with the bot.
    pub direct: Option<ChannelId>,
}

/// A server ("guild" in the API).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Server {
    /// Its id.
    pub id: ServerId,
    /// Its name.
    pub name: String,
    /// Who owns it.
    pub owner: UserId,
    /// Its roles, among them that of everyone.
    pub roles: BTreeMap<RoleId, Role>,
    /// Its members.
    pub members: BTreeMap<UserId, Member>,
}

/// A role of a server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// What it allows.
    pub permissions: u64,
    /// Its rank.
    pub position: usize,
    /// Whether anybody may ping it.
    pub mentionable: bool,
    /// Whether it belongs to an application.
    pub managed: bool,
}

/// A user's membership in a server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Member {
    /// The name used in this server only.
    pub nick: Option<String>,
    /// The roles held, without that of everyone.
    pub roles: BTreeSet<RoleId>,
    /// Since when.
    pub joined: DateTime<Utc>,
}

/// A scheduled event of a server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ScheduledEvent {
    /// Its id.
    pub id: EventId,
    /// Where it is announced.
    pub server: ServerId,
    /// The channel, for events in one.
    pub channel: Option<ChannelId>,
    /// Who made it.
    pub creator: UserId,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// Its beginning.
    pub start: DateTime<Utc>,
    /// Its end.
    pub end: Option<DateTime<Utc>>,
    /// 1 stage, 2 voice, 3 elsewhere.
    pub entity_type: u64,
    /// The place, for events elsewhere.
    pub location: Option<String>,
    /// 1 scheduled, 2 active, 3 completed, 4 cancelled.
    pub status: u64,
}

impl World {
    /// How many sessions of the gateway may still begin, of so many within 24 hours.
    pub(crate) fn sessions_left(&mut self, of: u32) -> u32 {
        let day_ago = self.now - TimeDelta::days(1);
        self.bot.sessions.retain(|begun| *begun > day_ago);
        of.saturating_sub(u32::try_from(self.bot.sessions.len()).unwrap_or(u32::MAX))
    }
}
