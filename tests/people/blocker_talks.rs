//! Talking a blocker through: a conversation about it, and what becomes of it.

use crate::acts::{buttons, contains, lacks, reads};
use crate::blockers::TITLE;
use crate::harness::{Story, engines};

const THREAD: &str = "B-1 · The release board meets only on Thursdays";

impl Story {
    /// Both sides add a view, and Cyd's proposal has everybody's consent.
    async fn consent_in(&mut self, thread: &str) {
        for (name, words) in [("Ben", "twice a day"), ("Cyd", "once the pen test is signed")] {
            self.adds_in(name, thread, words).await;
        }
        self.until("2026-03-27 10:00").await;
        self.restart().await;
        self.proposes_in("Cyd", "Two releases a day from Monday").await;
        self.clicks("Ben", "Take it to consent").await;
        self.fills("Ben", &[("Until when can people say where they stand?", "Monday 12:00")]).await;
        for name in ["Ann", "Cyd"] {
            self.clicks(name, "Consent").await;
        }
    }

    /// Ben begins a conversation about his blocker, until Thursday.
    async fn talks_it_through(&self) {
        let shown = self.on_card("Ben", "B-1", "More").await;
        assert!(buttons(&shown).contains(&"Talk it through…".to_owned()), "{}", shown.text());
        let ben = self.person("Ben");
        reads(&ben.clicks("Talk it through…").await.expect("a list"), &["**Which conversation?**"]);
        let picked = ben.selects("What is it about?", &["Quick question: one question, a day, everyone heard"]).await;
        let form = picked.expect("a form").modal.expect("a form");
        // The blocker's words are there already.
        contains(&format!("{:?}", form.fields), &[TITLE, "A yes to two releases a day"]);
        let frame = [("Why now?", "Two releases wait"), ("Until when can views be added?", "Thursday 17:00")];
        let begun = ben.fills(&frame).await.expect("begun");
        self.settled().await;
        reads(&begun, &["**C-1 · The release board meets", "Whose voice is needed: Fennel and Parcelwing."]);
    }

