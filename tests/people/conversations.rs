//! Big conversations, from the frame to the outcome.

use simulator::{Actor, Reply, Seen};

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Story, engines};

/// The conversation of most stories.
pub(crate) const TITLE: &str = "Who tells the labs?";
pub(crate) const THREAD: &str = "C-1 · Who tells the labs?";

impl Story {
    /// Ann begins a conversation in a channel, on a Monday at ten, until Thursday at five.
    pub(crate) async fn begun(&self, line: &str, channel: &str) -> Reply {
        self.until("2026-03-23 10:00").await;
        let ann = self.person("Ann");
        ann.goes_to(channel).expect("there");
        self.begins(&ann, line, TITLE).await
    }

    pub(crate) async fn begins(&self, who: &Actor, line: &str, title: &str) -> Reply {
        let opened = self.run(who, line).await;
        assert!(opened.modal.is_some(), "{}", opened.text());
        let form = [
            ("What is it about? (everybody sees it)", title),
            ("Why now?", "Two labs stood still on Sunday"),
            ("What would a good outcome look like?", "One line that everybody knows"),
            ("Until when can views be added?", "Thursday 17:00"),
        ];
        let begun = who.fills(&form).await.expect("an answer");
        self.settled().await;
        begun
    }

    /// Somebody adds a view, from the thread or from wherever its button stands.
    pub(crate) async fn adds(&self, name: &str, words: &str) -> Reply {
        self.adds_in(name, THREAD, words).await
    }

    pub(crate) async fn adds_in(&self, name: &str, place: &str, words: &str) -> Reply {
        let person = self.person(name);
        person.goes_to(place).expect("there");
        let opened = person.clicks("Add your view").await.expect("a button");
        assert!(opened.modal.is_some(), "{}", opened.text());
        let said = person.fills(&[(FIRST, words)]).await.expect("an answer");
        self.settled().await;
        said
    }

    /// Somebody clicks in the thread.
    pub(crate) async fn clicks(&self, name: &str, label: &str) -> Reply {
        let person = self.person(name);
        person.goes_to(&self.thread()).expect("there");
        let reply = person.clicks(label).await.unwrap_or_else(|why| panic!("{name}, {label}: {why}"));
        self.settled().await;
        reply
    }

    /// The name of the thread of the first conversation, as it is now.
    pub(crate) fn thread(&self) -> String {
        let named = |name: &str| name.contains("C-1 · ");
        self.stage
            .sim
            .read(|world| {
                let mut channels = world.channels.values();
                channels.find(|channel| named(&channel.name)).map(|channel| channel.name.clone())
            })
            .expect("a thread")
    }

    /// Somebody answers in a form that a click opened.
    pub(crate) async fn fills(&self, name: &str, fields: &[(&str, &str)]) -> Reply {
        let reply = self.person(name).fills(fields).await.expect("an answer");
        self.settled().await;
        reply
    }

    /// What the thread says, oldest first.
    pub(crate) fn in_thread(&self, name: &str) -> Vec<Seen> {
        let person = self.person(name);
        let seen = person.sees_in(&self.thread()).expect("a thread").messages;
        seen.into_iter().filter(|one| !one.private && one.author == "Elevenses").collect()
    }

    pub(crate) fn last_in_thread(&self, name: &str) -> Seen {
        self.in_thread(name).pop().expect("something was said")
    }

    /// The panel in a channel.
    pub(crate) fn panel(&self, channel: &str) -> Seen {
        let seen = self.person("Ann").sees_in(channel).expect("there").messages;
        seen.into_iter().rfind(|one| !one.private && one.content.contains("C-1 · ")).expect("a panel")
    }

    /// What the facilitator reads and can do.
    pub(crate) async fn facilitates(&self, name: &str) -> Reply {
        let person = self.person(name);
        person.goes_to("checkout").expect("there");
        let panel = self.panel("checkout");
        person.clicks_on(panel.id, "Facilitate").await.expect("a button")
    }

    pub(crate) async fn proposes(&self, name: &str, what: &str) {
        let person = self.person(name);
        person.goes_to("checkout").expect("there");
        person.clicks_on(self.panel("checkout").id, "Put forward a proposal").await.expect("a form");
        self.fills(name, &[("What do you propose?", what), ("Why?", "It is one line")]).await;
    }

