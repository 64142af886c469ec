//! Campaign 12: Discord says that the bot as a whole asks too much (a global 429), or that its token
//! is no good (401). What is on its way can't be called back; nothing follows it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use simulator::{Entry, Fault, FaultKind, Headers, Options, Scope, Simulator};
use tokio::time::sleep;

use crate::live::{LIMIT, Live, until};
use crate::posts::{Ledger, Note, queue};
use crate::scene::{MESSAGES, fault};
use crate::{Order, Report};

/// How long Discord says to wait.
const WAIT: Duration = Duration::from_secs(2);
/// What left the bot before the refusal reached it comes within this time.
const ON_ITS_WAY: TimeDelta = TimeDelta::milliseconds(150);
/// How long nothing may follow a 401 in the campaign.
const SILENCE: Duration = Duration::from_secs(2);
/// Servers and people: one message each at a time.
const SIZE: (usize, usize) = (10, 6);

pub(crate) async fn run(order: Order) -> anyhow::Result<Report> {
    let live = Live::open(order, Options::default(), SIZE, false, LIMIT).await?;
    let stubborn = order
        .control
        .then(|| tokio::spawn(stubborn(live.sim.url().to_owned(), live.sim.token(), live.places[0].channel.0)));
    let mut report = Report::default();
    global(order, &live, &mut report).await?;
    unauthorised(&live, &mut report).await?;
    if let Some(client) = stubborn {
        client.abort();
    }
    live.close().await?;
    Ok(report)
}

fn notes(name: &str) -> Vec<Note> {
    let note = |number| Note {
        place: number % SIZE.0,
        person: Some(number / SIZE.0),
        text: format!("{name} {number}"),
        marked: false,
    };
    (0..SIZE.0 * SIZE.1).map(note).collect()
}

async fn global(order: Order, live: &Live, report: &mut Report) -> anyhow::Result<()> {
    let (mut on_the_way, mut later, mut made, mut twice) = (0, 0, 0, 0);
    for round in 0..order.count {
        let notes = notes(&format!("Round {round}, message"));
        let first = live.sim.ledger().len();
        let kind = FaultKind::TooMany { scope: Scope::Global, wait: WAIT, headers: Headers::Right };
        fault(&live.sim, "POST", MESSAGES, 1, kind);
        queue(&live.app, &live.places, &notes).await?;
        live.arrived(&notes, Duration::from_secs(30)).await;
        let (early, late) = followers(&live.sim, first, 429, TimeDelta::from_std(WAIT)? - TimeDelta::milliseconds(50))?;
        on_the_way += early;
        later += late;
        let ledger = Ledger::of(&live.sim);
        made += ledger.count(&notes, |seen| seen.made > 0);
        twice += ledger.count(&notes, |seen| seen.made > 1);
    }
    report.tell("global 429s, each in a burst of 60 messages", order.count);
    report.tell("requests within 150 ms after one", on_the_way);
    report.guarded_none("requests later than that, before the 2 s were over", later);
    report.must_be("messages that arrived", order.count * SIZE.0 * SIZE.1, made);
    report.must_be("messages that arrived twice", 0, twice);
    Ok(())
}

async fn unauthorised(live: &Live, report: &mut Report) -> anyhow::Result<()> {
    let first = live.sim.ledger().len();
    live.sim.fault(Fault::http("*", "/", FaultKind::FailBefore(401)).times(u32::MAX));
    queue(&live.app, &live.places, &notes("Unauthorised")).await?;
    let refused = || live.sim.ledger()[first..].iter().any(|entry| entry.status == 401);
    until("a request is refused", Duration::from_secs(10), refused).await?;
    // That nothing comes takes time to be seen.
    sleep(SILENCE).await;
    let (early, late) = followers(&live.sim, first, 401, TimeDelta::MAX)?;
    report.tell("requests within 150 ms after a 401", early);
    report.guarded_none("requests later than that, in 2 s", late);
    Ok(())
}

/// Requests after the first that was refused so: what was on its way, and what came later.
fn followers(sim: &Simulator, first: usize, status: u16, within: TimeDelta) -> anyhow::Result<(usize, usize)> {
    let ledger = sim.ledger();
    let new = &ledger[first..];
    let refused = new.iter().position(|entry| entry.status == status);
    let Some(refused) = refused else { anyhow::bail!("nothing was refused with {status}") };
    let at: DateTime<Utc> = new[refused].at;
    let during = |entry: &&Entry| entry.at - at < within;
    let after: Vec<&Entry> = new[refused + 1..].iter().filter(during).collect();
    let early = after.iter().filter(|entry| entry.at - at <= ON_ITS_WAY).count();
    Ok((early, after.len() - early))
}

/// A client that doesn't care what it is answered.
async fn stubborn(url: String, token: String, channel: u64) {
    let client = reqwest::Client::new();
    loop {
        let request = client.post(format!("{url}/api/v10/channels/{channel}/messages"));
        let body = serde_json::json!({"content": "Again"});
        drop(request.header("authorization", format!("Bot {token}")).json(&body).send().await);
        sleep(Duration::from_millis(100)).await;
    }
}
