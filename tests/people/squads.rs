//! Squads: made, changed, joined, left, moved, archived and brought back.

use simulator::{Reply, permission};

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Story, engines};

const NOT_THE_LEAD: &str = "Only this squad's lead or an admin can do that";

async fn ann(story: &Story, line: &str) -> Reply {
    let ann = story.person("Ann");
    ann.goes_to("random").expect("there");
    let reply = story.run(&ann, line).await;
    story.settled().await;
    reply
}

/// Checkout, led by Ann, and Lab in #lab, led by Ben.
async fn two_squads() -> Story {
    let story = Story::with_squad().await;
    story.second_squad().await;
    story
}

#[tokio::test(flavor = "multi_thread")]
async fn a_squad_is_made_and_its_panel_is_pinned_in_its_channel() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let made =
            ann(&story, "/squad create name:Lab channel:#lab zone:Asia/Kolkata lead:@Ben schedule:weekdays 10:00")
                .await;
        assert!(made.is_private());
        reads(
            &made,
            &[
                "✅ **Lab** is there, and its panel is on its way to #lab",
                "Lead: @Ben · 1 person",
                "Asia/Kolkata; the next time is 2026-03-23 04:30 UTC",
            ],
        );
        assert_eq!(
            buttons(&made),
            ["Questions…", "Times…", "People", "A shared rest day…", "Webhooks", "Weekly digest"]
        );
        contains(&story.board("lab").await.expect("pinned").content, &["**Lab**", "Lead: @Ben"]);
        story.nobody_was_pinged();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cant_be_a_squad_is_refused_with_the_reason() {
    let story = Story::with_squad().await;
    let long = "n".repeat(51);
    for (options, why) in [
        (format!("name:{long} channel:#lab zone:London"), "That name has 51 characters, and 50 is the most"),
        ("name:checkout channel:#lab zone:London".to_owned(), "There is a squad **Checkout** already, in #checkout"),
        ("name:Lab channel:#checkout zone:London".to_owned(), "#checkout is the home of **Checkout** already"),
        ("name:Lab channel:#lab zone:Middle Earth".to_owned(), "I can't read the"),
        ("name:Lab channel:#lab zone:London schedule:now and then".to_owned(), "I can't read the"),
        ("name:Lab channel:#lab zone:London schedule:70 99 * * *".to_owned(), "I can't read the"),
    ] {
        reads(&ann(&story, &format!("/squad create {options}")).await, &[why]);
    }
    assert!(story.board("lab").await.is_none());
    reads(&ann(&story, "/setup").await, &["1 squad"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_the_bot_cant_write_in_is_no_home() {
    let story = Story::with_squad().await;
    story.stage.sim.deny_bot(story.channel("lab"), permission::SEND_MESSAGES);
    for line in ["/squad create name:Lab channel:#lab zone:London", "/squad edit squad:Checkout channel:#lab"] {
        reads(&ann(&story, line).await, &["⚠️ In #lab I lack **Send Messages**"]);
    }
    reads(&ann(&story, "/squad edit squad:Checkout").await, &["**Checkout** in #checkout"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn squads_are_made_by_leads_and_admins() {
    let story = two_squads().await;
    for name in ["Cyd", "Eve"] {
        reads(
            &story.run(&story.person(name), "/squad create name:Mine channel:#random zone:London").await,
            &[NOT_THE_LEAD],
        );
    }
    reads(
        &story.run(&story.person("Ben"), "/squad create name:Third channel:#random zone:London").await,
        &["✅ **Third** is there"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn names_show_as_they_were_typed_and_notify_nobody() {
    let story = Story::with_squad().await;
    let name = "||שלום|| 👋 `x` @here @Ben";
    reads(
        &ann(&story, &format!("/squad create name:{name} channel:#lab zone:London")).await,
        &["\\|\\|שלום\\|\\| 👋 \\`x\\` @\u{200B}here"],
    );
    contains(&story.board("lab").await.expect("pinned").content, &["\\|\\|שלום\\|\\| 👋"]);
    reads(
        &ann(&story, "/squad archive squad:nobody @everyone").await,
        &["There is no squad “nobody @\u{200B}everyone”"],
    );
    reads(&story.run(&story.person("Ben"), "/help").await, &["Checkout"]);
    story.nobody_was_pinged();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_changes_their_own_squad_and_no_other() {
    let story = two_squads().await;
    let ben = story.person("Ben");
    ben.goes_to("lab").expect("there");
    reads(&story.run(&ben, "/squad edit name:Wet Lab").await, &["✅ It is now called **Wet Lab**."]);
    reads(&story.run(&ben, "/squad edit squad:Checkout name:Ours").await, &[NOT_THE_LEAD]);
    reads(&story.run(&ben, "/squad archive squad:Checkout").await, &[NOT_THE_LEAD]);
    for action in ["squad.settings", "squad.questions", "squad.times", "squad.people", "squad.archive_yes"] {
        reads(&story.forges(&ben, action, "1").await, &[NOT_THE_LEAD]);
    }
    let eve = story.person("Eve").id().to_string();
    reads(&story.forges_pick(&ben, "squad.people_add", "1", 5, &[&eve]).await, &[NOT_THE_LEAD]);
    reads(&story.forges_pick(&ben, "squad.people_remove", "1", 3, &[&eve]).await, &[NOT_THE_LEAD]);
    reads(&story.forges_form(&ben, "squad.questions_sent", "1", &[("question1", "Why?")]).await, &[NOT_THE_LEAD]);
    reads(&story.forges_form(&ben, "squad.times_sent", "1", &[("schedule", "daily 03:00")]).await, &[NOT_THE_LEAD]);
    reads(
        &ann(&story, "/squad edit squad:Checkout").await,
        &["**Checkout** in #checkout", "4 people", "What did I finish"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panel_follows_a_new_name_lead_and_time() {
    let story = Story::with_squad().await;
    let edited = ann(&story, "/squad edit squad:Checkout name:Till lead:@Cyd schedule:weekdays 08:00 zone:Paris").await;
    reads(&edited, &["It is now called **Till**. @Cyd leads it now. Its times have changed.", "Europe/Paris"]);
    contains(&story.board("checkout").await.expect("pinned").content, &["**Till**", "Lead: @Cyd", "08:00"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_added_and_taken_out_by_name() {
    let story = Story::with_squad().await;
    reads(&ann(&story, "/squad edit squad:Checkout add:@Eve").await, &["✅ @Eve is in it now.", "5 people"]);
    reads(&ann(&story, "/squad edit squad:Checkout remove:@Eve").await, &["✅ @Eve isn't in it any more.", "4 people"]);
    reads(
        &ann(&story, "/squad edit squad:Checkout remove:@Ann").await,
        &["@Ann leads this squad. Name another lead first"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_is_nobody_to_ask() {
    let story = Story::with_squad().await;
    let bot = "Elevenses is a bot. Pick a person.";
    reads(&ann(&story, "/squad edit squad:Checkout add:@Elevenses").await, &[bot]);
    let annie = story.person("Ann");
    ann(&story, "/squad edit squad:Checkout").await;
    annie.clicks("People").await.expect("people");
    reads(&annie.selects("Add people", &["@Eve", "@Elevenses"]).await.expect("an answer"), &[bot]);
    reads(&ann(&story, "/squad who squad:Checkout").await, &["@Ann"]);
    lacks(&ann(&story, "/squad who squad:Checkout").await.text(), &["Elevenses", "Eve"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_added_gets_the_card_before_any_question() {
    let story = Story::with_squad().await;
    ann(&story, "/squad edit squad:Checkout add:@Eve").await;
    story.until("2026-03-23 09:31").await;
    let card = story.last_dm(&story.person("Eve")).expect("a card").text();
    contains(&card, &["Hello! I'm **Elevenses**", "Before the first question", "[Start] [Check-ins only] [Not me]"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_people_adds_and_takes_out_several() {
    let story = Story::with_squad().await;
    let annie = story.person("Ann");
    ann(&story, "/squad edit squad:Checkout").await;
    let people = annie.clicks("People").await.expect("people");
    reads(&people, &["**Checkout**: @Ann, @Ben, @Cyd and @Dot.", "Whoever you add gets a card first"]);
    let out = annie.selects("Take people out", &["Cyd", "Dot"]).await.expect("taken out");
    reads(&out, &["✅ Taken out: @Cyd and @Dot.", "**Checkout**: @Ann and @Ben."]);
    let added = annie.selects("Add people", &["@Cyd", "@Ben"]).await.expect("added");
    reads(&added, &["✅ 1 person added."]);
    let forged = story.forges_pick(&annie, "squad.people_remove", "1", 3, &[&annie.id().to_string()]).await;
    reads(&forged, &["@Ann leads this squad"]);
    let forged = story.forges_pick(&annie, "squad.people_remove", "1", 3, &["everyone"]).await;
    reads(&forged, &["Please pick from the list."]);
    reads(&annie.clicks("Back to the settings").await.expect("settings"), &["3 people"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_are_changed_and_the_next_prompt_asks_them() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let annie = story.person("Ann");
        ann(&story, "/squad edit squad:Checkout").await;
        annie.clicks("Questions…").await.expect("a form");
        let form =
            [("Question 1", "What broke? 🔧"), ("Question 2", "מה הלאה?"), ("Question 3", ""), ("Question 4", "")];
        let saved = annie.fills(&form).await.expect("saved");
        reads(
            &saved,
            &["✅ From the next prompt on, these are the questions.", "Questions: What broke? 🔧 · מה הלאה?"],
        );
        let ben = story.person("Ben");
        ben.goes_to("checkout").expect("there");
        let asked = story.run(&ben, "/checkin now").await.modal.expect("a form");
        let labels: Vec<&str> = asked.fields.iter().map(|field| field.label.as_str()).collect();
        assert_eq!(labels, ["What broke? 🔧", "מה הלאה?"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_that_wont_do_come_back_filled_in() {
    let story = Story::with_squad().await;
    let annie = story.person("Ann");
    ann(&story, "/squad edit squad:Checkout").await;
    annie.clicks("Questions…").await.expect("a form");
    let none = [("Question 1", ""), ("Question 2", " "), ("Question 3", ""), ("Question 4", "")];
    reads(&annie.fills(&none).await.expect("an answer"), &["A squad asks at least one question."]);
    annie.clicks("Leave it as it was").await.expect("settings");
    annie.clicks("Questions…").await.expect("a form");
    let twice = [("Question 1", "*Why?*"), ("Question 2", "*why?*")];
    reads(&annie.fills(&twice).await.expect("an answer"), &["“\\*why?\\*” is there twice", "What you wrote is kept"]);
    annie.clicks("Try again").await.expect("the form");
    assert_eq!(annie.modal().expect("open").fields[1].value, "*why?*");
    let long = "q".repeat(46);
    let forged = story.forges_form(&annie, "squad.questions_sent", "1", &[("question1", &long)]).await;
    reads(&forged, &["a question has 45 characters at most"]);
    reads(&ann(&story, "/squad edit squad:Checkout").await, &["What did I finish"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn times_that_wont_do_come_back_filled_in() {
    let story = Story::with_squad().await;
    let annie = story.person("Ann");
    ann(&story, "/squad edit squad:Checkout").await;
    for (field, wrong, why) in [
        ("When? Plain words or cron", "whenever", "I can't read the"),
        ("The squad's time zone", "Mars", "I can't read the"),
        ("Working days", "Caturday", "“Caturday”"),
        ("When the squad's day closes", "25:00", "I can't read the"),
        ("Reminders a day (0, 1 or 2)", "3", "Reminders a day are 0, 1 or 2."),
    ] {
        annie.clicks("Times…").await.expect("a form");
        reads(&annie.fills(&[(field, wrong)]).await.expect("an answer"), &[why, "What you wrote is kept"]);
        annie.clicks("Try again").await.expect("the form");
        let kept = annie.modal().expect("open").fields.into_iter().find(|it| it.label == field).expect("there");
        assert_eq!(kept.value, wrong);
        annie.closes_modal();
        reads(&annie.clicks("Leave it as it was").await.expect("settings"), &["Works: ", "Europe/London"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn new_times_plan_everybody_anew() {
    let story = Story::with_squad().await;
    let annie = story.person("Ann");
    ann(&story, "/squad edit squad:Checkout").await;
    annie.clicks("Times…").await.expect("a form");
    let form = [("When? Plain words or cron", "weekdays 11:00"), ("Reminders a day (0, 1 or 2)", "0")];
    reads(&annie.fills(&form).await.expect("saved"), &["✅ The times are saved", "no reminders"]);
    let ben = story.person("Ben");
    story.until("2026-03-23 10:59").await;
    assert!(story.last_dm(&ben).is_none());
    story.until("2026-03-23 11:00").await;
    contains(&story.last_dm(&ben).expect("a prompt").content, &["Morning, Ben."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn anybody_joins_once_and_leaves_and_joins_again() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let eve = story.person("Eve");
        eve.goes_to("random").expect("there");
        let joined = story.run(&eve, "/squad join squad:Checkout").await;
        reads(
            &joined,
            &[
                "Welcome! You are now in **Checkout** (#checkout)",
                "Seen by: everyone in #checkout",
                "Which time zone are you in?",
                "Which organisation are you from?",
            ],
        );
        reads(&story.run(&eve, "/squad join squad:Checkout").await, &["You are in **Checkout**"]);
        reads(
            &story.run(&eve, "/squad leave squad:Checkout").await,
            &["You have left **Checkout**, and aren't asked for it any more."],
        );
        reads(&eve.clicks("Join again").await.expect("joined"), &["Welcome! You are now in **Checkout**"]);
        story.run(&eve, "/squad leave squad:Checkout").await;
        lacks(&ann(&story, "/squad who squad:Checkout").await.text(), &["Eve"]);
        story.until("2026-03-23 10:00").await;
        assert!(story.last_dm(&eve).is_none(), "nothing is asked of her");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_what_one_isnt_in_says_so() {
    let story = two_squads().await;
    reads(&story.run(&story.person("Cyd"), "/squad leave squad:Lab").await, &["You aren't in **Lab**."]);
    reads(&story.run(&story.person("Eve"), "/squad leave squad:Lab").await, &["You aren't in a squad here yet."]);
    reads(
        &story.run(&story.person("Ben"), "/squad leave squad:Lab").await,
        &["You have left **Lab**", "You still lead it"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn which_squad_is_meant_is_asked_unless_it_is_plain() {
    let story = two_squads().await;
    let eve = story.person("Eve");
    eve.goes_to("random").expect("there");
    reads(&story.run(&eve, "/squad join").await, &["Which squad? Run this in its channel, or name it"]);
    reads(
        &story.run(&eve, "/squad join squad:Nowhere").await,
        &["There is no squad “Nowhere”. Pick one from the list"],
    );
    eve.goes_to("lab").expect("there");
    reads(&story.run(&eve, "/squad join").await, &["You are now in **Lab**"]);
    let choices = eve.types_option("/squad join squad:", "ch").await.expect("suggestions");
    assert_eq!(choices.iter().map(|choice| choice.name.as_str()).collect::<Vec<_>>(), ["Checkout"]);
    reads(&story.run(&eve, "/squad join squad:Checkout").await, &["You are now in **Checkout**"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn zones_complete_as_one_types() {
    let story = Story::with_squad().await;
    let annie = story.person("Ann");
    let choices = annie.types_option("/squad create name:Lab channel:#lab zone:", "kolk").await.expect("suggestions");
    assert_eq!(choices[0].name, "Asia/Kolkata");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_in_it_is_shown_by_organisation_and_everybody_says_what_they_do() {
    let story = Story::with_squad().await;
    let cyd = story.person("Cyd");
    cyd.goes_to("random").expect("there");
    story.run(&cyd, "/squad who squad:Checkout").await;
    let form = cyd.clicks("What I do here…").await.expect("a form").modal.expect("a form");
    assert_eq!(form.title, "Seen by: everyone on this server");
    let said = cyd.fills(&[("What do you do in this squad?", "**payments** 💳 @everyone")]).await.expect("saved");
    reads(&said, &["• @Cyd: \\*\\*payments\\*\\* 💳 @\u{200B}everyone"]);
    let who = story.run(&story.person("Eve"), "/squad who squad:Checkout").await;
    reads(
        &who,
        &[
            "**Checkout** in #checkout · 4 people · lead: @Ann",
            "**FENNEL**\n• @Ann (lead)\n• @Ben\n**PARCEL**\n• @Cyd:",
        ],
    );
    assert!(buttons(&who).is_empty(), "Eve isn't in it");
    story.nobody_was_pinged();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_says_what_they_do_where_they_are_not() {
    let story = two_squads().await;
    let cyd = story.person("Cyd");
    reads(&story.forges(&cyd, "squad.does", "2").await, &["You aren't in this squad."]);
    reads(
        &story.forges_form(&cyd, "squad.does_sent", "2", &[("does", "everything")]).await,
        &["You aren't in this squad any more."],
    );
    let long = "x".repeat(101);
    reads(
        &story.forges_form(&cyd, "squad.does_sent", "1", &[("does", &long)]).await,
        &["That has 101 characters, and 100 is the most"],
    );
    lacks(&story.run(&cyd, "/squad who squad:Lab").await.text(), &["everything"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_panel_shows_who_is_here() {
    let story = Story::with_squad().await;
    let board = story.board("checkout").await.expect("pinned");
    let who = story.person("Eve").clicks_on(board.id, "Who's here").await.expect("who");
    assert!(who.is_private());
    reads(&who, &["**Checkout** in #checkout · 4 people"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_squad_asks_nothing_until_it_is_brought_back() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (annie, ben) = (story.person("Ann"), story.person("Ben"));
        let asked = ann(&story, "/squad archive squad:Checkout").await;
        reads(&asked, &["Archive **Checkout**?", "you can bring it back"]);
        reads(
            &annie.clicks("Yes, archive it").await.expect("archived"),
            &["**Checkout** is archived. Nothing is asked any more"],
        );
        story.settled().await;
        contains(&story.board("checkout").await.expect("pinned").text(), &["is archived", "[Bring it back]"]);
        story.until("2026-03-23 12:00").await;
        assert!(story.last_dm(&ben).is_none(), "nothing is asked");
        reads(&story.run(&ben, "/squad join").await, &["There is no squad yet"]);
        reads(&story.forges(&annie, "squad.settings", "1").await, &["This squad is archived."]);
        reads(&story.forges(&annie, "squad.who", "1").await, &["**Checkout** (archived)"]);
        let back =
            annie.clicks_on(story.board("checkout").await.expect("pinned").id, "Bring it back").await.expect("back");
        reads(&back, &["✅ **Checkout** is back, and its people are asked again."]);
        story.until("2026-03-24 09:31").await;
        contains(&story.last_dm(&ben).expect("a prompt").content, &["Morning, Ben."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_who_clicks_archive_twice_is_told_the_same_twice() {
    let story = two_squads().await;
    let ben = story.person("Ben");
    for _ in 0..2 {
        reads(&story.forges(&ben, "squad.archive_yes", "2").await, &["**Lab** is archived."]);
    }
    for _ in 0..2 {
        lacks(&story.forges(&ben, "squad.restore", "2").await.text(), &["Only", "went wrong"]);
    }
    contains(&story.board("lab").await.expect("pinned").content, &["Lead: @Ben"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn keeping_it_keeps_it() {
    let story = Story::with_squad().await;
    ann(&story, "/squad archive squad:Checkout").await;
    reads(&story.person("Ann").clicks("Keep it").await.expect("kept"), &["**Checkout** in #checkout"]);
    contains(&story.board("checkout").await.expect("pinned").content, &["Lead: @Ann"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_its_lead_or_an_admin_brings_it_back() {
    let story = two_squads().await;
    story.forges(&story.person("Ann"), "squad.archive_yes", "2").await;
    for name in ["Cyd", "Eve"] {
        reads(
            &story.forges(&story.person(name), "squad.restore", "2").await,
            &["Only the squad's lead or an admin can bring it back."],
        );
    }
    reads(&story.forges(&story.person("Ben"), "squad.restore", "2").await, &["✅ **Lab** is back"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_cant_come_back_where_its_name_or_channel_is_taken() {
    let story = two_squads().await;
    let annie = story.person("Ann");
    story.forges(&annie, "squad.archive_yes", "2").await;
    ann(&story, "/squad create name:Bench channel:#lab zone:London").await;
    reads(&story.forges(&annie, "squad.restore", "2").await, &["#lab is the home of **Bench** already"]);
    ann(&story, "/squad edit squad:Bench channel:#random name:Lab").await;
    reads(&story.forges(&annie, "squad.restore", "2").await, &["There is a squad **Lab** already"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_squad_moves_and_its_panel_with_it() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.until("2026-03-23 09:31").await;
        reads(
            &ann(&story, "/squad edit squad:Checkout channel:#lab").await,
            &["✅ It is now at home in #lab.", "**Checkout** in #lab"],
        );
        contains(&story.board("lab").await.expect("pinned").content, &["**Checkout**", "Seen by: everyone in #lab"]);
        let old = story.person("Ann").sees_in("checkout").expect("there").messages;
        assert!(!old.iter().any(|seen| seen.content.contains("Lead: @Ann")), "the old panel is gone");
        assert!(old.iter().any(|seen| seen.content.contains("check-ins of Monday")), "what was said stays");
        story.until("2026-03-24 09:31").await;
        let ben = story.person("Ben");
        story.checks_in_now(&ben, "lab", &[("What did I finish?", "the move")]).await;
        story.until("2026-03-24 10:00").await;
        let day = story.day_message(&ben, "lab", "check-ins of Tuesday 24 March").expect("in the new channel");
        contains(&day.text(), &["the move"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_squad_whose_channel_was_deleted_finds_a_new_home() {
    let story = Story::with_squad().await;
    story.stage.sim.delete_channel(story.channel("checkout"));
    story.settled().await;
    reads(&ann(&story, "/squad edit squad:Checkout channel:#lab").await, &["✅ It is now at home in #lab."]);
    contains(&story.board("lab").await.expect("pinned").content, &["**Checkout**"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn squads_of_another_server_are_out_of_reach() {
    let story = Story::with_squad().await;
    story.set_up_elsewhere().await;
    let (zed, ben) = (story.person("Zed"), story.person("Ben"));
    let bench = zed.place().expect("there");
    for action in ["squad.settings", "squad.people", "squad.archive_yes", "squad.restore", "squad.who", "squad.rejoin"]
    {
        reads(
            &story.forges_in(&zed, bench, &story.pointer(action, "1")).await,
            &["This button belongs to another server"],
        );
    }
    ben.goes_to("DM").expect("a conversation");
    let dm = ben.place().expect("there");
    for action in ["squad.settings", "squad.rejoin", "squad.who"] {
        reads(
            &story.forges_in(&ben, dm, &story.pointer(action, "1")).await,
            &["That works on the server Home Testing and not here"],
        );
    }
    zed.goes_to("bench").expect("there");
    reads(&story.run(&zed, "/squad who squad:Checkout").await, &["in #bench · 1 person"]);
    reads(&story.run(&ben_in(&story, "bench"), "/squad edit squad:Checkout name:Mine").await, &[NOT_THE_LEAD]);
}

fn ben_in(story: &Story, channel: &str) -> simulator::Actor {
    let ben = story.person("Ben");
    ben.goes_to(channel).expect("there");
    ben
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pointer_to_no_squad_says_so() {
    let story = Story::with_squad().await;
    let annie = story.person("Ann");
    for row in ["99", "0", "-1", "9223372036854775807"] {
        reads(&story.forges(&annie, "squad.settings", row).await, &["That squad isn't there any more."]);
    }
    for row in ["99999999999999999999", "1;drop", "x"] {
        lacks(&story.forges(&annie, "squad.settings", row).await.text(), &["went wrong"]);
    }
}