    pub(crate) async fn to_consent(&self, name: &str) {
        self.clicks(name, "Take it to consent").await;
        self.fills(name, &[("Until when can people say where they stand?", "Friday 12:00")]).await;
    }
}

/// The first prompt of a quick question.
pub(crate) const FIRST: &str = "What is your answer?";

#[tokio::test(flavor = "multi_thread")]
async fn four_organisations_from_the_frame_to_a_decision() {
    for engine in engines() {
        let mut story = Story::with_twelve_on(engine).await;
        let begun = story.begun("/conversation start template:quick-question", "checkout").await;
        assert!(begun.is_private());
        reads(
            &begun,
            &[
                "**C-1 · Who tells the labs?** is open in",
                "Whose voice is needed: Fennel, Harbour, Lakeside and Parcelwing.",
            ],
        );
        let panel = story.panel("checkout");
        contains(
            &panel.text(),
            &[
                "Looked after by **Ann**.",
                "**Views are gathered until",
                "Not yet from: Fennel, Harbour, Lakeside and Parcelwing.",
                "Nobody reads a view before that, leads included.",
                "Two labs stood still on Sunday",
                "[Add your view]",
                "[Facilitate]",
            ],
        );
        contains(&story.last_in_thread("Gus").text(), &["**What it asks**", "1. "]);
        story.restart().await;
        let said = story.adds("Ben", "the lab desk, by seven").await;
        assert!(said.is_private());
        reads(&said, &["Saved. Nobody reads it before all views are shown, with names."]);
        // It can be changed, and the form has what was there.
        story.restart().await;
        let ben = story.person("Ben");
        let form = ben.clicks("Change your view").await.expect("a form").modal.expect("a form");
        assert!(form.fields.iter().any(|field| field.value == "the lab desk, by seven"), "{form:?}");
        reads(&story.fills("Ben", &[(FIRST, "the lab desk, by six")]).await, &["Changed."]);
        story.adds("Cyd", "whoever breaks it").await;
        story.adds("Lee", "the squad on duty").await;
        story.until("2026-03-24 12:00").await;
        contains(
            &story.panel("checkout").text(),
            &["Heard from: Fennel, Lakeside and Parcelwing. Not yet from: Harbour."],
        );
        // Half time: only who is quiet is asked, in private.
        story.restart().await;
        story.until("2026-03-25 08:00").await;
        let asked = |name: &str| {
            let dms = story.dms(&story.person(name));
            dms.into_iter().filter(|seen| seen.text().contains("waits for a voice of")).collect::<Vec<_>>()
        };
        assert_eq!([asked("Gus").len(), asked("Ivy").len(), asked("Ben").len(), asked("Pia").len()], [1, 1, 0, 0]);
        contains(&asked("Gus")[0].text(), &["waits for a voice of Harbour (Home Testing)", "[Add your view]"]);
        // All have been heard: Ann announces the reveal.
        let refused = story.facilitates("Ann").await;
        lacks(&refused.text(), &["[Announce the reveal]"]);
        let gus = story.person("Gus");
        gus.goes_to("DM").expect("there");
        gus.clicks_on(asked("Gus")[0].id, "Add your view").await.expect("a form");
        story.fills("Gus", &[(FIRST, "the harbour office")]).await;
        story.restart().await;
        reads(&story.facilitates("Ann").await, &["**Every organisation has been heard.**", "[Announce the reveal]"]);
        story.person("Ann").clicks("Announce the reveal").await.expect("announced");
        story.settled().await;
        contains(&story.last_in_thread("Gus").text(), &["Every organisation has been heard. All views are shown"]);
        story.until("2026-03-26 07:00").await;
        assert!(story.in_thread("Gus").iter().all(|seen| !seen.text().contains("the lab desk")));
        story.restart().await;
        story.until("2026-03-26 09:00").await;
        let shown = story.last_in_thread("Gus").text();
        contains(
            &shown,
            &[
                "**All views are here**: 4 views from Fennel, Harbour, Lakeside and Parcelwing, in no order.",
                "**Ben** (Fennel): the lab desk, by six",
                "**Gus** (Harbour): the harbour office",
            ],
        );
        lacks(&shown, &["by seven"]);
        reads(
            &story.clicks("Hal", "Add your view").await,
            &["C-1: All views are in the thread, and that is where it goes on"],
        );
        // A proposal, an objection, an amended version.
        story.restart().await;
        story.proposes("Cyd", "The squad that breaks it tells the lab desk by six").await;
        contains(&story.last_in_thread("Ann").text(), &["**Cyd** (Parcelwing) puts forward:", "[Take it to consent]"]);
        reads(&story.clicks("Ben", "Take it to consent").await, &["**Ann** looks after C-1"]);
        story.restart().await;
        story.to_consent("Cyd").await;
        contains(
            &story.last_in_thread("Ann").text(),
            &["**A proposal is at consent.**", "[Consent]", "[Consent with a concern]", "[Object]", "[Stand aside]"],
        );
        reads(&story.clicks("Ben", "Consent").await, &["You consent to version 1."]);
        story.clicks("Lee", "Object").await;
        story.fills("Lee", &[("What harm would it do, and to whom?", "at six nobody is at our desk")]).await;
        let objection = story.last_in_thread("Ann");
        contains(
            &objection.text(),
            &["**Lee** (Lakeside) objects to version 1:", "> at six nobody is at our desk", "[Amend the proposal]"],
        );
        story.restart().await;
        reads(&story.clicks("Hal", "Amend the proposal").await, &["A new version is for the proposal's author"]);
        let form = story.clicks("Cyd", "Amend the proposal").await.modal.expect("a form");
        assert!(form.fields.iter().any(|field| field.value.contains("by six")), "{form:?}");
        story.fills("Cyd", &[("What do you propose?", "The squad that breaks it tells the lab desk by eight")]).await;
        contains(&story.last_in_thread("Ann").text(), &["**Version 2 is at consent.**", "by eight"]);
        // A button of the earlier version says so.
        let old = story
            .in_thread("Ben")
            .into_iter()
            .find(|seen| seen.text().contains("**A proposal is at consent.**"))
            .expect("said");
        let ben = story.person("Ben");
        ben.goes_to(&story.thread()).expect("there");
        reads(
            &ben.clicks_on(old.id, "Consent").await.expect("an answer"),
            &["That was version 1; version 2 is at consent now"],
        );
        story.restart().await;
        for name in ["Ben", "Lee"] {
            story.clicks(name, "Consent").await;
        }
        story.clicks("Dot", "Consent with a concern").await;
        story.fills("Dot", &[("What should we keep an eye on?", "nights at weekends")]).await;
        contains(
            &story.last_in_thread("Ann").text(),
            &["**Dot** (Parcelwing) consents to version 2, with a concern:\n> nights at weekends"],
        );
        story.until("2026-03-26 10:00").await;
        let panel = story.panel("checkout").text();
        contains(
            &panel,
            &[
                "**Version 2 is at consent**",
                "Consent: Ben, Cyd and Lee",
                "Consent with a concern: Dot",
                "Not heard yet: Harbour.",
            ],
        );
        // Harbour is silent: at the deadline its deputy is asked, and has two working days.
        let facilitator = story.facilitates("Ann").await;
        lacks(&facilitator.text(), &["[Record the decision]"]);
        let ann = story.person("Ann");
        ann.selects("Name a deputy: for which organisation?", &["Harbour"]).await.expect("picked");
        reads(
            &ann.selects("Who may speak for Harbour?", &["@Ann"]).await.expect("an answer"),
            &["Whoever looks after it can't be a deputy as well"],
        );
        story.facilitates("Ann").await;
        ann.selects("Name a deputy: for which organisation?", &["Harbour"]).await.expect("picked");
        ann.selects("Who may speak for Harbour?", &["@Mia"]).await.expect("named");
        story.settled().await;
        contains(&story.last_in_thread("Hal").text(), &["**Mia** may speak for Harbour here, as its deputy."]);
        story.restart().await;
        story.until("2026-03-30 12:00").await;
        let mia = story.person("Mia");
        let asked = story
            .dms(&mia)
            .into_iter()
            .find(|seen| seen.text().contains("there is no word yet from Harbour"))
            .expect("asked");
        contains(&asked.text(), &["there is no word yet from Harbour, and you may speak for it", "[Consent]"]);
        contains(&story.last_in_thread("Ann").text(), &["there is no word yet from Harbour", "silence is no veto"]);
        mia.goes_to("DM").expect("there");
        reads(&mia.clicks_on(asked.id, "Consent").await.expect("said"), &["You consent to version 2."]);
        story.settled().await;
        story.restart().await;
        reads(&story.facilitates("Ann").await, &["[Record the decision]"]);
        story.person("Ann").clicks("Record the decision").await.expect("recorded");
        story.until("2026-03-30 12:10").await;
        let panel = story.panel("checkout").text();
        contains(&panel, &["**Decided", ": D-1.**"]);
        lacks(&panel, &["[Add your view]", "[Facilitate]"]);
        let thread = story.thread();
        assert_eq!(thread, "Decided D-1 · C-1 · Who tells the labs?");
        assert!(
            story.stage.sim.read(|world| world.channels.values().any(|one| one.name == thread && one.is_archived()))
        );
        contains(&story.last_in_thread("Ann").text(), &["**It is decided.** Thank you for every voice.", "D-1"]);
        // An old button says kindly why not.
        let old = story.in_thread("Hal").into_iter().find(|seen| seen.text().contains("**Version 2")).expect("said");
        let hal = story.person("Hal");
        hal.goes_to(&thread).expect("there");
        reads(&hal.clicks_on(old.id, "Object").await.expect("an answer"), &["C-1 is closed."]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_asked_by_nobody_may_still_read() {
    let story = Story::with_squad().await;
    story.begun("/conversation start template:quick-question", "checkout").await;
    let eve = story.person("Eve");
    eve.goes_to(THREAD).expect("there");
    reads(&eve.clicks("Add your view").await.expect("an answer"), &["You aren't of an organisation here yet"]);
    let dot = story.person("Dot");
    let reply = {
        dot.goes_to("checkout").expect("there");
        story.run(&dot, "/conversation list").await
    };
    reads(
        &reply,
        &["**Going on** (1 conversation)", "• **C-1 · Who tells the labs?**", "not heard: Fennel and Parcelwing"],
    );
    assert!(!buttons(&reply).contains(&"Facilitate".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_rounds_of_objections_end_in_a_call() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.begun("/conversation start template:quick-question", "checkout").await;
        story.adds("Ben", "phone").await;
        story.until("2026-03-26 17:10").await;
        story.proposes("Ben", "Phone at once").await;
        story.clicks("Ben", "Take it to consent").await;
        story.fills("Ben", &[("Until when can people say where they stand?", "in 5 days")]).await;
        for round in 1..=3 {
            story.restart().await;
            story.clicks("Ann", "Consent").await;
            story.clicks("Cyd", "Object").await;
            story.fills("Cyd", &[("What harm would it do, and to whom?", "nights")]).await;
            if round < 3 {
                story.clicks("Cyd", "Amend the proposal").await;
                story.fills("Cyd", &[("What do you propose?", &format!("Phone, version {}", round + 1))]).await;
            }
        }
        let said: Vec<String> = story.in_thread("Ann").iter().map(Seen::text).collect();
        contains(&said[said.len() - 1], &["**It is stuck**", "That is no failure", "[Plan a call]"]);
        lacks(&said[said.len() - 2], &["[Amend the proposal]"]);
        reads(&story.clicks("Cyd", "Plan a call").await, &["**Ann** looks after C-1"]);
        reads(&story.clicks("Ann", "Plan a call").await, &[]);
        reads(
            &story.fills("Ann", &[("When does it begin?", "yesterday"), ("How many minutes?", "30")]).await,
            &["over already"],
        );
        story.clicks("Ann", "Plan a call").await;
        story.fills("Ann", &[("When does it begin?", "Monday 10:00"), ("How many minutes?", "30")]).await;
        let (name, start, place, id) = story.stage.sim.read(|world| {
            let event = world.events.values().next().expect("an event");
            (event.name.clone(), event.start, event.location.clone().expect("a place"), event.id)
        });
        assert_eq!(
            (name.as_str(), start.to_rfc3339().as_str()),
            ("C-1 · Who tells the labs?", "2026-03-30T09:00:00+00:00")
        );
        let thread = story
            .stage
            .sim
            .read(|world| world.channels.values().find(|one| one.name.contains("C-1")).map(|one| one.id))
            .expect("a thread");
        assert!(place.ends_with(&format!("/{thread}")), "{place}");
        contains(
            &story.last_in_thread("Ann").text(),
            &["**A call on C-1", &format!("https://discord.com/events/{}/{id}", story.partnership())],
        );
        // After the call its outcome is recorded, whatever it is.
        story.restart().await;
        story.until("2026-03-30 11:00").await;
        let panel = story.facilitates("Ann").await;
        reads(&panel, &["**It is stuck**", "[Record another outcome]", "[Close without a decision]"]);
        story.person("Ann").clicks("Record another outcome").await.expect("a form");
        let form = [
            ("The decision in a line", "Phone until ten"),
            ("What was decided? Everybody reads this", "Phone until ten, mail after"),
            ("Other concerns, in their own words", "weekends"),
        ];
        reads(&story.person("Ann").fills(&form).await.expect("an answer"), &["**Decided", "D-1"]);
        story.until("2026-03-30 11:10").await;
        contains(
            &story.last_in_thread("Ann").text(),
            &["**It is decided.**", "Phone until ten", "weekends", "[Conversation C-1](https://discord.com/channels/"],
        );
        reads(&story.run(&story.person("Ann"), "/decision search words:phone").await, &["Phone until ten"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_is_no_veto_and_no_consent() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.begun("/conversation start template:quick-question", "checkout").await;
        story.adds("Ben", "phone").await;
        story.until("2026-03-26 17:10").await;
        story.proposes("Ben", "Phone at once").await;
        story.to_consent("Ben").await;
        story.clicks("Ann", "Consent").await;
        // Friday 12:00 passes; two working days more are until Tuesday noon.
        story.until("2026-03-31 10:50").await;
        contains(&story.panel("checkout").text(), &["Not heard yet: Parcelwing."]);
        story.until("2026-03-31 11:10").await;
        contains(
            &story.panel("checkout").text(),
            &["without a decision**, because Parcelwing could not be heard in time."],
        );
        assert_eq!(story.thread(), "Closed · C-1 · Who tells the labs?");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn anonymous_is_anonymous() {
    for engine in engines() {
        let mut story = Story::with_twelve_on(engine).await;
        let begun =
            story.begun("/conversation start template:quick-question anonymous:Without names", "checkout").await;
        reads(&begun, &["C-1"]);
        contains(
            &story.panel("checkout").text(),
            &[
                "without names",
                "Then all are shown in the thread in a new order, without names or organisations, once there are 5 of them",
            ],
        );
        let four = [("Ben", "alpha canary"), ("Cyd", "beta canary"), ("Lee", "gamma canary"), ("Gus", "delta canary")];
        for (name, words) in four {
            reads(&story.adds(name, words).await, &["It is sealed."]);
        }
        story.restart().await;
        story.adds("Gus", "delta canary, second thoughts").await;
        // Four are too few to be shown: nobody says so in words that tell more.
        story.until("2026-03-26 17:10").await;
        contains(
            &story.last_in_thread("Ann").text(),
            &["fewer than 5 would give their authors away", "a day after the fifth"],
        );
        story.restart().await;
        story.adds("Fay", "epsilon canary").await;
        story.until("2026-03-27 17:00").await;
        assert!(!story.everything().await.contains("canary"), "something reads before its time");
        story.until("2026-03-27 17:20").await;
        let shown = story.last_in_thread("Ann").text();
        contains(
            &shown,
            &[
                "**All views are here**: 5 views from Fennel, Harbour, Lakeside and Parcelwing, in no order, without names.",
                "• alpha canary",
                "• delta canary, second thoughts",
                "• epsilon canary",
            ],
        );
        lacks(&shown, &["Ben", "Gus", "Fay"]);
        // Nobody can say whose is whose, not even they themselves by the bot.
        for (name, words) in four {
            let person = story.person(name);
            person.goes_to("checkout").expect("there");
            story.run(&person, "/privacy export").await;
            let words = words.split(',').next().expect("words");
            let held = story.rows_about(&person).await;
            assert!(!held.contains(words), "{name}: {held}");
        }
        assert_eq!(story.rows("SELECT COUNT(*) || '' AS line FROM seal_key").await, "0");
        assert_eq!(story.rows("SELECT words AS line FROM conversation_view WHERE words <> ''").await, "");
    }
}

impl Story {
    /// All that everybody can read at present, and all that the database has in the clear.
    pub(crate) async fn everything(&self) -> String {
        let mut text = String::new();
        for (name, _) in crate::harness::TWELVE {
            let person = self.person(name);
            for place in ["checkout", "lab", "random", THREAD, "DM"] {
                let Ok(view) = person.sees_in(place) else { continue };
                // What somebody typed into a form of their own is theirs to see.
                let others = view.messages.into_iter().filter(|seen| !seen.private);
                text.extend(others.map(|seen| seen.text() + "\n"));
            }
        }
        for table in ["conversation_view", "conversation_word", "post", "notice", "form_draft"] {
            let columns = match table {
                "conversation_view" | "conversation_word" => "words",
                "post" => "body",
                "notice" => "text",
                _ => "texts",
            };
            text.push_str(&self.rows(&format!("SELECT {columns} AS line FROM {table}")).await);
        }
        text
    }

    /// Rows of one column, a line each.
    pub(crate) async fn rows(&self, sql: &str) -> String {
        let mut db = self.stage.app.store.read().await.expect("a connection");
        let rows: Vec<(String,)> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql.to_owned())).fetch_all(&mut *db).await.expect("rows");
        rows.into_iter().map(|row| row.0).collect::<Vec<_>>().join("\n")
    }

    /// What the conversation's rows of a person say.
    pub(crate) async fn rows_about(&self, who: &Actor) -> String {
        self.rows(&format!("SELECT words AS line FROM conversation_view WHERE person = {}", who.id())).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_long_views_are_all_there_to_read() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let server = story.server("Home Testing");
        story.begun("/conversation start template:quick-question", "checkout").await;
        for index in 0..60 {
            let name = format!("P{index}");
            let id = story.stage.sim.add_person(&name);
            story.stage.sim.join(server, id, &[]);
            story.joins_squad(&name, "Fennel").await;
            let mark = format!("canary-{index:02}-");
            let words = format!("{mark}{}-end-{index:02}", "x".repeat(4_000 - mark.len() - 7));
            story.adds(&name, &words).await;
        }
        story.until("2026-03-26 17:10").await;
        let shown =
            story.in_thread("Ann").into_iter().find(|seen| seen.text().contains("All views are here")).expect("shown");
        contains(&shown.text(), &["60 views from Fennel", "too long for a message: read them all in the file"]);
        let file = story.stage.sim.read(|world| {
            let message = world.message(shown.channel, shown.id).expect("there");
            let file = message.attachments.first().expect("a file");
            let text = world.files.get(&file.id).expect("its bytes");
            (file.filename.clone(), String::from_utf8(text.to_vec()).expect("text"))
        });
        assert_eq!(file.0, "C-1-views.md");
        for index in 0..60 {
            contains(
                &file.1,
                &[&format!("> canary-{index:02}-"), &format!("-end-{index:02}\n"), &format!("**P{index}** (Fennel)")],
            );
        }
        assert!(file.1.matches('x').count() >= 60 * 3_970, "cut");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_deleted_midway_loses_nothing() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.begun("/conversation start template:quick-question", "lab").await;
        story.adds("Ben", "phone").await;
        let lab = story.channel("lab");
        story.stage.sim.delete_channel(lab);
        story.restart().await;
        // What comes from elsewhere is kept.
        for name in ["Cyd", "Dot"] {
            reads(
                &story.forges_form(&story.person(name), "conversation.added", "1", &[("p0", "mail")]).await,
                &["Saved."],
            );
            story.until(if name == "Cyd" { "2026-03-24 12:00" } else { "2026-03-25 12:00" }).await;
        }
        // The facilitator hears of it when something is next to be said there, and says where it goes on.
        story.until("2026-03-26 17:10").await;
        let ann = story.person("Ann");
        let mut told = story.dms(&ann);
        told.retain(|seen| seen.text().contains("has lost its channel"));
        assert_eq!(told.len(), 1, "once is enough");
        let told = told.pop().expect("told");
        contains(
            &told.text(),
            &["**C-1 · Who tells the labs?** (Home Testing) has lost its channel", "Nothing that was written is lost"],
        );
        ann.goes_to("DM").expect("there");
        let panel = ann.clicks_on(told.id, "Say where it goes on").await.expect("a panel");
        reads(&panel, &["**Its channel is gone, or closed to me.**"]);
        ann.goes_to("checkout").expect("there");
        story.run(&ann, "/conversation list").await;
        ann.selects("Open one of them", &["C-1 · Who tells the labs?"]).await.expect("opened");
        ann.clicks("Facilitate").await.expect("a panel");
        story.restart().await;
        ann.selects("Where does it go on?", &["#checkout"]).await.expect("moved");
        story.until("2026-03-26 17:30").await;
        let said: Vec<String> = story.in_thread("Dot").iter().map(Seen::text).collect();
        contains(
            &said.join("\n"),
            &[
                "This conversation was in",
                "**All views are here**: 3 views from Fennel and Parcelwing",
                "**Ben** (Fennel): phone",
                "**Dot** (Parcelwing): mail",
            ],
        );
        contains(&story.panel("checkout").text(), &["**All views are in the thread.**", "[Put forward a proposal]"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_forum_it_is_a_post_of_its_own() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        let begun = story.begun("/conversation start template:quick-question channel:#questions", "checkout").await;
        reads(&begun, &["is open in"]);
        story
            .begins(&story.person("Ann"), "/conversation start template:thorny-issues channel:#questions", "Second")
            .await;
        let ben = story.person("Ben");
        let first = ben.sees_in(THREAD).expect("a post").messages;
        contains(&first[0].text(), &["**C-1 · Who tells the labs?**", "[Add your view]"]);
        assert!(ben.sees_in("C-2 · Second").is_ok(), "several go on at once");
        story.restart().await;
        story.adds("Ben", "phone").await;
        story.adds("Cyd", "mail").await;
        story.until("2026-03-26 17:10").await;
        let seen = ben.sees_in(THREAD).expect("a post").messages;
        contains(&seen[0].text(), &["**All views are in the thread.**"]);
        contains(&seen.last().expect("said").text(), &["**Ben** (Fennel): phone", "**Cyd** (Parcelwing): mail"]);
        story.clicks("Ann", "Facilitate").await;
        story.person("Ann").clicks("Stop").await.expect("a form");
        story.fills("Ann", &[("Why is it stopped? Everybody reads this", "it was settled on the phone")]).await;
        story.until("2026-03-26 17:30").await;
        assert_eq!(story.thread(), "Closed · C-1 · Who tells the labs?");
        contains(&story.in_thread("Ben")[0].text(), &["**Stopped", "it was settled on the phone"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_said_goes_with_their_data() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.begun("/conversation start template:quick-question", "checkout").await;
        story.adds("Ben", "ben's canary").await;
        story.adds("Cyd", "mail").await;
        story.until("2026-03-26 17:10").await;
        story.proposes("Ben", "a canary of a proposal").await;
        let ben = story.person("Ben");
        ben.goes_to("random").expect("there");
        story.run(&ben, "/privacy export").await;
        story.run(&ben, "/privacy erase").await;
        ben.clicks("Erase everything").await.expect("erased");
        story.until("2026-03-26 17:20").await;
        let said: String = story.in_thread("Ann").iter().map(Seen::text).collect();
        lacks(&said, &["canary", "Ben"]);
        contains(&said, &["**Cyd** (Parcelwing): mail"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stopped_unread_is_deleted_and_said_so() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.begun("/conversation start template:quick-question", "checkout").await;
        story.adds("Ben", "a canary").await;
        // Whoever looked after it leaves: of the others, only those whose voice is asked may take it on.
        let ann = story.person("Ann");
        ann.goes_to("random").expect("there");
        story.run(&ann, "/privacy erase").await;
        ann.clicks("Erase everything").await.expect("erased");
        story.settled().await;
        let eve = story.person("Eve");
        eve.goes_to("checkout").expect("there");
        let panel = story.panel("checkout").id;
        reads(&eve.clicks_on(panel, "Facilitate").await.expect("an answer"), &["That is for its facilitator."]);
        reads(&story.facilitates("Dot").await, &["You look after it from now on."]);
        let dot = story.person("Dot");
        dot.clicks("Stop").await.expect("a form");
        story.fills("Dot", &[("Why is it stopped? Everybody reads this", "settled on the phone")]).await;
        story.until("2026-03-23 10:10").await;
        let said = story.last_in_thread("Dot").text();
        contains(&said, &["settled on the phone", "1 view that nobody has read is deleted"]);
        assert_eq!(story.rows("SELECT words AS line FROM conversation_view").await, "");
    }
}
