use chrono::NaiveDateTime;

use crate::partnership::calendar::WorkingDays;
use crate::partnership::{ChannelId, UserId};
use crate::schedule::Schedule;

use super::*;

const LONDON: Tz = Tz::Europe__London;
const KOLKATA: Tz = Tz::Asia__Kolkata;

fn squad(id: i64, schedule: &str, questions: &[&str]) -> Squad {
    Squad {
        id: SquadId(id),
        name: format!("Squad {id}"),
        channel: ChannelId(id),
        lead: UserId(1),
        zone: LONDON,
        schedule: Schedule::parse(schedule).expect(schedule),
        working_days: WorkingDays::parse("Mon-Fri").expect("days"),
        questions: questions.iter().map(|&question| question.to_owned()).collect(),
        closes_at: time("17:30"),
        reminders: 1,
        archived: false,
    }
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").expect(text)
}

fn date(text: &str) -> NaiveDate {
    text.parse().expect(text)
}

fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect(text).to_utc()
}

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect(text)
}

fn weekend(date: NaiveDate) -> bool {
    is_free(&[squad(1, "weekdays 09:30", &["?"])], None, date)
}

#[test]
fn one_prompt_serves_two_squads_with_each_question_once() {
    let squads = [squad(1, "weekdays 09:30", &["a", "b"]), squad(2, "weekdays 10:00", &["b", "c", "d", "e", "f"])];
    assert_eq!(questions(&squads), ["a", "b", "c", "d", "e"]);
}

#[test]
fn the_next_prompt_is_the_earliest_of_the_squads_in_the_members_zone() {
    let squads = [squad(1, "weekdays 09:30", &["a"]), squad(2, "weekdays 09:00", &["a"])];
    let cases = [
        // zone, own time, after, asked, expected
        (LONDON, None, "2026-03-23T08:00:00Z", None, "2026-03-23", "2026-03-23T09:00:00Z"),
        (KOLKATA, None, "2026-03-23T00:00:00Z", None, "2026-03-23", "2026-03-23T03:30:00Z"),
        // Asked already today: the other squad's time doesn't ask again.
        (LONDON, None, "2026-03-23T09:00:00Z", Some("2026-03-23"), "2026-03-24", "2026-03-24T09:00:00Z"),
        // Over the weekend and the change of clocks.
        (LONDON, None, "2026-03-27T10:00:00Z", Some("2026-03-27"), "2026-03-30", "2026-03-30T08:00:00Z"),
        // An own time, later than the squad's.
        (LONDON, Some("11:15"), "2026-03-23T10:00:00Z", None, "2026-03-23", "2026-03-23T11:15:00Z"),
        // Outside the hours in which people are spoken to.
        (LONDON, Some("05:00"), "2026-03-23T06:00:00Z", None, "2026-03-23", "2026-03-23T07:00:00Z"),
        (LONDON, Some("22:30"), "2026-03-23T06:00:00Z", None, "2026-03-23", "2026-03-23T20:59:00Z"),
        (LONDON, Some("07:15"), "2026-03-23T07:15:00Z", Some("2026-03-23"), "2026-03-24", "2026-03-24T07:15:00Z"),
    ];
    for (zone, own, after, asked, day, at) in cases {
        let found = next_prompt(&squads, zone, own.map(time), instant(after), asked.map(date));
        assert_eq!(found, Some((date(day), instant(at))), "{zone} {own:?} after {after}");
    }
    assert_eq!(next_prompt(&[], LONDON, None, instant("2026-03-23T08:00:00Z"), None), None);
}

