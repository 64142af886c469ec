//! A blocker's buttons when something is in their way: people who may not, days that pass, people and
//! organisations that leave.

use crate::acts::{buttons, contains, lacks, reads};
use crate::blockers::TITLE;
use crate::harness::{Story, engines};

const THREAD: &str = "B-1 · The release board meets only on Thursdays";

#[tokio::test(flavor = "multi_thread")]
async fn somebody_there_is_named_and_asked() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.until("2026-03-24 11:00").await;
        reads(&story.ben_raises().await, &["Nobody answers for Parcelwing here yet", "[Change]"]);
        let ben = story.person("Ben");
        // Of one's own organisation nobody is waited on.
        for (name, said) in [("@Ann", "isn't of Parcelwing here, as far as is known."), ("@Dot", "✅ @Dot is asked.")]
        {
            story.on_card("Ben", "B-1", "More").await;
            ben.clicks("Change").await.expect("opened");
            reads(&ben.clicks("Name somebody there").await.expect("a list"), &["Who at Parcelwing is it waiting for?"]);
            reads(&ben.selects("Somebody there", &[name]).await.expect("picked"), &[said]);
            story.settled().await;
            story.restart().await;
        }
        assert!(story.about_blockers(&story.person("Cyd")).is_empty(), "Cyd wasn't named");
        let dot = story.person("Dot");
        contains(&story.about_blockers(&dot).pop().expect("asked").text(), &[TITLE, "[We've got this]"]);
        story.says("Dot", "We've got this").await;
        story.a_minute_passes().await;
        contains(&story.card("B-1").text(), &["@Dot there"]);
        contains(&story.told_in(THREAD), &["@Ben: says that it waits for @Dot."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_is_asked_in_its_own_channel() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        let cyd = story.person("Cyd");
        cyd.goes_to("random").expect("there");
        story.run(&cyd, "/organisation edit organisation:Parcelwing channel:#lab").await;
        reads(&story.ben_raises().await, &["✅ It's on the table, and Parcelwing has it in its own channel."]);
        story.restart().await;
        let there = |story: &Story| {
            let seen = story.person("Cyd").sees_in("lab").expect("there").messages;
            seen.into_iter().rfind(|seen| seen.text().contains(TITLE)).expect("a card")
        };
        contains(&there(&story).text(), &["waits on **Parcelwing**", "[We've got this]", "[Tell me more]"]);
        // Whoever waits can't answer for them.
        let ann = story.person("Ann");
        ann.goes_to("lab").expect("there");
        let refused = ann.clicks_on(there(&story).id, "We've got this").await.expect("an answer");
        reads(&refused, &["That is for the people of the organisation that it waits on."]);
        // A form that can't be used gives the words back.
        cyd.goes_to("lab").expect("there");
        cyd.clicks_on(there(&story).id, "Not ours").await.expect("a form");
        let back = cyd
            .fills(&[
                ("Why, and who could it be? (they read it)", "Hosting is theirs"),
                ("The organisation, if you know it", "Nobody Ltd"),
            ])
            .await
            .expect("an answer");
        reads(&back, &["There is no organisation “Nobody Ltd” here.", "> Hosting is theirs"]);
        // The channel goes; the blocker stands, and is answered elsewhere.
        story.stage.sim.delete_channel(story.channel("lab"));
        story.settled().await;
        story.restart().await;
        cyd.goes_to("random").expect("there");
        story.run(&cyd, "/blocker show id:B-1").await;
        reads(&cyd.clicks("We've got this").await.expect("answered"), &["B-1"]);
        story.settled().await;
        story.a_minute_passes().await;
        contains(&story.card("B-1").text(), &["@Cyd there"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_way_at_a_check_in_becomes_a_blocker_in_one_click() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.until("2026-03-24 10:00").await;
        let ben = story.person("Ben");
        let said = story.checks_in(&ben, &[("What is in the way?", "No access to the lab's\nbooking system")]).await;
        reads(&said, &["[Make it a blocker: No access to the lab's booking system]"]);
        story.restart().await;
        let form = ben.clicks("Make it a blocker: No access to the lab's booking system").await.expect("a form");
        contains(&format!("{:?}", form.modal), &["No access to the lab's"]);
        let raised = ben.fills(&[("In the way (your squad sees it)", "No access to booking")]).await.expect("raised");
        reads(&raised, &["✅ It's on the table.", "B-1 · No access to booking"]);
        story.settled().await;
        contains(&story.card("B-1").text(), &["No access to booking"]);
        // It isn't listed as being in the way a second time.
        story.restart().await;
        story.until("2026-03-25 10:00").await;
        let next = story.checks_in(&ben, &[("What is next?", "The form")]).await;
        lacks(&next.text(), &["Still in your way?", "Make it a blocker"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_hand_by_agreement_is_not_late() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.ben_raises().await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        story.on_card("Cyd", "B-1", "More").await;
        cyd.clicks("It takes until …").await.expect("a form");
        let form =
            [("Until when?", "Thursday 2 April 17:00"), ("Why? (both sides read it)", "The board meets on Thursday")];
        let wrong = [("Until when?", "when it is ready"), ("Why? (both sides read it)", "The board meets on Thursday")];
        reads(&cyd.fills(&wrong).await.expect("an answer"), &["“when it is ready”", "> The board meets on Thursday"]);
        cyd.clicks("It takes until …").await.expect("a form");
        let sent = cyd.fills(&form).await.expect("an answer");
        reads(&sent, &["✅ Those who wait are asked whether they agree"]);
        story.settled().await;
        story.restart().await;
        contains(
            &story.about_blockers(&ben).pop().expect("asked").text(),
            &["@Cyd of Parcelwing says that it takes until", "> The board meets on Thursday", "[That's too long]"],
        );
        reads(&story.says("Ben", "Agreed").await, &["✅ In hand until"]);
        let row = story.rows("SELECT CAST(id AS TEXT) FROM blocker").await;
        reads(&story.forges(&ben, "blocker.hold_yes", &row).await, &["That has been answered already."]);
        story.a_minute_passes().await;
        contains(&story.card("B-1").text(), &["**In hand** until", "The board meets on Thursday"]);
        // Nobody is reminded meanwhile; then it waits on, from where it had come to.
        story.restart().await;
        story.until("2026-04-02 16:00").await;
        let steps = ["they were asked who could", "leads hear of it now"];
        lacks(&story.told_in(THREAD), &steps);
        story.restart().await;
        story.until("2026-04-08 18:00").await;
        let told = story.told_in(THREAD);
        for step in steps {
            assert_eq!(told.matches(step).count(), 1, "{step}: {told}");
        }
        // Once more, said by those who wait; and it goes on sooner than that.
        story.on_card("Ben", "B-1", "More").await;
        ben.clicks("It takes until …").await.expect("a form");
        let again = [("Until when?", "Friday 24 April 12:00"), ("Why? (both sides read it)", "Easter")];
        reads(&ben.fills(&again).await.expect("an answer"), &["✅ In hand until", "nobody is reminded before."]);
        story.settled().await;
        story.restart().await;
        story.on_card("Ben", "B-1", "More").await;
        reads(&ben.clicks("It goes on now").await.expect("an answer"), &["Noted: it waits again."]);
        reads(&story.forges(&cyd, "blocker.hold_end", &row).await, &["That is for the squad that waits"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_the_way_is_left_alone() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.ben_raises().await;
        let row = story.rows("SELECT CAST(id AS TEXT) FROM blocker").await;
        let (ben, cyd, eve) = (story.person("Ben"), story.person("Cyd"), story.person("Eve"));
        for _ in 0..2 {
            // Twice is once.
            let reply = story.forges_form(&ben, "blocker.resolved", &row, &[("helped", "A call")]).await;
            reads(&reply, &["out of the way"]);
            story.settled().await;
            story.restart().await;
        }
        assert_eq!(story.told_in(THREAD).matches("says that it is out of the way").count(), 1);
        for action in ["got", "if", "not_ours", "more", "hold", "escalate", "claim", "change", "links", "update"] {
            let reply = story.forges(&cyd, &format!("blocker.{action}"), &row).await;
            lacks(&reply.text(), &["✅", "Something went wrong"]);
            let reply = story.forges(&eve, &format!("blocker.{action}"), &row).await;
            reads(&reply, &["You aren't in a squad here yet."]);
        }
        for (form, field) in [("if_sent", "conditions"), ("more_sent", "question"), ("answered", "answer")] {
            let reply = story.forges_form(&cyd, &format!("blocker.{form}"), &row, &[(field, "Late words")]).await;
            reads(&reply, &["> Late words"]);
        }
        lacks(&story.told_in(THREAD), &["Late words"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_raised_it_or_answered_can_be_forgotten() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.ben_raises().await;
        story.says("Cyd", "Yes, if …").await;
        let cyd = story.person("Cyd");
        cyd.fills(&[("On which terms? One a line", "the pen test is signed")]).await.expect("sent");
        story.settled().await;
        story.on_card("Ben", "B-1", "Add news").await;
        let ben = story.person("Ben");
        ben.fills(&[("What is new? (your squad sees it)", "The board answered me")]).await.expect("sent");
        story.settled().await;
        contains(&story.told_in(THREAD), &["The board answered me"]);
        for name in ["Ben", "Cyd"] {
            story.restart().await;
            let who = story.person(name);
            who.goes_to("random").expect("there");
            story.run(&who, "/privacy erase").await;
            who.clicks("Erase everything").await.expect("erased");
            story.settled().await;
            story.a_minute_passes().await;
        }
        let card = story.card("B-1").text();
        contains(&card, &[TITLE, "☐ open: the pen test is signed"]);
        lacks(&card, &["@Ben", "@Cyd"]);
        let told = story.told_in(THREAD);
        lacks(&told, &["@Ben", "@Cyd", "The board answered me"]);
        // It goes on without them.
        story.on_card("Ann", "B-1", "It's out of the way").await;
        let done = story.person("Ann").fills(&[("What helped? (others learn from it)", "Patience")]).await;
        reads(&done.expect("done"), &["✅ Out of the way. Glad."]);
        story.settled().await;
        // What was said stays with the record, as that of somebody who has left.
        let history = story.person("Ann").clicks("History").await.expect("a history");
        reads(&history, &["raised it", "“the pen test is signed”"]);
        lacks(&history.text(), &["@Ben", "@Cyd"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_who_cant_be_reached_and_an_organisation_that_leaves() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.appoint("Dot", "steward", "Parcelwing").await;
        let cyd = story.person("Cyd");
        story.stage.sim.close_dms(cyd.id());
        story.ben_raises().await;
        story.restart().await;
        assert!(story.about_blockers(&cyd).is_empty());
        // The card in the squad's channel is there for everybody, and so is the list.
        cyd.goes_to("random").expect("there");
        reads(&story.run(&cyd, "/blocker list").await, &["B-1"]);
        story.on_card("Cyd", "B-1", "We've got this").await;
        story.a_minute_passes().await;
        contains(&story.card("B-1").text(), &["@Cyd there"]);
        // Parcelwing leaves: nobody is waited on who isn't there, and nothing breaks.
        let dot = story.person("Dot");
        dot.goes_to("random").expect("there");
        let asked = story.run(&dot, "/organisation leave").await;
        let yes = buttons(&asked).into_iter().find(|label| label != "Stay").expect("a button");
        reads(&dot.clicks(&yes).await.expect("left"), &["**Parcelwing** has left."]);
        story.settled().await;
        story.restart().await;
        story.until("2026-04-08 12:00").await;
        let opened = story.on_card("Ben", "B-1", "More").await;
        reads(&opened, &["B-1", "an organisation that has left", "[It's out of the way]"]);
        let ben = story.person("Ben");
        ben.goes_to("random").expect("there");
        reads(
            &story.run(&ben, "/blocker list by:Who waits on whom, between organisations").await,
            &["Fennel waits on **an organisation that has left**: 1 blocker"],
        );
    }
}
