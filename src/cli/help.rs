//! What `--help` says beside the options: examples first.

pub(super) const EXAMPLES: &str = r#"Examples:
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

pub(super) const RUN_HELP: &str = "Examples:
  DISCORD_TOKEN=… elevenses run
  DISCORD_TOKEN_FILE=/run/secrets/discord DATABASE_URL=sqlite:/var/lib/elevenses/bot.db elevenses run

A new database is made; for one of an older version, run `elevenses migrate` first.
SIGTERM or Ctrl-C stops the bot once it has finished what it is doing.";

pub(super) const DEMO_HELP: &str = "Examples:
  elevenses demo                   two weeks, everything that the squads' channels show; then a page to try it on
  elevenses demo --exit            the transcript alone
  elevenses demo --days 3 --squad Checkout
  elevenses demo --seed 7          other people, other days; the same seed tells the same story
  elevenses demo --json > demo.json
  elevenses demo --fresh           an empty server in the browser, to try /setup on

It needs no token and no network, and leaves nothing behind but the picture that it ends with.";

pub(super) const SIMULATE_HELP: &str = r#"Examples:
  elevenses simulate --listen 127.0.0.1:8080
  DISCORD_API=http://127.0.0.1:8080 DISCORD_TOKEN=… elevenses run
  elevenses simulate --fault "POST /messages: lost 5 % seed 7" --fault "gateway: op 7 × 3"
  elevenses simulate --fault "PATCH /messages/: message gone 10 % seed 7"

It prints one line of JSON: its address, the bot's token, and the ids of everything in its world.
Any client of Discord's API can be tried on it; under /control the same acts can be had over HTTP.
Ctrl-C ends it, and nothing is kept. Faults can be switched on later, too, one a line, with
POST /control/faults; GET lists them, DELETE switches them off."#;

pub(super) const CHECK_HELP: &str = "Examples:
  elevenses check-config
  elevenses check-config /etc/elevenses.toml

It names the file, the line, and what would be right; exit code 2 says that something isn't.
Nothing is opened or sent.";

pub(super) const SCHEDULE_HELP: &str = r#"Examples:
  elevenses schedule next "weekdays 09:30" --zone Europe/London
  elevenses schedule next "0 9 * * 1-5" --count 10"#;

pub(super) const PACE_HELP: &str = r#"Examples:
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

pub(super) const PLAN_HELP: &str = r#"Examples:
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

pub(super) const COFFEE_SIMULATE_HELP: &str = "Examples:
  elevenses coffee simulate --people 30 --organisations 4 --rounds 20
  elevenses coffee simulate --people 30 --organisations 4 --rounds 20 --absent 0.2 --seed 7 --json";

pub(super) const DIGEST_HELP: &str = "Examples:
  elevenses digest --squad Checkout --out report
  elevenses digest --squad Checkout --week 2026-W14 --out report
  elevenses digest --week 2026-03-30 --out report

It only reads, so it can be done while the bot runs. The page needs nothing beside it: it can be mailed as it
is. What is withheld on Discord, since it would tell of few people, is withheld here, too.";

pub(super) const MIGRATE_HELP: &str = "Examples:
  elevenses migrate
  DATABASE_URL=sqlite:/var/lib/elevenses/bot.db elevenses migrate

Stop the bot first. The copy lies beside the database, and its name has the instant in it.
On PostgreSQL, make a copy with pg_dump before.";

pub(super) const BACKUP_HELP: &str = "Examples:
  elevenses backup elevenses-backup.db
  DATABASE_URL=sqlite:/var/lib/elevenses/bot.db elevenses backup /mnt/copies/monday.db

It can be made while the bot runs. To restore one, stop the bot and put the copy in the
database's place. For PostgreSQL, use pg_dump.";

pub(super) const EXPORT_HELP: &str = "Examples:
  elevenses export decisions --partnership \"Home Testing\" --out decisions
  elevenses export decisions --partnership 1400000000000000001 --format csv --out decisions.csv
  elevenses export decisions --partnership \"Home Testing\" --format json --out -
  elevenses export measures --partnership \"Home Testing\" --weeks 12 --out measures.csv

It only reads, so it can be done while the bot runs. The folder has one file a decision, in MADR 4
form, and an index; files of the same names are written anew, and others are left alone. An empty value
among the figures is withheld, since it would tell of few people.";

pub(super) const IMPORT_HELP: &str = "Examples:
  elevenses import decisions --partnership \"Home Testing\" decisions

Stop the bot first. What was exported gives the same records again; a number that is taken is left
as it is. Files of other tools are read as far as MADR goes.";

pub(super) const NEXT_HELP: &str = r#"Examples:
  elevenses schedule next "weekdays 09:30" --zone Europe/London
  elevenses schedule next "every 2 weeks on Tuesday 14:00" --zone Asia/Kolkata --count 3
  elevenses schedule next "0 9 * * 1-5" --zone America/New_York --from 2026-03-01T00:00:00Z

A time that a change of clocks leaves out comes at the first instant after; one that comes twice
comes once, at the earlier instant. In cron, Sunday is 0 or 7."#;
