//! Says what was lost, what came twice, and what is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use chrono::NaiveDate;
use simulator::{Entry, Message, Origin, Simulator, UserId};

use crate::database::Database;
use crate::people::{Record, What, told};
use crate::town::Place;

/// What the judge looks at.
pub(crate) struct Evidence<'a> {
    pub(crate) sim: &'a Simulator,
    pub(crate) database: &'a Database,
    pub(crate) places: &'a [Place],
    /// The date of the squads.
    pub(crate) date: NaiveDate,
    pub(crate) records: &'a [Record],
    /// Occurrences, posts and panels that nobody took up to the end.
    pub(crate) left: [i64; 3],
}

/// What the judge found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) kills: usize,
    pub(crate) took: Duration,
    /// Things that people did, and of which they were told that they are saved.
    pub(crate) acts: usize,
    pub(crate) acknowledged: usize,
    /// Messages that Discord took, and repeats that it recognised by their nonces.
    pub(crate) sent: usize,
    pub(crate) repeats: usize,
    /// Occurrences that were finished.
    pub(crate) occurrences: usize,
    pub(crate) lost: Vec<String>,
    pub(crate) twice: Vec<String>,
    pub(crate) missing: Vec<String>,
    /// The bot's last words, where something is wrong.
    pub(crate) log: String,
}

impl Verdict {
    pub(crate) fn is_clean(&self) -> bool {
        self.lost.is_empty() && self.twice.is_empty() && self.missing.is_empty()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "  kills                    {:>6}", self.kills)?;
        writeln!(f, "  acts of people           {:>6}", self.acts)?;
        writeln!(f, "  of these acknowledged    {:>6}", self.acknowledged)?;
        writeln!(f, "  messages that were taken {:>6}", self.sent)?;
        writeln!(f, "  repeats known by nonce   {:>6}", self.repeats)?;
        writeln!(f, "  occurrences done         {:>6}", self.occurrences)?;
        writeln!(f, "  acknowledged and lost    {:>6}", self.lost.len())?;
        writeln!(f, "  messages twice           {:>6}", self.twice.len())?;
        writeln!(f, "  missing                  {:>6}", self.missing.len())?;
        writeln!(f, "  seconds                  {:>6}", self.took.as_secs())?;
        for (what, found) in [("lost", &self.lost), ("twice", &self.twice), ("missing", &self.missing)] {
            for line in found.iter().take(12) {
                writeln!(f, "  {what}: {line}")?;
            }
        }
        if !self.log.is_empty() {
            writeln!(f, "the bot's last words:\n{}", self.log)?;
        }
        Ok(())
    }
}

/// Looks at everything.
pub(crate) async fn judge(evidence: &Evidence<'_>) -> Verdict {
    let mut verdict = Verdict::default();
    let ledger = evidence.sim.ledger();
    twice(&ledger, &mut verdict);
    answers(evidence, &mut verdict).await;
    threads(evidence, &mut verdict);
    occurrences(evidence, &ledger, &mut verdict).await;
    for (what, left) in ["occurrences", "posts", "panels"].iter().zip(evidence.left) {
        if left > 0 {
            verdict.missing.push(format!("{left} {what} were never taken up"));
        }
    }
    verdict
}

/// Messages that the bot asked Discord to send, and that Discord took.
fn posts(ledger: &[Entry]) -> impl Iterator<Item = &Entry> {
    let is_post = |entry: &&Entry| {
        entry.origin == Origin::Bot
            && entry.accepted
            && entry.method == "POST"
            && entry.route == "/channels/{channel}/messages"
    };
    ledger.iter().filter(is_post)
}

