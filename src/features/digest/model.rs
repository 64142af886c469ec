//! Weeks, and the measures of them: each is defined here once, and means the same in a digest, a picture and an export.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::partnership::{ChannelId, OrganisationId, SquadId, UserId};
use crate::schedule::{Schedule, resolve};

use super::policy::{Ask, usual};

/// A week from Monday to Sunday, by local dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Week(NaiveDate);

impl Week {
    /// The week that a date is in.
    pub fn of(date: NaiveDate) -> Self {
        Self(date - Days::new(u64::from(date.weekday().num_days_from_monday())))
    }

    /// Its Monday.
    pub fn monday(self) -> NaiveDate {
        self.0
    }

    /// Its Sunday.
    pub fn sunday(self) -> NaiveDate {
        self.0 + Days::new(6)
    }

    /// Its seven dates.
    pub fn dates(self) -> impl Iterator<Item = NaiveDate> {
        (0..7).map(move |day| self.0 + Days::new(day))
    }

    /// The week that somebody wants to read about who opens a digest on a date: from Thursday on the one that they are
    /// in, before that the last one.
    pub fn told_on(date: NaiveDate) -> Self {
        Self::of(date - Days::new(3))
    }

    /// The week before.
    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0 - Days::new(7))
    }

    /// Its first instant and the first one after it, in a zone.
    pub fn instants(self, zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
        let midnight = |date: NaiveDate| resolve(date.and_time(NaiveTime::MIN), zone);
        (midnight(self.0), midnight(self.0 + Days::new(7)))
    }

    /// Whether an instant is in it, in a zone.
    pub fn has(self, at: DateTime<Utc>, zone: Tz) -> bool {
        Self::of(at.with_timezone(&zone).date_naive()) == self
    }
}

/// What a digest is about, and so for whom it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum About {
    /// A squad: for its lead.
    Squad(SquadId),
    /// An organisation's people: for its stewards.
    Organisation(OrganisationId),
    /// All of it: for the partnership's channel.
    Partnership,
}

impl About {
    /// As it is stored, and as buttons carry it.
    pub fn key(self) -> String {
        match self {
            Self::Squad(id) => format!("squad-{id}"),
            Self::Organisation(id) => format!("organisation-{id}"),
            Self::Partnership => "partnership".to_owned(),
        }
    }

    /// From how it is stored.
    pub fn parse(key: &str) -> Option<Self> {
        match key.split_once('-') {
            Some(("squad", id)) => id.parse().ok().map(SquadId).map(Self::Squad),
            Some(("organisation", id)) => id.parse().ok().map(OrganisationId).map(Self::Organisation),
            _ => (key == "partnership").then_some(Self::Partnership),
        }
    }
}

/// What a measure counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Whole things.
    Count,
    /// Whole days.
    Days,
    /// Whole per cent.
    Percent,
}

impl Unit {
    /// As an export says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Days => "days",
            Self::Percent => "percent",
        }
    }
}

/// When a measure is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// All that happened in the week, Monday 00:00 to Sunday 24:00 in the zone of the squad, or of the partnership.
    Week,
    /// How it stood at the week's end, or now while it isn't over.
    End,
}

impl Window {
    /// As an export says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week => "in the week",
            Self::End => "at its end",
        }
    }
}

macro_rules! measures {
    ($($(#[$doc:meta])* $name:ident, $id:literal, $says:literal, $unit:ident, $window:ident;)*) => {
        /// What is measured of a week.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Measure {
            $($(#[$doc])* $name,)*
        }

        impl Measure {
            /// All of them, in the order in which they are told.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As an export and a stored figure name it.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id),* }
            }

            /// What it is called.
            pub fn says(self) -> &'static str {
                match self { $(Self::$name => $says),* }
            }

            /// What it counts in.
            pub fn unit(self) -> Unit {
                match self { $(Self::$name => Unit::$unit),* }
            }

            /// When it is taken.
            pub fn window(self) -> Window {
                match self { $(Self::$name => Window::$window),* }
            }
        }
    };
}

measures! {
    /// Of the check-ins that the squad's people were asked for, the share that was answered, **Nothing new** included.
    /// Days off and skipped ones don't count as asked. Only of whole weeks and from five people up, see [`super::rates`].
    CheckIns, "check_ins_answered", "Check-ins answered", Percent, Week;
    /// Days off that people noted, a day of two people being two, halves rounded up; of an organisation's people alone,
    /// and fixed together with how they checked in.
    DaysOff, "days_off", "Days off", Count, Week;
    /// Releases that went out.
    Releases, "releases", "Releases", Count, Week;
    /// Days that the squad worked without a day of rest for all, by what everybody in it can see (`rest::policy::streak`).
    Streak, "days_in_a_row", "Days in a row", Days, End;
    /// Blockers that the squad raised and shared.
    BlockersRaised, "blockers_raised", "Blockers raised", Count, Week;
    /// Blockers that were put out of the way, and stay so.
    BlockersCleared, "blockers_cleared", "Blockers cleared", Count, Week;
    /// Blockers in the way.
    BlockersOpen, "blockers_open", "Blockers in the way", Count, End;
    /// Of those in the way, the ones whose time both sides agreed on.
    BlockersInHand, "blockers_in_hand", "of them in hand", Count, End;
    /// Blockers in the way that wait on an organisation.
    WaitsOnIt, "blockers_waiting_on_it", "Blockers that wait on the organisation", Count, End;
    /// Blockers that waited on an organisation and were put out of the way.
    ClearedForOthers, "blockers_cleared_for_others", "Blockers that it cleared for others", Count, Week;
    /// Decisions that were recorded, in the whole partnership; proposed ones don't count.
    Decisions, "decisions", "Decisions", Count, Week;
    /// Conversations in the squad's channel that are open.
    Conversations, "conversations_open", "Conversations open", Count, End;
    /// Coffees of which somebody said that they met, in the whole partnership.
    Coffees, "coffees_met", "Coffees across organisations", Count, Week;
    /// Stories that were shared, in the whole partnership.
    Stories, "stories", "Stories", Count, Week;
    /// Words that were explained for the first time, in the whole partnership.
    Terms, "terms", "Words explained", Count, Week;
}

/// The measures of a week. One that is missing is withheld, or there was nothing to measure.
pub type Figures = BTreeMap<Measure, i64>;

/// What is told of how some people checked in in a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// Answered check-ins.
    pub answered: i64,
    /// Asked ones; 1 at least.
    pub asked: i64,
    /// Answered ones by day, Monday first.
    pub by_day: [i64; 7],
    /// Half days off.
    pub halves_off: i64,
}

