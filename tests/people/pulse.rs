//! The partnership pulse: what is tapped is nobody's but the partnership's.

use std::collections::BTreeMap;

use simulator::{Reply, Seen};

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Engine, Story, TWELVE, engines};

/// The words of the answers 1 to 5.
const WORDS: [&str; 5] = ["1 Not at all", "2 Hardly", "3 Partly", "4 Mostly", "5 Fully"];

impl Story {
    /// Ann opens a pulse in #checkout on Monday at ten, until Thursday at five.
    async fn pulsing(&self) -> Reply {
        self.until("2026-03-23 10:00").await;
        self.opens_pulse("Thursday 17:00").await
    }

    async fn opens_pulse(&self, until: &str) -> Reply {
        let ann = self.person("Ann");
        ann.goes_to("checkout").expect("there");
        let form = self.run(&ann, "/conversation start template:pulse").await;
        assert!(form.modal.is_some(), "{}", form.text());
        let opened = ann.fills(&[("Until when can people answer?", until)]).await.expect("an answer");
        self.settled().await;
        opened
    }

    /// Somebody answers all questions with the same value, and the last one with its middle.
    async fn taps(&self, name: &str, value: usize) -> Reply {
        self.taps_in("checkout", name, value).await
    }

    async fn taps_in(&self, place: &str, name: &str, value: usize) -> Reply {
        let person = self.person(name);
        person.goes_to(place).expect("there");
        reads(&person.clicks("Answer").await.expect("a button"), &["1 of 11", "nobody sees what you answer"]);
        for _ in 0..10 {
            person.clicks(WORDS[value - 1]).await.expect("an answer");
        }
        let done = person.clicks("We lend what costs us little").await.expect("an answer");
        self.settled().await;
        done
    }

    /// The newest message about a pulse in #checkout that everybody sees.
    fn news(&self, reader: &str) -> Seen {
        let view = self.person(reader).sees_in("checkout").expect("there");
        view.messages
            .into_iter()
            .rfind(|seen| seen.content.contains("Partnership pulse") && !seen.private)
            .expect("something")
    }

