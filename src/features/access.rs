//! Who may do what, in one place: checked by the dispatcher before any handler runs.

use crate::command::{Act, Entry, Who, Whose};
use crate::error::{Result, person, refuse};
use crate::partnership::{OrganisationId, PartnershipId, SquadId, UserId};
use crate::storage::Db;

use super::{member, organisation, squad};

/// What somebody is in a partnership.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Whether they are known here: in a squad, or agreed to be of an organisation.
    pub known: bool,
    /// Their organisation, once it is agreed.
    pub organisation: Option<OrganisationId>,
    /// The live squads that they are in.
    pub squads: Vec<SquadId>,
    /// The live squads that they lead.
    pub leads: Vec<SquadId>,
    /// The organisations whose stewardship they have accepted.
    pub steward_of: Vec<OrganisationId>,
    /// The organisations for which they have accepted to be steward or contact.
    pub keeps: Vec<OrganisationId>,
}

/// Loads what somebody is.
pub async fn standing(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Standing> {
    let member = member::store::get(db, partnership, user).await?;
    let organisation = member.and_then(|member| member.agreed_organisation());
    let squads: Vec<SquadId> =
        squad::store::of_member(db, partnership, user).await?.into_iter().map(|squad| squad.id).collect();
    let leads: Vec<SquadId> =
        squad::store::led_by(db, partnership, user).await?.into_iter().map(|squad| squad.id).collect();
    let jobs = organisation::store::jobs_of(db, partnership, user).await?;
    let steward_of = jobs.iter().filter(|(_, job)| *job == organisation::Keeper::Steward).map(|(id, _)| *id).collect();
    let keeps: Vec<OrganisationId> = jobs.into_iter().map(|(id, _)| id).collect();
    let known = organisation.is_some() || !squads.is_empty() || !leads.is_empty() || !keeps.is_empty();
    Ok(Standing { known, organisation, squads, leads, steward_of, keeps })
}

/// Whether a line is open to everybody and about nothing that has to be found, so that there is
/// nothing to load and check: somebody who checks in is kept waiting by every read.
pub fn is_open(entry: &Entry) -> bool {
    entry.who == Who::Anyone && matches!(entry.whose, Whose::Own | Whose::Partnership)
}

/// Checks that the caller may, finds the squad or organisation that it is about, and sets it on the act.
pub async fn check(entry: &Entry, act: &mut Act, standing: &Standing, db: &mut Db) -> Result<()> {
    match entry.whose {
        Whose::Squad => act.squad = Some(find_squad(act, standing, db).await?),
        Whose::Organisation => act.organisation = Some(find_organisation(act, standing, db).await?),
        Whose::Own | Whose::Partnership => {}
    }
    if allowed(entry, act, standing) { Ok(()) } else { refuse(refusal(entry.who)) }
}

/// The rule itself.
fn allowed(entry: &Entry, act: &Act, standing: &Standing) -> bool {
    let leads = act.squad.map_or(!standing.leads.is_empty(), |squad| standing.leads.contains(&squad));
    let of = |list: &[OrganisationId]| act.organisation.map_or(!list.is_empty(), |id| list.contains(&id));
    match entry.who {
        Who::Anyone => true,
        Who::Member => standing.known || act.actor.admin,
        Who::Lead => leads || act.actor.admin,
        // An admin runs the server, and is not thereby trusted with another employer's people.
        Who::Steward => of(&standing.steward_of),
        Who::Keeper => of(&standing.keeps) || act.actor.admin,
        Who::Admin => act.actor.admin,
    }
}

fn refusal(who: Who) -> &'static str {
    match who {
        Who::Anyone | Who::Member => {
            "You aren't in a squad here yet. Run `/squad join`, or ask your lead to add you; `/help` shows what there is."
        }
        Who::Lead => "Only this squad's lead or an admin can do that. `/squad who` shows who the lead is.",
        Who::Steward => {
            "Only a steward of this organisation can do that, since it concerns its people. `/organisation list` shows who they are."
        }
        Who::Keeper => {
            "Only this organisation's stewards and contacts, or an admin, can do that. `/organisation list` shows who they are."
        }
        Who::Admin => "Only somebody with Manage Server can do that. Ask an admin of this server.",
    }
}

/// The squad by the pointer's row, the option, the channel, or because there is only one.
async fn find_squad(act: &Act, standing: &Standing, db: &mut Db) -> Result<SquadId> {
    if let Some(id) = act.row().next().and_then(|first| first.parse().ok()) {
        let squad = squad::store::get(db, act.partnership, id).await?;
        return squad.map(|squad| squad.id).ok_or_else(|| person("That squad isn't there any more."));
    }
    let squads = squad::store::all(db, act.partnership).await?;
    if let Some(text) = act.text("squad") {
        let named = squads.iter().find(|squad| squad.id.to_string() == text || squad.name.eq_ignore_ascii_case(text));
        return named.map(|squad| squad.id).ok_or_else(|| {
            person(format!(
                "There is no squad “{}”. Pick one from the list that appears as you type.",
                crate::partnership::text::escaped(text)
            ))
        });
    }
    if let Some(here) = squads.iter().find(|squad| squad.channel == act.channel) {
        return Ok(here.id);
    }
    let mut mine: Vec<SquadId> = standing.leads.iter().chain(&standing.squads).copied().collect();
    mine.sort_unstable();
    mine.dedup();
    match mine[..] {
        [only] => Ok(only),
        _ if squads.len() == 1 => Ok(squads[0].id),
        _ if squads.is_empty() => refuse("There is no squad yet. An admin can make the first one with `/setup`."),
        _ => refuse("Which squad? Run this in its channel, or name it with the `squad` option."),
    }
}

/// The organisation by the pointer's row, the option, or because it is the caller's.
async fn find_organisation(act: &Act, standing: &Standing, db: &mut Db) -> Result<OrganisationId> {
    if let Some(id) = act.row().next().and_then(|first| first.parse().ok()) {
        let found = organisation::store::get(db, act.partnership, id).await?;
        return found.map(|found| found.id).ok_or_else(|| person("That organisation isn't there any more."));
    }
    if let Some(text) = act.text("organisation") {
        let all = organisation::store::all(db, act.partnership).await?;
        let named = all.iter().find(|one| {
            one.id.to_string() == text || one.name.eq_ignore_ascii_case(text) || one.tag.eq_ignore_ascii_case(text)
        });
        return named.map(|one| one.id).ok_or_else(|| {
            person(format!(
                "There is no organisation “{}”. Pick one from the list that appears as you type.",
                crate::partnership::text::escaped(text)
            ))
        });
    }
    match standing.keeps[..] {
        [only] => Ok(only),
        _ => standing.organisation.ok_or_else(|| person("Which organisation? Name it with the `organisation` option.")),
    }
}
