use chrono::{Days, TimeDelta};
use chrono_tz::Tz;

use super::*;
use crate::config;
use crate::features::blocker::model::{Body, Hold, Kind as Of, SeenBy};
use crate::features::decision::model::Draft;
use crate::partnership::working_time::Passed;
use crate::partnership::{ChannelId, SquadId};
use crate::schedule::Schedule;

const LEAD: UserId = UserId(1);

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// The week of 23 March 2026 in London, on its Friday, in which nothing was.
fn nothing() -> Facts {
    let schedule = Schedule::parse("weekdays 09:30").expect("a schedule");
    let squad = Squad::new(
        &config::Config::default().squad,
        "Checkout".to_owned(),
        ChannelId(1),
        LEAD,
        schedule,
        Tz::Europe__London,
    );
    Facts {
        week: Week::of(date("2026-03-27")),
        now: at("2026-03-27T16:00:00Z"),
        squad,
        people: 6,
        rates: BTreeMap::new(),
        dates: Vec::new(),
        releases: Vec::new(),
        blockers: Vec::new(),
        decisions: Vec::new(),
        conversations: Vec::new(),
        coffees: Vec::new(),
        shares: Vec::new(),
    }
}

fn blocker(id: i64, raised: &str) -> Blocker {
    Blocker {
        id,
        number: Some(id),
        squad: SquadId(1),
        author: UserId(2),
        owner: UserId(2),
        their_owner: NOBODY,
        their_person: NOBODY,
        kind: Of::Governance,
        seen_by: SeenBy::Squad,
        resolved: false,
        waits: None,
        asked: Some(OrganisationId(9)),
        says: Body { title: format!("Blocker {id}"), ..Body::default() },
        raised_at: at(raised),
        changed_at: at(raised),
    }
}

fn cleared(mut one: Blocker, when: &str) -> (Blocker, Standing) {
    one.resolved = true;
    one.says.resolved_at = Some(at(when));
    (one, Standing::Resolved)
}

fn waits(one: Blocker, days: f64) -> (Blocker, Standing) {
    (one, Standing::Waits(Passed { time: TimeDelta::hours(8), days }))
}

fn decision(number: i64, recorded: &str, review_on: Option<&str>, owner: UserId) -> Decision {
    let says = Draft {
        title: format!("Decision {number}"),
        decision: String::new(),
        owner,
        details: crate::features::decision::model::Details::default(),
        parts: Vec::new(),
        level: None,
        concerns: Vec::new(),
        review_on: review_on.map(date),
        stands_as: None,
        conversation: None,
        source: None,
        supersedes: Vec::new(),
        clears: Vec::new(),
    };
    Decision {
        number,
        version: 1,
        status: Status::Agreed,
        says,
        superseded_by: Vec::new(),
        recorded_by: owner,
        recorded_at: at(recorded),
        changed_at: at(recorded),
        asked: 0,
    }
}

fn days(worked: &[bool], last: &str) -> Vec<(NaiveDate, SquadDate)> {
    let one = |(back, worked): (u64, &bool)| {
        let posted = if *worked { 5 } else { 0 };
        (date(last) - Days::new(back), SquadDate { posted, present: 6, released: false })
    };
    (0..).zip(worked).map(one).collect()
}

#[test]
fn a_week_in_which_nothing_was_has_noughts_and_asks_for_nothing() {
    let facts = nothing();
    let figures = facts.figures(facts.week);
    assert!(figures.values().all(|figure| *figure == 0), "{figures:?}");
    assert!(!figures.contains_key(&Measure::CheckIns), "what isn't told is missing, and not nought");
    assert!(facts.asks(LEAD).is_empty());
}

