//! The program as a process: what it prints, with which code it ends, and what it leaves alone.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use simulator::{Options, Simulator, World};
use sqlx::any::AnyPoolOptions;
use tempfile::TempDir;
use tokio::task::spawn_blocking;

/// Must be found in nothing that is printed.
const CANARY: &str = "MTk4NjIyNDgzNDcxOTI1MjQ4.canary.token";
/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder to run in, with nothing of the machine's environment.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).expect("written");
        path
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_elevenses"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        Said::new(self.command(arguments).output())
    }

    /// Runs it on `bot.db` with the canary as its token.
    fn with_database(&self, arguments: &[&str], discord: &str) -> Command {
        let mut command = self.command(arguments);
        command.env("DATABASE_URL", "sqlite:bot.db").env("DISCORD_TOKEN", CANARY).env("DISCORD_API", discord);
        command
    }
}

/// What a process printed, and how it ended.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn new(output: std::io::Result<Output>) -> Self {
        let output = output.expect("the program runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        let said = Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        assert!(!said.out.contains("canary") && !said.err.contains("canary"), "the token was printed: {said:?}");
        assert!(!said.err.contains("panicked"), "{said:?}");
        said
    }

    /// It worked, and said so.
    fn fine(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// It failed with one line that has all of these words.
    fn fails(&self, words: &[&str]) {
        assert!(self.code.is_some_and(|code| code != 0), "{self:?}");
        let lines: Vec<&str> = self.err.lines().filter(|line| line.starts_with("elevenses: ")).collect();
        let [line] = lines[..] else { panic!("not one sentence: {self:?}") };
        for word in words {
            assert!(line.contains(word), "“{line}” has no “{word}”");
        }
    }
}

/// Waits for the end of a process, and kills it where there is none.
fn end(mut child: Child, within: Duration) -> Said {
    let deadline = Instant::now() + within;
    while child.try_wait().expect("asked").is_none() {
        if Instant::now() > deadline {
            drop(child.kill());
            let said = Said::new(child.wait_with_output());
            panic!("it does not end within {within:?}: {said:?}");
        }
        pause();
    }
    Said::new(child.wait_with_output())
}

/// A short while. These tests run on the real clock and block nobody.
fn pause() {
    let (_never, quiet) = std::sync::mpsc::channel::<()>();
    let _ = quiet.recv_timeout(Duration::from_millis(20));
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "no signal was sent");
}

fn piped(mut command: Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
}

async fn discord() -> Simulator {
    let mut world = World::new();
    CANARY.clone_into(&mut world.bot.token);
    let server = world.server("Testing service");
    world.channel(server, "general");
    let options = Options { inspectors: contract::for_bots(), ..Options::default() };
    Simulator::start(world, options).await.expect("the simulator starts")
}

