use super::*;
use crate::pace::{Day, Input, Report, survey};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Rules and levels.
type Levels = Vec<(Rule, u8)>;

/// Somebody who ticks check-ins on all these dates, seen in the evening of each day.
struct Ticker {
    input: Input,
    memory: Memory,
}

impl Ticker {
    fn new() -> Self {
        let mut input = Input::empty(at("2026-03-02T18:00:00Z"), Tz::UTC);
        input.contract.working_days = (0..7).map(|day| chrono::Weekday::try_from(day).expect("a day")).collect();
        Self { input, memory: Memory::default() }
    }

    /// Works on a day, without times; what is told of which rules.
    fn works(&mut self, day: &str) -> (Levels, Levels) {
        self.input.days.push(Day { date: date(day), minutes: None });
        self.evening(day)
    }

    fn rests(&mut self, day: &str) -> (Levels, Levels) {
        self.input.days.push(Day { date: date(day), minutes: Some(0) });
        self.evening(day)
    }

    fn evening(&mut self, day: &str) -> (Levels, Levels) {
        self.input.now = at(&format!("{day}T18:00:00Z"));
        let decision = decide(&survey(&self.input), &self.memory, self.input.now, Tz::UTC);
        self.memory = decision.memory;
        self.memory.tell(&decision.tell, self.input.now);
        self.memory.tell(&decision.note, self.input.now);
        if !decision.note.is_empty() {
            self.memory.noted = Some(date(day));
        }
        let short = |flags: Vec<Flag>| flags.iter().map(|flag| (flag.rule, flag.level)).collect();
        (short(decision.tell), short(decision.note))
    }
}

fn days(first: &str, count: u64) -> Vec<String> {
    (0..count).map(|day| (date(first) + Days::new(day)).to_string()).collect()
}

#[test]
fn a_streak_without_hours_is_told_on_days_7_10_13_and_25() {
    let mut ticker = Ticker::new();
    let mut told = Vec::new();
    for (number, day) in (1..).zip(days("2026-03-02", 30)) {
        let (tell, note) = ticker.works(&day);
        told.extend(
            tell.iter().chain(&note).filter(|(rule, _)| *rule == Rule::Streak).map(|(_, level)| (number, *level)),
        );
    }
    assert_eq!(told, [(7, 1), (10, 2), (13, 3), (25, 4)]);
}

#[test]
fn a_caution_is_over_after_a_day_of_rest_and_told_again_after_its_interval() {
    let mut ticker = Ticker::new();
    for day in days("2026-03-02", 10) {
        ticker.works(&day);
    }
    assert_eq!(ticker.memory.told[&Rule::Streak].level, 2);
    ticker.rests("2026-03-12");
    assert_eq!(ticker.memory.told[&Rule::Streak].level, 2, "the day of rest isn't over yet");
    ticker.works("2026-03-13");
    assert_eq!(ticker.memory.told[&Rule::Streak].level, 0);
    let mut told = Vec::new();
    for day in days("2026-03-14", 10) {
        told.extend(
            ticker.works(&day).0.into_iter().filter(|(rule, _)| *rule == Rule::Streak).map(|one| (day.clone(), one.1)),
        );
    }
    assert_eq!(told, [("2026-03-22".to_owned(), 2)], "ten days in a row again");
}

#[test]
fn work_that_is_found_out_later_is_no_new_streak() {
    let mut ticker = Ticker::new();
    ticker.input.contract = crate::pace::Contract::default();
    for day in days("2026-03-01", 13) {
        ticker.works(&day);
    }
    assert_eq!(ticker.memory.told[&Rule::Streak].level, 3);
    // Nothing is known of the weekend, until the question about it is answered on Monday.
    ticker.evening("2026-03-16");
    assert_eq!(ticker.memory.told[&Rule::Streak].level, 0);
    let weekend = ["2026-03-14", "2026-03-15"].map(|day| Day { date: date(day), minutes: None });
    ticker.input.days.extend(weekend);
    let (tell, _) = ticker.works("2026-03-16");
    assert_eq!(tell.iter().find(|(rule, _)| *rule == Rule::Streak), None, "it was told on day 13");
    assert_eq!(ticker.memory.told[&Rule::Streak].level, 3);
}

