//! Coffee: when a partnership has it, who takes part, and who meets whom.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::partnership::{ChannelId, NOBODY, OrganisationId, PartnershipId, UserId};

/// When a partnership has coffee, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circle {
    /// The text channel below which pairs have their threads, once it was chosen.
    pub channel: Option<ChannelId>,
    /// How many weeks a cycle has: 1, 2 or 4.
    pub weeks: u8,
    /// The day of the week and the time, as a schedule's words have them: `Tuesday 10:00`.
    pub day_and_time: String,
    /// Whether colleagues may be paired although there is more than one organisation.
    pub colleagues: bool,
    /// How many rounds there have been.
    pub rounds: i64,
    /// When the next one is, once that is planned.
    pub next_at: Option<DateTime<Utc>>,
}

impl Default for Circle {
    fn default() -> Self {
        Self {
            channel: None,
            weeks: 2,
            day_and_time: "Tuesday 10:00".to_owned(),
            colleagues: false,
            rounds: 0,
            next_at: None,
        }
    }
}

/// Somebody who joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// Who.
    pub person: UserId,
    /// When.
    pub joined_at: DateTime<Utc>,
    /// The last date of their pause, by their own calendar.
    pub paused_until: Option<NaiveDate>,
    /// Their hours by their own clock, where they said so: the first minute and the end.
    pub hours: Option<(NaiveTime, NaiveTime)>,
    /// Whether they may be asked for a coffee within the hour.
    pub may_be_asked: bool,
}

impl Guest {
    /// Somebody who has just joined.
    pub fn new(person: UserId, now: DateTime<Utc>) -> Self {
        Self { person, joined_at: now, paused_until: None, hours: None, may_be_asked: false }
    }
}

/// A coffee: two people, or three.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coffee {
    /// Its number in the partnership.
    pub number: i64,
    /// The round that it belongs to; `None` where somebody asked for one at once.
    pub round: Option<i64>,
    /// The channel below which it has its thread.
    pub channel: ChannelId,
    /// What they may begin with.
    pub prompt: u32,
    /// When they were paired.
    pub made_at: DateTime<Utc>,
    /// When they meet, once they chose.
    pub meets_at: Option<DateTime<Utc>>,
    /// Whether it is over: its thread is folded away.
    pub over: bool,
    /// Who takes part.
    pub seats: Vec<Seat>,
}

/// Somebody's part in a coffee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Who; nobody where they had their data erased.
    pub person: UserId,
    /// What they said about it.
    pub answer: Answer,
    /// When they said so.
    pub said_at: Option<DateTime<Utc>>,
}

impl Seat {
    /// Somebody who has said nothing yet.
    pub fn new(person: UserId) -> Self {
        Self { person, answer: Answer::None, said_at: None }
    }

    /// Takes what they say.
    pub fn say(&mut self, answer: Answer, at: DateTime<Utc>) {
        (self.answer, self.said_at) = (answer, Some(at));
    }
}

/// What somebody said about a coffee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing yet.
    None,
    /// They met.
    Met,
    /// They didn't.
    Not,
    /// They can't take part.
    Left,
}

impl Answer {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Met => "met",
            Self::Not => "not",
            Self::Left => "left",
        }
    }

    /// From how it is stored.
    pub fn parse(text: &str) -> Self {
        match text {
            "met" => Self::Met,
            "not" => Self::Not,
            "left" => Self::Left,
            _ => Self::None,
        }
    }
}

impl Coffee {
    /// The key of its panel.
    pub fn panel(&self) -> String {
        format!("coffee:{}", self.number)
    }

    /// Those who still take part.
    pub fn there(&self) -> impl Iterator<Item = UserId> {
        self.seats.iter().filter(|seat| seat.answer != Answer::Left).map(|seat| seat.person)
    }

    /// How many people take part: a coffee for one is none.
    pub fn size(&self) -> usize {
        self.there().filter(|user| *user != NOBODY).count()
    }

    /// Whether somebody takes part.
    pub fn has(&self, user: UserId) -> bool {
        self.there().any(|one| one == user)
    }

    /// Whether somebody said that they met.
    pub fn met(&self) -> bool {
        self.met_at().is_some()
    }

    /// When somebody first said that they met.
    pub fn met_at(&self) -> Option<DateTime<Utc>> {
        self.seats.iter().filter(|seat| seat.answer == Answer::Met).filter_map(|seat| seat.said_at).min()
    }
}

/// Somebody who asked for a coffee at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The row.
    pub id: i64,
    /// Who.
    pub person: UserId,
    /// Until when.
    pub until: DateTime<Utc>,
    /// What came of it.
    pub state: WishState,
}

/// What came of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WishState {
    /// Nothing yet.
    Open,
    /// Somebody said yes.
    Met,
    /// Nobody did, or it was taken back.
    Over,
}

/// Somebody as others in a coffee read of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// Who.
    pub person: UserId,
    /// What they are called here.
    pub name: String,
    /// Their organisation's tag, where they have one.
    pub tag: Option<String>,
    /// Their organisation.
    pub organisation: Option<OrganisationId>,
    /// When they work.
    pub hours: crate::pairing::Hours,
}

/// A coffee with all that its thread shows.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Where.
    pub partnership: PartnershipId,
    /// The coffee.
    pub coffee: Coffee,
    /// Those who take part, in the order of their seats.
    pub faces: Vec<Face>,
    /// Times that suit everybody.
    pub times: Vec<DateTime<Utc>>,
}
