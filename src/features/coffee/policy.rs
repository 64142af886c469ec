//! The rules of coffee: when rounds are, who takes part, what the pairing is told, and who is asked what.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::error::{Result, person};
use crate::pairing::{self, Hours, Round};
use crate::partnership::{NOBODY, UserId};
use crate::schedule::{Schedule, resolve};

use super::model::{Answer, Circle, Coffee, Face, Guest};

/// The cycles that there are, in weeks.
pub const CYCLES: [u8; 3] = [1, 2, 4];
/// How long before a first round people may still join: whoever changes the settings doesn't pair anybody at once.
const NOTICE: TimeDelta = TimeDelta::days(2);
/// How many people are asked for a coffee at once: three are enough for an answer, and few enough not to bother.
pub const ASKED_AT_ONCE: usize = 3;
/// How long somebody waits for a coffee at once.
pub const WAITS: TimeDelta = TimeDelta::hours(1);
/// How long somebody without a coffee waits for others who have none either.
pub const GATHERS: TimeDelta = TimeDelta::minutes(10);
/// Before the next round is nearer than that, whoever is without a coffee gets another chance: there is time to meet.
const WORTHWHILE: TimeDelta = TimeDelta::days(3);
/// How many times are offered.
pub const TIMES: usize = 3;

/// Reads a day of the week and a time, such as `Tuesday 10:00`.
///
/// # Errors
/// Says what would be right.
pub fn parse_day_and_time(text: &str) -> Result<String> {
    let wrong = || person("Coffee needs one day of the week and a time, such as `Tuesday 10:00`.");
    let schedule = Schedule::parse(text).map_err(|_| wrong())?;
    let next: Vec<DateTime<Utc>> = schedule.upcoming(DateTime::UNIX_EPOCH, Tz::UTC).map(|one| one.at).take(3).collect();
    let weekly = next.len() == 3 && next.windows(2).all(|two| two[1] - two[0] == TimeDelta::weeks(1));
    if weekly { Ok(schedule.to_string()) } else { Err(wrong()) }
}

/// The first round after the settings were made or changed.
pub fn first_round(circle: &Circle, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let schedule = Schedule::parse(&circle.day_and_time).ok()?;
    schedule.next_after(now + NOTICE, zone).map(|one| one.at)
}

/// Whether a round is under way that is still worth joining.
pub fn is_worthwhile(circle: &Circle, now: DateTime<Utc>) -> bool {
    circle.rounds > 0 && circle.channel.is_some() && circle.next_at.is_some_and(|next| next - now >= WORTHWHILE)
}

/// Whether somebody is without a coffee in a round: whoever has none, or was left alone with one; not whoever said
/// that they can't.
pub fn is_without(user: UserId, round: i64, coffees: &[Coffee]) -> bool {
    let mut own = coffees.iter().filter(|one| one.round == Some(round));
    own.all(|one| match one.seats.iter().find(|seat| seat.person == user) {
        Some(seat) => seat.answer != Answer::Left && !one.met() && one.size() < 2,
        None => true,
    })
}

/// The round after one, by the clock on the wall; after `now`, if the bot was away for longer than a cycle.
pub fn round_after(circle: &Circle, at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let local = at.with_timezone(&zone).naive_local();
    let cycle = u64::from(circle.weeks) * 7;
    (1..=10_000)
        .filter_map(|cycles| local.checked_add_days(Days::new(cycle * cycles)))
        .map(|local| resolve(local, zone))
        .find(|next| *next > now)
        .unwrap_or(now + TimeDelta::days(14))
}

/// When a pair is asked whether they met.
pub fn ask_at(coffee: &Coffee, circle: &Circle) -> DateTime<Utc> {
    // Whoever met at once is asked the day after.
    let days = if coffee.round.is_some() { i64::from(circle.weeks) * 4 } else { 1 };
    let asked = coffee.made_at + TimeDelta::days(days);
    // Not before they could have.
    coffee.meets_at.map_or(asked, |meets| asked.max(meets + TimeDelta::hours(2)))
}

