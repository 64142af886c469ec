//! The bot was down, or its clock was wrong: each question is asked once or missed, and nothing stale is said.

use chrono::TimeDelta;

use crate::harness::{Story, engines, utc};

const FINISHED: &str = "What did I finish?";

/// How Ben's prompts ended, in the order of their dates: `done`, `missed` or `due`.
async fn prompts(story: &Story, name: &str) -> Vec<(String, String)> {
    let mut db = story.stage.app.store.read().await.expect("readable");
    let sql = "SELECT slot, state FROM occurrence WHERE kind = 'checkin.prompt' AND subject = $1 AND state <> 'void' ORDER BY slot";
    let id = i64::try_from(story.person(name).id().0).expect("in range");
    sqlx::query_as(sql).bind(id).fetch_all(&mut *db).await.expect("read")
}

/// The dates for which somebody was asked, as they read them.
fn dates_asked(story: &Story, name: &str) -> Vec<String> {
    let dms = story.dms(&story.person(name));
    let prompts = dms.iter().filter_map(|seen| seen.content.split_once(&format!(", {name}. ")));
    prompts.filter_map(|(_, text)| Some(text.split_once(", for ")?.0.to_owned())).collect()
}

/// Nothing is left between done, missed and the one that is due next.
async fn nothing_is_forgotten(story: &Story) {
    let states = prompts(story, "Ben").await;
    let (next, past) = states.split_last().expect("there are some");
    assert_eq!(next.1, "due", "{states:?}");
    assert!(past.iter().all(|(_, state)| state == "done" || state == "missed"), "{states:?}");
    let planned: Vec<chrono::NaiveDate> = states.iter().map(|(slot, _)| slot.parse().expect("a date")).collect();
    let weekdays = planned[0].iter_days().take_while(|day| *day <= planned[planned.len() - 1]);
    let weekdays: Vec<_> = weekdays.filter(|day| chrono::Datelike::weekday(day).number_from_monday() < 6).collect();
    assert_eq!(planned, weekdays, "one a working day");
}

