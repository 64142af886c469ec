//! A lead has two weeks of days off planned for the squad; each agrees to their own, or asks for others.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use elevenses::partnership::calendar::Calendar;
use simulator::{Actor, Reply, Seen};

use crate::acts::{buttons, contains, lacks, reads};
use crate::harness::{Engine, Story, engines};

/// What the panel in the squad's channel begins with.
const PANEL: &str = "A rest rota for Checkout: Tuesday 31 March to Monday 13 April.";

impl Story {
    /// The squad has worked all seven days of a week, and Ben and Cyd have said what they do.
    async fn tired(engine: Engine) -> Self {
        let story = Self::with_squad_on(engine).await;
        story.asked_all_week().await;
        for (name, does) in [("Ben", "Deploys, labels"), ("Cyd", "labels")] {
            let person = story.person(name);
            person.goes_to("random").expect("there");
            story.run(&person, "/squad who squad:Checkout").await;
            person.clicks("What I do here…").await.expect("a form");
            person.fills(&[("What do you do in this squad?", does)]).await.expect("saved");
        }
        story.work(7, &["Ben", "Cyd", "Dot"]).await;
        story
    }

    /// The lead has the rota planned, and nobody is asked.
    async fn drafted(&self) -> Reply {
        let ann = self.person("Ann");
        ann.goes_to("random").expect("there");
        let draft = self.run(&ann, "/cover rota squad:Checkout").await;
        self.settled().await;
        draft
    }

    /// The lead asks the squad.
    async fn asked_rota(&self) -> Reply {
        self.drafted().await;
        let asked = self.person("Ann").clicks("Ask the squad").await.expect("asked");
        self.settled().await;
        asked
    }

    /// The rota in the squad's channel, once it shows the latest: it is edited at most once in 15 seconds.
    async fn rota(&self) -> Seen {
        self.stage.until(self.stage.now() + TimeDelta::seconds(20)).await.expect("settles");
        self.day_message(&self.person("Ann"), "checkout", "rest rota").expect("there")
    }

    /// Somebody clicks a button of the rota in the squad's channel.
    async fn answers(&self, name: &str, label: &str) -> Reply {
        let (person, rota) = (self.person(name), self.rota().await);
        person.goes_to("checkout").expect("there");
        let reply = person.clicks_on(rota.id, label).await.expect("an answer");
        self.settled().await;
        assert!(reply.is_private(), "{}", reply.text());
        reply
    }

    /// Somebody picks days in the list that **Other days** has opened.
    async fn wishes(&self, name: &str, days: &[&str]) -> Reply {
        let reply = self.person(name).selects("Days you'd like off", days).await.expect("an answer");
        self.settled().await;
        reply
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn look() {
    for engine in engines() {
        let story = Story::tired(engine).await;
        println!("{}", story.last_dm(&story.person("Ann")).expect("told").text());
        println!("---- draft\n{}", story.drafted().await.text());
        println!("---- asked\n{}", story.asked_rota().await.text());
        println!("---- panel\n{}", story.rota().await.text());
        println!("---- agree\n{}", story.answers("Ben", "I agree").await.text());
        println!("---- panel\n{}", story.rota().await.text());
        println!("---- other\n{}", story.answers("Cyd", "Other days").await.text());
        println!("---- wished\n{}", story.wishes("Cyd", &["Thursday 2 April", "Friday 3 April"]).await.text());
        println!("---- panel\n{}", story.rota().await.text());
        println!("---- calendar\n{}", story.answers("Cyd", "Calendar (.ics)").await.text());
        println!("---- draft again\n{}", story.drafted().await.text());
        println!("---- withdrawn\n{}", story.person("Ann").clicks("Take it back").await.expect("x").text());
        println!("---- panel\n{}", story.rota().await.text());
        println!("---- draft again\n{}", story.drafted().await.text());
        break;
    }
}
