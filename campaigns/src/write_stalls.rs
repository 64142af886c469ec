//! Campaign 14: many people act, and every few seconds the database takes no writes for two seconds.

use std::time::Duration;

use chrono::TimeDelta;
use futures::future::join_all;
use simulator::{Actor, Fault, FaultKind, Options, Simulator};
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, Executor};
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval, sleep};

use crate::database::Engine;
use crate::live::{LIMIT, Live};
use crate::town::{QUESTION, stored};
use crate::{Order, Report};

/// How long nothing can be written.
const STALL: Duration = Duration::from_secs(2);
/// From one stall to the next.
const EVERY: Duration = Duration::from_secs(6);
/// Out of so many turns, this many are forms: a command and a form, so that 3 of 10 interactions write.
const TURNS: usize = 7;
const FORMS: usize = 3;
/// Turns a second: 350 make 500 interactions.
const FULL_RATE: u32 = 350;
/// In runs of a few seconds, which share the machine with other tests.
const SMALL_RATE: u32 = 35;
/// Servers and people: nobody's turn comes again before an answer that was put off is there.
const SIZE: (usize, usize) = (140, 25);
/// How late an answer is in the control.
const LATE: Duration = Duration::from_millis(2_700);

/// What came of a turn.
#[derive(Clone, Copy, Default)]
struct Turn {
    saved: bool,
    /// Saved, and the row could be read at once.
    kept: bool,
    refused: bool,
}

pub(crate) async fn run(order: Order) -> anyhow::Result<Report> {
    let live = Live::open(order, Options::default(), SIZE, true, LIMIT).await?;
    let rows = AnyPoolOptions::new().max_connections(2).connect(&live.database.url).await?;
    let mut locking = live.database.connect().await?;
    if order.engine == Engine::Sqlite {
        locking.execute("PRAGMA busy_timeout = 5000").await?;
    }
    if order.control {
        live.sim.fault(Fault::http("POST", "/callback", FaultKind::Delay(LATE)).share(5.0, order.seed));
    }
    let full = order.count >= 10;
    let rate = if full { FULL_RATE } else { SMALL_RATE };
    let first = live.sim.ledger().len();
    let stalling = tokio::spawn(stalls(order.engine, locking));
    let begun = Instant::now();
    let turns = people(&live, &rows, rate, order.count).await?;
    let acted = begun.elapsed();
    let turns: Vec<Turn> = join_all(turns).await.into_iter().collect::<Result<_, _>>()?;
    stalling.abort();
    let mut report = Report::default();
    let (mut acks, interactions, unanswered) = acks(&live.sim, first);
    let writes = turns.iter().filter(|turn| turn.saved).count();
    acks.sort_unstable();
    let at =
        |share: usize| acks.get((acks.len() * share).div_ceil(1_000).saturating_sub(1)).copied().unwrap_or_default();
    let shown = |time: TimeDelta| format!("{} ms", time.num_milliseconds());
    report.tell("interactions", format!("{interactions} in {:.1} s", acted.as_secs_f64()));
    report.tell("answers saved", writes);
    report.tell("first answer after, p50", shown(at(500)));
    report.guarded_in_time("first answer after, p99", "< 1000 ms", shown(at(990)), at(990) < TimeDelta::seconds(1));
    report.guarded_in_time(
        "first answer after, worst",
        "< 2500 ms",
        shown(at(1_000)),
        at(1_000) < TimeDelta::milliseconds(2_500),
    );
    let refused = turns.iter().filter(|turn| turn.refused).count();
    report.must_in_time("interactions without an answer", 0, unanswered, unanswered == 0);
    report.must_in_time("acts that were refused, or answered late", 0, refused, refused == 0);
    report.must_be(
        "“saved” before the row could be read",
        0,
        turns.iter().filter(|turn| turn.saved && !turn.kept).count(),
    );
    live.close().await?;
    Ok(report)
}

/// From each interaction to its first answer, as Discord saw it; how many there were; how many have none.
fn acks(sim: &Simulator, first: usize) -> (Vec<TimeDelta>, usize, usize) {
    let created = sim.read(|world| {
        let all = world.interactions.values();
        all.map(|one| (one.id.to_string(), one.created)).collect::<std::collections::BTreeMap<_, _>>()
    });
    let ledger = sim.ledger();
    let answers = ledger[first..].iter().filter(|entry| entry.accepted && entry.route.ends_with("/callback"));
    let acks: Vec<TimeDelta> =
        answers.filter_map(|entry| Some(entry.at - *created.get(entry.ids.get("interaction")?)?)).collect();
    let unanswered = created.len().saturating_sub(acks.len());
    (acks, created.len(), unanswered)
}

/// Everybody in turn, at a steady rate, whether the last one has been answered or not.
async fn people(live: &Live, rows: &AnyPool, rate: u32, seconds: usize) -> anyhow::Result<Vec<JoinHandle<Turn>>> {
    let actors: Vec<Actor> = live.people().into_iter().map(|id| live.sim.person(id)).collect();
    let mut beat = interval(Duration::from_secs(1) / rate);
    let mut turns = Vec::new();
    for number in 0..usize::try_from(rate)? * seconds {
        beat.tick().await;
        let person = actors[number % actors.len()].clone();
        person.goes_to(&format!("squad-{}", number % actors.len() / SIZE.1)).map_err(anyhow::Error::new)?;
        let rows = rows.clone();
        let writes = number % TURNS < FORMS;
        turns.push(tokio::spawn(async move {
            let done = if writes {
                form(&person, &rows, number).await
            } else {
                person.runs("/help").await.ok().map(drop).map(|()| Turn::default())
            };
            done.unwrap_or(Turn { refused: true, ..Turn::default() })
        }));
    }
    Ok(turns)
}

async fn form(person: &Actor, rows: &AnyPool, number: usize) -> Option<Turn> {
    person.runs("/checkin now").await.ok()?.modal?;
    let words = format!("I finished piece {number}.");
    let reply = person.fills(&[(QUESTION, &words)]).await.ok()?;
    if !reply.text().starts_with("Saved") {
        return None;
    }
    let sql = "SELECT COUNT(*) FROM checkin_answer WHERE person = $1 AND text = $2";
    let found: (i64,) = sqlx::query_as(sql).bind(stored(person.id().0)).bind(words).fetch_one(rows).await.ok()?;
    Some(Turn { saved: true, kept: found.0 == 1, refused: false })
}

/// Takes the writers' place for two seconds, again and again.
async fn stalls(engine: Engine, mut conn: AnyConnection) -> sqlx::Result<()> {
    loop {
        sleep(Duration::from_millis(500)).await;
        match engine {
            Engine::Sqlite => conn.execute("BEGIN IMMEDIATE").await?,
            Engine::Postgres => {
                conn.execute("BEGIN").await?;
                conn.execute("LOCK TABLE checkin_answer IN SHARE ROW EXCLUSIVE MODE").await?
            }
        };
        sleep(STALL).await;
        conn.execute("ROLLBACK").await?;
        sleep(EVERY.saturating_sub(STALL)).await;
    }
}
