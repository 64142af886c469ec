//! Discord misbehaves in every way that the simulator knows: everything arrives, and arrives once.

use std::time::Duration;

use simulator::Entry;
use tokio::time::{Instant, sleep};

use crate::harness::{Engine, Story, engines};
use crate::troubles::{all_is_there_once, troubles};

const FINISHED: &str = "What did I finish?";
/// How soon the bot must work again after a fault of the gateway.
const BACK_WITHIN: Duration = Duration::from_secs(30);
/// What is on its way when a refusal comes has arrived by then.
const SOON: Duration = Duration::from_millis(100);
/// Heartbeats come so often that silence shows within seconds.
const HEARTBEAT: Duration = Duration::from_secs(2);

fn faulty(story: &Story, faults: &[&str]) {
    for fault in faults {
        story.stage.sim.fault(fault.parse().unwrap_or_else(|why| panic!("{fault}: {why}")));
    }
}

/// What was asked that stands under rate limits: all but answers to interactions.
fn limited(story: &Story) -> Vec<Entry> {
    let asked = story.stage.sim.ledger().into_iter().filter(|entry| entry.method != "ACT");
    asked.filter(|entry| !entry.route.starts_with("/interactions") && !entry.route.starts_with("/webhooks")).collect()
}

/// Waits until the bot has ended by itself.
async fn has_ended(story: &Story, fault: &str) {
    let deadline = Instant::now() + BACK_WITHIN;
    while !story.stage.has_ended() {
        assert!(Instant::now() < deadline, "{fault}: it goes on");
        sleep(Duration::from_millis(1)).await;
    }
}

/// Each fault on each engine, in a story of its own.
fn each<'a>(faults: &'a [&str]) -> impl Iterator<Item = (&'a str, Engine)> {
    faults.iter().flat_map(|fault| engines().into_iter().map(move |engine| (*fault, engine)))
}

/// Ends the faults, which must have hit something.
fn over(story: &Story, fault: &str) {
    let hits: u64 = story.stage.sim.faults().iter().map(|(_, hits)| hits).sum();
    assert!(hits > 0, "{fault} hit nothing");
    story.stage.sim.clear_faults();
}

