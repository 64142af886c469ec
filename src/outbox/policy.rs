//! What becomes of a post or a panel after an attempt to send it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::discord::Failure;
use crate::partnership::MessageId;
use crate::scheduler::pause;

use super::Target;

/// Discord remembers nonces for "a few minutes"; up to this long we count on it.
const NONCE_LIVES: TimeDelta = TimeDelta::minutes(4);

/// The longest pause, whatever Discord asks for.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// Unknown channel.
pub(super) const CHANNEL_GONE: u64 = 10_003;
/// Unknown message.
pub(super) const MESSAGE_GONE: u64 = 10_008;
/// Too many edits to a message older than an hour.
pub(super) const EDITED_TOO_OFTEN: u64 = 30_046;
/// Missing access.
pub(super) const NO_ACCESS: u64 = 50_001;
/// The person takes no direct messages.
const DM_CLOSED: u64 = 50_007;
/// Missing permissions.
pub(super) const NO_PERMISSION: u64 = 50_013;
/// The thread is archived.
pub(super) const ARCHIVED: u64 = 50_083;
/// The person shares no server with the bot.
const NO_MUTUAL_SERVER: u64 = 50_278;

/// What becomes of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It arrived as this message.
    Sent(MessageId),
    /// It is tried again.
    Again {
        /// When.
        at: DateTime<Utc>,
        /// When it may have arrived for the first time; `None` where it certainly has not.
        first_sent_at: Option<DateTime<Utc>>,
    },
    /// The thread or the person's channel isn't there any more: another one is opened, and it is tried again then.
    PlaceGone {
        /// When.
        at: DateTime<Utc>,
    },
    /// The person takes no messages from the bot.
    Closed,
    /// There is no thread, and there won't be one.
    NoThread,
    /// It will never arrive.
    Refused {
        /// Discord's code.
        code: u64,
        /// Why, in words.
        why: String,
    },
    /// Nobody can tell whether it arrived.
    Unknown,
}

/// An attempt to send something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    /// The number of it.
    pub(super) number: i64,
    /// When it began.
    pub(super) began_at: DateTime<Utc>,
    /// When an attempt first may have reached Discord, this one included.
    pub(super) first_sent_at: DateTime<Utc>,
    /// When there is no point in sending it any more.
    pub(super) expires_at: DateTime<Utc>,
}

/// How to go about an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Approach {
    /// Send it: it never was, or Discord still knows it by its nonce.
    Send,
    /// Look for it where it would have arrived.
    LookFor,
}

impl Attempt {
    /// How to go about it.
    pub(super) fn approach(&self) -> Approach {
        let age = self.began_at - self.first_sent_at;
        let remembered = age >= TimeDelta::zero() && age < NONCE_LIVES;
        if remembered && self.began_at < self.expires_at { Approach::Send } else { Approach::LookFor }
    }

    /// Whether an earlier attempt may have brought it there. By a clock that was set back, that was later than now.
    pub(super) fn may_have_arrived(&self) -> bool {
        self.first_sent_at != self.began_at
    }

    /// When it may have arrived, after an attempt that certainly didn't bring it there. What an
    /// earlier attempt may have done still counts.
    pub(super) fn not_by_this(&self) -> Option<DateTime<Utc>> {
        self.may_have_arrived().then_some(self.first_sent_at)
    }

    /// When to try again after a failure that passes.
    pub(super) fn again_at(&self, failure: &Failure, now: DateTime<Utc>) -> DateTime<Utc> {
        let asked = match failure {
            Failure::Passing { retry_after: Some(wait), .. } => TimeDelta::from_std(*wait).ok(),
            _ => None,
        };
        // A pause of nothing would try again in the same instant.
        now + asked.unwrap_or_else(|| pause(self.number)).clamp(TimeDelta::milliseconds(1), LONGEST_PAUSE)
    }

    /// What becomes of a post that was sent to no avail.
    pub(super) fn after(&self, failure: Failure, target: &Target, now: DateTime<Utc>) -> Next {
        let at = self.again_at(&failure, now);
        match (failure, target) {
            (Failure::Final { code: DM_CLOSED | NO_MUTUAL_SERVER, .. }, Target::Dm(_)) => Next::Closed,
            (Failure::Final { code: CHANNEL_GONE, .. }, Target::Dm(_) | Target::Thread(_)) => {
                Next::PlaceGone { at: now + pause(self.number) }
            }
            (Failure::Final { code, why }, _) => Next::Refused { code, why },
            (Failure::Uncertain, _) => Next::Again { at, first_sent_at: Some(self.first_sent_at) },
            (Failure::Passing { .. } | Failure::NotSent, _) => Next::Again { at, first_sent_at: self.not_by_this() },
        }
    }

