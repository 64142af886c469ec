//! Campaign 10: the rate-limit headers of answers are malformed, missing, or ask for the moon.
//!
//! A first message to everybody is answered with such headers, and a second one shows how long the
//! bot holds back because of them.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use simulator::{Entry, FaultKind, Headers, Options, Scope, Simulator};

use crate::live::{LIMIT, Live};
use crate::posts::{Ledger, Note, is_message, queue};
use crate::scene::{MESSAGES, fault};
use crate::{Order, Report};

/// People of a server.
const PEOPLE: usize = 10;
/// Numbers beyond all measure cost a minute, so that shorter runs go without them.
const LONG: usize = 100;
/// How long the bot believes such a number, at most.
const BELIEVED: Duration = Duration::from_mins(1);
/// One in so many answers is a 429 that says when to come again in such headers.
const REFUSED: usize = 10;

pub(crate) async fn run(order: Order) -> anyhow::Result<Report> {
    let servers = order.count.div_ceil(PEOPLE);
    let live = Live::open(order, Options::default(), (servers, PEOPLE), false, LIMIT).await?;
    let mut kinds = vec![Headers::Malformed, Headers::Missing];
    if order.count >= LONG {
        kinds.push(Headers::Huge);
    }
    let mut faults: Vec<FaultKind> = (0..order.count).map(|number| spoiled(number, &kinds)).collect();
    faults.shuffle(&mut ChaCha8Rng::seed_from_u64(order.seed));
    for kind in &faults {
        fault(&live.sim, "POST", MESSAGES, 1, *kind);
    }
    let [first, second] = ["First", "Second"].map(|name| notes(name, order.count));
    let begun = live.sim.ledger().len();
    if order.control {
        gullible(&live.sim, &live, &first).await?;
    } else {
        queue(&live.app, &live.places, &first).await?;
    }
    let endless =
        faults.iter().filter(|kind| matches!(kind, FaultKind::TooMany { headers: Headers::Huge, .. })).count();
    let patience = Duration::from_mins(3)
        + Duration::from_millis(50) * u32::try_from(order.count)?
        + BELIEVED * u32::try_from(endless)?;
    live.arrived(&first, patience).await;
    queue(&live.app, &live.places, &second).await?;
    live.arrived(&second, patience).await;
    let ledger = Ledger::of(&live.sim);
    let all: Vec<Note> = first.into_iter().chain(second).collect();
    let mut report = Report::default();
    report.tell("answers with spoiled headers", format!("{} ({kinds:?})", order.count));
    report.must_be("messages that arrived", all.len(), ledger.count(&all, |seen| seen.made > 0));
    report.guarded_none("messages that arrived twice", ledger.count(&all, |seen| seen.made > 1));
    let stall = longest_stall(&live.sim.ledger()[begun..]);
    let seconds = format!("{:.1} s", stall.as_seconds_f64());
    // The minute at which the bot stops believing, and the way there.
    report.must_in_time("longest time in which nothing arrived", "≤ 61 s", seconds, stall <= TimeDelta::seconds(61));
    live.close().await?;
    Ok(report)
}

fn spoiled(number: usize, kinds: &[Headers]) -> FaultKind {
    let headers = kinds[number % kinds.len()];
    if !number.is_multiple_of(REFUSED) {
        return FaultKind::Headers(headers);
    }
    let scopes = [Scope::User, Scope::Shared, Scope::Global];
    // Each kind of headers comes with each scope.
    let scope = scopes[number / (REFUSED * kinds.len()) % scopes.len()];
    FaultKind::TooMany { scope, wait: Duration::from_millis(500), headers }
}

fn notes(name: &str, count: usize) -> Vec<Note> {
    let note = |number: usize| Note {
        place: number / PEOPLE,
        person: Some(number % PEOPLE),
        text: format!("{name} {number}"),
        marked: true,
    };
    (0..count).map(note).collect()
}

fn longest_stall(entries: &[Entry]) -> TimeDelta {
    let arrived = entries.iter().filter(|entry| is_message(entry) && entry.accepted);
    let at: Vec<DateTime<Utc>> = arrived.map(|entry| entry.at).collect();
    at.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or_default()
}

/// A client that takes an answer which it can't read for a failure, and sends again.
async fn gullible(sim: &Simulator, live: &Live, notes: &[Note]) -> anyhow::Result<()> {
    let client = reqwest::Client::new();
    for note in notes {
        let channel = live.places[note.place].channel;
        for _ in 0..3 {
            let request = client.post(format!("{}/api/v10/channels/{channel}/messages", sim.url()));
            let body = serde_json::json!({"content": note.text});
            let answer = request.header("authorization", format!("Bot {}", sim.token())).json(&body).send().await?;
            let remaining = answer.headers().get("x-ratelimit-remaining").and_then(|value| value.to_str().ok());
            if remaining.is_some_and(|value| value.parse::<u32>().is_ok()) {
                break;
            }
        }
    }
    Ok(())
}