#[test]
fn a_warning_is_not_over_after_one_day_of_rest() {
    let dates = |kinds: &[(&str, bool)]| -> Vec<Dated> {
        let dated = |(day, rested): &(&str, bool)| Dated {
            date: date(day),
            kind: crate::pace::Kind::Rest,
            minutes: 0,
            rested: *rested,
        };
        kinds.iter().map(dated).collect()
    };
    let (since, today) = (date("2026-03-10"), date("2026-03-30"));
    for (level, rests, over) in [
        (2, dates(&[]), false),
        (2, dates(&[("2026-03-10", true)]), false),
        (2, dates(&[("2026-03-11", false)]), true),
        (3, dates(&[("2026-03-11", true)]), false),
        (3, dates(&[("2026-03-11", true), ("2026-03-12", false)]), false),
        (3, dates(&[("2026-03-11", true), ("2026-03-17", true)]), true),
        (4, dates(&[("2026-03-11", true), ("2026-03-18", true)]), false),
        (4, dates(&[("2026-03-29", true), ("2026-03-30", true)]), false),
    ] {
        assert_eq!(is_over(level, &rests, since, today), over, "{level} {rests:?}");
    }
}

/// A survey that found this.
fn found(day: &str, flags: &[(Rule, u8)]) -> Survey {
    let flag = |(rule, level): &(Rule, u8)| Flag {
        rule: *rule,
        level: *level,
        value: crate::pace::Value::default(),
        unit: crate::pace::Unit::Hours,
        estimated: false,
    };
    let report = Report {
        today: date(day),
        streak: crate::pace::Streak::default(),
        ask: Vec::new(),
        flags: flags.iter().map(flag).collect(),
        rest_debt: crate::pace::RestDebt::default(),
    };
    Survey { report, figures: Vec::new(), dates: Vec::new() }
}

fn tells(memory: &Memory, day: &str, flags: &[(Rule, u8)]) -> usize {
    let decision = decide(&found(day, flags), memory, at(&format!("{day}T12:00:00Z")), Tz::UTC);
    decision.tell.len() + decision.note.len()
}

#[test]
fn slow_rules_are_told_when_they_are_found_on_two_days() {
    for (rule, level) in [(Rule::Average48, 3), (Rule::Chronic55, 3), (Rule::Overtime30, 4), (Rule::Drift, 1)] {
        let first =
            decide(&found("2026-03-02", &[(rule, level)]), &Memory::default(), at("2026-03-02T12:00:00Z"), Tz::UTC);
        assert_eq!((first.tell.len(), first.note.len()), (0, 0), "{rule:?}");
        assert_eq!(tells(&first.memory, "2026-03-02", &[(rule, level)]), 0, "the same day");
        assert_eq!(tells(&first.memory, "2026-03-03", &[(rule, level)]), 1);
        let gone = decide(&found("2026-03-03", &[]), &first.memory, at("2026-03-03T12:00:00Z"), Tz::UTC);
        assert_eq!(tells(&gone.memory, "2026-03-04", &[(rule, level)]), 0, "it begins anew");
    }
}

#[test]
fn nothing_is_repeated_before_its_interval_and_a_rise_is_always_told() {
    let told = |level, last, day: &str| Memory {
        told: [(Rule::LongWeek, Told { level, last, at: at(&format!("{day}T12:00:00Z")) })].into(),
        ..Memory::default()
    };
    // (stands at, was told at, on), found at, on; whether it is told.
    for (memory, level, day, expected) in [
        (told(2, 2, "2026-03-02"), 2, "2026-03-20", 0),
        (told(2, 2, "2026-03-02"), 3, "2026-03-02", 1),
        (told(0, 2, "2026-03-02"), 2, "2026-03-04", 0),
        (told(0, 2, "2026-03-02"), 2, "2026-03-05", 1),
        (told(0, 2, "2026-03-02"), 3, "2026-03-03", 1),
        (told(0, 1, "2026-03-02"), 1, "2026-03-08", 0),
        (told(0, 1, "2026-03-02"), 1, "2026-03-09", 1),
        (told(0, 4, "2026-03-02"), 4, "2026-03-03", 1),
        (told(0, 4, "2026-03-02"), 3, "2026-03-04", 0),
    ] {
        assert_eq!(tells(&memory, day, &[(Rule::LongWeek, level)]), expected, "{memory:?} {level} {day}");
    }
}

