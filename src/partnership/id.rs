//! Ids as types of their own, so that one can't be taken for another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A partnership: one Discord server, by its snowflake.
    PartnershipId;
    /// A Discord user, by snowflake.
    UserId;
    /// A Discord channel, thread or DM, by snowflake.
    ChannelId;
    /// A Discord role, by snowflake.
    RoleId;
    /// A Discord message, by snowflake.
    MessageId;
    /// An organisation, numbered within its partnership.
    OrganisationId;
    /// A squad, numbered within its partnership.
    SquadId;
}

/// Stands for somebody who has left, where a record outlives its people, and for nobody.
pub const NOBODY: UserId = UserId(0);
