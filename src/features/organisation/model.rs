//! An organisation: an employer whose people work in the squads, and who keeps its own keys.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::features::member::model::Membership;
use crate::partnership::calendar::Calendar;
use crate::partnership::working_time::WorkingHours;
use crate::partnership::{ChannelId, OrganisationId, RoleId, UserId};

/// The smallest group about which a figure may be shown, whatever an organisation chooses.
pub const SMALLEST_GROUP: u8 = 5;

/// How long its people are told before a setting about them takes effect.
pub const NOTICE_DAYS: i64 = 7;

/// What an unknown key stands for.
static NO_HOLIDAYS: LazyLock<Calendar> = LazyLock::new(Calendar::default);

/// An organisation.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Its number within the partnership.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// A short tag, shown after its people's names.
    pub tag: String,
    /// The Discord role that suggests membership.
    pub role: Option<RoleId>,
    /// Its holidays.
    pub calendar: Holidays,
    /// The settings about its people: its stewards' alone.
    pub settings: Settings,
    /// Settings that take effect later, and when.
    pub pending: Option<(Settings, DateTime<Utc>)>,
    /// Whether it has left the partnership.
    pub left: bool,
    /// When it works, once it said so.
    pub hours: Option<WorkingHours>,
    /// Its own channel, in which the others reach it.
    pub channel: Option<ChannelId>,
    /// Whether it wants to be told before the others release something.
    pub hears_releases: bool,
}

/// Which holidays an organisation keeps.
#[derive(Clone, Debug)]
pub enum Holidays {
    /// A built-in calendar, by its key.
    BuiltIn(String),
    /// A calendar of its own.
    Own(Calendar),
}

/// What concerns an organisation's people. Changed by its stewards alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Settings {
    /// The smallest group about which a figure is shown; 5 at least.
    pub minimum_group: u8,
    /// For how many days what its people wrote is kept.
    pub retention_days: u16,
    /// Whether a warning about long streaks may reach a steward, after the person has seen its text.
    pub steward_flags: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { minimum_group: SMALLEST_GROUP, retention_days: 365, steward_flags: false }
    }
}

/// What somebody is to an organisation, beyond being of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keeper {
    /// Looks after its people.
    Steward,
    /// Answers for it towards the others.
    Contact,
    /// Stands in for its contacts, where something has waited for long.
    Deputy,
}

impl Keeper {
    /// As it is stored and said.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Steward => "steward",
            Self::Contact => "contact",
            Self::Deputy => "deputy",
        }
    }

    /// From how it is stored.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Steward, Self::Contact, Self::Deputy].into_iter().find(|job| job.as_str() == text)
    }
}

/// Who wants to change an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Whether they have Manage Server.
    pub admin: bool,
    /// Whether they have accepted to be its steward.
    pub steward: bool,
    /// Whether they have accepted to be its contact.
    pub contact: bool,
}

/// An organisation as everybody sees it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The organisation.
    pub organisation: Organisation,
    /// Its stewards and contacts, and whether they have accepted.
    pub keepers: Vec<(UserId, Keeper, bool)>,
    /// How many people are of it, where that may be shown.
    pub people: Option<usize>,
}

/// What in the list of organisations waits for its reader.
#[derive(Clone, Debug, Default)]
pub struct Waiting {
    /// What they were asked to be, and have not answered.
    pub asks: Vec<(OrganisationId, Keeper)>,
    /// Who asks to be of an organisation whose steward they are: organisation, person, name.
    pub joins: Vec<(OrganisationId, UserId, String)>,
    /// What they have accepted to be.
    pub jobs: Vec<(OrganisationId, Keeper)>,
    /// Their own organisation, and how sure that is.
    pub own: Option<(OrganisationId, Membership)>,
}

impl Holidays {
    /// None at all.
    pub fn none() -> Self {
        Self::BuiltIn("none".to_owned())
    }

    /// Whether there are none.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::BuiltIn(key) if key == "none")
    }
}

impl Organisation {
    /// A new organisation. Its number comes when it is saved.
    pub fn new(name: String, tag: String, role: Option<RoleId>, calendar: Holidays) -> Self {
        Self {
            id: OrganisationId(0),
            name,
            tag,
            role,
            calendar,
            settings: Settings::default(),
            pending: None,
            left: false,
            hours: None,
            channel: None,
            hears_releases: false,
        }
    }

    /// When it works; where it hasn't said so, as is usual in a zone.
    pub fn hours(&self, zone: Tz) -> WorkingHours {
        self.hours.clone().unwrap_or_else(|| WorkingHours::usual(zone))
    }

    /// Its holidays.
    pub fn holidays(&self) -> &Calendar {
        match &self.calendar {
            Holidays::Own(calendar) => calendar,
            Holidays::BuiltIn(key) => Calendar::built_in(key).unwrap_or(&NO_HOLIDAYS),
        }
    }
}
