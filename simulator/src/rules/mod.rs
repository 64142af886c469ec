//! What Discord accepts: limits, shapes and the words in which it refuses.

pub(crate) mod commands;
pub(crate) mod components;
pub(crate) mod draft;
pub(crate) mod embeds;
mod error;
pub(crate) mod form;
pub(crate) mod mentions;
pub(crate) mod modal;
pub(crate) mod refusal;

pub(crate) use error::Rejection;
