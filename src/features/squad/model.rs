//! A squad: people of several organisations who deliver something together.

use chrono::NaiveTime;
use chrono_tz::Tz;

use crate::config;
use crate::partnership::calendar::WorkingDays;
use crate::partnership::{ChannelId, SquadId, UserId};
use crate::schedule::Schedule;

/// A squad.
#[derive(Clone, Debug)]
pub struct Squad {
    /// Its number within the partnership.
    pub id: SquadId,
    /// Its name.
    pub name: String,
    /// Its home channel.
    pub channel: ChannelId,
    /// Who leads it.
    pub lead: UserId,
    /// Its zone: when its day closes, and when people are asked who chose no zone.
    pub zone: Tz,
    /// When its people are asked, each in their own zone.
    pub schedule: Schedule,
    /// On which days it works.
    pub working_days: WorkingDays,
    /// One to four questions.
    pub questions: Vec<String>,
    /// When its day closes, in its zone.
    pub closes_at: NaiveTime,
    /// Reminders a day, 0 to 2.
    pub reminders: u8,
    /// Whether it is archived: nothing is asked any more, everything can still be read.
    pub archived: bool,
}

/// What may be changed in the form about times.
#[derive(Clone, Debug, PartialEq)]
pub struct Times {
    /// When its people are asked.
    pub schedule: Schedule,
    /// The squad's zone.
    pub zone: Tz,
    /// On which days it works.
    pub working_days: WorkingDays,
    /// When its day closes.
    pub closes_at: NaiveTime,
    /// Reminders a day.
    pub reminders: u8,
}

/// Somebody in a squad, as the others see them.
#[derive(Clone, Debug, PartialEq)]
pub struct Present {
    /// Who.
    pub user: UserId,
    /// The name that the server showed when they last acted.
    pub name: String,
    /// What they do here, in their own words; may be empty.
    pub does: String,
    /// The tag of their organisation, once it is agreed.
    pub organisation: Option<String>,
    /// Their zone, once they chose it.
    pub zone: Option<Tz>,
}

impl Squad {
    /// A new squad with the settings that a new squad begins with. Its number comes when it is saved.
    pub fn new(
        defaults: &config::Squad,
        name: String,
        channel: ChannelId,
        lead: UserId,
        schedule: Schedule,
        zone: Tz,
    ) -> Self {
        Self {
            id: SquadId(0),
            name,
            channel,
            lead,
            zone,
            schedule,
            working_days: defaults.working_days,
            questions: defaults.questions.clone(),
            closes_at: defaults.closes_at,
            reminders: defaults.reminders,
            archived: false,
        }
    }

    /// The same with other times.
    #[must_use]
    pub fn at_times(self, times: Times) -> Self {
        let Times { schedule, zone, working_days, closes_at, reminders } = times;
        Self { zone, schedule, working_days, closes_at, reminders, ..self }
    }
}
