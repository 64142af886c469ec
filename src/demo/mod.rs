//! A partnership that lives through two weeks: the bot, unchanged, on a simulated Discord, with
//! simulated people.

mod cast;
mod people;
mod stage;
mod transcript;

use std::io::{IsTerminal, Write};
use std::sync::Arc;

use chrono::{Days, TimeDelta};

use crate::config::Config;

pub use stage::Stage;

use cast::Cast;
use people::Company;

/// How the demo runs.
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
    /// How the program is called where it runs: so are the commands that it suggests.
    pub called: &'static str,
}

/// Plays the demo and prints what happened.
///
/// # Errors
/// When something doesn't start or settle, or the squad isn't one of the demo's.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let text = play(&options).await?;
    let mut out = std::io::stdout().lock();
    // A reader such as `head` may have seen enough.
    if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() && out.is_terminal() {
        anyhow::bail!("The transcript could not be printed.");
    }
    Ok(())
}

/// Plays the demo, and returns what there is to print.
///
/// # Errors
/// As [`run`].
pub async fn play(options: &Options) -> anyhow::Result<String> {
    let cast = &Cast::shipped()?;
    if let Some(wanted) = &options.squad {
        let known: Vec<&str> = cast.squads.iter().map(|squad| squad.name.as_str()).collect();
        let found = known.iter().any(|name| name.eq_ignore_ascii_case(wanted));
        anyhow::ensure!(found, "There is no squad “{wanted}” in the demo. There are {}.", known.join(", "));
    }
    let folder = tempfile::tempdir()?;
    let mut config = Config::default();
    config.database.url = format!("sqlite:{}", folder.path().join("demo.db").display());
    let (world, ids) = cast.world();
    let discord = simulator::Options {
        clock: simulator::Clock::driven(cast.begins()),
        seed: options.seed,
        inspectors: options.inspectors.clone(),
        ..simulator::Options::default()
    };
    let stage = Stage::open(world, discord, config, options.seed).await?;
    let mut company = Company::new(cast, &stage, ids, options.seed);
    company.prologue().await?;
    let end = cast.start + Days::new(u64::from(options.days)) + TimeDelta::hours(6);
    let acts = company.plan(end);
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
    let text = if options.json { transcript::ledger(&stage)? } else { transcript::print(cast, &stage, options) };
    stage.close().await?;
    Ok(text)
}
