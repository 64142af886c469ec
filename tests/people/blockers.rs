//! Blockers: who waits on whom, on which terms, and until when.

use simulator::{Actor, Reply, Seen};

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Story, engines};

pub(crate) const TITLE: &str = "The release board meets only on Thursdays";
const IN_THE_WAY: &str = "In the way (your squad sees it)";

impl Story {
    /// Cyd answers for Parcelwing, and it is Tuesday, eleven o'clock.
    pub(crate) async fn with_contact(&self) {
        self.appoint("Cyd", "contact", "Parcelwing").await;
        self.until("2026-03-24 11:00").await;
    }

    /// Ben raises a blocker on Parcelwing in #checkout.
    pub(crate) async fn ben_raises(&self) -> Reply {
        self.raises(
            "Ben",
            "/blocker raise kind:Governance (a board, a rule, an approval) organisation:Parcelwing",
            TITLE,
        )
        .await
    }

    pub(crate) async fn raises(&self, name: &str, line: &str, title: &str) -> Reply {
        let person = self.person(name);
        person.goes_to("checkout").expect("there");
        let opened = self.run(&person, line).await;
        assert!(opened.modal.is_some(), "{}", opened.text());
        let form = [
            (IN_THE_WAY, title),
            ("What is needed?", "A yes to two releases a day"),
            ("By when? (may stay empty)", "Friday"),
        ];
        let raised = person.fills(&form).await.expect("raised");
        self.settled().await;
        raised
    }

    /// What somebody was told of blockers, oldest first.
    pub(crate) fn about_blockers(&self, who: &Actor) -> Vec<Seen> {
        self.dms(who).into_iter().filter(|seen| seen.text().contains("B-")).collect()
    }

    /// Somebody clicks in the newest message about a blocker that they got.
    pub(crate) async fn says(&self, name: &str, label: &str) -> Reply {
        let person = self.person(name);
        person.goes_to("DM").expect("a conversation");
        let on = self.about_blockers(&person).pop().expect("something about a blocker");
        let reply = person.clicks_on(on.id, label).await.unwrap_or_else(|why| panic!("{label}: {why}: {}", on.text()));
        self.settled().await;
        reply
    }

    /// The card of a blocker in #checkout.
    pub(crate) fn card(&self, words: &str) -> Seen {
        let seen = self.person("Ann").sees_in("checkout").expect("there").messages;
        seen.into_iter().rfind(|seen| seen.text().contains(words)).unwrap_or_else(|| panic!("no card of {words}"))
    }

    pub(crate) async fn on_card(&self, name: &str, words: &str, label: &str) -> Reply {
        let person = self.person(name);
        person.goes_to("checkout").expect("there");
        let card = self.card(words);
        let reply =
            person.clicks_on(card.id, label).await.unwrap_or_else(|why| panic!("{label}: {why}: {}", card.text()));
        self.settled().await;
        reply
    }

    /// A minute passes: a card is edited once in fifteen seconds at most.
    pub(crate) async fn a_minute_passes(&self) {
        self.stage.until(self.stage.now() + chrono::TimeDelta::minutes(1)).await.expect("settles");
    }

