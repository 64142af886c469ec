//! What can go wrong on the way from a view to a decision, and that nothing that was said is lost by it.

use simulator::{Reply, RoleId, Seen, permission};

use crate::acts::{buttons, contains, lacks, reads};
use crate::conversations::{FIRST, THREAD, TITLE};
use crate::harness::{Story, engines};

const START: &str = "/conversation start template:quick-question";

impl Story {
    /// Views were shown, and Ben's proposal is at consent until Friday noon.
    async fn at_consent(&self) {
        self.begun(START, "checkout").await;
        self.adds("Ben", "phone").await;
        self.until("2026-03-26 17:10").await;
        self.proposes("Ben", "Phone at once").await;
        self.to_consent("Ben").await;
    }

    /// What the thread says, in one text.
    fn thread_text(&self, name: &str) -> String {
        self.in_thread(name).iter().map(Seen::text).collect::<Vec<_>>().join("\n")
    }

    async fn chooses(&self, name: &str, hint: &str, option: &str) -> Reply {
        let reply = self.person(name).selects(hint, &[option]).await.expect("picked");
        self.settled().await;
        reply
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_of_it_holds_also_where_its_kind_is_picked_from_the_list() {
    let story = Story::with_squad().await;
    let ann = story.person("Ann");
    ann.goes_to("checkout").expect("there");
    story.run(&ann, "/conversation start anonymous:Without names channel:#lab").await;
    ann.clicks("More").await.expect("all of them");
    let form = story.chooses("Ann", "What is it about?", "Thorny issues: put differences on the table early").await;
    assert!(form.modal.is_some(), "{}", form.text());
    let begun = ann.fills(&[("What is it about? (everybody sees it)", TITLE)]).await.expect("begun");
    reads(&begun, &["is open in #lab", "Views are shown without names, once there are 5 of them."]);
    story.settled().await;
    contains(&story.panel("lab").text(), &["Thorny issues · views without names"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_too_late_comes_back_to_whoever_wrote_it() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.begun(START, "checkout").await;
        let cyd = story.person("Cyd");
        cyd.goes_to(THREAD).expect("there");
        cyd.clicks("Add your view").await.expect("a form");
        story.until("2026-03-26 17:10").await;
        let late = story.fills("Cyd", &[(FIRST, "two lines\nthat took an hour")]).await;
        reads(&late, &["no more are gathered", "here it is again:\n> two lines\n> that took an hour"]);
        // An objection to a version that was amended meanwhile.
        story.proposes("Ben", "Phone at once").await;
        story.to_consent("Ben").await;
        story.clicks("Dot", "Object").await;
        story.clicks("Ann", "Object").await;
        story.fills("Ann", &[("What harm would it do, and to whom?", "nights")]).await;
        contains(&story.last_in_thread("Ben").text(), &["For @Ben, who wrote it."]);
        story.clicks("Ben", "Amend the proposal").await;
        story.fills("Ben", &[("What do you propose?", "Phone by day")]).await;
        let late = story.fills("Dot", &[("What harm would it do, and to whom?", "weekends")]).await;
        reads(&late, &["version 2 is at consent now", "> weekends"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_can_be_put_otherwise_until_it_is_at_consent() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.begun(START, "checkout").await;
        story.adds("Ben", "phone").await;
        story.until("2026-03-26 17:10").await;
        story.proposes("Ben", "Phnoe at once").await;
        reads(&story.clicks("Cyd", "Change it").await, &["Whoever wrote it can change it."]);
        let form = story.clicks("Ben", "Change it").await.modal.expect("a form");
        assert_eq!(form.fields[0].value, "Phnoe at once");
        reads(&story.fills("Ben", &[("Look at it again when? (may stay empty)", "nonsense")]).await, &["[Try again]"]);
        story.person("Ben").clicks("Try again").await.expect("a form");
        let fields = [("What do you propose?", "Phone at once"), ("Look at it again when? (may stay empty)", "")];
        reads(&story.fills("Ben", &fields).await, &["The thread has the new words."]);
        contains(&story.last_in_thread("Cyd").text(), &["**Ben** (Fennel) puts it otherwise:", "> Phone at once"]);
        // The button of the first words leads to the new ones.
        let old = story.in_thread("Ben").into_iter().find(|seen| seen.text().contains("Phnoe")).expect("said");
        let ben = story.person("Ben");
        ben.goes_to(&story.thread()).expect("there");
        ben.clicks_on(old.id, "Take it to consent").await.expect("a form");
        story.fills("Ben", &[("Until when can people say where they stand?", "Friday 12:00")]).await;
        contains(&story.last_in_thread("Cyd").text(), &["**A proposal is at consent.**", "> Phone at once"]);
        reads(&story.clicks("Ben", "Change it").await, &["a proposal is at consent"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_is_taken_back_on_the_second_word() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.begun(START, "checkout").await;
        let said = story.adds("Ben", "phone").await;
        assert_eq!(buttons(&said), ["Change your view", "Take it back"]);
        let ben = story.person("Ben");
        reads(&ben.clicks("Take it back").await.expect("asked"), &["Take your view back?"]);
        reads(&ben.clicks("Keep it").await.expect("kept"), &["Saved."]);
        assert_ne!(story.rows("SELECT words AS line FROM conversation_view").await, "");
        ben.clicks("Take it back").await.expect("asked");
        reads(&ben.clicks("Yes, take it back").await.expect("done"), &["Taken back; nothing of it is kept."]);
        assert_eq!(story.rows("SELECT words AS line FROM conversation_view").await, "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_told_until_when_keeps_a_day_at_least() {
    let story = Story::with_squad().await;
    story.begun(START, "checkout").await;
    for (until, said) in [
        ("in 1 hour", "An earlier time has to be a day away at least"),
        ("nonsense", "**Change the time** opens the form again."),
        ("Wednesday 12:00", "Said in the thread."),
        ("Friday 12:00", "Said in the thread."),
    ] {
        story.facilitates("Ann").await;
        story.person("Ann").clicks("Change the time").await.expect("a form");
        reads(&story.fills("Ann", &[("Until when?", until)]).await, &[said]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_that_leaves_is_waited_for_no_more() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.at_consent().await;
        story.until("2026-03-26 17:20").await;
        contains(&story.panel("checkout").text(), &["Consent: Ben", "Not heard yet: Parcelwing."]);
        let ann = story.person("Ann");
        ann.goes_to("random").expect("there");
        story.run(&ann, "/organisation leave organisation:Parcelwing").await;
        ann.clicks("Yes, leave").await.expect("left");
        story.settled().await;
        story.until("2026-03-27 12:30").await;
        contains(&story.panel("checkout").text(), &["**Decided", ": D-1.**"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_on_in_a_closed_channel_is_shown_there_alone() {
    let story = Story::with_squad().await;
    let lab = story.channel("lab");
    story.stage.sim.deny(lab, RoleId(story.server("Home Testing").0), permission::VIEW_CHANNEL);
    for name in ["Ann", "Ben"] {
        story.stage.sim.allow(lab, story.person(name).id(), permission::VIEW_CHANNEL);
    }
    story.stage.sim.allow(lab, story.stage.sim.bot_user_id(), permission::VIEW_CHANNEL);
    story.begun(START, "lab").await;
    for (name, place, sees) in [
        ("Cyd", "checkout", false),
        ("Ben", "checkout", false),
        ("Ben", "lab", true),
        ("Ben", THREAD, true),
        ("Ann", "checkout", true),
    ] {
        let person = story.person(name);
        person.goes_to(place).expect("there");
        let list = story.run(&person, "/conversation list").await;
        if sees {
            reads(&list, &["**C-1 · Who tells the labs?**"]);
        } else {
            lacks(&list.text(), &["labs", "C-1"]);
            reads(
                &list,
                &["1 more conversation is in channels that not everybody sees: the same command shows them there."],
            );
        }
    }
    let reply = story.forges(&story.person("Cyd"), "conversation.show", "1").await;
    reads(&reply, &["in a channel that not everybody sees"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_an_event_is_said_all_the_same() {
    let story = Story::with_squad().await;
    story.at_consent().await;
    story.stage.sim.fault("POST /scheduled-events: 403".parse().expect("a fault"));
    story.clicks("Ann", "Object").await;
    story.fills("Ann", &[("What harm would it do, and to whom?", "nights")]).await;
    let pointer = story.forges(&story.person("Ann"), "conversation.call", "1").await;
    assert!(pointer.modal.is_some(), "{}", pointer.text());
    story.fills("Ann", &[("When does it begin?", "Monday 10:00"), ("How many minutes?", "30")]).await;
    contains(
        &story.last_in_thread("Ben").text(),
        &["**A call on C-1", "I may not plan events here (an admin can allow me **Create Events**)"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_moderators_delete_can_be_said_again() {
    let story = Story::with_squad().await;
    story.at_consent().await;
    story.clicks("Ann", "Object").await;
    story.fills("Ann", &[("What harm would it do, and to whom?", "nights")]).await;
    for seen in story.in_thread("Ann") {
        story.stage.sim.delete_message(seen.channel, seen.id);
    }
    story.facilitates("Ann").await;
    story.person("Ann").clicks("Say it all again").await.expect("said");
    story.settled().await;
    contains(
        &story.thread_text("Dot"),
        &["**All views are here**: 1 view from Fennel", "**Ben** (Fennel): phone", "> Phone at once", "> nights"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_keeps_the_objection_in_its_words_and_tells_who_decided() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.at_consent().await;
        story.clicks("Ann", "Object").await;
        story.fills("Ann", &[("What harm would it do, and to whom?", "nobody sleeps")]).await;
        story.facilitates("Ann").await;
        story.person("Ann").clicks("Record another outcome").await.expect("a form");
        let fields = [("What was decided? Everybody reads this", "Phone by day")];
        story.fills("Ann", &fields).await;
        story.until("2026-03-26 17:30").await;
        contains(
            &story.last_in_thread("Ben").text(),
            &[
                "Phone by day",
                "Objection (@Ann): nobody sleeps",
                "Decides: Fennel",
                "Told after: Parcelwing",
                "Why: It is one line",
            ],
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_months_words_are_still_taken_back_and_the_thread_stays_folded() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.at_consent().await;
        story.adds_no_more().await;
        story.clicks("Cyd", "Consent with a concern").await;
        story.fills("Cyd", &[("What should we keep an eye on?", "a canary at night")]).await;
        story.until("2026-03-27 12:30").await;
        contains(&story.thread_text("Ann"), &["a canary at night", "**It is decided.**", "Concern (@Cyd)"]);
        assert!(story.is_folded());
        story.until("2026-04-29 12:00").await;
        let cyd = story.person("Cyd");
        cyd.goes_to("random").expect("there");
        story.run(&cyd, "/privacy erase").await;
        cyd.clicks("Erase everything").await.expect("erased");
        story.until("2026-04-29 12:30").await;
        let text = story.thread_text("Ann");
        lacks(&text, &["> a canary at night", "Cyd"]);
        assert_eq!(text.matches("**It is decided.**").count(), 1, "{text}");
        assert!(story.is_folded(), "the thread stays open");
    }
}

impl Story {
    /// Whoever comes too late is told so.
    async fn adds_no_more(&self) {
        let reply = self.clicks("Dot", "Add your view").await;
        reads(&reply, &["a proposal is at consent"]);
    }

    fn is_folded(&self) -> bool {
        let thread = self.thread();
        self.stage.sim.read(|world| world.channels.values().any(|one| one.name == thread && one.is_archived()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discussion_that_waits_is_brought_back_to_mind() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.begun(START, "checkout").await;
        story.adds("Ben", "phone").await;
        story.until("2026-03-27 18:00").await;
        let asked = |story: &Story| {
            let dms = story.dms(&story.person("Ann"));
            dms.iter().filter(|seen| seen.text().contains("has waited for a while")).count()
        };
        story.restart().await;
        story.until("2026-04-02 12:00").await;
        assert_eq!(asked(&story), 0);
        story.until("2026-04-07 12:00").await;
        assert_eq!(asked(&story), 1);
        let ann = story.person("Ann");
        ann.goes_to("DM").expect("there");
        reads(
            &ann.clicks("Facilitate").await.expect("a panel"),
            &["[Record another outcome]", "[Close without a decision]"],
        );
        story.until("2026-04-30 12:00").await;
        assert_eq!(asked(&story), 1);
        story.until("2026-05-05 12:00").await;
        assert_eq!(asked(&story), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_restores_a_copy_without_keys_asks_for_sealed_views_again() {
    for engine in engines() {
        let mut story = Story::with_twelve_on(engine).await;
        story.begun(&format!("{START} anonymous:Without names"), "checkout").await;
        story.adds("Ben", "phone").await;
        story.adds("Gus", "mail").await;
        let partnership = story.partnership();
        let without = story.stage.app.store.write(partnership, |tx| {
            Box::pin(async move {
                sqlx::query("DELETE FROM seal_key").execute(&mut **tx).await?;
                Ok(())
            })
        });
        without.await.expect("no keys");
        story.restart().await;
        story.until("2026-03-23 11:00").await;
        contains(&story.last_in_thread("Cyd").text(), &["restored from a copy", "please add yours again"]);
        for (name, told) in [("Ben", 1), ("Gus", 1), ("Cyd", 0)] {
            let dms = story.dms(&story.person(name));
            let lost = dms.iter().filter(|seen| seen.text().contains("Yours in **C-1 · Who tells the labs?** is lost"));
            assert_eq!(lost.count(), told, "{name}");
        }
        contains(&story.panel("checkout").text(), &["Not yet from: Fennel, Harbour, Lakeside and Parcelwing."]);
        reads(&story.adds("Ben", "phone").await, &["Saved. It is sealed."]);
    }
}
