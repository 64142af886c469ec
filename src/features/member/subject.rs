//! A member together with all that decides about their working days.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::error::Result;
use crate::features::organisation::model::Organisation;
use crate::features::squad::model::Squad;
use crate::features::{away, checkin, organisation, squad};
use crate::outbox;
use crate::partnership::{PartnershipId, UserId};
use crate::storage::Db;

use super::model::Member;
use super::{store, zone_of};

/// A member, with all that decides about their working days.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Where.
    pub partnership: PartnershipId,
    /// Who.
    pub user: UserId,
    /// Their home zone.
    pub zone: Tz,
    /// The squads that they are in.
    pub squads: Vec<Squad>,
    /// Their organisation.
    pub organisation: Option<Organisation>,
}

impl Subject {
    /// Loads a member.
    pub async fn load(db: &mut Db, partnership: PartnershipId, member: &Member) -> Result<Self> {
        Self::with(db, partnership, member.user, Some(member)).await
    }

    /// Loads somebody who may not be a member yet.
    pub async fn of(db: &mut Db, partnership: PartnershipId, user: UserId) -> Result<Self> {
        let member = store::get(db, partnership, user).await?;
        Self::with(db, partnership, user, member.as_ref()).await
    }

    /// The same for whoever has looked already whether they are a member.
    pub async fn with(db: &mut Db, partnership: PartnershipId, user: UserId, member: Option<&Member>) -> Result<Self> {
        let squads = squad::store::of_member(db, partnership, user).await?;
        let organisation = match member.and_then(Member::agreed_organisation) {
            Some(id) => organisation::store::get(db, partnership, id).await?,
            None => None,
        };
        let zone = match member.and_then(|member| member.zone).or(squads.first().map(|squad| squad.zone)) {
            Some(zone) => zone,
            None => zone_of(db, partnership, user).await?,
        };
        Ok(Self { partnership, user, zone, squads, organisation })
    }

    /// Their local date at an instant.
    pub fn date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// Whether nobody expects work of them on a date, leave aside.
    pub fn is_free(&self, date: NaiveDate) -> bool {
        checkin::policy::is_free(&self.squads, self.organisation.as_ref().map(Organisation::holidays), date)
    }

    /// When they may be spoken to, from an instant on: in their daytime, on a day that they work.
    pub async fn welcome(&self, db: &mut Db, from: DateTime<Utc>) -> Result<DateTime<Utc>> {
        let away = away::store::from(db, self.partnership, self.user, self.date(from)).await?;
        let free = |date| self.is_free(date) || away.iter().any(|one| one.covers(date));
        Ok(outbox::welcome(from, self.zone, free))
    }
}
