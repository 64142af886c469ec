//! Setting a server up: three questions, a check, and the first squad.

use simulator::permission;

use crate::acts::{ELSEWHERE, buttons, contains, lacks, reads};
use crate::harness::{Story, engines};

const WHEN: [(&str, &str); 3] =
    [("When? Plain words", "weekdays 09:30"), ("The squad's time zone", "London"), ("The squad's name", "Checkout")];

/// Ann answers all three questions, and has not created anything yet.
async fn answered() -> Story {
    let story = Story::empty().await;
    answer(&story, &WHEN).await;
    story
}

async fn answer(story: &Story, when: &[(&str, &str)]) {
    let ann = story.person("Ann");
    ann.goes_to("checkout").expect("there");
    story.run(&ann, "/setup").await;
    ann.selects("Which roles are organisations?", &["@Fennel", "@Parcelwing"]).await.expect("roles");
    ann.selects("Which channel is the first squad's?", &["#checkout"]).await.expect("channel");
    ann.clicks("When to ask…").await.expect("form");
    ann.fills(when).await.expect("filled in");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_questions_and_the_first_squad_is_there() {
    for engine in engines() {
        let story = Story::on(engine).await;
        let ann = story.person("Ann");
        ann.goes_to("random").expect("there");
        let begun = story.run(&ann, "/setup").await;
        assert!(begun.is_private());
        reads(
            &begun,
            &["**Setting up Elevenses** in three questions", "**Next:** pick the roles that stand for organisations"],
        );
        let roles = ann.selects("Which roles are organisations?", &["@Fennel", "@Parcelwing"]).await.expect("roles");
        reads(&roles, &["**Organisations:** Fennel and Parcelwing", "**Next:** pick the channel"]);
        let channel = ann.selects("Which channel is the first squad's?", &["#checkout"]).await.expect("channel");
        reads(
            &channel,
            &[
                "channel:** #checkout",
                "✅ I have all the permissions that I need in #checkout",
                "press **When to ask…**",
            ],
        );
        let form = ann.clicks("When to ask…").await.expect("form");
        let zone = form.modal.expect("a form").fields.into_iter().find(|field| field.label == "The squad's time zone");
        assert_eq!(zone.expect("asked").value, "", "the zone is asked, never assumed");
        let all = ann.fills(&WHEN).await.expect("filled in");
        reads(
            &all,
            &[
                "**Checkout**",
                "the squad's is Europe/London; the next time is 2026-03-23 09:30 UTC",
                "**Preview tomorrow**",
            ],
        );
        let preview = ann.clicks("Preview tomorrow").await.expect("a preview");
        assert!(preview.is_private());
        reads(&preview, &["What did I finish"]);
        let done = ann.clicks("Create").await.expect("created");
        reads(&done, &["**Done.**", "in **Home Testing**: 2 organisations and 1 squad", "**Checkout** in #checkout"]);
        story.settled().await;
        let board = story.board("checkout").await.expect("pinned");
        contains(&board.content, &["**Checkout**", "Lead: @Ann", "Seen by: everyone in #checkout"]);
        let labels: Vec<&str> = board.buttons.iter().map(|button| button.label.as_str()).collect();
        assert_eq!(labels, ["Check in", "Day off", "Who's here", "Help"]);
        story.nobody_was_pinged();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_left_and_picked_up_again_after_a_restart() {
    let mut story = Story::empty().await;
    let ann = story.person("Ann");
    story.run(&ann, "/setup").await;
    ann.selects("Which roles are organisations?", &["@Fennel"]).await.expect("roles");
    story.restart().await;
    let again = story.run(&ann, "/setup").await;
    reads(&again, &["**Organisations:** Fennel", "**First squad's channel:** not chosen yet"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_wrong_comes_back_filled_in() {
    let story = Story::empty().await;
    let ann = story.person("Ann");
    story.run(&ann, "/setup").await;
    for (field, wrong, says) in [
        ("When? Plain words", "every blue moon", "I can't read the"),
        ("The squad's time zone", "Middle Earth", "I can't read the"),
        ("The squad's name", &"n".repeat(51), "That name has 51 characters, and 50 is the most"),
    ] {
        ann.clicks("When to ask…").await.expect("form");
        let form: Vec<(&str, &str)> =
            WHEN.iter().map(|(name, value)| (*name, if *name == field { wrong } else { *value })).collect();
        let refused = ann.fills(&form).await.expect("an answer");
        reads(&refused, &[says, "What you wrote is kept"]);
        ann.clicks("Try again").await.expect("the form");
        let shown = ann.modal().expect("open");
        let kept = shown.fields.iter().find(|it| it.label == field).expect("there");
        assert_eq!(kept.value, wrong);
        ann.closes_modal();
        let panel = ann.clicks("Back to the questions").await.expect("the panel");
        reads(&panel, &["**When to ask:** entered, but not right yet"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn organisations_can_come_later() {
    let story = Story::empty().await;
    let ann = story.person("Ann");
    story.run(&ann, "/setup").await;
    let none = ann.clicks("No roles yet").await.expect("none");
    reads(&none, &["none yet; add them later with `/organisation add`"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_role_that_everybody_has_is_no_organisation() {
    let story = Story::empty().await;
    let ann = story.person("Ann");
    let everyone = story.partnership().to_string();
    let refused = story.forges_pick(&ann, "setup.roles", "", 6, &[&everyone]).await;
    reads(&refused, &["That role is everyone's"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_admin_sets_a_server_up() {
    let story = answered().await;
    let ben = story.person("Ben");
    let hidden = ben.runs("/setup").await.expect_err("hidden");
    contains(&hidden.to_string(), &["isn't shown to this person"]);
    let forged = story.forges_command(&ben, "setup", serde_json::json!([])).await;
    reads(&forged, &["Only somebody with Manage Server can do that"]);
    for action in ["setup.panel", "setup.no_roles", "setup.when", "setup.preview", "setup.create"] {
        reads(&story.forges(&ben, action, "").await, &["Only somebody with Manage Server can do that"]);
    }
    let form = story.forges_form(&ben, "setup.when_sent", "", &[("schedule", "daily 03:00"), ("zone", "UTC")]).await;
    reads(&form, &["Only somebody with Manage Server can do that"]);
    let ann = story.person("Ann");
    reads(&story.run(&ann, "/setup").await, &["**Organisations:** Fennel and Parcelwing", "**Checkout**"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_the_bot_cant_write_in_is_said_before_anything_is_made() {
    let story = Story::empty().await;
    let ann = story.person("Ann");
    let checkout = story.channel("checkout");
    story.stage.sim.deny_bot(checkout, permission::SEND_MESSAGES);
    answer(&story, &WHEN).await;
    let panel = story.run(&ann, "/setup").await;
    reads(
        &panel,
        &["⚠️ In #checkout I lack **Send Messages** (to post the day's message)", "give me the permissions above"],
    );
    assert!(!buttons(&panel).contains(&"Create".to_owned()));
    let forged = story.forges(&ann, "setup.create", "").await;
    reads(&forged, &["I lack **Send Messages**"]);
    assert!(story.board("checkout").await.is_none());
    story.stage.sim.allow(checkout, story.stage.sim.bot_user_id(), permission::SEND_MESSAGES);
    let checked = ann.clicks("Check permissions again").await.expect("checked");
    reads(&checked, &["✅ I have all the permissions"]);
    reads(&ann.clicks("Create").await.expect("created"), &["**Done.**"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_the_bot_cant_see_is_said_too() {
    let story = Story::empty().await;
    story.stage.sim.deny_bot(story.channel("checkout"), permission::VIEW_CHANNEL);
    answer(&story, &WHEN).await;
    let panel = story.run(&story.person("Ann"), "/setup").await;
    reads(&panel, &["#checkout", "**View Channel**"]);
    assert!(!buttons(&panel).contains(&"Create".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_only_be_nice_to_have_doesnt_stand_in_the_way() {
    let story = Story::empty().await;
    story.stage.sim.deny_bot(story.channel("checkout"), permission::PIN_MESSAGES);
    answer(&story, &WHEN).await;
    let panel = story.run(&story.person("Ann"), "/setup").await;
    reads(&panel, &["✅ I have what I need in #checkout, though it would be better with **Pin Messages**"]);
    assert!(buttons(&panel).contains(&"Create".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clicks_on_create_make_one_squad() {
    for engine in engines() {
        let story = Story::on(engine).await;
        answer(&story, &WHEN).await;
        let ann = story.person("Ann");
        let (one, two) = tokio::join!(story.forges(&ann, "setup.create", ""), story.forges(&ann, "setup.create", ""));
        for done in [one, two] {
            reads(&done, &["**Done.**", "2 organisations and 1 squad."]);
        }
        let boards = ann.sees_in("checkout").expect("there").messages;
        assert_eq!(boards.iter().filter(|seen| seen.content.contains("Lead: @Ann")).count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn creating_before_all_is_answered_says_what_is_missing() {
    let story = Story::empty().await;
    let ann = story.person("Ann");
    for action in ["setup.create", "setup.preview"] {
        reads(&story.forges(&ann, action, "").await, &["One of the three questions is still open"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn afterwards_it_shows_how_things_stand_and_an_old_panel_changes_nothing() {
    let story = Story::with_squad().await;
    let ann = story.person("Ann");
    let stands = story.run(&ann, "/setup").await;
    reads(
        &stands,
        &["Elevenses is set up in **Home Testing**: 2 organisations and 1 squad", "✅ I have the permissions"],
    );
    for reply in [
        story.forges(&ann, "setup.no_roles", "").await,
        story.forges_form(&ann, "setup.when_sent", "", &[("schedule", "daily 03:00"), ("zone", "UTC")]).await,
    ] {
        reads(&reply, &["This server is set up already"]);
    }
    story.stage.sim.delete_channel(story.channel("checkout"));
    story.settled().await;
    ann.goes_to("random").expect("there");
    let stands = story.run(&ann, "/setup").await;
    reads(&stands, &["⚠️ I can't find"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_works_on_the_server_and_not_in_a_dm() {
    let story = answered().await;
    let ann = story.person("Ann");
    ann.goes_to("DM").expect("a conversation");
    assert!(ann.runs("/setup").await.is_err(), "no client offers it there");
    let dm = ann.place().expect("a place");
    let refused = story.forges_in(&ann, dm, &story.pointer("setup.create", "")).await;
    reads(&refused, &["That works on the server Home Testing and not here"]);
    assert!(story.board("checkout").await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_of_another_server_has_no_key_to_this_one() {
    let story = answered().await;
    let bench = story.elsewhere().await;
    let zed = story.person("Zed");
    let refused = story.forges_in(&zed, bench, &story.pointer("setup.create", "")).await;
    reads(&refused, &["This button belongs to another server"]);
    zed.goes_to("DM").expect("a conversation");
    let refused = story.forges_in(&zed, zed.place().expect("a place"), &story.pointer("setup.create", "")).await;
    reads(&refused, &["a server that you or the bot have left"]);
    assert!(story.board("checkout").await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_are_set_up_apart() {
    let story = Story::with_squad().await;
    story.set_up_elsewhere().await;
    let zed = story.person("Zed");
    let there = story.run(&zed, "/setup").await;
    reads(&there, &[ELSEWHERE, "0 organisations and 1 squad", "#bench", "Asia/Tokyo"]);
    lacks(&there.text(), &["Fennel", "#checkout"]);
    let ann = story.person("Ann");
    lacks(&story.run(&ann, "/setup").await.text(), &["bench", "Tokyo"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_show_as_they_were_typed_and_notify_nobody() {
    let story = Story::empty().await;
    let name = "**שלום** 👋 @everyone <@&1>";
    let form = [("The squad's time zone", "London"), ("The squad's name", name)];
    answer(&story, &form).await;
    let ann = story.person("Ann");
    let done = ann.clicks("Create").await.expect("created");
    reads(&done, &["\\*\\*שלום\\*\\* 👋 @\u{200B}everyone"]);
    story.settled().await;
    let board = story.board("checkout").await.expect("pinned");
    contains(&board.content, &["\\*\\*שלום\\*\\* 👋 @\u{200B}everyone \\<@\u{200B}&1\\>"]);
    story.nobody_was_pinged();
}

#[tokio::test(flavor = "multi_thread")]
async fn before_that_other_commands_say_what_comes_first() {
    let story = Story::empty().await;
    let ann = story.person("Ann");
    for line in ["/squad create name:Lab channel:#lab zone:London", "/organisation add name:Northwind"] {
        reads(&story.run(&ann, line).await, &["This server isn't set up yet. An admin runs `/setup`"]);
    }
    let ben = story.person("Ben");
    for line in ["/squad join", "/squad who", "/squad leave"] {
        reads(&story.run(&ben, line).await, &["There is no squad yet. An admin can make the first one with `/setup`."]);
    }
    reads(&story.run(&ben, "/organisation list").await, &["There are no organisations here yet"]);
    reads(&story.run(&ben, "/privacy show").await, &["Nothing about you is held"]);
}
