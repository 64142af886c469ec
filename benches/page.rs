//! What somebody waits for on the demo's page, in Chromium: how long until the first message is there, until a click is
//! seen answered, and until an hour has been played. Prints figures, not verdicts.
//!
//! `cargo bench --bench page`; needs Debian's `chromium` and `chromium-driver`. All of it runs on one machine, with the bot,
//! the simulated Discord, the driver and the browser side by side.

#[path = "../tests/browser/desk.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod desk;

use std::time::{Duration, Instant};

use desk::{DESKTOP, Desk, demo};
use elevenses::demo::Options;
use serde_json::Value;

/// Messages that are written in one channel beside those of two weeks.
const MESSAGES: usize = 5_000;
/// How often the page is opened, and a button is clicked.
const TIMES: usize = 15;

#[tokio::main]
async fn main() {
    let options = Options { inspectors: Vec::new(), ..demo(14, false) };
    let Some(desk) = Desk::open(&options, DESKTOP).await else { return };
    let gwen = desk.page.stage().sim.person_named("Gwen Price").expect("Gwen");
    gwen.goes_to("results").expect("a channel");
    for number in 0..MESSAGES {
        gwen.says(&format!("Message {number}: the lab's feed is back, **all** of it.")).await.expect("said");
    }
    let all =
        desk.page.stage().sim.read(|world| world.messages.values().map(std::collections::BTreeMap::len).sum::<usize>());
    println!("a partnership of two weeks, and {MESSAGES} messages in one channel: {all} messages");
    opens(&desk).await;
    clicks(&desk).await;
    plays(&desk).await;
    desk.close().await;
}

fn told(what: &str, limit: &str, mut all: Vec<f64>) {
    all.sort_by(f64::total_cmp);
    let at = |percent: usize| all[(all.len() * percent / 100).min(all.len() - 1)];
    println!("{what}: p50 {:.0} ms, p95 {:.0} ms{limit}", at(50), at(95));
}

/// From when the address is asked for until the first message is there, by the browser's own clock.
async fn opens(desk: &Desk) {
    desk.is("Gwen Price", "results").await;
    let address = desk.client.current_url().await.expect("an address");
    let (mut shown, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        desk.client.goto(&format!("{}app/logo.svg", desk.page.address())).await.expect("it opens");
        let took = desk.run("return performance.getEntriesByType('navigation')[0].responseEnd").await;
        bare.extend(took.as_f64());
        desk.client.goto(address.as_str()).await.expect("it opens");
        desk.sees("html[data-ready='true']").await;
        let took = desk.run("return performance.getEntriesByName('first-message')[0].startTime").await;
        shown.extend(took.as_f64());
    }
    told("opened → first message", " (≤ 1,000 ms)", shown);
    told("  reference, one file of the same server", "", bare);
}

/// From a click until its private answer is in the page.
async fn clicks(desk: &Desk) {
    desk.is("Gwen Price", "help-line").await;
    desk.reads("Who's here").await;
    let script = "const done = arguments[arguments.length - 1];\
        const count = () => document.querySelectorAll('[data-testid=message]').length;\
        const button = [...document.querySelectorAll('[data-testid=message] button')].filter((one) => one.innerText.includes(\"Who's here\")).pop();\
        const before = count(); const begun = performance.now();\
        const seen = new MutationObserver(() => { if (count() > before) { seen.disconnect(); done(performance.now() - begun); } });\
        seen.observe(document.body, {childList: true, subtree: true}); button.click();";
    let state = "const done = arguments[arguments.length - 1]; const begun = performance.now();\
        fetch('api/state').then((answer) => answer.json()).then(() => done(performance.now() - begun));";
    let (mut seen, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        seen.extend(timed(desk, script).await.as_f64());
        bare.extend(timed(desk, state).await.as_f64());
    }
    told("click → answer seen", " (≤ 150 ms)", seen);
    told("  reference, the page's state fetched", "", bare);
}

async fn timed(desk: &Desk, script: &str) -> Value {
    desk.client.execute_async(script, Vec::new()).await.expect("a script")
}

/// An hour of the partnership, in the morning, while it plays; and at once.
async fn plays(desk: &Desk) {
    let stage = desk.page.stage();
    for _ in 0..7 {
        timed(desk, HOUR).await;
    }
    let (from, begun) = (stage.now(), Instant::now());
    desk.clicks_on("[data-testid='clock-play']").await;
    let mut changes = stage.sim.changes();
    while stage.now() < from + chrono::TimeDelta::hours(1) {
        // Either something happens, or a quarter of a second passes.
        tokio::time::timeout(Duration::from_millis(250), changes.changed()).await.ok();
    }
    println!(
        "60 minutes played, {} to {}: {:.1?} (≤ 10 s)",
        from.format("%H:%M"),
        stage.now().format("%H:%M UTC"),
        begun.elapsed()
    );
    desk.clicks_on("[data-testid='clock-play']").await;
    let begun = Instant::now();
    timed(desk, HOUR).await;
    println!("  reference, the next 60 minutes at once: {:.1?}", begun.elapsed());
}

const HOUR: &str = "const done = arguments[arguments.length - 1];\
    fetch('api/clock', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{\"do\":\"hour\"}'})\
    .then((answer) => answer.json()).then(() => done(1));";
