//! What is held about somebody, a copy of it, and its erasure.

use std::fs;

use serde_json::Value;
use simulator::Reply;

use crate::acts::{ELSEWHERE, buttons, contains, lacks, reads};
use crate::harness::{Story, engines};

/// Stands in everything that somebody writes, and nowhere else.
const CANARY: &str = "kanarienvogel";
/// Stands in somebody's name.
const NAMED: &str = "Zeisig";

async fn run(story: &Story, name: &str, line: &str) -> Reply {
    let person = story.person(name);
    person.goes_to("random").expect("there");
    let reply = story.run(&person, line).await;
    story.settled().await;
    reply
}

/// Zeisig has left something everywhere: answers, an obstacle, days away, what she does, a form that
/// was wrong, a wish to be of an organisation, and a squad that she leads.
async fn lived(story: &Story) {
    story.appoint("Dot", "steward", "Parcelwing").await;
    let server = story.server("Home Testing");
    let id = story.stage.sim.add_person(NAMED);
    story.stage.sim.join(server, id, &[]);
    story.settled().await;
    let zeisig = story.stage.sim.person(id);
    zeisig.goes_to("random").expect("there");
    story.run(&zeisig, "/squad join squad:Checkout").await;
    zeisig.selects("Your organisation", &["Parcelwing (PARCEL)"]).await.expect("asked");
    story.run(&zeisig, "/squad who squad:Checkout").await;
    zeisig.clicks("What I do here…").await.expect("a form");
    zeisig.fills(&[("What do you do in this squad?", CANARY)]).await.expect("saved");
    story.run(&zeisig, "/checkin now").await;
    zeisig.clicks("Start").await.expect("started");
    run(story, "Ann", &format!("/squad create name:Lab channel:#lab zone:London lead:@{NAMED}")).await;
    zeisig.goes_to("lab").expect("there");
    story.run(&zeisig, "/squad edit squad:Lab").await;
    zeisig.clicks("Times…").await.expect("a form");
    zeisig.fills(&[("Working days", CANARY)]).await.expect("kept");
    story.run(&zeisig, "/away add dates:8 April").await;
    story.until("2026-03-23 09:31").await;
    let said = [("What did I finish?", CANARY), ("What is in the way?", CANARY)];
    story.checks_in(&zeisig, &said).await;
    zeisig.goes_to("lab").expect("there");
    story.run(&zeisig, "/checkin hours hours:09:00-17:30").await;
    story.until("2026-03-23 09:40").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_is_held_why_who_sees_it_and_until_when() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let ben = story.person("Ben");
        story.checks_in_now(&ben, "checkout", &[("What did I finish?", "the label printer")]).await;
        let shown = run(&story, "Ben", "/privacy show").await;
        assert!(shown.is_private());
        reads(
            &shown,
            &[
                "**What I hold about you in Home Testing.** Only you see this.",
                "Fennel keeps what its people write for 365 days; its stewards decide that.",
                "Your check-in answers: Why: to share",
                "Seen by: everyone in the squads that you answer for.",
                "Until: your organisation's retention has passed.",
                "Which squads you are in or lead",
                "Nobody has looked at anything of yours",
                "Nothing so far",
                "Questions about your data? Ask an admin of this server.",
            ],
        );
        assert_eq!(buttons(&shown), ["Get a copy", "Erase everything…"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_unknown_here_reads_that_nothing_is_held() {
    let story = Story::with_squad().await;
    for line in ["/privacy show", "/privacy export", "/privacy erase"] {
        let reply = run(&story, "Eve", line).await;
        reads(&reply, &["Nothing about you is held in Home Testing."]);
        assert!(buttons(&reply).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_holds_what_was_said_and_nothing_of_others() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        story.checks_in_now(&ben, "checkout", &[("What did I finish?", "the label printer — הדפסה 🖨️")]).await;
        story.checks_in_now(&cyd, "checkout", &[("What did I finish?", "the conveyor")]).await;
        run(&story, "Ben", "/away add dates:8 April").await;
        let reply = run(&story, "Ben", "/privacy export").await;
        reads(&reply, &["Here is your copy", "📎 elevenses-home-testing-2026-03-22.json"]);
        let copy = story.file(&reply);
        contains(&copy, &["the label printer — הדפסה 🖨️", "2026-04-08", "\"Checkout\"", "\"Fennel\"", "Ben"]);
        lacks(&copy, &["conveyor", "Cyd"]);
        let read: Value = serde_json::from_str(&copy).expect("JSON");
        assert_eq!(read["person"], ben.id().to_string());
        assert!(read["held"].as_array().expect("blocks").iter().all(|block| block["why"].is_string()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn erasure_asks_first_and_can_be_thought_better_of() {
    let story = Story::with_squad().await;
    let asked = run(&story, "Ann", "/privacy erase").await;
    reads(
        &asked,
        &[
            "**Erase everything about you in Home Testing?** It can't be taken back.",
            "You lead Checkout.",
            "What stays: ",
        ],
    );
    assert_eq!(buttons(&asked), ["Erase everything", "Keep it", "Get a copy"]);
    let ann = story.person("Ann");
    reads(&ann.clicks("Get a copy").await.expect("a copy"), &[".json"]);
    reads(&ann.clicks("Keep it").await.expect("kept"), &["Nothing was erased."]);
    reads(&run(&story, "Ann", "/privacy show").await, &["**What I hold about you"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_erasure_nothing_is_held_and_others_keep_theirs() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        lived(&story).await;
        let ben = story.person("Ben");
        story.checks_in_now(&ben, "checkout", &[("What did I finish?", "the label printer")]).await;
        run(&story, NAMED, "/privacy erase").await;
        let zeisig = story.person(NAMED);
        let gone = zeisig.clicks("Erase everything").await.expect("erased");
        reads(&gone, &["Everything about you here is erased."]);
        story.settled().await;
        reads(&run(&story, NAMED, "/privacy show").await, &["Nothing about you is held in Home Testing."]);
        reads(&run(&story, NAMED, "/privacy export").await, &["Nothing about you is held in Home Testing."]);
        let again = story.forges(&zeisig, "privacy.erase", "").await;
        reads(&again, &["Everything about you here is erased."]);
        lacks(&run(&story, "Ann", "/squad who squad:Checkout").await.text(), &[NAMED, CANARY]);
        reads(&run(&story, "Ann", "/squad edit squad:Lab").await, &["Lead: @Ann"]);
        lacks(&run(&story, "Dot", "/organisation list").await.text(), &[NAMED]);
        let copy = run(&story, "Ben", "/privacy export").await;
        contains(&story.file(&copy), &["the label printer"]);
        story.until("2026-03-24 12:00").await;
        let told = zeisig.inbox().messages.into_iter().filter(|seen| seen.content.contains("Tuesday"));
        assert_eq!(told.count(), 0, "nothing is asked any more");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shared_disappears_from_the_squads_messages() {
    let story = Story::with_squad().await;
    lived(&story).await;
    contains(&story.on_discord(), &[CANARY]);
    story.forges(&story.person(NAMED), "privacy.erase", "").await;
    story.until("2026-03-23 09:50").await;
    for channel in ["checkout", "lab", "Check-ins of Monday 23 March"] {
        let view = story.person("Ann").sees_in(channel).expect("there");
        lacks(&view.text(), &[CANARY]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_erasure_the_databases_file_holds_none_of_it() {
    let mut story = Story::with_squad().await;
    lived(&story).await;
    let before = in_files(&story, CANARY);
    assert!(before > 0, "it was there");
    story.forges(&story.person(NAMED), "privacy.erase", "").await;
    story.until("2026-03-23 10:30").await;
    story.stage.stop().await.expect("stops");
    assert_eq!(in_files(&story, CANARY), 0, "nothing that she wrote is left");
    assert_eq!(in_files(&story, NAMED), 0, "nor her name");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_asked_about_somebody_keeps_nothing_of_them() {
    let mut story = Story::with_squad().await;
    story.appoint("Dot", "steward", "Parcelwing").await;
    story.until("2026-03-24 12:00").await;
    let id = story.stage.sim.add_person(NAMED);
    story.stage.sim.join(story.server("Home Testing"), id, &[]);
    let zeisig = story.stage.sim.person(id);
    reads(&story.forges_pick(&zeisig, "organisation.join", "", 3, &["2"]).await, &["I've asked the stewards"]);
    contains(&story.last_dm(&story.person("Dot")).expect("asked").content, &[NAMED]);
    story.forges(&zeisig, "privacy.erase", "").await;
    let copy = run(&story, "Dot", "/privacy export").await;
    lacks(&story.file(&copy), &[NAMED]);
    story.stage.stop().await.expect("stops");
    assert_eq!(in_files(&story, NAMED), 0);
}

/// How often a text stands in the database's files, wherever in them.
fn in_files(story: &Story, text: &str) -> usize {
    let files = story.database_files();
    assert!(!files.is_empty());
    let bytes = files.iter().flat_map(|path| fs::read(path).expect("readable"));
    bytes.collect::<Vec<u8>>().windows(text.len()).filter(|part| *part == text.as_bytes()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_or_erases_what_is_anothers() {
    let story = Story::with_squad().await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.checks_in_now(&ben, "checkout", &[("What did I finish?", CANARY)]).await;
    let row = ben.id().to_string();
    let copy = story.forges(&ann, "privacy.copy", &row).await;
    lacks(&story.file(&copy), &[CANARY]);
    for action in ["privacy.ask", "privacy.keep"] {
        lacks(&story.forges(&ann, action, &row).await.text(), &[CANARY]);
    }
    story.forges(&story.person("Eve"), "privacy.erase", &row).await;
    let copy = run(&story, "Ben", "/privacy export").await;
    contains(&story.file(&copy), &[CANARY]);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_whoever_set_the_server_up_is_erased_another_admin_takes_over() {
    let story = Story::with_squad().await;
    story.forges(&story.person("Ann"), "privacy.erase", "").await;
    reads(&run(&story, "Ann", "/privacy show").await, &["Nothing about you is held"]);
    reads(&run(&story, "Ben", "/squad who squad:Checkout").await, &["lead: nobody yet"]);
    contains(&story.board("checkout").await.expect("pinned").content, &["Lead: nobody yet"]);
    reads(&run(&story, "Ann", "/setup").await, &["Elevenses is set up in **Home Testing**"]);
    reads(&run(&story, "Ann", "/squad edit squad:Checkout lead:@Ben").await, &["@Ben leads it now."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn erasure_here_leaves_another_partnership_as_it_is() {
    let story = Story::with_squad().await;
    story.set_up_elsewhere().await;
    let ben = story.person("Ben");
    ben.goes_to("bench").expect("there");
    story.run(&ben, "/squad join squad:Checkout").await;
    story.forges(&ben, "privacy.erase", "").await;
    reads(&run(&story, "Ben", "/privacy show").await, &["Nothing about you is held in Home Testing."]);
    ben.goes_to("bench").expect("there");
    reads(
        &story.run(&ben, "/privacy show").await,
        &[&format!("**What I hold about you in {ELSEWHERE}.**"), "Which squads you are in"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn its_buttons_work_in_a_dm_and_not_on_another_server() {
    let story = Story::with_squad().await;
    let bench = story.elsewhere().await;
    let ben = story.person("Ben");
    for action in ["privacy.copy", "privacy.erase"] {
        reads(
            &story.forges_in(&ben, bench, &story.pointer(action, "")).await,
            &["This button belongs to another server"],
        );
    }
    ben.goes_to("DM").expect("a conversation");
    let dm = ben.place().expect("there");
    let copy = story.forges_in(&ben, dm, &story.pointer("privacy.copy", "")).await;
    contains(&story.file(&copy), &["Ben"]);
    reads(
        &story.forges_in(&ben, dm, &story.pointer("privacy.erase", "")).await,
        &["Everything about you here is erased."],
    );
    story.settled().await;
    reads(&run(&story, "Ben", "/privacy show").await, &["Nothing about you is held"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_erasure_one_can_come_back_as_a_newcomer() {
    let story = Story::with_squad().await;
    let ben = story.person("Ben");
    story.forges(&ben, "privacy.erase", "").await;
    reads(
        &run(&story, "Ben", "/squad join squad:Checkout").await,
        &["Welcome! You are now in **Checkout**", "Which organisation are you from?"],
    );
    let card = run(&story, "Ben", "/checkin now").await;
    reads(&card, &["Before the first question", "[Start] [Check-ins only] [Not me]"]);
}
