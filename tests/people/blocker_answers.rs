//! What comes back of a blocker: answers from whoever may give them, and what doesn't go well.

use simulator::Reply;

use crate::acts::{buttons, contains, lacks, reads};
use crate::blockers::TITLE;
use crate::harness::{Story, engines};

pub(crate) const THREAD: &str = "B-1 · The release board meets only on Thursdays";

impl Story {
    /// The row of the one blocker.
    pub(crate) async fn row(&self) -> String {
        self.rows("SELECT CAST(id AS TEXT) FROM blocker").await
    }

    /// Somebody fills in a form about a blocker that a click on its card opened.
    pub(crate) async fn writes(&self, name: &str, label: &str, fields: &[(&str, &str)]) -> Reply {
        let opened = self.on_card(name, "B-1", label).await;
        assert!(opened.modal.is_some(), "{label}: {}", opened.text());
        self.fills(name, fields).await
    }

    pub(crate) async fn history(&self, name: &str) -> Reply {
        self.on_card(name, "B-1", "More").await;
        self.person(name).clicks("History").await.expect("a history")
    }

    /// Parcelwing is reached in #lab.
    async fn with_channel(&self) {
        let ann = self.person("Ann");
        ann.goes_to("random").expect("there");
        self.run(&ann, "/organisation edit organisation:Parcelwing channel:#lab").await;
        self.settled().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_their_own_channel_only_those_who_are_asked_answer() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.with_channel().await;
        let raised = story.ben_raises().await;
        reads(&raised, &["✅ It's on the table, and Parcelwing has it in its own channel."]);
        story.restart().await;
        let asked = story.person("Cyd").sees_in("lab").expect("there").messages.pop().expect("asked there");
        contains(&asked.text(), &["**Checkout** in Home Testing (Fennel) waits on **Parcelwing**.", "[Not ours]"]);
        assert!(story.about_blockers(&story.person("Cyd")).is_empty(), "they are asked once");
        for (name, label, why) in [
            ("Ben", "We've got this", "That is for the people of the organisation that it waits on"),
            ("Ben", "Yes, if …", "That is for the people of the organisation that it waits on"),
            ("Ben", "Not ours", "You can add news, and they read it."),
            ("Eve", "Tell me more", "You aren't in a squad here yet"),
        ] {
            let who = story.person(name);
            who.goes_to("lab").expect("there");
            let reply = who.clicks_on(asked.id, label).await.expect("an answer");
            assert!(reply.is_private() && reply.modal.is_none(), "{name}, {label}: {}", reply.text());
            reads(&reply, &[why]);
        }
        // Dot is no contact, but of Parcelwing: whoever can help may.
        let (cyd, dot) = (story.person("Cyd"), story.person("Dot"));
        dot.goes_to("lab").expect("there");
        let got = dot.clicks_on(asked.id, "We've got this").await.expect("an answer");
        reads(&got, &["✅ Thank you. You look after it there; those who wait know."]);
        let row = story.row().await;
        reads(&story.forges(&dot, "blocker.got", &row).await, &["You look after it already."]);
        let taken = story.forges(&cyd, "blocker.got", &row).await;
        reads(&taken, &["You look after it now, in place of @Dot."]);
        story.a_minute_passes().await;
        let shown = story.person("Cyd").sees_in("lab").expect("there").messages.pop().expect("there still");
        contains(&shown.text(), &["@Cyd there", "[It takes until …]"]);
        lacks(&shown.text(), &["[We've got this]"]);
        // It doesn't wait on them any more: what is said of it from then on isn't theirs to read.
        let ben = story.person("Ben");
        story.on_card("Ben", "B-1", "More").await;
        ben.selects("On whom does it wait?", &["On nobody in particular"]).await.expect("moved");
        story.restart().await;
        story.a_minute_passes().await;
        let shown = story.person("Cyd").sees_in("lab").expect("there").messages.pop().expect("there still");
        contains(&shown.text(), &["**B-1**\nIt doesn't wait on you any more."]);
        lacks(&shown.text(), &[TITLE, "[We've got this]"]);
        story.on_card("Ben", "B-1", "More").await;
        ben.selects("On whom does it wait?", &["Parcelwing (PARCEL)"]).await.expect("moved back");
        story.a_minute_passes().await;
        let shown = story.person("Cyd").sees_in("lab").expect("there").messages.pop().expect("there still");
        contains(&shown.text(), &[TITLE, "[We've got this]"]);
        // Their channel goes: those who wait see it as before, and a step of the ladder still reaches people.
        story.stage.sim.delete_channel(story.channel("lab"));
        story.restart().await;
        story.on_card("Ben", "B-1", "More").await;
        let higher = story.person("Ben").clicks("Ask higher up").await.expect("an answer");
        reads(&higher, &["✅ Asked, once and kindly, with what was tried so far."]);
        story.a_minute_passes().await;
        contains(&story.told_in(THREAD), &["a reminder is due (told: @Cyd)"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_asked_in_private_once_their_channel_is_gone() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.with_channel().await;
        story.stage.sim.delete_channel(story.channel("lab"));
        story.ben_raises().await;
        story.restart().await;
        story.until("2026-03-24 11:30").await;
        let asked = story.about_blockers(&story.person("Cyd"));
        assert_eq!(asked.len(), 1, "{asked:?}");
        contains(&asked[0].text(), &["waits on **Parcelwing**", TITLE, "[We've got this]"]);
        reads(&story.says("Cyd", "We've got this").await, &["✅ Thank you. You look after it there"]);
        // With somebody there, its channel doesn't matter any more.
        story.writes("Ben", "Add news", &[("What is new? (your squad sees it)", "It is urgent")]).await;
        story.a_minute_passes().await;
        let told = story.about_blockers(&story.person("Cyd")).into_iter().skip(1).map(|seen| seen.text());
        lacks(&told.collect::<String>(), &["[Not ours]"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_out_of_the_way_takes_no_more_answers() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.ben_raises().await;
        let row = story.row().await;
        // Cyd has the form open while Ben resolves it.
        let cyd = story.person("Cyd");
        story.says("Cyd", "Yes, if …").await;
        story.writes("Ben", "It's out of the way", &[("What helped? (others learn from it)", "A call")]).await;
        let late = cyd.fills(&[("On which terms? One a line", "a way back\na test")]).await.expect("an answer");
        // What she wrote isn't lost.
        reads(&late, &["It is out of the way already. `/blocker show` can reopen it.", "> a way back", "> a test"]);
        story.restart().await;
        let ben = story.person("Ben");
        for (who, actions) in [
            (&cyd, &["got", "if", "not_ours", "more", "hold", "resolve"][..]),
            (&ben, &["claim", "there", "change", "words", "hold_yes", "hold_no", "hold_end", "escalate", "links"][..]),
        ] {
            for action in actions {
                let reply = story.forges(who, &format!("blocker.{action}"), &row).await;
                reads(&reply, &["It is out of the way already. `/blocker show` can reopen it."]);
            }
        }
        story.a_minute_passes().await;
        lacks(&story.told_in(THREAD), &["a way back", "looks after it now"]);
        // Reopened, and reopened again by a button that was there before.
        story.writes("Ben", "Reopen", &[("What is in the way again?", "They took it back")]).await;
        let twice = story.forges(&ben, "blocker.reopen", &row).await;
        reads(&twice, &["It is open already."]);
        let form = story.forges_form(&ben, "blocker.reopened", &row, &[("why", "They took it back")]).await;
        reads(&form, &["It is open already.", "waits on **Parcelwing**"]);
        story.a_minute_passes().await;
        assert_eq!(story.told_in(THREAD).matches("reopened it").count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_that_cant_be_used_give_back_what_was_written() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        let ben = story.person("Ben");
        ben.goes_to("checkout").expect("there");
        story.run(&ben, "/blocker raise kind:Access (an account, a place, a person)").await;
        let wrong = [("In the way (your squad sees it)", TITLE), ("By when? (may stay empty)", "when pigs fly")];
        let refused = ben.fills(&wrong).await.expect("an answer");
        reads(&refused, &["Nothing is lost: the form comes back as you wrote it.", "[Try again]"]);
        story.restart().await;
        let form = ben.clicks("Try again").await.expect("the form").modal.expect("a form");
        contains(&format!("{form:?}"), &[TITLE, "when pigs fly"]);
        // What becomes of it stands where it said why: no old button is left to press.
        let still = ben.fills(&[("By when? (may stay empty)", "when cows come home")]).await.expect("an answer");
        reads(&still, &["cows", "[Try again]"]);
        assert!(!ben.sees().text().contains("pigs"), "{}", ben.sees().text());
        ben.clicks("Try again").await.expect("the form");
        let right = [("By when? (may stay empty)", "Friday"), ("On which organisation does it wait?", "Parcelwing")];
        reads(&ben.fills(&right).await.expect("raised"), &["✅ It's on the table. At Parcelwing, 1 person is asked."]);
        assert!(!ben.sees().text().contains("Try again"), "{}", ben.sees().text());
        story.settled().await;
        // More terms than a list has room for.
        let terms: Vec<String> = (1..=21).map(|number| format!("term {number}")).collect();
        story.says("Cyd", "Yes, if …").await;
        let cyd = story.person("Cyd");
        let many = cyd.fills(&[("On which terms? One a line", &terms.join("\n"))]).await.expect("an answer");
        reads(&many, &["Name 1 to 20 conditions, one a line.", "> term 1", "> term 21"]);
        story.says("Cyd", "Not ours").await;
        let to = [
            ("Why, and who could it be? (they read it)", "hosting moved"),
            ("The organisation, if you know it", "Narnia"),
        ];
        let unknown = cyd.fills(&to).await.expect("an answer");
        reads(
            &unknown,
            &["There is no organisation “Narnia” here. There are **Fennel** and **Parcelwing**", "> hosting moved"],
        );
        // To nobody in particular: it is back with Ben, who hears why, and Cyd's buttons say so.
        let row = story.row().await;
        story.says("Cyd", "Not ours").await;
        let back =
            cyd.fills(&[("Why, and who could it be? (they read it)", "hosting moved")]).await.expect("an answer");
        reads(&back, &["Thank you. It is back with @Ben, who looks after it."]);
        story.settled().await;
        contains(
            &story.about_blockers(&ben).pop().expect("told").text(),
            &["@Cyd says that it isn't for Parcelwing:", "> hosting moved"],
        );
        let gone = story.forges(&cyd, "blocker.got", &row).await;
        reads(&gone, &["It doesn't wait on an organisation any more."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_there_is_named_and_asked_in_private() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.ben_raises().await;
        let ben = story.person("Ben");
        story.on_card("Ben", "B-1", "More").await;
        ben.clicks("Change").await.expect("opened");
        reads(
            &ben.clicks("Name somebody there").await.expect("asked"),
            &["Who at Parcelwing is it waiting for? They are asked in private."],
        );
        let wrong = ben.selects("Somebody there", &["@Ann"]).await.expect("an answer");
        reads(&wrong, &["@Ann isn't of Parcelwing here, as far as is known."]);
        story.restart().await;
        let row = story.row().await;
        let dot = story.person("Dot");
        let named = story.forges_pick(&ben, "blocker.whom", &row, 5, &[&dot.id().to_string()]).await;
        reads(&named, &["✅ @Dot is asked.", "there it waits for @Dot"]);
        story.restart().await;
        let asked = story.about_blockers(&dot).pop().expect("Dot is asked");
        contains(&asked.text(), &["waits on **Parcelwing**", TITLE, "[We've got this]"]);
        reads(&story.says("Dot", "We've got this").await, &["✅ Thank you. You look after it there"]);
        story.a_minute_passes().await;
        contains(&story.card("B-1").text(), &["@Ben looks after it here, @Dot there"]);
        contains(&story.told_in(THREAD), &["@Ben: says that it waits for @Dot."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_check_in_says_is_in_the_way_becomes_a_blocker_in_a_click() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.until("2026-03-23 09:30").await;
        let ben = story.person("Ben");
        let saved = story.checks_in(&ben, &[("What is in the way?", "no test data")]).await;
        assert!(buttons(&saved).contains(&"Make it a blocker: no test data".to_owned()), "{}", saved.text());
        story.restart().await;
        let form = ben.clicks("Make it a blocker: no test data").await.expect("a form").modal.expect("a form");
        contains(&format!("{form:?}"), &["no test data"]);
        story.restart().await;
        let raised = ben.fills(&[("On which organisation does it wait?", "parcel")]).await.expect("raised");
        reads(&raised, &["✅ It's on the table. Nobody answers for Parcelwing here yet", "B-1 · no test data"]);
        story.settled().await;
        contains(&story.card("B-1").text(), &["no test data"]);
        // It is in the way as a blocker now, and not as a line of check-ins.
        let obstacle = story.rows("SELECT CAST(id AS TEXT) FROM checkin_obstacle").await;
        let twice = story.forges(&ben, "blocker.make", &format!("1,{obstacle}")).await;
        reads(&twice, &["That isn't in the way any more. `/blocker raise` takes anything else."]);
        let others = story.forges(&story.person("Cyd"), "blocker.make", &format!("1,{obstacle}")).await;
        reads(&others, &["That isn't in the way any more."]);
        story.until("2026-03-24 09:30").await;
        ben.goes_to("DM").expect("a conversation");
        ben.clicks("Check in").await.expect("a form");
        lacks(&format!("{:?}", ben.modal()), &["no test data"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_reminded_while_it_is_in_hand() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.ben_raises().await;
        // Those who wait name a time that has passed, and then one that counts.
        story.on_card("Ben", "B-1", "More").await;
        let ben = story.person("Ben");
        ben.clicks("It takes until …").await.expect("a form");
        let why = ("Why? (both sides read it)", "the board meets then");
        let passed = ben.fills(&[("Until when?", "2026-03-01"), why]).await.expect("an answer");
        reads(&passed, &["> the board meets then"]);
        ben.clicks("It takes until …").await.expect("a form");
        let held = ben.fills(&[("Until when?", "2026-04-09 17:00"), why]).await.expect("held");
        reads(&held, &["✅ In hand until", "nobody is reminded before", "**In hand** until"]);
        story.restart().await;
        story.until("2026-04-09 15:59").await;
        lacks(&story.told_in(THREAD), &["reminder is due", "leads hear of it"]);
        contains(&story.card("B-1").text(), &["**In hand** until", "the board meets then"]);
        story.restart().await;
        // The time is over: the ladder goes on with the hours that are left.
        story.until("2026-04-10 09:00").await;
        lacks(&story.card("B-1").text(), &["**In hand**"]);
        story.until("2026-04-14 12:00").await;
        let told = story.told_in(THREAD);
        contains(&told, &["reminder is due"]);
        assert_eq!(told.matches("reminder is due").count(), 1, "{told}");
    }
}