/// No two of them say the same in the same place: every text of the campaign is somebody's own.
fn twice(ledger: &[Entry], verdict: &mut Verdict) {
    let mut seen: BTreeMap<(String, String), u64> = BTreeMap::new();
    for entry in posts(ledger) {
        if entry.repeat {
            verdict.repeats += 1;
            continue;
        }
        verdict.sent += 1;
        let mut body = entry.body.clone();
        if let Some(body) = body.as_object_mut() {
            body.remove("nonce");
        }
        let channel = entry.ids.get("channel").cloned().unwrap_or_default();
        *seen.entry((channel, body.to_string())).or_default() += 1;
    }
    let twice = seen.into_iter().filter(|(_, count)| *count > 1);
    verdict.twice.extend(twice.map(|((channel, body), count)| format!("{count} times in {channel}: {body}")));
}

/// The words that count are the last ones that were acknowledged, or such as came after them.
async fn answers(evidence: &Evidence<'_>, verdict: &mut Verdict) {
    let date = evidence.date;
    let sql = format!("SELECT person, question, text FROM checkin_answer WHERE date = '{date}'");
    let kept: BTreeMap<i64, String> =
        evidence.database.rows(&sql).await.into_iter().map(|(person, _, text)| (person, text)).collect();
    let sql = format!("SELECT person, state, date FROM checkin WHERE date = '{date}'");
    let states: BTreeMap<i64, String> =
        evidence.database.rows(&sql).await.into_iter().map(|(person, state, _)| (person, state)).collect();
    let sql = format!("SELECT person, part, first_date FROM away WHERE first_date = '{date}'");
    let away = evidence.database.rows(&sql).await;
    for record in evidence.records {
        let actor = evidence.sim.person(record.user);
        let acknowledged = |what: &What, said: bool| match what {
            What::Words(text) => said || told(&actor, text),
            _ => said,
        };
        let acts: Vec<(&What, bool)> =
            record.acts.iter().map(|act| (&act.what, acknowledged(&act.what, act.acknowledged))).collect();
        verdict.acts += acts.len();
        verdict.acknowledged += acts.iter().filter(|(_, acknowledged)| *acknowledged).count();
        let Some(last) = acts.iter().rposition(|(_, acknowledged)| *acknowledged) else { continue };
        let person = row_id(record.user);
        let (text, state) = (kept.get(&person), states.get(&person).map(String::as_str));
        let fits = acts[last..].iter().any(|(what, _)| match what {
            What::Form(said) | What::Words(said) => state == Some("answered") && text == Some(said),
            What::NothingNew => state == Some("nothing_new"),
            What::DayOff => state == Some("day_off"),
        });
        if !fits {
            verdict
                .lost
                .push(format!("{} was told that {:?} is saved; kept: {text:?}, {state:?}", record.name, acts[last].0));
        }
        let days = away.iter().filter(|(id, ..)| *id == person).count();
        if matches!(acts[last].0, What::DayOff) && days != 1 {
            verdict.lost.push(format!("{} has {days} days off", record.name));
        }
    }
}

/// Each acknowledged answer stands in the thread of the day once, each other one at most once, and
/// the squad has one message of the day, which shows what counts.
fn threads(evidence: &Evidence<'_>, verdict: &mut Verdict) {
    let world = evidence.sim.world();
    for (number, place) in evidence.places.iter().enumerate() {
        let here: Vec<&Message> = world
            .messages_in(place.channel)
            .filter(|message| message.private_to.is_none() && message.content.contains("check-ins of"))
            .collect();
        let [panel] = here[..] else {
            let list = if here.is_empty() { &mut verdict.missing } else { &mut verdict.twice };
            list.push(format!("{} has {} messages of the day", place.squad, here.len()));
            continue;
        };
        let Some(thread) = panel.thread else {
            verdict.missing.push(format!("{} has no thread", place.squad));
            continue;
        };
        let posts: Vec<&str> = world.messages_in(thread).map(|message| message.content.as_str()).collect();
        let shown: String = panel.embeds.iter().map(ToString::to_string).collect();
        for record in evidence.records.iter().filter(|record| record.place == number) {
            let actor = evidence.sim.person(record.user);
            let mut latest = None;
            let mut nothing_new = false;
            for act in &record.acts {
                let (What::Form(text) | What::Words(text)) = &act.what else {
                    nothing_new |= act.what == What::NothingNew && act.acknowledged;
                    continue;
                };
                let acknowledged = act.acknowledged || told(&actor, text);
                let times = posts.iter().filter(|post| post.contains(text.as_str())).count();
                count(verdict, times, acknowledged, &format!("“{text}” in the thread of {}", place.squad));
                latest = if times > 0 { Some(text) } else { latest };
            }
            if nothing_new {
                let line = format!("**{}**: nothing new.", record.name);
                let times = posts.iter().filter(|post| **post == line).count();
                count(verdict, times, true, &format!("“{line}” in the thread of {}", place.squad));
            }
            if let Some(text) = latest.filter(|text| !shown.contains(text.as_str())) {
                verdict.missing.push(format!("“{text}” in the message of the day of {}", place.squad));
            }
        }
    }
}

