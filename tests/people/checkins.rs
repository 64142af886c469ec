//! Check-ins: being asked, answering in every way, and what the squad sees of it.

use chrono::{DateTime, Utc};
use simulator::Seen;

use crate::harness::{Story, engines, utc};

const FINISHED: &str = "What did I finish?";
const NEXT: &str = "What is next?";
const IN_THE_WAY: &str = "What is in the way?";

fn labels(seen: &Seen) -> Vec<&str> {
    seen.buttons.iter().map(|button| button.label.as_str()).collect()
}

fn all(instants: &[&str]) -> Vec<DateTime<Utc>> {
    instants.iter().map(|text| utc(text)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_is_asked_at_half_past_nine_where_they_are() {
    let story = Story::with_squad().await;
    let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
    let reply = story.lives_in(&cyd, "Kolkata", "").await;
    assert!(reply.text().starts_with("Saved: **Asia/Kolkata**, where it is 23:30 now."), "{}", reply.text());
    story.until("2026-03-24 20:00").await;
    assert_eq!(story.asked(&cyd), all(&["2026-03-23 04:00", "2026-03-24 04:00"]));
    assert_eq!(story.asked(&ben), all(&["2026-03-23 09:30", "2026-03-24 09:30"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn half_past_nine_stays_half_past_nine_when_the_clocks_change() {
    let story = Story::with_squad().await;
    story.until("2026-03-31 20:00").await;
    let week =
        ["2026-03-23", "2026-03-24", "2026-03-25", "2026-03-26", "2026-03-27"].map(|date| format!("{date} 09:30"));
    let mut expected: Vec<_> = week.iter().map(|text| utc(text)).collect();
    expected.extend(all(&["2026-03-30 08:30", "2026-03-31 08:30"]));
    assert_eq!(story.asked(&story.person("Ben")), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_asked_at_a_time_of_their_own() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    let reply = story.lives_in(&ben, "London", "14:00").await;
    assert!(reply.text().contains("I ask you at 14:00, on your squad's days."), "{}", reply.text());
    story.until("2026-03-24 20:00").await;
    assert_eq!(story.asked(&ben), all(&["2026-03-23 14:00", "2026-03-24 14:00"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_that_nobody_knows_comes_back_filled_in() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    let reply = story.lives_in(&ben, "Middle/Earth", "25:00").await;
    assert!(reply.text().contains("Nothing was changed."), "{}", reply.text());
    ben.clicks("Try again").await.expect("a form");
    let form = ben.modal().expect("open");
    assert_eq!(form.fields[0].value, "Middle/Earth");
    assert_eq!(form.fields[1].value, "25:00");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_changes_their_time_after_being_asked_is_asked_again_the_next_day() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let ben = story.person("Ben");
        story.until("2026-03-23 10:00").await;
        story.lives_in(&ben, "London", "16:00").await;
        story.until("2026-03-25 20:00").await;
        assert_eq!(story.asked(&ben), all(&["2026-03-23 09:30", "2026-03-24 16:00", "2026-03-25 16:00"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_moves_west_after_being_asked_is_not_asked_twice_for_a_date() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.lives_in(&ben, "Auckland", "").await;
    // 09:30 on Tuesday 24 March in Auckland, where it is still Monday in New York.
    story.until("2026-03-23 21:00").await;
    story.lives_in(&ben, "New_York", "").await;
    story.until("2026-03-25 20:00").await;
    assert_eq!(story.asked(&ben), all(&["2026-03-22 20:30", "2026-03-23 20:30", "2026-03-25 13:30"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_squad_whose_time_moves_to_later_today_goes_on_tomorrow() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        story.until("2026-03-23 10:00").await;
        story.times("Checkout", &[("When? Plain words or cron", "weekdays 15:00")]).await;
        story.until("2026-03-25 20:00").await;
        assert_eq!(story.asked(&ben), all(&["2026-03-23 09:30", "2026-03-24 15:00", "2026-03-25 15:00"]));
        let days = story.day_messages(&ann, "checkout");
        let sent: Vec<_> = days.iter().map(|seen| seen.sent).collect();
        assert_eq!(sent, all(&["2026-03-23 09:30", "2026-03-24 15:00", "2026-03-25 15:00"]));
    }
}

/// Ann makes a second squad, Lab, and Ben joins it.
async fn with_lab(story: &Story, schedule: &str) {
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    ann.goes_to("lab").expect("there");
    story
        .run(&ann, &format!("/squad create name:Lab channel:#lab zone:Europe/London lead:@Ann schedule:{schedule}"))
        .await;
    ben.goes_to("lab").expect("there");
    story.run(&ben, "/squad join squad:Lab").await;
    story.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_prompt_serves_two_squads() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    with_lab(&story, "weekdays 10:00").await;
    story.until("2026-03-23 09:45").await;
    let prompt = story.last_dm(&ben).expect("a prompt");
    assert!(
        prompt.content.contains("Monday 23 March, for **Checkout** and **Lab** (Home Testing)"),
        "{}",
        prompt.content
    );
    ben.goes_to("DM").expect("a conversation");
    ben.clicks("Check in").await.expect("a form");
    assert_eq!(ben.modal().expect("open").title, "Seen by: everyone in Checkout, Lab");
    let reply = ben.fills(&[(FINISHED, "the label printer")]).await.expect("saved");
    assert!(reply.text().contains("shared with **Checkout** and **Lab**"), "{}", reply.text());
    story.until("2026-03-23 11:59").await;
    assert_eq!(
        story.asked(&ben).len() + story.reminded(&ben).len(),
        0,
        "the prompt became the answer, and no other came"
    );
    for channel in ["checkout", "lab"] {
        let day = story.day_message(&ann, channel, "check-ins of Monday 23 March").expect("there");
        assert!(day.text().contains("**Ben** · finished: the label printer"), "{}", day.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_squad_sees_the_answers_to_its_own_questions() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    with_lab(&story, "weekdays 09:30").await;
    ann.goes_to("lab").expect("there");
    story.run(&ann, "/squad edit squad:Lab").await;
    ann.clicks("Questions…").await.expect("a form");
    let form = [("Question 1", "Which rig is down?"), ("Question 2", ""), ("Question 3", ""), ("Question 4", "")];
    ann.fills(&form).await.expect("saved");
    story.until("2026-03-23 09:30").await;
    story.checks_in(&ben, &[(FINISHED, "the label printer"), ("Which rig is down?", "number four")]).await;
    story.until("2026-03-23 09:31").await;
    let checkout = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there").text();
    let lab = story.day_message(&ann, "lab", "check-ins of Monday 23 March").expect("there").text();
    assert!(checkout.contains("label printer") && !checkout.contains("number four"), "{checkout}");
    assert!(lab.contains("number four") && !lab.contains("label printer"), "{lab}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_gets_a_card_before_the_first_question() {
    let story = Story::with_squad().await;
    let (ann, eve) = (story.person("Ann"), story.person("Eve"));
    ann.goes_to("checkout").expect("there");
    story.run(&ann, "/squad edit squad:Checkout add:@Eve").await;
    story.until("2026-03-23 09:30").await;
    let card = story.last_dm(&eve).expect("a card");
    assert!(card.content.starts_with("Hello! I'm **Elevenses**"), "{}", card.content);
    assert!(card.text().contains("Before the first question"), "{}", card.text());
    assert_eq!(labels(&card), ["Start", "Check-ins only", "Not me"]);
    eve.goes_to("DM").expect("a conversation");
    let reply = eve.clicks("Start").await.expect("started");
    assert!(reply.text().contains("Thank you, that's settled."), "{}", reply.text());
    eve.clicks("Check in").await.expect("a form");
    let reply = eve.fills(&[(FINISHED, "the tour")]).await.expect("saved");
    assert!(reply.text().starts_with("Saved for Monday 23 March"), "{}", reply.text());
    story.until("2026-03-24 09:30").await;
    assert_eq!(story.asked(&eve), all(&["2026-03-24 09:30"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_not_me_is_not_asked() {
    let story = Story::with_squad().await;
    let (ann, eve) = (story.person("Ann"), story.person("Eve"));
    ann.goes_to("checkout").expect("there");
    story.run(&ann, "/squad edit squad:Checkout add:@Eve").await;
    story.until("2026-03-23 09:30").await;
    eve.goes_to("DM").expect("a conversation");
    let reply = eve.clicks("Not me").await.expect("declined");
    assert!(reply.text().starts_with("All right, I won't ask you anything."), "{}", reply.text());
    story.until("2026-03-27 20:00").await;
    assert_eq!(story.dms(&eve).len(), 1, "{}", eve.inbox().text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_nobody_answers_stays_the_only_message() {
    let story = Story::with_squad().await;
    let (ann, eve) = (story.person("Ann"), story.person("Eve"));
    ann.goes_to("checkout").expect("there");
    story.run(&ann, "/squad edit squad:Checkout add:@Eve").await;
    story.until("2026-03-27 20:00").await;
    assert_eq!(story.dms(&eve).len(), 1, "{}", eve.inbox().text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_says_first_who_will_see_the_answer() {
    let story = Story::with_squad().await;
    let (ben, eve) = (story.person("Ben"), story.person("Eve"));
    ben.goes_to("random").expect("there");
    story.run(&ben, "/checkin now").await;
    assert_eq!(ben.modal().expect("open").title, "Seen by: everyone in Checkout");
    eve.goes_to("random").expect("there");
    let reply = story.run(&eve, "/checkin now").await;
    assert!(reply.is_private() && reply.text().contains("You aren't in a squad yet"), "{}", reply.text());
    eve.clicks("Start").await.expect("started");
    story.run(&eve, "/checkin now").await;
    assert_eq!(eve.modal().expect("open").title, "Seen by: you alone");
    let reply = eve.fills(&[(FINISHED, "my own list")]).await.expect("saved");
    assert!(reply.text().starts_with("Saved for Monday 23 March for you alone"), "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_prompt_offers_three_ways_to_answer() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:30").await;
    let prompt = story.last_dm(&ben).expect("a prompt");
    assert_eq!(labels(&prompt), ["Check in", "Nothing new", "Day off"]);
    for question in [FINISHED, NEXT, IN_THE_WAY, "Anything to celebrate?"] {
        assert!(prompt.content.contains(question), "{}", prompt.content);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_new_is_an_answer() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-23 09:30").await;
    ben.goes_to("DM").expect("a conversation");
    let reply = ben.clicks("Nothing new").await.expect("saved");
    assert!(
        reply.text().starts_with("Saved as “nothing new” for Monday 23 March, and shared with **Checkout**."),
        "{}",
        reply.text()
    );
    story.until("2026-03-23 13:00").await;
    let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
    assert!(day.text().contains("**Ben**: nothing new"), "{}", day.text());
    assert_eq!(story.thread_posts(&ann, "Monday 23 March"), ["**Ben** (Fennel): nothing new."]);
    assert_eq!(story.reminded(&ben), all(&[]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_new_does_not_wipe_out_what_was_answered() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-23 09:30").await;
    story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    story.until("2026-03-23 09:31").await;
    ben.goes_to("checkout").expect("there");
    let reply = ben.clicks("Nothing new").await.expect("an answer");
    assert!(reply.text().starts_with("You have answered already, and I keep that."), "{}", reply.text());
    story.until("2026-03-23 09:40").await;
    let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
    assert!(day.text().contains("label printer"), "{}", day.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_off_stops_everything_until_tomorrow_and_can_be_taken_back() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:30").await;
    ben.goes_to("DM").expect("a conversation");
    let reply = ben.clicks("Day off").await.expect("noted");
    assert!(reply.text().starts_with("Monday 23 March is your day off. Enjoy it; I'll be quiet."), "{}", reply.text());
    let before = story.dms(&ben).len();
    story.until("2026-03-23 23:00").await;
    assert_eq!(story.dms(&ben).len(), before, "{}", ben.inbox().text());
    let reply = ben.clicks("Undo").await.expect("taken back");
    assert!(reply.text().starts_with("Taken back: Monday 23 March is a day like any other."), "{}", reply.text());
    let reply = story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    assert!(reply.text().starts_with("Saved for Monday 23 March"), "{}", reply.text());
    story.until("2026-03-24 09:30").await;
    assert_eq!(story.asked(&ben), all(&["2026-03-24 09:30"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn yesterdays_next_is_offered_as_todays_finished() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:30").await;
    story.checks_in(&ben, &[(FINISHED, "the label printer"), (NEXT, "the scanner")]).await;
    story.until("2026-03-24 09:30").await;
    ben.clicks("Check in").await.expect("a form");
    let form = ben.modal().expect("open");
    let value = |label: &str| form.fields.iter().find(|field| field.label == label).map(|field| field.value.clone());
    assert_eq!(value(FINISHED).as_deref(), Some("the scanner"));
    assert_eq!(value(NEXT).as_deref(), Some(""));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_way_is_carried_over_until_it_is_cleared() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:30").await;
    story.checks_in(&ben, &[(IN_THE_WAY, "no test data")]).await;
    story.until("2026-03-24 09:30").await;
    ben.clicks("Check in").await.expect("a form");
    let form = ben.modal().expect("open");
    let hint = form.fields.iter().find(|field| field.label == IN_THE_WAY).map(|field| field.placeholder.clone());
    assert_eq!(hint.as_deref(), Some("Still open: no test data"));
    let reply = ben.fills(&[(FINISHED, "the scanner")]).await.expect("saved");
    assert!(reply.text().contains("Still in your way? Clear it if it isn't:"), "{}", reply.text());
    let reply = ben.clicks("Cleared: no test data").await.expect("cleared");
    assert!(reply.text().starts_with("Cleared. Glad that's out of the way."), "{}", reply.text());
    assert!(!reply.text().contains("Still in your way?"), "{}", reply.text());
    story.until("2026-03-25 09:30").await;
    ben.clicks("Check in").await.expect("a form");
    assert!(!ben.modal().expect("open").fields.iter().any(|field| field.placeholder.contains("no test data")));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_things_in_the_way_are_lists_and_not_a_wall_of_buttons() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:30").await;
    story.checks_in(&ben, &[(IN_THE_WAY, "no test data")]).await;
    story.until("2026-03-24 09:30").await;
    let reply = story.checks_in(&ben, &[(IN_THE_WAY, "the badge\nof the lab")]).await;
    let saved = reply.message.expect("saved");
    assert!(saved.text().contains("2 things are in your way. Clear what isn't any more:"), "{}", saved.text());
    let hints: Vec<&str> = saved.selects.iter().map(|select| select.placeholder.as_str()).collect();
    assert_eq!(hints, ["Cleared: …", "Make it a blocker: …"]);
    assert_eq!(saved.selects[0].options, ["the badge of the lab", "no test data"]);
    let form =
        ben.selects("Make it a blocker: …", &["the badge of the lab"]).await.expect("a form").modal.expect("a form");
    assert_eq!(form.fields[0].value, "the badge\nof the lab");
    let reply = ben.selects("Cleared: …", &["no test data"]).await.expect("cleared");
    assert!(reply.text().starts_with("Cleared. Glad that's out of the way."), "{}", reply.text());
    // One is left, and has a button again.
    assert!(reply.text().contains("[Cleared: the badge of the lab]"), "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_are_one_tap() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    for (day, (button, said)) in [
        ("24", ("Usual", "a usual day")),
        ("25", ("Long (11 h)", "a long day")),
        ("26", ("Very long (14 h)", "a very long day")),
    ] {
        story.until(&format!("2026-03-{day} 09:30")).await;
        let reply = story.checks_in(&ben, &[(FINISHED, day)]).await;
        assert!(reply.text().contains("how long was yesterday? Only you see that."), "{}", reply.text());
        let reply = ben.clicks(button).await.expect("noted");
        assert!(reply.text().starts_with("Noted for ") && reply.text().contains(said), "{}", reply.text());
        assert!(reply.text().contains("Only you see that"), "{}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_can_be_said_from_to() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-24 09:30").await;
    story.checks_in(&ben, &[(FINISHED, "the scanner")]).await;
    ben.clicks("From–to").await.expect("a form");
    let reply = ben.fills(&[("Your hours on Monday 23 March", "lots")]).await.expect("an answer");
    assert!(reply.text().contains("I couldn't read those hours."), "{}", reply.text());
    ben.clicks("Try again").await.expect("a form");
    assert_eq!(ben.modal().expect("open").fields[0].value, "lots");
    let reply = ben.fills(&[("Your hours on Monday 23 March", "22:00-06:30")]).await.expect("an answer");
    assert!(
        reply.text().starts_with("Noted for Monday 23 March: 22:00 to 06:30, 8 h 30 (Europe/London)."),
        "{}",
        reply.text()
    );
    ben.goes_to("random").expect("there");
    let reply = story.run(&ben, "/checkin hours hours:09:00-17:30").await;
    assert!(
        reply.is_private() && reply.text().starts_with("Noted for Monday 23 March: 09:00 to 17:30, 8 h 30"),
        "{}",
        reply.text()
    );
    let reply = story.run(&ben, "/checkin hours hours:09:00-17:30 date:2026-03-27").await;
    assert!(reply.text().contains("That day is still to come."), "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_first_day_after_a_weekend_one_is_asked_whether_one_worked() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:30").await;
    let reply = story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    assert!(
        reply.text().contains("Did you work on your days off before Monday 23 March? Only you see that."),
        "{}",
        reply.text()
    );
    assert!(!reply.text().contains("how long was yesterday"), "{}", reply.text());
    let row = "[Neither] [I worked Saturday 21 March] [I worked Sunday 22 March] [Both]";
    assert!(reply.text().contains(row), "{}", reply.text());
    let reply = ben.clicks("I worked Sunday 22 March").await.expect("noted");
    assert!(reply.text().starts_with("Noted: you worked on Sunday 22 March."), "{}", reply.text());
    story.until("2026-03-23 09:40").await;
    ben.goes_to("random").expect("there");
    story.run(&ben, "/checkin edit").await;
    let reply = ben.fills(&[(NEXT, "the scanner")]).await.expect("saved");
    assert!(!reply.text().contains("Did you work"), "it was answered: {}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_check_ins_only_is_not_asked_about_hours() {
    let story = Story::with_squad().await;
    let (ann, eve) = (story.person("Ann"), story.person("Eve"));
    ann.goes_to("checkout").expect("there");
    story.run(&ann, "/squad edit squad:Checkout add:@Eve").await;
    story.until("2026-03-23 09:30").await;
    eve.goes_to("DM").expect("a conversation");
    eve.clicks("Check-ins only").await.expect("settled");
    for day in ["23", "24"] {
        story.until(&format!("2026-03-{day} 09:30")).await;
        let reply = story.checks_in(&eve, &[(FINISHED, day)]).await;
        assert!(!reply.text().contains("Only you see"), "{}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_shown_to_the_squad_once() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        story.until("2026-03-23 09:30").await;
        story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
        story.until("2026-03-23 09:31").await;
        ben.goes_to("random").expect("there");
        for _ in 0..3 {
            story.run(&ben, "/checkin edit").await;
            let form = ben.modal().expect("open");
            assert!(form.fields[0].value.starts_with("the label printer"), "what was sent comes back");
            let reply = ben.fills(&[(FINISHED, "the label printer, at last")]).await.expect("saved");
            assert!(reply.text().starts_with("Saved for Monday 23 March"), "{}", reply.text());
        }
        story.until("2026-03-23 09:40").await;
        let posts = story.thread_posts(&ann, "Monday 23 March");
        assert_eq!(posts.len(), 2, "{posts:#?}");
        assert!(posts[1].starts_with("**Ben** (Fennel) changed their check-in:"), "{posts:#?}");
        let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
        assert!(day.text().contains("finished: the label printer, at last"), "{}", day.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_day_can_be_edited_for_two_weeks() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-23 09:30").await;
    story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    story.until("2026-03-26 12:00").await;
    ben.goes_to("random").expect("there");
    story.run(&ben, "/checkin edit date:Monday").await;
    let reply = ben.fills(&[(FINISHED, "the label printers")]).await.expect("saved");
    assert!(reply.text().starts_with("Saved for Monday 23 March"), "{}", reply.text());
    story.until("2026-03-26 12:10").await;
    let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
    assert!(day.text().contains("the label printers"), "{}", day.text());
    story.until("2026-04-07 12:00").await;
    let reply = story.run(&ben, "/checkin edit date:2026-03-23").await;
    assert!(reply.text().starts_with("That was more than 14 days ago"), "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_skipped_day_is_told_to_nobody() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-23 09:30").await;
    ben.goes_to("random").expect("there");
    let reply = story.run(&ben, "/checkin skip").await;
    assert!(reply.is_private(), "{}", reply.text());
    assert!(
        reply.text().starts_with("Skipped Monday 23 March. Nothing is shown, and nobody is told."),
        "{}",
        reply.text()
    );
    story.until("2026-03-23 18:00").await;
    assert_eq!(story.reminded(&ben), all(&[]));
    let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
    assert!(!day.text().contains("Ben"), "{}", day.text());
    assert!(story.thread_posts(&ann, "Monday 23 March").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_on_the_evening_before_counts_for_tomorrow() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    // It is Sunday evening.
    let reply = story.checks_in_now(&ben, "checkout", &[(FINISHED, "packing for Leeds")]).await;
    assert!(reply.text().starts_with("Saved for Monday 23 March, and shared with **Checkout**."), "{}", reply.text());
    assert!(!reply.text().contains("how long was yesterday"), "{}", reply.text());
    story.until("2026-03-23 12:00").await;
    assert_eq!(story.asked(&ben), all(&[]), "who has answered isn't asked");
    let days = story.day_messages(&ann, "checkout");
    assert_eq!(days.len(), 1, "one message a day");
    assert!(days[0].text().contains("packing for Leeds"), "{}", days[0].text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_after_midnight_counts_for_the_day_that_ended() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-24 00:45").await;
    let reply = story.checks_in_now(&ben, "checkout", &[(FINISHED, "the night shift")]).await;
    assert!(reply.text().starts_with("Saved for Monday 23 March"), "{}", reply.text());
    story.until("2026-03-24 09:30").await;
    assert_eq!(story.asked(&ben).last(), Some(&utc("2026-03-24 09:30")), "Tuesday is asked all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_answer_is_added_to_a_day_that_is_closed() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-23 19:00").await;
    let reply = story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    assert!(reply.text().starts_with("Saved for Monday 23 March, and shared"), "{}", reply.text());
    story.until("2026-03-23 19:10").await;
    let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
    assert!(day.text().contains("Closed for the day. A late answer still counts"), "{}", day.text());
    assert!(day.text().contains("finished: the label printer"), "{}", day.text());
    assert_eq!(story.thread_posts(&ann, "Monday 23 March").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_that_has_begun_closes_at_its_new_time() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let ann = story.person("Ann");
        story.until("2026-03-23 10:00").await;
        ann.goes_to("random").expect("there");
        story.run(&ann, "/squad edit squad:Checkout").await;
        ann.clicks("Times…").await.expect("a form");
        ann.fills(&[("When the squad's day closes", "19:30")]).await.expect("saved");
        let day = || story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there").text();
        story.until("2026-03-23 19:00").await;
        assert!(!day().contains("Closed for the day"), "{}", day());
        story.until("2026-03-23 19:40").await;
        assert!(day().contains("Closed for the day"), "{}", day());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_on_a_day_off_gets_a_message_that_closes_too() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-28 10:00").await;
    let reply = story.checks_in_now(&ben, "checkout", &[(FINISHED, "a Saturday job")]).await;
    assert!(reply.text().starts_with("Saved for Saturday 28 March"), "{}", reply.text());
    story.until("2026-03-28 18:00").await;
    let day = story.day_message(&ann, "checkout", "check-ins of Saturday 28 March").expect("there");
    assert!(day.text().contains("Closed for the day."), "{}", day.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_history_is_there_for_oneself() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    ben.goes_to("random").expect("there");
    let reply = story.run(&ben, "/checkin history").await;
    assert!(reply.text().starts_with("There is nothing here yet."), "{}", reply.text());
    story.until("2026-03-23 09:30").await;
    story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    story.until("2026-03-24 09:30").await;
    ben.clicks("Nothing new").await.expect("saved");
    ben.goes_to("random").expect("there");
    let reply = story.run(&ben, "/checkin history").await;
    assert!(reply.is_private());
    let text = reply.text();
    let tuesday = text.find("**Tuesday 24 March** · nothing new").expect("there");
    let monday = text.find("**Monday 23 March** · answered\nWhat did I finish? the label printer").expect("there");
    assert!(tuesday < monday, "newest first: {text}");
    ben.clicks("Edit Monday 23 March").await.expect("a form");
    assert_eq!(ben.modal().expect("open").fields[0].value, "the label printer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_history_still_fits_into_one_message() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    for day in ["23", "24", "25"] {
        story.until(&format!("2026-03-{day} 09:30")).await;
        story.checks_in(&ben, &[(FINISHED, &"done ".repeat(190)), (NEXT, &"next ".repeat(190))]).await;
    }
    ben.goes_to("random").expect("there");
    let reply = story.run(&ben, "/checkin history").await;
    assert!(reply.text().contains("**Wednesday 25 March** · answered"), "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_message_of_the_day_fills_up_by_organisation() {
    let story = Story::with_squad().await;
    let ann = story.person("Ann");
    story.until("2026-03-23 09:30").await;
    let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
    assert!(day.content.contains("Open until 2026-03-23 17:30 UTC."), "{}", day.content);
    for (name, finished) in [("Cyd", "the route plan"), ("Ben", "the label printer"), ("Dot", "the van")] {
        story.checks_in(&story.person(name), &[(FINISHED, finished)]).await;
    }
    story.until("2026-03-23 09:32").await;
    let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
    let fennel = "Fennel\n**Ben** · finished: the label printer";
    let parcelwing = "Parcelwing\n**Cyd** · finished: the route plan\n**Dot** · finished: the van";
    assert_eq!(day.embeds, [fennel, parcelwing]);
    let posts = story.thread_posts(&ann, "Monday 23 March");
    assert_eq!(posts.len(), 3, "{posts:#?}");
    assert!(posts.contains(&"**Ben** (Fennel)\n**What did I finish?**\nthe label printer".to_owned()), "{posts:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_days_end_names_who_is_away_and_never_who_has_not_answered() {
    let story = Story::with_squad().await;
    let (ann, ben, cyd) = (story.person("Ann"), story.person("Ben"), story.person("Cyd"));
    story.until("2026-03-23 09:30").await;
    ben.goes_to("DM").expect("a conversation");
    ben.clicks("Day off").await.expect("noted");
    story.checks_in(&cyd, &[(FINISHED, "the route plan")]).await;
    story.until("2026-03-23 17:29").await;
    let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
    assert!(!day.text().contains("Away"), "{}", day.text());
    story.until("2026-03-23 17:45").await;
    let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
    assert!(day.text().contains("Closed for the day.") && day.text().contains("Away: Ben."), "{}", day.text());
    assert!(!day.text().contains("Dot") && !day.text().contains("Ann"), "{}", day.text());
    assert!(!day.text().contains(" of 4") && !day.text().contains("missing"), "{}", day.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_message_of_the_day_is_edited_once_in_fifteen_seconds_at_most() {
    let story = Story::with_squad().await;
    story.until("2026-03-23 09:30").await;
    let names = ["Ann", "Ben", "Cyd", "Dot"];
    for second in 0..30 {
        story.stage.until(utc("2026-03-23 09:31") + chrono::TimeDelta::seconds(second)).await.expect("settles");
        let who = story.person(names[usize::try_from(second).expect("small") % 4]);
        let words = format!("number {second}");
        story.checks_in_now(&who, "checkout", &[(FINISHED, &words)]).await;
    }
    story.until("2026-03-23 09:33").await;
    let ledger = story.stage.sim.ledger();
    let edits = ledger
        .iter()
        .filter(|entry| entry.method == "PATCH" && entry.route == "/channels/{channel}/messages/{message}");
    let at: Vec<DateTime<Utc>> = edits.map(|entry| entry.at).collect();
    assert!((2..=4).contains(&at.len()), "{at:?}");
    assert!(at.windows(2).all(|pair| pair[1] - pair[0] >= chrono::TimeDelta::seconds(15)), "{at:?}");
    let day = story.day_message(&story.person("Ann"), "checkout", "check-ins of Monday 23 March").expect("there");
    for last in ["number 26", "number 27", "number 28", "number 29"] {
        assert!(day.text().contains(last), "the last edit shows all: {}", day.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holiday_of_ones_own_organisation_is_free() {
    let story = Story::with_squad().await;
    let (ann, ben, cyd) = (story.person("Ann"), story.person("Ben"), story.person("Cyd"));
    ann.goes_to("checkout").expect("there");
    let fennel = story.run(&ann, "/organisation edit organisation:Fennel calendar:England and Wales").await;
    assert!(fennel.text().contains("holidays: "), "{}", fennel.text());
    story.run(&ann, "/organisation edit organisation:Parcelwing calendar:None").await;
    story.until("2026-04-07 20:00").await;
    let since = |name: &str| -> Vec<_> {
        story.asked(&story.person(name)).into_iter().filter(|at| *at > utc("2026-04-02 12:00")).collect()
    };
    // Good Friday and Easter Monday.
    assert_eq!(since("Ben"), all(&["2026-04-07 08:30"]));
    assert_eq!(since("Cyd"), all(&["2026-04-03 08:30", "2026-04-06 08:30", "2026-04-07 08:30"]));
    let reply = story.checks_in(&ben, &[(FINISHED, "the eggs")]).await;
    assert!(reply.text().contains("Did you work on your days off before Tuesday 7 April?"), "{}", reply.text());
    let reply = story.checks_in(&cyd, &[(FINISHED, "the eggs")]).await;
    assert!(reply.text().contains("how long was yesterday?"), "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_away_is_not_asked() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    ben.goes_to("checkout").expect("there");
    story.run(&ben, "/away add dates:24 March to 25 March").await;
    story.until("2026-03-26 20:00").await;
    assert_eq!(story.asked(&ben), all(&["2026-03-23 09:30", "2026-03-26 09:30"]));
    assert_eq!(story.reminded(&ben), all(&["2026-03-23 11:30", "2026-03-26 11:30"]));
    let day = story.day_message(&ann, "checkout", "check-ins of Tuesday 24 March").expect("there");
    assert!(day.text().contains("Away: Ben."), "{}", day.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_which_nobody_works_has_no_message() {
    let story = Story::with_squad().await;
    for name in ["Ann", "Ben", "Cyd", "Dot"] {
        let person = story.person(name);
        person.goes_to("checkout").expect("there");
        story.run(&person, "/away add dates:24 March").await;
    }
    story.until("2026-03-25 20:00").await;
    let ann = story.person("Ann");
    let days: Vec<_> = story.day_messages(&ann, "checkout").iter().map(|seen| seen.sent).collect();
    assert_eq!(days, all(&["2026-03-23 09:30", "2026-03-25 09:30"]));
}
