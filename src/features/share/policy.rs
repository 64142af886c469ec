//! The exchange's rules: what meets what, and how long it stands.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::error::{Result, refuse};
use crate::partnership::words::words;
use crate::schedule::resolve;

use super::model::{Category, Share, State};

/// How long an offer or a need stands where nothing else is said, in days.
pub(super) const STANDS: u64 = 30;
/// The longest that it may stand, in days: what is older than half a year has changed.
pub(super) const LONGEST: u64 = 180;
/// How many days before its end its person is asked whether it still stands.
const ASKED_BEFORE: u64 = 3;
/// How long two people have before they are asked what came of it.
pub(super) const CAME_AFTER: TimeDelta = TimeDelta::days(14);
/// Matches that are shown.
const SHOWN: usize = 3;
/// Words in common that make up for another category.
const TELLING: usize = 2;

/// Words that say nothing of what is offered or needed.
const COMMON: &[&str] = &[
    "and", "for", "the", "with", "from", "our", "your", "can", "could", "who", "has", "have", "need", "needs", "offer",
    "offers", "some", "somebody", "someone", "people", "days", "day", "week", "weeks", "month", "months", "one", "two",
    "three", "per", "that", "this", "are", "any", "all", "not", "will", "would", "until", "about", "until", "into",
];

/// The last day on which it stands.
///
/// # Errors
/// It is over already, or further away than anybody can promise.
pub(super) fn until(said: Option<NaiveDate>, today: NaiveDate) -> Result<NaiveDate> {
    let said = said.unwrap_or(today + Days::new(STANDS));
    if said < today {
        return refuse(format!("{} is over. Until when does it stand?", said.format("%-d %B %Y")));
    }
    if said > today + Days::new(LONGEST) {
        return refuse("Half a year is as far as it can stand. I ask before it ends, and one click makes it longer.");
    }
    Ok(said)
}

/// When something changes by itself: its person is asked whether it still stands, or it stands no more.
pub(super) fn next(share: &Share, zone: Tz) -> Option<DateTime<Utc>> {
    let until = share.says.until.filter(|_| share.state == State::Open && share.kind.is_exchange())?;
    if share.says.asked == Some(until) {
        return Some(ends(until, zone));
    }
    let ask_on = until.checked_sub_days(Days::new(ASKED_BEFORE)).unwrap_or(until);
    // Not before it is a day old: nobody is asked about what they have just said.
    let shared = share.changed_at.with_timezone(&zone).date_naive();
    let ask_on = ask_on.max(shared + Days::new(1));
    if ask_on > until {
        return Some(ends(until, zone));
    }
    Some(resolve(ask_on.and_time(NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default()), zone))
}

/// The end of its last day.
pub(super) fn ends(until: NaiveDate, zone: Tz) -> DateTime<Utc> {
    resolve((until + Days::new(1)).and_time(NaiveTime::MIN), zone)
}

fn telling(share: &Share) -> BTreeSet<String> {
    let says = &share.says;
    let all = words(&says.title).into_iter().chain(words(&says.words)).chain(words(&says.limits));
    all.filter(|word| word.chars().count() > 2 && !COMMON.contains(&word.as_str())).map(stem).collect()
}

/// Without an English plural: “testers” meets “tester”.
fn stem(word: String) -> String {
    match word.strip_suffix('s') {
        Some(one) if one.chars().count() > 3 && !one.ends_with('s') => one.to_owned(),
        _ => word,
    }
}

/// What meets an offer or a need, best first: of the same category, or with two telling words in common; first
/// what has more words in common, then what comes from another organisation, then the newest. Its own person's
/// don't count.
pub(super) fn matches<'a>(share: &Share, others: &'a [Share]) -> Vec<&'a Share> {
    let Some(meets) = share.kind.meets() else { return Vec::new() };
    let own = telling(share);
    let mut found: Vec<(usize, bool, &Share)> = others
        .iter()
        .filter(|other| other.kind == meets && other.state == State::Open && other.person != share.person)
        .map(|other| {
            let common = telling(other).intersection(&own).count();
            (common, other.organisation.is_none() || other.organisation != share.organisation, other)
        })
        .filter(|(common, _, other)| *common >= TELLING || same(share.says.category, other.says.category))
        .collect();
    found.sort_by_key(|(common, elsewhere, other)| Reverse((*common, *elsewhere, other.number)));
    found.into_iter().take(SHOWN).map(|(.., other)| other).collect()
}

fn same(one: Option<Category>, other: Option<Category>) -> bool {
    one.is_some() && one == other
}

