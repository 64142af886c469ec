//! Nobody can tell whose weeks are long: two fortnights that differ in one person's hours alone look
//! the same to everybody else, whatever they are here and whatever they ask.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex};

use chrono::{Datelike, Days, NaiveDate};
use elevenses::command::{Entry, On, Whose};
use elevenses::features;
use serde_json::{Value, json};
use simulator::{Actor, Reply, Seen};
use tracing_subscriber::EnvFilter;

use crate::harness::{Engine, Story, engines};

const FINISHED: &str = "What did I finish?";

/// Who looks on, and what they are: every role of both organisations, and a stranger.
const ONLOOKERS: &[(&str, &str)] = &[
    ("Ann", "admin, the squad's lead, and steward of Ben's own organisation"),
    ("Gus", "admin alone"),
    ("Fay", "contact of Ben's own organisation"),
    ("Ivy", "a colleague of Ben's in the squad"),
    ("Cyd", "contact of the other organisation"),
    ("Dot", "steward of the other organisation"),
    ("Hal", "of the other organisation, in the squad"),
    ("Eve", "a stranger"),
];

/// Commands that onlookers don't run: there is nothing to read, and they would look on no longer.
const NOT_RUN: &[&str] = &["squad leave"];

/// No line of the log has any of these words.
const WORDS_OF_PACE: &[&str] = &["pace", "streak", "flag", "hours", "level", "rest "];

/// Where onlookers read.
const PLACES: &[&str] = &["checkout", "lab", "random", "DM", "Check-ins of Monday 6 April"];

impl Story {
    /// Somebody comes to the server, into the squad, and is of an organisation.
    async fn newcomer(&self, name: &str, organisation: &str) {
        self.stage.sim.join(self.server("Home Testing"), self.stage.sim.add_person(name), &[]);
        let person = self.person(name);
        person.goes_to("checkout").expect("there");
        let reply = self.run(&person, "/squad join squad:Checkout").await;
        let select = reply.message.and_then(|seen| seen.selects.into_iter().next()).expect("asked");
        let label = select.options.iter().find(|label| label.starts_with(organisation)).expect("offered").clone();
        person.selects(&select.placeholder, &[&label]).await.expect("chosen");
        self.run(&person, "/checkin now").await;
        person.clicks("Start").await.expect("started");
        self.settled().await;
    }

    /// All of [`ONLOOKERS`] are what they are.
    async fn everybody_looks_on(&self) {
        for (name, organisation) in [("Fay", "Fennel"), ("Ivy", "Fennel"), ("Hal", "Parcelwing")] {
            self.newcomer(name, organisation).await;
        }
        let (sim, server) = (&self.stage.sim, self.server("Home Testing"));
        let admins = sim.add_role(server, "Caretakers", simulator::permission::MANAGE_GUILD);
        sim.join(server, sim.add_person("Gus"), &[admins]);
        self.settled().await;
        self.appoint("Fay", "contact", "Fennel").await;
        self.appoint("Cyd", "contact", "Parcelwing").await;
        self.appoint("Dot", "steward", "Parcelwing").await;
        self.appoint("Ann", "steward", "Fennel").await;
    }

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

    /// All that somebody can read and ask, and when it was written. Ids are left out: they are counted
    /// across all.
    async fn all_that_is_seen_by(&self, who: &Actor) -> Vec<String> {
        let mut seen = Vec::new();
        for place in PLACES {
            let Ok(view) = who.sees_in(place) else { continue };
            seen.extend(view.messages.iter().map(|one| format!("in {place}, {}: {}", one.sent, one.text())));
        }
        for (name, options) in features::table().iter().flat_map(|entry| calls(entry)) {
            let reply = self.forges_command(who, name, options.clone()).await;
            seen.push(format!("/{name} {options}: {}{}", reply.text(), self.document(&reply)));
        }
        seen.into_iter().map(|text| format!("{}, {}", who.name(), without_ids(&text))).collect()
    }

    /// What stands in a copy of somebody's data.
    fn document(&self, on: &Reply) -> String {
        let named = |ending: &str| {
            on.message.iter().flat_map(|seen| &seen.attachments).any(|name| name.to_lowercase().ends_with(ending))
        };
        if named(".json") { self.file(on) } else { String::new() }
    }
}

/// The calls of a command: about the squad, and about each organisation.
fn calls(entry: &'static Entry) -> Vec<(&'static str, Value)> {
    let On::Command { name, .. } = entry.on else { return Vec::new() };
    let about = |option: &str, row: &str| (name, json!([{"name": option, "type": 3, "value": row}]));
    match entry.whose {
        _ if NOT_RUN.contains(&name) => Vec::new(),
        Whose::Squad => vec![about("squad", "1")],
        Whose::Organisation => vec![about("organisation", "1"), about("organisation", "2")],
        Whose::Own | Whose::Partnership => vec![(name, json!([]))],
    }
}

/// A text without ids, which are long numbers.
fn without_ids(text: &str) -> String {
    let parts = text.split_inclusive(|c: char| !c.is_ascii_digit());
    let is_id = |part: &&str| part.chars().filter(char::is_ascii_digit).count() >= 15;
    parts.filter(|part| !is_id(part)).collect()
}

/// What the bot logs while something runs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("whole").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Runs a story on threads of its own, whose log is kept: other tests run at the same time.
    fn of<T>(story: impl Future<Output = T>) -> (T, BTreeSet<String>) {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new("elevenses=debug"))
            .without_time()
            .with_ansi(false)
            .with_writer(move || writer.clone());
        let dispatch = tracing::Dispatch::new(subscriber.finish());
        // Where there is but one log, whichever thread comes by a line first decides for all whether it
        // is kept; with two, all of them are asked.
        let _second = tracing::Dispatch::new(tracing_subscriber::registry());
        let own = dispatch.clone();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            // The thread keeps its log for life.
            .on_thread_start(move || std::mem::forget(tracing::dispatcher::set_default(&own)))
            .build()
            .expect("threads");
        let done = tracing::dispatcher::with_default(&dispatch, || runtime.block_on(story));
        drop(runtime);
        let text = String::from_utf8(log.0.lock().expect("whole").clone()).expect("text");
        // How many messages went out is Ben's: what the lines say of them is compared, without numbers.
        let shapes = text.lines().map(|line| line.chars().filter(|c| !c.is_ascii_digit()).collect());
        (done, shapes.collect())
    }
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
    for line in &logged {
        let said = line.split_once(": ").map_or(line.as_str(), |(_, said)| said);
        assert!(!WORDS_OF_PACE.iter().any(|word| said.contains(word)), "{line}");
    }
}