#[test]
fn notices_are_told_once_a_week() {
    let noted = Memory { noted: Some(date("2026-03-02")), ..Memory::default() };
    assert_eq!(tells(&noted, "2026-03-08", &[(Rule::EarlyRun, 1)]), 0);
    assert_eq!(tells(&noted, "2026-03-09", &[(Rule::EarlyRun, 1)]), 1);
    assert_eq!(tells(&noted, "2026-03-03", &[(Rule::EarlyRun, 1), (Rule::LongDay, 2)]), 1, "a caution doesn't wait");
}

#[test]
fn what_is_snoozed_is_left_alone_unless_it_rises() {
    for (level, until) in [
        (1, "2026-03-09T12:00:00Z"),
        (2, "2026-03-09T12:00:00Z"),
        (3, "2026-03-03T12:00:00Z"),
        (4, "2026-03-03T00:00:00Z"),
    ] {
        assert_eq!(snooze(level, at("2026-03-02T12:00:00Z"), Tz::UTC), Snooze { until: at(until), level });
    }
    let snoozed = Memory { snooze: Some(snooze(2, at("2026-03-02T12:00:00Z"), Tz::UTC)), ..Memory::default() };
    assert_eq!(tells(&snoozed, "2026-03-05", &[(Rule::LongDay, 2)]), 0);
    assert_eq!(tells(&snoozed, "2026-03-05", &[(Rule::LongWeek, 3)]), 1);
    assert_eq!(tells(&snoozed, "2026-03-10", &[(Rule::LongDay, 2)]), 1);
}

#[test]
fn a_forgotten_end_is_guessed() {
    let starts = at("2026-03-02T08:00:00Z");
    let usual = TimeDelta::minutes(450);
    for (acted, ends) in [
        (None, "2026-03-02T15:30:00Z"),
        (Some("2026-03-02T17:00:00Z"), "2026-03-02T17:15:00Z"),
        (Some("2026-03-02T07:00:00Z"), "2026-03-02T15:30:00Z"),
        (Some("2026-03-02T23:00:00Z"), "2026-03-02T20:00:00Z"),
    ] {
        assert_eq!(guessed_end(starts, acted.map(at), usual), at(ends), "{acted:?}");
    }
    assert_eq!(guessed_end(starts, None, TimeDelta::hours(14)), at("2026-03-02T20:00:00Z"));
}

#[test]
fn hours_are_read_as_people_write_them() {
    let day = date("2026-03-27");
    let times = |times: &[(&str, &str)]| Said::Times(times.iter().map(|(from, to)| (at(from), at(to))).collect());
    for (text, expected) in [
        ("09:00-17:30", times(&[("2026-03-27T09:00:00Z", "2026-03-27T17:30:00Z")])),
        ("06:00-24:00", times(&[("2026-03-27T06:00:00Z", "2026-03-28T00:00:00Z")])),
        (
            "20:00-22:00, 9 to 12",
            times(&[
                ("2026-03-27T09:00:00Z", "2026-03-27T12:00:00Z"),
                ("2026-03-27T20:00:00Z", "2026-03-27T22:00:00Z"),
            ]),
        ),
        ("22:00-06:00", times(&[("2026-03-27T22:00:00Z", "2026-03-28T06:00:00Z")])),
        ("7.5h", Said::Minutes(Some(450))),
        ("7,5 h", Said::Minutes(Some(450))),
        ("8", Said::Minutes(Some(480))),
        ("7h30", Said::Minutes(Some(450))),
        ("7 h 30 min", Said::Minutes(Some(450))),
        ("90 min", Said::Minutes(Some(90))),
        ("24 h", Said::Minutes(Some(1_440))),
        ("None", Said::Minutes(Some(0))),
        ("0", Said::Minutes(Some(0))),
        ("worked", Said::Minutes(None)),
    ] {
        assert_eq!(parse_said(text, day, Tz::UTC).ok(), Some(expected), "{text}");
    }
    for (text, hint) in [
        ("", "from–to"),
        ("25 h", "24 hours"),
        ("09:00-12:00, 11:00-13:00", "overlap"),
        ("nine to five", "from–to"),
        ("-3", "from–to"),
        ("1-2,2-3,3-4,4-5,5-6,6-7,7-8,8-9,9-10", "the most"),
    ] {
        let why = parse_said(text, day, Tz::UTC).expect_err(text).to_string();
        assert!(why.contains(hint), "{text}: {why}");
    }
}