#[test]
fn an_answer_without_a_date_counts_for_the_right_one() {
    use State::{Answered, Open};
    type Case<'a> = (&'a str, &'a [(&'a str, State)], &'a str);
    let cases: [Case; 8] = [
        ("2026-03-23 10:00", &[("2026-03-23", Open)], "2026-03-23"),
        ("2026-03-23 08:00", &[], "2026-03-23"),
        // Late: past midnight, yesterday's is still open.
        ("2026-03-24 01:30", &[("2026-03-23", Open)], "2026-03-23"),
        ("2026-03-24 01:30", &[("2026-03-23", Answered)], "2026-03-24"),
        // Early: in the evening, today's is answered.
        ("2026-03-23 18:00", &[("2026-03-23", Answered)], "2026-03-24"),
        ("2026-03-23 18:00", &[("2026-03-23", Open)], "2026-03-23"),
        // Sunday evening is early for Monday; Friday evening too.
        ("2026-03-29 19:00", &[], "2026-03-30"),
        ("2026-03-27 19:00", &[("2026-03-27", Answered)], "2026-03-30"),
    ];
    for (now, states, expected) in cases {
        let state = |day: NaiveDate| states.iter().find(|(text, _)| date(text) == day).map(|(_, state)| *state);
        assert_eq!(date_for(local(now), state, weekend), date(expected), "{now} {states:?}");
    }
}

#[test]
fn reminders_come_after_the_prompt_and_before_the_close() {
    let prompted = instant("2026-03-23T09:00:00Z");
    let close = |text| instant(text);
    assert!(reminders(prompted, 0, close("2026-03-23T17:30:00Z")).is_empty());
    assert_eq!(reminders(prompted, 1, close("2026-03-23T17:30:00Z")), [instant("2026-03-23T11:00:00Z")]);
    assert_eq!(reminders(prompted, 2, close("2026-03-23T17:30:00Z")).len(), 2);
    assert_eq!(reminders(prompted, 2, close("2026-03-23T12:00:00Z")).len(), 1);
}

#[test]
fn the_days_off_before_a_date_are_asked_about() {
    assert_eq!(days_off_before(date("2026-03-23"), weekend), [date("2026-03-21"), date("2026-03-22")]);
    assert!(days_off_before(date("2026-03-24"), weekend).is_empty());
    let easter = |day: NaiveDate| weekend(day) || day == date("2026-04-03") || day == date("2026-04-06");
    assert_eq!(days_off_before(date("2026-04-07"), easter).len(), 4);
}

#[test]
fn yesterdays_next_is_offered_as_todays_finished() {
    let before = [Said { question: "What is next?".to_owned(), text: "the label printer".to_owned() }];
    assert_eq!(offered("What did I finish?", &before), "the label printer");
    assert_eq!(offered("What is next?", &before), "");
    assert_eq!(offered("What did I finish?", &[]), "");
}

#[test]
fn plain_words_fall_to_the_questions_in_order() {
    let asked: Vec<String> = ["Finished?", "Next?", "In the way?"].map(str::to_owned).to_vec();
    let cases: [(&str, &[(&str, &str)]); 8] = [
        ("the label printer", &[("Finished?", "the label printer")]),
        ("printer\nlabels\n", &[("Finished?", "printer"), ("Next?", "labels")]),
        ("1. printer\n3) access", &[("Finished?", "printer"), ("In the way?", "access")]),
        ("3: access\n1. printer", &[("Finished?", "printer"), ("In the way?", "access")]),
        ("a\nb\nc\nd\ne", &[("Finished?", "a"), ("Next?", "b"), ("In the way?", "c\nd\ne")]),
        ("9. boxes", &[("Finished?", "9. boxes")]),
        ("2026.5 is a number", &[("Finished?", "2026.5 is a number")]),
        ("   \n ", &[]),
    ];
    for (text, expected) in cases {
        let said: Vec<(String, String)> =
            from_plain_words(text, &asked).into_iter().map(|said| (said.question, said.text)).collect();
        let expected: Vec<(String, String)> = expected.iter().map(|&(q, t)| (q.to_owned(), t.to_owned())).collect();
        assert_eq!(said, expected, "{text:?}");
    }
}

#[test]
fn the_key_of_a_day_reads_back() {
    let key = day_key(SquadId(3), date("2026-03-29"));
    assert_eq!(
        parse_day_row(key.strip_prefix("checkin.day:").expect("prefix")),
        Some((SquadId(3), date("2026-03-29")))
    );
    assert_eq!(parse_day_row("3"), None);
}

