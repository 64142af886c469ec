//! A partnership that lives through two weeks: the bot, unchanged, on a simulated Discord, with
//! simulated people.

mod cast;
pub mod page;
mod people;
mod stage;
mod transcript;

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use chrono::{Days, TimeDelta};
use rand::TryRngCore;
use rand::rngs::OsRng;
use simulator::UserId;

use crate::config::Config;

pub use stage::Stage;

use cast::Cast;
use people::Company;

/// How the demo runs.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[derive(Clone, Debug)]
pub struct Options {
    /// The same seed gives the same transcript.
    pub seed: u64,
    /// For how many days, 1 to 60.
    pub days: u32,
    /// Show one squad in full instead of all of them at a glance.
    pub squad: Option<String>,
    /// The ledger of what the simulated Discord accepted, as JSON lines, instead of the transcript.
    pub json: bool,
    /// Colours.
    pub colour: bool,
    /// A line that tells how far it is.
    pub progress: bool,
    /// Who looks at all that the bot and Discord say to each other: nobody, but in tests.
    pub inspectors: Vec<Arc<dyn simulator::Inspector>>,
    /// An empty server, on which nobody has spoken to the bot, in place of a partnership that has lived.
    pub fresh: bool,
    /// Where to serve the page on which it can be tried, on this machine alone; `None`: nowhere.
    pub serve: Option<SocketAddr>,
    /// How the program is called where it runs: so are the commands that it suggests.
    pub called: &'static str,
}

/// A demo that has been played: everything in it goes on living for as long as this is kept.
pub struct Theatre {
    cast: Arc<Cast>,
    stage: Arc<Stage>,
    company: Company,
    ids: BTreeMap<String, UserId>,
    /// The database lives as long as the demo does.
    folder: tempfile::TempDir,
}

/// Plays the demo, prints what happened, and serves its page where that is wanted.
///
/// # Errors
/// When something doesn't start or settle, or the squad isn't one of the demo's.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let theatre = Theatre::open(&options).await?;
    if !options.fresh {
        let text = theatre.text(&options)?;
        let mut out = std::io::stdout().lock();
        // A reader such as `head` may have seen enough.
        if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() && out.is_terminal() {
            anyhow::bail!("The transcript could not be printed.");
        }
    }
    let Some(listen) = options.serve else { return theatre.close().await };
    page::run(theatre, listen, options.fresh).await
}

/// Plays the demo, and returns what there is to print.
///
/// # Errors
/// As [`run`].
pub async fn play(options: &Options) -> anyhow::Result<String> {
    let theatre = Theatre::open(options).await?;
    let text = theatre.text(options)?;
    theatre.close().await?;
    Ok(text)
}

/// What nobody can guess: 128 bits from the operating system, in hexadecimal digits.
fn secret() -> anyhow::Result<String> {
    let mut key = [0; 16];
    OsRng.try_fill_bytes(&mut key).context("The operating system gives no random numbers")?;
    Ok(hex::encode(key))
}

impl Theatre {
    /// Plays the demo; a fresh one is a server on which nobody has spoken to the bot.
    ///
    /// # Errors
    /// As [`run`].
    pub async fn open(options: &Options) -> anyhow::Result<Self> {
        let cast = Arc::new(Cast::shipped()?);
        if let Some(wanted) = &options.squad {
            let known: Vec<&str> = cast.squads.iter().map(|squad| squad.name.as_str()).collect();
            let found = known.iter().any(|name| name.eq_ignore_ascii_case(wanted));
            anyhow::ensure!(found, "There is no squad “{wanted}” in the demo. There are {}.", known.join(", "));
        }
        let folder = tempfile::tempdir()?;
        let mut config = Config::default();
        config.database.url = format!("sqlite:{}", folder.path().join("demo.db").display());
        let begins = if options.fresh { cast.start } else { cast.begins() };
        let (mut world, ids) = cast.world(begins);
        // Nobody but this bot is this bot, also where a port of this machine is reached from elsewhere.
        world.bot.token = format!("{}-{}", world.bot.token, secret()?);
        let discord = simulator::Options {
            clock: simulator::Clock::driven(begins),
            seed: options.seed,
            inspectors: options.inspectors.clone(),
            // Whoever tries the page goes through its door.
            control: false,
            ..simulator::Options::default()
        };
        let stage = Arc::new(Stage::open(world, discord, config, options.seed).await?);
        let company = Company::new(&cast, &stage, ids.clone(), options.seed);
        let mut theatre = Self { cast, stage, company, ids, folder };
        if !options.fresh {
            theatre.play(options).await?;
        }
        Ok(theatre)
    }

    async fn play(&mut self, options: &Options) -> anyhow::Result<()> {
        let Self { cast, stage, company, .. } = self;
        company.prologue().await?;
        let end = cast.start + Days::new(u64::from(options.days)) + TimeDelta::hours(6);
        let acts = company.plan(cast.begins(), end);
        let (all, before) = (acts.len(), acts.iter().take_while(|act| act.at < cast.start).count());
        for (done, act) in acts.into_iter().enumerate() {
            if options.progress {
                eprint!("\r{} · {} of {all} acts ", act.at.format("%A %-d %B"), done + 1);
                std::io::stderr().flush().ok();
            }
            if done == before {
                stage.until(cast.start).await?;
                company.set_up().await?;
            }
            stage.until(act.at).await?;
            company.act(&act).await?;
            stage.settled().await?;
        }
        stage.until(end).await?;
        if options.progress {
            eprint!("\r{:60}\r", "");
        }
        Ok(())
    }

    fn text(&self, options: &Options) -> anyhow::Result<String> {
        if options.json {
            transcript::ledger(&self.stage)
        } else {
            Ok(transcript::print(&self.cast, &self.stage, options))
        }
    }

    /// Ends everything in order.
    ///
    /// # Errors
    /// What the bot ended with.
    pub async fn close(self) -> anyhow::Result<()> {
        let Self { stage, company, folder, .. } = self;
        drop(company);
        let stage = Arc::into_inner(stage).context("somebody still acts on the stage")?;
        stage.close().await?;
        folder.close().context("the demo's database can't be removed")
    }
}
