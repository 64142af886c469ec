//! The rules of pace against worked examples, and against themselves.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use elevenses::pace::{Away, Block, Day, Input, Report, evaluate};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A name, an input, and what is expected of it or which field is refused.
const VECTORS: &str = include_str!("pace-vectors.json");

#[test]
fn every_worked_example_comes_out_as_it_stands() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).expect("a list");
    assert!(vectors.len() > 100);
    let mut wrong = Vec::new();
    for vector in &vectors {
        let seen = match Input::from_json(&vector["input"]) {
            Ok(input) => json!({ "expected": evaluate(&input) }),
            Err(refused) => json!({ "refused": refused.field }),
        };
        let expected = if vector["refused"].is_null() { "expected" } else { "refused" };
        if seen[expected] != vector[expected] {
            wrong.push(format!("{}\n  expected {}\n  seen     {}", vector["name"], vector[expected], seen));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), vectors.len(), wrong.join("\n"));
}

/// Zones with whole, half and quarter hours, changes at midnight, and a date that was skipped.
const ZONES: [Tz; 8] = [
    Tz::UTC,
    Tz::Europe__London,
    Tz::Asia__Kolkata,
    Tz::Asia__Kathmandu,
    Tz::America__Santiago,
    Tz::Australia__Lord_Howe,
    Tz::Pacific__Apia,
    Tz::America__Havana,
];

fn now() -> DateTime<Utc> {
    "2026-03-30T20:30:00Z".parse().expect("an instant")
}

fn date(back: u64) -> NaiveDate {
    now().date_naive() - Days::new(back)
}

/// Any log of up to ten weeks.
fn logs() -> impl Strategy<Value = Input> {
    let minutes = |days: i64| 0..days * 24 * 60;
    let block = (minutes(70), 0..48 * 60_i64, prop::bool::weighted(0.1)).prop_map(|(back, long, estimated)| {
        let start = now() - TimeDelta::minutes(back);
        Block { start, end: start + TimeDelta::minutes(long), estimated }
    });
    let day = (0..70_u64, prop::option::of(0..=1_440_u16));
    let away =
        (0..70_u64, 0..7_u64).prop_map(|(back, long)| Away { from: date(back), to: date(back) + Days::new(long) });
    (
        0..ZONES.len(),
        prop::collection::vec(block, 0..60),
        prop::collection::btree_map(0..70_u64, day.prop_map(|(_, minutes)| minutes), 0..30),
        prop::collection::vec(minutes(70), 0..10),
        prop::collection::vec(away, 0..4),
    )
        .prop_map(|(zone, blocks, days, deliveries, away)| Input {
            blocks,
            days: days.into_iter().map(|(back, minutes)| Day { date: date(back), minutes }).collect(),
            deliveries: deliveries.into_iter().map(|back| now() - TimeDelta::minutes(back)).collect(),
            away,
            ..Input::empty(now(), ZONES[zone])
        })
}

/// One shift a day from eight, of so many half hours; none where it is 0.
fn shifts(halves: &[u8]) -> Input {
    let start = "2026-01-05T08:00:00Z".parse::<DateTime<Utc>>().expect("an instant");
    let shift = |(day, halves): (i64, &u8)| {
        let start = start + TimeDelta::days(day);
        Block { start, end: start + TimeDelta::minutes(30 * i64::from(*halves)), estimated: false }
    };
    let now = start + TimeDelta::days(halves.len().try_into().expect("few"));
    Input { blocks: (0..).zip(halves).map(shift).collect(), ..Input::empty(now, Tz::UTC) }
}

