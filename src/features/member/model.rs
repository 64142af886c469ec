//! A member: one person in one partnership.

use chrono::NaiveTime;
use chrono_tz::Tz;

use crate::partnership::{OrganisationId, UserId};

/// One person in one partnership. Nothing of it combines across partnerships.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// The name that the server showed when they last acted.
    pub name: String,
    /// Their home zone, once they chose it.
    pub zone: Option<Tz>,
    /// Their own time to be asked; `None` follows the squad.
    pub prompt_at: Option<NaiveTime>,
    /// Their organisation, and how sure that is.
    pub organisation: Option<(OrganisationId, Membership)>,
    /// What they said at first contact.
    pub contact: Contact,
}

/// How sure it is that a member is of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// They asked; a steward has to say yes.
    Asked,
    /// Agreed.
    Agreed,
}

/// What a member said at first contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contact {
    /// Nothing was asked yet.
    New,
    /// Has the first-contact card, and has not answered.
    Carded,
    /// **Start**: everything.
    Start,
    /// **Check-ins only**: no questions about hours.
    Checkins,
    /// **Not me**: no messages.
    Declined,
}

impl Member {
    /// Their organisation, once it is agreed.
    pub fn agreed_organisation(&self) -> Option<OrganisationId> {
        match self.organisation {
            Some((id, Membership::Agreed)) => Some(id),
            _ => None,
        }
    }

    /// The organisation of which they want to be, while its steward hasn't said yes.
    pub fn waits_for(&self) -> Option<OrganisationId> {
        match self.organisation {
            Some((id, Membership::Asked)) => Some(id),
            _ => None,
        }
    }

    /// Whether they agreed to be asked.
    pub fn takes_part(&self) -> bool {
        matches!(self.contact, Contact::Start | Contact::Checkins)
    }
}

impl Contact {
    /// As it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Carded => "carded",
            Self::Start => "start",
            Self::Checkins => "checkins",
            Self::Declined => "declined",
        }
    }

    /// From how it is stored.
    pub fn parse(text: &str) -> Self {
        match text {
            "carded" => Self::Carded,
            "start" => Self::Start,
            "checkins" => Self::Checkins,
            "declined" => Self::Declined,
            _ => Self::New,
        }
    }
}
