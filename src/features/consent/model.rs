//! What waits for an author's word.

use chrono::{DateTime, Utc};

use crate::partnership::{ChannelId, UserId};

/// Something that somebody wants to make from a message of somebody else.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// Its id.
    pub id: i64,
    /// Who wrote the message.
    pub author: UserId,
    /// Who wants to pass it on.
    pub by: UserId,
    /// In which channel it stands.
    pub channel: ChannelId,
    /// What is to become of it.
    pub purpose: Purpose,
    /// All that it would say, as whoever asked for it keeps it.
    pub draft: serde_json::Value,
    /// Since when.
    pub asked_at: DateTime<Utc>,
}

/// What a message is to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A recorded decision.
    Decision,
    /// A story.
    Story,
    /// A blocker of a squad.
    Blocker,
}

impl Purpose {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Story => "story",
            Self::Blocker => "blocker",
        }
    }

    /// From how it is stored.
    pub fn parse(text: &str) -> Self {
        match text {
            "story" => Self::Story,
            "blocker" => Self::Blocker,
            _ => Self::Decision,
        }
    }

    /// As people say it.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Decision => "a decision",
            Self::Story => "a story",
            Self::Blocker => "a blocker",
        }
    }

    /// Who can read it then.
    pub fn reaches(self) -> &'static str {
        match self {
            Self::Decision | Self::Story => "every member here",
            Self::Blocker => "a whole squad, and whoever is waited on,",
        }
    }
}

impl Waiting {
    /// A text of the draft.
    pub fn text(&self, name: &str) -> &str {
        self.draft[name].as_str().unwrap_or_default()
    }

    /// What it says below its title.
    pub fn words(&self) -> &str {
        match self.purpose {
            Purpose::Decision => self.text("decision"),
            Purpose::Story => self.text("words"),
            Purpose::Blocker => self.text("needed"),
        }
    }
}
