//! A blocker with all that is needed to show it or to go on with it.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::error::{Result, person};
use crate::features::organisation::model::Organisation;
use crate::features::squad::model::Squad;
use crate::features::{member, organisation, setup, squad};
use crate::partnership::calendar::Calendar;
use crate::partnership::working_time::{Timeline, WorkingHours};
use crate::partnership::{OrganisationId, PartnershipId, SquadId, UserId};
use crate::storage::Db;

use super::ladder::Ladder;
use super::model::Blocker;
use super::policy::{self, Standing, Viewer};
use super::store;

/// What somebody reads who means a blocker that isn't there, or that isn't theirs to see: the same.
pub(super) const GONE: &str = "There is no such blocker here that you can see. `/blocker list` shows what there is.";

/// When everybody works, and what organisations agreed: all that a blocker's age depends on.
pub struct Ages {
    zone: Tz,
    organisations: BTreeMap<OrganisationId, Organisation>,
    squads: BTreeMap<SquadId, Squad>,
    ladders: BTreeMap<(OrganisationId, OrganisationId), Ladder>,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
    timelines: HashMap<(Option<OrganisationId>, SquadId, OrganisationId), Timeline>,
}

impl Ages {
    /// Loads what the ages of blockers depend on that were raised from an instant on.
    pub async fn load(
        db: &mut Db,
        partnership: PartnershipId,
        from: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let zone = setup::store::get(db, partnership).await?.map_or(Tz::UTC, |one| one.zone);
        let organisations = organisation::store::all(db, partnership).await?;
        let squads = squad::store::all(db, partnership).await?;
        let ladders = store::ladders(db, partnership).await?;
        Ok(Self::new(zone, organisations, squads, ladders, from, now))
    }

    /// The same from what is loaded already.
    pub fn new(
        zone: Tz,
        organisations: Vec<Organisation>,
        squads: Vec<Squad>,
        ladders: Vec<((OrganisationId, OrganisationId), Ladder)>,
        from: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            zone,
            organisations: organisations.into_iter().map(|one| (one.id, one)).collect(),
            squads: squads.into_iter().map(|one| (one.id, one)).collect(),
            ladders: ladders.into_iter().collect(),
            from,
            now,
            timelines: HashMap::new(),
        }
    }

    /// The ladder that counts for a blocker.
    pub fn ladder(&self, one: &Blocker) -> Ladder {
        let pair = one.waits.zip(one.asked).map(|(a, b)| (a.min(b), a.max(b)));
        pair.and_then(|pair| self.ladders.get(&pair)).copied().unwrap_or_default()
    }

    /// When the side that waits works: its organisation, where that said so, else the squad.
    fn waiting_hours(&self, one: &Blocker) -> WorkingHours {
        let organisation = one.waits.and_then(|id| self.organisations.get(&id));
        if let Some(hours) = organisation.and_then(|one| one.hours.clone()) {
            return hours;
        }
        match self.squads.get(&one.squad) {
            Some(squad) => WorkingHours { days: squad.working_days, ..WorkingHours::usual(squad.zone) },
            None => WorkingHours::usual(self.zone),
        }
    }

    /// The working time that both sides of a blocker share, without what was held; `None` where it waits
    /// on no organisation that is here.
    pub fn timeline(&mut self, one: &Blocker) -> Option<Timeline> {
        let asked = one.asked.and_then(|id| self.organisations.get(&id))?;
        let key = (one.waits, one.squad, asked.id);
        if !self.timelines.contains_key(&key) {
            let none = Calendar::default();
            let waits = one.waits.and_then(|id| self.organisations.get(&id));
            let shared = Timeline::shared(
                (&self.waiting_hours(one), waits.map_or(&none, Organisation::holidays)),
                (&asked.hours(self.zone), asked.holidays()),
                self.from,
                self.now + policy::AHEAD,
            );
            self.timelines.insert(key, shared);
        }
        self.timelines.get(&key).map(|shared| policy::own_timeline(shared, one))
    }

    /// How a blocker stands now.
    pub fn standing(&mut self, one: &Blocker) -> Standing {
        if one.resolved {
            // Nobody asks for how long it waited, and adding that up takes long.
            return Standing::Resolved;
        }
        let ladder = self.ladder(one);
        let timeline = self.timeline(one);
        policy::standing(one, &ladder, timeline.as_ref(), self.now)
    }

    /// An organisation that is here.
    pub fn organisation(&self, id: Option<OrganisationId>) -> Option<&Organisation> {
        id.and_then(|id| self.organisations.get(&id))
    }

    /// All organisations that are here, by name.
    pub fn organisations(&self) -> Vec<&Organisation> {
        let mut all: Vec<&Organisation> = self.organisations.values().collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }
}