/// The bot is down from Monday 09:29 until `back`.
async fn down_until(story: &mut Story, back: &str) {
    story.until("2026-03-23 09:29").await;
    story.stage.stop().await.expect("stops");
    story.until(back).await;
    story.stage.start().await.expect("starts");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_minute_everything_is_as_if_nothing_had_been() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        down_until(&mut story, "2026-03-23 09:30").await;
        let ben = story.person("Ben");
        assert_eq!(story.asked(&ben), [utc("2026-03-23 09:30")]);
        assert_eq!(story.day_messages(&ben, "checkout").len(), 1);
        nothing_is_forgotten(&story).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_hour_the_question_comes_late() {
    let mut story = Story::with_squad().await;
    down_until(&mut story, "2026-03-23 10:29").await;
    let ben = story.person("Ben");
    assert_eq!(story.asked(&ben), [utc("2026-03-23 10:29")]);
    story.until("2026-03-24 09:30").await;
    assert_eq!(dates_asked(&story, "Ben"), ["Monday 23 March", "Tuesday 24 March"]);
    nothing_is_forgotten(&story).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_three_days_what_is_past_is_missed() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        down_until(&mut story, "2026-03-26 09:29").await;
        let ben = story.person("Ben");
        assert_eq!(story.dms(&ben).len(), 0, "nothing stale is said: {}", ben.inbox().text());
        assert_eq!(story.day_messages(&ben, "checkout").len(), 0);
        story.until("2026-03-26 09:30").await;
        assert_eq!(dates_asked(&story, "Ben"), ["Thursday 26 March"]);
        let states: Vec<String> = prompts(&story, "Ben").await.into_iter().map(|(_, state)| state).collect();
        assert_eq!(states, ["missed", "missed", "missed", "done", "due"]);
        nothing_is_forgotten(&story).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_thirty_days_one_question_is_caught_up_with() {
    let mut story = Story::with_squad().await;
    down_until(&mut story, "2026-04-22 09:29").await;
    story.until("2026-04-22 09:31").await;
    for name in ["Ann", "Ben", "Cyd", "Dot"] {
        assert_eq!(dates_asked(&story, name), ["Wednesday 22 April"], "{name}");
    }
    let ben = story.person("Ben");
    assert_eq!(story.dms(&ben).len(), 1, "{}", ben.inbox().text());
    let days = story.day_messages(&ben, "checkout");
    assert_eq!(days.len(), 1);
    assert!(days[0].content.contains("Wednesday 22 April"), "{}", days[0].content);
    nothing_is_forgotten(&story).await;
    story.until("2026-04-23 08:30").await;
    assert_eq!(dates_asked(&story, "Ben"), ["Wednesday 22 April", "Thursday 23 April"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_ended_while_the_bot_was_down_is_closed_when_it_is_back() {
    let mut story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 16:00").await;
    story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    story.until("2026-03-23 16:01").await;
    story.stage.stop().await.expect("stops");
    story.until("2026-03-23 20:00").await;
    story.stage.start().await.expect("starts");
    story.until("2026-03-23 20:06").await;
    let day = story.day_message(&ben, "checkout", "check-ins of Monday 23 March").expect("there");
    assert!(day.text().contains("Closed for the day.") && day.text().contains("the label printer"), "{}", day.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_that_is_late_is_not_sent() {
    let mut story = Story::with_squad().await;
    story.until("2026-03-23 11:00").await;
    story.stage.stop().await.expect("stops");
    story.until("2026-03-23 14:00").await;
    story.stage.start().await.expect("starts");
    story.until("2026-03-23 20:00").await;
    assert!(story.reminded(&story.person("Ben")).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_while_the_bot_was_down_changes_nothing_and_the_next_one_works() {
    let mut story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:31").await;
    ben.goes_to("DM").expect("a conversation");
    story.stage.stop().await.expect("stops");
    assert_eq!(ben.clicks("Check in").await.expect_err("nobody is there"), simulator::Refused::NoAnswer);
    story.stage.start().await.expect("starts");
    assert!(!story.day_message(&ben, "checkout", "Monday 23 March").expect("there").text().contains("Ben"));
    let reply = story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    assert!(reply.text().starts_with("Saved for Monday 23 March"), "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_steps_by_an_hour_asks_once_a_day() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let hour = TimeDelta::hours(1);
        story.until("2026-03-23 09:00").await;
        for by in [hour, -hour, hour, -hour] {
            story.stage.step_clock(by).await.expect("settles");
        }
        assert_eq!(dates_asked(&story, "Ben"), ["Monday 23 March"]);
        story.until("2026-03-24 09:45").await;
        for by in [-hour, hour, -hour, -hour, hour, hour] {
            story.stage.step_clock(by).await.expect("settles");
        }
        story.until("2026-03-26 09:45").await;
        let days = ["Monday 23 March", "Tuesday 24 March", "Wednesday 25 March", "Thursday 26 March"];
        assert_eq!(dates_asked(&story, "Ben"), days);
        assert_eq!(story.day_messages(&story.person("Ann"), "checkout").len(), 4);
        nothing_is_forgotten(&story).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_goes_back_a_day_asks_for_no_day_twice() {
    let story = Story::with_squad().await;
    let day = TimeDelta::days(1);
    for to in ["2026-03-24 10:00", "2026-03-25 10:00", "2026-03-26 10:00"] {
        story.until(to).await;
        story.stage.step_clock(-day).await.expect("settles");
        story.times("Checkout", &[("When the squad's day closes", "17:00")]).await;
        story.stage.until(utc(to) - TimeDelta::hours(12)).await.expect("settles");
    }
    story.until("2026-03-27 10:00").await;
    let days = ["Monday 23 March", "Tuesday 24 March", "Wednesday 25 March", "Thursday 26 March", "Friday 27 March"];
    assert_eq!(dates_asked(&story, "Ben"), days);
    nothing_is_forgotten(&story).await;
}

/// A date that was marked missed by a jump ahead stays so when the clock comes back: what is promised
/// here is that nothing is said twice and nothing hangs, and not that nothing is skipped.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_by_hours_and_days_says_nothing_twice() {
    let story = Story::with_squad().await;
    let (hour, day) = (TimeDelta::hours(1), TimeDelta::days(1));
    for round in 0..25 {
        let steps = [hour, -hour, day, -day, -hour, hour];
        story.stage.step_clock(steps[round % steps.len()]).await.expect("settles");
        story.stage.until(story.stage.app.clock.now() + TimeDelta::hours(3)).await.expect("settles");
    }
    let mut asked = dates_asked(&story, "Ben");
    let count = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), count, "no day twice");
    assert!(count >= 1, "{asked:?}");
    nothing_is_forgotten(&story).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_forms_sent_two_thousand_times_leave_one_answer_each() {
    let story = Story::with_squad().await;
    story.until("2026-03-27 10:00").await;
    let names = ["Ann", "Ben", "Cyd", "Dot"];
    let (dates, times) = (["2026-03-23", "2026-03-24", "2026-03-25", "2026-03-26", "2026-03-27"], 50);
    for name in names {
        let person = story.person(name);
        person.goes_to("random").expect("there");
        for date in dates {
            story.run(&person, &format!("/checkin edit date:{date}")).await;
            // A thousand in all, and then the same once more.
            for _ in 0..2 {
                let words = format!("{name} on {date}");
                let fields = [(FINISHED, words.as_str()), ("What is in the way?", words.as_str())];
                let sent = (0..times).map(|_| person.fills(&fields));
                for reply in futures::future::join_all(sent).await {
                    let text = reply.expect("an answer").text();
                    assert!(text.starts_with("Saved for "), "{text}");
                }
                story.run(&person, &format!("/checkin edit date:{date}")).await;
            }
        }
    }
    story.until("2026-03-27 10:30").await;
    let ann = story.person("Ann");
    for day in ["Monday 23 March", "Tuesday 24 March", "Wednesday 25 March", "Thursday 26 March", "Friday 27 March"] {
        let posts = story.thread_posts(&ann, day);
        assert_eq!(posts.len(), 4, "{day}: {posts:#?}");
    }
    let export = story.run(&story.person("Ben"), "/checkin history").await.text();
    assert_eq!(export.matches("What did I finish? Ben on ").count(), 5, "{export}");
}