/// Somebody's hours: their own, else nine to five.
pub fn hours(guest: &Guest, zone: Tz) -> Hours {
    let usual = Hours::usual(zone);
    guest.hours.map_or(usual, |(from, to)| Hours { zone, from, to })
}

/// Whether somebody sits out a round on a date.
pub fn sits_out(guest: &Guest, on: NaiveDate) -> bool {
    guest.paused_until.is_some_and(|until| on <= until)
}

/// Who is in a round, with their pause looked up.
pub struct Entry {
    /// Who.
    pub face: Face,
    /// Whether they sit it out: a pause, or a long leave.
    pub paused: bool,
}

/// What the pairing is told of a round.
pub fn round(
    entries: &[Entry],
    coffees: &[Coffee],
    never: &[(UserId, UserId)],
    circle: &Circle,
    date: NaiveDate,
    seed: u64,
) -> Round {
    let person = |entry: &Entry| pairing::Person {
        id: entry.face.person.to_string(),
        // Whoever is of no organisation may meet anybody.
        organisation: entry.face.organisation.map_or_else(|| format!("of {}", entry.face.person), |id| id.to_string()),
        hours: entry.face.hours,
        paused: entry.paused,
    };
    let mut history: Vec<(Option<i64>, Vec<Vec<String>>)> = Vec::new();
    for coffee in coffees {
        let group: Vec<String> = met(coffee).map(|user| user.to_string()).collect();
        match history.last_mut() {
            // A coffee at once counts to the round that it falls in.
            Some((round, groups)) if coffee.round.is_none() || *round == coffee.round => groups.push(group),
            _ => history.push((coffee.round, vec![group])),
        }
    }
    Round {
        people: entries.iter().map(person).collect(),
        history: history.into_iter().map(|(_, groups)| groups).collect(),
        never: never.iter().map(|(one, other)| (one.to_string(), other.to_string())).collect(),
        colleagues: circle.colleagues,
        date,
        seed,
    }
}

/// Those who count as having met in a coffee: nobody where everybody who answered said that they didn't.
fn met(coffee: &Coffee) -> impl Iterator<Item = UserId> {
    let not = coffee.seats.iter().any(|seat| seat.answer == Answer::Not) && !coffee.met();
    coffee.there().filter(move |user| !not && *user != NOBODY)
}

/// The prompts that two of a group had with each other.
pub fn had(group: &[UserId], coffees: &[Coffee]) -> BTreeSet<u32> {
    let both = |coffee: &&Coffee| coffee.seats.iter().filter(|seat| group.contains(&seat.person)).count() > 1;
    coffees.iter().filter(both).map(|coffee| coffee.prompt).collect()
}

/// Whether one of two people doesn't want to meet the other.
pub fn are_apart(one: UserId, other: UserId, never: &[(UserId, UserId)]) -> bool {
    never.iter().any(|pair| *pair == (one, other) || *pair == (other, one))
}

/// Who may be asked for a coffee at once, of whom the first [`ASKED_AT_ONCE`] are: whoever said so, of another
/// organisation, at work for the next hour, and not somebody of whom one doesn't want to meet the other. The longest
/// since last met come first.
pub fn may_be_asked<'a>(
    asks: &Face,
    others: &'a [(Guest, Face)],
    coffees: &[Coffee],
    never: &[(UserId, UserId)],
    colleagues: bool,
    now: DateTime<Utc>,
) -> Vec<&'a Face> {
    let last = |other: &Face| {
        coffees.iter().filter(|coffee| coffee.has(asks.person) && coffee.has(other.person)).map(|one| one.made_at).max()
    };
    let fits = |(guest, face): &&(Guest, Face)| {
        let today = now.with_timezone(&face.hours.zone).date_naive();
        face.person != asks.person
            && guest.may_be_asked
            && !sits_out(guest, today)
            && (colleagues || face.organisation.is_none() || face.organisation != asks.organisation)
            && !are_apart(asks.person, face.person, never)
            && is_at_work(&face.hours, now)
    };
    let mut found: Vec<&Face> = others.iter().filter(fits).map(|(_, face)| face).collect();
    found.sort_by_key(|face| (last(face), face.person.0));
    found
}