fn count(verdict: &mut Verdict, times: usize, acknowledged: bool, what: &str) {
    if times == 0 && acknowledged {
        verdict.lost.push(what.to_owned());
    } else if times > 1 {
        verdict.twice.push(format!("{times} times {what}"));
    }
}

/// Everybody was asked once, and what was planned for the date is done.
async fn occurrences(evidence: &Evidence<'_>, ledger: &[Entry], verdict: &mut Verdict) {
    let date = evidence.date;
    let sql = format!(
        "SELECT subject, kind, state FROM occurrence WHERE slot = '{date}' AND kind IN ('checkin.prompt', 'checkin.day')"
    );
    let rows = evidence.database.rows(&sql).await;
    verdict.occurrences = rows.iter().filter(|(.., state)| state == "done").count();
    let bad = rows.iter().filter(|(.., state)| state != "done");
    verdict.missing.extend(bad.map(|(subject, kind, state)| format!("{kind} of {subject} is {state}")));
    let planned: BTreeSet<i64> = rows.iter().filter(|(_, kind, _)| kind == "checkin.prompt").map(|row| row.0).collect();
    let days = rows.iter().filter(|(_, kind, _)| kind == "checkin.day").count();
    if days != evidence.places.len() {
        verdict.missing.push(format!("{days} days began, in {} squads", evidence.places.len()));
    }
    for (id, name) in evidence.places.iter().flat_map(|place| &place.people) {
        let direct = evidence.sim.read(|world| world.direct(*id)).map(|channel| channel.to_string());
        let asked = posts(ledger).filter(|entry| {
            let asks = entry.body["components"].to_string().contains("checkin.day_off");
            !entry.repeat && entry.ids.get("channel") == direct.as_ref() && asks
        });
        match asked.count() {
            1 => {}
            0 => verdict.missing.push(format!("{name} was not asked (planned: {})", planned.contains(&row_id(*id)))),
            times => verdict.twice.push(format!("{name} was asked {times} times")),
        }
    }
    let sql = "SELECT partnership, kind, state FROM occurrence WHERE state IN ('failed', 'missed')";
    let given_up = evidence.database.rows(sql).await;
    verdict.missing.extend(given_up.iter().map(|(_, kind, state)| format!("a {kind} is {state}")));
    let sql = "SELECT id, state, budget FROM post WHERE state IN ('failed', 'unknown', 'expired')";
    let unsent = evidence.database.rows(sql).await;
    verdict.missing.extend(unsent.iter().map(|(id, state, budget)| format!("post {id} ({budget}) is {state}")));
    let sql = "SELECT partnership, panel, error FROM panel WHERE state = 'failed'";
    let unshown = evidence.database.rows(sql).await;
    verdict.missing.extend(unshown.iter().map(|(_, panel, why)| format!("{panel} can't be shown: {why}")));
}

/// How the database writes an id.
fn row_id(user: UserId) -> i64 {
    i64::try_from(user.0).unwrap_or_default()
}
