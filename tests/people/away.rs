//! Days away: noted in plain words, never with a reason, and nothing is asked on them.

use simulator::Reply;

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Story, engines};

async fn cyd(story: &Story, line: &str) -> Reply {
    let cyd = story.person("Cyd");
    cyd.goes_to("random").expect("there");
    let reply = story.run(&cyd, line).await;
    story.settled().await;
    reply
}

/// The id in the first button of an answer.
fn first_id(reply: &Reply) -> String {
    reply.message.as_ref().and_then(|seen| seen.buttons[0].custom_id.clone()).expect("a button")
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_on_days_away_and_the_squad_sees_the_dates_and_no_reason() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let noted = cyd(&story, "/away add dates:tomorrow").await;
        assert!(noted.is_private());
        reads(
            &noted,
            &[
                "You're away Monday 23 March. I won't ask you anything on that day.",
                "Your squads see the dates, and never a reason",
            ],
        );
        assert_eq!(buttons(&noted), ["Undo", "Show my days away"]);
        story.until("2026-03-23 16:00").await;
        let who = story.person("Cyd");
        assert!(story.last_dm(&who).is_none(), "nothing is asked");
        assert!(story.last_dm(&story.person("Dot")).is_some());
        story.until("2026-03-23 18:30").await;
        let day = story.day_message(&story.person("Ann"), "checkout", "check-ins of Monday 23 March").expect("there");
        contains(&day.text(), &["Away: Cyd."]);
        story.until("2026-03-24 09:31").await;
        assert!(story.last_dm(&who).is_some(), "and the day after she is asked again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_are_read_as_people_say_them() {
    let story = Story::with_squad().await;
    for (typed, part, said) in [
        ("Friday", "", "You're away Friday 27 March."),
        (
            "30 March to 3 April",
            "",
            "You're away Monday 30 March to Friday 3 April. I won't ask you anything on those days.",
        ),
        (
            "2026-05-04",
            " part:Mornings",
            "You're away on the morning of Monday 4 May. The rest of that day goes on as usual.",
        ),
        ("5 May to 6 May", " part:Afternoons", "You're away on the afternoons of Tuesday 5 to Wednesday 6 May."),
        ("19 March 2026", "", "Noted: you were away Thursday 19 March. It counts for that day."),
        ("today", "", "You're away Sunday 22 March. I won't ask you anything more today."),
        ("1 January 2027", "", "You're away Friday 1 January 2027."),
    ] {
        reads(&cyd(&story, &format!("/away add dates:{typed}{part}")).await, &[said]);
    }
    reads(
        &cyd(&story, "/away list").await,
        &[
            "**Your days away**\n- Sunday 22 March\n- Friday 27 March\n- Monday 30 March to Friday 3 April\n- Monday 4 May, morning\n- Tuesday 5 to Wednesday 6 May, afternoons\n- Friday 1 January 2027\n- Thursday 19 March",
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_that_cant_be_meant_are_refused_and_shown_as_typed() {
    let story = Story::with_squad().await;
    for (typed, why) in [
        ("22 March 2024", "That is more than a year ago, so nothing was noted."),
        ("1 May 2030", "That is more than two years ahead"),
        ("31 February", "31"),
        ("**soon** @everyone", "\\*\\*soon\\*\\*"),
        ("מחר 🏖️", "מחר"),
    ] {
        let refused = cyd(&story, &format!("/away add dates:{typed}")).await;
        reads(&refused, &[why]);
        lacks(&refused.text(), &["You're away", "went wrong"]);
    }
    reads(&cyd(&story, "/away list").await, &["You have no days away noted."]);
    story.nobody_was_pinged();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_on_the_list_already_counts_once() {
    let story = Story::with_squad().await;
    cyd(&story, "/away add dates:25 March to 26 March").await;
    reads(
        &cyd(&story, "/away add dates:25 March").await,
        &["Wednesday 25 March was on your list already, so nothing has changed."],
    );
    reads(
        &cyd(&story, "/away add dates:26 March to 27 March").await,
        &["Part of that was on your list already; nothing counts twice."],
    );
    cyd(&story, "/away add dates:30 March part:Mornings").await;
    reads(
        &cyd(&story, "/away add dates:30 March part:Afternoons").await,
        &["With the half that you had noted, that is the whole day."],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_takes_it_back_once_and_it_can_be_put_back() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let noted = cyd(&story, "/away add dates:tomorrow").await;
        let (who, undo) = (story.person("Cyd"), first_id(&noted));
        reads(&who.clicks("Undo").await.expect("undone"), &["Taken off your list: Monday 23 March."]);
        let random = story.channel("random");
        reads(&story.forges_in(&who, random, &undo).await, &["That is off your list already."]);
        reads(&who.clicks("Put it back").await.expect("back"), &["You're away Monday 23 March."]);
        let list = who.clicks("Show my days away").await.expect("the list");
        reads(&list, &["**Your days away**\n- Monday 23 March\n"]);
        let gone = who.selects("Pick one to take off the list", &["Monday 23 March"]).await.expect("gone");
        reads(&gone, &["Taken off your list: Monday 23 March."]);
        story.until("2026-03-23 09:31").await;
        assert!(story.last_dm(&who).is_some(), "she is asked after all");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_removed_by_its_date_or_from_the_suggestions() {
    let story = Story::with_squad().await;
    cyd(&story, "/away add dates:25 March to 26 March").await;
    cyd(&story, "/away add dates:8 April").await;
    reads(&cyd(&story, "/away remove entry:1 April").await, &["You have no days away then."]);
    reads(&cyd(&story, "/away remove entry:whenever").await, &["I can't find that among your days away."]);
    reads(
        &cyd(&story, "/away remove entry:26 March").await,
        &["Taken off your list: Wednesday 25 to Thursday 26 March."],
    );
    let who = story.person("Cyd");
    let choices = who.types_option("/away remove entry:", "april").await.expect("suggestions");
    assert_eq!(choices.iter().map(|choice| choice.name.as_str()).collect::<Vec<_>>(), ["Wednesday 8 April"]);
    reads(&cyd(&story, "/away remove entry:Wednesday 8 April").await, &["Taken off your list: Wednesday 8 April."]);
    reads(&cyd(&story, "/away list").await, &["You have no days away noted."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_one_entry_on_a_date_is_picked_from_the_list() {
    let story = Story::with_squad().await;
    cyd(&story, "/away add dates:25 March to 26 March").await;
    cyd(&story, "/away add dates:26 March to 27 March").await;
    reads(&cyd(&story, "/away remove entry:26 March").await, &["More than one of your entries falls on that."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_anothers_days_off_the_list() {
    let story = Story::with_squad().await;
    let undo = first_id(&cyd(&story, "/away add dates:tomorrow").await);
    let id = undo.split(':').nth(3).expect("a row").to_owned();
    for name in ["Ann", "Ben", "Eve"] {
        let person = story.person(name);
        reads(&story.forges_in(&person, story.channel("random"), &undo).await, &["That is off your list already."]);
        reads(&story.forges_pick(&person, "away.remove", "0", 3, &[&id]).await, &["That is off your list already."]);
        person.goes_to("random").expect("there");
        let refused = story.run(&person, &format!("/away remove entry:{id}")).await;
        lacks(&refused.text(), &["Taken off"]);
        reads(&story.run(&person, "/away list").await, &["You have no days away noted."]);
    }
    reads(&cyd(&story, "/away list").await, &["Monday 23 March"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_in_nothing_here_notes_no_days() {
    let story = Story::with_squad().await;
    let eve = story.person("Eve");
    reads(&story.run(&eve, "/away add dates:tomorrow").await, &["You aren't in a squad here yet. Run `/squad join`"]);
    reads(&story.run(&eve, "/away list").await, &["You have no days away noted."]);
    reads(&story.run(&eve, "/privacy show").await, &["Nothing about you is held"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_buttons_work_in_a_dm_and_not_on_another_server() {
    let story = Story::with_squad().await;
    let bench = story.elsewhere().await;
    let ben = story.person("Ben");
    ben.goes_to("random").expect("there");
    let undo = first_id(&story.run(&ben, "/away add dates:tomorrow").await);
    reads(&story.forges_in(&ben, bench, &undo).await, &["This button belongs to another server"]);
    ben.goes_to("DM").expect("a conversation");
    let dm = ben.place().expect("there");
    reads(&story.forges_in(&ben, dm, &undo).await, &["Taken off your list: Monday 23 March."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_were_made_up_change_nothing() {
    let story = Story::with_squad().await;
    let who = story.person("Cyd");
    for row in [
        "",
        "x",
        "2026-13-40,2026-01-01,day",
        "2026-03-27,2026-03-23,day",
        "0001-01-01,9999-12-31,day",
        "-1",
        "+262142-12-31,+262142-12-31,day",
    ] {
        for action in ["away.undo", "away.restore", "away.page", "away.remove"] {
            let reply = story.forges(&who, action, row).await;
            lacks(&reply.text(), &["went wrong", "You're away"]);
        }
    }
    reads(&cyd(&story, "/away list").await, &["You have no days away noted."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_has_pages() {
    let story = Story::with_squad().await;
    for number in 1..=26 {
        cyd(&story, &format!("/away add dates:{number} May part:Mornings")).await;
    }
    reads(&cyd(&story, "/away list").await, &["**Your days away** (page 1 of 2)", "Friday 1 May, morning"]);
    let who = story.person("Cyd");
    reads(&who.clicks("Next page").await.expect("page 2"), &["(page 2 of 2)", "Tuesday 26 May, morning"]);
    reads(&who.clicks("Previous page").await.expect("page 1"), &["(page 1 of 2)"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_counted_where_the_person_is() {
    let story = Story::with_squad().await;
    story.lives_in(&story.person("Cyd"), "Asia/Kolkata", "").await;
    story.until("2026-03-22 19:00").await;
    reads(
        &cyd(&story, "/away add dates:today").await,
        &["You're away Monday 23 March. I won't ask you anything more today."],
    );
}
