//! What can be asked for on the command line, with help that teaches.

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};

use super::help::{
    BACKUP_HELP, CHECK_HELP, COFFEE_SIMULATE_HELP, DEMO_HELP, DIGEST_HELP, EXAMPLES, EXPORT_HELP, IMPORT_HELP,
    MIGRATE_HELP, NEXT_HELP, PACE_HELP, PLAN_HELP, RUN_HELP, SCHEDULE_HELP, SIMULATE_HELP,
};

/// A Discord bot that stands in for the coffee: check-ins for delivery squads across organisations.
#[derive(Debug, Parser)]
#[command(name = "elevenses", version, after_help = EXAMPLES)]
pub struct Arguments {
    /// The settings [default: config/elevenses.toml where there is one, else what it ships with]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run the bot on Discord
    #[command(after_help = RUN_HELP)]
    Run,
    /// Watch a partnership live through two weeks, on a simulated Discord
    #[command(after_help = DEMO_HELP)]
    Demo(Demo),
    /// Run the simulated Discord alone, to try any bot on it
    #[command(after_help = SIMULATE_HELP, after_long_help = format!("{SIMULATE_HELP}\n\n{}", simulator::FAULT_GRAMMAR))]
    Simulate {
        /// Where to listen; port 0 takes a free one
        #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
        listen: SocketAddr,
        /// Something that goes wrong, such as 'POST /messages: 503 × 3'; can be given many times
        #[arg(long, value_name = "FAULT")]
        fault: Vec<simulator::Fault>,
    },
    /// Say whether the settings are right, or which line isn't
    #[command(after_help = CHECK_HELP)]
    CheckConfig {
        /// The settings to check [default: those that `run` would take]
        file: Option<PathBuf>,
    },
    /// Look at schedules
    #[command(after_help = SCHEDULE_HELP)]
    Schedule {
        #[command(subcommand)]
        command: ScheduleCommand,
    },
    /// Say what a log of work and rest shows: long streaks, short nights, long weeks
    #[command(after_help = PACE_HELP)]
    Pace {
        /// The log, as JSON; - reads it from the standard input
        file: PathBuf,
        /// Say it in words, with the limits and where they come from
        #[arg(long)]
        human: bool,
    },
    /// Plan who has coffee with whom, as well as it can be
    Coffee {
        #[command(subcommand)]
        command: CoffeeCommand,
    },
    /// Write a week of a squad, or of the partnership, for people who aren't on Discord
    #[command(after_help = DIGEST_HELP)]
    Digest(DigestOf),
    /// Bring the database up to date; an SQLite file is copied first
    #[command(after_help = MIGRATE_HELP)]
    Migrate,
    /// Write decisions, or the figures of weeks, into files
    #[command(after_help = EXPORT_HELP)]
    Export {
        #[command(subcommand)]
        what: ExportCommand,
    },
    /// Read decisions from files
    #[command(after_help = IMPORT_HELP)]
    Import {
        #[command(subcommand)]
        what: ImportCommand,
    },
    /// Copy the SQLite database into a new file, and check the copy
    #[command(after_help = BACKUP_HELP)]
    Backup {
        /// The new file
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum CoffeeCommand {
    /// Put the people of a round into groups
    #[command(after_help = PLAN_HELP)]
    Plan {
        /// The round, as JSON; - reads it from the standard input
        file: PathBuf,
    },
    /// Play rounds among people who don't exist, and say what came of them
    #[command(after_help = COFFEE_SIMULATE_HELP)]
    Simulate(CoffeeSimulation),
}

/// Who plays which rounds.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct CoffeeSimulation {
    /// How many people, up to 20000
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub(super) people: u32,
    /// Of how many organisations, of the same size as far as that goes
    #[arg(long, value_name = "K", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub(super) organisations: u32,
    /// How many rounds
    #[arg(long, value_name = "R", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) rounds: u32,
    /// The chance that somebody is absent from a round, 0 to 1
    #[arg(long, value_name = "P", default_value_t = 0.0, value_parser = share)]
    pub(super) absent: f64,
    /// The same seed plays the same rounds
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
    /// Print JSON instead of sentences
    #[arg(long)]
    pub(super) json: bool,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "it must be a number from 0 to 1, such as 0.2".to_owned())
}

/// What the demo shows.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// The same seed tells the same story
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// How many days, 1 to 60
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=60))]
    pub(super) days: u32,
    /// Show one squad's channel alone
    #[arg(long, value_name = "NAME")]
    pub(super) squad: Option<String>,
    /// Print JSON instead of a transcript
    #[arg(long)]
    pub(super) json: bool,
    /// Begin with an empty server, on which /setup can be tried
    #[arg(long, conflicts_with_all = ["days", "squad", "json", "exit"])]
    pub(super) fresh: bool,
    /// The port of the page on which it can be tried, on this machine alone; 0 is a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(super) port: u16,
    /// End after the transcript, and serve no page; so does a demo that prints into a pipe or a file
    #[arg(long)]
    pub(super) exit: bool,
}

