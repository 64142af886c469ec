//! Component ids: what a button, a select or a form points at.
//!
//! Nothing about a running interaction is kept in memory. What a handler needs stands in the id of
//! the component that calls it, so a button works the same after a restart or months later.

use std::fmt;
use std::str::FromStr;

use super::PartnershipId;

/// The longest id that Discord takes, in characters.
pub const LONGEST: usize = 100;

/// `v1:<feature>.<action>:<partnership>:<row>:<version>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// Which line of the command table handles it: `<feature>.<action>`.
    pub action: String,
    /// Whose data it points into.
    pub partnership: PartnershipId,
    /// Which row, in the feature's own words: a number, a date, or several joined by commas. May be empty.
    pub row: String,
    /// Which version of the row the person saw; 0 where the row has none; [`AGAIN`] where a form is tried again.
    pub version: i64,
}

/// The version of what leads back into a form that couldn't be used, and of that form: its answer takes the place of
/// the message that said why.
pub const AGAIN: i64 = -1;

impl Pointer {
    /// A pointer to a row that has no versions.
    pub fn new(action: &str, partnership: PartnershipId, row: impl fmt::Display) -> Self {
        Self { action: action.to_owned(), partnership, row: row.to_string(), version: 0 }
    }

    /// The same, back into a form.
    #[must_use]
    pub fn again(self) -> Self {
        Self { version: AGAIN, ..self }
    }

    /// Whether it leads back into a form, or is that form's.
    pub fn is_again(&self) -> bool {
        self.version == AGAIN
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v1:{}:{}:{}:{}", self.action, self.partnership, self.row, self.version)
    }
}

impl FromStr for Pointer {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if text.len() > LONGEST {
            return Err(());
        }
        let parts: Vec<&str> = text.split(':').collect();
        let ["v1", action, partnership, row, version] = parts[..] else { return Err(()) };
        let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
        if action.is_empty() || !action.chars().all(named) {
            return Err(());
        }
        Ok(Self {
            action: action.to_owned(),
            partnership: partnership.parse().map_err(drop)?,
            row: row.to_owned(),
            version: version.parse().map_err(drop)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_reads_back_as_it_was_written() {
        let pointer = Pointer { version: 3, ..Pointer::new("checkin.open", PartnershipId(7), "2026-03-29,4") };
        assert_eq!(pointer.to_string(), "v1:checkin.open:7:2026-03-29,4:3");
        assert_eq!(pointer.to_string().parse(), Ok(pointer));
    }

    #[test]
    fn what_is_no_pointer_is_refused() {
        for text in ["", "v1", "v2:a:1:2:3", "v1::1:2:3", "v1:a:x:2:3", "v1:a:1:2", "v1:a:1:2:3:4", "v1:A b:1:2:3"] {
            assert_eq!(text.parse::<Pointer>(), Err(()), "{text}");
        }
        assert_eq!(format!("v1:a:1:{}:0", "x".repeat(100)).parse::<Pointer>(), Err(()));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            drop(text.parse::<Pointer>());
        }
    }
}
