//! When a release was or is to be, in the words of whoever shares it, and when others hear of it. Pure.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use crate::error::{Result, person, refuse};
use crate::partnership::UserId;
use crate::partnership::calendar::{Calendar, is_working};
use crate::partnership::working_time::WorkingHours;
use crate::schedule::{parse_date, parse_deadline, parse_time, resolve};

/// How far back a release may lie, in days.
const FARTHEST: u64 = 366;

/// How far ahead a release is planned, in days.
const AHEAD: u64 = 60;

/// How long whoever planned a release can take it back before anybody elsewhere hears of it.
pub(super) const SECOND_THOUGHTS: TimeDelta = TimeDelta::minutes(5);

/// How long after the planned time somebody is asked whether it is out.
pub(super) const A_LITTLE: TimeDelta = TimeDelta::minutes(15);

/// How long after the planned time the squad's line says that nobody knows.
pub(super) const SILENCE: TimeDelta = TimeDelta::days(3);

/// When a release was, or is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// It is out.
    Out(DateTime<Utc>),
    /// It is coming up.
    Coming(DateTime<Utc>),
    /// A day of the week by itself: the last one, or the coming one.
    Either(DateTime<Utc>, DateTime<Utc>),
}

/// How all posts about somebody's releases begin to say what they are about.
pub fn abouts(user: UserId) -> String {
    format!("release:{user},")
}

/// The same for one release.
pub(super) fn about(user: UserId, id: i64) -> String {
    format!("{}{id}", abouts(user))
}

/// What somebody means: now where they say nothing; noon where they name a day that is over and no time,
/// and the end of the day where it is to come.
pub(super) fn when(text: Option<&str>, now: DateTime<Utc>, zone: Tz) -> Result<When> {
    let Some(text) = text else { return Ok(When::Out(now)) };
    let today = now.with_timezone(&zone).date_naive();
    let past = read(text, today).map(|(date, time)| match time {
        Some(time) => resolve(date.and_time(time), zone),
        None if date == today => now,
        None => resolve(date.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default()), zone),
    });
    let Some(at) = past.filter(|at| *at <= now) else {
        if parse_deadline(text, now, zone).is_err() {
            return refuse(
                "I can't read when that is. Write it such as `yesterday 22:30`, `tomorrow 14:00` or `2026-03-22 14:00`.",
            );
        }
        return coming(text, now, zone).map(When::Coming);
    };
    if at.with_timezone(&zone).date_naive() < today - Days::new(FARTHEST) {
        return Err(person("That was more than a year ago, so it counts for nothing any more. Nothing was saved."));
    }
    let weekday = text.split([' ', ',']).next().is_some_and(|word| word.parse::<Weekday>().is_ok());
    if weekday && at.with_timezone(&zone).date_naive() != today {
        return coming(text, now, zone).map(|next| When::Either(at, next));
    }
    Ok(When::Out(at))
}

/// The instant to come that somebody means.
pub(super) fn coming(text: &str, now: DateTime<Utc>, zone: Tz) -> Result<DateTime<Utc>> {
    let at = parse_deadline(text, now, zone).map_err(|why| person(why.message().to_owned()))?;
    if at.with_timezone(&zone).date_naive() > now.with_timezone(&zone).date_naive() + Days::new(AHEAD) {
        return refuse(format!("That is more than {AHEAD} days ahead. Share it nearer the time; nothing was saved."));
    }
    Ok(at)
}

/// When an organisation hears of a release: as its working day before begins, or as soon as whoever planned
/// it has had a moment for second thoughts. `None`: there is no time left for that.
pub(super) fn notice_at(
    at: DateTime<Utc>,
    hours: &WorkingHours,
    holidays: &Calendar,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    /// The longest stretch without a working day that is looked through.
    const SEARCHED: usize = 60;
    let date = at.with_timezone(&hours.zone).date_naive();
    let mut before = std::iter::successors(date.pred_opt(), NaiveDate::pred_opt).take(SEARCHED);
    let day = before.find(|date| is_working(*date, &hours.days, holidays)).or(date.pred_opt())?;
    let due = resolve(day.and_time(hours.opens), hours.zone).max(now + SECOND_THOUGHTS);
    (due < at).then_some(due)
}

/// A date, a time of today, or a date and a time.
fn read(text: &str, today: NaiveDate) -> Option<(NaiveDate, Option<NaiveTime>)> {
    if let Ok(time) = parse_time(text) {
        return Some((today, Some(time)));
    }
    if let Some(date) = past_date(text, today) {
        return Some((date, None));
    }
    text.match_indices([' ', 'T']).find_map(|(at, between)| {
        let date = past_date(text[..at].trim_end_matches([',', ' ']).trim_end_matches(" at"), today)?;
        Some((date, Some(parse_time(text[at + between.len()..].trim().trim_start_matches("at ")).ok()?)))
    })
}

