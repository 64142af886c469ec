//! Campaign 11: thousands of check-ins are due at the same instant.

use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use elevenses::scheduler;
use elevenses::storage::Scope;
use futures::FutureExt;
use simulator::{Entry, Options, RateLimits};
use tokio::time::{Instant, sleep};

use crate::live::{LIMIT, Live};
use crate::posts::is_message;
use crate::town::stored;
use crate::{Order, Report};

/// People of a server.
const PEOPLE: usize = 20;
/// The bot's limit in the control.
const TOO_MUCH: usize = 200;
/// Nothing arrives for so long: it is over.
const QUIET: Duration = Duration::from_secs(5);

pub(crate) async fn run(order: Order) -> anyhow::Result<Report> {
    let mut report = Report::default();
    for known in [true, false] {
        once(order, known, &mut report).await?;
    }
    Ok(report)
}

async fn once(order: Order, known: bool, report: &mut Report) -> anyhow::Result<()> {
    let servers = order.count.div_ceil(PEOPLE);
    let due = servers * PEOPLE;
    let options = Options { rate_limits: RateLimits::Real, ..Options::default() };
    let a_second = if order.control { TOO_MUCH } else { LIMIT };
    let live = Live::open(order, options, (servers, PEOPLE), true, a_second).await?;
    let first = live.sim.ledger().len();
    plan(&live, known).await?;
    let begun = live.sim.clock().now();
    let (mut last, mut since) = (0, Instant::now());
    while last < due && since.elapsed() < QUIET {
        sleep(Duration::from_millis(100)).await;
        let now = arrivals(&live.sim.ledger()[first..]).len();
        if now > last {
            (last, since) = (now, Instant::now());
        }
    }
    let ledger = live.sim.ledger();
    let new = &ledger[first..];
    let arrived = arrivals(new);
    let refused = new.iter().filter(|entry| entry.status == 429).count();
    // What doesn't count towards the limit isn't there: nobody acts.
    let mut all: Vec<DateTime<Utc>> = new.iter().map(|entry| entry.at).collect();
    all.sort_unstable();
    let in_second = |from: usize| all[from..].partition_point(|at| *at < all[from] + TimeDelta::seconds(1));
    let most = (0..all.len()).map(in_second).max().unwrap_or_default();
    let took = arrived.last().map_or(0.0, |last| (*last - begun).as_seconds_f64());
    // As long as the limit lets it take, with an eighth on top; and some for the first and last.
    let calls = if known { 1 } else { 2 };
    let limit = f64::from(u32::try_from(due * calls)?) / 50.0 * 1.125 + if due < 10_000 { 5.0 } else { 0.0 };
    let which = if known { "conversations known" } else { "conversations unknown" };
    report.must_be(&format!("{which}: check-ins delivered"), due, arrived.len());
    report.guarded(&format!("{which}: most requests in any second"), "≤ 50", most, most <= LIMIT);
    let share = format!("{refused} of {}", new.len());
    report.guarded(&format!("{which}: 429s"), "≤ 0.1 %", share, refused * 1_000 <= new.len());
    report.must_in_time(
        &format!("{which}: all delivered after"),
        format!("≤ {limit:.0} s"),
        format!("{took:.1} s"),
        took <= limit,
    );
    live.close().await
}

fn arrivals(entries: &[Entry]) -> Vec<DateTime<Utc>> {
    let made = entries.iter().filter(|entry| is_message(entry) && entry.accepted && !entry.repeat);
    made.map(|entry| entry.at).collect()
}

/// Everybody's check-in is due now; their conversations are known or not.
async fn plan(live: &Live, known: bool) -> anyhow::Result<()> {
    let mut channels = Vec::new();
    if known {
        for id in live.people() {
            let person = live.sim.person(id);
            person.goes_to("DM").context("a conversation")?;
            channels.push((stored(id.0), stored(person.place().context("a conversation")?.0)));
        }
    }
    let (inner, places, now) = (live.app.clone(), live.places.clone(), live.app.clock.now());
    let planned = live.app.store.write(Scope::Any, move |tx| {
        async move {
            for (person, channel) in channels {
                let sql = "INSERT INTO person (person, dm_channel) VALUES ($1, $2) \
                           ON CONFLICT (person) DO UPDATE SET dm_channel = excluded.dm_channel";
                sqlx::query(sql).bind(person).bind(channel).execute(&mut **tx).await?;
            }
            let slot = now.date_naive().to_string();
            for place in &places {
                for person in &place.people {
                    scheduler::plan(tx, &inner, place.id, "checkin.prompt", stored(person.0), &slot, now).await?;
                }
            }
            tx.rings_schedule();
            Ok(())
        }
        .boxed()
    });
    planned.await.map_err(anyhow::Error::msg)
}
