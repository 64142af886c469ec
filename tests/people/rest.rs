//! A squad's streak is told to its lead, who can plan a rest for all.

use chrono::{Days, NaiveDate};

use crate::acts::reads;
use crate::harness::{Story, engines};

const FINISHED: &str = "What did I finish?";

fn first() -> NaiveDate {
    "2026-03-23".parse().expect("a date")
}

impl Story {
    /// What Ann, who leads it, was told of the squad's streak.
    fn streaks(&self) -> Vec<String> {
        let said = self.dms(&self.person("Ann")).into_iter().map(|seen| seen.content);
        said.filter(|text| text.contains("days in a row.**")).collect()
    }

    /// So many days on which these people check in, asked on all seven days of the week.
    pub(crate) async fn work(&self, days: u64, who: &[&str]) {
        for day in (0..days).map(|day| first() + Days::new(day)) {
            self.until(&format!("{day} 09:35")).await;
            for name in who {
                self.checks_in(&self.person(name), &[(FINISHED, "a piece of work")]).await;
            }
        }
        self.until(&format!("{} 20:30", first() + Days::new(days - 1))).await;
    }

    pub(crate) async fn asked_all_week(&self) {
        self.times("Checkout", &[("When? Plain words or cron", "daily 09:30"), ("Working days", "Mon-Sun")]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lead_is_told_on_days_7_10_13_and_25_and_nobody_else() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.asked_all_week().await;
        story.work(26, &["Ben", "Cyd"]).await;
        let told: Vec<String> =
            story.streaks().iter().filter_map(|text| text.lines().next().map(str::to_owned)).collect();
        let days: Vec<&str> =
            told.iter().filter_map(|line| line.strip_prefix("**Checkout: ")?.split_whitespace().next()).collect();
        assert_eq!(days, ["7", "10", "13", "25"], "{told:#?}");
        assert!(told[0].ends_with("Nobody has planned a shared rest day."), "{}", told[0]);
        for name in ["Ben", "Cyd", "Dot"] {
            let dms = story.dms(&story.person(name));
            assert!(!dms.iter().any(|seen| seen.content.contains("days in a row.**")), "{name}");
        }
        let shown = story.person("Ben").sees_in("checkout").expect("there").messages;
        assert!(!shown.iter().any(|seen| seen.content.contains("days in a row")), "it isn't shown to all");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_persons_streak_is_not_the_squads() {
    let story = Story::with_squad().await;
    story.asked_all_week().await;
    story.work(10, &["Ben"]).await;
    assert_eq!(story.streaks(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_rest_day_is_proposed_by_the_lead_and_agreed_by_each() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        story.asked_all_week().await;
        story.work(7, &["Ben", "Cyd"]).await;
        let (ann, ben, eve) = (story.person("Ann"), story.person("Ben"), story.person("Eve"));
        ann.goes_to("DM").expect("a conversation");
        let days = ann.clicks("Plan a shared rest day").await.expect("the days");
        reads(&days, &["Which day shall **Checkout** rest together? I'll ask in #checkout; each says for themselves."]);
        let asked = ann.selects("A shared rest day", &["Wednesday 1 April"]).await.expect("asked");
        reads(&asked, &["Asked in #checkout: a shared rest day on Wednesday 1 April.", "[Take it back]"]);
        story.settled().await;
        let proposal = story.day_message(&ben, "checkout", "A rest day for all of Checkout").expect("posted");
        assert!(proposal.content.contains("Off so far: nobody yet."), "{}", proposal.content);
        let reply = ben.clicks_on(proposal.id, "I'll be off").await.expect("noted");
        assert!(reply.is_private());
        reads(&reply, &["You're away Wednesday 1 April."]);
        story.until("2026-03-30 09:00").await;
        let proposal = story.day_message(&ben, "checkout", "A rest day for all of Checkout").expect("there");
        assert!(proposal.content.contains("Off so far: Ben."), "{}", proposal.content);
        // Whoever thinks better of it is taken off, wherever they say so.
        ben.goes_to("random").expect("there");
        story.run(&ben, "/away remove entry:1 April").await;
        story.until("2026-03-31 09:35").await;
        let proposal = story.day_message(&ben, "checkout", "A rest day for all of Checkout").expect("there");
        assert!(proposal.content.contains("Off so far: nobody yet."), "{}", proposal.content);
        let late = story.forges_in(&ben, story.channel("checkout"), &story.pointer("rest.off", "1,2026-03-30")).await;
        reads(&late, &["That day is over."]);
        // Not everybody's: a stranger can only look.
        let refused = story.forges(&eve, "rest.withdraw", "1,2026-04-01").await;
        reads(&refused, &["lead"]);
        ann.goes_to("DM").expect("a conversation");
        ann.clicks("Take it back").await.expect("taken back");
        story.until("2026-03-31 12:00").await;
        assert!(story.day_message(&ben, "checkout", "was taken back").is_some());
    }
}