    /// What becomes of a post that was looked for in a channel that couldn't be read.
    pub(super) fn unread(&self, failure: &Failure, now: DateTime<Utc>) -> Next {
        if matches!(failure, Failure::Final { .. }) || now >= self.expires_at {
            return Next::Unknown;
        }
        Next::Again { at: self.again_at(failure, now), first_sent_at: Some(self.first_sent_at) }
    }
}

/// When a panel may be edited again: in 15 seconds during its first hour, in 5 minutes after that.
pub(super) fn next_edit(posted_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let young = now - posted_at < TimeDelta::hours(1);
    now + if young { TimeDelta::seconds(15) } else { TimeDelta::minutes(5) }
}

/// When a panel may be edited again that Discord says was edited too often.
pub(super) fn after_too_many_edits(now: DateTime<Utc>) -> DateTime<Utc> {
    now + TimeDelta::minutes(10)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::partnership::{ChannelId, UserId};

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    /// The third attempt, at 100 s, of what expires at 1,000 s.
    fn third(first_sent_at: i64) -> Attempt {
        Attempt { number: 3, began_at: at(100), first_sent_at: at(first_sent_at), expires_at: at(1_000) }
    }

    #[test]
    fn it_is_sent_while_its_nonce_lives_and_looked_for_afterwards() {
        let cases = [
            (100, 100, 1_000, Approach::Send),
            (339, 100, 1_000, Approach::Send),
            (340, 100, 1_000, Approach::LookFor),
            (120, 100, 120, Approach::LookFor),
            // The clock was set back: nobody knows how old it is.
            (90, 100, 1_000, Approach::LookFor),
        ];
        for (now, first, expires, expected) in cases {
            let attempt = Attempt { number: 1, began_at: at(now), first_sent_at: at(first), expires_at: at(expires) };
            assert_eq!(attempt.approach(), expected, "{now} {first} {expires}");
        }
    }

    #[test]
    fn each_failure_has_its_consequence() {
        let (dm, channel, thread) =
            (Target::Dm(UserId(1)), Target::Channel(ChannelId(2)), Target::Thread("a:1".to_owned()));
        let refused = |code| Failure::Final { code, why: "why".to_owned() };
        let passing =
            |seconds: Option<u64>| Failure::Passing { code: 0, retry_after: seconds.map(Duration::from_secs) };
        let again = |seconds, first: Option<i64>| Next::Again { at: at(seconds), first_sent_at: first.map(at) };
        let never = |code| Next::Refused { code, why: "why".to_owned() };
        // The failure, the target, when it first may have arrived, and what follows at 110 s.
        let cases = [
            (refused(50_007), &dm, 100, Next::Closed),
            (refused(50_278), &dm, 100, Next::Closed),
            (refused(50_007), &channel, 100, never(50_007)),
            (refused(10_003), &channel, 100, never(10_003)),
            (refused(10_003), &thread, 100, Next::PlaceGone { at: at(118) }),
            (refused(10_003), &dm, 100, Next::PlaceGone { at: at(118) }),
            (refused(50_013), &thread, 100, never(50_013)),
            (refused(50_035), &dm, 100, never(50_035)),
            (passing(Some(20)), &dm, 100, again(130, None)),
            (passing(Some(3_600)), &dm, 100, again(410, None)),
            (passing(None), &dm, 100, again(118, None)),
            (passing(None), &dm, 50, again(118, Some(50))),
            (Failure::NotSent, &channel, 100, again(118, None)),
            (Failure::NotSent, &channel, 50, again(118, Some(50))),
            (Failure::NotSent, &channel, 150, again(118, Some(150))),
            (Failure::Uncertain, &channel, 100, again(118, Some(100))),
            (Failure::Uncertain, &thread, 50, again(118, Some(50))),
        ];
        for (failure, target, first, expected) in cases {
            let shown = format!("{failure:?} {target:?} {first}");
            assert_eq!(third(first).after(failure, target, at(110)), expected, "{shown}");
        }
    }

    #[test]
    fn what_cannot_be_read_back_is_not_sent_again() {
        let refused = Failure::Final { code: 50_001, why: String::new() };
        assert_eq!(third(50).unread(&refused, at(110)), Next::Unknown);
        assert_eq!(third(50).unread(&Failure::NotSent, at(1_000)), Next::Unknown);
        let again = Next::Again { at: at(118), first_sent_at: Some(at(50)) };
        assert_eq!(third(50).unread(&Failure::Uncertain, at(110)), again);
    }

    #[test]
    fn panels_are_edited_often_when_they_are_young() {
        for (age, pause) in [(0, 15), (3_599, 15), (3_600, 300), (86_400, 300)] {
            assert_eq!(next_edit(at(0), at(age)), at(age + pause), "{age}");
        }
    }
}
