//! A decision: what was decided, who looks after it, and all that helps to understand it later.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::error::{Result, refuse};
pub use crate::partnership::NOBODY;
use crate::partnership::{OrganisationId, UserId};

/// Longest title, in characters.
pub const LONGEST_TITLE: usize = 150;

/// What a decision says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// One line that others will find it by.
    pub title: String,
    /// What was decided.
    pub decision: String,
    /// Who looks after it; [`NOBODY`]: they have left.
    pub owner: UserId,
    /// All that can be told of it whenever there is time.
    pub details: Details,
    /// Which part organisations have in it.
    pub parts: Vec<(OrganisationId, Part)>,
    /// At which level it was taken.
    pub level: Option<Level>,
    /// Concerns and objections that remained.
    pub concerns: Vec<Concern>,
    /// When it is looked at again.
    pub review_on: Option<NaiveDate>,
    /// What it stands as for the whole partnership.
    pub stands_as: Option<StandsAs>,
    /// The number of the conversation that it came out of, and the link there.
    pub conversation: Option<(i64, String)>,
    /// The link to the message that it was recorded from.
    pub source: Option<String>,
    /// The numbers of the decisions whose place it takes.
    pub supersedes: Vec<i64>,
    /// The numbers of the blockers that it puts out of the way.
    #[serde(default)]
    pub clears: Vec<i64>,
}

/// The part of a decision that needn't be there from the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// How it came about.
    pub context: String,
    /// The options that were looked at.
    pub options: String,
    /// Why this one.
    pub why: String,
    /// What is accepted with it.
    pub consequences: String,
    /// What would tell that it was wrong.
    pub wrong_if: String,
}

/// Which part an organisation has in a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// It decides.
    Decides,
    /// It is asked before.
    Consulted,
    /// It is told after.
    Informed,
}

/// At which level a decision is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// By the people of a squad.
    Squad,
    /// By leads.
    Lead,
    /// By a board.
    Board,
}

/// Something that somebody couldn't let pass without a word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    /// Who, where that may be told and they are still here.
    pub who: Option<UserId>,
    /// How strong it is.
    pub kind: Worry,
    /// In their own words.
    pub text: String,
}

/// How strong a [`Concern`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Worry {
    /// It didn't stand in the way.
    Concern,
    /// It did.
    Objection,
}

/// What a decision stands as for the whole partnership. There is one of each at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StandsAs {
    /// The problem that is worked on.
    ProblemStatement,
    /// What success looks like.
    Vision,
    /// How people work together.
    WaysOfWorking,
    /// Who may decide what.
    DecisionRights,
}

/// How a decision stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Written down, and not agreed yet.
    Proposed,
    /// It holds.
    Agreed,
    /// Another one has taken its place.
    Superseded,
    /// It holds no more, and nothing took its place.
    Retired,
}

/// A decision as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Its number: 7 for `D-7`.
    pub number: i64,
    /// How often it was changed, and one more.
    pub version: i64,
    /// How it stands.
    pub status: Status,
    /// What it says.
    pub says: Draft,
    /// The decisions that took its place; usually one.
    pub superseded_by: Vec<i64>,
    /// Who recorded it.
    pub recorded_by: UserId,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// When it was last changed.
    pub changed_at: DateTime<Utc>,
    /// How often its owner was asked at its review date.
    pub asked: i64,
}

/// What a decision said at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its number.
    pub version: i64,
    /// Who made it.
    pub by: UserId,
    /// When.
    pub at: DateTime<Utc>,
    /// What was done, in a few words.
    pub what: String,
    /// How it stood from then on.
    pub status: Status,
    /// Who looked after it.
    pub owner: UserId,
    /// What it said, without people.
    pub body: serde_json::Value,
}

/// What a look back came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It holds on.
    Held,
    /// It was changed.
    Adjusted,
    /// It holds no more.
    Reversed,
}

