//! Campaign 13: errors that are final, and errors that pass.
//!
//! What Discord refuses for good is tried once, and an admin hears of it once. What fails for a while
//! arrives in the end.

use chrono::TimeDelta;
use elevenses::storage::Scope;
use futures::FutureExt;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::{FaultKind, Options, permission};

use crate::posts::{Ledger, Note, queue, told};
use crate::scene::{MESSAGES, Scene, fault};
use crate::{Order, Report};

/// The places, one for each final error; the last one is where errors pass.
const CLOSED: usize = 0;
const NO_SENDING: usize = 1;
const NO_VIEW: usize = 2;
const GONE: usize = 3;
const PASSING: usize = 4;

pub(crate) async fn run(order: Order) -> anyhow::Result<Report> {
    let mut random = ChaCha8Rng::seed_from_u64(order.seed);
    let each = (order.count / 8).max(2);
    let scene = Scene::open(order, Options::default(), (PASSING + 1, each), false).await?;
    let mut report = Report::default();
    finals(order, each, &scene, &mut report).await?;
    passing(order, each, &scene, &mut random, &mut report).await?;
    scene.close().await?;
    Ok(report)
}

fn notes(name: &str, place: usize, count: usize, people: Option<usize>) -> Vec<Note> {
    let note = |number| Note {
        place,
        person: people.map(|people| number % people),
        text: format!("{name} {number}"),
        marked: true,
    };
    (0..count).map(note).collect()
}

async fn finals(order: Order, each: usize, scene: &Scene, report: &mut Report) -> anyhow::Result<()> {
    let (sim, places) = (scene.sim(), &scene.places);
    for person in &places[CLOSED].people {
        sim.close_dms(*person);
    }
    sim.deny_bot(places[NO_SENDING].channel, permission::SEND_MESSAGES);
    sim.deny_bot(places[NO_VIEW].channel, permission::VIEW_CHANNEL);
    anyhow::ensure!(sim.delete_channel(places[GONE].channel), "the channel is there");
    let closed = notes("Closed", CLOSED, each, Some(each));
    let kinds = [
        ("50013", notes("No sending", NO_SENDING, each, None)),
        ("50001", notes("No view", NO_VIEW, each, None)),
        ("10003", notes("Gone", GONE, each, None)),
    ];
    let all: Vec<Note> = kinds.iter().flat_map(|(_, notes)| notes).chain(&closed).cloned().collect();
    queue(scene.app(), places, &all).await?;
    scene.pass(TimeDelta::hours(1)).await?;
    if order.control {
        forget(scene, &all).await?;
    }
    scene.pass(TimeDelta::hours(5)).await?;
    let ledger = Ledger::of(sim);
    for (code, notes) in &kinds {
        let seen = ledger.sum(notes);
        report.guarded(
            &format!("{code}: requests for {each} messages"),
            each,
            seen.refused,
            seen.refused == each && seen.made == 0,
        );
        let notices = told(sim, &places[notes[0].place], "I couldn't send a message in");
        report.guarded(&format!("{code}: notices to the admin"), 1, notices, notices == 1);
    }
    let seen = ledger.sum(&closed);
    let once = seen.refused == each && seen.made == 0;
    report.must(&format!("50007: requests to {each} people with closed DMs"), each, seen.refused, once);
    // Whose conversation is closed is nobody else's business: the person is told where they answer.
    report.must_be("50007: notices to the admin", 0, told(sim, &places[CLOSED], ""));
    let again = notes("Closed again", CLOSED, each, Some(each));
    queue(scene.app(), places, &again).await?;
    scene.pass(TimeDelta::hours(1)).await?;
    let asked = Ledger::of(sim).sum(&again);
    report.must_be("50007: requests for a second message to each", 0, asked.refused + asked.made);
    Ok(())
}

/// What the bot knows of final errors is lost, so it tries again.
async fn forget(scene: &Scene, all: &[Note]) -> anyhow::Result<()> {
    let forgotten = scene.app().store.write(Scope::Any, |tx| {
        async move { Ok(sqlx::query("DELETE FROM trouble").execute(&mut **tx).await.map(drop)?) }.boxed()
    });
    forgotten.await.map_err(anyhow::Error::msg)?;
    queue(scene.app(), &scene.places, all).await
}

async fn passing(
    order: Order,
    each: usize,
    scene: &Scene,
    random: &mut ChaCha8Rng,
    report: &mut Report,
) -> anyhow::Result<()> {
    let notes = notes("Passing", PASSING, order.count, Some(each));
    let mut kinds: Vec<FaultKind> = (0..order.count)
        .map(|number| match number % 7 {
            0 => FaultKind::FailBefore(500),
            1 => FaultKind::FailBefore(502),
            2 => FaultKind::FailBefore(503),
            3 => FaultKind::FailBefore(504),
            4 => FaultKind::FailBefore(429),
            5 => FaultKind::Cut,
            _ => FaultKind::DropAfterAccept,
        })
        .collect();
    kinds.shuffle(random);
    let faults = kinds.len();
    for kind in kinds {
        fault(scene.sim(), "POST", MESSAGES, random.random_range(1..=2), kind);
    }
    queue(scene.app(), &scene.places, &notes).await?;
    scene.pass(TimeDelta::hours(6)).await?;
    let ledger = Ledger::of(scene.sim());
    report.tell("passing errors and resets, in ones and twos", faults);
    report.must_be("messages that arrived in the end", notes.len(), ledger.count(&notes, |seen| seen.made > 0));
    report.must_be("messages that arrived twice", 0, ledger.count(&notes, |seen| seen.made > 1));
    Ok(())
}
