//! Bots in processes of their own.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context;
use serde_json::json;
use simulator::{InteractionKind, Simulator, UserId};
use tokio::time::Instant;

use crate::bare;
use crate::database::Database;

/// How long a bot may take to connect.
const PATIENCE: Duration = Duration::from_secs(20);

/// A bot that runs until this is dropped.
pub(crate) struct Bot(Child);

impl Drop for Bot {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Bot {
    /// The program as it ships.
    pub(crate) fn start(sim: &Simulator, database: &Database) -> anyhow::Result<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_elevenses"));
        command.arg("run").current_dir(database.folder());
        command.env("DISCORD_TOKEN", sim.token()).env("DISCORD_API", sim.url()).env("DATABASE_URL", &database.url);
        Self::spawn(command)
    }

    /// The reference: nothing but serenity.
    pub(crate) fn bare(sim: &Simulator) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args([bare::MODE, sim.url(), &sim.token()]);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> anyhow::Result<Self> {
        // What it warns of may explain a strange figure.
        let child = command.env("RUST_LOG", "warn").stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        Ok(Self(child.context("a bot doesn't start")?))
    }

    /// Waits until it is connected.
    pub(crate) async fn connected(&mut self, sim: &Simulator) -> anyhow::Result<()> {
        let deadline = Instant::now() + PATIENCE;
        // The second event is the server.
        while sim.sessions_connected() == 0 || sim.dispatches_sent() < 2 {
            anyhow::ensure!(self.0.try_wait()?.is_none(), "a bot ended before it was connected");
            anyhow::ensure!(Instant::now() < deadline, "a bot doesn't connect");
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        Ok(())
    }

    /// The memory that it holds, in MB of a million bytes: all, and the part that is no file's.
    pub(crate) fn memory(&self) -> anyhow::Result<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let field = |name: &str| -> anyhow::Result<f64> {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).context("the kernel says so")?;
            let kibibytes: f64 = line.trim_start_matches(':').trim().trim_end_matches("kB").trim().parse()?;
            Ok(kibibytes * 1_024.0 / 1_000_000.0)
        };
        Ok((field("VmRSS")?, field("RssAnon")?))
    }
}

/// Runs a command that the bot has no line for: the whole way there and back, without a row read.
pub(crate) async fn unknown_command(sim: &Simulator, person: UserId) -> anyhow::Result<Duration> {
    let channel = sim.person(person).place().context("there is a channel")?;
    let data = json!({"id": "1", "name": "elevenses-of-old", "type": 1});
    let begun = Instant::now();
    let reply = sim.interact_raw(person, channel, InteractionKind::Command, None, data).await;
    let took = begun.elapsed();
    reply.context("a command is answered")?;
    Ok(took)
}