#[test]
fn the_weekday_of_a_correction_has_been() {
    let today = date("2026-03-26");
    let cases = [
        ("Monday", "2026-03-30", "2026-03-23"),
        ("thu", "2026-03-26", "2026-03-26"),
        ("2026-03-30", "2026-03-30", "2026-03-30"),
        ("tomorrow", "2026-03-27", "2026-03-27"),
    ];
    for (text, read, expected) in cases {
        assert_eq!(behind(text, date(read), today), date(expected), "{text}");
    }
}

#[test]
fn plain_words_are_for_the_day_that_is_asked_about() {
    let date = |text: &str| text.parse::<NaiveDate>().unwrap();
    // Monday 23 to Saturday 28 March; the question, when somebody writes, what is open, and for which date it is.
    let cases = [
        ("2026-03-23", "2026-03-23T09:40:00", "2026-03-23", "2026-03-23"),
        ("2026-03-23", "2026-03-24T08:00:00", "2026-03-23", "2026-03-24"),
        ("2026-03-23", "2026-03-24T03:00:00", "2026-03-23", "2026-03-23"),
        ("2026-03-23", "2026-03-24T03:00:00", "", "2026-03-24"),
        ("2026-03-27", "2026-03-28T10:00:00", "2026-03-27", "2026-03-27"),
        ("2026-03-27", "2026-03-28T10:00:00", "", "2026-03-28"),
        ("2026-03-24", "2026-03-23T18:00:00", "", "2026-03-24"),
    ];
    for (asked, local, open, wanted) in cases {
        let is_open = |day: NaiveDate| (day.to_string() == open).then_some(State::Open);
        let is_free = |day: NaiveDate| day == date("2026-03-28") || day == date("2026-03-29");
        let found = date_of_words(date(asked), local.parse().unwrap(), is_open, is_free);
        assert_eq!(found, date(wanted), "{asked} {local} {open}");
    }
}

#[test]
fn help_and_thanks_are_told_from_answers() {
    let cases = [
        ("help", Some(SmallTalk::Help)),
        (" Help! ", Some(SmallTalk::Help)),
        ("?", Some(SmallTalk::Help)),
        ("Thank you!!", Some(SmallTalk::Kindness)),
        ("OK, thanks.", Some(SmallTalk::Kindness)),
        ("👍", Some(SmallTalk::Kindness)),
        ("❤️", Some(SmallTalk::Kindness)),
        ("help with the printer", None),
        ("thanks to Ben the printer works", None),
        ("done", None),
        ("", None),
        ("...", None),
    ];
    for (text, wanted) in cases {
        assert_eq!(small_talk(text), wanted, "{text:?}");
    }
}

#[test]
fn what_is_added_stands_below_what_was_said() {
    let said = |question: &str, text: &str| Said { question: question.to_owned(), text: text.to_owned() };
    let questions = ["done", "next"].map(str::to_owned);
    let all = added(&[said("next", "b")], &[said("done", "a"), said("next", "c")], &questions);
    assert_eq!(all, [said("done", "a"), said("next", "b\nc")]);
    assert_eq!(added(&all, &[said("done", "a"), said("next", "c")], &questions), all, "not twice");
}

#[test]
fn of_an_answer_that_was_made_longer_what_was_added_is_in_the_way() {
    let said = |text: &str| vec![Said { question: "What is in the way?".to_owned(), text: text.to_owned() }];
    let cases = [
        ("", "no test data", &["no test data"][..]),
        ("no test data", "no test data\nthe badge", &["the badge"]),
        ("no test data", "no test database", &["no test database"]),
        ("no test data", "the badge", &["the badge"]),
    ];
    for (before, after, wanted) in cases {
        assert_eq!(new_obstacles(&said(before), &said(after)), wanted, "{before:?} {after:?}");
    }
    let other = vec![Said { question: "What is next?".to_owned(), text: "the badge".to_owned() }];
    assert!(new_obstacles(&[], &other).is_empty());
}
