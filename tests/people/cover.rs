//! Cover: anybody may ask, whoever can is asked in private, and only volunteers are named.

use simulator::{Actor, Reply, Seen};

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Story, engines};

impl Story {
    /// Monday morning, with people who offer backend work.
    async fn with_offers(&self, who: &[&str]) {
        self.until("2026-03-23 10:00").await;
        for name in who {
            let person = self.person(name);
            person.goes_to("random").expect("there");
            self.run(&person, "/cover offer skills:backend").await;
        }
    }

    /// Ben asks for cover on Thursday and Friday.
    async fn ben_asks(&self) -> Reply {
        let ben = self.person("Ben");
        ben.goes_to("checkout").expect("there");
        let reply = self.run(&ben, "/cover request skill:backend dates:Thursday to Friday").await;
        self.settled().await;
        reply
    }

    /// What somebody was told about cover, oldest first.
    fn about_cover(&self, who: &Actor) -> Vec<Seen> {
        self.dms(who).into_iter().filter(|seen| seen.text().to_lowercase().contains("cover")).collect()
    }

    fn last_about_cover(&self, who: &Actor) -> Seen {
        self.about_cover(who).pop().expect("something about cover")
    }

    /// Somebody clicks in the newest message about cover that they got.
    async fn answers(&self, name: &str, label: &str) -> Reply {
        let person = self.person(name);
        person.goes_to("DM").expect("a conversation");
        let on = self.last_about_cover(&person);
        let reply = person.clicks_on(on.id, label).await.unwrap_or_else(|why| panic!("{label}: {why}: {}", on.text()));
        self.settled().await;
        reply
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_request_to_the_way_back() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_offers(&["Cyd", "Dot"]).await;
        let asked = story.ben_asks().await;
        assert!(asked.is_private());
        reads(
            &asked,
            &[
                "You ask for cover: **backend** in **Checkout**, Thursday 26 to Friday 27 March.",
                "Everybody who offers it is asked in private, and I tell you who can; nobody else is named.",
                "Hand over together on Tuesday 24 March and Wednesday 25 March.",
                "You stay the contact for partners, and are back on Monday 30 March.",
            ],
        );
        for name in ["Cyd", "Dot"] {
            let question = story.last_about_cover(&story.person(name));
            contains(
                &question.text(),
                &[
                    "**Ben** (@Ben) asks for cover: **backend** in **Checkout**, Thursday 26 to Friday 27 March (Home Testing).",
                    "Ben stays the contact for partners, and is back on Monday 30 March.",
                    "You offered this, so I ask. Nobody learns that you were asked, or that you said no.",
                    "[I can]",
                    "[Not this time]",
                ],
            );
            lacks(&question.text(), &["week is long"]);
        }
        story.restart().await;
        let said = story.answers("Dot", "I can").await;
        reads(&said, &["You said that you can. I'll tell you what becomes of it.", "[I can't after all]"]);
        let told = story.last_about_cover(&story.person("Ben"));
        contains(&told.text(), &["**Dot** (@Dot, Parcelwing) can cover you", "[Agree with Dot]"]);
        story.restart().await;
        let agreed = story.answers("Ben", "Agree with Dot").await;
        reads(&agreed, &["**Dot** (@Dot, Parcelwing) covers you", "You stay the contact for partners"]);
        assert_eq!(buttons(&agreed), ["Write the hand-over", "I'll be away then", "Tell Checkout", "Call it off"]);
        contains(&story.last_about_cover(&story.person("Dot")).text(), &["You cover **Ben** (@Ben): **backend**"]);
        // The hand-over goes to whoever covers, and to nobody else.
        story.answers("Ben", "Write the hand-over").await;
        let ben = story.person("Ben");
        let note = [
            ("What only you know", "the queue is drained by hand at 22:00"),
            ("Open threads with partners", "Parcelwing waits for labels v2"),
        ];
        let saved = ben.fills(&note).await.expect("saved");
        reads(&saved, &["Saved; Dot has it."]);
        story.settled().await;
        let note = story.last_about_cover(&story.person("Dot"));
        contains(&note.text(), &["Ben's hand-over", "the queue is drained by hand at 22:00", "labels v2"]);
        lacks(&note.text(), &["Whom to call"]);
        ben.goes_to("DM").expect("a conversation");
        let told = story.answers("Ben", "Tell Checkout").await;
        lacks(&told.text(), &["[Tell Checkout]"]);
        let away = ben.clicks("I'll be away then").await.expect("noted");
        reads(&away, &["You're away Thursday 26 to Friday 27 March."]);
        story.settled().await;
        let shown = story.day_message(&ben, "checkout", "covers for **Ben**").expect("the squad is told");
        contains(
            &shown.content,
            &["**Dot** (@Dot) covers for **Ben** (@Ben): **backend**", "is back on Monday 30 March."],
        );
        for channel in ["checkout", "lab", "random"] {
            let seen = story.person("Ann").sees_in(channel).expect("there").messages;
            assert!(seen.iter().all(|seen| !seen.text().contains("drained by hand")), "{channel}");
        }
        // On those days nobody asks Ben anything.
        let before = story.dms(&ben).len();
        story.until("2026-03-26 20:00").await;
        let since: Vec<String> = story.dms(&ben)[before..].iter().map(Seen::text).collect();
        assert!(since.iter().all(|text| !text.contains("Thursday 26 March")), "{since:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_is_nobodys_business() {
    let mut worlds = Vec::new();
    for no in [true, false] {
        let story = Story::with_squad().await;
        story.with_offers(&["Ann", "Cyd", "Dot"]).await;
        story.ben_asks().await;
        if no {
            let said = story.answers("Cyd", "Not this time").await;
            reads(&said, &["You left this one, and nobody learns of it.", "[I can after all]"]);
        }
        story.answers("Dot", "I can").await;
        story.answers("Ben", "Agree with Dot").await;
        story.until("2026-03-25 12:00").await;
        let mut seen = Vec::new();
        for name in ["Ann", "Ben", "Dot", "Eve"] {
            let person = story.person(name);
            seen.extend(story.dms(&person).iter().map(|one| format!("{name} at {}: {}", one.id.0 >> 22, one.text())));
            for channel in ["checkout", "lab", "random"] {
                let view = person.sees_in(channel).expect("there").messages;
                seen.extend(
                    view.iter().filter(|one| !one.private).map(|one| format!("{name} in {channel}: {}", one.text())),
                );
            }
        }
        worlds.push(seen);
    }
    assert_eq!(worlds[0], worlds[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_long_week_is_asked_too_and_reads_so_alone() {
    let story = Story::with_squad().await;
    story.with_offers(&["Cyd", "Dot"]).await;
    let dot = story.person("Dot");
    dot.goes_to("random").expect("there");
    story.run(&dot, "/checkin hours hours:06:00-22:00 date:22 March").await;
    let asked = story.ben_asks().await;
    contains(
        &story.last_about_cover(&dot).text(),
        &["**Your own week is long: you may want to leave this one.** You alone see this line.", "[I can]"],
    );
    lacks(&story.last_about_cover(&story.person("Cyd")).text(), &["week is long"]);
    lacks(&asked.text(), &["week", "Dot"]);
    story.answers("Dot", "I can").await;
    lacks(&story.last_about_cover(&story.person("Ben")).text(), &["week is long"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn second_thoughts_of_everybody() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_offers(&["Cyd", "Dot"]).await;
        story.ben_asks().await;
        story.answers("Dot", "I can").await;
        story.answers("Cyd", "Not this time").await;
        story.answers("Cyd", "I can after all").await;
        let told = story.last_about_cover(&story.person("Ben"));
        contains(&told.text(), &["[Agree with Cyd]", "[Agree with Dot]"]);
        story.answers("Ben", "Agree with Dot").await;
        contains(
            &story.last_about_cover(&story.person("Cyd")).text(),
            &["**Ben** (@Ben) has found cover", "Thank you for looking."],
        );
        story.answers("Ben", "Tell Checkout").await;
        // Dot can't after all: it is open again, and Cyd can still.
        story.restart().await;
        story.answers("Dot", "I can't after all").await;
        let told = story.last_about_cover(&story.person("Ben"));
        contains(&told.text(), &["**Dot** (@Dot) can't after all.", "[Agree with Cyd]"]);
        lacks(&told.text(), &["[Agree with Dot"]);
        let ben = story.person("Ben");
        assert!(story.day_message(&ben, "checkout", "The cover for **Ben** (@Ben) is off").is_some());
        story.answers("Ben", "Agree with Cyd").await;
        contains(&story.last_about_cover(&story.person("Cyd")).text(), &["You cover **Ben** (@Ben)"]);
        // Ben needs it no more, and then does.
        story.restart().await;
        let off = story.answers("Ben", "Call it off").await;
        reads(&off, &["You need no cover for **backend**", "Whoever had said yes knows.", "[Ask again]"]);
        contains(&story.last_about_cover(&story.person("Cyd")).text(), &["**Ben** (@Ben) needs no cover any more"]);
        let late = story.person("Dot");
        late.goes_to("random").expect("there");
        reads(&story.run(&late, "/cover list").await, &["Nothing is open with you."]);
        ben.clicks("Ask again").await.expect("asked again");
        story.until("2026-03-24 07:30").await;
        let list = story.run(&late, "/cover list").await;
        reads(&list, &["• Ben: backend, Thursday 26 to Friday 27 March (you are asked)"]);
        let label = "Ben: backend, Thursday 26 to Friday 27 March (you are asked)";
        let shown = late.selects("Open one of them", &[label]).await.expect("opened");
        reads(&shown, &["[I can]", "[Not this time]"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_says_yes_the_steward_can_be_asked_and_sees_no_reason() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.appoint("Ann", "steward", "Fennel").await;
        story.with_offers(&["Dot"]).await;
        story.ben_asks().await;
        story.restart().await;
        story.until("2026-03-24 11:00").await;
        let ben = story.person("Ben");
        let told = story.last_about_cover(&ben);
        let needed = "**Cover needed** for **Ben** (@Ben) in Checkout: Thursday 26 to Friday 27 March; backend.";
        contains(
            &told.text(),
            &[
                "Nobody has said yes so far",
                "They would get this, and nothing else:",
                needed,
                "[Send it to my steward]",
            ],
        );
        let sent = story.answers("Ben", "Send it to my steward").await;
        reads(&sent, &["Sent to your steward, word for word."]);
        let ann = story.person("Ann");
        let got = story.last_about_cover(&ann);
        contains(&got.text(), &[needed, "Ask how you can help, and not why.", "[I'll see to it]"]);
        let thanked = story.answers("Ann", "I'll see to it").await;
        reads(&thanked, &["Ben knows that you are seeing to it."]);
        contains(
            &story.last_about_cover(&ben).text(),
            &["**Ann** (@Ann), steward of Fennel, is seeing to your cover."],
        );
        // Dot still can, and is told nothing of all that.
        story.answers("Dot", "I can").await;
        contains(&story.last_about_cover(&ben).text(), &["**Dot** (@Dot, Parcelwing) can cover you"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_offers_yet_is_asked_of_whoever_offers_it_later() {
    let story = Story::with_squad().await;
    story.until("2026-03-23 10:00").await;
    let dot = story.person("Dot");
    dot.goes_to("random").expect("there");
    story.run(&dot, "/cover offer skills:testing from:1 April").await;
    let asked = story.ben_asks().await;
    reads(&asked, &["Nobody has offered **backend** yet; whoever does is asked then. Offered so far: testing."]);
    let offered = story.run(&dot, "/cover offer skills:Backend, release nights until:30 June").await;
    reads(
        &offered,
        &[
            "you could take over **Backend** and **release nights**, until Tuesday 30 June. Others see that somebody offers it, and not who.",
        ],
    );
    story.settled().await;
    contains(&story.last_about_cover(&dot).text(), &["**Ben** (@Ben) asks for cover", "[I can]"]);
    let list = story.run(&dot, "/cover list").await;
    reads(
        &list,
        &[
            "You offer: Backend, until Tuesday 30 June; release nights, until Tuesday 30 June; testing, from Wednesday 1 April.",
        ],
    );
    let left = dot.selects("Take an offer back", &["release nights"]).await.expect("taken back");
    lacks(&left.text(), &["release nights"]);
    let again = story.ben_asks().await;
    reads(&again, &["You have asked for that already."]);
    assert_eq!(story.about_cover(&dot).iter().filter(|seen| seen.text().contains("asks for cover")).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_used_comes_back_and_nothing_is_lost() {
    let story = Story::with_squad().await;
    story.with_offers(&["Dot"]).await;
    let ben = story.person("Ben");
    ben.goes_to("random").expect("there");
    story.run(&ben, "/cover list").await;
    ben.clicks("Ask for cover").await.expect("a form");
    let form = [
        ("What should somebody take over?", "backend"),
        ("From when to when?", "sometime soon"),
        ("In which squad?", "Checkout"),
    ];
    let refused = ben.fills(&form).await.expect("an answer");
    reads(&refused, &["Nobody was asked.", "[Try again]"]);
    ben.clicks("Try again").await.expect("the form");
    let fields: Vec<String> = ben.modal().expect("open").fields.iter().map(|field| field.value.clone()).collect();
    assert_eq!(fields, ["backend", "sometime soon", "Checkout"]);
    let done = ben.fills(&[("From when to when?", "26 March")]).await.expect("asked");
    reads(&done, &["You ask for cover: **backend** in **Checkout**, Thursday 26 March."]);
    for (line, says) in [
        ("/cover request skill:backend dates:1 March to 2 March", "Those days are over."),
        ("/cover request skill:backend dates:tomorrow squad:Lab", "You are in no squad “Lab”."),
        ("/cover offer skills:backend from:27 March until:26 March", "That ends before it begins."),
        ("/cover offer skills:,", "a word or two"),
    ] {
        let said = story.run(&ben, line).await.text();
        assert!(said.contains(says), "{line}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_not_asked_cannot_look_or_answer() {
    let story = Story::with_squad().await;
    story.with_offers(&["Dot"]).await;
    story.ben_asks().await;
    let row = {
        let dot = story.person("Dot");
        let question = story.last_about_cover(&dot);
        let button = question.buttons.iter().find(|button| button.label == "I can").expect("there");
        let id = button.custom_id.clone().expect("not a link");
        id.split(':').nth(3).expect("a row").to_owned()
    };
    for name in ["Ann", "Cyd", "Eve"] {
        let person = story.person(name);
        for action in
            ["cover.yes", "cover.no", "cover.agree", "cover.withdraw", "cover.again", "cover.send", "cover.share"]
        {
            let reply = story.forges(&person, action, &row).await;
            reads(&reply, &["That request isn't there any more."]);
        }
        let picked = story.forges_pick(&person, "cover.show", "", 3, &[&row]).await;
        reads(&picked, &["That request isn't there any more."]);
        let form = story.forges_form(&person, "cover.note_sent", &row, &[("only_i", "x")]).await;
        reads(&form, &["That request isn't there any more."]);
    }
    // A steward of another organisation sees to nothing here.
    let refused = story.forges(&story.person("Cyd"), "cover.seen_to", "1,1").await;
    reads(&refused, &["Only a steward of this organisation"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_their_data_erased_leaves_nobody_waiting() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.with_offers(&["Cyd", "Dot"]).await;
        story.ben_asks().await;
        story.answers("Dot", "I can").await;
        story.answers("Ben", "Agree with Dot").await;
        let erases = async |name: &str| {
            let person = story.person(name);
            person.goes_to("random").expect("there");
            story.run(&person, "/privacy erase").await;
            person.clicks("Erase everything").await.expect("erased");
            story.settled().await;
        };
        story.answers("Ben", "Write the hand-over").await;
        let ben = story.person("Ben");
        ben.fills(&[("What only you know", "the queue is drained by hand")]).await.expect("saved");
        ben.goes_to("DM").expect("a conversation");
        story.answers("Ben", "Tell Checkout").await;
        erases("Dot").await;
        let about = |who: &str, word: &str| {
            let person = story.person(who);
            let channel = person.sees_in("checkout").expect("there").messages;
            // What somebody's own clicks were answered with is theirs, as Discord keeps it.
            let own = |seen: &Seen| seen.text().contains("[Call it off]");
            let all = story.about_cover(&person).into_iter().filter(|seen| !own(seen)).chain(channel);
            all.filter(|seen| !seen.private && seen.text().contains(word)).map(|seen| seen.text()).collect::<Vec<_>>()
        };
        story.until("2026-03-23 10:10").await;
        assert_eq!(about("Ben", "Dot"), Vec::<String>::new());
        let told = story.last_about_cover(&story.person("Ben"));
        contains(&told.text(), &["Whoever was to cover you can't any more.", "Everybody who offers it is asked"]);
        story.answers("Cyd", "I can").await;
        story.answers("Ben", "Agree with Cyd").await;
        erases("Ben").await;
        let told = story.last_about_cover(&story.person("Cyd"));
        contains(&told.text(), &["Whoever asked you needs no cover any more: **backend** in **Checkout**"]);
        story.until("2026-03-23 10:30").await;
        assert_eq!(about("Cyd", "Ben"), Vec::<String>::new());
        assert_eq!(about("Cyd", "drained by hand"), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_in_the_night_waits_for_the_morning() {
    let story = Story::with_squad().await;
    story.with_offers(&["Dot"]).await;
    story.ben_asks().await;
    story.until("2026-03-23 22:30").await;
    story.answers("Dot", "I can").await;
    let ben = story.person("Ben");
    assert!(story.about_cover(&ben).is_empty(), "nobody writes to Ben at half past ten");
    story.until("2026-03-24 07:01").await;
    contains(&story.last_about_cover(&ben).text(), &["**Dot** (@Dot, Parcelwing) can cover you"]);
}
