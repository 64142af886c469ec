//! "Cover needed": what a steward gets, and that its person has read it before.

use simulator::Seen;

use crate::acts::{contains, lacks, reads};
use crate::harness::{Story, engines};

const FINISHED: &str = "What did I finish?";

impl Story {
    /// Ann is Fennel's steward and has turned the flags on. It is Monday 30 March, 09:00 in London.
    async fn with_steward(engine: crate::harness::Engine) -> Self {
        let story = Self::with_squad_on(engine).await;
        story.appoint("Ann", "steward", "Fennel").await;
        let reply = story.forges(&story.person("Ann"), "organisation.flags", "1,on").await;
        reads(&reply, &["It takes effect on 2026-03-29 18:00 UTC"]);
        story.until("2026-03-30 08:00").await;
        story
    }

    /// Ben says that he has worked on thirteen days in a row. The last that he fills in joins them.
    async fn ben_has_worked_for_13_days(&self) {
        let ben = self.person("Ben");
        ben.goes_to("random").expect("there");
        for day in [18, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29, 30, 24] {
            self.run(&ben, &format!("/checkin hours hours:worked date:{day} March")).await;
        }
        self.settled().await;
    }

    async fn ben_checks_in(&self, at: &str) {
        self.until(at).await;
        self.checks_in_now(&self.person("Ben"), "random", &[(FINISHED, "the label printer")]).await;
    }

    /// What somebody was told of the text for a steward, oldest first.
    fn needed(&self, name: &str) -> Vec<Seen> {
        let steward =
            |seen: &Seen| seen.text().contains("Cover needed") && !seen.text().contains("Nobody has said yes");
        self.dms(&self.person(name)).into_iter().filter(steward).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_plan_the_text_is_shown_and_a_day_later_it_goes() {
    for engine in engines() {
        let mut story = Story::with_steward(engine).await;
        let ben = story.person("Ben");
        ben.goes_to("random").expect("there");
        story.run(&ben, "/cover offer skills:label printer").await;
        story.ben_has_worked_for_13_days().await;
        let told = story.last_dm(&ben).expect("told");
        contains(&told.text(), &["13 days worked without a day off", "[Plan a day off]", "[Ask for cover]"]);
        assert!(story.needed("Ben").is_empty(), "a day to make a plan first");
        story.restart().await;
        story.ben_checks_in("2026-03-31 07:30").await;
        story.until("2026-03-31 08:30").await;
        let shown = story.needed("Ben").pop().expect("shown");
        let text =
            "**Cover needed** for **Ben** (@Ben) in Checkout: Wednesday 1 April and Thursday 2 April; label printer.";
        contains(
            &shown.text(),
            &[
                "There is no rest in sight for you yet. Only you see this message (Home Testing).",
                "Unless you hold it or have a plan, they get this on",
                text,
                "[Send it now] [Hold it] [I have a plan]",
            ],
        );
        assert!(story.needed("Ann").is_empty());
        story.restart().await;
        story.ben_checks_in("2026-04-01 07:30").await;
        story.until("2026-04-01 09:00").await;
        let got = story.needed("Ann").pop().expect("it went");
        contains(&got.text(), &[text, "They have read this text before you. Ask how you can help, and not why."]);
        lacks(&got.text(), &["13", "14", "days in a row", "hour", "streak"]);
        for other in ["Cyd", "Dot", "Eve"] {
            assert!(story.needed(other).is_empty(), "{other}");
        }
        let ann = story.person("Ann");
        ann.goes_to("DM").expect("a conversation");
        ann.clicks_on(got.id, "I'll see to it").await.expect("answered");
        story.settled().await;
        let told = story.last_dm(&ben).expect("told").text();
        assert_eq!(told, "**Ann** (@Ann), steward of Fennel, is seeing to your cover.");
        // It goes once.
        story.ben_checks_in("2026-04-02 07:30").await;
        story.until("2026-04-03 12:00").await;
        assert_eq!(story.needed("Ann").len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_enough_and_so_is_a_word() {
    for what in ["a day off", "cover", "hold", "a plan", "a click that sends", "second thoughts"] {
        let story = Story::with_steward(crate::harness::Engine::Sqlite).await;
        let ben = story.person("Ben");
        story.ben_has_worked_for_13_days().await;
        match what {
            "a day off" => {
                story.run(&ben, "/away add dates:2 April").await;
            }
            "cover" => {
                story.run(&ben, "/cover request skill:backend dates:2 April").await;
            }
            _ => {}
        }
        story.ben_checks_in("2026-03-31 07:30").await;
        story.until("2026-03-31 08:30").await;
        let shown = story.needed("Ben");
        let clicked = match what {
            "hold" | "second thoughts" => Some(("Hold it", "Held: your steward gets nothing.")),
            "a plan" => Some(("I have a plan", "Good. Your steward gets nothing; I hope you get your rest.")),
            "a click that sends" => Some(("Send it now", "Your steward has it, word for word:")),
            _ => None,
        };
        assert_eq!(shown.is_empty(), clicked.is_none(), "{what}");
        if let Some((label, says)) = clicked {
            ben.goes_to("DM").expect("a conversation");
            reads(&ben.clicks_on(shown[0].id, label).await.expect("answered"), &[says]);
            if what == "second thoughts" {
                let sent = ben.clicks("Send it after all").await.expect("sent");
                reads(&sent, &["Your steward has it, word for word:"]);
            }
        }
        story.ben_checks_in("2026-04-01 07:30").await;
        story.until("2026-04-03 12:00").await;
        let sends = matches!(what, "a click that sends" | "second thoughts");
        assert_eq!(story.needed("Ann").len(), usize::from(sends), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_critical_shows_the_text_at_once_and_goes_after_four_hours() {
    for engine in engines() {
        let mut story = Story::with_steward(engine).await;
        let ben = story.person("Ben");
        ben.goes_to("random").expect("there");
        for day in [24, 25, 26, 27, 28] {
            story.run(&ben, &format!("/checkin hours hours:05:00-24:00 date:{day} March")).await;
        }
        // The message of that day went with the first of them, so the critical one comes next morning.
        story.until("2026-03-30 20:30").await;
        assert!(story.needed("Ben").is_empty());
        story.until("2026-03-31 06:30").await;
        let shown = story.needed("Ben").pop().expect("in the message itself");
        contains(&shown.text(), &["This is more than anybody can keep up.", "Cover needed", "[Hold it]"]);
        story.restart().await;
        story.until("2026-03-31 09:55").await;
        assert!(story.needed("Ann").is_empty());
        story.until("2026-03-31 10:30").await;
        let got = story.needed("Ann").pop().expect("it went after four hours");
        lacks(&got.text(), &["95", "hour", "critical"]);
    }
}
