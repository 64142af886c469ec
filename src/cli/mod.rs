//! The command line: what was asked for is read, done, and its failure said in one sentence.

mod arguments;
mod bot;
mod coffee;
mod database;
mod decisions;
mod digest;
mod help;
mod log;
mod pace;
mod schedule;
mod simulate;
mod stored;

use std::io::{self, ErrorKind, IsTerminal, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::config::Config;
use crate::demo;

pub use arguments::Arguments;

use arguments::{CoffeeCommand, Command, Demo, ExportCommand, ImportCommand, ScheduleCommand};

/// Why a command failed: what is said, and the exit code.
struct Failure {
    code: u8,
    error: anyhow::Error,
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { code: 1, error }
    }
}

/// Wrong settings, with the exit code that a wrong argument has, too.
fn wrong_settings(error: anyhow::Error) -> Failure {
    Failure { code: 2, error }
}

/// Does what the arguments ask for. A failure is one sentence on standard error.
pub async fn run(arguments: Arguments) -> ExitCode {
    match dispatch(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure { code, error }) => {
            // The causes belong to the sentence; a backtrace would help nobody who runs a bot.
            drop(writeln!(io::stderr(), "elevenses: {error:#}"));
            ExitCode::from(code)
        }
    }
}

async fn dispatch(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { config: file, command } = arguments;
    let settings = || bot::settings(file.as_deref()).map_err(wrong_settings);
    match command {
        None => run_or_demo(settings()?).await,
        Some(Command::Run) => bot::run(settings()?).await,
        Some(Command::Demo(options)) => show_demo(options).await,
        Some(Command::Simulate { listen, fault }) => Ok(simulate::run(listen, fault).await?),
        Some(Command::CheckConfig { file: named }) => bot::check(named.or(file).as_deref()),
        Some(Command::Schedule { command: ScheduleCommand::Next(next) }) => schedule::next(&next),
        Some(Command::Pace { file, human }) => pace::evaluate_file(&file, human),
        Some(Command::Coffee { command: CoffeeCommand::Plan { file } }) => coffee::plan_file(&file),
        Some(Command::Coffee { command: CoffeeCommand::Simulate(setting) }) => coffee::play(&setting),
        Some(Command::Migrate) => Ok(database::migrate(&settings()?).await?),
        Some(Command::Export { what: ExportCommand::Decisions { partnership, format, out } }) => {
            Ok(decisions::export(&settings()?, &partnership, format, &out).await?)
        }
        Some(Command::Export { what: ExportCommand::Measures(of) }) => Ok(digest::export(&settings()?, &of).await?),
        Some(Command::Digest(of)) => Ok(digest::make(&settings()?, &of).await?),
        Some(Command::Import { what: ImportCommand::Decisions { partnership, folder } }) => {
            Ok(decisions::import(settings()?, &partnership, &folder).await?)
        }
        Some(Command::Backup { file: to }) => Ok(database::backup(&settings()?, &to).await?),
    }
}

/// The bot where there is a token, else the demo.
async fn run_or_demo(config: Config) -> Result<(), Failure> {
    if config.token(bot::environment).map_err(wrong_settings)?.is_some() {
        return bot::run(config).await;
    }
    note("No token is configured, so this is the demo, on a simulated Discord. `elevenses run` is the bot itself.");
    show_demo(Demo::default()).await
}

async fn show_demo(options: Demo) -> Result<(), Failure> {
    log::start_quietly()?;
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let page = options.fresh || (!options.exit && !options.json && io::stdout().is_terminal());
    let options = demo::Options {
        fresh: options.fresh,
        serve: page.then(|| SocketAddr::from((Ipv4Addr::LOCALHOST, options.port))),
        seed: options.seed,
        days: options.days,
        squad: options.squad,
        json: options.json,
        colour: !options.json && !plain && io::stdout().is_terminal(),
        progress: io::stderr().is_terminal(),
        inspectors: Vec::new(),
        // A clone has no `elevenses` on its path.
        called: if std::env::var_os("CARGO").is_some() { "cargo run --" } else { "elevenses" },
    };
    Ok(demo::run(options).await?)
}

/// Says something to whoever runs the command. What is printed for the next program goes to [`print`].
fn note(text: &str) {
    drop(writeln!(io::stderr(), "{text}"));
}

/// Reads a file as text, or the standard input where it is called `-`.
fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).context("The standard input can't be read as text")?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))
}

/// Prints a line. A reader that has seen enough, such as `head`, is no failure.
fn print(line: &str) -> anyhow::Result<()> {
    match writeln!(io::stdout(), "{line}").and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(anyhow::Error::new(error).context("Nothing can be printed"))
        }
        _ => Ok(()),
    }
}