/// A blocker as it stands.
pub struct Scene {
    /// Where.
    pub partnership: PartnershipId,
    /// The server, as its people call it.
    pub server: String,
    /// The blocker.
    pub one: Blocker,
    /// Who may see it while it isn't shared, and whether they are their words.
    pub named: Vec<UserId>,
    /// The squad that waits.
    pub squad: Squad,
    /// When it is looked at.
    pub now: DateTime<Utc>,
    /// What it depends on, and what it is the same as, by row; only those that are shared.
    pub linked: BTreeMap<i64, Blocker>,
    ages: Ages,
}

impl Scene {
    /// Loads a blocker that somebody points at, as long as they may see it.
    pub async fn for_viewer(
        db: &mut Db,
        partnership: PartnershipId,
        id: i64,
        viewer: &Viewer,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let found = store::get(db, partnership, id).await?.filter(|one| viewer.sees(one));
        Self::of(db, partnership, found.ok_or_else(|| person(GONE))?, now).await
    }

    /// The same for one that is loaded already.
    pub async fn of(db: &mut Db, partnership: PartnershipId, one: Blocker, now: DateTime<Utc>) -> Result<Self> {
        let squad = squad::store::get(db, partnership, one.squad).await?.ok_or_else(|| person(GONE))?;
        let server = setup::store::get(db, partnership).await?.map_or_else(|| "your server".to_owned(), |one| one.name);
        let named = store::named(db, partnership, one.id).await?;
        let from = one.says.asked_at.unwrap_or(one.raised_at);
        let mut ages = Ages::load(db, partnership, from, now).await?;
        ages.squads.insert(squad.id, squad.clone());
        let mut linked = BTreeMap::new();
        for id in one.says.depends_on.iter().chain(&one.says.duplicate_of) {
            if let Some(other) = store::get(db, partnership, *id).await?.filter(|other| other.number.is_some()) {
                linked.insert(*id, other);
            }
        }
        Ok(Self { partnership, server, one, named, squad, now, linked, ages })
    }

    /// How it stands.
    pub fn standing(&mut self) -> Standing {
        self.ages.standing(&self.one)
    }

    /// The ladder that counts, and when its next step is taken.
    pub fn ladder(&self) -> Ladder {
        self.ages.ladder(&self.one)
    }

    /// The working time that both sides share.
    pub fn timeline(&mut self) -> Option<Timeline> {
        self.ages.timeline(&self.one)
    }

    /// The organisation that it waits on.
    pub fn asked(&self) -> Option<&Organisation> {
        self.ages.organisation(self.one.asked)
    }

    /// The organisation that waits.
    pub fn waits(&self) -> Option<&Organisation> {
        self.ages.organisation(self.one.waits)
    }

    /// All organisations, by name.
    pub fn organisations(&self) -> Vec<&Organisation> {
        self.ages.organisations()
    }

    /// Whether others than those whom its author named may see it.
    pub fn shared(&self) -> bool {
        self.one.number.is_some()
    }
}

/// Whoever looks, with all that decides about what they may see.
pub async fn viewer(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Viewer> {
    let member = member::store::get(db, partnership, user).await?;
    let mut squads: Vec<SquadId> =
        squad::store::of_member(db, partnership, user).await?.into_iter().map(|one| one.id).collect();
    squads.extend(squad::store::led_by(db, partnership, user).await?.into_iter().map(|one| one.id));
    Ok(Viewer {
        user,
        organisation: member.and_then(|member| member.agreed_organisation()),
        squads,
        named: store::naming(db, partnership, user).await?,
    })
}