/// The highest level of each rule.
fn levels(report: &Report) -> Vec<(String, u8)> {
    report.flags.iter().map(|flag| (format!("{:?}", flag.rule), flag.level)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn splitting_blocks_changes_nothing(log in logs(), parts in prop::collection::vec((0..100_i32, 0..100_i32), 60)) {
        let mut split = log.clone();
        split.blocks.clear();
        for (block, (one, other)) in log.blocks.iter().zip(parts) {
            let at = |percent: i32| {
                let whole = i32::try_from((block.end - block.start).num_seconds()).expect("two days");
                block.start + TimeDelta::seconds(i64::from(whole) * i64::from(percent) / 100)
            };
            let (from, to) = (at(one.min(other)), at(one.max(other)));
            split.blocks.extend([Block { start: from, ..*block }, Block { end: to, ..*block }]);
        }
        split.blocks.reverse();
        prop_assert_eq!(evaluate(&log), evaluate(&split));
    }

    #[test]
    fn shifting_by_whole_weeks_changes_nothing_where_clocks_never_change(log in logs(), weeks in 1..40_i64, zone in 0..3_usize) {
        let log = Input { zone: [Tz::UTC, Tz::Asia__Kolkata, Tz::Asia__Kathmandu][zone], ..log };
        let by = TimeDelta::weeks(weeks);
        let shifted = Input {
            now: log.now + by,
            blocks: log.blocks.iter().map(|one| Block { start: one.start + by, end: one.end + by, ..*one }).collect(),
            days: log.days.iter().map(|one| Day { date: one.date + by, ..*one }).collect(),
            deliveries: log.deliveries.iter().map(|at| *at + by).collect(),
            away: log.away.iter().map(|one| Away { from: one.from + by, to: one.to + by }).collect(),
            ..log.clone()
        };
        let mut back = evaluate(&shifted);
        back.today -= by;
        back.ask.iter_mut().for_each(|date| *date -= by);
        prop_assert_eq!(evaluate(&log), back);
    }

    #[test]
    fn going_home_earlier_raises_no_level(halves in prop::collection::vec(1..32_u8, 29..130), less in prop::collection::vec(0..8_u8, 130)) {
        let earlier: Vec<u8> = halves.iter().zip(less).map(|(halves, less)| halves.saturating_sub(less).max(1)).collect();
        let (before, after) = (evaluate(&shifts(&halves)), evaluate(&shifts(&earlier)));
        for (rule, level) in levels(&after) {
            let known = levels(&before).into_iter().find(|(known, _)| *known == rule).map_or(0, |(_, level)| level);
            prop_assert!(level <= known, "{rule}: {known} became {level}");
        }
    }

    #[test]
    fn what_had_to_be_guessed_raises_no_more_than_a_notice(log in logs()) {
        let sure = Input { blocks: log.blocks.iter().filter(|block| !block.estimated).copied().collect(), ..log.clone() };
        let (guessed, known): (Vec<_>, Vec<_>) = evaluate(&log).flags.into_iter().partition(|flag| flag.estimated);
        prop_assert_eq!(known, evaluate(&sure).flags);
        prop_assert!(guessed.iter().all(|flag| flag.level == 1));
    }

    #[test]
    fn no_json_makes_it_panic(value in json_values()) {
        match Input::from_json(&value) {
            Ok(input) => drop(evaluate(&input)),
            Err(refused) => prop_assert!(!refused.why.is_empty()),
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".{0,200}") {
        prop_assert!(Input::parse(&text).is_err());
    }
}

/// JSON that looks a little like a log, and often is one.
fn json_values() -> impl Strategy<Value = Value> {
    let instants = prop::sample::select(vec![
        "1970-01-01T00:00:00Z",
        "2011-12-30T09:00:00Z",
        "2026-03-29T01:00:00Z",
        "2026-03-30T12:00:00Z",
        "2200-12-31T23:59:59Z",
        "2026-03-28T07:00:00Z",
        "2016-12-31T23:59:60Z",
        "yesterday",
    ]);
    let dates = prop::sample::select(vec!["1970-01-01", "2011-12-30", "2026-03-29", "2200-12-31", "2026-02-30"]);
    let anything = prop_oneof![
        Just(json!(null)),
        any::<i64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        instants.clone().prop_map(|text| json!(text)),
        dates.clone().prop_map(|text| json!(text)),
        Just(json!([])),
        Just(json!({})),
    ];
    let block = (instants.clone(), instants.clone(), any::<bool>())
        .prop_map(|(start, end, estimated)| json!({"start": start, "end": end, "estimated": estimated}));
    let day = (dates.clone(), anything.clone()).prop_map(|(date, minutes)| json!({"date": date, "minutes": minutes}));
    let plain_day = dates.clone().prop_map(|date| json!({ "date": date }));
    let away = (dates.clone(), dates).prop_map(|(from, to)| json!({"from": from, "to": to}));
    let zone = prop::sample::select(vec!["UTC", "Pacific/Apia", "America/Santiago", "Europe/London", "Mars/Base"]);
    let list = |one: BoxedStrategy<Value>| prop::collection::vec(one, 0..3).prop_map(|list| json!(list));
    (
        instants.clone(), zone, list(block.boxed()), list(prop_oneof![plain_day, day].boxed()),
        list(instants.prop_map(|text| json!(text)).boxed()), list(away.boxed()), prop::option::of(anything),
    )
        .prop_map(|(now, zone, blocks, days, deliveries, away, contract)| {
            let mut value = json!({"now": now, "zone": zone, "blocks": blocks, "days": days, "deliveries": deliveries, "away": away});
            if let Some(contract) = contract {
                value["contract"] = contract;
            }
            value
        })
}
