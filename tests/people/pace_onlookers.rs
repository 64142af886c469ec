//! Nobody can tell whose weeks are long: two fortnights that differ in one person's hours alone look
//! the same to everybody else, whatever they are here and whatever they ask.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate};
use simulator::Seen;

use crate::harness::{Engine, Story, engines};
use crate::onlookers::{Log, ONLOOKERS};

const FINISHED: &str = "What did I finish?";

/// No line of the log has any of these words.
const WORDS_OF_PACE: &[&str] = &["pace", "streak", "flag", "hours", "level", "rest "];

impl Story {
    /// Ivy asks for cover, for which Ben and Hal are asked. Hal can; of Ben nobody hears anything.
    async fn ivy_is_covered(&self, day: NaiveDate) {
        for name in ["Ben", "Hal"] {
            let person = self.person(name);
            person.goes_to("random").expect("there");
            self.run(&person, "/cover offer skills:labels").await;
        }
        let (ivy, hal) = (self.person("Ivy"), self.person("Hal"));
        ivy.goes_to("random").expect("there");
        self.run(&ivy, "/cover request skill:labels dates:2 April to 3 April").await;
        self.until(&format!("{day} 09:40")).await;
        hal.goes_to("DM").expect("a conversation");
        hal.clicks("I can").await.expect("answered");
        self.until(&format!("{day} 09:45")).await;
        ivy.goes_to("DM").expect("a conversation");
        ivy.clicks("Agree with Hal").await.expect("agreed");
        ivy.clicks("Tell Checkout").await.expect("told");
        self.settled().await;
    }

    /// A fortnight in which Ben notes these hours each day.
    async fn fortnight(&self, hours: &str) {
        let ben = self.person("Ben");
        let works = |day: NaiveDate| day.weekday().number_from_monday() < 6;
        let first: NaiveDate = "2026-03-24".parse().expect("a date");
        for day in first.iter_days().take(14) {
            self.until(&format!("{day} 09:35")).await;
            if works(day - Days::new(1)) {
                ben.goes_to("random").expect("there");
                self.run(&ben, &format!("/checkin hours hours:{hours}")).await;
            }
            if day == first + Days::new(6) {
                self.ivy_is_covered(day).await;
            }
            if works(day) {
                for name in ["Ben", "Cyd", "Dot"] {
                    self.checks_in_now(&self.person(name), "random", &[(FINISHED, "a piece of work")]).await;
                }
            }
        }
        self.until("2026-04-07 12:00").await;
    }
}

/// The lines of a log without numbers: how many messages went out is Ben's.
fn shapes(log: &str) -> BTreeSet<String> {
    log.lines().map(|line| line.chars().filter(|c| !c.is_ascii_digit()).collect()).collect()
}

/// A fortnight as it was seen.
struct Fortnight {
    /// By everybody but Ben.
    by_others: Vec<String>,
    /// By Ben, in the same places and by the same commands.
    by_ben: Vec<String>,
    /// How often he was told of his hours.
    told: usize,
    /// What Ann, his own steward, was told of cover that he needs.
    to_steward: Vec<String>,
}

/// A fortnight in which Ben notes these hours each day, as these people see it. With `flags`, his
/// organisation lets its stewards look for cover.
async fn fortnight(engine: Engine, hours: &str, onlookers: &[&str], flags: bool) -> Fortnight {
    let story = Story::with_squad_on(engine).await;
    story.everybody_looks_on().await;
    if flags {
        story.forges(&story.person("Ann"), "organisation.flags", "1,on").await;
    }
    story.fortnight(hours).await;
    let ben = story.person("Ben");
    let told = story.told(&ben).len();
    let to_steward: Vec<String> =
        story.dms(&story.person("Ann")).iter().map(Seen::text).filter(|text| text.contains("Cover needed")).collect();
    let mut by_others = Vec::new();
    for name in onlookers {
        by_others.extend(story.all_that_is_seen_by(&story.person(name)).await);
    }
    // What is said at one instant comes in any order.
    by_others.sort();
    Fortnight { by_others, by_ben: story.all_that_is_seen_by(&ben).await, told, to_steward }
}

fn all_onlookers() -> Vec<&'static str> {
    ONLOOKERS.iter().map(|(name, _)| *name).collect()
}

#[test]
fn nobody_can_tell_whose_weeks_are_long() {
    for engine in engines() {
        let (busy, logged) = Log::of(fortnight(engine, "06:00-24:00", &all_onlookers(), false));
        let (usual, logged_too) = Log::of(fortnight(engine, "09:00-17:00", &all_onlookers(), false));
        let (logged, logged_too) = (shapes(&logged), shapes(&logged_too));
        assert!(busy.told > 2 && usual.told == 0, "Ben was told {} and {} times", busy.told, usual.told);
        assert!(busy.by_others.len() > 200, "{}", busy.by_others.len());
        for (one, other) in busy.by_others.iter().zip(&usual.by_others) {
            assert_eq!(one, other);
        }
        assert_eq!(busy.by_others.len(), usual.by_others.len());
        // The same eyes do see it where it is.
        for command in ["/pace", "/privacy show", "/privacy export"] {
            let page = |seen: &Fortnight| {
                seen.by_ben.iter().find(|text| text.starts_with(&format!("Ben, {command} "))).cloned()
            };
            assert!(page(&busy).is_some() && page(&busy) != page(&usual), "{command}");
        }
        assert!(logged.iter().any(|line| line.contains("sent")), "{logged:#?}");
        assert_eq!(logged, logged_too);
        for line in &logged {
            // Where it was written says nothing of anybody.
            let said = line.split_once(": ").map_or(line.as_str(), |(_, said)| said);
            assert!(!WORDS_OF_PACE.iter().any(|word| said.contains(word)), "{line}");
        }
    }
}

#[test]
fn where_stewards_may_look_for_cover_they_alone_learn_that_it_is_needed_and_never_why() {
    let others: Vec<&str> = all_onlookers().into_iter().filter(|name| *name != "Ann").collect();
    let (busy, logged) = Log::of(fortnight(Engine::Sqlite, "06:00-24:00", &others, true));
    let (usual, _) = Log::of(fortnight(Engine::Sqlite, "09:00-17:00", &others, true));
    assert!(!busy.to_steward.is_empty(), "it went");
    for text in &busy.to_steward {
        assert!(!WORDS_OF_PACE.iter().chain(&["18", "90", " h "]).any(|word| text.contains(word)), "{text}");
    }
    assert_eq!(usual.to_steward, Vec::<String>::new());
    for (one, other) in busy.by_others.iter().zip(&usual.by_others) {
        assert_eq!(one, other);
    }
    assert_eq!(busy.by_others.len(), usual.by_others.len());
    for line in shapes(&logged) {
        let said = line.split_once(": ").map_or(line.as_str(), |(_, said)| said);
        assert!(!WORDS_OF_PACE.iter().any(|word| said.contains(word)), "{line}");
    }
}
