//! Finding, in what a channel says, the message that may have arrived.

use chrono::{DateTime, TimeDelta, Utc};

use crate::discord::Seen;
use crate::partnership::{Message, MessageId, Row, Style};

/// How many messages are read back.
pub(super) const READ_BACK: u8 = 50;

/// How far Discord's clock may be from ours.
const APART: TimeDelta = TimeDelta::minutes(10);

/// Where Discord's count of milliseconds begins: 2015.
const DISCORD_EPOCH: i64 = 1_420_070_400_000;

/// What the messages of a channel say about one that may have arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// These may be it, most likely first. None: it didn't arrive.
    Candidates(Vec<MessageId>),
    /// The messages can't tell.
    Unclear,
}

/// Looks among the latest messages of a channel for one that was first sent at `since`.
pub(super) fn find(seen: &[Seen], message: &Message, nonce: i64, since: DateTime<Utc>) -> Found {
    let nonce = nonce.to_string();
    if let Some(it) = seen.iter().find(|seen| seen.text.lines().any(|line| line == nonce)) {
        return Found::Candidates(vec![it.message]);
    }
    let marks = marks(message);
    let earliest = since - APART;
    let all_read = seen.len() < usize::from(READ_BACK) || seen.iter().any(|seen| sent_at(seen.message) < earliest);
    if marks.is_empty() || !all_read {
        return Found::Unclear;
    }
    let like = |seen: &&Seen| sent_at(seen.message) >= earliest && marks.iter().all(|mark| seen.text.contains(mark));
    let mut candidates: Vec<MessageId> = seen.iter().filter(like).map(|seen| seen.message).collect();
    candidates.sort_unstable();
    Found::Candidates(candidates)
}

/// What a message can be recognised by: the ids of its components and its small print. Versions are
/// left out, since a panel may have been rendered anew.
fn marks(message: &Message) -> Vec<&str> {
    let mut marks: Vec<&str> =
        message.cards.iter().map(|card| card.footer.as_str()).filter(|footer| !footer.is_empty()).collect();
    for row in &message.rows {
        match row {
            Row::Buttons(buttons) => {
                marks.extend(buttons.iter().filter(|it| it.style != Style::Link).map(|it| unversioned(&it.does)));
            }
            Row::Select(select) => marks.push(unversioned(&select.does)),
        }
    }
    marks
}

fn unversioned(pointer: &str) -> &str {
    pointer.rfind(':').map_or(pointer, |last| &pointer[..=last])
}

/// When a message was made, which its id tells.
fn sent_at(message: MessageId) -> DateTime<Utc> {
    DateTime::from_timestamp_millis((message.0 >> 22) + DISCORD_EPOCH).unwrap_or(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::partnership::{Button, Card, PartnershipId, Pointer, UserId};

    fn now() -> DateTime<Utc> {
        "2026-11-02T09:00:00Z".parse().expect("an instant")
    }

    fn id(minutes: i64) -> MessageId {
        MessageId(((now() + TimeDelta::minutes(minutes)).timestamp_millis() - DISCORD_EPOCH) << 22)
    }

    fn said(minutes: i64, text: &str) -> Seen {
        Seen { message: id(minutes), author: UserId(1), text: text.to_owned() }
    }

    fn with_button() -> Message {
        let pointer = Pointer { version: 4, ..Pointer::new("a.b", PartnershipId(1), "2") };
        Message::text("Hello").buttons([Button::new("Go on", &pointer)])
    }

    fn found(minutes: &[i64]) -> Found {
        Found::Candidates(minutes.iter().map(|minutes| id(*minutes)).collect())
    }

    #[test]
    fn it_is_found_by_its_nonce_or_its_components() {
        let cases = [
            (vec![], found(&[])),
            (vec![said(1, "77")], found(&[1])),
            (vec![said(1, "177")], found(&[])),
            (vec![said(2, "v1:a.b:1:2:4"), said(1, "v1:a.b:1:2:5")], found(&[1, 2])),
            (vec![said(1, "v1:a.b:1:22:4")], found(&[])),
            (vec![said(-5, "v1:a.b:1:2:4")], found(&[-5])),
            (vec![said(-11, "v1:a.b:1:2:4")], found(&[])),
        ];
        for (seen, expected) in cases {
            assert_eq!(find(&seen, &with_button(), 77, now()), expected, "{seen:?}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_unclear() {
        let busy: Vec<Seen> = (0..50).map(|_| said(1, "x")).collect();
        assert_eq!(find(&busy, &with_button(), 77, now()), Found::Unclear, "it may stand further up");
        let mut reaching_back = busy.clone();
        reaching_back[49] = said(-20, "x");
        assert_eq!(find(&reaching_back, &with_button(), 77, now()), found(&[]));
        assert_eq!(find(&[said(1, "x")], &Message::text("Hello"), 77, now()), Found::Unclear, "it has no mark");
        let footed = Message::default().card(Card { footer: "B-12".to_owned(), ..Card::default() });
        assert_eq!(find(&[said(1, "B-12")], &footed, 77, now()), found(&[1]));
    }
}
