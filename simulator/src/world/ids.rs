//! Snowflakes, one type for each kind of thing, so that a channel can't be passed for a role.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

/// Discord's epoch (2015-01-01), from which the upper bits of a snowflake count milliseconds.
pub const EPOCH_MS: i64 = 1_420_070_400_000;

struct SnowflakeVisitor;

impl Visitor<'_> for SnowflakeVisitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a snowflake, as a string or a number")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<u64, E> {
        Ok(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<u64, E> {
        value.parse().map_err(E::custom)
    }
}

macro_rules! snowflakes {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u64);

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

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(SnowflakeVisitor).map(Self)
            }
        }
    )+};
}

snowflakes! {
    /// A server ("guild" in the API).
    ServerId,
    /// A person or the bot.
    UserId,
    /// A role; the role of everyone has the id of its server.
    RoleId,
    /// A channel, a thread or a direct conversation.
    ChannelId,
    /// A message.
    MessageId,
    /// An application command.
    CommandId,
    /// One interaction of a person with the bot.
    InteractionId,
    /// A file.
    AttachmentId,
    /// A scheduled event of a server.
    EventId,
}
