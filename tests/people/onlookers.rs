//! Everybody who looks on: all that each role can read and ask, and what the bot logs meanwhile.

use std::io;
use std::sync::{Arc, Mutex};

use elevenses::command::{Entry, On, Whose};
use elevenses::features;
use serde_json::{Value, json};
use simulator::{Actor, Reply};
use tracing_subscriber::EnvFilter;

use crate::harness::Story;

/// Who looks on, and what they are: every role of both organisations, and a stranger.
pub(crate) const ONLOOKERS: &[(&str, &str)] = &[
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

/// Where onlookers read.
const PLACES: &[&str] =
    &["checkout", "lab", "random", "DM", "Check-ins of Monday 6 April", "C-1 · Who tells the labs?"];

impl Story {
    /// Somebody comes to the server, into the squad, and is of an organisation.
    pub(crate) async fn newcomer(&self, name: &str, organisation: &str) {
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
    pub(crate) async fn everybody_looks_on(&self) {
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

    /// All that somebody can read and ask, and when it was written. Ids are left out: they are counted
    /// across all.
    pub(crate) async fn all_that_is_seen_by(&self, who: &Actor) -> Vec<String> {
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
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

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
    pub(crate) fn of<T>(story: impl Future<Output = T>) -> (T, String) {
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
        (done, text)
    }
}