impl Rate {
    /// In whole per cent, rounded half up.
    pub fn percent(self) -> i64 {
        (200 * self.answered + self.asked) / (2 * self.asked).max(1)
    }
}

impl std::iter::Sum for Rate {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            answered: sum.answered + one.answered,
            asked: sum.asked + one.asked,
            by_day: std::array::from_fn(|day| sum.by_day[day] + one.by_day[day]),
            halves_off: sum.halves_off + one.halves_off,
        })
    }
}

/// A digest that somebody gets every so often.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Its number within the partnership.
    pub number: i64,
    /// What it is about.
    pub about: About,
    /// Who gets it; `NOBODY`: it is posted in a channel.
    pub person: UserId,
    /// The channel that it is posted in, where it is for all.
    pub channel: Option<ChannelId>,
    /// When, in the reader's zone.
    pub schedule: Schedule,
    /// Whether it is sent no more.
    pub stopped: bool,
    /// What the last one asked for.
    pub asked: Vec<Ask>,
    /// Since when it is sent as it is now: what was due before isn't caught up on.
    pub since: DateTime<Utc>,
}

impl Reader {
    /// As it comes to somebody who chose nothing. Its number comes when it is saved.
    pub fn new(about: About, person: UserId, now: DateTime<Utc>) -> Self {
        Self {
            number: 0,
            about,
            person,
            channel: None,
            schedule: usual(),
            stopped: false,
            asked: Vec::new(),
            since: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_week_is_from_monday_to_sunday_whatever_the_clocks_do() {
        for (day, monday) in [("2026-03-29", "2026-03-23"), ("2026-03-23", "2026-03-23"), ("2027-01-01", "2026-12-28")]
        {
            let week = Week::of(date(day));
            assert_eq!(week.monday(), date(monday));
            assert_eq!(week.dates().last(), Some(week.sunday()));
            assert_eq!(Week::of(week.sunday()), week);
        }
        for (day, monday) in [("2026-03-30", "2026-03-23"), ("2026-04-01", "2026-03-23"), ("2026-04-02", "2026-03-30")]
        {
            assert_eq!(Week::told_on(date(day)).monday(), date(monday), "{day}");
        }
        let spring = Week::of(date("2026-03-29"));
        let (from, to) = spring.instants(Tz::Europe__London);
        assert_eq!((to - from).num_hours(), 7 * 24 - 1, "an hour is missing");
        assert!(spring.has(from, Tz::Europe__London) && !spring.has(to, Tz::Europe__London));
        assert!(!spring.has(from, Tz::America__New_York), "it is Sunday there");
    }

    #[test]
    fn measures_are_named_once() {
        let ids: std::collections::BTreeSet<&str> = Measure::ALL.iter().map(|one| one.id()).collect();
        assert_eq!(ids.len(), Measure::ALL.len());
        assert_eq!(Rate { answered: 1, asked: 8, ..Rate::default() }.percent(), 13);
        assert_eq!(Rate { answered: 7, asked: 7, ..Rate::default() }.percent(), 100);
        for about in [About::Squad(SquadId(3)), About::Organisation(OrganisationId(9)), About::Partnership] {
            assert_eq!(About::parse(&about.key()), Some(about));
        }
        assert_eq!(About::parse("squad-x"), None);
    }
}
