//! Who may change a decision, and when its owner is asked about it.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::error::{Result, refuse};
use crate::partnership::UserId;
use crate::schedule::resolve;

use super::model::{Decision, NOBODY, Status};

/// When somebody is asked at a review date.
const ASKED_AT: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).expect("a time of day");
/// How long an answer is waited for before the owner is asked once more.
pub(super) const PATIENCE: TimeDelta = TimeDelta::days(7);

/// Whether somebody may change a decision: its owner, whoever recorded it, a lead, an admin.
pub(super) fn may_change(one: &Decision, user: UserId, leads: bool, admin: bool) -> bool {
    user != NOBODY && (one.says.owner == user || one.recorded_by == user) || leads || admin
}

/// Whether a decision can still be changed.
pub(super) fn is_open(one: &Decision) -> bool {
    matches!(one.status, Status::Proposed | Status::Agreed)
}

/// Refuses what is over.
pub(super) fn check_open(one: &Decision) -> Result<()> {
    if is_open(one) {
        Ok(())
    } else {
        refuse(format!("D-{} holds no more, so it stays as it is. `/decision record` records a new one.", one.number))
    }
}

/// When the owner is asked at a review date.
pub(super) fn review_at(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    resolve(date.and_time(ASKED_AT), zone)
}

/// The number in `D-7`, `d7`, `#7` or `7`.
pub(super) fn parse_number(text: &str) -> Option<i64> {
    let text = text.trim().trim_start_matches('#');
    let rest = text.strip_prefix(['d', 'D']).unwrap_or(text);
    let digits = rest.trim_start_matches(['-', ' ']);
    digits.parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_said() {
        for text in ["D-7", "d7", " 7 ", "#7", "d 7"] {
            assert_eq!(parse_number(text), Some(7), "{text}");
        }
        for text in ["", "D-", "7 days", "release 7", "-0", "99999999999999999999"] {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }
}