/// Whether somebody works for the next half hour at least, by their hours.
fn is_at_work(hours: &Hours, now: DateTime<Utc>) -> bool {
    let soon = now + TimeDelta::minutes(30);
    let yesterday = |date: NaiveDate| date.pred_opt().unwrap_or(date);
    let today = now.with_timezone(&hours.zone).date_naive();
    [today, yesterday(today)].into_iter().any(|date| {
        let last = if hours.to > hours.from { date } else { date.succ_opt().unwrap_or(date) };
        let (begins, ends) =
            (resolve(date.and_time(hours.from), hours.zone), resolve(last.and_time(hours.to), hours.zone));
        begins <= now && soon <= ends
    })
}

#[cfg(test)]
mod tests {
    use super::super::model::Seat;
    use super::*;
    use crate::partnership::{ChannelId, OrganisationId};

    #[test]
    fn a_day_of_the_week_and_a_time_is_read_and_nothing_else() {
        for (text, read) in [
            ("Tuesday 10:00", true),
            ("thu 9am", true),
            ("weekdays 10:00", false),
            ("every 2 weeks on Tuesday 10:00", false),
            ("10:00", false),
            ("whenever", false),
        ] {
            assert_eq!(parse_day_and_time(text).is_ok(), read, "{text}");
        }
    }

    #[test]
    fn rounds_keep_to_the_clock_on_the_wall() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        let circle = Circle::default();
        let london = Tz::Europe__London;
        // Tuesday is less than two days away on Sunday evening.
        assert_eq!(first_round(&circle, at("2026-03-15T18:00:00Z"), london), Some(at("2026-03-24T10:00:00Z")));
        assert_eq!(first_round(&circle, at("2026-03-15T08:00:00Z"), london), Some(at("2026-03-17T10:00:00Z")));
        let next = round_after(&circle, at("2026-03-24T10:00:00Z"), at("2026-03-24T10:00:01Z"), london);
        assert_eq!(next, at("2026-04-07T09:00:00Z"), "after the change of clocks");
        let late = round_after(&circle, at("2026-03-24T10:00:00Z"), at("2026-05-01T00:00:00Z"), london);
        assert_eq!(late, at("2026-05-05T09:00:00Z"), "no round is made up for");
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    /// A coffee of a round, by people and what they said.
    fn coffee(round: i64, seats: &[(i64, Answer)]) -> Coffee {
        let seat = |(person, answer): &(i64, Answer)| {
            let mut seat = Seat::new(UserId(*person));
            seat.say(*answer, at("2026-03-25T10:00:00Z"));
            seat
        };
        Coffee {
            number: 1,
            round: Some(round),
            channel: ChannelId(1),
            prompt: 7,
            made_at: at("2026-03-24T10:00:00Z"),
            meets_at: None,
            over: false,
            seats: seats.iter().map(seat).collect(),
        }
    }

    #[test]
    fn whoever_is_without_a_coffee_is_told_from_whoever_does_not_want_one() {
        use Answer::{Left, Met, None};
        for (seats, without) in [
            (&[(2, None), (3, None)][..], true),
            (&[(1, None), (2, None)], false),
            (&[(1, None), (2, Left)], true),
            (&[(1, None), (0, None)], true),
            (&[(1, None), (2, Left), (3, None)], false),
            (&[(1, Left), (2, None)], false),
            (&[(1, Met), (2, Left)], false),
        ] {
            assert_eq!(is_without(UserId(1), 4, &[coffee(4, seats)]), without, "{seats:?}");
            assert!(is_without(UserId(1), 5, &[coffee(4, seats)]), "another round is another matter");
        }
        // Left alone, and then in another one.
        let all = [coffee(4, &[(1, None), (2, Left)]), coffee(4, &[(1, None), (3, None)])];
        assert!(!is_without(UserId(1), 4, &all));
    }