/// A number as people write it: `S-4`, `s4`, `4`.
pub(super) fn parse_number(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.strip_prefix(['S', 's']).map_or(text, |rest| rest.strip_prefix('-').unwrap_or(rest));
    digits.parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::features::share::model::{Body, Kind};
    use crate::partnership::{OrganisationId, UserId};

    fn share(number: i64, kind: Kind, category: Category, organisation: i64, title: &str) -> Share {
        Share {
            number,
            kind,
            state: State::Open,
            person: UserId(number),
            organisation: Some(OrganisationId(organisation)),
            says: Body { title: title.to_owned(), category: Some(category), ..Body::default() },
            shared_at: Utc.with_ymd_and_hms(2026, 3, 23, 9, 0, 0).single().expect("an instant"),
            changed_at: Utc.with_ymd_and_hms(2026, 3, 23, 9, 0, 0).single().expect("an instant"),
        }
    }

    #[test]
    fn a_need_meets_offers_by_category_and_words() {
        let need = share(1, Kind::Need, Category::People, 1, "Two testers with clinic experience");
        let offers = [
            share(2, Kind::Offer, Category::People, 1, "A tester for two days a week"),
            share(3, Kind::Offer, Category::People, 2, "Call handlers"),
            share(4, Kind::Offer, Category::Skills, 2, "Clinic staff who were testers before"),
            share(5, Kind::Offer, Category::Data, 2, "A test data set"),
            share(6, Kind::Need, Category::People, 2, "Testers"),
            Share { person: UserId(1), ..share(7, Kind::Offer, Category::People, 1, "Testers of ours") },
            Share { state: State::Closed, ..share(8, Kind::Offer, Category::People, 2, "Testers with experience") },
            share(9, Kind::Offer, Category::People, 3, "A driver"),
        ];
        let found: Vec<i64> = matches(&need, &offers).iter().map(|one| one.number).collect();
        // Two words in common, though of another category; one word; none, but of the same category: the newest.
        assert_eq!(found, [4, 2, 9]);
        let found: Vec<i64> = matches(&offers[1], &[need]).iter().map(|one| one.number).collect();
        assert_eq!(found, [1]);
        let story = share(10, Kind::Success, Category::People, 1, "Two testers");
        assert!(matches(&story, &offers).is_empty());
    }

    #[test]
    fn what_stands_is_asked_about_three_days_before_its_end() {
        let zone = chrono_tz::Europe::London;
        let mut one = share(1, Kind::Offer, Category::People, 1, "Testers");
        let date = |month, day| NaiveDate::from_ymd_opt(2026, month, day).expect("a date");
        let at = |month, day, hour| Utc.with_ymd_and_hms(2026, month, day, hour, 0, 0).single();
        assert_eq!(next(&one, zone), None, "nothing is said of an end");
        one.says.until = Some(date(4, 22));
        assert_eq!(next(&one, zone), at(4, 19, 8), "09:00 in summer time");
        one.says.asked = Some(date(4, 22));
        assert_eq!(next(&one, zone), at(4, 22, 23), "the end of its last day");
        // It ends tomorrow: it is asked about tomorrow. It ends today: nobody is asked.
        one.says = Body { until: Some(date(3, 24)), ..Body::default() };
        assert_eq!(next(&one, zone), at(3, 24, 9));
        one.says = Body { until: Some(date(3, 23)), ..Body::default() };
        assert_eq!(next(&one, zone), at(3, 24, 0));
        assert_eq!(next(&Share { state: State::Closed, ..one.clone() }, zone), None);
        assert_eq!(next(&Share { kind: Kind::Lesson, ..one }, zone), None);
    }

    #[test]
    fn an_end_is_ahead_and_within_half_a_year() {
        let date = |month, day| NaiveDate::from_ymd_opt(2026, month, day).expect("a date");
        assert_eq!(until(None, date(3, 1)).ok(), Some(date(3, 31)));
        assert_eq!(until(Some(date(3, 1)), date(3, 1)).ok(), Some(date(3, 1)));
        assert_eq!(until(Some(date(8, 28)), date(3, 1)).ok(), Some(date(8, 28)));
        for wrong in [date(2, 28), date(8, 29)] {
            assert!(until(Some(wrong), date(3, 1)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let cases = [("S-4", Some(4)), ("s4", Some(4)), (" 4 ", Some(4)), ("S-", None), ("-4", None), ("sure", None)];
        for (text, expected) in cases {
            assert_eq!(parse_number(text), expected, "{text}");
        }
    }
}
