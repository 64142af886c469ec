//! The next useful step, and which commands are for whom.

use crate::command::Who;
use crate::partnership::{ChannelId, UserId};

/// The commands that a member meets first.
const FIRST: &[&str] = &["checkin now", "pace", "away add", "blocker raise", "help"];
/// The ones that somebody meets who is in no squad yet.
const NEWCOMERS_FIRST: &[&str] = &["squad join", "organisation list", "privacy show", "help"];

/// How somebody stands here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "these are independent facts, each a question of the next step")]
pub(super) struct Situation {
    /// Whether the server is set up.
    pub(super) ready: bool,
    /// Whether they have Manage Server.
    pub(super) admin: bool,
    /// Whether they are known here as a member.
    pub(super) known: bool,
    /// Whether they lead a squad.
    pub(super) lead: bool,
    /// Whether they are steward of an organisation.
    pub(super) steward: bool,
    /// Whether they are steward or contact of an organisation.
    pub(super) keeper: bool,
    /// Whether they asked for no messages, or have not said yes yet.
    pub(super) asked_nothing: bool,
    /// Whether they chose a time zone.
    pub(super) zone_chosen: bool,
    /// Whether their DMs are closed to the bot.
    pub(super) dms_closed: bool,
    /// Whether today's check-in waits for them.
    pub(super) open_today: bool,
    /// The squads that they are in or lead.
    pub(super) squads: Vec<Home>,
}

/// A squad, as help shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Home {
    /// Its name.
    pub(super) name: String,
    /// Its channel.
    pub(super) channel: ChannelId,
    /// Who leads it.
    pub(super) lead: UserId,
}

/// An organisation, as a newcomer is told about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Organisation {
    /// Its name.
    pub(super) name: String,
    /// Its tag.
    pub(super) tag: String,
    /// Who looks after its people.
    pub(super) stewards: Vec<UserId>,
    /// Who answers for it.
    pub(super) contacts: Vec<UserId>,
}

/// The next useful step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// An admin can set the server up.
    SetUp,
    /// The server isn't set up, and somebody else has to do that.
    AskAdmin,
    /// They are in no squad.
    JoinSquad,
    /// They haven't agreed to be asked.
    Start,
    /// They have chosen no time zone.
    ChooseZone,
    /// Their check-in of today waits.
    CheckIn,
    /// Nothing waits for them.
    Nothing,
}

/// The most useful step, given how somebody stands.
pub(super) fn next_step(situation: &Situation) -> Step {
    match situation {
        Situation { ready: false, admin: true, .. } => Step::SetUp,
        Situation { ready: false, .. } => Step::AskAdmin,
        Situation { squads, .. } if squads.is_empty() => Step::JoinSquad,
        Situation { asked_nothing: true, .. } => Step::Start,
        Situation { zone_chosen: false, .. } => Step::ChooseZone,
        Situation { open_today: true, .. } => Step::CheckIn,
        _ => Step::Nothing,
    }
}

/// A line of the command table, as help shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The command's words.
    pub(super) name: &'static str,
    /// What it does.
    pub(super) about: &'static str,
    /// Who may.
    pub(super) who: Who,
}

/// The commands that somebody may use, by role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Offer {
    /// The five to begin with.
    pub(super) first: Vec<Line>,
    /// What else every member has.
    pub(super) more: Vec<Line>,
    /// What a lead has.
    pub(super) lead: Vec<Line>,
    /// What a steward or contact has.
    pub(super) keeper: Vec<Line>,
    /// What an admin has.
    pub(super) admin: Vec<Line>,
}

/// Sorts the commands that somebody may use by role.
pub(super) fn offer(lines: &[Line], situation: &Situation) -> Offer {
    let allowed: Vec<Line> = lines.iter().copied().filter(|line| may(line.who, situation)).collect();
    let names = if situation.squads.is_empty() { NEWCOMERS_FIRST } else { FIRST };
    let first: Vec<Line> =
        names.iter().filter_map(|name| allowed.iter().find(|line| line.name == *name)).copied().collect();
    let of = |kinds: &[Who]| {
        allowed.iter().filter(|line| kinds.contains(&line.who) && !first.contains(line)).copied().collect::<Vec<Line>>()
    };
    Offer {
        more: of(&[Who::Anyone, Who::Member]),
        lead: of(&[Who::Lead]),
        keeper: of(&[Who::Steward, Who::Keeper]),
        admin: of(&[Who::Admin]),
        first,
    }
}

/// As the dispatcher decides it, without a squad or an organisation in view.
fn may(who: Who, situation: &Situation) -> bool {
    match who {
        Who::Anyone => true,
        Who::Member => situation.known || situation.admin,
        Who::Lead => situation.lead || situation.admin,
        Who::Steward => situation.steward,
        Who::Keeper => situation.keeper || situation.admin,
        Who::Admin => situation.admin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled() -> Situation {
        let home = Home { name: "Checkout".to_owned(), channel: ChannelId(1), lead: UserId(2) };
        Situation { ready: true, known: true, zone_chosen: true, squads: vec![home], ..Situation::default() }
    }

    #[test]
    fn the_next_step_is_the_first_that_is_missing() {
        let cases = [
            (Situation { admin: true, ..Situation::default() }, Step::SetUp),
            (Situation::default(), Step::AskAdmin),
            (Situation { ready: true, ..Situation::default() }, Step::JoinSquad),
            (Situation { asked_nothing: true, zone_chosen: false, ..settled() }, Step::Start),
            (Situation { zone_chosen: false, open_today: true, ..settled() }, Step::ChooseZone),
            (Situation { open_today: true, ..settled() }, Step::CheckIn),
            (settled(), Step::Nothing),
        ];
        for (situation, expected) in cases {
            assert_eq!(next_step(&situation), expected, "{situation:?}");
        }
    }

    #[test]
    fn everyone_is_offered_what_their_role_may_do() {
        let line = |name, who| Line { name, about: "", who };
        let lines = [
            line("setup", Who::Admin),
            line("squad join", Who::Anyone),
            line("squad edit", Who::Lead),
            line("organisation edit", Who::Keeper),
            line("checkin now", Who::Member),
            line("help", Who::Anyone),
        ];
        let names = |lines: &[Line]| lines.iter().map(|line| line.name).collect::<Vec<_>>();

        let member = offer(&lines, &settled());
        assert_eq!(names(&member.first), ["checkin now", "help"]);
        assert_eq!(names(&member.more), ["squad join"]);
        assert!(member.lead.is_empty() && member.keeper.is_empty() && member.admin.is_empty());

        let newcomer = offer(&lines, &Situation { ready: true, ..Situation::default() });
        assert_eq!(names(&newcomer.first), ["squad join", "help"]);
        assert!(newcomer.more.is_empty());

        let admin = offer(&lines, &Situation { admin: true, ..settled() });
        assert_eq!((names(&admin.admin), names(&admin.keeper)), (vec!["setup"], vec!["organisation edit"]));
        let lead = offer(&lines, &Situation { lead: true, ..settled() });
        assert_eq!(names(&lead.lead), ["squad edit"]);
    }

    #[test]
    fn what_is_met_first_is_in_the_command_table() {
        let lines = super::super::commands::lines();
        for name in FIRST.iter().chain(NEWCOMERS_FIRST) {
            assert!(lines.iter().any(|line| line.name == *name), "there is no /{name}");
        }
    }
}
