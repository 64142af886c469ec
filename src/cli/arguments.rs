//! What can be asked for on the command line, with help that teaches.

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand};

const EXAMPLES: &str = r#"Examples:
  elevenses                        the demo; with a token, the bot
  elevenses demo --days 3 --squad Checkout
  elevenses check-config config/elevenses.toml
  elevenses schedule next "weekdays 09:30" --zone Europe/London --count 5
  elevenses pace log.json --human
  elevenses coffee simulate --people 30 --organisations 4
  elevenses backup elevenses-backup.db

Settings come from config/elevenses.toml, where there is one; it explains every key. Over it counts
the environment:
  DISCORD_TOKEN or DISCORD_TOKEN_FILE   the bot's token, or a file that holds it
  DATABASE_URL                          sqlite:PATH or postgres://user:password@host/name
  DISCORD_API                           another server than Discord, such as `elevenses simulate`
  RUST_LOG                              how much is logged, such as elevenses=debug"#;

const RUN_HELP: &str = "Examples:
  DISCORD_TOKEN=… elevenses run
  DISCORD_TOKEN_FILE=/run/secrets/discord DATABASE_URL=sqlite:/var/lib/elevenses/bot.db elevenses run

A new database is made; for one of an older version, run `elevenses migrate` first.
SIGTERM or Ctrl-C stops the bot once it has finished what it is doing.";

const DEMO_HELP: &str = "Examples:
  elevenses demo                   two weeks, everything that the squads' channels show
  elevenses demo --days 3 --squad Checkout
  elevenses demo --seed 7          other people, other days; the same seed tells the same story
  elevenses demo --json > demo.json

It needs no token and no network, and leaves nothing behind but the picture that it ends with.";

const SIMULATE_HELP: &str = r#"Examples:
  elevenses simulate --listen 127.0.0.1:8080
  DISCORD_API=http://127.0.0.1:8080 DISCORD_TOKEN=… elevenses run
  elevenses simulate --fault "POST /messages: lost 5 % seed 7" --fault "gateway: op 7 × 3"
  elevenses simulate --fault "PATCH /messages/: message gone 10 % seed 7"

It prints one line of JSON: its address, the bot's token, and the ids of everything in its world.
Any client of Discord's API can be tried on it; under /control the same acts can be had over HTTP.
Ctrl-C ends it, and nothing is kept. Faults can be switched on later, too, one a line, with
POST /control/faults; GET lists them, DELETE switches them off."#;

const CHECK_HELP: &str = "Examples:
  elevenses check-config
  elevenses check-config /etc/elevenses.toml

It names the file, the line, and what would be right; exit code 2 says that something isn't.
Nothing is opened or sent.";

const SCHEDULE_HELP: &str = r#"Examples:
  elevenses schedule next "weekdays 09:30" --zone Europe/London
  elevenses schedule next "0 9 * * 1-5" --count 10"#;

const PACE_HELP: &str = r#"Examples:
  elevenses pace log.json
  elevenses pace log.json --human
  elevenses pace - --human < log.json

The log is JSON; now and zone are required, the rest is as far as it is known:
  {"now": "2026-03-29T21:00:00Z", "zone": "Europe/London",
   "contract": {"weekly_hours": 37.5, "working_days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "opted_out_48h": false},
   "blocks": [{"start": "2026-03-28T08:00:00Z", "end": "2026-03-28T17:00:00Z", "estimated": false}],
   "days": [{"date": "2026-03-27", "minutes": 450}, {"date": "2026-03-26"}],
   "deliveries": ["2026-03-27T16:20:00Z"],
   "away": [{"from": "2026-03-20", "to": "2026-03-22"}]}

It looks at hours, rest and days in a row, never at how somebody is. A log that can't be used is
refused whole, with the field that is wrong; exit code 2 says so. Nothing is kept or sent."#;

const PLAN_HELP: &str = r#"Examples:
  elevenses coffee plan round.json
  elevenses coffee plan - < round.json

The round is JSON; people with id and organisation are required, the rest is as far as it is known:
  {"people": [{"id": "ben", "organisation": "Northwind", "zone": "Europe/London", "hours": "09:00-17:30"},
              {"id": "cyd", "organisation": "Southgate", "zone": "Asia/Kolkata", "paused": true}],
   "history": [[["ben", "cyd"]]], "never": [["ben", "dot"]], "seed": 1,
   "colleagues": false, "date": "2026-03-16"}

history has the rounds so far, the oldest first, each as groups of ids. paused may also be the last date of
the pause. zone is UTC if it is missing, hours are 09:00-17:00, date is today.
What is printed has the groups, who is left out and why, and a score of parts, the most important first;
of each, less is better. The same round has the same plan. A round that can't be used is refused whole, with
the field that is wrong; exit code 2 says so."#;

const COFFEE_SIMULATE_HELP: &str = "Examples:
  elevenses coffee simulate --people 30 --organisations 4 --rounds 20
  elevenses coffee simulate --people 30 --organisations 4 --rounds 20 --absent 0.2 --seed 7 --json";

const DIGEST_HELP: &str = "Examples:
  elevenses digest --squad Checkout --out report
  elevenses digest --squad Checkout --week 2026-W14 --out report
  elevenses digest --week 2026-03-30 --out report

It only reads, so it can be done while the bot runs. The page needs nothing beside it: it can be mailed as it
is. What is withheld on Discord, since it would tell of few people, is withheld here, too.";

const MIGRATE_HELP: &str = "Examples:
  elevenses migrate
  DATABASE_URL=sqlite:/var/lib/elevenses/bot.db elevenses migrate

Stop the bot first. The copy lies beside the database, and its name has the instant in it.
On PostgreSQL, make a copy with pg_dump before.";

const BACKUP_HELP: &str = "Examples:
  elevenses backup elevenses-backup.db
  DATABASE_URL=sqlite:/var/lib/elevenses/bot.db elevenses backup /mnt/copies/monday.db

It can be made while the bot runs. To restore one, stop the bot and put the copy in the
database's place. For PostgreSQL, use pg_dump.";

const EXPORT_HELP: &str = "Examples:
  elevenses export decisions --partnership \"Home Testing\" --out decisions
  elevenses export decisions --partnership 1400000000000000001 --format csv --out decisions.csv
  elevenses export decisions --partnership \"Home Testing\" --format json --out -
  elevenses export measures --partnership \"Home Testing\" --weeks 12 --out measures.csv

It only reads, so it can be done while the bot runs. The folder has one file a decision, in MADR 4
form, and an index; files of the same names are written anew, and others are left alone. An empty value
among the figures is withheld, since it would tell of few people.";

const IMPORT_HELP: &str = "Examples:
  elevenses import decisions --partnership \"Home Testing\" decisions

Stop the bot first. What was exported gives the same records again; a number that is taken is left
as it is. Files of other tools are read as far as MADR goes.";

const NEXT_HELP: &str = r#"Examples:
  elevenses schedule next "weekdays 09:30" --zone Europe/London
  elevenses schedule next "every 2 weeks on Tuesday 14:00" --zone Asia/Kolkata --count 3
  elevenses schedule next "0 9 * * 1-5" --zone America/New_York --from 2026-03-01T00:00:00Z

A time that a change of clocks leaves out comes at the first instant after; one that comes twice
comes once, at the earlier instant. In cron, Sunday is 0 or 7."#;

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
}

impl Default for Demo {
    fn default() -> Self {
        Self { seed: 1, days: 14, squad: None, json: false }
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