impl Default for Demo {
    fn default() -> Self {
        Self { seed: 1, days: 14, squad: None, json: false, fresh: false, port: 0, exit: false }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum ExportCommand {
    /// All decisions of a partnership
    Decisions {
        /// The server's name or id
        #[arg(long, value_name = "NAME")]
        partnership: String,
        /// As what
        #[arg(long, value_enum, default_value_t = Format::Madr)]
        format: Format,
        /// A folder for madr, a file for csv and json; - prints csv and json
        #[arg(long, value_name = "PATH")]
        out: PathBuf,
    },
    /// The figures of all squads and of the partnership, week by week, as CSV
    Measures(MeasuresOf),
}

/// Which week of what.
#[derive(Debug, Args)]
pub(super) struct DigestOf {
    /// The squad's name [default: the partnership as a whole]
    #[arg(long, value_name = "NAME")]
    pub(super) squad: Option<String>,
    /// One of its dates, or such as 2026-W14 [default: the last one, from Thursday on the present one]
    #[arg(long, value_name = "WEEK", value_parser = super::digest::week)]
    pub(super) week: Option<NaiveDate>,
    /// The server's name or id, where the database has more than one
    #[arg(long, value_name = "NAME")]
    pub(super) partnership: Option<String>,
    /// The folder for digest-DATE.md, .html, .csv and, of a squad, .png
    #[arg(long, value_name = "FOLDER")]
    pub(super) out: PathBuf,
}

/// Which figures.
#[derive(Debug, Args)]
pub(super) struct MeasuresOf {
    /// The server's name or id
    #[arg(long, value_name = "NAME")]
    pub(super) partnership: String,
    /// How many weeks, the present one included
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=520))]
    pub(super) weeks: u32,
    /// The file; - prints them
    #[arg(long, value_name = "PATH")]
    pub(super) out: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(super) enum ImportCommand {
    /// Decisions from a folder of Markdown (MADR); those whose number is taken are left out
    Decisions {
        /// The server's name or id
        #[arg(long, value_name = "NAME")]
        partnership: String,
        /// The folder
        folder: PathBuf,
    },
}

/// What decisions are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// A folder of Markdown with an index, for people and ADR tools
    Madr,
    /// A table for spreadsheets
    Csv,
    /// Everything, for programs
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum ScheduleCommand {
    /// Print the next times of a schedule, one RFC 3339 instant a line
    #[command(after_help = NEXT_HELP)]
    Next(Next),
}

/// Which times of which schedule.
#[derive(Debug, Args)]
pub(super) struct Next {
    /// Plain words, or cron with 5 or 6 fields
    pub(super) schedule: String,
    /// The time zone, such as Europe/London
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub(super) zone: String,
    /// After this instant, such as 2026-03-28T12:00:00Z [default: now]
    #[arg(long, value_name = "INSTANT")]
    pub(super) from: Option<String>,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(super) count: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// The words of a shell line, without leading variables and what follows a redirection.
    fn words(line: &str) -> Vec<String> {
        let line = line.split(['>', '<']).next().unwrap_or(line);
        let parts = line.split('"').enumerate();
        let words = parts.flat_map(|(index, part)| match index % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        });
        words.skip_while(|word| word != "elevenses").collect()
    }

    #[test]
    fn the_table_of_arguments_is_whole() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_example_in_the_help_can_be_run() {
        let helps = [
            EXAMPLES,
            RUN_HELP,
            DEMO_HELP,
            SIMULATE_HELP,
            CHECK_HELP,
            SCHEDULE_HELP,
            NEXT_HELP,
            PACE_HELP,
            PLAN_HELP,
            COFFEE_SIMULATE_HELP,
            MIGRATE_HELP,
            BACKUP_HELP,
            EXPORT_HELP,
            IMPORT_HELP,
        ];
        // What stands after a gap of several blanks explains the example.
        let lines = helps.iter().flat_map(|help| help.lines()).filter_map(|line| line.strip_prefix("  "));
        let lines: Vec<&str> = lines.map(|line| line.split("   ").next().unwrap_or(line)).collect();
        let examples: Vec<&&str> = lines.iter().filter(|line| !words(line).is_empty()).collect();
        assert!(examples.len() > 10, "{examples:?}");
        for example in examples {
            assert!(Arguments::try_parse_from(words(example)).is_ok(), "{example}");
        }
    }

    #[test]
    fn the_demo_has_a_sensible_length() {
        for days in ["0", "61", "x"] {
            assert!(Arguments::try_parse_from(["elevenses", "demo", "--days", days]).is_err(), "{days}");
        }
    }

    #[test]
    fn the_demo_without_arguments_is_the_default() {
        let arguments = Arguments::try_parse_from(["elevenses", "demo"]).expect("right");
        let Some(Command::Demo(demo)) = arguments.command else { panic!("not the demo") };
        assert_eq!((demo.seed, demo.days), (Demo::default().seed, Demo::default().days));
    }
}
