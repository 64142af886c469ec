//! Campaign 16: the gateway's connection breaks in every way there is, while people act.

use std::time::Duration;

use futures::future::join;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use simulator::{Actor, Fault, FaultKind, Options};
use sqlx::{AssertSqlSafe, Connection, Executor};
use tokio::time::{Instant, sleep};

use crate::live::{LIMIT, Live};
use crate::town::{QUESTION, stored};
use crate::{Order, Report};

/// People of a squad.
const PEOPLE: usize = 20;
/// Seconds between heartbeats, so that a campaign of a thousand faults doesn't take days. Discord asks for 41.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How long somebody waits for an answer: shorter than usual, since so much gets lost here.
const ANSWER: Duration = Duration::from_secs(1);
/// When nobody believes any more that the bot comes back.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long it may take to be back.
const BACK: Duration = Duration::from_secs(30);
/// Codes after which Discord lets the bot in no more, and what the bot's last words name.
const FATAL: [(u16, &str); 3] = [(4014, "4014"), (4004, "token"), (4013, "4013")];
/// Shorter runs try the first of them only: an end takes a while.
const LONG: usize = 100;

pub(crate) async fn run(order: Order) -> anyhow::Result<Report> {
    let mut report = Report::default();
    passing(order, &mut report).await?;
    let tried = match order {
        // The control has nothing to do with them.
        Order { control: true, .. } => 0,
        Order { count: LONG.., .. } => FATAL.len(),
        _ => 1,
    };
    for (code, names) in FATAL.into_iter().take(tried) {
        fatal(order, code, names, &mut report).await?;
    }
    Ok(report)
}

fn faults(order: Order) -> Vec<FaultKind> {
    // The first five take no time, so that a short run has them.
    let kinds = [
        FaultKind::Reconnect,
        FaultKind::Invalidate { resumable: true },
        FaultKind::Invalidate { resumable: false },
        FaultKind::Close(4000),
        FaultKind::NoAck,
        FaultKind::Close(1001),
        FaultKind::Close(4009),
        FaultKind::HalfOpen,
        FaultKind::Silent,
    ];
    let mut all: Vec<FaultKind> = kinds.into_iter().cycle().take(order.count).collect();
    all.shuffle(&mut ChaCha8Rng::seed_from_u64(order.seed));
    all
}

async fn passing(order: Order, report: &mut Report) -> anyhow::Result<()> {
    let options = Options { heartbeat: HEARTBEAT, answer_within: ANSWER, ..Options::default() };
    let servers = order.count.div_ceil(PEOPLE);
    let live = Live::open(order, options, (servers, PEOPLE), true, LIMIT).await?;
    let people = live.people();
    let (mut times, mut acknowledged, mut expired, mut changed, mut dead) = (Vec::new(), Vec::new(), 0, 0, 0);
    for (number, kind) in faults(order).into_iter().enumerate() {
        let person = live.sim.person(people[number]);
        person.goes_to(&format!("squad-{}", number / PEOPLE))?;
        let words = format!("I finished piece {number}.");
        // The form is open when the connection breaks.
        let opened = person.runs("/checkin now").await.is_ok_and(|reply| reply.modal.is_some());
        anyhow::ensure!(opened, "the bot wasn't back after fault {number}");
        live.sim.fault(Fault::gateway(kind).now());
        let probe = live.sim.person(live.places[number / PEOPLE].admin);
        let (saved, back) = join(sends(&person, &words), back(&probe, number / PEOPLE)).await;
        times.push(back);
        if !saved {
            expired += 1;
            changed += rows(&live, &person, &words).await?;
            let again = person.runs("/checkin now").await.is_ok_and(|reply| reply.modal.is_some());
            if !again || !sends(&person, &words).await {
                dead += 1;
                continue;
            }
        }
        acknowledged.push((person, words));
    }
    if order.control {
        let mut conn = live.database.connect().await?;
        conn.execute(AssertSqlSafe("DELETE FROM checkin_answer")).await?;
        conn.close().await?;
    }
    let mut lost = 0;
    for (person, words) in &acknowledged {
        lost += usize::from(rows(&live, person, words).await? == 0);
    }
    times.sort_unstable();
    let p99 = times[(times.len() * 99).div_ceil(100) - 1];
    let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
    report.tell("connections broken, in nine ways", times.len());
    report.tell("answering again after, p50", seconds(times[times.len() / 2]));
    report.must_in_time("answering again after, p99", "≤ 30 s", seconds(p99), p99 <= BACK);
    report.tell("answering again after, worst", seconds(times[times.len() - 1]));
    report.tell("answers acknowledged", acknowledged.len());
    report.guarded_none("of these lost", lost);
    report.tell("forms that expired in the gap", expired);
    report.must_be("of these that changed something", 0, changed);
    report.must_be("of these where the next click didn't work", 0, dead);
    live.close().await
}

async fn sends(person: &Actor, words: &str) -> bool {
    person.fills(&[(QUESTION, words)]).await.is_ok_and(|reply| reply.text().starts_with("Saved"))
}

/// How long it takes until the bot answers somebody again.
async fn back(person: &Actor, place: usize) -> Duration {
    let begun = Instant::now();
    // What is sent in the first moment may still be answered by the old connection.
    sleep(Duration::from_millis(50)).await;
    while begun.elapsed() < PATIENCE {
        if person.goes_to(&format!("squad-{place}")).is_ok() && person.runs("/help").await.is_ok() {
            break;
        }
    }
    begun.elapsed()
}

async fn rows(live: &Live, person: &Actor, words: &str) -> anyhow::Result<usize> {
    let person = stored(person.id().0);
    // The words are the campaign's own.
    let sql = format!("SELECT COUNT(*) FROM checkin_answer WHERE person = {person} AND text = '{words}'");
    live.database.number(&sql).await
}

async fn fatal(order: Order, code: u16, names: &str, report: &mut Report) -> anyhow::Result<()> {
    let live = Live::open(order, Options::default(), (1, 1), false, LIMIT).await?;
    live.sim.fault(Fault::gateway(FaultKind::Close(code)).now());
    let words = live.end().await?;
    let holds = words.as_ref().is_some_and(|words| words.contains(names));
    let seen =
        words.map_or_else(|| "goes on".to_owned(), |words| format!("“{}”", words.chars().take(50).collect::<String>()));
    report.must(&format!("closed with {code}: the bot ends and says why"), format!("“… {names} …”"), seen, holds);
    Ok(())
}
