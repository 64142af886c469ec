//! Answers in plain words: somebody replies to the bot's message, or just writes to it.

use simulator::{Actor, Seen};

use crate::harness::{Story, engines, utc};

/// Somebody writes in their own conversation with the bot: what stands last in it then.
async fn writes(story: &Story, who: &Actor, words: &str) -> Seen {
    who.goes_to("DM").expect("a conversation");
    who.says(words).await.expect("written");
    story.settled().await;
    story.last_dm(who).expect("an answer")
}

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
    let shown = writes(&story, &ben, "the label printer").await.content;
    assert!(shown.contains("**What did I finish?** the label printer") && !shown.contains("next?"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_in_words_can_be_edited() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-23 09:35").await;
    writes(&story, &ben, "the lable printer").await;
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

/// Nobody else reads words that may be no check-in, before their author has said what they are.
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_after_an_answer_is_asked_about() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        story.until("2026-03-23 09:35").await;
        writes(&story, &ben, "the label printer\nthe scanner").await;
        // The same once more is no other answer.
        let shown = writes(&story, &ben, "the label printer\nthe scanner").await.content;
        assert!(shown.starts_with("Saved for Monday 23 March"), "{shown}");
        ben.says("see *you* later, Elevenses").await.expect("written");
        story.until("2026-03-23 09:45").await;
        let asked = story.last_dm(&ben).expect("a question");
        let said =
            "You have checked in for Monday 23 March, and that stands. What is “see \\*you\\* later, Elevenses”?";
        assert_eq!(asked.content, said);
        assert_eq!(story.thread_posts(&ann, "Monday 23 March").len(), 1, "nobody has read it");
        ben.clicks("Leave it").await.expect("left");
        assert_eq!(story.last_dm(&ben).expect("it").content, "Left as it was: nobody else has read that.");
        assert!(story.last_dm(&ben).expect("it").buttons.is_empty());

        writes(&story, &ben, "and the cables").await;
        ben.clicks("Add it").await.expect("added");
        let shown = story.last_dm(&ben).expect("it").content;
        assert!(
            shown.contains("**What did I finish?** the label printer\nand the cables\n**What is next?** the scanner"),
            "{shown}"
        );
        writes(&story, &ben, "only the cables").await;
        ben.clicks("Replace my answer").await.expect("replaced");
        story.until("2026-03-23 09:50").await;
        let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
        assert!(day.text().contains("**Ben** · finished: only the cables"), "{}", day.text());
        assert!(!day.text().contains("scanner") && !day.text().contains("later"), "{}", day.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_are_gone_are_not_saved() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:35").await;
    writes(&story, &ben, "the label printer").await;
    let said = ben.says("the scanner").await.expect("written");
    story.settled().await;
    assert!(story.stage.sim.delete_message(ben.place().expect("a conversation"), said));
    let reply = ben.clicks("Add it").await.expect("an answer");
    assert_eq!(reply.message.expect("a text").content, "Those words are gone, so there is nothing to save.");
}

#[tokio::test(flavor = "multi_thread")]
async fn help_and_thanks_are_no_check_in() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-23 09:35").await;
    let shown = writes(&story, &ben, "Thanks!").await.content;
    assert_eq!(shown, "🙂 I take that for a word to me, and not for a check-in. Nothing was saved.");
    writes(&story, &ben, "help").await;
    let reply = ben.clicks("Help").await.expect("help");
    assert!(reply.message.expect("a text").text().contains("/checkin now"));
    story.until("2026-03-23 09:45").await;
    assert!(story.thread_posts(&ann, "Monday 23 March").is_empty());
    // The question is still open.
    let shown = writes(&story, &ben, "the label printer").await.content;
    assert!(shown.starts_with("Saved for Monday 23 March"), "{shown}");
}

/// Before today's question, words may be yesterday's late answer, today's early one, or neither.
#[tokio::test(flavor = "multi_thread")]
async fn words_before_the_question_are_asked_about() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-24 08:00").await;
    let asked = writes(&story, &ben, "the label printer").await.content;
    assert_eq!(asked, "These words aren't saved yet. For which day is “the label printer” your check-in?");
    ben.clicks("For Tuesday 24 March").await.expect("saved");
    let shown = story.last_dm(&ben).expect("it").content;
    assert!(shown.starts_with("Saved for Tuesday 24 March, and shared with **Checkout**."), "{shown}");
    story.until("2026-03-24 09:45").await;
    let day = story.day_message(&ann, "checkout", "check-ins of Tuesday 24 March").expect("there");
    assert!(day.text().contains("**Ben** · finished: the label printer"), "{}", day.text());
}

/// Commands are there in the server alone; whoever types one here would send it as text.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_is_typed_here_is_no_answer() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        story.until("2026-03-23 09:35").await;
        let shown = writes(&story, &ben, "/pace").await.content;
        assert!(shown.starts_with("Nothing was saved: `/pace` is a command"), "{shown}");
        story.until("2026-03-23 09:40").await;
        let day = story.day_message(&ann, "checkout", "check-ins of Monday 23 March").expect("there");
        assert!(!day.text().contains("/pace"), "{}", day.text());
        // The question is still open.
        let shown = writes(&story, &ben, "the label printer").await.content;
        assert!(shown.contains("**What did I finish?** the label printer"), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_is_in_the_way_once() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:35").await;
    ben.goes_to("DM").expect("a conversation");
    for words in ["the printer\nthe scanner\nno test data", "3. the badge"] {
        writes(&story, &ben, words).await;
    }
    let saved = ben.clicks("Add it").await.expect("added").message.expect("saved");
    assert!(saved.content.contains("**What is in the way?** no test data\nthe badge"), "{}", saved.content);
    assert_eq!(saved.selects[0].options, ["the badge", "no test data"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_after_nothing_new_are_asked_about() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.until("2026-03-23 09:35").await;
    ben.goes_to("DM").expect("a conversation");
    ben.clicks("Nothing new").await.expect("saved");
    let asked = writes(&story, &ben, "the label printer").await.content;
    assert_eq!(asked, "These words aren't saved yet. Is “the label printer” your check-in for Monday 23 March?");
    ben.clicks("Save it").await.expect("saved");
    let shown = story.last_dm(&ben).expect("it").content;
    assert!(shown.starts_with("Saved for Monday 23 March"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_when_nothing_is_open_get_a_word_back() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    let shown = writes(&story, &ben, "hello?").await.content;
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
    let shown = writes(&story, &eve, "the tour").await.content;
    assert_eq!(
        shown,
        "Nothing is saved yet. Please press **Start** or **Check-ins only** above first, and then **Save it** here: what you just wrote becomes your check-in for Monday 23 March."
    );
    let early = eve.clicks("Save it").await.expect("an answer").message.expect("a text").content;
    assert!(early.starts_with("Please press **Start**"), "{early}");
    eve.clicks("Start").await.expect("started");
    // What was written once needn't be written again.
    eve.clicks("Save it").await.expect("saved");
    let shown = eve.inbox().text();
    assert!(
        shown.contains("Saved for Monday 23 March") && shown.contains("**What did I finish?** the tour"),
        "{shown}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_blanks_is_no_answer() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-23 09:35").await;
    let shown = writes(&story, &ben, "1.\n2.").await.content;
    assert!(shown.starts_with("I couldn't read any words in that."), "{shown}");
    story.until("2026-03-23 09:40").await;
    assert!(story.thread_posts(&ann, "Monday 23 March").is_empty());
}
