//! The weekly digests: who gets which, when, and what can be done with them.

use std::path::Path;
use std::process::{Command, Output};

use simulator::{Actor, Seen};

use crate::acts::{contains, lacks};
use crate::harness::{Story, engines};

impl Story {
    /// Runs the program on the story's database, in a folder.
    fn program(&self, arguments: &[&str], folder: &Path) -> Output {
        let mut program = Command::new(env!("CARGO_BIN_EXE_elevenses"));
        program.args(arguments).env("DATABASE_URL", &self.stage.app.config.database.url).current_dir(folder);
        program.output().expect("it runs")
    }

    /// The digests that somebody got in private, oldest first.
    fn digests(&self, who: &Actor) -> Vec<Seen> {
        self.dms(who).into_iter().filter(|seen| seen.content.contains("· week of ")).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_reads_what_needs_them_and_nobody_else_does() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        let (ann, ben) = (story.person("Ann"), story.person("Ben"));
        ben.goes_to("checkout").expect("there");
        let refused = story.run(&ben, "/digest preview").await.text();
        lacks(&refused, &["week of"]);
        let refused = story.run(&ben, "/digest preview of:squad-1").await.text();
        contains(&refused, &["That digest isn't yours to read"]);
        ann.goes_to("checkout").expect("there");
        let quiet = story.run(&ann, "/digest preview").await;
        contains(&quiet.text(), &["**Checkout · week of 16 March 2026**", "A quiet week"]);
        story.with_contact().await;
        story.ben_raises().await;
        story.restart().await;
        story.until("2026-03-27 16:00").await;
        let reply = story.run(&ann, "/digest preview").await;
        contains(
            &reply.text(),
            &[
                "**Needs you**",
                "B-1 · ",
                "[Nudge about B-1]",
                "Blockers raised: 1 (1 more)",
                "Fennel waits on Parcelwing: 1 blocker, the oldest, B-1, for",
                "So far, until Friday, by the clock of Europe/London. Nothing here says how anybody is.",
                "📎 week.png",
            ],
        );
        let nudged = ann.clicks("Nudge about B-1").await.expect("clicked");
        contains(&nudged.text(), &["✅ Asked, once and kindly"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_gets_one_a_week_until_they_stop_it() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        let ann = story.person("Ann");
        story.until("2026-03-23 12:00").await;
        let first = story.digests(&ann).pop().expect("on Monday");
        assert_eq!(first.sent, crate::harness::utc("2026-03-23 09:00"));
        contains(
            &first.text(),
            &["**Checkout · week of 16 March 2026**", "A quiet week", "[Another time…] [Stop these]"],
        );
        story.with_contact().await;
        story.ben_raises().await;
        story.restart().await;
        // The clocks change on Sunday: nine o'clock comes an hour earlier.
        story.until("2026-03-30 12:00").await;
        let second = story.digests(&ann).pop().expect("on the next one");
        assert_eq!(second.sent, crate::harness::utc("2026-03-30 08:00"));
        contains(&second.text(), &["week of 23 March 2026", "**Needs you**", "[Nudge about B-1]", "📎 week.png"]);
        lacks(&second.text(), &["From last time"]);
        story.restart().await;
        // What it asked for is done meanwhile.
        let ben = story.person("Ben");
        ben.goes_to("checkout").expect("there");
        story.run(&ben, "/blocker show id:B-1").await;
        ben.clicks("It's out of the way").await.expect("a form");
        ben.fills(&[("What helped? (others learn from it)", "ringing them")]).await.expect("resolved");
        story.until("2026-04-06 12:00").await;
        let third = story.digests(&ann).pop().expect("on the third one");
        contains(
            &third.text(),
            &[
                "week of 30 March 2026",
                "**From last time**",
                "☑ B-1 · ",
                "out of the way.",
                "What helped: ringing them",
            ],
        );
        let stopped = ann.clicks_on(third.id, "Stop these").await.expect("clicked");
        contains(&stopped.text(), &["✅ Stopped: nothing more is sent.", "[Send it again]"]);
        story.restart().await;
        story.until("2026-04-14 12:00").await;
        assert_eq!(story.digests(&ann).len(), 3, "nothing more");
        ann.goes_to("checkout").expect("there");
        let settings = story.run(&ann, "/digest settings").await;
        contains(&settings.text(), &["• **Checkout**: stopped; nothing is sent", "All of Home Testing"]);
        let shown = story.run(&ann, "/digest settings of:Checkout").await;
        contains(&shown.text(), &["stopped; nothing is sent", "[Send it again]"]);
        let again = ann.clicks("Send it again").await.expect("clicked");
        contains(&again.text(), &["✅ It is sent again.", "every Monday at 09:00"]);
        story.until("2026-04-20 12:00").await;
        assert_eq!(story.digests(&ann).len(), 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_when_its_reader_says_by_their_own_clock() {
    let mut story = Story::with_squad_on(crate::harness::Engine::Sqlite).await;
    let ann = story.person("Ann");
    ann.goes_to("checkout").expect("there");
    story.run(&ann, "/squad edit").await;
    ann.clicks("Weekly digest").await.expect("settings");
    ann.clicks("Another time…").await.expect("a form");
    let wrong = ann.fills(&[("When? Plain words or cron", "whenever")]).await.expect("an answer");
    contains(&wrong.text(), &["whenever"]);
    ann.clicks("Another time…").await.expect("a form");
    let kept = ann.fills(&[("When? Plain words or cron", "Friday 16:00")]).await.expect("an answer");
    contains(&kept.text(), &["✅ Kept.", "every Friday at 16:00", "Europe/London"]);
    story.until("2026-03-25 12:00").await;
    assert_eq!(story.digests(&ann).len(), 0);
    // Whoever moves on the day itself gets it once, at their new four o'clock.
    story.lives_in(&ann, "America/New_York", "").await;
    story.restart().await;
    story.until("2026-03-28 12:00").await;
    let [only] = &story.digests(&ann)[..] else { panic!("once") };
    assert_eq!(only.sent, crate::harness::utc("2026-03-27 20:00"));
    contains(&only.text(), &["week of 23 March 2026", "So far, until Friday"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leads_no_more_gets_no_more() {
    let story = Story::with_squad_on(crate::harness::Engine::Sqlite).await;
    let (ann, ben) = (story.person("Ann"), story.person("Ben"));
    story.until("2026-03-23 12:00").await;
    assert_eq!((story.digests(&ann).len(), story.digests(&ben).len()), (1, 0));
    ann.goes_to("checkout").expect("there");
    story.run(&ann, "/squad edit lead:@Ben").await;
    story.until("2026-03-30 12:00").await;
    assert_eq!((story.digests(&ann).len(), story.digests(&ben).len()), (1, 1));
    // An admin still reads it when they want to.
    ann.goes_to("checkout").expect("there");
    let said = story.run(&ann, "/digest settings of:Checkout").await;
    contains(&said.text(), &["goes to @Ben, who leads it; you can read it whenever you like"]);
    lacks(&said.text(), &["Stop it", "Another time"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_steward_reads_of_their_own_organisations_people_and_an_admin_does_not() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story.appoint("Dot", "steward", "Parcelwing").await;
        story.ben_raises().await;
        story.restart().await;
        let (ann, ben, dot) = (story.person("Ann"), story.person("Ben"), story.person("Dot"));
        story.until("2026-03-30 12:00").await;
        let got = story.digests(&dot).pop().expect("on Monday");
        contains(
            &got.text(),
            &[
                "**Parcelwing · week of 23 March 2026**",
                "B-1 · ",
                "Fennel waits on you for",
                "nobody here looks after it",
                "Blockers that wait on the organisation: 1 (1 more)",
                "[I look after B-1]",
            ],
        );
        // Two people are too few to tell anything of how they check in.
        lacks(&got.text(), &["Check-ins", "Days off"]);
        let claimed = dot.clicks_on(got.id, "I look after B-1").await.expect("clicked");
        contains(&claimed.text(), &["✅ You look after it now."]);
        for other in [&ann, &ben] {
            other.goes_to("checkout").expect("there");
            let refused = story.run(other, "/digest preview of:organisation-2").await.text();
            contains(&refused, &["isn't yours to read", "its stewards'"]);
            for action in ["digest.read", "digest.when", "digest.stop", "digest.start"] {
                let reply = story.forges(other, action, "organisation-2").await;
                contains(&reply.text(), &["isn't yours to read"]);
            }
            let reply = story.forges(other, "digest.files", "organisation-2,2026-03-23").await;
            contains(&reply.text(), &["isn't yours to read"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_has_the_partnerships_and_anybody_reads_it_there() {
    for engine in engines() {
        let mut story = Story::with_squad_on(engine).await;
        let ann = story.person("Ann");
        ann.goes_to("checkout").expect("there");
        let shown = story.run(&ann, "/digest settings of:partnership").await;
        contains(&shown.text(), &["isn't posted anywhere yet"]);
        let kept = ann.selects("In which channel?", &["#random"]).await.expect("picked");
        contains(&kept.text(), &["✅ Kept.", "#random", "every Monday at 09:00"]);
        story.run(&ann, "/share release what:the first one").await;
        story.restart().await;
        story.until("2026-03-23 12:00").await;
        let there: Vec<Seen> = story.person("Eve").sees_in("random").expect("there").messages.into_iter().collect();
        let posted = there.iter().find(|seen| seen.content.contains("week of")).expect("posted");
        contains(&posted.text(), &["**Home Testing · week of 16 March 2026**", "Releases: 1 (1 more)"]);
        lacks(&posted.text(), &["[As files]", "[Stop"]);
        // Another day comes with another time, for all.
        let ben = story.person("Ben");
        ben.goes_to("checkout").expect("there");
        let refused = story.forges(&ben, "digest.stop", "partnership").await;
        contains(&refused.text(), &["isn't yours to read"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_had_as_files() {
    let story = Story::with_squad_on(crate::harness::Engine::Sqlite).await;
    let ann = story.person("Ann");
    ann.goes_to("checkout").expect("there");
    story.run(&ann, "/share release what:The first one").await;
    story.run(&ann, "/digest preview").await;
    let reply = ann.clicks("As files").await.expect("clicked");
    assert!(reply.is_private());
    contains(
        &reply.text(),
        &["digest-2026-03-16.md", "digest-2026-03-16.html", "digest-2026-03-16.csv", "digest-2026-03-16.png"],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_writes_a_week_for_people_who_are_not_on_discord() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.with_contact().await;
        story
            .raises(
                "Ben",
                "/blocker raise kind:Governance (a board, a rule, an approval) organisation:Parcelwing",
                "<b>no</b> =1+1 *key*",
            )
            .await;
        story.until("2026-03-30 12:00").await;
        let folder = tempfile::tempdir().expect("a folder");
        let week = ["digest", "--squad", "checkout", "--week", "2026-W13", "--out", "report"];
        let done = story.program(&week, folder.path());
        assert!(done.status.success(), "{done:?}");
        let file = |end: &str| std::fs::read(folder.path().join(format!("report/digest-2026-03-23.{end}"))).expect(end);
        let text = |end: &str| String::from_utf8(file(end)).expect("text");
        contains(
            &text("md"),
            &["# Checkout · week of 23 March 2026", r"\<b>no\</b> =1+1 \*key\*", "![Checkout · week of"],
        );
        contains(
            &text("html"),
            &["&lt;b&gt;no&lt;/b&gt; =1+1 *key*", "data:image/png;base64,", "alt=\"Checkout · week of"],
        );
        contains(
            &text("csv"),
            &["\"Checkout\",\"2026-03-23\",\"blockers_raised\",\"Blockers raised\",\"1\",\"count\""],
        );
        assert!(file("png").starts_with(b"\x89PNG"));
        // And what was meant otherwise.
        let wrong = |arguments: &[&str]| {
            let done = story.program(arguments, folder.path());
            assert!(!done.status.success());
            String::from_utf8(done.stderr).expect("text")
        };
        contains(&wrong(&["digest", "--squad", "x", "--out", "r"]), &["There is no squad “x”. There is: Checkout."]);
        contains(&wrong(&["digest", "--week", "soon", "--out", "r"]), &["2026-W14"]);
        contains(&wrong(&["digest", "--week", "2999-W01", "--out", "r"]), &["hasn't begun yet"]);
        let all = story.program(&["export", "measures", "--partnership", "Home Testing", "--out", "-"], folder.path());
        contains(
            &String::from_utf8(all.stdout).expect("text"),
            &["about,week,measure", "\"Home Testing\"", "\"releases\""],
        );
        if let Some(kept) = std::env::var_os("KEEP_REPORT") {
            std::fs::create_dir_all(&kept).expect("made");
            std::fs::write(Path::new(&kept).join("digest.html"), file("html")).expect("kept");
        }
    }
}
