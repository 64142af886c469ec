//! A blocker: what is in the way, who waits on whom, and what they agreed.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{Result, refuse};
pub use crate::partnership::NOBODY;
use crate::partnership::{OrganisationId, SquadId, UserId};

use super::ladder::Step;

/// Longest title, in characters.
pub const LONGEST_TITLE: usize = 150;
/// Most conditions of one blocker: a select offers 25.
pub const MOST_CONDITIONS: usize = 20;

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A board, a rule, an approval.
    Governance,
    /// What a contract says, or doesn't.
    Contract,
    /// An account, a building, a person who can't be reached.
    Access,
    /// Something that others have to deliver first.
    Dependency,
    /// Too few people, or too little time.
    Capacity,
    /// Something that doesn't work.
    Technical,
    /// Something that somebody is afraid of. Private until its author shares it.
    Worry,
}

impl Kind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Dependency,
        Self::Governance,
        Self::Contract,
        Self::Access,
        Self::Capacity,
        Self::Technical,
        Self::Worry,
    ];

    /// As it is stored and said.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Governance => "governance",
            Self::Contract => "contract",
            Self::Access => "access",
            Self::Dependency => "dependency",
            Self::Capacity => "capacity",
            Self::Technical => "technical",
            Self::Worry => "worry",
        }
    }

    /// From how it is stored.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Who may see a blocker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeenBy {
    /// Its author, and whom they name.
    Named,
    /// The squad, and the people of the organisation that it waits on.
    Squad,
    /// Every member.
    Everybody,
}

impl SeenBy {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Squad => "squad",
            Self::Everybody => "everybody",
        }
    }

    /// From how it is stored.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Named, Self::Squad, Self::Everybody].into_iter().find(|one| one.as_str() == text)
    }
}

/// A blocker.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocker {
    /// Its row.
    pub id: i64,
    /// As people say it, once others than those whom its author named may see it.
    pub number: Option<i64>,
    /// The squad that waits.
    pub squad: SquadId,
    /// Who raised it.
    pub author: UserId,
    /// Who looks after it on the side that waits.
    pub owner: UserId,
    /// Who looks after it on the side that is waited on; [`NOBODY`] yet.
    pub their_owner: UserId,
    /// Whom there it is known to wait on; [`NOBODY`]: that isn't known.
    pub their_person: UserId,
    /// What stands in the way.
    pub kind: Kind,
    /// Who may see it.
    pub seen_by: SeenBy,
    /// Whether it is out of the way.
    pub resolved: bool,
    /// The organisation that waits: its author's.
    pub waits: Option<OrganisationId>,
    /// The organisation that it waits on.
    pub asked: Option<OrganisationId>,
    /// All that it says of no person.
    pub says: Body,
    /// Since when it is known.
    pub raised_at: DateTime<Utc>,
    /// When something last happened to it.
    pub changed_at: DateTime<Utc>,
}

/// What a blocker says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Body {
    /// What is in the way, in a line.
    pub title: String,
    /// What is needed.
    pub needed: String,
    /// By when it is needed.
    pub needed_by: Option<NaiveDate>,
    /// The link to the message that it was raised from.
    pub source: Option<String>,
    /// Since when the organisation is waited on.
    pub asked_at: Option<DateTime<Utc>>,
    /// When they are told so: nobody is late before they were asked.
    pub told_at: Option<DateTime<Utc>>,
    /// When somebody there first answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// What was announced since then, because it waited.
    pub steps: Vec<Step>,
    /// On which terms it will be done.
    pub conditions: Vec<Condition>,
    /// Times that both sides agreed it takes.
    pub holds: Vec<Hold>,
    /// A time that whoever is waited on says it takes, and whoever waits has not agreed to.
    pub proposed: Option<Hold>,
    /// The rows of what it depends on.
    pub depends_on: Vec<i64>,
    /// The row of what is the same.
    pub duplicate_of: Option<i64>,
    /// The decision that cleared it.
    pub cleared_by: Option<i64>,
    /// What helped.
    pub helped: String,
    /// When it was put out of the way, the last time.
    pub resolved_at: Option<DateTime<Utc>>,
}

/// A term on which something will be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// In their words.
    pub words: String,
    /// Whether it is met.
    pub met: bool,
}

/// A time for which something is in hand: nobody is reminded, and it doesn't count as late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// From when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub until: DateTime<Utc>,
    /// Why, in their words.
    pub why: String,
}

impl Blocker {
    /// As people say it: `B-12`; what has no number is called what it is.
    pub fn said(&self) -> String {
        self.number.map_or_else(|| self.kind.as_str().to_owned(), |number| format!("B-{number}"))
    }

    /// The hold that it is in at an instant.
    pub fn held(&self, now: DateTime<Utc>) -> Option<&Hold> {
        self.says.holds.iter().find(|hold| hold.from <= now && now < hold.until)
    }

    /// Begins to wait on an organisation, or on none.
    pub fn wait_on(&mut self, asked: Option<OrganisationId>, now: DateTime<Utc>) {
        self.asked = asked;
        (self.their_owner, self.their_person) = (NOBODY, NOBODY);
        let says = &mut self.says;
        (says.asked_at, says.told_at, says.answered_at) = (asked.map(|_| now), None, None);
        says.steps.clear();
        says.holds.clear();
        says.proposed = None;
    }
}

impl Body {
    /// With spaces put in order; or what is wrong with it.
    pub fn cleaned(mut self) -> Result<Self> {
        self.title = self.title.split_whitespace().collect::<Vec<_>>().join(" ");
        let length = self.title.chars().count();
        if length == 0 {
            return refuse("What is in the way? A few words are enough.");
        }
        if length > LONGEST_TITLE {
            return refuse(format!(
                "What is in the way has to fit into {LONGEST_TITLE} characters, and this has {length}. The rest can stand under what is needed."
            ));
        }
        self.needed = self.needed.trim().to_owned();
        Ok(self)
    }
}

/// Something that happened to a blocker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Who did it; [`NOBODY`]: nobody, or somebody who has left.
    pub who: UserId,
    /// When.
    pub at: DateTime<Utc>,
    /// What, in a few words of ours.
    pub what: String,
    /// What they wrote with it.
    pub words: String,
}
