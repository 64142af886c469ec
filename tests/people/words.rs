//! Answers in plain words: somebody replies to the bot's message, or just writes to it.

use crate::harness::{Story, engines, utc};

#[tokio::test(flavor = "multi_thread")]
async fn lines_fall_to_the_questions_in_order() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        story.until("2026-03-23 09:35").await;
        ben.goes_to("DM").expect("a conversation");
        ben.replies("the label printer\nthe scanner\nno test data").await.expect("written");
        story.settled().await;
        let shown = story.last_dm(&ben).expect("an answer");
        assert!(
            shown.content.starts_with("Saved for Monday 23 March, and shared with **Checkout**."),
            "{}",
            shown.content
        );
        for line in [
            "**What did I finish?** the label printer",
            "**What is next?** the scanner",
            "**What is in the way?** no test data",
        ] {
            assert!(shown.content.contains(line), "{}", shown.content);
        }
        assert!(shown.buttons.iter().any(|button| button.label == "Edit"), "{}", shown.text());
        story.until("2026-03-23 09:36").await;
        let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
        let line = "**Ben** · finished: the label printer · next: the scanner · in the way: no test data";
        assert!(day.text().contains(line), "{}", day.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbered_lines_fall_to_their_questions() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:35").await;
    ben.goes_to("DM").expect("a conversation");
    ben.replies("3. no test data\n1) the label printer").await.expect("written");
    story.settled().await;
    let shown = story.last_dm(&ben).expect("an answer").content;
    assert!(
        shown.contains("**What did I finish?** the label printer\n**What is in the way?** no test data"),
        "{shown}"
    );
    assert!(!shown.contains("What is next?"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_line_is_the_first_answer() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:35").await;
    ben.goes_to("DM").expect("a conversation");
    ben.says("the label printer").await.expect("written");
    story.settled().await;
    let shown = story.last_dm(&ben).expect("an answer").content;
    assert!(shown.contains("**What did I finish?** the label printer") && !shown.contains("next?"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_in_words_can_be_edited() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-23 09:35").await;
    ben.goes_to("DM").expect("a conversation");
    ben.says("the lable printer").await.expect("written");
    story.settled().await;
    ben.clicks("Edit").await.expect("a form");
    assert_eq!(ben.modal().expect("open").fields[0].value, "the lable printer");
    ben.fills(&[("What did I finish?", "the label printer")]).await.expect("saved");
    story.until("2026-03-23 09:40").await;
    let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
    assert!(day.text().contains("finished: the label printer"), "{}", day.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_to_an_older_question_answers_that_day() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:35").await;
    let monday = story.last_dm(&ben).expect("a prompt");
    story.until("2026-03-24 09:35").await;
    ben.goes_to("DM").expect("a conversation");
    ben.replies_to(monday.id, "what I did on Monday").await.expect("written");
    story.settled().await;
    let shown = story.last_dm(&ben).expect("an answer").content;
    assert!(shown.starts_with("Saved for Monday 23 March"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_message_is_the_whole_answer_anew() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-23 09:35").await;
    ben.goes_to("DM").expect("a conversation");
    ben.says("the label printer").await.expect("written");
    story.settled().await;
    ben.says("the label printer\nthe scanner").await.expect("written");
    story.until("2026-03-23 09:40").await;
    let posts = story.thread_posts(&ann, "Monday 23 March");
    assert_eq!(posts.len(), 2, "{posts:#?}");
    assert!(posts[1].starts_with("**Ben** (Fennel) changed their check-in:"), "{posts:#?}");
}

/// Commands are there in the server alone; whoever types one here would send it as text.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_is_typed_here_is_no_answer() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        story.until("2026-03-23 09:35").await;
        ben.goes_to("DM").expect("a conversation");
        ben.says("/pace").await.expect("written");
        story.settled().await;
        let shown = story.last_dm(&ben).expect("an answer").content;
        assert!(shown.starts_with("Nothing was saved: `/pace` is a command"), "{shown}");
        story.until("2026-03-23 09:40").await;
        let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
        assert!(!day.text().contains("/pace"), "{}", day.text());
        // The question is still open.
        ben.says("the label printer").await.expect("written");
        story.settled().await;
        let shown = story.last_dm(&ben).expect("an answer").content;
        assert!(shown.contains("**What did I finish?** the label printer"), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_when_nothing_is_open_get_a_word_back() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    ben.goes_to("DM").expect("a conversation");
    ben.says("hello?").await.expect("written");
    story.settled().await;
    let shown = story.last_dm(&ben).expect("an answer").content;
    assert!(shown.contains("`/checkin now`") && shown.contains("`/help`"), "{shown}");
    story.until("2026-03-23 09:31").await;
    assert_eq!(story.asked(&ben), [utc("2026-03-23 09:30")], "and it is no answer to Monday's question");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_four_thousand_characters_are_refused_kindly() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-23 09:35").await;
    ben.goes_to("DM").expect("a conversation");
    let long = format!("{}\n{}", "a".repeat(1_990), "b".repeat(5));
    ben.says(&long).await.expect("as long as a client lets one write");
    story.until("2026-03-23 09:36").await;
    let shown = story.last_dm(&ben).expect("an answer");
    assert!(shown.content.starts_with("Saved for Monday 23 March"), "{}", shown.content);
    let posts = story.thread_posts(&ann, "Monday 23 March").join("\n");
    assert!(posts.contains(&"a".repeat(1_000)), "{posts}");
    ben.says(&"c".repeat(4_001)).await.expect("more than a client lets one write");
    story.settled().await;
    let shown = story.last_dm(&ben).expect("an answer").content;
    assert!(shown.starts_with("That is more than I can take at once (4,000 characters). Nothing was saved"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_not_answered_the_card_is_asked_to_first() {
    let story = Story::with_squad().await;
    let (ann, eve) = (story.person("Ann"), story.person("Eve"));
    ann.goes_to("checkout").expect("there");
    story.run(&ann, "/squad edit squad:Checkout add:@Eve").await;
    story.until("2026-03-23 09:35").await;
    eve.goes_to("DM").expect("a conversation");
    eve.says("the tour").await.expect("written");
    story.settled().await;
    let shown = story.last_dm(&eve).expect("an answer").content;
    assert!(shown.starts_with("Please press **Start** or **Check-ins only** above first"), "{shown}");
    eve.clicks("Start").await.expect("started");
    eve.says("the tour").await.expect("written");
    story.settled().await;
    let shown = story.last_dm(&eve).expect("an answer").content;
    assert!(shown.starts_with("Saved for Monday 23 March"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_blanks_is_no_answer() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-23 09:35").await;
    ben.goes_to("DM").expect("a conversation");
    ben.says("1.\n2.").await.expect("written");
    story.settled().await;
    let shown = story.last_dm(&ben).expect("an answer").content;
    assert!(shown.starts_with("I couldn't read any words in that."), "{shown}");
    story.until("2026-03-23 09:40").await;
    assert!(story.thread_posts(&ann, "Monday 23 March").is_empty());
}
