//! Kill after kill, while squads are asked and people answer.

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::join_all;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::{Fault, FaultKind, Options, Simulator, World};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::bot::{Bot, Recipe};
use crate::database::{Database, Engine};
use crate::judge::{Evidence, Verdict, judge};
use crate::people::{Record, Someone};
use crate::town::Town;

/// How long the bot may take to do what is left at the end: a lease, a rest of a panel, and more.
const DRAIN: Duration = Duration::from_secs(150);
/// No moment comes later than this after the squad was to be asked.
const LATEST: Duration = Duration::from_secs(4);

/// What is tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) engine: Engine,
    pub(crate) seed: u64,
    pub(crate) kills: usize,
    /// In each squad. A new squad is asked for each kill, while those before still answer.
    pub(crate) people: usize,
    /// How often each of them acts.
    pub(crate) acts: usize,
    /// Leases of the dead lapse by themselves after every other kill. Otherwise the minute until
    /// then is taken out: their ends are set to now before the bot starts again.
    pub(crate) full: bool,
    /// Off for the control.
    pub(crate) enforce_nonce: bool,
}

/// When the bot is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So long after the squad was told that its times have changed.
    After(Duration),
    /// After so many requests and acts.
    Requests(u64),
    /// Right after Discord took a message, so that the bot can't have noted it down.
    Accepted(Duration),
}

/// A campaign that is over, with the bot stopped.
pub(crate) struct Ended {
    pub(crate) database: Database,
    plan: Plan,
    sim: Simulator,
    town: Town,
    records: Vec<Record>,
    drained: [i64; 3],
    took: Duration,
    log: String,
    _folder: TempDir,
}

impl Ended {
    /// What the judge says, as the database is now.
    pub(crate) async fn verdict(&self) -> Verdict {
        let evidence = Evidence {
            sim: &self.sim,
            database: &self.database,
            places: &self.town.places,
            date: self.town.date(self.sim.clock().now()),
            records: &self.records,
            left: self.drained,
        };
        let mut verdict = judge(&evidence).await;
        verdict.kills = self.plan.kills;
        verdict.took = self.took;
        if !verdict.is_clean() {
            verdict.log.clone_from(&self.log);
        }
        verdict
    }
}

/// Runs it.
pub(crate) async fn run(plan: Plan) -> Ended {
    let began = Instant::now();
    let mut random = ChaCha8Rng::seed_from_u64(plan.seed);
    let folder = tempfile::tempdir().expect("a folder");
    let now = simulator::Clock::real().now();
    let mut world = World::starting(now);
    world.name_bot("Elevenses");
    let town = Town::build(&mut world, now, plan.kills, plan.people);
    let options = Options {
        enforce_nonce: plan.enforce_nonce,
        seed: plan.seed,
        inspectors: contract::for_bots(),
        ..Options::default()
    };
    let sim = Simulator::start(world, options).await.expect("the simulator starts");
    let database = Database::new(plan.engine, folder.path()).await;
    let recipe = Recipe::new(folder.path(), &database.url);
    let mut bot = recipe.start(&sim).await;
    town.set_up(&sim).await;
    let mut tasks = Vec::new();
    for number in 0..plan.kills {
        let at = town.ask_soon(&sim, &town.places[number]).await;
        tasks.extend(people(plan, &sim, &town, number, &mut random));
        // The answer gets lost on the way, in the middle of it all: what was sent is uncertain when
        // the kill comes.
        let lost = Fault::http("POST", "/channels/{channel}/messages", FaultKind::DropAfterAccept).times(2);
        sim.fault(lost);
        let moment = match random.random_range(0..3) {
            0 => Moment::After(Duration::from_millis(random.random_range(500..3_500))),
            1 => Moment::Requests(random.random_range(5..120)),
            _ => Moment::Accepted(Duration::from_millis(random.random_range(0..1_500))),
        };
        wait(&sim, moment, at).await;
        bot.kill(&sim).await;
        if !plan.full || number % 2 == 0 {
            database.end_leases().await;
        }
        sleep(Duration::from_millis(random.random_range(0..300))).await;
        bot = recipe.start(&sim).await;
    }
    let records = join_all(tasks).await.into_iter().map(|record| record.expect("nobody panics")).collect();
    let drained = drain(&sim, &database, &bot).await;
    bot.kill(&sim).await;
    let log = recipe.log();
    Ended { database, plan, sim, town, records, drained, took: began.elapsed(), log, _folder: folder }
}

fn people(plan: Plan, sim: &Simulator, town: &Town, number: usize, random: &mut ChaCha8Rng) -> Vec<JoinHandle<Record>> {
    let place = &town.places[number];
    let everyone = (0..).zip(&place.people).map(|(way, (id, name))| Someone {
        actor: sim.person(*id),
        name: name.clone(),
        place: number,
        channel: place.squad.clone(),
        way: way % 8,
        acts: plan.acts,
        seed: random.random(),
    });
    everyone.map(|someone| tokio::spawn(someone.live())).collect()
}

/// Waits for the moment. `at` is when the squad is asked.
async fn wait(sim: &Simulator, moment: Moment, at: DateTime<Utc>) {
    let until_asked = (at - sim.clock().now()).to_std().unwrap_or_default();
    let latest = Instant::now() + until_asked + LATEST;
    match moment {
        Moment::After(time) => sleep(time).await,
        Moment::Requests(count) => {
            sleep(until_asked).await;
            let wanted = sim.epoch() + count;
            while sim.epoch() < wanted && Instant::now() < latest {
                sleep(Duration::from_millis(1)).await;
            }
        }
        Moment::Accepted(time) => {
            sleep(until_asked + time).await;
            let before = messages(sim);
            while messages(sim) == before && Instant::now() < latest {
                // No sleep: the bot's commit would win.
                tokio::task::yield_now().await;
            }
        }
    }
}

/// How many messages of the bot's there are that Discord was asked to send.
fn messages(sim: &Simulator) -> usize {
    sim.read(|world| world.messages.values().map(std::collections::BTreeMap::len).sum())
}

/// Waits until nothing is left to do; what is left after a long time is the judge's.
async fn drain(sim: &Simulator, database: &Database, _running: &Bot) -> [i64; 3] {
    let deadline = Instant::now() + DRAIN;
    loop {
        let left = database.left(sim.clock().now().timestamp_millis()).await;
        if left == [0; 3] || Instant::now() > deadline {
            return left;
        }
        sleep(Duration::from_millis(200)).await;
    }
}
