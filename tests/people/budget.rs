//! How much a person hears, and when: one prompt a day, two reminders at most, quiet hours, days off.

use chrono::{DateTime, Utc};

use crate::harness::{Story, engines, utc};

fn all(instants: &[&str]) -> Vec<DateTime<Utc>> {
    instants.iter().map(|text| utc(text)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_reminder_comes_two_hours_after_the_prompt() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.until("2026-03-23 23:00").await;
        let ben = story.person("Ben");
        assert_eq!(story.reminded(&ben), all(&["2026-03-23 11:30"]));
        let said = story.dms(&ben).pop().expect("a reminder").content;
        let words =
            "Your check-in for **Checkout** is still open, if you have a minute. “Nothing new” is an answer too.";
        assert_eq!(said, words);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_squad_can_do_without_reminders() {
    let story = Story::with_squad().await;
    story.times("Checkout", &[("Reminders a day (0, 1 or 2)", "0")]).await;
    story.until("2026-03-24 23:00").await;
    let ben = story.person("Ben");
    assert_eq!(story.reminded(&ben), all(&[]));
    assert_eq!(story.asked(&ben).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_reminders_are_the_most() {
    let story = Story::with_squad().await;
    story.times("Checkout", &[("Reminders a day (0, 1 or 2)", "2")]).await;
    let ann = story.person("Ann");
    ann.goes_to("lab").expect("there");
    story.run(&ann, "/squad create name:Lab channel:#lab zone:Europe/London lead:@Ann schedule:weekdays 12:00").await;
    let ben = story.person("Ben");
    ben.goes_to("lab").expect("there");
    story.run(&ben, "/squad join squad:Lab").await;
    story.until("2026-03-23 23:00").await;
    assert_eq!(story.reminded(&ben), all(&["2026-03-23 11:30", "2026-03-23 14:30"]));
    assert_eq!(story.dms(&ben).len(), 3, "{}", ben.inbox().text());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_answered_is_not_reminded() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 11:29").await;
    story.checks_in(&ben, &[("What did I finish?", "the label printer")]).await;
    story.until("2026-03-23 23:00").await;
    assert_eq!(story.reminded(&ben), all(&[]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_away_at_noon_is_not_reminded() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 10:00").await;
    ben.goes_to("checkout").expect("there");
    story.run(&ben, "/away add dates:today").await;
    story.until("2026-03-23 23:00").await;
    assert_eq!(story.reminded(&ben), all(&[]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_reminded_at_night() {
    let story = Story::with_squad().await;
    let form = [
        ("When? Plain words or cron", "weekdays 19:30"),
        ("When the squad's day closes", "23:30"),
        ("Reminders a day (0, 1 or 2)", "2"),
    ];
    story.times("Checkout", &form).await;
    let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
    story.until("2026-03-23 23:59").await;
    assert_eq!(story.asked(&ben), all(&["2026-03-23 19:30"]));
    assert_eq!(story.reminded(&ben), all(&[]), "21:30 is late");
    assert_eq!(story.reminded(&cyd), all(&[]));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_reminder_comes_after_the_days_end() {
    let story = Story::with_squad().await;
    story.times("Checkout", &[("When the squad's day closes", "11:00"), ("Reminders a day (0, 1 or 2)", "2")]).await;
    story.until("2026-03-23 23:00").await;
    assert_eq!(story.reminded(&story.person("Ben")), all(&[]));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_weekend_is_quiet() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-27 20:00").await;
    let friday = story.dms(&ben).len();
    story.until("2026-03-30 08:29").await;
    assert_eq!(story.dms(&ben).len(), friday, "{}", ben.inbox().text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_off_from_the_channel_is_as_quiet() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:31").await;
    ben.goes_to("checkout").expect("there");
    let reply = ben.clicks("Day off").await.expect("noted");
    assert!(reply.is_private() && reply.text().starts_with("Monday 23 March is your day off."), "{}", reply.text());
    story.until("2026-03-23 23:00").await;
    assert_eq!(story.reminded(&ben), all(&[]));
    assert_eq!(story.dms(&ben).len(), 1, "the prompt alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_off_before_the_prompt_stops_the_prompt() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-24 07:30").await;
    let before = story.dms(&ben).len();
    ben.goes_to("checkout").expect("there");
    ben.clicks("Day off").await.expect("noted");
    story.until("2026-03-24 23:00").await;
    assert_eq!(story.dms(&ben).len(), before, "{}", ben.inbox().text());
    story.until("2026-03-25 09:30").await;
    assert_eq!(story.asked(&ben).last(), Some(&utc("2026-03-25 09:30")));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_three_answers_in_a_day_is_still_asked_once() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:35").await;
    ben.goes_to("DM").expect("a conversation");
    for words in ["one", "two", "three"] {
        ben.says(words).await.expect("written");
        story.settled().await;
    }
    story.until("2026-03-23 23:00").await;
    assert_eq!((story.asked(&ben).len(), story.reminded(&ben).len()), (1, 0));
    assert_eq!(story.dms(&ben).len(), 4, "a prompt, and an answer to each");
}