/// What was learned when a decision was looked at again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// Its number within the partnership.
    pub number: i64,
    /// The decision.
    pub decision: i64,
    /// Who wrote it.
    pub who: UserId,
    /// What the look back came to.
    pub outcome: Outcome,
    /// What was learned.
    pub words: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl Draft {
    /// An empty one that somebody looks after.
    pub fn of(owner: UserId) -> Self {
        Self {
            title: String::new(),
            decision: String::new(),
            owner,
            details: Details::default(),
            parts: Vec::new(),
            level: None,
            concerns: Vec::new(),
            review_on: None,
            stands_as: None,
            conversation: None,
            source: None,
            supersedes: Vec::new(),
            clears: Vec::new(),
        }
    }

    /// The same without what no text should have: other control characters than line breaks, blanks
    /// around it, and a title of several lines.
    ///
    /// # Errors
    /// When no title or no decision is left.
    pub fn cleaned(mut self) -> Result<Self> {
        self.title = self
            .title
            .split(|c: char| c.is_whitespace() || c.is_control())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        if self.title.chars().count() > LONGEST_TITLE {
            self.title = crate::partnership::text::clipped(&self.title, LONGEST_TITLE);
        }
        let details = &mut self.details;
        let texts = [&mut self.decision, &mut details.context, &mut details.options, &mut details.why];
        let rest = [&mut details.consequences, &mut details.wrong_if];
        for text in texts.into_iter().chain(rest).chain(self.concerns.iter_mut().map(|one| &mut one.text)) {
            *text = clean(text);
        }
        self.concerns.retain(|one| !one.text.is_empty());
        if self.title.is_empty() || self.decision.is_empty() {
            return refuse("A decision needs a title and what was decided.");
        }
        Ok(self)
    }

    /// The organisations that have a part.
    pub fn with_part(&self, part: Part) -> impl Iterator<Item = OrganisationId> + '_ {
        self.parts.iter().filter(move |(_, theirs)| *theirs == part).map(|(id, _)| *id)
    }
}

fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    kept.trim().to_owned()
}

impl Details {
    /// All texts, with how they are headed.
    pub fn texts(&self) -> [(&'static str, &str); 5] {
        [
            ("How it came about", &self.context),
            ("Options looked at", &self.options),
            ("Why", &self.why),
            ("What is accepted with it", &self.consequences),
            ("What would tell us it was wrong", &self.wrong_if),
        ]
    }
}

macro_rules! words {
    ($type:ident { $($case:ident $key:literal $shown:literal,)* }) => {
        impl $type {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$case),*];

            /// As it is stored.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$case => $key,)* }
            }

            /// As people read it.
            pub fn shown(self) -> &'static str {
                match self { $(Self::$case => $shown,)* }
            }

            /// From how it is stored.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}

words!(Part { Decides "decides" "decides", Consulted "consulted" "is asked before", Informed "informed" "is told after", });
words!(Level { Squad "squad" "squad", Lead "lead" "lead", Board "board" "board", });
words!(Worry { Concern "concern" "concern", Objection "objection" "objection", });
words!(Status { Proposed "proposed" "proposed", Agreed "agreed" "agreed", Superseded "superseded" "superseded", Retired "retired" "retired", });
words!(Outcome { Held "held" "held", Adjusted "adjusted" "adjusted", Reversed "reversed" "reversed", });
words!(StandsAs {
    ProblemStatement "problem-statement" "problem statement",
    Vision "vision" "vision",
    WaysOfWorking "ways-of-working" "ways of working",
    DecisionRights "decision-rights" "decision rights",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_text_should_have_is_left_out() {
        let draft = Draft {
            title: " One\u{0}\n two\t three ".to_owned(),
            decision: "\n a\r\nb\u{7} ".to_owned(),
            ..Draft::of(UserId(1))
        };
        let clean = draft.cleaned().expect("something is left");
        assert_eq!((clean.title.as_str(), clean.decision.as_str()), ("One two three", "a\nb"));
        assert!(Draft { title: "\u{0}".to_owned(), ..clean }.cleaned().is_err());
    }
}