/// A weekday by itself is the last one: what is recorded has happened.
fn past_date(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let from = if text.parse::<Weekday>().is_ok() { today - Days::new(6) } else { today };
    parse_date(text, from).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tuesday 24 March 2026, 10:00 in London, which is at UTC until the 29th.
    fn now() -> DateTime<Utc> {
        "2026-03-24T10:00:00Z".parse().expect("an instant")
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn words_are_read_as_what_has_happened() {
        for (text, expected) in [
            (None, "2026-03-24T10:00:00Z"),
            (Some("today"), "2026-03-24T10:00:00Z"),
            (Some("09:15"), "2026-03-24T09:15:00Z"),
            (Some("yesterday"), "2026-03-23T12:00:00Z"),
            (Some("yesterday 22:30"), "2026-03-23T22:30:00Z"),
            (Some("yesterday at 10:30 pm"), "2026-03-23T22:30:00Z"),
            (Some("Tuesday 09:00"), "2026-03-24T09:00:00Z"),
            (Some("22 March 14:00"), "2026-03-22T14:00:00Z"),
            (Some("2026-03-22T14:00"), "2026-03-22T14:00:00Z"),
        ] {
            let read = when(text, now(), Tz::Europe__London);
            assert_eq!(read.ok(), Some(When::Out(at(expected))), "{text:?}");
        }
        let kolkata = when(Some("yesterday 22:30"), now(), Tz::Asia__Kolkata).expect("read");
        assert_eq!(kolkata, When::Out(at("2026-03-23T17:00:00Z")));
    }

    #[test]
    fn words_are_read_as_what_is_to_come() {
        for (text, expected) in [
            ("10:01", "2026-03-24T10:01:00Z"),
            ("tomorrow", "2026-03-25T17:00:00Z"),
            ("tomorrow at 2pm", "2026-03-25T14:00:00Z"),
            ("Tuesday 14:00", "2026-03-24T14:00:00Z"),
            ("in 4 hours", "2026-03-24T14:00:00Z"),
            ("next Monday 09:00", "2026-03-30T08:00:00Z"),
            ("23 May", "2026-05-23T16:00:00Z"),
        ] {
            let read = when(Some(text), now(), Tz::Europe__London);
            assert_eq!(read.ok(), Some(When::Coming(at(expected))), "{text}");
        }
    }

    #[test]
    fn a_day_of_the_week_may_be_either() {
        for (text, last, next) in [
            ("Sunday", "2026-03-22T12:00:00Z", "2026-03-29T16:00:00Z"),
            ("Sunday 14:00", "2026-03-22T14:00:00Z", "2026-03-29T13:00:00Z"),
            ("Thursday at 14:00", "2026-03-19T14:00:00Z", "2026-03-26T14:00:00Z"),
            ("wed, 2pm", "2026-03-18T14:00:00Z", "2026-03-25T14:00:00Z"),
        ] {
            let read = when(Some(text), now(), Tz::Europe__London);
            assert_eq!(read.ok(), Some(When::Either(at(last), at(next))), "{text}");
        }
    }

    #[test]
    fn what_is_far_away_or_no_time_is_refused() {
        for (text, why) in [
            ("2026-05-24", "more than 60 days ahead"),
            ("in 3 months", "more than 60 days ahead"),
            ("2025-03-01", "more than a year"),
            ("soon", "can't read"),
            ("yesterday 25:00", "can't read"),
        ] {
            let refused = when(Some(text), now(), Tz::Europe__London).expect_err(text).to_string();
            assert!(refused.contains(why), "{text}: {refused}");
        }
        let over = coming("yesterday", now(), Tz::Europe__London).expect_err("over").to_string();
        assert!(over.contains("over already"), "{over}");
    }

    #[test]
    fn an_organisation_hears_on_its_working_day_before() {
        let england = Calendar::built_in("england-and-wales").expect("a calendar");
        let none = Calendar::default();
        let (london, kolkata) = (WorkingHours::usual(Tz::Europe__London), WorkingHours::usual(Tz::Asia__Kolkata));
        for (hours, holidays, planned, expected) in [
            (&london, england, "2026-03-26T14:00:00Z", Some("2026-03-25T09:00:00Z")),
            // Monday: Friday.
            (&london, england, "2026-03-30T13:00:00Z", Some("2026-03-27T09:00:00Z")),
            // Tuesday after Easter: Thursday, since Good Friday and Easter Monday are holidays; in Kolkata Monday.
            (&london, england, "2026-04-07T09:00:00Z", Some("2026-04-02T08:00:00Z")),
            (&kolkata, &none, "2026-04-07T09:00:00Z", Some("2026-04-06T03:30:00Z")),
            // Late on Wednesday in London is Thursday in Kolkata.
            (&kolkata, &none, "2026-03-25T20:00:00Z", Some("2026-03-25T03:30:00Z")),
            // Nearer than that: at once, after second thoughts.
            (&london, england, "2026-03-24T14:00:00Z", Some("2026-03-24T10:05:00Z")),
            (&london, england, "2026-03-24T10:05:00Z", None),
        ] {
            let told = notice_at(at(planned), hours, holidays, now());
            assert_eq!(told, expected.map(at), "{planned} {}", hours.zone);
        }
    }
}
