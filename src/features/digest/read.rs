//! Reads what digests are made from, out of the features whose it is.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};

use chrono::{DateTime, Days, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::error::{Result, person};
use crate::features::blocker::model::Blocker;
use crate::features::blocker::policy::{Standing, Viewer};
use crate::features::blocker::{self, Ages};
use crate::features::conversation::{self, model::Conversation};
use crate::features::decision::model::StandsAs;
use crate::features::organisation::model::Organisation;
use crate::features::{coffee, cover, decision, member, organisation, pace, release, rest, setup, share, squad};
use crate::partnership::{ChannelId, OrganisationId, PartnershipId, SquadId, UserId};
use crate::storage::Db;

use super::model::{About, Rate, Week};
use super::policy::people::People;
use super::policy::whole::Whole;
use super::policy::{Facts, Shared};
use super::rates;
use super::view::Surroundings;

/// Most stories, terms, offers and needs that are looked through, the latest ones.
const SHARES: i64 = 1_000;
/// Most conversations that are looked through, the latest ones.
const CONVERSATIONS: i64 = 500;

/// What the digests of a partnership share: it is read once for as many of them as are made.
pub struct Common {
    partnership: PartnershipId,
    now: DateTime<Utc>,
    from: Week,
    name: String,
    zone: Tz,
    organisations: Vec<Organisation>,
    blockers: Vec<Blocker>,
    ages: Ages,
    conversations: BTreeMap<ChannelId, Vec<(Conversation, Vec<OrganisationId>)>>,
    shared: Shared,
    rates: BTreeMap<Week, BTreeMap<About, Rate>>,
    /// Names, and what the partnership works on.
    pub around: Surroundings,
}

impl Common {
    /// Reads it, for digests of a week and of later ones.
    pub async fn read(db: &mut Db, partnership: PartnershipId, now: DateTime<Utc>, from: Week) -> Result<Self> {
        // A digest tells of the week before, too; and a week begins a day earlier by UTC in some zones.
        let since = (from.before().monday() - Days::new(1)).and_time(NaiveTime::MIN).and_utc();
        let setup = setup::store::get(db, partnership).await?;
        let organisations = organisation::store::all(db, partnership).await?;
        let shared = Shared {
            // It may be tomorrow somewhere.
            decisions: decision::store::lately(db, partnership, since, now.date_naive() + Days::new(1)).await?.into(),
            shares: share::store::latest(db, partnership, SHARES).await?.into(),
            coffees: coffee::store::met_since(db, partnership, since).await?.into(),
            guests: coffee::store::guests(db, partnership).await?.len(),
        };
        let mut standing = BTreeMap::new();
        for (kind, one, _) in decision::all_standing(db, partnership).await? {
            standing.insert(kind.as_str(), one.says.decision);
        }
        let mut blockers = blocker::store::lately(db, partnership, since).await?;
        // What is private to somebody has no number.
        blockers.retain(|one| one.number.is_some());
        let open = blockers.iter().filter(|one| !one.resolved);
        let oldest = open.map(|one| one.says.asked_at.unwrap_or(one.raised_at)).min().unwrap_or(now);
        let around = Surroundings {
            partnership,
            problem: standing.remove(StandsAs::ProblemStatement.as_str()),
            vision: standing.remove(StandsAs::Vision.as_str()),
            organisations: organisations.iter().map(|one| (one.id, (one.name.clone(), one.tag.clone()))).collect(),
        };
        Ok(Self {
            partnership,
            now,
            from,
            name: setup.as_ref().map_or_else(String::new, |one| one.name.clone()),
            zone: setup.map_or(Tz::UTC, |one| one.zone),
            blockers,
            ages: Ages::load(db, partnership, oldest, now).await?,
            conversations: conversations(db, partnership, &organisations).await?,
            organisations,
            shared,
            rates: BTreeMap::new(),
            around,
        })
    }

    /// What may be told of how some people checked in, by week: of one, and of the two before.
    async fn rates(&mut self, db: &mut Db, about: About, week: Week) -> Result<BTreeMap<Week, Rate>> {
        let mut known = BTreeMap::new();
        for week in [week, week.before(), week.before().before()] {
            if let Entry::Vacant(place) = self.rates.entry(week) {
                place.insert(rates::of(db, self.partnership, week, self.now).await?);
            }
            known.extend(self.rates[&week].get(&about).map(|rate| (week, *rate)));
        }
        Ok(known)
    }

    /// The rows of those blockers that somebody may not read; of nobody, whatever isn't everybody's.
    async fn hidden(&self, db: &mut Db, reader: UserId, all: &[(Blocker, Standing)]) -> Result<BTreeSet<i64>> {
        let viewer: Viewer = blocker::scene::viewer(db, self.partnership, reader).await?;
        Ok(all.iter().filter(|(one, _)| !viewer.sees(one)).map(|(one, _)| one.id).collect())
    }

    /// Some of the blockers, and how they stand. That is added up for those alone that somebody asks for.
    fn standing(&mut self, which: impl Fn(&Blocker) -> bool) -> Vec<(Blocker, Standing)> {
        let found = self.blockers.iter().filter(|one| which(one));
        found.map(|one| (one.clone(), self.ages.standing(one))).collect()
    }

    /// A squad's week, and the one before.
    pub async fn squad(&mut self, db: &mut Db, id: SquadId, week: Week, reader: UserId) -> Result<Facts> {
        let partnership = self.partnership;
        let squad = squad::store::get(db, partnership, id).await?;
        let squad = squad.ok_or_else(|| person("That squad isn't there any more."))?;
        let blockers = self.standing(|one| one.squad == id);
        let mut facts = Facts {
            week,
            now: self.now,
            people: squad::store::members(db, partnership, id).await?.len(),
            rates: self.rates(db, About::Squad(id), week).await?,
            dates: Vec::new(),
            releases: Vec::new(),
            hidden: self.hidden(db, reader, &blockers).await?,
            blockers,
            shared: self.shared.clone(),
            conversations: self.conversations.get(&squad.channel).cloned().unwrap_or_default(),
            squad,
        };
        facts.dates = rest::dates(db, partnership, &facts.squad, facts.last()).await?;
        let (from, to) = (week.before().instants(facts.squad.zone).0, week.instants(facts.squad.zone).1);
        let releases = release::store::since(db, partnership, id, from).await?;
        facts.releases = releases.into_iter().filter(|one| one.at < to).collect();
        Ok(facts)
    }

    /// An organisation's week, for its stewards.
    pub async fn people(&mut self, db: &mut Db, id: OrganisationId, week: Week, reader: UserId) -> Result<People> {
        let partnership = self.partnership;
        let organisation = self.organisations.iter().find(|one| one.id == id).cloned();
        let organisation = organisation.ok_or_else(|| person("That organisation isn't there any more."))?;
        let members = member::store::all(db, partnership).await?;
        let own: BTreeSet<UserId> =
            members.iter().filter(|one| one.agreed_organisation() == Some(id)).map(|one| one.user).collect();
        let joining = members.iter().filter(|one| one.waits_for() == Some(id)).count();
        let today = self.now.with_timezone(&self.zone).date_naive();
        let mut covers = cover::store::current(db, partnership, today).await?;
        covers.retain(|one| one.stewards_told && own.contains(&one.person));
        let mut needed = Vec::new();
        if organisation.settings.steward_flags {
            for user in own.iter().filter(|user| **user != reader) {
                needed.extend(pace::needed(db, partnership, *user, self.now).await?.map(|text| (*user, text)));
            }
        }
        let blockers = self.standing(|one| one.asked == Some(id) || one.waits == Some(id));
        Ok(People {
            week,
            now: self.now,
            zone: self.zone,
            rates: self.rates(db, About::Organisation(id), week).await?,
            organisation,
            needed,
            covers,
            joining,
            hidden: self.hidden(db, reader, &blockers).await?,
            blockers,
            shared: self.shared.clone(),
        })
    }

    /// The partnership's week, for everybody.
    pub async fn whole(&mut self, db: &mut Db, week: Week) -> Result<Whole> {
        let from = week.before().instants(self.zone).0;
        let releases = release::store::all_since(db, self.partnership, from).await?;
        Ok(Whole {
            week,
            now: self.now,
            zone: self.zone,
            name: self.name.clone(),
            releases,
            blockers: Whole::for_everybody(self.blockers.iter()),
            shared: self.shared.clone(),
        })
    }

    /// Whether the digests of a week can be made of it.
    pub fn reaches(&self, week: Week) -> bool {
        self.from <= week
    }
}

/// Conversations by their channels, and whose voices are missing in those that are open.
async fn conversations(
    db: &mut Db,
    partnership: PartnershipId,
    organisations: &[Organisation],
) -> Result<BTreeMap<ChannelId, Vec<(Conversation, Vec<OrganisationId>)>>> {
    let mut all: BTreeMap<ChannelId, Vec<_>> = BTreeMap::new();
    for one in conversation::store::latest(db, partnership, CONVERSATIONS).await? {
        let missing = if one.closed_at.is_none() {
            conversation::scene::quiet(db, partnership, one.number, organisations).await?
        } else {
            Vec::new()
        };
        all.entry(one.channel).or_default().push((one, missing));
    }
    Ok(all)
}
