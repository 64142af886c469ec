//! Why Discord did not do what it was asked, sorted by what can be done about it.

use std::time::Duration;

/// Why a request came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It will never work as it stands.
    Final {
        /// Discord's own code, or the HTTP status where there is none.
        code: u64,
        /// Why, in words that an admin understands. Holds no text that a person wrote.
        why: String,
    },
    /// It may work later. It was certainly not done.
    Passing {
        /// Discord's own code, or the HTTP status where there is none.
        code: u64,
        /// How long Discord asks to wait.
        retry_after: Option<Duration>,
    },
    /// Nobody can tell whether it was done: there was no answer, or the answer was a failing machine's.
    Uncertain,
    /// It never left: Discord can't be reached, or sending has been stopped.
    NotSent,
}

impl Failure {
    /// Discord's code, where there is one.
    pub fn code(&self) -> Option<u64> {
        match self {
            Self::Final { code, .. } | Self::Passing { code, .. } => Some(*code),
            Self::Uncertain | Self::NotSent => None,
        }
    }

    /// A failure of our own making that no repetition can mend.
    pub(super) fn unreadable(what: &str) -> Self {
        Self::Final { code: 0, why: format!("Discord's answer has no {what}") }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Final { code, why } => write!(f, "{why} ({code})"),
            Self::Passing { code, .. } => write!(f, "Discord asks to try again later ({code})"),
            Self::Uncertain => f.write_str("Discord did not answer, and it may have been done"),
            Self::NotSent => f.write_str("Discord can't be reached"),
        }
    }
}

impl std::error::Error for Failure {}

/// What Discord's code for an error means for the people who run the bot.
const MEANINGS: &[(u64, &str)] = &[
    (10_003, "The channel no longer exists"),
    (10_004, "The server no longer exists, or the bot was removed from it"),
    (10_007, "The person is no longer a member of the server"),
    (10_008, "The message was deleted"),
    (10_013, "The person's account no longer exists"),
    (10_062, "The interaction is too old to be answered"),
    (40_060, "The interaction was answered already"),
    (50_001, "The bot can't see the channel"),
    (50_007, "The person's direct messages are closed"),
    (50_013, "The bot lacks a permission there"),
    (50_035, "Discord refused the form of the request"),
    (50_278, "The person shares no server with the bot"),
    (160_004, "The message has a thread already"),
];

/// Codes that pass by themselves: too many edits of an old message, an archived thread, DMs opened
/// too fast, a resource that is overloaded.
const PASSING: &[u64] = &[30_046, 50_083, 40_003, 130_000];

/// Sorts an answer by its HTTP status and Discord's code in the body (0 where there is none).
///
/// A 5xx is uncertain rather than passing: whatever stood behind the failing machine may have done
/// what was asked. A 401 passes: the request is in order, it is the token that has to be replaced.
pub fn classify(status: u16, code: u64, retry_after: Option<Duration>) -> Failure {
    let shown = if code == 0 { u64::from(status) } else { code };
    if status == 429 || status == 401 && !is_token_of_interaction(code) || PASSING.contains(&code) {
        Failure::Passing { code: shown, retry_after }
    } else if status >= 500 {
        Failure::Uncertain
    } else {
        Failure::Final { code: shown, why: meaning(shown) }
    }
}

/// An interaction's token that has run out comes as a 401 too, and says nothing about the bot's own.
pub(super) fn is_token_of_interaction(code: u64) -> bool {
    matches!(code, 50_027 | 10_015)
}

fn meaning(code: u64) -> String {
    let known = MEANINGS.iter().find(|(known, _)| *known == code);
    known.map_or_else(|| "Discord refused the request".to_owned(), |(_, meaning)| (*meaning).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_sorted_by_what_can_be_done() {
        let finals = [
            (403, 50_007),
            (403, 50_278),
            (404, 10_003),
            (404, 10_004),
            (404, 10_007),
            (404, 10_008),
            (404, 10_013),
            (403, 50_001),
            (403, 50_013),
            (400, 50_035),
            (400, 99_999),
            (404, 0),
            (401, 50_027),
        ];
        for (status, code) in finals {
            assert!(matches!(classify(status, code, None), Failure::Final { .. }), "{status} {code}");
        }
        let passing = [(429, 0), (400, 30_046), (400, 50_083), (400, 40_003), (429, 40_003), (503, 130_000), (401, 0)];
        for (status, code) in passing {
            assert!(matches!(classify(status, code, None), Failure::Passing { .. }), "{status} {code}");
        }
        for status in [500, 502, 503, 504, 520, 599] {
            assert_eq!(classify(status, 0, None), Failure::Uncertain, "{status}");
        }
    }

    #[test]
    fn the_code_that_is_shown_is_discords_where_there_is_one() {
        assert_eq!(classify(403, 50_007, None).code(), Some(50_007));
        assert_eq!(classify(404, 0, None).code(), Some(404));
    }

    #[test]
    fn waiting_is_passed_on() {
        let wait = Some(Duration::from_secs(2));
        assert_eq!(classify(429, 0, wait), Failure::Passing { code: 429, retry_after: wait });
    }
}