    /// All that the database has of pulses and their seals, and what waits or was sent of them.
    async fn kept(&self) -> BTreeMap<&'static str, Vec<String>> {
        let queries = [
            ("pulse", "SELECT number || ' ' || facilitator || ' ' || results FROM pulse ORDER BY number"),
            ("answers", "SELECT person || ' ' || sealed FROM pulse_answer ORDER BY person"),
            ("keys", "SELECT seal_key FROM seal_key WHERE subject LIKE 'pulse:%'"),
        ];
        let mut db = self.stage.app.store.read().await.expect("a connection");
        let mut kept = BTreeMap::new();
        for (name, sql) in queries {
            let rows: Vec<(String,)> = sqlx::query_as(sql).fetch_all(&mut *db).await.expect("read");
            kept.insert(name, rows.into_iter().map(|row| row.0).collect());
        }
        kept
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twelve_people_of_four_organisations_answer_and_nobody_is_told_apart() {
    for engine in engines() {
        let mut story = Story::with_twelve_on(engine).await;
        reads(&story.pulsing().await, &["The pulse is open in"]);
        let panel = story.news("Hal").text();
        contains(
            &panel,
            &["never about how you are", "nobody reads them", "Heard so far: 0 of 4 organisations", "[Answer]"],
        );
        // Ben leaves after two taps, the bot is started anew, and he goes on where he was.
        let ben = story.person("Ben");
        ben.goes_to("checkout").expect("there");
        ben.clicks("Answer").await.expect("a button");
        ben.clicks("4 Mostly").await.expect("an answer");
        ben.clicks("Rather not").await.expect("an answer");
        story.restart().await;
        let on = ben.clicks_on(story.news("Ben").id, "Answer").await.expect("a button");
        assert!(on.is_private());
        reads(&on, &["3 of 11", "[Rather not]", "[Back]"]);
        reads(&ben.clicks("Back").await.expect("a button"), &["2 of 11", "So far: rather not."]);
        for (index, (name, _)) in TWELVE.iter().enumerate().filter(|(_, (name, _))| *name != "Ben") {
            let done = story.taps(name, 1 + index % 5).await;
            reads(&done, &["Thank you, that was all.", "Only you see this.", "From trade to one whole: We lend"]);
        }
        story.until("2026-03-23 12:00").await;
        let panel = story.news("Hal").text();
        contains(&panel, &["Heard so far: 4 of 4 organisations"]);
        lacks(&panel, &["12 people", "12 answers"]);
        let before = story.kept().await;
        assert_eq!((before["answers"].len(), before["keys"].len()), (12, 1));
        let length = before["answers"][0].len();
        assert!(before["answers"].iter().all(|row| row.len() == length), "a sheet's length tells what is on it");
        story.restart().await;
        story.until("2026-03-26 17:05").await;
        let shown = story.news("Hal");
        contains(
            &shown.text(),
            &[
                "Partnership pulse 1 is closed.",
                "Good will: **3.0**",
                "From trade to one whole: **3.0**",
                "nobody can be read out",
            ],
        );
        // Three of each organisation: none stands apart.
        lacks(&shown.text(), &["stand apart", "Fennel", "Harbour"]);
        assert_eq!(shown.attachments, ["pulse.png"]);
        let after = story.kept().await;
        assert!(after["answers"].is_empty() && after["keys"].is_empty());
        assert!(after["pulse"][0].starts_with("1 0 {\"all\":[30,"), "{:?}", after["pulse"]);
        contains(&after["pulse"][0], &["\"apart\":[]"]);
        let late = story.forges(&ben, "pulse.say", "1,0,5").await;
        reads(&late, &["This pulse closed"]);
        // The next one can't begin so soon that it shows who joined in between.
        let ann = story.person("Ann");
        let again = story.run(&ann, "/conversation start template:pulse").await;
        reads(&again, &["The last pulse closed", "The next can begin"]);
        if matches!(engine, Engine::Postgres) {
            // A fortnight of twelve people takes its time, and tells nothing more there.
            continue;
        }
        story.until("2026-04-10 10:00").await;
        story.opens_pulse("in 2 days").await;
        for (name, _) in TWELVE.iter().take(6) {
            story.taps(name, 4).await;
        }
        story.until("2026-04-13 10:00").await;
        contains(&story.news("Hal").text(), &["Partnership pulse 2 is closed.", "Good will: **4.0** (3.0 last time)"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_said_what_leaves_no_trace_whichever_way_round_it_was() {
    let mut worlds = Vec::new();
    for (ben, fay) in [(1, 5), (5, 1)] {
        let story = Story::with_twelve_on(Engine::Sqlite).await;
        story.pulsing().await;
        for (name, value) in [("Ben", ben), ("Fay", fay), ("Cyd", 2), ("Lee", 4), ("Gus", 3)] {
            story.taps(name, value).await;
        }
        story.until("2026-03-23 12:00").await;
        let mut seen = Vec::new();
        let mut look = || {
            for name in ["Ann", "Mia", "Hal"] {
                let view = story.person(name).sees_in("checkout").expect("there").messages;
                seen.extend(view.iter().filter(|one| !one.private).map(|one| format!("{name}: {}", one.text())));
                seen.extend(
                    story.dms(&story.person(name)).iter().map(|one| format!("{name} in private: {}", one.text())),
                );
            }
        };
        look();
        let sealed = story.kept().await;
        let url = story.stage.app.config.database.url.clone();
        let file = std::path::PathBuf::from(url.strip_prefix("sqlite:").expect("a file"));
        let on_disk = || -> Vec<u8> {
            let folder = std::fs::read_dir(file.parent().expect("a folder")).expect("there");
            folder.flat_map(|entry| std::fs::read(entry.expect("readable").path()).unwrap_or_default()).collect()
        };
        let has = |bytes: &[u8], words: &str| bytes.windows(words.len()).any(|window| window == words.as_bytes());
        let open = on_disk();
        assert!(has(&open, &sealed["keys"][0]), "the test looks where the key was");
        assert!(!has(&open, "\"Value\""), "a sheet stands there in plain text");
        story.until("2026-03-26 17:05").await;
        look();
        contains(&story.news("Hal").text(), &["Partnership pulse 1 is closed."]);
        let kept = story.kept().await;
        let closed = on_disk();
        assert!(!has(&closed, "\"Value\""));
        assert!(!has(&closed, &sealed["keys"][0]), "the key can still be read off the disk");
        assert!(kept["answers"].is_empty() && kept["keys"].is_empty());
        worlds.push((seen, kept["pulse"].clone()));
    }
    assert_eq!(worlds[0], worlds[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_too_few_nothing_is_shown_and_whoever_opened_it_closes_it() {
    for engine in engines() {
        let story = Story::with_twelve_on(engine).await;
        story.pulsing().await;
        for name in ["Ann", "Ben", "Cyd", "Dot", "Lee"] {
            story.taps(name, 5).await;
        }
        // Lee takes it back, and Dot has everything erased: three are too few.
        let lee = story.person("Lee");
        reads(&lee.clicks("Take it all back").await.expect("a button"), &["nothing of yours is in this pulse"]);
        let dot = story.person("Dot");
        story.run(&dot, "/privacy erase").await;
        dot.clicks("Erase everything").await.expect("erased");
        story.settled().await;
        assert_eq!(story.kept().await["answers"].len(), 3);
        let ben = story.person("Ben");
        reads(&story.forges(&ben, "pulse.close_yes", "1").await, &["Only whoever opened the pulse, or an admin"]);
        let ann = story.person("Ann");
        ann.goes_to("checkout").expect("there");
        let asked = ann.clicks("Close early").await.expect("a button");
        assert_eq!(buttons(&asked), ["Close it now"]);
        reads(&ann.clicks("Close it now").await.expect("a button"), &["It is closed."]);
        story.settled().await;
        let shown = story.news("Ben");
        contains(&shown.text(), &["Fewer people answered than it takes", "deleted unread"]);
        lacks(&shown.text(), &["Good will"]);
        let kept = story.kept().await;
        assert_eq!((kept["pulse"].clone(), kept["answers"].len()), (vec!["1 0 ".to_owned()], 0));
        // What showed nothing holds nothing up. What is asked can be read before anybody opens one.
        let about = story.run(&ann, "/conversation templates template:pulse").await;
        reads(&about, &["eleven taps, without names", "1. We expect good will", "11. How do our organisations"]);
        let form = ann.clicks("Open it here").await.expect("a button");
        assert!(form.modal.is_some(), "{}", form.text());
        reads(&story.opens_pulse("Friday 17:00").await, &["The pulse is open in"]);
        let twice = story.run(&ann, "/conversation start template:pulse").await;
        reads(&twice, &["A pulse is open already"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_forum_and_an_organisation_with_enough_answers_stands_apart() {
    for engine in engines() {
        let story = Story::with_twelve_on(engine).await;
        let server = story.server("Home Testing");
        for name in ["Joe", "Kim"] {
            let id = story.stage.sim.add_person(name);
            story.stage.sim.join(server, id, &[]);
            story.joins_squad(name, "Fennel").await;
        }
        story.until("2026-03-23 10:00").await;
        let ann = story.person("Ann");
        ann.goes_to("checkout").expect("there");
        story.run(&ann, "/conversation start template:pulse channel:#questions").await;
        ann.fills(&[("Until when can people answer?", "Thursday 17:00")]).await.expect("an answer");
        story.settled().await;
        let post = story.stage.sim.read(|world| {
            let found = world.channels.values().find(|channel| channel.name.contains("Partnership pulse"));
            found.expect("a post").name.clone()
        });
        for (name, _) in TWELVE.iter().chain(&[("Joe", ""), ("Kim", "")]) {
            let value = if ["Ann", "Ben", "Fay", "Joe", "Kim"].contains(name) { 2 } else { 4 };
            story.taps_in(&post, name, value).await;
        }
        story.until("2026-03-26 17:10").await;
        let said = story.person("Hal").sees_in(&post).expect("a post").messages;
        let shown = said.iter().find(|seen| seen.text().contains("is closed.** Thank you")).expect("shown");
        contains(&shown.text(), &["Good will: **3.5**", "Fennel: Good will 2.0"]);
        lacks(&shown.text(), &["Harbour", "Lakeside", "Parcelwing"]);
        assert_eq!(shown.attachments.len(), 1);
    }
}
