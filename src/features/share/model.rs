//! What partners give each other.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{Result, refuse};
use crate::partnership::{OrganisationId, UserId};

/// Longest title, in characters.
pub const LONGEST_TITLE: usize = 150;

/// Something that somebody shares with everybody here.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// Its number within the partnership, as people say it: `S-4`.
    pub number: i64,
    /// What it is.
    pub kind: Kind,
    /// How it stands.
    pub state: State,
    /// Whose it is; [`NOBODY`](crate::partnership::NOBODY): somebody who has left.
    pub person: UserId,
    /// Whom they spoke for, where that was agreed.
    pub organisation: Option<OrganisationId>,
    /// What it says.
    pub says: Body,
    /// Since when.
    pub shared_at: DateTime<Utc>,
    /// Since when it stands as it does.
    pub changed_at: DateTime<Utc>,
}

/// What a share says. Which parts are used depends on its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Body {
    /// One line; of a term, the word itself.
    #[serde(skip)]
    pub title: String,
    /// What happened; what is offered or needed, in more words.
    pub words: String,
    /// Of a story: who made it possible.
    pub thanks: String,
    /// Of a story: what others should take from it.
    pub take: String,
    /// Of an offer or a need: how much of it, and on which terms.
    pub limits: String,
    /// Of a term: how else it is written.
    pub also: Vec<String>,
    /// Of an offer or a need: what it is.
    pub category: Option<Category>,
    /// Of an offer or a need: the last day on which it stands, in its person's zone.
    pub until: Option<NaiveDate>,
    /// Of an offer or a need: the day up to which its person was asked whether it still stands.
    pub asked: Option<NaiveDate>,
    /// The link to the message that it was kept from.
    pub source: Option<String>,
}

/// What is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A story of what worked.
    Success,
    /// A story of something that was given.
    Generosity,
    /// A story of what was learned.
    Lesson,
    /// What a word means here.
    Term,
    /// Something that somebody can lend or give.
    Offer,
    /// Something that somebody could use.
    Need,
}

/// How a share stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It stands.
    Open,
    /// An offer or a need that stands no more; it can be put up again.
    Closed,
    /// It was taken back. Its words are not kept.
    Gone,
}

/// What is offered or needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Hands and heads, for some time.
    People,
    /// Data, or access to them.
    Data,
    /// Rooms, sites, equipment.
    Places,
    /// Somebody who knows how.
    Skills,
    /// Somebody who knows whom.
    Networks,
}

/// What a word means to an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Meaning {
    /// To whom; `None`: to somebody of no organisation.
    pub organisation: Option<OrganisationId>,
    /// Who wrote it.
    #[serde(skip)]
    pub person: UserId,
    /// What it means.
    pub words: String,
}

/// Somebody's answer to an offer or a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introduction {
    /// Its id.
    pub id: i64,
    /// What it answers.
    pub share: i64,
    /// Who answered.
    pub person: UserId,
    /// What they wrote.
    pub words: String,
    /// How it stands.
    pub stands: Stands,
    /// What came of it, in the words of whoever had use of it.
    pub came: String,
}

/// How an introduction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// Whose offer or need it is has not answered.
    Asked,
    /// Both know of each other.
    Made,
    /// It doesn't suit now.
    Declined,
    /// Something, or nothing, came of it.
    Over,
}

macro_rules! words {
    ($type:ty { $($variant:ident => $stored:literal),+ $(,)? }) => {
        impl $type {
            /// As it is stored.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $stored),+ }
            }

            /// From how it is stored.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($stored => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(Kind { Success => "success", Generosity => "generosity", Lesson => "lesson", Term => "term", Offer => "offer", Need => "need" });
words!(State { Open => "open", Closed => "closed", Gone => "gone" });
words!(Category { People => "people", Data => "data", Places => "places", Skills => "skills", Networks => "networks" });
words!(Stands { Asked => "asked", Made => "made", Declined => "declined", Over => "over" });

impl Kind {
    /// The three kinds of stories.
    pub const STORIES: [Self; 3] = [Self::Success, Self::Generosity, Self::Lesson];

    /// Whether it is a story.
    pub fn is_story(self) -> bool {
        Self::STORIES.contains(&self)
    }

    /// Whether it belongs to the exchange.
    pub fn is_exchange(self) -> bool {
        matches!(self, Self::Offer | Self::Need)
    }

    /// As people say it.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Generosity => "act of generosity",
            Self::Lesson => "lesson",
            Self::Term => "term",
            Self::Offer => "offer",
            Self::Need => "need",
        }
    }

    /// What meets it: a need an offer, an offer a need.
    pub fn meets(self) -> Option<Self> {
        match self {
            Self::Offer => Some(Self::Need),
            Self::Need => Some(Self::Offer),
            _ => None,
        }
    }
}

impl Category {
    /// All of them, as they are offered.
    pub const ALL: [Self; 5] = [Self::People, Self::Data, Self::Places, Self::Skills, Self::Networks];
}

impl Body {
    /// Without blanks around and between.
    ///
    /// # Errors
    /// What is missing, or too long to be found by.
    pub fn cleaned(mut self) -> Result<Self> {
        self.title = self.title.split_whitespace().collect::<Vec<_>>().join(" ");
        for text in [&mut self.words, &mut self.thanks, &mut self.take, &mut self.limits] {
            *text = text.trim().to_owned();
        }
        if self.title.is_empty() {
            return refuse("It needs one line that others will find it by.");
        }
        if self.title.chars().count() > LONGEST_TITLE {
            return refuse(format!(
                "The first line has more than {LONGEST_TITLE} characters. The rest fits into the field below it."
            ));
        }
        Ok(self)
    }
}
