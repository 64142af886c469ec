//! What stays of a blocker when people and organisations go, and all that has happened to it.

use crate::acts::{contains, lacks, reads};
use crate::blocker_answers::THREAD;
use crate::blockers::TITLE;
use crate::harness::{Story, engines};

impl Story {
    pub(crate) async fn erases(&self, name: &str) {
        let who = self.person(name);
        who.goes_to("random").expect("there");
        self.run(&who, "/privacy erase").await;
        who.clicks("Erase everything").await.expect("erased");
        self.settled().await;
        self.a_minute_passes().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_wrote_stays_without_their_names() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.ben_raises().await;
        story.says("Cyd", "Yes, if …").await;
        let cyd = story.person("Cyd");
        cyd.fills(&[("On which terms? One a line", "the pen test is signed")]).await.expect("sent");
        story.settled().await;
        let row = story.row().await;
        let ben = story.person("Ben");
        let named = story.forges_pick(&ben, "blocker.whom", &row, 5, &[&cyd.id().to_string()]).await;
        reads(&named, &["✅ @Cyd is asked."]);
        let id = cyd.id().to_string();
        story.erases("Cyd").await;
        story.restart().await;
        contains(
            &story.card("B-1").text(),
            &["☐ open: the pen test is signed", "@Ben looks after it here; nobody there yet"],
        );
        let history = story.history("Ben").await;
        reads(&history, &["says yes, if “the pen test is signed”", "says that it waits for somebody who has left"]);
        let kept = story.rows("SELECT what AS line FROM blocker_event").await;
        lacks(&kept, &[&id]);
        // Its author goes, too, and whoever is of the squad goes on with it.
        story.erases("Ben").await;
        story.restart().await;
        let card = story.card("B-1").text();
        contains(&card, &[TITLE, "waits on **Parcelwing**", "Somebody who has left looks after it here"]);
        lacks(&card, &["@Ben"]);
        lacks(&story.told_in(THREAD), &["@Ben", "@Cyd"]);
        story.on_card("Ann", "B-1", "More").await;
        let taken = story.person("Ann").clicks("I look after it").await.expect("taken on");
        reads(&taken, &["✅ You look after it now.", "@Ann looks after it here"]);
        let done =
            story.writes("Ann", "It's out of the way", &[("What helped? (others learn from it)", "Signed")]).await;
        reads(&done, &["✅ Out of the way. Glad.", "What helped: Signed"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_leaves_while_others_wait_on_it() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.appoint("Dot", "steward", "Parcelwing").await;
        story.ben_raises().await;
        let dot = story.person("Dot");
        dot.goes_to("random").expect("there");
        story.run(&dot, "/organisation leave").await;
        reads(&dot.clicks("Yes, leave").await.expect("left"), &["**Parcelwing** has left."]);
        story.settled().await;
        story.restart().await;
        story.a_minute_passes().await;
        let row = story.row().await;
        for name in ["Cyd", "Dot"] {
            let reply = story.forges(&story.person(name), "blocker.got", &row).await;
            lacks(&reply.text(), &["Thank you"]);
        }
        let shown = story.on_card("Ben", "B-1", "More").await;
        reads(&shown, &["waits on **an organisation that has left**"]);
        let list = story.run(&story.person("Ben"), "/blocker list by:Who waits on whom, between organisations").await;
        reads(&list, &["Fennel waits on **an organisation that has left**: 1 blocker"]);
        // Nobody is reminded who isn't here, and it can wait on another one.
        story.until("2026-04-10 12:00").await;
        lacks(&story.told_in(THREAD), &["reminder is due", "leads hear of it"]);
        story.on_card("Ben", "B-1", "More").await;
        let ben = story.person("Ben");
        let moved = ben.selects("On whom does it wait?", &["On nobody in particular"]).await.expect("moved");
        reads(&moved, &["Noted.", "waits on nobody in particular yet"]);
        let list = story.run(&ben, "/blocker list by:Who waits on whom, between organisations").await;
        reads(&list, &["No organisation waits on another, as far as you can see."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_whose_messages_are_closed_still_finds_it() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        let cyd = story.person("Cyd");
        story.stage.sim.close_dms(cyd.id());
        story.ben_raises().await;
        story.restart().await;
        assert!(story.about_blockers(&cyd).is_empty());
        cyd.goes_to("random").expect("there");
        let list = story.run(&cyd, "/blocker list by:What waits on my organisation").await;
        reads(&list, &["1 blocker on your organisation", TITLE]);
        let shown = story.run(&cyd, "/blocker show id:B-1").await;
        reads(&shown, &["[We've got this]"]);
        reads(&cyd.clicks("We've got this").await.expect("taken on"), &["✅ Thank you. You look after it there"]);
        story.a_minute_passes().await;
        contains(&story.card("B-1").text(), &["@Cyd there"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_things_that_happened_are_all_there_to_read() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.ben_raises().await;
        let row = story.row().await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        for number in 1..=60 {
            let who = if number % 2 == 0 { &ben } else { &cyd };
            let words = format!("news number {number}. {}", "It goes on. ".repeat(10));
            story.forges_form(who, "blocker.updated", &row, &[("news", &words)]).await;
        }
        story.restart().await;
        let history = story.history("Ann").await;
        reads(&history, &["61 things have happened to it; the file has them all.", "news number 60."]);
        let file = story.file(&history);
        for number in 1..=60 {
            contains(&file, &[&format!("news number {number}. ")]);
        }
        contains(&file, &["Ben: raised it", "Cyd: has news", "Ben: has news"]);
    }
}
