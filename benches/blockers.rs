//! How long the ages of many open blockers take: zones, working hours and holidays of both sides. Prints
//! figures, not verdicts. The reference walks from date to date for each blocker on its own.

use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use elevenses::features::blocker::model::{Blocker, Body, Hold, Kind, NOBODY, SeenBy};
use elevenses::features::blocker::policy::Standing;
use elevenses::features::blocker::scene::Ages;
use elevenses::features::organisation::model::{Holidays, Organisation};
use elevenses::partnership::calendar::is_working;
use elevenses::partnership::working_time::WorkingHours;
use elevenses::partnership::{OrganisationId, SquadId, UserId};
use elevenses::schedule::resolve;
use rand::{Rng, SeedableRng, rngs::StdRng};

const BLOCKERS: usize = 5_000;
const RUNS: usize = 15;
const ZONES: [Tz; 12] = [
    Tz::Europe__London,
    Tz::Asia__Kolkata,
    Tz::Europe__Warsaw,
    Tz::America__New_York,
    Tz::Europe__London,
    Tz::Africa__Lagos,
    Tz::Europe__Dublin,
    Tz::Asia__Singapore,
    Tz::Europe__Berlin,
    Tz::America__Los_Angeles,
    Tz::Europe__London,
    Tz::Australia__Sydney,
];

fn main() {
    let now: DateTime<Utc> = "2026-11-23T10:00:00Z".parse().expect("an instant");
    let organisations = organisations();
    for (days, longest) in [(30, "a month"), (365, "a year")] {
        let blockers = blockers(now, days);
        let from = blockers.iter().map(|one| one.raised_at).min().expect("some");
        let all = || {
            let mut ages = Ages::new(Tz::Europe__London, organisations.clone(), Vec::new(), Vec::new(), from, now);
            blockers.iter().map(|one| ages.standing(one)).collect::<Vec<_>>()
        };
        let (took, standing) = measure(all);
        let walked = || blockers.iter().map(|one| walk(one, &organisations, now)).collect::<Vec<_>>();
        let (reference, times) = measure(walked);
        let sides = |one: &Blocker| meets(one, &organisations);
        let plain = blockers
            .iter()
            .zip(&standing)
            .zip(&times)
            .filter(|((one, _), time)| one.says.holds.is_empty() && !time.is_zero() && sides(one));
        let (mut same, mut compared) = (0, 0);
        for ((_, standing), time) in plain {
            compared += 1;
            same += usize::from(matches!(standing, Standing::Waits(passed) if passed.time == *time));
        }
        println!("{BLOCKERS} open blockers, the oldest {longest} old: median {took:.1?}");
        println!(
            "  each on its own, date by date: median {reference:.1?}; {same} of {compared} agree (those that were never in hand, of sides that meet all year)"
        );
    }
}

fn measure<T>(make: impl Fn() -> T) -> (Duration, T) {
    let mut took: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            std::hint::black_box(make());
            begun.elapsed()
        })
        .collect();
    took.sort_unstable();
    (took[RUNS / 2], make())
}

fn organisations() -> Vec<Organisation> {
    let one = |(number, zone): (i64, Tz)| {
        let calendar = ["england-and-wales", "scotland", "none"][usize::try_from(number).unwrap_or_default() % 3];
        Organisation {
            id: OrganisationId(number),
            hours: Some(WorkingHours::usual(zone)),
            ..Organisation::new(
                format!("Organisation {number}"),
                format!("O{number}"),
                None,
                Holidays::BuiltIn(calendar.to_owned()),
            )
        }
    };
    (1..).zip(ZONES).map(one).collect()
}

fn blockers(now: DateTime<Utc>, days: i64) -> Vec<Blocker> {
    let mut random = StdRng::seed_from_u64(7);
    let blocker = |id: i64| {
        let raised_at = now - TimeDelta::minutes(random.random_range(0..days * 1_440));
        let (waits, asked) = (random.random_range(1..=12), random.random_range(1..=12));
        // Every tenth was in hand for a week, and is so no more.
        let hold = Hold { from: raised_at, until: raised_at + TimeDelta::days(7), why: String::new() };
        let holds = if id % 10 == 0 && hold.until < now { vec![hold] } else { Vec::new() };
        Blocker {
            id,
            number: Some(id),
            squad: SquadId(1),
            author: UserId(1),
            owner: UserId(1),
            their_owner: NOBODY,
            their_person: NOBODY,
            kind: Kind::Governance,
            seen_by: SeenBy::Everybody,
            resolved: false,
            waits: Some(OrganisationId(waits)),
            asked: Some(OrganisationId(asked)),
            says: Body { asked_at: Some(raised_at), holds, ..Body::default() },
            raised_at,
            changed_at: raised_at,
        }
    };
    (1..=i64::try_from(BLOCKERS).unwrap_or_default()).map(blocker).collect()
}

/// Whether both sides meet in a week of each month. Those that meet for some weeks alone, while one has changed its
/// clocks and the other hasn't, count the time of whoever is waited on.
fn meets(one: &Blocker, organisations: &[Organisation]) -> bool {
    (1..=12).all(|month| {
        let from = chrono::NaiveDate::from_ymd_opt(2026, month, 8).expect("a date").and_time(NaiveTime::MIN).and_utc();
        let week = Blocker { raised_at: from, ..one.clone() };
        !walk(&week, organisations, from + TimeDelta::days(7)).is_zero()
    })
}

/// The time that both sides have worked since, added up date by date, as one would write it first.
fn walk(one: &Blocker, organisations: &[Organisation], now: DateTime<Utc>) -> TimeDelta {
    let side = |id: Option<OrganisationId>| organisations.iter().find(|one| Some(one.id) == id).expect("there");
    let (waits, asked) = (side(one.waits), side(one.asked));
    let window = |one: &Organisation, date: chrono::NaiveDate| {
        let hours = one.hours(Tz::UTC);
        let at = |time: NaiveTime| resolve(date.and_time(time), hours.zone);
        is_working(date, &hours.days, one.holidays()).then(|| (at(hours.opens), at(hours.closes)))
    };
    let (mut sum, mut date) = (TimeDelta::zero(), one.raised_at.date_naive() - Days::new(1));
    while date <= now.date_naive() + Days::new(1) {
        for other in [date - Days::new(1), date, date + Days::new(1)] {
            let (Some(a), Some(b)) = (window(asked, date), window(waits, other)) else { continue };
            let from = a.0.max(b.0).max(one.raised_at);
            sum += (a.1.min(b.1).min(now) - from).max(TimeDelta::zero());
        }
        date = date + Days::new(1);
    }
    sum
}