    /// What stands in the thread of a blocker.
    pub(crate) fn told_in(&self, thread: &str) -> String {
        let seen = self.person("Ann").sees_in(thread).expect("a thread").messages;
        seen.iter().map(Seen::text).collect::<Vec<_>>().join("\n")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fear_turns_into_terms() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        let raised = story.ben_raises().await;
        assert!(raised.is_private());
        reads(
            &raised,
            &[
                "✅ It's on the table. At Parcelwing, 1 person is asked.",
                "B-1",
                TITLE,
                "Seen by Checkout and Parcelwing.",
            ],
        );
        contains(
            &story.card("B-1").text(),
            &[
                "B-1 · The release board meets only on Thursdays",
                "governance · waits on **Parcelwing**, since",
                "Needed: A yes to two releases a day",
                "By Friday 27 March",
                "looks after it here; nobody there yet",
                "its contacts are reminded",
            ],
        );
        let asked = story.about_blockers(&story.person("Cyd")).pop().expect("Cyd is asked");
        contains(
            &asked.text(),
            &[
                "**Checkout** in Home Testing (Fennel) waits on **Parcelwing**.",
                TITLE,
                "[We've got this]",
                "[Yes, if …]",
                "[Not ours]",
                "[Tell me more]",
            ],
        );
        story.restart().await;
        // Cyd wants to know more, and Ben tells.
        story.says("Cyd", "Tell me more").await;
        let cyd = story.person("Cyd");
        let sent = cyd.fills(&[("What do you need to know?", "How do you roll back?")]).await.expect("sent");
        reads(&sent, &["Asked. "]);
        story.settled().await;
        story.restart().await;
        story.says("Ben", "Answer").await;
        let ben = story.person("Ben");
        reads(&ben.fills(&[("Your answer", "One click, tried every Friday")]).await.expect("sent"), &["Sent."]);
        story.settled().await;
        contains(&story.about_blockers(&cyd).pop().expect("an answer").text(), &["One click, tried every Friday"]);
        story.restart().await;
        // Terms, in place of a no.
        story.says("Cyd", "Yes, if …").await;
        let terms = [("On which terms? One a line", "- the pen test is signed\nwe can roll back in 10 minutes")];
        reads(
            &cyd.fills(&terms).await.expect("sent"),
            &["Your terms stand on the blocker as a list", "☐ open: the pen test is signed"],
        );
        story.settled().await;
        story.a_minute_passes().await;
        contains(
            &story.card("B-1").text(),
            &["☐ open: the pen test is signed", "☐ open: we can roll back in 10 minutes", "@Cyd there"],
        );
        contains(&story.about_blockers(&ben).pop().expect("told").text(), &["says yes, if", "the pen test is signed"]);
        story.restart().await;
        for (at, label) in
            ["open: the pen test is signed", "open: we can roll back in 10 minutes"].into_iter().enumerate()
        {
            story.on_card("Ben", "B-1", "More").await;
            let ticked = ben.selects("A condition is met, or isn't after all", &[label]).await.expect("ticked");
            story.settled().await;
            reads(&ticked, &[["Noted. 1 condition is open.", "All conditions are met"][at]]);
        }
        contains(
            &story.about_blockers(&cyd).pop().expect("told").text(),
            &["All your conditions are met. Can it go ahead?"],
        );
        story.restart().await;
        story.on_card("Ben", "B-1", "It's out of the way").await;
        let done = ben.fills(&[("What helped? (others learn from it)", "Terms in place of fear")]).await.expect("done");
        reads(&done, &["✅ Out of the way. Glad.", "What helped: Terms in place of fear"]);
        story.settled().await;
        story.a_minute_passes().await;
        let card = story.card("B-1");
        contains(&card.text(), &["**out of the way**", "What helped: Terms in place of fear", "[Reopen]", "[History]"]);
        let thread = story.told_in("B-1 · The release board meets only on Thursdays");
        contains(
            &thread,
            &[
                "raised it",
                "How do you roll back?",
                "One click, tried every Friday",
                "the pen test is signed",
                "says that it is out of the way",
            ],
        );
        let history = story.on_card("Ben", "B-1", "History").await;
        reads(&history, &["raised it", "“How do you roll back?”", "“Terms in place of fear”"]);
        // It comes back, and whoever looked after it there hears so.
        story.on_card("Ben", "B-1", "Reopen").await;
        reads(
            &ben.fills(&[("What is in the way again?", "The board took it back")]).await.expect("open"),
            &["It is open again."],
        );
        story.settled().await;
        contains(&story.about_blockers(&cyd).pop().expect("told").text(), &["reopened it", "The board took it back"]);
        story.a_minute_passes().await;
        contains(&story.card("B-1").text(), &["waits on **Parcelwing**"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_brought_to_mind_step_by_step_and_once_each() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.appoint("Cyd", "contact", "Parcelwing").await;
        story.appoint("Dot", "deputy", "Parcelwing").await;
        // Parcelwing works in Kolkata, and has Monday 30 March off.
        let ics = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260330\r\nSUMMARY:Holiday\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let cyd = story.person("Cyd");
        cyd.goes_to("random").expect("there");
        let changed = cyd
            .runs_with_file(
                "/organisation edit organisation:Parcelwing zone:Asia/Kolkata hours:09:00-17:00 days:Mon-Fri",
                "ics",
                "holidays.ics",
                ics.as_bytes(),
            )
            .await
            .expect("changed");
        reads(&changed, &["works Monday to Friday 09:00–17:00, Asia/Kolkata"]);
        // Friday 17:00 in London, where summer time begins on Sunday: they share 09:00 to 12:30 then.
        story.until("2026-03-27 17:00").await;
        story.ben_raises().await;
        story.restart().await;
        let thread = "B-1 · The release board meets only on Thursdays";
        for (before, at, words) in [
            ("2026-03-31 11:29", "2026-03-31 11:31", "they were asked who could"),
            ("2026-04-01 11:29", "2026-04-01 11:31", "leads hear of it now"),
            // Good Friday and Easter Monday are holidays in neither: Fennel keeps none.
            ("2026-04-03 11:29", "2026-04-03 11:31", "those who stand in hear of it now"),
        ] {
            story.until(before).await;
            lacks(&story.told_in(thread), &[words]);
            story.restart().await;
            story.until(at).await;
            contains(&story.told_in(thread), &[words]);
        }
        story.until("2026-04-08 12:00").await;
        let told = story.told_in(thread);
        for words in ["they were asked who could", "leads hear of it now", "those who stand in hear of it now"] {
            assert_eq!(told.matches(words).count(), 1, "{words}: {told}");
        }
        contains(
            &story.about_blockers(&story.person("Dot")).pop().expect("Dot stands in").text(),
            &["whoever was asked may be away", "So far:", "raised it"],
        );
        assert!(buttons(&story.on_card("Ben", "B-1", "More").await).contains(&"Ask higher up".to_owned()));
    }
}

const CANARY: &str = "Quokka: I fear that the board will shame us";

#[tokio::test(flavor = "multi_thread")]
async fn a_worry_is_between_its_author_and_whom_they_name() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.everybody_looks_on().await;
        story.until("2026-03-24 11:00").await;
        let ben = story.person("Ben");
        ben.goes_to("checkout").expect("there");
        story.run(&ben, "/blocker raise kind:Worry (only you and whom you name see it)").await;
        let form =
            [("In the way (only whom you name sees it)", CANARY), ("What is needed?", "Quokka: somebody to talk to")];
        let kept = ben.fills(&form).await.expect("kept");
        reads(&kept, &["✅ Kept. Nobody else sees it, not even that it is there.", "Seen by @Ben and nobody else."]);
        story.settled().await;
        story.restart().await;
        for (name, role) in crate::onlookers::ONLOOKERS {
            let who = story.person(name);
            let seen = story.all_that_is_seen_by(&who).await.join("\n");
            lacks(&seen, &["Quokka"]);
            for words in ["Quokka", "worry", "board"] {
                who.goes_to("random").expect("there");
                if *name != "Eve" {
                    reads(&story.run(&who, &format!("/blocker list words:{words}")).await, &["Nothing was found for"]);
                    let offered = who.types_option("/blocker show id:", words).await.expect("completions");
                    assert!(offered.is_empty(), "{role}: {offered:?}");
                }
            }
        }
        let elsewhere = story.stage.sim.read(|world| {
            let all = world.messages.values().flat_map(|channel| channel.values());
            let others = all.filter(|one| one.private_to != Some(ben.id()));
            others
                .filter(|one| ["shame us", "to talk to"].iter().any(|words| format!("{one:?}").contains(words)))
                .count()
        });
        assert_eq!(elsewhere, 0);
        // Its number would tell that it is there: the next blocker of others is B-1.
        let cyd = story.person("Cyd");
        let raised = story.raises("Cyd", "/blocker raise kind:Capacity (people, time)", "Nobody is on call").await;
        reads(&raised, &["B-1 · Nobody is on call"]);
        // Ben names Hal, who sees it, is told so, and can't pass it on.
        ben.goes_to("random").expect("there");
        story.run(&ben, "/blocker show id:Quokka").await;
        ben.clicks("Change").await.expect("opened");
        let named = ben.selects("Let people see it whom you trust", &["@Hal"]).await.expect("named");
        reads(&named, &["✅ 1 person is named and told so in private.", "Seen by @Ben and @Hal."]);
        story.settled().await;
        let hal = story.person("Hal");
        let told = story.dms(&hal).pop().expect("told");
        contains(&told.text(), &["@Ben lets you see this", CANARY, "please keep it so"]);
        hal.goes_to("DM").expect("there");
        let opened = hal.clicks_on(told.id, "Open").await.expect("opened");
        reads(&opened, &[CANARY]);
        lacks(&opened.text(), &["[Change]", "Share it"]);
        let row = story.rows("SELECT CAST(id AS TEXT) FROM blocker WHERE kind = 'worry'").await;
        for (name, label) in
            [("Hal", "Only whoever raised it can share it"), ("Ann", "There is no such blocker here that you can see")]
        {
            let who = story.person(name);
            let reply = story.forges_pick(&who, "blocker.share", &row, 3, &["squad"]).await;
            reads(&reply, &[label]);
        }
        for action in ["open", "history", "claim", "got", "escalate", "hold_yes", "change"] {
            reads(
                &story.forges(&cyd, &format!("blocker.{action}"), &row).await,
                &["There is no such blocker here that you can see"],
            );
        }
        // He shares it when he wants to: it gets the next number.
        ben.goes_to("random").expect("there");
        story.run(&ben, "/blocker show id:Quokka").await;
        ben.clicks("Change").await.expect("opened");
        let shared = ben.selects("Share it with more people", &["Share it with Checkout"]).await.expect("shared");
        reads(&shared, &["✅ Shared with Checkout as B-2."]);
        story.settled().await;
        contains(&story.card("B-2").text(), &["Quokka"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_contacts_agree_on_when_they_remind_each_other() {
    let mut story = Story::with_squad().await;
    story.appoint("Cyd", "contact", "Parcelwing").await;
    story.appoint("Ben", "contact", "Fennel").await;
    story.until("2026-03-24 11:00").await;
    let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
    ben.goes_to("random").expect("there");
    story.run(&ben, "/organisation edit organisation:Fennel").await;
    ben.clicks("How we remind each other").await.expect("opened");
    let shown = ben.selects("The other organisation", &["Parcelwing (PARCEL)"]).await.expect("shown");
    reads(&shown, &["the usual steps count", "- after 4 hours without an answer"]);
    ben.clicks("Propose other steps").await.expect("a form");
    let wrong = [("Reminder, if nobody answers, after", "soon")];
    let refused = ben.fills(&wrong).await.expect("an answer");
    reads(&refused, &["“soon” is no time that I can use. Write `4 hours` or `2 days`", "Nothing is lost"]);
    story.restart().await;
    let again = ben.clicks("Try again").await.expect("the form");
    assert!(format!("{:?}", again.modal).contains("soon"));
    let steps = [
        ("Reminder, if nobody answers, after", "2 hours"),
        ("Who looks after it? is asked after", ""),
        ("Governance may take, before it is late", "10 days"),
    ];
    reads(
        &ben.fills(&steps).await.expect("sent"),
        &["✅ Proposed.", "**Fennel** proposes:", "- after 2 hours without an answer"],
    );
    story.settled().await;
    story.restart().await;
    // What waits goes by the usual steps until the other side agrees.
    story.ben_raises().await;
    contains(&story.card("B-1").text(), &["its contacts are reminded in"]);
    story.until("2026-03-25 09:30").await;
    let question = story.dms(&cyd).into_iter().rfind(|seen| seen.text().contains("proposes how")).expect("asked");
    cyd.goes_to("DM").expect("there");
    let agreed = cyd.clicks_on(question.id, "Agreed").await.expect("agreed");
    reads(&agreed, &["✅ Agreed. It counts from now on, both ways.", "You agreed"]);
    story.settled().await;
    contains(
        &story.dms(&ben).pop().expect("told").text(),
        &["@Cyd of **Parcelwing** agreed", "governance may take 10 days"],
    );
    let form = cyd.clicks_on(question.id, "Propose other steps").await.expect("a form");
    assert!(format!("{:?}", form.modal).contains("2 hours"), "it begins with what is agreed");
    // Nobody else has a say in it.
    let dot = story.person("Dot");
    reads(&story.forges(&dot, "blocker.ladder_yes", "1,2").await, &["Only this organisation's stewards and contacts"]);
    let ann = story.person("Ann");
    reads(&story.forges(&ann, "blocker.ladder_form", "2,1").await, &["for the contacts of both organisations"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_blockers_are_found_by_page_and_by_words() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.until("2026-03-24 11:00").await;
        for number in 1..=200 {
            let title = format!("Label printer {number} is out of reach");
            let row = "1,access,squad,0,0,0";
            let waiting = if number % 2 == 0 { "Parcelwing" } else { "" };
            let form = [("title", title.as_str()), ("waiting", waiting)];
            story.forges_form(&story.person("Ben"), "blocker.raised", row, &form).await;
        }
        let cyd = story.person("Cyd");
        cyd.goes_to("random").expect("there");
        let list = story.run(&cyd, "/blocker list").await;
        reads(&list, &["200 blockers in the way, the longest waiting first", "B-2 · Label printer 2 is out of reach"]);
        let mut end = cyd.clicks("Next page").await.expect("a page");
        for _ in 0..23 {
            end = cyd.clicks("Next page").await.expect("a page");
        }
        lacks(&end.text(), &["[Next page]"]);
        reads(&story.run(&cyd, "/blocker list words:printer 137").await, &["1 blocker for “printer 137”", "B-137"]);
        reads(&story.run(&cyd, "/blocker show id:B-42").await, &["B-42 · Label printer 42"]);
        let offered = cyd.types_option("/blocker show id:", "b-17").await.expect("completions");
        assert_eq!(offered.first().map(|choice| choice.name.as_str()), Some("B-17 · Label printer 17 is out of reach"));
        assert_eq!(cyd.types_option("/blocker show id:", "printer").await.expect("completions").len(), 25);
        reads(
            &story.run(&cyd, "/blocker list by:Who waits on whom, between organisations").await,
            &["- Fennel waits on **Parcelwing**: 100 blockers, the oldest for"],
        );
        reads(
            &story.run(&cyd, "/blocker list by:What waits on my organisation").await,
            &["100 blockers on your organisation"],
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_clears_what_it_unblocks_and_says_so() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.ben_raises().await;
        let ben = story.person("Ben");
        // What waits for it is told, too.
        story
            .raises("Ben", "/blocker raise kind:Dependency (others deliver something first)", "The form can't go live")
            .await;
        ben.clicks("Other blockers").await.expect("a form");
        let linked = ben.fills(&[("It depends on", "B-1")]).await.expect("linked");
        reads(&linked, &["✅ Saved.", "Depends on B-1"]);
        story.on_card("Ben", "B-1 ·", "More").await;
        ben.clicks("Other blockers").await.expect("a form");
        let circle = ben.fills(&[("It depends on", "b2")]).await.expect("linked");
        reads(&circle, &["They wait for each other in a circle: B-1 → B-2 → B-1."]);
        for (wrong, why) in
            [("B-9", "There is no B-9 here"), ("B-1", "can't wait for itself"), ("soon", "is no blocker's number")]
        {
            ben.clicks("Other blockers").await.expect("a form");
            reads(&ben.fills(&[("It depends on", wrong)]).await.expect("an answer"), &[why]);
        }
        story.restart().await;
        story.on_card("Ben", "B-1 ·", "More").await;
        ben.clicks("A decision clears it").await.expect("a form");
        let form = [
            ("Title", "Two releases a day, with a way back"),
            ("What was decided", "Two a day until May; the board looks at it monthly"),
        ];
        let recorded = ben.fills(&form).await.expect("recorded");
        reads(&recorded, &["D-1"]);
        story.settled().await;
        story.a_minute_passes().await;
        contains(&story.card("B-1 ·").text(), &["**out of the way**", "Cleared by **D-1**", "[Reopen]"]);
        contains(&story.card("D-1 ·").text(), &["B-1"]);
        contains(
            &story.told_in("B-1 · The release board meets only on Thursdays"),
            &["recorded D-1, “Two releases a day, with a way back”, and it is out of the way"],
        );
        contains(
            &story.told_in("B-2 · The form can't go live"),
            &["B-1 · The release board meets only on Thursdays is out of the way, on which this depends."],
        );
        let list = story.run(&ben, "/blocker list by:What is out of the way").await;
        reads(&list, &["1 blocker out of the way", "B-1"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_from_a_smaller_circle_is_its_authors_to_pass_on() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        let (ben, dot) = (story.person("Ben"), story.person("Dot"));
        // In the squad's own channel it is no secret.
        dot.goes_to("checkout").expect("there");
        let open = dot.says("The label printers are locked away at night").await.expect("said");
        ben.goes_to("checkout").expect("there");
        let form = ben.right_clicks(open, "Raise as blocker").await.expect("a form");
        assert!(format!("{:?}", form.modal).contains("locked away"));
        let raised = ben.fills(&[(IN_THE_WAY, "No labels at night")]).await.expect("raised");
        reads(&raised, &["✅ It's on the table.", "B-1 · No labels at night", "From https://discord.com/channels/"]);
        let lab = story.channel("lab");
        story.stage.sim.deny(
            lab,
            simulator::RoleId(story.server("Home Testing").0),
            simulator::permission::VIEW_CHANNEL,
        );
        for who in [ben.id(), dot.id(), story.stage.sim.bot_user_id()] {
            story.stage.sim.allow(lab, who, simulator::permission::VIEW_CHANNEL);
        }
        dot.goes_to("lab").expect("there");
        let closed = dot.says("Quokka: between us, our boss stops it").await.expect("said");
        ben.goes_to("lab").expect("there");
        ben.right_clicks(closed, "Raise as blocker").await.expect("a form");
        let asked = ben.fills(&[(IN_THE_WAY, "Quokka stops it")]).await.expect("kept");
        reads(&asked, &["a whole squad, and whoever is waited on, can read a blocker. So I ask @Dot first"]);
        story.settled().await;
        story.restart().await;
        for name in ["Ann", "Cyd"] {
            let who = story.person(name);
            who.goes_to("random").expect("there");
            reads(&story.run(&who, "/blocker list words:Quokka").await, &["Nothing was found"]);
        }
        let question = story.dms(&dot).pop().expect("asked");
        contains(
            &question.text(),
            &[
                "Ben would like to raise something that you wrote in #lab as a blocker.",
                "[Yes, raise it]",
                "[Please don't]",
            ],
        );
        // Ben can't say yes to what isn't his.
        let row = story.rows("SELECT CAST(id AS TEXT) FROM consent").await;
        reads(&story.forges(&ben, "consent.yes", &row).await, &["This doesn't wait for you any more."]);
        dot.goes_to("DM").expect("there");
        let shared = dot.clicks_on(question.id, "Yes, raise it").await.expect("shared");
        reads(&shared, &["Thank you. It is kept as B-2 (Quokka stops it)."]);
        story.settled().await;
        contains(&story.card("B-2").text(), &["Quokka stops it"]);
        contains(
            &story.dms(&ben).pop().expect("told").text(),
            &["The author said yes: B-2 (Quokka stops it) is kept."],
        );
        reads(&story.forges(&dot, "consent.no", &row).await, &["This doesn't wait for you any more."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_two_sides_keep_apart_also_within_a_squad() {
    let story = Story::with_squad().await;
    story.with_contact().await;
    story.ben_raises().await;
    let (ben, cyd, eve) = (story.person("Ben"), story.person("Cyd"), story.person("Eve"));
    let row = story.rows("SELECT CAST(id AS TEXT) FROM blocker").await;
    story.says("Cyd", "We've got this").await;
    // She says how long it takes; to agree is not hers.
    story.on_card("Cyd", "B-1", "More").await;
    cyd.clicks("It takes until …").await.expect("a form");
    let long = [("Until when?", "2026-12-24 17:00"), ("Why? (both sides read it)", "the board")];
    reads(
        &cyd.fills(&long).await.expect("an answer"),
        &["Half a year is the longest", "here it is again:", "> the board"],
    );
    cyd.clicks("It takes until …").await.expect("a form");
    let until = [("Until when?", "9 April 17:00"), ("Why? (both sides read it)", "The board meets on the 9th")];
    reads(&cyd.fills(&until).await.expect("asked"), &["✅ Those who wait are asked whether they agree"]);
    story.settled().await;
    for action in ["hold_yes", "hold_end", "escalate", "change"] {
        reads(&story.forges(&cyd, &format!("blocker.{action}"), &row).await, &["That is for the squad that waits"]);
    }
    reads(
        &story.forges(&ben, "blocker.got", &row).await,
        &["That is for the people of the organisation that it waits on"],
    );
    reads(&story.forges(&eve, "blocker.open", &row).await, &["You aren't in a squad here yet"]);
    let agreed = story.says("Ben", "Agreed").await;
    reads(&agreed, &["✅ In hand until", "**In hand** until", "The board meets on the 9th"]);
    ben.goes_to("random").expect("there");
    reads(&story.run(&ben, "/blocker list").await, &["in hand until"]);
    story.on_card("Ben", "B-1", "More").await;
    reads(&ben.clicks("It goes on now").await.expect("it goes on"), &["Noted: it waits again."]);
    // It goes elsewhere: who there isn't known, and nobody there answers.
    let moved = ben.selects("On whom does it wait?", &["On nobody in particular"]).await.expect("moved");
    reads(&moved, &["Noted.", "waits on nobody in particular yet"]);
    reads(&story.forges(&ben, "blocker.escalate", &row).await, &["It waits on no organisation"]);
    let raised = story.forges_form(&eve, "blocker.raised", "1,access,squad,0,0,0", &[("title", "let me in")]).await;
    reads(&raised, &["You aren't in a squad here yet"]);
}
