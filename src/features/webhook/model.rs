//! Where webhooks come from, and what arrived.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::config::Secret;
use crate::partnership::{PartnershipId, SquadId};

/// What sends webhooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// GitHub.
    GitHub,
    /// GitLab.
    GitLab,
    /// Anything that can send JSON.
    Other,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::GitHub, Self::GitLab, Self::Other];

    /// As it is stored.
    pub fn word(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Other => "other",
        }
    }

    /// As it is said.
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub",
            Self::GitLab => "GitLab",
            Self::Other => "Other (JSON)",
        }
    }

    /// Reads what [`Kind::word`] wrote.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Where a squad's webhooks come from.
#[derive(Clone, Debug)]
pub struct Source {
    /// In which partnership.
    pub partnership: PartnershipId,
    /// Which: 128 bits that nobody can guess.
    pub id: String,
    /// Whose releases it tells of.
    pub squad: SquadId,
    /// What sends.
    pub kind: Kind,
    /// The sealed secret.
    pub secret: String,
    /// The sealed secret before the last rotation; empty: there is none.
    pub former: String,
    /// Until when that one still counts.
    pub former_until: DateTime<Utc>,
}

impl Source {
    /// The last part of its address.
    pub fn address(&self) -> String {
        format!("{}-{}", self.partnership, self.id)
    }

    /// Reads what [`Source::address`] wrote. It names the partnership, so that no question to the database
    /// walks over all of them.
    pub fn parse_address(text: &str) -> Option<(PartnershipId, &str)> {
        let (partnership, id) = text.split_once('-')?;
        let partnership: PartnershipId = partnership.parse().ok()?;
        // `+7` and `007` would be further names of the same place.
        let plain = text.starts_with(&format!("{partnership}-"));
        (plain && id.len() == 32).then_some((partnership, id))
    }

    /// What its secrets are sealed for, and the name of their key.
    pub fn seal(&self) -> String {
        format!("webhook:{}", self.id)
    }
}

/// The secrets of a source that count at present. They can't be printed.
pub struct Secrets(pub Vec<Secret>);

/// A request, before anything of it is believed.
#[derive(Debug)]
pub struct Arrived {
    headers: BTreeMap<String, Option<String>>,
    /// Its body, byte by byte.
    pub body: Vec<u8>,
}

impl Arrived {
    /// A request by its headers, whose names are in lower case, and its body.
    pub fn new<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>, body: Vec<u8>) -> Self {
        let mut all: BTreeMap<String, Option<String>> = BTreeMap::new();
        for (name, value) in headers {
            // What is there twice could mean either.
            all.entry(name.to_owned()).and_modify(|kept| *kept = None).or_insert_with(|| Some(value.to_owned()));
        }
        Self { headers: all, body }
    }

    /// A header that is there once.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.as_deref()
    }

    /// Whether a header is there, once or more often.
    pub fn has(&self, name: &str) -> bool {
        self.headers.contains_key(name)
    }
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its squad isn't there any more, or is archived.
    Gone,
    /// Nobody who knows the secret sent it.
    Unsigned,
    /// It was signed, and can't be read: what to send instead.
    Unreadable(&'static str),
    /// It had arrived before.
    Known,
    /// It tells of something that isn't used here.
    Unused,
    /// It told of a release.
    Stored,
}
