//! `simulate`: the simulated Discord alone, with a small world to try a bot on.

use std::net::SocketAddr;

use anyhow::Context;
use futures::FutureExt;
use simulator::{Fault, Options, Simulator, World};

use crate::app;
use crate::clock::Clock;

use super::{log, note, print};

/// Runs the simulator until it is told to stop.
pub(super) async fn run(listen: SocketAddr, faults: Vec<Fault>) -> anyhow::Result<()> {
    log::start_quietly()?;
    let options = Options { listen, ..Options::default() };
    let simulator = Simulator::start(small_world(), options)
        .await
        .with_context(|| format!("Nothing can listen on {listen}. Give --listen another port, or 0 for a free one"))?;
    for fault in faults {
        simulator.fault(fault);
    }
    let mut stopped = std::pin::pin!(app::told_to_stop());
    // Looked at once, it listens for signals; whoever reads the line below may send one at once.
    if stopped.as_mut().now_or_never().is_some() {
        return Ok(());
    }
    print(&simulator.handshake().to_string())?;
    note("The simulated Discord is up. Ctrl-C ends it.");
    stopped.await;
    Ok(())
}

/// One server with two organisations, an admin, and three people.
fn small_world() -> World {
    let mut world = World::starting(Clock::system().now());
    let server = world.server("Testing service");
    for channel in ["general", "checkout", "delivery"] {
        world.channel(server, channel);
    }
    let roles = ["Northwind", "City Health"].map(|name| world.role(server, name));
    let admin = world.person("Ada Admin");
    world.admin(server, admin);
    for (name, role) in [("Ann Lee", roles[0]), ("Ben Okafor", roles[0]), ("Cai Rhys", roles[1])] {
        let person = world.person(name);
        world.join(server, person, &[role]);
    }
    world
}