/// Monday morning under these faults, each in a story of its own.
async fn mornings(faults: &[&str]) {
    for (fault, engine) in each(faults) {
        let story = Story::with_squad_on(engine).await;
        faulty(&story, &[fault]);
        story.until("2026-03-23 10:30").await;
        over(&story, fault);
        all_is_there_once(&story).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_every_kind_are_waited_out() {
    mornings(&[
        "POST /messages: 429 user 200 ms × 7",
        "POST /messages: 429 shared 200 ms × 7",
        "* /channels: 429 global 200 ms × 5",
        "* /channels: 429 address 1 s × 3",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_with_wrong_headers_are_waited_out() {
    mornings(&[
        "POST /messages: 429 user 200 ms malformed headers × 7",
        "POST /messages: 429 shared 200 ms missing headers × 7",
        "POST /messages: 429 user 200 ms huge headers × 7",
        "* /channels: 429 global 200 ms huge headers × 3",
        "* /channels: 429 address 200 ms malformed headers × 3",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn successes_with_wrong_headers_are_successes() {
    mornings(&["* /: malformed headers 100 % seed 3", "* /: missing headers 100 %", "* /: huge headers 50 % seed 5"])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_and_answers_that_get_lost_are_made_up_for() {
    mornings(&[
        "POST /messages: cut × 7",
        "POST /messages: wait 200 ms × 7",
        "POST /messages: lost 40 % seed 7",
        "POST /users/@me/channels: lost × 3",
        "POST /channels/{channel}/messages/{message}/threads: lost × 2",
        "* /channels: 503 30 % seed 2",
        "PATCH /messages/: 500 × 4",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_global_refusal_only_what_is_on_its_way_follows() {
    let story = Story::with_squad().await;
    let pause = Duration::from_millis(450);
    faulty(&story, &["POST /channels/{channel}/messages: 429 global 450 ms"]);
    // The simulator's clock is driven, so that the ledger can't say when something was asked in real time.
    let mut morning = std::pin::pin!(story.until("2026-03-23 09:45"));
    let (mut refused, mut known, mut between): (Option<Instant>, usize, usize) = (None, 0, 0);
    while tokio::time::timeout(Duration::from_millis(1), &mut morning).await.is_err() {
        let entries = limited(&story);
        let new = entries.len() - std::mem::replace(&mut known, entries.len());
        match refused {
            None => refused = entries.iter().any(|entry| entry.status == 429).then(Instant::now),
            // What was on its way needs a moment to arrive.
            Some(at) if at.elapsed() > SOON && at.elapsed() + SOON < pause => between += new,
            Some(_) => {}
        }
    }
    assert!(refused.is_some_and(|at| at.elapsed() > pause), "it was refused, and waited");
    assert_eq!(between, 0);
    all_is_there_once(&story).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_ends_the_bot_with_one_sentence() {
    let mut story = Story::with_squad().await;
    story.until("2026-03-23 09:29").await;
    faulty(&story, &["* /: 401 100 %"]);
    // With the bot gone it may not settle, and that is no matter.
    drop(story.stage.until(crate::harness::utc("2026-03-23 09:30")).await);
    has_ended(&story, "401").await;
    let asked = limited(&story).len();
    let refused = limited(&story).iter().filter(|entry| entry.status == 401).count();
    assert!(refused > 0);
    let why = story.stage.stop().await.expect_err("it ended").to_string();
    assert!(why.starts_with("Discord refused the token. Copy it again"), "{why}");
    assert_eq!(limited(&story).len(), asked, "nothing was asked after it was known");
    story.stage.sim.clear_faults();
    story.stage.start().await.expect("starts again");
    story.until("2026-03-23 09:45").await;
    all_is_there_once(&story).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_final_error_is_not_tried_again_and_is_told_once() {
    let story = Story::with_squad().await;
    story.until("2026-03-23 09:29").await;
    faulty(&story, &["POST /channels/{channel}/messages/{message}/threads: 403 100 %"]);
    story.until("2026-03-23 09:31").await;
    let ben = story.person("Ben");
    let reply = story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    assert!(reply.text().starts_with("Saved for Monday 23 March"), "{}", reply.text());
    story.until("2026-03-23 16:00").await;
    let tries = limited(&story).iter().filter(|entry| entry.status == 403).count();
    assert!((1..=2).contains(&tries), "{tries}");
    let told = troubles(&story, &story.person("Ann"));
    assert_eq!(told.len(), 1, "{told:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_the_bot_was_removed_from_is_left_in_peace() {
    let story = Story::with_squad().await;
    story.until("2026-03-23 09:29").await;
    assert!(story.stage.sim.remove_member(story.server("Home Testing"), story.stage.sim.bot_user_id()));
    story.until("2026-03-23 18:00").await;
    let refused = limited(&story).into_iter().filter(|entry| !entry.accepted).collect::<Vec<_>>();
    let mut places: Vec<_> = refused.iter().map(|entry| (&entry.method, &entry.route, &entry.ids)).collect();
    places.sort();
    let before = places.len();
    places.dedup();
    assert_eq!(places.len(), before, "nothing was tried twice: {places:#?}");
}

/// Something happens to the gateway; Ben's next click works soon, and nothing is told twice.
async fn the_next_click_works_after(faults: &[&str]) {
    let story = Story::beating(Engine::Sqlite, HEARTBEAT).await;
    story.set_up().await;
    story.until("2026-03-23 09:30").await;
    let ben = story.person("Ben");
    ben.goes_to("DM").expect("a conversation");
    faulty(&story, faults);
    let begun = Instant::now();
    // A click while the connection is dead may expire; then it changed nothing.
    while let Err(refused) = ben.clicks("Check in").await {
        assert!(begun.elapsed() < BACK_WITHIN, "{faults:?}: {refused}");
    }
    assert!(begun.elapsed() < BACK_WITHIN, "{faults:?}: {:?}", begun.elapsed());
    let reply = ben.fills(&[(FINISHED, "the label printer")]).await.expect("saved");
    assert!(reply.text().starts_with("Saved for Monday 23 March"), "{faults:?}: {}", reply.text());
    story.until("2026-03-23 09:40").await;
    assert_eq!(story.thread_posts(&ben, "Monday 23 March").len(), 1, "{faults:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_gateway_that_closes_the_next_click_works() {
    for code in [1000, 1001, 4000, 4007, 4009] {
        the_next_click_works_after(&[&format!("gateway: close {code} now")]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_gateway_that_wants_another_number_of_shards_the_next_click_works() {
    for code in [4010, 4011] {
        the_next_click_works_after(&[&format!("gateway: close {code} now")]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_gateway_that_asks_for_a_new_connection_the_next_click_works() {
    for fault in ["gateway: op 7 now", "gateway: op 9 now", "gateway: op 9 resumable now"] {
        the_next_click_works_after(&[fault]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_gateway_that_is_half_open_the_next_click_works() {
    the_next_click_works_after(&["gateway: half-open now"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_gateway_that_is_silent_the_next_click_works() {
    the_next_click_works_after(&["gateway: silent now"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_gateway_without_acknowledgements_the_next_click_works() {
    the_next_click_works_after(&["gateway: no ack now"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_gateway_that_never_greets_the_next_click_works() {
    the_next_click_works_after(&["gateway HELLO: half-open", "gateway: close 4000 now"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_final_close_ends_the_bot_with_the_reason() {
    for (code, sentence) in [(4004, "Discord refused the token"), (4013, "(4013)"), (4014, "(4014)")] {
        let mut story = Story::empty().await;
        faulty(&story, &[&format!("gateway: close {code} now")]);
        has_ended(&story, &code.to_string()).await;
        let why = story.stage.stop().await.expect_err("it ended").to_string();
        assert!(why.contains(sentence), "{code}: {why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_twice_is_answered_once() {
    let story = Story::with_squad().await;
    story.until("2026-03-23 09:30").await;
    faulty(&story, &["gateway: repeated 100 %"]);
    let (ben, cyd) = (story.person("Ben"), story.person("Cyd"));
    story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    cyd.goes_to("DM").expect("a conversation");
    cyd.says("I finished the route plan").await.expect("written");
    story.settled().await;
    let offered = story.dms(&cyd).len();
    assert_eq!(offered, 2, "the prompt, and one answer to what was written: {}", cyd.inbox().text());
    story.until("2026-03-23 09:40").await;
    let posts = story.thread_posts(&ben, "Monday 23 March");
    assert_eq!(posts.iter().filter(|post| post.contains("the label printer")).count(), 1, "{posts:#?}");
    let ledger = story.stage.sim.ledger();
    assert!(!ledger.iter().any(|entry| entry.code() == Some(40_060)), "no second answer was tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_that_gets_lost_expires_and_the_next_one_works() {
    let story = Story::with_squad().await;
    story.until("2026-03-23 09:30").await;
    faulty(&story, &["gateway INTERACTION_CREATE: lost"]);
    let ben = story.person("Ben");
    ben.goes_to("DM").expect("a conversation");
    assert!(ben.clicks("Nothing new").await.is_err(), "Discord says that the app didn't respond");
    story.until("2026-03-23 09:31").await;
    assert_eq!(story.thread_posts(&ben, "Monday 23 March").len(), 0, "it changed nothing");
    story.checks_in(&ben, &[(FINISHED, "the label printer")]).await;
    story.until("2026-03-23 09:40").await;
    assert_eq!(story.thread_posts(&ben, "Monday 23 March").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_out_of_order_are_handled_all_the_same() {
    let story = Story::with_squad().await;
    story.until("2026-03-23 09:30").await;
    faulty(&story, &["gateway: reordered 50 % seed 1", "gateway: repeated 30 % seed 2"]);
    all_is_there_once(&story).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_events_are_handled_all_the_same() {
    let story = Story::with_squad().await;
    story.until("2026-03-23 09:30").await;
    faulty(&story, &["gateway: wait 100 ms 50 % seed 4"]);
    all_is_there_once(&story).await;
}

/// What a day's answers are about is lost on the way; they are kept, and nothing is tried for ever.
async fn losses(faults: &[&str]) {
    for (fault, engine) in each(faults) {
        let story = Story::with_squad_on(engine).await;
        story.until("2026-03-23 09:29").await;
        faulty(&story, &[fault]);
        story.until("2026-03-23 09:30").await;
        for name in ["Ben", "Dot"] {
            let person = story.person(name);
            let reply = story.checks_in_now(&person, "lab", &[(FINISHED, &format!("{name}'s work"))]).await;
            assert!(reply.text().starts_with("Saved for Monday 23 March"), "{fault}: {}", reply.text());
        }
        story.until("2026-03-23 20:00").await;
        over(&story, fault);
        let refused = limited(&story).into_iter().filter(|entry| !entry.accepted).count();
        assert!(refused <= 8, "{fault}: {refused} requests were refused");
        let told = troubles(&story, &story.person("Ann"));
        assert!(told.len() <= 1, "{fault}: once a day: {told:#?}");
        for name in ["Ben", "Dot"] {
            let person = story.person(name);
            person.goes_to("lab").expect("there");
            let history = story.run(&person, "/checkin history").await;
            assert!(history.text().contains(&format!("{name}'s work")), "{fault}: {}", history.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_outlive_the_place_where_they_were_to_be_shown() {
    losses(&[
        "POST /channels/{channel}/messages: channel gone",
        "POST /channels/{channel}/messages/{message}/threads: channel gone",
        "PATCH /channels/{channel}/messages/{message}: channel gone",
        "POST /messages: thread gone × 2",
        "PATCH /messages/: message gone × 2",
        "POST /messages: message gone",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_outlive_what_the_bot_may_do() {
    losses(&[
        "POST /channels/{channel}/messages: DMs gone × 4",
        "POST /channels/{channel}/messages: permissions gone",
        "POST /channels/{channel}/messages/{message}/threads: permissions gone",
        "PATCH /channels/{channel}/messages/{message}: permissions gone",
        "POST /interactions: role gone × 2",
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_in_the_midst_of_a_morning_is_left_in_peace() {
    for (fault, engine) in
        each(&["POST /channels/{channel}/messages/{message}/threads: server gone", "PATCH /messages/: server gone"])
    {
        let story = Story::with_squad_on(engine).await;
        story.until("2026-03-23 09:29").await;
        faulty(&story, &[fault]);
        story.until("2026-03-24 18:00").await;
        over(&story, fault);
        let refused = limited(&story).into_iter().filter(|entry| !entry.accepted).count();
        assert!(refused <= 8, "{fault}: {refused} requests were refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_outlives_its_role() {
    for engine in engines() {
        let story = Story::with_squad_on(engine).await;
        let (server, cyd, eve) = (story.server("Home Testing"), story.person("Cyd"), story.person("Eve"));
        let role = story.stage.sim.read(|world| {
            world.servers[&server].roles.values().find(|role| role.name == "Parcelwing").map(|role| role.id)
        });
        assert!(story.stage.sim.remove_role(server, role.expect("a role")));
        story.until("2026-03-23 09:30").await;
        cyd.goes_to("random").expect("there");
        let list = story.run(&cyd, "/organisation list").await;
        assert!(list.text().contains("You are of **Parcelwing**"), "{}", list.text());
        eve.goes_to("random").expect("there");
        let list = story.run(&eve, "/organisation list").await;
        assert!(list.text().contains("Parcelwing"), "it is still there to be joined: {}", list.text());
        all_is_there_once(&story).await;
    }
}
