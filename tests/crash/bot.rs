//! The bot as a child process.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use simulator::Simulator;
use tokio::time::{Instant, sleep};

/// How long it may take to start and connect on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Seven days a week, so that the campaign doesn't depend on the day on which it runs.
const SETTINGS: &str =
    "[squad]\nworking_days = \"Mon-Sun\"\ncloses_at = \"23:30\"\nquestions = [\"What did I finish?\"]\n";

/// How to start it, again and again, on one database.
pub(crate) struct Recipe {
    settings: PathBuf,
    log: PathBuf,
    database: String,
}

impl Recipe {
    /// The bot's settings and log go into `folder`.
    pub(crate) fn new(folder: &Path, database: &str) -> Self {
        let settings = folder.join("settings.toml");
        std::fs::write(&settings, SETTINGS).expect("written");
        Self { settings, log: folder.join("log"), database: database.to_owned() }
    }

    /// Starts it and waits until it is connected.
    pub(crate) async fn start(&self, sim: &Simulator) -> Bot {
        let log = File::options().create(true).append(true).open(&self.log).expect("a log");
        let child = Command::new(env!("CARGO_BIN_EXE_elevenses"))
            .arg("--config")
            .arg(&self.settings)
            .arg("run")
            .env_clear()
            .env("DISCORD_TOKEN", sim.token())
            .env("DISCORD_API", sim.url())
            .env("DATABASE_URL", &self.database)
            .env("RUST_LOG", "warn,elevenses=info")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the bot starts");
        let mut bot = Bot { child };
        let deadline = Instant::now() + PATIENCE;
        while sim.sessions_connected() == 0 {
            let ended = bot.child.try_wait().expect("asked").is_some();
            assert!(!ended && Instant::now() < deadline, "the bot does not connect:\n{}", self.log());
            sleep(Duration::from_millis(5)).await;
        }
        bot
    }

    /// What it logged last.
    pub(crate) fn log(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(40)..].join("\n")
    }
}

/// A running bot. It is killed when this is dropped.
pub(crate) struct Bot {
    child: Child,
}

impl Bot {
    /// SIGKILL: no handler runs, nothing is flushed.
    pub(crate) async fn kill(mut self, sim: &Simulator) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
        // Until the simulated Discord has seen that the line is dead, as it would at once.
        let deadline = Instant::now() + PATIENCE;
        while sim.sessions_connected() > 0 && Instant::now() < deadline {
            sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