    #[test]
    fn a_round_is_worth_joining_while_there_are_days_to_meet() {
        let circle = |rounds, next: &str| Circle {
            rounds,
            channel: Some(ChannelId(1)),
            next_at: Some(at(next)),
            ..Circle::default()
        };
        let now = at("2026-03-24T10:00:00Z");
        assert!(is_worthwhile(&circle(1, "2026-03-27T10:00:00Z"), now));
        assert!(!is_worthwhile(&circle(1, "2026-03-27T09:59:59Z"), now));
        assert!(!is_worthwhile(&circle(0, "2026-04-07T10:00:00Z"), now), "none has begun");
        assert!(!is_worthwhile(&Circle { channel: None, ..circle(1, "2026-04-07T10:00:00Z") }, now));
    }

    #[test]
    fn a_coffee_that_did_not_come_about_does_not_count_as_met() {
        use Answer::{Left, Met, None, Not};
        for (seats, people) in [
            (&[(1, None), (2, None)][..], &["1", "2"][..]),
            (&[(1, Not), (2, None)], &[]),
            (&[(1, Not), (2, Met)], &["1", "2"]),
            (&[(1, None), (2, Left), (3, None)], &["1", "3"]),
            (&[(1, None), (0, None)], &["1"]),
        ] {
            let round = round(&[], &[coffee(1, seats)], &[], &Circle::default(), NaiveDate::default(), 0);
            assert_eq!(round.history, vec![vec![people.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>()]]);
        }
        // A coffee at once belongs to the round that it falls in.
        let once = Coffee { round: Option::None, ..coffee(0, &[(5, None), (6, None)]) };
        let all = [coffee(1, &[(1, None), (2, None)]), once, coffee(2, &[(1, None), (5, None)])];
        let round = round(&[], &all, &[], &Circle::default(), NaiveDate::default(), 0);
        assert_eq!(round.history.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    }

    #[test]
    fn the_question_comes_after_days_and_after_they_could_have_met() {
        let one = coffee(1, &[]);
        let weekly = Circle { weeks: 1, ..Circle::default() };
        assert_eq!(ask_at(&one, &weekly), at("2026-03-28T10:00:00Z"));
        assert_eq!(ask_at(&one, &Circle::default()), at("2026-04-01T10:00:00Z"));
        assert_eq!(ask_at(&Coffee { round: None, ..one.clone() }, &weekly), at("2026-03-25T10:00:00Z"));
        let late = Coffee { meets_at: Some(at("2026-03-30T09:00:00Z")), ..one };
        assert_eq!(ask_at(&late, &weekly), at("2026-03-30T11:00:00Z"));
    }

    #[test]
    fn only_whoever_said_so_and_is_at_work_is_asked_for_a_coffee_at_once() {
        let face = |person: i64, organisation: i64, zone| Face {
            person: UserId(person),
            name: String::new(),
            tag: Option::None,
            organisation: Some(OrganisationId(organisation)),
            hours: Hours::usual(zone),
        };
        let now = at("2026-03-24T10:00:00Z");
        let guest = |person: i64| Guest { may_be_asked: true, ..Guest::new(UserId(person), now) };
        let (london, auckland) = (Tz::Europe__London, Tz::Pacific__Auckland);
        let others = [
            (guest(2), face(2, 8, london)),
            (Guest { may_be_asked: false, ..guest(3) }, face(3, 8, london)),
            (guest(4), face(4, 9, london)),
            (guest(5), face(5, 8, auckland)),
            (guest(6), face(6, 8, london)),
            (Guest { paused_until: now.date_naive().succ_opt(), ..guest(7) }, face(7, 8, london)),
            (guest(8), face(8, 8, london)),
        ];
        let met = [coffee(1, &[(1, Answer::None), (2, Answer::None)])];
        let asked = |colleagues, never: &[(UserId, UserId)]| {
            let found = may_be_asked(&face(1, 9, london), &others, &met, never, colleagues, now);
            found.iter().map(|face| face.person.0).collect::<Vec<_>>()
        };
        assert_eq!(asked(false, &[]), [6, 8, 2], "whoever was met last comes last");
        assert_eq!(asked(false, &[(UserId(6), UserId(1))]), [8, 2], "the wish of either counts");
        assert_eq!(asked(true, &[(UserId(1), UserId(8))]), [4, 6, 2]);
    }
}