#[test]
fn what_was_agreed_is_read_or_refused() {
    let week = |weekly_hours| Terms { weekly_hours, ..Terms::default() };
    for (texts, expected) in [
        (["", "", ""], Terms::default()),
        (["36", "", "no"], week(36.0)),
        (["37,5 h", "", ""], week(37.5)),
        (["168", "", "Yes"], Terms { opted_out: true, ..week(168.0) }),
        (["20", "Mon-Wed", ""], Terms { working_days: WorkingDays::parse("Mon-Wed").ok(), ..week(20.0) }),
    ] {
        assert_eq!(Terms::parse(texts[0], texts[1], texts[2]).ok(), Some(expected), "{texts:?}");
    }
    for (texts, hint) in [
        (["0", "", ""], "above 0"),
        (["169", "", ""], "168"),
        (["many", "", ""], "37.5"),
        (["36", "whenever", ""], "Mon-Fri"),
        (["36", "", "perhaps"], "yes"),
    ] {
        let why = Terms::parse(texts[0], texts[1], texts[2]).expect_err("refused").to_string();
        assert!(why.contains(hint), "{texts:?}: {why}");
    }
    assert_eq!(week(37.5).usual_day(5), 450);
    assert_eq!(week(36.0).usual_day(3), 720);
    assert_eq!(week(168.0).usual_day(0), 1_440);
}

proptest::proptest! {
    #[test]
    fn no_hours_make_it_panic(text in ".{0,40}") {
        drop(parse_said(&text, date("2026-03-29"), Tz::Europe__London));
    }
}

#[test]
fn the_text_for_a_steward_begins_with_a_warning_and_anew_when_it_gets_worse() {
    use super::super::model::{Step, Steward};
    let before = |level, step| Some(Steward { level, step, until: DateTime::UNIX_EPOCH, text: String::new() });
    let (day, hours) = (TimeDelta::hours(24), TimeDelta::hours(4));
    for (known, level, expected) in [
        (None, 2, None),
        (None, 3, Some((Step::Plan, day))),
        (None, 4, Some((Step::Shown, hours))),
        (before(3, Step::Held), 3, None),
        (before(3, Step::Sent), 3, None),
        (before(3, Step::Held), 4, Some((Step::Shown, hours))),
        (before(4, Step::Planned), 4, None),
        (before(4, Step::Planned), 3, None),
    ] {
        assert_eq!(steward_begins(known.as_ref(), level), expected, "{known:?} {level}");
    }
}

#[test]
fn a_figure_that_falls_without_a_rest_and_comes_back_is_no_news() {
    let flags = |level| found("2026-03-02", &[(Rule::LongWeek, level)]).report.flags;
    let mut memory = Memory::default();
    let at = |day: i64| DateTime::UNIX_EPOCH + TimeDelta::days(day);
    memory.tell(&flags(2), at(0));
    // It fell, and a message about something else says all there is.
    memory.tell(&flags(1), at(2));
    let told = memory.told[&Rule::LongWeek];
    assert_eq!((told.level, told.last, told.at), (2, 2, at(0)));
    memory.tell(&flags(3), at(3));
    assert_eq!(memory.told[&Rule::LongWeek].level, 3);
}
