//! The nouns that all features share: ids, calendars, and what the bot says. Plain data, no I/O.

pub mod anonymity;
pub mod calendar;
pub mod fields;
pub mod id;
pub mod message;
pub mod pointer;
pub mod text;
pub mod words;
pub mod working_time;

pub use id::{ChannelId, MessageId, NOBODY, OrganisationId, PartnershipId, RoleId, SquadId, UserId};
pub use message::{Button, Call, Card, Field, File, Form, Message, Pick, Row, Select, Style};
pub use pointer::Pointer;
