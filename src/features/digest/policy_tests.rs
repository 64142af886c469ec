use super::*;
use crate::features::blocker::model::Hold;
use crate::features::digest::examples::{LEAD, at, blocker, cleared, days, decision, nothing, waits};

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
    facts.shared.decisions = [
        decision(1, "2026-03-02T12:00:00Z", Some("2026-03-27"), LEAD),
        decision(2, "2026-03-02T12:00:00Z", Some("2026-03-28"), LEAD),
        decision(3, "2026-03-02T12:00:00Z", Some("2026-03-20"), UserId(7)),
        decision(4, "2026-03-02T12:00:00Z", Some("2026-03-20"), NOBODY),
    ]
    .into();
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
    later.shared.decisions = [decision(1, "2026-03-02T12:00:00Z", Some("2026-03-27"), LEAD)].into();
    let became: Vec<Became> = asks.iter().map(|ask| later.became(ask)).collect();
    assert_eq!(became, [Became::Done, Became::InHand, Became::Waits, Became::Done, Became::Waits, Became::Done]);
}