    async fn proposes_in(&self, name: &str, what: &str) {
        let person = self.person(name);
        person.goes_to(&self.thread()).expect("there");
        person.clicks_on(self.panel("checkout").id, "Put forward a proposal").await.expect("a form");
        self.fills(name, &[("What do you propose?", what), ("Why?", "It is one line")]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_about_a_blocker_clears_it() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.ben_raises().await;
        story.talks_it_through().await;
        story.restart().await;
        story.a_minute_passes().await;
        contains(&story.told_in(THREAD), &["@Ben: began conversation C-1 about it."]);
        let thread = story.thread();
        let opened = story.person("Cyd").sees_in(&thread).expect("a thread").text();
        contains(&opened, &["It is about blocker **B-1** (`/blocker show` has all of it), and a decision clears it."]);

        story.consent_in(&thread).await;
        story.restart().await;
        story.until("2026-03-31 12:00").await;
        let card = story.card("B-1").text();
        contains(&card, &["D-1"]);
        lacks(&card, &["[It's out of the way]"]);
        contains(
            &story.told_in(THREAD),
            &["recorded D-1, “The release board meets only on Thursdays”, and it is out of the way"],
        );
        let ann = story.person("Ann");
        ann.goes_to("random").expect("there");
        reads(&story.run(&ann, "/decision show id:D-1").await, &["Puts out of the way: B-1", "Conversation C-1"]);
        // The decision is reversed later: whoever waited hears so, and may reopen the blocker.
        story.restart().await;
        ann.clicks("Review").await.expect("the review");
        ann.clicks("Reverse").await.expect("a form");
        ann.fills(&[("What did we learn?", "Once a day is enough.")]).await.expect("reversed");
        story.settled().await;
        contains(&story.told_in(THREAD), &["says that D-1, which cleared it, holds no more."]);
        contains(
            &story.about_blockers(&story.person("Ben")).pop().expect("told").text(),
            &["D-1, which put this out of the way, holds no more. Is it in the way again?"],
        );
        reads(&story.says("Ben", "Open").await, &["B-1", "[Reopen]"]);
        // It can't be talked about any more, and the button says so.
        let reply = story.forges(&ann, "conversation.about", "B-1").await;
        reads(&reply, &["That blocker is out of the way, or isn't there any more."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_without_a_decision_leaves_the_blocker_open() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.ben_raises().await;
        story.talks_it_through().await;
        story.restart().await;
        // Nobody says anything: the deadline passes, and Ben stops it.
        story.until("2026-03-27 10:00").await;
        let facilitates = story.facilitates("Ben").await;
        reads(&facilitates, &["[Stop]"]);
        story.person("Ben").clicks("Stop").await.expect("a form");
        story.fills("Ben", &[("Why is it stopped? Everybody reads this", "We met instead")]).await;
        story.restart().await;
        story.a_minute_passes().await;
        contains(&story.told_in(THREAD), &["conversation C-1 about it ended without a decision."]);
        contains(&story.card("B-1").text(), &["[It's out of the way]"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_isnt_shared_isnt_talked_about_in_a_channel() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        let ben = story.person("Ben");
        ben.goes_to("checkout").expect("there");
        story.run(&ben, "/blocker raise kind:Worry (only you and whom you name see it)").await;
        let kept = ben.fills(&[("In the way (only whom you name sees it)", "We are too tired")]).await.expect("kept");
        assert!(!buttons(&kept).contains(&"Talk it through…".to_owned()), "{}", kept.text());
        for (who, row) in [("Ben", "B-1"), ("Eve", "B-1"), ("Ben", "B-0"), ("Ben", "x"), ("Ben", "")] {
            let reply = story.forges(&story.person(who), "conversation.about", row).await;
            lacks(&reply.text(), &["Which conversation?", "tired"]);
        }
        // Nor does a button that was made up say where it is held: it stands where the blocker does.
        story.ben_raises().await;
        let lab = story.channel("lab");
        let dot = story.person("Dot");
        dot.goes_to("random").expect("there");
        let row = format!("quick-question,0,{lab},1");
        let form = [("title", "t"), ("why", ""), ("good", ""), ("deadline", "Friday 12:00")];
        story.forges_form(&dot, "conversation.framed", &row, &form).await;
        story.settled().await;
        lacks(&story.person("Ann").sees_in("lab").expect("there").text(), &["C-1"]);
        contains(&story.panel("checkout").text(), &["C-1"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_about_a_blocker_that_isnt_theirs_to_see() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.raises("Ben", "/blocker raise kind:Capacity (people, time)", TITLE).await;
        story.restart().await;
        story.on_card("Ben", "B-1", "More").await;
        let ben = story.person("Ben");
        ben.clicks("Talk it through…").await.expect("a list");
        ben.selects("What is it about?", &["Quick question: one question, a day, everyone heard"])
            .await
            .expect("a form");
        let frame = [("Why now?", "Nights"), ("Until when can views be added?", "Thursday 17:00")];
        let begun = ben.fills(&frame).await.expect("begun");
        reads(&begun, &["**C-1 · The release board meets", "Whose voice is needed: Fennel."]);
        story.until("2026-03-26 16:59").await;
        let told = story.dms(&story.person("Cyd")).into_iter().map(|seen| seen.text()).collect::<String>();
        lacks(&told, &["C-1", TITLE]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_resolved_meanwhile_isnt_cleared_again() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.ben_raises().await;
        story.talks_it_through().await;
        story.restart().await;
        story.on_card("Ben", "B-1", "It's out of the way").await;
        story.fills("Ben", &[("What helped? (others learn from it)", "A call")]).await;
        let thread = story.thread();
        story.consent_in(&thread).await;
        story.until("2026-03-31 12:00").await;
        contains(&story.card("B-1").text(), &["**out of the way**", "What helped: A call"]);
        lacks(&story.card("B-1").text(), &["Cleared by"]);
        lacks(&story.told_in(THREAD), &["recorded D-1"]);
        let ann = story.person("Ann");
        ann.goes_to("random").expect("there");
        let decision = story.run(&ann, "/decision show id:D-1").await;
        reads(&decision, &["Conversation C-1"]);
        lacks(&decision.text(), &["Puts out of the way"]);
    }
}
