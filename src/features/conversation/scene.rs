//! A conversation with all that is needed to show it or to go on with it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::error::{Result, person};
use crate::features::organisation::model::Organisation;
use crate::features::{member, organisation};
use crate::partnership::{OrganisationId, PartnershipId, UserId};
use crate::storage::Db;

use super::model::{Conversation, Proposal, Speaker, Stage, Stance, Voice};
use super::policy::{self, Tally};
use super::store;

/// The organisations whose voice is needed, of those given: one that has left is waited for no more.
async fn voices(
    db: &mut Db,
    partnership: PartnershipId,
    number: i64,
    organisations: &[Organisation],
) -> Result<Vec<Voice>> {
    let mut voices = store::voices(db, partnership, number).await?;
    voices.retain(|voice| organisations.iter().any(|one| one.id == voice.organisation));
    Ok(voices)
}

/// The organisations, of those given, that have not added a view to a conversation.
pub async fn quiet(
    db: &mut Db,
    partnership: PartnershipId,
    number: i64,
    organisations: &[Organisation],
) -> Result<Vec<OrganisationId>> {
    let voices = voices(db, partnership, number, organisations).await?;
    Ok(policy::missing(&voices, &store::speakers(db, partnership, number).await?))
}

/// A conversation as it stands.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Where.
    pub partnership: PartnershipId,
    /// The conversation.
    pub one: Conversation,
    /// The organisations whose voice is needed.
    pub voices: Vec<Voice>,
    /// Who has added a view.
    pub speakers: Vec<Speaker>,
    /// The proposal at consent, or the one that was.
    pub proposal: Option<Proposal>,
    /// Where people stand on its latest version.
    pub stances: Vec<Stance>,
    /// All organisations.
    organisations: BTreeMap<OrganisationId, Organisation>,
    /// Everybody's name.
    names: BTreeMap<UserId, String>,
    /// Everybody's organisation, where it is agreed.
    homes: BTreeMap<UserId, OrganisationId>,
}

impl Scene {
    /// Loads a conversation by its number.
    pub async fn get(db: &mut Db, partnership: PartnershipId, number: i64) -> Result<Self> {
        let found = store::get(db, partnership, number).await?;
        let one =
            found.ok_or_else(|| person("That conversation isn't there. `/conversation list` shows which are."))?;
        Self::of(db, partnership, one).await
    }

    /// The same for one that is loaded already.
    pub async fn of(db: &mut Db, partnership: PartnershipId, one: Conversation) -> Result<Self> {
        let number = one.number;
        let proposal = match one.proposal {
            Some(proposal) => store::latest_version(db, partnership, number, proposal).await?,
            None => None,
        };
        let stances = match &proposal {
            Some(one) => store::stances(db, partnership, number, (one.number, one.version)).await?,
            None => Vec::new(),
        };
        let organisations = organisation::store::all(db, partnership).await?;
        let members = member::store::all(db, partnership).await?;
        Ok(Self {
            partnership,
            voices: voices(db, partnership, number, &organisations).await?,
            speakers: store::speakers(db, partnership, number).await?,
            proposal,
            stances,
            organisations: organisations.into_iter().map(|one| (one.id, one)).collect(),
            homes: members.iter().filter_map(|one| Some((one.user, one.agreed_organisation()?))).collect(),
            names: members.into_iter().map(|one| (one.user, one.name)).collect(),
            one,
        })
    }

    /// How the proposal stands.
    pub fn tally(&self) -> Tally {
        Tally::of(&self.voices, &self.stances)
    }

    /// Whether the proposal has come back so often that writing won't settle it.
    pub fn is_stuck(&self) -> bool {
        let rounds = self.proposal.as_ref().map_or(0, |one| one.version);
        self.one.stage == Stage::Consent && rounds >= policy::ROUNDS && self.tally().objections > 0
    }

    /// The organisations that have not added a view.
    pub fn quiet(&self) -> Vec<OrganisationId> {
        policy::missing(&self.voices, &self.speakers)
    }

    /// An organisation, as long as it is here.
    pub fn organisation(&self, id: OrganisationId) -> Option<&Organisation> {
        self.organisations.get(&id)
    }

    /// An organisation's name.
    pub fn name_of(&self, id: OrganisationId) -> String {
        self.organisation(id).map_or_else(|| "an organisation that has left".to_owned(), |one| one.name.clone())
    }

    /// Somebody's name.
    pub fn person(&self, user: UserId) -> String {
        self.names.get(&user).cloned().unwrap_or_else(|| "somebody".to_owned())
    }

    /// All organisations that are here, by name.
    pub fn all_organisations(&self) -> Vec<&Organisation> {
        let mut all: Vec<&Organisation> = self.organisations.values().collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    /// Who looks after it, as long as they are on the server.
    pub fn facilitator(&self) -> Option<UserId> {
        self.one.facilitator.filter(|user| self.names.contains_key(user))
    }

    /// Whether somebody may do what its facilitator does: they, an admin, or, where there is none any more,
    /// anybody whose voice is asked.
    pub fn may_facilitate(&self, user: UserId, admin: bool) -> bool {
        admin || self.facilitator().map_or_else(|| self.speaker(user).is_some(), |facilitator| facilitator == user)
    }

    /// Somebody with the organisation they speak for here; `None` when their voice isn't asked.
    pub fn speaker(&self, user: UserId) -> Option<Speaker> {
        let own = self.homes.get(&user).copied();
        policy::speaks_for(&self.voices, user, own).map(|organisation| Speaker { person: user, organisation })
    }

    /// What is due by itself.
    pub fn due(&self, now: DateTime<Utc>) -> Option<policy::Step> {
        policy::due(&self.one, self.speakers.len(), &self.tally(), now)
    }
}
