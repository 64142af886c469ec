//! What is wrong with something that a person wrote, said so that they can put it right.

use std::fmt;

/// A schedule, time, date or zone that could not be read.
///
/// It is meant for the person who wrote it: the field says which part is wrong, the message
/// says in one sentence what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleError {
    field: &'static str,
    message: String,
}

impl ScheduleError {
    pub(super) fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self { field, message: message.into() }
    }

    /// The part that is wrong: `minute`, `hour`, `day of month`, `month`, `day of week`,
    /// `second` or `cron` for a cron rule; `schedule`, `days`, `time`, `interval`, `date`,
    /// `hours`, `zone`, `from` or `count` elsewhere.
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// What would be right, without the name of the field.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for ScheduleError {}

/// A person's own text, short and without control characters, for use in a message.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let clean: String = text.trim().chars().filter(|c| !c.is_control() && *c != '`').collect();
    if clean.is_empty() {
        return "an empty text".to_owned();
    }
    let mut short: String = clean.chars().take(LONGEST).collect();
    if clean.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    format!("“{short}”")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_is_short_and_clean() {
        assert_eq!(quoted(" 75 "), "“75”");
        assert_eq!(quoted("a`b\u{7}c\n"), "“abc”");
        assert_eq!(quoted(" \n"), "an empty text");
        assert_eq!(quoted(&"é".repeat(50)).chars().count(), 43);
    }
}
