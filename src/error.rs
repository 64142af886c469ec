//! The two kinds of error: what the person can do something about, and the rest.

use std::fmt;

use crate::partnership::text::escaped;
use crate::schedule::ScheduleError;

/// Why something was not done.
#[derive(Debug)]
pub enum Error {
    /// Said to the person as it stands: what happened and what to do next, in one or two sentences.
    Person(String),
    /// A defect or a failing machine. Logged once where the request is handled; the person sees a
    /// short reference.
    Unexpected(anyhow::Error),
}

/// The result of whatever a person or a job asked for.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error that is said to the person as it stands.
pub fn person(text: impl Into<String>) -> Error {
    Error::Person(text.into())
}

/// `Err` of [`person`].
pub fn refuse<T>(text: impl Into<String>) -> Result<T> {
    Err(person(text))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(text) => f.write_str(text),
            Self::Unexpected(error) => write!(f, "{error:#}"),
        }
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Unexpected(error)
    }
}

/// What can't be read as a date or a time is said to whoever wrote it; their words are quoted in it.
impl From<ScheduleError> for Error {
    fn from(why: ScheduleError) -> Self {
        Self::Person(escaped(why.message()).replace("\\`", "`"))
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Unexpected(anyhow::Error::new(error).context("database"))
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Unexpected(anyhow::Error::new(error).context("JSON"))
    }
}
