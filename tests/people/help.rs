//! What somebody can do here, and the next useful step.

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Story, engines};

#[tokio::test(flavor = "multi_thread")]
async fn before_set_up_an_admin_is_led_to_it_and_others_to_an_admin() {
    let story = Story::empty().await;
    reads(&story.run(&story.person("Ann"), "/help").await, &["**Next:** run `/setup`. It asks three questions"]);
    let ben = story.run(&story.person("Ben"), "/help").await;
    assert!(ben.is_private());
    reads(&ben, &["**Next:** this server isn't set up yet. Ask somebody with Manage Server"]);
    lacks(&ben.text(), &["As an admin", "`/setup`:"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_reads_who_is_who() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.appoint("Dot", "steward", "Parcelwing").await;
        let help = story.run(&story.person("Eve"), "/help").await;
        reads(
            &help,
            &[
                "**Next:** run `/squad join` to join a squad. Nothing is asked of you before that.",
                "Squads here",
                "- Checkout in #checkout, led by @Ann",
                "Organisations here",
                "- Parcelwing (PARCEL); stewards: @Dot",
                "- Fennel (FENNEL)",
            ],
        );
        lacks(&help.text(), &["As a lead", "As an admin", "For your organisation"]);
        story.nobody_was_pinged();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_reads_what_it_may_do() {
    let story = Story::with_squad().await;
    story.second_squad().await;
    story.appoint("Dot", "steward", "Parcelwing").await;
    let ann = story.run(&story.person("Ann"), "/help").await;
    reads(&ann, &["As a lead", "For your organisation", "As an admin", "`/setup`:", "`/organisation add`:"]);
    let ben = story.run(&story.person("Ben"), "/help").await;
    reads(&ben, &["As a lead", "`/squad edit`:"]);
    lacks(&ben.text(), &["As an admin", "For your organisation"]);
    let dot = story.run(&story.person("Dot"), "/help").await;
    reads(&dot, &["For your organisation", "`/organisation edit`:"]);
    lacks(&dot.text(), &["As a lead", "As an admin"]);
    let cyd = story.run(&story.person("Cyd"), "/help").await;
    reads(
        &cyd,
        &[
            "`/checkin now`:",
            "`/away add`:",
            "`/blocker raise`:",
            "`/help`:",
            "Your squads",
            "`/privacy` show, export, erase",
        ],
    );
    lacks(&cyd.text(), &["As a lead", "As an admin", "For your organisation"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_step_goes_from_start_to_zone_to_check_in() {
    let story = Story::with_squad().await;
    let cyd = story.person("Cyd");
    cyd.goes_to("checkout").expect("there");
    let help = story.run(&cyd, "/help").await;
    reads(&help, &["**Next:** choose your time zone"]);
    cyd.clicks("Choose my time zone").await.expect("a form");
    let saved = cyd.fills(&[("Your time zone", "Kolkata")]).await.expect("saved");
    reads(&saved, &["Saved: **Asia/Kolkata**"]);
    reads(&story.run(&cyd, "/help").await, &["**Next:** nothing waits for you."]);
    story.until("2026-03-23 04:05").await;
    let help = story.run(&cyd, "/help").await;
    reads(&help, &["**Next:** today's check-in is open."]);
    assert!(cyd.clicks("Check in").await.expect("a form").modal.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_said_not_me_is_shown_the_way_back() {
    let story = Story::with_squad().await;
    let eve = story.person("Eve");
    eve.goes_to("checkout").expect("there");
    story.run(&eve, "/squad join squad:Checkout").await;
    story.run(&eve, "/checkin now").await;
    reads(&eve.clicks("Not me").await.expect("settled"), &["I won't ask you anything"]);
    let help = story.run(&eve, "/help").await;
    reads(&help, &["I ask you nothing so far. Press Start"]);
    reads(&eve.clicks("Start").await.expect("settled"), &["that's settled"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_button_on_a_squads_panel_answers_whoever_clicks_and_nobody_else() {
    let story = Story::with_squad().await;
    let board = story.board("checkout").await.expect("pinned");
    for name in ["Ben", "Eve"] {
        let help = story.person(name).clicks_on(board.id, "Help").await.expect("help");
        assert!(help.is_private());
        reads(&help, &["What you can do here"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_dms_are_said_and_can_be_tried_again() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.stage.sim.close_dms(ben.id());
    story.until("2026-03-23 09:31").await;
    let help = story.run(&ben, "/help").await;
    reads(&help, &["Your DMs are closed to me"]);
    let before = story.stage.sim.ledger().len();
    story.stage.sim.open_dms(ben.id());
    story.until("2026-03-24 09:31").await;
    assert!(story.last_dm(&ben).is_none(), "it isn't tried until they ask: {before}");
    story.run(&ben, "/help").await;
    reads(&ben.clicks("Try my DMs again").await.expect("noted"), &["I'll try your DMs again"]);
    assert!(!buttons(&story.run(&ben, "/help").await).contains(&"Try my DMs again".to_owned()));
    story.until("2026-03-25 09:31").await;
    contains(&story.last_dm(&ben).expect("a prompt").content, &["Morning, Ben."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_of_this_server_answers_in_a_dm_and_not_on_another_server() {
    let story = Story::with_squad().await;
    let bench = story.elsewhere().await;
    let ben = story.person("Ben");
    reads(
        &story.forges_in(&ben, bench, &story.pointer("help.show", "")).await,
        &["This button belongs to another server"],
    );
    ben.goes_to("DM").expect("a conversation");
    let help = story.forges_in(&ben, ben.place().expect("there"), &story.pointer("help.show", "")).await;
    reads(&help, &["What you can do here", "Your squads"]);
    let zed = story.person("Zed");
    zed.goes_to("DM").expect("a conversation");
    let help = story.forges_in(&zed, zed.place().expect("there"), &story.pointer("help.show", "")).await;
    reads(&help, &["a server that you or the bot have left"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_of_another_version_says_so() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    for id in ["v0:help.show:1::0", "v1:share.show:1::0", "", "{}"] {
        let reply = story.forges_in(&ben, story.channel("random"), id).await;
        reads(&reply, &["from an older version of the bot", "`/help` shows what there is now"]);
    }
}
