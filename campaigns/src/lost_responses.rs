//! Campaign 9: Discord took a message, and its answer was lost on the way.
//!
//! First single answers get lost, and the repeat has to find the message by its nonce. Then nothing
//! works for longer than Discord remembers nonces, and the bot has to look whether a message is
//! there; where it can't tell, it must not send it again, and says so.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::{FaultKind, Options};

use crate::posts::{Ledger, Note, queue, told};
use crate::scene::{MESSAGES, Scene, fault};
use crate::{Order, Report};

/// People of a server, who get a message each; its channel gets as many.
const PEOPLE: usize = 5;

pub(crate) async fn run(order: Order) -> anyhow::Result<Report> {
    let mut random = ChaCha8Rng::seed_from_u64(order.seed);
    let servers = order.count.div_ceil(2 * PEOPLE);
    let options = Options { enforce_nonce: !order.control, ..Options::default() };
    let scene = Scene::open(order, options, (servers, PEOPLE), false).await?;
    let mut report = Report::default();
    single(order, &scene, &mut random, &mut report).await?;
    outage(order, &scene, &mut random, &mut report).await?;
    scene.close().await?;
    Ok(report)
}

/// Messages in turn to the people and to the channel of each place.
fn notes(name: &str, count: usize, servers: usize, random: &mut ChaCha8Rng) -> Vec<Note> {
    let note = |number: usize| Note {
        place: number % servers,
        person: Some(number / servers % (2 * PEOPLE)).filter(|turn| *turn < PEOPLE),
        text: format!("{name} {number}"),
        // Most messages of the bot have buttons.
        marked: random.random_bool(0.7),
    };
    (0..count).map(note).collect()
}

/// One answer is lost for each message; a quarter as many of the repeats' answers as well.
async fn single(order: Order, scene: &Scene, random: &mut ChaCha8Rng, report: &mut Report) -> anyhow::Result<()> {
    let notes = notes("Single", order.count, scene.places.len(), random);
    fault(scene.sim(), "POST", MESSAGES, order.count + order.count / 4, FaultKind::DropAfterAccept);
    queue(scene.app(), &scene.places, &notes).await?;
    scene.pass(TimeDelta::hours(1)).await?;
    let ledger = Ledger::of(scene.sim());
    report.tell("single responses lost", order.count + order.count / 4);
    report.tell("repeats that Discord knew by their nonce", ledger.sum(&notes).repeated);
    report.must_be("messages that arrived", notes.len(), ledger.count(&notes, |seen| seen.made > 0));
    report.guarded_none("messages that arrived twice", ledger.count(&notes, |seen| seen.made > 1));
    Ok(())
}

/// The first answer of each message is lost, or the message itself, and then everything fails for 6
/// to 20 minutes.
async fn outage(order: Order, scene: &Scene, random: &mut ChaCha8Rng, report: &mut Report) -> anyhow::Result<()> {
    let notes = notes("Outage", (order.count / 2).max(24), scene.places.len(), random);
    // One attempt for each target in the first round: the rest wait for their turns.
    let targets: BTreeSet<_> = notes.iter().map(|note| (note.place, note.person)).collect();
    let mut fates = vec![FaultKind::DropAfterAccept; targets.len().div_ceil(2)];
    fates.resize(targets.len(), FaultKind::FailBefore(502));
    fates.shuffle(random);
    for fate in fates {
        fault(scene.sim(), "POST", MESSAGES, 1, fate);
    }
    fault(scene.sim(), "*", "/", usize::MAX, FaultKind::FailBefore(503));
    let minutes = random.random_range(6..=20);
    queue(scene.app(), &scene.places, &notes).await?;
    scene.pass(TimeDelta::minutes(minutes)).await?;
    scene.sim().clear_faults();
    let before = Ledger::of(scene.sim());
    scene.pass(TimeDelta::hours(1)).await?;
    let after = Ledger::of(scene.sim());
    let (marked, plain): (Vec<Note>, Vec<Note>) = notes.into_iter().partition(|note| note.marked);
    report.tell("outage of everything", format!("{minutes} min"));
    report.tell("messages of the outage that had arrived", before.sum(&marked).made + before.sum(&plain).made);
    report.must_be("messages with a mark that arrived", marked.len(), after.count(&marked, |seen| seen.made > 0));
    report.must_be("messages with a mark that arrived twice", 0, after.count(&marked, |seen| seen.made > 1));
    report.must_be("messages without a mark that arrived twice", 0, after.count(&plain, |seen| seen.made > 1));
    let missing: Vec<&Note> = plain.iter().filter(|note| after.of_note(note).made == 0).collect();
    report.tell("messages that nobody could tell of", missing.len());
    let places: BTreeSet<usize> = missing.iter().map(|note| note.place).collect();
    let silent = places.iter().filter(|place| told(scene.sim(), &scene.places[**place], "I can't tell") == 0).count();
    report.must_be("places with such a message whose admin wasn't told", 0, silent);
    let unknown = scene.database.number("SELECT COUNT(*) FROM post WHERE state = 'unknown'").await?;
    report.must_be("of these kept as unknown by the bot", missing.len(), unknown);
    Ok(())
}