/// A bot that is connected, on `bot.db`.
async fn connected(desk: &Desk, sim: &Simulator) -> Child {
    let mut child = piped(desk.with_database(&["run"], sim.url()));
    let deadline = Instant::now() + PATIENCE;
    while sim.sessions_connected() == 0 {
        let ended = child.try_wait().expect("asked").is_some();
        if ended || Instant::now() > deadline {
            drop(child.kill());
            panic!("it does not connect: {:?}", Said::new(child.wait_with_output()));
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    child
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    spawn_blocking(work).await.expect("no panic")
}

/// Runs statements on an SQLite file.
async fn sql(file: &Path, statements: &[&'static str]) {
    sqlx::any::install_default_drivers();
    let pool =
        AnyPoolOptions::new().max_connections(1).connect(&format!("sqlite:{}", file.display())).await.expect("opens");
    for statement in statements {
        sqlx::query(*statement).execute(&pool).await.expect(statement);
    }
    pool.close().await;
}

async fn number(file: &Path, query: &'static str) -> i64 {
    sqlx::any::install_default_drivers();
    let pool =
        AnyPoolOptions::new().max_connections(1).connect(&format!("sqlite:{}", file.display())).await.expect("opens");
    let (number,): (i64,) = sqlx::query_as(query).fetch_one(&pool).await.expect(query);
    pool.close().await;
    number
}

#[test]
fn help_teaches_with_examples() {
    let desk = Desk::new();
    let cases: &[&[&str]] = &[
        &[],
        &["run"],
        &["demo"],
        &["simulate"],
        &["check-config"],
        &["schedule"],
        &["schedule", "next"],
        &["pace"],
        &["migrate"],
        &["backup"],
    ];
    for case in cases {
        let mut arguments = case.to_vec();
        arguments.push("--help");
        let help = desk.run(&arguments).fine();
        assert!(help.contains("Usage: elevenses") && help.contains("Example"), "{case:?}: {help}");
        assert!(help.contains(&["elevenses", &case.join(" ")].join(" ").trim_end().to_owned()), "{case:?}: {help}");
        assert!(!help.contains('\u{1b}'), "colour codes in a pipe: {help:?}");
    }
}

#[test]
fn a_wrong_argument_is_explained() {
    let desk = Desk::new();
    for arguments in [&["dmo"][..], &["demo", "--days", "0"], &["schedule", "next"], &["backup"], &["run", "--x"]] {
        let said = desk.run(arguments);
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains("--help"), "{said:?}");
    }
}

#[test]
fn a_log_is_read_whole_or_refused_with_the_field() {
    let desk = Desk::new();
    let file = desk.write(
        "log.json",
        br#"{"now": "2026-01-12T20:00:00Z", "zone": "UTC", "days": [{"date": "2026-01-11"}, {"date": "2026-01-12"}]}"#,
    );
    let named = file.to_str().expect("UTF-8");
    let report: serde_json::Value = serde_json::from_str(&desk.run(&["pace", named]).fine()).expect("JSON");
    assert_eq!(report["streak"], serde_json::json!({"min": 2, "max": 2}));
    let text = desk.run(&["pace", named, "--human"]).fine();
    assert!(text.contains("2 days in a row") && text.contains("Nothing to flag"), "{text}");
    let file =
        desk.write("wrong.json", br#"{"now": "2026-01-12T20:00:00Z", "zone": "UTC", "days": [{"date": "soon"}]}"#);
    let said = desk.run(&["pace", file.to_str().expect("UTF-8")]);
    said.fails(&["days[0].date", "2026-03-27"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    desk.run(&["pace", "nowhere.json"]).fails(&["nowhere.json can't be read"]);
}

#[test]
fn good_settings_are_fine() {
    let desk = Desk::new();
    assert!(desk.run(&["check-config"]).fine().contains("defaults"));
    let file = desk.write("a.toml", include_bytes!("../config/elevenses.toml"));
    let named = file.to_str().expect("UTF-8");
    let said = desk.run(&["check-config", named]).fine();
    assert!(said.contains("fine") && said.contains("No token"), "{said}");
    let said = desk.run(&["--config", named, "check-config"]).fine();
    assert!(said.contains("fine"), "{said}");
    let output = desk.command(&["check-config", named]).env("DISCORD_TOKEN", CANARY).output();
    assert!(Said::new(output).fine().contains("A token is configured"));
}

#[test]
fn broken_settings_name_their_line_and_what_would_be_right() {
    let desk = Desk::new();
    let cases: &[(&str, &[&str])] = &[
        ("[discord]\ntokn_file = \"x\"\n", &["line 2", "tokn_file", "token_file"]),
        ("[squad]\n\nreminders = 3\n", &["line 3", "0, 1 or 2"]),
        ("[squad]\nreminders = \"one\"\n", &["line 2"]),
        ("[squad]\nquestions = []\n", &["line 2", "one to four"]),
        ("[database]\nurl = \"mysql://x\"\n", &["line 2", "sqlite:"]),
        ("[log]\n\n\nformat = \"xml\"\n", &["line 4", "json"]),
        ("[squad]\nschedule = \"weekdys 9\"\n", &["line 2", "schedule"]),
        ("[discord]\napi = \"discord.example\"\n", &["line 2", "http://"]),
        ("[squad\n", &["line 1"]),
    ];
    for (text, words) in cases {
        let file = desk.write("broken.toml", text.as_bytes());
        let said = desk.run(&["check-config", file.to_str().expect("UTF-8")]);
        said.fails(&["broken.toml"]);
        said.fails(words);
        assert_eq!(said.code, Some(2), "{said:?}");
        // Whatever needs the settings says the same, and does nothing.
        let run = Said::new(desk.with_database(&["--config", "broken.toml", "run"], "http://127.0.0.1:9").output());
        run.fails(words);
        assert!(!desk.path("bot.db").exists());
    }
    desk.run(&["check-config", "nowhere.toml"]).fails(&["nowhere.toml"]);
    let binary = desk.write("binary.toml", &[0xff, 0xfe, 0x00]);
    desk.run(&["check-config", binary.to_str().expect("UTF-8")]).fails(&["binary.toml"]);
    let wrong = desk.command(&["check-config"]).env("DATABASE_URL", "bot.db").output();
    Said::new(wrong).fails(&["DATABASE_URL", "sqlite:"]);
    let missing = desk.command(&["check-config"]).env("DISCORD_TOKEN_FILE", "no-token").output();
    Said::new(missing).fails(&["no-token"]);
    let blank = desk.command(&["check-config"]).env("DISCORD_TOKEN", "canary with blanks").output();
    Said::new(blank).fails(&["token"]);
}

#[test]
fn without_a_token_run_says_so() {
    Desk::new().run(&["run"]).fails(&["no token", "DISCORD_TOKEN", "demo"]);
}

/// Runs everything that opens the database, and checks that the file is as it was.
fn refuses(desk: &Desk, words: &[&str]) {
    let began = Instant::now();
    let before = std::fs::read(desk.path("bot.db")).expect("readable");
    for arguments in [&["run"][..], &["migrate"], &["backup", "copy.db"]] {
        let said = Said::new(desk.with_database(arguments, "http://127.0.0.1:9").output());
        said.fails(words);
        assert_eq!(std::fs::read(desk.path("bot.db")).expect("readable"), before, "{arguments:?} changed the file");
        assert!(!desk.path("copy.db").exists(), "{arguments:?}");
    }
    assert!(began.elapsed() < Duration::from_secs(20), "nobody waits that long for an error");
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let desk = Desk::new();
    desk.write("bot.db", b"Dear diary, this is not a database at all.\n");
    refuses(&desk, &["bot.db", "not an SQLite database"]);
}

#[test]
fn a_damaged_database_is_left_alone() {
    let desk = Desk::new();
    let mut bytes = b"SQLite format 3\0".to_vec();
    bytes.extend([0x5a; 8_000]);
    desk.write("bot.db", &bytes);
    refuses(&desk, &["bot.db", "not a database", "backup"]);
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let desk = Desk::new();
    Said::new(desk.with_database(&["migrate"], "").output()).fine();
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (29990101000000, 'from the future', TRUE, x'00', 0)";
    sql(&desk.path("bot.db"), &[newer]).await;
    let before = std::fs::read(desk.path("bot.db")).expect("readable");
    for arguments in [&["run"][..], &["migrate"]] {
        let said = Said::new(desk.with_database(arguments, "http://127.0.0.1:9").output());
        said.fails(&["newer", "29990101000000", "nothing was changed"]);
        assert_eq!(std::fs::read(desk.path("bot.db")).expect("readable"), before, "{arguments:?} changed the file");
    }
}

/// Root may read everything, so where the tests run as root the program runs as somebody else.
#[cfg(unix)]
#[test]
fn a_database_that_may_not_be_read_is_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    Said::new(desk.with_database(&["migrate"], "").output()).fine();
    let file = desk.path("bot.db");
    let before = std::fs::read(&file).expect("readable");
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o000)).expect("set");
    let root = std::fs::read(&file).is_ok();
    for arguments in [&["run"][..], &["migrate"], &["backup", "copy.db"]] {
        let mut command = desk.with_database(arguments, "http://127.0.0.1:9");
        if root {
            // The folder belongs to root, so for anybody else it has to be open. The program itself
            // may lie where they can't look.
            std::fs::set_permissions(desk.folder.path(), PermissionsExt::from_mode(0o777)).expect("set");
            let copy = desk.path("elevenses");
            if !copy.exists() {
                std::fs::copy(env!("CARGO_BIN_EXE_elevenses"), &copy).expect("copied");
            }
            let Ok(there) = Command::new("setpriv").arg("--version").output() else {
                return eprintln!("skipped: as root it takes setpriv to be somebody else");
            };
            assert!(there.status.success());
            let mut other = Command::new("setpriv");
            other.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&copy).args(arguments);
            other.current_dir(desk.folder.path()).env("DATABASE_URL", "sqlite:bot.db").env("DISCORD_TOKEN", CANARY);
            other.env("DISCORD_API", "http://127.0.0.1:9").stdin(Stdio::null());
            command = other;
            // What an earlier run as root left behind would hide what is looked for.
            drop(std::fs::remove_file(desk.path("bot.db.lock")));
        }
        Said::new(command.output()).fails(&["bot.db", "ermission"]);
    }
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).expect("set");
    assert_eq!(std::fs::read(&file).expect("readable"), before);
}

