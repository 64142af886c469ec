//! The rules of setting up: what is still to be answered, and what the bot needs in a channel.

use crate::error::Result;
use crate::features::squad;
use crate::partnership::{PartnershipId, RoleId};
use crate::schedule::{Schedule, parse_zone};

use super::model::{Draft, FIRST_SQUAD, Permission, Plan, When};

/// Whoever has it has all the others.
const ADMINISTRATOR: u64 = 1 << 3;

/// What the bot asks for, by the names that Discord's settings show.
pub const PERMISSIONS: &[Permission] = &[
    must(1 << 10, "View Channel", "see the channel at all"),
    must(1 << 11, "Send Messages", "post the day's message"),
    must(1 << 14, "Embed Links", "show cards"),
    must(1 << 15, "Attach Files", "attach what is too long for a message"),
    must(1 << 16, "Read Message History", "find my own messages again"),
    must(1 << 35, "Create Public Threads", "open the day's thread"),
    must(1 << 38, "Send Messages in Threads", "post each answer in that thread"),
    nice(1 << 34, "Manage Threads", "wake up a thread that has gone to sleep"),
    nice(1 << 36, "Create Private Threads", "give a pair a place of their own to talk"),
    nice(1 << 44, "Create Events", "put a meeting into the server's calendar"),
    nice(1 << 51, "Pin Messages", "pin the squad's panel, so that it is always at hand"),
];

const fn must(bit: u64, name: &'static str, why: &'static str) -> Permission {
    Permission { bit, name, why, must: true }
}

const fn nice(bit: u64, name: &'static str, why: &'static str) -> Permission {
    Permission { bit, name, why, must: false }
}

/// What is missing from the permissions that the bot has.
pub fn missing(granted: u64) -> Vec<&'static Permission> {
    if granted & ADMINISTRATOR != 0 {
        return Vec::new();
    }
    PERMISSIONS.iter().filter(|one| granted & one.bit == 0).collect()
}

/// What the set-up asks next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Which roles are organisations?
    Roles,
    /// Which channel is the first squad's?
    Channel,
    /// When to ask?
    When,
    /// Nothing more.
    Create,
}

/// What is to be answered next.
pub fn next_step(draft: &Draft) -> Step {
    if !draft.roles_answered {
        Step::Roles
    } else if draft.channel.is_none() {
        Step::Channel
    } else if when(draft).is_none() {
        Step::When
    } else {
        Step::Create
    }
}

/// The answers of the form, where they are there and right.
pub fn when(draft: &Draft) -> Option<When> {
    let (schedule, zone) = (draft.schedule.as_ref()?, draft.zone.as_ref()?);
    parse_when(draft.name.as_deref(), schedule, zone).ok()
}

/// Reads the answers of the form.
pub fn parse_when(name: Option<&str>, schedule: &str, zone: &str) -> Result<When> {
    let name = squad::policy::parse_name(name.unwrap_or(FIRST_SQUAD))?;
    let schedule = squad::policy::understood(Schedule::parse(schedule))?;
    let zone = squad::policy::understood(parse_zone(zone))?;
    Ok(When { name, schedule, zone })
}

/// All answers, once they are there and right.
pub fn plan(draft: &Draft) -> Option<Plan> {
    (next_step(draft) == Step::Create).then_some(())?;
    Some(Plan { roles: draft.roles.clone(), channel: draft.channel?, when: when(draft)? })
}

/// The roles that can be organisations. Everyone's role has the server's own id, and says nothing.
pub fn usable(roles: Vec<(RoleId, String)>, server: PartnershipId) -> Vec<(RoleId, String)> {
    roles.into_iter().filter(|(id, _)| id.0 != server.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partnership::ChannelId;

    fn draft(roles_answered: bool, channel: bool, schedule: &str, zone: &str) -> Draft {
        Draft {
            roles_answered,
            channel: channel.then_some(ChannelId(7)),
            schedule: Some(schedule.to_owned()).filter(|text| !text.is_empty()),
            zone: Some(zone.to_owned()).filter(|text| !text.is_empty()),
            ..Draft::default()
        }
    }

    #[test]
    fn one_question_comes_after_the_other() {
        let cases = [
            (draft(false, false, "", ""), Step::Roles),
            (draft(false, true, "weekdays 09:30", "London"), Step::Roles),
            (draft(true, false, "", ""), Step::Channel),
            (draft(true, true, "", ""), Step::When),
            (draft(true, true, "weekdays 09:30", ""), Step::When),
            (draft(true, true, "whenever", "London"), Step::When),
            (draft(true, true, "weekdays 09:30", "Lodnon"), Step::When),
            (draft(true, true, "weekdays 09:30", "London"), Step::Create),
        ];
        for (draft, step) in cases {
            assert_eq!(next_step(&draft), step, "{draft:?}");
            assert_eq!(plan(&draft).is_some(), step == Step::Create, "{draft:?}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let all = PERMISSIONS.iter().fold(0, |bits, one| bits | one.bit);
        let names = |granted| missing(granted).into_iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(names(all), Vec::<&str>::new());
        assert_eq!(names(ADMINISTRATOR), Vec::<&str>::new());
        assert_eq!(names(all & !(1 << 11)), ["Send Messages"]);
        assert_eq!(names(all & !(1 << 51)), ["Pin Messages"]);
        assert_eq!(names(0).len(), PERMISSIONS.len());
    }

    #[test]
    fn everyone_is_no_organisation() {
        let roles = vec![(RoleId(1), "@everyone".to_owned()), (RoleId(2), "Acme".to_owned())];
        assert_eq!(usable(roles, PartnershipId(1)), [(RoleId(2), "Acme".to_owned())]);
    }

    #[test]
    fn what_can_t_be_read_is_refused() {
        assert!(parse_when(None, "weekdays 09:30", "UK").is_ok_and(|when| when.name == FIRST_SQUAD));
        for (name, schedule, zone) in [
            (Some(""), "weekdays 09:30", "UK"),
            (None, "", "UK"),
            (None, "weekdays 25:00", "UK"),
            (None, "weekdays 09:30", ""),
        ] {
            assert!(parse_when(name, schedule, zone).is_err(), "{name:?} {schedule} {zone}");
        }
    }
}
