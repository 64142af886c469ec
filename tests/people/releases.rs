//! A release that went out: recorded by whoever brought it out, and what it means for rest.

use chrono::{Days, NaiveDate};
use simulator::Actor;

use crate::acts::{contains, lacks, reads};
use crate::harness::{Story, engines};

const FINISHED: &str = "What did I finish?";

impl Story {
    /// The lines about releases in a channel.
    fn releases(&self, channel: &str) -> Vec<String> {
        let view = self.person("Cyd").sees_in(channel).expect("there");
        view.messages.into_iter().map(|seen| seen.content).filter(|text| text.starts_with("Released:")).collect()
    }

    /// These people check in on the working days of the week of Monday 23 March.
    pub(crate) async fn works_a_week(&self, who: &[&Actor]) {
        let monday: NaiveDate = "2026-03-23".parse().expect("a date");
        for day in (0..5).map(|day| monday + Days::new(day)) {
            self.until(&format!("{day} 09:35")).await;
            for person in who {
                self.checks_in(person, &[(FINISHED, "a piece of work")]).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_one_quiet_line_and_can_be_taken_back() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let ben = story.person("Ben");
        story.until("2026-03-24 11:00").await;
        ben.goes_to("checkout").expect("there");
        let reply = story.run(&ben, "/share release what:Label *printer* 2.1 when:yesterday 22:30").await;
        assert!(reply.is_private());
        reads(&reply, &["Recorded for Checkout: **Label \\*printer\\* 2.1**", "nobody is notified", "[Take it back]"]);
        lacks(&reply.text(), &["day off"]);
        story.settled().await;
        let lines = story.releases("checkout");
        assert_eq!(lines.len(), 1, "{lines:?}");
        contains(&lines[0], &["**Label \\*printer\\* 2.1**", "2026-03-23 22:30 UTC", "(Ben)"]);
        let home = story.channel("checkout");
        let pinged = story.stage.sim.read(|world| {
            let messages = &world.messages[&home];
            messages.values().filter(|message| message.content == lines[0]).any(|message| !message.pinged.is_empty())
        });
        assert!(!pinged, "it is quiet");
        let copy = story.run(&ben, "/privacy export").await;
        contains(&story.file(&copy), &["Label *printer* 2.1"]);
        story.run(&ben, "/share release what:Scales").await;
        story.settled().await;
        assert_eq!(story.releases("checkout").len(), 2);

        reads(&ben.clicks("Take it back").await.expect("taken back"), &["Taken back: **Scales**."]);
        story.settled().await;
        assert_eq!(story.releases("checkout"), lines, "the other one stays");
        // A second click, from another screen.
        reads(&story.forges(&ben, "release.undo", "1").await, &["That was taken back already."]);

        story.run(&ben, "/privacy erase").await;
        ben.clicks("Erase everything").await.expect("erased");
        story.settled().await;
        assert_eq!(story.releases("checkout"), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_not_recorded_and_neither_is_another_squads() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.second_squad().await;
        let (ben, cyd, eve) = (story.person("Ben"), story.person("Cyd"), story.person("Eve"));
        ben.goes_to("random").expect("there");
        let run = async |who: &Actor, line: &str| story.run(who, line).await;
        reads(&run(&ben, "/share release what:Scales squad:Lab when:soon").await, &["I can't read when that is."]);
        // Ben is in Checkout and leads Lab.
        reads(&run(&ben, "/share release what:Scales").await, &["Which squad?", "name it with the `squad` option"]);
        reads(&run(&ben, "/share release what:Scales squad:Lab").await, &["Recorded for Lab"]);
        cyd.goes_to("lab").expect("there");
        reads(&run(&cyd, "/share release what:Scales").await, &["You aren't in Lab"]);
        reads(&run(&cyd, "/share release what:Scales when:tomorrow").await, &["You aren't in Lab"]);
        eve.goes_to("lab").expect("there");
        reads(&run(&eve, "/share release what:Scales").await, &["You aren't in a squad here yet."]);
        story.settled().await;
        assert_eq!((story.releases("lab").len(), story.releases("checkout").len()), (1, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_on_a_day_off_can_be_said_to_be_work_and_two_are_asked_about() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        story.works_a_week(&[&ben, &cyd]).await;
        story.until("2026-03-29 18:00").await;
        for (who, times) in [(&ben, &["11:00"][..]), (&cyd, &["11:00", "16:00"])] {
            who.goes_to("checkout").expect("there");
            for time in times {
                let reply = story.run(who, &format!("/share release what:Scales when:{time}")).await;
                reads(&reply, &["Sunday 29 March was a day off for you.", "[I worked Sunday 29 March]"]);
            }
        }
        reads(&ben.clicks("I worked Sunday 29 March").await.expect("noted"), &["Noted: you worked Sunday 29 March."]);
        story.until("2026-03-30 09:35").await;
        for who in [&ben, &cyd] {
            story.checks_in(who, &[(FINISHED, "a piece of work")]).await;
            who.goes_to("random").expect("there");
        }
        reads(&story.run(&ben, "/pace").await, &["**2 days in a row**"]);
        // Two releases a while apart are a sign of work that nobody confirmed.
        reads(&story.run(&cyd, "/pace").await, &["**1 day in a row** (2 if you worked on the days"]);
        cyd.goes_to("checkout").expect("there");
        cyd.clicks("Take it back").await.expect("taken back");
        let page = story.run(&cyd, "/pace").await;
        lacks(&page.text(), &["if you worked on the days"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn releases_on_days_off_keep_a_squads_streak_going() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
        story.works_a_week(&[&ben, &cyd]).await;
        for day in ["2026-03-28", "2026-03-29"] {
            story.until(&format!("{day} 18:00")).await;
            ben.goes_to("checkout").expect("there");
            story.run(&ben, "/share release what:Scales").await;
        }
        let told = || story.dms(&story.person("Ann")).into_iter().any(|seen| seen.content.contains("days in a row.**"));
        assert!(!told(), "nobody is told on a Sunday");
        story.until("2026-03-31 09:35").await;
        let dms = story.dms(&story.person("Ann"));
        let line = dms.iter().find(|seen| seen.content.contains("days in a row.**")).expect("told");
        contains(&line.content, &["**Checkout: 7 days in a row.**", "or something was released"]);
    }
}