#[test]
fn blockers_are_counted_in_the_week_and_at_its_end() {
    let mut facts = nothing();
    // The week ends at midnight in London, which is summer time on that Sunday.
    let mut held = blocker(5, "2026-03-16T12:00:00Z");
    held.says.holds.push(Hold {
        from: at("2026-03-20T09:00:00Z"),
        until: at("2026-03-28T09:00:00Z"),
        why: String::new(),
    });
    facts.blockers = vec![
        waits(blocker(1, "2026-03-23T00:00:00Z"), 2.0),
        waits(blocker(2, "2026-03-22T23:59:59Z"), 2.0),
        cleared(blocker(3, "2026-03-17T12:00:00Z"), "2026-03-24T12:00:00Z"),
        cleared(blocker(4, "2026-03-17T12:00:00Z"), "2026-03-18T12:00:00Z"),
        (held, Standing::InHand(at("2026-03-28T09:00:00Z"))),
    ];
    let of = |week| {
        let figures = facts.figures(week);
        [Measure::BlockersRaised, Measure::BlockersCleared, Measure::BlockersOpen, Measure::BlockersInHand]
            .map(|measure| figures[&measure])
    };
    assert_eq!(of(facts.week), [1, 1, 3, 1]);
    assert_eq!(of(facts.week.before()), [4, 1, 3, 1]);
    assert_eq!(facts.cleared().map(|one| one.id).collect::<Vec<_>>(), [3]);
}

#[test]
fn a_streak_is_as_long_as_it_was_at_the_weeks_end() {
    let mut facts = nothing();
    facts.dates = days(&[true; 30], "2026-03-27");
    assert_eq!((facts.streak(facts.week), facts.streak(facts.week.before())), (30, 25));
    facts.dates = days(&[true, true, false, true, true, true, true], "2026-03-27");
    assert_eq!(facts.streak(facts.week), 2);
    assert!(facts.asks(LEAD).is_empty(), "two days are no streak to speak of");
}

#[test]
fn what_is_asked_is_for_this_reader_and_the_most_pressing_comes_first() {
    let mut facts = nothing();
    facts.dates = days(&[true; 9], "2026-03-27");
    let unowned = Blocker { owner: NOBODY, ..blocker(3, "2026-03-26T12:00:00Z") };
    facts.blockers = vec![
        waits(blocker(1, "2026-03-23T12:00:00Z"), 1.5),
        waits(blocker(2, "2026-03-20T12:00:00Z"), 4.0),
        (unowned, Standing::Open),
        waits(blocker(4, "2026-03-27T12:00:00Z"), 0.4),
        (blocker(5, "2026-03-20T12:00:00Z"), Standing::InHand(at("2026-04-01T12:00:00Z"))),
    ];
    facts.decisions = vec![
        decision(1, "2026-03-02T12:00:00Z", Some("2026-03-27"), LEAD),
        decision(2, "2026-03-02T12:00:00Z", Some("2026-03-28"), LEAD),
        decision(3, "2026-03-02T12:00:00Z", Some("2026-03-20"), UserId(7)),
        decision(4, "2026-03-02T12:00:00Z", Some("2026-03-20"), NOBODY),
    ];
    let asks = facts.asks(LEAD);
    assert_eq!(
        asks,
        [
            Ask::Rest { days: 9 },
            Ask::Blocker { id: 2, why: Why::Waits },
            Ask::Blocker { id: 1, why: Why::Waits },
            Ask::Blocker { id: 3, why: Why::NobodyHere },
            Ask::Review { number: 1 },
            Ask::Review { number: 4 },
        ]
    );
    let kept = serde_json::to_string(&asks).expect("JSON");
    assert_eq!(serde_json::from_str::<Vec<Ask>>(&kept).expect("asks"), asks);

    // A week later.
    let mut later = nothing();
    later.dates = days(&[true, false, true], "2026-03-27");
    later.blockers = vec![
        waits(blocker(1, "2026-03-23T12:00:00Z"), 6.0),
        (blocker(2, "2026-03-20T12:00:00Z"), Standing::InHand(at("2026-04-01T12:00:00Z"))),
        (blocker(3, "2026-03-26T12:00:00Z"), Standing::Open),
    ];
    later.decisions = vec![decision(1, "2026-03-02T12:00:00Z", Some("2026-03-27"), LEAD)];
    let became: Vec<Became> = asks.iter().map(|ask| later.became(ask)).collect();
    assert_eq!(became, [Became::Done, Became::InHand, Became::Waits, Became::Done, Became::Waits, Became::Done]);
}
