//! A small world with one client in it: two servers, one for each of two shards, and real rate limits.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use simulator::{Actor, ChannelId, Options, RateLimits, ServerId, Simulator, World};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::client::{Client, PATIENCE};
use crate::reader::{Seen, listen};
use crate::tap::Tap;

/// A small world with one client in it.
pub(crate) struct Stage {
    pub(crate) sim: Simulator,
    pub(crate) client: Client,
    pub(crate) seen: Seen,
    pub(crate) lab: ServerId,
    pub(crate) general: ChannelId,
    pub(crate) ideas: ChannelId,
    pub(crate) annex: ChannelId,
    pub(crate) ann: Actor,
    pub(crate) ben: Actor,
    _tap: Tap,
    listener: JoinHandle<()>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Stage {
    /// Builds the world and starts a client in it, which is told the door.
    pub(crate) async fn set(start: impl FnOnce(&Tap, &Simulator) -> Result<Client>) -> Result<Self> {
        let mut world = World::new();
        let lab = world.server("Lab");
        let general = world.channel(lab, "general");
        let ideas = world.forum(lab, "ideas");
        world.role(lab, "Crew");
        let other = world.server("Annex");
        let annex = world.channel(other, "annex");
        let (ann, ben) = (world.person("Ann Lee"), world.person("Ben"));
        for person in [ann, ben] {
            world.join(lab, person, &[]);
            world.join(other, person, &[]);
        }
        let options = Options { rate_limits: RateLimits::Real, shards: 2, ..Options::default() };
        let sim = Simulator::start(world, options).await?;
        let seen = Seen::default();
        let tap = Tap::open(sim.url(), seen.clone()).await?;
        let listener = listen(sim.url().replacen("http", "ws", 1), sim.token(), seen.clone());
        let (ann, ben) = (sim.person(ann), sim.person(ben));
        for person in [&ann, &ben] {
            person.goes_to("Lab/general")?;
        }
        let client = start(&tap, &sim)?;
        Ok(Self { sim, client, seen, lab, general, ideas, annex, ann, ben, _tap: tap, listener })
    }

    /// Waits until something is so.
    pub(crate) async fn until(&self, what: &str, is: impl Fn(&Self) -> bool) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while !is(self) {
            ensure!(Instant::now() < end, "it never came: {what}; Ann sees:\n{}", self.ann.sees());
            sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// Makes a request with the client's token that the client knows nothing of; its status.
    pub(crate) async fn behind_its_back(&self, method: &str, path: &str, body: Value) -> Result<u16> {
        let address = format!("{}/api/v10{path}", self.sim.url());
        let request = reqwest::Client::new().request(method.parse()?, address);
        let request = request.header("authorization", format!("Bot {}", self.sim.token()));
        let request = if body == json!(null) { request } else { request.json(&body) };
        Ok(request.send().await?.status().as_u16())
    }
}

/// Fails with both sides if they aren't alike.
pub(crate) fn same(found: &Value, wanted: &Value) -> Result<()> {
    ensure!(found == wanted, "{found} in place of {wanted}");
    Ok(())
}

/// Fails with both sides if they aren't alike.
#[expect(clippy::needless_pass_by_value, reason = "a reply is mostly read right where it comes")]
pub(crate) fn reads(found: impl ToString, wanted: &str) -> Result<()> {
    let found = found.to_string();
    ensure!(found == wanted, "{found:?} in place of {wanted:?}");
    Ok(())
}