#[test]
fn where_there_is_no_database_there_is_no_backup() {
    let desk = Desk::new();
    let said = Said::new(desk.with_database(&["backup", "copy.db"], "").output());
    said.fails(&["no database", "bot.db"]);
    assert!(!desk.path("bot.db").exists() && !desk.path("copy.db").exists());
}

#[test]
fn a_database_that_cannot_be_reached_is_one_sentence() {
    let desk = Desk::new();
    let mut command = desk.with_database(&["run"], "http://127.0.0.1:9");
    command.env("DATABASE_URL", "postgres://canary:canary@127.0.0.1:9/nowhere");
    let began = Instant::now();
    Said::new(command.output()).fails(&["PostgreSQL", "DATABASE_URL", "refused"]);
    assert!(began.elapsed() < Duration::from_secs(20), "nobody waits that long for an error");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_token_and_an_unreachable_discord_are_one_sentence() {
    let sim = discord().await;
    let desk = Desk::new();
    let mut command = desk.with_database(&["run"], sim.url());
    command.env("DISCORD_TOKEN", "another.canary.token");
    let said = blocking(move || Said::new(command.output())).await;
    said.fails(&["refused the token", "developer portal"]);
    let mut command = desk.with_database(&["run"], "http://127.0.0.1:9");
    let said = blocking(move || Said::new(command.output())).await;
    said.fails(&["can't be reached", "127.0.0.1:9"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_bot_is_refused_and_a_backup_is_not() {
    let sim = discord().await;
    let desk = Desk::new();
    let first = connected(&desk, &sim).await;
    for arguments in [&["run"][..], &["migrate"]] {
        let mut second = desk.with_database(arguments, sim.url());
        let said = blocking(move || Said::new(second.output())).await;
        said.fails(&["Another bot", "bot.db"]);
    }
    sql(&desk.path("bot.db"), &["INSERT INTO trouble (partnership, what, on_date) VALUES (1, 'kept', '2026-03-22')"])
        .await;
    let mut backup = desk.with_database(&["backup", "copy.db"], sim.url());
    let said = blocking(move || Said::new(backup.output())).await.fine();
    assert!(said.contains("copy.db") && said.contains("sound"), "{said}");
    let mut again = desk.with_database(&["backup", "copy.db"], sim.url());
    blocking(move || Said::new(again.output())).await.fails(&["copy.db", "exists"]);
    assert_eq!(sim.sessions_connected(), 1, "the first bot goes on");
    signal(&first, "TERM");
    let said = blocking(move || end(first, Duration::from_secs(10))).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(!said.err.contains('\u{1b}'), "colour codes in a log that nobody sees: {}", said.err);
    assert_eq!(number(&desk.path("copy.db"), "SELECT COUNT(*) FROM trouble WHERE what = 'kept'").await, 1);
    assert_eq!(number(&desk.path("bot.db"), "SELECT COUNT(*) FROM trouble WHERE what = 'kept'").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_holds_what_a_killed_bot_had_saved() {
    let sim = discord().await;
    let desk = Desk::new();
    let mut bot = connected(&desk, &sim).await;
    sql(&desk.path("bot.db"), &["INSERT INTO trouble (partnership, what, on_date) VALUES (1, 'kept', '2026-03-22')"])
        .await;
    bot.kill().expect("killed");
    let killed = blocking(move || Said::new(bot.wait_with_output())).await;
    assert_eq!(killed.code, None, "{killed:?}");
    // What a backup that was ended half-way left behind is in nobody's way.
    std::fs::write(desk.path("copy.unfinished"), "half").expect("written");
    let mut backup = desk.with_database(&["backup", "copy.db"], sim.url());
    blocking(move || Said::new(backup.output())).await.fine();
    assert_eq!(number(&desk.path("copy.db"), "SELECT COUNT(*) FROM trouble WHERE what = 'kept'").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_signals_end_the_bot_in_order() {
    let sim = discord().await;
    for name in ["TERM", "INT"] {
        let desk = Desk::new();
        let bot = connected(&desk, &sim).await;
        let began = Instant::now();
        signal(&bot, name);
        let said = blocking(move || end(bot, Duration::from_secs(10))).await;
        assert_eq!(said.code, Some(0), "{name}: {said:?}");
        assert!(began.elapsed() < Duration::from_secs(10), "{name} took {:?}", began.elapsed());
        assert_eq!(number(&desk.path("bot.db"), "SELECT COUNT(*) FROM post WHERE lease_until > 0").await, 0);
    }
}

#[tokio::test]
async fn decisions_go_out_and_come_back_the_same() {
    let desk = Desk::new();
    let run = |arguments: &[&str]| Said::new(desk.with_database(arguments, "").output());
    run(&["migrate"]).fine();
    let servers = [
        "INSERT INTO partnership (partnership, name, zone, admin, set_up_at, created_at) VALUES (7, 'Home Testing', 'UTC', 0, 1, 1)",
        "INSERT INTO partnership (partnership, name, zone, admin, set_up_at, created_at) VALUES (8, 'Far Lab', 'UTC', 0, 1, 1)",
    ];
    sql(&desk.path("bot.db"), &servers).await;
    std::fs::create_dir(desk.path("old")).expect("made");
    let text = "---\nstatus: accepted\ndate: 2026-01-02\n---\n\n# Use Rust\n\n## Decision Outcome\n\nRust\\\nit is.\n";
    std::fs::write(desk.path("old/0003-use-rust.md"), text).expect("written");
    let import = ["import", "decisions", "--partnership", "Home Testing", "old"];
    assert!(run(&import).fine().contains("1 decision is imported; 0 left out"));
    assert!(run(&import).fine().contains("0 decisions are imported; 1 left out"));
    run(&["export", "decisions", "--partnership", "7", "--out", "new"]).fine();
    let names = std::fs::read_dir(desk.path("new")).expect("read").map(|entry| entry.expect("read").file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().expect("UTF-8")).collect();
    names.sort();
    assert_eq!(names, ["0003-use-rust.md", "index.md"]);
    run(&["import", "decisions", "--partnership", "Far Lab", "new"]).fine();
    let json = |partnership| {
        run(&["export", "decisions", "--partnership", partnership, "--format", "json", "--out", "-"]).fine()
    };
    let here = json("Home Testing");
    assert!(here.contains("Rust\\nit is."), "{here}");
    assert_eq!(json("Far Lab"), here);
    let csv = run(&["export", "decisions", "--partnership", "8", "--format", "csv", "--out", "-"]).fine();
    assert!(csv.contains("\"D-3\",\"Use Rust\",\"agreed\""), "{csv}");
    run(&["export", "decisions", "--partnership", "x", "--out", "new"]).fails(&["no partnership", "Home Testing (7)"]);
}

#[tokio::test]
async fn migrate_makes_a_database_and_a_backup_of_an_older_one() {
    let desk = Desk::new();
    let migrate = || Said::new(desk.with_database(&["migrate"], "").output()).fine();
    let copies = || {
        let names = std::fs::read_dir(desk.folder.path()).expect("read").map(|entry| entry.expect("read").file_name());
        let names = names.filter_map(|name| name.into_string().ok());
        names.filter(|name| name.starts_with("bot-before-") && !name.contains(".db-")).collect::<Vec<_>>()
    };
    assert!(migrate().contains("made"));
    assert!(migrate().contains("up to date already"));
    assert!(copies().is_empty());
    let last = "DELETE FROM _sqlx_migrations WHERE version > 20261122090400";
    // As it was before there was pace, with hours in it.
    let older = [
        last,
        "INSERT INTO trouble (partnership, what, on_date) VALUES (1, 'kept', '2026-03-22')",
        "DROP TABLE work_day",
        "DROP TABLE work_block",
        "DROP TABLE pace",
        "DROP TABLE squad_streak",
        "DROP TABLE rest_day",
        "DROP TABLE cover_offer",
        "DROP TABLE cover",
        "DROP TABLE cover_answer",
        "DROP TABLE rota",
        "DROP TABLE rota_part",
        "DROP TABLE release",
        "DROP TABLE decision",
        "DROP TABLE decision_version",
        "DROP TABLE decision_concern",
        "DROP TABLE decision_supersedes",
        "DROP TABLE consent",
        "DROP TABLE coffee_circle",
        "DROP TABLE coffee_guest",
        "DROP TABLE coffee_never",
        "DROP TABLE coffee_group",
        "DROP TABLE coffee_seat",
        "DROP TABLE coffee_wish",
        "DROP TABLE digest_reader",
        "DROP TABLE digest_rate",
        "DROP TABLE share",
        "DROP TABLE meaning",
        "DROP TABLE introduction",
        "DROP TABLE lesson",
        "DROP TABLE search",
        "DROP TABLE search_scope",
        "DROP TABLE conversation",
        "DROP TABLE conversation_voice",
        "DROP TABLE conversation_view",
        "DROP TABLE conversation_word",
        "DROP TABLE proposal",
        "DROP TABLE stance",
        "ALTER TABLE panel DROP COLUMN forum",
        "ALTER TABLE panel DROP COLUMN folded",
        "ALTER TABLE panel DROP COLUMN title",
        "ALTER TABLE panel DROP COLUMN folded_at_discord",
        "DROP TABLE pulse",
        "DROP TABLE pulse_answer",
        "ALTER TABLE organisation DROP COLUMN hours",
        "ALTER TABLE organisation DROP COLUMN hears_releases",
        "DROP TABLE planned_release",
        "DROP TABLE planned_release_told",
        "ALTER TABLE organisation DROP COLUMN channel",
        "DROP TABLE blocker",
        "DROP TABLE blocker_named",
        "DROP TABLE blocker_event",
        "DROP TABLE ladder",
        "DROP TABLE webhook",
        "DROP TABLE webhook_delivery",
        "DROP TABLE account",
        "CREATE TABLE work_entry (partnership BIGINT NOT NULL, person BIGINT NOT NULL, date TEXT NOT NULL, minutes BIGINT, \
         starts_at BIGINT, ends_at BIGINT, PRIMARY KEY (partnership, person, date))",
        "INSERT INTO work_entry VALUES (1, 2, '2026-03-21', 450, NULL, NULL)",
        "INSERT INTO work_entry VALUES (1, 2, '2026-03-22', 60, 1774170000000, 1774173600000)",
    ];
    sql(&desk.path("bot.db"), &older).await;
    // The bot leaves an older one as it is, and says what to do.
    let before = std::fs::read(desk.path("bot.db")).expect("readable");
    Said::new(desk.with_database(&["run"], "http://127.0.0.1:9").output()).fails(&["older", "elevenses migrate"]);
    assert_eq!(std::fs::read(desk.path("bot.db")).expect("readable"), before);
    let said = migrate();
    let copies = copies();
    let [copy] = &copies[..] else { panic!("{copies:?}") };
    assert!(said.contains(copy.as_str()) && said.contains("17 steps were applied"), "{said}");
    assert_eq!(number(&desk.path(copy), "SELECT COUNT(*) FROM trouble WHERE what = 'kept'").await, 1);
    for (file, table, there) in [(copy.as_str(), "work_entry", 1), ("bot.db", "work_entry", 0), ("bot.db", "pace", 1)] {
        let query = Box::leak(format!("SELECT COUNT(*) FROM sqlite_master WHERE name = '{table}'").into_boxed_str());
        assert_eq!(number(&desk.path(file), query).await, there, "{file} {table}");
    }
    assert_eq!(number(&desk.path("bot.db"), "SELECT SUM(minutes) FROM work_day WHERE date = '2026-03-21'").await, 450);
    let block = "SELECT COUNT(*) FROM work_block WHERE starts_at = 1774170000000 AND ends_at = 1774173600000";
    assert_eq!(number(&desk.path("bot.db"), block).await, 1);
    assert_eq!(number(&desk.path("bot.db"), "SELECT COUNT(*) FROM trouble WHERE what = 'kept'").await, 1);
}

#[test]
fn schedules_are_listed_one_instant_a_line() {
    let desk = Desk::new();
    let cases: &[(&str, &str, &str, &[&str])] = &[
        // Half past one comes not at all on the one day, and twice on the other.
        (
            "daily 01:30",
            "Europe/London",
            "2026-03-28T12:00:00Z",
            &["2026-03-29T02:00:00+01:00", "2026-03-30T01:30:00+01:00"],
        ),
        (
            "daily 01:30",
            "Europe/London",
            "2026-10-24T12:00:00Z",
            &["2026-10-25T01:30:00+01:00", "2026-10-26T01:30:00+00:00"],
        ),
        (
            "0 9 * * 1-5",
            "UTC",
            "2026-03-27T00:00:00Z",
            &["2026-03-27T09:00:00+00:00", "2026-03-30T09:00:00+00:00", "2026-03-31T09:00:00+00:00"],
        ),
        // The day begins at one.
        (
            "daily 00:00",
            "America/Santiago",
            "2026-09-05T12:00:00Z",
            &["2026-09-06T01:00:00-03:00", "2026-09-07T00:00:00-03:00"],
        ),
        // Half an hour forward, at two.
        (
            "daily 02:15",
            "Australia/Lord_Howe",
            "2026-10-03T00:00:00Z",
            &["2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"],
        ),
        ("0 12 29 2 *", "UTC", "2026-01-01T00:00:00Z", &["2028-02-29T12:00:00+00:00", "2032-02-29T12:00:00+00:00"]),
    ];
    for (schedule, zone, from, expected) in cases {
        let count = expected.len().to_string();
        let said = desk.run(&["schedule", "next", schedule, "--zone", zone, "--from", from, "--count", &count]).fine();
        assert_eq!(said.lines().collect::<Vec<_>>(), *expected, "{schedule} in {zone}");
    }
    let fortnights = ["schedule", "next", "every 2 weeks on Tuesday 14:00", "--zone", "Asia/Kolkata", "--count", "3"];
    let said = desk.run(&fortnights).fine();
    let instants = said.lines().map(|line| chrono::DateTime::parse_from_rfc3339(line).expect("RFC 3339"));
    let instants: Vec<_> = instants.collect();
    assert!(instants.len() == 3 && instants.windows(2).all(|two| (two[1] - two[0]).num_days() == 14), "{said}");
    assert!(instants.iter().all(|at| at.format("%A %H:%M %:z").to_string() == "Tuesday 14:00 +05:30"), "{said}");
}

#[test]
fn nonsense_names_the_field() {
    let desk = Desk::new();
    let cases: &[(&[&str], &[&str])] = &[
        (&["0 25 * * *"], &["hour", "25"]),
        (&["61 9 * * *"], &["minute", "61"]),
        (&["0 9 32 * *"], &["day", "32"]),
        (&["0 9 * 13 *"], &["month", "13"]),
        (&["0 9 * * 8"], &["week", "8"]),
        (&["weekdys 09:30"], &["weekdys"]),
        (&["weekdays 26:00"], &["26:00"]),
        (&["weekdays 09:30", "--zone", "Europe/Lundon"], &["Lundon", "London"]),
        (&["weekdays 09:30", "--from", "tomorrow"], &["from", "tomorrow"]),
        (&["weekdays 09:30", "--count", "0"], &["count"]),
        (&[""], &[]),
    ];
    for (arguments, words) in cases {
        let mut all = vec!["schedule", "next"];
        all.extend(*arguments);
        let said = desk.run(&all);
        said.fails(words);
        assert!(said.out.is_empty() && said.code == Some(2), "{said:?}");
    }
}

#[test]
fn the_demo_prints_json_and_plain_text() {
    let desk = Desk::new();
    let json = desk.run(&["demo", "--days", "1", "--json"]).fine();
    let lines: Vec<serde_json::Value> =
        json.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect();
    assert!(lines.len() > 50, "{} lines", lines.len());
    let plain = desk.run(&["demo", "--days", "1"]);
    assert!(!plain.err.contains('\u{1b}') && !plain.err.contains('\r'), "{:?}", plain.err);
    let plain = plain.fine();
    assert!(!plain.contains('\u{1b}') && plain.lines().count() > 10, "{plain}");
    let left: Vec<_> = std::fs::read_dir(desk.folder.path()).expect("read").collect();
    assert!(left.is_empty(), "the demo leaves nothing behind: {left:?}");
    let said = desk.run(&["demo", "--squad", "Nope"]);
    said.fails(&["Nope", "Ordering"]);
    assert!(said.out.is_empty(), "{said:?}");
}

#[test]
fn the_simulator_says_how_to_reach_it_and_ends_on_a_signal() {
    let desk = Desk::new();
    for name in ["TERM", "INT"] {
        let mut child = piped(desk.command(&["simulate", "--listen", "127.0.0.1:0"]));
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        let handshake: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let text = |key: &str| handshake[key].as_str().unwrap_or_default().to_owned();
        assert!(text("url").starts_with("http://127.0.0.1:") && !text("token").is_empty(), "{handshake}");
        let channels = handshake["servers"].as_object().is_some_and(|servers| !servers.is_empty());
        assert!(channels && handshake["people"]["Ada Admin"].is_string(), "{handshake}");
        signal(&child, name);
        let said = end(child, Duration::from_secs(10));
        assert_eq!(said.code, Some(0), "{name}: {said:?}");
        let mut rest = String::new();
        out.read_to_string(&mut rest).expect("read");
        assert!(rest.is_empty(), "more than one line: {rest}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("bound").to_string();
    desk.run(&["simulate", "--listen", &address]).fails(&[&address, "--listen"]);
}
