//! The bot is restarted, or loses its connection, at any moment: nobody notices.

use chrono::{DateTime, Utc};

use crate::harness::{Story, engines, utc};

const FINISHED: &str = "What did I finish?";

/// One step of a person's day.
async fn step(story: &Story, index: usize) {
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    match index {
        0 => story.until("2026-03-23 09:29").await,
        1 => story.until("2026-03-23 09:30").await,
        2 => {
            ben.goes_to("DM").expect("a conversation");
            ben.clicks("Check in").await.expect("a form");
        }
        3 => {
            let fields = [(FINISHED, "the label printer"), ("What is in the way?", "no test data")];
            let reply = ben.fills(&fields).await.expect("saved");
            assert!(reply.text().starts_with("Saved for Monday 23 March, and shared"), "{}", reply.text());
        }
        4 => {
            let reply = ben.clicks("Both").await.expect("noted");
            let said = "Noted: you worked on Saturday 21 March and Sunday 22 March.";
            assert!(reply.text().starts_with(said), "{}", reply.text());
        }
        5 => {
            let reply = ben.clicks("Cleared: no test data").await.expect("cleared");
            assert!(reply.text().starts_with("Cleared."), "{}", reply.text());
        }
        6 => {
            ann.goes_to("checkout").expect("there");
            ann.clicks("Nothing new").await.expect("saved");
        }
        7 => story.until("2026-03-23 17:31").await,
        _ => story.until("2026-03-24 09:30").await,
    }
}

const STEPS: usize = 9;

/// The whole day, with a restart after each of these steps.
async fn restarted_after(steps: std::ops::Range<usize>) {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        for index in 0..STEPS {
            step(&story, index).await;
            if steps.contains(&index) {
                story.restart().await;
            }
        }
        let (ann, cyd) = (story.person("Ann"), story.person("Cyd"));
        let asked: Vec<DateTime<Utc>> = vec![utc("2026-03-23 09:30"), utc("2026-03-24 09:30")];
        assert_eq!(story.asked(&cyd), asked, "after {steps:?}");
        assert_eq!(story.reminded(&cyd), [utc("2026-03-23 11:30")], "after {steps:?}");
        let days = story.day_messages(&ann, "checkout");
        assert_eq!(days.len(), 2, "after {steps:?}");
        let monday = days[0].text();
        assert!(monday.contains("Closed for the day."), "after {steps:?}: {monday}");
        assert!(monday.contains("**Ben** · finished: the label printer · in the way: no test data"), "{monday}");
        assert!(monday.contains("**Ann**: nothing new"), "{monday}");
        assert_eq!(story.thread_posts(&ann, "Monday 23 March").len(), 2, "after {steps:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn restarts_until_the_form_is_open_change_nothing() {
    restarted_after(0..3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn restarts_while_somebody_answers_change_nothing() {
    restarted_after(3..6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn restarts_until_the_next_day_change_nothing() {
    restarted_after(6..STEPS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_while_messages_wait_loses_none() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story
            .stage
            .sim
            .fault(simulator::Fault::http("POST", "/messages", simulator::FaultKind::DropAfterAccept).times(9));
        story.until("2026-03-23 09:30").await;
        story.restart().await;
        story.until("2026-03-23 09:33").await;
        for name in ["Ann", "Ben", "Cyd", "Dot"] {
            assert_eq!(story.asked(&story.person(name)).len(), 1, "{name}");
        }
        assert_eq!(story.day_messages(&story.person("Ann"), "checkout").len(), 1);
    }
}

/// After a fault of the gateway, the next click works.
async fn the_next_click_works(story: &Story, fault: &str) {
    let ben = story.person("Ben");
    ben.goes_to("DM").expect("a conversation");
    ben.clicks("Check in").await.unwrap_or_else(|refused| panic!("{fault}: {refused}"));
    let reply = ben.fills(&[(FINISHED, fault)]).await.expect("saved");
    assert!(reply.text().starts_with("Saved for Monday 23 March"), "{fault}: {}", reply.text());
    story.until("2026-03-23 09:31").await;
    assert_eq!(story.thread_posts(&ben, "Monday 23 March").len(), 1, "{fault}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_connection_is_resumed_and_the_next_click_works() {
    let story = Story::with_squad().await;
    story.until("2026-03-23 09:30").await;
    story.stage.sim.close_gateways(1001);
    the_next_click_works(&story, "a cut").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_asks_for_a_new_connection_and_the_next_click_works() {
    let story = Story::with_squad().await;
    story.until("2026-03-23 09:30").await;
    story.stage.sim.op7();
    the_next_click_works(&story, "op 7").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_no_longer_valid_is_begun_anew_and_the_next_click_works() {
    let story = Story::with_squad().await;
    story.until("2026-03-23 09:30").await;
    // Discord wants some seconds between the two, and the bot keeps to it.
    story.stage.sim.op9(false);
    story.stage.connected().await.expect("connected again");
    the_next_click_works(&story, "op 9").await;
}
