//! Times that suit everybody of a group, from their hours.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Timelike, Utc};

use crate::schedule::resolve;

use super::input::Hours;

/// A coffee, in minutes.
const COFFEE: i64 = 30;
/// Minutes between a coffee and the ends of a working day that make it unhurried.
const COMFORT: i64 = 60;
/// Eleven in the morning, in minutes.
const ELEVEN: i64 = 11 * 60;
/// For how many days times are looked for.
pub const DAYS_AHEAD: u64 = 14;

/// Up to `most` times for a coffee of half an hour, the earliest first: on each date, if there is any, one that leaves
/// `COMFORT` before and after it in everybody's hours, or as much as there is; on the hour, where that can be;
/// nearest to eleven in the morning of the first. `free(person, date)` says whether somebody of the group is off on
/// a local date. Empty where hours never meet.
pub fn times(
    group: &[Hours],
    free: impl Fn(usize, NaiveDate) -> bool,
    from: DateTime<Utc>,
    most: usize,
) -> Vec<DateTime<Utc>> {
    let Some(first) = group.first() else { return Vec::new() };
    let today = from.with_timezone(&first.zone).date_naive();
    let mut found: Vec<DateTime<Utc>> = Vec::new();
    for ahead in 0..DAYS_AHEAD {
        let Some(date) = today.checked_add_days(Days::new(ahead)) else { break };
        let (begins, ends) = spans(first, date);
        // Times on the half hour by everybody's clock: zones differ by quarters of an hour at the least.
        let steps = (0..).map(|step| begins + TimeDelta::minutes(15 * step)).take_while(|at| *at < ends);
        let fits = steps.filter(|at| {
            *at > from
                && group.iter().enumerate().all(|(one, hours)| {
                    let local = at.with_timezone(&hours.zone);
                    let on = [local.date_naive(), local.date_naive() - Days::new(1)];
                    on.into_iter().any(|date| inside(hours, date, *at).is_some() && !free(one, date))
                })
        });
        let room = |at: &DateTime<Utc>| {
            let of = |hours: &Hours| {
                let date = at.with_timezone(&hours.zone).date_naive();
                [date, date - Days::new(1)].into_iter().filter_map(|date| inside(hours, date, *at)).max()
            };
            group.iter().filter_map(of).min()
        };
        let from_eleven = |at: &DateTime<Utc>| {
            let minute = i64::from(at.with_timezone(&first.zone).time().num_seconds_from_midnight() / 60);
            (minute - ELEVEN).abs()
        };
        let good = |at: &DateTime<Utc>| (room(at).min(Some(COMFORT)), at.minute() == 0, -from_eleven(at));
        found.extend(fits.max_by_key(good));
        if found.len() == most {
            break;
        }
    }
    found
}

/// The hours of a local date, as instants.
fn spans(hours: &Hours, date: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
    let last = if hours.to > hours.from { date } else { date.checked_add_days(Days::new(1)).unwrap_or(date) };
    (resolve(date.and_time(hours.from), hours.zone), resolve(last.and_time(hours.to), hours.zone))
}

/// Minutes between a coffee and the nearer end of a date's hours; `None` where it isn't within them.
fn inside(hours: &Hours, date: NaiveDate, at: DateTime<Utc>) -> Option<i64> {
    let (begins, ends) = spans(hours, date);
    let room = (at - begins).min(ends - at - TimeDelta::minutes(COFFEE)).num_minutes();
    Some(room).filter(|room| *room >= 0)
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, Weekday};
    use chrono_tz::Tz;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn weekend(_: usize, date: NaiveDate) -> bool {
        matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
    }

    #[test]
    fn times_suit_everybodys_hours_and_days() {
        let (london, kolkata) = (Hours::usual(Tz::Europe__London), Hours::usual(Tz::Asia__Kolkata));
        let angeles = Hours::usual(Tz::America__Los_Angeles);
        let thursday = at("2026-03-19T16:10:00Z");
        for (group, times_seen) in [
            // With Kolkata it is the middle of two and a half hours, with Los Angeles of one.
            (vec![london, london], vec!["2026-03-19T16:15:00Z", "2026-03-20T11:00:00Z", "2026-03-23T11:00:00Z"]),
            (vec![london, kolkata], vec!["2026-03-20T10:00:00Z", "2026-03-23T10:00:00Z", "2026-03-24T10:00:00Z"]),
            (vec![kolkata, london], vec!["2026-03-20T10:00:00Z", "2026-03-23T10:00:00Z", "2026-03-24T10:00:00Z"]),
            (vec![london, angeles], vec!["2026-03-19T16:15:00Z", "2026-03-20T16:15:00Z", "2026-03-23T16:15:00Z"]),
            (vec![london, kolkata, angeles], vec![]),
        ] {
            let seen = times(&group, weekend, thursday, 3);
            assert_eq!(seen, times_seen.into_iter().map(at).collect::<Vec<_>>(), "{group:?}");
        }
        let away = |one: usize, date: NaiveDate| weekend(one, date) || one == 1 && date.day() < 27;
        assert_eq!(times(&[london, kolkata], away, thursday, 1), [at("2026-03-27T10:00:00Z")]);
    }
}
